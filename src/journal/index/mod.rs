//! Finding entries: by position (where in the segment) and by key (at which positions).
//!
//! One index per segment. That of the active segment is in memory; a sealed segment's is an
//! immutable sidecar file, of which only the filter and a sparse table are in memory. An index is
//! never trusted: each page has a checksum, each entry it leads to says its own position, and
//! whatever does not fit is rebuilt from the segment.

mod filter;
mod memory;
mod sidecar;
mod sidecar_layout;

pub(super) use filter::{may_contain, sift};
pub(super) use memory::MemoryIndex;
pub(super) use sidecar::{Sidecar, SidecarError};
pub(super) use sidecar_layout::{SegmentFacts, build_sidecar};

/// Which postings of a key are asked for, within one segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct PostingQuery {
    pub key: u64,
    /// First place, relative to the segment's first position.
    pub from: u32,
    /// Place after the last.
    pub to: u32,
    pub limit: usize,
    pub newest_first: bool,
}

/// The index of one segment.
pub(super) enum Index {
    /// In memory: the active segment, or one whose sidecar is not written yet or not usable.
    Memory(MemoryIndex),
    /// In a file.
    Sidecar(Sidecar),
}

/// Where a run of entries stands in its segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// Where the first entry's frame begins; `None` if damage swallowed it.
    pub start: Option<u64>,
    /// Where the second entry's frame, or what follows the first entry, ends at the latest.
    pub first_stop: u64,
    /// Where the last entry's frame ends at the latest.
    pub stop: u64,
    /// Entries in the run: fewer than asked for if damage swallowed one within.
    pub entries: u32,
}

impl Index {
    /// Where the entries `from..to` (relative, not empty, within the segment) stand.
    pub(super) fn span(&self, from: u32, to: u32) -> Result<Span, SidecarError> {
        match self {
            Self::Memory(index) => Ok(index.span(from, to)),
            Self::Sidecar(index) => index.span(from, to),
        }
    }

    /// The first place from `from` on (below `before`) such that the entries from it up to
    /// `before` take at most `bytes`; the last place if even that one takes more.
    pub(super) fn back(&self, from: u32, before: u32, bytes: u64) -> Result<u32, SidecarError> {
        match self {
            Self::Memory(index) => Ok(index.back(from, before, bytes)),
            Self::Sidecar(index) => index.back(from, before, bytes),
        }
    }

    /// Appends the places that answer the query, relative to the segment.
    pub(super) fn postings(
        &self,
        query: &PostingQuery,
        places: &mut Vec<u32>,
    ) -> Result<(), SidecarError> {
        match self {
            Self::Memory(index) => {
                index.postings(query, places);
                Ok(())
            }
            Self::Sidecar(index) => index.postings(query, places),
        }
    }

    /// The first or last place within `from..to` of whose entry the index knows nothing, because
    /// damage swallowed it.
    pub(super) fn hole(&self, from: u32, to: u32, is_last: bool) -> Option<u32> {
        match self {
            Self::Memory(index) => index.hole(from, to, is_last),
            Self::Sidecar(index) => {
                let entries = index.facts().entries.max(from);
                let hole = if is_last {
                    to.saturating_sub(1)
                } else {
                    entries
                };
                (entries < to).then_some(hole)
            }
        }
    }

    /// Where the last record ends.
    pub(super) fn end_offset(&self) -> u64 {
        match self {
            Self::Memory(index) => index.end_offset(),
            Self::Sidecar(index) => index.facts().end_offset,
        }
    }

    /// Bytes of memory it takes, roughly.
    pub(super) fn memory_bytes(&self) -> u64 {
        match self {
            Self::Memory(index) => index.memory_bytes(),
            Self::Sidecar(index) => index.memory_bytes(),
        }
    }
}
