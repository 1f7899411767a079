//! BL 预算指标: an approved line of a unit's budget, and what projects hold of it.
//!
//! The entity is keyed by its stream (owner = budget line id, id empty). It holds approved amount,
//! adjustments, frozen amount and, per project, what is occupied and paid.
//!
//! available = approved + Σ adjustments − frozen − occupied, never below 0 (E010, 政府采购法第6条).
//! A closed line refuses new plans and anything that would occupy more; what it still holds can be
//! paid, returned and released.

use chrono::NaiveDate;
use rpds::RedBlackTreeMapSync;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    holding::{self, Change, Holding},
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Code, Refusal},
};
use crate::events::v1::event_payload::Payload;

/// Where a budget line stands. Freezing is an amount, not a status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum BudgetLineStatus {
    /// Before its approval.
    #[default]
    Absent,
    /// Approved: plans may draw on it.
    Approved,
    /// Closed: nothing may occupy more of it.
    Closed,
}

/// The state of a budget line. Amounts in fen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BudgetLine {
    /// Where it stands.
    pub status: BudgetLineStatus,
    /// 预算单位: the unit that may spend.
    pub unit: String,
    /// The region of its approval.
    pub region: String,
    /// 预算年度.
    pub fiscal_year: i32,
    /// 品目.
    pub category: String,
    /// The catalogue's year.
    pub category_version: i32,
    /// Approved amount.
    pub approved_fen: i64,
    /// Sum of adjustments, negative for cuts.
    pub adjusted_fen: i128,
    /// Frozen now.
    pub frozen_fen: i128,
    /// The day of the earliest freeze.
    pub frozen_on: Option<NaiveDate>,
    /// Occupied by projects now: the sum over `holdings`.
    pub occupied_fen: i128,
    /// Paid by projects and not come back: the sum over `holdings`.
    pub paid_fen: i128,
    /// What each project or order holds. A line of a year of e-mall orders has thousands, and each
    /// event that changes one leaves the others shared with the state before it.
    pub holdings: RedBlackTreeMapSync<String, Holding>,
    /// The day of approval.
    pub approved_on: Option<NaiveDate>,
    /// The day of closing.
    pub closed_on: Option<NaiveDate>,
    /// Carried over to the next year at closing.
    pub carryover_fen: i64,
}

impl BudgetLine {
    /// What a plan may still occupy, in fen.
    pub fn available_fen(&self) -> i128 {
        i128::from(self.approved_fen) + self.adjusted_fen - self.frozen_fen - self.occupied_fen
    }
}

/// Which event leads where. Events of projects occupy `More` or `NotMore` than before.
pub const TRANSITIONS: &[Row<BudgetLineStatus>] = {
    use BudgetLineStatus::{Absent, Approved, Closed};
    use Case::{Any, NotMore};
    use EventType as E;
    &[
        (Absent, E::BudgetLineApproved, Any, Approved),
        (Approved, E::BudgetLineAdjusted, Any, Approved),
        (Approved, E::BudgetLineFrozen, Any, Approved),
        (Approved, E::BudgetLineUnfrozen, Any, Approved),
        (Approved, E::BudgetLineClosed, Any, Closed),
        (Approved, E::PlanFiled, Any, Approved),
        (Approved, E::PlanRevised, Any, Approved),
        (Approved, E::PlanCancelled, Any, Approved),
        (Approved, E::PlanCompleted, Any, Approved),
        (Approved, E::LotFailed, Any, Approved),
        (Approved, E::LotRetryAbandoned, Any, Approved),
        (Approved, E::AwardRevoked, Any, Approved),
        (Approved, E::SupplementSigned, Any, Approved),
        (Approved, E::PaymentExecuted, Any, Approved),
        (Approved, E::PaymentReturned, Any, Approved),
        (Approved, E::EmallOrderPlaced, Any, Approved),
        (Approved, E::EmallOrderCancelled, Any, Approved),
        (Approved, E::EmallOrderReturned, Any, Approved),
        (Closed, E::PlanRevised, NotMore, Closed),
        (Closed, E::PlanCancelled, Any, Closed),
        (Closed, E::PlanCompleted, Any, Closed),
        (Closed, E::LotFailed, Any, Closed),
        (Closed, E::LotRetryAbandoned, Any, Closed),
        (Closed, E::AwardRevoked, Any, Closed),
        (Closed, E::PaymentExecuted, Any, Closed),
        (Closed, E::PaymentReturned, Any, Closed),
        (Closed, E::EmallOrderCancelled, Any, Closed),
        (Closed, E::EmallOrderReturned, Any, Closed),
    ]
};

/// What a payload does to the holding of its stream in one budget line.
fn change_of(payload: &Payload, entity: &EntityRef) -> Option<Change> {
    let mut changes = holding::changes(payload).into_iter();
    changes.find_map(|(line, change)| (line == entity.owner()).then_some(change))
}

