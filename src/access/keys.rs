//! The data keys of sealed and personal parts: one per stream and class, wrapped by a master key.
//!
//! The file `keys` is small, checksummed to the last byte and synced before a new key is used;
//! its layout is in `keys/format.rs`. The file `master.key` holds 32 random bytes in lower-case
//! hexadecimal and a line end; it belongs into other hands and other backups than the ledger:
//! without it, no part opens. Erasing is destroying a data key: the file is written anew without
//! that key.
//!
//! A key that was handed out once is never lost silently: a file that is cut, changed or missing
//! is found by [`KeyStore::open`] and named by [`check`].

mod error;
mod file;
mod format;
mod master;
mod record;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::journal::fs::Fs;

use super::sealing::{Class, Key, KeyId};
pub use error::{KeyDamage, KeyError};
use file::KeyFile;
use format::KEYS_PER_FRAME;
use master::MasterKey;
pub use record::STREAM_BYTES_MAX;
use record::{Record, WrappedKey};

/// Where the key store of a ledger lies.
#[derive(Debug, Clone)]
pub struct KeyOptions {
    /// The ledger's folder, which holds the file `keys`.
    pub dir: PathBuf,
    /// The file of the master key, usually `master.key` in the same folder.
    pub master_key: PathBuf,
    /// The ledger that the keys belong to.
    pub ledger_id: [u8; 16],
    /// Whether the ledger is being made: files that are missing are then made too. In a ledger
    /// that exists they are an error, because keys may have been lost with them.
    pub is_new: bool,
}

impl KeyOptions {
    /// Returns the options with the master key in the ledger's folder.
    pub fn new(dir: &Path, ledger_id: [u8; 16], is_new: bool) -> Self {
        Self {
            dir: dir.to_path_buf(),
            master_key: dir.join("master.key"),
            ledger_id,
            is_new,
        }
    }

    fn keys(&self) -> PathBuf {
        self.dir.join("keys")
    }
}

/// What is known of a key.
#[derive(Debug)]
pub enum Found {
    /// The key.
    Key(Key),
    /// It was destroyed: what it encrypted is erased.
    Destroyed,
    /// It never was in this store: the store is older than what names the key.
    Unknown,
}

/// The key store of a ledger. Shared between threads by reference.
pub struct KeyStore {
    book: RwLock<Book>,
    /// What opens keys, or why nothing does.
    master: Result<MasterKey, String>,
    /// Held by the one who writes; absent where the store could not be opened.
    file: Mutex<Option<KeyFile>>,
}

/// All that the file says, with the keys still wrapped.
#[derive(Debug, Default)]
struct Book {
    records: HashMap<KeyId, Record>,
    /// The living key of each stream and class.
    living: HashMap<(String, Class), KeyId>,
    /// Key ids as they were recorded.
    order: Vec<KeyId>,
}

impl KeyStore {
    /// Opens the keys of a ledger; see [`KeyOptions::is_new`] for what is made if absent.
    ///
    /// What a crash left behind the last key that was handed out is removed. Every other
    /// deviation is an error: [`KeyError::Damaged`], [`KeyError::KeysMissing`],
    /// [`KeyError::MasterKeyMissing`], [`KeyError::MasterKeyMalformed`],
    /// [`KeyError::WrongMasterKey`], [`KeyError::OtherLedger`], [`KeyError::Io`].
    pub fn open(fs: Arc<dyn Fs>, options: &KeyOptions) -> Result<Self, KeyError> {
        let keys = options.keys();
        let exists = fs.exists(&keys).map_err(KeyError::io("look for", &keys))?;
        if !exists && !options.is_new {
            return Err(KeyError::KeysMissing { path: keys });
        }
        let master = match MasterKey::read(&*fs, &options.master_key, options.ledger_id)? {
            Some(master) => master,
            None if exists || !options.is_new => {
                return Err(KeyError::MasterKeyMissing {
                    path: options.master_key.clone(),
                });
            }
            None => MasterKey::create(&*fs, &options.master_key, options.ledger_id)?,
        };
        let (file, records) = if exists {
            KeyFile::open(fs, &keys, &master, &options.master_key)?
        } else {
            (KeyFile::create(&fs, &keys, &master)?, Vec::new())
        };
        let mut book = Book::default();
        for (offset, record) in records {
            if !book.add(record) {
                return Err(file::damaged(&keys, offset, "a key that is recorded twice"));
            }
        }
        Ok(Self {
            master: Ok(master),
            book: RwLock::new(book),
            file: Mutex::new(Some(file)),
        })
    }

