//! JSON whose numbers stay as they were written, and merging as OCDS does.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// A value of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Node {
    /// `null`: deletes what it replaces.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object.
    Object(BTreeMap<String, Node>),
}

impl Node {
    /// Reads a value; `None` for what is no JSON.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Some(match text.as_bytes().first()? {
            b'{' => {
                let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).ok()?;
                let read = |(name, value): (String, Box<RawValue>)| {
                    Some((name, Self::parse(value.get())?))
                };
                Self::Object(members.into_iter().map(read).collect::<Option<_>>()?)
            }
            b'[' => {
                let values: Vec<Box<RawValue>> = serde_json::from_str(text).ok()?;
                let read = |value: Box<RawValue>| Self::parse(value.get());
                Self::List(values.into_iter().map(read).collect::<Option<_>>()?)
            }
            b'"' => Self::Text(serde_json::from_str(text).ok()?),
            b't' | b'f' => Self::Bool(serde_json::from_str(text).ok()?),
            b'n' => Self::Null,
            _ => Self::Number(text.to_owned()),
        })
    }

    /// A member of an object; nothing of anything else.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(name).filter(|value| **value != Self::Null),
            _ => None,
        }
    }

    /// A member by its path.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, name| node.get(name))
    }

    /// The elements of a list by its path; nothing of anything else.
    pub fn list(&self, path: &[&str]) -> &[Self] {
        match self.at(path) {
            Some(Self::List(values)) => values,
            _ => &[],
        }
    }

    /// A text or number as text; empty for anything else.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) => text,
            _ => "",
        }
    }

    /// The text of a member by its path; empty where there is none.
    pub fn text_at(&self, path: &[&str]) -> &str {
        self.at(path).map_or("", Self::text)
    }

    /// The id of an object; empty where it has none.
    pub fn id(&self) -> &str {
        self.text_at(&["id"])
    }

    /// Merges a newer value in: objects member by member, lists of objects with ids by id, anything
    /// else as a whole; `null` deletes.
    pub fn merge(&mut self, newer: Self) {
        match (self, newer) {
            (Self::Object(members), Self::Object(newer)) => {
                for (name, value) in newer {
                    merge_member(members, name, value);
                }
            }
            (Self::List(values), Self::List(newer)) if has_ids(&newer) => {
                let ids = values.iter().enumerate();
                let mut index: BTreeMap<String, usize> =
                    ids.map(|(at, value)| (value.id().to_owned(), at)).collect();
                for value in newer {
                    let id = value.id().to_owned();
                    if let Some(at) = index.get(&id).filter(|_| !id.is_empty()) {
                        values[*at].merge(value);
                    } else {
                        index.insert(id, values.len());
                        let mut cleaned = Self::Object(BTreeMap::new());
                        cleaned.merge(value);
                        values.push(cleaned);
                    }
                }
            }
            (older, newer) => *older = newer,
        }
    }
}

fn merge_member(members: &mut BTreeMap<String, Node>, name: String, value: Node) {
    match (members.get_mut(&name), value) {
        (_, Node::Null) => {
            members.remove(&name);
        }
        (Some(older), value) => older.merge(value),
        (None, value @ (Node::Object(_) | Node::List(_))) => {
            // Merged into nothing, so that nulls inside delete and repeated ids merge.
            let mut fresh = match value {
                Node::Object(_) => Node::Object(BTreeMap::new()),
                _ => Node::List(Vec::new()),
            };
            fresh.merge(value);
            members.insert(name, fresh);
        }
        (None, value) => {
            members.insert(name, value);
        }
    }
}

/// Whether a list is one of objects that have ids.
fn has_ids(values: &[Node]) -> bool {
    let is_object = |value: &Node| matches!(value, Node::Object(_));
    values.iter().all(is_object) && values.iter().any(|value| !value.id().is_empty())
}
