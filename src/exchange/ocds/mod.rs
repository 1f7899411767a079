//! Releases of Open Contracting Data Standard publishers (1.0 and 1.1), as they really stand in
//! files, each made a submission of an `ocds` stream.
//!
//! Read: release packages, record packages, records and releases without a package, arrays of any
//! of them, and several of them one after another (NDJSON). A record gives its full releases; one
//! that only links to its releases gives its compiled release, when it has one.
//!
//! Identity is ocid and release id. The same bytes again are a retry; other bytes under the same
//! id, even other white space, are the ledger's E004: which of them the publisher meant is not for
//! an importer to guess. A release without a readable date is dated 1970-01-01 and `undated`, not
//! today, so that importing it tomorrow is a retry too.
//!
//! *Invariant*: `release_json` is the slice of the file, byte for byte.
//! *Invariant*: a submission is a function of the release's bytes and of who imports. What a
//! package says about its releases stays outside: the same release in two packages is one event.
//! *Invariant*: whatever is not imported is reported, with file, place and reason.
//!
//! Read in this order: `submission` (what becomes of a release), `document` (where releases stand
//! in a file), `scan` (the bytes), `files` (folders), `issue` (what is reported).

mod date;
mod document;
mod files;
mod identity;
mod issue;
mod release;
mod scan;
mod submission;
#[cfg(test)]
mod tests;

pub use files::{OcdsItem, read_file, read_path, read_stream};
pub use identity::{partition as process_partition, process_id};
pub use issue::{IssueReason, OcdsIssue, Place};
pub use submission::{Importer, RELEASE_BYTES_MAX, SOURCE_SYSTEM};

/// A small hand-made process that ships with the program: one school buys desks, over five
/// releases from planning to implementation. All organisations are fictional.
pub const EXAMPLE: &[u8] = include_bytes!("../example/desks.json");
