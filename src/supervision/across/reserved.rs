//! What units reserve for small and medium enterprises in a year (财库〔2020〕46号).

use std::collections::BTreeMap;

use rusqlite::Row;

use super::{Search, is_over, last_day, positions, stream_of_unit};
use crate::{
    models::ModelError,
    rules::{
        Rule,
        case::{Body, Case, Whole},
    },
};

/// Plans above a limit: what they take of each line, what is reserved of it, whether they are fit.
const PLANS: &str = "\
SELECT p.unit, b.fiscal_year, p.stream, p.region_code, p.evidence,
       iif(p.is_unfit, 0, p.reserved_fen), iif(p.is_unfit, 0, p.amount_fen)
FROM plan_lines AS p JOIN budget_lines AS b ON b.subject = p.line
WHERE p.plan_fen > ?1 AND (substr(p.category, 1, 1) = 'B') = ?2
ORDER BY p.position, p.subject";

/// Budget lines: what they reserve, and what of that for small and micro enterprises.
const LINES: &str = "\
SELECT unit, fiscal_year, stream, region_code, evidence, small_micro_reserved_fen,
       sme_reserved_fen
FROM budget_lines WHERE is_approved = 1 ORDER BY position, subject";

/// A year of a unit.
#[derive(Default)]
struct Year {
    stream: String,
    region_code: String,
    evidence: Vec<u64>,
    part: i128,
    whole: i128,
}

/// By unit and fiscal year.
#[derive(Default)]
struct Years(BTreeMap<(String, i32), Year>);

impl Years {
    fn add(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let year = self.0.entry((row.get(0)?, row.get(1)?)).or_default();
        if year.stream.is_empty() {
            (year.stream, year.region_code) = (row.get(2)?, row.get(3)?);
        }
        year.evidence.extend(positions(&row.get::<_, String>(4)?));
        year.part += i128::from(row.get::<_, i64>(5)?);
        year.whole += i128::from(row.get::<_, i64>(6)?);
        Ok(())
    }

    /// A case of each, on the last day of the year; `none` says why nothing counts.
    fn wholes(self, search: &Search<'_>, of: &str, none: &str) -> Vec<Whole> {
        let whole = |((unit, year), of_year): ((String, i32), Year)| {
            let body = match (is_over(year, search.today), of_year.whole) {
                (false, _) => {
                    Body::NotApplicable("年度尚未终了 the year is not over yet".to_owned())
                }
                (true, 0) => Body::NotApplicable(none.to_owned()),
                (true, whole) => Body::Ratio {
                    part: of_year.part,
                    whole,
                },
            };
            let stream = stream_of_unit(&unit, &of_year.stream);
            let mut evidence = of_year.evidence;
            evidence.sort_unstable();
            evidence.dedup();
            Whole {
                case: Case {
                    subject: format!("{stream}/{year}/{of}"),
                    on: last_day(year),
                    evidence,
                    body,
                },
                stream,
                region_code: of_year.region_code,
                unit,
            }
        };
        self.0.into_iter().map(whole).collect()
    }
}

fn plans(search: &Search<'_>, rule: &Rule, of_works: bool) -> Result<Years, ModelError> {
    let mut statement = search.connection.prepare_cached(PLANS)?;
    let limit = rule.parameters.limit.unwrap_or_default();
    let mut found = statement.query((limit, of_works))?;
    let mut years = Years::default();
    while let Some(row) = found.next()? {
        years.add(row)?;
    }
    Ok(years)
}

/// Why no plan of a year counts.
const UNFIT: &str = "采购人已说明均不适宜预留 the purchaser says of all why nothing is reserved";

/// Plans of goods and services.
pub(super) fn large_plans(search: &Search<'_>, rule: &Rule) -> Result<Vec<Whole>, ModelError> {
    let years = plans(search, rule, false)?;
    Ok(years.wholes(search, "goods-services", UNFIT))
}

/// Plans of works.
pub(super) fn large_works_plans(
    search: &Search<'_>,
    rule: &Rule,
) -> Result<Vec<Whole>, ModelError> {
    let years = plans(search, rule, true)?;
    Ok(years.wholes(search, "works", UNFIT))
}

/// Budget lines.
pub(super) fn small_micro(search: &Search<'_>, _: &Rule) -> Result<Vec<Whole>, ModelError> {
    let mut statement = search.connection.prepare_cached(LINES)?;
    let mut found = statement.query([])?;
    let mut years = Years::default();
    while let Some(row) = found.next()? {
        years.add(row)?;
    }
    let none = "预算未预留给中小企业 the budget reserves nothing for such enterprises";
    Ok(years.wholes(search, "small-micro", none))
}
