//! Keys: kept, erased, damaged, and under disks that fail or forget.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::access::sealing;
use crate::journal::faults::{Fault, FaultFs, PowerCutFs};
use crate::journal::fs::{self as files, RealFs};

const LEDGER: [u8; 16] = [0x11; 16];
const SEALED: Class = Class::Sealed;
const PERSONAL: Class = Class::Personal;

/// Keys that were handed out, by stream and class.
type Given = BTreeMap<(String, Class), (KeyId, [u8; 32])>;

fn options(dir: &Path, is_new: bool) -> KeyOptions {
    KeyOptions::new(dir, LEDGER, is_new)
}

fn create(dir: &Path) -> KeyStore {
    KeyStore::open(RealFs::shared(), &options(dir, true)).unwrap()
}

fn open(dir: &Path) -> Result<KeyStore, KeyError> {
    KeyStore::open(RealFs::shared(), &options(dir, false))
}

fn damages(dir: &Path) -> Vec<KeyDamage> {
    check(&RealFs, &options(dir, false)).unwrap()
}

fn give(store: &KeyStore, stream: &str, class: Class, given: &mut Given) {
    if let Ok((key_id, key)) = store.key_for(stream, class) {
        let entry = (key_id, *key.as_bytes());
        let before = given.insert((stream.to_owned(), class), entry);
        assert!(before.is_none_or(|before| before == entry), "a key changed");
    }
}

/// Asserts that every key that was handed out is there.
fn assert_holds(store: &KeyStore, given: &Given) {
    for ((stream, class), (key_id, bytes)) in given {
        let (found_id, key) = store.key_for(stream, *class).unwrap();
        assert_eq!((found_id, key.as_bytes()), (*key_id, bytes), "{stream}");
        let found = store.find(*key_id).unwrap();
        assert!(matches!(found, Found::Key(key) if key.as_bytes() == bytes));
    }
}

/// Makes a store with some keys and a destroyed one.
fn filled(dir: &Path) -> Given {
    let store = create(dir);
    let mut given = Given::new();
    for index in 0..3 {
        give(
            &store,
            &format!("project/4304/PJ-{index}"),
            SEALED,
            &mut given,
        );
    }
    give(&store, "project/4304/PJ-0", PERSONAL, &mut given);
    store.key_for("project/4304/PJ-9", PERSONAL).unwrap();
    store.destroy("project/4304/PJ-9", PERSONAL).unwrap();
    give(&store, "合同/4304/HT-1", PERSONAL, &mut given);
    give(&store, "合同/4304/HT-2", PERSONAL, &mut given);
    given
}

#[test]
fn a_stream_has_one_key_per_class_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let given = filled(dir.path());
    let store = open(dir.path()).unwrap();
    assert_eq!(store.count(), given.len());
    assert_holds(&store, &given);
    let mut keys: Vec<_> = given.values().map(|(_, bytes)| *bytes).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), given.len(), "all keys differ");
    assert!(matches!(
        store.find(KeyId([0; 16])).unwrap(),
        Found::Unknown
    ));
    assert_eq!(damages(dir.path()), []);
}

#[test]
fn many_keys_are_made_in_one_write_and_given_in_the_order_asked() {
    let dir = tempfile::tempdir().unwrap();
    let fs = FaultFs::new(RealFs::shared());
    let store = KeyStore::open(fs.clone(), &options(dir.path(), true)).unwrap();
    let names: Vec<String> = (0..200)
        .map(|index| format!("project/4304/{index}"))
        .collect();
    let mut wanted: Vec<_> = names.iter().map(|name| (name.as_str(), SEALED)).collect();
    wanted.push((names[7].as_str(), SEALED));
    let before = fs.changes();
    let keys = store.keys_for(&wanted).unwrap();
    assert_eq!(fs.changes() - before, 4, "frame, sync, slot, sync");
    assert_eq!(keys[7].0, keys[200].0);
    let store = open(dir.path()).unwrap();
    for ((stream, class), (key_id, key)) in wanted.iter().zip(&keys) {
        let (found_id, found) = store.key_for(stream, *class).unwrap();
        assert_eq!((found_id, found.as_bytes()), (*key_id, key.as_bytes()));
    }
    // More than one frame holds.
    let names: Vec<String> = (0..600)
        .map(|index| format!("contract/4304/{index}"))
        .collect();
    let wanted: Vec<_> = names.iter().map(|name| (name.as_str(), PERSONAL)).collect();
    store.keys_for(&wanted).unwrap();
    assert_eq!(open(dir.path()).unwrap().count(), 800);
    assert_eq!(damages(dir.path()), []);
}

