//! The gRPC edge: convert, call, convert.
//!
//! For: turning requests into checked batches and queries, answers and errors into messages and
//! rich statuses; running the server. Not for: decisions of any kind.
//!
//! *Invariants*: `tonic` appears here and in the command line's client, nowhere else. A refusal
//! names the field, the figures and the rule. No call waits for a slow reader of another. An answer
//! that breaks off ends with an error.

mod answers;
mod append;
mod compliance;
mod measures;
mod projects;
mod query;
mod read;
mod replay;
mod search;
mod server;
mod service;
pub mod status;
mod subscribe;
mod watch;

pub use compliance::ComplianceServer;
pub use projects::ProjectServer;
pub use search::SearchServer;
pub use server::{ServeError, ServerConfig, serve};
pub use service::LedgerServer;
