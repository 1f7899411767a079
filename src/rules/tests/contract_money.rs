//! Examples of rules on shares of a contract and on the winner's bid bond.

use super::{Example, Shows, Told};
use crate::{
    domain::testkit::{
        AWARD_FEN, BANK, CONTRACT, LOT, PLAN_FEN, SUPPLIER, UNIT, acceptance_concluded,
        contract_signed, payment_term, plan_filed, procurement_document_issued,
        settlement_confirmed,
    },
    events::v1::{self, AcceptanceResult, BondForm, BondKind, EnterpriseSize, TermKind},
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "HY-05-PREPAY-30",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            advance(told, EnterpriseSize::Large, 3_001);
        },
        says: "kept",
    },
    Example {
        rule: "HY-05-PREPAY-30",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            advance(told, EnterpriseSize::Large, 3_000);
        },
        says: "kept",
    },
    Example {
        rule: "HY-05-PREPAY-30",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            advance(told, EnterpriseSize::Large, 2_999);
        },
        says: "info 2999 of 3000",
    },
    Example {
        rule: "HY-05-PREPAY-30",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            told.tell(procurement_document_issued());
        },
        says: "",
    },
    Example {
        rule: "HY-05-PREPAY-SME-50",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            advance(told, EnterpriseSize::Small, 6_000);
        },
        says: "kept",
    },
    Example {
        rule: "HY-05-PREPAY-SME-50",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            advance(told, EnterpriseSize::Micro, 5_000);
        },
        says: "kept",
    },
    Example {
        rule: "HY-05-PREPAY-SME-50",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            advance(told, EnterpriseSize::Medium, 4_999);
        },
        says: "info 4999 of 5000",
    },
    Example {
        rule: "HY-05-PREPAY-SME-50",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            advance(told, EnterpriseSize::Large, 0);
        },
        says: "not applicable",
    },
    Example {
        rule: "GPLR-33-BOND-2PCT",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            document(told, PLAN_FEN / 50 - 1);
        },
        says: "kept",
    },
    Example {
        rule: "GPLR-33-BOND-2PCT",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            document(told, PLAN_FEN / 50);
        },
        says: "kept",
    },
    Example {
        rule: "GPLR-33-BOND-2PCT",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            document(told, PLAN_FEN / 40);
        },
        says: "broken 250 of 200",
    },
    Example {
        rule: "GPLR-33-BOND-2PCT",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            advance(told, EnterpriseSize::Large, 0);
        },
        says: "",
    },
    Example {
        rule: "GPLR-48-PB-10PCT",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            contract(told);
            bond(told, BondKind::Performance, AWARD_FEN / 20);
            guarantee(told, AWARD_FEN / 20 - 1, "2024-02-20");
        },
        says: "kept",
    },
    Example {
        rule: "GPLR-48-PB-10PCT",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            contract(told);
            bond(told, BondKind::Performance, AWARD_FEN / 10);
            returned(told, AWARD_FEN / 10, "2024-03-01");
            guarantee(told, AWARD_FEN / 10, "2024-03-01");
        },
        says: "kept",
    },
    Example {
        rule: "GPLR-48-PB-10PCT",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            contract(told);
            bond(told, BondKind::Performance, AWARD_FEN / 10);
            guarantee(told, AWARD_FEN / 100, "2024-03-01");
            returned(told, AWARD_FEN / 10, "2024-03-02");
        },
        says: "broken 1100 of 1000",
    },
    Example {
        rule: "GPLR-48-PB-10PCT",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            let mut document = procurement_document_issued();
            document.performance_bond_bp = Some(1_500);
            told.tell(document);
        },
        says: "broken 1500 of 1000",
    },
    Example {
        rule: "GPLR-48-PB-10PCT",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            contract(told);
            bond(told, BondKind::Retention, AWARD_FEN);
        },
        says: "",
    },
    Example {
        rule: "MOHURD138-RETENTION-3PCT",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            plan(told, "B07000000");
            retains(told, 200);
        },
        says: "kept",
    },
    Example {
        rule: "MOHURD138-RETENTION-3PCT",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            plan(told, "B07000000");
            retains(told, 300);
        },
        says: "kept",
    },
    Example {
        rule: "MOHURD138-RETENTION-3PCT",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            plan(told, "B07000000");
            retains(told, 500);
        },
        says: "broken 500 of 300",
    },
    Example {
        rule: "MOHURD138-RETENTION-3PCT",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            plan(told, "B07000000");
            retains(told, 300);
            told.tell(settlement_confirmed(AWARD_FEN / 2));
            told.tell(acceptance_concluded(AcceptanceResult::Passed));
        },
        says: "broken 600 of 300",
    },
    Example {
        rule: "MOHURD138-RETENTION-3PCT",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            plan(told, "A02010105");
            retains(told, 500);
        },
        says: "not applicable",
    },
    Example {
        rule: "GPLR-33-BOND-WINNER-5WD",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            bond(told, BondKind::Bid, 100);
            contract(told);
            returned(told, 100, "2024-02-21");
        },
        says: "met, due 2024-02-27",
    },
    Example {
        rule: "GPLR-33-BOND-WINNER-5WD",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            bond(told, BondKind::Bid, 100);
            contract(told);
            returned(told, 40, "2024-02-21");
            returned(told, 60, "2024-02-27");
        },
        says: "met, due 2024-02-27",
    },
    Example {
        rule: "GPLR-33-BOND-WINNER-5WD",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            bond(told, BondKind::Bid, 100);
            contract_on(told, "2024-02-06");
            returned(told, 100, "2024-02-20");
        },
        says: "late 1/1, due 2024-02-19",
    },
    Example {
        rule: "GPLR-33-BOND-WINNER-5WD",
        shows: Shows::Broken,
        today: "2024-02-28",
        tells: |told| {
            bond(told, BondKind::Bid, 100);
            contract(told);
            returned(told, 99, "2024-02-21");
        },
        says: "overdue 1/1, due 2024-02-27",
    },
    Example {
        rule: "GPLR-33-BOND-WINNER-5WD",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            bond(told, BondKind::Bid, 100);
            returned(told, 100, "2024-02-19");
            contract(told);
        },
        says: "",
    },
    Example {
        rule: "GPLR-33-BOND-WINNER-5WD",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            let mut bond = collected(BondKind::Bid, 100);
            bond.form = BondForm::EGuarantee.into();
            told.tell(bond);
            contract(told);
        },
        says: "not applicable",
    },
];

