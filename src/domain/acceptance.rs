//! AC 履约验收: one acceptance of what was delivered under a contract.
//!
//! The entity is keyed by its stream and number (owner = project id, id = acceptance id). It may be
//! concluded without a request or a team before it. An acceptance that failed begins again under
//! its number once the contract is rectified (`RectificationCompleted` names the contract, whose
//! own table waits for it), or under a new number; one that passed, whole or in part, is final.
//!
//! A failed acceptance accepts nothing (E024). The sum of what is accepted is the contract's.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    contract::gates::with_contract,
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Code, Refusal, unknown},
};
use crate::events::v1::{AcceptanceResult, EntityKind, event_payload::Payload};

/// Where an acceptance stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AcceptanceStatus {
    /// Nothing happened.
    #[default]
    Absent,
    /// 已申请.
    Requested,
    /// 验收中: a team is formed.
    InProgress,
    /// 合格.
    Passed,
    /// 部分合格.
    Partial,
    /// 不合格.
    Failed,
}

/// The state of an acceptance. Days are those of the newest attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Where it stands.
    pub status: AcceptanceStatus,
    /// The contract.
    pub contract_id: String,
    /// The stage; 0 before the conclusion.
    pub stage_no: i32,
    /// It is the final acceptance.
    pub is_final: bool,
    /// What is accepted, in fen.
    pub accepted_fen: i64,
    /// The day of the request.
    pub requested_on: Option<NaiveDate>,
    /// The day on which the team was formed.
    pub formed_on: Option<NaiveDate>,
    /// The day of the conclusion.
    pub concluded_on: Option<NaiveDate>,
    /// The first day on which material was uploaded.
    pub uploaded_on: Option<NaiveDate>,
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<AcceptanceStatus>] = {
    use AcceptanceStatus::{Absent, Failed, InProgress, Partial, Passed, Requested};
    use Case::{Any, FinalPassed, PartlyPassed};
    use EventType as E;
    &[
        (Absent, E::AcceptanceRequested, Any, Requested),
        (Absent, E::AcceptanceTeamFormed, Any, InProgress),
        (Absent, E::AcceptanceConcluded, FinalPassed, Passed),
        (Absent, E::AcceptanceConcluded, PartlyPassed, Partial),
        (Absent, E::AcceptanceConcluded, Case::Failed, Failed),
        (Requested, E::AcceptanceTeamFormed, Any, InProgress),
        (Requested, E::AcceptanceConcluded, FinalPassed, Passed),
        (Requested, E::AcceptanceConcluded, PartlyPassed, Partial),
        (Requested, E::AcceptanceConcluded, Case::Failed, Failed),
        (InProgress, E::AcceptanceConcluded, FinalPassed, Passed),
        (InProgress, E::AcceptanceConcluded, PartlyPassed, Partial),
        (InProgress, E::AcceptanceConcluded, Case::Failed, Failed),
        (Failed, E::AcceptanceRequested, Any, Requested),
        (Failed, E::AcceptanceTeamFormed, Any, InProgress),
        (Failed, E::AcceptanceConcluded, FinalPassed, Passed),
        (Failed, E::AcceptanceConcluded, PartlyPassed, Partial),
        (Failed, E::AcceptanceConcluded, Case::Failed, Failed),
        (Passed, E::AcceptanceMaterialUploaded, Any, Passed),
        (Partial, E::AcceptanceMaterialUploaded, Any, Partial),
        (Failed, E::AcceptanceMaterialUploaded, Any, Failed),
    ]
};

/// Here every PASSED is `FinalPassed`, of whichever stage: the acceptance itself is done.
fn case_of(payload: &Payload) -> Case {
    let Payload::AcceptanceConcluded(end) = payload else {
        return Case::Other;
    };
    match end.result() {
        AcceptanceResult::Passed => Case::FinalPassed,
        AcceptanceResult::Partial => Case::PartlyPassed,
        AcceptanceResult::Failed => Case::Failed,
        AcceptanceResult::Unspecified => Case::Other,
    }
}

