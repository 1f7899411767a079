//! Appending, reading, and opening again after every kind of stop.

use std::sync::Arc;

use super::scribe::{LEDGER_ID, Scribe, dir, keys, keys_of, open, options, try_open};
use crate::journal::faults::PowerCutFs;
use crate::journal::fs::{Fs, RealFs};
use crate::journal::{
    AppendError, Group, JournalOptions, LOG_ACCESS, NewBatch, OpenError, Reader, SegmentJournal,
};

fn disk() -> Arc<dyn Fs> {
    PowerCutFs::new()
}

#[test]
fn a_new_journal_is_empty_and_says_what_it_is() {
    let fs = disk();
    let opened = open(&fs);
    assert!(opened.report.is_new);
    assert_eq!(opened.identity.ledger_id, LEDGER_ID);
    assert_eq!(opened.identity.epoch, 1);
    Scribe::new(1).check(&opened.reader);
}

#[test]
fn what_was_appended_is_read_back_at_once_and_after_closing() {
    let fs = disk();
    let mut scribe = Scribe::new(2);
    for round in 0..4 {
        let opened = open(&fs);
        let mut journal = opened.writer.unwrap();
        scribe.check(&opened.reader);
        scribe.append(&mut *journal, 40);
        scribe.check(&opened.reader);
        assert_eq!(opened.identity.epoch, round + 1);
        journal.close().unwrap();
        scribe.check(&opened.reader);
    }
    assert!(fs.list(&dir()).unwrap().len() > 8, "segments were filled");
    let opened = open(&fs);
    assert!(opened.report.was_at_rest);
    assert_eq!(opened.report.recovered_entries, 0);
    assert_eq!(
        (opened.report.healed, opened.report.corruption),
        (vec![], vec![])
    );
}

#[test]
fn a_journal_that_was_dropped_or_idle_opens_whole() {
    let fs = disk();
    let mut scribe = Scribe::new(3);
    for round in 0..12 {
        let opened = open(&fs);
        assert_eq!(opened.report.corruption, []);
        scribe.check(&opened.reader);
        let mut journal = opened.writer.unwrap();
        scribe.append(&mut *journal, 1 + round * 2);
        if round % 3 == 0 {
            journal.idle().unwrap();
            journal.idle().unwrap();
        }
        if round % 2 == 0 {
            scribe.append(&mut *journal, round);
        }
    }
}

#[test]
fn it_works_on_the_file_system_of_the_machine() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("ledger/journal");
    let fs = RealFs::shared();
    let mut scribe = Scribe::new(4);
    for _ in 0..2 {
        let opened = try_open(&fs, &dir).unwrap();
        let locked = try_open(&fs, &dir);
        assert!(matches!(locked.err(), Some(OpenError::Locked { .. })));
        let mut journal = opened.writer.unwrap();
        scribe.append(&mut *journal, 40);
        scribe.check(&opened.reader);
        journal.close().unwrap();
    }
    scribe.check(&try_open(&fs, &dir).unwrap().reader);
    assert!(fs.free_bytes(&dir).unwrap() > 0);
}

#[test]
fn a_record_larger_than_a_segment_gets_a_segment_of_its_own() {
    let fs = disk();
    let mut scribe = Scribe::new(5);
    let opened = open(&fs);
    let mut journal = opened.writer.unwrap();
    for sizes in [&[2][..], &[100, 300], &[1], &[400], &[3]] {
        let group = scribe.group_of(sizes, 1000);
        journal.append(&group).unwrap();
    }
    scribe.check(&opened.reader);
    drop(journal);
    scribe.check(&open(&fs).reader);
}

#[test]
fn groups_that_would_break_the_order_are_refused_and_harm_nothing() {
    let fs = disk();
    let mut scribe = Scribe::new(6);
    let opened = open(&fs);
    let mut journal = opened.writer.unwrap();
    scribe.append(&mut *journal, 3);
    let before = scribe.clone();
    let good = scribe.group();
    let later = Group {
        first_position: good.first_position + 1,
        ..good.clone()
    };
    let mut empty = good.clone();
    empty.batches.push(NewBatch::default());
    let mut back = good.clone();
    back.batches[0].entries[0].recorded_at_us = 1;
    for group in [later, empty, back] {
        let refused = journal.append(&group);
        assert!(
            matches!(refused, Err(AppendError::Refused { .. })),
            "{refused:?}"
        );
    }
    before.check(&opened.reader);
    journal.append(&good).unwrap();
    journal
        .append(&Group {
            first_position: scribe.end(),
            batches: Vec::new(),
        })
        .unwrap();
    scribe.check(&opened.reader);
}

