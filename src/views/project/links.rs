//! How the stages of a project hang together: what events state, and what their ids imply.

use std::collections::HashSet;

use crate::{
    events::v1::{self, LoopStage, event_payload::Payload},
    views::Standing,
};

/// Collects links; each is told once, by its first event.
#[derive(Clone, Debug, Default)]
pub struct Links {
    found: Vec<v1::StageLink>,
    known: HashSet<(LoopStage, String, LoopStage, String, bool)>,
}

impl Links {
    /// Takes in an event.
    pub fn take(&mut self, standing: &Standing, payload: &Payload) {
        use LoopStage as L;
        let at = standing.position;
        let mut imply = |from: (L, &str), to: (L, &str)| {
            if !from.1.is_empty() && !to.1.is_empty() {
                self.add(from, to, false, at);
            }
        };
        match payload {
            Payload::StageLinked(e) => {
                let (from, to) = (e.from_stage(), e.to_stage());
                self.add((from, &e.from_ref), (to, &e.to_ref), true, at);
            }
            Payload::PlanFiled(e) => {
                for part in &e.budget_parts {
                    imply((L::Budget, &part.budget_line_id), (L::Plan, &e.plan_id));
                }
                for intention in &e.intention_ids {
                    imply((L::Intention, intention), (L::Plan, &e.plan_id));
                }
                for lot in &e.lots {
                    imply((L::Plan, &e.plan_id), (L::Execution, &lot.lot_no));
                }
            }
            Payload::PlanRevised(e) => {
                for part in &e.budget_parts {
                    imply((L::Budget, &part.budget_line_id), (L::Plan, &e.plan_id));
                }
                for lot in &e.lots {
                    imply((L::Plan, &e.plan_id), (L::Execution, &lot.lot_no));
                }
            }
            Payload::ReprocurementStarted(e) => {
                imply((L::Execution, &e.lot_no), (L::Execution, &e.new_lot_no));
            }
            Payload::ContractSigned(e) => {
                imply((L::Execution, &e.lot_no), (L::Contract, &e.contract_id));
            }
            Payload::PaymentRequested(e) => {
                imply((L::Contract, &e.contract_id), (L::Payment, &e.payment_id));
            }
            Payload::AcceptanceRequested(e) => {
                let to = (L::Acceptance, e.acceptance_id.as_str());
                imply((L::Contract, &e.contract_id), to);
            }
            Payload::AcceptanceConcluded(e) => {
                let to = (L::Acceptance, e.acceptance_id.as_str());
                imply((L::Contract, &e.contract_id), to);
            }
            Payload::CreditEvaluated(e) => {
                imply((L::Contract, &e.contract_id), (L::Credit, &e.evaluation_id));
            }
            _ => {}
        }
    }

    fn add(&mut self, from: (LoopStage, &str), to: (LoopStage, &str), stated: bool, at: u64) {
        let key = (from.0, from.1.to_owned(), to.0, to.1.to_owned(), stated);
        if self.known.insert(key) {
            self.found.push(v1::StageLink {
                from_stage: from.0.into(),
                to_stage: to.0.into(),
                from_ref: from.1.to_owned(),
                to_ref: to.1.to_owned(),
                stated,
                position: at,
            });
        }
    }

    /// As they are served.
    pub fn into_links(self) -> Vec<v1::StageLink> {
        self.found
    }
}
