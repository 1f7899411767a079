//! Rooms: what overlaps, what is open, what comes too early, and what becomes of requests.

use super::*;
use crate::domain::{
    entity::EntityRef,
    payload::EventType,
    refusal::{
        Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E019_VENUE_OVERLAP},
        Refusal,
    },
    testkit::{
        PROJECT, REGION, World, assert_machine, assert_refusal, on_stream, oversight::*,
        procurement_document_issued,
    },
};
use crate::events::v1::{EntityKind, VenueAllocated};

/// Minutes of a day.
const fn at(hour: i64, minute: i64) -> i64 {
    hour * 60 + minute
}

/// A planned lot with a bid deadline on 2024-02-06 at 9, a room open from 8 to 18 on that day, and
/// three requests.
fn world() -> World {
    let mut world = World::with_plan();
    world.given(procurement_document_issued());
    world.given(venue_registered());
    world.given(venue_slot_opened("AM", 8, 12));
    world.given(venue_slot_opened("PM", 12, 18));
    for request in ["R-1", "R-2", "R-3"] {
        world.given(venue_requested(request));
    }
    world
}

fn request(world: &World, id: &str) -> VenueRequest {
    world.get(REGION, id).expect("the request")
}

fn refused(world: &World, allocation: VenueAllocated, figures: &[(&str, &str)]) {
    assert_refusal(&world.refused(allocation), E019_VENUE_OVERLAP, figures);
}

#[test]
fn requests_go_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use RequestStatus::*;
    let statuses = [
        Absent, Requested, Allocated, Used, Released, NoShow, Denied, Withdrawn,
    ];
    let expected = [
        (Absent, E::VenueRequested, Requested),
        (Requested, E::VenueAllocated, Allocated),
        (Requested, E::VenueRequestDenied, Denied),
        (Requested, E::VenueRequestWithdrawn, Withdrawn),
        (Allocated, E::VenueReleased, Released),
        (Allocated, E::VenueUsed, Used),
        (Allocated, E::VenueNotUsed, NoShow),
        (Released, E::VenueAllocated, Allocated),
    ];
    let entity = EntityRef::new(EntityKind::VenueRequest, "4304", REGION, "R-1");
    assert_machine(REQUEST_TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = VenueRequest {
            status,
            ..VenueRequest::default()
        };
        request_transition(&state, &entity, fact)
    });
}

#[test]
fn rooms_go_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use RoomStatus::{Absent, Registered};
    let expected = [
        (Absent, E::VenueRegistered, Registered),
        (Registered, E::VenueSlotOpened, Registered),
        (Registered, E::VenueAllocated, Registered),
        (Registered, E::VenueReleased, Registered),
        (Registered, E::VenueUsed, Registered),
        (Registered, E::VenueNotUsed, Registered),
    ];
    let entity = EntityRef::new(EntityKind::Venue, "4304", ROOM, "");
    assert_machine(
        ROOM_TRANSITIONS,
        &[Absent, Registered],
        &expected,
        |status, fact| {
            let state = Venue {
                status,
                ..Venue::default()
            };
            room_transition(&state, &entity, fact)
        },
    );
}

#[test]
fn refuses_an_overlap_of_a_minute_and_takes_what_touches() {
    let mut world = world();
    world.given(venue_allocated("R-1", at(9, 0), at(11, 0)));
    let figures = [
        ("venue_id", ROOM),
        ("request", "430400/R-1"),
        ("other_request", "430400/R-2"),
        (
            "other_allocated",
            "2024-02-06T10:59:00+08:00/2024-02-06T12:00:00+08:00",
        ),
    ];
    refused(
        &world,
        venue_allocated("R-2", at(10, 59), at(12, 0)),
        &figures,
    );
    refused(&world, venue_allocated("R-2", at(9, 0), at(11, 0)), &[]);
    refused(&world, venue_allocated("R-2", at(9, 30), at(10, 0)), &[]);
    world.given(venue_allocated("R-2", at(11, 0), at(12, 0)));
    let refusal = world.refused(venue_allocated("R-2", at(13, 0), at(14, 0)));
    assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
}

#[test]
fn gives_a_room_only_within_its_slots_which_join() {
    let mut world = world();
    // The slots of morning and afternoon are one.
    world
        .clone()
        .given(venue_allocated("R-1", at(11, 0), at(13, 0)));
    world
        .clone()
        .given(venue_allocated("R-1", at(9, 0), at(18, 0)));
    let opened = "2024-02-06T08:00:00+08:00/2024-02-06T18:00:00+08:00";
    let figures = [("request", "430400/R-1"), ("opened", opened)];
    refused(
        &world,
        venue_allocated("R-1", at(9, 0), at(18, 1)),
        &figures,
    );
    refused(
        &world,
        venue_allocated("R-1", at(18, 0), at(19, 0)),
        &figures,
    );
    world.given(venue_slot_opened("NIGHT", 19, 20));
    refused(&world, venue_allocated("R-1", at(17, 0), at(20, 0)), &[]);
    let refusal = world.refused(venue_slot_opened("AM", 20, 21));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("slot_id", "AM")]);
    let refusal = world.refused(venue_slot_opened("X", 20, 20));
    assert_eq!(refusal.code, E003_BAD_TIME);
    let refusal = world.refused(venue_allocated("R-1", at(10, 0), at(10, 0)));
    assert_eq!(refusal.code, E003_BAD_TIME);
}

