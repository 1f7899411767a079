//! Names of streams: `<kind>/<partition>/<id>`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most bytes of a stream's id.
pub const ID_BYTES_MAX: usize = 96;
/// The most bytes of a partition.
pub const PARTITION_BYTES_MAX: usize = 32;
/// The partition of `system` streams.
pub const SYSTEM_PARTITION: &str = "00";

/// What kind of object a stream tells about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StreamKind {
    /// 预算指标: one budget line.
    BudgetLine,
    /// 采购项目: one project, from its intention to its last payment.
    Project,
    /// 电子卖场订单: an order of the e-mall.
    Order,
    /// 框架协议: a framework agreement.
    Framework,
    /// 预算单位: a budget unit's own duties.
    Unit,
    /// 供应商: bans and credit of a supplier.
    Supplier,
    /// 代理机构: assessment and delegations of an agency.
    Agency,
    /// 场地: a venue and its slots.
    Venue,
    /// 备选库: a library of suppliers.
    Library,
    /// 行政区划: what a region adopts.
    Region,
    /// 单位登记: the registry of an organisation.
    Organisation,
    /// Calendar, source systems, synchronisation.
    System,
    /// A contracting process of an OCDS publisher.
    Ocds,
}

impl StreamKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::BudgetLine,
        Self::Project,
        Self::Order,
        Self::Framework,
        Self::Unit,
        Self::Supplier,
        Self::Agency,
        Self::Venue,
        Self::Library,
        Self::Region,
        Self::Organisation,
        Self::System,
        Self::Ocds,
    ];

    /// The word in a stream's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BudgetLine => "budget-line",
            Self::Project => "project",
            Self::Order => "order",
            Self::Framework => "framework",
            Self::Unit => "unit",
            Self::Supplier => "supplier",
            Self::Agency => "agency",
            Self::Venue => "venue",
            Self::Library => "library",
            Self::Region => "region",
            Self::Organisation => "organisation",
            Self::System => "system",
            Self::Ocds => "ocds",
        }
    }

    /// Parses the word in a stream's name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for StreamKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The parts of a stream's name, borrowed from its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StreamParts<'a> {
    /// What kind of object.
    pub kind: StreamKind,
    /// The prefecture (`4304`), `00` for `system`, the publisher's prefix for `ocds`.
    pub partition: &'a str,
    /// The object's id.
    pub id: &'a str,
}

/// A stream's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StreamName {
    /// What kind of object.
    pub kind: StreamKind,
    /// The prefecture (`4304`), `00` for `system`, the publisher's prefix for `ocds`.
    pub partition: String,
    /// The object's id.
    pub id: String,
}

/// Why a text is no stream name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamFault {
    /// Not three parts.
    #[error("must be <kind>/<partition>/<id>")]
    Parts,
    /// A kind that does not exist.
    #[error(
        "its kind must be one of budget-line, project, order, framework, unit, supplier, \
             agency, venue, library, region, organisation, system, ocds"
    )]
    Kind,
    /// A partition that the kind cannot have.
    #[error(
        "its partition must be four digits, 00 for system, or 1 to 32 letters, digits, '-', \
             '_' and '.' for ocds"
    )]
    Partition,
    /// An id that is empty, too long or has a control character or '/'.
    #[error("its id must be 1 to {ID_BYTES_MAX} bytes without control characters and '/'")]
    Id,
}

impl<'a> StreamParts<'a> {
    /// Parses a name. Errors: parts, kind, partition, id; the first of them.
    pub fn parse(text: &'a str) -> Result<Self, StreamFault> {
        let (word, rest) = text.split_once('/').ok_or(StreamFault::Parts)?;
        let (partition, id) = rest.split_once('/').ok_or(StreamFault::Parts)?;
        let kind = StreamKind::parse(word).ok_or(StreamFault::Kind)?;
        if !is_partition(kind, partition) {
            return Err(StreamFault::Partition);
        }
        if id.is_empty() || id.len() > ID_BYTES_MAX || id.contains('/') || has_control(id) {
            return Err(StreamFault::Id);
        }
        Ok(Self {
            kind,
            partition,
            id,
        })
    }

