//! Damage at rest: found by `check`, and at opening or reading; never wrong data, never a panic.

use std::sync::Arc;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::scribe::{Scribe, dir, keys_of, options};
use crate::journal::faults::PowerCutFs;
use crate::journal::format::{segment_number, sidecar_number};
use crate::journal::fs::{Fs, read_all};
use crate::journal::{
    CheckReport, DamageKind, JournalOptions, OpenError, Opened, ReadError, SegmentJournal, check,
    rebuild_sidecars,
};

const SMALL_SEGMENT_BYTES: u64 = 16 << 10;

/// A folder at rest, as files in memory.
struct Folder {
    files: Vec<(String, Vec<u8>)>,
    scribe: Scribe,
}

#[derive(Clone, Copy, Debug)]
enum Harm {
    Flip,
    Zero,
    Cut,
    Remove,
}

impl Folder {
    /// A closed journal of several segments, or one that is idle past its watermark.
    fn at_rest(seed: u64, is_closed: bool) -> Self {
        let fs: Arc<dyn Fs> = PowerCutFs::new();
        let mut scribe = Scribe::new(seed);
        for round in 0..2 {
            let opened = try_open(&fs).unwrap();
            let mut journal = opened.writer.unwrap();
            scribe.append(&mut *journal, 12);
            if round == 1 && !is_closed {
                journal.idle().unwrap();
            } else {
                journal.close().unwrap();
            }
        }
        let names = fs.list(&dir()).unwrap();
        let read = |name: &String| read_all(&*fs.open(&dir().join(name)).unwrap()).unwrap();
        let files = names
            .iter()
            .map(|name| (name.clone(), read(name)))
            .collect();
        Self { files, scribe }
    }

    /// The folder on a disk of its own, one file of it harmed.
    fn harmed(&self, name: &str, harm: Harm, at: usize) -> Arc<dyn Fs> {
        let fs = PowerCutFs::new();
        fs.create_dir_all(&dir()).unwrap();
        for (other, bytes) in &self.files {
            let mut bytes = bytes.clone();
            if other == name {
                match harm {
                    Harm::Flip => bytes[at] ^= 1 << (at % 8),
                    Harm::Zero => bytes[at..].iter_mut().take(300).for_each(|byte| *byte = 0),
                    Harm::Cut => bytes.truncate(at),
                    Harm::Remove => continue,
                }
            }
            let file = fs.create(&dir().join(other)).unwrap();
            file.write_at(&bytes, 0).unwrap();
            file.sync_data().unwrap();
        }
        fs.sync_dir(&dir()).unwrap();
        fs
    }

    fn is_changed(&self, name: &str, harm: Harm, at: usize) -> bool {
        let (_, bytes) = self.files.iter().find(|(other, _)| other == name).unwrap();
        let line = &bytes[at.min(bytes.len())..(at + 300).min(bytes.len())];
        !matches!(harm, Harm::Zero) || line.iter().any(|byte| *byte != 0)
    }
}

fn small() -> JournalOptions {
    JournalOptions {
        segment_bytes: SMALL_SEGMENT_BYTES,
        create: false,
        ..options()
    }
}

fn try_open(fs: &Arc<dyn Fs>) -> Result<Opened, OpenError> {
    let options = JournalOptions {
        create: true,
        ..small()
    };
    SegmentJournal::open(fs.clone(), &dir(), options, keys_of())
}

fn run_check(fs: &Arc<dyn Fs>) -> CheckReport {
    check(fs.clone(), &dir(), false, &keys_of(), None)
}

/// Reads every entry in every way; returns the files that the errors name, one for each entry that
/// could not be read.
fn read_everything(opened: &Opened, scribe: &Scribe) -> Vec<String> {
    let mut named = Vec::new();
    for expected in &scribe.written {
        match opened.reader.get(expected.position) {
            Ok(found) => assert_eq!(found.as_ref(), Some(expected), "wrong data"),
            Err(ReadError::Corrupt { file, position, .. }) => {
                assert_eq!(position, Some(expected.position));
                named.push(file);
            }
            Err(error) => panic!("{error}"),
        }
    }
    let mut next = 0;
    while next < scribe.end() {
        match opened.reader.scan(next, 100, 20_000) {
            Ok(read) => {
                let expected = &scribe.written[next as usize..next as usize + read.len()];
                assert!(read == expected, "wrong data");
                next += read.len() as u64;
            }
            Err(_) => next += 1,
        }
    }
    let mut before = scribe.end();
    while before > 0 {
        match opened.reader.scan_back(before, 100, 20_000) {
            Ok(read) => {
                for (entry, position) in read.iter().zip((0..before).rev()) {
                    assert_eq!(entry, &scribe.written[position as usize], "wrong data");
                }
                before -= read.len() as u64;
            }
            Err(_) => before -= 1,
        }
    }
    named
}

