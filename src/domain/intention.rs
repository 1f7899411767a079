//! IT 采购意向: what a unit means to buy, told before it does.
//!
//! The entity is keyed by its stream and number (owner = project id, id = intention id). A plan
//! that names it uses it: afterwards it is neither revised nor withdrawn.
//!
//! Decided where the domain's specification is silent:
//! - A plan names intentions that are known (E001), not withdrawn (E002) and of its own unit
//!   (E020). It may be filed before the intention is published: that breaks a rule (财库〔2020〕10号),
//!   and is no impossibility.
//! - An exempted intention may be named by a plan too: the exemption is what the plan rests on.
//! - In a project whose plan is filed, intentions are of the plan's unit (E020).
//! - No event tells that an intention expired, and the domain has no clock: one that no plan
//!   follows stays as it stands, and may still be followed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Code, Refusal},
};
use crate::events::v1::event_payload::Payload;

/// Where an intention stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum IntentionStatus {
    /// Nothing happened.
    #[default]
    Absent,
    /// 已公开.
    Published,
    /// 已变更: published and revised.
    Revised,
    /// 豁免: need not be published.
    Exempt,
    /// A plan follows it.
    Used,
    /// 已撤回; final.
    Withdrawn,
}

/// The state of an intention.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intention {
    /// Where it stands.
    pub status: IntentionStatus,
    /// The budget unit.
    pub unit: String,
    /// Project name, as last told.
    pub name: String,
    /// The budget as last told, in fen.
    pub budget_fen: i64,
    /// The month in which procurement is expected, `YYYY-MM`, as last told.
    pub expected_month: String,
    /// The day of publication.
    pub published_on: Option<NaiveDate>,
    /// The day of the newest revision.
    pub revised_on: Option<NaiveDate>,
    /// Why it is exempt, as the schema's number; 0 where it is not.
    pub exemption: i32,
    /// The day of exemption.
    pub exempted_on: Option<NaiveDate>,
    /// The plan that follows it; empty for none.
    pub plan_id: String,
    /// The day of withdrawal.
    pub withdrawn_on: Option<NaiveDate>,
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<IntentionStatus>] = {
    use Case::Any;
    use EventType as E;
    use IntentionStatus::{Absent, Exempt, Published, Revised, Used, Withdrawn};
    &[
        (Absent, E::IntentionPublished, Any, Published),
        (Absent, E::IntentionExempted, Any, Exempt),
        (Published, E::IntentionRevised, Any, Revised),
        (Published, E::IntentionWithdrawn, Any, Withdrawn),
        (Published, E::PlanFiled, Any, Used),
        (Revised, E::IntentionRevised, Any, Revised),
        (Revised, E::IntentionWithdrawn, Any, Withdrawn),
        (Revised, E::PlanFiled, Any, Used),
        (Exempt, E::PlanFiled, Any, Used),
    ]
};

fn next(
    intention: &Intention,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<IntentionStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, intention.status, event, entity)
}

/// Whether the event may happen to the intention as it stands.
pub fn transition(intention: &Intention, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(intention, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The intention after one more fact.
pub fn evolve(intention: &mut Intention, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(intention, entity, payload) {
        intention.status = to;
    }
    let on = Some(fact.legal_date);
    match payload {
        Payload::IntentionPublished(event) => {
            intention.unit.clone_from(&event.unit);
            intention.name.clone_from(&event.name);
            intention.budget_fen = event.budget_fen;
            intention.expected_month.clone_from(&event.expected_month);
            intention.published_on = on;
        }
        Payload::IntentionRevised(event) => {
            intention.name.clone_from(&event.name);
            intention.budget_fen = event.budget_fen;
            intention.expected_month.clone_from(&event.expected_month);
            intention.revised_on = on;
        }
        Payload::IntentionExempted(event) => {
            intention.unit.clone_from(&event.unit);
            intention.exemption = event.reason_code;
            intention.exempted_on = on;
        }
        Payload::IntentionWithdrawn(_) => intention.withdrawn_on = on,
        Payload::PlanFiled(plan) => intention.plan_id.clone_from(&plan.plan_id),
        _ => {}
    }
}

/// The step gates of intentions: of one unit throughout (E020), and no act before the publication
/// or revision that it changes (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::IntentionPublished(event) => check_unit_of_project(env, &event.unit),
        Payload::IntentionExempted(event) => check_unit_of_project(env, &event.unit),
        Payload::IntentionRevised(event) => check_order(env, &event.intention_id),
        Payload::IntentionWithdrawn(event) => check_order(env, &event.intention_id),
        Payload::PlanFiled(plan) => {
            for id in &plan.intention_ids {
                let intention = env.load::<Intention>(id);
                if let Some(intention) = intention.get() {
                    same_unit(env, &intention.unit, &plan.unit, Some(id));
                }
            }
        }
        _ => {}
    }
}

fn check_unit_of_project(env: &mut Env<'_>, unit: &str) {
    let project = env.project();
    if let Some(project) = project.get() {
        same_unit(env, unit, &project.unit, None);
    }
}

fn same_unit(env: &mut Env<'_>, unit: &str, plan_unit: &str, id: Option<&str>) {
    if unit == plan_unit || unit.is_empty() || plan_unit.is_empty() {
        return;
    }
    let message = format!("the intention is of unit {unit}, the plan of {plan_unit}");
    let refusal = Refusal::new(Code::E020_FORBIDDEN_ROLE, message)
        .with("intention_unit", unit)
        .with("unit", plan_unit);
    env.refuse(match id {
        Some(id) => refusal.with("intention_id", id),
        None => refusal,
    });
}

fn check_order(env: &mut Env<'_>, id: &str) {
    let intention = env.load::<Intention>(id);
    if let Some(intention) = intention.get() {
        env.not_before("publication of the intention", intention.published_on);
        env.not_before("revision of the intention", intention.revised_on);
    }
}

#[cfg(test)]
mod tests;
