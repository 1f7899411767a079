//! Callers who stop reading, and reads that wait: they cost no thread, nobody else waits for them,
//! and a stop ends them.

use std::time::Duration;

use bihuan::events::v1;
use tokio::{task::JoinSet, time::timeout};
use tonic::Code;

use crate::{
    facts::*,
    harness::{Server, read_all, reason},
    oracle::{untimed, whole},
};

/// Far more than transport and queues hold for a caller who reads nothing.
const BATCHES: u64 = 10;
const BATCH_EVENTS: u64 = 600;
/// Longer than anything here takes that does not wait for ever.
const PATIENCE: Duration = Duration::from_mins(2);

/// Runs a test with few threads that may block: far fewer than there are stalled callers.
fn run_on_few_threads<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(4)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(test)
}

async fn filled() -> Server {
    let server = Server::start_with(|config| config.ledger.simulated_clock = false).await;
    let mut client = server.client().await;
    let begin = [
        line_approved(LINE, 1_000_000),
        plan_filed(PROJECT, LINE, 1_000),
    ];
    let begin = untimed(begin.iter().map(sent).collect());
    client.append_events(begin).await.expect("accepted");
    for batch in 0..BATCHES {
        let one = |number| sent(&notice(PROJECT, &format!("N-{batch}-{number}"), 600));
        let notices = untimed((0..BATCH_EVENTS).map(one).collect());
        client.append_events(notices).await.expect("accepted");
    }
    server
}

#[test]
fn fifty_stalled_readers_and_fifty_stalled_subscribers_hold_up_nobody() {
    run_on_few_threads(async {
        let server = filled().await;
        let count = server.ledger.queries().reader.end();
        let (mut readers, mut subscribers) = (Vec::new(), Vec::new());
        for _ in 0..50 {
            let mut client = server.client().await;
            let answers = client.read_events(whole()).await.expect("begins");
            readers.push((client, answers.into_inner()));
            let mut client = server.client().await;
            let asked = v1::SubscribeEventsRequest::default();
            let answers = client.subscribe_events(asked).await.expect("begins");
            subscribers.push((client, answers.into_inner()));
        }
        let others = async {
            let mut client = server.client().await;
            let late = untimed(vec![sent(&notice(PROJECT, "N-LATE", 10))]);
            let receipts = client.append_events(late).await.expect("accepted");
            assert_eq!(receipts.into_inner().receipts[0].position, count);
            let events = read_all(&mut client, whole()).await.expect("read");
            assert_eq!(events.len() as u64, count + 1);
            let asked = v1::SubscribeEventsRequest::default();
            let answers = client.subscribe_events(asked).await.expect("begins");
            let (mut answers, mut next) = (answers.into_inner(), 0);
            while next <= count {
                let answer = answers.message().await.expect("goes on").expect("goes on");
                for event in answer.events {
                    assert_eq!(event.position, next, "no gap, no repeat");
                    next += 1;
                }
            }
        };
        timeout(PATIENCE, others).await.expect("others are served");
        // Whoever reads on gets the rest: nothing was lost while he paused.
        for (_client, mut answers) in readers.into_iter().take(6) {
            let rest = async {
                let mut next = 0;
                while let Some(answer) = answers.message().await.expect("goes on") {
                    for event in answer.events {
                        assert_eq!(event.position, next, "no gap, no repeat");
                        next += 1;
                    }
                }
                assert_eq!(next, count, "up to what was durable when the read began");
            };
            timeout(PATIENCE, rest).await.expect("the read goes on");
        }
    });
}

#[test]
fn a_stop_ends_reads_that_wait_for_a_position() {
    run_on_few_threads(async {
        let server = Server::start_with(|config| {
            // The stop must not have to wait for either.
            config.call_timeout = Duration::from_hours(1);
            config.shutdown_grace = Duration::from_hours(1);
        })
        .await;
        let durable = server.ledger.shared().clone();
        let before = durable.durable.receiver_count();
        let mut waiting = JoinSet::new();
        for _ in 0..8 {
            let mut client = server.client().await;
            let asked = v1::ReadEventsRequest {
                min_position: Some(9),
                ..whole()
            };
            waiting.spawn(async move { client.read_events(asked).await });
        }
        while durable.durable.receiver_count() < before + 8 {
            tokio::task::yield_now().await;
        }
        timeout(PATIENCE, server.stop()).await.expect("stops");
        while let Some(ended) = waiting.join_next().await {
            let status = ended.expect("no panic").expect_err("never came");
            assert_eq!(status.code(), Code::Unavailable, "{status:?}");
            assert_eq!(reason(&status).0, "SHUTTING_DOWN");
        }
    });
}
