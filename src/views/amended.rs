//! What was corrected or voided: the value in force, what it was, who changed it, when and why.

use prost::Message as _;
use serde_json::Value;

use super::{Timeline, acts};
use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        fold::{self, Place},
        payload::payload_of,
        touched::touched_by,
    },
    events::{
        json,
        v1::{self, event_payload::Payload},
    },
};

/// Every event of a timeline that was corrected or voided.
pub fn amended(timeline: &Timeline<'_>) -> Vec<v1::AmendedEvent> {
    let told = |place| event(timeline, place);
    timeline.amended().iter().filter_map(told).collect()
}

/// As [`amended`], of the events that touched an entity, before or after.
pub fn amended_of(timeline: &Timeline<'_>, entity: &EntityRef) -> Vec<v1::AmendedEvent> {
    let items = timeline.history().items();
    let touches = |place: &&Place| {
        let touches = |fact: &Fact| {
            payload_of(&fact.event)
                .is_some_and(|payload| touched_by(&fact.stream, payload).contains(entity))
        };
        let amendments = place.amendments.iter().chain(&place.original);
        amendments
            .map(|index| &items[*index].fact)
            .any(|fact| touches(fact))
    };
    let found = timeline.amended().iter().filter(touches);
    found.filter_map(|place| event(timeline, place)).collect()
}

fn event(timeline: &Timeline<'_>, place: &Place) -> Option<v1::AmendedEvent> {
    let items = timeline.history().items();
    let original = place.original.map(|index| &items[index].fact);
    let payload = original.or(place.standing.as_ref());
    let payload = payload.and_then(|fact| payload_of(&fact.event))?;
    let of = acts::told(payload);
    let was = original.and_then(|fact| fact.event.payload.as_ref());
    let is = place.standing.as_ref();
    let is_payload = is.and_then(|fact| fact.event.payload.as_ref());
    let mut steps = Vec::with_capacity(place.amendments.len());
    let mut before = was.cloned();
    for index in &place.amendments {
        let (step, after) = step(timeline, *index, before.as_ref());
        steps.push(step);
        if after.is_some() {
            before = after;
        }
    }
    Some(v1::AmendedEvent {
        position: place.position,
        name: original.map(|fact| name_of(fact)),
        event_type: of.name.clone(),
        title_zh: of.title_zh.clone(),
        title_en: of.title_en.clone(),
        voided: is.is_none(),
        counts: is.is_some_and(|fact| timeline.as_of().counts(fact.legal_date)),
        original: was.cloned(),
        in_force: is_payload.cloned(),
        changes: is_payload.map_or_else(Vec::new, |is| changes(was, is)),
        steps,
    })
}

fn name_of(fact: &Fact) -> v1::EventName {
    v1::EventName {
        source_system: fact.event.source_system.clone(),
        source_ref: fact.event.source_ref.clone(),
    }
}

/// An amendment, and the payload that a correction puts in force.
fn step(
    timeline: &Timeline<'_>,
    index: usize,
    before: Option<&v1::EventPayload>,
) -> (v1::AmendmentStep, Option<v1::EventPayload>) {
    let history = timeline.history();
    let item = &history.items()[index];
    let event = &item.fact.event;
    let recorded_us = history.recorded_us(index);
    let mut step = v1::AmendmentStep {
        position: item.position,
        name: Some(name_of(&item.fact)),
        actor_org: event.actor_org.clone(),
        actor_role: event.actor_role,
        recorded_time: Some(prost_types::Timestamp {
            seconds: (recorded_us / 1_000_000).cast_signed(),
            nanos: (recorded_us % 1_000_000 * 1_000) as i32,
        }),
        ..v1::AmendmentStep::default()
    };
    match payload_of(event) {
        Some(Payload::EventVoided(void)) => {
            step.voids = true;
            step.reason.clone_from(&void.reason);
            step.authority.clone_from(&void.authority);
        }
        Some(Payload::EventCorrected(correction)) => {
            step.reason.clone_from(&correction.reason);
            step.authority.clone_from(&correction.authority);
            step.effect = correction.effect;
            let after = fold::replacement(&item.fact).and_then(|fact| fact.event.payload);
            if let Some(after) = &after {
                step.changes = changes(before, after);
            }
            return (step, after);
        }
        _ => {}
    }
    (step, None)
}

/// The fields in which two payloads differ.
fn changes(before: Option<&v1::EventPayload>, after: &v1::EventPayload) -> Vec<v1::FieldChange> {
    let mut found = Vec::new();
    if let Some(before) = before {
        compare(&value_of(before), &value_of(after), "", &mut found);
    }
    found
}

fn value_of(payload: &v1::EventPayload) -> Value {
    json::to_json("EventPayload", &payload.encode_to_vec())
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

fn compare(before: &Value, after: &Value, path: &str, found: &mut Vec<v1::FieldChange>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(a), Value::Object(b)) => {
            for (name, value) in a {
                let path = member(path, name);
                compare(value, b.get(name).unwrap_or(&Value::Null), &path, found);
            }
            for (name, value) in b.iter().filter(|(name, _)| !a.contains_key(*name)) {
                compare(&Value::Null, value, &member(path, name), found);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            for index in 0..a.len().max(b.len()) {
                let (a, b) = (a.get(index), b.get(index));
                let (a, b) = (a.unwrap_or(&Value::Null), b.unwrap_or(&Value::Null));
                compare(a, b, &format!("{path}[{index}]"), found);
            }
        }
        _ => found.push(v1::FieldChange {
            path: path.to_owned(),
            before_json: text_of(before),
            after_json: text_of(after),
        }),
    }
}

fn member(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        value => value.to_string(),
    }
}
