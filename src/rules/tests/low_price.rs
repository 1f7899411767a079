//! Examples of rules on abnormally low prices.

use super::{
    Example,
    Shows::{AtTheBound, Broken, Kept, NotApplicable},
    Told,
    project::{example, plan, tell},
};
use crate::{
    domain::testkit::{
        LOT, SUPPLIER, SUPPLIER_2, SUPPLIER_3, evaluation_concluded, instant, ranked_bid,
    },
    events::v1,
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        "MOF2026-02-LOW",
        Kept,
        |told| {
            suspected(told, "2026-02-05");
            explained(told, 45);
            decided(told, "2026-02-05");
            evaluated(told, &[90, 100], "2026-02-05");
        },
        "kept",
    ),
    example(
        "MOF2026-02-LOW",
        AtTheBound,
        |told| {
            suspected(told, "2026-02-05");
            explained(told, 30);
            decided(told, "2026-02-05");
        },
        "kept",
    ),
    example(
        "MOF2026-02-LOW",
        Broken,
        |told| {
            suspected(told, "2026-02-05");
            explained(told, 29);
            decided(told, "2026-02-05");
        },
        "broken",
    ),
    example(
        "MOF2026-02-LOW",
        Broken,
        |told| {
            suspected(told, "2026-02-05");
            explained(told, 30);
            evaluated(told, &[90, 100], "2026-02-05");
            decided(told, "2026-02-06");
        },
        "broken",
    ),
    example(
        "MOF2026-02-LOW",
        NotApplicable,
        |told| suspected(told, "2026-02-05"),
        "",
    ),
    example(
        "MOF2026-02-LOW",
        NotApplicable,
        |told| {
            suspected(told, "2026-01-31");
            decided(told, "2026-02-05");
        },
        "",
    ),
    example(
        "MOF2026-02-LOW-MEAN",
        Kept,
        |told| priced(told, &[80, 90, 100]),
        "kept",
    ),
    example(
        "MOF2026-02-LOW-MEAN",
        AtTheBound,
        |told| priced(told, &[45, 90, 135]),
        "kept",
    ),
    example(
        "MOF2026-02-LOW-MEAN",
        Broken,
        |told| priced(told, &[44, 90, 135]),
        "broken",
    ),
    example(
        "MOF2026-02-LOW-MEAN",
        NotApplicable,
        |told| priced(told, &[44]),
        "not applicable",
    ),
    example(
        "MOF2026-02-LOW-SECOND",
        Kept,
        |told| priced(told, &[80, 90, 100]),
        "kept",
    ),
    example(
        "MOF2026-02-LOW-SECOND",
        AtTheBound,
        |told| priced(told, &[45, 90, 100]),
        "kept",
    ),
    example(
        "MOF2026-02-LOW-SECOND",
        Broken,
        |told| priced(told, &[44, 90, 100]),
        "broken",
    ),
    example(
        "MOF2026-02-LOW-SECOND",
        NotApplicable,
        |told| priced(told, &[44]),
        "not applicable",
    ),
    example(
        "MOF2026-02-LOW-CEILING",
        Kept,
        |told| priced(told, &[95, 100]),
        "kept",
    ),
    example(
        "MOF2026-02-LOW-CEILING",
        AtTheBound,
        |told| priced(told, &[90]),
        "kept",
    ),
    example(
        "MOF2026-02-LOW-CEILING",
        Broken,
        |told| priced(told, &[89]),
        "broken",
    ),
    example(
        "MOF2026-02-LOW-CEILING",
        Kept,
        |told| {
            suspected(told, "2026-02-05");
            priced(told, &[89, 100]);
        },
        "kept",
    ),
    example(
        "MOF2026-02-LOW-CEILING",
        NotApplicable,
        |told| evaluated(told, &[89], "2026-02-05"),
        "not applicable",
    ),
    example(
        "MOF2026-02-LOW-CEILING",
        NotApplicable,
        |told| {
            planned(told);
            evaluated(told, &[89], "2026-01-31");
        },
        "",
    ),
];

/// A plan of 2,000,000.00 yuan without a ceiling.
fn planned(told: &mut Told) {
    plan(told, 200_000_000, |of| of.filed_on = "2026-01-05".into());
}

/// An evaluation of valid bids at prices in ten thousand yuan.
fn evaluated(told: &mut Told, prices: &[i64], on: &str) {
    tell(told, evaluation_concluded(), |of| {
        of.concluded_at = instant(on, 17);
        let bidders = [SUPPLIER, SUPPLIER_2, SUPPLIER_3];
        let bids = (1..)
            .zip(bidders)
            .zip(prices)
            .map(|((rank, supplier), price)| {
                let mut bid = ranked_bid(rank, supplier, true);
                bid.bid_price_fen = price * 1_000_000;
                bid
            });
        of.ranking = bids.collect();
    });
}

fn priced(told: &mut Told, prices: &[i64]) {
    planned(told);
    evaluated(told, prices, "2026-02-05");
}

fn suspected(told: &mut Told, on: &str) {
    told.tell(v1::AbnormalLowPriceTriggered {
        lot_no: LOT.into(),
        case_no: "1".into(),
        supplier: SUPPLIER.into(),
        price_fen: 40_000_000,
        test: v1::LowPriceTest::Mean.into(),
        reference_fen: 90_000_000,
        limit_bp: 5_000,
        triggered_at: instant(on, 10),
    });
}

fn explained(told: &mut Told, minutes: i32) {
    told.tell(v1::AbnormalLowPriceExplained {
        lot_no: LOT.into(),
        case_no: "1".into(),
        minutes_given: minutes,
        explanation_hash: String::new(),
        explained_at: instant("2026-02-05", 11),
    });
}

fn decided(told: &mut Told, on: &str) {
    told.tell(v1::AbnormalLowPriceDecided {
        lot_no: LOT.into(),
        case_no: "1".into(),
        accepted: false,
        reason: "不能证明报价合理性".into(),
        decided_on: on.into(),
    });
}
