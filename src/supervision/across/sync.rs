//! What source systems say that they sent, beside what the ledger has of it (domain 0.7).

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
};

use chrono::NaiveDate;
use rusqlite::{Connection, Row as SqlRow, types::Value};
use sha2::{Digest as _, Sha256};

use super::{OWNER, Search, parsed, positions};
use crate::{
    domain::values::{StreamKind, StreamName, hex, money::yuan},
    models::ModelError,
    rules::{
        Rule,
        case::{Body, Case, Whole},
    },
    supervision::{sight::Row, tables::DAY_TOTALS},
};

/// Digits of an event id as the tables write it.
const ID_DIGITS: usize = 32;
/// A digest that SHA-256 cannot be compared with.
const OTHER_DIGEST: &str = "sm3:";

/// The newest report of each system and business day.
const REPORTS: &str = "\
SELECT system, day, on_day, recorded_on, max(event_at), events_count, sums, digest, stream,
       region_code, evidence
FROM sync_batches WHERE day <> '' GROUP BY system, day ORDER BY system, day";

/// Sums of control amounts by type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<String, i128>);

impl Sums {
    /// Adds an amount of a type.
    pub fn add(&mut self, event_type: &str, fen: i128) {
        match self.0.get_mut(event_type) {
            Some(sum) => *sum += fen,
            None => drop(self.0.insert(event_type.to_owned(), fen)),
        }
    }

    /// As tables write them: `ContractSigned:500,PlanFiled:700`.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (event_type, fen) in &self.0 {
            let comma = if text.is_empty() { "" } else { "," };
            let _ = write!(text, "{comma}{event_type}:{fen}");
        }
        text
    }

    /// Adds sums that a table holds.
    fn add_text(&mut self, text: &str) {
        for each in text.split(',') {
            if let Some((event_type, fen)) = each.split_once(':')
                && let Ok(fen) = fen.parse()
            {
                self.add(event_type, fen);
            }
        }
    }

    /// Types of which they differ from others: the type, what is here and what is there. A type
    /// without a sum has one of nothing.
    fn differences<'a>(&'a self, other: &'a Self) -> Vec<(&'a str, i128, i128)> {
        let types = self.0.keys().chain(other.0.keys());
        let mut types: Vec<&str> = types.map(String::as_str).collect();
        types.sort_unstable();
        types.dedup();
        let fen = |of: &Self, event_type| of.0.get(event_type).copied().unwrap_or_default();
        let each = types
            .into_iter()
            .map(|of| (of, fen(self, of), fen(other, of)));
        each.filter(|(_, here, there)| here != there).collect()
    }
}

/// What tells a set of event ids from another where their number is the same: their sum over many
/// events is one of numbers.
pub fn fingerprint(id: &[u8; 16]) -> i64 {
    id[..5]
        .iter()
        .fold(0, |sum, byte| sum << 8 | i64::from(*byte))
}

/// The newest day of recording. What is recorded never goes back in time, so that all of the days
/// before it is there.
const NEWEST: &str = "\
WITH RECURSIVE systems(system) AS (
  SELECT min(system) FROM event_totals
  UNION ALL
  SELECT (SELECT min(system) FROM event_totals AS t WHERE t.system > systems.system)
  FROM systems WHERE systems.system IS NOT NULL
)
SELECT ifnull(max((SELECT max(recorded_on) FROM event_totals AS t
                   WHERE t.system = systems.system)), '')
FROM systems";

/// What was made before.
const KEPT: &str = "\
SELECT system, business_day, is_recorded, recorded_until, is_final, events_count, fingerprint,
       sums, digest
FROM day_totals WHERE position = ?1";

/// The ledger's totals of a system and a day.
#[derive(Clone)]
struct Total {
    is_recorded: bool,
    until: String,
    is_final: bool,
    count: i64,
    fingerprint: i64,
    sums: Sums,
    digest: String,
}