fn next(
    acceptance: &Acceptance,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<AcceptanceStatus, Refusal> {
    let event = (EventType::of(payload), case_of(payload));
    advance(TRANSITIONS, acceptance.status, event, entity)
}

/// Whether the event may happen to the acceptance as it stands.
pub fn transition(acceptance: &Acceptance, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(acceptance, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The acceptance after one more fact.
pub fn evolve(acceptance: &mut Acceptance, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(acceptance, entity, payload) {
        acceptance.status = to;
    }
    let on = Some(fact.legal_date);
    match payload {
        Payload::AcceptanceRequested(e) => {
            acceptance.contract_id.clone_from(&e.contract_id);
            acceptance.requested_on = on;
        }
        Payload::AcceptanceTeamFormed(e) => {
            acceptance.contract_id.clone_from(&e.contract_id);
            acceptance.formed_on = on;
        }
        Payload::AcceptanceConcluded(e) => {
            acceptance.contract_id.clone_from(&e.contract_id);
            acceptance.stage_no = e.stage_no;
            acceptance.is_final = e.is_final;
            acceptance.accepted_fen = e.accepted_fen;
            acceptance.concluded_on = on;
        }
        Payload::AcceptanceMaterialUploaded(_) => {
            acceptance.uploaded_on = acceptance.uploaded_on.or(on);
        }
        _ => {}
    }
}

/// E024 when an acceptance that failed accepts an amount.
pub fn invariants(acceptance: &Acceptance, entity: &EntityRef) -> Result<(), Refusal> {
    let accepted_fen = acceptance.accepted_fen;
    if acceptance.status != AcceptanceStatus::Failed || accepted_fen == 0 {
        return Ok(());
    }
    let message = format!(
        "acceptance {} failed and accepts {accepted_fen} fen: what failed accepts nothing \
         (政府采购法实施条例第45条)",
        entity.id()
    );
    Err(Refusal::new(Code::E024_SUM_MISMATCH, message)
        .with("acceptance_id", entity.id())
        .with("accepted_fen", accepted_fen)
        .with("limit_fen", 0))
}

/// The step gates of acceptance events: contract and acceptance are known and belong together
/// (E001), each act follows the one before, and nothing is accepted before it was performed (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let (acceptance_id, contract_id) = match payload {
        Payload::AcceptanceRequested(e) => (&e.acceptance_id, &e.contract_id),
        Payload::AcceptanceTeamFormed(e) => (&e.acceptance_id, &e.contract_id),
        Payload::AcceptanceConcluded(e) => (&e.acceptance_id, &e.contract_id),
        Payload::AcceptanceMaterialUploaded(e) => (&e.acceptance_id, &e.contract_id),
        _ => return,
    };
    with_contract(env, contract_id, |env, contract| {
        if let Payload::AcceptanceConcluded(_) = payload {
            env.not_before("start of performance", contract.first_performed_on());
        }
    });
    let loaded = env.load::<Acceptance>(acceptance_id);
    let known = loaded
        .get()
        .filter(|acceptance| !acceptance.contract_id.is_empty());
    let Some(acceptance) = known else {
        if let Payload::AcceptanceMaterialUploaded(_) = payload {
            env.refuse(unknown(&env.own(EntityKind::Acceptance, acceptance_id)));
        }
        return;
    };
    same_contract(env, acceptance_id, acceptance, contract_id);
    // After a failure the days before belong to an attempt that is over, and still come first.
    env.not_before("conclusion", acceptance.concluded_on);
    if let Payload::AcceptanceTeamFormed(_) | Payload::AcceptanceConcluded(_) = payload {
        env.not_before("request", acceptance.requested_on);
    }
    if let Payload::AcceptanceConcluded(_) = payload {
        env.not_before("forming of the team", acceptance.formed_on);
    }
}

/// E001: an acceptance belongs to one contract for ever.
fn same_contract(env: &mut Env<'_>, id: &str, acceptance: &Acceptance, contract_id: &str) {
    if acceptance.contract_id != contract_id {
        let message = format!(
            "acceptance {id} is of contract {}, not of {contract_id}",
            acceptance.contract_id
        );
        env.refuse(
            Refusal::new(Code::E001_UNKNOWN_REF, message)
                .with("acceptance_id", id)
                .with("contract_id", contract_id)
                .with("acceptance_contract_id", &acceptance.contract_id),
        );
    }
}

#[cfg(test)]
mod tests;
