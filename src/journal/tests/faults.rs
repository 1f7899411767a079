//! Failing writes and syncs, and power cuts. The oracle: what was acknowledged is there with the
//! same bytes, what was not is there whole, batch by batch, or not at all.

use std::sync::Arc;

use super::scribe::{Scribe, dir, keys_of, open, options};
use crate::journal::faults::{Fault, FaultFs, PowerCutFs};
use crate::journal::fs::Fs;
use crate::journal::{AppendError, Journal, JournalOptions, OpenError, Opened, SegmentJournal};

/// Small segments, so that a short run rolls several times.
fn small() -> JournalOptions {
    JournalOptions {
        segment_bytes: 16 << 10,
        ..options()
    }
}

fn try_open_small(fs: &Arc<dyn Fs>) -> Result<Opened, OpenError> {
    SegmentJournal::open(fs.clone(), &dir(), small(), keys_of())
}

/// Entries acknowledged, and the scribe who may have written more.
struct Run {
    scribe: Scribe,
    acknowledged: u64,
}

impl Run {
    fn new(seed: u64) -> Self {
        Self {
            scribe: Scribe::new(seed),
            acknowledged: 0,
        }
    }

    /// Appends, rests and closes until something fails; whether all went well.
    fn work(&mut self, fs: &Arc<dyn Fs>, groups: usize) -> bool {
        let Ok(opened) = try_open_small(fs) else {
            return false;
        };
        let mut journal = opened.writer.expect("a fault is no corruption");
        for group in 0..groups {
            let group_bytes = self.scribe.group();
            if journal.append(&group_bytes).is_err() {
                self.expect_poisoned(&mut *journal);
                assert_eq!(opened.reader.end(), self.acknowledged);
                return false;
            }
            self.acknowledged = self.scribe.end();
            if group % 5 == 4 && journal.idle().is_err() {
                self.expect_poisoned(&mut *journal);
                return false;
            }
        }
        journal.close().is_ok()
    }

    fn expect_poisoned(&mut self, journal: &mut dyn Journal) {
        let group = self.scribe.clone().group();
        assert!(matches!(journal.append(&group), Err(AppendError::Poisoned)));
        assert!(matches!(journal.idle(), Err(AppendError::Poisoned)));
    }

    /// Opens what is left, checks it against the oracle, and goes on from there.
    fn check(&mut self, fs: &Arc<dyn Fs>) -> Opened {
        let opened = try_open_small(fs).unwrap();
        assert_eq!(opened.report.corruption, []);
        let end = opened.reader.end();
        assert!(
            end >= self.acknowledged,
            "{} of {} are left",
            end,
            self.acknowledged
        );
        let starts = &self.scribe.batch_starts;
        assert!(
            end == self.scribe.end() || starts.contains(&end),
            "a batch is torn at {end}"
        );
        self.forget_after(end);
        self.scribe.check(&opened.reader);
        opened
    }

    /// Begins again with a scribe that has written the first `end` entries only.
    fn forget_after(&mut self, end: u64) {
        self.scribe = self.scribe.cut(end);
        self.acknowledged = end;
    }
}

#[test]
fn any_failing_write_or_sync_loses_nothing_acknowledged() {
    let count = {
        let fs = FaultFs::new(PowerCutFs::new());
        assert!(Run::new(10).work(&(fs.clone() as Arc<dyn Fs>), 60));
        fs.changes()
    };
    let mut struck = 0;
    for (round, fault) in [Fault::Fail, Fault::Short, Fault::Torn]
        .into_iter()
        .enumerate()
    {
        for at in (round as u64..count).step_by(3) {
            let disk = PowerCutFs::new();
            let fs = FaultFs::new(disk.clone());
            fs.arm(fault, at);
            let faulty: Arc<dyn Fs> = fs.clone();
            let mut run = Run::new(10);
            run.work(&faulty, 60);
            struck += u64::from(fs.struck());
            // The process goes on, or ends here, or the power fails too.
            let after: Arc<dyn Fs> = if at % 2 == 0 { disk } else { disk.cut(at) };
            let opened = run.check(&after);
            let mut journal = opened.writer.unwrap();
            run.scribe.append(&mut *journal, 5);
            run.scribe.check(&opened.reader);
        }
    }
    assert!(struck > count / 2, "{struck} of {count} faults happened");
}

