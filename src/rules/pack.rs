//! Packs of rules: files that a lawyer can read beside the law. A pack holds titles, citations and
//! parameters; what a rule looks at is a fact by name ([`super::facts`]).
//!
//! A file is refused as a whole, with the line, for a field, fact, convention or severity that is
//! not known, for a parameter that its kind or fact does not have or lacks, for a condition that is
//! none or that its fact cannot answer, and for a rule that is in force twice on the same day.
//!
//! A version of a pack is whole: a rule that it does not name ends with the version before it.

use std::{fmt, sync::LazyLock};

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Condition, Convention, Parameters, facts::Fact};

pub use super::packs::{PackFileError, load};

/// The packs that come with the ledger: name and text.
pub const OURS: [(&str, &str); 3] = [
    ("hengyang-2023", include_str!("packs/hengyang-2023.toml")),
    ("cn-national", include_str!("packs/cn-national.toml")),
    ("cn-sme-payment", include_str!("packs/cn-sme-payment.toml")),
];

/// The packs that come with the ledger.
pub fn ours() -> &'static [Pack] {
    static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(|| {
        let read = |(name, text): &(&str, &str)| {
            Pack::read(text).unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        OURS.iter().map(read).collect()
    });
    &PACKS
}

/// How much a breach weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// 提示: to be known.
    Info,
    /// 轻微.
    Minor,
    /// 严重.
    Major,
    /// 重大.
    Critical,
}

/// What a rule asks of its fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Asks {
    /// That something is done by the last day of a period.
    Deadline {
        /// How days are counted.
        convention: Convention,
        /// How many; none where each case has its own.
        length: Option<u32>,
        /// The day of a fixed deadline; of each year where it names none.
        on: Option<FixedDay>,
        /// The share of a whole that there has to be by then; all of it where none is named.
        at_least_bp: Option<i64>,
    },
    /// That two days lie far enough apart.
    Span {
        /// How days are counted.
        convention: Convention,
        /// At least so many.
        length: u32,
    },
    /// That what is said is whole and right.
    Content {
        /// What the fact is told: a limit, a count.
        limit: Option<i64>,
    },
    /// That something happened before.
    Exists {
        /// What the fact is told: a limit in fen.
        limit: Option<i64>,
    },
    /// That a share lies within bounds, in basis points.
    Ratio {
        /// No smaller than this.
        at_least_bp: Option<i64>,
        /// No larger than this.
        at_most_bp: Option<i64>,
    },
}

/// A day that a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixedDay {
    /// One day.
    Once(NaiveDate),
    /// The same day of every year.
    Yearly {
        /// The month.
        month: u32,
        /// The day.
        day: u32,
    },
}

/// One version of a rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id, the same in all versions: `HY-06-PAY-30D`.
    pub id: String,
    /// What it asks, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// Law and article.
    pub citation: String,
    /// How much a breach weighs.
    pub severity: Severity,
    /// How sure the citation is: `C` confirmed, `C2` at second hand, `K` known, `D` decided here.
    pub confidence: String,
    /// What it looks at.
    pub fact: &'static Fact,
    /// What it tells the fact.
    pub parameters: Parameters,
    /// What it asks of that.
    pub asks: Asks,
    /// On what condition it applies.
    pub when: Option<Condition>,
    /// The first day on which it is in force.
    pub from: NaiveDate,
    /// The last day, if there is one.
    pub to: Option<NaiveDate>,
    /// The rule whose finding stands for its own, where one fact breaks both.
    pub alias_of: Option<String>,
    /// The line of the pack on which it begins, from 1.
    pub line: usize,
}

impl Rule {
    /// Whether it is in force on a day.
    pub fn is_in_force(&self, on: NaiveDate) -> bool {
        self.from <= on && self.to.is_none_or(|to| on <= to)
    }
}

/// A pack of rules.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Its name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// What it is, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// SHA-256 of its text, in hex.
    pub digest: String,
    /// The first day on whose triggers this version is applied in the place of the one before it;
    /// on all where it names none.
    pub effective_from: Option<NaiveDate>,
    /// Its rules, in the order of the file.
    pub rules: Vec<Rule>,
}

/// Why a file is no pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for PackError {}

impl FixedDay {
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Ok(day) = text.parse() {
            return Some(Self::Once(day));
        }
        let (month, day) = text.split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        // A day of every year is one of a common year.
        NaiveDate::from_ymd_opt(2023, month, day).map(|_| Self::Yearly { month, day })
    }

    /// As packs write it.
    pub fn to_text(self) -> String {
        match self {
            Self::Once(day) => day.to_string(),
            Self::Yearly { month, day } => format!("{month:02}-{day:02}"),
        }
    }

    /// The day of a year.
    pub fn of_year(self, year: i32) -> Option<NaiveDate> {
        match self {
            Self::Once(day) => Some(day),
            Self::Yearly { month, day } => NaiveDate::from_ymd_opt(year, month, day),
        }
    }
}
