//! PJ 采购项目: a project with its plan (one project, one plan) and the money that its payments
//! claim.
//!
//! The entity is keyed by its stream (owner = project id, id empty). Per budget line it holds what
//! the plan occupies and what payments claim: a request claims, a rejection or return gives the
//! claim back. Claims never exceed what is occupied (E016).
//!
//! An e-mall order stands for a plan in its own stream: it holds budget lines and takes payments in
//! the same way, and takes nothing else of a plan.
//!
//! A plan that has ended still takes payments: what came back may be asked for again, within what
//! is still occupied.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    holding::{self, Holding},
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Code, Refusal, sum_mismatch},
};
use crate::events::v1::{self, event_payload::Payload};

/// Where a project's plan stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlanStatus {
    /// Before its filing.
    #[default]
    Absent,
    /// Filed: in force.
    Filed,
    /// Done; what was not paid is given back.
    Completed,
    /// Given up; what was not paid is given back.
    Cancelled,
    /// No plan but an order of the e-mall, in force.
    Ordered,
}

/// What a project holds of one budget line, and what its payments claim of that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineMoney {
    /// What plan and supplements hold, and what of it is paid.
    pub holding: Holding,
    /// Requested and neither rejected nor executed, in fen.
    pub requested_fen: i128,
}

impl LineMoney {
    /// What payments claim, in fen: requested and executed ones.
    pub fn claimed_fen(&self) -> i128 {
        self.requested_fen + self.holding.paid_fen
    }
}

/// The state of a project. Enumerations are kept as the schema's numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// Where its plan stands.
    pub status: PlanStatus,
    /// The plan.
    pub plan_id: String,
    /// 计划编号.
    pub plan_no: String,
    /// 采购人: the unit that buys.
    pub unit: String,
    /// The agency that the plan names; empty for none.
    pub agency: String,
    /// The region of the plan.
    pub region: String,
    /// 采购组织形式.
    pub organisation: i32,
    /// 采购方式.
    pub method: i32,
    /// The law that it follows.
    pub law_track: i32,
    /// 品目.
    pub category: String,
    /// The catalogue's year.
    pub category_version: i32,
    /// The plan's amount in fen.
    pub amount_fen: i64,
    /// The day of filing.
    pub filed_on: Option<NaiveDate>,
    /// Lots by number, with their amount in fen.
    pub lots: BTreeMap<String, i64>,
    /// Lots that procure a failed lot again, with their amount in fen. They are none of the plan's
    /// own lots: no revision states them, and they count in no sum of the plan.
    pub retry_lots: BTreeMap<String, i64>,
    /// Money by budget line.
    pub lines: BTreeMap<String, LineMoney>,
    /// Lots that a revision did not name, though it must name all: none, unless a correction put
    /// them into the plan afterwards.
    pub left_out_lots: BTreeSet<String>,
    /// The budget lines that its ending named.
    pub ended_lines: Option<BTreeSet<String>>,
    /// Open requests by payment, with their parts by budget line.
    pub requests: BTreeMap<String, BTreeMap<String, i64>>,
}

impl Project {
    /// Whether the plan is filed and neither completed nor cancelled.
    pub fn is_in_force(&self) -> bool {
        self.status == PlanStatus::Filed
    }

    /// The budget lines that the plan or a supplement draws on, released or not.
    pub fn drawn_lines(&self) -> impl Iterator<Item = &str> {
        self.lines
            .iter()
            .filter(|(_, money)| money.holding.is_drawn())
            .map(|(line, _)| line.as_str())
    }
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<PlanStatus>] = {
    use Case::Any;
    use EventType as E;
    use PlanStatus::{Absent, Cancelled, Completed, Filed, Ordered};
    &[
        (Absent, E::PlanFiled, Any, Filed),
        (Filed, E::PlanRevised, Any, Filed),
        (Filed, E::PlanCancelled, Any, Cancelled),
        (Filed, E::PlanCompleted, Any, Completed),
        (Filed, E::LotFailed, Any, Filed),
        (Filed, E::LotRetryAbandoned, Any, Filed),
        (Filed, E::AwardRevoked, Any, Filed),
        (Filed, E::ReprocurementStarted, Any, Filed),
        (Filed, E::SupplementSigned, Any, Filed),
        (Filed, E::PaymentRequested, Any, Filed),
        (Filed, E::PaymentRejected, Any, Filed),
        (Filed, E::PaymentExecuted, Any, Filed),
        (Filed, E::PaymentReturned, Any, Filed),
        (Completed, E::PaymentRequested, Any, Completed),
        (Completed, E::PaymentRejected, Any, Completed),
        (Completed, E::PaymentExecuted, Any, Completed),
        (Completed, E::PaymentReturned, Any, Completed),
        (Cancelled, E::PaymentRequested, Any, Cancelled),
        (Cancelled, E::PaymentRejected, Any, Cancelled),
        (Cancelled, E::PaymentExecuted, Any, Cancelled),
        (Cancelled, E::PaymentReturned, Any, Cancelled),
        (Absent, E::EmallOrderPlaced, Any, Ordered),
        (Ordered, E::PaymentRequested, Any, Ordered),
        (Ordered, E::PaymentRejected, Any, Ordered),
        (Ordered, E::PaymentExecuted, Any, Ordered),
        (Ordered, E::PaymentReturned, Any, Ordered),
        (Ordered, E::EmallOrderCancelled, Any, Cancelled),
        (Ordered, E::EmallOrderReturned, Any, Cancelled),
    ]
};

/// Whether the event may happen to the project as it stands.
pub fn transition(project: &Project, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, project.status, event, entity).map(drop)
}

