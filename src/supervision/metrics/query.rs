//! Questions about metrics, and their answers.

use chrono::NaiveDate;
use rusqlite::{CachedStatement, Connection};

use super::{Bounds, Dimension, Metric, Shape};

/// The line between the rows behind a metric and its value.
const BETWEEN: &str = "\n-- value\n";
/// Days that stand for no bound.
const FIRST: &str = "";
const LAST: &str = "9999-12-31";

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum MetricError {
    /// No metric has the id.
    #[error("there is no metric {0:?}")]
    Unknown(String),
    /// The metric knows nothing of what it should be grouped or filtered by.
    #[error("{metric} does not tell of a {dimension}")]
    Unsupported {
        /// The metric.
        metric: &'static str,
        /// What it does not know.
        dimension: &'static str,
    },
    /// The picture cannot be read.
    #[error("the tables cannot be read")]
    Read(#[from] rusqlite::Error),
}

/// What part of a picture counts; empty counts all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// The first characters of a region's code: `43`, `4304`, `430421`. Areas without a code of
    /// GB/T 2260 count with their prefecture where less than a whole code is given.
    pub region: String,
    /// A unit.
    pub unit: String,
    /// A supplier.
    pub supplier: String,
    /// An agency.
    pub agency: String,
}

/// From a day to a day, both counted; open where none is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
}

/// A question.
#[derive(Clone, Debug)]
pub struct Query {
    /// The metric, by its id.
    pub metric: String,
    /// What its values are grouped by.
    pub dimension: Dimension,
    /// What counts.
    pub filters: Filters,
    /// Between which days; a metric of how things stand passes it over.
    pub period: Period,
    /// The day of the picture.
    pub as_of: NaiveDate,
}

/// A value of a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Of which region, unit, …; empty of the whole.
    pub key: String,
    /// The numerator.
    pub numerator: i64,
    /// The denominator.
    pub denominator: i64,
    /// What they come to in the metric's unit, rounded down; `None` where the denominator is zero.
    pub value: Option<i64>,
    /// How many rows are behind it.
    pub rows_count: i64,
}

/// A row behind a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowBehind {
    /// The position of the first event of its stream.
    pub position: i64,
    /// The stream that tells of it.
    pub stream: String,
    /// What it is about, as findings name it.
    pub subject: String,
    /// Its day.
    pub day: String,
    /// An amount in fen that goes with it; 0 for none.
    pub amount_fen: i64,
    /// What it counts in the numerator, or what is sorted for the middle.
    pub part: i64,
    /// What it counts in the denominator.
    pub whole: i64,
}

/// A place in the list of the rows behind a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct After {
    /// Its day.
    pub day: String,
    /// Its position.
    pub position: i64,
    /// Its subject.
    pub subject: String,
}

impl RowBehind {
    /// Its place: the list goes on after it.
    pub fn place(&self) -> After {
        After {
            day: self.day.clone(),
            position: self.position,
            subject: self.subject.clone(),
        }
    }
}

/// The two parts of a file.
pub(super) fn parts(sql: &'static str) -> (&'static str, &'static str) {
    sql.split_once(BETWEEN).unwrap_or((sql, ""))
}

/// A statement in the making: what is bound in it.
struct Asked<'q> {
    metric: &'static Metric,
    query: &'q Query,
    conditions: Vec<String>,
    bound: Vec<(&'static str, rusqlite::types::Value)>,
}

impl<'q> Asked<'q> {
    fn of(query: &'q Query) -> Result<Self, MetricError> {
        let metric = Metric::by_id(&query.metric)
            .ok_or_else(|| MetricError::Unknown(query.metric.clone()))?;
        let mut asked = Self {
            metric,
            query,
            conditions: vec!["TRUE".to_owned()],
            bound: Vec::new(),
        };
        asked.knows(query.dimension)?;
        asked.filter()?;
        asked.bound();
        Ok(asked)
    }

    fn knows(&self, dimension: Dimension) -> Result<(), MetricError> {
        match self.metric.dimensions.contains(&dimension) {
            true => Ok(()),
            false => Err(MetricError::Unsupported {
                metric: self.metric.id,
                dimension: dimension.as_str(),
            }),
        }
    }

