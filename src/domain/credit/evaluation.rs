//! CE 信用评价: who judged whom on one contract.

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

/// The evaluations of a contract, or of a project as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// Evaluations by id.
    pub evaluations: BTreeMap<String, Evaluation>,
}

/// E002 when the evaluation's id is used, or its evaluator has judged the subject already.
pub fn transition(state: &Credit, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(Payload::CreditEvaluated(e)) = payload_of(&fact.event) else {
        return Ok(());
    };
    if state.evaluations.contains_key(&e.evaluation_id) {
        return Err(repeated(entity, "evaluation_id", &e.evaluation_id));
    }
    let mut made = state.evaluations.iter();
    let earlier = made.find(|(_, made)| made.evaluator == e.evaluator && made.subject == e.subject);
    match earlier {
        Some((id, _)) => {
            let (evaluator, subject) = (&e.evaluator, &e.subject);
            let message =
                format!("{evaluator} has evaluated {subject} on {entity} already, in {id}");
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
