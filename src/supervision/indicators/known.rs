//! The indicators that the code knows, by id: what thresholds each has, and how it is computed.

use chrono::NaiveDate;

use super::{
    IndicatorError,
    catalogue::{Indicator, Unit},
    find::{amounts, bids, contracts, differences, groups, splits, suppliers, year_end},
    outcome::Outcome,
    picture::Picture,
};

/// How an indicator is computed, as of a day.
pub type Find = fn(&Picture<'_>, &Indicator, NaiveDate) -> Result<Vec<Outcome>, IndicatorError>;

/// An indicator that the code knows.
#[derive(Debug)]
pub struct Known {
    /// Its id.
    pub id: &'static str,
    /// Its thresholds, each with its unit.
    pub thresholds: &'static [(&'static str, Unit)],
    /// It is asked of methods that the pack names.
    pub has_methods: bool,
    /// The pack names days by method.
    pub has_days_by_method: bool,
    /// How it is computed.
    pub find: Find,
}

const PLAIN: Known = Known {
    id: "",
    thresholds: &[],
    has_methods: false,
    has_days_by_method: false,
    find: |_, _, _| Ok(Vec::new()),
};
const POPULATION: (&str, Unit) = ("population_min", Unit::Count);

/// All of them.
pub const ALL: &[Known] = &[
    Known {
        id: "R003",
        thresholds: &[("days_min", Unit::Days)],
        has_days_by_method: true,
        find: |picture, indicator, _| bids::short_period(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "R018",
        has_methods: true,
        find: |picture, indicator, _| bids::single(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "R024",
        thresholds: &[POPULATION],
        find: |picture, indicator, _| differences::close(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "R025",
        thresholds: &[("percentile", Unit::Percent), POPULATION],
        find: |picture, indicator, _| groups::unsuccessful(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "R028",
        find: |picture, indicator, _| bids::identical(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "R030",
        find: |picture, indicator, _| bids::late(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "R035",
        thresholds: &[("disqualified_min", Unit::Count)],
        find: |picture, indicator, _| bids::all_others_disqualified(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "R036",
        find: |picture, indicator, _| bids::lowest_disqualified(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "R038",
        thresholds: &[("bids_min", Unit::Count), POPULATION],
        find: |picture, indicator, _| groups::disqualified(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "R048",
        thresholds: &[
            ("processes_min", Unit::Count),
            ("digits", Unit::Digits),
            ("category_digits", Unit::Digits),
            POPULATION,
        ],
        find: |picture, indicator, _| groups::heterogeneous(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "R058",
        thresholds: &[POPULATION],
        find: |picture, indicator, _| differences::discounted(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "BH-AWARD-GAP",
        thresholds: &[("ratio_min", Unit::Bp), ("ratio_max", Unit::Bp)],
        find: |picture, indicator, _| contracts::award_gap(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "BH-CHANGE-NEAR-LIMIT",
        thresholds: &[("share_min", Unit::Bp)],
        find: |picture, indicator, _| contracts::near_limit(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "BH-PAID-BEFORE-ACCEPTANCE",
        find: |picture, indicator, _| contracts::paid_early(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "BH-SPLIT",
        thresholds: &[
            ("purchases_min", Unit::Count),
            ("category_digits", Unit::Digits),
        ],
        find: |picture, indicator, _| splits::split(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "BH-ACCOUNT-CHANGED",
        thresholds: &[("changes_max", Unit::Count)],
        find: |picture, indicator, _| contracts::account_changed(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "BH-YEAR-END-PAID",
        thresholds: &[("share_max", Unit::Bp), ("payments_min", Unit::Count)],
        find: year_end::paid,
        ..PLAIN
    },
    Known {
        id: "BH-YEAR-END-SIGNED",
        thresholds: &[("share_max", Unit::Bp), ("contracts_min", Unit::Count)],
        find: year_end::signed,
        ..PLAIN
    },
    Known {
        id: "BH-SINGLE-SOURCE",
        thresholds: &[("awards_max", Unit::Count), ("window", Unit::Days)],
        has_methods: true,
        find: |picture, indicator, _| suppliers::repeated(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "BH-NEW-SUPPLIER",
        thresholds: &[("amount_min", Unit::Fen), ("days_min", Unit::Days)],
        find: |picture, indicator, _| suppliers::new(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "BH-SAME-PERSON",
        thresholds: &[("persons_max", Unit::Count)],
        find: |picture, indicator, _| contracts::same_person(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "PL-AMOUNTS-REPEATED",
        thresholds: &[("share_below", Unit::Bp), ("values_min", Unit::Count)],
        find: |picture, indicator, _| amounts::repeated(picture, indicator),
        ..PLAIN
    },
    Known {
        id: "PL-PAID-OVER-CONTRACT",
        thresholds: &[("over_min", Unit::Fen)],
        find: |picture, indicator, _| contracts::overpaid(picture, indicator),
        ..PLAIN
    },
];

/// An indicator by its id.
pub fn by_id(id: &str) -> Option<&'static Known> {
    ALL.iter().find(|known| known.id == id)
}
