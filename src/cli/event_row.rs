//! A recorded event as people look at it: what happened, when, where, by whom, and how much.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, Value};

use super::{codec, comments, lang::Lang, render};
use crate::events::{
    descriptor::{EventType, field_rule, is_instant, schema},
    wire::RecordedEvent,
};

/// What a table shows of an event.
#[derive(Clone, Debug, Default)]
pub struct EventRow {
    /// Its place in the ledger.
    pub position: u64,
    /// Its place in its stream.
    pub revision: u64,
    /// When it was recorded, at +08:00.
    pub recorded: String,
    /// Its stream.
    pub stream: String,
    /// The object in the stream that it is about, when that is not the stream's own.
    pub object: String,
    /// Its type.
    pub event_type: Option<&'static EventType>,
    /// For a correction: the type that it puts right.
    pub corrected: Option<&'static EventType>,
    /// The day of the act.
    pub legal_date: String,
    /// Who acted.
    pub actor_org: String,
    /// In which capacity.
    pub actor_role: i32,
    /// The amounts that it states, in fen, by field.
    pub amounts: Vec<(String, i64)>,
    /// The system that pushed it.
    pub source_system: String,
    /// What that system calls it.
    pub source_ref: String,
}

impl EventRow {
    /// Reads an event. What cannot be read stays empty: looking must never fail.
    pub fn new(recorded: &RecordedEvent) -> Self {
        let row = Self {
            position: recorded.position,
            revision: recorded.revision,
            recorded: render::moment_us(recorded.recorded_at_us),
            ..Self::default()
        };
        match DynamicMessage::decode(codec::descriptor("Event"), recorded.event.clone()) {
            Ok(event) => row.with_event(&event),
            Err(_) => row,
        }
    }

    /// Its type in people's words.
    pub fn title(&self, lang: Lang) -> String {
        let Some(event_type) = self.event_type else {
            return "?".to_owned();
        };
        let title = lang.stacked(&event_type.title_zh, &event_type.name);
        match self.corrected {
            Some(of) => format!("{title}\n→ {}", lang.inline(&of.title_zh, &of.name)),
            None => title,
        }
    }

    /// Its amounts in yuan: the control amount alone, or every amount with its name.
    pub fn amounts_text(&self) -> String {
        if let [(_, amount)] = self.amounts.as_slice() {
            return render::yuan(i128::from(*amount));
        }
        let named = self.amounts.iter().map(|(name, amount)| {
            let name = name.strip_suffix("_fen").unwrap_or(name);
            format!("{name} {}", render::yuan(i128::from(*amount)))
        });
        named.collect::<Vec<_>>().join("\n")
    }

    fn with_event(mut self, event: &DynamicMessage) -> Self {
        let text = |name: &str| match event.get_field_by_name(name).as_deref() {
            Some(Value::String(text)) => text.clone(),
            _ => String::new(),
        };
        self.stream = text("stream");
        self.actor_org = text("actor_org");
        self.source_system = text("source_system");
        self.source_ref = text("source_ref");
        if let Some(Value::EnumNumber(role)) = event.get_field_by_name("actor_role").as_deref() {
            self.actor_role = *role;
        }
        self.legal_date = instant(event, "occurred_at").chars().take(10).collect();
        if let Some((event_type, content)) = payload(event) {
            self.event_type = Some(event_type);
            self.read_payload(event_type, &content);
            if let Some((inner, content)) = payload(&content) {
                self.corrected = Some(inner);
                self.read_payload(inner, &content);
            }
        }
        self
    }

    fn read_payload(&mut self, event_type: &EventType, content: &DynamicMessage) {
        if let Some(field) = &event_type.legal_date {
            self.legal_date = if is_instant(field) {
                instant(content, field.name()).chars().take(10).collect()
            } else {
                plain(&content.get_field(field))
            };
        }
        self.amounts = amounts(event_type, content);
        let stream_id = self.stream.rsplit('/').next().unwrap_or_default();
        let object = event_type
            .message
            .fields()
            .filter(|field| field_rule(field).object_id)
            .map(|field| plain(&content.get_field(&field)))
            .find(|id| !id.is_empty() && id != stream_id);
        self.object = object.unwrap_or_default();
    }
}

/// The member that a message's `payload` has set, with its type.
fn payload(message: &DynamicMessage) -> Option<(&'static EventType, DynamicMessage)> {
    let value = message.get_field_by_name("payload")?;
    let payload = value.as_message()?;
    let (member, content) = payload.fields().next()?;
    let event_type = schema().by_number(member.number())?;
    Some((event_type, content.as_message()?.clone()))
}

/// The content of an event's payload, whatever its type.
pub fn payload_content(event: &DynamicMessage) -> Option<DynamicMessage> {
    payload(event).map(|(_, content)| content)
}

/// The control amount; without one every amount of the payload itself that is not zero.
fn amounts(event_type: &EventType, content: &DynamicMessage) -> Vec<(String, i64)> {
    let amount = |field: &FieldDescriptor| {
        let amount = content.get_field(field).as_i64()?;
        Some((field.name().to_owned(), amount))
    };
    if let Some(field) = &event_type.control_amount {
        return amount(field).into_iter().collect();
    }
    let money = event_type.message.fields().filter(|field| {
        field.name().ends_with("_fen") && !field.is_list() && field.kind() == Kind::Int64
    });
    money
        .filter_map(|field| amount(&field))
        .filter(|(_, amount)| *amount != 0)
        .collect()
}

