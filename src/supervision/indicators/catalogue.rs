//! The pack of indicators: titles, sources, thresholds, which a lawyer or an analyst can read and
//! change; what each looks at is code by its id ([`super::known`]).
//!
//! A file is refused as a whole, with the line, for a field, indicator, threshold or method that is
//! not known, for a threshold that is missing, stands twice, has another unit or lies outside what
//! its unit allows, and for an indicator that stands twice.

use std::{collections::BTreeMap, ops::Range, sync::LazyLock};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use toml::Spanned;

use super::known::{self, Known};
use crate::{domain::values::hex, rules::PackError};

/// The pack that comes with the ledger.
pub const TEXT: &str = include_str!("indicators.toml");

/// The indicators that come with the ledger.
pub fn ours() -> &'static Catalogue {
    static OURS: LazyLock<Catalogue> = LazyLock::new(|| {
        Catalogue::read(TEXT).unwrap_or_else(|error| panic!("indicators.toml: {error}"))
    });
    &OURS
}

/// The unit of a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Calendar days.
    Days,
    /// How many.
    Count,
    /// Fen.
    Fen,
    /// Basis points.
    Bp,
    /// Per cent.
    Percent,
    /// Leading characters of a code.
    Digits,
}

impl Unit {
    /// The word in packs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Count => "count",
            Self::Fen => "fen",
            Self::Bp => "bp",
            Self::Percent => "percent",
            Self::Digits => "digits",
        }
    }

    /// What a threshold of the unit may be.
    fn allowed(self) -> std::ops::RangeInclusive<i64> {
        match self {
            Self::Days => 0..=36_500,
            Self::Count => 0..=1_000_000_000,
            Self::Fen => 0..=i64::MAX,
            Self::Bp => 0..=1_000_000,
            Self::Percent => 1..=99,
            Self::Digits => 1..=16,
        }
    }
}

/// A threshold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: i64,
    /// The unit of the value.
    pub unit: Unit,
}

/// An indicator as a pack describes it.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// Its id.
    pub id: String,
    /// Its title in Chinese.
    pub zh: String,
    /// Its title in English.
    pub en: String,
    /// What fails, in Chinese.
    pub fails_zh: String,
    /// What fails, in English.
    pub fails_en: String,
    /// Where it comes from: a method, or law and article.
    pub source: String,
    /// How sure the source is: `C` confirmed, `C2` at second hand, `K` known, `D` decided here.
    pub confidence: String,
    /// What it is computed from.
    pub fields: String,
    /// Its thresholds, in the order of the file.
    pub thresholds: Vec<Threshold>,
    /// How open the methods are that it is asked of: open, selective, limited, direct; of
    /// processes as written.
    pub methods: Vec<String>,
    /// Least days of submission by method: names of the schema, methods as written, or how open
    /// they are; 0 where none are asked for.
    pub days_by_method: BTreeMap<String, i64>,
    /// How it is computed.
    pub known: &'static Known,
}

