//! Facts that were decoded lately. Views of one object read the same events at every look, and the
//! read models read each event soon after it came.
//!
//! *Invariant*: an event never changes, so what is kept of it is never old. Damage that comes to a
//! file afterwards is told by whatever reads the file again: reads of events, proofs, `verify`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prost::Message as _;

use super::{
    cache::Cache,
    fresh::Raw,
    overlay::{LoadError, fact_from},
};
use crate::{domain::decider::Fact, events::v1, journal::StoredEntry};

/// Facts of one generation; two are kept.
const FACTS: usize = 6_144;
/// Bytes of an event above which it is not kept: a notice may have a megabyte of text.
const BYTES_MAX: usize = 8 << 10;

/// A decoded event, with what its header tells.
#[derive(Debug)]
pub struct Known {
    /// When it was recorded.
    pub recorded_at_us: u64,
    /// Its id.
    pub event_id: [u8; 16],
    /// Its place in its stream.
    pub revision: u64,
    /// Bytes as received.
    pub bytes: usize,
    /// The event.
    pub fact: Arc<Fact>,
}

impl Known {
    /// Decodes an entry.
    ///
    /// # Errors
    /// `Undecodable` for an entry that no append wrote.
    pub fn of(entry: &StoredEntry) -> Result<Self, LoadError> {
        Self::of_raw(&Raw::of(entry)?)
    }

    /// As [`Known::of`], of what was read already.
    pub fn of_raw(raw: &Raw) -> Result<Self, LoadError> {
        let event = v1::Event::decode(raw.event.clone()).ok();
        let fact = event.and_then(fact_from);
        let fact = fact.ok_or(LoadError::Undecodable(raw.position))?;
        Ok(Self {
            recorded_at_us: raw.recorded_at_us,
            event_id: raw.event_id,
            revision: raw.revision,
            bytes: raw.event.len(),
            fact: Arc::new(fact),
        })
    }
}

/// Facts by position.
#[derive(Debug)]
pub struct Facts(Mutex<Cache<u64, Arc<Known>>>);

impl Facts {
    /// None yet.
    pub fn new() -> Self {
        Self(Mutex::new(Cache::new(FACTS)))
    }

    fn lock(&self) -> MutexGuard<'_, Cache<u64, Arc<Known>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept of events at some positions.
    pub fn find(&self, positions: &[u64]) -> Vec<Option<Arc<Known>>> {
        let mut facts = self.lock();
        let find = |position| facts.get(position).cloned();
        positions.iter().map(find).collect()
    }

    /// Keeps facts for who asks next.
    pub fn keep(&self, found: Vec<(u64, Arc<Known>)>) {
        let mut facts = self.lock();
        for (position, known) in found {
            if known.bytes <= BYTES_MAX {
                facts.insert(position, known, |_| false);
            }
        }
    }
}
