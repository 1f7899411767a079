//! Makes groups with true headers, hashes and stream chains, and keeps what must be read back.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::journal::fs::Fs;
use crate::journal::header::{
    DIGEST_SUITE, Header, Peaks, Salts, event_hash, header_hash, leaf_bytes, leaf_hash, part_hash,
};
use crate::journal::{
    Group, Journal, JournalOptions, KeysOf, NewBatch, NewEntry, OpenError, Opened, Outcome, Reader,
    SegmentJournal, StoredEntry,
};

pub(super) const LEDGER_ID: [u8; 16] = *b"a ledger of test";
pub(super) const SEGMENT_BYTES: u64 = 64 << 10;

pub(super) fn fingerprint(text: &[u8]) -> u64 {
    u64::from_be_bytes(*part_hash(text).first_chunk().unwrap())
}

/// Keys of an entry: event id, stream, payload.
pub(super) fn keys(entry: &StoredEntry) -> Vec<u64> {
    let view = entry.view();
    let event = view.event_id().map(|id| fingerprint(&id));
    let stream = view.stream_bytes().map(fingerprint);
    let payload = view
        .payload_number()
        .map(|number| fingerprint(&number.to_be_bytes()));
    event.into_iter().chain(stream).chain(payload).collect()
}

pub(super) fn keys_of() -> KeysOf {
    Arc::new(keys)
}

pub(super) fn dir() -> PathBuf {
    PathBuf::from("/ledger/journal")
}

pub(super) fn options() -> JournalOptions {
    JournalOptions {
        segment_bytes: SEGMENT_BYTES,
        ledger_id: Some(LEDGER_ID),
        ..JournalOptions::default()
    }
}

pub(super) fn try_open(fs: &Arc<dyn Fs>, dir: &Path) -> Result<Opened, OpenError> {
    SegmentJournal::open(fs.clone(), dir, options(), keys_of())
}

pub(super) fn open(fs: &Arc<dyn Fs>) -> Opened {
    try_open(fs, &dir()).unwrap()
}

/// The author of a journal's entries, and the oracle of what it must hold.
#[derive(Clone)]
pub(super) struct Scribe {
    pub written: Vec<StoredEntry>,
    pub peaks: Peaks,
    /// Positions at which batches begin.
    pub batch_starts: Vec<u64>,
    streams: HashMap<String, (u64, [u8; 32])>,
    rng: SmallRng,
}

