//! Shape: the strict check of received bytes against the schema, before anything else sees them.
//!
//! For: wire syntax (unknown fields, wrong types, repeats, groups, torn bytes), the schema's own
//! rules (required, formats, ranges, lengths), and what one event alone must agree about (its
//! legal date, stream, region, parts). Not for: what other events say; that is the decider's.
//!
//! *Invariants*: every violation is told at once, up to [`VIOLATIONS_MAX`]; arbitrary bytes never
//! panic; nothing of a sealed or personal part is quoted; a good event costs no allocation unless
//! it has lists of more than sixteen ids. The rules come from the descriptor, never from code that
//! repeats them.
//!
//! Read next: [`checker()`], then the walk behind it.

pub mod batch;
pub mod checker;
mod compile;
mod cross;
mod envelope;
mod format;
mod leaf;
mod parts;
mod table;
mod unique;
pub mod violation;
mod walk;
mod wire;

#[cfg(test)]
mod tests;

pub use batch::{BATCH_BYTES_MAX, BATCH_EVENTS_MAX, EVENT_BYTES_MAX};
pub use checker::{Checked, Checker, Instant, Parts, checker};
pub use violation::{Rule, VIOLATIONS_MAX, Violation};
