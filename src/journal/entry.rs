//! Entries on their way into the journal and out of it.

use std::sync::Arc;

use bytes::Bytes;

use super::header::{HeaderView, Salts, header_hash, leaf_bytes, leaf_hash};

/// An entry to append. The journal keeps the bytes as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewEntry {
    /// When the ledger recorded it: microseconds since 1970, never less than the entry before.
    pub recorded_at_us: u64,
    /// The encoded [`super::header::Header`].
    pub header: Bytes,
    /// The event's bytes as received.
    pub event: Bytes,
    /// Ciphertext of the sealed part; empty if there is none.
    pub sealed: Bytes,
    /// Ciphertext of the personal part; empty if there is none.
    pub personal: Bytes,
    /// The sender's signature; empty if there is none.
    pub signature: Bytes,
    /// [`leaf_hash`] of the entry's leaf.
    pub leaf_hash: [u8; 32],
    /// [`header_hash`] of `header` under the entry's salt.
    pub header_hash: [u8; 32],
    /// Fingerprints under which the entry shall be found; equal to what the journal's
    /// [`super::KeysOf`] gives for it. Order and repeats are of no account.
    pub keys: Arc<[u64]>,
}

/// Entries that are recorded together or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewBatch {
    /// Random bytes from which the salts of the entries are derived.
    pub seed: [u8; 32],
    /// The entries, in order.
    pub entries: Vec<NewEntry>,
}

/// Batches that share one write and one sync.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Position of the first entry: the number of entries appended before.
    pub first_position: u64,
    /// The batches, in order; none of them empty.
    pub batches: Vec<NewBatch>,
}

impl Group {
    /// Entries in all batches.
    pub fn entries(&self) -> impl Iterator<Item = &NewEntry> {
        self.batches.iter().flat_map(|batch| &batch.entries)
    }
}

/// An entry read back. Its parts are slices of a buffer that it shares with its neighbours, so
/// that keeping one small part keeps the whole buffer (up to the `max_bytes` of the read).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// Place in the journal, from 0 without holes.
    pub position: u64,
    /// When the ledger recorded it: microseconds since 1970.
    pub recorded_at_us: u64,
    /// Seed of its batch.
    pub seed: [u8; 32],
    /// Place in its batch, from 0.
    pub index_in_batch: u32,
    /// The encoded header.
    pub header: Bytes,
    /// The event's bytes as received.
    pub event: Bytes,
    /// Ciphertext of the sealed part, or empty.
    pub sealed: Bytes,
    /// Ciphertext of the personal part, or empty.
    pub personal: Bytes,
    /// The signature, or empty.
    pub signature: Bytes,
}

impl StoredEntry {
    /// Fields of the header, read in place.
    pub fn view(&self) -> HeaderView<'_> {
        HeaderView::new(&self.header)
    }

    /// The entry's salts, derived from the seed of its batch.
    pub fn salts(&self) -> Salts {
        Salts::of(&self.seed, self.index_in_batch)
    }

    /// Hash of the header under its salt.
    pub fn header_hash(&self) -> [u8; 32] {
        header_hash(&self.salts().header, &self.header)
    }

    /// Bytes of the entry's leaf.
    pub fn leaf_bytes(&self) -> [u8; 49] {
        leaf_bytes(self.position, self.recorded_at_us, &self.header_hash())
    }

    /// Hash of the entry's leaf.
    pub fn leaf_hash(&self) -> [u8; 32] {
        leaf_hash(&self.leaf_bytes())
    }
}
