//! The entity states that the writer keeps between runs, in sled: an accelerator, never a record.
//!
//! What it is for: a state that was folded once need not be folded again after a restart. What it
//! is not: the only copy of anything. Bytes go in, the same bytes come out or none at all.
//!
//! Invariants:
//! - a value is returned only if its own CRC-32C, which covers the ledger, the layout, its key and
//!   its position, still fits; anything else reads as absent, and the store says it is doubtful;
//! - each value names the position up to which it was folded (`through`): a value may be old,
//!   it is never wrong, and the checkpoint says nothing about single values;
//! - no call panics and no call believes sled: damage, another boot, another ledger or another
//!   layout lead to an empty folder and a [`Doubt`];
//! - sled is named in this folder only.
//!
//! Read `open` and `store` first, then `rows` (what lies in sled) and `snapshot` (the files to
//! start again from); `marker` decides what is trusted, `folder` and `guard` keep sled at bay.

mod blob;
mod error;
mod folder;
mod guard;
mod iterate;
mod marker;
mod open;
mod restore;
mod rows;
mod snapshot;
mod store;
#[cfg(test)]
mod tests;

pub use blob::{decode, encode, layout_hash};
pub use error::{Doubt, StateError};
pub use iterate::Entries;
pub use open::{CACHE_BYTES_DEFAULT, Opened, StateOptions};
pub use rows::{BLOB_BYTES_MAX, Entry, KEY_BYTES_MAX, Stored};
pub use snapshot::{NewestSnapshot, SkippedSnapshot, Snapshot, newest_valid_snapshot};
pub use store::{Checkpoint, StateStore};
