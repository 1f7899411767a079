//! The heart: the only place where journal, state and domain meet.
//!
//! For: deciding batches in order, making them durable, answering; reading and subscribing to what
//! is durable. Not for: wire types of requests, rules of procurement, file formats.
//!
//! *Invariants*: one decider, so a gate reads any entity without races. An answer (receipt or
//! refusal) leaves only after everything that it was decided on is durable. Readers never see what
//! is not durable. The journal is the only truth: state and caches may be thrown away.
//!
//! Read next: [`append`] (what a caller says and gets), [`decider`], [`committer`], [`query`].

pub mod append;
pub mod cache;
pub mod clock;
pub mod committer;
pub mod config;
pub mod decider;
mod facts;
pub mod fresh;
pub mod history;
pub mod kept;
pub mod keys;
pub mod law;
pub mod open;
pub mod opening;
pub mod overlay;
mod places;
pub mod query;
pub mod queue;
pub mod rebuild;
mod shared;
pub mod states;
pub mod subscribe;
pub mod views;
pub mod visibility;

pub use append::{AppendError, Appended, Batch, Submitted};
pub use config::LedgerConfig;
pub use open::Ledger;
pub use opening::OpenError;
pub use rebuild::{rebuild, rebuild_with};
