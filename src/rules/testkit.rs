//! Histories for tests of rules: what a stream tells, and what stands beside it.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;

use super::{
    Law, Matter, Packs,
    case::{Around, Place},
    verdict::Judgement,
};
use crate::{
    domain::{
        calendar::Calendar,
        decider::{Fact, HistoryItem},
        payload::legal_day,
        testkit::{LAST_DAY, PARTITION, PROJECT, World},
        values::{StreamKind, StreamName, date::midnight_seconds},
    },
    events::v1::{self, event_payload::Payload},
    views::{AsOf, History},
};

/// A history in the making, and what stands beside it. Each event is recorded at noon of its legal
/// day unless said otherwise.
pub struct Told {
    /// The stream that is told of.
    pub stream: StreamName,
    /// Its events.
    pub history: History,
    /// The position of the next event.
    pub next: u64,
    /// What the registry tells of organisations.
    pub organisations: BTreeMap<String, v1::RegistryView>,
    /// Thresholds by place.
    pub thresholds: Vec<v1::ThresholdProfilePublished>,
    /// Bans of suppliers.
    pub bans: BTreeMap<String, Vec<(NaiveDate, NaiveDate)>>,
    /// The events of other streams.
    pub others: BTreeMap<(StreamKind, String), History>,
}

/// A day.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// Noon of a day at +08:00, in microseconds.
pub fn noon_us(on: NaiveDate) -> u64 {
    let seconds = midnight_seconds(on) + 12 * 3_600;
    seconds.cast_unsigned() * 1_000_000
}

impl Told {
    /// Nothing told of the kit's project yet.
    pub fn new() -> Self {
        Self::of(StreamKind::Project, PROJECT)
    }

    /// Nothing told of another stream yet.
    pub fn of(kind: StreamKind, id: &str) -> Self {
        Self {
            stream: StreamName {
                kind,
                partition: PARTITION.to_owned(),
                id: id.to_owned(),
            },
            history: History::default(),
            next: 0,
            organisations: BTreeMap::new(),
            thresholds: Vec::new(),
            bans: BTreeMap::new(),
            others: BTreeMap::new(),
        }
    }

    /// Tells from here on of another stream.
    pub fn is_of(&mut self, kind: StreamKind, id: &str) {
        self.stream.kind = kind;
        id.clone_into(&mut self.stream.id);
    }

    /// A fact of the stream, recorded on a day, which may correct or void another.
    pub fn push(&mut self, mut fact: Fact, recorded_on: NaiveDate, amends: Option<u64>) -> u64 {
        let position = self.next;
        fact.stream.clone_from(&self.stream);
        fact.event.stream = self.stream.to_string();
        fact.event.source_ref = format!("R-{position}");
        let item = HistoryItem {
            position,
            fact: Arc::new(fact),
            amends,
        };
        self.history.push(noon_us(recorded_on), item);
        self.next += 1;
        position
    }

    /// A fact of the stream, recorded on its day.
    pub fn tell(&mut self, payload: impl Into<Payload>) -> u64 {
        let payload = payload.into();
        let on = legal_day(&payload).unwrap_or(LAST_DAY);
        self.push(World::new().fact(payload), on, None)
    }

    /// A fact of the stream, recorded on another day.
    pub fn tell_late(&mut self, recorded_on: &str, payload: impl Into<Payload>) -> u64 {
        self.push(World::new().fact(payload.into()), day(recorded_on), None)
    }

    /// A correction of a fact.
    pub fn correct(
        &mut self,
        recorded_on: &str,
        original: u64,
        effect: v1::CorrectionEffect,
        payload: impl Into<Payload>,
    ) -> u64 {
        let payload = payload.into();
        let mut fact = World::new().fact(payload.clone());
        let correction = v1::EventCorrected {
            payload: Some(Box::new(v1::EventPayload {
                payload: Some(payload),
            })),
            effect: effect.into(),
            reason: "录入有误".into(),
            ..v1::EventCorrected::default()
        };
        fact.event.payload = Some(v1::EventPayload {
            payload: Some(correction.into()),
        });
        self.push(fact, day(recorded_on), Some(original))
    }

    /// A fact of another stream beside.
    pub fn tell_beside(&mut self, kind: StreamKind, id: &str, payload: impl Into<Payload>) {
        let payload = payload.into();
        let on = legal_day(&payload).unwrap_or(LAST_DAY);
        let mut fact = World::new().fact(payload);
        fact.stream = StreamName {
            kind,
            partition: PARTITION.to_owned(),
            id: id.to_owned(),
        };
        let item = HistoryItem {
            position: self.next,
            fact: Arc::new(fact),
            amends: None,
        };
        self.next += 1;
        let history = self.others.entry((kind, id.to_owned())).or_default();
        history.push(noon_us(on), item);
    }

    /// A void of a fact.
    pub fn void(&mut self, recorded_on: &str, original: u64) -> u64 {
        let mut fact = World::new().fact(crate::domain::testkit::contract_filed());
        let void = v1::EventVoided {
            reason: "重复登记".into(),
            authority: "衡财购〔2023〕9号".into(),
            ..v1::EventVoided::default()
        };
        fact.event.payload = Some(v1::EventPayload {
            payload: Some(void.into()),
        });
        self.push(fact, day(recorded_on), Some(original))
    }

    /// What our packs say at the end of a day.
    pub fn judged(&self, today: &str) -> Judgement {
        self.judged_by(&Packs::ours(), today)
    }

    /// What packs say at the end of a day.
    pub fn judged_by(&self, packs: &Arc<Packs>, today: &str) -> Judgement {
        let law = Law::of(Arc::clone(packs), Calendar::known());
        law.judge(&self.matter(today, AsOf::default()))
    }

    /// The stream as a matter to be judged.
    pub fn matter(&self, today: &str, as_of: AsOf) -> Matter<'_> {
        Matter {
            stream: &self.stream,
            history: &self.history,
            as_of,
            today: day(today),
            around: self,
        }
    }
}

impl Default for Told {
    fn default() -> Self {
        Self::new()
    }
}

impl Around for Told {
    fn organisation(&self, uscc: &str) -> Option<v1::RegistryView> {
        self.organisations.get(uscc).cloned()
    }

    fn thresholds(
        &self,
        place: &Place<'_>,
        on: NaiveDate,
    ) -> Option<v1::ThresholdProfilePublished> {
        let of_place = self.thresholds.iter().filter(|profile| {
            profile.region == place.region
                && profile.object() == place.object
                && day(&profile.effective_from) <= on
        });
        of_place
            .max_by_key(|profile| &profile.effective_from)
            .cloned()
    }

    fn bans(&self, uscc: &str) -> Vec<(NaiveDate, NaiveDate)> {
        self.bans.get(uscc).cloned().unwrap_or_default()
    }

    fn stream(&self, kind: StreamKind, id: &str) -> Arc<History> {
        let other = self.others.get(&(kind, id.to_owned()));
        Arc::new(other.cloned().unwrap_or_default())
    }
}