/// The project after one more fact.
pub fn evolve(project: &mut Project, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    let event = (EventType::of(payload), Case::Other);
    if let Ok(to) = advance(TRANSITIONS, project.status, event, entity) {
        project.status = to;
    }
    for (line, change) in holding::changes(payload) {
        let money = project.lines.entry(line.to_owned()).or_default();
        money.holding.apply(change);
    }
    match payload {
        Payload::PlanFiled(plan) => file(project, plan, fact),
        Payload::EmallOrderPlaced(order) => {
            project.unit.clone_from(&order.unit);
            project.region.clone_from(&fact.event.region_code);
            project.amount_fen = order.amount_fen;
            project.filed_on = Some(fact.legal_date);
        }
        Payload::PlanRevised(plan) => {
            project.amount_fen = plan.amount_fen;
            let lots = amounts(&plan.lots);
            let left_out = project.lots.keys().filter(|lot| !lots.contains_key(*lot));
            project.left_out_lots.extend(left_out.cloned());
            project.lots = lots;
        }
        Payload::ReprocurementStarted(event) => {
            let lot_no = event.new_lot_no.clone();
            project.retry_lots.insert(lot_no, event.amount_fen);
        }
        Payload::PaymentRequested(request) => {
            close_request(project, &request.payment_id);
            let parts = holding::by_line_id(&request.budget_parts);
            for (line, fen) in &parts {
                let money = project.lines.entry(line.clone()).or_default();
                money.requested_fen += i128::from(*fen);
            }
            project.requests.insert(request.payment_id.clone(), parts);
        }
        Payload::PlanCancelled(end) => project.ended_lines = Some(named(&end.budget_line_ids)),
        Payload::PlanCompleted(end) => project.ended_lines = Some(named(&end.budget_line_ids)),
        Payload::PaymentRejected(rejected) => close_request(project, &rejected.payment_id),
        Payload::PaymentExecuted(paid) => close_request(project, &paid.payment_id),
        _ => {}
    }
}

fn file(project: &mut Project, plan: &v1::PlanFiled, fact: &Fact) {
    project.plan_id.clone_from(&plan.plan_id);
    project.plan_no.clone_from(&plan.plan_no);
    project.unit.clone_from(&plan.unit);
    project.agency.clone_from(&plan.agency);
    project.region.clone_from(&fact.event.region_code);
    project.organisation = plan.organisation;
    project.method = plan.method;
    project.law_track = plan.law_track;
    project.category.clone_from(&plan.category);
    project.category_version = plan.category_version;
    project.amount_fen = plan.amount_fen;
    project.filed_on = Some(fact.legal_date);
    project.lots = amounts(&plan.lots);
}

fn named(lines: &[String]) -> BTreeSet<String> {
    lines.iter().cloned().collect()
}

fn amounts(lots: &[v1::PlanLot]) -> BTreeMap<String, i64> {
    let amount = |lot: &v1::PlanLot| (lot.lot_no.clone(), lot.amount_fen);
    lots.iter().map(amount).collect()
}

/// Takes an open request out of the claims.
fn close_request(project: &mut Project, payment_id: &str) {
    let parts = project.requests.remove(payment_id).unwrap_or_default();
    for (line, fen) in parts {
        if let Some(money) = project.lines.get_mut(&line) {
            money.requested_fen -= i128::from(fen);
        }
    }
}

/// E016 when payments claim more of a budget line than the project occupies, E024 when the lines do
/// not bear the plan, a revision is not of the whole plan, or an ended plan did not give back
/// exactly the lines that it draws on.
pub fn invariants(project: &Project, entity: &EntityRef) -> Result<(), Refusal> {
    claims_fit(project, entity)?;
    lines_sum(project)?;
    if let Some(lot_no) = project.left_out_lots.first() {
        return Err(left_out("lot_no", lot_no));
    }
    ending_is_whole(project)
}

/// E024: something of the plan that a revision does not name.
pub(super) fn left_out(what: &'static str, name: &str) -> Refusal {
    let message = format!("the plan has {what} {name}, which is left out");
    Refusal::new(Code::E024_SUM_MISMATCH, message).with(what, name)
}

fn lines_sum(project: &Project) -> Result<(), Refusal> {
    let planned = project.lines.values().map(|line| line.holding.planned_fen);
    let (whole_fen, sum_fen) = (i128::from(project.amount_fen), planned.sum());
    match sum_fen == whole_fen {
        true => Ok(()),
        false => Err(sum_mismatch("budget parts", whole_fen, sum_fen)),
    }
}

fn claims_fit(project: &Project, entity: &EntityRef) -> Result<(), Refusal> {
    for (line, money) in &project.lines {
        let (occupied_fen, claimed_fen) = (money.holding.occupied_fen(), money.claimed_fen());
        if claimed_fen > occupied_fen.max(0) {
            let message = format!(
                "payments of project {} claim {claimed_fen} fen of budget line {line}, of which \
                 it occupies {occupied_fen} fen",
                entity.owner()
            );
            return Err(Refusal::new(Code::E016_PAYMENT_OVER_BUDGET, message)
                .with("budget_line_id", line)
                .with("occupied_fen", occupied_fen)
                .with("claimed_fen", claimed_fen));
        }
    }
    Ok(())
}

fn ending_is_whole(project: &Project) -> Result<(), Refusal> {
    let Some(ended) = &project.ended_lines else {
        return Ok(());
    };
    if project.drawn_lines().eq(ended.iter().map(String::as_str)) {
        return Ok(());
    }
    let expected = project.drawn_lines().collect::<Vec<_>>().join(",");
    let message = format!("the plan draws on budget lines {expected}; name exactly these");
    let refusal = Refusal::new(Code::E024_SUM_MISMATCH, message);
    Err(refusal.with("expected_budget_line_ids", expected))
}

#[cfg(test)]
mod tests;
