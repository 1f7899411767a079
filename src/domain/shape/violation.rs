//! Violations: what is wrong with received bytes, where, and by which rule.

use std::fmt;

/// The most violations that one check tells.
pub const VIOLATIONS_MAX: usize = 100;
/// The most characters of a received text that a message quotes.
const QUOTED_CHARACTERS_MAX: usize = 48;

/// The rule that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// Not a unified social credit code.
    BadUscc,
    /// Not a region, or not one that may own the fact.
    BadRegion,
    /// Not a category of the catalogue.
    BadCategory,
    /// An amount out of its range.
    BadAmount,
    /// A required field is missing.
    MissingField,
    /// Any other breach of the schema.
    Shape,
}

impl Rule {
    /// The code that clients see, such as `E005_BAD_USCC`.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadUscc => "E005_BAD_USCC",
            Self::BadRegion => "E006_BAD_REGION",
            Self::BadCategory => "E007_BAD_CATEGORY",
            Self::BadAmount => "E008_BAD_AMOUNT",
            Self::MissingField => "E022_MISSING_FIELD",
            Self::Shape => "SHAPE",
        }
    }

    /// The rule in Chinese.
    pub fn title_zh(self) -> &'static str {
        match self {
            Self::BadUscc => "统一社会信用代码有误",
            Self::BadRegion => "行政区划有误",
            Self::BadCategory => "采购品目有误",
            Self::BadAmount => "金额有误",
            Self::MissingField => "缺少必填项",
            Self::Shape => "格式有误",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where: `events[0].event.payload.plan_filed.lots[2].amount_fen`, in names of the schema. An
    /// unknown field stands there by its number.
    pub path: String,
    /// The rule.
    pub rule: Rule,
    /// For people: figures and rule in English, with the rule's title in Chinese.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.path, self.rule.code(), self.message)
    }
}

/// Where the walk is; written out only when something is wrong there.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    up: Option<&'p Path<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Prefix(&'p dyn fmt::Display),
    Field(&'p str),
    Item(&'p str, u32),
    Unknown(u32),
}

impl<'p> Path<'p> {
    /// The start of a path; an empty prefix is left out.
    pub(super) fn root(prefix: &'p dyn fmt::Display) -> Self {
        Self {
            up: None,
            step: Step::Prefix(prefix),
        }
    }

    pub(super) fn field(&'p self, name: &'p str) -> Self {
        Self {
            up: Some(self),
            step: Step::Field(name),
        }
    }

    pub(super) fn item(&'p self, name: &'p str, index: u32) -> Self {
        Self {
            up: Some(self),
            step: Step::Item(name, index),
        }
    }

    pub(super) fn unknown(&'p self, number: u32) -> Self {
        Self {
            up: Some(self),
            step: Step::Unknown(number),
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = String::new();
        if let Some(up) = self.up {
            written = up.to_string();
            f.write_str(&written)?;
        }
        let dot = if written.is_empty() { "" } else { "." };
        match self.step {
            Step::Prefix(prefix) => prefix.fmt(f),
            Step::Field(name) => write!(f, "{dot}{name}"),
            Step::Item(name, index) => write!(f, "{dot}{name}[{index}]"),
            Step::Unknown(number) => write!(f, "{dot}{number}"),
        }
    }
}

/// A received text for a message: escaped, cut when long.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(QUOTED_CHARACTERS_MAX) {
            Some((end, _)) => write!(f, "{:?}…", &self.0[..end]),
            None => write!(f, "{:?}", self.0),
        }
    }
}

/// Violations found so far.
#[derive(Default)]
pub(super) struct Report {
    violations: Vec<Violation>,
}

impl Report {
    #[cold]
    #[inline(never)]
    pub(super) fn add(&mut self, path: &dyn fmt::Display, rule: Rule, why: fmt::Arguments<'_>) {
        if self.is_full() {
            return;
        }
        let message = format!("{why} ({})", rule.title_zh());
        self.violations.push(Violation {
            path: path.to_string(),
            rule,
            message,
        });
    }

    pub(super) fn is_full(&self) -> bool {
        self.violations.len() >= VIOLATIONS_MAX
    }

    pub(super) fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }

    pub(super) fn extend(&mut self, more: Vec<Violation>) {
        let room = VIOLATIONS_MAX - self.violations.len();
        self.violations.extend(more.into_iter().take(room));
    }

    pub(super) fn into_violations(self) -> Vec<Violation> {
        self.violations
    }
}
