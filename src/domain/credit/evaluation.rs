//! CE 信用评价: who judged whom in a project, on which contract.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        contract::gates::with_contract,
        decider::Fact,
        entity::EntityRef,
        gate::Env,
        payload::payload_of,
        refusal::{Code, Refusal, repeated},
    },
    events::v1::event_payload::Payload,
};

/// One evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The contract; empty for the project as a whole.
    pub contract_id: String,
    /// Who judged.
    pub evaluator: String,
    /// Who was judged.
    pub subject: String,
    /// Number of the schema's `CreditSubjectKind`.
    pub subject_kind: i32,
    /// The scores in the order given, 1 to 5.
    pub scores: Vec<i32>,
    /// The day.
    pub evaluated_on: NaiveDate,
}

/// The evaluations of a project and its contracts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// Evaluations by id.
    pub evaluations: BTreeMap<String, Evaluation>,
}

/// E002 when the evaluation's id is used, or its evaluator has judged the subject on the contract
/// already.
pub fn transition(state: &Credit, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(Payload::CreditEvaluated(e)) = payload_of(&fact.event) else {
        return Ok(());
    };
    if state.evaluations.contains_key(&e.evaluation_id) {
        return Err(repeated(entity, "evaluation_id", &e.evaluation_id));
    }
    let mut made = state.evaluations.iter();
    let earlier = made.find(|(_, made)| {
        let same = (&made.evaluator, &made.subject, &made.contract_id);
        same == (&e.evaluator, &e.subject, &e.contract_id)
    });
    match earlier {
        Some((id, _)) => {
            let (evaluator, subject) = (&e.evaluator, &e.subject);
            let on = match e.contract_id.as_str() {
                "" => "the project",
                contract_id => contract_id,
            };
            let message = format!("{evaluator} has evaluated {subject} on {on} already, in {id}");
            Err(Refusal::new(Code::E002_ILLEGAL_TRANSITION, message)
                .with("evaluator", evaluator)
                .with("subject", subject)
                .with("contract_id", &e.contract_id)
                .with("evaluation_id", id))
        }
        None => Ok(()),
    }
}

/// The evaluations after one more fact.
pub fn evolve(state: &mut Credit, _entity: &EntityRef, _position: u64, fact: &Fact) {
    if let Some(Payload::CreditEvaluated(e)) = payload_of(&fact.event) {
        let evaluation = Evaluation {
            contract_id: e.contract_id.clone(),
            evaluator: e.evaluator.clone(),
            subject: e.subject.clone(),
            subject_kind: e.subject_kind,
            scores: e.scores.iter().map(|score| score.score).collect(),
            evaluated_on: fact.legal_date,
        };
        state
            .evaluations
            .insert(e.evaluation_id.clone(), evaluation);
    }
}

/// The contract is known when one is named (E001), and nobody is judged before it is signed (E003).
pub(super) fn check(env: &mut Env<'_>, payload: &Payload) {
    if let Payload::CreditEvaluated(e) = payload
        && !e.contract_id.is_empty()
    {
        with_contract(env, &e.contract_id, |_, _| {});
    }
}
