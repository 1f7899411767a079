//! Reads what is durable.

use std::path::Path;
use std::sync::{Arc, PoisonError};

use super::damage::{Damage, DamageKind, ReadError};
use super::entry::StoredEntry;
use super::folder::Folder;
use super::format::{FRAME_HEADER_BYTES, segment_name};
use super::fs::Fs;
use super::header::Peaks;
use super::heal::heal;
use super::index::{Index, PostingQuery, SidecarError};
use super::options::{Identity, KeysOf};
use super::run::read_run;
use super::segment::Segment;
use super::shared::Shared;

/// Of so many entries the time of one is remembered: 16 bytes for some 100 kB of journal.
const REMEMBERED_EVERY: u64 = 256;
/// Bytes read at a time where entries are hashed again.
const ROOT_SCAN_BYTES: usize = 1 << 20;

/// Reads durable entries while others append; cheap to clone.
///
/// # Guarantees
/// What is returned is checked and durable. A position below [`Reader::end`] is returned or
/// reported as corrupt, never skipped.
#[derive(Clone)]
pub struct Reader {
    pub(super) shared: Arc<Shared>,
}

/// Figures of a journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReaderStats {
    /// Durable entries.
    pub entries: u64,
    /// Segments, the active one included.
    pub segments: u64,
    /// Bytes of records and headers.
    pub bytes: u64,
    /// Bytes of memory that indexes take, roughly.
    pub index_memory_bytes: u64,
    /// Segments whose index is in memory whole.
    pub indexes_in_memory: u64,
}

impl Reader {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// A reader of no entries, for a journal that cannot be opened.
    pub fn of_nothing(fs: Arc<dyn Fs>, dir: &Path, identity: Identity) -> Self {
        let folder = Arc::new(Folder::new(fs, dir));
        let keys_of: KeysOf = Arc::new(|_| Vec::new());
        Self::new(Arc::new(Shared::new(folder, keys_of, identity, Vec::new())))
    }

    /// Number of durable entries: positions `0..end` can be read.
    pub fn end(&self) -> u64 {
        self.shared.end()
    }

    /// What the journal is.
    pub fn identity(&self) -> Identity {
        self.shared.identity
    }

    /// What opening found damaged beyond healing; empty for a sound journal.
    pub fn corruption(&self) -> &[Damage] {
        &self.shared.corruption
    }

    /// The entry at a position; `None` past the end.
    pub fn get(&self, position: u64) -> Result<Option<StoredEntry>, ReadError> {
        Ok(self.scan(position, 1, 1)?.pop())
    }

    /// Entries from a position on, in order: at least one if there is one, then as many as
    /// `max_entries` and `max_bytes` (as stored) allow. Empty at the end only.
    ///
    /// Errors: if the first entry is damaged; later damage ends the answer before it.
    pub fn scan(
        &self,
        from: u64,
        max_entries: usize,
        max_bytes: usize,
    ) -> Result<Vec<StoredEntry>, ReadError> {
        let end = self.end();
        let to = end.min(from.saturating_add(max_entries as u64));
        let mut entries = Vec::new();
        let mut bytes_left = max_bytes;
        let mut next = from;
        while next < to {
            let taken = entries.len();
            let read = self.read_segment(next, to, end, bytes_left, &mut entries);
            match read {
                Err(error) if entries.is_empty() => return Err(error),
                Err(_) => break,
                Ok(segment_end) => {
                    next += (entries.len() - taken) as u64;
                    let bytes: usize = entries[taken..].iter().map(stored_bytes).sum();
                    bytes_left = bytes_left.saturating_sub(bytes);
                    if next < segment_end || bytes_left == 0 {
                        break;
                    }
                }
            }
        }
        Ok(entries)
    }

    /// Reads from `from` on within its segment, at most up to `to`; returns where what was asked
    /// of the segment ends.
    fn read_segment(
        &self,
        from: u64,
        to: u64,
        end: u64,
        max_bytes: usize,
        entries: &mut Vec<StoredEntry>,
    ) -> Result<u64, ReadError> {
        let (segment, segment_end) = self.segment_of(from, end)?;
        let to = to.min(segment_end);
        let (first, last) = segment.places(from, to);
        let span = self
            .with_index(&segment, |index| index.span(first, last))
            .map_err(|error| error.of(from))?;
        read_run(&segment, &span, from, max_bytes, entries)?;
        Ok(to)
    }

