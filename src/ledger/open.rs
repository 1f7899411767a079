//! An open ledger: its threads, its doors, its end.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::Ordering,
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::sync::{oneshot, watch};

use super::{
    append::{Answer, AppendError, Appended, Batch},
    clock::Clock,
    committer::{self, Handed, Handover},
    config::LedgerConfig,
    decider::{Decider, Outcome},
    opening::{
        Damage, OpenError, last_recorded, open_access, open_journal, open_keys, open_state, secrets,
    },
    overlay::Memory,
    query::Queries,
    queue::{Place, Queue},
    shared::Shared,
    states::{Checkpoint, Keeper},
};
use crate::{
    access::{AccessLog, keys::KeyStore},
    journal::{
        self,
        fs::{Fs, FsLock, RealFs},
    },
    rules::packs,
    state::StateStore,
};

/// Commands decided before they are handed over together, as long as more wait.
const TOGETHER_COMMANDS: usize = 64;
/// Events after which decided commands are handed over in any case: the disk works on them while
/// the next ones are decided.
const TOGETHER_EVENTS: u64 = 512;
/// Bytes of events after which decided commands are handed over in any case.
const TOGETHER_BYTES: usize = 1 << 20;

enum Command {
    Append(Box<Batch>, Answer, Place),
    Close,
}

/// An open ledger. Clones share it.
#[derive(Clone)]
pub struct Ledger {
    inner: Arc<Inner>,
}

struct Inner {
    commands: Sender<Command>,
    queue: Queue,
    shared: Arc<Shared>,
    queries: Queries,
    keys: Arc<KeyStore>,
    access: AccessLog,
    config: LedgerConfig,
    ledger_id: [u8; 16],
    clock: Clock,
    damage: Option<String>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    _lock: FsLock,
}

impl Ledger {
    /// Opens a ledger's folder on the real file system.
    pub fn open(config: LedgerConfig) -> Result<Self, OpenError> {
        Self::open_on(RealFs::shared(), config, &mut |_, _, _| {})
    }

