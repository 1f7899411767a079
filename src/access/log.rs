//! The access log: a second journal with its own tree that keeps refusals as evidence.
//!
//! Records are written behind the answer, synced within a second, and bounded in size: beyond the
//! bound, or when the writer cannot keep up, they are only counted.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, SyncSender},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use prost::Message as _;
use sha2::{Digest, Sha256};

use crate::{
    events::v1::AccessRecord,
    journal::{
        Group, Identity, Journal, JournalOptions, KeysOf, LOG_ACCESS, NewBatch, NewEntry,
        OpenError, Reader, SegmentJournal,
        fs::Fs,
        header::{DIGEST_SUITE, Header, Salts, event_hash, header_hash, leaf_bytes, leaf_hash},
    },
};

/// Records that may wait to be written.
const QUEUE_RECORDS: usize = 4_096;
/// The longest that a record waits before it is synced.
const SYNC_WITHIN: Duration = Duration::from_millis(500);
/// Bytes of a refused event that are kept.
pub const EVENT_BYTES_MAX: usize = 64 << 10;
/// The stream that records stand in.
const STREAM: &str = "access/00/log";

enum Command {
    Record(Box<AccessRecord>),
    Sync(SyncSender<()>),
    Close,
}

/// What is chosen about an access log.
#[derive(Clone, Copy, Debug)]
pub struct AccessLogSettings {
    /// Bytes of its segments.
    pub segment_bytes: u64,
    /// Bytes after which refusals are only counted.
    pub bytes_max: u64,
    /// Its ledger runs under a simulated clock; its own times are real.
    pub simulated_clock: bool,
    /// Make it if there is none.
    pub create: bool,
}

/// Takes records of refusals.
pub struct AccessLog {
    queue: SyncSender<Command>,
    reader: Reader,
    damage: Option<String>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl AccessLog {
    /// Opens the log of a ledger, beside its journal. One that is damaged, or is missing though it
    /// was not to be made, takes no records; [`AccessLog::damage`] tells.
    pub fn open(
        fs: Arc<dyn Fs>,
        dir: &Path,
        ledger_id: [u8; 16],
        settings: AccessLogSettings,
    ) -> Result<Self, OpenError> {
        let options = JournalOptions {
            log_id: LOG_ACCESS,
            ledger_id: Some(ledger_id),
            segment_bytes: settings.segment_bytes,
            schema_revision: crate::SCHEMA_REVISION,
            simulated_clock: settings.simulated_clock,
            create: settings.create,
            ..JournalOptions::default()
        };
        let (queue, commands) = mpsc::sync_channel(QUEUE_RECORDS);
        let opened = match SegmentJournal::open(fs.clone(), dir, options, keys_of()) {
            Ok(opened) => opened,
            Err(
                error @ (OpenError::Missing { .. }
                | OpenError::Unrecognisable { .. }
                | OpenError::Other { .. }),
            ) => {
                let identity = Identity {
                    ledger_id,
                    log_id: LOG_ACCESS,
                    digest_suite: DIGEST_SUITE,
                    simulated_clock: settings.simulated_clock,
                    epoch: 0,
                };
                return Ok(Self {
                    queue,
                    reader: Reader::of_nothing(fs, dir, identity),
                    damage: Some(error.to_string()),
                    thread: Mutex::new(None),
                });
            }
            Err(error) => return Err(error),
        };
        let damage = opened.report.corruption.first().map(ToString::to_string);
        let reader = opened.reader;
        let thread = opened.writer.map(|journal| {
            let writer = Writer::new(journal, &reader, ledger_id, settings.bytes_max);
            let run = move || writer.run(&commands);
            let builder = thread::Builder::new().name("bihuan-access".to_owned());
            builder
                .spawn(run)
                .expect("the system has threads left when a ledger opens")
        });
        Ok(Self {
            queue,
            reader,
            damage,
            thread: Mutex::new(thread),
        })
    }

    /// What is wrong with the log, if it cannot take records.
    pub fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }

    /// Takes a record. Never waits: a record that finds no room is counted and gone.
    pub fn record(&self, record: AccessRecord) {
        metrics::counter!("bihuan_refusals_total", "reason" => record.reason.clone()).increment(1);
        if self
            .queue
            .try_send(Command::Record(Box::new(record)))
            .is_err()
        {
            metrics::counter!("bihuan_access_records_dropped_total").increment(1);
        }
    }

    /// Waits until everything taken so far is synced.
    pub fn sync(&self) {
        let (done, wait) = mpsc::sync_channel(1);
        if self.queue.send(Command::Sync(done)).is_ok() {
            let _ = wait.recv();
        }
    }

    /// Reads what is durable.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Syncs everything and stops.
    pub fn close(&self) {
        let _ = self.queue.send(Command::Close);
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the access log ended in a panic");
        }
    }
}

/// Records of the access log are read in order; nothing looks them up.
pub fn keys_of() -> KeysOf {
    Arc::new(|_| Vec::new())
}

