//! Examples of rules on approvals.

use super::{Example, Shows, Told, said};
use crate::{
    domain::{
        testkit::{REGION, REGULATOR},
        values::StreamKind,
    },
    events::v1::{self, ApprovalResult, DayUnit},
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

const LIMIT: &str = "HY-12-LIMIT";
const USED: &str = "HY-12-ABOLISHED-USED";
const LATER: &str = "2023-12-31";

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    // No limit in the catalogue: five working days over National Day.
    example(
        LIMIT,
        Shows::Kept,
        LATER,
        |told| {
            requested(told, "2023-09-26");
            decided(told, "2023-09-28");
        },
        "met, due 2023-10-09",
    ),
    example(
        LIMIT,
        Shows::AtTheBound,
        LATER,
        |told| {
            catalogued(told, Some(2), DayUnit::Wd);
            requested(told, "2023-09-27");
            decided(told, "2023-10-07");
        },
        "met, due 2023-10-07",
    ),
    example(
        LIMIT,
        Shows::Broken,
        LATER,
        |told| {
            catalogued(told, Some(2), DayUnit::Wd);
            requested(told, "2023-09-27");
            decided(told, "2023-10-08");
        },
        "late 1/1, due 2023-10-07",
    ),
    // Ten calendar days end on 2023-10-06, a day off; 7 October is a working Saturday.
    example(
        LIMIT,
        Shows::AtTheBound,
        LATER,
        |told| {
            catalogued(told, Some(10), DayUnit::Cd);
            requested(told, "2023-09-26");
            decided(told, "2023-10-07");
        },
        "met, due 2023-10-07",
    ),
    // Papers that are waited for from 11 to 13 September are two days more.
    example(
        LIMIT,
        Shows::AtTheBound,
        LATER,
        |told| {
            requested(told, "2023-09-08");
            supplement(told, "2023-09-11", "2023-09-13");
            decided(told, "2023-09-19");
        },
        "met, due 2023-09-19",
    ),
    // Ten calendar days: 9 to 11 and 14 to 20 September.
    example(
        LIMIT,
        Shows::Broken,
        LATER,
        |told| {
            catalogued(told, Some(10), DayUnit::Cd);
            requested(told, "2023-09-08");
            supplement(told, "2023-09-11", "2023-09-13");
            decided(told, "2023-09-21");
        },
        "late 1/1, due 2023-09-20",
    ),
    // On the spot.
    example(
        LIMIT,
        Shows::Broken,
        "2023-09-11",
        |told| {
            catalogued(told, Some(0), DayUnit::Cd);
            requested(told, "2023-09-08");
        },
        "overdue 3/1, due 2023-09-08",
    ),
    example(
        LIMIT,
        Shows::NotApplicable,
        LATER,
        |told| {
            requested(told, "2023-09-08");
            told.tell(v1::ApprovalWithdrawn {
                approval_id: "AP-1".into(),
                withdrawn_on: "2023-09-11".into(),
            });
        },
        "void, due 2023-09-15",
    ),
    example(
        USED,
        Shows::Kept,
        LATER,
        |told| {
            catalogued(told, None, DayUnit::Unspecified);
            requested(told, "2023-09-08");
        },
        "kept",
    ),
    // On the last day with it.
    example(
        USED,
        Shows::AtTheBound,
        LATER,
        |told| {
            catalogued(told, None, DayUnit::Unspecified);
            abolished(told, "2023-09-09");
            requested(told, "2023-09-08");
        },
        "kept",
    ),
    example(
        USED,
        Shows::Broken,
        LATER,
        |told| {
            catalogued(told, None, DayUnit::Unspecified);
            abolished(told, "2023-09-08");
            requested(told, "2023-09-08");
        },
        "broken",
    ),
    example(
        USED,
        Shows::Broken,
        LATER,
        |told| {
            catalogued(told, None, DayUnit::Unspecified);
            let merged = v1::ApprovalItemMerged {
                item_code: "AI-1".into(),
                region: REGION.into(),
                into: "AI-2".into(),
                doc_no: "衡财购〔2023〕8号".into(),
                effective_on: "2023-08-01".into(),
                on: "2023-07-20".into(),
            };
            told.tell_beside(StreamKind::Region, REGION, merged);
            requested(told, "2023-09-08");
        },
        "broken",
    ),
    // Not in the catalogue at all.
    example(
        USED,
        Shows::NotApplicable,
        LATER,
        |told| requested(told, "2023-09-08"),
        "not applicable",
    ),
];

fn catalogued(told: &mut Told, limit_days: Option<i32>, unit: DayUnit) {
    let item = v1::ApprovalItemCatalogued {
        item_code: "AI-1".into(),
        region: REGION.into(),
        name: "采购方式变更".into(),
        owner: REGULATOR.into(),
        limit_days,
        limit_unit: unit.into(),
        on: "2023-01-10".into(),
        ..v1::ApprovalItemCatalogued::default()
    };
    told.tell_beside(StreamKind::Region, REGION, item);
}

fn abolished(told: &mut Told, effective_on: &str) {
    let abolished = v1::ApprovalItemAbolished {
        item_code: "AI-1".into(),
        region: REGION.into(),
        doc_no: "衡财购〔2023〕7号".into(),
        effective_on: effective_on.into(),
        on: "2023-08-20".into(),
    };
    told.tell_beside(StreamKind::Region, REGION, abolished);
}

fn requested(told: &mut Told, on: &str) {
    told.tell(v1::ApprovalRequested {
        approval_id: "AP-1".into(),
        item_code: "AI-1".into(),
        item_region: REGION.into(),
        requested_on: on.into(),
    });
}

fn supplement(told: &mut Told, asked_on: &str, came_on: &str) {
    told.tell(v1::ApprovalSupplementRequested {
        approval_id: "AP-1".into(),
        what: "论证意见".into(),
        requested_on: asked_on.into(),
    });
    told.tell(v1::ApprovalSupplemented {
        approval_id: "AP-1".into(),
        supplemented_on: came_on.into(),
    });
}

fn decided(told: &mut Told, on: &str) {
    told.tell(v1::ApprovalDecided {
        approval_id: "AP-1".into(),
        result: ApprovalResult::Approved.into(),
        reason: String::new(),
        decided_on: on.into(),
    });
}

#[test]
fn papers_that_are_still_waited_for_stop_the_clock() {
    for (limit, unit, due) in [
        (None, DayUnit::Unspecified, "2023-09-21"),
        (Some(10), DayUnit::Cd, "2023-09-22"),
    ] {
        let mut told = Told::new();
        catalogued(&mut told, limit, unit);
        requested(&mut told, "2023-09-08");
        told.tell(v1::ApprovalSupplementRequested {
            approval_id: "AP-1".into(),
            what: "论证意见".into(),
            requested_on: "2023-09-11".into(),
        });
        // As if they came on 15 September: four working days.
        let says = format!("paused, due {due}");
        assert_eq!(said(&told.judged("2023-09-14"), LIMIT), says);
    }
}
