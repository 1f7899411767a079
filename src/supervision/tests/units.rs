//! Units: the e-mall (scenario S5), farm products, internal control (scenario S11), assessments of
//! the central agency.

use super::{
    Figure, figure,
    kit::{City, tell},
};
use crate::{
    domain::{
        testkit::{
            CENTRAL, REGION, UNIT, UNIT_2,
            market::{
                canteen_spend_declared, emall_item, emall_order_accepted, emall_order_cancelled,
                emall_order_placed, farm_purchase_reported, farm_purchase_reversed,
                farm_reserve_declared,
            },
            oversight::{
                assessment_concluded, assessment_notice, assessment_plan_issued,
                internal_control_filing_accepted, internal_control_filing_returned,
                internal_control_issued,
            },
        },
        values::StreamKind,
    },
    events::v1::{self, FarmPlatform, OrganisationKind, SmallPurchaseExemption},
    rules::testkit::{Told, day},
    supervision::metrics::{Dimension, Period, Query},
};

const AT: &str = "2023-12-31";
/// A second central agency.
const CENTRAL_2: &str = "12430400000099063T";

pub(super) const FIGURES: &[Figure] = &[
    figure("M-10A", (s5, AT), (136_500_000, 200_000_000, 6_825)),
    figure("M-10C", (s5, AT), (6, 8, 7_500)),
    figure("M-10U", (two_units, AT), (1, 2, 5_000)),
    // Of a fifth of 1,000,000.01 yuan, rounded up.
    figure("M-03F", (canteens, AT), (14_000_000, 20_000_001, 6_999)),
    figure("M-03R", (two_units, AT), (1, 2, 5_000)),
    figure("M-02", (ten_units, "2023-10-31"), (9, 10, 9_000)),
    figure("M-04", (two_agencies, AT), (1, 2, 5_000)),
];

fn purchase(id: &str, amount_fen: i64, channel: &str, on: &str) -> v1::SmallPurchaseRecorded {
    v1::SmallPurchaseRecorded {
        unit: UNIT.into(),
        purchase_id: id.into(),
        category: "A02010105".into(),
        category_version: 2022,
        amount_fen,
        channel: channel.into(),
        exemption_reason: 0,
        purchased_on: on.into(),
    }
}

/// An order of the unit, accepted on a day.
fn order(told: &mut Told, order_no: &str, amount_fen: i64, accepted_on: Option<&str>) {
    tell(told, emall_order_placed(), |of| {
        of.order_no = order_no.into();
        of.items = vec![emall_item(1_000, amount_fen)];
        of.amount_fen = amount_fen;
        of.placed_on = "2023-05-10".into();
    });
    if let Some(on) = accepted_on {
        tell(told, emall_order_accepted(), |of| {
            of.order_no = order_no.into();
            of.accepted_on = on.into();
        });
    }
}

/// Scenario S5: eight purchases, two of them elsewhere; the first is an order that was accepted,
/// which the unit recorded too.
fn s5(city: &mut City) {
    city.thresholds();
    city.organisation(UNIT, OrganisationKind::BudgetUnit, REGION, "2023-01-01");
    city.stream(StreamKind::Unit, UNIT, |told| {
        let amounts = [480, 320, 150, 225, 99, 41, 410, 275];
        for (number, amount) in amounts.into_iter().enumerate() {
            let channel = match amount {
                225 | 410 => "INTRANET",
                _ => "HN_EMALL",
            };
            let id = format!("EO-{number}");
            told.tell(purchase(&id, amount * 100_000, channel, "2023-05-10"));
        }
    });
    city.stream(StreamKind::Order, "EO-0", |told| {
        order(told, "EO-0", 48_000_000, Some("2023-05-20"));
    });
}

fn accounts(told: &mut Told, platforms: &[FarmPlatform]) {
    for platform in platforms {
        told.tell(v1::FarmPlatformRegistered {
            unit: told.stream.id.clone(),
            platform: (*platform).into(),
            account_no: "A-1".into(),
            registered_on: "2023-02-01".into(),
        });
    }
}

