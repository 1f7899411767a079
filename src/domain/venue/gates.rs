//! Step gates of venues: streams, projects and lots are those named (E001), spans go forward, acts
//! follow one another, and no room is given before a bid deadline (E003).

use chrono::NaiveDate;

use super::{
    request::VenueRequest,
    room::{Span, Venue, instant, key},
};
use crate::{
    domain::{
        entity::EntityRef,
        gate::Env,
        lot::{Lot, LotStatus},
        payload::day_of,
        project::{PlanStatus, Project},
        refusal::{Code, Refusal, unknown},
    },
    events::v1::{self, EntityKind, event_payload::Payload},
};

/// The step gates of venue events.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::VenueRegistered(event) => env.own_stream("venue_id", &event.venue_id),
        Payload::VenueSlotOpened(event) => {
            let span = Span::between(event.from.as_ref(), event.to.as_ref());
            on_room(env, &event.venue_id, Some(span));
        }
        Payload::VenueRequested(event) => check_request(env, event),
        Payload::VenueRequestDenied(event) => {
            env.own_stream("region", &event.region);
            on_request(env, &event.region, &event.request_id, |_, _| {});
        }
        Payload::VenueRequestWithdrawn(event) => {
            env.own_stream("region", &event.region);
            on_request(env, &event.region, &event.request_id, |_, _| {});
        }
        Payload::VenueAllocated(event) => check_allocation(env, event),
        Payload::VenueReleased(event) => {
            on_room(env, &event.venue_id, None);
            after_allocation(env, &event.region, &event.request_id);
        }
        Payload::VenueUsed(event) => {
            let span = Span::between(event.actual_start.as_ref(), event.actual_end.as_ref());
            on_room(env, &event.venue_id, Some(span));
            after_allocation(env, &event.region, &event.request_id);
        }
        Payload::VenueNotUsed(event) => {
            on_room(env, &event.venue_id, None);
            after_allocation(env, &event.region, &event.request_id);
            check_no_show(env, event);
        }
        _ => {}
    }
}

/// The stream is the room's own, the act not before its registration, its span goes forward.
fn on_room(env: &mut Env<'_>, venue_id: &str, span: Option<Span>) {
    env.own_stream("venue_id", venue_id);
    let venue = env.load::<Venue>("");
    env.not_before(
        "registration",
        venue.get().and_then(|venue| venue.registered_on),
    );
    if let Some(span) = span.filter(|span| !span.is_forward()) {
        let message = format!("{span} ends before it begins");
        env.refuse(Refusal::new(Code::E003_BAD_TIME, message).with("span", span));
    }
}

/// Runs gates on a request of a region's stream; an absent one is refused by its transition.
fn on_request(
    env: &mut Env<'_>,
    region: &str,
    request_id: &str,
    gates: impl FnOnce(&mut Env<'_>, &VenueRequest),
) {
    let partition = &env.fact.stream.partition;
    let entity = EntityRef::new(EntityKind::VenueRequest, partition, region, request_id);
    let request = env.load_at::<VenueRequest>(&entity);
    if let Some(request) = request.get() {
        env.not_before("the request", request.requested_on);
        gates(env, request);
    }
}

fn after_allocation(env: &mut Env<'_>, region: &str, request_id: &str) {
    on_request(env, region, request_id, |env, request| {
        env.not_before("the allocation", request.allocated_on);
    });
}

/// The project and the lots are known.
fn check_request(env: &mut Env<'_>, event: &v1::VenueRequested) {
    env.own_stream("region", &event.region);
    let project = env.load_stream::<Project>(&event.project_id);
    let partition = env.fact.stream.partition.clone();
    let of = |kind, id: &str| EntityRef::new(kind, &partition, &event.project_id, id);
    let is_planned =
        |project: &Project| !matches!(project.status, PlanStatus::Absent | PlanStatus::Ordered);
    if !project.get().is_some_and(is_planned) {
        env.refuse(unknown(&of(EntityKind::Project, "")));
    }
    for lot_no in &event.lot_nos {
        let entity = of(EntityKind::Lot, lot_no);
        let lot = env.load_at::<Lot>(&entity);
        if lot.get().is_none_or(|lot| lot.status == LotStatus::Absent) {
            env.refuse(unknown(&entity));
        }
    }
}

fn check_allocation(env: &mut Env<'_>, event: &v1::VenueAllocated) {
    let span = Span::between(event.start.as_ref(), event.end.as_ref());
    on_room(env, &event.venue_id, Some(span));
    on_request(env, &event.region, &event.request_id, |env, request| {
        env.not_before("the release", request.released_on);
        for lot_no in &request.lot_nos {
            let partition = &env.fact.stream.partition;
            let lot = EntityRef::new(EntityKind::Lot, partition, &request.project_id, lot_no);
            let lot = env.load_at::<Lot>(&lot);
            let deadline_us = lot.get().and_then(|lot| lot.bid_deadline_us);
            if let Some(deadline_us) = deadline_us.filter(|at| span.start_us < *at) {
                env.refuse(too_early(lot_no, span, deadline_us));
            }
        }
    });
}

fn too_early(lot_no: &str, span: Span, deadline_us: i64) -> Refusal {
    let (start, deadline) = (instant(span.start_us), instant(deadline_us));
    let message = format!("a room from {start} is before {deadline}, the deadline of lot {lot_no}");
    Refusal::new(Code::E003_BAD_TIME, message)
        .with("lot_no", lot_no)
        .with("bid_deadline", deadline)
        .with("start", start)
}

/// Nobody fails to come before the day for which the room was given.
fn check_no_show(env: &mut Env<'_>, event: &v1::VenueNotUsed) {
    let venue = env.load::<Venue>("");
    let allocation = venue.get().and_then(|venue| {
        venue
            .allocations
            .get(&key(&event.region, &event.request_id))
    });
    let starts_on = allocation.and_then(|allocation| day_at(allocation.span.start_us));
    env.not_before("the time that was given", starts_on);
}

fn day_at(at_us: i64) -> Option<NaiveDate> {
    day_of(&prost_types::Timestamp {
        seconds: at_us.div_euclid(1_000_000),
        nanos: 0,
    })
}