/// A contract that pays so many basis points in advance.
fn advance(told: &mut Told, size: EnterpriseSize, bp: i64) {
    let mut signed = contract_signed();
    signed.supplier_size = size.into();
    let advance_fen = AWARD_FEN / 10_000 * bp;
    signed.terms = vec![payment_term("2", TermKind::Final, AWARD_FEN - advance_fen)];
    if advance_fen > 0 {
        signed
            .terms
            .push(payment_term("1", TermKind::Advance, advance_fen));
    }
    told.tell(signed);
}

fn retains(told: &mut Told, bp: i64) {
    let mut signed = contract_signed();
    let retained_fen = AWARD_FEN / 10_000 * bp;
    signed.terms = vec![
        payment_term("1", TermKind::Final, AWARD_FEN - retained_fen),
        payment_term("2", TermKind::Retention, retained_fen),
    ];
    told.tell(signed);
}

fn plan(told: &mut Told, category: &str) {
    let mut plan = plan_filed();
    plan.category = category.into();
    told.tell(plan);
}

fn document(told: &mut Told, bid_bond_fen: i64) {
    let mut document = procurement_document_issued();
    document.bid_bond_fen = bid_bond_fen;
    told.tell(document);
}

fn contract(told: &mut Told) {
    contract_on(told, "2024-02-20");
}

fn contract_on(told: &mut Told, on: &str) {
    let mut signed = contract_signed();
    signed.signed_on = on.into();
    told.tell(signed);
}

fn collected(kind: BondKind, amount_fen: i64) -> v1::BondCollected {
    v1::BondCollected {
        bond_id: "BD-1".into(),
        kind: kind.into(),
        form: BondForm::Transfer.into(),
        amount_fen,
        payer: SUPPLIER.into(),
        lot_no: LOT.into(),
        received_on: "2024-02-05".into(),
        ..v1::BondCollected::default()
    }
}

fn bond(told: &mut Told, kind: BondKind, amount_fen: i64) {
    told.tell(collected(kind, amount_fen));
}

fn returned(told: &mut Told, amount_fen: i64, on: &str) {
    told.tell(v1::BondReturned {
        bond_id: "BD-1".into(),
        return_no: on.into(),
        amount_fen,
        returned_on: on.into(),
        ..v1::BondReturned::default()
    });
}

fn guarantee(told: &mut Told, amount_fen: i64, on: &str) {
    told.tell(v1::GuaranteeIssued {
        guarantee_no: "G-1".into(),
        kind: BondKind::Performance.into(),
        guarantor: BANK.into(),
        beneficiary: UNIT.into(),
        applicant: SUPPLIER.into(),
        contract_id: CONTRACT.into(),
        amount_fen,
        valid_from: on.into(),
        valid_to: "2025-12-31".into(),
        issued_on: on.into(),
        ..v1::GuaranteeIssued::default()
    });
}
