//! The catalogue: every metric with its names, formula, source and file.

mod conduct;
mod contracts;
mod money;
mod service;
mod tender;

use std::sync::LazyLock;

use super::{
    Bounds,
    Dimension::{self, Agency, Month, Quarter, Region, Stage, Supplier, Whole, Year},
    Metric,
    Shape::{self, Mean},
    Unit::{self, Bp, Count, CountEach, Days, Fen},
};

/// Every metric, in order of tasks.
pub static CATALOGUE: LazyLock<Vec<&'static Metric>> = LazyLock::new(|| {
    let families = [
        tender::METRICS,
        money::METRICS,
        conduct::METRICS,
        service::METRICS,
        contracts::METRICS,
    ];
    families.into_iter().flatten().collect()
});

/// What is told of contracts, lots and disputes.
const ALL: &[Dimension] = &[
    Whole,
    Region,
    Dimension::Unit,
    Supplier,
    Agency,
    Month,
    Quarter,
    Year,
];
/// What is told of projects.
const PROJECT: &[Dimension] = &[Whole, Region, Dimension::Unit, Agency, Month, Quarter, Year];
/// And of their stages.
const STAGES: &[Dimension] = &[
    Whole,
    Region,
    Dimension::Unit,
    Agency,
    Month,
    Quarter,
    Year,
    Stage,
];
/// What is told of disputes that are compared with others, which an agency need not handle.
const SUPPLIERS: &[Dimension] = &[
    Whole,
    Region,
    Dimension::Unit,
    Supplier,
    Month,
    Quarter,
    Year,
];
/// How units stand.
const UNITS: &[Dimension] = &[Whole, Region, Dimension::Unit];
/// What units do.
const UNIT_TIME: &[Dimension] = &[Whole, Region, Dimension::Unit, Month, Quarter, Year];
/// What units do from year to year.
const FARM: &[Dimension] = &[Whole, Region, Dimension::Unit, Year];
/// How agencies stand.
const AGENCIES: &[Dimension] = &[Whole, Region, Agency];
/// How regions stand.
const REGIONS: &[Dimension] = &[Whole, Region];
/// What happens in regions.
const REGION_TIME: &[Dimension] = &[Whole, Region, Month, Quarter, Year];

/// What a metric's value is in and how it is made, what it is grouped by, what a period bounds.
type Kind = (Unit, Shape, &'static [Dimension], Bounds);
/// Name and formula, each in Chinese and English; source, confidence.
type Words = [&'static str; 6];

/// A metric of the catalogue. A mean of basis points is in basis points already.
const fn metric(id: &'static str, words: Words, kind: Kind, sql: &'static str) -> Metric {
    let [zh, en, formula_zh, formula_en, source, confidence] = words;
    let (unit, shape, dimensions, bounds) = kind;
    let scale = match (unit, shape) {
        (Bp, Mean) | (Fen | Count, _) => 1,
        (Bp, _) => 10_000,
        (Days | CountEach, _) => 100,
    };
    Metric {
        id,
        zh,
        en,
        formula_zh,
        formula_en,
        unit,
        scale,
        shape,
        source,
        confidence,
        dimensions,
        bounds,
        sql,
    }
}