    /// Stands for a store that could not be opened, in a ledger that is read all the same: it
    /// opens no part and says why, with [`KeyError::Unavailable`].
    pub fn unavailable(why: &KeyError) -> Self {
        Self {
            master: Err(why.to_string()),
            book: RwLock::default(),
            file: Mutex::new(None),
        }
    }

    /// Returns the key of a stream and class, which is made if there is none.
    ///
    /// # Guarantees
    /// A key that is returned is on the disk.
    ///
    /// Fails as [`KeyStore::keys_for`].
    pub fn key_for(&self, stream: &str, class: Class) -> Result<(KeyId, Key), KeyError> {
        let keys = self.keys_for(&[(stream, class)])?;
        Ok(keys.into_iter().next().expect("one key for one asked"))
    }

    /// Returns the keys of several streams and classes in the order asked, making those that are
    /// missing in as few writes as possible.
    ///
    /// # Guarantees
    /// Keys that are returned are on the disk.
    ///
    /// Fails with [`KeyError::StreamTooLong`], [`KeyError::Random`]; with [`KeyError::Io`] or
    /// [`KeyError::Poisoned`] when the disk fails or did, after which only known keys are given.
    pub fn keys_for(&self, wanted: &[(&str, Class)]) -> Result<Vec<(KeyId, Key)>, KeyError> {
        if let Some(known) = self.known(wanted)? {
            return Ok(known);
        }
        let master = self.master()?;
        let mut file = self.lock_file();
        let file = file.as_mut().ok_or(KeyError::Poisoned)?;
        let missing: BTreeSet<_> = self.read(|book| {
            let is_missing =
                |(stream, class): &&(&str, Class)| book.living(stream, *class).is_none();
            wanted.iter().filter(is_missing).collect()
        });
        let mut fresh = Vec::new();
        for (stream, class) in missing {
            let key = Key::draw().map_err(KeyError::Random)?;
            fresh.push(Record::Living(master.wrap(stream, *class, &key)?));
        }
        for frame in fresh.chunks(KEYS_PER_FRAME) {
            file.append(frame)?;
            self.write(|book| {
                for record in frame {
                    book.add(record.clone());
                }
            });
        }
        Ok(self.known(wanted)?.expect("each was found or made"))
    }

    /// Returns what is known of a key. Fails with [`KeyError::Unwrap`] if the record does not
    /// open with the master key.
    pub fn find(&self, key_id: KeyId) -> Result<Found, KeyError> {
        self.master()?;
        let record = self.read(|book| book.records.get(&key_id).cloned());
        match record {
            Some(Record::Living(wrapped)) => self.unwrap(&wrapped).map(Found::Key),
            Some(Record::Destroyed { .. }) => Ok(Found::Destroyed),
            None => Ok(Found::Unknown),
        }
    }

    /// Destroys the key of a stream and class, and returns which; `None` if there was none.
    ///
    /// # Guarantees
    /// When it returns, the file on the disk no longer holds the key, only that it was
    /// destroyed; the blocks of the old file were overwritten as far as the file system does so
    /// in place. If the process dies before, the key is either whole or destroyed.
    ///
    /// Copies of the file, such as backups, still hold the key. Fails with [`KeyError::Io`], or
    /// [`KeyError::Poisoned`] if the disk failed before.
    pub fn destroy(&self, stream: &str, class: Class) -> Result<Option<KeyId>, KeyError> {
        let master = self.master()?;
        let mut file = self.lock_file();
        let file = file.as_mut().ok_or(KeyError::Poisoned)?;
        let Some(key_id) = self.read(|book| book.living(stream, class)) else {
            return Ok(None);
        };
        let records = self.read(|book| {
            let without = |id: &KeyId| match &book.records[id] {
                Record::Living(key) if key.id == key_id => Record::Destroyed { key_id, class },
                other => other.clone(),
            };
            book.order.iter().map(without).collect::<Vec<_>>()
        });
        file.rewrite(master, &records)?;
        self.write(|book| {
            book.living.remove(&(stream.to_owned(), class));
            let record = Record::Destroyed { key_id, class };
            book.records.insert(key_id, record);
        });
        Ok(Some(key_id))
    }