#[test]
fn a_fault_while_opening_loses_nothing() {
    let disk = PowerCutFs::new();
    let fs = FaultFs::new(disk.clone());
    let faulty: Arc<dyn Fs> = fs.clone();
    let mut run = Run::new(11);
    run.work(&faulty, 30);
    for at in 0..25 {
        let fault = [Fault::Fail, Fault::Short, Fault::Torn][at as usize % 3];
        fs.arm(fault, at);
        run.work(&faulty, 2);
        let cut: Arc<dyn Fs> = disk.cut(at);
        run.clone_oracle().check(&cut);
        fs.arm(Fault::Fail, u64::MAX / 2);
        run.check(&faulty);
    }
}

impl Run {
    fn clone_oracle(&self) -> Self {
        Self {
            scribe: self.scribe.clone(),
            acknowledged: self.acknowledged,
        }
    }
}

#[test]
fn two_hundred_power_cuts_lose_nothing_acknowledged() {
    for round in 0..200 {
        let disk = PowerCutFs::new();
        let mut run = Run::new(round);
        // The cut comes while something is written: the last change never returned.
        let fs = FaultFs::new(disk.clone());
        let fault = if round % 2 == 0 {
            Fault::Torn
        } else {
            Fault::Short
        };
        fs.arm(fault, 40 + round * 3);
        let faulty: Arc<dyn Fs> = fs.clone();
        let mut is_whole = true;
        for _ in 0..3 {
            is_whole = is_whole && run.work(&faulty, 12 + (round % 7) as usize);
        }
        let mut disk = disk.cut(round);
        for again in 0..3 {
            let fs: Arc<dyn Fs> = disk.clone();
            let mut journal = run.check(&fs).writer.unwrap();
            run.scribe.append(&mut *journal, again);
            run.acknowledged = run.scribe.end();
            disk = disk.cut(round + again as u64);
        }
        run.check(&(disk as Arc<dyn Fs>));
    }
}

#[test]
fn a_power_cut_at_any_change_of_making_a_journal_leaves_one_that_opens() {
    for at in 0..20 {
        for (again, seed) in (0..6).flat_map(|again| (0..6).map(move |seed| (again, seed))) {
            let disk = PowerCutFs::new();
            let fs = FaultFs::new(disk.clone());
            let faulty: Arc<dyn Fs> = fs.clone();
            fs.arm(Fault::Fail, at);
            let mut run = Run::new(seed);
            run.work(&faulty, 1);
            // Making it is taken up again, and fails again.
            fs.arm(Fault::Fail, again);
            drop(try_open_small(&faulty));
            run.check(&(disk.cut(seed) as Arc<dyn Fs>));
        }
    }
}

#[test]
fn a_failed_sync_is_not_taken_for_a_sync_when_opened_again() {
    for seed in 0..10 {
        let disk = PowerCutFs::new();
        let fs = FaultFs::new(disk.clone());
        let faulty: Arc<dyn Fs> = fs.clone();
        let mut run = Run::new(seed);
        // Large segments: no change but the appends' own is in between.
        let opened = open(&faulty);
        let mut journal = opened.writer.unwrap();
        run.scribe.append(&mut *journal, 4);
        fs.arm(Fault::Fail, 1);
        let group = run.scribe.group();
        assert!(matches!(
            journal.append(&group),
            Err(AppendError::Failed { act: "sync", .. })
        ));
        disk.forget_writes();
        drop(journal);
        // It is readable, so it is shown; once shown it must not be lost.
        let shown = try_open_small(&faulty).unwrap().reader.end();
        assert_eq!(shown, run.scribe.end());
        run.acknowledged = shown;
        run.check(&(disk.cut(seed) as Arc<dyn Fs>));
    }
}

#[test]
fn a_torn_tail_is_cut_and_named() {
    let disk = PowerCutFs::new();
    let fs: Arc<dyn Fs> = disk.clone();
    let mut scribe = Scribe::new(12);
    let mut journal = open(&fs).writer.unwrap();
    scribe.append(&mut *journal, 3);
    drop(journal);
    let name = "00000000.segment";
    let file = fs.open(&dir().join(name)).unwrap();
    let end = open(&fs).reader.stats().bytes;
    file.write_at(b"BREC and half a record", end).unwrap();
    let opened = open(&fs);
    let [tail] = &opened.report.healed[..] else {
        panic!("{:?}", opened.report)
    };
    assert_eq!((tail.file.as_str(), tail.offset), (name, end));
    scribe.check(&opened.reader);
    let mut rest = vec![1; 100];
    file.read_at(&mut rest, end).unwrap();
    assert_eq!(rest, vec![0; 100]);
}