    /// The name on its own.
    pub fn to_name(self) -> StreamName {
        let (partition, id) = (self.partition.to_owned(), self.id.to_owned());
        StreamName {
            kind: self.kind,
            partition,
            id,
        }
    }
}

impl fmt::Display for StreamParts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.kind, self.partition, self.id)
    }
}

impl StreamName {
    /// Parses a name. Errors: parts, kind, partition, id; the first of them.
    pub fn parse(text: &str) -> Result<Self, StreamFault> {
        StreamParts::parse(text).map(StreamParts::to_name)
    }

    /// The parts, borrowed.
    pub fn parts(&self) -> StreamParts<'_> {
        StreamParts {
            kind: self.kind,
            partition: &self.partition,
            id: &self.id,
        }
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts().fmt(f)
    }
}

impl std::str::FromStr for StreamName {
    type Err = StreamFault;

    fn from_str(text: &str) -> Result<Self, StreamFault> {
        Self::parse(text)
    }
}

impl TryFrom<String> for StreamName {
    type Error = StreamFault;

    fn try_from(text: String) -> Result<Self, StreamFault> {
        Self::parse(&text)
    }
}

impl From<StreamName> for String {
    fn from(name: StreamName) -> Self {
        name.to_string()
    }
}

/// Whether a text has a control character (C0, DEL or C1).
pub fn has_control(text: &str) -> bool {
    !is_printable_ascii(text) && text.chars().any(char::is_control)
}

/// Whether every byte is a printable character of ASCII. Written without an early end, so that it
/// is quick on the short texts of events.
pub(crate) fn is_printable_ascii(text: &str) -> bool {
    let is_other = |byte: u8| !(0x20..0x7f).contains(&byte);
    !text
        .bytes()
        .fold(false, |found, byte| found | is_other(byte))
}

fn is_partition(kind: StreamKind, text: &str) -> bool {
    let bytes = text.as_bytes();
    match kind {
        StreamKind::System => text == SYSTEM_PARTITION,
        StreamKind::Ocds => {
            let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
            (1..=PARTITION_BYTES_MAX).contains(&bytes.len()) && bytes.iter().all(is_allowed)
        }
        _ => bytes.len() == 4 && bytes.iter().all(u8::is_ascii_digit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_and_writes_names() {
        for text in [
            "budget-line/4304/BL-2023-000001",
            "project/4304/PJ-1",
            "system/00/calendar",
            "ocds/ocds-213czf/ocds-213czf-000-00001",
            "region/4304/HY-GXQ",
            "project/4304/项目一",
        ] {
            let name = StreamName::parse(text).unwrap();
            assert_eq!(name.to_string(), text);
            assert_eq!(StreamName::parse(&name.to_string()), Ok(name));
        }
        for kind in StreamKind::ALL {
            assert_eq!(StreamKind::parse(kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn refuses_what_is_no_name() {
        let long = format!("project/4304/{}", "a".repeat(97));
        let bad = [
            ("", StreamFault::Parts),
            ("project", StreamFault::Parts),
            ("project/4304", StreamFault::Parts),
            ("projects/4304/1", StreamFault::Kind),
            ("Project/4304/1", StreamFault::Kind),
            ("project/430400/1", StreamFault::Partition),
            ("project/00/1", StreamFault::Partition),
            ("system/4304/1", StreamFault::Partition),
            ("ocds//1", StreamFault::Partition),
            ("project/4304/", StreamFault::Id),
            ("project/4304/a/b", StreamFault::Id),
            ("project/4304/a\nb", StreamFault::Id),
            ("project/4304/a\u{85}b", StreamFault::Id),
            (&long, StreamFault::Id),
        ];
        for (text, fault) in bad {
            assert_eq!(StreamName::parse(text), Err(fault), "{text}");
        }
    }
}
