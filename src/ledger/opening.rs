//! What opening a ledger takes in turn: journal, keys, access log, secrets, saved states. Damage to
//! any of them makes the ledger read only; it never keeps the rest from being read.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    config::LedgerConfig,
    keys,
    overlay::{LoadError, durable_position_of, entry_at, fact_of},
    rebuild, states,
    visibility::Visibility,
};
use crate::{
    access::{
        AccessLog,
        keys::{KeyError, KeyOptions, KeyStore},
        log::AccessLogSettings,
    },
    domain::decider::Fact,
    journal::{self, JournalOptions, ReadError, Reader, SegmentJournal, fs::Fs},
    rules::packs::PackFileError,
    state::{Checkpoint, StateError, StateOptions, StateStore},
};

/// Why a ledger cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another server has the folder.
    #[error("{0} is in use by another server; one server per folder")]
    InUse(String),
    /// The folder cannot be made or read.
    #[error("{0}")]
    Io(String, #[source] std::io::Error),
    /// The journal refuses.
    #[error(transparent)]
    Journal(#[from] journal::OpenError),
    /// The key store refuses.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The state store refuses.
    #[error(transparent)]
    State(#[from] StateError),
    /// A stored event cannot be used.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The site's packs of rules cannot be used.
    #[error(transparent)]
    Rules(#[from] PackFileError),
    /// The folder holds another ledger's files, or files ahead of the journal.
    #[error("damage found: {0}")]
    Damaged(String),
}

/// When the last event was recorded, in microseconds.
pub(super) fn last_recorded(reader: &Reader) -> u64 {
    let Some(last) = reader.end().checked_sub(1) else {
        return 0;
    };
    // A damaged last event is told when somebody reads it; the clock must go on all the same.
    entry_at(reader, last).map_or(0, |entry| entry.recorded_at_us)
}

/// The first damage found while opening: a ledger that has any is read only.
#[derive(Default)]
pub(super) struct Damage(pub(super) Option<String>);

impl Damage {
    /// Notes what was found.
    pub(super) fn note(&mut self, what: String) {
        tracing::error!(
            damage = what,
            "the ledger is damaged, opened for reading only"
        );
        self.0.get_or_insert(what);
    }
}

/// Opens the journal, or makes one.
pub(super) fn open_journal(
    fs: Arc<dyn Fs>,
    config: &LedgerConfig,
) -> Result<journal::Opened, journal::OpenError> {
    // The journal is made first: where keys are and no journal, it was taken away, and a new one
    // must not stand in for it.
    let keys = config.data.join("keys");
    let has_keys = fs.exists(&keys).map_err(|source| journal::OpenError::Io {
        act: "look for",
        file: keys.display().to_string(),
        source,
    })?;
    let options = JournalOptions {
        segment_bytes: config.segment_bytes,
        simulated_clock: config.simulated_clock,
        schema_revision: crate::SCHEMA_REVISION,
        create: config.create && !has_keys,
        ..JournalOptions::default()
    };
    let dir = config.data.join("journal");
    SegmentJournal::open(fs, &dir, options, Arc::new(keys::of_stored))
}

/// Opens the keys of parts. Without them events are read all the same, so whatever is wrong with
/// them but the disk is damage, not a reason to refuse.
pub(super) fn open_keys(
    fs: &Arc<dyn Fs>,
    config: &LedgerConfig,
    reader: &Reader,
    damage: &mut Damage,
) -> Result<KeyStore, KeyError> {
    // A folder without events may have been left by a crash between its first files.
    let is_new = reader.end() == 0;
    let mut options = KeyOptions::new(&config.data, reader.identity().ledger_id, is_new);
    if let Some(file) = &config.master_key {
        options.master_key.clone_from(file);
    }
    match KeyStore::open(fs.clone(), &options) {
        Err(error) if !matches!(error, KeyError::Io { .. } | KeyError::Random(_)) => {
            damage.note(error.to_string());
            Ok(KeyStore::unavailable(&error))
        }
        opened => opened,
    }
}

/// Opens the log of refusals. A ledger that cannot keep its evidence takes no appends.
pub(super) fn open_access(
    fs: &Arc<dyn Fs>,
    config: &LedgerConfig,
    reader: &Reader,
    damage: &mut Damage,
) -> Result<AccessLog, OpenError> {
    let identity = reader.identity();
    let settings = AccessLogSettings {
        segment_bytes: config.segment_bytes.min(16 << 20),
        bytes_max: config.access_log_bytes_max,
        simulated_clock: identity.simulated_clock,
        // It is there before the first event is: later it is missing because it was taken away.
        create: config.create && reader.end() == 0,
    };
    let dir = config.data.join("access");
    let access = AccessLog::open(fs.clone(), &dir, identity.ledger_id, settings)?;
    if let Some(found) = access.damage() {
        damage.note(format!("access/{found}"));
    }
    Ok(access)
}

/// Finds the events that are secret at the moment. What cannot be read discloses nothing.
pub(super) fn secrets(reader: &Reader, damage: &mut Damage) -> Visibility {
    found_secrets(reader, damage).unwrap_or_else(|error| {
        damage.note(format!("journal/{error}"));
        // The indexes do not tell of everything that can be read, so everything is looked at.
        let visibility = Visibility::default();
        for position in 0..reader.end() {
            if let Ok((fact, amends)) = fact_at(reader, position) {
                visibility.note(position, &fact, amends);
            }
        }
        visibility
    })
}

/// The fact at a position, and the position of what it corrects or voids.
fn fact_at(reader: &Reader, position: u64) -> Result<(Fact, Option<u64>), LoadError> {
    let fact = fact_of(&entry_at(reader, position)?)?;
    let amended = fact.event.payload.as_ref().and_then(keys::amended);
    let amends = amended.map(|id| durable_position_of(reader, &id));
    Ok((fact, amends.transpose()?.flatten()))
}

/// Finds secrets by the withheld events ever recorded, and whatever followed in their streams.
fn found_secrets(reader: &Reader, damage: &mut Damage) -> Result<Visibility, ReadError> {
    let visibility = Visibility::default();
    let end = reader.end();
    let postings = |key| reader.postings(key, 0, end, usize::MAX, false);
    let mut streams = BTreeSet::new();
    for position in postings(keys::of_withheld())? {
        match entry_at(reader, position) {
            Ok(entry) => streams.extend(entry.view().stream().map(str::to_owned)),
            Err(error) => damage.note(format!("journal/{error}")),
        }
    }
    for stream in streams {
        for position in postings(keys::of_stream(&stream))? {
            match fact_at(reader, position) {
                Ok((fact, amends)) => visibility.note(position, &fact, amends),
                Err(error) => damage.note(format!("journal/{error}")),
            }
        }
    }
    Ok(visibility)
}

/// Opens the state store; one that is in doubt starts again from the newest state snapshot. `None`
/// where that meets damage.
pub(super) fn open_state(
    config: &LedgerConfig,
    reader: &Reader,
    progress: &mut dyn FnMut(&str, u64, u64),
    damage: &mut Damage,
) -> Result<Option<StateStore>, OpenError> {
    let (data, end) = (&config.data, reader.end());
    let mut options = StateOptions::new(reader.identity().ledger_id, states::layout_hash());
    options.cache_bytes = config.state_cache_bytes;
    let opened = StateStore::open(&data.join("state"), options.clone())?;
    let checkpoint = opened.store.checkpoint_position();
    if let Some(ahead) = checkpoint.filter(|at| *at > end) {
        damage.note(format!(
            "the state store knows {ahead} events, the journal only {end}"
        ));
        return Ok(None);
    }
    let checkpoint = opened.store.last_checkpoint();
    let (store, doubt) = match (opened.doubt.filter(|_| end > 0), checkpoint) {
        (Some(doubt), _) => (opened.store, doubt.to_string()),
        (None, Some(known)) if !is_of_history(reader, &known, damage)? => {
            drop(opened.store);
            let dir = data.join("state");
            std::fs::remove_dir_all(&dir)
                .map_err(|error| OpenError::Io(dir.display().to_string(), error))?;
            let fresh = StateStore::open(&dir, options.clone())?;
            (fresh.store, "it is of another history".to_owned())
        }
        (None, _) => return Ok(Some(opened.store)),
    };
    tracing::warn!(%doubt, events = end, "rebuilding entity states");
    let snapshots = data.join("snapshots");
    match rebuild::states_from_snapshot(reader, store, &snapshots, &options, progress) {
        Err(OpenError::Load(error)) => {
            damage.note(format!("journal/{error}"));
            Ok(None)
        }
        Err(OpenError::Damaged(what)) => {
            damage.note(what);
            Ok(None)
        }
        rebuilt => rebuilt.map(Some),
    }
}

/// Whether saved states are of the journal's own history. Events that cannot be read are damage,
/// which the states do not answer for.
fn is_of_history(
    reader: &Reader,
    known: &Checkpoint,
    damage: &mut Damage,
) -> Result<bool, OpenError> {
    match rebuild::is_of_history(reader, known) {
        Err(OpenError::Load(error)) => {
            damage.note(format!("journal/{error}"));
            Ok(true)
        }
        answer => answer,
    }
}