/// A moment in a field, at +08:00; empty when absent.
pub fn instant(message: &DynamicMessage, field: &str) -> String {
    let value = message.get_field_by_name(field);
    let moment = value
        .as_deref()
        .and_then(Value::as_message)
        .filter(|_| message.has_field_by_name(field));
    let timestamp = moment.and_then(|moment| moment.transcode_to().ok());
    render::moment(timestamp.as_ref())
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::I32(number) => number.to_string(),
        _ => String::new(),
    }
}

/// A payload's fields, one line each, nested ones by path.
pub fn flatten(lang: Lang, message: &DynamicMessage) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    flatten_into(lang, message, "", &mut rows);
    rows
}

fn flatten_into(
    lang: Lang,
    message: &DynamicMessage,
    prefix: &str,
    rows: &mut Vec<(String, String)>,
) {
    for (field, value) in message.fields() {
        let path = format!("{prefix}{}", field.name());
        if let Some(list) = value.as_list() {
            for (index, item) in list.iter().enumerate() {
                push_value(lang, &field, item, format!("{path}[{index}]"), rows);
            }
        } else {
            push_value(lang, &field, value, path, rows);
        }
    }
}

fn push_value(
    lang: Lang,
    field: &FieldDescriptor,
    value: &Value,
    path: String,
    rows: &mut Vec<(String, String)>,
) {
    let text = match (value, field.kind()) {
        (Value::Message(inner), _) if is_instant(field) => {
            render::moment(inner.transcode_to().ok().as_ref())
        }
        (Value::Message(inner), _) => {
            flatten_into(lang, inner, &format!("{path}."), rows);
            return;
        }
        (Value::EnumNumber(number), Kind::Enum(of)) => of.get_value(*number).map_or_else(
            || number.to_string(),
            |value| comments::value_title(lang, &value),
        ),
        (Value::I64(amount), _) if field.name().ends_with("_fen") => {
            format!("{amount} ({} 元 yuan)", render::yuan(i128::from(*amount)))
        }
        (Value::Bytes(bytes), _) if bytes.len() <= 32 => render::hex(bytes),
        (Value::Bytes(bytes), _) => render::bytes(bytes.len() as u64),
        (Value::String(text), _) => text.clone(),
        (Value::Bool(flag), _) => flag.to_string(),
        (Value::I32(number), _) => number.to_string(),
        (Value::I64(number), _) => number.to_string(),
        (Value::U32(number), _) => number.to_string(),
        (Value::U64(number), _) => number.to_string(),
        (other, _) => format!("{other:?}"),
    };
    rows.push((path, text));
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An event as it stands in a ledger, from JSON.
    pub(crate) fn recorded(position: u64, json: &str) -> RecordedEvent {
        let event = codec::submission_from_json(json).unwrap().event;
        RecordedEvent {
            position,
            revision: 3,
            recorded_at_us: 1_700_000_000_000_000,
            event,
            ..RecordedEvent::default()
        }
    }

    pub(crate) const SIGNED: &str = r#"{"sourceSystem":"GP_MGMT","sourceRef":"C-1",
        "stream":"project/4304/PJ-1","occurredAt":"2023-05-05T16:00:00Z",
        "actorOrg":"114304000000990553","actorRole":"ACTOR_ROLE_PURCHASER",
        "payload":{"contractSigned":{"contractId":"CT-1","lotNo":"01","amountFen":"123456",
        "signedOn":"2023-05-06","terms":[{"termNo":"T1","kind":"TERM_KIND_ADVANCE"}]}}}"#;

    #[test]
    fn shows_type_date_object_and_amount() {
        let row = EventRow::new(&recorded(12, SIGNED));
        assert_eq!(row.title(Lang::Both), "合同签订\nContractSigned");
        assert_eq!(row.legal_date, "2023-05-06");
        assert_eq!(row.object, "CT-1");
        assert_eq!(row.amounts_text(), "1,234.56");
        assert_eq!(
            (row.actor_role, row.recorded.as_str()),
            (1, "2023-11-15 06:13:20")
        );
    }

    #[test]
    fn shows_what_a_correction_puts_right() {
        let correction = r#"{"stream":"project/4304/PJ-1","occurredAt":"2023-06-01T00:00:00Z",
            "payload":{"eventCorrected":{"payload":{"paymentExecuted":{"paymentId":"PY-1",
            "amountFen":"500","paidOn":"2023-05-30"}}}}}"#;
        let row = EventRow::new(&recorded(1, correction));
        assert_eq!(row.title(Lang::En), "EventCorrected\n→ PaymentExecuted");
        assert_eq!(
            (row.legal_date.as_str(), row.amounts_text().as_str()),
            ("2023-05-30", "5.00")
        );
    }

    #[test]
    fn an_event_that_cannot_be_read_is_still_shown() {
        let broken = RecordedEvent {
            event: vec![0xff].into(),
            ..RecordedEvent::default()
        };
        assert_eq!(EventRow::new(&broken).title(Lang::Both), "?");
    }

    #[test]
    fn flattens_nested_fields_by_path() {
        let event = DynamicMessage::decode(codec::descriptor("Event"), recorded(1, SIGNED).event);
        let (_, content) = payload(&event.unwrap()).unwrap();
        let rows = flatten(Lang::Both, &content);
        let value = |path: &str| {
            rows.iter()
                .find(|(found, _)| found == path)
                .map(|(_, value)| value.as_str())
        };
        assert_eq!(value("amount_fen"), Some("123456 (1,234.56 元 yuan)"));
        assert_eq!(value("terms[0].kind"), Some("预付款 ADVANCE"));
    }
}
