//! Saved entity states against a fold of the journal.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs, io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::VerifyError;
use crate::{
    domain::{
        decider::{self, HistoryItem},
        entity::{self, EntityRef},
        state::EntityState,
    },
    journal::StoredEntry,
    ledger::{keys, overlay::fact_of, states},
    state::{self, StateOptions, StateStore},
};

/// A saved state that is not what the journal says, or cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateFinding {
    /// The key, or empty for the whole store.
    pub key: String,
    /// Up to which position the state was saved.
    pub through: Option<u64>,
    /// What is wrong.
    pub what: String,
}

/// Compares while entries come by in order.
pub struct Comparison(Mutex<Folding>);

#[derive(Default)]
struct Folding {
    /// What is saved: position and blob, by entity.
    saved: HashMap<EntityRef, (u64, Vec<u8>)>,
    /// Entities on the way to their saved position.
    states: HashMap<EntityRef, EntityState>,
    /// Entities with corrections: compared in a second pass, with their whole history.
    amended: HashSet<EntityRef>,
    is_second_pass: bool,
    histories: BTreeMap<EntityRef, Vec<HistoryItem>>,
    positions: HashMap<[u8; 16], u64>,
    compared: u64,
    findings: Vec<StateFinding>,
}

impl Comparison {
    /// Reads the saved states of a folder at rest; from a copy, since opening sled writes. `None`
    /// when there are none.
    pub fn begin(data: &Path, ledger_id: [u8; 16]) -> Result<Option<Self>, VerifyError> {
        let from = data.join("state");
        let io = |error| VerifyError::Io(from.display().to_string(), error);
        if !from.exists() {
            return Ok(None);
        }
        let name = format!("bihuan-verify-{}", uuid::Uuid::new_v4());
        let copy = std::env::temp_dir().join(name);
        copy_folder(&from, &copy).map_err(io)?;
        let read = Self::read(&copy, ledger_id);
        fs::remove_dir_all(&copy).map_err(io)?;
        read.map(Some)
    }

    fn read(copy: &Path, ledger_id: [u8; 16]) -> Result<Self, VerifyError> {
        let mut folding = Folding::default();
        let options = StateOptions::new(ledger_id, states::layout_hash());
        let opened = StateStore::open(copy, options)?;
        if let Some(doubt) = opened.doubt {
            folding.findings.push(StateFinding {
                key: String::new(),
                through: None,
                what: format!("saved states are not trusted: {doubt}"),
            });
        }
        for entry in &opened.store {
            match entry {
                Ok((key, through, blob)) => {
                    let text = String::from_utf8_lossy(&key).into_owned();
                    match entity::parse(&text) {
                        Some(entity) => {
                            folding.saved.insert(entity, (through, blob));
                        }
                        None => folding.note(text, Some(through), "names no entity"),
                    }
                }
                Err(error) => folding.note(String::new(), None, &error.to_string()),
            }
        }
        Ok(Self(Mutex::new(folding)))
    }

    /// Takes the next event.
    pub fn take(&self, entry: &StoredEntry) {
        let mut folding = self.lock();
        if folding.saved.is_empty() && !folding.is_second_pass {
            return;
        }
        folding.take(entry);
    }

    /// Whether a second pass is needed; begins it.
    pub fn has_amended(&self) -> bool {
        let mut folding = self.lock();
        folding.is_second_pass = !folding.amended.is_empty();
        folding.is_second_pass
    }

    /// How many states were compared, and what is wrong with them.
    pub fn end(&self) -> (u64, Vec<StateFinding>) {
        let mut folding = self.lock();
        folding.finish();
        (folding.compared, std::mem::take(&mut folding.findings))
    }

    fn lock(&self) -> MutexGuard<'_, Folding> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Folding {
    fn note(&mut self, key: String, through: Option<u64>, what: &str) {
        self.findings.push(StateFinding {
            key,
            through,
            what: what.to_owned(),
        });
    }

    fn take(&mut self, entry: &StoredEntry) {
        // An event that cannot be read is found by the check itself.
        let Ok(fact) = fact_of(entry) else { return };
        let Some(payload) = fact.event.payload.as_ref() else {
            return;
        };
        let original = keys::amended(payload);
        let touched = decider::touched(&fact.stream, payload);
        let fact = Arc::new(fact.clone());
        if self.is_second_pass
            && touched.iter().any(|entity| self.amended.contains(entity))
            && let Some(id) = entry.view().event_id()
        {
            self.positions.insert(id, entry.position);
        }
        for entity in touched {
            let Some(&(through, _)) = self.saved.get(&entity) else {
                continue;
            };
            if entry.position > through {
                continue;
            }
            if self.is_second_pass {
                if self.amended.contains(&entity) {
                    let amends = original.and_then(|id| self.positions.get(&id).copied());
                    let item = HistoryItem {
                        position: entry.position,
                        fact: fact.clone(),
                        amends,
                    };
                    self.histories.entry(entity).or_default().push(item);
                }
                continue;
            }
            if original.is_some() || self.amended.contains(&entity) {
                self.states.remove(&entity);
                self.amended.insert(entity);
                continue;
            }
            match self.states.get_mut(&entity) {
                Some(state) => decider::evolve(state, &entity, entry.position, &fact),
                None => {
                    let first = HistoryItem {
                        position: entry.position,
                        fact: fact.clone(),
                        amends: None,
                    };
                    if let Some(state) = decider::fold(&entity, &[first]) {
                        self.states.insert(entity.clone(), state);
                    }
                }
            }
            if entry.position == through {
                let state = self.states.remove(&entity);
                self.compare(&entity, state.as_ref());
            }
        }
    }

    fn compare(&mut self, entity: &EntityRef, state: Option<&EntityState>) {
        let Some((through, blob)) = self.saved.remove(entity) else {
            return;
        };
        self.compared += 1;
        let folded = state::encode(states::layout_hash(), &state);
        if folded.ok().as_ref() != Some(&blob) {
            self.note(
                entity.to_string(),
                Some(through),
                "is not what the journal folds to",
            );
        }
    }

    fn finish(&mut self) {
        for (entity, history) in std::mem::take(&mut self.histories) {
            let state = decider::fold(&entity, &history);
            self.compare(&entity, state.as_ref());
        }
        let left: Vec<_> = self.saved.drain().collect();
        for (entity, (through, _)) in left {
            self.note(
                entity.to_string(),
                Some(through),
                "no event of the journal ends there",
            );
        }
    }
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