#[test]
fn a_destroyed_key_is_gone_from_the_file_and_known_as_destroyed() {
    let dir = tempfile::tempdir().unwrap();
    let mut given = filled(dir.path());
    let store = open(dir.path()).unwrap();
    let stream = "project/4304/PJ-0";
    let (key_id, key) = store.key_for(stream, PERSONAL).unwrap();
    let blob = sealing::seal(&key_id, &key, &LEDGER, &[5; 16], PERSONAL, b"phone").unwrap();
    let record = store.read(|book| book.records[&key_id].clone());
    let Record::Living(wrapped) = record else {
        panic!("the key lives");
    };
    let holds = |bytes: &[u8]| bytes.windows(48).any(|part| part == wrapped.wrapped);
    let old = fs::hard_link(dir.path().join("keys"), dir.path().join("old"));
    old.unwrap();
    assert!(holds(&fs::read(dir.path().join("keys")).unwrap()));

    assert_eq!(store.destroy(stream, PERSONAL).unwrap(), Some(key_id));
    given.remove(&(stream.to_owned(), PERSONAL)).unwrap();
    assert!(!holds(&fs::read(dir.path().join("keys")).unwrap()));
    assert!(
        !holds(&fs::read(dir.path().join("old")).unwrap()),
        "overwritten"
    );
    assert_eq!(store.destroy(stream, PERSONAL).unwrap(), None);
    for store in [store, open(dir.path()).unwrap()] {
        assert!(matches!(store.find(key_id).unwrap(), Found::Destroyed));
        assert_holds(&store, &given);
    }
    // What comes later gets another key, which does not open what was erased.
    let store = open(dir.path()).unwrap();
    let (new_id, new_key) = store.key_for(stream, PERSONAL).unwrap();
    assert_ne!(new_id, key_id);
    assert!(sealing::open(&new_key, &LEDGER, &[5; 16], PERSONAL, &blob).is_err());
    assert_eq!(damages(dir.path()), []);
}

#[test]
fn the_master_key_is_readable_by_its_owner_only() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path());
    let path = dir.path().join("master.key");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(fs::read_to_string(path).unwrap().trim().len(), 64);
}

#[test]
fn a_master_key_may_lie_elsewhere() {
    let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut options = options(dir.path(), true);
    options.master_key = elsewhere.path().join("bihuan.key");
    let key = "0123456789abcdef".repeat(4) + "\n";
    fs::write(&options.master_key, key).unwrap();
    let store = KeyStore::open(RealFs::shared(), &options).unwrap();
    let mut given = Given::new();
    give(&store, "project/4304/PJ-0", SEALED, &mut given);
    options.is_new = false;
    let store = KeyStore::open(RealFs::shared(), &options).unwrap();
    assert_holds(&store, &given);
    assert!(!dir.path().join("master.key").exists());
}

