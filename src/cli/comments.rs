//! The schema's own comments, and the names that people use for its values.

use std::{collections::HashMap, sync::LazyLock};

use prost_reflect::{EnumDescriptor, EnumValueDescriptor, FieldDescriptor, MessageDescriptor};

use super::lang::Lang;
use crate::events::descriptor::schema;

type Place = (String, Vec<i32>);

static COMMENTS: LazyLock<HashMap<Place, String>> = LazyLock::new(|| {
    let mut comments = HashMap::new();
    for file in schema().pool().file_descriptor_protos() {
        let locations = file.source_code_info.iter().flat_map(|info| &info.location);
        for location in locations {
            if let Some(comment) = &location.leading_comments {
                let text = comment.lines().map(str::trim).collect::<Vec<_>>().join(" ");
                let place = (file.name().to_owned(), location.path.clone());
                comments.insert(place, text.trim().to_owned());
            }
        }
    }
    comments
});

/// The comment on a message.
pub fn of_message(message: &MessageDescriptor) -> &'static str {
    find(message.parent_file().name(), message.path())
}

/// The comment on a field.
pub fn of_field(field: &FieldDescriptor) -> &'static str {
    find(field.parent_message().parent_file().name(), field.path())
}

/// The comment on a value of an enum.
pub fn of_value(value: &EnumValueDescriptor) -> &'static str {
    find(value.parent_enum().parent_file().name(), value.path())
}

fn find(file: &str, path: &[i32]) -> &'static str {
    COMMENTS
        .get(&(file.to_owned(), path.to_vec()))
        .map_or("", String::as_str)
}

/// The part of a value's name that its enum does not repeat: `OPEN_TENDER` of
/// `PROCUREMENT_METHOD_OPEN_TENDER`.
pub fn short_name(value: &EnumValueDescriptor) -> String {
    let parent = value.parent_enum();
    let none = parent.values().find(|value| value.number() == 0);
    let none = none
        .map(|value| value.name().to_owned())
        .unwrap_or_default();
    let prefix = none.strip_suffix("UNSPECIFIED").unwrap_or_default();
    value
        .name()
        .strip_prefix(prefix)
        .unwrap_or(value.name())
        .to_owned()
}

/// A value as people read it: `公开招标 OPEN_TENDER`. The Chinese stands in the schema's comment,
/// before a colon or a full stop.
pub fn value_title(lang: Lang, value: &EnumValueDescriptor) -> String {
    let comment = of_value(value);
    let zh = comment.split([':', '.']).next().unwrap_or_default().trim();
    let zh = if zh.chars().any(|letter| letter > '\u{2e7f}') {
        zh
    } else {
        ""
    };
    lang.inline(zh, &short_name(value))
}

/// The title of a value by its enum's name and number; the number when the schema has no such.
pub fn enum_title(lang: Lang, name: &str, number: i32) -> String {
    let found = schema()
        .pool()
        .get_enum_by_name(&format!("bihuan.v1.{name}"))
        .and_then(|found: EnumDescriptor| found.get_value(number));
    found.map_or_else(|| number.to_string(), |value| value_title(lang, &value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_values_in_both_languages() {
        assert_eq!(enum_title(Lang::Both, "ActorRole", 1), "采购人 PURCHASER");
        assert_eq!(enum_title(Lang::Zh, "ActorRole", 4), "财政监管部门");
        assert_eq!(enum_title(Lang::En, "Stage", 7), "CONTRACT");
        assert_eq!(enum_title(Lang::En, "ActorRole", 99), "99");
    }

    #[test]
    fn every_event_type_and_field_has_a_comment() {
        for event_type in schema().event_types() {
            assert!(
                !of_message(&event_type.message).is_empty(),
                "{}",
                event_type.name
            );
            for field in event_type.message.fields() {
                assert!(!of_field(&field).is_empty(), "{}", field.full_name());
            }
        }
    }
}
