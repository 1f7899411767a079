//! Budget lines as a project uses them: what it holds is the domain's [`holding`], what is approved
//! stands in each line's own stream.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    domain::holding::{self, Change, Holding},
    events::v1::{self, event_payload::Payload},
    views::{Standing, Timeline, figure::Sum},
};

/// What a project holds of a line, in the making.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Held {
    holding: Holding,
    planned: Vec<u64>,
    supplements: Vec<u64>,
    released: Vec<u64>,
    paid: Vec<u64>,
}

impl Held {
    /// Applies a change.
    pub fn apply(&mut self, change: Change, standing: &Standing) {
        self.holding.apply(change);
        let positions = standing.positions();
        match change {
            Change::Plan(_) => self.planned = positions.collect(),
            Change::Supplement(_) => self.supplements.extend(positions),
            Change::Release(_) | Change::Close => self.released.extend(positions),
            Change::Pay(_) | Change::Return(_) => self.paid.extend(positions),
        }
    }

    /// What the plan bears.
    pub fn planned(&self) -> Sum {
        Sum::known(self.holding.planned_fen, self.planned.iter().copied())
    }

    /// What is occupied.
    pub fn occupied(&self) -> Sum {
        let positions = [&self.planned, &self.supplements, &self.released];
        let positions = positions.into_iter().flatten().copied();
        Sum::known(self.holding.occupied_fen(), positions)
    }

    /// What is paid.
    pub fn paid(&self) -> Sum {
        Sum::known(self.holding.paid_fen, self.paid.iter().copied())
    }
}

/// Folds the lines of a project, in the order of their ids.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Lines {
    /// What is held of each.
    pub held: BTreeMap<String, Held>,
}

impl Lines {
    /// Takes in an event; one that moves no budget changes nothing.
    pub fn take(&mut self, standing: &Standing, payload: &Payload) {
        for (line, change) in holding::changes(payload) {
            let held = self.held.entry(line.to_owned()).or_default();
            held.apply(change, standing);
        }
    }
}

/// What a line's own stream tells.
#[derive(Clone, Debug, Default)]
pub struct Approved {
    /// Approved and adjusted.
    pub budget: Sum,
    /// Its own events that count, in order.
    pub acts: Vec<Standing>,
}

impl Approved {
    /// Folds the own events of a line.
    pub fn of(timeline: &Timeline<'_>) -> Self {
        let mut found = Self::default();
        for standing in timeline.standing() {
            match standing.payload() {
                Some(Payload::BudgetLineApproved(e)) => {
                    found.budget = Sum::of(e.amount_fen, standing);
                }
                Some(Payload::BudgetLineAdjusted(e)) => {
                    found.budget.add(e.delta_fen, standing);
                }
                _ => {}
            }
            found.acts.push(standing.clone());
        }
        found
    }
}

/// A line as it is served.
pub fn view(line: &str, held: &Held, approved: Option<&Approved>) -> v1::ProjectLine {
    let sum = |fen, positions: &[u64]| Sum::known(fen, positions.iter().copied()).figure();
    let holding = &held.holding;
    v1::ProjectLine {
        budget_line_id: line.to_owned(),
        known: approved.is_some_and(|approved| !approved.acts.is_empty()),
        budget: approved.and_then(|approved| approved.budget.figure()),
        planned: held.planned().figure(),
        supplements: sum(holding.supplements_fen, &held.supplements),
        released: sum(holding.released_fen, &held.released),
        occupied: held.occupied().figure(),
        paid: held.paid().figure(),
    }
}
