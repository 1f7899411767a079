//! Loans on contracts: scenario S9.

use super::{
    Figure, figure,
    kit::{City, tell},
    stories::paid,
};
use crate::{
    domain::testkit::{BANK, CONTRACT, contract_signed, payment_term},
    events::v1::{self, EnterpriseSize, TermKind},
    rules::testkit::Told,
};

const AT: &str = "2024-12-31";

pub(super) const FIGURES: &[Figure] = &[
    figure("M-09N", (two_loans, AT), (2, 1, 2)),
    figure("M-09A", (two_loans, AT), (110_000_000, 1, 110_000_000)),
    figure("M-09C", (two_loans, AT), (2, 3, 6_666)),
    // Six working days and three.
    figure("M-09T", (two_loans, AT), (9, 2, 450)),
    figure("M-09R", (two_loans, AT), (42_950_000_000, 110_000_000, 390)),
];

fn contract(told: &mut Told, size: EnterpriseSize) {
    tell(told, contract_signed(), |of| {
        of.amount_fen = 150_000_000;
        of.supplier_size = size.into();
        of.signed_on = "2024-08-20".into();
        of.terms = vec![
            payment_term("1", TermKind::Advance, 45_000_000),
            payment_term("2", TermKind::Final, 105_000_000),
        ];
    });
}

struct Loan {
    id: &'static str,
    fen: i64,
    rate_bp: i32,
    applied_on: &'static str,
    approved_on: &'static str,
    disbursed_on: Option<&'static str>,
}

fn loan(told: &mut Told, of: &Loan) {
    told.tell(v1::FinancingApplied {
        financing_id: of.id.into(),
        contract_id: CONTRACT.into(),
        bank: BANK.into(),
        amount_fen: of.fen,
        applied_on: of.applied_on.into(),
    });
    told.tell(v1::FinancingApproved {
        financing_id: of.id.into(),
        contract_id: CONTRACT.into(),
        amount_fen: of.fen,
        annual_rate_bp: of.rate_bp,
        term_days: 180,
        approved_on: of.approved_on.into(),
    });
    if let Some(on) = of.disbursed_on {
        told.tell(v1::FinancingDisbursed {
            financing_id: of.id.into(),
            contract_id: CONTRACT.into(),
            amount_fen: of.fen,
            disbursed_on: on.into(),
        });
    }
}

/// Scenario S9: the first loan is disbursed, the second only approved.
fn s9(told: &mut Told) {
    contract(told, EnterpriseSize::Small);
    paid(told, "1", 45_000_000, "2024-09-02", "2024-09-02");
    loan(
        told,
        &Loan {
            id: "FN-1",
            fen: 80_000_000,
            rate_bp: 400,
            applied_on: "2024-09-05",
            approved_on: "2024-09-12",
            disbursed_on: Some("2024-09-13"),
        },
    );
    loan(
        told,
        &Loan {
            id: "FN-2",
            fen: 25_000_000,
            rate_bp: 400,
            applied_on: "2024-09-14",
            approved_on: "2024-09-18",
            disbursed_on: None,
        },
    );
}

/// S9, another loan, a small supplier without one and a large one without.
fn two_loans(city: &mut City) {
    city.project("PJ-1", s9);
    city.project("PJ-2", |told| {
        contract(told, EnterpriseSize::Micro);
        let of = Loan {
            id: "FN-1",
            fen: 30_000_000,
            rate_bp: 365,
            applied_on: "2024-09-19",
            approved_on: "2024-09-23",
            disbursed_on: Some("2024-09-24"),
        };
        loan(told, &of);
    });
    city.project("PJ-3", |told| contract(told, EnterpriseSize::Small));
    city.project("PJ-4", |told| contract(told, EnterpriseSize::Large));
}

#[test]
fn scenario_9_counts_what_was_disbursed() {
    let mut city = City::default();
    city.project("PJ-1", s9);
    let picture = city.at(AT);
    assert_eq!(picture.figure("M-09A"), (80_000_000, 1, Some(80_000_000)));
    assert_eq!(picture.figure("M-09N").0, 1);
    assert_eq!(
        picture.figure("M-09R"),
        (32_000_000_000, 80_000_000, Some(400))
    );
    let before = city.at("2024-09-12");
    assert_eq!(before.figure("M-09A").0, 0);
    assert_eq!(before.whole("M-09R"), None);
}

#[test]
fn a_contract_that_ended_is_not_to_be_financed() {
    let mut city = City::default();
    city.project("PJ-1", |told| {
        s9(told);
        told.tell(v1::ContractTerminated {
            contract_id: CONTRACT.into(),
            settled_fen: 45_000_000,
            on: "2024-10-08".into(),
            ..v1::ContractTerminated::default()
        });
    });
    assert_eq!(city.at("2024-10-07").figure("M-09C"), (1, 1, Some(10_000)));
    assert_eq!(city.at("2024-10-08").whole("M-09C"), None);
}
