//! Making again what may be lost: entity states from the newest snapshot and the events after it.

use std::{collections::HashMap, path::Path, sync::Arc};

use super::{
    Ledger, LedgerConfig, keys,
    opening::OpenError,
    overlay::{LoadError, fact_of},
    states::{self, Checkpoint},
};
use crate::{
    access::log,
    domain::{
        decider,
        entity::{self, EntityRef},
        state::EntityState,
    },
    journal::{KeysOf, Reader, fs::RealFs, rebuild_sidecars},
    state::{Checkpoint as Known, StateOptions, StateStore, newest_valid_snapshot},
};

/// Events read at a time.
const SCAN_EVENTS: usize = 4_096;
/// Bytes read at a time.
const SCAN_BYTES: usize = 1 << 20;
/// States held before they are saved.
const HELD_MAX: usize = 50_000;

/// Makes sidecars and saved states of a folder at rest anew; `progress` hears (what, done, of).
/// Answers how many events there are.
///
/// # Guarantees
/// The journal is read only. What is thrown away is what can be made again.
pub fn rebuild(data: &Path, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<u64, OpenError> {
    rebuild_with(LedgerConfig::at(data), progress)
}

/// The same of a folder with settings of its own, such as a master key kept elsewhere.
///
/// # Errors
/// Any damage, keys and access log included: states are saved by a ledger that takes appends only.
pub fn rebuild_with(
    mut config: LedgerConfig,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<u64, OpenError> {
    let fs = RealFs::shared();
    let data = config.data.clone();
    // Held until opening takes it itself: nothing is thrown away under a server.
    let lock = fs
        .lock(&data.join("lock"))
        .map_err(|_| OpenError::InUse(data.display().to_string()))?;
    let journal = data.join("journal");
    let keys_of: KeysOf = Arc::new(keys::of_stored);
    for (dir, keys_of) in [
        (journal.clone(), keys_of),
        (data.join("access"), log::keys_of()),
    ] {
        let report = rebuild_sidecars(fs.clone(), &dir, &keys_of, None)?;
        if let Some(damage) = report.corruption.first() {
            return Err(OpenError::Damaged(damage.to_string()));
        }
        progress("sidecars", report.entries, report.entries);
    }
    for dir in ["state", "snapshots"] {
        let dir = data.join(dir);
        if dir.exists() {
            std::fs::remove_dir_all(&dir)
                .map_err(|error| OpenError::Io(dir.display().to_string(), error))?;
        }
    }
    config.create = false;
    drop(lock);
    // Opening finds no states and folds them from the journal.
    let ledger = Ledger::open_on(fs, config, progress)?;
    let events = ledger.queries().reader.end();
    let damage = ledger.read_only_reason();
    ledger.close();
    damage.map_or(Ok(events), |damage| Err(OpenError::Damaged(damage)))
}

/// Fills a fresh store: the newest sound snapshot, then every event after it.
pub fn states_from_snapshot(
    reader: &Reader,
    store: StateStore,
    snapshots: &Path,
    options: &StateOptions,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<StateStore, OpenError> {
    let found = newest_valid_snapshot(snapshots, options)?;
    for skipped in &found.skipped {
        tracing::warn!(?skipped, "a state snapshot is not sound and is passed over");
    }
    let mut from = 0;
    if let Some(snapshot) = found.snapshot {
        let (known, end) = (snapshot.checkpoint.position, reader.end());
        if known > end {
            let file = snapshot.path.display();
            let what = format!("{file} knows {known} events, the journal only {end}");
            return Err(OpenError::Damaged(what));
        }
        if is_of_history(reader, &snapshot.checkpoint)? {
            store.restore(&snapshot, |done, of| progress("states", done, of))?;
            from = snapshot.checkpoint.position;
        } else {
            let file = snapshot.path.display();
            tracing::warn!(%file, "a state snapshot is of another history and is passed over");
        }
    }
    states_from_events(reader, &store, from, progress)?;
    Ok(store)
}

/// Whether the events before a checkpoint are those that the journal holds. They are not where a
/// journal was put back to an earlier state, and went on, beside states that were not.
pub(super) fn is_of_history(reader: &Reader, checkpoint: &Known) -> Result<bool, OpenError> {
    let root = reader.root_at(checkpoint.position).map_err(Arc::new);
    let root = root.map_err(LoadError::Journal)?;
    Ok(root == Some(checkpoint.root))
}

/// An entity while it is folded.
struct Folding {
    state: Option<EntityState>,
    /// The last event that the state reflects; `None` before the first.
    through: Option<u64>,
}

/// Folds every event from a position on into the states that the store holds.
pub fn states_from_events(
    reader: &Reader,
    store: &StateStore,
    from: u64,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<(), OpenError> {
    let end = reader.end();
    let mut held: HashMap<EntityRef, Folding> = HashMap::new();
    let mut next = from;
    while next < end {
        let entries = reader
            .scan(next, SCAN_EVENTS, SCAN_BYTES)
            .map_err(|error| LoadError::Journal(Arc::new(error)))?;
        let Some(last) = entries.last() else { break };
        let reached = last.position + 1;
        for entry in &entries {
            let fact = fact_of(entry)?;
            let Some(payload) = fact.event.payload.as_ref() else {
                continue;
            };
            let amends = keys::amended(payload).is_some();
            for entity in decider::touched(&fact.stream, payload) {
                if !entity::is_snapshotted(entity.kind) {
                    continue;
                }
                if !held.contains_key(&entity) {
                    held.insert(entity.clone(), begin(store, &entity, end));
                }
                let folding = held.get_mut(&entity).expect("was inserted above");
                if folding
                    .through
                    .is_some_and(|through| entry.position <= through)
                {
                    // The saved state is newer than the snapshot says, and reflects this event.
                    continue;
                }
                folding.through = Some(entry.position);
                match &mut folding.state {
                    Some(state) if !amends => {
                        decider::evolve(state, &entity, entry.position, &fact);
                    }
                    state => *state = refold(reader, &entity, entry.position)?,
                }
            }
        }
        next = reached;
        if held.len() > HELD_MAX {
            save(reader, store, next, &mut held)?;
        }
        progress("states", next, end);
    }
    save(reader, store, end, &mut held)
}

fn begin(store: &StateStore, entity: &EntityRef, end: u64) -> Folding {
    let saved = states::saved(store, entity, end);
    let (through, state) = saved.unzip();
    Folding {
        state: state.flatten(),
        through,
    }
}

/// Folds an entity from everything up to a position.
fn refold(
    reader: &Reader,
    entity: &EntityRef,
    through: u64,
) -> Result<Option<EntityState>, OpenError> {
    let history = super::overlay::history_through(reader, entity, 0, through + 1)?;
    Ok(decider::fold(entity, &history))
}

fn save(
    reader: &Reader,
    store: &StateStore,
    end: u64,
    held: &mut HashMap<EntityRef, Folding>,
) -> Result<(), OpenError> {
    let states = held
        .drain()
        .filter_map(|(entity, folding)| {
            Some((entity, folding.through?, folding.state.map(Arc::new)))
        })
        .collect();
    let root = reader.root_at(end).map_err(Arc::new);
    let root = root.map_err(LoadError::Journal)?.unwrap_or_default();
    states::save(store, &Checkpoint { end, root, states })?;
    Ok(())
}
