//! OB 电子卖场异议: an objection to an order, or to an item of the e-mall's catalogue.
//!
//! The entity is keyed by its stream and number: in the order's stream for an order, in the
//! region's for an item. One who objects may withdraw until it is decided; it may be decided
//! without being taken up first.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    machine::{Case, Row, advance},
    order::{Order, OrderStatus},
    payload::{EventType, payload_of},
    refusal::{Refusal, unknown},
    values::StreamKind,
};
use crate::events::v1::{EmallObjectionResult, EntityKind, event_payload::Payload};

/// Where an objection stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ObjectionStatus {
    /// Not raised.
    #[default]
    Absent,
    /// 已提出.
    Raised,
    /// 处理中.
    InProgress,
    /// 已解决.
    Resolved,
    /// 不成立.
    Rejected,
    /// 已撤回.
    Withdrawn,
}

/// The state of an objection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmallObjection {
    /// Where it stands.
    pub status: ObjectionStatus,
    /// Who objects.
    pub raised_by: String,
    /// The day of the objection.
    pub raised_on: Option<NaiveDate>,
    /// The day on which somebody began to handle it.
    pub taken_on: Option<NaiveDate>,
    /// The day of its end.
    pub ended_on: Option<NaiveDate>,
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<ObjectionStatus>] = {
    use Case::{Any, Dismissed, Upheld};
    use EventType as E;
    use ObjectionStatus::{Absent, InProgress, Raised, Rejected, Resolved, Withdrawn};
    &[
        (Absent, E::EmallObjectionRaised, Any, Raised),
        (Raised, E::EmallObjectionTaken, Any, InProgress),
        (Raised, E::EmallObjectionResolved, Upheld, Resolved),
        (Raised, E::EmallObjectionResolved, Dismissed, Rejected),
        (Raised, E::EmallObjectionWithdrawn, Any, Withdrawn),
        (InProgress, E::EmallObjectionResolved, Upheld, Resolved),
        (InProgress, E::EmallObjectionResolved, Dismissed, Rejected),
        (InProgress, E::EmallObjectionWithdrawn, Any, Withdrawn),
    ]
};

fn case_of(payload: &Payload) -> Case {
    let Payload::EmallObjectionResolved(event) = payload else {
        return Case::Other;
    };
    match event.result() {
        EmallObjectionResult::Resolved => Case::Upheld,
        EmallObjectionResult::Rejected => Case::Dismissed,
        EmallObjectionResult::Unspecified => Case::Other,
    }
}

fn next(
    state: &EmallObjection,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<ObjectionStatus, Refusal> {
    let event = (EventType::of(payload), case_of(payload));
    advance(TRANSITIONS, state.status, event, entity)
}

/// Whether the event may happen to the objection as it stands.
pub fn transition(state: &EmallObjection, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(state, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The objection after one more fact.
pub fn evolve(state: &mut EmallObjection, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(state, entity, payload) {
        state.status = to;
    }
    let on = Some(fact.legal_date);
    match payload {
        Payload::EmallObjectionRaised(event) => {
            state.raised_by.clone_from(&event.raised_by);
            state.raised_on = on;
        }
        Payload::EmallObjectionTaken(_) => state.taken_on = on,
        Payload::EmallObjectionResolved(_) | Payload::EmallObjectionWithdrawn(_) => {
            state.ended_on = on;
        }
        _ => {}
    }
}

/// The step gates of objections: the order objected to is known (E001), each act follows the one
/// before (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let id = match payload {
        Payload::EmallObjectionRaised(_) => return check_raising(env),
        Payload::EmallObjectionTaken(event) => &event.objection_id,
        Payload::EmallObjectionResolved(event) => &event.objection_id,
        Payload::EmallObjectionWithdrawn(event) => &event.objection_id,
        _ => return,
    };
    let objection = env.load::<EmallObjection>(id);
    if let Some(objection) = objection.get() {
        env.not_before("the objection", objection.raised_on);
        env.not_before("the taking up", objection.taken_on);
    }
}

fn check_raising(env: &mut Env<'_>) {
    if env.fact.stream.kind != StreamKind::Order {
        return;
    }
    let order = env.load::<Order>("");
    if order
        .get()
        .is_none_or(|order| order.status == OrderStatus::Absent)
    {
        env.refuse(unknown(&env.own(EntityKind::Order, "")));
    }
}

#[cfg(test)]
mod tests;
