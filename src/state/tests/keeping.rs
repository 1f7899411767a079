//! What is written comes back; what is not trusted is thrown away and named.

use std::thread;

use super::*;
use crate::state::{BLOB_BYTES_MAX, Doubt, KEY_BYTES_MAX, StateError};

#[test]
fn values_and_checkpoint_come_back_after_a_clean_stop() {
    let dir = tempfile::tempdir().unwrap();
    let opened = open(dir.path());
    assert_eq!(opened.doubt, Some(Doubt::Missing));
    let store = opened.store;
    assert_eq!(store.checkpoint_position(), None);
    assert_eq!(store.get(b"lot:00000").unwrap(), None);
    let first = entries(300, 10);
    store.checkpoint(10, ROOT, first.clone()).unwrap();
    store.checkpoint(20, ROOT, entries(50, 20)).unwrap();
    store.close().unwrap();

    let mut other_boot = options();
    other_boot.boot_id = "boot-b".to_owned();
    let opened = StateStore::open(dir.path(), other_boot).unwrap();
    assert_eq!(opened.doubt, None, "a clean stop outlives the boot");
    let store = opened.store;
    let checkpoint = store.last_checkpoint().unwrap();
    assert_eq!((checkpoint.position, checkpoint.root), (20, ROOT));
    let mut expected = entries(50, 20);
    expected.extend_from_slice(&first[50..]);
    for (key, through, blob) in &expected {
        let stored = store.get(key).unwrap().unwrap();
        assert_eq!((stored.through, &stored.blob), (*through, blob));
    }
    let listed: Vec<Entry> = store.iter().map(Result::unwrap).collect();
    assert_eq!(listed, expected, "in key order");
    assert!(!store.is_doubtful());
}

#[test]
fn a_killed_store_is_trusted_within_the_boot_only() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).store;
    store.checkpoint(10, ROOT, entries(100, 10)).unwrap();
    let (same, other) = (dir.path().join("same"), dir.path().join("other"));
    for copy in [&same, &other] {
        copy_dir(&dir.path().join("sled"), &copy.join("sled"));
        fs::copy(dir.path().join("marker"), copy.join("marker")).unwrap();
    }
    let survivor = reopen(&same);
    assert_eq!(survivor.checkpoint_position(), Some(10));
    assert!(survivor.get(&key(99)).unwrap().is_some());

    let mut other_boot = options();
    other_boot.boot_id = "boot-b".to_owned();
    let opened = StateStore::open(&other, other_boot.clone()).unwrap();
    assert_eq!(opened.doubt, Some(Doubt::OtherBoot));
    assert_eq!(opened.store.checkpoint_position(), None);
    assert_eq!(opened.store.iter().count(), 0);
    drop(opened);
    // The fresh store belongs to the new boot.
    assert_eq!(StateStore::open(&other, other_boot).unwrap().doubt, None);
}

#[test]
fn an_unknown_boot_trusts_clean_stops_only() {
    let dir = tempfile::tempdir().unwrap();
    let mut unknown = options();
    unknown.boot_id = String::new();
    let opened = StateStore::open(dir.path(), unknown.clone()).unwrap();
    drop(opened.store);
    let opened = StateStore::open(dir.path(), unknown.clone()).unwrap();
    assert_eq!(opened.doubt, Some(Doubt::OtherBoot));
    opened.store.close().unwrap();
    assert_eq!(StateStore::open(dir.path(), unknown).unwrap().doubt, None);
}

#[test]
fn another_ledger_or_layout_starts_empty() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).store;
    store.checkpoint(1, ROOT, entries(5, 1)).unwrap();
    store.close().unwrap();
    let mut layout = options();
    layout.layout_hash = 8;
    let opened = StateStore::open(dir.path(), layout.clone()).unwrap();
    assert_eq!(opened.doubt, Some(Doubt::OtherLayout));
    assert_eq!(opened.store.get(&key(1)).unwrap(), None);
    drop(opened);
    layout.ledger_id = [0x33; 16];
    let opened = StateStore::open(dir.path(), layout).unwrap();
    assert_eq!(opened.doubt, Some(Doubt::OtherLedger));
    assert_eq!(opened.store.get(&key(1)).unwrap(), None);
}

