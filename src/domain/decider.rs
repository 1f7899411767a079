//! What the ledger asks of the domain: which entities an event touches, whether it may happen, and
//! what is so afterwards.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    acceptance, amendment, assessment, authority, budget_line, campaign, contract, delegation,
    entity::EntityRef,
    execution, farm, fee, framework,
    gate::Env,
    intention, internal_control, library, method_change, notice, objection, onboarding, order,
    payload,
    payload::EventType,
    payment, plan, record,
    refusal::{Code, Refusal},
    registry, requirement, single_source, stage_link,
    state::EntityState,
    touched::touched_by,
    values::{StreamName, local_date},
    venue,
};
use super::{approval, challenge, complaint, credit, financing, guarantee, inquiry};
use crate::events::v1::{self, event_payload::Payload};

pub use super::{fold::fold, touched::touched};

/// How far a source's clock may run ahead of the ledger's, in seconds (E003).
const CLOCK_SKEW_S: i64 = 300;

/// An event as the domain sees it: decoded, its stream parsed, its legal date known.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The decoded envelope and payload.
    pub event: v1::Event,
    /// The event's stream.
    pub stream: StreamName,
    /// The day on which the act was done, +08:00.
    pub legal_date: NaiveDate,
}

/// A fact in an entity's history.
#[derive(Clone, Debug)]
pub struct HistoryItem {
    /// The fact's position in the ledger.
    pub position: u64,
    /// The fact.
    pub fact: Arc<Fact>,
    /// For a correction or void: the position of the original that it names.
    pub amends: Option<u64>,
}

/// What the decider may know besides the event.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The moment of recording, microseconds since 1970-01-01T00:00:00Z.
    pub recorded_at_us: u64,
    /// The position that the event would take.
    pub position: u64,
}

/// Entities as they stand before the event, loaded when asked for.
pub trait Entities {
    /// The state of an entity; `None` if no event ever touched it.
    fn state(&self, entity: &EntityRef) -> Option<Arc<EntityState>>;

    /// Every fact that touched an entity, corrections and voids included, in order of position.
    fn history(&self, entity: &EntityRef) -> Vec<HistoryItem>;

    /// The recorded fact that a source calls so.
    fn find(&self, source_system: &str, source_ref: &str) -> Option<HistoryItem>;
}

/// What an accepted event leaves behind.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Every touched entity with its state after the event.
    pub states: Vec<(EntityRef, Option<Arc<EntityState>>)>,
}

/// Decides whether an event may be appended; the refusal is the first in order of precedence
/// (E020, E021, E026, E001, E002, E003, E010 and on).
///
/// On acceptance answers the state of every touched entity as it is after the event, since the
/// gates had to compute them; `None` where nothing is left of an entity.
pub fn decide(
    entities: &dyn Entities,
    fact: &Fact,
    context: &Context,
) -> Result<Decision, Refusal> {
    let Some(payload) = payload::payload_of(&fact.event) else {
        return Err(Refusal::new(
            Code::E022_MISSING_FIELD,
            "the event has no payload",
        ));
    };
    match payload {
        Payload::EventCorrected(event) => {
            amendment::decide_correction(entities, fact, context, event)
        }
        Payload::EventVoided(event) => amendment::decide_void(entities, fact, context, event),
        _ => decide_original(entities, fact, context, payload),
    }
}

/// Tests only whether the actor may append the event (E020, E021): what a caller is told before
/// anything about repeats or expectations.
pub fn authorise(entities: &dyn Entities, fact: &Fact, context: &Context) -> Result<(), Refusal> {
    let Some(payload) = payload::payload_of(&fact.event) else {
        return Ok(());
    };
    let mut env = Env::new(entities, fact, EventType::of(payload), context);
    if matches!(
        payload,
        Payload::EventCorrected(_) | Payload::EventVoided(_)
    ) {
        amendment::check_authority(&mut env);
    } else {
        authority::check(&mut env, payload);
    }
    match env.finish() {
        Err(refusal) if matches!(refusal.code, Code::E020_FORBIDDEN_ROLE | Code::E021_SEALED) => {
            Err(refusal)
        }
        _ => Ok(()),
    }
}

