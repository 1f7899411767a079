//! Histories of a city, and what rules say of the picture that they leave.

use std::sync::Arc;

use chrono::NaiveDate;
use rusqlite::{Connection, params_from_iter};

use super::super::{Said, Search, rows};
use crate::{
    domain::{
        calendar::Calendar,
        decider::HistoryItem,
        payload::payload_of,
        testkit::{
            LINE, REGION, World, budget_line_approved, part, plan_filed, plan_lot,
            threshold_profile_published,
        },
        values::StreamKind,
    },
    events::v1::{self, ProcurementMethod, ProcurementObject, event_payload::Payload},
    rules::{
        Law, Packs,
        case::{Around, Place},
        testkit::{Told, day, noon_us},
        verdict::{FindingStatus, Judgement, ObligationStatus},
    },
    supervision::{
        facts,
        sight::{self, Sight},
        tables,
        verdicts::{FINDINGS, OBLIGATIONS},
    },
    views::{AsOf, History, Timeline},
};

/// Positions of one stream lie below those of the next by so much.
const STREAM: u64 = 1_000;

/// Streams, each with its region, and the thresholds in force.
#[derive(Default)]
pub(super) struct City {
    pub(super) told: Vec<(Told, String)>,
    pub(super) thresholds: Vec<v1::ThresholdProfilePublished>,
}

impl City {
    /// Of streams that tell the regions and the thresholds themselves.
    pub(super) fn of(told: impl Iterator<Item = Told>) -> Self {
        let mut city = Self::default();
        for told in told {
            let first = told.history.items().first();
            let region = first
                .map_or("", |item| &item.fact.event.region_code)
                .to_owned();
            for item in told.history.items() {
                if let Some(Payload::ThresholdProfilePublished(e)) = payload_of(&item.fact.event)
                    && e.region == REGION
                {
                    city.thresholds.push(e.clone());
                }
            }
            city.told.push((told, region));
        }
        city
    }

    /// A stream of a region, and what it tells.
    pub(super) fn stream(
        &mut self,
        (kind, id, region): (StreamKind, &str, &str),
        tells: impl FnOnce(&mut Told),
    ) {
        let mut told = Told::of(kind, id);
        told.next = STREAM * (1 + self.told.len() as u64);
        tells(&mut told);
        self.told.push((told, region.to_owned()));
    }

    /// The kit's budget line, for 2023, changed.
    pub(super) fn line(&mut self, change: impl FnOnce(&mut v1::BudgetLineApproved)) {
        let mut line = v1::BudgetLineApproved {
            fiscal_year: 2023,
            approved_on: "2023-01-05".into(),
            ..budget_line_approved(LINE)
        };
        change(&mut line);
        self.stream((StreamKind::BudgetLine, LINE, REGION), |told| {
            told.tell(line);
        });
    }

    /// The plan of a project on the kit's budget line, by inquiry, changed; then more.
    pub(super) fn plan(
        &mut self,
        on: &str,
        fen: i64,
        change: impl FnOnce(&mut v1::PlanFiled),
        more: impl FnOnce(&mut Told),
    ) {
        let id = format!("PJ-{}", self.told.len());
        let mut plan = v1::PlanFiled {
            plan_id: format!("PL-{id}"),
            method: ProcurementMethod::Inquiry.into(),
            budget_parts: vec![part(LINE, fen)],
            amount_fen: fen,
            lots: vec![plan_lot("01", fen)],
            filed_on: on.into(),
            ..plan_filed()
        };
        change(&mut plan);
        self.stream((StreamKind::Project, &id, REGION), |told| {
            told.tell(plan);
            more(told);
        });
    }

    /// The fixture's open-tender threshold of two million yuan for goods.
    pub(super) fn threshold(&mut self) {
        self.thresholds.push(v1::ThresholdProfilePublished {
            effective_from: "2023-01-01".into(),
            object: ProcurementObject::Goods.into(),
            ..threshold_profile_published()
        });
    }

    /// The rows of all streams, without what rules say.
    fn facts(&self, as_of: AsOf, today: NaiveDate) -> Vec<sight::Row> {
        let mut all = Vec::new();
        for (told, region_code) in &self.told {
            let Some(first) = told.history.items().first() else {
                continue;
            };
            all.extend(facts::rows(&Sight {
                stream: &told.stream,
                position: first.position,
                region_code,
                timeline: &Timeline::new(&told.history, as_of),
                sent: &told.history,
                judgement: &Judgement::default(),
                around: self,
                packs: &Packs::ours(),
                calendar: &Calendar::known(),
                today,
            }));
        }
        all
    }

    /// The picture at the end of a day.
    pub(super) fn picture(&self, today: &str) -> Connection {
        let as_of = AsOf {
            legal_date: Some(day(today)),
            recorded_us: None,
        };
        self.picture_as_of(as_of, today)
    }

    /// The picture that was there at noon of a day of recording.
    pub(super) fn picture_at_noon(&self, today: &str) -> Connection {
        let as_of = AsOf {
            legal_date: None,
            recorded_us: Some(noon_us(day(today))),
        };
        self.picture_as_of(as_of, today)
    }

