//! Read models: lists, search and statistics over everything that the ledger holds, in `SQLite`.
//!
//! For: following the durable journal, deriving rows, answering questions about many objects at
//! once. Not for: one object, which [`crate::views`] folds when asked; transport.
//!
//! *Invariants*: a row is what the view of its object tells the public, cut to columns: nothing is
//! folded here a second time, so corrections, voids and what is withheld need no rule of their own.
//! Rows, place in the journal and its root change in one transaction. The files may be deleted at
//! any time; what is damaged, of another history or of another version is made anew beside the old
//! file and put in its place. Equal histories give equal digests, however they were followed.
//!
//! Read next: [`tables`], [`mod@derive`], then [`follow`].

pub mod derive;
mod error;
mod foldings;
pub mod follow;
pub mod lists;
mod objects;
pub mod page;
mod reader;
pub mod rows;
pub mod statistics;
pub mod store;
pub mod survey;
pub mod tables;
pub mod words;
pub mod writer;

pub use error::ModelError;
pub use follow::Models;
pub use objects::Objects;
pub use reader::{Answer, Model};
pub use store::{Rebuilt, fill, rebuild};
