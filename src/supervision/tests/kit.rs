//! Histories of a city, the picture that they leave, and what metrics say of it.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use rusqlite::{Connection, params_from_iter};

use crate::{
    domain::{
        calendar::Calendar,
        decider::HistoryItem,
        testkit::{REGION, World, threshold_profile_published},
        values::{StreamKind, date::midnight_seconds},
    },
    events::v1::{self, ProcurementObject, event_payload::Payload},
    rules::{
        Law, Matter, Packs,
        case::{Around, Place},
        testkit::{Told, day},
        verdict::Judgement,
    },
    supervision::{
        facts,
        metrics::{self, Dimension, Filters, Period, Query, RowBehind, Value},
        sight::{Row, Sight},
        tables,
    },
    views::{AsOf, History, Timeline},
};

/// Positions of one stream lie below those of the next by so much.
const STREAM: u64 = 1_000;

/// Streams that know of each other.
#[derive(Default)]
pub(super) struct City {
    pub(super) told: Vec<Told>,
    pub(super) organisations: BTreeMap<String, v1::RegistryView>,
    pub(super) thresholds: Vec<v1::ThresholdProfilePublished>,
}

/// A picture of a city at the end of a day.
pub(super) struct Picture {
    pub(super) connection: Connection,
    today: NaiveDate,
}

/// Tells a fact of the kit with something changed.
pub(super) fn tell<T: Into<Payload>>(told: &mut Told, mut of: T, change: impl FnOnce(&mut T)) {
    change(&mut of);
    told.tell(of);
}

/// Tells a fact that a system recorded so many hours after its day began.
pub(super) fn tell_from(told: &mut Told, system: &str, hours: u64, payload: impl Into<Payload>) {
    let mut fact = World::new().fact(payload.into());
    fact.stream.clone_from(&told.stream);
    fact.event.stream = told.stream.to_string();
    system.clone_into(&mut fact.event.source_system);
    let midnight = midnight_seconds(fact.legal_date).cast_unsigned();
    let item = HistoryItem {
        position: told.next,
        fact: Arc::new(fact),
        amends: None,
    };
    told.history
        .push((midnight + hours * 3_600) * 1_000_000, item);
    told.next += 1;
}

impl City {
    /// A stream, and what it tells.
    pub(super) fn stream(&mut self, kind: StreamKind, id: &str, tells: impl FnOnce(&mut Told)) {
        let mut told = Told::of(kind, id);
        told.next = STREAM * (1 + self.told.len() as u64);
        tells(&mut told);
        self.told.push(told);
    }

    /// A project, and what it tells.
    pub(super) fn project(&mut self, id: &str, tells: impl FnOnce(&mut Told)) {
        self.stream(StreamKind::Project, id, tells);
    }

    /// An organisation of a kind in the registry since a day.
    pub(super) fn organisation(
        &mut self,
        uscc: &str,
        kind: v1::OrganisationKind,
        region: &str,
        on: &str,
    ) {
        let registered = v1::OrganisationRegistered {
            uscc: uscc.into(),
            name: format!("虚构单位 {uscc}"),
            kinds: vec![kind.into()],
            region: region.into(),
            on: on.into(),
            ..v1::OrganisationRegistered::default()
        };
        self.stream(StreamKind::Organisation, uscc, |told| {
            told.tell(registered);
        });
        let view = v1::RegistryView {
            registered: true,
            region: region.into(),
            ..v1::RegistryView::default()
        };
        self.organisations.insert(uscc.into(), view);
    }

    /// The fixture's threshold of 500,000.00 yuan.
    pub(super) fn thresholds(&mut self) {
        self.thresholds.push(v1::ThresholdProfilePublished {
            region: REGION.into(),
            object: ProcurementObject::Goods.into(),
            dispersed_limit_fen: 50_000_000,
            effective_from: "2023-01-01".into(),
            ..threshold_profile_published()
        });
    }

    /// The picture at the end of a day.
    pub(super) fn at(&self, today: &str) -> Picture {
        let connection = Connection::open_in_memory().expect("opens");
        connection
            .execute_batch(&tables::create_all())
            .expect("makes the tables");
        let around = Streams::of(self);
        for told in &self.told {
            for (table, values) in rows_of(told, &around, day(today)) {
                let inserted = connection.execute(&table.insert(), params_from_iter(values));
                inserted.unwrap_or_else(|error| panic!("{}: {error}", table.name));
            }
        }
        Picture {
            connection,
            today: day(today),
        }
    }
}

