//! CX 电子增信: another security that stands in for a bond, accepted once.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        machine::{Case, Row, advance},
        payload::{EventType, payload_of},
        refusal::Refusal,
    },
    events::v1::event_payload::Payload,
};

/// Where a credit enhancement stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EnhancementStatus {
    /// Not accepted.
    #[default]
    Absent,
    /// 已接受; final.
    Accepted,
}

/// The state of a credit enhancement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditEnhancement {
    /// Where it stands.
    pub status: EnhancementStatus,
    /// Who gives it.
    pub provider: String,
    /// For whom.
    pub applicant: String,
    /// The contract that it secures; empty for none.
    pub contract_id: String,
    /// The amount in fen.
    pub amount_fen: i64,
    /// The day of acceptance.
    pub accepted_on: Option<NaiveDate>,
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<EnhancementStatus>] = &[(
    EnhancementStatus::Absent,
    EventType::CreditEnhancementAccepted,
    Case::Any,
    EnhancementStatus::Accepted,
)];

fn next(
    state: &CreditEnhancement,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<EnhancementStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, state.status, event, entity)
}

/// Whether the event may happen to the security as it stands.
pub fn transition(
    state: &CreditEnhancement,
    entity: &EntityRef,
    fact: &Fact,
) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(state, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The security after one more fact.
pub fn evolve(state: &mut CreditEnhancement, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(state, entity, payload) {
        state.status = to;
    }
    if let Payload::CreditEnhancementAccepted(e) = payload {
        state.provider.clone_from(&e.provider);
        state.applicant.clone_from(&e.applicant);
        state.contract_id.clone_from(&e.contract_id);
        state.amount_fen = e.amount_fen;
        state.accepted_on = Some(fact.legal_date);
    }
}
