//! Which groups the journal refuses.

use super::entry::Group;
use super::format::{RECORD_BYTES_MAX, record_bytes};
use super::header::{Salts, header_hash, leaf_bytes, leaf_hash};

/// Why a group would break what readers and recovery rely on, if it would. The journal ends at
/// `end`; its last entry was recorded at `recorded_at_us`.
pub(super) fn refusal(group: &Group, end: u64, recorded_at_us: u64) -> Option<String> {
    if group.first_position != end {
        let first = group.first_position;
        return Some(format!("it begins at {first}, the journal ends at {end}"));
    }
    if group.batches.iter().any(|batch| batch.entries.is_empty()) {
        return Some(String::from("it has an empty batch"));
    }
    let bytes = record_bytes(group);
    if bytes > RECORD_BYTES_MAX {
        return Some(format!(
            "it takes {bytes} bytes, a record {RECORD_BYTES_MAX} at most"
        ));
    }
    let times = group.entries().map(|entry| entry.recorded_at_us);
    if !std::iter::once(recorded_at_us).chain(times).is_sorted() {
        return Some(String::from("its record times go back"));
    }
    debug_assert!(
        has_true_hashes(group),
        "hashes of an entry do not fit its bytes"
    );
    None
}

/// Whether each entry's hashes are those of its bytes; too slow for every append.
fn has_true_hashes(group: &Group) -> bool {
    let mut positions = group.first_position..;
    group.batches.iter().all(|batch| {
        let mut entries = (0_u32..).zip(&batch.entries).zip(positions.by_ref());
        entries.all(|((index, entry), position)| {
            let hash = header_hash(&Salts::of(&batch.seed, index).header, &entry.header);
            let leaf = leaf_bytes(position, entry.recorded_at_us, &hash);
            (hash, leaf_hash(&leaf)) == (entry.header_hash, entry.leaf_hash)
        })
    })
}
