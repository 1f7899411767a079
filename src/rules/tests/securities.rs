//! Examples of rules on bonds, fees and guarantees.

use super::{Example, Shows, Told};
use crate::{
    domain::testkit::{
        AGENCY, CONTRACT, LOT, SUPPLIER, UNIT, contract_completed, contract_signed,
        procurement_document_issued,
    },
    events::v1::{self, BondForm, BondKind, FeePayer},
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

const BID: &str = "HY-05-BIDBOND-0";
const DOC: &str = "HY-05-DOCFEE-0";
const FEE: &str = "HY-05-FEE-PAYER";
const CASH: &str = "HY-05-NO-CASH";
const GAP: &str = "HY-05-GT-GAP";
const LATER: &str = "2024-12-31";

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        BID,
        Shows::Kept,
        LATER,
        |told| document(told, |_| {}),
        "kept",
    ),
    // A performance bond is none.
    example(
        BID,
        Shows::AtTheBound,
        LATER,
        |told| {
            document(told, |_| {});
            bond(told, BondKind::Performance, BondForm::Cheque, false);
        },
        "kept",
    ),
    // One fen; what is collected as the documents ask for is the same breach.
    example(
        BID,
        Shows::Broken,
        LATER,
        |told| {
            document(told, |issued| issued.bid_bond_fen = 1);
            bond(told, BondKind::Bid, BondForm::Transfer, false);
        },
        "broken",
    ),
    example(
        BID,
        Shows::Broken,
        LATER,
        |told| {
            document(told, |_| {});
            bond(told, BondKind::Bid, BondForm::Transfer, false);
        },
        "broken; kept",
    ),
    // Before the task.
    example(
        BID,
        Shows::NotApplicable,
        LATER,
        |told| {
            document(told, |issued| {
                issued.bid_bond_fen = 1;
                issued.issued_on = "2022-12-30".into();
            });
        },
        "",
    ),
    example(
        DOC,
        Shows::Kept,
        LATER,
        |told| document(told, |_| {}),
        "kept",
    ),
    example(
        DOC,
        Shows::AtTheBound,
        LATER,
        |told| document(told, |issued| issued.bid_bond_fen = 1),
        "kept",
    ),
    example(
        DOC,
        Shows::Broken,
        LATER,
        |told| document(told, |issued| issued.doc_fee_fen = 1),
        "broken",
    ),
    example(DOC, Shows::NotApplicable, LATER, |_| {}, ""),
    example(
        FEE,
        Shows::Kept,
        LATER,
        |told| document(told, |_| {}),
        "kept",
    ),
    example(
        FEE,
        Shows::AtTheBound,
        LATER,
        |told| {
            document(told, |_| {});
            agency_fee(told, FeePayer::Purchaser);
            expert_fee(told, FeePayer::Purchaser);
        },
        "kept; kept; kept",
    ),
    example(
        FEE,
        Shows::Broken,
        LATER,
        |told| {
            document(told, |issued| {
                issued.expert_fee_payer = FeePayer::Supplier.into();
            });
        },
        "broken",
    ),
    // Promised otherwise, and paid by the supplier.
    example(
        FEE,
        Shows::Broken,
        LATER,
        |told| {
            document(told, |_| {});
            agency_fee(told, FeePayer::Supplier);
            expert_fee(told, FeePayer::Purchaser);
        },
        "kept; broken; kept",
    ),
    example(FEE, Shows::NotApplicable, LATER, |_| {}, ""),
    example(
        CASH,
        Shows::Kept,
        LATER,
        |told| bond(told, BondKind::Performance, BondForm::EGuarantee, false),
        "kept",
    ),
    // A transfer is no cash unless it is marked so.
    example(
        CASH,
        Shows::AtTheBound,
        LATER,
        |told| bond(told, BondKind::Retention, BondForm::Transfer, false),
        "kept",
    ),
    example(
        CASH,
        Shows::Broken,
        LATER,
        |told| bond(told, BondKind::Retention, BondForm::Transfer, true),
        "broken",
    ),
    example(
        CASH,
        Shows::Broken,
        LATER,
        |told| bond(told, BondKind::Performance, BondForm::Cash, false),
        "broken",
    ),
    example(
        CASH,
        Shows::NotApplicable,
        LATER,
        |told| bond(told, BondKind::Bid, BondForm::Cash, false),
        "",
    ),
    // The contract ends on 2024-08-20.
    example(
        GAP,
        Shows::Kept,
        LATER,
        |told| {
            told.tell(contract_signed());
            guarantee(told, "2024-09-30", CONTRACT);
        },
        "kept",
    ),
    example(
        GAP,
        Shows::AtTheBound,
        LATER,
        |told| {
            told.tell(contract_signed());
            guarantee(told, "2024-06-30", CONTRACT);
            extended(told, "2024-08-20");
        },
        "kept",
    ),
    // Given before the contract, and known by its lot.
    example(
        GAP,
        Shows::Broken,
        LATER,
        |told| {
            guarantee(told, "2024-08-19", "");
            told.tell(contract_signed());
        },
        "broken",
    ),
    // The contract was over before.
    example(
        GAP,
        Shows::Kept,
        LATER,
        |told| {
            told.tell(contract_signed());
            guarantee(told, "2024-06-30", CONTRACT);
            let mut completed = contract_completed();
            completed.on = "2024-06-30".into();
            told.tell(completed);
        },
        "kept",
    ),
    // Released as a whole.
    example(
        GAP,
        Shows::NotApplicable,
        LATER,
        |told| {
            told.tell(contract_signed());
            guarantee(told, "2024-06-30", CONTRACT);
            told.tell(v1::GuaranteeReleased {
                guarantee_no: "G-1".into(),
                release_no: "R-1".into(),
                amount_fen: 1_000_000,
                contract_id: CONTRACT.into(),
                released_on: "2024-06-20".into(),
            });
        },
        "not applicable",
    ),
    example(
        GAP,
        Shows::NotApplicable,
        LATER,
        |told| guarantee(told, "2024-06-30", CONTRACT),
        "not applicable",
    ),
];

