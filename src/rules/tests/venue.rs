//! Examples of rules on rooms.

use prost_types::Timestamp;

use super::{Example, Shows, Told};
use crate::{
    domain::testkit::{
        PROJECT, REGION, instant,
        oversight::{
            ROOM, venue_allocated, venue_registered, venue_released, venue_request_denied,
            venue_requested, venue_slot_opened,
        },
        procurement_document_issued,
    },
    domain::values::StreamKind,
    events::v1::{self, VenueDenialReason},
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "HY-13-ALLDAY",
        shows: Shows::Kept,
        today: "2023-10-08",
        tells: |told| {
            room(told, "2023-10-07");
            slot(told, "2023-10-07", (480, 1_080));
            slot(told, "2023-10-08", (480, 1_080));
        },
        says: "kept; kept",
    },
    Example {
        rule: "HY-13-ALLDAY",
        shows: Shows::AtTheBound,
        today: "2023-10-07",
        tells: |told| {
            room(told, "2023-10-07");
            slot(told, "2023-10-07", (810, 1_050));
            slot(told, "2023-10-07", (600, 720));
            slot(told, "2023-10-07", (510, 600));
        },
        says: "kept",
    },
    Example {
        rule: "HY-13-ALLDAY",
        shows: Shows::Broken,
        today: "2023-10-09",
        tells: |told| {
            room(told, "2023-10-07");
            slot(told, "2023-10-07", (510, 720));
            slot(told, "2023-10-08", (510, 1_049));
            slot(told, "2023-10-09", (510, 719));
            slot(told, "2023-10-09", (810, 1_050));
        },
        says: "broken; broken; broken",
    },
    Example {
        rule: "HY-13-ALLDAY",
        shows: Shows::NotApplicable,
        today: "2023-10-06",
        tells: |told| room(told, "2023-09-30"),
        says: "",
    },
    Example {
        rule: "HY-13-ONDEMAND",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            told.is_of(StreamKind::Venue, ROOM);
            told.tell(allocation("2023-10-09"));
        },
        says: "kept",
    },
    Example {
        rule: "HY-13-ONDEMAND",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| denied(told, 8, VenueDenialReason::NoRoom),
        says: "not applicable",
    },
    Example {
        rule: "HY-13-ONDEMAND",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| denied(told, 9, VenueDenialReason::NoRoom),
        says: "broken",
    },
    Example {
        rule: "HY-13-ONDEMAND",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| denied(told, 9, VenueDenialReason::NotReady),
        says: "not applicable",
    },
    Example {
        rule: "HY-13-WAIT-3WD",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| allocated(told, "2023-10-09"),
        says: "met, due 2023-10-12",
    },
    Example {
        rule: "HY-13-WAIT-3WD",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| allocated(told, "2023-10-12"),
        says: "met, due 2023-10-12",
    },
    Example {
        rule: "HY-13-WAIT-3WD",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| allocated(told, "2023-10-16"),
        says: "late 4/2, due 2023-10-12",
    },
    Example {
        rule: "HY-13-WAIT-3WD",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            allocated(told, "2023-10-10");
            told.tell(released());
            told.tell(allocation("2023-10-13"));
        },
        says: "late 1/1, due 2023-10-12",
    },
    Example {
        rule: "HY-13-WAIT-3WD",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            allocated(told, "2023-10-16");
            told.tell(released());
        },
        says: "void, due 2023-10-12",
    },
];

/// A room enters the register; its stream is told of.
fn room(told: &mut Told, on: &str) {
    told.is_of(StreamKind::Venue, ROOM);
    told.tell(v1::VenueRegistered {
        on: on.into(),
        ..venue_registered()
    });
}

/// A slot of a day, from and to in minutes.
fn slot(told: &mut Told, on: &str, (from, to): (i64, i64)) {
    let at = |minutes: i64| {
        instant(on, 0).map(|at| Timestamp {
            seconds: at.seconds + minutes * 60,
            ..at
        })
    };
    told.tell(v1::VenueSlotOpened {
        from: at(from),
        to: at(to),
        opened_on: "2023-10-07".into(),
        ..venue_slot_opened(&format!("S-{on}-{from}"), 0, 0)
    });
}

fn request(hour: i64) -> v1::VenueRequested {
    v1::VenueRequested {
        desired_start: instant("2023-10-09", hour),
        requested_at: instant("2023-09-20", 10),
        ..venue_requested("VR-1")
    }
}

/// A room was wanted for a project whose bids are due at nine, and denied.
fn denied(told: &mut Told, hour: i64, reason: VenueDenialReason) {
    let document = v1::ProcurementDocumentIssued {
        issued_on: "2023-09-12".into(),
        bid_deadline: instant("2023-10-08", 9),
        ..procurement_document_issued()
    };
    told.tell_beside(StreamKind::Project, PROJECT, document);
    let clarification = v1::ClarificationIssued {
        lot_nos: vec!["01".into()],
        new_deadline: instant("2023-10-09", 9),
        issued_on: "2023-09-15".into(),
        ..v1::ClarificationIssued::default()
    };
    told.tell_beside(StreamKind::Project, PROJECT, clarification);
    told.is_of(StreamKind::Region, REGION);
    told.tell(request(hour));
    told.tell(v1::VenueRequestDenied {
        reason: reason.into(),
        denied_on: "2023-09-28".into(),
        ..venue_request_denied("VR-1")
    });
}

fn allocation(on: &str) -> v1::VenueAllocated {
    v1::VenueAllocated {
        start: instant(on, 9),
        end: instant(on, 11),
        allocated_on: "2023-09-28".into(),
        ..venue_allocated("VR-1", 0, 0)
    }
}

/// Scenario 11: wanted for 9 October; the room's stream is told of.
fn allocated(told: &mut Told, on: &str) {
    told.tell_beside(StreamKind::Region, REGION, request(9));
    told.is_of(StreamKind::Venue, ROOM);
    told.tell(allocation(on));
}

fn released() -> v1::VenueReleased {
    v1::VenueReleased {
        released_on: "2023-09-29".into(),
        ..venue_released("VR-1")
    }
}