#[test]
fn readers_keep_up_while_segments_are_sealed_under_them() {
    let fs = disk();
    let mut scribe = Scribe::new(9);
    let opened = open(&fs);
    let total = 700;
    let follow = |reader: Reader| {
        std::thread::spawn(move || {
            let mut read = Vec::new();
            while (read.len() as u64) < total {
                let entries = reader.scan(read.len() as u64, 64, 16 << 10).unwrap();
                if let Some(entry) = entries.last() {
                    let key = keys(entry)[0];
                    assert_eq!(reader.last_posting(key).unwrap(), Some(entry.position));
                }
                read.extend(entries);
            }
            read
        })
    };
    let followers = [follow(opened.reader.clone()), follow(opened.reader.clone())];
    let mut journal = opened.writer.unwrap();
    while scribe.end() < total {
        scribe.append(&mut *journal, 1);
    }
    for follower in followers {
        let read = follower.join().unwrap();
        assert!(read == scribe.written[..read.len()]);
    }
}

#[test]
fn record_times_are_found() {
    let fs = disk();
    let mut scribe = Scribe::new(7);
    let opened = open(&fs);
    scribe.append(&mut *opened.writer.unwrap(), 50);
    let times: Vec<u64> = scribe
        .written
        .iter()
        .map(|entry| entry.recorded_at_us)
        .collect();
    for time in [
        0,
        times[0],
        times[5] + 1,
        times[40],
        *times.last().unwrap(),
        u64::MAX,
    ] {
        let expected = times.partition_point(|recorded| *recorded < time) as u64;
        assert_eq!(opened.reader.position_at(time).unwrap(), expected);
    }
}

#[test]
fn another_journal_or_none_is_refused() {
    let fs = disk();
    let dir = dir();
    let try_with = |options| SegmentJournal::open(fs.clone(), &dir, options, keys_of()).err();
    let absent = try_with(JournalOptions {
        create: false,
        ..options()
    });
    assert!(matches!(absent, Some(OpenError::Missing { .. })));
    open(&fs).writer.unwrap().close().unwrap();
    let other_log = try_with(JournalOptions {
        log_id: LOG_ACCESS,
        ..options()
    });
    assert!(matches!(other_log, Some(OpenError::Other { .. })));
    let other_ledger = try_with(JournalOptions {
        ledger_id: Some([9; 16]),
        ..options()
    });
    assert!(matches!(other_ledger, Some(OpenError::Other { .. })));
    let tiny = try_with(JournalOptions {
        segment_bytes: 1,
        ..options()
    });
    assert!(matches!(tiny, Some(OpenError::BadOption { .. })));
    assert!(
        try_with(JournalOptions {
            create: false,
            ..options()
        })
        .is_none()
    );
}

#[test]
fn a_newer_schema_begins_a_segment_and_an_older_program_refuses_it() {
    let fs = disk();
    let dir = dir();
    let mut scribe = Scribe::new(8);
    scribe.append(&mut *open(&fs).writer.unwrap(), 2);
    let newer = JournalOptions {
        schema_revision: 2,
        simulated_clock: true,
        ..options()
    };
    let opened = SegmentJournal::open(fs.clone(), &dir, newer, keys_of()).unwrap();
    assert!(
        !opened.identity.simulated_clock,
        "the clock was fixed when the folder was made"
    );
    let mut journal = opened.writer.unwrap();
    scribe.append(&mut *journal, 2);
    scribe.check(&opened.reader);
    assert_eq!(opened.reader.stats().segments, 2);
    journal.close().unwrap();
    let refused = try_open(&fs, &dir).err();
    assert!(matches!(
        refused,
        Some(OpenError::NewerSchema {
            found: 2,
            supported: 1,
            ..
        })
    ));
}
