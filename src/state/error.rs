//! What can go wrong with the state store, by what the caller does next.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::rows::{BLOB_BYTES_MAX, KEY_BYTES_MAX};

/// Says why a call of the state store could not be served.
#[derive(Debug, Error)]
pub enum StateError {
    /// A file or folder could not be read or written; the operator looks at the disk.
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
    /// Another process, or another store of this one, has the folder open.
    #[error("the state folder {} is in use", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// sled failed; the store serves nothing any more, and the next open starts with none.
    #[error("the state store is damaged: {cause}")]
    Damaged {
        /// What sled said.
        cause: String,
    },
    /// A snapshot is no longer what it was when it was checked; the caller tries an older one.
    #[error("the state snapshot {} is damaged: {cause}", path.display())]
    SnapshotDamaged {
        /// The snapshot file.
        path: PathBuf,
        /// The first thing that did not fit.
        cause: String,
    },
    /// A key is longer than the store takes; a bug of the caller.
    #[error("a state key of {bytes} bytes, more than {KEY_BYTES_MAX}")]
    KeyTooLong {
        /// Length of the key.
        bytes: usize,
    },
    /// A state is larger than the store takes; the caller leaves it out and folds it when needed.
    #[error("a state of {bytes} bytes, more than {BLOB_BYTES_MAX}")]
    BlobTooLarge {
        /// Length of the encoded state.
        bytes: usize,
    },
    /// A checkpoint lies before the one that is stored; a bug of the caller.
    #[error("a checkpoint at position {position} after one at {current}")]
    CheckpointBackwards {
        /// Position of the stored checkpoint.
        current: u64,
        /// Position that was offered.
        position: u64,
    },
    /// A state cannot be written as bytes; a bug of its type.
    #[error("cannot encode a state")]
    Encode(#[source] bincode::error::EncodeError),
}

impl StateError {
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

/// Says why the store was opened empty, although the ledger may not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// There was no store.
    Missing,
    /// sled panicked while opening: damage it did not expect.
    PanickedOnOpen {
        /// The message of the panic.
        message: String,
    },
    /// The store was in use when the machine went down; what reached the disk is unknown.
    OtherBoot,
    /// The values are of another layout of the entity states.
    OtherLayout,
    /// The store belongs to another ledger.
    OtherLedger,
    /// The folder is not what was left there.
    Unreadable {
        /// The first thing that did not fit.
        cause: String,
    },
}

impl fmt::Display for Doubt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => out.write_str("there is no state store"),
            Self::PanickedOnOpen { message } => write!(out, "sled panicked on open: {message}"),
            Self::OtherBoot => out.write_str("the machine went down while the store was in use"),
            Self::OtherLayout => out.write_str("the states are of another layout"),
            Self::OtherLedger => out.write_str("the store belongs to another ledger"),
            Self::Unreadable { cause } => write!(out, "the store is unreadable: {cause}"),
        }
    }
}
