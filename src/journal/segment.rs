//! A segment as readers see it.

use std::io;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use bytes::Bytes;

use super::damage::{Damage, DamageKind, ReadError};
use super::folder::Folder;
use super::format::{SegmentHeader, segment_name};
use super::fs::FsFile;
use super::header::Peaks;
use super::index::{Index, MemoryIndex, SegmentFacts, may_contain, sift};

/// One segment: its place, and its index, which changes as it grows and when it is sealed.
pub(super) struct Segment {
    folder: Arc<Folder>,
    pub number: u32,
    pub name: String,
    pub ledger_id: [u8; 16],
    pub log_id: u8,
    pub nonce: u64,
    pub first_position: u64,
    /// The tree over the entries before the segment, as its header states it.
    pub peaks: Peaks,
    /// CRC of the segment header, the seed of the first record's.
    pub header_crc: u32,
    /// What opening found wrong with it, in order; reads say so.
    pub damages: Vec<Damage>,
    index: RwLock<Index>,
    /// The filter of a sealed segment and the entries that it covers: of the many segments that do
    /// not have a key it says so without the lock of the index.
    sieve: OnceLock<(Bytes, u32)>,
}

impl Segment {
    pub(super) fn new(
        folder: &Arc<Folder>,
        header: &SegmentHeader,
        header_crc: u32,
        index: Index,
    ) -> Self {
        Self {
            folder: folder.clone(),
            number: header.number,
            name: segment_name(header.number),
            ledger_id: header.ledger_id,
            log_id: header.log_id,
            nonce: header.nonce,
            first_position: header.first_position,
            peaks: header.peaks.clone(),
            header_crc,
            damages: Vec::new(),
            index: RwLock::new(index),
            sieve: OnceLock::new(),
        }
    }

    pub(super) fn file(&self) -> Result<Arc<dyn FsFile>, ReadError> {
        self.folder
            .reading(&self.name)
            .map_err(|error| self.io(error))
    }

    pub(super) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_index(&self, index: Index) {
        if let Index::Sidecar(sidecar) = &index {
            // The segment is immutable by now, so the first filter stays true.
            let sieve = (sidecar.filter().clone(), sidecar.facts().entries);
            self.sieve.get_or_init(|| sieve);
        }
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = index;
    }

    /// Whether it is certain, and cheap to tell, that no entry before `last` (relative) has a key.
    pub(super) fn rules_out(&self, key: u64, last: u32) -> bool {
        let sieve = self.sieve.get();
        sieve.is_some_and(|(filter, entries)| last <= *entries && !may_contain(filter, key))
    }

    /// Clears the marks of keys that the segment may have: of each key in turn `absent` says
    /// whether no segment so far has it.
    pub(super) fn sift(&self, keys: &[u64], absent: &mut [bool]) {
        if let Some((filter, _)) = self.sieve.get() {
            return sift(filter, keys, absent);
        }
        let pairs = keys.iter().zip(absent);
        match &*self.index() {
            Index::Memory(index) => pairs.for_each(|(key, absent)| *absent &= !index.has(*key)),
            Index::Sidecar(_) => pairs.for_each(|(_, absent)| *absent = false),
        }
    }

    /// Changes the index of the active segment, which is in memory.
    pub(super) fn grow(&self, change: impl FnOnce(&mut MemoryIndex)) {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        if let Index::Memory(index) = &mut *index {
            change(index);
        }
    }

    /// What a sidecar of this state of the segment says of it.
    pub(super) fn facts(&self, end_offset: u64, last_crc: u32, entries: u32) -> SegmentFacts {
        SegmentFacts {
            ledger_id: self.ledger_id,
            log_id: self.log_id,
            number: self.number,
            nonce: self.nonce,
            first_position: self.first_position,
            end_offset,
            last_crc,
            entries,
        }
    }

    /// Places `from..to` of positions relative to the segment.
    pub(super) fn places(&self, from: u64, to: u64) -> (u32, u32) {
        let place = |position: u64| position.saturating_sub(self.first_position) as u32;
        (place(from), place(to))
    }

    pub(super) fn io(&self, source: io::Error) -> ReadError {
        if source.kind() == io::ErrorKind::NotFound {
            return self.corrupt(0, None, "segment is missing");
        }
        ReadError::Io {
            file: self.name.clone(),
            source,
        }
    }

    pub(super) fn corrupt(
        &self,
        offset: u64,
        position: Option<u64>,
        what: impl Into<String>,
    ) -> ReadError {
        let (kind, file, what) = (DamageKind::Segment, self.name.clone(), what.into());
        Damage {
            kind,
            file,
            offset,
            position,
            what,
        }
        .into()
    }

    /// The error for an entry that opening could not find in the damaged segment.
    pub(super) fn hole(&self, position: u64) -> ReadError {
        // The last damage in front of the entry is what swallowed it.
        let is_before = |damage: &&Damage| damage.position.is_none_or(|at| at <= position);
        let found = self.damages.iter().rev().find(is_before);
        let found = found.or(self.damages.first());
        let offset = found.map_or(0, |damage| damage.offset);
        let what = found.map_or("entry is not in the segment", |damage| damage.what.as_str());
        self.corrupt(offset, Some(position), what)
    }
}