    /// Entries before a position, newest first: at least one if there is one, then as many as
    /// `max_entries` and `max_bytes` (as stored) allow. Empty at the beginning only.
    ///
    /// Errors: as [`Reader::scan`], of which this is the mirror.
    pub fn scan_back(
        &self,
        before: u64,
        max_entries: usize,
        max_bytes: usize,
    ) -> Result<Vec<StoredEntry>, ReadError> {
        let end = self.end();
        let before = before.min(end);
        if before == 0 || max_entries == 0 {
            return Ok(Vec::new());
        }
        let (segment, _) = self.segment_of(before - 1, end)?;
        let lowest = before
            .saturating_sub(max_entries as u64)
            .max(segment.first_position);
        let (from, to) = segment.places(lowest, before);
        let first = self.with_index(&segment, |index| index.back(from, to, max_bytes as u64))?;
        let first = segment.first_position + u64::from(first);
        let mut entries = Vec::new();
        let mut read = self.read_segment(first, before, end, usize::MAX, &mut entries);
        if entries.len() as u64 != before - first {
            // Damage in between: give the newest entry, or say what is wrong with it.
            entries.clear();
            read = self.read_segment(before - 1, before, end, 1, &mut entries);
        }
        read?;
        entries.reverse();
        Ok(entries)
    }

    /// Positions of the entries that have a key, within `from..to`: the first or last `limit`,
    /// in ascending order, or descending if newest first. Keys are fingerprints: a position may
    /// belong to another thing of equal fingerprint, so look at the entry.
    ///
    /// Errors: if damage swallowed an entry that may have had the key; the error names the
    /// position of the first such entry, or the last if newest first, beyond the answer so far.
    pub fn postings(
        &self,
        key: u64,
        from: u64,
        to: u64,
        limit: usize,
        newest_first: bool,
    ) -> Result<Vec<u64>, ReadError> {
        let end = self.end();
        let to = to.min(end);
        let segments = self.shared.segments();
        let mut positions = Vec::new();
        let mut places = Vec::new();
        for index in 0..segments.len() {
            let index = if newest_first {
                segments.len() - 1 - index
            } else {
                index
            };
            let segment = &segments[index];
            let stop = segments
                .get(index + 1)
                .map_or(to, |next| next.first_position.min(to));
            if stop <= segment.first_position.max(from) {
                continue;
            }
            let limit = limit - positions.len();
            if limit == 0 {
                break;
            }
            let (first, last) = segment.places(from, stop);
            if segment.rules_out(key, last) {
                continue;
            }
            let mut hole = None;
            self.with_index(segment, |index| {
                hole = index.hole(first, last, newest_first);
                let (from, to) = match hole {
                    Some(place) if newest_first => (place + 1, last),
                    Some(place) => (first, place),
                    None => (first, last),
                };
                let query = PostingQuery {
                    key,
                    from,
                    to,
                    limit,
                    newest_first,
                };
                places.clear();
                index.postings(&query, &mut places)
            })?;
            let base = segment.first_position;
            positions.extend(places.iter().map(|place| base + u64::from(*place)));
            if let Some(place) = hole
                && places.len() < limit
            {
                return Err(segment.hole(base + u64::from(place)));
            }
        }
        Ok(positions)
    }

    /// Tells of each key whether it is certain that no durable entry has it. One pass over all
    /// indexes for many keys costs a fraction of asking for each: the look-ups do not wait for one
    /// another. Of a damaged journal nothing is certain.
    pub fn absent(&self, keys: &[u64]) -> Vec<bool> {
        let mut absent = vec![self.corruption().is_empty(); keys.len()];
        for segment in self.shared.segments().iter() {
            segment.sift(keys, &mut absent);
        }
        absent
    }

    /// Position of the newest entry that has a key; see [`Reader::postings`].
    pub fn last_posting(&self, key: u64) -> Result<Option<u64>, ReadError> {
        Ok(self.postings(key, 0, u64::MAX, 1, true)?.pop())
    }

