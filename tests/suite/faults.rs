//! A disk that fails, shortens or tears one change (a write, a sync, a length, a name): each in
//! turn, opening and closing included, until a run meets no fault. Whatever the ledger said before
//! and after the fault is compared with what it serves once it is opened on the sound disk.
//!
//! sled and state snapshots stay on the sound disk: they are no record.

use std::sync::{Arc, Mutex};

use bihuan::{
    journal::{
        faults::{Fault, FaultFs},
        fs::RealFs,
    },
    ledger::Ledger,
    proof,
};
use tonic::Code;

use crate::{
    disk::Disk,
    facts::*,
    harness::{reason, run, scratch, small_config},
    oracle::{Door, Fate, Oracle, call, fate_of, untimed},
    workload::{Caller, STEPS},
};

/// Steps that each of the two callers makes.
const STEPS_EACH: u64 = STEPS + 3;

fn callers(seed: u64) -> [Caller; 2] {
    [0, 1].map(|number| Caller { seed, number })
}

/// Both callers at once, until they are done or nothing is appended any more.
async fn work(ledger: &Ledger, oracle: &Mutex<Oracle>, seed: u64) {
    let one = |caller: Caller| async move {
        let mut door = Door::to(ledger);
        // A fault in the keys spoils sealed parts only: other steps go on, twice at most.
        for _ in 0..3 {
            let from = oracle.lock().unwrap().next_step(caller);
            if from >= STEPS_EACH || ledger.read_only_reason().is_some() {
                break;
            }
            let told = |step, fate| oracle.lock().unwrap().note(caller, step, fate);
            call(&mut door, caller, from, |step| step >= STEPS_EACH, told).await;
        }
    };
    let [first, second] = callers(seed);
    tokio::join!(one(first), one(second));
}

/// What must hold of a ledger whose disk has failed: it shows what it acknowledged and says why it
/// takes no more.
async fn check_failed(ledger: &Ledger, oracle: &Oracle, what: &str) {
    let mut door = Door::to(ledger);
    let served = door.read_all().await.expect("reads go on");
    oracle.clone().check(&served, what);
    if ledger.read_only_reason().is_some() {
        let late = untimed(vec![sent(&line_approved("BL-LATE", 1))]);
        let status = door.append(late).await.expect_err("appends are stopped");
        assert_eq!(status.code(), Code::Unavailable, "{what}: {status:?}");
        assert_eq!(reason(&status).0, "JOURNAL_FAILED", "{what}");
    }
}

/// One run with a fault at one change; whether there were that many changes.
fn trial(fault: Fault, after: u64, seed: u64) -> bool {
    let what = format!("{fault:?} at change {after}, seed {seed}");
    let folder = scratch();
    let data = folder.path().join("data");
    let disk = FaultFs::new(RealFs::shared());
    disk.arm(fault, after);
    let oracle = Mutex::new(Oracle::default());
    match Ledger::open_on(disk.clone(), small_config(&data), &mut |_, _, _| {}) {
        Ok(ledger) => {
            run(work(&ledger, &oracle, seed));
            run(check_failed(&ledger, &oracle.lock().unwrap(), &what));
            ledger.close();
        }
        Err(error) => assert!(disk.struck(), "{what}: {error}"),
    }
    let struck = disk.struck();

    let ledger = Ledger::open(small_config(&data));
    let ledger = ledger.unwrap_or_else(|error| panic!("{what}: reopened: {error:?}"));
    assert_eq!(ledger.read_only_reason(), None, "{what}");
    let served = run(Door::to(&ledger).read_all()).expect("reads");
    oracle.lock().unwrap().check(&served, &what);
    // What was not acknowledged is sent again, and everything stands in the end.
    run(work(&ledger, &oracle, seed));
    let served = run(Door::to(&ledger).read_all()).expect("reads");
    let mut oracle = oracle.into_inner().unwrap();
    oracle.check(&served, &what);
    for caller in callers(seed) {
        assert_eq!(oracle.next_step(caller), STEPS_EACH, "{what}");
    }
    ledger.close();
    drop(ledger);
    let report = proof::verify(&data, false, None).expect("verifies");
    assert!(report.is_clean(), "{what}: {:#?}", report.findings);
    struck
}

fn every_change(fault: Fault) {
    let mut after = 0;
    while trial(fault, after, 11) {
        after += 1;
    }
    println!("{fault:?}: {after} changes spoilt in turn");
    assert!(
        after > 50,
        "only {after} changes: the run is too small to mean anything"
    );
}

#[test]
fn survives_the_failure_of_each_change() {
    every_change(Fault::Fail);
}

#[test]
fn survives_the_shortening_of_each_change() {
    every_change(Fault::Short);
}

#[test]
fn survives_the_tearing_of_each_change() {
    every_change(Fault::Torn);
}

#[test]
fn after_a_failed_sync_every_waiting_answer_fails_and_reads_go_on() {
    let folder = scratch();
    let disk = Disk::new(RealFs::shared());
    let mut config = small_config(&folder.path().join("data"));
    // No watermark and no new segment in between: the sync that fails is the one of an append.
    config.idle_ms = 3_600_000;
    config.segment_bytes = 1 << 20;
    let ledger = Ledger::open_on(disk.clone(), config, &mut |_, _, _| {}).expect("opens");
    run(async {
        let mut door = Door::to(&ledger);
        let caller = Caller { seed: 1, number: 0 };
        let step = caller.step(0);
        let first = door.append(untimed(step.events.clone())).await;
        assert!(matches!(fate_of(&step, &first), Fate::Stands(_)));
        let before = door.read_all().await.expect("reads");

        disk.hold_syncs();
        let mut waiting = Vec::new();
        for number in 0..50 {
            let mut door = door.clone();
            let event = sent(&notice("PJ-0-0", &format!("W-{number}"), 100));
            let append = async move { door.append(untimed(vec![event])).await };
            waiting.push(tokio::spawn(append));
        }
        disk.sync_is_held().await;
        // Those behind the group that is being synced were decided on it.
        while ledger.queued_batches() > 0 {
            tokio::task::yield_now().await;
        }
        let meanwhile = door
            .read_all()
            .await
            .expect("reads go on while a sync takes long");
        assert_eq!(meanwhile, before, "nothing is shown before it is durable");
        disk.fail_syncs();
        for answer in waiting {
            let status = answer
                .await
                .expect("answers")
                .expect_err("not acknowledged");
            assert_eq!(status.code(), Code::Unavailable, "{status:?}");
            assert_eq!(reason(&status).0, "JOURNAL_FAILED");
        }
        disk.heal();
        let after = door.read_all().await.expect("reads go on");
        assert_eq!(after, before, "a failed group is not shown");
        // A disk that works again changes nothing: what a sync lost it may have lost for good.
        let late = door
            .append(untimed(vec![sent(&notice("PJ-0-0", "L", 100))]))
            .await;
        let status = late.expect_err("appends are stopped");
        assert_eq!(reason(&status).0, "JOURNAL_FAILED");
        let why = ledger.read_only_reason().expect("says why");
        assert!(why.contains("sync"), "{why}");
    });
    let closing = Arc::new(ledger);
    closing.close();
}
