//! Corrections and voids: an earlier event is restated or annulled.
//!
//! Every entity concerned is folded again with the replacement at the original's position. Step
//! gates see the entities as they stood just before that position; E002 is tested at every step,
//! and what the replacement itself names is E001 where it is not there; sums are tested on the
//! final states.
//!
//! A correction touches what the original, its newest correction so far and the replacement touch:
//! an entity that the last correction drew in and the new one drops must hear of it. A void touches
//! what the original and its newest correction touch.

use std::sync::Arc;

use super::{
    authority,
    decider::{self, Context, Decision, Entities, Fact, HistoryItem},
    entity::EntityRef,
    fold::{PastEntities, fold_checked, replacement},
    gate::Env,
    payload::{EventType, object_ids, payload_of},
    refusal::{Code, Refusal},
    touched::touched_by,
};
use crate::events::v1::{self, CorrectionEffect, event_payload::Payload};

/// An original and what was done to it so far.
struct Amended {
    position: u64,
    original: Arc<Fact>,
    newest: Option<Fact>,
    is_voided: bool,
}

impl Amended {
    /// Finds the original that a correction or void names: E001 if there is none, or if it is
    /// itself a correction or void.
    fn find(entities: &dyn Entities, name: Option<&v1::EventName>) -> Result<Self, Refusal> {
        let name = name.cloned().unwrap_or_default();
        let unknown = |why: &str| {
            let message = format!("{} {} {why}", name.source_system, name.source_ref);
            Refusal::new(Code::E001_UNKNOWN_REF, message)
                .with("source_system", &name.source_system)
                .with("source_ref", &name.source_ref)
        };
        let Some(item) = entities.find(&name.source_system, &name.source_ref) else {
            return Err(unknown("is not recorded"));
        };
        let Some(payload) = payload_of(&item.fact.event).filter(|_| item.amends.is_none()) else {
            return Err(unknown("is a correction or void, not an original"));
        };
        let mut amended = Self {
            position: item.position,
            original: Arc::clone(&item.fact),
            newest: None,
            is_voided: false,
        };
        // Every correction and void touches all that its original touches, so one history tells.
        if let Some(entity) = touched_by(&item.fact.stream, payload).first() {
            for later in entities.history(entity) {
                if later.amends == Some(item.position) {
                    match replacement(&later.fact) {
                        Some(fact) => amended.newest = Some(fact),
                        None => amended.is_voided = true,
                    }
                }
            }
        }
        Ok(amended)
    }

    /// What original, newest correction and replacement touch, in this order, without repeats.
    fn touches(&self, replacement: Option<&Fact>) -> Vec<EntityRef> {
        let mut entities: Vec<EntityRef> = Vec::new();
        let facts = [Some(&*self.original), self.newest.as_ref(), replacement];
        for fact in facts.into_iter().flatten() {
            let Some(payload) = payload_of(&fact.event) else {
                continue;
            };
            for entity in touched_by(&fact.stream, payload) {
                if !entities.contains(&entity) {
                    entities.push(entity);
                }
            }
        }
        entities
    }

    fn payload(&self) -> Option<&Payload> {
        payload_of(&self.original.event)
    }
}

/// Decides a correction.
pub(super) fn decide_correction(
    entities: &dyn Entities,
    fact: &Fact,
    context: &Context,
    event: &v1::EventCorrected,
) -> Result<Decision, Refusal> {
    let amended = Amended::find(entities, event.corrects.as_ref())?;
    let Some((replaced, payload)) = replacement(fact).and_then(|replaced| {
        let payload = payload_of(&replaced.event)?.clone();
        Some((replaced, payload))
    }) else {
        let message = "the correction carries no payload";
        return Err(Refusal::new(Code::E022_MISSING_FIELD, message));
    };
    let mut env = Env::new(entities, fact, EventType::EventCorrected, context);
    check_may_correct(&mut env, &amended, event);
    check_same_place(&mut env, &amended);
    check_same_object(&mut env, &amended, &payload);
    let touches = amended.touches(Some(&replaced));
    check_touches(&mut env, &touches);
    decider::check_not_in_future(&mut env);
    let past = PastEntities {
        today: entities,
        end: amended.position,
    };
    let mut steps = Env::new(&past, &replaced, EventType::of(&payload), context);
    decider::check_steps(&mut steps, &payload);
    env.check(steps.finish());
    refold(env, &amended, touches)
}

/// Decides a void.
pub(super) fn decide_void(
    entities: &dyn Entities,
    fact: &Fact,
    context: &Context,
    event: &v1::EventVoided,
) -> Result<Decision, Refusal> {
    let amended = Amended::find(entities, event.voids.as_ref())?;
    let mut env = Env::new(entities, fact, EventType::EventVoided, context);
    check_may_append(&mut env, amended.original.event.payload.as_ref());
    check_same_place(&mut env, &amended);
    let touches = amended.touches(None);
    check_touches(&mut env, &touches);
    decider::check_source(&mut env);
    decider::check_not_in_future(&mut env);
    refold(env, &amended, touches)
}

