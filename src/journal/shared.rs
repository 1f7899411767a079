//! What writer, readers and keeper share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::damage::Damage;
use super::folder::Folder;
use super::fs::FsLock;
use super::header::Peaks;
use super::options::{Identity, KeysOf};
use super::segment::Segment;

/// An open journal but for the writer's own state.
pub(super) struct Shared {
    pub folder: Arc<Folder>,
    pub keys_of: KeysOf,
    pub identity: Identity,
    pub corruption: Vec<Damage>,
    /// Held here while the journal is read only; the writer holds it otherwise.
    pub lock: Option<FsLock>,
    pub healing: Mutex<()>,
    segments: RwLock<Arc<Vec<Arc<Segment>>>>,
    peaks: Mutex<Peaks>,
    end: AtomicU64,
    /// When some entries were recorded, by position.
    pub times: Mutex<HashMap<u64, u64>>,
}

impl Shared {
    pub(super) fn new(
        folder: Arc<Folder>,
        keys_of: KeysOf,
        identity: Identity,
        segments: Vec<Arc<Segment>>,
    ) -> Self {
        Self {
            folder,
            keys_of,
            identity,
            corruption: Vec::new(),
            lock: None,
            healing: Mutex::default(),
            segments: RwLock::new(Arc::new(segments)),
            peaks: Mutex::default(),
            end: AtomicU64::new(0),
            times: Mutex::default(),
        }
    }

    pub(super) fn segments(&self) -> Arc<Vec<Arc<Segment>>> {
        self.segments
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn push_segment(&self, segment: Arc<Segment>) {
        let mut segments = self
            .segments
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let mut longer = segments.as_ref().clone();
        longer.push(segment);
        *segments = Arc::new(longer);
    }

    /// Shows everything up to the size of the tree, and at least up to `end`.
    pub(super) fn publish(&self, peaks: &Peaks, end: u64) {
        self.peaks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone_from(peaks);
        self.end.store(end.max(peaks.size()), Ordering::Release);
    }

    /// Number of durable entries.
    pub(super) fn end(&self) -> u64 {
        self.end.load(Ordering::Acquire)
    }

    /// The tree over all durable entries.
    pub(super) fn peaks(&self) -> Peaks {
        self.peaks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
