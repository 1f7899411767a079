//! Opening: trust what was left, or start empty and say why.

use std::fs;
use std::path::Path;

use super::error::{Doubt, StateError};
use super::folder;
use super::guard::guarded;
use super::marker::{self, Left, Marker};
use super::rows::{Identity, RowFault};
use super::store::{Checkpoint, StateStore};

/// Memory that sled may take for pages unless told otherwise, in bytes.
pub const CACHE_BYTES_DEFAULT: u64 = 32 << 20;
/// How a store is opened.
#[derive(Debug, Clone)]
pub struct StateOptions {
    /// Memory for sled's pages in bytes; measured use goes up to 1.5 times this.
    pub cache_bytes: u64,
    /// Hash of the layout of the entity states, see [`super::layout_hash`].
    pub layout_hash: u64,
    /// The ledger that the states belong to.
    pub ledger_id: [u8; 16],
    /// Names the run of the machine; empty if unknown, which trusts clean stops only.
    pub boot_id: String,
}

impl StateOptions {
    /// Returns the options for a ledger with the default cache and the boot id of this machine.
    pub fn new(ledger_id: [u8; 16], layout_hash: u64) -> Self {
        let boot_id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        Self {
            cache_bytes: CACHE_BYTES_DEFAULT,
            layout_hash,
            ledger_id,
            boot_id: boot_id.trim().to_owned(),
        }
    }

    pub(super) fn identity(&self) -> Identity {
        Identity {
            ledger_id: self.ledger_id,
            layout_hash: self.layout_hash,
        }
    }
}

/// An open store, and why it is empty if it was thrown away.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: StateStore,
    /// `None` if the store is the one that was left here.
    pub doubt: Option<Doubt>,
}

impl StateStore {
    /// Opens the store of a folder, which is made if absent.
    ///
    /// A store that is damaged, of another ledger or layout, or that was in use when the machine
    /// went down is thrown away and a fresh one made; the answer says why. Fails with
    /// [`StateError::InUse`] or [`StateError::Io`] only.
    pub fn open(dir: &Path, options: StateOptions) -> Result<Opened, StateError> {
        fs::create_dir_all(dir).map_err(StateError::io("create", dir))?;
        let lock = folder::lock(dir)?;
        let identity = options.identity();
        let (db, checkpoint, doubt) = match Self::open_left(dir, &options, identity)? {
            Ok((db, checkpoint)) => (db, checkpoint, None),
            Err(doubt) => (open_fresh(dir, &options, identity)?, None, Some(doubt)),
        };
        if let Some(doubt) = doubt.as_ref().filter(|doubt| **doubt != Doubt::Missing) {
            tracing::warn!(dir = %dir.display(), %doubt, "the state store starts empty");
        }
        let store = Self::assemble(dir, options, db, checkpoint, lock)?;
        Ok(Opened { store, doubt })
    }

    /// Opens what was left in the folder, or says why it is not trusted.
    fn open_left(
        dir: &Path,
        options: &StateOptions,
        identity: Identity,
    ) -> Result<Result<(sled::Db, Option<Checkpoint>), Doubt>, StateError> {
        if !folder::wait_for_release(dir) {
            return Err(StateError::InUse {
                path: dir.to_path_buf(),
            });
        }
        if let Some(doubt) = marker::doubt(dir, &identity, &options.boot_id) {
            return Ok(Err(doubt));
        }
        // Before sled writes: from now on a loss of power leaves a doubt.
        marker_of(options, Left::Running).write(dir)?;
        let db = match folder::open_sled(dir, options.cache_bytes) {
            Ok(db) => db,
            Err(doubt) => return Ok(Err(doubt)),
        };
        let first_read = guarded(|| {
            if identity.is_marked(&db)? {
                identity.read_checkpoint(&db)
            } else {
                Err(RowFault::Check("the mark of the ledger".to_owned()))
            }
        });
        let doubt = match first_read {
            Ok(Ok(checkpoint)) => return Ok(Ok((db, checkpoint))),
            Ok(Err(fault)) => Doubt::Unreadable {
                cause: fault.to_string(),
            },
            Err(message) => Doubt::PanickedOnOpen { message },
        };
        let _ = guarded(|| drop(db));
        Ok(Err(doubt))
    }
}

fn open_fresh(
    dir: &Path,
    options: &StateOptions,
    identity: Identity,
) -> Result<sled::Db, StateError> {
    folder::discard(dir)?;
    marker_of(options, Left::Running).write(dir)?;
    let damaged = |cause: String| StateError::Damaged { cause };
    let db = folder::open_sled(dir, options.cache_bytes);
    let db = db.map_err(|doubt| damaged(doubt.to_string()))?;
    let (key, value) = identity.identity_row();
    let marked = guarded(|| db.insert(key, value).and_then(|_| db.flush()));
    marked
        .map_err(damaged)?
        .map_err(|error| damaged(error.to_string()))?;
    folder::sync_all(dir)?;
    Ok(db)
}

pub(super) fn marker_of(options: &StateOptions, left: Left) -> Marker {
    Marker {
        ledger_id: options.ledger_id,
        layout_hash: options.layout_hash,
        boot_id: options.boot_id.clone(),
        left,
    }
}
