//! VN 场地: a room, when it can be had and who has it.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat};
use prost_types::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        machine::{Case, Row, advance},
        payload::{EventType, micros_of, payload_of},
        refusal::{Code, Refusal, repeated, unknown_name},
    },
    events::v1::event_payload::Payload,
};

/// Seconds of +08:00.
const OFFSET_S: i32 = 8 * 3600;

/// Whether a room is registered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoomStatus {
    /// Not registered.
    #[default]
    Absent,
    /// Registered.
    Registered,
}

/// A span of time, half-open, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// When it begins.
    pub start_us: i64,
    /// When it is over, exclusive.
    pub end_us: i64,
}

impl Span {
    /// The span between two instants.
    pub fn between(start: Option<&Timestamp>, end: Option<&Timestamp>) -> Self {
        Self {
            start_us: start.map_or(0, micros_of),
            end_us: end.map_or(0, micros_of),
        }
    }

    /// Whether it lasts at all.
    pub fn is_forward(self) -> bool {
        self.start_us < self.end_us
    }
}

/// Writes `2024-02-06T09:00:00+08:00/2024-02-06T11:00:00+08:00` (ISO 8601).
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", instant(self.start_us), instant(self.end_us))
    }
}

/// An instant at +08:00; its microseconds where it is beyond the calendar.
pub(super) fn instant(at_us: i64) -> String {
    let local = FixedOffset::east_opt(OFFSET_S).zip(DateTime::from_timestamp_micros(at_us));
    local.map_or_else(
        || at_us.to_string(),
        |(offset, at)| {
            let local = at.with_timezone(&offset);
            local.to_rfc3339_opts(SecondsFormat::AutoSi, false)
        },
    )
}

/// How far an allocation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AllocationStatus {
    /// 已分配.
    #[default]
    Allocated,
    /// 已使用.
    Used,
    /// 已释放: the room is free again.
    Released,
    /// 未使用: nobody came.
    NotUsed,
}

/// A room given to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// How far it is.
    pub status: AllocationStatus,
    /// The project.
    pub project_id: String,
    /// For when.
    pub span: Span,
    /// The day of the decision.
    pub allocated_on: NaiveDate,
}

impl Allocation {
    /// Whether it takes the room.
    pub fn is_live(&self) -> bool {
        matches!(
            self.status,
            AllocationStatus::Allocated | AllocationStatus::Used
        )
    }
}

/// The state of a room. Enumerations are kept as the schema's numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Venue {
    /// Whether it is registered.
    pub status: RoomStatus,
    /// The region that it belongs to.
    pub region: String,
    /// 房间号.
    pub room_no: String,
    /// What it is for: number of [`VenueKind`](crate::events::v1::VenueKind).
    pub kind: i32,
    /// How many people.
    pub capacity: i32,
    /// The day of registration.
    pub registered_on: Option<NaiveDate>,
    /// Slots by number.
    pub slots: BTreeMap<String, Span>,
    /// The newest allocation of each request, by `<region>/<request>`.
    pub allocations: BTreeMap<String, Allocation>,
}

/// The key of a request's allocation.
pub(super) fn key(region: &str, request_id: &str) -> String {
    format!("{region}/{request_id}")
}

/// Which event leads where, for a room.
pub const ROOM_TRANSITIONS: &[Row<RoomStatus>] = {
    use Case::Any;
    use EventType as E;
    use RoomStatus::{Absent, Registered};
    &[
        (Absent, E::VenueRegistered, Any, Registered),
        (Registered, E::VenueSlotOpened, Any, Registered),
        (Registered, E::VenueAllocated, Any, Registered),
        (Registered, E::VenueReleased, Any, Registered),
        (Registered, E::VenueUsed, Any, Registered),
        (Registered, E::VenueNotUsed, Any, Registered),
    ]
};

fn next(venue: &Venue, entity: &EntityRef, payload: &Payload) -> Result<RoomStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(ROOM_TRANSITIONS, venue.status, event, entity)
}

/// What ends an allocation, and whose.
fn ended(payload: &Payload) -> Option<(String, AllocationStatus)> {
    match payload {
        Payload::VenueReleased(event) => {
            let key = key(&event.region, &event.request_id);
            Some((key, AllocationStatus::Released))
        }
        Payload::VenueUsed(event) => {
            let key = key(&event.region, &event.request_id);
            Some((key, AllocationStatus::Used))
        }
        Payload::VenueNotUsed(event) => {
            let key = key(&event.region, &event.request_id);
            Some((key, AllocationStatus::NotUsed))
        }
        _ => None,
    }
}