struct Writer {
    journal: Box<dyn Journal>,
    reader: Reader,
    ledger_id: [u8; 16],
    bytes_max: u64,
    bytes: u64,
    last_header_hash: [u8; 32],
    last_recorded_us: u64,
}

impl Writer {
    fn new(
        journal: Box<dyn Journal>,
        reader: &Reader,
        ledger_id: [u8; 16],
        bytes_max: u64,
    ) -> Self {
        let last = reader
            .end()
            .checked_sub(1)
            .and_then(|last| reader.get(last).ok().flatten());
        let (last_header_hash, last_recorded_us) = last.map_or(([0; 32], 0), |entry| {
            (entry.header_hash(), entry.recorded_at_us)
        });
        let bytes = reader.stats().bytes;
        Self {
            journal,
            reader: reader.clone(),
            ledger_id,
            bytes_max,
            bytes,
            last_header_hash,
            last_recorded_us,
        }
    }

    fn run(mut self, commands: &Receiver<Command>) {
        let mut records = Vec::new();
        let mut is_idle = true;
        'log: loop {
            let Ok(first) = commands.recv() else { break };
            let until = Instant::now() + SYNC_WITHIN;
            let mut next = Some(first);
            let mut waiting = Vec::new();
            while let Some(command) = next.take() {
                match command {
                    Command::Record(record) => records.push(*record),
                    Command::Sync(done) => {
                        waiting.push(done);
                        break;
                    }
                    Command::Close => {
                        self.write(&mut records);
                        break 'log;
                    }
                }
                let left = until.saturating_duration_since(Instant::now());
                next = match commands.recv_timeout(left) {
                    Ok(command) if records.len() < QUEUE_RECORDS => Some(command),
                    Ok(command) => {
                        self.write(&mut records);
                        Some(command)
                    }
                    Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
                };
            }
            is_idle &= records.is_empty();
            self.write(&mut records);
            for done in waiting {
                let _ = done.send(());
            }
            if !is_idle {
                is_idle = self.journal.idle().is_ok();
            }
        }
        if let Err(error) = self.journal.close() {
            tracing::warn!(%error, "the access log did not close cleanly");
        }
    }

    fn write(&mut self, records: &mut Vec<AccessRecord>) {
        if records.is_empty() {
            return;
        }
        if self.bytes >= self.bytes_max {
            tracing::warn!(
                bytes = self.bytes,
                "the access log is full; refusals are only counted"
            );
            metrics::counter!("bihuan_access_records_dropped_total")
                .increment(records.len() as u64);
            records.clear();
            return;
        }
        let mut seed = [0; 32];
        if let Err(error) = getrandom::fill(&mut seed) {
            tracing::error!(%error, "no randomness for the access log");
            return;
        }
        let first_position = self.reader.end();
        let count = records.len() as u32;
        let entries: Vec<_> = records
            .drain(..)
            .enumerate()
            .map(|(index, record)| self.entry(&record, &seed, first_position, index as u32, count))
            .collect();
        self.bytes += entries
            .iter()
            .map(|e| (e.header.len() + e.event.len()) as u64)
            .sum::<u64>();
        let group = Group {
            first_position,
            batches: vec![NewBatch { seed, entries }],
        };
        if let Err(error) = self.journal.append(&group) {
            tracing::error!(%error, "refusals were not recorded");
        }
    }

    fn entry(
        &mut self,
        record: &AccessRecord,
        seed: &[u8; 32],
        first_position: u64,
        index: u32,
        count: u32,
    ) -> NewEntry {
        let salts = Salts::of(seed, index);
        let event = Bytes::from(record.encode_to_vec());
        let position = first_position + u64::from(index);
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now_us = u64::try_from(now.as_micros()).unwrap_or(u64::MAX);
        self.last_recorded_us = self.last_recorded_us.max(now_us);
        let mut event_id = [0; 16];
        event_id.copy_from_slice(&Sha256::digest(&event)[..16]);
        let header = Header {
            digest_suite: DIGEST_SUITE,
            ledger_id: self.ledger_id,
            stream: STREAM,
            revision: position,
            previous_header_hash: self.last_header_hash,
            payload_number: 0,
            event_id,
            occurred_at_seconds: i64::try_from(self.last_recorded_us / 1_000_000).unwrap_or(0),
            occurred_at_nanos: (self.last_recorded_us % 1_000_000) as u32 * 1_000,
            principal: &record.principal,
            batch_first_position: first_position,
            batch_count: count,
            event_hash: event_hash(&salts.event, &event),
            sealed_hash: [0; 32],
            personal_hash: [0; 32],
            signature_hash: [0; 32],
        };
        let header = Bytes::from(header.encode().expect("the log's own names are short"));
        self.last_header_hash = header_hash(&salts.header, &header);
        NewEntry {
            recorded_at_us: self.last_recorded_us,
            leaf_hash: leaf_hash(&leaf_bytes(
                position,
                self.last_recorded_us,
                &self.last_header_hash,
            )),
            header_hash: self.last_header_hash,
            header,
            event,
            sealed: Bytes::new(),
            personal: Bytes::new(),
            signature: Bytes::new(),
            keys: Arc::default(),
        }
    }
}
