//! The only truth: append-only segment files that keep every event's bytes as received.
//!
//! For: making groups of entries durable before they are acknowledged, reading them back checked,
//! finding them by key, and telling a torn tail from corruption. Not for: protobuf, domain
//! rules, encryption, transport; entries are bytes and keys are numbers here.
//!
//! Invariants: what an append acknowledged is never cut by recovery; a record that does
//! not check is never served; nothing here panics on any bytes of a file; indexes are rebuilt
//! from segments, never the other way round; no file is touched but through [`fs::Fs`].
//!
//! The format is `docs/journal-format.md`. Read next: `seam`, `entry`, `writer`, `reader`, `open`.

mod check;
mod damage;
mod entry;
mod folder;
mod format;
mod head_file;
mod heal;
mod index;
mod keeper;
mod open;
mod options;
mod reader;
mod rebuild;
mod refusal;
mod run;
mod seam;
mod segment;
mod shared;
mod survey;
mod walk;
mod writer;

pub mod faults;
pub mod fs;
pub mod header;

pub use check::{CheckReport, check};
pub use damage::{Damage, DamageKind, ReadError};
pub use entry::{Group, NewBatch, NewEntry, StoredEntry};
pub use format::FORMAT_VERSION;
pub use options::{
    Identity, JournalOptions, KeysOf, LOG_ACCESS, LOG_EVENTS, OpenError, OpenReport, Opened,
    Progress, ProgressFn, SEGMENT_BYTES_DEFAULT, SEGMENT_BYTES_RANGE, Stage,
};
pub use reader::{Reader, ReaderStats};
pub use rebuild::{RebuildReport, rebuild_sidecars};
pub use seam::{AppendError, Journal, Outcome};
pub use writer::SegmentJournal;

#[cfg(test)]
mod tests;
