//! A history as of two clocks (domain 0.7 "As of"): events recorded by R in order of position,
//! corrections and voids recorded by R applied, then those dropped whose resulting legal date is
//! after L. The date of the correction itself plays no part.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::{
    domain::{
        decider::{Fact, HistoryItem},
        fold::{self, Place},
        payload::payload_of,
    },
    events::v1::event_payload::Payload,
};

/// The two moments of a view; `None` is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AsOf {
    /// The last legal date that counts.
    pub legal_date: Option<NaiveDate>,
    /// The last moment of recording that is known, microseconds since 1970-01-01T00:00:00Z.
    pub recorded_us: Option<u64>,
}

/// Events in order of position, with the moments at which they were recorded.
#[derive(Clone, Debug, Default)]
pub struct History {
    items: Vec<HistoryItem>,
    recorded_us: Vec<u64>,
}

impl History {
    /// Takes in the next event; positions and moments never decrease.
    pub fn push(&mut self, recorded_us: u64, item: HistoryItem) {
        self.recorded_us.push(recorded_us);
        self.items.push(item);
    }

    /// The events.
    pub fn items(&self) -> &[HistoryItem] {
        &self.items
    }

    /// When an event was recorded, by its index.
    pub fn recorded_us(&self, index: usize) -> u64 {
        self.recorded_us.get(index).copied().unwrap_or_default()
    }

    /// How many events are known at a moment.
    pub fn known_at(&self, recorded_us: Option<u64>) -> usize {
        let Some(limit) = recorded_us else {
            return self.items.len();
        };
        self.recorded_us.partition_point(|at| *at <= limit)
    }
}

/// An event that counts, as it reads after corrections.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The position of the original.
    pub position: u64,
    /// What counts at it.
    pub fact: Arc<Fact>,
    /// The position of the newest correction, where the fact is that one's.
    pub corrected_by: Option<u64>,
}

impl Standing {
    /// What happened.
    pub fn payload(&self) -> Option<&Payload> {
        payload_of(&self.fact.event)
    }

    /// The events behind it: the original, and its newest correction.
    pub fn positions(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.position).chain(self.corrected_by)
    }

    /// Its legal date.
    pub fn on(&self) -> NaiveDate {
        self.fact.legal_date
    }
}

/// A history as of two moments.
#[derive(Debug)]
pub struct Timeline<'a> {
    history: &'a History,
    as_of: AsOf,
    standing: Vec<Standing>,
    amended: Vec<Place>,
}

impl<'a> Timeline<'a> {
    /// Cuts a history.
    pub fn new(history: &'a History, as_of: AsOf) -> Self {
        let known = &history.items[..history.known_at(as_of.recorded_us)];
        let mut standing = Vec::with_capacity(known.len());
        let mut amended = Vec::new();
        for place in fold::in_place(known) {
            let counts = |fact: &&Arc<Fact>| as_of.counts(fact.legal_date);
            if let Some(fact) = place.standing.as_ref().filter(counts) {
                let newest = place.amendments.last();
                standing.push(Standing {
                    position: place.position,
                    fact: Arc::clone(fact),
                    corrected_by: newest.map(|index| known[*index].position),
                });
            }
            if !place.amendments.is_empty() {
                amended.push(place);
            }
        }
        Self {
            history,
            as_of,
            standing,
            amended,
        }
    }

    /// What counts, in order of position.
    pub fn standing(&self) -> &[Standing] {
        &self.standing
    }

    /// The places that were corrected or voided, whether they count or not.
    pub fn amended(&self) -> &[Place] {
        &self.amended
    }

    /// The history that was cut.
    pub fn history(&self) -> &History {
        self.history
    }

    /// The moments at which it was cut.
    pub fn as_of(&self) -> AsOf {
        self.as_of
    }

    /// Whether nothing is known at the record time.
    pub fn is_unknown(&self) -> bool {
        self.history.known_at(self.as_of.recorded_us) == 0
    }
}

impl AsOf {
    /// Whether a legal date counts.
    pub fn counts(&self, on: NaiveDate) -> bool {
        self.legal_date.is_none_or(|limit| on <= limit)
    }
}