    /// Opens a ledger on a file system; `progress` hears (what, done, of) during long work.
    ///
    /// # Guarantees
    /// Every event ever acknowledged is there, or the ledger says what is damaged: then it opens
    /// for reading and appends answer [`AppendError::Damaged`].
    pub fn open_on(
        fs: Arc<dyn Fs>,
        config: LedgerConfig,
        progress: &mut dyn FnMut(&str, u64, u64),
    ) -> Result<Self, OpenError> {
        let data = config.data.clone();
        let io = |error| OpenError::Io(data.display().to_string(), error);
        if config.create {
            fs.create_dir_all(&data).map_err(io)?;
        }
        let lock = fs
            .lock(&data.join("lock"))
            .map_err(|_| OpenError::InUse(data.display().to_string()))?;
        let journal::Opened {
            writer,
            reader,
            identity,
            report,
        } = open_journal(fs.clone(), &config)?;
        let mut damage = Damage::default();
        for found in report.corruption {
            damage.note(format!("journal/{found}"));
        }
        let keys = Arc::new(open_keys(&fs, &config, &reader, &mut damage)?);
        let access = open_access(&fs, &config, &reader, &mut damage)?;
        let last_recorded_us = last_recorded(&reader);
        let visibility = secrets(&reader, &mut damage);
        let site = packs::load(&config.rules).and_then(packs::beside_ours)?;
        let shared = Shared::new(reader.end(), last_recorded_us, visibility, Arc::new(site));
        let shared = Arc::new(shared);
        let mut store = None;
        if damage.0.is_none() {
            store = open_state(&config, &reader, progress, &mut damage)?.map(Arc::new);
        }
        let clock = match identity.simulated_clock {
            true => Clock::Simulated,
            false => Clock::Real,
        };
        // Its length is bounded by the places of the queue.
        let (sender, commands) = mpsc::channel();
        let queue = Queue::new(config.queue_batches, config.queue_bytes);
        let mut threads = Vec::new();
        if let (None, Some(journal), Some(store)) = (&damage.0, writer, store) {
            let decider = Decider {
                memory: Memory::new(reader.clone(), store.clone(), config.cached_entities),
                ledger_id: identity.ledger_id,
                clock,
                next_position: reader.end(),
                last_recorded_us,
                peaks: reader.peaks(),
                keys: keys.clone(),
            };
            threads = start(
                &config,
                fs,
                journal,
                decider,
                (commands, queue.clone()),
                shared.clone(),
                store,
            );
        }
        let inner = Inner {
            commands: sender,
            queue,
            queries: Queries {
                reader,
                shared: shared.clone(),
            },
            shared,
            keys,
            access,
            config,
            ledger_id: identity.ledger_id,
            clock,
            damage: damage.0,
            threads: Mutex::new(threads),
            _lock: lock,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Takes a place for a batch of so many bytes, so that who must be turned away is turned away
    /// before anything is done for him.
    ///
    /// # Errors
    /// Damage, a stop, a disk nearly full; [`AppendError::Busy`] where the queue is full.
    pub fn try_place(&self, bytes: usize) -> Result<Place, AppendError> {
        self.admit()?;
        self.inner.queue.try_place(bytes)
    }

    /// As [`Ledger::try_place`], but waits while the queue is full.
    pub async fn place(&self, bytes: usize) -> Result<Place, AppendError> {
        self.admit()?;
        self.inner.queue.place(bytes).await
    }

    /// Queues a batch; the answer comes on the receiver when the batch is durable, or why it is not
    /// appended. Batches are decided in the order in which they are submitted.
    ///
    /// # Guarantees
    /// All of the batch or none of it. A receipt is given only for what survives a loss of power.
    pub fn submit(
        &self,
        batch: Batch,
        place: Place,
    ) -> Result<oneshot::Receiver<Result<Appended, AppendError>>, AppendError> {
        self.admit()?;
        let (answer, receiver) = oneshot::channel();
        let command = Command::Append(Box::new(batch), answer, place);
        let sent = self.inner.commands.send(command);
        sent.map_or(Err(AppendError::Closing), |()| Ok(receiver))
    }

    fn admit(&self) -> Result<(), AppendError> {
        let inner = &*self.inner;
        if let Some(damage) = &inner.damage {
            return Err(AppendError::Damaged(damage.clone()));
        }
        if inner.shared.is_closing.load(Ordering::Acquire) {
            return Err(AppendError::Closing);
        }
        let free_bytes = inner.shared.disk_free_if_low.load(Ordering::Relaxed);
        if free_bytes == u64::MAX {
            return Ok(());
        }
        Err(AppendError::DiskFull {
            free_bytes,
            reserve_bytes: inner.config.disk_reserve_bytes,
        })
    }

    /// Batches that wait for the decider.
    pub fn queued_batches(&self) -> usize {
        self.inner.queue.waiting()
    }

    /// Reads.
    pub fn queries(&self) -> &Queries {
        &self.inner.queries
    }

    /// What readers, writers and subscribers share.
    pub fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    /// Keys of sealed and personal parts.
    pub fn keys(&self) -> &KeyStore {
        &self.inner.keys
    }

    /// The log of refusals.
    pub fn access(&self) -> &AccessLog {
        &self.inner.access
    }

    /// The ledger's identity.
    pub fn id(&self) -> [u8; 16] {
        self.inner.ledger_id
    }

    /// Where its time comes from.
    pub fn clock(&self) -> Clock {
        self.inner.clock
    }

    /// Its settings.
    pub fn config(&self) -> &LedgerConfig {
        &self.inner.config
    }

    /// When the last durable event was recorded, in microseconds.
    pub fn last_recorded_us(&self) -> u64 {
        self.inner.shared.last_recorded_us.load(Ordering::Acquire)
    }

    /// Turns true when subscriptions are to end.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.inner.shared.ending.subscribe()
    }

    /// Ends all subscriptions.
    pub fn end_subscriptions(&self) {
        self.inner.shared.ending.send_replace(true);
    }

    /// Why it takes no appends, if it does not.
    pub fn read_only_reason(&self) -> Option<String> {
        self.inner
            .damage
            .clone()
            .or_else(|| self.inner.shared.failure())
    }

    /// Finishes what was accepted, syncs, and stops. Waits for it; call where blocking is allowed.
    pub fn close(&self) {
        if self.inner.shared.is_closing.swap(true, Ordering::AcqRel) {
            return;
        }
        let _ = self.inner.commands.send(Command::Close);
        let threads = &self.inner.threads;
        let threads = std::mem::take(&mut *threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a thread of the ledger ended in a panic");
            }
        }
        self.inner.access.close();
    }
}

