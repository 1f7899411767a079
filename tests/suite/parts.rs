//! Sealed and personal parts, and events whose very existence is secret for a while: stored
//! encrypted, bound by commitments, served to those entitled, disclosed when the law opens them,
//! erased by destroying a key.

use std::{fs, path::Path};

use bihuan::{
    access::sealing::Class,
    events::{
        v1::{
            self, ActorRole, EntityKind, EventView,
            get_event_request::Key,
            get_event_response::Result as Found,
            personal_payload::Personal,
            read_events_request::{Source, Start},
            sealed_payload::Sealed,
        },
        wire::{EventSubmission, RecordedEvent},
    },
};
use prost::Message as _;
use tonic::{Code, Status};

use crate::{facts::*, harness::*, town::*, verifier};

const NAME: &str = "贺兰绝密";

/// A town whose lot is open for bids: three events.
async fn open_lot() -> Town {
    Town::with(&[
        line_approved(LINE, 1_000),
        plan_filed(PROJECT, LINE, 1_000),
        documents_issued(PROJECT, "01"),
    ])
    .await
}

/// And what is secret: bids at 3, 5 and 6 (the last one a withdrawal), a committee at 7, with
/// public notices at 4 and 8.
async fn with_secrets() -> Town {
    let mut town = open_lot().await;
    let events = vec![
        bid_received(PROJECT, "B-1", SUPPLIER),
        sent(&notice(PROJECT, "N-1", 20)),
        bid_received(PROJECT, "B-2", OTHER_SUPPLIER),
        sent(&bid_withdrawn(PROJECT, "B-2")),
        committee_formed(PROJECT, NAME),
        sent(&notice(PROJECT, "N-2", 20)),
    ];
    town.send(events).await.expect("accepted");
    town
}

fn opening() -> v1::Event {
    bids_opened(PROJECT, &[("B-1", SUPPLIER, 900)])
}

async fn award_and_publish(town: &mut Town) {
    town.accept(&[
        evaluated(PROJECT, &[(SUPPLIER, 900)]),
        winner_determined(PROJECT, SUPPLIER, 900),
        award_noticed(PROJECT, SUPPLIER, 900),
        result_published(PROJECT, 900),
    ])
    .await;
}

fn asked(source: Source, role: ActorRole) -> v1::ReadEventsRequest {
    v1::ReadEventsRequest {
        source: Some(source),
        reader: Some(v1::Reader { role: role.into() }),
        ..v1::ReadEventsRequest::default()
    }
}

fn all() -> Source {
    Source::All(v1::WholeLedger {})
}

fn project() -> Source {
    Source::Stream(project_stream(PROJECT))
}

fn lot_of_project() -> Source {
    Source::Entity(v1::EntityKey {
        kind: EntityKind::Lot.into(),
        partition: "4304".into(),
        owner_id: PROJECT.into(),
        id: "01".into(),
    })
}

/// Positions of events and of placeholders that a read answers.
async fn seen(town: &mut Town, asked: v1::ReadEventsRequest) -> (Vec<u64>, Vec<u64>) {
    let mut answers = town
        .client
        .read_events(asked)
        .await
        .expect("a read")
        .into_inner();
    let (mut events, mut withheld) = (Vec::new(), Vec::new());
    while let Some(answer) = answers.message().await.expect("an answer") {
        events.extend(answer.events.iter().map(|event| event.position));
        withheld.extend(answer.withheld.iter().map(|one| one.position));
    }
    (events, withheld)
}

async fn get(
    town: &mut Town,
    key: Key,
    role: ActorRole,
    parts: bool,
) -> Result<v1::GetEventResponse, Status> {
    let request = v1::GetEventRequest {
        key: Some(key),
        view: EventView::Full.into(),
        reader: Some(v1::Reader { role: role.into() }),
        parts,
    };
    let answer = town.client.get_event(request).await?;
    Ok(answer.into_inner())
}

/// Every role that reads; the public among them.
fn roles() -> impl Iterator<Item = ActorRole> {
    (1..=16).map(|number| ActorRole::try_from(number).expect("a role"))
}

