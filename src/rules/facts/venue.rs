//! Rooms for openings and evaluations (任务13). Requests and denials stand in a region's stream,
//! what is given in the room's.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use prost_types::Timestamp;

use super::{Fact, FactKind, Parameter, Parameters, beside::acts_of, variables};
use crate::{
    domain::{
        payload::{day_of, micros_of},
        values::{StreamKind, date::midnight_seconds},
    },
    events::v1::{VenueAllocated, VenueDenialReason, VenueRequested, event_payload::Payload},
    rules::{
        case::{Body, Case, Clock, Done, Scene},
        parameters::Hours,
    },
    views::Standing,
};

/// The halves of a day, where a rule names their hours.
fn halves(of: &Parameters) -> impl Iterator<Item = (&'static str, Hours)> {
    let morning = of.morning.map(|hours| ("上午 the morning", hours));
    let afternoon = of.afternoon.map(|hours| ("下午 the afternoon", hours));
    morning.into_iter().chain(afternoon)
}

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "room_open_all_day",
        kind: FactKind::Content,
        streams: &[StreamKind::Venue],
        zh: "场地登记后每个工作日，规则所定的上午、下午时段是否均开放",
        en: "On each working day since a room is registered, whether it can be had for the whole \
             morning and the whole afternoon that the rule names",
        variables: variables::COMMON,
        parameters: &[Parameter::Morning, Parameter::Afternoon],
        find: open_all_day,
    },
    Fact {
        name: "room_given",
        kind: FactKind::Exists,
        streams: &[StreamKind::Region, StreamKind::Venue],
        zh: "开标时间届至的项目申请场地，是否给予安排；以无场地为由未予安排的为否",
        en: "Whether a room is given to a project that is due to open its bids; a denial for want \
             of a room says no",
        variables: variables::COMMON,
        parameters: &[],
        find: given,
    },
    Fact {
        name: "room_waited_for",
        kind: FactKind::Clock,
        streams: &[StreamKind::Venue],
        zh: "自申请人希望的日期起，至所分配场地的使用日期；已释放或已撤回的终止",
        en: "From the day for which a room was wanted to that for which it is given; void once \
             released or withdrawn",
        variables: variables::COMMON,
        parameters: &[],
        find: waited_for,
    },
];

/// Whether spans cover another one without a gap, all half-open.
fn is_covered(spans: &mut [(i64, i64)], from: i64, to: i64) -> bool {
    spans.sort_unstable();
    let reach = |reached: i64, span: &(i64, i64)| match span.0 <= reached {
        true => reached.max(span.1),
        false => reached,
    };
    spans.iter().fold(from, reach) >= to
}

fn open_all_day(scene: &Scene<'_>, of: &Parameters) -> Vec<Case> {
    let registered = scene.acts().find_map(|(act, payload)| match payload {
        Payload::VenueRegistered(_) => Some(act),
        _ => None,
    });
    let Some(registered) = registered else {
        return Vec::new();
    };
    let mut slots = BTreeMap::<NaiveDate, Vec<(&Standing, (i64, i64))>>::new();
    for (act, payload) in scene.acts() {
        let Payload::VenueSlotOpened(slot) = payload else {
            continue;
        };
        let (Some(from), Some(to)) = (&slot.from, &slot.to) else {
            continue;
        };
        let (Some(first), Some(last)) = (day_of(from), day_of(to)) else {
            continue;
        };
        for day in first.iter_days().take_while(|day| *day <= last) {
            let midnight = midnight_seconds(day) * 1_000_000;
            let minutes = |at: &Timestamp| (micros_of(at) - midnight) / 60_000_000;
            slots
                .entry(day)
                .or_default()
                .push((act, (minutes(from), minutes(to))));
        }
    }
    let days = registered
        .on()
        .iter_days()
        .take_while(|day| *day <= scene.today);
    let case = |on: NaiveDate| {
        let opened = slots.get(&on).map_or(&[][..], Vec::as_slice);
        let mut spans: Vec<(i64, i64)> = opened.iter().map(|(_, span)| *span).collect();
        let is_closed = |(_, hours): &(&str, Hours)| {
            !is_covered(&mut spans, hours.from.into(), hours.to.into())
        };
        let closed = halves(of).filter(is_closed);
        let wrong = closed
            .map(|(half, _)| format!("未开放{half} is not open"))
            .collect();
        let subject = scene.subject("venue", &on.to_string());
        let mut case = Case::of(registered, subject, Body::Content(wrong));
        case.on = on;
        case.evidence
            .extend(opened.iter().flat_map(|(act, _)| act.positions()));
        case
    };
    days.filter(|day| scene.calendar.is_workday(*day))
        .map(case)
        .collect()
}

