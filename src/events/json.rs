//! Canonical proto JSON of events and of every other message of the schema.
//!
//! Strict in what it reads: unknown and repeated names are errors. Errors tell line, column and
//! the path of the value.

use bytes::Bytes;
use prost::Message as _;
use prost_reflect::{DeserializeOptions, DynamicMessage, MessageDescriptor, SerializeOptions};
use serde_json::{Deserializer, Serializer};

use super::{descriptor::schema, json_text, wire::EventSubmission};

/// Why a text or bytes cannot be converted.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// The text is no JSON, or not that of the message.
    #[error("line {line}, column {column}, at {path}: {why}")]
    Text {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1; 0 before the first.
        column: usize,
        /// The value's path, such as `event.payload.planFiled.lots[2]`; `(top)` for the whole.
        path: String,
        /// What is wrong, in the words of the parser.
        why: String,
    },
    /// The bytes are not those of the message.
    #[error("bytes that are no {message}")]
    Bytes {
        /// The message's name.
        message: String,
        /// Why.
        #[source]
        source: prost::DecodeError,
    },
    /// The schema has no such message.
    #[error("the schema has no message {0}")]
    Message(String),
}

/// Reads a submission: `{"event": …, "sealed": …, "personal": …, "signature": …}`, of which only
/// the event is required. Errors: no JSON, unknown or repeated names, wrong types.
pub fn submission_from_json(text: &str) -> Result<EventSubmission, JsonError> {
    let bytes = from_json("EventSubmission", text)?;
    decoded("EventSubmission", EventSubmission::decode(bytes.as_slice()))
}

/// Writes a submission.
pub fn submission_to_json(submission: &EventSubmission) -> Result<String, JsonError> {
    to_json("EventSubmission", &submission.encode_to_vec())
}

/// Reads an event into its bytes.
pub fn event_from_json(text: &str) -> Result<Bytes, JsonError> {
    from_json("Event", text).map(Bytes::from)
}

/// Writes an event's bytes.
pub fn event_to_json(event: &[u8]) -> Result<String, JsonError> {
    to_json("Event", event)
}

/// Reads a message of the package by its short name, such as `ReadEventsRequest`, into its bytes.
pub fn from_json(message: &str, text: &str) -> Result<Vec<u8>, JsonError> {
    json_text::check_names(text).map_err(|error| text_error(text, &error))?;
    let options = DeserializeOptions::new().deny_unknown_fields(true);
    let mut deserializer = Deserializer::from_str(text);
    let read =
        DynamicMessage::deserialize_with_options(descriptor(message)?, &mut deserializer, &options);
    let read = read.and_then(|read| deserializer.end().map(|()| read));
    Ok(read
        .map_err(|error| text_error(text, &error))?
        .encode_to_vec())
}

/// Writes a message of the package by its short name, on one line. What the message does not set
/// is left out; enums are names, 64-bit numbers text, instants end in `Z`.
pub fn to_json(message: &str, bytes: &[u8]) -> Result<String, JsonError> {
    let mut written = Vec::with_capacity(bytes.len() * 2);
    write(message, bytes, &mut Serializer::new(&mut written))?;
    Ok(String::from_utf8(written).expect("JSON is written as UTF-8"))
}

/// Writes a message of the package by its short name, indented for people.
pub fn to_json_pretty(message: &str, bytes: &[u8]) -> Result<String, JsonError> {
    let mut written = Vec::with_capacity(bytes.len() * 3);
    write(message, bytes, &mut Serializer::pretty(&mut written))?;
    Ok(String::from_utf8(written).expect("JSON is written as UTF-8"))
}

fn write<S>(message: &str, bytes: &[u8], serializer: S) -> Result<(), JsonError>
where
    S: serde::Serializer<Ok = (), Error = serde_json::Error>,
{
    let dynamic = decoded(message, DynamicMessage::decode(descriptor(message)?, bytes))?;
    let options = SerializeOptions::new();
    dynamic
        .serialize_with_options(serializer, &options)
        .map_err(|error| text_error("", &error))
}

fn descriptor(message: &str) -> Result<MessageDescriptor, JsonError> {
    schema()
        .message(message)
        .ok_or_else(|| JsonError::Message(message.to_owned()))
}

