//! Snapshots: whole or passed over.

use std::path::PathBuf;

use super::*;
use crate::state::{Snapshot, StateError, newest_valid_snapshot};

fn newest(dir: &Path) -> Option<Snapshot> {
    newest_valid_snapshot(dir, &options()).unwrap().snapshot
}

/// Makes a store with one snapshot and returns both, and the values.
fn with_snapshot(dir: &Path, count: u32) -> (StateStore, Snapshot, Vec<Entry>) {
    let store = open(&dir.join("state")).store;
    let values = entries(count, 10);
    store.checkpoint(10, ROOT, values.clone()).unwrap();
    let snapshot = store
        .write_snapshot(&dir.join("snapshots"))
        .unwrap()
        .unwrap();
    (store, snapshot, values)
}

fn names(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_store_restored_from_a_snapshot_equals_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let (_store, snapshot, values) = with_snapshot(dir.path(), 2_500);
    assert_eq!(newest(&dir.path().join("snapshots")).unwrap(), snapshot);
    assert_eq!((snapshot.checkpoint.position, snapshot.count), (10, 2_500));

    let second = dir.path().join("second");
    let store = open(&second).store;
    let mut told = Vec::new();
    store
        .restore(&snapshot, |done, total| told.push((done, total)))
        .unwrap();
    assert_eq!(
        told,
        [(0, 2_500), (1_000, 2_500), (2_000, 2_500), (2_500, 2_500)]
    );
    store.close().unwrap();
    let store = reopen(&second);
    assert_eq!(store.last_checkpoint(), Some(snapshot.checkpoint));
    let listed: Vec<Entry> = store.iter().map(Result::unwrap).collect();
    assert_eq!(listed, values);
}

#[test]
fn an_empty_store_has_an_empty_snapshot_and_a_new_one_has_none() {
    let dir = tempfile::tempdir().unwrap();
    let snapshots = dir.path().join("snapshots");
    let store = open(&dir.path().join("state")).store;
    assert_eq!(store.write_snapshot(&snapshots).unwrap(), None);
    assert_eq!(newest(&snapshots), None);
    store.checkpoint(0, ROOT, Vec::new()).unwrap();
    let snapshot = store.write_snapshot(&snapshots).unwrap().unwrap();
    assert_eq!(newest(&snapshots), Some(snapshot.clone()));
    let store = open(&dir.path().join("second")).store;
    store.restore(&snapshot, |_, _| {}).unwrap();
    assert_eq!(store.checkpoint_position(), Some(0));
}

#[test]
fn the_two_newest_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let snapshots = dir.path().join("snapshots");
    let store = open(&dir.path().join("state")).store;
    for position in [9, 10, 100] {
        store
            .checkpoint(position, ROOT, entries(3, position))
            .unwrap();
        fs::create_dir_all(&snapshots).unwrap();
        fs::write(snapshots.join("00000000000000000005.tmp"), "cut short").unwrap();
        store.write_snapshot(&snapshots).unwrap();
    }
    let kept = ["00000000000000000010.state", "00000000000000000100.state"];
    assert_eq!(names(&snapshots), kept);
    // Writing the same one again replaces it.
    store.write_snapshot(&snapshots).unwrap();
    assert_eq!(names(&snapshots), kept);
    assert_eq!(newest(&snapshots).unwrap().checkpoint.position, 100);
}

#[test]
fn a_damaged_snapshot_is_passed_over_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let snapshots = dir.path().join("snapshots");
    let (store, older, _) = with_snapshot(dir.path(), 12);
    store.checkpoint(11, ROOT, entries(12, 11)).unwrap();
    let newer = store.write_snapshot(&snapshots).unwrap().unwrap();
    let whole = fs::read(&newer.path).unwrap();
    let expect_skipped = |bytes: &[u8], what: &str| {
        fs::write(&newer.path, bytes).unwrap();
        let found = newest_valid_snapshot(&snapshots, &options()).unwrap();
        assert_eq!(found.snapshot.as_ref(), Some(&older), "{what}");
        assert_eq!(found.skipped.len(), 1);
        assert_eq!(found.skipped[0].path, newer.path);
    };
    let step = (whole.len() / 400).max(1);
    for index in (0..200)
        .chain((200..whole.len()).step_by(step))
        .chain(whole.len() - 60..whole.len())
    {
        let mut bytes = whole.clone();
        bytes[index] ^= 1 << (index % 8);
        expect_skipped(&bytes, &format!("a flipped bit in byte {index}"));
        expect_skipped(&whole[..index], &format!("cut at byte {index}"));
        let mut bytes = whole.clone();
        let end = (index + 512).min(bytes.len());
        bytes[index..end].fill(0);
        if bytes != whole {
            expect_skipped(&bytes, &format!("zeros from byte {index}"));
        }
    }
    expect_skipped(&[&whole[..], &[0]].concat(), "a byte too many");
    expect_skipped(
        &fs::read(&older.path).unwrap(),
        "another snapshot under its name",
    );
    fs::write(&newer.path, &whole).unwrap();
    assert_eq!(newest(&snapshots), Some(newer));
}

#[test]
fn a_snapshot_of_another_ledger_or_layout_is_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    with_snapshot(dir.path(), 3);
    let snapshots = dir.path().join("snapshots");
    let mut other = options();
    other.layout_hash = 8;
    let found = newest_valid_snapshot(&snapshots, &other).unwrap();
    assert_eq!((found.snapshot, found.skipped.len()), (None, 1));
    other = options();
    other.ledger_id = [0x33; 16];
    let found = newest_valid_snapshot(&snapshots, &other).unwrap();
    assert_eq!((found.snapshot, found.skipped.len()), (None, 1));
}

#[test]
fn a_snapshot_that_changes_after_its_check_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let (_store, snapshot, values) = with_snapshot(dir.path(), 400);
    let mut bytes = fs::read(&snapshot.path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&snapshot.path, bytes).unwrap();
    let second: PathBuf = dir.path().join("second");
    let store = open(&second).store;
    let restored = store.restore(&snapshot, |_, _| {});
    assert!(matches!(restored, Err(StateError::SnapshotDamaged { .. })));
    assert!(store.is_doubtful());
    for (key, _, _) in &values {
        assert_eq!(store.get(key).unwrap(), None);
    }
    drop(store);
    let opened = open(&second);
    assert!(opened.doubt.is_some());
    assert_eq!(opened.store.iter().count(), 0);
}