#[test]
fn rows_of_another_ledger_are_not_believed_behind_a_swapped_marker() {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drop(open(ours.path()));
    let mut other = options();
    other.ledger_id = [0x33; 16];
    drop(StateStore::open(theirs.path(), other).unwrap());
    fs::copy(ours.path().join("marker"), theirs.path().join("marker")).unwrap();
    let opened = open(theirs.path());
    assert!(matches!(opened.doubt, Some(Doubt::Unreadable { .. })));
}

#[test]
fn a_folder_is_open_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).store;
    let second = StateStore::open(dir.path(), options());
    assert!(matches!(second, Err(StateError::InUse { .. })));
    store.close().unwrap();
    reopen(dir.path());
}

#[test]
fn large_values_make_no_files_of_their_own() {
    // sled never syncs those; see `rows`. Longest keys, largest rows, rewritten and shrunk.
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).store;
    let long_key = |index: u32| [&vec![b'k'; KEY_BYTES_MAX - 4][..], &index.to_be_bytes()].concat();
    for round in 1..=6_u64 {
        let bytes = [4_080, 300_000, 4_096, 4_097, 70_000, 9_000][round as usize - 1];
        let values = (0..60).map(|index| (long_key(index), round, blob(index, round, bytes)));
        store.checkpoint(round, ROOT, values.collect()).unwrap();
        let blobs = fs::read_dir(dir.path().join("sled/blobs")).unwrap();
        assert_eq!(blobs.count(), 0, "round {round}");
    }
    store.close().unwrap();
    let store = reopen(dir.path());
    for index in 0..60 {
        let stored = store.get(&long_key(index)).unwrap().unwrap();
        assert_eq!((stored.through, stored.blob), (6, blob(index, 6, 9_000)));
    }
}

#[test]
fn the_largest_value_is_kept_and_larger_ones_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).store;
    let largest = blob(1, 1, BLOB_BYTES_MAX);
    let entry = (Vec::new(), 1, largest.clone());
    store.checkpoint(1, ROOT, vec![entry]).unwrap();
    assert_eq!(store.get(b"").unwrap().unwrap().blob, largest);
    let longer = [&largest[..], &[0]].concat();
    let refused = store.checkpoint(2, ROOT, vec![(key(1), 2, longer)]);
    assert!(matches!(refused, Err(StateError::BlobTooLarge { .. })));
    let long_key = vec![0; KEY_BYTES_MAX + 1];
    let refused = store.checkpoint(2, ROOT, vec![(long_key.clone(), 2, Vec::new())]);
    assert!(matches!(refused, Err(StateError::KeyTooLong { .. })));
    assert!(matches!(
        store.get(&long_key),
        Err(StateError::KeyTooLong { .. })
    ));
    assert_eq!(
        store.checkpoint_position(),
        Some(1),
        "a refusal writes nothing"
    );
}

#[test]
fn a_checkpoint_never_goes_back() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).store;
    store.checkpoint(5, ROOT, entries(2, 5)).unwrap();
    store.checkpoint(5, ROOT, entries(2, 5)).unwrap();
    let back = store.checkpoint(4, ROOT, entries(2, 4));
    assert!(matches!(
        back,
        Err(StateError::CheckpointBackwards {
            current: 5,
            position: 4
        })
    ));
    assert_eq!(store.get(&key(0)).unwrap().unwrap().through, 5);
}

#[test]
fn readers_see_whole_values_while_they_are_rewritten() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).store;
    let versions = |position: u64| -> Vec<Entry> {
        let sized = |index: u32| blob(index, position, 3_000 * (position as usize % 7) + 1);
        (0..20)
            .map(|index| (key(index), position, sized(index)))
            .collect()
    };
    store.checkpoint(1, ROOT, versions(1)).unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for position in 2..60 {
                store
                    .checkpoint(position, ROOT, versions(position))
                    .unwrap();
            }
        });
        while !writer.is_finished() {
            for index in 0..20 {
                let stored = store.get(&key(index)).unwrap().unwrap();
                let expected = &versions(stored.through)[index as usize];
                assert_eq!(stored.blob, expected.2);
            }
            assert_eq!(store.iter().map(Result::unwrap).count(), 20);
        }
    });
    assert!(!store.is_doubtful());
}
