//! What an operator may choose about a ledger.

use std::path::PathBuf;

/// Settings of one ledger folder. The defaults suit a single machine.
#[derive(Clone, Debug)]
pub struct LedgerConfig {
    /// The folder that holds everything.
    pub data: PathBuf,
    /// Make the folder if there is none.
    pub create: bool,
    /// Record times come from requests. Only for a new folder; an old one keeps what it began with.
    pub simulated_clock: bool,
    /// Bytes of a journal segment.
    pub segment_bytes: u64,
    /// Batches that may wait for the decider; one more is answered `RESOURCE_EXHAUSTED`.
    pub queue_batches: usize,
    /// Bytes of events that may wait for the decider.
    pub queue_bytes: usize,
    /// Appends stop when the file system has less than this many bytes free.
    pub disk_reserve_bytes: u64,
    /// Milliseconds without work after which the watermark and `head` are synced.
    pub idle_ms: u64,
    /// Entity states kept in memory before old ones are dropped.
    pub cached_entities: usize,
    /// Bytes of sled's page cache.
    pub state_cache_bytes: u64,
    /// Events between two checkpoints of the state store.
    pub checkpoint_events: u64,
    /// Events between two state snapshot files.
    pub snapshot_events: u64,
    /// Bytes of the access log after which refusals are only counted.
    pub access_log_bytes_max: u64,
    /// The master key's file; `master.key` in the data folder if absent.
    pub master_key: Option<PathBuf>,
    /// Packs of rules of the site: files, and folders of `.toml` files.
    pub rules: Vec<PathBuf>,
}

impl LedgerConfig {
    /// Settings for a folder, everything else at its default.
    pub fn at(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            create: true,
            simulated_clock: false,
            segment_bytes: 64 << 20,
            queue_batches: 4_096,
            queue_bytes: 32 << 20,
            disk_reserve_bytes: 256 << 20,
            idle_ms: 20,
            cached_entities: 20_000,
            state_cache_bytes: 16 << 20,
            checkpoint_events: 50_000,
            snapshot_events: 500_000,
            access_log_bytes_max: 1 << 30,
            master_key: None,
            rules: Vec::new(),
        }
    }
}
