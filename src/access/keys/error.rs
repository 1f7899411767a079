//! What can go wrong with the key store, by what the caller does next.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::record::STREAM_BYTES_MAX;
use crate::access::sealing::KeyId;

/// Says why the key store could not be opened or used.
#[derive(Debug, Error)]
pub enum KeyError {
    /// A file could not be read or written; the operator looks at the disk.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system answered.
        #[source]
        source: io::Error,
    },
    /// The file of the keys is damaged; the operator restores it from a backup.
    #[error("{0}")]
    Damaged(KeyDamage),
    /// A ledger that exists has no file of keys; the operator restores it from a backup.
    #[error("the key file {} is missing", path.display())]
    KeysMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The master key is not where it should be; the operator puts it there.
    #[error("the master key {} is missing, and keys depend on it", path.display())]
    MasterKeyMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The file of the master key is not 64 lower-case hexadecimal digits and a line end.
    #[error(
        "the master key {} is not 64 lower-case hexadecimal digits and a line end",
        path.display()
    )]
    MasterKeyMalformed {
        /// The file.
        path: PathBuf,
    },
    /// The keys were wrapped with another master key; the operator finds the right one.
    #[error("the master key {} is not the one that the keys were wrapped with", path.display())]
    WrongMasterKey {
        /// The file.
        path: PathBuf,
    },
    /// The file of the keys belongs to another ledger.
    #[error("the key file {} belongs to another ledger", path.display())]
    OtherLedger {
        /// The file.
        path: PathBuf,
    },
    /// The store could not be opened; the ledger is read without it.
    #[error("the keys cannot be used: {why}")]
    Unavailable {
        /// What opening said.
        why: String,
    },
    /// A write failed before: what is on the disk is uncertain until the next open.
    #[error("the key store takes no new keys since a write failed")]
    Poisoned,
    /// A record does not open with the master key, although it is whole.
    #[error("key {key_id} does not open with the master key")]
    Unwrap {
        /// The key.
        key_id: KeyId,
    },
    /// The name of a stream is longer than a record takes; a bug of the caller.
    #[error("a stream name of {bytes} bytes, more than {STREAM_BYTES_MAX}")]
    StreamTooLong {
        /// Length of the name.
        bytes: usize,
    },
    /// The operating system gave no random bytes.
    #[error("no random bytes")]
    Random(#[source] getrandom::Error),
}

/// Damage in a file of the key store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDamage {
    /// The file.
    pub file: PathBuf,
    /// Where the damaged part of the file begins, in bytes.
    pub offset: u64,
    /// What does not fit.
    pub cause: String,
}

impl KeyError {
    /// Wraps an answer of the operating system with what was tried on which path.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}

impl fmt::Display for KeyDamage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            offset,
            cause,
        } = self;
        write!(
            out,
            "{} is damaged at byte {offset}: {cause}",
            file.display()
        )
    }
}