    /// Returns how many living keys there are.
    pub fn count(&self) -> usize {
        self.read(|book| book.living.len())
    }

    /// Returns the keys that are asked for, if all of them exist.
    fn known(&self, wanted: &[(&str, Class)]) -> Result<Option<Vec<(KeyId, Key)>>, KeyError> {
        let wrapped = self.read(|book| {
            let one = |(stream, class): &(&str, Class)| {
                let record = book.records.get(&book.living(stream, *class)?)?;
                match record {
                    Record::Living(wrapped) => Some(wrapped.clone()),
                    Record::Destroyed { .. } => None,
                }
            };
            wanted.iter().map(one).collect::<Option<Vec<_>>>()
        });
        let unwrap = |wrapped: WrappedKey| Ok((wrapped.id, self.unwrap(&wrapped)?));
        wrapped
            .map(|wrapped| wrapped.into_iter().map(unwrap).collect())
            .transpose()
    }

    fn unwrap(&self, wrapped: &WrappedKey) -> Result<Key, KeyError> {
        let key = self.master()?.unwrap(wrapped);
        key.ok_or(KeyError::Unwrap { key_id: wrapped.id })
    }

    fn master(&self) -> Result<&MasterKey, KeyError> {
        let why = |why: &String| KeyError::Unavailable { why: why.clone() };
        self.master.as_ref().map_err(why)
    }

    fn lock_file(&self) -> MutexGuard<'_, Option<KeyFile>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, look: impl FnOnce(&Book) -> T) -> T {
        look(&self.book.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut Book) -> T) -> T {
        change(&mut self.book.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Book {
    fn living(&self, stream: &str, class: Class) -> Option<KeyId> {
        self.living.get(&(stream.to_owned(), class)).copied()
    }

    /// Adds a record; `false` if its key, or a living one of its stream and class, is there.
    fn add(&mut self, record: Record) -> bool {
        let key_id = record.key_id();
        if let Record::Living(key) = &record {
            let place = (key.stream.clone(), key.class);
            if self.living.insert(place, key_id).is_some() {
                return false;
            }
        }
        self.order.push(key_id);
        self.records.insert(key_id, record).is_none()
    }
}

impl fmt::Debug for KeyStore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.count();
        out.debug_struct("KeyStore")
            .field("count", &count)
            .finish_non_exhaustive()
    }
}

/// Reads the key store of a ledger without changing it, and returns all damage.
///
/// A missing file is damage too. Where the master key is missing, what depends on it is not
/// checked. Fails with [`KeyError::Io`] if a file cannot be read.
pub fn check(fs: &dyn Fs, options: &KeyOptions) -> Result<Vec<KeyDamage>, KeyError> {
    let damage = |file: &Path, cause: &str| KeyDamage {
        file: file.to_path_buf(),
        offset: 0,
        cause: cause.to_owned(),
    };
    let mut found = Vec::new();
    let master = match MasterKey::read(fs, &options.master_key, options.ledger_id) {
        Ok(Some(master)) => Some(master),
        Ok(None) => {
            found.push(damage(&options.master_key, "it is missing"));
            None
        }
        Err(KeyError::MasterKeyMalformed { path }) => {
            found.push(damage(
                &path,
                "it is not 64 lower-case hexadecimal digits and a line end",
            ));
            None
        }
        Err(error) => return Err(error),
    };
    let keys = options.keys();
    if fs.exists(&keys).map_err(KeyError::io("look for", &keys))? {
        found.extend(file::check(fs, &keys, master.as_ref(), options.ledger_id)?);
    } else {
        found.push(damage(&keys, "it is missing"));
    }
    Ok(found)
}
