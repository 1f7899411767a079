//! SL 环节关联: which act of one stage rests on which act of another; recorded once.
//!
//! The entity is keyed by its stream and number (owner = project id, id = link id). References are
//! text of the sources, so they are not looked up. Stages come in no fixed order (a payment may
//! rest on an acceptance, an acceptance on a payment). A link of the plan or a later stage is in a
//! project whose plan is known (E001); what comes before the plan links without one.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    fee::check_has_plan,
    gate::Env,
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::Refusal,
};
use crate::events::v1::{LoopStage, event_payload::Payload};

/// Where a link stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StageLinkStatus {
    /// Not linked.
    #[default]
    Absent,
    /// Linked; final.
    Linked,
}

/// The state of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageLink {
    /// Where it stands.
    pub status: StageLinkStatus,
    /// The earlier stage, as the schema's number.
    pub from_stage: i32,
    /// The later stage, as the schema's number.
    pub to_stage: i32,
    /// What it rests on.
    pub from_ref: String,
    /// What rests on it.
    pub to_ref: String,
    /// The day.
    pub linked_on: Option<NaiveDate>,
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<StageLinkStatus>] = &[(
    StageLinkStatus::Absent,
    EventType::StageLinked,
    Case::Any,
    StageLinkStatus::Linked,
)];

fn next(
    link: &StageLink,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<StageLinkStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, link.status, event, entity)
}

/// Whether the event may happen to the link as it stands.
pub fn transition(link: &StageLink, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(link, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The link after one more fact.
pub fn evolve(link: &mut StageLink, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(link, entity, payload) {
        link.status = to;
    }
    if let Payload::StageLinked(event) = payload {
        (link.from_stage, link.to_stage) = (event.from_stage, event.to_stage);
        link.from_ref.clone_from(&event.from_ref);
        link.to_ref.clone_from(&event.to_ref);
        link.linked_on = Some(fact.legal_date);
    }
}

/// The step gate of links: E001 for a stage that a plan must precede, without a plan.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    if let Payload::StageLinked(event) = payload
        && event.from_stage.max(event.to_stage) >= LoopStage::Plan as i32
    {
        check_has_plan(env);
    }
}

#[cfg(test)]
mod tests;
