//! Where histories stand that were read lately: a view asks for a dozen of them, and of each only
//! what came since is looked for again.
//!
//! *Invariant*: positions of a fingerprint below a known end never change, so what is kept of them
//! is never old.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{
    cache::Cache,
    overlay::LoadError,
    query::{Queries, Source, key_of},
};

/// Histories of one generation; two are kept.
const HISTORIES: usize = 4_096;
/// Events of a history above which it is not kept.
const EVENTS_MAX: usize = 1_024;
/// Events that may come before it is noted that none was of a history.
const NOTED_EVERY: u64 = 4_096;

/// The positions of a history.
#[derive(Clone, Debug)]
struct Known {
    positions: Arc<[u64]>,
    /// Everything below was looked at.
    end: u64,
}

/// Positions by fingerprint.
#[derive(Debug)]
pub struct Places(Mutex<Cache<u64, Known>>);

impl Places {
    /// None yet.
    pub fn new() -> Self {
        Self(Mutex::new(Cache::new(HISTORIES)))
    }

    fn lock(&self) -> MutexGuard<'_, Cache<u64, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queries {
    /// The positions below `end` that have the fingerprint of a source, in order.
    ///
    /// # Errors
    /// Damage that may have swallowed one.
    pub(super) fn places(&self, source: &Source, end: u64) -> Result<Arc<[u64]>, LoadError> {
        let key = key_of(source);
        let places = &self.shared.places;
        let known = places.lock().get(&key).cloned();
        let from = known.as_ref().map_or(0, |known| known.end);
        if let Some(known) = &known
            && from >= end
        {
            let below = known.positions.partition_point(|at| *at < end);
            return Ok(match below == known.positions.len() {
                true => known.positions.clone(),
                false => known.positions[..below].into(),
            });
        }
        let found = self.reader.postings(key, from, end, usize::MAX, false);
        let found = found.map_err(Arc::new)?;
        let positions: Arc<[u64]> = match &known {
            Some(known) if found.is_empty() => known.positions.clone(),
            Some(known) => known.positions.iter().copied().chain(found).collect(),
            None => found.into(),
        };
        let is_news = known.is_none_or(|known| {
            known.positions.len() < positions.len() || end - from >= NOTED_EVERY
        });
        if is_news && positions.len() <= EVENTS_MAX {
            let known = Known {
                positions: positions.clone(),
                end,
            };
            places.lock().insert(key, known, |_| false);
        }
        Ok(positions)
    }
}
