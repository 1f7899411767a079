//! What lies in sled: rows of a few KiB, each bound to its ledger, layout and key by a CRC-32C.
//!
//! | key | value |
//! |---|---|
//! | `i` | check of an empty row: says that the database is ours |
//! | `p` | the checkpoint: position, tree root, check |
//! | `v` + key | a value: through-position, length, check, first chunk |
//! | `c` + key + chunk index (4 bytes) | the further chunks of a value |
//!
//! sled moves a page over a quarter of its segment (128 KiB) into a file of its own that it never
//! syncs. A leaf page holds up to 20 rows and an index page up to 320 keys: hence the limits of
//! [`CHUNK_BYTES`] and [`KEY_BYTES_MAX`]. Chunks that a value no longer needs stay behind, unread,
//! until the value grows again.

use std::fmt;

use sled::Tree;

use super::store::Checkpoint;

/// The longest key, in bytes.
pub const KEY_BYTES_MAX: usize = 256;
/// The largest value, in bytes.
pub const BLOB_BYTES_MAX: usize = 4 << 20;
/// The most bytes of a value that one row carries.
pub(super) const CHUNK_BYTES: usize = 4 << 10;

const IDENTITY: &[u8] = b"i";
const CHECKPOINT: &[u8] = b"p";
const VALUE: u8 = b'v';
const CHUNK: u8 = b'c';
/// Through-position, length, check.
const HEAD_BYTES: usize = 8 + 4 + 4;

/// A value as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The position up to which, inclusive, the state was folded.
    pub through: u64,
    /// The encoded state.
    pub blob: Vec<u8>,
}

/// Key, through-position and blob of a value.
pub type Entry = (Vec<u8>, u64, Vec<u8>);

/// What every check covers, so that rows of another ledger or layout are never believed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity {
    pub(super) ledger_id: [u8; 16],
    pub(super) layout_hash: u64,
}

/// Why a row was not believed.
#[derive(Debug)]
pub(super) enum RowFault {
    /// sled answered with an error.
    Sled(sled::Error),
    /// The bytes do not fit their check.
    Check(String),
}

impl fmt::Display for RowFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sled(error) => write!(out, "sled: {error}"),
            Self::Check(what) => write!(out, "{what} fails its check"),
        }
    }
}

impl From<sled::Error> for RowFault {
    fn from(error: sled::Error) -> Self {
        Self::Sled(error)
    }
}

/// A row to be written: key and value.
pub(super) type Row = (Vec<u8>, Vec<u8>);

impl Identity {
    /// Returns the CRC-32C over identity, row kind, key, through-position and content.
    fn check(&self, kind: u8, key: &[u8], through: u64, content: &[u8]) -> u32 {
        let crc = crc32c::crc32c(&self.ledger_id);
        let crc = crc32c::crc32c_append(crc, &self.layout_hash.to_be_bytes());
        let crc = crc32c::crc32c_append(crc, &[kind]);
        let crc = crc32c::crc32c_append(crc, &(key.len() as u64).to_be_bytes());
        let crc = crc32c::crc32c_append(crc, key);
        let crc = crc32c::crc32c_append(crc, &through.to_be_bytes());
        crc32c::crc32c_append(crc, content)
    }

    /// Returns the row that says whose database this is.
    pub(super) fn identity_row(&self) -> Row {
        let check = self.check(IDENTITY[0], &[], 0, &[]);
        (IDENTITY.to_vec(), check.to_be_bytes().to_vec())
    }

    /// Returns the row of a checkpoint.
    pub(super) fn checkpoint_row(&self, checkpoint: &Checkpoint) -> Row {
        let position = checkpoint.position;
        let check = self.check(CHECKPOINT[0], &[], position, &checkpoint.root);
        let mut bytes = position.to_be_bytes().to_vec();
        bytes.extend(checkpoint.root);
        bytes.extend(check.to_be_bytes());
        (CHECKPOINT.to_vec(), bytes)
    }

