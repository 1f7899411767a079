//! Lines of NDJSON as submissions, recorded events as JSON.

use serde_json::Value;

use crate::events::{
    descriptor::schema,
    json::{self, JsonError},
    wire::{EventSubmission, RecordedEvent},
};
use prost::Message as _;
use prost_reflect::MessageDescriptor;

/// Reads a line: an `EventSubmission`, or an `Event` alone. Errors: no JSON, unknown or repeated
/// names, values of another type than the field's.
pub fn submission_from_json(text: &str) -> Result<EventSubmission, JsonError> {
    let is_alone = serde_json::from_str::<serde_json::Map<String, Value>>(text).is_ok_and(|map| {
        ["event", "sealed", "personal", "signature"]
            .iter()
            .all(|name| !map.contains_key(*name))
    });
    if is_alone {
        let event = json::event_from_json(text)?;
        return Ok(EventSubmission {
            event,
            ..EventSubmission::default()
        });
    }
    json::submission_from_json(text)
}

/// Writes a recorded event as canonical proto JSON on one line. Position and revision are written
/// even when they are 0, which canonical JSON may leave out: a program always finds them.
pub fn recorded_to_json(event: &RecordedEvent) -> Result<String, JsonError> {
    let json = json::to_json("RecordedEvent", &event.encode_to_vec())?;
    let Some(rest) = json.strip_prefix('{') else {
        return Ok(json);
    };
    let zero = |name: &str, value: u64| {
        if value == 0 {
            format!("\"{name}\":\"0\",")
        } else {
            String::new()
        }
    };
    let (position, revision) = (
        zero("position", event.position),
        zero("revision", event.revision),
    );
    let zeros = format!("{position}{revision}");
    let zeros = if rest == "}" {
        zeros.trim_end_matches(',')
    } else {
        &zeros
    };
    Ok(format!("{{{zeros}{rest}"))
}

/// A message of the schema by its short name.
pub fn descriptor(name: &str) -> MessageDescriptor {
    schema()
        .message(name)
        .expect("the schema has its own messages")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"sourceSystem":"GP_MGMT","sourceRef":"1","stream":"project/4304/P"}"#;

    #[test]
    fn reads_an_event_alone_and_with_what_stands_beside_it() {
        let alone = submission_from_json(EVENT).unwrap();
        let wrapped = submission_from_json(&format!("{{\"event\":{EVENT}}}")).unwrap();
        assert!(!alone.event.is_empty());
        assert_eq!(alone, wrapped);
    }

    #[test]
    fn what_it_writes_it_reads() {
        let event = submission_from_json(EVENT).unwrap().event;
        let recorded = RecordedEvent {
            position: 7,
            event,
            ..RecordedEvent::default()
        };
        let json: Value = serde_json::from_str(&recorded_to_json(&recorded).unwrap()).unwrap();
        assert_eq!(
            (&json["position"], &json["revision"]),
            (&"7".into(), &"0".into())
        );
        let empty = recorded_to_json(&RecordedEvent::default()).unwrap();
        assert!(serde_json::from_str::<Value>(&empty).is_ok(), "{empty}");
        let again = submission_from_json(&json["event"].to_string()).unwrap();
        assert_eq!(again.event, recorded.event);
    }

    #[test]
    fn refuses_what_the_schema_does_not_have() {
        for bad in [
            "",
            "[]",
            "7",
            r#"{"sourceSystm":"X"}"#,
            r#"{"event":{"actorRole":"KING"}}"#,
        ] {
            assert!(submission_from_json(bad).is_err(), "{bad}");
        }
    }
}