/// Who may amend, for corrections and voids alone: E020 and E026. Nothing is said of an original
/// that is not known.
pub(super) fn check_authority(env: &mut Env<'_>) {
    match payload_of(&env.fact.event) {
        Some(Payload::EventCorrected(event)) => {
            if let Ok(amended) = Amended::find(env.entities, event.corrects.as_ref()) {
                check_may_correct(env, &amended, event);
            }
        }
        Some(Payload::EventVoided(event)) => {
            if let Ok(amended) = Amended::find(env.entities, event.voids.as_ref()) {
                check_may_append(env, amended.original.event.payload.as_ref());
            }
        }
        _ => {}
    }
}

/// E020, E026: a correction that changes deadlines is a regulator's with power over both the
/// original and the replacement; any other is by one who may append both.
fn check_may_correct(env: &mut Env<'_>, amended: &Amended, event: &v1::EventCorrected) {
    if event.effect() == CorrectionEffect::Retroactive {
        let replacement = event.payload.as_ref().and_then(|p| p.payload.as_ref());
        for told in [amended.payload(), replacement].into_iter().flatten() {
            authority::check_retroactive(env, told);
        }
    } else {
        check_may_append(env, amended.original.event.payload.as_ref());
        check_may_append(env, event.payload.as_deref());
    }
}

/// E020, E026: whoever amends must be one who may append.
fn check_may_append(env: &mut Env<'_>, payload: Option<&v1::EventPayload>) {
    let Some(member) = payload.and_then(|payload| payload.payload.as_ref()) else {
        return;
    };
    let mut fact = env.fact.clone();
    fact.event.payload = payload.cloned();
    let mut as_appended = Env::new(env.entities, &fact, EventType::of(member), env.context);
    authority::check(&mut as_appended, member);
    let answer = as_appended.finish();
    env.check(answer);
}

/// E002 for what is voided, E001 for another stream, E026 for another region.
fn check_same_place(env: &mut Env<'_>, amended: &Amended) {
    let (stream, region) = (
        &amended.original.stream,
        &amended.original.event.region_code,
    );
    let position = amended.position;
    if amended.is_voided {
        let message = format!("the event at position {position} is voided, which is final");
        let refusal = Refusal::new(Code::E002_ILLEGAL_TRANSITION, message);
        env.refuse(refusal.with("position", position));
    }
    if env.fact.stream != *stream {
        let message = format!("the event at position {position} is of stream {stream}");
        let refusal = Refusal::new(Code::E001_UNKNOWN_REF, message);
        env.refuse(refusal.with("expected_stream", stream));
    }
    if env.fact.event.region_code != *region {
        let message = format!("the event at position {position} is of region {region}");
        let refusal = Refusal::new(Code::E026_WRONG_JURISDICTION, message);
        env.refuse(refusal.with("expected_region_code", region));
    }
}

/// E001 for another type or other object ids: a correction restates the same act.
fn check_same_object(env: &mut Env<'_>, amended: &Amended, payload: &Payload) {
    let Some(original) = amended.payload() else {
        return;
    };
    let (expected, given) = (EventType::of(original), EventType::of(payload));
    if expected != given {
        let (expected, given) = (expected.name(), given.name());
        let message = format!("the original is {expected}, the replacement {given}");
        let refusal = Refusal::new(Code::E001_UNKNOWN_REF, message);
        env.refuse(
            refusal
                .with("expected_type", expected)
                .with("given_type", given),
        );
        return;
    }
    let (expected, given) = (object_ids(original), object_ids(payload));
    if expected != given {
        let (expected, given) = (expected.join(","), given.join(","));
        let message = format!("the original is about {expected}, the replacement about {given}");
        let refusal = Refusal::new(Code::E001_UNKNOWN_REF, message);
        env.refuse(
            refusal
                .with("expected_ids", expected)
                .with("given_ids", given),
        );
    }
}

/// E001 naming the expected list when what is said to be touched is not what is touched.
fn check_touches(env: &mut Env<'_>, expected: &[EntityRef]) {
    let Some(payload) = payload_of(&env.fact.event) else {
        return;
    };
    let given = touched_by(&env.fact.stream, payload);
    let is_equal = given.len() == expected.len() && expected.iter().all(|e| given.contains(e));
    if !is_equal {
        let names: Vec<String> = expected.iter().map(EntityRef::to_string).collect();
        let names = names.join(",");
        let message = format!("touches must be exactly {names}");
        let refusal = Refusal::new(Code::E001_UNKNOWN_REF, message);
        env.refuse(refusal.with("expected_touches", names));
    }
}

/// Folds every entity again with the correction or void in its history.
fn refold(
    mut env: Env<'_>,
    amended: &Amended,
    touches: Vec<EntityRef>,
) -> Result<Decision, Refusal> {
    let amendment = HistoryItem {
        position: env.context.position,
        fact: Arc::new(env.fact.clone()),
        amends: Some(amended.position),
    };
    let mut states = Vec::with_capacity(touches.len());
    for entity in touches {
        let mut history = env.entities.history(&entity);
        history.push(amendment.clone());
        match fold_checked(&entity, &history, amended.position) {
            Ok(after) => {
                let before = env.entities.state(&entity);
                if let Some(after) = &after {
                    env.check(after.invariants(before.as_deref(), &entity));
                }
                states.push((entity, after.map(Arc::new)));
            }
            Err(refusal) => env.refuse(refusal),
        }
    }
    env.finish()?;
    Ok(Decision { states })
}

#[cfg(test)]
mod tests;