    /// Returns the rows of a value, which fits [`BLOB_BYTES_MAX`].
    pub(super) fn value_rows(&self, key: &[u8], through: u64, blob: &[u8]) -> Vec<Row> {
        let first = blob.len().min(CHUNK_BYTES);
        let mut head = Vec::with_capacity(HEAD_BYTES + first);
        head.extend(through.to_be_bytes());
        head.extend((blob.len() as u32).to_be_bytes());
        head.extend(self.check(VALUE, key, through, blob).to_be_bytes());
        head.extend(&blob[..first]);
        let mut rows = vec![(value_key(key), head)];
        for (index, chunk) in blob.chunks(CHUNK_BYTES).enumerate().skip(1) {
            rows.push((chunk_key(key, index as u32), chunk.to_vec()));
        }
        rows
    }

    /// Says whether the database carries the mark of this ledger and layout.
    pub(super) fn is_marked(&self, tree: &Tree) -> Result<bool, RowFault> {
        let found = tree.get(IDENTITY)?;
        Ok(found.is_some_and(|bytes| bytes[..] == self.identity_row().1[..]))
    }

    /// Reads the checkpoint, if there is one.
    pub(super) fn read_checkpoint(&self, tree: &Tree) -> Result<Option<Checkpoint>, RowFault> {
        let Some(bytes) = tree.get(CHECKPOINT)? else {
            return Ok(None);
        };
        let fits = || {
            let (position, rest) = bytes.split_first_chunk::<8>()?;
            let root: [u8; 32] = rest.get(..32)?.try_into().ok()?;
            let checkpoint = Checkpoint {
                position: u64::from_be_bytes(*position),
                root,
            };
            (self.checkpoint_row(&checkpoint).1[..] == bytes[..]).then_some(checkpoint)
        };
        fits()
            .map(Some)
            .ok_or_else(|| RowFault::Check("the checkpoint row".to_owned()))
    }

    /// Reads a value, if there is one.
    ///
    /// The caller keeps writers away: the rows of a value are read one after the other.
    pub(super) fn read_value(&self, tree: &Tree, key: &[u8]) -> Result<Option<Stored>, RowFault> {
        match tree.get(value_key(key))? {
            Some(head) => self.complete(tree, key, &head).map(Some),
            None => Ok(None),
        }
    }

    /// Puts a value together from its first row and the further ones.
    fn complete(&self, tree: &Tree, key: &[u8], head: &[u8]) -> Result<Stored, RowFault> {
        let misfit = || RowFault::Check(format!("the value of key {}", key.escape_ascii()));
        let (through, rest) = head.split_first_chunk::<8>().ok_or_else(misfit)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(misfit)?;
        let (check, first) = rest.split_first_chunk::<4>().ok_or_else(misfit)?;
        let through = u64::from_be_bytes(*through);
        let length = u32::from_be_bytes(*length) as usize;
        if length > BLOB_BYTES_MAX || first.len() != length.min(CHUNK_BYTES) {
            return Err(misfit());
        }
        let mut blob = Vec::with_capacity(length);
        blob.extend_from_slice(first);
        let mut index = 1;
        while blob.len() < length {
            let chunk = tree.get(chunk_key(key, index))?.ok_or_else(misfit)?;
            // An empty or long chunk would never end, or grow past the length.
            if chunk.len() != (length - blob.len()).min(CHUNK_BYTES) {
                return Err(misfit());
            }
            blob.extend_from_slice(&chunk);
            index += 1;
        }
        if self.check(VALUE, key, through, &blob).to_be_bytes() != *check {
            return Err(misfit());
        }
        Ok(Stored { through, blob })
    }
}

/// Returns the rows of values in key order, one row per value.
pub(super) fn scan_values(tree: &Tree) -> sled::Iter {
    tree.scan_prefix([VALUE])
}

/// Returns the key of a value, given that of its first row.
pub(super) fn key_of_row(row_key: &[u8]) -> &[u8] {
    row_key.get(1..).unwrap_or_default()
}

fn value_key(key: &[u8]) -> Vec<u8> {
    [&[VALUE], key].concat()
}

fn chunk_key(key: &[u8], index: u32) -> Vec<u8> {
    [&[CHUNK], key, &index.to_be_bytes()[..]].concat()
}
