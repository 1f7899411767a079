//! How much of what units buy below the threshold they buy in the e-mall (任务10).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::{Connection, Row};

use super::{Search, last_day, parsed, positions, stream_of_unit};
use crate::{
    models::ModelError,
    rules::{
        Rule,
        case::{Body, Case, Whole},
    },
    supervision::metrics::Metric,
};

/// The share by amount: a finding and the metric never differ.
const METRIC: &str = "M-10A";

/// The metric by unit and year. A stream that the unit itself is told in knows its region best.
const SHARES: &str = "\
SELECT unit, CAST(substr(day, 1, 4) AS INTEGER), sum(part), sum(whole), max(stream), region_code
FROM behind WHERE day <> '' GROUP BY 1, 2 ORDER BY 1, 2";

/// What was bought outside, as the metric counts it.
const OUTSIDE: &str = "\
SELECT unit, CAST(substr(day, 1, 4) AS INTEGER), day, evidence FROM small_purchases AS s
WHERE is_in_mall = 0 AND is_exempt = 0 AND is_below_limit = 1 AND NOT EXISTS (
  SELECT 1 FROM orders AS o WHERE o.unit = s.unit AND o.order_no = s.purchase_id
)
ORDER BY day, position, subject";

/// The first day on which a unit bought outside in a year, and the events.
type Outside = BTreeMap<(String, i32), (NaiveDate, Vec<u64>)>;

fn outside(connection: &Connection) -> Result<Outside, ModelError> {
    let mut statement = connection.prepare_cached(OUTSIDE)?;
    let mut found = statement.query([])?;
    let mut outside = Outside::new();
    while let Some(row) = found.next()? {
        let key = (row.get(0)?, row.get(1)?);
        let on = parsed(&row.get::<_, String>(2)?);
        let (_, evidence) = outside.entry(key).or_insert((on, Vec::new()));
        evidence.extend(positions(&row.get::<_, String>(3)?));
    }
    Ok(outside)
}

/// What a unit bought below the threshold in a year.
struct Share {
    unit: String,
    year: i32,
    part: i64,
    whole: i64,
    told_in: String,
    region_code: String,
}

fn share(row: &Row<'_>) -> rusqlite::Result<Share> {
    Ok(Share {
        unit: row.get(0)?,
        year: row.get(1)?,
        part: row.get(2)?,
        whole: row.get(3)?,
        told_in: row.get(4)?,
        region_code: row.get(5)?,
    })
}

/// One case for each unit and year in which it bought something below the threshold.
pub(super) fn mall_penetration(search: &Search<'_>, _: &Rule) -> Result<Vec<Whole>, ModelError> {
    let Some(metric) = Metric::by_id(METRIC) else {
        return Ok(Vec::new());
    };
    let mut outside = outside(search.connection)?;
    let sql = format!("{}\n{SHARES}", metric.rows_sql());
    let mut statement = search.connection.prepare_cached(&sql)?;
    let shares = statement.query_map([], share)?;
    let whole = |share: Share| {
        let year = share.year;
        let (on, evidence) = outside
            .remove(&(share.unit.clone(), year))
            .unwrap_or((last_day(year).min(search.today), Vec::new()));
        let stream = stream_of_unit(&share.unit, &share.told_in);
        Whole {
            case: Case {
                subject: format!("{stream}/{year}"),
                on,
                evidence,
                body: Body::Ratio {
                    part: share.part.into(),
                    whole: share.whole.into(),
                },
            },
            stream,
            region_code: share.region_code,
            unit: share.unit,
        }
    };
    let shares = shares.collect::<Result<Vec<_>, _>>()?;
    Ok(shares.into_iter().map(whole).collect())
}
