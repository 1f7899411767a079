//! What a simulation gives: days, their phases, and the steps of each source in them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use prost_types::Timestamp;

use super::breach::Breach;
use crate::events::wire::EventSubmission;

/// What the ledger should answer to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Every event is appended.
    Accepted,
    /// Nothing is appended; this is the reason, such as `E010_PLAN_OVER_BUDGET`.
    Refused(&'static str),
    /// Everything was recorded before with equal content: the first receipts again.
    Retry,
}

/// One batch of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The system that pushes it.
    pub source_system: &'static str,
    /// When it reaches the ledger, microseconds since 1970-01-01T00:00:00Z.
    pub recorded_at_us: u64,
    /// The batch; all of one partition.
    pub submissions: Vec<EventSubmission>,
    /// What the ledger should answer.
    pub expected: Expected,
    /// What happens, for people: in English.
    pub label: &'static str,
}

impl Step {
    /// When it reaches the ledger, as a request under the simulated clock says it.
    pub fn request_time(&self) -> Timestamp {
        let micros = self.recorded_at_us.cast_signed();
        Timestamp {
            seconds: micros.div_euclid(1_000_000),
            nanos: (micros.rem_euclid(1_000_000) * 1000) as i32,
        }
    }
}

/// A part of a day. Sources run side by side in it, each its own steps in order, and meet at its
/// end: what a later phase sends may depend on all of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Phase {
    /// The steps, those of one source in order of time.
    pub steps: Vec<Step>,
}

impl Phase {
    /// The steps by source, in order.
    pub fn by_source(&self) -> BTreeMap<&'static str, Vec<&Step>> {
        let mut sources = BTreeMap::<_, Vec<_>>::new();
        for step in &self.steps {
            sources.entry(step.source_system).or_default().push(step);
        }
        sources
    }
}

/// A day of recording on which something happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// The day at +08:00.
    pub date: NaiveDate,
    /// Its phases, in order; no step is earlier than one of a phase before.
    pub phases: Vec<Phase>,
    /// What rules will find of the stories that begin on this day, or have begun since the last:
    /// each breach on its own day, which is mostly later.
    pub breaches: Vec<Breach>,
}

impl Day {
    /// Every step in an order that satisfies all dependencies.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.phases.iter().flat_map(|phase| &phase.steps)
    }
}
