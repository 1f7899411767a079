//! The table of a page's event types.

use std::fmt::Write as _;

use bihuan::{
    cli::{comments::enum_title, lang::Lang},
    domain::{authority, payload},
    events::descriptor::{EventType, field_rule, schema},
};
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

use super::{both, cell};

/// The event type whose content differs by kind; a kind stands behind a stroke.
const NOTICE: &str = "NoticePublished";
/// Kinds of notices of which the domain decides apart who may append them.
const DECIDED_APART: [&str; 4] = [
    "award_result",
    "assessment_result",
    "complaint_decision",
    "penalty",
];

/// Whether the schema has an event type, and the kind of notice behind a stroke.
pub fn has_event(named: &str) -> bool {
    let (name, kind) = split(named);
    let found = schema().by_name(name);
    found.is_some_and(|found| kind.is_empty() || found.message.get_field_by_name(kind).is_some())
}

fn split(named: &str) -> (&str, &str) {
    named.split_once('/').unwrap_or((named, ""))
}

/// The table of event types.
pub fn events(named: &[&str]) -> String {
    let mut text = String::from(
        "\n## What is recorded · 记录什么\n\n\
         | 事件 event | 谁可追加 who may append | 流 stream | 必填 required |\n\
         |---|---|---|---|\n",
    );
    for named in named {
        let (name, kind) = split(named);
        let Some(of) = schema().by_name(name) else {
            continue;
        };
        let streams = match of.stream_kinds.as_slice() {
            [] => "任何 any".to_owned(),
            kinds => kinds.join(", "),
        };
        let about = match kind {
            "" => String::new(),
            kind => format!(" `{kind}`"),
        };
        let _ = writeln!(
            text,
            "| `{name}`{about}<br>{} | {} | {streams} | {} |",
            both(&of.title_zh, &of.title_en),
            writers(of, kind),
            fields(of, kind),
        );
    }
    text
}

/// Who may append a type.
fn writers(of: &EventType, kind: &str) -> String {
    if of.name == NOTICE && (kind.is_empty() || DECIDED_APART.contains(&kind)) {
        return "依公告种类 by kind: E020".to_owned();
    }
    let types = payload::EventType::ALL.iter();
    let event_type = types.copied().find(|other| other.name() == of.name);
    let rights = event_type.map_or(&[][..], authority::rights);
    let roles = rights.iter().map(|(role, _)| (*role).into());
    let roles = roles.map(|role: i32| enum_title(Lang::Both, "ActorRole", role));
    match (of.name.as_str(), rights.is_empty()) {
        ("EventCorrected" | "EventVoided", _) => {
            "可追加原事件者 who may append the original".into()
        }
        ("SyncBatchReceived", _) => "来源系统自身 the system itself".into(),
        ("BarrierClueReceived", _) => "任何写入角色、公众 any that writes, the public".into(),
        (_, true) => "任何写入角色 any that writes".into(),
        (_, false) => roles.collect::<Vec<_>>().join("<br>"),
    }
}

/// The required fields of a type, those of a kind of notice, and its parts beside the event.
fn fields(of: &EventType, kind: &str) -> String {
    let mut fields = required(&of.message, true);
    if let Some(content) = of.message.get_field_by_name(kind) {
        fields.push(within(&content));
    }
    for (part, name) in [
        (&of.sealed, "密封部分 sealed"),
        (&of.personal, "个人信息部分 personal"),
    ] {
        if let Some(part) = part {
            fields.push(format!("{name}: {}", required(part, false).join(", ")));
        }
    }
    cell(&fields.join(", "))
}

/// The names of a message's required fields; with those of messages within, if asked.
fn required(message: &MessageDescriptor, is_deep: bool) -> Vec<String> {
    let fields = message.fields().filter(|field| field_rule(field).required);
    let name = |field: FieldDescriptor| match is_deep {
        true => within(&field),
        false => field.name().to_owned() + if field.is_list() { "[]" } else { "" },
    };
    fields.map(name).collect()
}

/// A field with the required fields of its message, if it is one of ours.
fn within(field: &FieldDescriptor) -> String {
    let list = if field.is_list() { "[]" } else { "" };
    let inner = match field.kind() {
        Kind::Message(message) if message.full_name().starts_with("bihuan.v1.") => {
            required(&message, false)
        }
        _ => Vec::new(),
    };
    match inner.is_empty() {
        true => format!("{}{list}", field.name()),
        false => format!("{}{list}{{{}}}", field.name(), inner.join(", ")),
    }
}
