//! `bihuan append`: NDJSON of submissions into the ledger.
//!
//! For: reading lines, cutting them into batches, sending them one call at a time or over a stream,
//! and telling what became of each. `import` sends through here too. Not for: deciding what may be
//! sent; the ledger says.
//!
//! *Invariants*: events are sent in the order of the lines. What is tried again is sent as it was,
//! and events are idempotent, so a retry records nothing twice.
//!
//! Read next: `command`, `input`, [`send`], [`stream`], [`counts`], [`report`].

mod command;
pub mod counts;
mod input;
pub mod report;
pub mod send;
pub mod stream;

pub use command::{AppendArgs, run};