/// A batch report, and the ledger's totals that it may agree with.
pub(super) struct Report {
    system: String,
    day: String,
    on: NaiveDate,
    recorded_on: String,
    count: i64,
    sums: Sums,
    digest: String,
    stream: String,
    region_code: String,
    evidence: Vec<u64>,
    totals: Vec<Total>,
}

fn report(row: &SqlRow<'_>) -> rusqlite::Result<Report> {
    let mut sums = Sums::default();
    sums.add_text(&row.get::<_, String>(6)?);
    Ok(Report {
        system: row.get(0)?,
        day: row.get(1)?,
        on: parsed(&row.get::<_, String>(2)?),
        recorded_on: row.get(3)?,
        count: row.get(5)?,
        sums,
        digest: row.get(7)?,
        stream: row.get(8)?,
        region_code: row.get(9)?,
        evidence: positions(&row.get::<_, String>(10)?),
        totals: Vec::new(),
    })
}

/// What is known before totals are made.
struct Known {
    /// The newest day of recording.
    newest: String,
    /// Totals that were made before, by system, day and reading.
    kept: HashMap<(String, String, bool), Total>,
}

impl Known {
    fn of(connection: &Connection) -> Result<Self, ModelError> {
        let mut statement = connection.prepare_cached(NEWEST)?;
        let newest = statement.query_row([], |row| row.get(0))?;
        let mut statement = connection.prepare_cached(KEPT)?;
        let kept = statement.query_map([OWNER], |row| {
            let mut sums = Sums::default();
            sums.add_text(&row.get::<_, String>(7)?);
            let total = Total {
                is_recorded: row.get(2)?,
                until: row.get(3)?,
                is_final: row.get(4)?,
                count: row.get(5)?,
                fingerprint: row.get(6)?,
                sums,
                digest: row.get(8)?,
            };
            Ok(((row.get(0)?, row.get(1)?, total.is_recorded), total))
        })?;
        Ok(Self {
            newest,
            kept: kept.collect::<Result<_, _>>()?,
        })
    }
}

/// Every report with the ledger's totals beside it.
pub(super) fn reports(connection: &Connection) -> Result<Vec<Report>, ModelError> {
    let mut known = Known::of(connection)?;
    let mut statement = connection.prepare_cached(REPORTS)?;
    let found = statement.query_map([], report)?;
    let mut reports = found.collect::<Result<Vec<_>, _>>()?;
    for report in &mut reports {
        report.compare(connection, &mut known)?;
    }
    Ok(reports)
}

/// The events of one reading of a business day. An event may be dated some minutes ahead, so that
/// one of a day may be recorded on the day before.
fn events_of(is_recorded: bool) -> &'static str {
    match is_recorded {
        false => {
            "FROM event_totals WHERE system = ?1 AND occurred_on = ?2
             AND recorded_on BETWEEN date(?2, '-1 day') AND ?3"
        }
        true => "FROM event_totals WHERE system = ?1 AND recorded_on = ?2 AND recorded_on = ?3",
    }
}

impl Report {
    /// Looks up the events that happened on the day, and where these do not agree, those that were
    /// recorded on it.
    fn compare(&mut self, connection: &Connection, known: &mut Known) -> Result<(), ModelError> {
        for is_recorded in [false, true] {
            let total = self.total(connection, known, is_recorded)?;
            let agrees = self.differences(&total).is_empty();
            self.totals.push(total);
            if agrees {
                break;
            }
        }
        Ok(())
    }

