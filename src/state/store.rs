//! The store: get, checkpoint, close.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use super::error::StateError;
use super::folder;
use super::guard::guarded;
use super::marker::Left;
use super::open::{StateOptions, marker_of};
use super::rows::{BLOB_BYTES_MAX, Entry, KEY_BYTES_MAX, Row, RowFault, Stored};

/// Rows and bytes of one sled batch: while a batch is applied, all reads wait.
const BATCH_ROWS_MAX: usize = 256;
const BATCH_BYTES_MAX: usize = 256 << 10;

/// Every value read so far passed its check.
const SOUND: u8 = 0;
/// A value failed its check; the others are still read.
const DOUBTFUL: u8 = 1;
/// sled failed; nothing is read or written any more.
const BROKEN: u8 = 2;

/// Up to where the store was written, as the journal stood then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// Position of the last event that the states may reflect; a journal that ends before it has
    /// lost events. It says nothing about a single value: see [`Stored::through`].
    pub position: u64,
    /// Root of the Merkle tree over all events up to the position.
    pub root: [u8; 32],
}

/// The kept entity states. Shared between threads by reference.
///
/// A store that is dropped without [`StateStore::close`] is trusted by the next open only within
/// the same boot of the machine.
#[derive(Debug)]
pub struct StateStore {
    dir: PathBuf,
    options: StateOptions,
    /// Present until the store is closed or dropped.
    db: Option<sled::Db>,
    /// Own handle of the data file, because sled's flush is not a sync.
    data: File,
    trust: AtomicU8,
    /// Held to write the rows of a value, shared to read them.
    rows: RwLock<()>,
    checkpoint: Mutex<Option<Checkpoint>>,
    /// Held by the one checkpoint that is being written.
    writing: Mutex<()>,
    _lock: File,
}

impl StateStore {
    /// Puts a store together from an open database and the lock of its folder.
    pub(super) fn assemble(
        dir: &Path,
        options: StateOptions,
        db: sled::Db,
        checkpoint: Option<Checkpoint>,
        lock: File,
    ) -> Result<Self, StateError> {
        let path = folder::data_file(dir);
        let data = File::options().write(true).open(&path);
        Ok(Self {
            dir: dir.to_path_buf(),
            options,
            db: Some(db),
            data: data.map_err(StateError::io("open", &path))?,
            trust: AtomicU8::new(SOUND),
            rows: RwLock::new(()),
            checkpoint: Mutex::new(checkpoint),
            writing: Mutex::new(()),
            _lock: lock,
        })
    }

    /// Returns the value of a key, with the position it was folded through.
    ///
    /// A value that fails its check, and every value once sled failed, reads as absent and
    /// leaves the store doubtful. Fails with [`StateError::KeyTooLong`] only.
    pub fn get(&self, key: &[u8]) -> Result<Option<Stored>, StateError> {
        check_key(key)?;
        Ok(self.read(key).unwrap_or_default())
    }

    /// Returns the value of a key, or why it was not believed.
    pub(super) fn read(&self, key: &[u8]) -> Result<Option<Stored>, StateError> {
        let _shared = self.rows.read().unwrap_or_else(PoisonError::into_inner);
        self.guard(|db| self.options.identity().read_value(db, key))
    }

    /// Writes values, each with the position it was folded through, and then the checkpoint.
    ///
    /// # Guarantees
    /// When it returns, values and checkpoint are on the disk. Until then any part of the values
    /// may be there, each whole; the checkpoint only after all of them. Other threads read on.
    ///
    /// Fails before anything is written if a key or blob is too large or the position lies before
    /// the stored one; with [`StateError::Damaged`] or [`StateError::Io`] the store is of no
    /// further use.
    pub fn checkpoint(
        &self,
        position: u64,
        root: [u8; 32],
        entries: Vec<Entry>,
    ) -> Result<(), StateError> {
        for (key, _, blob) in &entries {
            check_entry(key, blob)?;
        }
        let _turn = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(current) = self.checkpoint_position().filter(|now| *now > position) {
            return Err(StateError::CheckpointBackwards { current, position });
        }
        self.put(entries.into_iter().map(Ok))?;
        self.set_checkpoint(Checkpoint { position, root })
    }

    /// Writes the checkpoint behind all values before it, and brings them to the disk.
    pub(super) fn set_checkpoint(&self, checkpoint: Checkpoint) -> Result<(), StateError> {
        self.apply(vec![self.options.identity().checkpoint_row(&checkpoint)])?;
        self.sync()?;
        *self.checkpoint_slot() = Some(checkpoint);
        Ok(())
    }

    /// Returns the last checkpoint; `None` before the first.
    pub fn last_checkpoint(&self) -> Option<Checkpoint> {
        *self.checkpoint_slot()
    }

    /// Returns the position of the last checkpoint; `None` before the first.
    pub fn checkpoint_position(&self) -> Option<u64> {
        self.last_checkpoint().map(|checkpoint| checkpoint.position)
    }

