//! Questions and answers.

use chrono::NaiveDate;
use rusqlite::Connection;

use super::{
    catalogue::{self, Catalogue, Indicator},
    outcome::{Outcome, Verdict},
    picture::Picture,
};

/// What is asked; what is left open asks for all.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// One indicator.
    pub indicator: Option<String>,
    /// The region, with everything below it: `4304` is the city and all its counties.
    pub region: Option<String>,
    /// The unit.
    pub unit: Option<String>,
    /// A supplier or tenderer concerned.
    pub supplier: Option<String>,
    /// `Origin`: project, order or process.
    pub origin: Option<i32>,
    /// What is said.
    pub verdict: Option<Verdict>,
    /// The day of the picture; a year counts once it is over.
    pub as_of: NaiveDate,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum IndicatorError {
    /// The pack has no such indicator.
    #[error("no indicator {0:?}")]
    Unknown(String),
    /// The tables cannot be read.
    #[error("tables of indicators cannot be read")]
    Tables(#[from] rusqlite::Error),
}

impl Query {
    /// Everything, as of a day.
    pub fn all(as_of: NaiveDate) -> Self {
        Self {
            as_of,
            ..Self::default()
        }
    }

    fn takes(&self, outcome: &Outcome) -> bool {
        let belongs = &outcome.belongs;
        let is =
            |asked: &Option<String>, found: &str| asked.as_ref().is_none_or(|asked| asked == found);
        let region = self.region.as_ref();
        let supplier = self.supplier.as_ref();
        // What is behind several streams belongs to its partition as a whole.
        let place = match belongs.region_code.is_empty() {
            true => &belongs.partition,
            false => &belongs.region_code,
        };
        region.is_none_or(|region| place.starts_with(region.as_str()))
            && is(&self.unit, &belongs.unit)
            && supplier.is_none_or(|supplier| belongs.suppliers.contains(supplier))
            && self.origin.is_none_or(|origin| origin == belongs.origin)
            && self
                .verdict
                .is_none_or(|verdict| verdict == outcome.verdict)
    }
}

/// What the indicators that come with the ledger say; in the order of the pack, then of subjects.
///
/// Filters choose among answers; populations and fences are always of all rows.
pub fn evaluate(connection: &Connection, query: &Query) -> Result<Vec<Outcome>, IndicatorError> {
    evaluate_by(catalogue::ours(), connection, query)
}

/// As [`evaluate`], by another pack.
pub fn evaluate_by(
    catalogue: &Catalogue,
    connection: &Connection,
    query: &Query,
) -> Result<Vec<Outcome>, IndicatorError> {
    let mut outcomes = Vec::new();
    each_by(catalogue, connection, query, |_, mut found| {
        outcomes.append(&mut found);
    })?;
    Ok(outcomes)
}

/// As [`evaluate`], the answers of one indicator after the other: nobody has to hold all of them,
/// most of which pass.
pub fn each(
    connection: &Connection,
    query: &Query,
    take: impl FnMut(&'static Indicator, Vec<Outcome>),
) -> Result<(), IndicatorError> {
    each_by(catalogue::ours(), connection, query, take)
}

fn each_by<'c>(
    catalogue: &'c Catalogue,
    connection: &Connection,
    query: &Query,
    mut take: impl FnMut(&'c Indicator, Vec<Outcome>),
) -> Result<(), IndicatorError> {
    let asked = query.indicator.as_deref();
    if let Some(id) = asked.filter(|id| catalogue.by_id(id).is_none()) {
        return Err(IndicatorError::Unknown(id.to_owned()));
    }
    let picture = Picture::new(connection);
    for indicator in &catalogue.indicators {
        if asked.is_some_and(|asked| asked != indicator.id) {
            continue;
        }
        let mut found = (indicator.known.find)(&picture, indicator, query.as_of)?;
        found.retain(|outcome| query.takes(outcome));
        found.sort_by(|a, b| a.subject.cmp(&b.subject));
        take(indicator, found);
    }
    Ok(())
}
