//! What the importer reads of a release. Everything else stays in its bytes.

use std::{borrow::Cow, collections::HashSet, fmt};

use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    issue::IssueReason,
    scan::{Fault, Slice},
};

/// Marks a member that stands twice, in the text of a `serde_json` error.
const TWICE: &str = "\u{1}twice\u{1}";

/// What stands in an object where a release is expected.
#[derive(Debug)]
pub(super) enum Found {
    /// A release.
    Release(Box<Head>),
    /// Only where the release can be had.
    Link(String),
    /// Something else.
    Other,
}

/// The members that give a release its identity and its day.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub ocid: String,
    pub id: String,
    pub date: Option<String>,
    pub tags: Vec<String>,
    pub publisher: String,
    pub package_uri: String,
    pub version: String,
}

/// The members as they stand; publishers give numbers for texts, texts for lists.
#[derive(Deserialize)]
struct RawHead<'a> {
    #[serde(borrow)]
    ocid: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    date: Option<&'a RawValue>,
    #[serde(borrow)]
    tag: Option<&'a RawValue>,
    #[serde(borrow)]
    url: Option<&'a RawValue>,
    #[serde(borrow)]
    version: Option<&'a RawValue>,
    #[serde(borrow, rename = "packageInfo")]
    package: Option<&'a RawValue>,
}

/// Reads the head of a release, after every byte of it was checked.
///
/// Refused: bytes that are not UTF-8, JSON that readers would read differently (a member that
/// stands twice in an object, a number that no floating-point number can hold).
pub(super) fn read(slice: &Slice) -> Result<Found, Fault> {
    if slice.bytes.first() != Some(&b'{') {
        return Ok(Found::Other);
    }
    let text = std::str::from_utf8(&slice.bytes).map_err(|error| {
        let valid = error.valid_up_to();
        let byte = slice.bytes[valid];
        (
            slice.place.after(&slice.bytes[..valid]),
            IssueReason::NotUtf8 { byte },
        )
    })?;
    let fault = |error: serde_json::Error| {
        let place = slice.place.inside(error.line(), error.column());
        (place, reason_of(&error))
    };
    serde_json::from_str::<Checked>(text).map_err(fault)?;
    let raw: RawHead<'_> = serde_json::from_str(text).map_err(fault)?;
    let Some(ocid) = raw.ocid.and_then(text_of) else {
        return Ok(match raw.url.and_then(text_of) {
            Some(url) => Found::Link(url),
            None if raw.id.is_some() && raw.tag.is_some() => {
                return Err((slice.place, IssueReason::MissingField { field: "ocid" }));
            }
            None => Found::Other,
        });
    };
    let package = raw.package.map(RawValue::get).unwrap_or_default();
    let member = |pointer: &str| {
        serde_json::from_str::<serde_json::Value>(package)
            .ok()
            .and_then(|value| value.pointer(pointer)?.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    Ok(Found::Release(Box::new(Head {
        ocid,
        id: raw.id.and_then(text_of).unwrap_or_default(),
        date: raw.date.and_then(text_of),
        tags: raw.tag.map(tags_of).unwrap_or_default(),
        publisher: member("/publisher/name"),
        package_uri: member("/uri"),
        version: raw.version.and_then(text_of).unwrap_or_default(),
    })))
}

/// A text, or a whole number as it is spelt.
fn text_of(raw: &RawValue) -> Option<String> {
    let spelt = raw.get();
    match spelt.as_bytes().first()? {
        b'"' => serde_json::from_str(spelt).ok(),
        b'0'..=b'9' => spelt
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| spelt.into()),
        _ => None,
    }
}

/// The tags, given as a list or as one text.
fn tags_of(raw: &RawValue) -> Vec<String> {
    serde_json::from_str(raw.get()).unwrap_or_else(|_| text_of(raw).into_iter().collect())
}

fn reason_of(error: &serde_json::Error) -> IssueReason {
    let message = error.to_string();
    if let Some(rest) = message.strip_prefix(TWICE)
        && let Some((key, _)) = rest.split_once(TWICE)
    {
        return IssueReason::DuplicateKey { key: key.into() };
    }
    let end = message.rfind(" at line ").unwrap_or(message.len());
    IssueReason::Json(message[..end].into())
}

/// Any value in which no object names a member twice.
struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Checked {
    type Value = Self;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = object.next_key_seed(Name)? {
            if names.contains(&name) {
                return Err(A::Error::custom(format_args!("{TWICE}{name}{TWICE}")));
            }
            names.insert(name);
            object.next_value::<Self>()?;
        }
        Ok(self)
    }
}

/// A member's name, borrowed where it has no escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.into()))
    }
}