    fn filter(&mut self) -> Result<(), MetricError> {
        let of = &self.query.filters;
        let equal = [
            (Dimension::Unit, ":unit", &of.unit),
            (Dimension::Supplier, ":supplier", &of.supplier),
            (Dimension::Agency, ":agency", &of.agency),
        ];
        for (dimension, name, value) in equal {
            if !value.is_empty() {
                self.knows(dimension)?;
                self.conditions
                    .push(format!("{} = {name}", dimension.sql()));
                self.bound.push((name, value.clone().into()));
            }
        }
        if !of.region.is_empty() {
            self.knows(Dimension::Region)?;
            let begins = |column| format!("substr({column}, 1, length(:region)) = :region");
            let mut condition = begins("region_code");
            if of.region.len() < 6 {
                condition = format!(
                    "({condition} OR region_code IN (SELECT region_code FROM regions \
                     WHERE region_code NOT GLOB '[0-9]*' AND {}))",
                    begins("parent")
                );
            }
            self.conditions.push(condition);
            self.bound.push((":region", of.region.clone().into()));
        }
        Ok(())
    }

    fn bound(&mut self) {
        let Period { from, to } = self.query.period;
        if self.metric.bounds == Bounds::Rows {
            if from.is_some() {
                self.conditions.push("day >= :from".to_owned());
            }
            if to.is_some() {
                self.conditions.push("day <= :to".to_owned());
            }
        }
        let text = |day: Option<NaiveDate>, open: &str| {
            day.map_or_else(|| open.to_owned(), |day| day.to_string())
        };
        self.bound.push((":from", text(from, FIRST).into()));
        self.bound.push((":to", text(to, LAST).into()));
        self.bound
            .push((":as_of", self.query.as_of.to_string().into()));
    }

    /// The file's two parts.
    fn parts(&self) -> (&'static str, &'static str) {
        parts(self.metric.sql)
    }

    fn prepare<'c>(
        &self,
        connection: &'c Connection,
        sql: &str,
    ) -> Result<CachedStatement<'c>, MetricError> {
        let sql = sql
            .replace("{group}", self.query.dimension.sql())
            .replace("{filter}", &self.conditions.join(" AND "));
        let mut statement = connection.prepare_cached(&sql)?;
        for (name, value) in &self.bound {
            if let Some(index) = statement.parameter_index(name)? {
                statement.raw_bind_parameter(index, value)?;
            }
        }
        Ok(statement)
    }
}

/// The values of a metric, in order of their keys. Errors: a metric or a dimension that is not
/// known, a picture that cannot be read.
pub fn evaluate(connection: &Connection, query: &Query) -> Result<Vec<Value>, MetricError> {
    let asked = Asked::of(query)?;
    let (behind, value) = asked.parts();
    let mut statement = asked.prepare(connection, &format!("{behind}\n{value}"))?;
    let mut found = statement.raw_query();
    let mut values = Vec::new();
    while let Some(row) = found.next()? {
        let (numerator, denominator) = (row.get(1)?, row.get(2)?);
        values.push(Value {
            key: row.get(0)?,
            numerator,
            denominator,
            value: asked.metric.value(numerator, denominator),
            rows_count: row.get(3)?,
        });
    }
    let is_sum = asked.metric.shape == Shape::Sum;
    if values.is_empty() && is_sum && query.dimension == Dimension::Whole {
        values.push(Value {
            key: String::new(),
            numerator: 0,
            denominator: 1,
            value: Some(0),
            rows_count: 0,
        });
    }
    Ok(values)
}

/// The rows behind the value of a key, in order of their days, at most so many, after a place.
/// Errors: as of [`evaluate`].
pub fn behind(
    connection: &Connection,
    query: &Query,
    key: &str,
    limit: usize,
    after: Option<&After>,
) -> Result<Vec<RowBehind>, MetricError> {
    let mut asked = Asked::of(query)?;
    let (behind, _) = asked.parts();
    asked
        .conditions
        .push("{group} = :key".replace("{group}", query.dimension.sql()));
    asked.bound.push((":key", key.to_owned().into()));
    if let Some(after) = after {
        let condition = "(day, position, subject) > (:after_day, :after_position, :after_subject)";
        asked.conditions.push(condition.to_owned());
        asked.bound.push((":after_day", after.day.clone().into()));
        asked.bound.push((":after_position", after.position.into()));
        asked
            .bound
            .push((":after_subject", after.subject.clone().into()));
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    asked.bound.push((":limit", limit.into()));
    let sql = format!(
        "{behind}\nSELECT position, stream, subject, day, amount_fen, part, whole FROM behind \
         WHERE {{filter}} ORDER BY day, position, subject LIMIT :limit"
    );
    let mut statement = asked.prepare(connection, &sql)?;
    let mut found = statement.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        rows.push(RowBehind {
            position: row.get(0)?,
            stream: row.get(1)?,
            subject: row.get(2)?,
            day: row.get(3)?,
            amount_fen: row.get(4)?,
            part: row.get(5)?,
            whole: row.get(6)?,
        });
    }
    Ok(rows)
}
