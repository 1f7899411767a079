//! JSON as text: which name stands twice in an object, and which value stands at a place.

use std::{collections::HashSet, fmt};

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// Checks that no object has a name twice, `lotNo` and `lot_no` being the same name. Errors: no
/// JSON, a repeated name.
pub(super) fn check_names(text: &str) -> Result<(), serde_json::Error> {
    serde_json::from_str::<Distinct>(text).map(drop)
}

/// Any JSON value of which the objects have distinct names.
struct Distinct;

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DistinctVisitor)
    }
}

struct DistinctVisitor;

impl<'de> Visitor<'de> for DistinctVisitor {
    type Value = Distinct;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Distinct, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            let folded = name.replace('_', "").to_lowercase();
            if !names.insert(folded) {
                return Err(de::Error::custom(format_args!("repeated name '{name}'")));
            }
            map.next_value::<Distinct>()?;
        }
        Ok(Distinct)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Distinct, A::Error> {
        while sequence.next_element::<Distinct>()?.is_some() {}
        Ok(Distinct)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_str<E>(self, _: &str) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_unit<E>(self) -> Result<Distinct, E> {
        Ok(Distinct)
    }
}

/// An object or list that the reader is in.
enum Level {
    Object(String),
    List(usize),
}

/// The path of the value that ends at or holds a place of a text; `(top)` for the whole. `line` is
/// counted from 1, `column` in bytes from 1, as `serde_json` tells them. Never fails: a text that
/// is no JSON gives the path as far as it can be read.
pub(super) fn path_at(text: &str, line: usize, column: usize) -> String {
    let lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    let end = (lines.map(str::len).sum::<usize>() + column).min(text.len());
    let mut levels: Vec<Level> = Vec::new();
    let mut bytes = text.as_bytes()[..end].iter().copied();
    // In an object the next text is a name until a colon follows.
    let mut is_name = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' => {
                levels.push(Level::Object(String::new()));
                is_name = true;
            }
            b'[' => {
                levels.push(Level::List(0));
                is_name = false;
            }
            // A bracket that closes just where the reader stopped is still part of its value.
            b'}' | b']' if bytes.len() > 0 => {
                levels.pop();
                is_name = false;
            }
            b',' => match levels.last_mut() {
                Some(Level::List(index)) => *index += 1,
                Some(Level::Object(name)) => {
                    name.clear();
                    is_name = true;
                }
                None => {}
            },
            b'"' => {
                let read = text_of(&mut bytes);
                if is_name && let Some(Level::Object(name)) = levels.last_mut() {
                    *name = read;
                    is_name = false;
                }
            }
            _ => {}
        }
    }
    written(&levels)
}

/// Reads to the end of a text whose opening mark was read.
fn text_of(bytes: &mut impl Iterator<Item = u8>) -> String {
    let mut read = Vec::new();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => read.extend(bytes.next()),
            _ => read.push(byte),
        }
    }
    String::from_utf8_lossy(&read).into_owned()
}

fn written(levels: &[Level]) -> String {
    let mut path = String::new();
    for level in levels {
        match level {
            Level::Object(name) if name.is_empty() => {}
            Level::Object(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            Level::List(index) => {
                path.push('[');
                path.push_str(&index.to_string());
                path.push(']');
            }
        }
    }
    if path.is_empty() {
        "(top)".to_owned()
    } else {
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_repeat_in_one_object_only() {
        for good in [
            r#"{"a": {"a": 1}, "b": [{"a": 1}, {"a": -2.5, "c": null}]}"#,
            "[]",
            "true",
        ] {
            assert!(check_names(good).is_ok(), "{good}");
        }
        for bad in [
            r#"{"a": 1, "a": 1}"#,
            r#"{"lotNo": 1, "lot_no": 1}"#,
            r#"[{"b": 1, "b": 2}]"#,
        ] {
            let error = check_names(bad).unwrap_err().to_string();
            assert!(error.contains("repeated name"), "{error}");
        }
    }

    #[test]
    fn finds_the_value_at_a_place() {
        let text = r#"{"a": {"b": [1, {"c": "x,]}"}, 3]}, "d": 4}"#;
        let at = |needle: &str| path_at(text, 1, text.find(needle).unwrap() + 1);
        assert_eq!(at("1,"), "a.b[0]");
        assert_eq!(at("\"x,"), "a.b[1].c");
        assert_eq!(at("3]"), "a.b[2]");
        assert_eq!(at("4}"), "d");
        assert_eq!(path_at(text, 1, 1), "(top)");
        assert_eq!(path_at("", 1, 0), "(top)");
        assert_eq!(path_at("{\n\"a\":\n1", 3, 1), "a");
        assert_eq!(path_at("}}]\"\\", 9, 9), "(top)");
    }
}
