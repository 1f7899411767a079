//! Examples of rules on what is deducted from the bids of small and micro enterprises.

use super::{
    Example,
    Shows::{AtTheBound, Broken, Kept, NotApplicable},
    Told,
    project::{example, plan, tell},
};
use crate::{
    domain::testkit::{SUPPLIER, SUPPLIER_2, evaluation_concluded, instant, ranked_bid},
    events::v1::{self, EnterpriseSize, LawTrack, SmePolicy, SmePolicyKind},
};

const GOODS: &str = "MOF46-DEDUCT";
const WORKS: &str = "MOF46-DEDUCT-WORKS";

/// What this family shows: a bid of 1,000,000.00 yuan.
pub(super) const EXAMPLES: &[Example] = &[
    // 15 % since 1 July 2022.
    example(
        GOODS,
        Kept,
        |told| goods(told, "2023-09-05", 85_000_000),
        "kept",
    ),
    example(
        GOODS,
        AtTheBound,
        |told| goods(told, "2023-09-05", 90_000_000),
        "kept",
    ),
    example(
        GOODS,
        AtTheBound,
        |told| goods(told, "2023-09-05", 80_000_000),
        "kept",
    ),
    example(
        GOODS,
        Broken,
        |told| goods(told, "2023-09-05", 94_000_000),
        "broken 600 of 1000",
    ),
    example(
        GOODS,
        Broken,
        |told| goods(told, "2023-09-05", 79_000_000),
        "broken 2100 of 2000",
    ),
    // Six per cent were enough until then.
    example(
        GOODS,
        AtTheBound,
        |told| goods(told, "2022-06-30", 94_000_000),
        "kept",
    ),
    example(
        GOODS,
        Broken,
        |told| goods(told, "2022-06-30", 85_000_000),
        "broken 1500 of 1000",
    ),
    // Nothing is deducted.
    example(
        GOODS,
        Broken,
        |told| goods(told, "2023-09-05", 100_000_000),
        "broken 0 of 1000",
    ),
    example(
        GOODS,
        NotApplicable,
        |told| {
            sized(told, EnterpriseSize::Medium);
            planned(told, "A02010105", SmePolicyKind::NonReserved);
            evaluated(told, "2023-09-05", Some(100_000_000));
        },
        "not applicable",
    ),
    example(
        GOODS,
        NotApplicable,
        |told| {
            planned(told, "A02010105", SmePolicyKind::NonReserved);
            evaluated(told, "2023-09-05", Some(100_000_000));
        },
        "not applicable",
    ),
    example(
        GOODS,
        NotApplicable,
        |told| {
            sized(told, EnterpriseSize::Small);
            planned(told, "A02010105", SmePolicyKind::AllReserved);
            evaluated(told, "2023-09-05", Some(100_000_000));
        },
        "not applicable",
    ),
    example(
        GOODS,
        NotApplicable,
        |told| {
            sized(told, EnterpriseSize::Small);
            planned(told, "A02010105", SmePolicyKind::NonReserved);
            evaluated(told, "2023-09-05", None);
        },
        "not applicable",
    ),
    example(WORKS, Kept, |told| works(told, 96_000_000), "kept"),
    example(WORKS, AtTheBound, |told| works(told, 97_000_000), "kept"),
    example(WORKS, AtTheBound, |told| works(told, 95_000_000), "kept"),
    example(
        WORKS,
        Broken,
        |told| works(told, 90_000_000),
        "broken 1000 of 500",
    ),
    example(
        WORKS,
        Broken,
        |told| works(told, 97_000_001),
        "broken 299 of 300",
    ),
    example(
        WORKS,
        NotApplicable,
        |told| goods(told, "2023-09-05", 85_000_000),
        "",
    ),
    example(
        WORKS,
        NotApplicable,
        |told| {
            sized(told, EnterpriseSize::Micro);
            plan(told, 300_000_000, |of| {
                of.category = "B01010000".into();
                of.law_track = LawTrack::TenderLaw.into();
            });
            evaluated(told, "2023-09-05", Some(90_000_000));
        },
        "not applicable",
    ),
];

/// The bidder's size in the registry.
fn sized(told: &mut Told, size: EnterpriseSize) {
    let registered = v1::RegistryView {
        registered: true,
        size: size.into(),
        ..v1::RegistryView::default()
    };
    told.organisations.insert(SUPPLIER.into(), registered);
}

fn planned(told: &mut Told, category: &str, kind: SmePolicyKind) {
    plan(told, 300_000_000, |of| {
        of.category = category.into();
        of.sme_policy = Some(SmePolicy {
            kind: kind.into(),
            reason: "市场竞争不充分".into(),
            reserved_fen: 0,
        });
    });
}

/// One valid bid, and one that is not.
fn evaluated(told: &mut Told, on: &str, evaluated_price_fen: Option<i64>) {
    tell(told, evaluation_concluded(), |of| {
        of.concluded_at = instant(on, 17);
        let mut bid = ranked_bid(1, SUPPLIER, true);
        bid.bid_price_fen = 100_000_000;
        bid.evaluated_price_fen = evaluated_price_fen;
        of.ranking = vec![bid, ranked_bid(2, SUPPLIER_2, false)];
    });
}

fn goods(told: &mut Told, on: &str, evaluated_fen: i64) {
    sized(told, EnterpriseSize::Small);
    planned(told, "A02010105", SmePolicyKind::NonReserved);
    evaluated(told, on, Some(evaluated_fen));
}

fn works(told: &mut Told, evaluated_fen: i64) {
    sized(told, EnterpriseSize::Micro);
    planned(told, "B01010000", SmePolicyKind::NonReserved);
    evaluated(told, "2023-09-05", Some(evaluated_fen));
}
