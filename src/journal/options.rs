//! What opening takes and gives.

use std::io;
use std::sync::Arc;

use thiserror::Error;

use super::damage::Damage;
use super::entry::StoredEntry;
use super::reader::Reader;
use super::seam::Journal;

/// Gives the fingerprints under which an entry shall be found. Called when an index is rebuilt;
/// must be total and depend on the entry only.
pub type KeysOf = Arc<dyn Fn(&StoredEntry) -> Vec<u64> + Send + Sync>;

/// Is told how far a long step has come.
pub type ProgressFn = Arc<dyn Fn(Progress) + Send + Sync>;

/// Log id of the ledger's events.
pub const LOG_EVENTS: u8 = 0;
/// Log id of the access log.
pub const LOG_ACCESS: u8 = 1;

/// Size of a new segment unless told otherwise.
pub const SEGMENT_BYTES_DEFAULT: u64 = 64 << 20;
/// Smallest and largest size of a segment.
pub const SEGMENT_BYTES_RANGE: std::ops::RangeInclusive<u64> = (8 << 10)..=(1 << 30);

/// A long step of opening, checking or rebuilding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reads records after the newest watermark, or of a segment without a usable index.
    Recover,
    /// Hashes everything again.
    Check,
    /// Writes index files anew.
    Rebuild,
}

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The step.
    pub stage: Stage,
    /// Bytes of segments done.
    pub done_bytes: u64,
    /// Bytes of segments in all.
    pub total_bytes: u64,
}

/// How to open a journal.
#[derive(Clone)]
pub struct JournalOptions {
    /// Which log this is: [`LOG_EVENTS`] or [`LOG_ACCESS`].
    pub log_id: u8,
    /// Size of segments made from now on, in bytes, within [`SEGMENT_BYTES_RANGE`].
    pub segment_bytes: u64,
    /// Revision of the schema of the events; a journal with a newer one is refused, one with an
    /// older one goes on in a new segment.
    pub schema_revision: u32,
    /// Whether record times come from requests. Honoured for a new folder only, fixed then.
    pub simulated_clock: bool,
    /// Ledger id of a new folder (random if absent); an existing folder must have this one.
    pub ledger_id: Option<[u8; 16]>,
    /// Whether to make a new journal where there is none.
    pub create: bool,
    /// Is told of long steps.
    pub progress: Option<ProgressFn>,
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self {
            log_id: LOG_EVENTS,
            segment_bytes: SEGMENT_BYTES_DEFAULT,
            schema_revision: 1,
            simulated_clock: false,
            ledger_id: None,
            create: true,
            progress: None,
        }
    }
}

/// What a journal is, for its whole life but for the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The ledger, a UUID.
    pub ledger_id: [u8; 16],
    /// Which log of the ledger.
    pub log_id: u8,
    /// How hashes are made, fixed when the folder was made.
    pub digest_suite: u8,
    /// Whether record times come from requests, fixed when the folder was made.
    pub simulated_clock: bool,
    /// How often the journal was opened for writing, this time included.
    pub epoch: u64,
}

/// An open journal.
pub struct Opened {
    /// The one writer; absent if the journal is corrupt and so read only.
    pub writer: Option<Box<dyn Journal>>,
    /// Reads what is durable; can be cloned and outlives the writer.
    pub reader: Reader,
    /// What the journal is.
    pub identity: Identity,
    /// What opening found and did.
    pub report: OpenReport,
}

/// What opening found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenReport {
    /// Whether the folder was made just now.
    pub is_new: bool,
    /// Whether the journal had been closed, or idle past its last append.
    pub was_at_rest: bool,
    /// Entries found after the newest head and kept.
    pub recovered_entries: u64,
    /// Damage that opening healed: torn tails, head slots, index files.
    pub healed: Vec<Damage>,
    /// Damage that it cannot heal; the journal is read only if there is any.
    pub corruption: Vec<Damage>,
}

/// Why a journal was not opened, by what the caller does next.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another process, or another part of this one, has it open.
    #[error("journal {dir} is in use")]
    Locked {
        /// The folder.
        dir: String,
    },
    /// There is no journal, and none was to be made.
    #[error("no journal in {dir}")]
    Missing {
        /// The folder.
        dir: String,
    },
    /// A newer version of the program wrote it: upgrade.
    #[error("{file} has format {found}, this version reads up to {supported}")]
    NewerFormat {
        /// Name of the file.
        file: String,
        /// Format version found.
        found: u32,
        /// Newest format this version reads.
        supported: u32,
    },
    /// Its events have a newer schema: upgrade.
    #[error("{file} has schema revision {found}, this version reads up to {supported}")]
    NewerSchema {
        /// Name of the file.
        file: String,
        /// Schema revision found.
        found: u32,
        /// The revision asked for.
        supported: u32,
    },
    /// It is a journal, but not the one asked for.
    #[error("{dir} holds another journal: {what}")]
    Other {
        /// The folder.
        dir: String,
        /// What differs.
        what: String,
    },
    /// An option is out of its range.
    #[error("{what}")]
    BadOption {
        /// Which, and its range.
        what: String,
    },
    /// Nothing in it says what journal it is: restore a backup.
    #[error("journal is corrupt: {damage}")]
    Unrecognisable {
        /// The first damage.
        damage: Damage,
    },
    /// The file system failed.
    #[error("cannot {act} {file}")]
    Io {
        /// What failed.
        act: &'static str,
        /// Name of the file or folder.
        file: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
}
