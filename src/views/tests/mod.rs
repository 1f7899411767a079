//! Tests of the views: folds of every type, both clocks against a naive re-fold.

mod folds;
mod processes;
mod properties;

use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    AsOf, History, Timeline, amended,
    project::{Folding, Others},
};
use crate::{
    domain::{
        decider::{Fact, HistoryItem},
        payload::legal_day,
        testkit::{PARTITION, PROJECT, World},
        values::StreamName,
    },
    events::v1::{self, event_payload::Payload},
};

/// A history in the making: each event is recorded one microsecond after the one before.
#[derive(Default)]
struct Told {
    history: History,
    next: u64,
}

/// A fact in the stream of the project.
fn fact(payload: impl Into<Payload>) -> Fact {
    let payload = payload.into();
    let mut fact = World::new().fact(payload);
    let stream = format!("project/{PARTITION}/{PROJECT}");
    fact.stream = StreamName::parse(&stream).expect("a stream");
    fact.event.stream = stream;
    fact
}

impl Told {
    fn push(&mut self, fact: Fact, amends: Option<u64>) -> u64 {
        let position = self.next;
        let item = HistoryItem {
            position,
            fact: Arc::new(fact),
            amends,
        };
        self.history.push(position, item);
        self.next += 1;
        position
    }

    fn tell(&mut self, payload: impl Into<Payload>) -> u64 {
        self.push(fact(payload), None)
    }

    fn correct(&mut self, original: u64, payload: impl Into<Payload>) -> u64 {
        let payload = payload.into();
        let correction = v1::EventCorrected {
            payload: Some(Box::new(v1::EventPayload {
                payload: Some(payload),
            })),
            reason: "录入有误".into(),
            ..v1::EventCorrected::default()
        };
        self.push(amending(correction), Some(original))
    }

    fn void(&mut self, original: u64) -> u64 {
        let void = v1::EventVoided {
            reason: "重复录入".into(),
            ..v1::EventVoided::default()
        };
        self.push(amending(void), Some(original))
    }

    fn view(&self, as_of: AsOf) -> v1::ProjectView {
        let timeline = Timeline::new(&self.history, as_of);
        Folding::of(&timeline).view(
            amended::amended(&timeline),
            (PARTITION, PROJECT),
            &Others::default(),
        )
    }

    fn now(&self) -> v1::ProjectView {
        self.view(AsOf::default())
    }
}

/// A correction or void, which the kit does not make by itself.
fn amending(payload: impl Into<Payload>) -> Fact {
    let mut fact = fact(crate::domain::testkit::plan_filed());
    fact.event.payload = Some(v1::EventPayload {
        payload: Some(payload.into()),
    });
    fact
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn date_of(payload: &Payload) -> NaiveDate {
    legal_day(payload).unwrap_or(crate::domain::testkit::LAST_DAY)
}