/// When all lots of a request are due to be opened; `None` when that is not known of one.
fn deadline(scene: &Scene<'_>, request: &VenueRequested) -> Option<(Timestamp, Vec<u64>)> {
    let mut known = BTreeMap::<String, (Timestamp, &Standing)>::new();
    let acts = acts_of(scene, StreamKind::Project, &request.project_id);
    for act in acts.iter() {
        let (lots, deadline) = match act.payload() {
            Some(Payload::ProcurementDocumentIssued(e)) => (&e.lot_nos, &e.bid_deadline),
            Some(Payload::ClarificationIssued(e)) => (&e.lot_nos, &e.new_deadline),
            _ => continue,
        };
        for lot_no in deadline.iter().flat_map(|_| lots) {
            known.extend(deadline.map(|at| (lot_no.clone(), (at, act))));
        }
    }
    let of_lots = request.lot_nos.iter().map(|lot_no| known.get(lot_no));
    let of_lots = of_lots.collect::<Option<Vec<_>>>()?;
    let (at, _) = of_lots.iter().max_by_key(|(at, _)| micros_of(at))?;
    let positions = of_lots
        .iter()
        .flat_map(|(_, act)| act.positions())
        .collect();
    Some((*at, positions))
}

/// The request of an id among the acts of a region's stream, as it stands.
fn request_of<'a>(
    acts: impl Iterator<Item = &'a Standing>,
    request_id: &str,
) -> Option<(&'a Standing, &'a VenueRequested)> {
    let request = |act: &'a Standing| match act.payload()? {
        Payload::VenueRequested(e) if e.request_id == request_id => Some((act, e)),
        _ => None,
    };
    acts.filter_map(request).last()
}

fn given(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        match payload {
            Payload::VenueAllocated(given) => {
                let subject = scene.subject("request", &given.request_id);
                // Given again after a release, it is still one request.
                cases.retain(|case: &Case| case.subject != subject);
                cases.push(Case::of(act, subject, Body::Exists(true)));
            }
            Payload::VenueRequestDenied(denied) => {
                let subject = scene.subject("request", &denied.request_id);
                let mut case = Case::of(act, subject, Body::Exists(false));
                let acts = scene.timeline.standing().iter();
                let request = request_of(acts, &denied.request_id);
                let due = request.and_then(|(_, request)| deadline(scene, request));
                let no_room = denied.reason() == VenueDenialReason::NoRoom;
                let is_early = |(_, request): (&Standing, &VenueRequested)| {
                    let wanted = request.desired_start.as_ref().map(micros_of);
                    due.as_ref()
                        .is_none_or(|(at, _)| wanted < Some(micros_of(at)))
                };
                let reason = match (no_room, request) {
                    (false, _) => Some("并非因无场地 it was not for want of a room"),
                    (true, None) => Some("申请不明 the request is not known"),
                    (true, Some(request)) if is_early(request) => {
                        Some("所申请时间未届投标截止 it was wanted for before the bid deadline")
                    }
                    _ => None,
                };
                if let Some(reason) = reason {
                    case.body = Body::NotApplicable(reason.to_owned());
                }
                case.evidence
                    .extend(request.iter().flat_map(|(act, _)| act.positions()));
                case.evidence
                    .extend(due.into_iter().flat_map(|(_, positions)| positions));
                cases.push(case);
            }
            _ => {}
        }
    }
    cases
}

fn waited_for(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut newest = BTreeMap::<&str, (&Standing, &VenueAllocated)>::new();
    let mut released = BTreeMap::<&str, &Standing>::new();
    for (act, payload) in scene.acts() {
        match payload {
            Payload::VenueAllocated(e) => {
                newest.insert(&e.request_id, (act, e));
                released.remove(e.request_id.as_str());
            }
            Payload::VenueReleased(e) => {
                released.insert(&e.request_id, act);
            }
            _ => {}
        }
    }
    let mut of_regions = BTreeMap::<&str, Arc<Vec<Standing>>>::new();
    for (_, given) in newest.values() {
        let read = || acts_of(scene, StreamKind::Region, &given.region);
        of_regions.entry(&given.region).or_insert_with(read);
    }
    let case = |(id, (act, given)): (&str, (&Standing, &VenueAllocated))| {
        let acts = of_regions.get(given.region.as_str())?;
        let (request_act, request) = request_of(acts.iter(), id)?;
        let wanted_on = day_of(request.desired_start.as_ref()?)?;
        let given_on = day_of(given.start.as_ref()?)?;
        let released = released.get(id);
        let is_withdrawn = |act: &&Standing| match act.payload() {
            Some(Payload::VenueRequestWithdrawn(e)) => e.request_id == id,
            _ => false,
        };
        let withdrawn = acts.iter().find(is_withdrawn);
        let ended = |act: &Standing, why: &str| (act.on(), why.to_owned());
        let void = released.map(|act| ended(act, "场地已释放 the room was given back"));
        let void = void.or(withdrawn.map(|act| ended(act, "申请已撤回 the request was withdrawn")));
        let clock = Clock {
            done: void.is_none().then(|| Done {
                on: given_on,
                evidence: act.positions().collect(),
            }),
            void,
            ..Clock::default()
        };
        let mut case = Case::of(act, scene.subject("request", id), Body::Clock(clock));
        case.on = wanted_on;
        case.evidence.extend(request_act.positions());
        Some(case)
    };
    newest.into_iter().filter_map(case).collect()
}
