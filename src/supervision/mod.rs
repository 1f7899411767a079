//! Supervision: what the rules say of everything at once, as a regulator reads it.
//!
//! For: pictures of the whole ledger (obligations, findings and what metrics are computed from, in
//! `SQLite`), the live one and ones of earlier days; lists, metrics and indicators over them. Not
//! for: what a rule says, which [`crate::rules`] tells stream by stream; transport.
//!
//! *Invariants*: a picture is a function of the events that were recorded, the two moments, the
//! rules and the calendar: a live picture at the end of a day equals the picture that is made later
//! as of that day. A stream is judged again when it, or a stream that was read for it, has new
//! events, and when a day comes on which something falls due. Rows of a stream, place in the
//! journal and its root change in one transaction. Pictures may be deleted at any time.
//!
//! A metric reads only documented tables and names its numerator, its denominator and the rows
//! behind them; a share of nothing has no value.
//!
//! Read next: [`sight`], [`picture`], [`past`], [`lists`], then [`metrics`] and [`indicators`].

pub mod across;
pub mod facts;
pub mod indicators;
pub mod lists;
pub mod metrics;
pub mod past;
pub mod picture;
pub mod replay;
pub mod sight;
pub mod tables;
pub mod verdicts;

#[cfg(test)]
mod tests;

pub use past::Supervision;
pub use picture::Picture;
