//! Examples of rules on framework agreements.

use super::{Example, Shows, Told};
use crate::{
    domain::{
        testkit::{SUPPLIER, SUPPLIER_2, instant, notice_published},
        values::StreamKind,
    },
    events::v1::{
        self, FrameworkEvaluation, FrameworkKind, NoticeType, ProcurementObject, ShortlistNotice,
        ShortlistedSupplier, notice_published::Content,
    },
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

const SIGN: &str = "MOF110-SIGN-30D";
const FILE: &str = "MOF110-FILE-7WD";
const TERM: &str = "MOF110-TERM";
const CUT: &str = "MOF110-CUT-20PCT";
const LATER: &str = "2024-12-31";
const FA: &str = "FA-430400-01";

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    // No notice is recorded: from the list. 31 May to 30 June, a Sunday.
    example(
        SIGN,
        Shows::Kept,
        LATER,
        |told| {
            listed(told, &[SUPPLIER], 2, "2024-05-31");
            signed(told, SUPPLIER, "2024-06-20", "2025-06-30");
        },
        "met, due 2024-07-01",
    ),
    example(
        SIGN,
        Shows::AtTheBound,
        LATER,
        |told| {
            listed(told, &[SUPPLIER], 2, "2024-05-29");
            noticed(told, &[SUPPLIER], "2024-05-31");
            signed(told, SUPPLIER, "2024-07-01", "2025-06-30");
        },
        "met, due 2024-07-01",
    ),
    // One of two is signed too late, the other not at all.
    example(
        SIGN,
        Shows::Broken,
        "2024-07-03",
        |told| {
            listed(told, &[SUPPLIER, SUPPLIER_2], 3, "2024-05-31");
            signed(told, SUPPLIER, "2024-07-02", "2025-06-30");
        },
        "late 1/1, due 2024-07-01; overdue 2/2, due 2024-07-01",
    ),
    // A list that names it again gives no more time.
    example(
        SIGN,
        Shows::Kept,
        LATER,
        |told| {
            listed(told, &[SUPPLIER], 2, "2024-05-31");
            signed(told, SUPPLIER, "2024-06-20", "2025-06-30");
            listed(told, &[SUPPLIER], 2, "2024-08-30");
        },
        "met, due 2024-07-01",
    ),
    // Taken off, and back on the list.
    example(
        SIGN,
        Shows::NotApplicable,
        LATER,
        |told| {
            listed(told, &[SUPPLIER], 2, "2024-05-31");
            removed(told, "2024-06-03");
            listed(told, &[SUPPLIER], 2, "2024-06-28");
            signed(told, SUPPLIER, "2024-07-05", "2025-06-30");
        },
        "void, due 2024-07-01; met, due 2024-07-29",
    ),
    example(
        SIGN,
        Shows::NotApplicable,
        LATER,
        |told| {
            listed(told, &[SUPPLIER], 2, "2022-02-28");
        },
        "",
    ),
    // Over Dragon Boat Festival, 10 June.
    example(
        FILE,
        Shows::Kept,
        LATER,
        |told| {
            signed(told, SUPPLIER, "2024-06-05", "2025-06-04");
            filed(told, "2024-06-07");
        },
        "met, due 2024-06-17",
    ),
    example(
        FILE,
        Shows::AtTheBound,
        LATER,
        |told| {
            signed(told, SUPPLIER, "2024-06-05", "2025-06-04");
            filed(told, "2024-06-17");
        },
        "met, due 2024-06-17",
    ),
    // What is filed before an agreement is signed is another one.
    example(
        FILE,
        Shows::Broken,
        LATER,
        |told| {
            filed(told, "2024-06-04");
            signed(told, SUPPLIER, "2024-06-05", "2025-06-04");
            filed(told, "2024-06-18");
        },
        "late 1/1, due 2024-06-17",
    ),
    example(
        FILE,
        Shows::NotApplicable,
        LATER,
        |told| {
            signed(told, SUPPLIER, "2024-06-05", "2025-06-04");
            told.tell(v1::FrameworkTerminated {
                framework_id: FA.into(),
                reason: "政策调整".into(),
                terminated_on: "2024-06-12".into(),
            });
        },
        "void, due 2024-06-17",
    ),
    example(
        TERM,
        Shows::Kept,
        LATER,
        |told| {
            drafted(
                told,
                ProcurementObject::Goods,
                FrameworkEvaluation::PricePriority,
            );
            signed(told, SUPPLIER, "2024-06-05", "2024-12-31");
        },
        "kept",
    ),
    example(
        TERM,
        Shows::AtTheBound,
        LATER,
        |told| {
            drafted(
                told,
                ProcurementObject::Service,
                FrameworkEvaluation::PricePriority,
            );
            signed(told, SUPPLIER, "2024-06-05", "2026-06-05");
        },
        "kept",
    ),
    example(
        TERM,
        Shows::Broken,
        LATER,
        |told| {
            drafted(
                told,
                ProcurementObject::Goods,
                FrameworkEvaluation::PricePriority,
            );
            signed(told, SUPPLIER, "2024-06-05", "2025-06-06");
        },
        "broken",
    ),
    example(
        TERM,
        Shows::NotApplicable,
        LATER,
        |told| {
            drafted(
                told,
                ProcurementObject::Works,
                FrameworkEvaluation::PricePriority,
            );
            signed(told, SUPPLIER, "2024-06-05", "2029-06-06");
        },
        "not applicable",
    ),
    example(
        CUT,
        Shows::Kept,
        LATER,
        |told| {
            drafted(
                told,
                ProcurementObject::Goods,
                FrameworkEvaluation::PricePriority,
            );
            listed(told, &[SUPPLIER, SUPPLIER_2], 3, "2024-05-31");
        },
        "kept",
    ),
    // One of five; two of five where quality has priority.
    example(
        CUT,
        Shows::AtTheBound,
        LATER,
        |told| {
            drafted(
                told,
                ProcurementObject::Goods,
                FrameworkEvaluation::PricePriority,
            );
            listed(told, &["S-1", "S-2", "S-3", "S-4"], 5, "2024-05-31");
        },
        "kept",
    ),
    example(
        CUT,
        Shows::AtTheBound,
        LATER,
        |told| {
            drafted(
                told,
                ProcurementObject::Goods,
                FrameworkEvaluation::QualityPriority,
            );
            listed(told, &["S-1", "S-2", "S-3"], 5, "2024-05-31");
        },
        "kept",
    ),
    example(
        CUT,
        Shows::Broken,
        LATER,
        |told| {
            drafted(
                told,
                ProcurementObject::Goods,
                FrameworkEvaluation::QualityPriority,
            );
            listed(told, &["S-1", "S-2", "S-3", "S-4"], 6, "2024-05-31");
        },
        "broken",
    ),
    example(
        CUT,
        Shows::Broken,
        LATER,
        |told| {
            drafted(
                told,
                ProcurementObject::Goods,
                FrameworkEvaluation::PricePriority,
            );
            listed(told, &[SUPPLIER, SUPPLIER_2], 2, "2024-05-31");
        },
        "broken",
    ),
    // Nobody is left out of an open one.
    example(
        CUT,
        Shows::NotApplicable,
        LATER,
        |told| {
            told.is_of(StreamKind::Framework, FA);
            told.tell(v1::FrameworkDrafted {
                framework_id: FA.into(),
                kind: FrameworkKind::Open.into(),
                drafted_on: "2024-04-01".into(),
                ..v1::FrameworkDrafted::default()
            });
            listed(told, &[SUPPLIER, SUPPLIER_2], 2, "2024-05-31");
        },
        "not applicable",
    ),
];