#[test]
fn missing_wrong_and_foreign_files_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let (keys, master) = (dir.path().join("keys"), dir.path().join("master.key"));
    let missing = open(dir.path());
    assert!(matches!(missing, Err(KeyError::KeysMissing { path }) if path == keys));
    filled(dir.path());
    let (keys_bytes, right) = (fs::read(&keys).unwrap(), fs::read(&master).unwrap());

    fs::remove_file(&master).unwrap();
    for is_new in [false, true] {
        let opened = KeyStore::open(RealFs::shared(), &options(dir.path(), is_new));
        assert!(matches!(opened, Err(KeyError::MasterKeyMissing { .. })));
    }
    assert!(!master.exists(), "none is made in its place");
    assert_eq!(damages(dir.path()).len(), 1);

    fs::write(&master, "00".repeat(32) + "\n").unwrap();
    assert!(matches!(
        open(dir.path()),
        Err(KeyError::WrongMasterKey { .. })
    ));
    assert_eq!(damages(dir.path())[0].file, keys);
    for malformed in [
        &b""[..],
        b"no key",
        &right[..63],
        &[&right[..63], b"x\n"].concat(),
        // The same key in another spelling: something changed the file.
        &right[..64],
        &right.to_ascii_uppercase(),
        &[&right[..64], b"\r\n"].concat(),
    ] {
        fs::write(&master, malformed).unwrap();
        let opened = open(dir.path());
        assert!(matches!(opened, Err(KeyError::MasterKeyMalformed { .. })));
        assert_eq!(damages(dir.path())[0].file, master);
    }
    fs::write(&master, right).unwrap();

    let mut other = options(dir.path(), false);
    other.ledger_id = [0x33; 16];
    let opened = KeyStore::open(RealFs::shared(), &other);
    assert!(matches!(opened, Err(KeyError::OtherLedger { .. })));
    assert_eq!(check(&RealFs, &other).unwrap().len(), 1);

    fs::remove_file(&keys).unwrap();
    assert!(matches!(
        open(dir.path()),
        Err(KeyError::KeysMissing { .. })
    ));
    assert_eq!(damages(dir.path())[0].file, keys);
    fs::write(&keys, keys_bytes).unwrap();
    assert_eq!(damages(dir.path()), []);
    open(dir.path()).unwrap();
}

#[test]
fn every_flipped_bit_and_every_cut_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let given = filled(dir.path());
    let path = dir.path().join("keys");
    let whole = fs::read(&path).unwrap();
    let expect_found = |bytes: &[u8], what: &str| {
        fs::write(&path, bytes).unwrap();
        let found = damages(dir.path());
        assert_eq!(found.len(), 1, "{what}");
        assert_eq!(found[0].file, path);
        assert!(found[0].offset <= whole.len() as u64);
        let opened = open(dir.path());
        assert!(
            matches!(opened, Err(KeyError::Damaged(damage)) if damage == found[0]),
            "{what}"
        );
        assert_eq!(
            fs::read(&path).unwrap(),
            bytes,
            "an open that fails changes nothing"
        );
    };
    for index in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[index] ^= 1 << (index % 8);
        expect_found(&bytes, &format!("bit {} of byte {index}", index % 8));
        expect_found(&whole[..index], &format!("cut at {index}"));
        let without = [&whole[..index], &whole[index + 1..]].concat();
        expect_found(&without, &format!("without byte {index}"));
        let mut bytes = whole.clone();
        let end = (index + 100).min(bytes.len());
        bytes[index..end].fill(0);
        if bytes != whole {
            expect_found(&bytes, &format!("zeros from byte {index}"));
        }
    }
    // Each bit of what may look half written.
    for index in [511, 512, 519, 535, 1_023, 1_024, 1_031, 1_047, 1_535] {
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[index] ^= 1 << bit;
            expect_found(&bytes, &format!("bit {bit} of byte {index}"));
        }
    }
    fs::write(&path, &whole).unwrap();
    assert_holds(&open(dir.path()).unwrap(), &given);
}

#[test]
fn damage_to_a_store_without_keys_is_found() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path());
    let path = dir.path().join("keys");
    let whole = fs::read(&path).unwrap();
    for index in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[index] ^= 1 << (index % 8);
        fs::write(&path, &bytes).unwrap();
        assert!(open(dir.path()).is_err(), "byte {index}");
        fs::write(&path, &whole[..index]).unwrap();
        assert!(open(dir.path()).is_err(), "cut at {index}");
    }
}

