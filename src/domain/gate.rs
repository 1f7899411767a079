//! What a step gate sees, and how the refusal that wins is kept.
//!
//! Gates do not stop at the first failure: each says what it finds, and the lowest in order of
//! precedence is told, so that a refusal never depends on the order in which code runs.

use std::{marker::PhantomData, sync::Arc};

use chrono::NaiveDate;

use super::{
    decider::{Context, Entities, Fact},
    entity::EntityRef,
    payload::EventType,
    project::Project,
    refusal::{Code, Refusal, bad_time},
    state::{EntityState, Stated},
};
use crate::events::v1::EntityKind;

/// The refusals found so far; keeps the one that comes first in order of precedence.
#[derive(Debug, Default)]
pub struct Gates {
    first: Option<Refusal>,
}

impl Gates {
    /// Takes note of a refusal. Of two with the same code the earlier one stays.
    pub fn refuse(&mut self, refusal: Refusal) {
        let wins = match &self.first {
            None => true,
            Some(first) => refusal.code.precedence() < first.code.precedence(),
        };
        if wins {
            self.first = Some(refusal);
        }
    }

    /// Takes note of a gate's answer.
    pub fn check(&mut self, answer: Result<(), Refusal>) {
        if let Err(refusal) = answer {
            self.refuse(refusal);
        }
    }

    /// The answer of all gates together.
    pub fn finish(self) -> Result<(), Refusal> {
        self.first.map_or(Ok(()), Err)
    }
}

/// A loaded entity, held while its state is read.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    state: Option<Arc<EntityState>>,
    kind: PhantomData<T>,
}

impl<T: Stated> Loaded<T> {
    /// The state; `None` if no event ever touched the entity.
    pub fn get(&self) -> Option<&T> {
        self.state.as_deref().and_then(T::of)
    }
}

/// What a step gate sees: the event, the entities before it, the moment.
pub struct Env<'a> {
    /// The entities as they stand before the event.
    pub entities: &'a dyn Entities,
    /// The event.
    pub fact: &'a Fact,
    /// Its type.
    pub event_type: EventType,
    /// The moment.
    pub context: &'a Context,
    gates: Gates,
}

impl<'a> Env<'a> {
    /// Begins the gates of an event.
    pub fn new(
        entities: &'a dyn Entities,
        fact: &'a Fact,
        event_type: EventType,
        context: &'a Context,
    ) -> Self {
        Self {
            entities,
            fact,
            event_type,
            context,
            gates: Gates::default(),
        }
    }

    /// Takes note of a refusal.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.gates.refuse(refusal);
    }

    /// Takes note of a gate's answer.
    pub fn check(&mut self, answer: Result<(), Refusal>) {
        self.gates.check(answer);
    }

    /// Refuses with E003 when the event's legal date is before the day of an act that it depends
    /// on. An act without a day refuses nothing.
    pub fn not_before(&mut self, what: &'static str, earliest: Option<NaiveDate>) {
        let given = self.fact.legal_date;
        if let Some(earliest) = earliest.filter(|earliest| given < *earliest) {
            self.refuse(bad_time(what, earliest, given));
        }
    }

    /// Refuses with E001 an event about the stream's own object that names another object.
    pub fn own_stream(&mut self, what: &'static str, id: &str) {
        let stream = &self.fact.stream;
        if stream.id != id {
            let message = format!("stream {stream} is not that of {what} {id}");
            let refusal = Refusal::new(Code::E001_UNKNOWN_REF, message)
                .with("stream", stream)
                .with(what, id);
            self.refuse(refusal);
        }
    }

    /// The answer of all gates together.
    pub fn finish(self) -> Result<(), Refusal> {
        self.gates.finish()
    }

    /// Names an entity of the event's own stream.
    pub fn own(&self, kind: EntityKind, id: &str) -> EntityRef {
        let stream = &self.fact.stream;
        EntityRef::new(kind, &stream.partition, &stream.id, id)
    }

    /// Loads an entity of the event's own stream.
    pub fn load<T: Stated>(&self, id: &str) -> Loaded<T> {
        self.load_at(&self.own(T::KIND, id))
    }

    /// Loads the own object of another stream of the partition, such as a budget line.
    pub fn load_stream<T: Stated>(&self, stream_id: &str) -> Loaded<T> {
        let partition = &self.fact.stream.partition;
        self.load_at(&EntityRef::new(T::KIND, partition, stream_id, ""))
    }

    /// Loads any entity.
    pub fn load_at<T: Stated>(&self, entity: &EntityRef) -> Loaded<T> {
        Loaded {
            state: self.entities.state(entity),
            kind: PhantomData,
        }
    }

    /// Loads the project of the event's stream.
    pub fn project(&self) -> Loaded<Project> {
        self.load("")
    }
}
