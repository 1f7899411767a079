//! The header of an entry and the hashes that bind it into the log. Pure: bytes in, bytes out.
//!
//! A header names what an entry is (stream, revision, payload, event, principal, batch) and fixes
//! the hashes of its parts; the leaf of the RFC 6962 tree fixes the header under a salt and so
//! reveals nothing. Layouts are big-endian and frozen: `docs/journal-format.md`, with vectors.

mod hashes;
mod layout;
mod peaks;

pub use hashes::{
    BatchSalts, LEAF_VERSION, Salts, event_hash, header_hash, leaf_bytes, leaf_hash, node_hash,
    part_hash,
};
pub use layout::{DIGEST_SUITE, Header, HeaderError, HeaderView, SHORT_TEXT_BYTES_MAX};
pub use peaks::{Peaks, PeaksError, empty_root};