/// One harm: `check` finds it, opening or reading finds it or heals it, nothing read is wrong.
fn suffer(folder: &Folder, name: &str, harm: Harm, at: usize) {
    let case = format!("{harm:?} of {name} at {at}");
    let fs = folder.harmed(name, harm, at);
    let report = run_check(&fs);
    let is_changed = folder.is_changed(name, harm, at);
    assert_eq!(
        report.is_clean(),
        !is_changed,
        "{case}: {:?}",
        report.damages
    );
    let opened = match SegmentJournal::open(fs.clone(), &dir(), small(), keys_of()) {
        Ok(opened) => opened,
        Err(OpenError::Unrecognisable { .. }) => return,
        Err(error) => panic!("{case}: {error}"),
    };
    let named = read_everything(&opened, &folder.scribe);
    assert!(named.iter().all(|file| file == name), "{case}: {named:?}");
    let unreadable = named.len();
    let is_lost = !opened.report.corruption.is_empty();
    if is_lost {
        assert!(opened.writer.is_none(), "{case}");
    } else {
        assert_eq!(
            opened.reader.end(),
            folder.scribe.end(),
            "{case}: silently cut"
        );
    }
    if unreadable > 0 {
        assert!(
            !report.is_whole(),
            "{case}: {unreadable} entries lost unseen by check"
        );
    }
    if report.is_whole() {
        assert!(
            !is_lost && unreadable == 0,
            "{case}: {:?}",
            opened.report.corruption
        );
        folder.scribe.check(&opened.reader);
        opened.writer.unwrap().close().unwrap();
        heals(&fs, folder, &case);
    }
}

/// After opening and rebuilding nothing is left of a damage that can be healed.
fn heals(fs: &Arc<dyn Fs>, folder: &Folder, case: &str) {
    let rebuilt = rebuild_sidecars(fs.clone(), &dir(), &keys_of(), None).unwrap();
    assert_eq!(rebuilt.entries, folder.scribe.end(), "{case}");
    let report = run_check(fs);
    assert!(report.is_clean(), "{case}: {:?}", report.damages);
    assert_eq!(report.root, folder.scribe.peaks.root());
}

fn suffer_all(folder: &Folder, harms: &[Harm], tries: usize, seed: u64) {
    let mut rng = SmallRng::seed_from_u64(seed);
    for (name, bytes) in &folder.files {
        if name == "lock" || name.starts_with("next") {
            continue;
        }
        for harm in harms {
            for _ in 0..tries {
                suffer(folder, name, *harm, rng.random_range(0..bytes.len()));
            }
        }
    }
}

#[test]
fn a_sound_folder_is_clean() {
    for is_closed in [true, false] {
        let folder = Folder::at_rest(20, is_closed);
        assert!(folder.files.len() > 8, "several segments");
        let fs = folder.harmed("none", Harm::Remove, 0);
        let report = run_check(&fs);
        let sidecar = |kind| kind == DamageKind::Sidecar;
        assert!(
            report.damages.iter().all(|damage| sidecar(damage.kind)),
            "{report:?}"
        );
        assert_eq!(report.entries, folder.scribe.end());
        assert_eq!(report.root, folder.scribe.peaks.root());
        assert_eq!(report.tree_size, folder.scribe.end());
    }
}

#[test]
fn a_flipped_bit_anywhere_is_found() {
    suffer_all(&Folder::at_rest(21, true), &[Harm::Flip], 25, 1);
}

#[test]
fn zeroed_bytes_anywhere_are_found() {
    suffer_all(&Folder::at_rest(22, true), &[Harm::Zero], 15, 2);
}

#[test]
fn a_file_cut_anywhere_or_removed_is_found() {
    let folder = Folder::at_rest(23, true);
    suffer_all(&folder, &[Harm::Cut], 8, 3);
    for (name, _) in &folder.files {
        let is_needed = name != "lock" && !name.starts_with("next");
        let active = folder
            .files
            .iter()
            .rfind(|(name, _)| sidecar_number(name).is_some());
        if is_needed && active.is_none_or(|(active, _)| active != name) {
            suffer(&folder, name, Harm::Remove, 0);
        }
    }
}

#[test]
fn what_a_cut_through_a_segment_header_swallowed_is_told_under_that_segment() {
    let folder = Folder::at_rest(26, true);
    for (name, bytes) in &folder.files {
        if segment_number(name).is_none() {
            continue;
        }
        // Every record is shifted out of its place; the first one begins within the header block.
        let fs = folder.harmed("none", Harm::Remove, 0);
        let mut cut = bytes.clone();
        cut.drain(2_887..2_903);
        fs.create(&dir().join(name))
            .unwrap()
            .write_at(&cut, 0)
            .unwrap();
        let opened = SegmentJournal::open(fs, &dir(), small(), keys_of()).unwrap();
        let damage = &opened.report.corruption[0];
        assert_eq!((damage.file.as_str(), damage.offset), (name.as_str(), 0));
        let first = damage.position.expect("the first entry in doubt");
        let named = read_everything(&opened, &folder.scribe);
        assert!(named.iter().all(|file| file == name), "{name}: {named:?}");
        let error = opened.reader.get(first).expect_err("swallowed");
        assert!(
            error
                .to_string()
                .starts_with(&format!("{name} at byte 0, position {first}:"))
        );
    }
}

