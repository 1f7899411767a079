//! The schema as tables for people and as JSON for programs.

use comfy_table::{Cell, Table};
use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Value, json};

use super::{comments, lang::Lang, render};
use crate::events::{
    descriptor::{EventType, field_rule, schema},
    v1::Format,
};

/// Every event type by stage, for a terminal of so many columns.
pub fn type_table(lang: Lang, width: u16) -> Table {
    let is_narrow = render::is_narrow(width);
    let mut header = vec![
        lang.inline("阶段", "stage"),
        lang.inline("号", "no."),
        lang.inline("名称", "name"),
        lang.inline("中文", "Chinese"),
        lang.inline("流", "streams"),
    ];
    if is_narrow {
        header.remove(3);
    }
    let mut table = render::table(header);
    let mut stage_before = None;
    for of in schema().event_types() {
        let stage = if stage_before == Some(of.stage()) {
            String::new()
        } else {
            stage(lang, of)
        };
        stage_before = Some(of.stage());
        let mut row = vec![Cell::new(stage), render::number(of.number)];
        if is_narrow {
            row.push(Cell::new(format!("{}\n{}", of.name, of.title_zh)));
        } else {
            row.extend([Cell::new(&of.name), Cell::new(&of.title_zh)]);
        }
        let streams = format!("{}\n{}", streams(lang, of), notes(lang, of));
        row.push(Cell::new(streams.trim_end()));
        table.add_row(row);
    }
    let kept_whole: &[usize] = if is_narrow { &[1, 2] } else { &[1, 2, 3] };
    render::never_wrap(&mut table, kept_whole);
    table.set_width(width);
    table
}

fn stage(lang: Lang, of: &EventType) -> String {
    if of.stage() == 0 {
        return lang.inline("账本", "LEDGER");
    }
    comments::enum_title(lang, "Stage", i32::try_from(of.stage()).unwrap_or_default())
}

/// The kinds of stream that carry a type.
pub fn streams(lang: Lang, of: &EventType) -> String {
    if of.stream_kinds.is_empty() {
        return lang.inline("任何", "any");
    }
    of.stream_kinds.join(", ")
}