/// What stands beside each stream of a city.
pub(super) struct Streams<'a> {
    city: &'a City,
    histories: BTreeMap<(StreamKind, &'a str), &'a History>,
}

impl<'a> Streams<'a> {
    pub(super) fn of(city: &'a City) -> Self {
        let histories = city.told.iter().map(|told| {
            let key = (told.stream.kind, told.stream.id.as_str());
            (key, &told.history)
        });
        Self {
            city,
            histories: histories.collect(),
        }
    }
}

impl Around for Streams<'_> {
    fn organisation(&self, uscc: &str) -> Option<v1::RegistryView> {
        self.city.organisations.get(uscc).cloned()
    }

    fn thresholds(
        &self,
        place: &Place<'_>,
        on: NaiveDate,
    ) -> Option<v1::ThresholdProfilePublished> {
        let profiles = self.city.thresholds.iter();
        let of_object = profiles.filter(|profile| {
            profile.object() == place.object && day(&profile.effective_from) <= on
        });
        of_object
            .max_by_key(|profile| &profile.effective_from)
            .cloned()
    }

    fn bans(&self, _: &str) -> Vec<(NaiveDate, NaiveDate)> {
        Vec::new()
    }

    fn stream(&self, kind: StreamKind, id: &str) -> Arc<History> {
        let history = self.histories.get(&(kind, id));
        Arc::new(history.map_or_else(History::default, |history| (*history).clone()))
    }
}

/// What the rules say of a stream at the end of a day.
pub(super) fn judged(told: &Told, around: &dyn Around, today: NaiveDate) -> Judgement {
    law().judge(&Matter {
        stream: &told.stream,
        history: &told.history,
        as_of: as_of(today),
        today,
        around,
    })
}

fn law() -> Law {
    Law::of(Packs::ours(), Calendar::known())
}

fn as_of(today: NaiveDate) -> AsOf {
    AsOf {
        legal_date: Some(today),
        recorded_us: None,
    }
}

/// The rows of a stream at the end of a day.
fn rows_of(told: &Told, around: &dyn Around, today: NaiveDate) -> Vec<Row> {
    let Some(first) = told.history.items().first() else {
        return Vec::new();
    };
    let judgement = judged(told, around, today);
    let timeline = Timeline::new(&told.history, as_of(today));
    facts::rows(&Sight {
        stream: &told.stream,
        position: first.position,
        region_code: &first.fact.event.region_code,
        timeline: &timeline,
        sent: &told.history,
        judgement: &judgement,
        around,
        packs: &Packs::ours(),
        calendar: &Calendar::known(),
        today,
    })
}

impl Picture {
    /// A question about the whole.
    pub(super) fn query(&self, metric: &str) -> Query {
        Query {
            metric: metric.into(),
            dimension: Dimension::Whole,
            filters: Filters::default(),
            period: Period::default(),
            as_of: self.today,
        }
    }

    /// The values of an answer.
    pub(super) fn values(&self, query: &Query) -> Vec<Value> {
        let values = metrics::evaluate(&self.connection, query);
        values.unwrap_or_else(|error| panic!("{}: {error:?}", query.metric))
    }

    /// The value of the whole.
    pub(super) fn whole(&self, metric: &str) -> Option<Value> {
        self.values(&self.query(metric)).pop()
    }

    /// Numerator, denominator and value of the whole.
    pub(super) fn figure(&self, metric: &str) -> (i64, i64, Option<i64>) {
        let value = self
            .whole(metric)
            .unwrap_or_else(|| panic!("{metric} has no value"));
        (value.numerator, value.denominator, value.value)
    }

    /// Key, numerator and denominator of each group.
    pub(super) fn groups(&self, metric: &str, dimension: Dimension) -> Vec<(String, i64, i64)> {
        let query = Query {
            dimension,
            ..self.query(metric)
        };
        let values = self.values(&query).into_iter();
        values
            .map(|value| (value.key, value.numerator, value.denominator))
            .collect()
    }

    /// The rows behind the value of a key.
    pub(super) fn behind(&self, query: &Query, key: &str) -> Vec<RowBehind> {
        let rows = metrics::behind(&self.connection, query, key, 100, None);
        rows.unwrap_or_else(|error| panic!("{}: {error:?}", query.metric))
    }

    /// One integer of the tables.
    pub(super) fn number(&self, sql: &str) -> i64 {
        let number = self.connection.query_row(sql, [], |row| row.get(0));
        number.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}
