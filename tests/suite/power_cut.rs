//! Power cuts. What was not synced is lost: journal, keys, access log and head lie on a disk in
//! memory (`PowerCutFs`) that, when the power goes, keeps of each unsynced sector, length and name
//! none, or some, or all, in any order. A real device could be kinder, never worse, but for
//! damaging what it had reported as synced, which is the matter of `corruption.rs`.
//!
//! The power goes at a random moment: under load, while the ledger opens, while it closes. sled and
//! the state snapshots are on a real file system; afterwards they are kept as they were at the cut
//! (trusted, or of another boot), removed, or replaced by those of an earlier time.
//!
//! `BIHUAN_POWER_CUT_ROUNDS` sets the number of rounds (200), `BIHUAN_SEED` the seed.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use bihuan::{
    journal::{check, faults::PowerCutFs},
    ledger::{Ledger, keys},
};
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;
use tokio::{sync::watch, task::JoinSet};

use crate::{
    copy::copy,
    harness::{run, scratch, small_config},
    oracle::{Door, Fate, Oracle, call},
    workload::{Caller, dice, rounds, seed},
};

const CALLERS: u64 = 3;
/// Rounds until a folder is left for a new one.
const FOLDER_ROUNDS: u64 = 25;

/// A ledger's folder: names and bytes on the disk that loses power, sled beside it.
struct Place {
    seed: u64,
    folder: TempDir,
    disk: Arc<PowerCutFs>,
    oracle: Oracle,
    /// Copies of sled and snapshots at earlier cuts.
    earlier: Vec<PathBuf>,
}

/// What is known when the power goes.
struct Known {
    oracle: Mutex<Oracle>,
    acknowledged: watch::Sender<u64>,
    is_over: AtomicBool,
}

/// The parts of a folder that may be lost.
const LOSABLE: [&str; 2] = ["state", "snapshots"];

/// Makes the state store one of another boot of the machine, as it is after a power cut.
fn make_of_another_boot(state: &Path) {
    let path = state.join("marker");
    let Ok(text) = fs::read_to_string(&path) else {
        return;
    };
    let lines = text.lines().filter(|line| !line.starts_with("check "));
    let line = |line: &str| match line.starts_with("boot ") {
        true => "boot another\n".to_owned(),
        false => format!("{line}\n"),
    };
    let text: String = lines.map(line).collect();
    let check = crc32c::crc32c(text.as_bytes());
    fs::write(&path, format!("{text}check {check:08x}\n")).expect("writable");
}

