//! FE 费用: what agencies and experts are paid in a project; recorded once.
//!
//! The entity is keyed by its stream and number (owner = project id, id = fee id). A fee draws on
//! no budget line and moves no sum. It is of a project whose plan is known (E001), paid on the day
//! of its filing or later (E003), also after the plan has ended. Who may pay it is law (task 05).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    project::PlanStatus,
    refusal::{Refusal, unknown},
};
use crate::events::v1::{EntityKind, event_payload::Payload};

/// Where a fee stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeeStatus {
    /// Not paid.
    #[default]
    Absent,
    /// Paid to the agency; final.
    AgencyPaid,
    /// Paid to experts; final.
    ExpertsPaid,
}

/// The state of a fee.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    /// Where it stands.
    pub status: FeeStatus,
    /// The agency; empty for experts.
    pub agency: String,
    /// Who paid.
    pub payer: String,
    /// In which capacity, as the schema's number.
    pub payer_kind: i32,
    /// The amount in fen.
    pub amount_fen: i64,
    /// The day of payment.
    pub paid_on: Option<NaiveDate>,
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<FeeStatus>] = {
    use Case::Any;
    use EventType as E;
    use FeeStatus::{Absent, AgencyPaid, ExpertsPaid};
    &[
        (Absent, E::AgencyFeePaid, Any, AgencyPaid),
        (Absent, E::ExpertFeePaid, Any, ExpertsPaid),
    ]
};

fn next(fee: &Fee, entity: &EntityRef, payload: &Payload) -> Result<FeeStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, fee.status, event, entity)
}

/// Whether the event may happen to the fee as it stands.
pub fn transition(fee: &Fee, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(fee, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The fee after one more fact.
pub fn evolve(fee: &mut Fee, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(fee, entity, payload) {
        fee.status = to;
    }
    let (agency, payer, payer_kind, amount_fen) = match payload {
        Payload::AgencyFeePaid(e) => (e.agency.as_str(), &e.payer, e.payer_kind, e.amount_fen),
        Payload::ExpertFeePaid(e) => ("", &e.payer, e.payer_kind, e.amount_fen),
        _ => return,
    };
    agency.clone_into(&mut fee.agency);
    fee.payer.clone_from(payer);
    (fee.payer_kind, fee.amount_fen) = (payer_kind, amount_fen);
    fee.paid_on = Some(fact.legal_date);
}

/// The step gates of fees: E001 without a plan, E003 before its filing.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    if let Payload::AgencyFeePaid(_) | Payload::ExpertFeePaid(_) = payload {
        check_has_plan(env);
        let project = env.project();
        env.not_before(
            "filing of the plan",
            project.get().and_then(|project| project.filed_on),
        );
    }
}

/// Refuses with E001 an event in a project that has no plan yet.
pub(super) fn check_has_plan(env: &mut Env<'_>) {
    let project = env.project();
    let status = project.get().map(|project| project.status);
    if status.unwrap_or_default() == PlanStatus::Absent {
        env.refuse(unknown(&env.own(EntityKind::Project, "")));
    }
}

#[cfg(test)]
mod tests;
