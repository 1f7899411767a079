//! Facts that were decoded lately. Views of one object read the same events at every look, and the
//! read models read each event soon after it came.
//!
//! *Invariant*: an event never changes, so what is kept of it is never old. Damage that comes to a
//! file afterwards is told by whatever reads the file again: reads of events, proofs, `verify`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{cache::Cache, overlay::LoadError};
use crate::{domain::decider::Fact, journal::StoredEntry};

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
        let undecodable = || LoadError::Undecodable(entry.position);
        let header = entry.view();
        Ok(Self {
            recorded_at_us: entry.recorded_at_us,
            event_id: header.event_id().ok_or_else(undecodable)?,
            revision: header.revision().ok_or_else(undecodable)?,
            bytes: entry.event.len(),
            fact: Arc::new(super::overlay::fact_of(entry)?),
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