fn drafted(told: &mut Told, object: ProcurementObject, evaluation: FrameworkEvaluation) {
    told.is_of(StreamKind::Framework, FA);
    told.tell(v1::FrameworkDrafted {
        framework_id: FA.into(),
        object: object.into(),
        kind: FrameworkKind::Closed.into(),
        evaluation: evaluation.into(),
        drafted_on: "2024-04-01".into(),
        ..v1::FrameworkDrafted::default()
    });
}

fn listed(told: &mut Told, suppliers: &[&str], responded_count: i32, on: &str) {
    told.is_of(StreamKind::Framework, FA);
    let listed = suppliers
        .iter()
        .zip(1..)
        .map(|(supplier, rank)| ShortlistedSupplier {
            supplier: (*supplier).into(),
            rank,
        });
    told.tell(v1::FrameworkShortlisted {
        framework_id: FA.into(),
        responded_count,
        shortlisted: listed.collect(),
        shortlisted_on: on.into(),
    });
}

fn noticed(told: &mut Told, suppliers: &[&str], on: &str) {
    let mut notice = notice_published("N-1");
    notice.notice_type = NoticeType::Shortlist.into();
    notice.published_at = instant(on, 10);
    notice.content = Some(Content::Shortlist(ShortlistNotice {
        text: "入围结果公告".into(),
        suppliers: suppliers
            .iter()
            .map(|supplier| (*supplier).to_owned())
            .collect(),
    }));
    told.tell(notice);
}

fn signed(told: &mut Told, supplier: &str, on: &str, valid_to: &str) {
    told.is_of(StreamKind::Framework, FA);
    told.tell(v1::FrameworkAgreementSigned {
        framework_id: FA.into(),
        agreement_no: "A-1".into(),
        supplier: supplier.into(),
        valid_from: on.into(),
        valid_to: valid_to.into(),
        signed_on: on.into(),
        ..v1::FrameworkAgreementSigned::default()
    });
}

fn filed(told: &mut Told, on: &str) {
    told.is_of(StreamKind::Framework, FA);
    told.tell(v1::FrameworkFiled {
        framework_id: FA.into(),
        filing_no: "BA-1".into(),
        filed_on: on.into(),
    });
}

fn removed(told: &mut Told, on: &str) {
    told.tell(v1::FrameworkSupplierRemoved {
        framework_id: FA.into(),
        supplier: SUPPLIER.into(),
        reason: "弄虚作假".into(),
        removed_on: on.into(),
    });
}