fn start(
    config: &LedgerConfig,
    fs: Arc<dyn Fs>,
    journal: Box<dyn journal::Journal>,
    mut decider: Decider,
    (commands, queue): (Receiver<Command>, Queue),
    shared: Arc<Shared>,
    store: Arc<StateStore>,
) -> Vec<JoinHandle<()>> {
    let handover = Arc::new(Handover::default());
    let (keeper_jobs, jobs) = mpsc::channel::<Checkpoint>();
    let keeper = Keeper {
        jobs,
        store,
        snapshots: config.data.join("snapshots"),
        snapshot_events: config.snapshot_events,
    };
    let (idle, every) = (
        Duration::from_millis(config.idle_ms),
        config.checkpoint_events,
    );
    let to_commit = handover.clone();
    let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| {
        let builder = thread::Builder::new().name(name.to_owned());
        builder
            .spawn(run)
            .expect("the system has threads left when a ledger opens")
    };
    let (watched, data, reserve) = (
        shared.clone(),
        config.data.clone(),
        config.disk_reserve_bytes,
    );
    let watch = spawn(
        "bihuan-disk",
        Box::new(move || watch_disk(fs.as_ref(), &data, reserve, &watched)),
    );
    vec![
        spawn(
            "bihuan-decide",
            Box::new(move || {
                decide_all(&mut decider, &commands, &queue, &to_commit, every);
                queue.close();
                drop(decider);
                to_commit.close();
                watch.thread().unpark();
                let _ = watch.join();
            }),
        ),
        spawn(
            "bihuan-commit",
            Box::new(move || committer::run(journal, &handover, &shared, idle, &keeper_jobs)),
        ),
        spawn("bihuan-states", Box::new(move || keeper.run())),
    ]
}

/// Decides commands as they come, until the ledger closes.
fn decide_all(
    decider: &mut Decider,
    commands: &Receiver<Command>,
    queue: &Queue,
    handover: &Handover,
    checkpoint_events: u64,
) {
    let mut handed = Vec::with_capacity(TOGETHER_COMMANDS);
    let mut settled = Vec::new();
    let queued = metrics::gauge!("bihuan_queue_batches");
    let mut saved = decider.next_position;
    let mut is_closing = false;
    while !is_closing {
        let Ok(first) = commands.recv() else { break };
        let mut next = Some(first);
        let (mut bytes, began_at) = (0, decider.next_position);
        while let Some(command) = next.take() {
            match command {
                Command::Append(batch, answer, place) => {
                    drop(place);
                    bytes += batch.bytes();
                    handed.push(decide_one(decider, &batch, answer));
                }
                Command::Close => {
                    is_closing = true;
                    break;
                }
            }
            let events = decider.next_position - began_at;
            if handed.len() < TOGETHER_COMMANDS
                && events < TOGETHER_EVENTS
                && bytes < TOGETHER_BYTES
            {
                next = commands.try_recv().ok();
            }
        }
        queued.set(queue.waiting() as f64);
        decider.memory.settle(&mut settled);
        handover.put(handed.drain(..), &mut settled);
        if is_closing || decider.next_position - saved >= checkpoint_events {
            saved = decider.next_position;
            handover.put_checkpoint(checkpoint(decider));
        }
    }
}

fn decide_one(decider: &mut Decider, batch: &Batch, answer: Answer) -> Handed {
    let first = decider.next_position;
    let (result, write) = match decider.decide(batch) {
        Ok(Outcome::Nothing(receipts)) => (Ok(receipts), None),
        Ok(Outcome::Write(batch, receipts, events)) => (Ok(receipts), Some((first, batch, events))),
        Err(error) => (Err(error), None),
    };
    Handed {
        answer,
        result,
        write,
    }
}

fn checkpoint(decider: &mut Decider) -> Checkpoint {
    Checkpoint {
        end: decider.next_position,
        root: decider.peaks.root(),
        states: decider.memory.take_dirty(),
    }
}

/// Looks at the free space once a second; below the reserve appends stop before anything is at
/// risk, and go on when there is room again.
fn watch_disk(fs: &dyn Fs, data: &Path, reserve_bytes: u64, shared: &Shared) {
    while !shared.is_closing.load(Ordering::Acquire) {
        if let Ok(free_bytes) = fs.free_bytes(data) {
            let low = if free_bytes < reserve_bytes {
                free_bytes
            } else {
                u64::MAX
            };
            let before = shared.disk_free_if_low.swap(low, Ordering::Relaxed);
            if (before == u64::MAX) != (low == u64::MAX) {
                tracing::warn!(
                    free_bytes,
                    reserve_bytes,
                    "free disk space passed the reserve"
                );
            }
            metrics::gauge!("bihuan_disk_free_bytes").set(free_bytes as f64);
        }
        thread::park_timeout(Duration::from_secs(1));
    }
}