#[test]
fn damage_to_an_idle_journal_is_never_taken_for_a_torn_tail() {
    let folder = Folder::at_rest(24, false);
    let (name, bytes) = folder
        .files
        .iter()
        .rfind(|(name, _)| segment_number(name).is_some())
        .unwrap();
    let used = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    let mut rng = SmallRng::seed_from_u64(4);
    for _ in 0..60 {
        let at = rng.random_range(0..used);
        for harm in [Harm::Flip, Harm::Zero, Harm::Cut] {
            let fs = folder.harmed(name, harm, at);
            let opened = try_open(&fs).unwrap();
            let is_changed = folder.is_changed(name, harm, at);
            assert_eq!(
                opened.writer.is_none(),
                is_changed,
                "{harm:?} of {name} at {at}"
            );
            read_everything(&opened, &folder.scribe);
        }
    }
}

#[test]
fn damage_before_a_sound_record_is_corruption_though_no_head_covers_it() {
    let mut rng = SmallRng::seed_from_u64(6);
    for _ in 0..60 {
        let fs: Arc<dyn Fs> = PowerCutFs::new();
        let mut scribe = Scribe::new(rng.random());
        let opened = SegmentJournal::open(fs.clone(), &dir(), options(), keys_of()).unwrap();
        let mut journal = opened.writer.unwrap();
        scribe.append(&mut *journal, 6);
        let (durable, last_group) = (scribe.end(), opened.reader.stats().bytes);
        scribe.append(&mut *journal, 1);
        let end = opened.reader.stats().bytes;
        drop(journal);
        let file = fs.open(&dir().join("00000000.segment")).unwrap();
        let at = rng.random_range(4096..end);
        let mut byte = [0];
        file.read_at(&mut byte, at).unwrap();
        file.write_at(&[byte[0] ^ 1], at).unwrap();
        let opened = SegmentJournal::open(fs, &dir(), options(), keys_of()).unwrap();
        if at < last_group {
            let damage = &opened.report.corruption[0];
            assert!(
                damage.offset <= at && damage.position.unwrap() < durable,
                "{damage}"
            );
            assert!(opened.writer.is_none());
            assert_eq!(opened.reader.end(), scribe.end());
            assert!((read_everything(&opened, &scribe).len() as u64) < scribe.end());
        } else {
            // Nothing shows that the last record was ever synced.
            assert_eq!(opened.report.healed[0].kind, DamageKind::Tail);
            assert_eq!(opened.reader.end(), durable);
        }
    }
}

#[test]
fn any_bytes_in_place_of_a_file_are_survived() {
    let folder = Folder::at_rest(25, true);
    let mut rng = SmallRng::seed_from_u64(5);
    for (name, bytes) in folder.files.iter().filter(|(name, _)| name != "lock") {
        for _ in 0..4 {
            let fs = folder.harmed(name, Harm::Remove, 0);
            let mut noise = vec![0; rng.random_range(0..bytes.len() * 2)];
            rng.fill(&mut noise[..]);
            fs.create(&dir().join(name))
                .unwrap()
                .write_at(&noise, 0)
                .unwrap();
            run_check(&fs);
            match SegmentJournal::open(fs, &dir(), small(), keys_of()) {
                Ok(opened) => _ = read_everything(&opened, &folder.scribe),
                Err(error) => assert!(matches!(error, OpenError::Unrecognisable { .. }), "{error}"),
            }
        }
    }
}

#[test]
fn a_live_journal_checks_clean() {
    let fs: Arc<dyn Fs> = PowerCutFs::new();
    let opened = try_open(&fs).unwrap();
    let mut journal = opened.writer.unwrap();
    let mut scribe = Scribe::new(26);
    let live = {
        let fs = fs.clone();
        std::thread::spawn(move || {
            let mut reports = Vec::new();
            while reports
                .last()
                .is_none_or(|report: &CheckReport| report.entries < 300)
            {
                reports.push(check(fs.clone(), &dir(), true, &keys_of(), None));
            }
            reports
        })
    };
    while !live.is_finished() {
        scribe.append(&mut *journal, 1);
        if scribe.end().is_multiple_of(7) {
            journal.idle().unwrap();
        }
    }
    for report in live.join().unwrap() {
        assert!(report.is_clean(), "{:?}", report.damages);
    }
}