/// Whether the event may happen to the room as it stands: a slot is opened once and a request has
/// the room once (E002); what is released or used was given (E001).
pub fn room_transition(venue: &Venue, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    next(venue, entity, payload)?;
    let holds = |key: &String| {
        let allocation = venue.allocations.get(key);
        allocation.is_some_and(|a| a.status == AllocationStatus::Allocated)
    };
    match payload {
        Payload::VenueSlotOpened(event) if venue.slots.contains_key(&event.slot_id) => {
            Err(repeated(entity, "slot_id", &event.slot_id))
        }
        Payload::VenueAllocated(event) if holds(&key(&event.region, &event.request_id)) => {
            Err(repeated(entity, "request_id", &event.request_id))
        }
        _ => match ended(payload) {
            Some((key, _)) if !holds(&key) => Err(unknown_name("request_id", &key)),
            _ => Ok(()),
        },
    }
}

/// The room after one more fact.
pub fn room_evolve(venue: &mut Venue, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(venue, entity, payload) {
        venue.status = to;
    }
    match payload {
        Payload::VenueRegistered(event) => {
            venue.region.clone_from(&event.region);
            venue.room_no.clone_from(&event.room_no);
            venue.kind = event.kind;
            venue.capacity = event.capacity;
            venue.registered_on = Some(fact.legal_date);
        }
        Payload::VenueSlotOpened(event) => {
            let span = Span::between(event.from.as_ref(), event.to.as_ref());
            venue.slots.entry(event.slot_id.clone()).or_insert(span);
        }
        Payload::VenueAllocated(event) => {
            let allocation = Allocation {
                status: AllocationStatus::Allocated,
                project_id: event.project_id.clone(),
                span: Span::between(event.start.as_ref(), event.end.as_ref()),
                allocated_on: fact.legal_date,
            };
            let key = key(&event.region, &event.request_id);
            venue.allocations.insert(key, allocation);
        }
        _ => {
            if let Some((key, status)) = ended(payload)
                && let Some(allocation) = venue.allocations.get_mut(&key)
            {
                allocation.status = status;
            }
        }
    }
}

/// E019 when two live allocations overlap, or one is outside the opened slots.
pub fn room_invariants(venue: &Venue, entity: &EntityRef) -> Result<(), Refusal> {
    let live = venue.allocations.iter().filter(|(_, a)| a.is_live());
    let mut live: Vec<(Span, &String)> = live.map(|(key, a)| (a.span, key)).collect();
    live.sort_unstable();
    for pair in live.windows(2) {
        let ((first, first_key), (second, second_key)) = (pair[0], pair[1]);
        if second.start_us < first.end_us {
            let message = format!(
                "venue {} is given to {first_key} for {first} and to {second_key} for {second}, \
                 which overlap",
                entity.owner()
            );
            return Err(Refusal::new(Code::E019_VENUE_OVERLAP, message)
                .with("venue_id", entity.owner())
                .with("request", first_key)
                .with("allocated", first)
                .with("other_request", second_key)
                .with("other_allocated", second));
        }
    }
    let open = opened(venue);
    let is_open = |span: Span| {
        let slot = open.partition_point(|slot| slot.start_us <= span.start_us);
        let slot = slot.checked_sub(1).and_then(|before| open.get(before));
        slot.is_some_and(|slot| span.end_us <= slot.end_us)
    };
    match live.into_iter().find(|(span, _)| !is_open(*span)) {
        None => Ok(()),
        Some((span, key)) => {
            let message = format!(
                "venue {} is given to {key} for {span}, which is not within its opened slots",
                entity.owner()
            );
            let nearest = open.iter().rfind(|slot| slot.start_us <= span.start_us);
            let nearest = nearest.or(open.first());
            let nearest = nearest.map_or_else(String::new, Span::to_string);
            Err(Refusal::new(Code::E019_VENUE_OVERLAP, message)
                .with("venue_id", entity.owner())
                .with("request", key)
                .with("allocated", span)
                .with("opened", nearest))
        }
    }
}

/// When the room can be had, in order: slots that touch or overlap are one.
fn opened(venue: &Venue) -> Vec<Span> {
    let mut slots: Vec<Span> = venue.slots.values().copied().collect();
    slots.sort_unstable();
    let mut open: Vec<Span> = Vec::with_capacity(slots.len());
    for slot in slots {
        match open.last_mut() {
            Some(last) if slot.start_us <= last.end_us => {
                last.end_us = last.end_us.max(slot.end_us);
            }
            _ => open.push(slot),
        }
    }
    open
}