fn next(
    line: &BudgetLine,
    entity: &EntityRef,
    fact: &Fact,
    payload: &Payload,
) -> Result<BudgetLineStatus, Refusal> {
    let held = line.holdings.get(&fact.stream.id).copied();
    let held = held.unwrap_or_default();
    let mut holds = held;
    if let Some(change) = change_of(payload, entity) {
        holds.apply(change);
    }
    let case = if holds.occupied_fen() > held.occupied_fen() {
        Case::More
    } else {
        Case::NotMore
    };
    let event = (EventType::of(payload), case);
    advance(TRANSITIONS, line.status, event, entity)
}

/// Whether the event may happen to the line as it stands.
pub fn transition(line: &BudgetLine, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    next(line, entity, fact, payload).map(drop)
}

/// The line after one more fact.
pub fn evolve(line: &mut BudgetLine, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(line, entity, fact, payload) {
        line.status = to;
    }
    match payload {
        Payload::BudgetLineApproved(approved) => {
            line.unit.clone_from(&approved.unit);
            line.region.clone_from(&fact.event.region_code);
            line.fiscal_year = approved.fiscal_year;
            line.category.clone_from(&approved.category);
            line.category_version = approved.category_version;
            line.approved_fen = approved.amount_fen;
            line.approved_on = Some(fact.legal_date);
        }
        Payload::BudgetLineAdjusted(adjusted) => {
            line.adjusted_fen += i128::from(adjusted.delta_fen);
        }
        Payload::BudgetLineFrozen(frozen) => {
            line.frozen_fen += i128::from(frozen.amount_fen);
            let earlier = line.frozen_on.filter(|day| *day <= fact.legal_date);
            line.frozen_on = earlier.or(Some(fact.legal_date));
        }
        Payload::BudgetLineUnfrozen(freed) => line.frozen_fen -= i128::from(freed.amount_fen),
        Payload::BudgetLineClosed(closed) => {
            line.closed_on = Some(fact.legal_date);
            line.carryover_fen = closed.carryover_fen;
        }
        _ => hold(line, entity, fact, payload),
    }
}

fn hold(line: &mut BudgetLine, entity: &EntityRef, fact: &Fact, payload: &Payload) {
    let Some(change) = change_of(payload, entity) else {
        return;
    };
    let holder = &fact.stream.id;
    let before = line.holdings.get(holder).copied().unwrap_or_default();
    let mut holding = before;
    holding.apply(change);
    line.occupied_fen += holding.occupied_fen() - before.occupied_fen();
    line.paid_fen += holding.paid_fen - before.paid_fen;
    if holding == Holding::default() {
        line.holdings.remove_mut(holder);
    } else {
        line.holdings.insert_mut(holder.clone(), holding);
    }
}

/// E010 when less than nothing is available, E023 when more is unfrozen than frozen.
pub fn invariants(
    before: Option<&BudgetLine>,
    line: &BudgetLine,
    entity: &EntityRef,
) -> Result<(), Refusal> {
    let available_fen = line.available_fen();
    if available_fen < 0 {
        let before_fen = before.map_or(0, BudgetLine::available_fen);
        let requested_fen = before_fen - available_fen;
        let message = format!(
            "budget line {} has {before_fen} fen available, {requested_fen} fen are asked for \
             (政府采购法第6条)",
            entity.owner()
        );
        return Err(Refusal::new(Code::E010_PLAN_OVER_BUDGET, message)
            .with("budget_line_id", entity.owner())
            .with("available_fen", before_fen)
            .with("requested_fen", requested_fen));
    }
    if line.frozen_fen < 0 {
        let held_fen = before.map_or(0, |before| before.frozen_fen);
        let released_fen = held_fen - line.frozen_fen;
        let message = format!(
            "budget line {} has {held_fen} fen frozen, {released_fen} fen are to be unfrozen",
            entity.owner()
        );
        return Err(Refusal::new(Code::E023_RELEASE_OVER_HELD, message)
            .with("budget_line_id", entity.owner())
            .with("held_fen", held_fen)
            .with("released_fen", released_fen));
    }
    Ok(())
}

/// The step gates of budget line events: the stream is the line's own (E001), nothing happens to a
/// line before its approval, and nothing thaws before the first freeze (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let id = match payload {
        Payload::BudgetLineApproved(event) => &event.budget_line_id,
        Payload::BudgetLineAdjusted(event) => &event.budget_line_id,
        Payload::BudgetLineFrozen(event) => &event.budget_line_id,
        Payload::BudgetLineUnfrozen(event) => &event.budget_line_id,
        Payload::BudgetLineClosed(event) => &event.budget_line_id,
        _ => return,
    };
    env.own_stream("budget_line_id", id);
    let line = env.load_stream::<BudgetLine>(id);
    if let Some(line) = line.get() {
        env.not_before("approval", line.approved_on);
        if matches!(payload, Payload::BudgetLineUnfrozen(_)) {
            env.not_before("freeze", line.frozen_on);
        }
    }
}

#[cfg(test)]
mod tests;