    /// The totals of one reading; those that were made before where their events are the same.
    fn total(
        &self,
        connection: &Connection,
        known: &mut Known,
        is_recorded: bool,
    ) -> Result<Total, ModelError> {
        let until = if is_recorded {
            &self.day
        } else {
            &self.recorded_on
        };
        let key = (self.system.clone(), self.day.clone(), is_recorded);
        let kept = known.kept.remove(&key);
        let kept = kept.filter(|kept| kept.until == *until);
        if let Some(kept) = kept.as_ref().filter(|kept| kept.is_final) {
            return Ok(kept.clone());
        }
        let events = events_of(is_recorded);
        let params = [&self.system, &self.day, until];
        let sql =
            format!("SELECT ifnull(sum(events_count), 0), ifnull(sum(fingerprint), 0) {events}");
        let mut statement = connection.prepare_cached(&sql)?;
        let (count, fingerprint) =
            statement.query_row(params, |row| Ok((row.get(0)?, row.get(1)?)))?;
        let is_final = known.newest > *until;
        let is_same = |kept: &Total| (kept.count, kept.fingerprint) == (count, fingerprint);
        if let Some(kept) = kept.filter(is_same) {
            return Ok(Total { is_final, ..kept });
        }
        let mut total = Total {
            is_recorded,
            until: until.clone(),
            is_final,
            count,
            fingerprint,
            sums: Sums::default(),
            digest: String::new(),
        };
        let mut statement = connection.prepare_cached(&format!("SELECT sums, ids {events}"))?;
        let mut found = statement.query(params)?;
        let mut ids: Vec<[u8; 16]> = Vec::new();
        while let Some(row) = found.next()? {
            total.sums.add_text(&row.get::<_, String>(0)?);
            ids.extend(read_ids(&row.get::<_, String>(1)?));
        }
        ids.sort_unstable();
        total.digest = hex(&Sha256::digest(ids.concat()));
        Ok(total)
    }

    /// In what a report and totals differ, in words.
    fn differences(&self, total: &Total) -> Vec<String> {
        let mut wrong = Vec::new();
        let (said, there) = (self.count, total.count);
        if said != there {
            wrong.push(format!(
                "所报{said}笔，账本{there}笔 {said} events reported, {there} in the ledger"
            ));
        }
        for (event_type, said, there) in self.sums.differences(&total.sums) {
            let (said, there) = (yuan(said), yuan(there));
            wrong.push(format!(
                "{event_type}所报{said}元，账本{there}元 {event_type}: {said} yuan reported, {there} \
                 in the ledger"
            ));
        }
        let is_comparable = !self.digest.starts_with(OTHER_DIGEST);
        if wrong.is_empty() && is_comparable && self.digest != total.digest {
            wrong.push("事件编号的摘要不一致 the digests of the event ids differ".to_owned());
        }
        wrong
    }

    /// The ledger's totals as rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.totals.iter().map(|total| {
            let row = vec![
                Value::Integer(OWNER),
                Value::Text(self.system.clone()),
                Value::Text(self.day.clone()),
                Value::Integer(total.is_recorded.into()),
                Value::Text(total.until.clone()),
                Value::Integer(total.is_final.into()),
                Value::Integer(total.count),
                Value::Integer(total.fingerprint),
                Value::Text(total.sums.to_text()),
                Value::Text(total.digest.clone()),
            ];
            (&DAY_TOTALS, row)
        })
    }

    fn whole(&self) -> Whole {
        let each = self.totals.iter().map(|total| self.differences(total));
        let wrong = each.min_by_key(Vec::len).unwrap_or_default();
        let stream = StreamName::parse(&self.stream).unwrap_or_else(|_| StreamName {
            kind: StreamKind::System,
            partition: String::new(),
            id: self.system.clone(),
        });
        Whole {
            case: Case {
                subject: format!("{stream}/{}", self.day),
                on: self.on,
                evidence: self.evidence.clone(),
                body: Body::Content(wrong),
            },
            stream,
            region_code: self.region_code.clone(),
            unit: String::new(),
        }
    }
}

/// Event ids that a table holds one after the other.
fn read_ids(text: &str) -> impl Iterator<Item = [u8; 16]> + '_ {
    let ids = (0..text.len() / ID_DIGITS).filter_map(move |at| {
        let digits = text.get(at * ID_DIGITS..(at + 1) * ID_DIGITS)?;
        u128::from_str_radix(digits, 16).ok()
    });
    ids.map(u128::to_be_bytes)
}

/// One case for each business day that a system reported; the newest report counts.
pub(super) fn batch_totals(search: &Search<'_>, _: &Rule) -> Result<Vec<Whole>, ModelError> {
    Ok(search.reports()?.iter().map(Report::whole).collect())
}
