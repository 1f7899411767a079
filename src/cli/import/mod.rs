//! `bihuan import`: procurement data of others into the ledger.
//!
//! For: reading files as their publishers wrote them, sending what they hold over gRPC, and
//! reporting what could not be read, one by one. Not for: formats; those are `exchange`'s.
//!
//! *Invariant*: a wrong file is reported and the rest goes on. Importing again records nothing
//! twice.
//!
//! Read next: `command`, `summary`.

mod command;
mod summary;

pub use command::{ImportArgs, run};
pub use summary::{ReleaseSource, Summary};
