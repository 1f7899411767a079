//! Damage to the files of sled, at rest and after a kill: no panic, no value that never was.

use std::path::PathBuf;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::*;
use crate::state::{Doubt, StateError};

/// A folder to damage copies of, and all that was ever written there.
struct Template {
    dir: tempfile::TempDir,
    history: History,
}

impl Template {
    /// Makes a store that went through several checkpoints and reopenings.
    fn new(stop: impl Fn(StateStore, &Path, &Path)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut history = History::new();
        let work = dir.path().join("work");
        let mut store = open(&work).store;
        for position in 1..=6 {
            let values = entries(100 * position as u32, position);
            remember(&mut history, &values);
            store.checkpoint(position, ROOT, values).unwrap();
            if position % 2 == 0 {
                store.close().unwrap();
                store = reopen(&work);
            }
        }
        let values = entries(150, 7);
        remember(&mut history, &values);
        store.checkpoint(7, ROOT, values).unwrap();
        stop(store, &work, &dir.path().join("kept"));
        Self { dir, history }
    }

    /// One that was closed.
    fn closed() -> Self {
        Self::new(|store, work, kept| {
            store.close().unwrap();
            copy_dir(work, kept);
        })
    }

    /// One whose process was killed.
    fn killed() -> Self {
        Self::new(|_store, work, kept| copy_dir(work, kept))
    }

    fn files(&self) -> Vec<PathBuf> {
        let sled = self.dir.path().join("kept/sled");
        let files = fs::read_dir(sled)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
        files.sort();
        assert!(files.len() >= 3, "db, conf and a snapshot: {files:?}");
        files
    }

    /// Damages one file of a copy and uses the store as a ledger would.
    fn trial(&self, file: &Path, damage: impl Fn(&mut Vec<u8>)) -> Outcome {
        let copy = tempfile::tempdir_in(self.dir.path()).unwrap();
        copy_dir(&self.dir.path().join("kept"), copy.path());
        let target = copy.path().join("sled").join(file.file_name().unwrap());
        let before = fs::read(&target).unwrap();
        let mut after = before.clone();
        damage(&mut after);
        fs::write(&target, &after).unwrap();

        let opened = open(copy.path());
        let (store, doubt) = (opened.store, opened.doubt);
        let known = assert_only_true_values(&store, &self.history);
        let is_doubtful = store.is_doubtful();
        let mut history = self.history.clone();
        let values = entries(40, 9);
        let written = store.checkpoint(9, ROOT, values.clone());
        match &written {
            Ok(()) => {
                for (key, through, blob) in &values {
                    let Some(stored) = store.get(key).unwrap() else {
                        assert!(store.is_doubtful());
                        continue;
                    };
                    assert_eq!((stored.through, &stored.blob), (*through, blob));
                }
            }
            Err(error) => assert!(matches!(error, StateError::Damaged { .. }), "{error}"),
        }
        remember(&mut history, &values);
        if let Ok(Some(snapshot)) = store.write_snapshot(&copy.path().join("snapshots")) {
            let restored = open(&copy.path().join("restored")).store;
            restored.restore(&snapshot, |_, _| {}).unwrap();
            assert_only_true_values(&restored, &history);
        }
        let was_doubtful = store.is_doubtful();
        let closed = store.close();
        if was_doubtful {
            assert!(open(copy.path()).doubt.is_some(), "a doubt is remembered");
        } else if closed.is_ok() {
            reopen(copy.path());
        }
        Outcome {
            changed: before != after,
            doubt,
            is_doubtful,
            known,
        }
    }
}

#[derive(Debug)]
struct Outcome {
    changed: bool,
    doubt: Option<Doubt>,
    is_doubtful: bool,
    known: usize,
}

/// Damages one place of a file: a flipped bit, a zeroed or scrambled stretch, a cut.
fn damage_at_random(bytes: &mut Vec<u8>, random: &mut SmallRng) {
    let at = random.random_range(0..bytes.len());
    let end = (at + random.random_range(1..8_192)).min(bytes.len());
    match random.random_range(0..4) {
        0 => bytes[at] ^= 1 << random.random_range(0..8),
        1 => bytes[at..end].fill(0),
        2 => random.fill(&mut bytes[at..end]),
        _ => bytes.truncate(at),
    }
}

/// How many places to damage; `BIHUAN_STATE_DAMAGE_ROUNDS` asks for more.
fn rounds(default: u64) -> u64 {
    let asked = std::env::var("BIHUAN_STATE_DAMAGE_ROUNDS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn any_damage_to_a_closed_store_is_found_at_open() {
    let template = Template::closed();
    let files = template.files();
    for round in 0..rounds(60) {
        let mut random = SmallRng::seed_from_u64(round);
        let file = &files[round as usize % files.len()];
        let seed = random.random();
        let outcome = template.trial(file, |bytes| {
            damage_at_random(bytes, &mut SmallRng::seed_from_u64(seed));
        });
        if outcome.changed {
            assert!(
                matches!(outcome.doubt, Some(Doubt::Unreadable { .. })),
                "round {round}, {}: {outcome:?}",
                file.display()
            );
            assert_eq!(outcome.known, 0);
        } else {
            assert_eq!(outcome.doubt, None);
            assert_eq!(outcome.known, template.history.len());
        }
    }
}

#[test]
fn damage_to_a_killed_store_never_shows_a_value_that_never_was() {
    let template = Template::killed();
    let files = template.files();
    let mut outcomes = Vec::new();
    for round in 0..rounds(60) {
        let mut random = SmallRng::seed_from_u64(round);
        let file = &files[round as usize % files.len()];
        let seed = random.random();
        let outcome = template.trial(file, |bytes| {
            damage_at_random(bytes, &mut SmallRng::seed_from_u64(seed));
        });
        outcomes.push(outcome);
    }
    assert!(outcomes.iter().any(|outcome| outcome.doubt.is_some()));
    assert!(outcomes.iter().any(|outcome| outcome.known > 0));
    assert!(outcomes.iter().any(|outcome| outcome.is_doubtful));
}

#[test]
fn missing_files_make_a_fresh_store() {
    let template = Template::closed();
    let kept = template.dir.path().join("kept");
    for name in ["marker", "sled", "sled/db", "sled/conf"] {
        let copy = tempfile::tempdir().unwrap();
        copy_dir(&kept, copy.path());
        let path = copy.path().join(name);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
        let opened = open(copy.path());
        assert!(
            matches!(opened.doubt, Some(Doubt::Unreadable { .. })),
            "{name}"
        );
        assert_eq!(assert_only_true_values(&opened.store, &template.history), 0);
        opened.store.close().unwrap();
        reopen(copy.path());
    }
    let copy = tempfile::tempdir().unwrap();
    copy_dir(&kept, copy.path());
    fs::write(copy.path().join("sled/snap.0000000000FFFFFF"), "added").unwrap();
    assert!(open(copy.path()).doubt.is_some());
}
