//! Ten times as many callers as the queue has places, and subscribers that never read: who is
//! turned away is told when to come back, nobody hangs or loses his connection, accepted throughput
//! keeps within 20 % of its peak, and memory stays bounded.
//!
//! Throughputs are compared within one run. The two crowds take turns on a ledger that grows under
//! both, and the best window of each counts, since a machine that does other things at the same
//! time slows any single one. A ledger that collapsed under a crowd would do so in every turn.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bihuan::events::{v1, wire::EventSubmission};
use tokio::task::JoinSet;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::{
    facts::*,
    harness::{Client, reason, run},
    oracle::untimed,
    process::Process,
};

/// Places of the queue.
const QUEUE_BATCHES: u64 = 32;
/// Events of one batch: callers of small ones hardly fill a queue that drains in microseconds.
const BATCH_EVENTS: u64 = 50;
/// Connections that the callers share.
const CONNECTIONS: u64 = 16;
const STALLED_SUBSCRIBERS: u64 = 50;
/// Windows of a turn.
const WINDOWS: u32 = 3;
/// Turns after which the comparison is looked at, and after which it is given up: noise is over by
/// then, what is left is the ledger's own.
const TURNS_LEAST: u64 = 2;
const TURNS_MOST: u64 = 8;
/// The share of its peak that throughput must keep.
const KEPT: f64 = 0.8;
const WINDOW: Duration = Duration::from_millis(700);
/// What the read models remember of projects: it fills with their events, and no further.
const REMEMBERED_BYTES: u64 = 64 << 20;
/// What the picture of the law takes on top while it judges projects of thousands of notices again
/// and again, each as a whole.
const PICTURE_BYTES: u64 = 96 << 20;
/// Memory that the server may take beyond what it had when it was at its peak.
const MORE_MEMORY_BYTES: u64 = (192 << 20) + REMEMBERED_BYTES + PICTURE_BYTES;

/// What a crowd of callers met.
#[derive(Default)]
struct Met {
    accepted_events: AtomicU64,
    turned_away: AtomicU64,
    is_over: AtomicBool,
}

/// A batch of notices that nobody else sends.
fn batch(caller: u64, number: u64) -> Vec<EventSubmission> {
    let project = format!("PJ-{caller}");
    let one = |index: u64| sent(&notice(&project, &format!("N-{number}-{index}"), 200));
    (0..BATCH_EVENTS).map(one).collect()
}

/// Appends one batch after the other; waits as long as it is told when it is turned away.
async fn insist(mut client: Client, caller: u64, phase: u64, met: Arc<Met>) {
    let mut number = phase << 32;
    let mut events = batch(caller, number);
    while !met.is_over.load(Ordering::Relaxed) {
        let mut request = tonic::Request::new(untimed(events.clone()));
        request.set_timeout(Duration::from_mins(1));
        match client.append_events(request).await {
            Ok(_) => {
                met.accepted_events
                    .fetch_add(BATCH_EVENTS, Ordering::Relaxed);
                number += 1;
                events = batch(caller, number);
            }
            Err(status) => {
                assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
                assert_eq!(reason(&status).0, "QUEUE_FULL");
                let details = status.get_error_details();
                let retry = details.retry_info().expect("told when to come back");
                let delay = retry.retry_delay.expect("a delay");
                assert!(
                    delay <= Duration::from_secs(1) && !delay.is_zero(),
                    "{delay:?}"
                );
                met.turned_away.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(delay).await;
            }
        }
    }
}

/// Events accepted per second in the best of some windows, with so many callers.
async fn best_window(server: &Process, callers: u64, phase: u64) -> (f64, u64) {
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        clients.push(server.client().await);
    }
    let met = Arc::new(Met::default());
    let mut crowd = JoinSet::new();
    for caller in 0..callers {
        let client = clients[(caller % CONNECTIONS) as usize].clone();
        crowd.spawn(insist(client, caller, phase, met.clone()));
    }
    let mut best: f64 = 0.0;
    for _ in 0..WINDOWS {
        let (before, began) = (met.accepted_events.load(Ordering::Relaxed), Instant::now());
        tokio::time::sleep(WINDOW).await;
        let accepted = met.accepted_events.load(Ordering::Relaxed) - before;
        best = best.max(accepted as f64 / began.elapsed().as_secs_f64());
    }
    met.is_over.store(true, Ordering::Relaxed);
    while let Some(ended) = crowd.join_next().await {
        ended.expect("every caller got an answer that he can use");
    }
    (best, met.turned_away.load(Ordering::Relaxed))
}

/// Bytes of memory that a process has, and the most that it ever had.
fn memory_bytes(process: u32) -> (u64, u64) {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let figure = |name: &str| {
        let line = status
            .lines()
            .find(|line| line.starts_with(name))
            .expect("there");
        let kib = line.split_whitespace().nth(1).expect("a figure");
        kib.parse::<u64>().expect("a number") << 10
    };
    (figure("VmRSS:"), figure("VmHWM:"))
}

