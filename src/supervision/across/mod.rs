//! What no single stream shows: rules applied to cases that are found in a picture.
//!
//! For: facts over the tables of a picture (plans of one unit together, a region that fell silent,
//! what a system says that it sent), and what the rules of the packs say of them, as rows of the
//! picture. Not for: facts of one stream, which [`crate::rules::facts`] find; what a rule says of
//! a case, which is the same code for both ([`crate::rules::Law::apply_cases`]).
//!
//! *Invariants*: a function of the picture's tables, the packs, the calendar and the day. Totals of
//! a business day that an earlier call made ([`DAY_TOTALS`]) are taken over only where their events
//! are the same: a picture that is made anew says the same. Every fact that is declared as one of
//! pictures is found here. The tables' indexes have to be there: without them it takes for ever.
//!
//! Read next: [`Search`], then one module a family of facts.

mod mall;
mod regions;
mod reserved;
mod splits;
pub mod sync;

#[cfg(test)]
mod tests;

use std::{cell::OnceCell, collections::HashMap, rc::Rc, sync::LazyLock};

use chrono::{Datelike as _, NaiveDate};
use rusqlite::Connection;

use super::{
    sight::Row,
    tables::DAY_TOTALS,
    verdicts::{FINDINGS, OBLIGATIONS, Whose},
};
use crate::{
    domain::values::{StreamKind, StreamName},
    ledger::law::Stages,
    models::{ModelError, tables::Table},
    rules::{
        Law, Parameters, Rule, Waiver,
        case::Whole,
        pack::Asks,
        replay,
        verdict::{Finding, Judgement},
    },
};

/// Whose rows they are: no stream's.
pub const OWNER: i64 = -1;
/// The tables that have rows of that owner.
pub const TABLES: [&Table; 3] = [&OBLIGATIONS, &FINDINGS, &DAY_TOTALS];

/// Finds the cases of a fact.
type Find = fn(&Search<'_>, &Rule) -> Result<Vec<Whole>, ModelError>;

/// The facts by their names in packs.
const FACTS: [(&str, Find); 7] = [
    ("purchases_split", splits::purchases_split),
    ("mall_penetration", mall::mall_penetration),
    ("region_heard", regions::region_heard),
    ("batch_totals", sync::batch_totals),
    ("large_plans_reserved", reserved::large_plans),
    ("large_works_plans_reserved", reserved::large_works_plans),
    ("small_micro_reserved", reserved::small_micro),
];

/// A picture that is searched, at the end of a day.
pub struct Search<'a> {
    /// The picture.
    connection: &'a Connection,
    /// The day.
    today: NaiveDate,
    /// Batch reports beside the ledger's totals, once they were asked for.
    reports: OnceCell<Vec<sync::Report>>,
}

/// What cases of a fact depend on in a rule: versions that agree in it share them.
type Key = (&'static str, Parameters, Option<u32>);

fn key_of(rule: &Rule) -> Key {
    (rule.fact.name, rule.parameters, length_of(rule))
}

/// The days that a deadline has.
fn length_of(rule: &Rule) -> Option<u32> {
    match &rule.asks {
        Asks::Deadline { length, .. } => *length,
        _ => None,
    }
}

impl<'a> Search<'a> {
    fn new(connection: &'a Connection, today: NaiveDate) -> Self {
        Self {
            connection,
            today,
            reports: OnceCell::new(),
        }
    }

    /// Batch reports beside the ledger's totals.
    fn reports(&self) -> Result<&[sync::Report], ModelError> {
        if self.reports.get().is_none() {
            let found = sync::reports(self.connection)?;
            return Ok(self.reports.get_or_init(|| found));
        }
        Ok(self.reports.get().map_or(&[], Vec::as_slice))
    }

    fn cases(&self, rule: &Rule) -> Result<Vec<Whole>, ModelError> {
        let of = FACTS.iter().find(|(name, _)| *name == rule.fact.name);
        of.map_or_else(|| Ok(Vec::new()), |(_, find)| find(self, rule))
    }
}

/// What rules say of a picture, and whose each part of it is.
#[derive(Default)]
struct Said {
    judgement: Judgement,
    whose: HashMap<(String, String), Rc<Whole>>,
}

impl Said {
    /// Applies the rules of all packs.
    fn of(search: &Search<'_>, law: &Law) -> Result<Self, ModelError> {
        let mut said = Self::default();
        let mut found = HashMap::<Key, Rc<Vec<Whole>>>::new();
        let rules = law.packs.rules().filter(|rule| rule.fact.is_of_pictures());
        for rule in rules {
            let key = key_of(rule);
            let wholes = match found.get(&key) {
                Some(wholes) => Rc::clone(wholes),
                None => {
                    let wholes = Rc::new(search.cases(rule)?);
                    found.insert(key, Rc::clone(&wholes));
                    wholes
                }
            };
            said.take(law.apply_cases(rule, &wholes, search.today), &wholes);
        }
        law.settle(&mut said.judgement, &waivers(search.connection)?);
        Ok(said)
    }

    /// Takes in what one rule says of cases.
    fn take(&mut self, of: Judgement, wholes: &[Whole]) {
        let by_subject: HashMap<&str, &Whole> = wholes
            .iter()
            .map(|whole| (whole.case.subject.as_str(), whole))
            .collect();
        let obligations = of.obligations.iter().map(|of| (&of.rule_id, &of.subject));
        let findings = of.findings.iter().map(|of| (&of.rule_id, &of.subject));
        for (rule_id, subject) in obligations.chain(findings) {
            if let Some(whole) = by_subject.get(subject.as_str()) {
                let key = (rule_id.clone(), subject.clone());
                self.whose
                    .entry(key)
                    .or_insert_with(|| Rc::new((*whole).clone()));
            }
        }
        self.judgement.obligations.extend(of.obligations);
        self.judgement.findings.extend(of.findings);
        self.judgement.kept.extend(of.kept);
        self.judgement.passed_over.extend(of.passed_over);
    }

    fn whose(&self, rule_id: &str, subject: &str) -> Option<&Whole> {
        let key = (rule_id.to_owned(), subject.to_owned());
        self.whose.get(&key).map(Rc::as_ref)
    }

    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for of in &self.judgement.obligations {
            let whole = self.whose(&of.rule_id, &of.subject);
            rows.extend(whole.map(|whole| whose(whole).obligation(of)));
        }
        for of in &self.judgement.findings {
            let whole = self.whose(&of.rule_id, &of.subject);
            rows.extend(whole.map(|whole| whose(whole).finding(of)));
        }
        rows
    }
}