fn decide_original(
    entities: &dyn Entities,
    fact: &Fact,
    context: &Context,
    payload: &Payload,
) -> Result<Decision, Refusal> {
    let mut env = Env::new(entities, fact, EventType::of(payload), context);
    authority::check(&mut env, payload);
    check_steps(&mut env, payload);
    let touched = touched_by(&fact.stream, payload);
    let mut states = Vec::with_capacity(touched.len());
    for entity in touched {
        let before = entities.state(&entity);
        let Some(mut after) = state_or_empty(before.as_ref(), &entity) else {
            continue;
        };
        env.check(after.transition(&entity, fact));
        Arc::make_mut(&mut after).evolve(&entity, context.position, fact);
        env.check(after.invariants(before.as_deref(), &entity));
        states.push((entity, Some(after)));
    }
    env.finish()?;
    Ok(Decision { states })
}

fn state_or_empty(
    before: Option<&Arc<EntityState>>,
    entity: &EntityRef,
) -> Option<Arc<EntityState>> {
    match before {
        Some(state) if state.kind() == entity.kind => Some(Arc::clone(state)),
        _ => EntityState::empty(entity.kind).map(Arc::new),
    }
}

/// The step gates of an event: E001 and E003 for all, then those of its own type.
pub(super) fn check_steps(env: &mut Env<'_>, payload: &Payload) {
    check_source(env);
    check_not_in_future(env);
    budget_line::check(env, payload);
    plan::check(env, payload);
    delegation::check(env, payload);
    execution::check(env, payload);
    contract::check(env, payload);
    payment::check(env, payload);
    acceptance::check(env, payload);
    notice::check(env, payload);
    registry::check(env, payload);
    intention::check(env, payload);
    requirement::check(env, payload);
    method_change::check(env, payload);
    single_source::check(env, payload);
    fee::check(env, payload);
    stage_link::check(env, payload);
    framework::check(env, payload);
    record::check(env, payload);
    order::check(env, payload);
    objection::check(env, payload);
    farm::check(env, payload);
    venue::check(env, payload);
    library::check(env, payload);
    internal_control::check(env, payload);
    assessment::check(env, payload);
    onboarding::check(env, payload);
    campaign::check(env, payload);
    inquiry::check(env, payload);
    challenge::check(env, payload);
    complaint::check(env, payload);
    financing::check(env, payload);
    guarantee::check(env, payload);
    approval::check(env, payload);
    credit::check(env, payload);
}

/// E001 for a source system that neither the profile nor the registry knows.
pub(super) fn check_source(env: &mut Env<'_>) {
    let code = &env.fact.event.source_system;
    if !registry::system::is_known(env.entities, code) {
        let message = format!("source system {code} is not registered");
        let refusal = Refusal::new(Code::E001_UNKNOWN_REF, message);
        env.refuse(refusal.with("source_system", code));
    }
}

/// E003 for a legal date after the day of recording, five minutes of skew allowed. Releases of OCDS
/// publishers keep the date that the publisher wrote.
pub(super) fn check_not_in_future(env: &mut Env<'_>) {
    if env.event_type == EventType::OcdsReleaseImported {
        return;
    }
    let seconds = i64::try_from(env.context.recorded_at_us / 1_000_000).unwrap_or(i64::MAX);
    let Some(latest) = local_date(seconds.saturating_add(CLOCK_SKEW_S), 0) else {
        return;
    };
    let given = env.fact.legal_date;
    if given > latest {
        let message = format!("legal date {given} is after the day of recording {latest}");
        let refusal = Refusal::new(Code::E003_BAD_TIME, message);
        env.refuse(refusal.with("latest_on", latest).with("legal_on", given));
    }
}

/// The state of an entity after one more fact that is no correction or void.
pub fn evolve(state: &mut EntityState, entity: &EntityRef, position: u64, fact: &Fact) {
    state.evolve(entity, position, fact);
}

#[cfg(test)]
mod tests;