async fn prepare(server: &Process, callers: u64) {
    let mut client = server.client().await;
    for caller in 0..callers {
        let (line, project) = (format!("BL-{caller}"), format!("PJ-{caller}"));
        let events = vec![
            sent(&line_approved(&line, 100)),
            sent(&plan_filed(&project, &line, 100)),
        ];
        client
            .append_events(untimed(events))
            .await
            .expect("accepted");
    }
}

#[test]
fn ten_times_the_queue_of_callers_are_served_or_turned_away_at_full_speed() {
    let folder = tempfile::tempdir().expect("a folder");
    let queue = QUEUE_BATCHES.to_string();
    let args = ["--queue-batches", &queue, "--segment-kb", "16384"];
    let server = Process::start(&folder.path().join("data"), &args);
    run(async {
        prepare(&server, QUEUE_BATCHES * 10).await;
        let (mut peak, mut crowded, mut turned_away, mut usual) = (0.0_f64, 0.0_f64, 0, 0);
        // The read models fall behind at once and follow from then on, under either crowd.
        best_window(&server, QUEUE_BATCHES, 1).await;
        let mut phase = 0;
        for turn in 1..=TURNS_MOST {
            phase = turn * 2;
            let (few, _) = best_window(&server, QUEUE_BATCHES, phase).await;
            if turn == 1 {
                (usual, _) = memory_bytes(server.id());
            }
            let (many, met) = best_window(&server, QUEUE_BATCHES * 10, phase + 1).await;
            (peak, crowded) = (peak.max(few), crowded.max(many));
            turned_away += met;
            if turn >= TURNS_LEAST && crowded >= KEPT * peak {
                break;
            }
        }
        let (_, most) = memory_bytes(server.id());
        println!(
            "peak {peak:.0}/s, ten times the callers {crowded:.0}/s, {turned_away} turned away, \
             memory {} MiB, at most {} MiB",
            usual >> 20,
            most >> 20
        );
        assert!(turned_away > 0, "nobody met a full queue");
        assert!(
            crowded >= KEPT * peak,
            "{crowded:.0} of {peak:.0} events a second"
        );
        assert!(most <= usual + MORE_MEMORY_BYTES, "{most} of {usual} bytes");

        // Subscribers that open and never read.
        let mut stalled = Vec::new();
        for _ in 0..STALLED_SUBSCRIBERS {
            let mut client = server.client().await;
            let asked = client
                .subscribe_events(v1::SubscribeEventsRequest::default())
                .await;
            stalled.push((asked.expect("subscribes"), client));
        }
        let mut beside = 0.0_f64;
        for turn in 1..=TURNS_MOST {
            let (again, _) = best_window(&server, QUEUE_BATCHES, phase + 1 + turn).await;
            beside = beside.max(again);
            if beside >= KEPT * peak {
                break;
            }
        }
        let (_, most) = memory_bytes(server.id());
        println!(
            "beside stalled subscribers {beside:.0}/s, at most {} MiB",
            most >> 20
        );
        assert!(
            beside >= KEPT * peak,
            "{beside:.0} of {peak:.0} events a second"
        );
        assert!(most <= usual + MORE_MEMORY_BYTES, "{most} of {usual} bytes");
        // They are alive all the same: who reads at last is served from where it stands.
        let (first, _) = &mut stalled[0];
        let message = first
            .get_mut()
            .message()
            .await
            .expect("reads")
            .expect("events");
        assert!(!message.events.is_empty() || message.heartbeat.is_some());
    });
}

#[test]
fn large_batches_ahead_of_the_disk_are_bounded_in_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Process::start(&folder.path().join("data"), &["--segment-kb", "65536"]);
    run(async {
        prepare(&server, 8).await;
        let (usual, _) = memory_bytes(server.id());
        let mut crowd = JoinSet::new();
        for caller in 0..8 {
            let mut client = server.client().await;
            crowd.spawn(async move {
                // 100 batches of 1 MiB, all on their way at once: the stream waits for its turns.
                let batches = (0..100_u64).map(move |number| {
                    let id = |index| format!("L-{number}-{index}");
                    let project = format!("PJ-{caller}");
                    let one = |index| sent(&notice(&project, &id(index), 30 << 10));
                    let batch = Some(untimed((0..34).map(one).collect()));
                    v1::AppendEventStreamRequest { batch }
                });
                let answers = client
                    .append_event_stream(tokio_stream::iter(batches))
                    .await;
                let mut answers = answers.expect("opens").into_inner();
                let mut appended = 0;
                while let Some(answer) = answers.message().await.expect("answers") {
                    use v1::append_event_stream_response::Outcome;
                    match answer.outcome.expect("an outcome") {
                        Outcome::Appended(_) => appended += 1,
                        Outcome::Failure(failure) => panic!("{failure:?}"),
                    }
                }
                appended
            });
        }
        let mut appended = 0;
        while let Some(count) = crowd.join_next().await {
            appended += count.expect("no panic");
        }
        let (_, most) = memory_bytes(server.id());
        println!(
            "{appended} MiB appended, memory {} MiB, at most {} MiB",
            usual >> 20,
            most >> 20
        );
        assert_eq!(appended, 800, "a stream that waits loses nothing");
        assert!(
            most <= usual + 2 * MORE_MEMORY_BYTES - REMEMBERED_BYTES,
            "{most} bytes, at first {usual}"
        );
    });
}