/// Events of several streams have no stage in common.
fn none() -> &'static Stages {
    static NONE: LazyLock<Stages> = LazyLock::new(Stages::default);
    &NONE
}

fn whose(whole: &Whole) -> Whose<'_> {
    Whose {
        position: OWNER,
        stream: &whole.stream,
        region_code: &whole.region_code,
        unit: &whole.unit,
        stages: none(),
    }
}

/// What the rules of packs say of a picture at the end of a day, as rows of [`TABLES`] whose
/// position is [`OWNER`]. Whoever writes them replaces all rows of that owner.
///
/// # Errors
/// Those of the file.
pub fn rows(connection: &Connection, law: &Law, today: NaiveDate) -> Result<Vec<Row>, ModelError> {
    let search = Search::new(connection, today);
    let said = Said::of(&search, law)?;
    let mut rows = said.rows();
    let reports = search.reports.get().map_or(&[][..], Vec::as_slice);
    rows.extend(reports.iter().flat_map(sync::Report::rows));
    Ok(rows)
}

/// A stream and a finding of it, as it is and as it would be.
pub type Changed = (StreamName, Option<Finding>, Option<Finding>);

/// What another law would find otherwise in a picture at the end of a day.
///
/// # Errors
/// Those of the file.
pub fn changes(
    connection: &Connection,
    (before, after): (&Law, &Law),
    today: NaiveDate,
) -> Result<Vec<Changed>, ModelError> {
    let search = Search::new(connection, today);
    let (was, now) = (Said::of(&search, before)?, Said::of(&search, after)?);
    let found = |said: &Said| said.judgement.findings.clone();
    let changes = replay::changes(found(&was), found(&now));
    let with_stream = |(before, after): (Option<Finding>, Option<Finding>)| {
        let (of, said) = match (&before, &after) {
            (Some(of), _) => (of, &was),
            (None, of) => (of.as_ref()?, &now),
        };
        let stream = said.whose(&of.rule_id, &of.subject)?.stream.clone();
        Some((stream, before, after))
    };
    Ok(changes.pairs().filter_map(with_stream).collect())
}

/// The waivers of findings in all streams.
fn waivers(connection: &Connection) -> Result<Vec<Waiver>, ModelError> {
    let sql = "SELECT rule_id, subject, evidence FROM waivers ORDER BY position, rule_id, subject";
    let mut statement = connection.prepare_cached(sql)?;
    let waivers = statement.query_map([], |row| {
        Ok(Waiver {
            rule_id: row.get(0)?,
            subject: row.get(1)?,
            evidence: positions(&row.get::<_, String>(2)?),
        })
    })?;
    Ok(waivers.collect::<Result<_, _>>()?)
}

/// Numbers between commas.
fn positions(text: &str) -> Vec<u64> {
    let each = text.split(',').filter_map(|each| each.parse().ok());
    each.collect()
}

/// A day as the tables write it.
fn parsed(day: &str) -> NaiveDate {
    day.parse().unwrap_or_default()
}

/// The last day of a year.
fn last_day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX)
}

/// The stream of a unit, in the prefecture of a stream that tells of it.
fn stream_of_unit(unit: &str, told_in: &str) -> StreamName {
    let partition = told_in.split('/').nth(1).unwrap_or_default();
    StreamName {
        kind: StreamKind::Unit,
        partition: partition.to_owned(),
        id: unit.to_owned(),
    }
}

/// Whether a year is over at the end of a day.
fn is_over(year: i32, today: NaiveDate) -> bool {
    today.year() > year || today == last_day(year)
}