#[test]
fn an_older_file_put_back_does_not_fit_the_present_frames() {
    // Bytes of the file before a key was destroyed, spliced into the one after.
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let path = dir.path().join("keys");
    let old = fs::read(&path).unwrap();
    let store = open(dir.path()).unwrap();
    store.destroy("project/4304/PJ-1", SEALED).unwrap();
    let new = fs::read(&path).unwrap();
    let spliced = [&new[..1_536], &old[1_536..]].concat();
    fs::write(&path, spliced).unwrap();
    assert!(matches!(open(dir.path()), Err(KeyError::Damaged(_))));
}

/// Creates, gives, destroys and gives again; faults may strike anywhere.
///
/// Returns what was destroyed, or may be.
fn work(fs: &Arc<dyn Fs>, dir: &Path, given: &mut Given) -> Option<(String, Class)> {
    let store = KeyStore::open(fs.clone(), &options(dir, true)).ok()?;
    for index in 0..4 {
        give(&store, &format!("project/4304/PJ-{index}"), SEALED, given);
    }
    let stream = "project/4304/PJ-1".to_owned();
    let _ = store.destroy(&stream, SEALED);
    for index in 4..7 {
        give(&store, &format!("project/4304/PJ-{index}"), SEALED, given);
    }
    Some((stream, SEALED))
}

/// Opens after a crash and asserts that nothing that was handed out is lost.
fn assert_survives(fs: &Arc<dyn Fs>, dir: &Path, given: &Given, what: &str) {
    let store = KeyStore::open(fs.clone(), &options(dir, given.is_empty()))
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_holds(&store, given);
    drop(store);
    assert_eq!(check(&**fs, &options(dir, false)).unwrap(), [], "{what}");
}

#[test]
fn no_failing_write_or_sync_loses_a_key_that_was_given() {
    for fault in [Fault::Fail, Fault::Short, Fault::Torn] {
        for after in 0.. {
            let dir = tempfile::tempdir().unwrap();
            let faulty = FaultFs::new(RealFs::shared());
            faulty.arm(fault, after);
            let mut given = Given::new();
            let fs: Arc<dyn Fs> = faulty.clone();
            if let Some(destroyed) = work(&fs, dir.path(), &mut given) {
                given.remove(&destroyed);
            }
            if !faulty.struck() {
                assert_eq!(given.len(), 6);
                assert!(after > 30, "the work makes more changes than that");
                break;
            }
            let what = format!("{fault:?} at change {after}");
            assert_survives(&RealFs::shared(), dir.path(), &given, &what);
        }
    }
}

#[test]
fn no_power_cut_loses_a_key_that_was_given() {
    for fault in [Fault::Fail, Fault::Torn] {
        for after in 0.. {
            let dir = Path::new("/ledger");
            let disk = PowerCutFs::new();
            disk.create_dir_all(dir).unwrap();
            let faulty = FaultFs::new(disk.clone());
            faulty.arm(fault, after);
            let mut given = Given::new();
            let fs: Arc<dyn Fs> = faulty.clone();
            if let Some(destroyed) = work(&fs, dir, &mut given) {
                given.remove(&destroyed);
            }
            for seed in 0..8 {
                let what = format!("{fault:?} at change {after}, power cut {seed}");
                let after_cut: Arc<dyn Fs> = disk.cut(seed);
                assert_survives(&after_cut, dir, &given, &what);
            }
            if !faulty.struck() {
                break;
            }
        }
    }
}

#[test]
fn a_kill_at_any_byte_of_an_append_leaves_the_keys_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let given = filled(dir.path());
    let path = dir.path().join("keys");
    let before = fs::read(&path).unwrap();
    open(dir.path())
        .unwrap()
        .key_for("project/4304/PJ-7", SEALED)
        .unwrap();
    let after = fs::read(&path).unwrap();
    let slot = (0..3)
        .map(|page| page * 512)
        .find(|at| before[*at..*at + 512] != after[*at..*at + 512]);
    let slot = slot.unwrap();
    let tail = before.len();
    for cut in 0..after.len() - tail {
        fs::write(&path, [&before[..], &after[tail..tail + cut]].concat()).unwrap();
        assert_survives(
            &RealFs::shared(),
            dir.path(),
            &given,
            &format!("frame cut at {cut}"),
        );
    }
    for cut in 0..=512 {
        let mut bytes = after.clone();
        bytes[slot + cut..slot + 512].copy_from_slice(&before[slot + cut..slot + 512]);
        fs::write(&path, &bytes).unwrap();
        assert_survives(
            &RealFs::shared(),
            dir.path(),
            &given,
            &format!("slot cut at {cut}"),
        );
        assert_eq!(fs::read(&path).unwrap(), after, "put in order");
    }
}

