//! The store against a map: any sequence of checkpoints, restarts and restores.

use proptest::prelude::*;

use super::*;
use crate::state::newest_valid_snapshot;

#[derive(Debug, Clone)]
enum Step {
    /// Writes values: index of the key, length of the blob.
    Checkpoint(Vec<(u32, usize)>),
    CleanRestart,
    Kill,
    /// Throws the store away and fills a fresh one from a snapshot.
    Restore,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let blob_bytes = prop_oneof![0..600_usize, 4_000..4_200_usize, 0..40_000_usize];
    let values = prop::collection::vec((0..60_u32, blob_bytes), 0..80);
    let step = prop_oneof![
        4 => values.prop_map(Step::Checkpoint),
        1 => Just(Step::CleanRestart),
        1 => Just(Step::Kill),
        1 => Just(Step::Restore),
    ];
    prop::collection::vec(step, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_store_holds_what_was_last_written(steps in steps()) {
        let dir = tempfile::tempdir().unwrap();
        let (home, snapshots) = (dir.path().join("state"), dir.path().join("snapshots"));
        let mut store = open(&home).store;
        let mut model = BTreeMap::new();
        let mut position = 0;
        for step in steps {
            match step {
                Step::Checkpoint(values) => {
                    position += 1;
                    let mut written = BTreeMap::new();
                    for (index, bytes) in values {
                        written.insert(key(index), (position, blob(index, position, bytes)));
                    }
                    model.extend(written.clone());
                    let entry = |(key, (through, blob))| (key, through, blob);
                    let entries = written.into_iter().map(entry).collect();
                    store.checkpoint(position, ROOT, entries).unwrap();
                }
                Step::CleanRestart => {
                    store.close().unwrap();
                    store = reopen(&home);
                }
                Step::Kill => {
                    drop(store);
                    store = reopen(&home);
                }
                Step::Restore => {
                    if store.write_snapshot(&snapshots).unwrap().is_none() {
                        continue;
                    }
                    drop(store);
                    fs::remove_dir_all(&home).unwrap();
                    store = open(&home).store;
                    let newest = newest_valid_snapshot(&snapshots, &options()).unwrap();
                    store.restore(&newest.snapshot.unwrap(), |_, _| {}).unwrap();
                }
            }
            prop_assert_eq!(store.checkpoint_position().unwrap_or(0), position);
        }
        let held: BTreeMap<_, _> = store
            .iter()
            .map(|entry| entry.map(|(key, through, blob)| (key, (through, blob))).unwrap())
            .collect();
        prop_assert_eq!(&held, &model);
        for (key, (through, blob)) in &model {
            let stored = store.get(key).unwrap().unwrap();
            prop_assert_eq!((&stored.through, &stored.blob), (through, blob));
        }
        prop_assert!(!store.is_doubtful());
        let sled_files = fs::read_dir(home.join("sled/blobs")).unwrap();
        prop_assert_eq!(sled_files.count(), 0);
    }
}