fn document(told: &mut Told, change: fn(&mut v1::ProcurementDocumentIssued)) {
    let mut issued = procurement_document_issued();
    change(&mut issued);
    told.tell(issued);
}

fn bond(told: &mut Told, kind: BondKind, form: BondForm, is_strict_cash: bool) {
    told.tell(v1::BondCollected {
        bond_id: "B-1".into(),
        kind: kind.into(),
        form: form.into(),
        strict_cash: is_strict_cash,
        amount_fen: 1_000_000,
        payer: SUPPLIER.into(),
        lot_no: LOT.into(),
        contract_id: String::new(),
        received_on: "2024-02-05".into(),
    });
}

fn agency_fee(told: &mut Told, payer: FeePayer) {
    told.tell(v1::AgencyFeePaid {
        fee_id: "F-1".into(),
        agency: AGENCY.into(),
        payer: UNIT.into(),
        payer_kind: payer.into(),
        amount_fen: 1,
        paid_on: "2024-02-20".into(),
    });
}

fn expert_fee(told: &mut Told, payer: FeePayer) {
    told.tell(v1::ExpertFeePaid {
        fee_id: "F-2".into(),
        payer: UNIT.into(),
        payer_kind: payer.into(),
        expert_count: 5,
        amount_fen: 1,
        paid_on: "2024-02-20".into(),
    });
}

fn guarantee(told: &mut Told, valid_to: &str, contract_id: &str) {
    told.tell(v1::GuaranteeIssued {
        guarantee_no: "G-1".into(),
        kind: BondKind::Performance.into(),
        beneficiary: UNIT.into(),
        applicant: SUPPLIER.into(),
        lot_no: LOT.into(),
        contract_id: contract_id.into(),
        amount_fen: 1_000_000,
        valid_from: "2024-02-15".into(),
        valid_to: valid_to.into(),
        electronic: true,
        issued_on: "2024-02-15".into(),
        ..v1::GuaranteeIssued::default()
    });
}

fn extended(told: &mut Told, valid_to: &str) {
    told.tell(v1::GuaranteeExtended {
        guarantee_no: "G-1".into(),
        valid_to: valid_to.into(),
        contract_id: CONTRACT.into(),
        extended_on: "2024-06-20".into(),
    });
}
