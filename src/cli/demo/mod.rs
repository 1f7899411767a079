//! `bihuan demo`: a year of procurement in one command.
//!
//! For: showing a newcomer the ledger alive: the real server on loopback, a simulated year pushed
//! over gRPC by many systems at once, and what came of it. Not for: anything that a client could
//! not do itself; the demo has no way into the ledger but the service.
//!
//! *Invariant*: an answer other than the simulator foretold is told, and the demo fails.
//!
//! Read next: `command`, `host` (the server), `year` (the push), `notes` (what is worth showing),
//! `story`, `loops` and `regulator` (showing it).

mod command;
mod host;
mod late;
mod loops;
mod notes;
mod regulator;
mod results;
mod story;
mod year;

pub use command::{DemoArgs, run};
