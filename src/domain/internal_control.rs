//! IC 内部控制制度: a unit's rules of internal control, and their filing with finance (task 02).
//!
//! The entity is keyed by the unit's stream and the rules' number. Rules are filed with the
//! finance department of the unit's own region, registered as such, which also decides on the
//! filing (E026). The region is the registered unit's; of a unit that is not registered it is the
//! fact's.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Code, Refusal},
    registry::{Organisation, OrganisationStatus},
};
use crate::events::v1::{self, OrganisationKind, event_payload::Payload};

/// Where the rules stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ControlStatus {
    /// Not issued.
    #[default]
    Absent,
    /// 已印发.
    Issued,
    /// 已报备.
    Filed,
    /// 备案通过.
    Accepted,
    /// 备案退回; may be filed again.
    Returned,
    /// 已修订: to be filed again.
    Revised,
    /// 已废止.
    Repealed,
}

/// The state of rules of internal control.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InternalControl {
    /// Where they stand.
    pub status: ControlStatus,
    /// 发文字号 as last issued.
    pub doc_no: String,
    /// What they cover: numbers of [`ControlArea`](v1::ControlArea).
    pub covers: Vec<i32>,
    /// Digest of the file as last issued.
    pub file_hash: String,
    /// With whom they were last filed; empty before.
    pub filed_to: String,
    /// The day of the newest acceptance.
    pub accepted_on: Option<NaiveDate>,
    /// The day of the newest act.
    pub since: Option<NaiveDate>,
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<ControlStatus>] = {
    use Case::Any;
    use ControlStatus::{Absent, Accepted, Filed, Issued, Repealed, Returned, Revised};
    use EventType as E;
    &[
        (Absent, E::InternalControlIssued, Any, Issued),
        (Issued, E::InternalControlFiled, Any, Filed),
        (Filed, E::InternalControlFilingAccepted, Any, Accepted),
        (Filed, E::InternalControlFilingReturned, Any, Returned),
        (Returned, E::InternalControlFiled, Any, Filed),
        (Accepted, E::InternalControlRevised, Any, Revised),
        (Accepted, E::InternalControlRepealed, Any, Repealed),
        (Revised, E::InternalControlFiled, Any, Filed),
    ]
};

fn next(
    state: &InternalControl,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<ControlStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, state.status, event, entity)
}

/// Whether the event may happen to the rules as they stand.
pub fn transition(state: &InternalControl, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(state, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The rules after one more fact.
pub fn evolve(state: &mut InternalControl, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(state, entity, payload) {
        state.status = to;
    }
    state.since = Some(fact.legal_date);
    match payload {
        Payload::InternalControlIssued(event) => {
            state.doc_no.clone_from(&event.doc_no);
            state.covers.clone_from(&event.covers);
            state.file_hash.clone_from(&event.file_hash);
        }
        Payload::InternalControlRevised(event) => {
            state.doc_no.clone_from(&event.doc_no);
            state.covers.clone_from(&event.covers);
            state.file_hash.clone_from(&event.file_hash);
        }
        Payload::InternalControlFiled(event) => state.filed_to.clone_from(&event.filed_to),
        Payload::InternalControlFilingAccepted(_) => state.accepted_on = Some(fact.legal_date),
        _ => {}
    }
}

/// The step gates of internal control: the stream is the unit's own (E001), rules are filed with
/// and decided on by the unit's finance department (E026), each act follows the one before (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let control_id = match payload {
        Payload::InternalControlIssued(event) => {
            return env.own_stream("unit", &event.unit);
        }
        Payload::InternalControlFiled(event) => {
            check_filing(env, event);
            &event.control_id
        }
        Payload::InternalControlFilingAccepted(event) => &event.control_id,
        Payload::InternalControlFilingReturned(event) => &event.control_id,
        Payload::InternalControlRevised(event) => &event.control_id,
        Payload::InternalControlRepealed(event) => &event.control_id,
        _ => return,
    };
    let control = env.load::<InternalControl>(control_id);
    let Some(control) = control.get() else {
        return;
    };
    env.not_before("the act before it", control.since);
    let is_decision = matches!(
        payload,
        Payload::InternalControlFilingAccepted(_) | Payload::InternalControlFilingReturned(_)
    );
    let actor = &env.fact.event.actor_org;
    if is_decision && !control.filed_to.is_empty() && *actor != control.filed_to {
        let message = format!(
            "the rules are filed with {}, which decides on them, not {actor}",
            control.filed_to
        );
        let refusal = Refusal::new(Code::E026_WRONG_JURISDICTION, message)
            .with("actor_org", actor)
            .with("filed_to", &control.filed_to);
        env.refuse(refusal);
    }
}

fn check_filing(env: &mut Env<'_>, event: &v1::InternalControlFiled) {
    let unit = env.fact.stream.id.clone();
    let region = env
        .load_stream::<Organisation>(&unit)
        .get()
        .filter(|unit| unit.status == OrganisationStatus::Active)
        .map_or_else(
            || env.fact.event.region_code.clone(),
            |unit| unit.region.clone(),
        );
    let regulator = env.load_stream::<Organisation>(&event.filed_to);
    let supervises = regulator
        .get()
        .filter(|to| to.is_active_as(OrganisationKind::FinanceRegulator))
        .map_or("", |to| to.region.as_str());
    if supervises != region {
        let filed_to = &event.filed_to;
        let message = format!(
            "rules of unit {unit} are filed with the finance department of {region}, which \
             {filed_to} is not"
        );
        let refusal = Refusal::new(Code::E026_WRONG_JURISDICTION, message)
            .with("filed_to", filed_to)
            .with("unit", &unit)
            .with("unit_region", &region)
            .with("supervised_region", supervises);
        env.refuse(refusal);
    }
}

#[cfg(test)]
mod tests;
