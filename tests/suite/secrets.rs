//! What could tell of a secret event besides the event itself: the headers of its neighbours, the
//! size of answers, receipts and refusals (docs/adr/0004).

use bihuan::events::{
    v1::{
        self, ActorRole, EventView, get_event_request::Key, get_event_response::Result as Found,
        read_events_request::Source, stream_expectation::Expected,
    },
    wire::RecordedEvent,
};
use tonic::Code;

use crate::{facts::*, harness::*, town::*, verifier};

const OTHER_PROJECT: &str = "PJ-2";

/// Two projects with open lots at 0 to 4, then one batch of a bid at 6 between public notices at 5
/// and 7, the second of the other project, then a notice of each by itself at 8 and 9.
async fn with_a_bid() -> Town {
    let mut town = Town::with(&[
        line_approved(LINE, 2_000),
        plan_filed(PROJECT, LINE, 1_000),
        documents_issued(PROJECT, "01"),
        plan_filed(OTHER_PROJECT, LINE, 1_000),
        documents_issued(OTHER_PROJECT, "01"),
    ])
    .await;
    let batch = vec![
        sent(&notice(PROJECT, "N-1", 20)),
        bid_received(PROJECT, "B-1", SUPPLIER),
        sent(&notice(OTHER_PROJECT, "N-1", 20)),
    ];
    town.send(batch).await.expect("accepted");
    town.accept(&[notice(PROJECT, "N-2", 20)]).await;
    town.accept(&[notice(OTHER_PROJECT, "N-2", 20)]).await;
    town
}

fn all(role: ActorRole) -> v1::ReadEventsRequest {
    v1::ReadEventsRequest {
        source: Some(Source::All(v1::WholeLedger {})),
        view: EventView::Full.into(),
        reader: Some(v1::Reader { role: role.into() }),
        ..v1::ReadEventsRequest::default()
    }
}

/// Whether an event comes with its header. Without one it has no salt either, and still its leaf.
fn has_header(event: &RecordedEvent) -> bool {
    let proof = event.leaf_proof.as_ref().expect("a FULL view");
    assert_eq!(proof.leaf_hash.len(), 32);
    let is_whole = !proof.header.is_empty();
    for salt in [&proof.header_salt, &proof.event_salt] {
        assert_eq!(!salt.is_empty(), is_whole, "a salt comes with its header");
    }
    is_whole
}

fn headless(events: &[RecordedEvent]) -> Vec<u64> {
    let without = events.iter().filter(|event| !has_header(event));
    without.map(|event| event.position).collect()
}

#[test]
fn headers_beside_and_after_a_secret_wait_until_it_ends() {
    run(async {
        let mut town = with_a_bid().await;
        for role in [
            ActorRole::Public,
            ActorRole::Purchaser,
            ActorRole::Regulator,
        ] {
            let events = town.read(all(role)).await;
            // Of the same batch 5 and 7, after it in the stream 8; not 9, of another stream.
            assert_eq!(headless(&events), [5, 7, 8], "{role:?}");
            let request = v1::GetEventRequest {
                key: Some(Key::Position(8)),
                view: EventView::Full.into(),
                reader: Some(v1::Reader { role: role.into() }),
                parts: false,
            };
            let answer = town.client.get_event(request).await.expect("it is there");
            let Some(Found::Event(event)) = answer.into_inner().result else {
                panic!("a public event");
            };
            assert!(!has_header(&event));
            let request = v1::SubscribeEventsRequest {
                from_position: 7,
                view: EventView::Full.into(),
                reader: Some(v1::Reader { role: role.into() }),
                ..v1::SubscribeEventsRequest::default()
            };
            let answers = town.client.subscribe_events(request).await;
            let mut answers = answers.expect("a subscription").into_inner();
            let first = answers.message().await.expect("it goes on");
            let events = first.expect("it goes on").events;
            assert_eq!(headless(&events), [7, 8]);
        }
        let whole = town.read(all(ActorRole::TradeSys)).await;
        assert_eq!(headless(&whole), [0; 0]);
        let leaves = |events: &[RecordedEvent]| -> Vec<_> {
            let leaf = |e: &RecordedEvent| e.leaf_proof.as_ref().map(|p| p.leaf_hash.clone());
            events.iter().map(|e| (e.position, leaf(e))).collect()
        };
        let mut seen = leaves(&whole);
        seen.remove(6);
        assert_eq!(leaves(&town.read(all(ActorRole::Public)).await), seen);
        // It outlives a restart, and ends with the secret.
        let mut town = town.restarted().await;
        let events = town.read(all(ActorRole::Public)).await;
        assert_eq!(headless(&events), [5, 7, 8]);
        let opening = bids_opened(PROJECT, &[("B-1", SUPPLIER, 900)]);
        town.accept(&[opening]).await;
        let events = town.read(all(ActorRole::Public)).await;
        let root = verifier::check_all(&events);
        assert_eq!(town.ledger().await.root_hash[..], root[..]);
    });
}

/// How many events the messages of an answer carry.
async fn sizes(town: &mut Town, project: &str, direction: v1::Direction) -> Vec<usize> {
    let asked = v1::ReadEventsRequest {
        source: Some(Source::Stream(project_stream(project))),
        direction: direction.into(),
        ..v1::ReadEventsRequest::default()
    };
    let answers = town.client.read_events(asked).await.expect("a read");
    let mut answers = answers.into_inner();
    let mut sizes = Vec::new();
    while let Some(answer) = answers.message().await.expect("an answer") {
        sizes.push(answer.events.len());
    }
    sizes
}

#[test]
fn answers_are_cut_where_they_would_be_without_the_secrets() {
    run(async {
        let mut town = with_a_bid().await;
        for number in 0..3 {
            let bid = format!("B-2{number}");
            let bid = bid_received(PROJECT, &bid, SUPPLIER);
            town.send(vec![bid]).await.expect("a bid");
            for project in [PROJECT, OTHER_PROJECT] {
                let notices = (0..300).map(|n| notice(project, &format!("M-{number}-{n}"), 20));
                town.accept(&notices.collect::<Vec<_>>()).await;
            }
        }
        for direction in [v1::Direction::Forwards, v1::Direction::Backwards] {
            let open = sizes(&mut town, OTHER_PROJECT, direction).await;
            assert_eq!(open.iter().sum::<usize>(), 904);
            assert!(open.len() > 2, "several messages: {open:?}");
            assert_eq!(sizes(&mut town, PROJECT, direction).await, open);
        }
    });
}

/// What cannot be kept from those who write to the stream: the revision that they must expect.
#[test]
fn a_writer_is_told_the_true_revision_of_the_stream_and_nothing_else_of_secrets() {
    run(async {
        let mut town = with_a_bid().await;
        let append = |expected, no| {
            let mut asked = request(vec![sent(&notice(PROJECT, no, 20))], noon(NOW));
            asked.expectations.push(v1::StreamExpectation {
                stream: project_stream(PROJECT),
                expected: Some(Expected::Revision(expected)),
            });
            asked
        };
        // Shown are 0 to 3; the bid makes it 4.
        let refused = town.refuse_request(append(3, "N-9")).await;
        refused.is(Code::Aborted, "STALE_EXPECTATION", &[("current", "4")]);
        let told = format!("{:?}", refused.status);
        assert!(!told.contains("B-1") && !told.contains("Bid"), "{told}");
        let receipts = town.ask(append(4, "N-9")).await.expect("it holds");
        assert_eq!(receipts[0].revision, 5);
    });
}
