//! Packs of rules: files that a lawyer can read beside the law. A pack holds titles, citations and
//! parameters; what a rule looks at is a fact by name ([`super::facts`]).
//!
//! A file is refused as a whole, with the line, for a field, fact, convention or severity that is
//! not known, for a parameter that its kind does not have or lacks, and for a rule that is in force
//! twice on the same day.

use std::{fmt, ops::Range, sync::LazyLock};

use chrono::NaiveDate;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use toml::Spanned;

use super::{
    Convention,
    facts::{self, Fact, FactKind},
};
use crate::domain::values::hex;

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
    /// What it asks of that.
    pub asks: Asks,
    /// The first day on which it is in force.
    pub from: NaiveDate,
    /// The last day, if there is one.
    pub to: Option<NaiveDate>,
    /// The rule whose finding stands for its own, where one fact breaks both.
    pub alias_of: Option<String>,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackFile {
    pack: String,
    version: String,
    zh: String,
    en: String,
    #[serde(default)]
    rule: Vec<RuleFile>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Deadline,
    Content,
    Exists,
    Ratio,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    id: Spanned<String>,
    zh: String,
    en: String,
    citation: String,
    severity: Severity,
    confidence: Spanned<String>,
    kind: Kind,
    fact: Spanned<String>,
    convention: Option<Convention>,
    length: Option<u32>,
    on: Option<Spanned<String>>,
    limit: Option<i64>,
    at_least_bp: Option<i64>,
    at_most_bp: Option<i64>,
    from: Spanned<String>,
    to: Option<Spanned<String>>,
    alias_of: Option<String>,
}

/// The line of a place in a text, from 1.
fn line_of(text: &str, place: &Range<usize>) -> usize {
    let before = text.get(..place.start).unwrap_or(text);
    before.matches('\n').count() + 1
}

impl Pack {
    /// Reads a pack.
    ///
    /// # Errors
    /// For what the first page of this module lists.
    pub fn read(text: &str) -> Result<Self, PackError> {
        let file: PackFile = toml::from_str(text).map_err(|error| PackError {
            line: error.span().map_or(1, |span| line_of(text, &span)),
            message: error.message().to_owned(),
        })?;
        let rules = file.rule.iter().map(|rule| rule.read(text));
        let rules = rules.collect::<Result<Vec<_>, _>>()?;
        for (place, rule) in rules.iter().enumerate() {
            let overlaps = |other: &&Rule| {
                other.id == rule.id
                    && (other.is_in_force(rule.from) || rule.is_in_force(other.from))
            };
            if rules[..place].iter().any(|other| overlaps(&other)) {
                return Err(PackError {
                    line: line_of(text, &file.rule[place].id.span()),
                    message: format!("{} is in force twice on the same day", rule.id),
                });
            }
        }
        Ok(Self {
            id: file.pack,
            version: file.version,
            zh: file.zh,
            en: file.en,
            digest: hex(&Sha256::digest(text)),
            rules,
        })
    }
}

impl RuleFile {
    fn read(&self, text: &str) -> Result<Rule, PackError> {
        let wrong = |span: Range<usize>, message: String| PackError {
            line: line_of(text, &span),
            message,
        };
        let day = |written: &Spanned<String>| {
            written.get_ref().parse::<NaiveDate>().map_err(|_| {
                let message = format!("{:?} is no day, YYYY-MM-DD", written.get_ref());
                wrong(written.span(), message)
            })
        };
        let of_id =
            |message: &str| wrong(self.id.span(), format!("{}: {message}", self.id.get_ref()));
        let fact = facts::by_name(self.fact.get_ref()).ok_or_else(|| {
            let message = format!("{:?} is no fact", self.fact.get_ref());
            wrong(self.fact.span(), message)
        })?;
        let confidence = self.confidence.get_ref();
        if !["C", "C2", "K", "D"]
            .iter()
            .any(|mark| confidence == mark || confidence.starts_with(&format!("{mark}:")))
        {
            let message = format!("{confidence:?} is no mark of confidence: C, C2, K or D");
            return Err(wrong(self.confidence.span(), message));
        }
        let asks = self.asks(&of_id, &wrong)?;
        let kind = match &asks {
            Asks::Deadline { .. } => FactKind::Clock,
            Asks::Span { .. } => FactKind::Span,
            Asks::Content { .. } => FactKind::Content,
            Asks::Exists { .. } => FactKind::Exists,
            Asks::Ratio { .. } => FactKind::Ratio,
        };
        if fact.kind != kind {
            let message = format!("{} is a fact of another kind, {:?}", fact.name, fact.kind);
            return Err(wrong(self.fact.span(), message));
        }
        let to = self.to.as_ref().map(day).transpose()?;
        Ok(Rule {
            id: self.id.get_ref().clone(),
            zh: self.zh.clone(),
            en: self.en.clone(),
            citation: self.citation.clone(),
            severity: self.severity,
            confidence: confidence.clone(),
            fact,
            asks,
            from: day(&self.from)?,
            to,
            alias_of: self.alias_of.clone(),
        })
    }

    fn asks(
        &self,
        of_id: &dyn Fn(&str) -> PackError,
        wrong: &dyn Fn(Range<usize>, String) -> PackError,
    ) -> Result<Asks, PackError> {
        let given = [
            ("convention", self.convention.is_some()),
            ("length", self.length.is_some()),
            ("on", self.on.is_some()),
            ("limit", self.limit.is_some()),
            ("at_least_bp", self.at_least_bp.is_some()),
            ("at_most_bp", self.at_most_bp.is_some()),
        ];
        let allowed: &[&str] = match self.kind {
            Kind::Deadline => &["convention", "length", "on", "at_least_bp"],
            Kind::Content | Kind::Exists => &["limit"],
            Kind::Ratio => &["at_least_bp", "at_most_bp"],
        };
        for (name, is_given) in given {
            if is_given && !allowed.contains(&name) {
                return Err(of_id(&format!("{:?} has no {name}", self.kind)));
            }
        }
        match self.kind {
            Kind::Deadline => {
                let convention = self
                    .convention
                    .ok_or_else(|| of_id("a deadline has a convention"))?;
                if convention.is_of_spans() {
                    let length = self.length.ok_or_else(|| of_id("a span has a length"))?;
                    return Ok(Asks::Span { convention, length });
                }
                let on = self.on.as_ref().map(|on| {
                    FixedDay::parse(on.get_ref()).ok_or_else(|| {
                        let message = format!("{:?} is no day: YYYY-MM-DD or MM-DD", on.get_ref());
                        wrong(on.span(), message)
                    })
                });
                let on = on.transpose()?;
                if (convention == Convention::Fixed) != on.is_some() {
                    return Err(of_id("FIXED names its day in `on`, and nothing else does"));
                }
                Ok(Asks::Deadline {
                    convention,
                    length: self.length,
                    on,
                    at_least_bp: self.at_least_bp,
                })
            }
            Kind::Content => Ok(Asks::Content { limit: self.limit }),
            Kind::Exists => Ok(Asks::Exists { limit: self.limit }),
            Kind::Ratio => match (self.at_least_bp, self.at_most_bp) {
                (None, None) => Err(of_id("a ratio has a bound")),
                (at_least_bp, at_most_bp) => Ok(Asks::Ratio {
                    at_least_bp,
                    at_most_bp,
                }),
            },
        }
    }
}

impl FixedDay {
    fn parse(text: &str) -> Option<Self> {
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
