//! Examples of rules on the e-mall.

use super::{Example, Shows, Told};
use crate::{
    domain::{
        testkit::{
            REGION, UNIT,
            market::{
                ORDER, emall_objection_raised, emall_objection_resolved, emall_objection_withdrawn,
                emall_order_cancelled, emall_order_placed,
            },
            threshold_profile_published,
        },
        values::StreamKind,
    },
    events::v1::{self, EmallMethod, EmallObjectionResult, ProcurementObject},
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

const OBJECTION: &str = "HY-10-OBJ-3WD";
const LIMIT: &str = "HY-10-ABOVE-LIMIT";
const LATER: &str = "2024-12-31";

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        OBJECTION,
        Shows::Kept,
        LATER,
        |told| objection(told, "2023-10-07"),
        "met, due 2023-10-08",
    ),
    example(
        OBJECTION,
        Shows::AtTheBound,
        LATER,
        |told| objection(told, "2023-10-08"),
        "met, due 2023-10-08",
    ),
    // Scenario S5: 28 September, 7 October and the working Sunday, 8 October.
    example(
        OBJECTION,
        Shows::Broken,
        LATER,
        |told| objection(told, "2023-10-09"),
        "late 1/1, due 2023-10-08",
    ),
    // To an item of the catalogue, in the region's stream.
    example(
        OBJECTION,
        Shows::Broken,
        "2023-10-08",
        |told| {
            told.is_of(StreamKind::Region, REGION);
            raised(told);
        },
        "overdue 0/0, due 2023-10-08",
    ),
    example(
        OBJECTION,
        Shows::NotApplicable,
        LATER,
        |told| {
            told.is_of(StreamKind::Order, ORDER);
            raised(told);
            let mut withdrawn = emall_objection_withdrawn();
            withdrawn.withdrawn_on = "2023-09-28".into();
            told.tell(withdrawn);
        },
        "void, due 2023-10-08",
    ),
    example(
        LIMIT,
        Shows::Kept,
        LATER,
        |told| order(told, 10_000_000, |_| {}),
        "kept",
    ),
    example(
        LIMIT,
        Shows::AtTheBound,
        LATER,
        |told| order(told, 49_999_999, |_| {}),
        "kept",
    ),
    example(
        LIMIT,
        Shows::Broken,
        LATER,
        |told| order(told, 50_000_000, |_| {}),
        "broken",
    ),
    // Works have a threshold of their own.
    example(
        LIMIT,
        Shows::Kept,
        LATER,
        |told| {
            order(told, 50_000_000, |placed| {
                for item in &mut placed.items {
                    item.category = "B07000000".into();
                }
            });
        },
        "kept",
    ),
    // Bids were called for.
    example(
        LIMIT,
        Shows::NotApplicable,
        LATER,
        |told| {
            order(told, 50_000_000, |placed| {
                placed.method = EmallMethod::Bid.into();
            });
        },
        "not applicable",
    ),
    example(
        LIMIT,
        Shows::NotApplicable,
        LATER,
        |told| {
            order(told, 50_000_000, |_| {});
            told.tell(emall_order_cancelled());
        },
        "not applicable",
    ),
    // No threshold is known.
    example(
        LIMIT,
        Shows::NotApplicable,
        LATER,
        |told| {
            told.is_of(StreamKind::Order, ORDER);
            told.tell(emall_order_placed());
        },
        "not applicable",
    ),
];

fn raised(told: &mut Told) {
    let mut raised = emall_objection_raised();
    raised.raised_on = "2023-09-27".into();
    told.tell(raised);
}

fn objection(told: &mut Told, resolved_on: &str) {
    told.is_of(StreamKind::Order, ORDER);
    raised(told);
    let mut resolved = emall_objection_resolved(EmallObjectionResult::Resolved);
    resolved.resolved_on = resolved_on.into();
    told.tell(resolved);
}

/// A direct order of one piece; thresholds of 500,000.00 yuan, of works 600,000.00.
fn order(told: &mut Told, amount_fen: i64, change: fn(&mut v1::EmallOrderPlaced)) {
    told.is_of(StreamKind::Order, ORDER);
    for (object, limit_fen) in [
        (ProcurementObject::Goods, 50_000_000),
        (ProcurementObject::Works, 60_000_000),
    ] {
        let mut thresholds = threshold_profile_published();
        thresholds.object = object.into();
        thresholds.dispersed_limit_fen = limit_fen;
        told.thresholds.push(thresholds);
    }
    let registered = v1::RegistryView {
        registered: true,
        region: REGION.into(),
        ..v1::RegistryView::default()
    };
    told.organisations.insert(UNIT.into(), registered);
    let mut placed = emall_order_placed();
    for item in &mut placed.items {
        (item.qty_milli, item.unit_price_fen) = (1_000, amount_fen);
    }
    placed.amount_fen = amount_fen;
    change(&mut placed);
    told.tell(placed);
}
