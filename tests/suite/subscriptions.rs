//! Subscriptions over gRPC: catch up, then live; no gap, no repeat; checkpoints by heartbeats.

use std::{collections::BTreeSet, time::Duration};

use bihuan::events::v1::{self, EntityKind, read_events_request::Source};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::task::JoinSet;
use tonic::{Code, Streaming};

use crate::{facts::*, harness::*, town::*};

type Answers = Streaming<v1::SubscribeEventsResponse>;

/// The longest that anything here may take; only a bug reaches it.
const PATIENCE: Duration = Duration::from_mins(1);

async fn subscribe(client: &mut Client, asked: v1::SubscribeEventsRequest) -> Answers {
    let answers = client.subscribe_events(asked).await;
    answers.expect("a subscription").into_inner()
}

async fn next(answers: &mut Answers) -> v1::SubscribeEventsResponse {
    let answer = tokio::time::timeout(PATIENCE, answers.message()).await;
    let answer = answer.expect("something comes in time").expect("no status");
    answer.expect("the subscription goes on")
}

fn from(position: u64) -> v1::SubscribeEventsRequest {
    v1::SubscribeEventsRequest {
        from_position: position,
        heartbeat_ms: 100,
        ..v1::SubscribeEventsRequest::default()
    }
}

/// Four callers that append notices to projects of their own, in batches of one to four.
fn appenders(server: &Server, batches: usize) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for caller in 0..4 {
        let address = server.address;
        tasks.spawn(async move {
            let mut client = Client::connect(format!("http://{address}"))
                .await
                .expect("a server");
            for batch in 0..batches {
                let events = (0..=batch % 4)
                    .map(|n| {
                        sent(&notice(
                            &format!("PJ-{caller}"),
                            &format!("N-{batch}-{n}"),
                            40,
                        ))
                    })
                    .collect();
                let answer = client.append_events(request(events, noon(NOW))).await;
                answer.expect("accepted");
            }
        });
    }
    tasks
}

async fn whole(town: &mut Town) -> Vec<(u64, Vec<u8>)> {
    let events = town.read_whole().await;
    events
        .into_iter()
        .map(|event| (event.position, event.event.to_vec()))
        .collect()
}

#[test]
fn sees_every_event_once_and_in_order_while_others_append() {
    run(async {
        let mut town = Town::start().await;
        let crowd: Vec<_> = (0..900)
            .map(|n| notice(PROJECT, &format!("C-{n}"), 40))
            .collect();
        town.accept(&crowd).await;
        let mut client = town.server.client().await;
        let mut tasks = appenders(&town.server, 60);
        // Late ones begin in the middle of what is live.
        let mut subscribers = Vec::new();
        for first in [0, 450, 899, 900, 1_000] {
            subscribers.push((first, subscribe(&mut client, from(first)).await, Vec::new()));
        }
        while let Some(done) = tasks.join_next().await {
            done.expect("appended");
        }
        let end = town.end();
        assert_eq!(end, 900 + 4 * 150);
        let events = whole(&mut town).await;
        for (first, answers, seen) in &mut subscribers {
            while seen.len() as u64 + *first < end {
                let answer = next(answers).await;
                assert!(answer.withheld.is_empty());
                for event in answer.events {
                    seen.push((event.position, event.event.to_vec()));
                }
            }
            assert_eq!(*seen, events[*first as usize..], "from {first}");
        }
    });
}

#[test]
fn reconnects_anywhere_with_a_filter_and_misses_and_repeats_nothing() {
    run(async {
        let mut town = Town::start().await;
        let mut tasks = appenders(&town.server, 120);
        let wanted = v1::EventFilter {
            event_types: vec!["NoticePublished".into()],
            stream_kinds: vec!["project".into()],
            ..v1::EventFilter::default()
        };
        // Half of the notices match: those of two projects, through their streams.
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let mut checkpoint = 0;
        let mut seen = Vec::new();
        let mut reconnects = 0;
        let mut is_over = false;
        loop {
            let asked = v1::SubscribeEventsRequest {
                filter: Some(wanted.clone()),
                stream: "project/4304/PJ-2".into(),
                ..from(checkpoint)
            };
            let mut answers = subscribe(&mut town.client, asked).await;
            reconnects += 1;
            for _ in 0..random.random_range(1..6) {
                let answer = next(&mut answers).await;
                for event in answer.events {
                    seen.push(event.position);
                    checkpoint = event.position + 1;
                }
                if let Some(beat) = answer.heartbeat {
                    assert!(
                        beat.next_position >= checkpoint,
                        "a heartbeat never runs back"
                    );
                    assert!(beat.next_position <= beat.end_position);
                    assert_eq!(beat.caught_up, beat.next_position == beat.end_position);
                    checkpoint = beat.next_position;
                }
            }
            while let Some(done) = tasks.try_join_next() {
                done.expect("appended");
            }
            if is_over && checkpoint == town.end() {
                break;
            }
            is_over = tasks.is_empty();
        }
        assert!(reconnects > 3);
        let expected = town
            .read(v1::ReadEventsRequest {
                source: Some(Source::Stream("project/4304/PJ-2".into())),
                ..v1::ReadEventsRequest::default()
            })
            .await;
        let expected: Vec<_> = expected.iter().map(|event| event.position).collect();
        assert_eq!(expected.len(), 300);
        assert_eq!(seen, expected);
    });
}

