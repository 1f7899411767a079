//! The command line: one binary, one file per subcommand.
//!
//! For: turning arguments into calls and answers into tables, NDJSON and exit codes. Every command
//! but `serve`, `verify`, `rebuild`, `simulate`, `proto` and `demo` is a gRPC client and can do
//! nothing that another client could not. Not for: rules, formats, storage.
//!
//! Exit codes, the same for every command ([`Exit`]):
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | the ledger refused something |
//! | 2 | wrong usage, or input that cannot be read |
//! | 3 | damage found in the ledger |
//! | 4 | no server could be reached |
//! | 5 | any other failure |
//!
//! Read next: [`args`], [`run()`], then one subcommand such as [`append`].

pub mod answer;
pub mod append;
pub mod args;
pub mod checkpoint;
pub mod client;
pub mod codec;
pub mod comments;
pub mod compliance;
pub mod demo;
pub mod details;
pub mod event_row;
pub mod exit;
pub mod folded;
pub mod get;
pub mod import;
pub mod info;
pub mod lang;
pub mod list;
pub mod list_tables;
pub mod measures;
pub mod output;
pub mod printer;
pub mod process_tables;
pub mod progress;
pub mod project;
pub mod project_tables;
pub mod proto;
pub mod proto_sources;
pub mod proto_tables;
pub mod query;
pub mod read;
pub mod reasons;
pub mod rebuild;
pub mod render;
pub mod rules;
pub mod rules_change;
pub mod run;
pub mod serve;
pub mod simulate;
pub mod subscribe;
pub mod supervision;
pub mod verify;
pub mod view;
pub mod view_tables;

pub use exit::{Exit, Failure};
pub use run::run;
