//! The store against its own files: kept, checkpointed, damaged, taken away.

mod damage;
mod keeping;
mod model;
mod snapshots;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{Entry, Opened, StateOptions, StateStore};

const LEDGER: [u8; 16] = [0x11; 16];
const ROOT: [u8; 32] = [0x22; 32];

/// Every version of every value that was ever written.
type History = BTreeMap<Vec<u8>, Vec<(u64, Vec<u8>)>>;

fn options() -> StateOptions {
    StateOptions {
        cache_bytes: 2 << 20,
        layout_hash: 7,
        ledger_id: LEDGER,
        boot_id: "boot-a".to_owned(),
    }
}

fn open(dir: &Path) -> Opened {
    StateStore::open(dir, options()).unwrap()
}

/// Opens a store that must be trusted.
fn reopen(dir: &Path) -> StateStore {
    let opened = open(dir);
    assert_eq!(opened.doubt, None);
    opened.store
}

/// Returns the bytes of a value, which differ for every key and position.
fn blob(index: u32, position: u64, bytes: usize) -> Vec<u8> {
    let seed = u64::from(index) << 32 | position;
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut blob = Vec::with_capacity(bytes);
    while blob.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        blob.push(state as u8);
    }
    blob
}

fn key(index: u32) -> Vec<u8> {
    format!("lot:{index:05}").into_bytes()
}

/// Returns values of mixed sizes, the largest of several rows.
fn entries(count: u32, position: u64) -> Vec<Entry> {
    let sizes = [0, 40, 300, 300, 700, 5_000, 20_000];
    let bytes = |index: u32| sizes[(index as usize + position as usize) % sizes.len()];
    (0..count)
        .map(|index| (key(index), position, blob(index, position, bytes(index))))
        .collect()
}

fn remember(history: &mut History, entries: &[Entry]) {
    for (key, through, blob) in entries {
        let versions = history.entry(key.clone()).or_default();
        versions.push((*through, blob.clone()));
    }
}

/// Asserts that whatever the store says was once written, and returns how much it knows.
fn assert_only_true_values(store: &StateStore, history: &History) -> usize {
    let mut known = 0;
    for (key, versions) in history {
        if let Some(stored) = store.get(key).unwrap() {
            assert!(versions.contains(&(stored.through, stored.blob)));
            known += 1;
        }
    }
    for entry in store.iter().take(2 * history.len()).flatten() {
        let versions = history.get(&entry.0).expect("an unknown key");
        assert!(versions.contains(&(entry.1, entry.2)));
    }
    known
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
