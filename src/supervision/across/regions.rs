//! Regions that are live and fall silent (任务11).

use chrono::NaiveDate;
use rusqlite::{Connection, Row};

use super::{Search, length_of, parsed, positions};
use crate::{
    domain::values::StreamName,
    models::ModelError,
    rules::{
        Rule,
        case::{Body, Case, Clock, Done, Whole},
    },
};

/// Regions that are live.
const LIVE: &str = "\
SELECT stream, region_code, day, evidence, is_county FROM regions
WHERE day <> '' ORDER BY position";

/// Days of a region with events since one: each is looked up in the index, so that a year of a busy
/// region costs as much as that of a quiet one.
const DAYS: &str = "\
WITH RECURSIVE heard(day) AS (
  SELECT min(day) FROM sources WHERE region_code = ?1 AND day >= ?2
  UNION ALL
  SELECT (SELECT min(day) FROM sources WHERE region_code = ?1 AND day > heard.day)
  FROM heard WHERE heard.day IS NOT NULL
)
SELECT day FROM heard WHERE day IS NOT NULL";

/// The first event of a region on a day.
const EVENT: &str = "SELECT min(event_at) FROM sources WHERE region_code = ?1 AND day = ?2";

/// A region that is live.
struct Live {
    stream: String,
    region_code: String,
    since: NaiveDate,
    evidence: Vec<u64>,
    is_county: bool,
}

fn live(row: &Row<'_>) -> rusqlite::Result<Live> {
    Ok(Live {
        stream: row.get(0)?,
        region_code: row.get(1)?,
        since: parsed(&row.get::<_, String>(2)?),
        evidence: positions(&row.get::<_, String>(3)?),
        is_county: row.get(4)?,
    })
}

/// A case for the days since the last event of each region, and for each silence before that was
/// longer than the rule allows.
pub(super) fn region_heard(search: &Search<'_>, rule: &Rule) -> Result<Vec<Whole>, ModelError> {
    let connection = search.connection;
    let longest = i64::from(length_of(rule).unwrap_or_default());
    let mut statement = connection.prepare_cached(LIVE)?;
    let regions = statement.query_map([], live)?;
    let mut wholes = Vec::new();
    for region in regions {
        let region = region?;
        let Ok(stream) = StreamName::parse(&region.stream) else {
            continue;
        };
        let mut add = |on: NaiveDate, evidence: Vec<u64>, body: Body| {
            let case = Case {
                subject: format!("{stream}/{on}"),
                on,
                evidence,
                body,
            };
            wholes.push(Whole {
                case,
                stream: stream.clone(),
                region_code: region.region_code.clone(),
                unit: String::new(),
            });
        };
        if !region.is_county {
            let reason = "该区划不承担此任务 the task is not this region's".to_owned();
            add(
                region.since,
                region.evidence.clone(),
                Body::NotApplicable(reason),
            );
            continue;
        }
        let mut from = region.since;
        for day in days(connection, &region)? {
            if (day - from).num_days() > longest {
                let done = Done {
                    on: day,
                    evidence: event(connection, &region, day)?,
                };
                let clock = Clock {
                    done: Some(done),
                    ..Clock::default()
                };
                add(from, since(connection, &region, from)?, Body::Clock(clock));
            }
            from = day;
        }
        let evidence = since(connection, &region, from)?;
        add(from, evidence, Body::Clock(Clock::default()));
    }
    Ok(wholes)
}

fn days(connection: &Connection, region: &Live) -> Result<Vec<NaiveDate>, ModelError> {
    let mut statement = connection.prepare_cached(DAYS)?;
    let since = region.since.to_string();
    let days = statement.query_map([&region.region_code, &since], |row| row.get::<_, String>(0))?;
    let days = days.collect::<Result<Vec<_>, _>>()?;
    Ok(days.iter().map(|day| parsed(day)).collect())
}

fn event(connection: &Connection, region: &Live, day: NaiveDate) -> Result<Vec<u64>, ModelError> {
    let mut statement = connection.prepare_cached(EVENT)?;
    let params = [&region.region_code, &day.to_string()];
    let at: Option<i64> = statement.query_row(params, |row| row.get(0))?;
    Ok(at.map(i64::cast_unsigned).into_iter().collect())
}

/// The events from which a silence is counted: going live, and the last before it.
fn since(connection: &Connection, region: &Live, from: NaiveDate) -> Result<Vec<u64>, ModelError> {
    let mut evidence = region.evidence.clone();
    evidence.extend(event(connection, region, from)?);
    evidence.sort_unstable();
    evidence.dedup();
    Ok(evidence)
}
