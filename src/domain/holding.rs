//! What a project holds of a budget line: the arithmetic that both keep, each for itself.
//!
//! occupied = planned + supplements − released. Signing releases nothing. A failed lot releases its
//! parts; a plan that ends releases what is not paid. Money that comes back after a plan has ended
//! stays occupied, since it is owed again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    gate::Env,
    refusal::{Code, Refusal, sum_mismatch},
    values::money,
};
use crate::events::v1::{BudgetPart, event_payload::Payload};

/// What one project holds of one budget line, in fen. Sums are of 128 bits, which no ledger fills.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// What the plan bears, as last stated.
    pub planned_fen: i128,
    /// What supplements added.
    pub supplements_fen: i128,
    /// What was given back.
    pub released_fen: i128,
    /// What was paid and did not come back.
    pub paid_fen: i128,
}

/// What an event does to one holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The plan now bears this much.
    Plan(i64),
    /// A supplement adds this much.
    Supplement(i64),
    /// This much is given back.
    Release(i64),
    /// Everything not paid is given back.
    Close,
    /// This much is paid.
    Pay(i64),
    /// This much comes back.
    Return(i64),
}

impl Holding {
    /// What it occupies of the budget line, in fen.
    pub fn occupied_fen(&self) -> i128 {
        self.planned_fen + self.supplements_fen - self.released_fen
    }

    /// Whether the plan or a supplement draws on the line, released or not.
    pub fn is_drawn(&self) -> bool {
        self.planned_fen + self.supplements_fen != 0
    }

    /// Applies a change.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Plan(fen) => self.planned_fen = fen.into(),
            Change::Supplement(fen) => self.supplements_fen += i128::from(fen),
            Change::Release(fen) => self.released_fen += i128::from(fen),
            Change::Close => {
                self.released_fen = self.planned_fen + self.supplements_fen - self.paid_fen;
            }
            Change::Pay(fen) => self.paid_fen += i128::from(fen),
            Change::Return(fen) => self.paid_fen -= i128::from(fen),
        }
    }
}

/// What a payload does to holdings, by budget line, in the payload's order.
pub fn changes(payload: &Payload) -> Vec<(&str, Change)> {
    match payload {
        Payload::PlanFiled(plan) => by_part(&plan.budget_parts, Change::Plan),
        Payload::PlanRevised(plan) => by_part(&plan.budget_parts, Change::Plan),
        Payload::PlanCancelled(end) => by_line(&end.budget_line_ids),
        Payload::PlanCompleted(end) => by_line(&end.budget_line_ids),
        Payload::LotFailed(lot) if !lot.retry_intended => {
            by_part(&lot.budget_parts, Change::Release)
        }
        Payload::AwardRevoked(lot) if lot.next_candidate.is_empty() && !lot.retry_intended => {
            by_part(&lot.budget_parts, Change::Release)
        }
        Payload::LotRetryAbandoned(lot) => by_part(&lot.budget_parts, Change::Release),
        Payload::SupplementSigned(more) => by_part(&more.budget_parts, Change::Supplement),
        Payload::EmallOrderPlaced(order) => by_part(&order.budget_parts, Change::Plan),
        Payload::EmallOrderCancelled(end) => by_part(&end.budget_parts, Change::Release),
        Payload::EmallOrderReturned(end) => by_part(&end.budget_parts, Change::Release),
        Payload::PaymentExecuted(paid) => by_part(&paid.budget_parts, Change::Pay),
        Payload::PaymentReturned(back) => by_part(&back.budget_parts, Change::Return),
        _ => Vec::new(),
    }
}

fn by_part(parts: &[BudgetPart], change: fn(i64) -> Change) -> Vec<(&str, Change)> {
    let by = |part: &BudgetPart| change(part.amount_fen);
    parts
        .iter()
        .map(|part| (part.budget_line_id.as_str(), by(part)))
        .collect()
}

fn by_line(lines: &[String]) -> Vec<(&str, Change)> {
    lines
        .iter()
        .map(|line| (line.as_str(), Change::Close))
        .collect()
}

/// Parts by budget line. A line named twice sums, saturating; gates refuse it.
pub fn by_line_id(parts: &[BudgetPart]) -> BTreeMap<String, i64> {
    let mut map: BTreeMap<String, i64> = BTreeMap::new();
    for part in parts {
        let fen = map.entry(part.budget_line_id.clone()).or_default();
        *fen = fen.saturating_add(part.amount_fen);
    }
    map
}

/// Refuses with E024 parts that do not sum to their whole or name a line twice.
pub fn check_parts(env: &mut Env<'_>, what: &'static str, whole_fen: i64, parts: &[BudgetPart]) {
    let sum_fen = money::sum(parts.iter().map(|part| part.amount_fen));
    if sum_fen != i128::from(whole_fen) {
        env.refuse(sum_mismatch(what, whole_fen.into(), sum_fen));
    }
    refuse_twice(env, parts);
}

/// Refuses with E024 parts that name a line twice.
pub fn refuse_twice(env: &mut Env<'_>, parts: &[BudgetPart]) {
    if let Some(line) = named_twice(parts.iter().map(|part| part.budget_line_id.as_str())) {
        env.refuse(twice("budget_line_id", line));
    }
}

/// E024: something is named twice in a list whose entries are summed.
pub fn twice(what: &'static str, name: &str) -> Refusal {
    let message = format!("{what} {name} is named twice");
    Refusal::new(Code::E024_SUM_MISMATCH, message).with(what, name)
}

/// The first name that stands twice in a list.
pub fn named_twice<'a>(names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    let pair = names.windows(2).find(|pair| pair[0] == pair[1])?;
    Some(pair[0])
}
