//! The index of the active segment.

use foldhash::{HashMap, HashMapExt as _};

use super::{PostingQuery, Span};

const NONE: u32 = u32::MAX;

/// Offsets of entries, and chains of postings from the newest to the oldest.
///
/// Places are relative to the segment's first position; an offset of 0 is a hole that damage left.
#[derive(Default)]
pub(in crate::journal) struct MemoryIndex {
    offsets: Vec<u32>,
    newest: HashMap<u64, u32>,
    postings: Vec<Posting>,
    end_offset: u64,
    has_holes: bool,
}

#[derive(Clone, Copy)]
struct Posting {
    place: u32,
    older: u32,
}

impl MemoryIndex {
    /// An empty index of a segment whose records begin at `end_offset`.
    pub(in crate::journal) fn new(end_offset: u64) -> Self {
        Self {
            end_offset,
            ..Self::default()
        }
    }

    /// The same, with room for so many keys.
    pub(in crate::journal) fn with_keys(end_offset: u64, keys: u32) -> Self {
        let newest = HashMap::with_capacity(keys as usize);
        Self {
            newest,
            end_offset,
            ..Self::default()
        }
    }

    /// Adds the next entry, or, after a hole, a later one; places never go back.
    pub(in crate::journal) fn insert(&mut self, place: u32, offset: u32, keys: &[u64]) {
        self.has_holes |= self.offsets.len() < place as usize;
        self.offsets.resize(place as usize, 0);
        self.offsets.push(offset);
        for key in keys {
            let next = self.postings.len() as u32;
            let newest = self.newest.entry(*key).or_insert(NONE);
            let is_repeat = self
                .postings
                .get(*newest as usize)
                .is_some_and(|p| p.place == place);
            if !is_repeat {
                self.postings.push(Posting {
                    place,
                    older: *newest,
                });
                *newest = next;
            }
        }
    }

    /// The first or last place within `from..to` whose entry is not here.
    pub(super) fn hole(&self, from: u32, to: u32, is_last: bool) -> Option<u32> {
        if !self.has_holes && to as usize <= self.offsets.len() {
            return None;
        }
        let is_hole = |place: &u32| self.offsets.get(*place as usize).is_none_or(|at| *at == 0);
        if is_last {
            (from..to).rev().find(is_hole)
        } else {
            (from..to).find(is_hole)
        }
    }

    /// States where the last record ends.
    pub(in crate::journal) fn set_end_offset(&mut self, end_offset: u64) {
        self.end_offset = end_offset;
    }

    pub(in crate::journal) fn end_offset(&self) -> u64 {
        self.end_offset
    }

    pub(in crate::journal) fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// Visits the keys in ascending order, each with its places in ascending order.
    pub(super) fn visit_sorted(&self, mut visit: impl FnMut(u64, &[u32])) {
        let mut keys: Vec<(u64, u32)> = self.newest.iter().map(|(k, n)| (*k, *n)).collect();
        keys.sort_unstable();
        let mut places = Vec::new();
        for (key, newest) in keys {
            places.clear();
            places.extend(self.chain(newest).map(|posting| posting.place));
            places.reverse();
            visit(key, &places);
        }
    }

    /// Whether any entry has the key.
    pub(in crate::journal) fn has(&self, key: u64) -> bool {
        self.newest.contains_key(&key)
    }

    fn chain(&self, newest: u32) -> impl Iterator<Item = Posting> + '_ {
        let get = |index: u32| self.postings.get(index as usize).copied();
        std::iter::successors(get(newest), move |posting| get(posting.older))
    }

    fn offset_or_end(&self, place: u32) -> u64 {
        self.offsets
            .get(place as usize)
            .map_or(self.end_offset, |offset| u64::from(*offset))
    }

    pub(super) fn span(&self, from: u32, to: u32) -> Span {
        let wanted = self
            .offsets
            .get(from as usize..to as usize)
            .unwrap_or_default();
        let whole = wanted
            .iter()
            .position(|offset| *offset == 0)
            .unwrap_or(wanted.len());
        let entries = whole as u32;
        if entries == 0 {
            return Span {
                start: None,
                first_stop: 0,
                stop: 0,
                entries,
            };
        }
        let stop = |place: u32| {
            let rest = self.offsets.get(place as usize..).unwrap_or_default();
            let next = rest.iter().find(|offset| **offset != 0);
            next.map_or(self.end_offset, |offset| u64::from(*offset))
        };
        let start = Some(self.offset_or_end(from));
        Span {
            start,
            first_stop: stop(from + 1),
            stop: stop(from + entries),
            entries,
        }
    }

    pub(super) fn back(&self, from: u32, before: u32, bytes: u64) -> u32 {
        let end = self.offset_or_end(before);
        let wanted = self
            .offsets
            .get(from as usize..before as usize)
            .unwrap_or_default();
        let fits = |offset: &&u32| u64::from(**offset) + bytes >= end;
        let taken = wanted.iter().rev().take_while(fits).count() as u32;
        before - taken.max(1)
    }

    pub(super) fn postings(&self, query: &PostingQuery, places: &mut Vec<u32>) {
        let Some(newest) = self.newest.get(&query.key) else {
            return;
        };
        let chain = self.chain(*newest).map(|posting| posting.place);
        let within = chain.skip_while(|place| *place >= query.to);
        let within = within.take_while(|place| *place >= query.from);
        if query.newest_first {
            places.extend(within.take(query.limit));
        } else {
            let start = places.len();
            places.extend(within);
            places[start..].reverse();
            places.truncate(start + query.limit);
        }
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        let table = self.newest.capacity() * 8 / 7 * (size_of::<(u64, u32)>() + 1);
        let postings = self.postings.capacity() * size_of::<Posting>();
        (table + postings + self.offsets.capacity() * size_of::<u32>()) as u64
    }
}
