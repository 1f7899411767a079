//! Regions, rooms, libraries and the catalogue of approvals: scenario S11.

use prost_types::Timestamp;

use super::{
    Figure, figure,
    kit::{City, tell},
};
use crate::{
    domain::{
        profile::REGIONS,
        testkit::{
            REGION, UNIT, instant,
            oversight::{
                ROOM, barrier_clue_received, barrier_confirmed, barrier_rectified,
                supplier_library_abolished, supplier_library_reported, supplier_library_retained,
                venue_allocated, venue_registered, venue_released, venue_request_denied,
                venue_request_withdrawn, venue_requested, venue_slot_opened, venue_used,
            },
        },
        values::StreamKind,
    },
    events::v1::{self, SystemModule},
    rules::testkit::Told,
    supervision::metrics::Dimension,
};

const AT: &str = "2023-11-30";

pub(super) const FIGURES: &[Figure] = &[
    figure("M-07", (five_libraries, AT), (4, 5, 8_000)),
    figure("M-07R", (three_clues, AT), (1, 2, 5_000)),
    figure("M-11", (fourteen_regions, "2023-06-30"), (13, 14, 9_285)),
    figure("M-12R", (twelve_items, "2023-10-31"), (7, 12, 5_833)),
    figure("M-13S", (twenty_requests, AT), (18, 20, 9_000)),
    // 60 minutes of 450 and 210.
    figure("M-13U", (four_days, "2024-02-08"), (60, 660, 909)),
    figure("M-13D", (four_days, "2024-02-08"), (1, 4, 2_500)),
    // No day and five.
    figure("M-13W", (two_waits, AT), (5, 2, 250)),
];

/// Five libraries, three abolished, one retained, one open.
fn five_libraries(city: &mut City) {
    for number in 0..5 {
        city.stream(StreamKind::Library, &format!("LB-{number}"), |told| {
            tell(told, supplier_library_reported(), |of| {
                of.library_id = format!("LB-{number}");
                of.reported_on = "2023-09-01".into();
            });
            if number < 3 {
                tell(told, supplier_library_abolished(), |of| {
                    of.abolished_on = "2023-10-10".into();
                });
            } else if number == 3 {
                tell(told, supplier_library_retained(), |of| {
                    of.retained_on = "2023-10-11".into();
                });
            }
        });
    }
}

fn clue(told: &mut Told, id: &str, is_confirmed: bool, is_rectified: bool) {
    tell(told, barrier_clue_received(), |of| {
        of.clue_id = id.into();
        of.received_on = "2023-09-04".into();
    });
    if is_confirmed {
        tell(told, barrier_confirmed(), |of| {
            of.clue_id = id.into();
            of.confirmed_on = "2023-09-06".into();
        });
    }
    if is_rectified {
        tell(told, barrier_rectified(), |of| {
            of.clue_id = id.into();
            of.rectified_on = "2023-09-08".into();
        });
    }
}

/// Two barriers, one taken away, in a library and in a region; a clue that is not decided.
fn three_clues(city: &mut City) {
    city.stream(StreamKind::Library, "LB-1", |told| {
        clue(told, "BC-1", true, true);
        clue(told, "BC-2", false, false);
    });
    city.stream(StreamKind::Region, REGION, |told| {
        clue(told, "BC-3", true, false);
    });
}

const MODULES: [SystemModule; 8] = [
    SystemModule::Budget,
    SystemModule::Intention,
    SystemModule::Plan,
    SystemModule::Execution,
    SystemModule::Contract,
    SystemModule::Payment,
    SystemModule::Acceptance,
    SystemModule::Credit,
];

fn onboarded(told: &mut Told, modules: &[SystemModule], live_on: &str) {
    let region = told.stream.id.clone();
    for module in modules {
        told.tell(v1::RegionModuleEnabled {
            region: region.clone(),
            module: (*module).into(),
            enabled_on: "2023-06-01".into(),
        });
    }
    told.tell(v1::RegionOnboarded {
        region,
        live_on: live_on.into(),
    });
}

/// Thirteen are live and full by 30 June, HY-SMQ on 15 July.
fn fourteen_regions(city: &mut City) {
    let below = REGIONS
        .iter()
        .filter(|of| of.parent == REGION && of.may_own());
    for region in below {
        let live_on = match region.code {
            "HY-SMQ" => "2023-07-15",
            _ => "2023-06-20",
        };
        city.stream(StreamKind::Region, region.code, |told| {
            onboarded(told, &MODULES, live_on);
        });
    }
}

/// Twelve items that no law asks for, seven abolished, five justified; one that is statutory.
fn twelve_items(city: &mut City) {
    city.stream(StreamKind::Region, REGION, |told| {
        for number in 0..13 {
            let item_code = format!("AI-{number}");
            told.tell(v1::ApprovalItemCatalogued {
                item_code: item_code.clone(),
                region: REGION.into(),
                statutory: number == 12,
                on: "2023-03-01".into(),
                ..v1::ApprovalItemCatalogued::default()
            });
            if number < 7 {
                told.tell(v1::ApprovalItemAbolished {
                    item_code,
                    region: REGION.into(),
                    effective_on: "2023-10-31".into(),
                    on: "2023-09-01".into(),
                    ..v1::ApprovalItemAbolished::default()
                });
            } else if number < 12 {
                told.tell(v1::ApprovalItemJustified {
                    item_code,
                    region: REGION.into(),
                    legal_basis: "市政府令".into(),
                    on: "2023-09-01".into(),
                });
            }
        }
    });
}

fn request(told: &mut Told, number: usize) {
    tell(told, venue_requested(&format!("VR-{number}")), |of| {
        of.desired_start = instant("2023-10-09", 9);
        of.requested_at = instant("2023-09-20", 10);
    });
}