    /// The first position recorded at a time or later; the end if there is none.
    pub fn position_at(&self, recorded_at_us: u64) -> Result<u64, ReadError> {
        let (mut low, mut high) = (0, self.end());
        while low < high {
            let middle = roundest(low, high - 1);
            if self.recorded_at(middle)? < recorded_at_us {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// When an entry was recorded; remembered of few entries, those that most searches ask.
    fn recorded_at(&self, position: u64) -> Result<u64, ReadError> {
        let is_remembered = position.is_multiple_of(REMEMBERED_EVERY);
        let times = || {
            let times = &self.shared.times;
            times.lock().unwrap_or_else(PoisonError::into_inner)
        };
        if is_remembered && let Some(time) = times().get(&position) {
            return Ok(*time);
        }
        let entry = self.get(position)?;
        let entry = entry.ok_or_else(|| Self::lost(position))?;
        if is_remembered {
            times().insert(position, entry.recorded_at_us);
        }
        Ok(entry.recorded_at_us)
    }

    /// Size and root of the tree over all durable entries.
    pub fn tree(&self) -> (u64, [u8; 32]) {
        let peaks = self.peaks();
        (peaks.size(), peaks.root())
    }

    /// Root of the tree over the first `size` entries; `None` if there are fewer, or if the segment
    /// does not say what the tree before it was. Hashes again the part of a segment before `size`.
    pub fn root_at(&self, size: u64) -> Result<Option<[u8; 32]>, ReadError> {
        Ok(self.peaks_at(size)?.map(|peaks| peaks.root()))
    }

    /// The frontier of the tree over the first `size` entries, as [`Reader::root_at`].
    pub fn peaks_at(&self, size: u64) -> Result<Option<Peaks>, ReadError> {
        let peaks = self.peaks();
        let end = peaks.size();
        if size >= end {
            return Ok((size == end).then_some(peaks));
        }
        let (segment, _) = self.segment_of(size, end)?;
        let mut peaks = segment.peaks.clone();
        if peaks.size() != segment.first_position {
            return Ok(None);
        }
        while peaks.size() < size {
            let count = usize::try_from(size - peaks.size()).unwrap_or(usize::MAX);
            for entry in self.scan(peaks.size(), count, ROOT_SCAN_BYTES)? {
                peaks.push(entry.leaf_hash());
            }
        }
        Ok(Some(peaks))
    }

    /// The frontier of the tree over all durable entries.
    pub fn peaks(&self) -> Peaks {
        self.shared.peaks()
    }

    /// Figures of the journal.
    pub fn stats(&self) -> ReaderStats {
        let segments = self.shared.segments();
        let mut stats = ReaderStats {
            entries: self.end(),
            ..ReaderStats::default()
        };
        for segment in segments.iter() {
            let index = segment.index();
            stats.segments += 1;
            stats.bytes += index.end_offset();
            stats.index_memory_bytes += index.memory_bytes();
            stats.indexes_in_memory += u64::from(matches!(&*index, Index::Memory(_)));
        }
        stats
    }

    /// The segment that holds a position below `end`, and the position after its last.
    fn segment_of(&self, position: u64, end: u64) -> Result<(Arc<Segment>, u64), ReadError> {
        let segments = self.shared.segments();
        let after = segments.partition_point(|segment| segment.first_position <= position);
        let Some(segment) = after.checked_sub(1).and_then(|index| segments.get(index)) else {
            return Err(Self::lost(position));
        };
        let stop = segments
            .get(after)
            .map_or(end, |next| next.first_position.min(end));
        Ok((segment.clone(), stop))
    }

    /// The error for a position whose segment is gone.
    fn lost(position: u64) -> ReadError {
        let what = String::from("segment is missing");
        let (kind, file, position) = (DamageKind::Segment, segment_name(0), Some(position));
        Damage {
            kind,
            file,
            offset: 0,
            position,
            what,
        }
        .into()
    }

    /// Asks a segment's index; if that is a damaged sidecar, rebuilds it in memory and asks again.
    fn with_index<T>(
        &self,
        segment: &Segment,
        mut ask: impl FnMut(&Index) -> Result<T, SidecarError>,
    ) -> Result<T, ReadError> {
        let refused = match ask(&segment.index()) {
            Ok(answer) => return Ok(answer),
            Err(refused) => refused,
        };
        heal(&self.shared, segment, &refused)?;
        ask(&segment.index()).map_err(|error| segment.corrupt(0, None, error.to_string()))
    }
}

/// The number of a range, ends included, that most powers of two divide; zero is the last choice.
/// Searches that halve there ask the same few entries first, however long the journal has become.
fn roundest(first: u64, last: u64) -> u64 {
    if last == 0 {
        return 0;
    }
    let before = first.max(1) - 1;
    // The highest bit that some number of the range has and the one before it has not.
    let bit = (before ^ last).ilog2();
    last >> bit << bit
}

fn stored_bytes(entry: &StoredEntry) -> usize {
    let parts = [
        &entry.header,
        &entry.event,
        &entry.sealed,
        &entry.personal,
        &entry.signature,
    ];
    parts.iter().map(|part| part.len()).sum::<usize>() + FRAME_HEADER_BYTES
}

#[cfg(test)]
mod tests {
    use super::roundest;

    #[test]
    fn the_roundest_number_of_a_range_is_found() {
        for first in 0..70_u64 {
            for last in first..70 {
                // Zero is divided by every power, and comes last all the same.
                let zeros = |n: &u64| if *n == 0 { 0 } else { n.trailing_zeros() + 1 };
                let found = (first..=last).max_by_key(zeros).expect("a range");
                assert_eq!(roundest(first, last), found, "{first}..={last}");
            }
        }
        assert_eq!(roundest(1, u64::MAX), 1 << 63);
    }
}