    /// Says whether a value or sled itself failed since the store was opened.
    ///
    /// The ledger loses nothing; a fresh store would be faster. The next open makes one.
    pub fn is_doubtful(&self) -> bool {
        self.trust.load(Ordering::Relaxed) > SOUND
    }

    /// Stops cleanly: the next open, after any loss of power, trusts what is here.
    ///
    /// A doubtful store is left as such. Fails with [`StateError::Damaged`] if sled cannot write,
    /// [`StateError::Io`] if its files cannot be synced and sealed; the next open then has doubts
    /// unless the machine stays up.
    pub fn close(mut self) -> Result<(), StateError> {
        if self.is_doubtful() {
            return Ok(());
        }
        self.sync()?;
        if let Some(db) = self.db.take() {
            guarded(|| drop(db)).map_err(|cause| StateError::Damaged { cause })?;
        }
        if !folder::wait_for_release(&self.dir) {
            return Err(StateError::InUse {
                path: self.dir.clone(),
            });
        }
        folder::sync_all(&self.dir)?;
        let files = folder::seal(&folder::sled_dir(&self.dir))?;
        marker_of(&self.options, Left::Clean(files)).write(&self.dir)
    }

    pub(super) fn options(&self) -> &StateOptions {
        &self.options
    }

    fn checkpoint_slot(&self) -> MutexGuard<'_, Option<Checkpoint>> {
        self.checkpoint
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes values in batches that are small enough to let readers in between.
    ///
    /// The rows of one value always travel in one batch.
    pub(super) fn put(
        &self,
        entries: impl Iterator<Item = Result<Entry, StateError>>,
    ) -> Result<(), StateError> {
        let identity = self.options.identity();
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for entry in entries {
            let (key, through, blob) = entry?;
            bytes += key.len() + blob.len();
            batch.extend(identity.value_rows(&key, through, &blob));
            if batch.len() >= BATCH_ROWS_MAX || bytes >= BATCH_BYTES_MAX {
                self.apply(std::mem::take(&mut batch))?;
                bytes = 0;
            }
        }
        self.apply(batch)
    }

    fn apply(&self, rows: Vec<Row>) -> Result<(), StateError> {
        let mut batch = sled::Batch::default();
        for (key, value) in rows {
            batch.insert(key, value);
        }
        let _alone = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        self.guard(|db| Ok(db.apply_batch(batch)?))
    }

    /// Brings everything written so far to the disk.
    fn sync(&self) -> Result<(), StateError> {
        self.guard(|db| Ok(db.flush().map(drop)?))?;
        self.data.sync_data().map_err(|source| {
            self.lower_trust(BROKEN, "cannot sync");
            StateError::io("sync", &folder::data_file(&self.dir))(source)
        })
    }

    /// Calls sled; a fault is noted and returned.
    pub(super) fn guard<T>(
        &self,
        call: impl FnOnce(&sled::Db) -> Result<T, RowFault>,
    ) -> Result<T, StateError> {
        let broken = |cause: &str| {
            let cause = cause.to_owned();
            StateError::Damaged { cause }
        };
        let Some(db) = self.db.as_ref() else {
            return Err(broken("the store is closed"));
        };
        if self.trust.load(Ordering::Relaxed) == BROKEN {
            return Err(broken("sled failed before"));
        }
        let (level, cause) = match guarded(|| call(db)) {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(fault @ RowFault::Check(_))) => (DOUBTFUL, fault.to_string()),
            Ok(Err(fault @ RowFault::Sled(_))) => (BROKEN, fault.to_string()),
            Err(message) => (BROKEN, format!("sled panicked: {message}")),
        };
        self.lower_trust(level, &cause);
        Err(StateError::Damaged { cause })
    }

    /// Serves nothing any more.
    pub(super) fn give_up(&self, cause: &str) {
        self.lower_trust(BROKEN, cause);
    }

    /// Notes a fault, in the marker too, so that the next open starts afresh.
    fn lower_trust(&self, level: u8, cause: &str) {
        let before = self.trust.fetch_max(level, Ordering::Relaxed);
        metrics::counter!("bihuan_state_faults_total").increment(1);
        tracing::error!(dir = %self.dir.display(), cause, "the state store is doubtful");
        if before == SOUND {
            let marked = marker_of(&self.options, Left::Doubtful).write(&self.dir);
            if let Err(error) = marked {
                tracing::warn!(%error, "the doubt could not be noted");
            }
        }
    }
}

impl Drop for StateStore {
    fn drop(&mut self) {
        let db = self.db.take();
        // Dropping writes what is buffered, which may panic like any call.
        let _ = guarded(|| drop(db));
    }
}

pub(super) fn check_key(key: &[u8]) -> Result<(), StateError> {
    match key.len() {
        0..=KEY_BYTES_MAX => Ok(()),
        bytes => Err(StateError::KeyTooLong { bytes }),
    }
}

fn check_entry(key: &[u8], blob: &[u8]) -> Result<(), StateError> {
    check_key(key)?;
    match blob.len() {
        0..=BLOB_BYTES_MAX => Ok(()),
        bytes => Err(StateError::BlobTooLarge { bytes }),
    }
}
