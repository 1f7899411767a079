//! How the stages of a project hang together: what events state, and what their ids imply.

use std::collections::HashSet;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    events::v1::{self, LoopStage, event_payload::Payload},
    views::Standing,
};

/// What a link is, whoever tells it.
type Key = (i32, String, i32, String, bool);

/// Collects links; each is told once, by its first event.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Links {
    found: Vec<v1::StageLink>,
    #[serde(skip)]
    known: HashSet<Key>,
}

impl<'de> Deserialize<'de> for Links {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = Vec::<v1::StageLink>::deserialize(deserializer)?;
        let known = found.iter().map(key_of).collect();
        Ok(Self { found, known })
    }
}

fn key_of(link: &v1::StageLink) -> Key {
    let (from, to) = (link.from_ref.clone(), link.to_ref.clone());
    (link.from_stage, from, link.to_stage, to, link.stated)
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
        let link = v1::StageLink {
            from_stage: from.0.into(),
            to_stage: to.0.into(),
            from_ref: from.1.to_owned(),
            to_ref: to.1.to_owned(),
            stated,
            position: at,
        };
        if self.known.insert(key_of(&link)) {
            self.found.push(link);
        }
    }

    /// As they are served.
    pub fn into_links(self) -> Vec<v1::StageLink> {
        self.found
    }
}