/// One unit with an accepted order and both accounts, one with an order that was cancelled and one
/// account; a third was closed.
fn two_units(city: &mut City) {
    city.organisation(UNIT, OrganisationKind::BudgetUnit, REGION, "2023-01-01");
    city.organisation(UNIT_2, OrganisationKind::BudgetUnit, REGION, "2023-01-01");
    city.stream(StreamKind::Organisation, "11430400000099039H", |told| {
        told.tell(v1::OrganisationRegistered {
            uscc: "11430400000099039H".into(),
            kinds: vec![OrganisationKind::BudgetUnit.into()],
            region: REGION.into(),
            on: "2023-01-01".into(),
            ..v1::OrganisationRegistered::default()
        });
        told.tell(v1::OrganisationClosed {
            uscc: "11430400000099039H".into(),
            on: "2023-12-01".into(),
        });
    });
    city.stream(StreamKind::Order, "EO-1", |told| {
        order(told, "EO-1", 1_000_000, Some("2023-05-20"));
    });
    city.stream(StreamKind::Order, "EO-2", |told| {
        tell(told, emall_order_placed(), |of| {
            of.order_no = "EO-2".into();
            of.unit = UNIT_2.into();
            of.placed_on = "2023-05-10".into();
        });
        tell(told, emall_order_cancelled(), |of| {
            of.order_no = "EO-2".into();
            of.cancelled_on = "2023-05-12".into();
        });
    });
    let both = [FarmPlatform::P832, FarmPlatform::HnRural];
    city.stream(StreamKind::Unit, UNIT, |told| accounts(told, &both));
    city.stream(StreamKind::Unit, UNIT_2, |told| accounts(told, &both[..1]));
}

fn bought(told: &mut Told, order_no: &str, fen: i64, on: &str) {
    tell(told, farm_purchase_reported(order_no, fen), |of| {
        of.fiscal_year = 2023;
        of.paid_on = on.into();
    });
}

/// A canteen that bought up to the last day, took a part back, and bought more the day after; and
/// a unit that has none.
fn canteens(city: &mut City) {
    city.stream(StreamKind::Unit, UNIT_2, |told| {
        tell(told, canteen_spend_declared(100_000_001), |of| {
            of.fiscal_year = 2023;
            of.declared_on = "2023-01-10".into();
        });
        tell(told, farm_reserve_declared(20_000_001), |of| {
            of.fiscal_year = 2023;
            of.declared_on = "2023-01-11".into();
        });
        bought(told, "F-1", 10_000_000, "2023-05-10");
        tell(told, farm_purchase_reversed("F-1", 1_000_000), |of| {
            of.fiscal_year = 2023;
            of.reversed_on = "2023-05-20".into();
        });
        bought(told, "F-2", 5_000_000, "2023-11-30");
        bought(told, "F-3", 7_000_000, "2023-12-01");
    });
    city.stream(StreamKind::Unit, UNIT, |told| {
        tell(told, canteen_spend_declared(0), |of| {
            of.unit = UNIT.into();
            of.fiscal_year = 2023;
            of.has_canteen = false;
            of.declared_on = "2023-01-10".into();
        });
    });
}

/// Scenario S11: nine filings are accepted in time; the tenth is returned, filed again, and
/// accepted on 2 November.
fn ten_units(city: &mut City) {
    for number in 0..10 {
        let uscc = format!("1143040000009900{number}T");
        city.organisation(&uscc, OrganisationKind::BudgetUnit, REGION, "2023-01-01");
        city.stream(StreamKind::Unit, &uscc, |told| {
            tell(told, internal_control_issued(), |of| {
                of.unit.clone_from(&uscc);
                of.issued_on = "2023-09-01".into();
            });
            if number == 9 {
                told.tell(internal_control_filing_returned("2023-10-30"));
                told.tell(internal_control_filing_accepted("2023-11-02"));
            } else {
                told.tell(internal_control_filing_accepted("2023-10-31"));
            }
        });
    }
}

fn assessed(told: &mut Told, channel: &str) {
    tell(told, assessment_plan_issued([5_000, 5_000]), |of| {
        of.issued_on = "2023-10-08".into();
    });
    tell(told, assessment_concluded(), |of| {
        of.concluded_on = "2023-11-20".into();
    });
    tell(told, assessment_notice("N-1"), |of| {
        of.channel = channel.into();
        of.published_at = crate::domain::testkit::instant("2023-11-28", 9);
    });
}

/// Scenario S11 with a second agency, whose result is not on the province's site.
fn two_agencies(city: &mut City) {
    for (uscc, channel) in [(CENTRAL, "CCGP_HN"), (CENTRAL_2, "CCGP_HY")] {
        city.organisation(uscc, OrganisationKind::CentralAgency, REGION, "2023-01-01");
        city.stream(StreamKind::Agency, uscc, |told| assessed(told, channel));
    }
}

#[test]
fn scenario_5_covers_its_unit() {
    let mut city = City::default();
    s5(&mut city);
    let picture = city.at(AT);
    assert_eq!(picture.figure("M-10U"), (1, 1, Some(10_000)));
    assert_eq!(picture.figure("M-10A").2, Some(6_825));
    // The accepted order stands in the contracts with its small supplier.
    assert_eq!(picture.figure("SME-N"), (1, 1, Some(10_000)));
    // What was accepted in another year covers no unit in this one.
    let of_2024 = Query {
        period: Period {
            from: Some(day("2024-01-01")),
            to: None,
        },
        ..picture.query("M-10U")
    };
    assert_eq!(picture.values(&of_2024)[0].numerator, 0);
    assert_eq!(picture.values(&of_2024)[0].denominator, 1);
}

