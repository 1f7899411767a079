//! Examples of every event type, filled and of good shape, and tables of their fields, both made
//! from the schema: what `bihuan proto` prints.

use prost::Message as _;
use prost_reflect::{
    DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _,
    Value,
};

use super::{
    commitment::{Part, commitment},
    descriptor::{EventType, field_rule, is_instant, schema},
    example_values as values,
    v1::FieldRule,
    wire::EventSubmission,
};

/// Midnight at +08:00 of the day on which every example happens, in seconds since
/// 1970-01-01T00:00:00Z: 2023-06-01.
const OCCURRED_AT_SECONDS: i64 = 1_685_548_800;
/// A later hour of that day, for the instants in payloads.
const LATER_SECONDS: i64 = 10 * 3600;

/// An example of an event type as it is submitted, parts and commitments included.
pub fn submission(event_type: &EventType) -> EventSubmission {
    let (member, stream_id) = payload(event_type);
    let descriptor = schema().message("Event").expect("the schema has events");
    let mut event = message(&descriptor);
    let text = |value: &str| Value::String(value.to_owned());
    event.set_field_by_name("source_system", text(values::source_system(event_type)));
    event.set_field_by_name(
        "source_ref",
        text(&format!("EX-{}-0001", event_type.number)),
    );
    event.set_field_by_name(
        "stream",
        text(&values::stream(event_type, stream_id.as_deref())),
    );
    event.set_field_by_name("occurred_at", instant(&descriptor, OCCURRED_AT_SECONDS));
    event.set_field_by_name("actor_org", text(values::actor_org(event_type)));
    event.set_field_by_name(
        "actor_role",
        Value::EnumNumber(values::actor_role(event_type)),
    );
    event.clear_field_by_name("sealed_commitment");
    event.clear_field_by_name("personal_commitment");
    event.set_field_by_name("payload", Value::Message(member));
    let sealed = part(event_type, "SealedPayload", event_type.sealed.as_ref());
    let personal = part(event_type, "PersonalPayload", event_type.personal.as_ref());
    for (part, name, bytes) in [
        (Part::Sealed, "sealed_commitment", &sealed),
        (Part::Personal, "personal_commitment", &personal),
    ] {
        if !bytes.is_empty() {
            let commitment = commitment(part, bytes).to_vec();
            event.set_field_by_name(name, Value::Bytes(commitment.into()));
        }
    }
    EventSubmission {
        event: event.encode_to_vec().into(),
        sealed: sealed.into(),
        personal: personal.into(),
        signature: bytes::Bytes::new(),
    }
}

/// The example as indented proto JSON.
pub fn submission_json(event_type: &EventType) -> String {
    let bytes = submission(event_type).encode_to_vec();
    super::json::to_json_pretty("EventSubmission", &bytes)
        .expect("an example is a message of the schema")
}

/// A row of the table of an event type's fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRow {
    /// The field, `[]` after a list's: `lots[].amount_fen`.
    pub path: String,
    /// Its type: `string`, `int64`, `date`, an enum's or message's name.
    pub type_name: String,
    /// It must be given.
    pub is_required: bool,
    /// Its syntax and limits, in words of the schema; empty for none.
    pub format: String,
    /// What the schema says of it.
    pub comment: String,
}

/// The fields of an event type and of the messages in it, in the order of the schema.
pub fn field_rows(event_type: &EventType) -> Vec<FieldRow> {
    let mut rows = Vec::new();
    collect_rows(&event_type.message, "", &mut rows);
    rows
}

/// The fields of a message of the package and of the messages in it; `None` for no such message.
pub fn message_rows(name: &str) -> Option<Vec<FieldRow>> {
    let mut rows = Vec::new();
    collect_rows(&schema().message(name)?, "", &mut rows);
    Some(rows)
}

/// What the schema says above an event type's message.
pub fn comment(event_type: &EventType) -> String {
    values::comment(&event_type.message.parent_file(), event_type.message.path())
}

fn collect_rows(message: &MessageDescriptor, above: &str, rows: &mut Vec<FieldRow>) {
    for field in message.fields() {
        let rule = field_rule(&field);
        let list = if field.is_list() { "[]" } else { "" };
        let path = format!("{above}{}{list}", field.name());
        let nested = match field.kind() {
            Kind::Message(nested) if !is_instant(&field) => Some(nested),
            _ => None,
        };
        rows.push(FieldRow {
            type_name: values::type_name(&field),
            is_required: rule.required,
            format: values::limits(&field, &rule),
            comment: values::comment(&message.parent_file(), field.path()),
            path: path.clone(),
        });
        // A correction's payload is any event type, which has a table of its own.
        if let Some(nested) = nested.filter(|nested| nested.name() != "EventPayload") {
            collect_rows(&nested, &format!("{path}."), rows);
        }
    }
}

/// The payload of an example, and the value of its field that names the stream.
fn payload(event_type: &EventType) -> (DynamicMessage, Option<String>) {
    let descriptor = schema()
        .message("EventPayload")
        .expect("the schema has payloads");
    let filled = message(&event_type.message);
    let kind = event_type.stream_kinds.first().map_or("", String::as_str);
    let of_kind = values::STREAM_ID_FIELDS
        .iter()
        .filter(|(of, _)| *of == kind);
    let named = of_kind.into_iter().find_map(|(_, name)| {
        let field = filled.descriptor().get_field_by_name(name)?;
        let is_id = field_rule(&field).object_id;
        is_id.then(|| filled.get_field(&field).as_str().map(str::to_owned))?
    });
    let mut payload = DynamicMessage::new(descriptor);
    payload.set_field_by_number(event_type.number, Value::Message(filled));
    (payload, named)
}