/// A pack of indicators.
#[derive(Clone, Debug)]
pub struct Catalogue {
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
    /// Its indicators, in the order of the file.
    pub indicators: Vec<Indicator>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogueFile {
    pack: String,
    version: String,
    zh: String,
    en: String,
    #[serde(default)]
    indicator: Vec<IndicatorFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorFile {
    id: Spanned<String>,
    zh: String,
    en: String,
    fails_zh: String,
    fails_en: String,
    source: String,
    confidence: Spanned<String>,
    fields: String,
    #[serde(default)]
    threshold: Vec<ThresholdFile>,
    methods: Option<Spanned<Vec<String>>>,
    days_by_method: Option<Spanned<BTreeMap<String, i64>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThresholdFile {
    name: Spanned<String>,
    value: Spanned<i64>,
    unit: Spanned<Unit>,
}

/// The line of a place in a text, from 1.
fn line_of(text: &str, place: &Range<usize>) -> usize {
    let before = text.get(..place.start).unwrap_or(text);
    before.matches('\n').count() + 1
}

/// Tells what is wrong at a place.
type Wrong<'a> = &'a dyn Fn(Range<usize>, String) -> PackError;

impl Catalogue {
    /// Reads a pack.
    ///
    /// # Errors
    /// For what the first page of this module lists.
    pub fn read(text: &str) -> Result<Self, PackError> {
        let wrong = |place: Range<usize>, message: String| PackError {
            line: line_of(text, &place),
            message,
        };
        let file: CatalogueFile = toml::from_str(text)
            .map_err(|error| wrong(error.span().unwrap_or_default(), error.message().to_owned()))?;
        let mut indicators: Vec<Indicator> = Vec::with_capacity(file.indicator.len());
        for written in &file.indicator {
            let id = written.id.get_ref();
            if indicators.iter().any(|other| other.id == *id) {
                return Err(wrong(written.id.span(), format!("{id} stands twice")));
            }
            indicators.push(written.read(&wrong)?);
        }
        Ok(Self {
            id: file.pack,
            version: file.version,
            zh: file.zh,
            en: file.en,
            digest: hex(&Sha256::digest(text)),
            indicators,
        })
    }

    /// An indicator by its id.
    pub fn by_id(&self, id: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.id == id)
    }
}

impl Indicator {
    /// A threshold; reading has checked that each one is there.
    pub fn threshold(&self, name: &str) -> i64 {
        let found = self.thresholds.iter().find(|found| found.name == name);
        found.map_or(0, |threshold| threshold.value)
    }

    /// Whether it is asked of a method.
    pub fn is_asked_of(&self, competition: &str) -> bool {
        self.methods.iter().any(|method| method == competition)
    }
}

impl IndicatorFile {
    fn read(&self, wrong: Wrong<'_>) -> Result<Indicator, PackError> {
        let id = self.id.get_ref();
        let known = known::by_id(id)
            .ok_or_else(|| wrong(self.id.span(), format!("{id:?} is no indicator")))?;
        let confidence = self.confidence.get_ref();
        if !["C", "C2", "K", "D"].contains(&confidence.as_str()) {
            let message = format!("{confidence:?} is no mark of confidence: C, C2, K or D");
            return Err(wrong(self.confidence.span(), message));
        }
        let thresholds = self.thresholds(known, wrong)?;
        let span = self.methods.as_ref().map(Spanned::span);
        let methods = self
            .methods
            .as_ref()
            .map(|written| written.get_ref().clone());
        self.only_where(known.has_methods, span, "methods", wrong)?;
        let span = self.days_by_method.as_ref().map(Spanned::span);
        let days = self.days_by_method.as_ref();
        let days_by_method = days.map(|written| written.get_ref().clone());
        self.only_where(
            known.has_days_by_method,
            span.clone(),
            "days_by_method",
            wrong,
        )?;
        let days_by_method = days_by_method.unwrap_or_default();
        let outside = days_by_method
            .iter()
            .find(|(_, days)| !Unit::Days.allowed().contains(days));
        if let Some((method, days)) = outside {
            let message = format!("{days} are no days of {method}");
            return Err(wrong(span.unwrap_or_default(), message));
        }
        Ok(Indicator {
            id: id.clone(),
            zh: self.zh.clone(),
            en: self.en.clone(),
            fails_zh: self.fails_zh.clone(),
            fails_en: self.fails_en.clone(),
            source: self.source.clone(),
            confidence: confidence.clone(),
            fields: self.fields.clone(),
            thresholds,
            methods: methods.unwrap_or_default(),
            days_by_method,
            known,
        })
    }

    /// That a field is there exactly where the indicator has it.
    fn only_where(
        &self,
        has: bool,
        span: Option<Range<usize>>,
        name: &str,
        wrong: Wrong<'_>,
    ) -> Result<(), PackError> {
        let id = self.id.get_ref();
        match (has, span) {
            (true, None) => Err(wrong(self.id.span(), format!("{id} has {name}"))),
            (false, Some(span)) => Err(wrong(span, format!("{id} has no {name}"))),
            _ => Ok(()),
        }
    }

    fn thresholds(&self, known: &Known, wrong: Wrong<'_>) -> Result<Vec<Threshold>, PackError> {
        let id = self.id.get_ref();
        let mut thresholds: Vec<Threshold> = Vec::with_capacity(self.threshold.len());
        for written in &self.threshold {
            let (name, unit) = (written.name.get_ref(), *written.unit.get_ref());
            let place = written.name.span();
            let asked = known.thresholds.iter().find(|(asked, _)| asked == name);
            let Some((_, asked_unit)) = asked else {
                return Err(wrong(place, format!("{id} has no threshold {name:?}")));
            };
            if thresholds.iter().any(|other| other.name == *name) {
                return Err(wrong(place, format!("{name} stands twice")));
            }
            if unit != *asked_unit {
                let message = format!("{name} is in {}", asked_unit.as_str());
                return Err(wrong(written.unit.span(), message));
            }
            let value = *written.value.get_ref();
            if !unit.allowed().contains(&value) {
                let message = format!("{value} is no threshold in {}", unit.as_str());
                return Err(wrong(written.value.span(), message));
            }
            thresholds.push(Threshold {
                name: name.clone(),
                value,
                unit,
            });
        }
        let has = |name: &str| thresholds.iter().any(|threshold| threshold.name == name);
        if let Some((name, _)) = known.thresholds.iter().find(|(name, _)| !has(name)) {
            let message = format!("{id} lacks the threshold {name}");
            return Err(wrong(self.id.span(), message));
        }
        Ok(thresholds)
    }
}
