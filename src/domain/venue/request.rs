//! VR 场地申请: a request for a room, and what became of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        machine::{Case, Row, advance},
        payload::{EventType, payload_of},
        refusal::{Refusal, unknown_name},
    },
    events::v1::event_payload::Payload,
};

/// Where a request stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RequestStatus {
    /// Not made.
    #[default]
    Absent,
    /// 已申请.
    Requested,
    /// 已分配.
    Allocated,
    /// 已使用.
    Used,
    /// 已释放; may be allocated again.
    Released,
    /// 未使用: nobody came.
    NoShow,
    /// 未予安排.
    Denied,
    /// 已撤回.
    Withdrawn,
}

/// The state of a request. Enumerations are kept as the schema's numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VenueRequest {
    /// Where it stands.
    pub status: RequestStatus,
    /// The project.
    pub project_id: String,
    /// The lots.
    pub lot_nos: Vec<String>,
    /// What the room is for: number of [`VenueKind`](crate::events::v1::VenueKind).
    pub kind: i32,
    /// The day of the request.
    pub requested_on: Option<NaiveDate>,
    /// The room that it was last given; empty for none.
    pub venue_id: String,
    /// The day of the newest allocation.
    pub allocated_on: Option<NaiveDate>,
    /// The day of the newest release.
    pub released_on: Option<NaiveDate>,
}

/// Which event leads where, for a request.
pub const REQUEST_TRANSITIONS: &[Row<RequestStatus>] = {
    use Case::Any;
    use EventType as E;
    use RequestStatus::{Absent, Allocated, Denied, NoShow, Released, Requested, Used, Withdrawn};
    &[
        (Absent, E::VenueRequested, Any, Requested),
        (Requested, E::VenueAllocated, Any, Allocated),
        (Requested, E::VenueRequestDenied, Any, Denied),
        (Requested, E::VenueRequestWithdrawn, Any, Withdrawn),
        (Allocated, E::VenueReleased, Any, Released),
        (Allocated, E::VenueUsed, Any, Used),
        (Allocated, E::VenueNotUsed, Any, NoShow),
        (Released, E::VenueAllocated, Any, Allocated),
    ]
};

fn next(
    request: &VenueRequest,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<RequestStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(REQUEST_TRANSITIONS, request.status, event, entity)
}

/// Whether the event may happen to the request as it stands; E001 when it is of another project
/// than the request.
pub fn request_transition(
    request: &VenueRequest,
    entity: &EntityRef,
    fact: &Fact,
) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    next(request, entity, payload)?;
    let project_id = match payload {
        Payload::VenueAllocated(event) => &event.project_id,
        Payload::VenueReleased(event) => &event.project_id,
        Payload::VenueUsed(event) => &event.project_id,
        Payload::VenueNotUsed(event) => &event.project_id,
        _ => return Ok(()),
    };
    match *project_id == request.project_id {
        true => Ok(()),
        false => {
            Err(unknown_name("project_id", project_id)
                .with("request_project_id", &request.project_id))
        }
    }
}

/// The request after one more fact.
pub fn request_evolve(request: &mut VenueRequest, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(request, entity, payload) {
        request.status = to;
    }
    match payload {
        Payload::VenueRequested(event) => {
            request.project_id.clone_from(&event.project_id);
            request.lot_nos.clone_from(&event.lot_nos);
            request.kind = event.kind;
            request.requested_on = Some(fact.legal_date);
        }
        Payload::VenueAllocated(event) => {
            request.venue_id.clone_from(&event.venue_id);
            request.allocated_on = Some(fact.legal_date);
        }
        Payload::VenueReleased(_) => request.released_on = Some(fact.legal_date),
        _ => {}
    }
}