fn part(event_type: &EventType, name: &str, part: Option<&MessageDescriptor>) -> Vec<u8> {
    let Some(part) = part else { return Vec::new() };
    let descriptor = schema().message(name).expect("the schema has parts");
    let mut whole = DynamicMessage::new(descriptor);
    whole.set_field_by_number(event_type.number, Value::Message(message(part)));
    whole.encode_to_vec()
}

/// A message with every field filled but those that a good example leaves out.
fn message(descriptor: &MessageDescriptor) -> DynamicMessage {
    let mut filled = DynamicMessage::new(descriptor.clone());
    for field in descriptor.fields() {
        let (within, name) = (descriptor.name(), field.name());
        if values::is_left_out(within, name) {
            continue;
        }
        let oneof = field
            .containing_oneof()
            .filter(|oneof| !oneof.is_synthetic());
        if oneof.is_some_and(|oneof| values::chosen(within, oneof.name()) != Some(name)) {
            continue;
        }
        let value = value(&field, &field_rule(&field));
        let value = if field.is_list() {
            Value::List(vec![value])
        } else {
            value
        };
        filled.set_field(&field, value);
    }
    filled
}

fn value(field: &FieldDescriptor, rule: &FieldRule) -> Value {
    let stated = serde_json::from_str::<serde_json::Value>(&rule.example).ok();
    let stated = stated.as_ref();
    let within = field.parent_message().name();
    match field.kind() {
        Kind::String => {
            let stated = stated
                .and_then(serde_json::Value::as_str)
                .map(str::to_owned);
            Value::String(
                stated.unwrap_or_else(|| values::text(within, field.name(), rule.format())),
            )
        }
        Kind::Bytes => Value::Bytes(values::bytes(field.name()).into()),
        Kind::Bool => Value::Bool(values::flag(field.name())),
        Kind::Int32 => {
            let stated = stated.and_then(serde_json::Value::as_i64);
            let number = stated.unwrap_or_else(|| values::count(field.name(), rule));
            Value::I32(i32::try_from(number).expect("an example fits its field"))
        }
        Kind::Int64 => {
            let stated = stated.and_then(serde_json::Value::as_str).map(str::parse);
            let stated = stated.map(|number| number.expect("an example of an amount is a number"));
            Value::I64(stated.unwrap_or_else(|| values::amount(field.name())))
        }
        Kind::Enum(kind) => enumerated(field, &kind),
        Kind::Message(_) if is_instant(field) => {
            instant(field.parent_message(), OCCURRED_AT_SECONDS + LATER_SECONDS)
        }
        Kind::Message(nested) => Value::Message(message(&nested)),
        other => panic!("events have no fields of type {other:?}"),
    }
}

fn enumerated(field: &FieldDescriptor, kind: &EnumDescriptor) -> Value {
    let wanted = values::chosen(field.parent_message().name(), field.name());
    let named = wanted.and_then(|name| kind.get_value_by_name(name));
    let first = kind.values().find(|value| value.number() != 0);
    let value = named
        .or(first)
        .expect("an enum has values besides UNSPECIFIED");
    Value::EnumNumber(value.number())
}

fn instant(near: &MessageDescriptor, seconds: i64) -> Value {
    let timestamp = near
        .parent_pool()
        .get_message_by_name("google.protobuf.Timestamp");
    let mut instant = DynamicMessage::new(timestamp.expect("the schema imports instants"));
    instant.set_field_by_name("seconds", Value::I64(seconds));
    Value::Message(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_what_the_schema_says() {
        let signed = schema().by_name("ContractSigned").unwrap();
        let rows = field_rows(signed);
        let row = |path: &str| rows.iter().find(|row| row.path == path).unwrap();
        let wanted = FieldRow {
            path: "signed_on".to_owned(),
            type_name: "string".to_owned(),
            is_required: true,
            format: "date, legal date".to_owned(),
            comment: "The day of signing.".to_owned(),
        };
        assert_eq!(*row("signed_on"), wanted);
        assert_eq!(row("terms[]").type_name, "PaymentTerm");
        assert_eq!(row("terms[].trigger").type_name, "TermTrigger");
        assert_eq!(row("terms[].amount_fen").format, "at least 1");
        assert!(comment(signed).starts_with("合同签订: "));
        assert_eq!(
            message_rows("SealedPayload").unwrap()[0].format,
            "one of sealed"
        );
        assert!(message_rows("Nothing").is_none());
    }

    #[test]
    fn every_field_of_an_event_is_explained() {
        for event_type in schema().event_types() {
            assert!(!comment(event_type).is_empty(), "{}", event_type.name);
            for row in field_rows(event_type) {
                assert!(!row.comment.is_empty(), "{} {}", event_type.name, row.path);
            }
        }
    }

    #[test]
    fn examples_are_the_same_every_time() {
        for event_type in schema().event_types() {
            assert_eq!(submission(event_type), submission(event_type));
        }
    }
}
