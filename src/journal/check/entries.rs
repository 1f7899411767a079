//! The hashes of one entry, and its place in its batch, stream and tree.

use super::Known;
use crate::journal::entry::StoredEntry;
use crate::journal::header::{Header, event_hash, header_hash, leaf_bytes, leaf_hash, part_hash};
use crate::journal::walk::Walked;

/// The batches of the record that is being read.
#[derive(Default)]
pub(super) struct Batches {
    /// First position and entries of each batch.
    batches: Vec<(u64, u32)>,
    next: usize,
}

impl Batches {
    pub(super) fn of(record: &Walked) -> Self {
        let mut first = record.header.first_position;
        let batches = record.batch_counts().map(|count| {
            let batch = (first, count);
            first = first.saturating_add(u64::from(count));
            batch
        });
        Self {
            batches: batches.collect(),
            next: 0,
        }
    }

    /// Whether the table accounts for all entries of the record.
    pub(super) fn add_up(&self, record: &Walked) -> bool {
        let sum: u64 = self
            .batches
            .iter()
            .map(|(_, count)| u64::from(*count))
            .sum();
        sum == u64::from(record.header.entries)
    }

    fn holding(&mut self, position: u64) -> Option<(u64, u32)> {
        while let Some((first, count)) = self.batches.get(self.next) {
            if position < first.saturating_add(u64::from(*count)) {
                return Some((*first, *count));
            }
            self.next += 1;
        }
        None
    }
}

/// Checks an entry against itself and everything before it; gives each fault to `fault`.
pub(super) fn check_entry(
    entry: &StoredEntry,
    ledger_id: Option<[u8; 16]>,
    batches: &mut Batches,
    known: &mut Known,
    fault: &mut dyn FnMut(&str),
) {
    let salts = entry.salts();
    let hash = header_hash(&salts.header, &entry.header);
    if let Some(peaks) = known
        .peaks
        .as_mut()
        .filter(|peaks| peaks.size() == entry.position)
    {
        let leaf = leaf_bytes(entry.position, entry.recorded_at_us, &hash);
        peaks.push(leaf_hash(&leaf));
        known.header_hash = hash;
    }
    if entry.recorded_at_us < known.recorded_at_us {
        fault("record time is before that of the entry before");
    }
    known.recorded_at_us = known.recorded_at_us.max(entry.recorded_at_us);
    let header = match Header::decode(&entry.header) {
        Ok(header) => header,
        Err(error) => return fault(&error.to_string()),
    };
    if ledger_id.is_some_and(|id| id != header.ledger_id) {
        fault("header is of another ledger");
    }
    let batch = (header.batch_first_position, header.batch_count);
    let first = entry.position.checked_sub(u64::from(entry.index_in_batch));
    if batches.holding(entry.position) != Some(batch) || first != Some(batch.0) {
        fault("header and batch table disagree");
    }
    let hashes = [
        (
            event_hash(&salts.event, &entry.event),
            header.event_hash,
            "event",
        ),
        (part_hash(&entry.sealed), header.sealed_hash, "sealed part"),
        (
            part_hash(&entry.personal),
            header.personal_hash,
            "personal part",
        ),
        (
            part_hash(&entry.signature),
            header.signature_hash,
            "signature",
        ),
    ];
    for (found, stated, part) in hashes {
        if found != stated {
            fault(&format!(
                "{part} does not have the hash that the header states"
            ));
        }
    }
    if let Some(what) = known.chains.follow(&header, &hash) {
        fault(what);
    }
}
