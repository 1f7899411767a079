//! What is worth showing of a year: kept while it is pushed, small numbers only.

use std::collections::HashMap;

use prost::Message as _;

use super::{late::Late, year::Done};
use crate::{
    domain::{decider::Fact, entity::EntityRef, payload::payload_of},
    events::v1::{EntityKind, event_payload::Payload},
    ledger::overlay::fact_from,
    simulate::{Calendar, Expected},
};

/// Candidates for showing, by how much there is to see of them.
#[derive(Debug)]
pub struct Notes {
    /// What was done late.
    pub late: Late,
    lines: HashMap<EntityRef, u32>,
    contracts: HashMap<EntityRef, u32>,
}

impl Notes {
    /// Notes nothing yet.
    pub fn new(calendar: Calendar) -> Self {
        Self {
            late: Late::new(calendar),
            lines: HashMap::new(),
            contracts: HashMap::new(),
        }
    }

    /// Notes the events of a step that was appended.
    pub fn note(&mut self, done: &Done) {
        if done.answer.is_err() || done.step.expected != Expected::Accepted {
            return;
        }
        for submission in &done.step.submissions {
            let event = crate::events::v1::Event::decode(submission.event.clone()).ok();
            if let Some(fact) = event.and_then(fact_from) {
                self.note_fact(&fact);
            }
        }
    }

    fn note_fact(&mut self, fact: &Fact) {
        let Some(payload) = payload_of(&fact.event) else {
            return;
        };
        self.late.note(fact, payload);
        let mut contract = |id: &str, weight| {
            let (partition, owner) = (&fact.stream.partition, &fact.stream.id);
            let entity = EntityRef::new(EntityKind::Contract, partition, owner, id);
            *self.contracts.entry(entity).or_default() += weight;
        };
        match payload {
            Payload::PaymentExecuted(paid) => contract(&paid.contract_id, 2),
            Payload::PaymentReturned(back) => contract(&back.contract_id, 3),
            Payload::SupplementSigned(signed) => contract(&signed.contract_id, 4),
            Payload::LiquidatedDamagesAssessed(assessed) => contract(&assessed.contract_id, 3),
            Payload::ContractChanged(changed) => contract(&changed.contract_id, 1),
            _ => {}
        }
        let partition = &fact.stream.partition;
        let mut line = |id: &str, weight| {
            let entity = EntityRef::new(EntityKind::BudgetLine, partition, id, "");
            *self.lines.entry(entity).or_default() += weight;
        };
        match payload {
            Payload::BudgetLineAdjusted(adjusted) => line(&adjusted.budget_line_id, 4),
            Payload::BudgetLineFrozen(frozen) => line(&frozen.budget_line_id, 4),
            Payload::PlanFiled(plan) => {
                plan.budget_parts
                    .iter()
                    .for_each(|part| line(&part.budget_line_id, 6));
            }
            Payload::SupplementSigned(signed) => {
                signed
                    .budget_parts
                    .iter()
                    .for_each(|part| line(&part.budget_line_id, 3));
            }
            Payload::PaymentExecuted(paid) => {
                paid.budget_parts
                    .iter()
                    .for_each(|part| line(&part.budget_line_id, 1));
            }
            _ => {}
        }
    }

    /// The budget line with most to see.
    pub fn budget_line(&self) -> Option<EntityRef> {
        richest(&self.lines)
    }

    /// The contract with most to see.
    pub fn contract(&self) -> Option<EntityRef> {
        richest(&self.contracts)
    }
}

/// The heaviest, and of equals the first by name, so that every run shows the same.
fn richest(weights: &HashMap<EntityRef, u32>) -> Option<EntityRef> {
    let heavier = |left: &(&EntityRef, &u32), right: &(&EntityRef, &u32)| {
        left.1.cmp(right.1).then_with(|| right.0.cmp(left.0))
    };
    weights
        .iter()
        .max_by(heavier)
        .map(|(entity, _)| entity.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_same_in_every_run() {
        let line = |owner: &str| EntityRef::new(EntityKind::BudgetLine, "4304", owner, "");
        let weights = HashMap::from([(line("b"), 3), (line("a"), 3), (line("c"), 1)]);
        assert_eq!(richest(&weights), Some(line("a")));
        assert_eq!(richest(&HashMap::new()), None);
    }
}
