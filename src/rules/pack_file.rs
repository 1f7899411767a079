//! The file of a pack, as TOML: read whole or refused with the line.

use std::ops::Range;

use chrono::NaiveDate;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use toml::Spanned;

use super::{
    Condition, Convention,
    facts::{self, Fact, FactKind},
    pack::{Asks, FixedDay, Pack, PackError, Rule, Severity},
    parameters::{Hours, Parameter, Parameters},
};
use crate::domain::values::hex;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackFile {
    pack: String,
    version: String,
    zh: String,
    en: String,
    effective_from: Option<Spanned<String>>,
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
    inspection_days: Option<u32>,
    interest_bp_a_day: Option<i64>,
    morning: Option<Spanned<String>>,
    afternoon: Option<Spanned<String>>,
    when: Option<Spanned<String>>,
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
    /// For what the first page of [`super::pack`] lists.
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
        let effective_from = file.effective_from.as_ref();
        let effective_from = effective_from.map(|written| day_in(text, written));
        Ok(Self {
            id: file.pack,
            version: file.version,
            zh: file.zh,
            en: file.en,
            digest: hex(&Sha256::digest(text)),
            effective_from: effective_from.transpose()?,
            rules,
        })
    }
}

fn wrong_at(text: &str, span: &Range<usize>, message: String) -> PackError {
    PackError {
        line: line_of(text, span),
        message,
    }
}

fn day_in(text: &str, written: &Spanned<String>) -> Result<NaiveDate, PackError> {
    written.get_ref().parse().map_err(|_| {
        let message = format!("{:?} is no day, YYYY-MM-DD", written.get_ref());
        wrong_at(text, &written.span(), message)
    })
}

fn hours_in(text: &str, written: Option<&Spanned<String>>) -> Result<Option<Hours>, PackError> {
    let hours = written.map(|written| {
        Hours::parse(written.get_ref()).ok_or_else(|| {
            let message = format!("{:?} are no hours, HH:MM-HH:MM", written.get_ref());
            wrong_at(text, &written.span(), message)
        })
    });
    hours.transpose()
}

impl RuleFile {
    fn read(&self, text: &str) -> Result<Rule, PackError> {
        let wrong = |span: Range<usize>, message: String| wrong_at(text, &span, message);
        let day = |written: &Spanned<String>| day_in(text, written);
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
        let parameters = self.parameters(text, fact)?;
        let compile = |when: &Spanned<String>| {
            let condition = Condition::compile(when.get_ref(), fact);
            condition.map_err(|message| wrong(when.span(), message))
        };
        let when = self.when.as_ref().map(compile).transpose()?;
        Ok(Rule {
            id: self.id.get_ref().clone(),
            zh: self.zh.clone(),
            en: self.en.clone(),
            citation: self.citation.clone(),
            severity: self.severity,
            confidence: confidence.clone(),
            fact,
            parameters,
            asks,
            when,
            from: day(&self.from)?,
            to,
            alias_of: self.alias_of.clone(),
            line: line_of(text, &self.id.span()),
        })
    }

    /// What the rule tells its fact: all that the fact cannot do without, and no more.
    fn parameters(&self, text: &str, fact: &Fact) -> Result<Parameters, PackError> {
        let parameters = Parameters {
            limit: self.limit,
            inspection_days: self.inspection_days,
            interest_bp_a_day: self.interest_bp_a_day,
            morning: hours_in(text, self.morning.as_ref())?,
            afternoon: hours_in(text, self.afternoon.as_ref())?,
        };
        for parameter in Parameter::ALL {
            let is_given = parameters.text_of(parameter).is_some();
            let is_asked = fact.parameters.contains(&parameter);
            let (fact, name) = (fact.name, parameter.name());
            let message = match (is_asked, is_given) {
                (true, false) => format!("{fact} has to be told {name}"),
                (false, true) => format!("{fact} has no use for {name}"),
                _ => continue,
            };
            let message = format!("{}: {message}", self.id.get_ref());
            return Err(wrong_at(text, &self.id.span(), message));
        }
        Ok(parameters)
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
            Kind::Ratio => &["limit", "at_least_bp", "at_most_bp"],
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
