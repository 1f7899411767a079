//! Examples of rules on loans and receivables, and the confirmation of scenario S9.

use super::{Example, Shows, Told, said};
use crate::{
    domain::{
        testkit::{
            BANK, CONTRACT, contract_signed,
            market::{ORDER, emall_order_cancelled, emall_order_placed},
        },
        values::StreamKind,
    },
    events::v1::{self, EnterpriseSize},
};

const fn example(
    rule: &'static str,
    shows: Shows,
    today: &'static str,
    tells: fn(&mut Told),
    says: &'static str,
) -> Example {
    Example {
        rule,
        shows,
        today,
        tells,
        says,
    }
}

const HY: &str = "HY-09-CONFIRM-30D";
const CN: &str = "CN-SME-CONFIRM-30D";
const LOAN: &str = "HY-09-BANK-3WD";
const LATER: &str = "2024-12-31";

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        HY,
        Shows::Kept,
        LATER,
        |told| confirmation(told, EnterpriseSize::Small, "2024-09-10", "2024-09-20"),
        "met, due 2024-10-10",
    ),
    // Thirty days from 2 September end on 2 October, within National Day.
    example(
        HY,
        Shows::AtTheBound,
        LATER,
        |told| confirmation(told, EnterpriseSize::Small, "2024-09-02", "2024-10-08"),
        "met, due 2024-10-08",
    ),
    // Scenario S9.
    example(
        HY,
        Shows::Broken,
        LATER,
        |told| confirmation(told, EnterpriseSize::Small, "2024-09-10", "2024-10-15"),
        "late 5/4, due 2024-10-10",
    ),
    // The city's task is for suppliers of any size.
    example(
        HY,
        Shows::Broken,
        LATER,
        |told| confirmation(told, EnterpriseSize::Large, "2024-09-10", "2024-10-15"),
        "late 5/4, due 2024-10-10",
    ),
    example(
        HY,
        Shows::NotApplicable,
        LATER,
        |told| {
            told.tell(contract_signed());
        },
        "",
    ),
    // An order that is cancelled owes nothing.
    example(
        HY,
        Shows::NotApplicable,
        LATER,
        |told| {
            order(told);
            let mut cancelled = emall_order_cancelled();
            cancelled.cancelled_on = "2024-03-20".into();
            told.tell(cancelled);
        },
        "void, due 2024-04-11",
    ),
    example(
        CN,
        Shows::Kept,
        LATER,
        |told| confirmation(told, EnterpriseSize::Medium, "2024-09-10", "2024-09-20"),
        "met, due 2024-10-10",
    ),
    example(
        CN,
        Shows::AtTheBound,
        LATER,
        |told| confirmation(told, EnterpriseSize::Micro, "2024-09-02", "2024-10-08"),
        "met, due 2024-10-08",
    ),
    example(
        CN,
        Shows::Broken,
        LATER,
        |told| confirmation(told, EnterpriseSize::Small, "2024-09-10", "2024-10-15"),
        "late 5/4, due 2024-10-10",
    ),
    example(
        CN,
        Shows::Broken,
        "2024-04-12",
        order,
        "overdue 1/1, due 2024-04-11",
    ),
    example(
        CN,
        Shows::NotApplicable,
        LATER,
        |told| confirmation(told, EnterpriseSize::Large, "2024-09-10", "2024-10-15"),
        "not applicable",
    ),
    example(
        LOAN,
        Shows::Kept,
        LATER,
        |told| {
            applied(told);
            approved(told, "2024-09-12");
        },
        "met, due 2024-09-13",
    ),
    // 14 September is a working Saturday, but not the third day.
    example(
        LOAN,
        Shows::AtTheBound,
        LATER,
        |told| {
            applied(told);
            told.tell(v1::FinancingRejected {
                financing_id: "FN-1".into(),
                contract_id: CONTRACT.into(),
                reason: "授信不足".into(),
                decided_on: "2024-09-13".into(),
            });
        },
        "met, due 2024-09-13",
    ),
    example(
        LOAN,
        Shows::Broken,
        LATER,
        |told| {
            applied(told);
            approved(told, "2024-09-14");
        },
        "late 1/1, due 2024-09-13",
    ),
    example(
        LOAN,
        Shows::NotApplicable,
        LATER,
        |told| {
            applied(told);
            told.tell(v1::FinancingCancelled {
                financing_id: "FN-1".into(),
                contract_id: CONTRACT.into(),
                reason: "不再需要".into(),
                cancelled_on: "2024-09-11".into(),
            });
        },
        "void, due 2024-09-13",
    ),
];

fn confirmation(told: &mut Told, size: EnterpriseSize, requested_on: &str, confirmed_on: &str) {
    let mut contract = contract_signed();
    contract.supplier_size = size.into();
    contract.signed_on = "2024-08-20".into();
    told.tell(contract);
    told.tell(v1::ConfirmationRequested {
        contract_id: CONTRACT.into(),
        confirmation_id: "CF-1".into(),
        requested_on: requested_on.into(),
    });
    told.tell(v1::ContractConfirmed {
        contract_id: CONTRACT.into(),
        confirmation_id: "CF-1".into(),
        receivable_fen: 105_000_000,
        confirmed_on: confirmed_on.into(),
    });
}

/// A request for an order of a small supplier.
fn order(told: &mut Told) {
    told.is_of(StreamKind::Order, ORDER);
    told.tell(emall_order_placed());
    told.tell(v1::ConfirmationRequested {
        contract_id: ORDER.into(),
        confirmation_id: "CF-1".into(),
        requested_on: "2024-03-12".into(),
    });
}

fn applied(told: &mut Told) {
    told.tell(v1::FinancingApplied {
        financing_id: "FN-1".into(),
        contract_id: CONTRACT.into(),
        bank: BANK.into(),
        amount_fen: 80_000_000,
        applied_on: "2024-09-10".into(),
    });
}

fn approved(told: &mut Told, on: &str) {
    told.tell(v1::FinancingApproved {
        financing_id: "FN-1".into(),
        contract_id: CONTRACT.into(),
        amount_fen: 80_000_000,
        annual_rate_bp: 385,
        term_days: 180,
        approved_on: on.into(),
    });
}

#[test]
fn scenario_9_has_one_finding_that_stands_for_both_rules() {
    let mut told = Told::new();
    confirmation(&mut told, EnterpriseSize::Small, "2024-09-10", "2024-10-15");
    let judgement = told.judged(LATER);
    let of_both = |id: &str| id == CN || id == HY;
    let found: Vec<_> = judgement
        .findings
        .iter()
        .filter(|of| of_both(&of.rule_id))
        .collect();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].rule_id.as_str(), found[0].aliases.as_slice()),
        (CN, &[HY.to_owned()][..])
    );
}

#[test]
fn a_request_after_june_2025_is_judged_by_the_second_regulation() {
    for (requested_on, from) in [("2025-05-31", "2020-09-01"), ("2025-06-01", "2025-06-01")] {
        let mut told = Told::new();
        confirmation(&mut told, EnterpriseSize::Small, requested_on, "2025-06-03");
        let judgement = told.judged("2025-12-31");
        assert!(said(&judgement, CN).starts_with("met"), "{requested_on}");
        let versions = judgement.obligations.iter().filter(|of| of.rule_id == CN);
        let versions: Vec<_> = versions.map(|of| of.rule_from.to_string()).collect();
        assert_eq!(versions, [from]);
    }
}