#[test]
fn heartbeats_tell_how_far_a_filter_looked() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        let asked = v1::SubscribeEventsRequest {
            filter: Some(v1::EventFilter {
                event_types: vec!["PaymentExecuted".into()],
                ..v1::EventFilter::default()
            }),
            ..from(0)
        };
        let mut answers = subscribe(&mut town.client, asked).await;
        let mut beat = v1::Heartbeat::default();
        while beat.next_position < 1 {
            beat = next(&mut answers).await.heartbeat.expect("nothing matches");
        }
        assert!(beat.caught_up);
        assert_eq!((beat.next_position, beat.end_position), (1, 1));
        assert_eq!(beat.ledger_time.expect("a time").seconds, noon(NOW));
        town.now += 5;
        town.accept(&[line_adjusted(LINE, "1", 1), line_adjusted(LINE, "2", 1)])
            .await;
        while beat.next_position < 3 {
            beat = next(&mut answers).await.heartbeat.expect("nothing matches");
        }
        assert!(beat.caught_up);
        assert_eq!(beat.ledger_time.expect("a time").seconds, noon(NOW) + 5);
        // They come again and again while nothing happens.
        for _ in 0..2 {
            let beat = next(&mut answers).await.heartbeat.expect("nothing happens");
            assert_eq!(beat.next_position, 3);
        }
    });
}

#[test]
fn a_position_beyond_the_end_is_waited_for() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        let mut answers = subscribe(&mut town.client, from(3)).await;
        let raises: Vec<_> = (0..4)
            .map(|n| line_adjusted(LINE, &n.to_string(), 1))
            .collect();
        town.accept(&raises).await;
        let mut seen = Vec::new();
        while seen.len() < 2 {
            seen.extend(
                next(&mut answers)
                    .await
                    .events
                    .iter()
                    .map(|event| event.position),
            );
        }
        assert_eq!(seen, [3, 4]);
    });
}

#[test]
fn follows_one_stream_or_one_entity() {
    run(async {
        let mut town = Town::start().await;
        let stream = v1::SubscribeEventsRequest {
            stream: project_stream(PROJECT),
            ..from(0)
        };
        let line = v1::SubscribeEventsRequest {
            entity: Some(v1::EntityKey {
                kind: EntityKind::BudgetLine.into(),
                partition: "4304".into(),
                owner_id: LINE.into(),
                id: String::new(),
            }),
            ..from(0)
        };
        // Neither is there yet.
        let mut of_stream = subscribe(&mut town.client, stream).await;
        let mut of_line = subscribe(&mut town.client, line).await;
        for event in [
            line_approved(LINE, 1_000),
            line_approved(LINE_2, 1_000),
            plan_filed(PROJECT, LINE, 10),
            plan_filed("PJ-2", LINE_2, 10),
            plan_filed("PJ-3", LINE, 10),
            award_recorded(PROJECT, 10),
        ] {
            town.accept(&[event]).await;
        }
        for (answers, expected) in [(&mut of_stream, vec![2, 5]), (&mut of_line, vec![0, 2, 4])] {
            let mut seen = Vec::new();
            let mut beat = v1::Heartbeat::default();
            while beat.next_position < 6 {
                let answer = next(answers).await;
                seen.extend(answer.events.iter().map(|event| event.position));
                beat = answer.heartbeat.unwrap_or(beat);
            }
            assert_eq!(seen, expected);
        }
    });
}

#[test]
fn ends_when_the_server_stops_after_everything_was_served() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        let mut idle = subscribe(&mut town.client, from(0)).await;
        let mut client = town.server.client().await;
        let mut filtered = subscribe(
            &mut client,
            v1::SubscribeEventsRequest {
                stream: project_stream(PROJECT),
                ..from(0)
            },
        )
        .await;
        assert_eq!(next(&mut idle).await.events.len(), 1);
        let stopping = town.server.stop();
        let ended = async {
            for answers in [&mut idle, &mut filtered] {
                loop {
                    match answers.message().await {
                        Ok(Some(answer)) => assert!(answer.events.is_empty()),
                        Ok(None) => break,
                        Err(status) => {
                            assert_eq!(status.code(), Code::Unavailable, "{status:?}");
                            break;
                        }
                    }
                }
            }
        };
        let both = async { tokio::join!(stopping, ended) };
        // Well before the grace of a stop is over, so nothing waited for it.
        let within = tokio::time::timeout(Duration::from_secs(8), both).await;
        within.expect("a stop does not wait for subscribers");
    });
}

#[test]
fn many_subscribers_see_the_same() {
    run(async {
        let mut town = Town::start().await;
        let mut tasks = JoinSet::new();
        for _ in 0..20 {
            let mut client = town.server.client().await;
            tasks.spawn(async move {
                let mut answers = subscribe(&mut client, from(0)).await;
                let mut seen = Vec::new();
                while seen.len() < 200 {
                    seen.extend(
                        next(&mut answers)
                            .await
                            .events
                            .into_iter()
                            .map(|e| e.position),
                    );
                }
                seen
            });
        }
        let mut appended = appenders(&town.server, 20);
        while let Some(done) = appended.join_next().await {
            done.expect("appended");
        }
        assert_eq!(town.end(), 200);
        let mut distinct = BTreeSet::new();
        while let Some(seen) = tasks.join_next().await {
            distinct.insert(seen.expect("seen"));
        }
        assert_eq!(distinct, BTreeSet::from([(0..200).collect::<Vec<_>>()]));
        assert_eq!(town.read_whole().await.len(), 200);
    });
}