fn decoded<T>(message: &str, decoded: Result<T, prost::DecodeError>) -> Result<T, JsonError> {
    decoded.map_err(|source| JsonError::Bytes {
        message: message.to_owned(),
        source,
    })
}

fn text_error(text: &str, error: &serde_json::Error) -> JsonError {
    let (line, column) = (error.line(), error.column());
    let path = json_text::path_at(text, line, column);
    let why = error.to_string();
    let end = why.rfind(" at line ").unwrap_or(why.len());
    JsonError::Text {
        line,
        column,
        path,
        why: why[..end].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{
        "event": {
            "sourceSystem": "GP_MGMT",
            "occurredAt": "2023-05-31T16:00:00Z",
            "actorRole": "ACTOR_ROLE_PURCHASER",
            "payload": {"planRevised": {"lots": [
                {"lotNo": "01", "amountFen": "100"},
                {"lot_no": "02", "amount_fen": 200}
            ]}}
        },
        "sealed": {"bidReceived": {"nonce": "AAEC"}}
    }"#;

    #[test]
    fn reads_what_it_writes() {
        let read = submission_from_json(GOOD).unwrap();
        assert!(!read.sealed.is_empty() && read.personal.is_empty());
        let written = submission_to_json(&read).unwrap();
        assert_eq!(submission_from_json(&written).unwrap(), read);
        let event = event_to_json(&read.event).unwrap();
        assert!(
            event.contains(r#""occurredAt":"2023-05-31T16:00:00Z""#),
            "{event}"
        );
        assert!(event.contains(r#""amountFen":"200""#), "{event}");
        assert_eq!(event_from_json(&event).unwrap(), read.event);
        let pretty = to_json_pretty("Event", &read.event).unwrap();
        assert_eq!(event_from_json(&pretty).unwrap(), read.event);
    }

    #[test]
    fn errors_tell_where_and_what() {
        let bad = [
            (
                "\"02\", \"amount_fen\": 200",
                "\"02\", \"amount\": 200",
                "lots[1].amount",
                "'amount'",
            ),
            (
                "\"amountFen\": \"100\"",
                "\"amountFen\": \"1x\"",
                "lots[0].amountFen",
                "invalid",
            ),
            (
                "\"amountFen\": \"100\"",
                "\"lotNo\": \"1\"",
                "lots[0].lotNo",
                "repeated name",
            ),
            (
                "\"amountFen\": \"100\"",
                "\"lot_no\": \"1\"",
                "lots[0].lot_no",
                "repeated name",
            ),
            (
                "ACTOR_ROLE_PURCHASER",
                "PURCHASER",
                "event.actorRole",
                "'PURCHASER'",
            ),
            (
                "2023-05-31T16:00:00Z",
                "2023-05-31",
                "event.occurredAt",
                "invalid",
            ),
            ("\"AAEC\"", "\"*\"", "sealed.bidReceived.nonce", "base64"),
            (
                "\"AAEC\"",
                "\"AAEC\",",
                "sealed.bidReceived",
                "trailing comma",
            ),
        ];
        for (from, to, at, what) in bad {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD);
            let JsonError::Text {
                line, path, why, ..
            } = submission_from_json(&text).unwrap_err()
            else {
                panic!("a text error for {to}");
            };
            assert!(path.ends_with(at), "{to}: {path}: {why}");
            assert!(
                why.to_lowercase().contains(&what.to_lowercase()),
                "{to}: {why}"
            );
            assert!(line > 1);
        }
    }

    #[test]
    fn refuses_what_follows_and_what_is_missing() {
        for text in [
            "",
            "{",
            "[]",
            "null",
            "1",
            &format!("{GOOD} x"),
            "{\"event\": {\"x\"}}",
        ] {
            assert!(submission_from_json(text).is_err(), "{text}");
        }
        assert!(matches!(
            from_json("Nothing", "{}"),
            Err(JsonError::Message(_))
        ));
        assert!(matches!(
            event_to_json(&[0xff]),
            Err(JsonError::Bytes { .. })
        ));
        let deep = "[".repeat(100_000);
        assert!(submission_from_json(&deep).is_err());
    }
}
