//! Metrics over a picture: one SQL file each, by region, unit, supplier, agency and period.
//!
//! A file has two parts. The first names the rows behind the metric, `behind`: whose they are,
//! their day, who takes part, what counts in the numerator (`part`) and in the denominator
//! (`whole`). The second, after the line `-- value`, makes of them one line a group. `{group}` and
//! `{filter}` are filled in from closed lists; what a caller gives is bound, never written into a
//! statement.

mod catalogue;
mod query;

use std::fmt::Write as _;

pub use self::{
    catalogue::CATALOGUE,
    query::{After, Filters, MetricError, Period, Query, RowBehind, Value, behind, evaluate},
};

/// What values are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// By nothing: one value of all.
    Whole,
    /// By region.
    Region,
    /// By the unit that buys, or whose duty it is.
    Unit,
    /// By supplier.
    Supplier,
    /// By agency.
    Agency,
    /// By month of the row's day: `2023-09`.
    Month,
    /// By quarter of the row's day: `2023-Q3`.
    Quarter,
    /// By year of the row's day: `2023`.
    Year,
    /// By stage of the closed loop.
    Stage,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 9] = [
        Self::Whole,
        Self::Region,
        Self::Unit,
        Self::Supplier,
        Self::Agency,
        Self::Month,
        Self::Quarter,
        Self::Year,
        Self::Stage,
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Region => "region",
            Self::Unit => "unit",
            Self::Supplier => "supplier",
            Self::Agency => "agency",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Stage => "stage",
        }
    }

    /// What stands for `{group}` in a file.
    fn sql(self) -> &'static str {
        match self {
            Self::Whole => "''",
            Self::Region => "region_code",
            Self::Unit => "unit",
            Self::Supplier => "supplier",
            Self::Agency => "agency",
            Self::Month => "substr(day, 1, 7)",
            Self::Quarter => {
                "substr(day, 1, 4) || '-Q' || ((CAST(substr(day, 6, 2) AS INTEGER) + 2) / 3)"
            }
            Self::Year => "substr(day, 1, 4)",
            Self::Stage => "stage",
        }
    }
}

/// What a metric's value is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Basis points.
    Bp,
    /// Fen.
    Fen,
    /// Hundredths of a day.
    Days,
    /// Things.
    Count,
    /// Hundredths of a thing, where things are shared out.
    CountEach,
}

impl Unit {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bp => "bp",
            Self::Fen => "fen",
            Self::Days => "days x100",
            Self::Count => "count",
            Self::CountEach => "count x100",
        }
    }
}

/// How a value is made of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A part of a whole: both are summed over the rows.
    Share,
    /// A sum, or a number of rows; the denominator is 1, and nothing sums up to 0.
    Sum,
    /// A mean, weighted: both are summed over the rows.
    Mean,
    /// The row in the middle, or the mean of the two.
    Median,
    /// The least that 95 % of what counts does not exceed.
    Percentile95,
}

/// What a period bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bounds {
    /// The days of the rows.
    Rows,
    /// What the rows are tested for; which rows there are tells how things stand.
    Acts,
    /// Nothing: the metric tells how things stand on the day of the picture.
    Nothing,
}

/// A metric of the catalogue.
#[derive(Debug)]
pub struct Metric {
    /// Its id.
    pub id: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// Its name in English.
    pub en: &'static str,
    /// How it is made, in Chinese.
    pub formula_zh: &'static str,
    /// The same in English.
    pub formula_en: &'static str,
    /// What its value is in.
    pub unit: Unit,
    /// What the numerator is multiplied with before it is divided, to give a value of the unit.
    pub scale: i64,
    /// How it is made of its rows.
    pub shape: Shape,
    /// The task that it serves, law and article.
    pub source: &'static str,
    /// How sure that is: `C` confirmed, `K` known, `D` decided here, with the text after a colon.
    pub confidence: &'static str,
    /// What it can be grouped by; regions, units, suppliers and agencies among these filter it too.
    pub dimensions: &'static [Dimension],
    /// What a period bounds.
    pub bounds: Bounds,
    /// Its file.
    pub sql: &'static str,
}

impl Metric {
    /// A metric by its id.
    pub fn by_id(id: &str) -> Option<&'static Self> {
        CATALOGUE.iter().copied().find(|metric| metric.id == id)
    }

    /// The first part of its file: the rows behind it, as `behind`.
    pub fn rows_sql(&self) -> &'static str {
        query::parts(self.sql).0
    }

    /// The value of a numerator and a denominator, rounded down; none of nothing.
    pub fn value(&self, numerator: i64, denominator: i64) -> Option<i64> {
        let scaled = i128::from(numerator) * i128::from(self.scale);
        let value = scaled.checked_div_euclid(denominator.into())?;
        i64::try_from(value).ok()
    }
}

/// The catalogue as the documentation shows it.
pub fn document() -> String {
    let mut text = String::from(
        "| id | 指标 metric | 公式 formula | unit | by | source | confidence |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for metric in CATALOGUE.iter() {
        let dimensions = metric.dimensions.iter().map(|dimension| dimension.as_str());
        let _ = writeln!(
            text,
            "| {} | {} {} | {} {} | {} | {} | {} | {} |",
            metric.id,
            metric.zh,
            metric.en,
            metric.formula_zh,
            metric.formula_en,
            metric.unit.as_str(),
            dimensions.collect::<Vec<_>>().join(", "),
            metric.source,
            metric.confidence,
        );
    }
    text
}