fn allocation(told: &mut Told, number: usize, on: &str, hour: i64) {
    tell(told, venue_allocated(&format!("VR-{number}"), 0, 0), |of| {
        of.start = instant(on, hour);
        of.end = instant(on, hour + 1);
        of.allocated_on = "2023-09-28".into();
    });
}

/// Twenty requests for the morning of 9 October: eighteen are given a room on it, one is denied,
/// one is given a room on 16 October.
fn twenty_requests(city: &mut City) {
    city.stream(StreamKind::Region, REGION, |told| {
        for number in 0..20 {
            request(told, number);
        }
        tell(told, venue_request_denied("VR-18"), |of| {
            of.denied_on = "2023-09-28".into();
        });
    });
    city.stream(StreamKind::Venue, ROOM, |told| {
        for number in 0..18 {
            allocation(told, number, "2023-10-09", 11);
        }
        allocation(told, 19, "2023-10-16", 9);
    });
}

fn two_waits(city: &mut City) {
    city.stream(StreamKind::Region, REGION, |told| {
        request(told, 1);
        request(told, 2);
    });
    city.stream(StreamKind::Venue, ROOM, |told| {
        allocation(told, 1, "2023-10-09", 9);
        allocation(told, 2, "2023-10-16", 9);
    });
}

fn slot(told: &mut Told, on: &str, (from, to): (i64, i64)) {
    let at = |minutes: i64| {
        instant(on, 0).map(|at| Timestamp {
            seconds: at.seconds + minutes * 60,
            ..at
        })
    };
    tell(
        told,
        venue_slot_opened(&format!("S-{on}-{from}-{to}"), 0, 0),
        |of| {
            of.from = at(from);
            of.to = at(to);
        },
    );
}

/// A room of four working days: open all of the second, where slots overlap, the morning of the
/// third; used for an hour.
fn four_days(city: &mut City) {
    city.stream(StreamKind::Venue, ROOM, |told| {
        tell(told, venue_registered(), |of| of.on = "2024-02-05".into());
        slot(told, "2024-02-06", (510, 720));
        slot(told, "2024-02-06", (540, 720));
        slot(told, "2024-02-06", (810, 1_050));
        slot(told, "2024-02-06", (1_020, 1_050));
        slot(told, "2024-02-07", (510, 720));
        told.tell(venue_used("VR-1"));
    });
}

#[test]
fn scenario_11_is_whole_when_the_last_region_follows() {
    let mut city = City::default();
    fourteen_regions(&mut city);
    assert_eq!(city.at("2023-07-14").figure("M-11").0, 13);
    assert_eq!(city.at("2023-07-15").figure("M-11"), (14, 14, Some(10_000)));
    assert_eq!(city.at("2023-06-19").figure("M-11"), (0, 14, Some(0)));
}

#[test]
fn a_region_that_lacks_a_module_is_not_full() {
    let mut city = City::default();
    city.stream(StreamKind::Region, "430421", |told| {
        onboarded(told, &MODULES, "2023-06-20");
        told.tell(v1::RegionModuleSuspended {
            region: "430421".into(),
            module: SystemModule::Payment.into(),
            reason: "升级".into(),
            suspended_on: "2023-08-01".into(),
        });
    });
    city.stream(StreamKind::Region, "430422", |told| {
        onboarded(told, &MODULES[..7], "2023-06-20");
    });
    assert_eq!(city.at("2023-07-31").figure("M-11").0, 1);
    assert_eq!(city.at("2023-08-01").figure("M-11").0, 0);
}

#[test]
fn an_item_is_abolished_from_its_day_on() {
    let mut city = City::default();
    twelve_items(&mut city);
    assert_eq!(city.at("2023-10-30").figure("M-12R"), (0, 12, Some(0)));
}

#[test]
fn the_half_of_the_day_and_the_last_room_decide() {
    let mut city = City::default();
    city.stream(StreamKind::Region, REGION, |told| {
        for number in 1..=4 {
            request(told, number);
        }
        tell(told, venue_request_withdrawn("VR-4"), |of| {
            of.withdrawn_on = "2023-09-21".into();
        });
    });
    city.stream(StreamKind::Venue, ROOM, |told| {
        // One minute before noon would do, noon does not.
        allocation(told, 1, "2023-10-09", 11);
        allocation(told, 2, "2023-10-09", 12);
        // Given back, and given anew on another day.
        allocation(told, 3, "2023-10-09", 9);
        tell(told, venue_released("VR-3"), |of| {
            of.released_on = "2023-09-29".into();
        });
    });
    city.stream(StreamKind::Venue, "VN-430400-02", |told| {
        tell(told, venue_allocated("VR-3", 0, 0), |of| {
            of.venue_id = "VN-430400-02".into();
            of.start = instant("2023-10-10", 9);
            of.end = instant("2023-10-10", 10);
            of.allocated_on = "2023-09-29".into();
        });
    });
    assert_eq!(city.at(AT).figure("M-13S"), (1, 3, Some(3_333)));
}

#[test]
fn a_day_that_has_not_come_is_neither_open_nor_used() {
    let mut city = City::default();
    four_days(&mut city);
    assert_eq!(
        city.at("2024-02-06").figure("M-13U"),
        (60, 450, Some(1_333))
    );
    assert_eq!(city.at("2024-02-05").figure("M-13D"), (0, 1, Some(0)));
    assert_eq!(
        city.at("2024-02-05").whole("M-13U").and_then(|of| of.value),
        None
    );
}

#[test]
fn libraries_stand_with_their_owners() {
    let mut city = City::default();
    five_libraries(&mut city);
    let groups = city.at(AT).groups("M-07", Dimension::Unit);
    assert_eq!(groups, [(UNIT.to_owned(), 4, 5)]);
}