#[test]
fn after_a_failed_sync_known_keys_are_given_and_new_ones_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let faulty = FaultFs::new(RealFs::shared());
    let store = KeyStore::open(faulty.clone(), &options(dir.path(), true)).unwrap();
    let mut given = Given::new();
    give(&store, "project/4304/PJ-0", SEALED, &mut given);
    faulty.arm(Fault::Fail, 1);
    assert!(matches!(
        store.key_for("project/4304/PJ-1", SEALED),
        Err(KeyError::Io { .. })
    ));
    assert!(matches!(
        store.key_for("project/4304/PJ-1", SEALED),
        Err(KeyError::Poisoned)
    ));
    assert!(matches!(
        store.destroy("project/4304/PJ-0", SEALED),
        Err(KeyError::Poisoned)
    ));
    assert_holds(&store, &given);
}

#[test]
fn a_stream_name_that_is_too_long_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = create(dir.path());
    let longest = "x".repeat(STREAM_BYTES_MAX);
    store.key_for(&longest, SEALED).unwrap();
    let refused = store.key_for(&format!("{longest}x"), SEALED);
    assert!(matches!(refused, Err(KeyError::StreamTooLong { .. })));
    let names: Vec<String> = (0..256).map(|index| format!("{index:0>512}")).collect();
    let wanted: Vec<_> = names.iter().map(|name| (name.as_str(), SEALED)).collect();
    store.keys_for(&wanted).unwrap();
    assert_eq!(
        open(dir.path()).unwrap().count(),
        257,
        "the longest frame is read"
    );
}

#[test]
fn the_file_is_laid_out_as_written_down() {
    let dir = tempfile::tempdir().unwrap();
    let store = create(dir.path());
    let (key_id, _) = store.key_for("project/4304/PJ-0", PERSONAL).unwrap();
    let file = RealFs.open_read(&dir.path().join("keys")).unwrap();
    let bytes = files::read_all(&*file).unwrap();
    assert_eq!(&bytes[..8], b"BHKEYS\0\x01");
    assert_eq!(bytes[8..24], LEDGER);
    assert_eq!(bytes[24..32], 0_u64.to_be_bytes(), "generation");
    assert_eq!(crc32c::crc32c(&bytes[..72]).to_be_bytes(), bytes[72..76]);
    let body_bytes = 1 + 1 + 16 + 24 + 48 + 2 + 17;
    assert_eq!(bytes.len(), 1_536 + 4 + body_bytes + 4);
    assert_eq!(
        bytes[1_024..1_032],
        1_u64.to_be_bytes(),
        "slot of sequence 1"
    );
    assert_eq!(bytes[1_032..1_040], (bytes.len() as u64).to_be_bytes());
    let frame = &bytes[1_536..];
    assert_eq!(frame[..4], u32::to_be_bytes(body_bytes as u32));
    assert_eq!(frame[4..6], [1, 2], "a living key of class personal");
    assert_eq!(frame[6..22], key_id.0);
    assert_eq!(
        &frame[4 + body_bytes - 17..4 + body_bytes],
        b"project/4304/PJ-0"
    );
    let first_chain = u32::from_be_bytes(bytes[72..76].try_into().unwrap());
    let chain = crc32c::crc32c_append(first_chain, &frame[..4 + body_bytes]);
    assert_eq!(frame[4 + body_bytes..], chain.to_be_bytes());
    assert_eq!(bytes[1_040..1_044], chain.to_be_bytes());
}