#[test]
fn what_is_exempt_or_reaches_the_threshold_leaves_both_sides() {
    let mut city = City::default();
    city.thresholds();
    city.stream(StreamKind::Unit, UNIT, |told| {
        told.tell(purchase("SP-1", 1_000, "HN_EMALL", "2023-05-10"));
        told.tell(purchase("SP-2", 2_000, "INTRANET", "2023-05-10"));
        tell(
            told,
            purchase("SP-3", 4_000, "INTRANET", "2023-05-10"),
            |of| {
                of.exemption_reason = SmallPurchaseExemption::Emergency.into();
            },
        );
        tell(
            told,
            purchase("SP-4", 8_000, "HN_EMALL", "2023-05-10"),
            |of| {
                of.exemption_reason = SmallPurchaseExemption::NotListed.into();
            },
        );
        told.tell(purchase("SP-5", 50_000_000, "HN_EMALL", "2023-05-10"));
        told.tell(purchase("SP-6", 49_999_999, "HN_EMALL", "2023-05-10"));
    });
    let picture = city.at(AT);
    assert_eq!(picture.figure("M-10A").0, 1_000 + 49_999_999);
    assert_eq!(picture.figure("M-10C"), (2, 3, Some(6_666)));
}

#[test]
fn an_order_that_is_not_recorded_again_counts_too_while_it_is_in_force() {
    let mut city = City::default();
    city.thresholds();
    city.stream(StreamKind::Unit, UNIT, |told| {
        told.tell(purchase("SP-2", 2_000, "INTRANET", "2023-05-10"));
    });
    city.stream(StreamKind::Order, "EO-1", |told| {
        order(told, "EO-1", 6_000, None);
        tell(told, emall_order_cancelled(), |of| {
            of.order_no = "EO-1".into();
            of.cancelled_on = "2023-05-12".into();
        });
    });
    assert_eq!(
        city.at("2023-05-11").figure("M-10A"),
        (6_000, 8_000, Some(7_500))
    );
    assert_eq!(city.at("2023-05-12").figure("M-10A"), (0, 2_000, Some(0)));
}

#[test]
fn scenario_11_has_all_filings_a_month_later() {
    let mut city = City::default();
    ten_units(&mut city);
    assert_eq!(city.at("2023-11-01").figure("M-02"), (9, 10, Some(9_000)));
    let picture = city.at("2023-11-30");
    assert_eq!(picture.figure("M-02"), (10, 10, Some(10_000)));
    let groups = picture.groups("M-02", Dimension::Region);
    assert_eq!(groups, [(REGION.to_owned(), 10, 10)]);
    // Repealed rules are no rules.
    let mut city = City::default();
    city.organisation(UNIT_2, OrganisationKind::BudgetUnit, REGION, "2023-01-01");
    city.stream(StreamKind::Unit, UNIT_2, |told| {
        told.tell(internal_control_filing_accepted("2023-10-31"));
        told.tell(v1::InternalControlRepealed {
            control_id: "IC-1".into(),
            repealed_on: "2023-12-01".into(),
            ..v1::InternalControlRepealed::default()
        });
    });
    assert_eq!(city.at("2023-11-30").figure("M-02").0, 1);
    assert_eq!(city.at("2023-12-01").figure("M-02").0, 0);
}

#[test]
fn an_assessment_counts_in_the_period_of_its_publication() {
    let mut city = City::default();
    two_agencies(&mut city);
    assert_eq!(city.at("2023-11-27").figure("M-04"), (0, 2, Some(0)));
    let picture = city.at(AT);
    let next_year = Query {
        period: Period {
            from: Some(day("2024-01-01")),
            to: Some(day("2024-12-31")),
        },
        ..picture.query("M-04")
    };
    assert_eq!(picture.values(&next_year)[0].numerator, 0);
}

#[test]
fn a_canteen_is_measured_by_its_fiscal_year() {
    let mut city = City::default();
    canteens(&mut city);
    let picture = city.at(AT);
    let years = picture.groups("M-03F", Dimension::Year);
    assert_eq!(years, [("2023".to_owned(), 14_000_000, 20_000_001)]);
    assert_eq!(city.at("2023-11-29").figure("M-03F").0, 9_000_000);
    assert_eq!(
        picture.number("SELECT max(reserved_fen) FROM farm_years"),
        20_000_001
    );
}