impl Scribe {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            written: Vec::new(),
            peaks: Peaks::new(),
            batch_starts: Vec::new(),
            streams: HashMap::new(),
            rng: SmallRng::seed_from_u64(seed),
        }
    }

    pub(super) fn end(&self) -> u64 {
        self.written.len() as u64
    }

    /// The scribe as of an earlier end.
    pub(super) fn cut(&self, end: u64) -> Self {
        let mut earlier = Self::new(self.rng.clone().random());
        earlier.written = self.written[..end as usize].to_vec();
        for entry in &earlier.written {
            earlier.peaks.push(entry.leaf_hash());
            let header = Header::decode(&entry.header).unwrap();
            let next = (header.revision + 1, entry.header_hash());
            earlier.streams.insert(header.stream.to_owned(), next);
        }
        earlier.batch_starts = self.batch_starts.clone();
        earlier.batch_starts.retain(|start| *start < end);
        earlier
    }

    fn bytes(&mut self, most: usize) -> Bytes {
        let length = self.rng.random_range(0..=most);
        let mut bytes = vec![0; length];
        self.rng.fill(&mut bytes[..]);
        bytes.into()
    }

    /// A group of a few batches of a few entries of a few hundred bytes.
    pub(super) fn group(&mut self) -> Group {
        let batches = self.rng.random_range(1..4);
        let sizes: Vec<usize> = (0..batches).map(|_| self.rng.random_range(1..6)).collect();
        self.group_of(&sizes, 500)
    }

    /// A group of batches of these sizes, with events of up to so many bytes.
    pub(super) fn group_of(&mut self, sizes: &[usize], event_bytes: usize) -> Group {
        let first_position = self.end();
        let batches = sizes
            .iter()
            .map(|size| self.batch(*size, event_bytes))
            .collect();
        Group {
            first_position,
            batches,
        }
    }

    fn batch(&mut self, size: usize, event_bytes: usize) -> NewBatch {
        let seed: [u8; 32] = self.rng.random();
        let first = self.end();
        self.batch_starts.push(first);
        let mut entries = Vec::new();
        for index in 0..size as u32 {
            entries.push(self.entry(seed, index, (first, size as u32), event_bytes));
        }
        NewBatch { seed, entries }
    }

    fn entry(
        &mut self,
        seed: [u8; 32],
        index: u32,
        (batch_first_position, batch_count): (u64, u32),
        event_bytes: usize,
    ) -> NewEntry {
        let position = self.end();
        let salts = Salts::of(&seed, index);
        let event = self.bytes(event_bytes);
        let has_parts = self.rng.random_bool(0.2);
        let mut part = || {
            if has_parts {
                self.bytes(60)
            } else {
                Bytes::new()
            }
        };
        let (sealed, personal, signature) = (part(), part(), part());
        let stream = format!("project/P-{}", self.rng.random_range(0..20));
        let (revision, previous) = self.streams.get(&stream).copied().unwrap_or_default();
        let header = Header {
            digest_suite: DIGEST_SUITE,
            ledger_id: LEDGER_ID,
            stream: &stream,
            revision,
            previous_header_hash: previous,
            payload_number: self.rng.random_range(1..4),
            event_id: self.rng.random(),
            occurred_at_seconds: 1_700_000_000,
            occurred_at_nanos: 0,
            principal: "loopback",
            batch_first_position,
            batch_count,
            event_hash: event_hash(&salts.event, &event),
            sealed_hash: part_hash(&sealed),
            personal_hash: part_hash(&personal),
            signature_hash: part_hash(&signature),
        };
        let header = Bytes::from(header.encode().unwrap());
        let hash = header_hash(&salts.header, &header);
        self.streams.insert(stream, (revision + 1, hash));
        let recorded_at_us = 1_700_000_000_000_000 + position / 3 * 1000;
        let leaf_hash = leaf_hash(&leaf_bytes(position, recorded_at_us, &hash));
        let stored = StoredEntry {
            position,
            recorded_at_us,
            seed,
            index_in_batch: index,
            header: header.clone(),
            event: event.clone(),
            sealed: sealed.clone(),
            personal: personal.clone(),
            signature: signature.clone(),
        };
        let keys = keys(&stored);
        self.written.push(stored);
        self.peaks.push(leaf_hash);
        let header_hash = hash;
        NewEntry {
            recorded_at_us,
            header,
            event,
            sealed,
            personal,
            signature,
            leaf_hash,
            header_hash,
            keys: keys.into(),
        }
    }

    /// Appends so many groups, all of which must be committed.
    pub(super) fn append(&mut self, journal: &mut dyn Journal, groups: usize) {
        for _ in 0..groups {
            let group = self.group();
            assert_eq!(journal.append(&group).unwrap(), Outcome::Committed);
        }
    }

    /// Checks that a reader shows exactly what was written, in every way of reading.
    pub(super) fn check(&self, reader: &Reader) {
        assert_eq!(reader.end(), self.end());
        assert_eq!(reader.tree(), (self.peaks.size(), self.peaks.root()));
        self.check_scans(reader);
        self.check_postings(reader);
    }

    fn check_scans(&self, reader: &Reader) {
        let mut read = Vec::new();
        while (read.len() as u64) < self.end() {
            read.extend(reader.scan(read.len() as u64, 50, 9000).unwrap());
        }
        assert!(
            read == self.written,
            "scan gives other entries than were written"
        );
        let mut back = Vec::new();
        while back.len() < self.written.len() {
            back.extend(
                reader
                    .scan_back(self.end() - back.len() as u64, 50, 9000)
                    .unwrap(),
            );
        }
        back.reverse();
        assert!(
            back == self.written,
            "scan_back gives other entries than were written"
        );
        for entry in self.written.iter().step_by(7) {
            assert_eq!(reader.get(entry.position).unwrap().as_ref(), Some(entry));
        }
        assert_eq!(reader.get(self.end()).unwrap(), None);
        assert!(reader.scan(self.end(), 9, 9).unwrap().is_empty());
        assert!(reader.scan_back(0, 9, 9).unwrap().is_empty());
    }

    fn check_postings(&self, reader: &Reader) {
        let mut positions: HashMap<u64, Vec<u64>> = HashMap::new();
        for entry in &self.written {
            for key in keys(entry) {
                positions.entry(key).or_default().push(entry.position);
            }
        }
        for (key, expected) in positions {
            let all = reader
                .postings(key, 0, u64::MAX, usize::MAX, false)
                .unwrap();
            assert_eq!(all, expected);
            assert_eq!(reader.last_posting(key).unwrap(), expected.last().copied());
            let (from, to) = (self.end() / 4, self.end() / 4 * 3);
            let mut within: Vec<u64> = all.into_iter().filter(|p| (from..to).contains(p)).collect();
            let first = reader.postings(key, from, to, 5, false).unwrap();
            assert_eq!(first, within[..within.len().min(5)]);
            within.reverse();
            let last = reader.postings(key, from, to, 5, true).unwrap();
            assert_eq!(last, within[..within.len().min(5)]);
        }
        assert_eq!(reader.last_posting(fingerprint(b"absent")).unwrap(), None);
    }
}
