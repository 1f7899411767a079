//! The state store's side of the ledger: entity states saved behind the acknowledgement, and found
//! again after a restart.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, mpsc},
};

use crate::{
    domain::{entity::EntityRef, state::EntityState},
    events::DESCRIPTOR_SET,
    state::{self, StateError, StateStore},
};

/// Counts up when entity states change their meaning without changing the schema.
const STATES_REVISION: &str = "5";

/// States to save, once everything up to their position is durable.
#[derive(Debug)]
pub struct Checkpoint {
    /// Events that the states reflect.
    pub end: u64,
    /// The Merkle root over them.
    pub root: [u8; 32],
    /// Entities with the last position that touched each.
    pub states: Vec<(EntityRef, u64, Option<Arc<EntityState>>)>,
}

/// The hash of the layout of entity states: another one, and saved states are not believed.
pub fn layout_hash() -> u64 {
    // Asked for with every state; the schema is long.
    static HASH: LazyLock<u64> = LazyLock::new(|| {
        let schema = format!("{:x}", crc32c::crc32c(DESCRIPTOR_SET));
        state::layout_hash(&[STATES_REVISION, env!("CARGO_PKG_VERSION"), &schema])
    });
    *HASH
}

/// The saved state of an entity with the last position that it reflects, in a journal of `end`
/// events. What cannot be read is as good as not saved, and so is what reflects events that the
/// journal does not have.
pub fn saved(
    store: &StateStore,
    entity: &EntityRef,
    end: u64,
) -> Option<(u64, Option<EntityState>)> {
    let stored = store.get(entity.as_str().as_bytes()).ok()??;
    if stored.through >= end {
        return None;
    }
    let state = state::decode::<Option<EntityState>>(layout_hash(), &stored.blob)?;
    Some((stored.through, state))
}

/// Saves states and remembers up to where they go.
pub fn save(store: &StateStore, checkpoint: &Checkpoint) -> Result<(), StateError> {
    let layout = layout_hash();
    let mut entries = Vec::with_capacity(checkpoint.states.len());
    for (entity, through, state) in &checkpoint.states {
        match state::encode(layout, &state.as_deref()) {
            Ok(blob) => entries.push((entity.as_str().as_bytes().to_vec(), *through, blob)),
            // A state too large to keep is folded from the journal instead.
            Err(error) => tracing::warn!(%entity, %error, "state not saved"),
        }
    }
    store.checkpoint(checkpoint.end, checkpoint.root, entries)
}

/// Saves checkpoints as they come, writes snapshot files at intervals, and closes the store.
pub struct Keeper {
    /// Where checkpoints come from.
    pub jobs: mpsc::Receiver<Checkpoint>,
    /// The store; nobody else holds it when the ledger closes.
    pub store: Arc<StateStore>,
    /// The folder of snapshot files.
    pub snapshots: PathBuf,
    /// Events between two snapshot files.
    pub snapshot_events: u64,
}

impl Keeper {
    /// Runs until the ledger closes.
    pub fn run(self) {
        let mut snapshot_at = newest_snapshot(&self.snapshots) + self.snapshot_events;
        while let Ok(checkpoint) = self.jobs.recv() {
            if let Err(error) = save(&self.store, &checkpoint) {
                tracing::warn!(%error, "states not saved; they will be folded again");
                continue;
            }
            if checkpoint.end >= snapshot_at {
                snapshot_at = checkpoint.end + self.snapshot_events;
                if let Err(error) = self.store.write_snapshot(&self.snapshots) {
                    tracing::warn!(%error, "state snapshot not written");
                }
            }
        }
        let Some(store) = Arc::into_inner(self.store) else {
            tracing::warn!("the state store is still in use and is not closed cleanly");
            return;
        };
        if let Err(error) = store.close() {
            tracing::warn!(%error, "the state store did not close cleanly");
        }
    }
}

fn newest_snapshot(dir: &Path) -> u64 {
    let names = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let position = |name: &str| {
        name.split('.')
            .next()
            .and_then(|digits| digits.parse().ok())
    };
    names
        .filter_map(|entry| position(&entry.file_name().to_string_lossy()))
        .max()
        .unwrap_or(0)
}