    fn picture_as_of(&self, as_of: AsOf, today: &str) -> Connection {
        let connection = Connection::open_in_memory().expect("opens");
        let law = [&OBLIGATIONS, &FINDINGS].map(|table| table.create() + &table.create_indexes());
        let made = connection.execute_batch(&(tables::create_all() + &law.concat()));
        made.expect("makes the tables");
        insert(&connection, self.facts(as_of, day(today)));
        connection
    }

    /// What our rules say at the end of a day.
    pub(super) fn judged(&self, today: &str) -> Judgement {
        judged_in(&self.picture(today), &Packs::ours(), today)
    }
}

/// Writes rows.
pub(super) fn insert(connection: &Connection, rows: Vec<sight::Row>) {
    for (table, values) in rows {
        let mut statement = connection
            .prepare_cached(&table.insert())
            .expect("is sound");
        let inserted = statement.execute(params_from_iter(values));
        inserted.unwrap_or_else(|error| panic!("{}: {error}", table.name));
    }
}

/// Writes what rules say, in the place of what they said before.
pub(super) fn replace(connection: &Connection, today: &str) {
    let new = rows(
        connection,
        &Law::of(Packs::ours(), Calendar::known()),
        day(today),
    )
    .expect("reads");
    for table in super::super::TABLES {
        let sql = format!("DELETE FROM {} WHERE position = -1", table.name);
        connection.execute(&sql, []).expect("deletes");
    }
    insert(connection, new);
}

/// What packs say of a picture.
pub(super) fn judged_in(connection: &Connection, packs: &Arc<Packs>, today: &str) -> Judgement {
    let law = Law::of(Arc::clone(packs), Calendar::known());
    let said = Said::of(&Search::new(connection, day(today)), &law);
    said.expect("reads").judgement
}

/// Records an event of a system, on another day than that on which it happened.
pub(super) fn send(
    told: &mut Told,
    (system, source_ref): (&str, &str),
    recorded_on: &str,
    amends: Option<u64>,
    payload: impl Into<Payload>,
) -> u64 {
    let mut fact = World::new().fact(payload.into());
    fact.stream.clone_from(&told.stream);
    fact.event.stream = told.stream.to_string();
    system.clone_into(&mut fact.event.source_system);
    source_ref.clone_into(&mut fact.event.source_ref);
    let position = told.next;
    let item = HistoryItem {
        position,
        fact: Arc::new(fact),
        amends,
    };
    told.history.push(noon_us(day(recorded_on)), item);
    told.next += 1;
    position
}

impl Around for City {
    fn organisation(&self, _: &str) -> Option<v1::RegistryView> {
        None
    }

    fn thresholds(
        &self,
        place: &Place<'_>,
        on: NaiveDate,
    ) -> Option<v1::ThresholdProfilePublished> {
        let mut profiles = self.thresholds.iter();
        let of = profiles.find(|of| of.object() == place.object && day(&of.effective_from) <= on);
        of.cloned()
    }

    fn bans(&self, _: &str) -> Vec<(NaiveDate, NaiveDate)> {
        Vec::new()
    }

    fn stream(&self, _: StreamKind, _: &str) -> Arc<History> {
        Arc::default()
    }
}

/// What a rule says, in words, one subject after the other: `pending, due …`, `late 3/1, due …`
/// (calendar and working days), `overdue 3/1, due …`, `kept`, `broken`, `broken 22 of 20` (there
/// is, and asked for), `waived`, `not applicable`. Nothing where there is no case at all.
pub(super) fn said(judgement: &Judgement, rule: &str) -> String {
    let mut said = Vec::new();
    for of in judgement.obligations.iter().filter(|of| of.rule_id == rule) {
        let late = format!("{}/{}", of.late_calendar_days, of.late_working_days);
        let word = match of.status {
            ObligationStatus::Pending => "pending".to_owned(),
            ObligationStatus::Late => format!("late {late}"),
            ObligationStatus::Overdue => format!("overdue {late}"),
            status => format!("{status:?}"),
        };
        said.push((of.subject.clone(), format!("{word}, due {}", of.due_on)));
    }
    let others = judgement.findings.iter().filter(|of| of.due_on.is_none());
    for of in others.filter(|of| of.rule_id == rule) {
        let word = match of.status {
            FindingStatus::Waived => "waived",
            _ => "broken",
        };
        let figures = match (of.actual, of.expected) {
            (Some(actual), Some(expected)) => format!(" {actual} of {expected}"),
            _ => String::new(),
        };
        said.push((of.subject.clone(), format!("{word}{figures}")));
    }
    for (_, subject) in judgement.kept.iter().filter(|(of, _)| of == rule) {
        said.push((subject.clone(), "kept".to_owned()));
    }
    for of in judgement.passed_over.iter().filter(|of| of.rule_id == rule) {
        assert!(!of.reason.is_empty(), "{rule} tells why it does not apply");
        said.push((of.subject.clone(), "not applicable".to_owned()));
    }
    said.sort();
    let said: Vec<String> = said.into_iter().map(|(_, word)| word).collect();
    said.join("; ")
}