fn parts_of(events: &[RecordedEvent]) -> Vec<(u64, bool, bool)> {
    let with = events
        .iter()
        .filter(|e| !e.sealed.is_empty() || !e.personal.is_empty());
    with.map(|e| (e.position, !e.sealed.is_empty(), !e.personal.is_empty()))
        .collect()
}

/// Files below a folder that hold some bytes.
fn holding(folder: &Path, wanted: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, wanted));
        } else {
            let bytes = fs::read(&path).expect("a file");
            if bytes.windows(wanted.len()).any(|window| window == wanted) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[test]
fn no_plaintext_of_a_part_is_anywhere_in_the_folder() {
    run(async {
        let mut town = open_lot().await;
        let nonce: Vec<u8> = (100..132).collect();
        let hash = "c0ffee".repeat(10) + "5eed";
        let mut bid = v1::Event::decode(bid_received(PROJECT, "BID-PUBLIC", SUPPLIER).event)
            .expect("an event");
        bid.sealed_commitment = Vec::new().into();
        let sealed = v1::BidReceivedSealed {
            nonce: nonce.clone().into(),
            supplier: OTHER_SUPPLIER.into(),
            document_hash: hash.clone(),
        };
        let bid = with_sealed(bid, Sealed::BidReceived(sealed));
        let committee = committee_formed(PROJECT, NAME);
        town.send(vec![bid.clone(), committee.clone()])
            .await
            .expect("accepted");
        // Refused ones go to the access log, without their parts.
        let refused = town.refuse_request(request(
            vec![EventSubmission {
                event: v1::Event {
                    source_ref: "refused".into(),
                    stream: project_stream("PJ-NONE"),
                    ..v1::Event::decode(bid.event.clone()).expect("an event")
                }
                .encode_to_vec()
                .into(),
                ..bid.clone()
            }],
            town.now,
        ));
        refused
            .await
            .is(Code::FailedPrecondition, "E001_UNKNOWN_REF", &[]);
        assert_eq!(town.access().len(), 1);
        // A clean stop writes states, and everything is read again.
        let town = town.restarted().await;
        let folder = town.server.stop().await;
        let secrets: [(&str, &[u8]); 8] = [
            ("the nonce", &nonce),
            ("the supplier", OTHER_SUPPLIER.as_bytes()),
            ("the document", hash.as_bytes()),
            ("the name", NAME.as_bytes()),
            ("the number", b"430405198001010017"),
            ("the contact", b"13800000000"),
            ("the sealed part", &bid.sealed),
            ("the personal part", &committee.personal),
        ];
        for (what, secret) in secrets {
            let files = holding(folder.path(), secret);
            assert!(files.is_empty(), "{what} stands in {files:?}");
        }
        let public = holding(folder.path(), b"BID-PUBLIC");
        assert!(
            public.len() >= 2,
            "public bytes are found where they stand: {public:?}"
        );
    });
}

#[test]
fn commitments_bind_parts_to_events() {
    run(async {
        let mut town = open_lot().await;
        let bid = bid_received(PROJECT, "B-1", SUPPLIER);
        let other = bid_received(PROJECT, "B-1", OTHER_SUPPLIER);
        let committee = committee_formed(PROJECT, NAME);
        let decoded = v1::Event::decode(bid.event.clone()).expect("an event");
        let uncommitted = v1::Event {
            sealed_commitment: Vec::new().into(),
            ..decoded.clone()
        };
        let cases = [
            (
                EventSubmission {
                    sealed: other.sealed.clone(),
                    ..bid.clone()
                },
                "event.sealed_commitment",
                "SHAPE",
            ),
            (
                EventSubmission {
                    sealed: bytes::Bytes::new(),
                    ..bid.clone()
                },
                "sealed",
                "E022_MISSING_FIELD",
            ),
            (
                EventSubmission {
                    sealed: bid.sealed.clone(),
                    ..sent(&uncommitted)
                },
                "event.sealed_commitment",
                "E022_MISSING_FIELD",
            ),
            (
                EventSubmission {
                    personal: committee.personal.clone(),
                    ..bid.clone()
                },
                "personal",
                "SHAPE",
            ),
            (
                EventSubmission {
                    sealed: bid.sealed.clone(),
                    ..sent(&line_adjusted(LINE, "1", 5))
                },
                "sealed",
                "SHAPE",
            ),
        ];
        for (submission, path, code) in cases {
            let refused = town
                .refuse_request(request(vec![submission], town.now))
                .await;
            assert_eq!(refused.code, Code::InvalidArgument);
            let at = (format!("events[0].{path}"), code.to_owned());
            assert_eq!(refused.violations(), [at]);
        }
        // Nothing of a part is quoted back.
        let mut sealed = v1::BidReceivedSealed {
            nonce: vec![1; 32].into(),
            supplier: "91430408MA9TE5T20X".into(),
            document_hash: "f00d".into(),
        };
        let wrong = with_sealed(uncommitted.clone(), Sealed::BidReceived(sealed.clone()));
        let refused = town.refuse_request(request(vec![wrong], town.now)).await;
        let paths: Vec<_> = refused.violations().into_iter().map(|v| v.0).collect();
        let expected = [
            "events[0].sealed.bid_received.document_hash",
            "events[0].sealed.bid_received.supplier",
        ];
        assert_eq!(paths, expected);
        let told = format!("{:?}", refused.status);
        assert!(
            !told.contains("f00d") && !told.contains("91430408MA9TE5T20X"),
            "{told}"
        );
        // A short nonce is no nonce.
        sealed = v1::BidReceivedSealed {
            nonce: vec![1; 31].into(),
            supplier: SUPPLIER.into(),
            document_hash: "0".repeat(64),
        };
        let wrong = with_sealed(uncommitted, Sealed::BidReceived(sealed));
        let refused = town.refuse_request(request(vec![wrong], town.now)).await;
        assert_eq!(
            refused.violations()[0].0,
            "events[0].sealed.bid_received.nonce"
        );
        town.send(vec![bid.clone(), committee.clone()])
            .await
            .expect("as they are bound");
        let events = town.read_whole().await;
        assert_eq!(events[3].sealed, bid.sealed, "served as received");
        assert_eq!(events[4].personal, committee.personal);
    });
}

#[test]
fn secrets_are_placeholders_to_all_but_the_platform_until_the_law_opens_them() {
    run(async {
        let mut town = with_secrets().await;
        let (secret, open) = (vec![3, 5, 6, 7], vec![0, 1, 2, 4, 8]);
        for role in roles().filter(|role| *role != ActorRole::TradeSys) {
            let found = seen(&mut town, asked(all(), role)).await;
            assert_eq!(found, (open.clone(), secret.clone()), "{role:?}");
            // Any filter and they are not even counted.
            let filtered = v1::ReadEventsRequest {
                filter: Some(v1::EventFilter {
                    stream_kinds: vec!["project".into()],
                    ..v1::EventFilter::default()
                }),
                ..asked(all(), role)
            };
            assert_eq!(seen(&mut town, filtered).await, (vec![1, 2, 4, 8], vec![]));
            for source in [project(), lot_of_project()] {
                let (found, placeholders) = seen(&mut town, asked(source, role)).await;
                assert!(placeholders.is_empty());
                assert!(found.iter().all(|position| !secret.contains(position)));
            }
            let backwards = v1::ReadEventsRequest {
                direction: v1::Direction::Backwards.into(),
                ..asked(all(), role)
            };
            let (mut found, mut placeholders) = seen(&mut town, backwards).await;
            found.reverse();
            placeholders.reverse();
            assert_eq!((found, placeholders), (open.clone(), secret.clone()));
        }
        let found = seen(&mut town, asked(all(), ActorRole::TradeSys)).await;
        assert_eq!(found, ((0..9).collect(), vec![]));
        // No reader at all is the public.
        let nobody = v1::ReadEventsRequest {
            reader: None,
            ..asked(all(), ActorRole::Public)
        };
        assert_eq!(seen(&mut town, nobody).await, (open, secret));

        // The opening discloses the bids, the result the committee.
        let public = || asked(all(), ActorRole::Public);
        town.accept(&[opening()]).await;
        assert_eq!(
            seen(&mut town, public()).await,
            (vec![0, 1, 2, 3, 4, 5, 6, 8, 9], vec![7])
        );
        let mut town = town.restarted().await;
        assert_eq!(
            seen(&mut town, public()).await.1,
            [7],
            "secrets are known after a restart"
        );
        award_and_publish(&mut town).await;
        assert_eq!(seen(&mut town, public()).await, ((0..14).collect(), vec![]));
        let mut town = town.restarted().await;
        assert_eq!(seen(&mut town, public()).await.1, Vec::<u64>::new());
    });
}

#[test]
fn a_bid_that_comes_after_the_opening_is_no_secret() {
    run(async {
        let mut town = with_secrets().await;
        town.accept(&[opening()]).await;
        let late = |no: &str| {
            let bid = bid_received(PROJECT, no, OTHER_SUPPLIER);
            let bid_event = v1::Event::decode(bid.event.clone()).expect("an event");
            let at = instant("2023-02-26", 10);
            let mut event = change!(bid_event, BidReceived, |b| b.received_at = Some(at));
            event.occurred_at = Some(at);
            EventSubmission {
                event: event.encode_to_vec().into(),
                ..bid
            }
        };
        town.send(vec![late("B-8")])
            .await
            .expect("recorded, though late");
        let public = || asked(all(), ActorRole::Public);
        assert_eq!(seen(&mut town, public()).await.1, [7]);
        let mut town = town.restarted().await;
        town.send(vec![late("B-9")])
            .await
            .expect("recorded, though late");
        assert_eq!(seen(&mut town, public()).await.1, [7]);
        // A correction of a bid that everybody knows, neither.
        let bid = v1::Event::decode(late("B-8").event).expect("an event");
        let at = instant("2023-02-26", 11);
        let other = change!(bid.clone(), BidReceived, |b| b.received_at = Some(at));
        let touches = vec![touched(EntityKind::Lot, PROJECT, "01")];
        town.accept(&[corrected(&bid, "c1", &other, touches)]).await;
        assert_eq!(seen(&mut town, public()).await.1, [7]);
    });
}

#[test]
fn shown_revisions_count_without_the_secrets() {
    run(async {
        let mut town = with_secrets().await;
        let revisions = |events: &[RecordedEvent]| -> Vec<_> {
            events
                .iter()
                .map(|event| (event.position, event.revision))
                .collect()
        };
        let read = |role| asked(project(), role);
        let shown = [(1, 0), (2, 1), (4, 2), (8, 3)];
        let events = town.read(read(ActorRole::Public)).await;
        assert_eq!(revisions(&events), shown);
        let events = town.read(asked(all(), ActorRole::Purchaser)).await;
        assert_eq!(revisions(&events)[1..], shown, "the line first");
        let events = town.read(read(ActorRole::TradeSys)).await;
        let whole: Vec<_> = (0..8).map(|revision| (revision + 1, revision)).collect();
        assert_eq!(revisions(&events), whole);
        let answer = get(&mut town, Key::Position(8), ActorRole::Public, false).await;
        let Some(Found::Event(event)) = answer.expect("public").result else {
            panic!("the event is served");
        };
        assert_eq!(event.revision, 3);
        // A start is counted as it is shown, too.
        for (start, forwards, backwards) in [
            (0, &shown[..], &shown[..1]),
            (2, &shown[2..], &shown[..3]),
            (3, &shown[3..], &shown[..]),
            (4, &shown[4..], &shown[..]),
        ] {
            let from = v1::ReadEventsRequest {
                start: Some(Start::Revision(start)),
                ..read(ActorRole::Public)
            };
            let events = town.read(from.clone()).await;
            assert_eq!(revisions(&events), forwards, "from shown revision {start}");
            let back = v1::ReadEventsRequest {
                direction: v1::Direction::Backwards.into(),
                ..from
            };
            let mut events = town.read(back).await;
            events.reverse();
            assert_eq!(
                revisions(&events),
                backwards,
                "back from shown revision {start}"
            );
        }
        town.accept(&[opening()]).await;
        let events = town.read(read(ActorRole::Public)).await;
        let after = [
            (1, 0),
            (2, 1),
            (3, 2),
            (4, 3),
            (5, 4),
            (6, 5),
            (8, 6),
            (9, 7),
        ];
        assert_eq!(revisions(&events), after, "the committee is still secret");
    });
}

#[test]
fn a_secret_is_not_found_by_its_name() {
    run(async {
        let mut town = with_secrets().await;
        let name = || v1::EventName {
            source_system: "ETRADE".into(),
            source_ref: format!("{PROJECT}-B-1"),
        };
        let id = verifier::event_id("ETRADE", &name().source_ref);
        let id = uuid::Uuid::from_bytes(id).to_string();
        for parts in [false, true] {
            for key in [Key::Name(name()), Key::EventId(id.clone())] {
                let answer = get(&mut town, key, ActorRole::Public, parts).await;
                let refused = Refused::of(answer.expect_err("as if it were not there"));
                refused.is(Code::NotFound, "NOT_FOUND", &[]);
            }
        }
        // A position is taken by something, and that is all.
        let answer = get(&mut town, Key::Position(3), ActorRole::Public, false).await;
        let answer = answer.expect("a position");
        assert_eq!(
            answer.result,
            Some(Found::Withheld(v1::Withheld { position: 3 }))
        );
        let answer = get(&mut town, Key::Name(name()), ActorRole::TradeSys, true).await;
        let Some(Found::Event(event)) = answer.expect("entitled").result else {
            panic!("the event is served");
        };
        assert!(!event.sealed.is_empty());
        town.accept(&[opening()]).await;
        let answer = get(&mut town, Key::Name(name()), ActorRole::Public, false).await;
        assert!(matches!(
            answer.expect("disclosed").result,
            Some(Found::Event(_))
        ));
    });
}

#[test]
fn a_correction_of_a_secret_is_as_secret() {
    run(async {
        let mut town = with_secrets().await;
        let bid = bid_received(PROJECT, "B-1", SUPPLIER);
        let original = v1::Event::decode(bid.event).expect("an event");
        let replacement = change!(original.clone(), BidReceived, |b| b.received_at =
            Some(instant("2023-02-20", 11)));
        let touches = vec![touched(EntityKind::Lot, PROJECT, "01")];
        town.accept(&[corrected(&original, "c1", &replacement, touches.clone())])
            .await;
        let found = seen(&mut town, asked(all(), ActorRole::Public)).await;
        assert_eq!(found, (vec![0, 1, 2, 4, 8], vec![3, 5, 6, 7, 9]));
        // So is its void: it would tell that there was a bid.
        let committee = v1::Event::decode(committee_formed(PROJECT, NAME).event).expect("an event");
        town.accept(&[voided(&committee, touches)]).await;
        let found = seen(&mut town, asked(all(), ActorRole::Public)).await;
        assert_eq!(found.1, [3, 5, 6, 7, 9, 10]);
        let mut town = town.restarted().await;
        let found = seen(&mut town, asked(all(), ActorRole::Public)).await;
        assert_eq!(found.1, [3, 5, 6, 7, 9, 10]);
        town.accept(&[opening()]).await;
        let found = seen(&mut town, asked(all(), ActorRole::Public)).await;
        assert_eq!(found.1, [7, 10]);
        award_and_publish(&mut town).await;
        let found = seen(&mut town, asked(all(), ActorRole::Public)).await;
        assert_eq!(found.1, Vec::<u64>::new());
    });
}

#[test]
fn parts_are_served_to_entitled_roles_only() {
    run(async {
        let mut town = with_secrets().await;
        let sealed = [(3, true, false), (5, true, false)];
        let personal = [(7, false, true)];
        let both = [&sealed[..], &personal].concat();
        for role in roles() {
            let events = town.read(asked(all(), role)).await;
            let expected = match role {
                ActorRole::TradeSys => both.clone(),
                _ => Vec::new(),
            };
            assert_eq!(parts_of(&events), expected, "{role:?} before the opening");
        }
        town.accept(&[opening()]).await;
        award_and_publish(&mut town).await;
        for role in roles() {
            let events = town.read(asked(all(), role)).await;
            let expected = match role {
                ActorRole::TradeSys | ActorRole::Audit => both.clone(),
                ActorRole::Regulator => sealed.to_vec(),
                _ => Vec::new(),
            };
            assert_eq!(events.len(), 14);
            assert_eq!(parts_of(&events), expected, "{role:?} after the result");
        }
        let regulator = town.read(asked(all(), ActorRole::Regulator)).await;
        let part = v1::SealedPayload::decode(regulator[5].sealed.clone()).expect("a part");
        let Some(Sealed::BidReceived(bid)) = part.sealed else {
            panic!("the sealed part of a bid");
        };
        assert_eq!(bid.supplier, OTHER_SUPPLIER);
        let audit = town.read(asked(all(), ActorRole::Audit)).await;
        let part = v1::PersonalPayload::decode(audit[7].personal.clone()).expect("a part");
        let Some(Personal::CommitteeFormed(committee)) = part.personal else {
            panic!("the personal part of a committee");
        };
        assert_eq!(committee.persons[0].name, NAME);
    });
}

#[test]
fn asking_for_parts_without_right_is_refused_and_recorded() {
    run(async {
        let mut town = with_secrets().await;
        let mut refusals = 0;
        for (position, role) in [
            (3, ActorRole::Public),
            (3, ActorRole::Regulator),
            (7, ActorRole::Audit),
        ] {
            let answer = get(&mut town, Key::Position(position), role, true).await;
            let refused = Refused::of(answer.expect_err("closed"));
            refused.is(Code::PermissionDenied, "E021_SEALED", &[]);
            refusals += 1;
            let log = town.access();
            assert_eq!(log.len(), refusals);
            let record = &log[refusals - 1];
            assert_eq!(record.kind(), v1::AccessKind::ReadRefused);
            assert_eq!(record.reason, "E021_SEALED");
            assert_eq!(
                (record.role(), record.principal.as_str()),
                (role, "loopback")
            );
            assert!(record.target.contains(&position.to_string()), "{record:?}");
            assert!(record.event.is_empty());
        }
        let answer = get(&mut town, Key::Position(3), ActorRole::TradeSys, true).await;
        assert!(matches!(
            answer.expect("entitled").result,
            Some(Found::Event(_))
        ));
        town.accept(&[opening()]).await;
        for role in [ActorRole::Regulator, ActorRole::Audit] {
            let answer = get(&mut town, Key::Position(3), role, true).await;
            let Some(Found::Event(event)) = answer.expect("opened").result else {
                panic!("the event is served");
            };
            assert!(!event.sealed.is_empty());
            // Without asking for parts there are none.
            let answer = get(&mut town, Key::Position(3), role, false).await;
            let Some(Found::Event(event)) = answer.expect("opened").result else {
                panic!("the event is served");
            };
            assert!(event.sealed.is_empty());
        }
        let answer = get(&mut town, Key::Position(3), ActorRole::Public, true).await;
        let refused = Refused::of(answer.expect_err("never public"));
        refused.is(Code::PermissionDenied, "E021_SEALED", &[]);
        // An event without parts has none to refuse.
        let answer = get(&mut town, Key::Position(1), ActorRole::Public, true).await;
        assert!(matches!(
            answer.expect("public").result,
            Some(Found::Event(_))
        ));
        assert_eq!(town.access().len(), refusals + 1);
    });
}

#[test]
fn subscribers_see_placeholders_only_without_a_filter() {
    run(async {
        let mut town = open_lot().await;
        let asked = |filter| v1::SubscribeEventsRequest {
            filter,
            heartbeat_ms: 100,
            ..v1::SubscribeEventsRequest::default()
        };
        let notices = v1::EventFilter {
            stages: vec![v1::Stage::Execution.into(), v1::Stage::Notice.into()],
            ..v1::EventFilter::default()
        };
        let plain = town.client.subscribe_events(asked(None)).await;
        let filtered = town.client.subscribe_events(asked(Some(notices))).await;
        let events = vec![
            bid_received(PROJECT, "B-1", SUPPLIER),
            sent(&notice(PROJECT, "N-1", 20)),
            committee_formed(PROJECT, NAME),
        ];
        town.send(events).await.expect("accepted");
        let expected = [(vec![0, 1, 2, 4], vec![3, 5]), (vec![2, 4], vec![])];
        for (answers, expected) in [plain, filtered].into_iter().zip(expected) {
            let mut answers = answers.expect("a subscription").into_inner();
            let (mut events, mut withheld, mut next_position) = (Vec::new(), Vec::new(), 0);
            while next_position < 6 {
                let answer = answers.message().await.expect("an answer").expect("one");
                events.extend(answer.events.iter().map(|event| event.position));
                withheld.extend(answer.withheld.iter().map(|one| one.position));
                next_position = answer.heartbeat.map_or(0, |beat| beat.next_position);
            }
            assert_eq!((events, withheld), expected);
        }
    });
}

#[test]
fn destroying_a_key_erases_and_everything_still_verifies() {
    run(async {
        let mut town = with_secrets().await;
        town.accept(&[opening()]).await;
        award_and_publish(&mut town).await;
        let before = town.read_whole().await;
        let root = verifier::check_all(&before);
        assert_eq!(parts_of(&before).len(), 3);
        let keys = town.server.ledger.keys();
        assert_eq!(keys.count(), 2, "one per stream and class");
        let stream = project_stream(PROJECT);
        let destroyed = keys.destroy(&stream, Class::Personal).expect("destroyed");
        assert!(destroyed.is_some());
        let mut town = {
            let after = town.read_whole().await;
            assert_eq!(parts_of(&after), [(3, true, false), (5, true, false)]);
            assert_eq!(verifier::check_all(&after), root);
            town.restarted().await
        };
        let after = town.read_whole().await;
        assert_eq!(parts_of(&after), [(3, true, false), (5, true, false)]);
        assert_eq!(verifier::check_all(&after), root);
        assert_eq!(town.ledger().await.root_hash[..], root[..]);
        let bare = |events: &[RecordedEvent]| -> Vec<_> {
            let bare = |event: &RecordedEvent| RecordedEvent {
                personal: bytes::Bytes::new(),
                ..event.clone()
            };
            events.iter().map(bare).collect()
        };
        assert_eq!(bare(&after), bare(&before), "nothing else changed");
        // A retry is still known, and a new part of the stream gets a key of its own.
        let again = town
            .send(vec![committee_formed(PROJECT, NAME)])
            .await
            .expect("known");
        assert_eq!(again[0].status(), v1::ReceiptStatus::AlreadyAppended);
        assert_eq!(town.server.ledger.keys().count(), 1);
        let payload = v1::AcceptanceTeamFormed {
            acceptance_id: "AC-1".into(),
            contract_id: CONTRACT.into(),
            members: vec![v1::AcceptanceMember {
                member_no: "M-1".into(),
                role: "组长".into(),
            }],
            formed_on: "2023-04-12".into(),
            ..v1::AcceptanceTeamFormed::default()
        };
        let team = v1::AcceptanceTeamFormedPersonal {
            nonce: vec![4; 32].into(),
            persons: vec![person("M-1", "新人")],
        };
        let contract = contract_signed(PROJECT, 900);
        let team = with_personal(
            act(PROJECT, "team", "2023-04-12", payload),
            Personal::AcceptanceTeamFormed(team),
        );
        town.send(vec![sent(&contract), team.clone()])
            .await
            .expect("accepted");
        assert_eq!(town.server.ledger.keys().count(), 2);
        let events = town.read_whole().await;
        assert_eq!(events.last().expect("the team").personal, team.personal);
    });
}