#[test]
fn gives_no_room_before_the_bid_deadline() {
    let mut world = world();
    let refusal = world.refused(venue_allocated("R-1", at(8, 59), at(11, 0)));
    let figures = [
        ("lot_no", "01"),
        ("bid_deadline", "2024-02-06T09:00:00+08:00"),
        ("start", "2024-02-06T08:59:00+08:00"),
    ];
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    world.given(venue_allocated("R-1", at(9, 0), at(11, 0)));
}

#[test]
fn a_released_room_is_free_and_its_request_allocated_again() {
    let mut world = world();
    world.given(venue_allocated("R-1", at(9, 0), at(11, 0)));
    world.given(venue_released("R-1"));
    assert_eq!(request(&world, "R-1").status, RequestStatus::Released);
    world.given(venue_allocated("R-2", at(9, 0), at(11, 0)));
    refused(&world, venue_allocated("R-1", at(10, 0), at(12, 0)), &[]);
    world.given(venue_allocated("R-1", at(11, 0), at(12, 0)));
    assert_eq!(request(&world, "R-1").status, RequestStatus::Allocated);
}

#[test]
fn a_used_room_was_taken_and_one_without_a_guest_was_not() {
    let mut world = world();
    world.given(venue_allocated("R-1", at(9, 0), at(11, 0)));
    let mut used = world.clone();
    used.given(venue_used("R-1"));
    refused(&used, venue_allocated("R-2", at(9, 0), at(10, 0)), &[]);
    assert_eq!(used.refused(venue_released("R-1")).code, E001_UNKNOWN_REF);
    let mut early = venue_not_used("R-1");
    early.on = "2024-02-05".to_owned();
    let figures = [("earliest_on", "2024-02-06")];
    assert_refusal(&world.refused(early), E003_BAD_TIME, &figures);
    world.given(venue_not_used("R-1"));
    assert_eq!(request(&world, "R-1").status, RequestStatus::NoShow);
    world.given(venue_allocated("R-2", at(9, 0), at(10, 0)));
}

#[test]
fn corrections_and_voids_meet_the_overlap_too() {
    let mut world = world();
    let first = world.given(venue_allocated("R-1", at(9, 0), at(11, 0)));
    world.given(venue_allocated("R-2", at(11, 0), at(12, 0)));
    let check = |refusal: Refusal, code| assert_eq!(refusal.code, code, "{refusal}");
    let longer = world.correction(first, venue_allocated("R-1", at(9, 0), at(11, 1)));
    check(world.refused_fact(&longer), E019_VENUE_OVERLAP);
    // A voided slot closes the room under those who have it.
    let slot = world.items.iter().position(|item| {
        let payload = crate::domain::payload::payload_of(&item.fact.event);
        payload.is_some_and(|payload| EventType::of(payload) == EventType::VenueSlotOpened)
    });
    let slot = world.void(slot.expect("a slot") as u64);
    check(world.refused_fact(&slot), E019_VENUE_OVERLAP);
    // A release that is voided gives the room back to whom it was given first.
    world.given(venue_allocated("R-3", at(13, 0), at(14, 0)));
    let release = world.given(venue_released("R-3"));
    let mut taken = world.clone();
    taken.given(v("R-3", at(15, 0), at(16, 0)));
    check(
        taken.refused_fact(&taken.void(release)),
        E002_ILLEGAL_TRANSITION,
    );
    let voided = world.void(release);
    world.append(voided).expect("the room is given again");
    let shorter = world.correction(first, venue_allocated("R-1", at(9, 0), at(10, 0)));
    world.append(shorter).expect("shorter");
}

fn v(id: &str, from: i64, to: i64) -> VenueAllocated {
    venue_allocated(id, from, to)
}

#[test]
fn names_a_known_project_with_its_lots_and_the_requests_own() {
    let mut world = world();
    let mut unknown = venue_requested("R-9");
    unknown.project_id = "PJ-9".to_owned();
    let refusal = world.refused(unknown);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("entity_owner", "PJ-9")]);
    let mut lot = venue_requested("R-9");
    lot.lot_nos = vec!["02".to_owned()];
    let refusal = world.refused(lot);
    let figures = [("entity_kind", "LT"), ("entity_id", "02")];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    let mut other = venue_allocated("R-1", at(9, 0), at(11, 0));
    other.project_id = "PJ-9".to_owned();
    let figures = [("project_id", "PJ-9"), ("request_project_id", PROJECT)];
    assert_refusal(&world.refused(other), E001_UNKNOWN_REF, &figures);
    let missing = world.refused(venue_allocated("R-9", at(9, 0), at(11, 0)));
    assert_refusal(&missing, E001_UNKNOWN_REF, &[("entity_id", "R-9")]);
    let strayed = on_stream(
        world.fact(venue_slot_opened("X", 20, 21)),
        "venue/4304/VN-2",
    );
    assert_refusal(
        &world.refused_fact(&strayed),
        E001_UNKNOWN_REF,
        &[("venue_id", ROOM)],
    );
    let mut early = venue_request_denied("R-1");
    early.denied_on = "2024-01-15".to_owned();
    assert_eq!(world.refused(early).code, E003_BAD_TIME);
    world.given(venue_request_denied("R-1"));
    world.given(venue_request_withdrawn("R-2"));
    for id in ["R-1", "R-2"] {
        let refusal = world.refused(venue_allocated(id, at(9, 0), at(11, 0)));
        assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
    }
}
