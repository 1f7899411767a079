//! DG 委托代理: what an agency may do in a project, and when.
//!
//! The entity is keyed by project and agency (owner = project id, id = the agency's Uscc), so that
//! the right of an agency is one look. An agency may be commissioned several times; its rights add
//! up.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    payload::{day, payload_of},
    refusal::{Refusal, bad_time, repeated},
};
use crate::events::v1::{DelegationScope, event_payload::Payload};

/// One commission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commission {
    /// The purchaser that gave it.
    pub purchaser: String,
    /// What the agency may do, as the schema's numbers.
    pub scope: Vec<i32>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day; `None` for no end.
    pub to: Option<NaiveDate>,
}

/// The commissions of one agency in one project, by delegation id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Delegation {
    /// Commissions by id.
    pub commissions: BTreeMap<String, Commission>,
}

impl Delegation {
    /// Whether the agency may act on a day: in one of the scopes, or in any if none is asked for.
    /// Only commissions by the project's own unit count, once that is known: a project may be named
    /// by anybody before its plan is filed.
    pub fn covers(&self, scopes: &[DelegationScope], on: NaiveDate, unit: &str) -> bool {
        self.commissions.values().any(|commission| {
            let is_begun = commission.from.is_none_or(|from| from <= on);
            let is_over = commission.to.is_some_and(|to| to < on);
            let is_in_scope = scopes.is_empty()
                || scopes
                    .iter()
                    .any(|scope| commission.scope.contains(&(*scope as i32)));
            let is_by_unit = unit.is_empty() || commission.purchaser == unit;
            is_begun && !is_over && is_in_scope && is_by_unit
        })
    }
}

/// E002 when the delegation id is used already.
pub fn transition(state: &Delegation, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(Payload::AgencyDelegated(event))
            if state.commissions.contains_key(&event.delegation_id) =>
        {
            Err(repeated(entity, "delegation_id", &event.delegation_id))
        }
        _ => Ok(()),
    }
}

/// The delegation after one more fact.
pub fn evolve(state: &mut Delegation, _entity: &EntityRef, _position: u64, fact: &Fact) {
    if let Some(Payload::AgencyDelegated(event)) = payload_of(&fact.event) {
        let commission = Commission {
            purchaser: fact.event.actor_org.clone(),
            scope: event.scope.clone(),
            from: day(&event.from),
            to: day(&event.to),
        };
        state
            .commissions
            .insert(event.delegation_id.clone(), commission);
    }
}

/// E003 when a commission ends before it begins.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    if let Payload::AgencyDelegated(event) = payload
        && let (Some(from), Some(to)) = (day(&event.from), day(&event.to))
        && to < from
    {
        env.refuse(bad_time("first day of the commission", from, to));
    }
}

#[cfg(test)]
mod tests;
