//! 采购计划: the step gates of plans. Their state is the project's, its lots' and its budget lines'.
//!
//! Decided where the domain's specification is silent:
//! - A plan draws only on lines of its own unit (E020) and of its own region (E026).
//! - A revision states every line that the plan still draws on, with 0 for what it drops, and every
//!   lot; new lots may join, planned ones may change, others must stay as they are (E002).
//! - An ending names exactly the lines that plan and supplements draw on, released or not (E024).

use std::collections::BTreeMap;

use super::{
    budget_line::BudgetLine,
    entity::EntityRef,
    gate::Env,
    holding::{self, check_parts, named_twice, twice},
    lot::parts_of,
    project::{Project, left_out},
    refusal::{Code, Refusal, sum_mismatch, unknown, unknown_name},
    values::money,
};
use crate::events::v1::{self, BudgetPart, EntityKind, PlanLot, event_payload::Payload};

/// The step gates of plan events.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::PlanFiled(plan) => check_filing(env, plan),
        Payload::PlanRevised(plan) => check_revision(env, plan),
        Payload::PlanCancelled(end) => check_ending(env, &end.plan_id, &end.budget_line_ids),
        Payload::PlanCompleted(end) => check_ending(env, &end.plan_id, &end.budget_line_ids),
        _ => {}
    }
}

fn check_filing(env: &mut Env<'_>, plan: &v1::PlanFiled) {
    let region = env.fact.event.region_code.clone();
    check_lines(env, &plan.budget_parts, &plan.unit, &region);
    check_sums(env, plan.amount_fen, &plan.budget_parts, &plan.lots);
}

fn check_revision(env: &mut Env<'_>, plan: &v1::PlanRevised) {
    let project = env.project();
    if let Some(project) = project.get() {
        check_plan_id(env, project, &plan.plan_id);
        env.not_before("filing of the plan", project.filed_on);
        check_lines(env, &plan.budget_parts, &project.unit, &project.region);
        check_names_all(env, project, plan);
    }
    check_sums(env, plan.amount_fen, &plan.budget_parts, &plan.lots);
}

/// Refuses with E024 a revision that leaves out a line that the plan bears on, or a lot.
fn check_names_all(env: &mut Env<'_>, project: &Project, plan: &v1::PlanRevised) {
    for (line, money) in &project.lines {
        let is_named = plan.budget_parts.iter().any(|p| p.budget_line_id == *line);
        if money.holding.planned_fen != 0 && !is_named {
            env.refuse(left_out("budget_line_id", line));
        }
    }
    for lot_no in project.lots.keys() {
        if !plan.lots.iter().any(|lot| lot.lot_no == *lot_no) {
            env.refuse(left_out("lot_no", lot_no));
        }
    }
}

fn check_ending(env: &mut Env<'_>, plan_id: &str, named: &[String]) {
    let project = env.project();
    let Some(project) = project.get() else {
        return;
    };
    check_plan_id(env, project, plan_id);
    env.not_before("filing of the plan", project.filed_on);
    if let Some(line) = named_twice(named.iter().map(String::as_str)) {
        env.refuse(twice("budget_line_id", line));
    }
}

/// Refuses with E001 a plan id that is not the project's.
pub fn check_plan_id(env: &mut Env<'_>, project: &Project, plan_id: &str) {
    if project.plan_id != plan_id {
        env.refuse(unknown_name("plan_id", plan_id));
    }
}

/// Refuses lines that do not exist (E001), that belong to another unit (E020) or another region
/// (E026), and acts before a line's approval (E003). For every event that occupies more of lines.
pub fn check_lines(env: &mut Env<'_>, parts: &[BudgetPart], unit: &str, region: &str) {
    for part in parts {
        let id = &part.budget_line_id;
        let line = env.load_stream::<BudgetLine>(id);
        let Some(line) = line.get() else {
            let partition = &env.fact.stream.partition;
            let entity = EntityRef::new(EntityKind::BudgetLine, partition, id, "");
            env.refuse(unknown(&entity).with("budget_line_id", id));
            continue;
        };
        if line.unit != unit {
            let message = format!("budget line {id} is of unit {}, not of {unit}", line.unit);
            let refusal = Refusal::new(Code::E020_FORBIDDEN_ROLE, message);
            env.refuse(
                refusal
                    .with("budget_line_id", id)
                    .with("budget_line_unit", &line.unit)
                    .with("unit", unit),
            );
        }
        if line.region != region {
            let message = format!(
                "budget line {id} is of region {}, not of {region}",
                line.region
            );
            let refusal = Refusal::new(Code::E026_WRONG_JURISDICTION, message);
            env.refuse(
                refusal
                    .with("budget_line_id", id)
                    .with("budget_line_region", &line.region)
                    .with("region_code", region),
            );
        }
        env.not_before("approval of the budget line", line.approved_on);
    }
}

/// The sums of a plan: parts make its amount (E024), lots make its amount (E011), and the lots'
/// parts make the plan's, line by line (E024).
fn check_sums(env: &mut Env<'_>, amount_fen: i64, parts: &[BudgetPart], lots: &[PlanLot]) {
    check_parts(env, "budget parts", amount_fen, parts);
    if let Some(lot_no) = named_twice(lots.iter().map(|lot| lot.lot_no.as_str())) {
        env.refuse(twice("lot_no", lot_no));
    }
    let lots_fen = money::sum(lots.iter().map(|lot| lot.amount_fen));
    if lots_fen != i128::from(amount_fen) {
        let message = format!("lots sum to {lots_fen} fen, the plan is {amount_fen} fen");
        let refusal = Refusal::new(Code::E011_LOT_SUM_MISMATCH, message);
        env.refuse(
            refusal
                .with("plan_fen", amount_fen)
                .with("lots_fen", lots_fen),
        );
    }
    let is_shared = parts.iter().filter(|part| part.amount_fen != 0).count() > 1;
    for lot in lots {
        if !lot.budget_parts.is_empty() {
            check_parts(
                env,
                "budget parts of a lot",
                lot.amount_fen,
                &lot.budget_parts,
            );
        } else if is_shared {
            let message = format!(
                "lot {} states no budget parts, required when a plan draws on several lines",
                lot.lot_no
            );
            let refusal = Refusal::new(Code::E024_SUM_MISMATCH, message);
            env.refuse(refusal.with("lot_no", &lot.lot_no));
        }
    }
    check_lines_of_lots(env, parts, lots);
}

fn check_lines_of_lots(env: &mut Env<'_>, parts: &[BudgetPart], lots: &[PlanLot]) {
    if lots.iter().all(|lot| lot.budget_parts.is_empty()) {
        return;
    }
    let planned = holding::by_line_id(parts);
    let mut by_line: BTreeMap<String, i128> =
        planned.keys().map(|line| (line.clone(), 0)).collect();
    for lot in lots {
        for (line, fen) in parts_of(lot, parts) {
            *by_line.entry(line).or_default() += i128::from(fen);
        }
    }
    for (line, sum_fen) in by_line {
        let whole_fen = planned.get(&line).copied().unwrap_or_default().into();
        if sum_fen != whole_fen {
            let refusal = sum_mismatch("lots' parts of a budget line", whole_fen, sum_fen);
            env.refuse(refusal.with("budget_line_id", line));
        }
    }
}

#[cfg(test)]
mod tests;