impl Place {
    fn new(seed: u64) -> Self {
        Self {
            seed,
            folder: scratch(),
            disk: PowerCutFs::new(),
            oracle: Oracle::default(),
            earlier: Vec::new(),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn open(&self, what: &str) -> Ledger {
        let config = small_config(&self.data());
        let opened = Ledger::open_on(self.disk.clone(), config, &mut |_, _, _| {});
        opened.unwrap_or_else(|error| panic!("{what}: does not open: {error:?}"))
    }

    /// Saves sled and snapshots, then cuts the power: sled never knows more than the journal.
    fn cut(&mut self, number: u64) -> Arc<PowerCutFs> {
        let saved = self.folder.path().join(format!("saved-{number}"));
        for name in LOSABLE {
            copy(&self.data().join(name), &saved.join(name)).expect("copied");
        }
        self.earlier.push(saved);
        self.disk.cut(self.seed.wrapping_add(number))
    }

    /// Puts sled and snapshots into one of the states in which a power cut may leave them.
    fn leave_state(&self, dice: &mut ChaCha8Rng) -> &'static str {
        let newest = self.earlier.last().expect("saved at the cut");
        let any = &self.earlier[dice.random_range(0..self.earlier.len())];
        let (from, is_trusted, told) = match dice.random_range(0..6) {
            0 => (None, false, "removed"),
            1 => (Some(newest), true, "kept, as after a crash of the process"),
            2 => (Some(any), true, "earlier"),
            3 => (Some(any), false, "earlier, of another boot"),
            _ => (Some(newest), false, "kept, of another boot"),
        };
        for name in LOSABLE {
            let _ = fs::remove_dir_all(self.data().join(name));
            if let Some(from) = from {
                copy(&from.join(name), &self.data().join(name)).expect("copied");
            }
        }
        if !is_trusted {
            make_of_another_boot(&self.data().join("state"));
        }
        told
    }

    fn check(&mut self, what: &str) -> Ledger {
        let ledger = self.open(what);
        assert_eq!(ledger.read_only_reason(), None, "{what}");
        let served = run(Door::to(&ledger).read_all());
        self.oracle.check(&served.expect("reads"), what);
        ledger
    }

    fn round(&mut self, number: u64) {
        let mut dice = dice(self.seed, "cut", number);
        let what = format!("BIHUAN_SEED={}, before cut {number}", self.seed);
        let moment = dice.random_range(0..10);
        let (disk, told) = if moment == 0 {
            self.cut_while_opening(number, &mut dice)
        } else {
            let ledger = self.check(&what);
            self.cut_under_load(ledger, number, moment == 1, &mut dice)
        };
        self.disk = disk;
        let left = self.leave_state(&mut dice);
        println!("cut {number} {told}; states {left}");
        if dice.random_bool(0.2) {
            // Whole before it is opened, too.
            let keys_of: bihuan::journal::KeysOf = Arc::new(keys::of_stored);
            let dir = self.data().join("journal");
            let report = check(self.disk.clone(), &dir, false, &keys_of, None);
            let is_new = report.entries == 0;
            assert!(report.is_whole() || is_new, "{what}: {:#?}", report.damages);
        }
    }

    fn cut_while_opening(
        &mut self,
        number: u64,
        dice: &mut ChaCha8Rng,
    ) -> (Arc<PowerCutFs>, &'static str) {
        let (disk, config) = (self.disk.clone(), small_config(&self.data()));
        let opening = thread::spawn(move || Ledger::open_on(disk, config, &mut |_, _, _| {}));
        let until = Instant::now() + Duration::from_micros(dice.random_range(0..5_000));
        while Instant::now() < until {
            thread::yield_now();
        }
        let cut = self.cut(number);
        let ledger = opening.join().expect("no panic").expect("opens");
        ledger.close();
        (cut, "while opening")
    }

    fn cut_under_load(
        &mut self,
        ledger: Ledger,
        number: u64,
        is_closing: bool,
        dice: &mut ChaCha8Rng,
    ) -> (Arc<PowerCutFs>, &'static str) {
        let known = Arc::new(Known {
            oracle: Mutex::new(std::mem::take(&mut self.oracle)),
            acknowledged: watch::Sender::new(0),
            is_over: AtomicBool::new(false),
        });
        let after = dice.random_range(0..120);
        let micros = dice.random_range(0..1_000);
        let (cut, oracle) = run(async {
            let mut tasks = JoinSet::new();
            for number in 0..CALLERS {
                let caller = Caller {
                    seed: self.seed,
                    number,
                };
                tasks.spawn(append(Door::to(&ledger), caller, known.clone()));
            }
            let mut acknowledged = known.acknowledged.subscribe();
            let reached = acknowledged.wait_for(|count| *count >= after).await;
            reached.expect("the sender lives");
            let closing = ledger.clone();
            if is_closing {
                tasks.spawn_blocking(move || closing.close());
            }
            let until = Instant::now() + Duration::from_micros(micros);
            while Instant::now() < until {
                tokio::task::yield_now().await;
            }
            // What was answered before the cut counts as answered, refusals too: what a refusal
            // told after it was decided on may be lost. What was sent before its end may stand.
            let before = known.oracle.lock().unwrap().clone();
            let cut = self.cut(number);
            let mut oracle = known.oracle.lock().unwrap().clone();
            for (step, fate) in &mut oracle.fates {
                *fate = before.fates.get(step).cloned().unwrap_or(Fate::Unknown);
            }
            known.is_over.store(true, Ordering::Release);
            while let Some(ended) = tasks.join_next().await {
                ended.expect("no answer that no sound ledger gives");
            }
            (cut, oracle)
        });
        ledger.close();
        self.oracle = oracle;
        (
            cut,
            if is_closing {
                "while closing"
            } else {
                "under load"
            },
        )
    }
}

async fn append(mut door: Door, caller: Caller, known: Arc<Known>) {
    let from = known.oracle.lock().unwrap().next_step(caller);
    let is_over = |_| known.is_over.load(Ordering::Acquire);
    let told = |step, fate: Fate| {
        let count = match &fate {
            Fate::Stands(receipts) => receipts.len() as u64,
            _ => 0,
        };
        known.oracle.lock().unwrap().note(caller, step, fate);
        known.acknowledged.send_modify(|sum| *sum += count);
    };
    call(&mut door, caller, from, is_over, told).await;
}

fn cut_again_and_again(seed: u64, rounds: u64) {
    let mut left = rounds;
    let mut standing = 0;
    while left > 0 {
        let mut place = Place::new(seed.wrapping_add(left));
        let count = left.min(FOLDER_ROUNDS);
        for number in 0..count {
            place.round(number);
        }
        let what = format!("BIHUAN_SEED={seed}, after {count} cuts");
        place.check(&what).close();
        standing += place.oracle.standing();
        left -= count;
    }
    println!("BIHUAN_SEED={seed}: {rounds} power cuts, {standing} events stand");
}

#[test]
fn loses_nothing_acknowledged_when_the_power_goes() {
    let (seed, rounds) = (seed(), rounds("BIHUAN_POWER_CUT_ROUNDS", 200));
    thread::scope(|scope| {
        scope.spawn(|| cut_again_and_again(seed, rounds / 2));
        scope.spawn(|| cut_again_and_again(seed ^ 1, rounds.div_ceil(2)));
    });
}
