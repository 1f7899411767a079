//! MC 变更采购方式: a request for another method, and what finance decides on it.
//!
//! The entity is keyed by its stream and number (owner = project id, id = request id). It is
//! decided once. The approval is by the finance department of a city with districts, whichever
//! county asks (E026, 政府采购法第27条); an approved lot remembers its method.
//!
//! Decided where the domain's specification is silent: a request names lots of a plan in force; it
//! may name a failed lot, which is procured again by the approved method. That the approval is of
//! the requested lots and method (E001) holds in the folded state, so that no correction parts the
//! two.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    execution::check_in_force,
    gate::Env,
    lot::Lot,
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Code, Refusal, unknown},
};
use crate::events::v1::{EntityKind, ProcurementMethod, event_payload::Payload};

/// Where a request stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MethodChangeStatus {
    /// Not requested.
    #[default]
    Absent,
    /// 已申请.
    Requested,
    /// 已批准; final.
    Approved,
    /// 不予批准; final.
    Rejected,
}

/// Lots and the method that they are to have, as the schema's number.
pub type Wish = (BTreeSet<String>, i32);

/// The state of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodChange {
    /// Where it stands.
    pub status: MethodChangeStatus,
    /// What is asked for.
    pub requested: Wish,
    /// Its ground, as the schema's number.
    pub method_ground: i32,
    /// What is approved.
    pub approved: Option<Wish>,
    /// The day of the request.
    pub requested_on: Option<NaiveDate>,
    /// The day of the decision.
    pub decided_on: Option<NaiveDate>,
}

impl MethodChange {
    /// Whether a method is approved for a lot.
    pub fn is_approved_for(&self, lot_no: &str, method: i32) -> bool {
        let approved = self.approved.as_ref();
        approved.is_some_and(|(lots, to)| *to == method && lots.contains(lot_no))
    }
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<MethodChangeStatus>] = {
    use Case::Any;
    use EventType as E;
    use MethodChangeStatus::{Absent, Approved, Rejected, Requested};
    &[
        (Absent, E::MethodChangeRequested, Any, Requested),
        (Requested, E::MethodChangeApproved, Any, Approved),
        (Requested, E::MethodChangeRejected, Any, Rejected),
    ]
};

fn next(
    request: &MethodChange,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<MethodChangeStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, request.status, event, entity)
}

/// Whether the event may happen to the request as it stands.
pub fn transition(request: &MethodChange, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(request, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The request after one more fact.
pub fn evolve(request: &mut MethodChange, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(request, entity, payload) {
        request.status = to;
    }
    let lots = |lot_nos: &[String]| lot_nos.iter().cloned().collect();
    let on = Some(fact.legal_date);
    match payload {
        Payload::MethodChangeRequested(event) => {
            request.requested = (lots(&event.lot_nos), event.to_method);
            request.method_ground = event.method_ground;
            request.requested_on = on;
        }
        Payload::MethodChangeApproved(event) => {
            request.approved = Some((lots(&event.lot_nos), event.to_method));
            request.decided_on = on;
        }
        Payload::MethodChangeRejected(_) => request.decided_on = on,
        _ => {}
    }
}

/// E001 when the approval is of other lots or another method than the request.
pub fn invariants(request: &MethodChange, entity: &EntityRef) -> Result<(), Refusal> {
    let requested = &request.requested;
    let Some(approved) = request.approved.as_ref().filter(|wish| *wish != requested) else {
        return Ok(());
    };
    let told = |(lots, method): &Wish| {
        let lots = lots
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(",");
        let method = ProcurementMethod::try_from(*method).unwrap_or_default();
        (lots, method.as_str_name())
    };
    let ((lots, method), (given_lots, given_method)) = (told(requested), told(approved));
    let message = format!(
        "request {} is for {method} of lots {lots}, \
         the approval for {given_method} of {given_lots}",
        entity.id()
    );
    Err(Refusal::new(Code::E001_UNKNOWN_REF, message)
        .with("request_id", entity.id())
        .with("expected_lot_nos", lots)
        .with("expected_method", method)
        .with("given_lot_nos", given_lots)
        .with("given_method", given_method))
}

/// The step gates of method changes: the lots are known (E001), the plan is in force (E002), and a
/// decision is not before its request (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let request_id = match payload {
        Payload::MethodChangeRequested(event) => {
            check_in_force(env);
            return check_lots(env, &event.lot_nos);
        }
        Payload::MethodChangeApproved(event) => &event.request_id,
        Payload::MethodChangeRejected(event) => &event.request_id,
        _ => return,
    };
    let request = env.load::<MethodChange>(request_id);
    if let Some(request) = request.get() {
        env.not_before("the request", request.requested_on);
    }
}

/// Refuses with E001 lots that the project does not have.
pub(super) fn check_lots(env: &mut Env<'_>, lot_nos: &[String]) {
    for lot_no in lot_nos {
        if env.load::<Lot>(lot_no).get().is_none() {
            env.refuse(unknown(&env.own(EntityKind::Lot, lot_no)));
        }
    }
}

#[cfg(test)]
mod tests;
