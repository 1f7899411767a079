//! TK 重点任务: a task of the reform plan, and which units have reported it done.
//!
//! The entity is keyed by the region's stream and the task's number. A task is defined once; a unit
//! reports once (E002), also one that the task does not name, since kinds of organisation may be
//! responsible as a whole.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    machine::{Case, Row, advance},
    payload::{EventType, day, payload_of},
    refusal::{Refusal, repeated},
};
use crate::events::v1::event_payload::Payload;

/// Whether a task is defined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskStatus {
    /// Not defined.
    #[default]
    Absent,
    /// 已下达.
    Defined,
}

/// The state of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignTask {
    /// Whether it is defined.
    pub status: TaskStatus,
    /// What is to be done.
    pub title: String,
    /// Units named.
    pub responsible: Vec<String>,
    /// Numbers of the kinds of organisation of which every one is responsible.
    pub responsible_kinds: Vec<i32>,
    /// The day of issue.
    pub defined_on: Option<NaiveDate>,
    /// The last day.
    pub due_on: Option<NaiveDate>,
    /// The day on which each unit was done.
    pub completed: BTreeMap<String, NaiveDate>,
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<TaskStatus>] = {
    use EventType as E;
    use TaskStatus::{Absent, Defined};
    &[
        (Absent, E::CampaignTaskDefined, Case::Any, Defined),
        (Defined, E::CampaignTaskReported, Case::Any, Defined),
    ]
};

fn next(
    state: &CampaignTask,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<TaskStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, state.status, event, entity)
}

/// Whether the event may happen to the task as it stands.
pub fn transition(state: &CampaignTask, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    next(state, entity, payload)?;
    match payload {
        Payload::CampaignTaskReported(event) if state.completed.contains_key(&event.unit) => {
            Err(repeated(entity, "unit", &event.unit))
        }
        _ => Ok(()),
    }
}

/// The task after one more fact.
pub fn evolve(state: &mut CampaignTask, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(state, entity, payload) {
        state.status = to;
    }
    match payload {
        Payload::CampaignTaskDefined(event) => {
            state.title.clone_from(&event.title);
            state.responsible.clone_from(&event.responsible);
            state.responsible_kinds.clone_from(&event.responsible_kinds);
            state.defined_on = Some(fact.legal_date);
            state.due_on = day(&event.due_on);
        }
        Payload::CampaignTaskReported(event) => {
            let unit = event.unit.clone();
            state.completed.entry(unit).or_insert(fact.legal_date);
        }
        _ => {}
    }
}

/// The step gates of tasks: the stream is the region's own (E001), nothing is done before the task
/// is set (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::CampaignTaskDefined(event) => env.own_stream("region", &event.region),
        Payload::CampaignTaskReported(event) => {
            env.own_stream("region", &event.region);
            let task = env.load::<CampaignTask>(&event.task_no);
            env.not_before(
                "issue of the task",
                task.get().and_then(|task| task.defined_on),
            );
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