/// What is not public about a type.
pub fn notes(lang: Lang, of: &EventType) -> String {
    let notes = [
        (of.is_withheld, ("暂不公开", "withheld")),
        (of.sealed.is_some(), ("有密封部分", "sealed part")),
        (of.personal.is_some(), ("有个人信息", "personal part")),
    ];
    let notes = notes.into_iter().filter(|(is_so, _)| *is_so);
    notes
        .map(|(_, (zh, en))| lang.inline(zh, en))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A type for programs.
pub fn type_json(of: &EventType) -> Value {
    json!({
        "number": of.number,
        "name": of.name,
        "field": of.field,
        "stage": of.stage(),
        "titleZh": of.title_zh,
        "titleEn": of.title_en,
        "streamKinds": of.stream_kinds,
        "withheld": of.is_withheld,
        "sealed": of.sealed.is_some(),
        "personal": of.personal.is_some(),
    })
}

/// The messages of the schema that a message holds, at any depth, each once. Payloads within
/// payloads are left out: they are every type there is.
pub fn nested(message: &MessageDescriptor) -> Vec<MessageDescriptor> {
    let mut found: Vec<MessageDescriptor> = Vec::new();
    let mut waiting = vec![message.clone()];
    while let Some(message) = waiting.pop() {
        for field in message.fields() {
            let Kind::Message(inner) = field.kind() else {
                continue;
            };
            let is_ours = inner.full_name().starts_with("bihuan.v1.");
            if is_ours && inner.name() != "EventPayload" && !found.contains(&inner) {
                found.push(inner.clone());
                waiting.push(inner);
            }
        }
    }
    found
}

/// The fields of a message, for a terminal of so many columns.
pub fn field_table(lang: Lang, message: &MessageDescriptor, width: u16) -> Table {
    let is_narrow = render::is_narrow(width);
    let (kind, rule_name) = (lang.inline("类型", "type"), lang.inline("要求", "rule"));
    let mut header = vec![lang.inline("号", "no."), lang.inline("字段", "field")];
    if is_narrow {
        header.push(format!("{kind}\n{rule_name}"));
    } else {
        header.extend([kind, rule_name]);
    }
    header.push(lang.inline("说明", "meaning"));
    let mut table = render::table(header);
    for field in message.fields() {
        let star = if field_rule(&field).required {
            " *"
        } else {
            ""
        };
        let mut row = vec![
            render::number(field.number()),
            Cell::new(format!("{}{star}", field.name())),
        ];
        let (kind, rule) = (type_name(&field), rule(lang, &field));
        if is_narrow {
            row.push(Cell::new(format!("{kind}\n{rule}").trim_end()));
        } else {
            row.extend([Cell::new(kind), Cell::new(rule)]);
        }
        row.push(Cell::new(comments::of_field(&field)));
        table.add_row(row);
    }
    render::never_wrap(&mut table, &[0, 1]);
    table.set_width(width);
    table
}

/// The values of an enum.
pub fn enum_table(lang: Lang, of: &EnumDescriptor) -> Table {
    let mut table = render::table([
        lang.inline("号", "no."),
        lang.inline("值", "value"),
        lang.inline("说明", "meaning"),
    ]);
    for value in of.values() {
        table.add_row([
            render::number(value.number()),
            Cell::new(value.name()),
            Cell::new(comments::of_value(&value)),
        ]);
    }
    table
}

fn type_name(field: &FieldDescriptor) -> String {
    let name = match field.kind() {
        Kind::Message(of) => of.name().to_owned(),
        Kind::Enum(of) => of.name().to_owned(),
        other => format!("{other:?}").to_lowercase(),
    };
    if field.is_list() {
        format!("{name}[]")
    } else {
        name
    }
}

/// What the schema asks of a field, in few words.
fn rule(lang: Lang, field: &FieldDescriptor) -> String {
    let rule = field_rule(field);
    let mut words = Vec::new();
    if rule.format() != Format::Unspecified {
        words.push(
            rule.format()
                .as_str_name()
                .trim_start_matches("FORMAT_")
                .to_owned(),
        );
    }
    match (rule.min, rule.max) {
        (Some(min), Some(max)) => words.push(format!("{min}…{max}")),
        (Some(min), None) if min > i64::MIN + 1 => words.push(format!("≥ {min}")),
        (None, Some(max)) => words.push(format!("≤ {max}")),
        (None, None) if field.name().ends_with("_fen") => words.push("≥ 0".to_owned()),
        _ => {}
    }
    let sizes = [
        (rule.max_bytes, "bytes", "≤"),
        (rule.max_items, "items", "≤"),
        (rule.exact_bytes, "bytes", "="),
    ];
    for (size, unit, sign) in sizes {
        if size > 0 {
            words.push(format!("{sign} {size} {unit}"));
        }
    }
    let marks = [
        (rule.legal_date, ("法定日期", "legal date")),
        (rule.control_amount, ("控制总额", "control amount")),
        (rule.object_id, ("对象编号", "object id")),
    ];
    words.extend(
        marks
            .iter()
            .filter(|(is_so, _)| *is_so)
            .map(|(_, (zh, en))| lang.inline(zh, en)),
    );
    words.join(", ")
}

/// The fields of a message for programs.
pub fn fields_json(message: &MessageDescriptor) -> Value {
    let fields = message.fields().map(|field| {
        json!({
            "number": field.number(),
            "name": field.name(),
            "jsonName": field.json_name(),
            "type": type_name(&field),
            "required": field_rule(&field).required,
            "rule": rule(Lang::En, &field),
            "comment": comments::of_field(&field),
        })
    });
    fields.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::query;

    #[test]
    fn every_type_is_listed_and_shown_and_no_name_is_broken() {
        for (lang, width) in [
            (Lang::Both, 80),
            (Lang::Zh, 80),
            (Lang::Both, 100),
            (Lang::En, 120),
        ] {
            let fits = |line: &str| render::width(line) <= usize::from(width);
            let text = render::lines(&type_table(lang, width));
            assert!(text.lines().all(fits), "{text}");
            for of in schema().event_types() {
                assert!(text.contains(&of.name), "{} at {width}:\n{text}", of.name);
                let fields = render::lines(&field_table(lang, &of.message, width));
                assert!(fields.lines().all(fits), "{fields}");
                for field in of.message.fields() {
                    assert!(
                        fields.contains(field.name()),
                        "{} in:\n{fields}",
                        field.name()
                    );
                }
                for kind in &of.stream_kinds {
                    assert!(text.contains(kind.as_str()), "{kind} at {width}:\n{text}");
                }
            }
        }
    }

    #[test]
    fn states_the_rules_of_a_field() {
        let signed = &query::find_event_type("ContractSigned").unwrap().message;
        let field = |name: &str| signed.get_field_by_name(name).unwrap();
        assert_eq!(rule(Lang::En, &field("amount_fen")), "≥ 1, control amount");
        assert_eq!(rule(Lang::En, &field("buyer")), "USCC");
        assert_eq!(type_name(&field("terms")), "PaymentTerm[]");
        let names: Vec<String> = nested(signed).iter().map(|m| m.name().to_owned()).collect();
        assert_eq!(names, ["PaymentTerm", "Subcontract"]);
    }
}
