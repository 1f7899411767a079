//! Appending over gRPC: receipts, retries, conflicts, expectations, limits, streams of batches.

use std::time::Duration;

use bihuan::events::{
    v1::{
        self, EntityKind, ReceiptStatus, append_event_stream_response::Outcome,
        get_event_request::Key, position_check::Target, stream_expectation::Expected,
    },
    wire::EventSubmission,
};
use prost::Message as _;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;

use crate::{facts::*, harness::*, town::*, verifier};

fn statuses(receipts: &[v1::Receipt]) -> Vec<ReceiptStatus> {
    receipts.iter().map(v1::Receipt::status).collect()
}

fn position_of(receipts: &[v1::Receipt]) -> Vec<u64> {
    receipts.iter().map(|receipt| receipt.position).collect()
}

/// The receipt that stands when an event is sent again.
fn again(receipt: &v1::Receipt, status: ReceiptStatus) -> v1::Receipt {
    v1::Receipt {
        status: status.into(),
        ..receipt.clone()
    }
}

#[test]
fn a_receipt_names_position_revision_time_and_a_leaf_that_recomputes() {
    run(async {
        let mut town = Town::start().await;
        let line = line_approved(LINE, 300_000_000);
        let plan = plan_filed(PROJECT, LINE, 100_000_000);
        let first = town.accept(&[line.clone(), plan.clone()]).await;
        town.now = noon("2023-07-01");
        let raise = line_adjusted(LINE, "1", 5);
        let second = town.accept(std::slice::from_ref(&raise)).await;
        let receipts = [first, second].concat();
        let expected = [
            (&line, 0, 0, NOW),
            (&plan, 1, 0, NOW),
            (&raise, 2, 1, "2023-07-01"),
        ];
        for (receipt, (event, position, revision, day)) in receipts.iter().zip(expected) {
            assert_eq!(receipt.status(), ReceiptStatus::Appended);
            assert_eq!((receipt.position, receipt.revision), (position, revision));
            let recorded_at = receipt.recorded_at.expect("a time");
            assert_eq!((recorded_at.seconds, recorded_at.nanos), (noon(day), 0));
            let id = verifier::event_id(&event.source_system, &event.source_ref);
            let id = uuid::Uuid::from_bytes(id).to_string();
            assert_eq!(receipt.event_id, id);
            for key in [
                Key::Position(position),
                Key::EventId(id),
                Key::Name(name_of(event)),
            ] {
                let answer = town.get(key).await;
                let Some(v1::get_event_response::Result::Event(found)) = answer.result else {
                    panic!("the event is served");
                };
                let (header, _, leaf) = verifier::check(&found);
                assert_eq!(leaf[..], receipt.leaf_hash[..]);
                assert_eq!(found.event, event.encode_to_vec(), "bytes as received");
                assert_eq!((found.position, found.revision), (position, revision));
                assert_eq!(
                    (header.stream, header.revision),
                    (event.stream.clone(), revision)
                );
                assert_eq!(header.principal, "loopback");
                let occurred = event.occurred_at.expect("an instant").seconds;
                assert_eq!(header.occurred_at, (occurred, 0));
                assert!(!answer.voided && answer.amended_by_position.is_none());
            }
        }
        let ledger = town.ledger().await;
        let events = town.read_whole().await;
        assert_eq!(ledger.end_position, 3);
        assert_eq!(ledger.root_hash[..], verifier::check_all(&events)[..]);
        assert!(ledger.simulated_clock && ledger.writable);
        assert_eq!(
            ledger.ledger_time.expect("a time").seconds,
            noon("2023-07-01")
        );
    });
}

#[test]
fn record_time_never_runs_backwards_and_is_not_taken_from_callers_of_a_real_clock() {
    run(async {
        let mut town = Town::start().await;
        town.accept(&[line_approved(LINE, 5)]).await;
        town.now = noon("2023-06-01");
        let receipts = town.accept(&[line_approved(LINE_2, 5)]).await;
        let recorded_at = receipts[0].recorded_at.expect("a time");
        assert_eq!(
            recorded_at.seconds,
            noon(NOW),
            "no earlier than the one before"
        );

        let mut real = Town::start_with(|config| config.ledger.simulated_clock = false).await;
        let refused = real.refuse(&[line_approved(LINE, 5)]).await;
        refused.is(Code::InvalidArgument, "SHAPE", &[]);
        assert_eq!(
            refused.violations(),
            [("request_time".into(), "SHAPE".into())]
        );
        let mut request = request(vec![sent(&line_approved(LINE, 5))], 0);
        request.request_time = None;
        let answer = real.client.append_events(request).await;
        assert!(!answer.expect("accepted").into_inner().simulated_clock);
    });
}

#[test]
fn retries_get_the_first_receipts_and_append_nothing() {
    run(async {
        let mut town = Town::start().await;
        let events = [
            line_approved(LINE, 300_000_000),
            plan_filed(PROJECT, LINE, 300_000_000),
        ];
        let first = town.accept(&events).await;
        let stands: Vec<_> = first
            .iter()
            .map(|receipt| again(receipt, ReceiptStatus::AlreadyAppended))
            .collect();
        town.now = noon("2023-07-01");
        assert_eq!(town.accept(&events).await, stands, "the same bytes");
        assert_eq!(town.end(), 2);

        // Another encoder: fields in reverse order, and a zero written out.
        let reversed: Vec<_> = events.iter().map(reencoded).collect();
        for (other, event) in reversed.iter().zip(&events) {
            assert_ne!(other.event, event.encode_to_vec());
        }
        let answer = town.send(reversed).await.expect("equal content");
        assert_eq!(answer, stands, "other bytes, equal content");

        // Of a batch one half is known, wherever it stands.
        let new = line_approved(LINE_2, 7);
        let mixed = [events[1].clone(), new.clone(), events[0].clone()];
        let answer = town.accept(&mixed).await;
        assert_eq!([&answer[0], &answer[2]], [&stands[1], &stands[0]]);
        assert_eq!(answer[1].status(), ReceiptStatus::Appended);
        assert_eq!((answer[1].position, town.end()), (2, 3));
        assert_eq!(
            answer[1].recorded_at.expect("a time").seconds,
            noon("2023-07-01")
        );
    });
}

/// The event in other bytes: its fields in reverse order, behind them an explicit zero.
fn reencoded(event: &v1::Event) -> EventSubmission {
    let bytes = event.encode_to_vec();
    let mut fields = Vec::new();
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        let before = rest;
        let (tag, wire) = prost::encoding::decode_key(&mut rest).expect("a key");
        prost::encoding::skip_field(
            wire,
            tag,
            &mut rest,
            prost::encoding::DecodeContext::default(),
        )
        .expect("a field");
        fields.push(&before[..before.len() - rest.len()]);
    }
    fields.reverse();
    EventSubmission {
        event: fields.concat().into(),
        ..EventSubmission::default()
    }
}

#[test]
fn retries_survive_a_restart() {
    run(async {
        let mut town = Town::start().await;
        let events = [line_approved(LINE, 5), plan_filed(PROJECT, LINE, 5)];
        let first = town.accept(&events).await;
        let mut town = town.restarted().await;
        let second = town.accept(&events).await;
        assert_eq!(statuses(&second), [ReceiptStatus::AlreadyAppended; 2]);
        assert_eq!(second[1], again(&first[1], ReceiptStatus::AlreadyAppended));
        assert_eq!(town.end(), 2);
    });
}

#[test]
fn the_same_name_with_other_content_is_a_conflict_that_names_the_first_difference() {
    run(async {
        let mut town = Town::start().await;
        let line = line_approved(LINE, 300_000_000);
        let plan = plan_filed(PROJECT, LINE, 300_000_000);
        let receipts = town.accept(&[line.clone(), plan.clone()]).await;
        let cases = [
            (
                change!(plan.clone(), PlanFiled, |p| p.lots[0].name = "其他".into()),
                "payload.plan_filed.lots[0].name",
            ),
            (
                change!(plan.clone(), PlanFiled, |p| {
                    p.amount_fen = 1;
                    p.project_name = "其他".into();
                }),
                "payload.plan_filed.project_name",
            ),
            (
                v1::Event {
                    occurred_at: Some(instant("2023-02-01", 1)),
                    ..plan.clone()
                },
                "occurred_at",
            ),
            (
                v1::Event {
                    stream: project_stream("PJ-OTHER"),
                    ..plan.clone()
                },
                "stream",
            ),
            (
                v1::Event {
                    attachments: vec![v1::Attachment {
                        name: "a.pdf".into(),
                        hash: "0".repeat(64),
                        media_type: "application/pdf".into(),
                        uri: String::new(),
                    }],
                    ..plan.clone()
                },
                "attachments[0]",
            ),
        ];
        for (other, field) in cases {
            // Behind a new event: the whole batch is refused.
            let refused = town.refuse(&[line_approved(LINE_2, 5), other]).await;
            refused.is(
                Code::AlreadyExists,
                "E004_SOURCE_REF_CONFLICT",
                &[
                    ("event_index", "1"),
                    ("field", field),
                    ("position", "1"),
                    ("event_id", &receipts[1].event_id),
                ],
            );
        }
        // Sealed parts count by their commitments, signatures do not count.
        town.accept(&[documents_issued(PROJECT, "01")]).await;
        let bid = bid_received(PROJECT, "B-1", SUPPLIER);
        let first = town.send(vec![bid.clone()]).await.expect("accepted");
        let other = bid_received(PROJECT, "B-1", OTHER_SUPPLIER);
        let refused = town.refuse_request(request(vec![other], town.now)).await;
        refused.is(
            Code::AlreadyExists,
            "E004_SOURCE_REF_CONFLICT",
            &[("field", "sealed_commitment")],
        );
        let signature = v1::Signature {
            key_id: "k".into(),
            alg: "ed25519".into(),
            value: vec![1; 64].into(),
        };
        let signed = EventSubmission {
            signature: signature.encode_to_vec().into(),
            ..bid
        };
        let answer = town.send(vec![signed]).await.expect("equal content");
        assert_eq!(answer[0], again(&first[0], ReceiptStatus::AlreadyAppended));
    });
}

#[test]
fn a_refused_name_stays_free() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 100)]).await;
        town.refuse(&[plan_filed(PROJECT, LINE, 101)]).await.is(
            Code::FailedPrecondition,
            "E010_PLAN_OVER_BUDGET",
            &[],
        );
        let receipts = town.accept(&[plan_filed(PROJECT, LINE, 100)]).await;
        assert_eq!(receipts[0].status(), ReceiptStatus::Appended);
    });
}

#[test]
fn a_voided_event_sent_again_says_so() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 100)]).await;
        let raise = line_adjusted(LINE, "1", 50);
        let first = town.accept(std::slice::from_ref(&raise)).await;
        let touches = vec![touched(EntityKind::BudgetLine, LINE, "")];
        let void = voided(&raise, touches);
        town.accept(std::slice::from_ref(&void)).await;
        let second = town.accept(std::slice::from_ref(&raise)).await;
        assert_eq!(second[0], again(&first[0], ReceiptStatus::Voided));
        let third = town.accept(&[void]).await;
        assert_eq!(statuses(&third), [ReceiptStatus::AlreadyAppended]);
        let mut town = town.restarted().await;
        let fourth = town.accept(&[raise]).await;
        assert_eq!(fourth[0], again(&first[0], ReceiptStatus::Voided));
        assert_eq!(town.end(), 3);
    });
}

fn expecting(
    town: &Town,
    events: &[v1::Event],
    stream: &str,
    expected: Expected,
) -> v1::AppendEventsRequest {
    v1::AppendEventsRequest {
        expectations: vec![v1::StreamExpectation {
            stream: stream.into(),
            expected: Some(expected),
        }],
        ..request(events.iter().map(sent).collect(), town.now)
    }
}

fn checking(
    town: &Town,
    events: &[v1::Event],
    target: Target,
    last: Option<u64>,
) -> v1::AppendEventsRequest {
    v1::AppendEventsRequest {
        checks: vec![v1::PositionCheck {
            target: Some(target),
            last_position: last,
        }],
        ..request(events.iter().map(sent).collect(), town.now)
    }
}

#[test]
fn expectations_hold_as_of_the_start_of_the_batch() {
    run(async {
        let mut town = Town::start().await;
        let stream = line_stream(LINE);
        let line = line_approved(LINE, 100);
        let raises: Vec<_> = (0..6)
            .map(|n| line_adjusted(LINE, &n.to_string(), 1))
            .collect();
        // Revision 0 is not there before the batch, though the batch writes it.
        let early = [line.clone(), raises[0].clone()];
        let request = expecting(&town, &early, &stream, Expected::Revision(0));
        town.refuse_request(request).await.is(
            Code::Aborted,
            "STALE_EXPECTATION",
            &[("expected", "revision 0"), ("actual", "no event")],
        );
        let request = expecting(&town, &early, &stream, Expected::NoStream(true));
        town.ask(request)
            .await
            .expect("no stream yet, two events of it");
        let request = expecting(&town, &raises[1..2], &stream, Expected::NoStream(true));
        town.refuse_request(request).await.is(
            Code::Aborted,
            "STALE_EXPECTATION",
            &[
                ("object", &format!("stream {stream}")),
                ("expected", "no event"),
                ("actual", "revision 1"),
                ("current", "1"),
            ],
        );
        for stale in [0, 2, u64::MAX] {
            let request = expecting(&town, &raises[1..2], &stream, Expected::Revision(stale));
            let refused = town.refuse_request(request).await;
            refused.is(Code::Aborted, "STALE_EXPECTATION", &[("current", "1")]);
        }
        let request = expecting(&town, &raises[1..3], &stream, Expected::Revision(1));
        town.ask(request).await.expect("the revision is exact");
        let request = expecting(&town, &raises[3..4], &stream, Expected::Any(true));
        town.ask(request).await.expect("any");
        // A stream that the batch does not write.
        let other = line_approved(LINE_2, 5);
        let request = expecting(&town, &[other.clone()], &stream, Expected::Revision(3));
        town.refuse_request(request).await.is(
            Code::Aborted,
            "STALE_EXPECTATION",
            &[("current", "4")],
        );
        let request = expecting(&town, &[other.clone()], &stream, Expected::Revision(4));
        town.ask(request).await.expect("exact");
        // Everything is recorded already: what is expected does not matter any more.
        let request = expecting(&town, &early, &stream, Expected::NoStream(true));
        let receipts = town.ask(request).await.expect("a retry");
        assert_eq!(statuses(&receipts), [ReceiptStatus::AlreadyAppended; 2]);
        // One new event among known ones, and it does.
        let mixed = [line, raises[4].clone()];
        let request = expecting(&town, &mixed, &stream, Expected::NoStream(true));
        town.refuse_request(request).await.is(
            Code::Aborted,
            "STALE_EXPECTATION",
            &[("current", "4")],
        );
        let request = expecting(&town, &mixed, &stream, Expected::Revision(4));
        let receipts = town.ask(request).await.expect("exact");
        assert_eq!(receipts[1].revision, 5);
    });
}

#[test]
fn checks_compare_the_last_position_of_streams_and_entities() {
    run(async {
        let mut town = Town::start().await;
        let entity = |owner: &str| {
            Target::Entity(v1::EntityKey {
                kind: EntityKind::BudgetLine.into(),
                partition: "4304".into(),
                owner_id: owner.into(),
                id: String::new(),
            })
        };
        let stream = |line: &str| Target::Stream(line_stream(line));
        let (a, b, c) = ("BL-A", "BL-B", "BL-C");
        let no_line = checking(&town, &[line_approved(a, 100)], entity(a), None);
        town.ask(no_line).await.expect("nothing touched it yet");
        town.accept(&[plan_filed(PROJECT, a, 60)]).await;
        let event = [line_approved(b, 1)];
        // The plan stands in another stream and touched the line all the same.
        let stale = checking(&town, &event, entity(a), Some(0));
        town.refuse_request(stale).await.is(
            Code::Aborted,
            "STALE_EXPECTATION",
            &[
                ("object", "entity BL/4304/BL-A/"),
                ("expected", "position 0"),
                ("actual", "position 1"),
                ("current", "1"),
            ],
        );
        let stale = checking(&town, &event, entity(a), None);
        let refused = town.refuse_request(stale).await;
        refused.is(
            Code::Aborted,
            "STALE_EXPECTATION",
            &[("expected", "no event")],
        );
        let stale = checking(&town, &event, stream(a), Some(1));
        let refused = town.refuse_request(stale).await;
        refused.is(Code::Aborted, "STALE_EXPECTATION", &[("current", "0")]);
        let stale = checking(&town, &event, stream(c), Some(0));
        let refused = town.refuse_request(stale).await;
        refused.is(
            Code::Aborted,
            "STALE_EXPECTATION",
            &[("actual", "no event")],
        );
        let mut exact = checking(&town, &event, entity(a), Some(1));
        exact.checks.push(v1::PositionCheck {
            target: Some(stream(a)),
            last_position: Some(0),
        });
        exact.checks.push(v1::PositionCheck {
            target: Some(entity(c)),
            last_position: None,
        });
        town.ask(exact).await.expect("all hold");
        // As of the start: the batch's own events do not count; skipped for a retry.
        let own = [line_approved(c, 1), line_adjusted(a, "1", 1)];
        let request = checking(&town, &own, entity(c), None);
        town.ask(request.clone()).await.expect("as of the start");
        let receipts = town.ask(request).await.expect("a retry");
        assert_eq!(statuses(&receipts), [ReceiptStatus::AlreadyAppended; 2]);
    });
}

/// Whether a file is made from the journal, at a time of its own.
fn is_derived(town: &Town, path: &std::path::Path) -> bool {
    let data = town.server.folder.path().join("data");
    ["state", "models", "supervision", "pictures"]
        .iter()
        .any(|of| path.starts_with(data.join(of)))
}

/// Every file of the data folder with its bytes, but for what is derived.
fn folder(town: &Town) -> Vec<(std::path::PathBuf, u64)> {
    let mut files = Vec::new();
    let mut folders = vec![town.server.folder.path().join("data")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if !is_derived(town, &path) {
                files.push((path, entry.metadata().expect("a file").len()));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn validate_only_decides_and_leaves_nothing() {
    run(async {
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            plan_filed(PROJECT, LINE, 1_000),
            documents_issued(PROJECT, "01"),
        ])
        .await;
        let before = (town.end(), town.server.ledger.keys().count(), folder(&town));
        let root = town.ledger().await.root_hash;
        let bid = bid_received(PROJECT, "B-1", SUPPLIER);
        let batch = vec![bid.clone(), sent(&line_adjusted(LINE, "1", 5))];
        let mut asked = request(batch.clone(), town.now);
        asked.validate_only = true;
        let receipts = town.ask(asked.clone()).await.expect("valid");
        assert_eq!(statuses(&receipts), [ReceiptStatus::Valid; 2]);
        for receipt in &receipts {
            assert_eq!((receipt.position, receipt.revision), (0, 0));
            assert_eq!(receipt.leaf_hash[..], [0; 32][..], "no leaf");
        }
        // Each event sees the one before it, as in an append.
        let mut chain = request(
            vec![
                sent(&line_adjusted(LINE, "2", 7)),
                sent(&plan_filed("PJ-2", LINE, 7)),
            ],
            town.now,
        );
        chain.validate_only = true;
        town.ask(chain.clone()).await.expect("valid together");
        chain.events.remove(0);
        town.refuse_request(chain).await.is(
            Code::FailedPrecondition,
            "E010_PLAN_OVER_BUDGET",
            &[("available_fen", "0"), ("requested_fen", "7")],
        );
        // What is refused for its shape or as a conflict is counted only, too.
        let conflict = change!(line_approved(LINE, 1_000), BudgetLineApproved, |line| {
            line.amount_fen = 5;
        });
        for (event, code, reason) in [
            (conflict, Code::AlreadyExists, "E004_SOURCE_REF_CONFLICT"),
            (line_adjusted("", "3", 7), Code::InvalidArgument, "SHAPE"),
            (
                line_approved(LINE_2, 0),
                Code::InvalidArgument,
                "E008_BAD_AMOUNT",
            ),
        ] {
            let mut wrong = request(vec![sent(&event)], town.now);
            wrong.validate_only = true;
            town.refuse_request(wrong).await.is(code, reason, &[]);
        }
        assert!(town.access().is_empty(), "no evidence of mere questions");
        let after = (town.end(), town.server.ledger.keys().count(), folder(&town));
        assert_eq!(after, before, "no event, no key, no byte");
        assert_eq!(town.ledger().await.root_hash, root);
        // And the real thing still goes.
        let receipts = town.send(batch).await.expect("accepted");
        assert_eq!(position_of(&receipts), [3, 4]);
        // A question about what stands answers the first receipt.
        let known = town.ask(asked).await.expect("known");
        assert_eq!(
            known[0],
            again(&receipts[0], ReceiptStatus::AlreadyAppended)
        );
        assert_eq!(
            town.server.ledger.keys().count(),
            1,
            "the real bid made a key"
        );
    });
}

#[test]
fn a_batch_whose_last_event_is_refused_leaves_nothing() {
    run(async {
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            plan_filed(PROJECT, LINE, 1_000),
            documents_issued(PROJECT, "01"),
        ])
        .await;
        let before = (
            town.server.ledger.keys().count(),
            town.ledger().await.root_hash,
        );
        let mut batch: Vec<_> = (0..20)
            .map(|n| sent(&notice(PROJECT, &format!("N-{n}"), 100)))
            .collect();
        batch.push(bid_received(PROJECT, "B-1", SUPPLIER));
        batch.push(sent(&line_adjusted(LINE, "1", 5)));
        batch.push(sent(&plan_filed("PJ-2", LINE, 6)));
        let refused = town.refuse_request(request(batch.clone(), town.now)).await;
        refused.is(
            Code::FailedPrecondition,
            "E010_PLAN_OVER_BUDGET",
            &[
                ("event_index", "22"),
                ("available_fen", "5"),
                ("requested_fen", "6"),
            ],
        );
        let after = (
            town.server.ledger.keys().count(),
            town.ledger().await.root_hash,
        );
        assert_eq!(after, before);
        // The events before it may be sent again, and find the world as it was.
        batch.pop();
        let receipts = town.send(batch).await.expect("accepted");
        assert!(
            statuses(&receipts)
                .iter()
                .all(|s| *s == ReceiptStatus::Appended)
        );
        assert_eq!(position_of(&receipts), (3..25).collect::<Vec<_>>());
        verifier::check_all(&town.read_whole().await);
    });
}

#[test]
fn a_batch_has_one_to_a_thousand_events_of_one_partition_and_four_mebibytes() {
    run(async {
        let mut town =
            Town::with(&[line_approved(LINE, 1_000), plan_filed(PROJECT, LINE, 1_000)]).await;
        let notices = |count: usize, from: usize| -> Vec<_> {
            let notice = |n| sent(&notice(PROJECT, &format!("N-{n}"), 10));
            (from..from + count).map(notice).collect()
        };
        let over = town
            .refuse_request(request(notices(1_001, 0), town.now))
            .await;
        over.is(Code::InvalidArgument, "SHAPE", &[("violations", "1")]);
        assert_eq!(over.violations(), [("events".into(), "SHAPE".into())]);
        let none = town.refuse_request(request(Vec::new(), town.now)).await;
        none.is(Code::InvalidArgument, "E022_MISSING_FIELD", &[]);
        let receipts = town.send(notices(1_000, 0)).await.expect("a thousand");
        assert_eq!(position_of(&receipts), (2..1_002).collect::<Vec<_>>());

        // 4 MiB to the byte, and one more.
        let release = |n: u8, json_bytes: usize| {
            let ocid = format!("ocds-213czf-{n}");
            let payload = v1::OcdsReleaseImported {
                ocid: ocid.clone(),
                release_id: "1".into(),
                released_on: "2023-01-05".into(),
                release_json: vec![b' '; json_bytes].into(),
                ..v1::OcdsReleaseImported::default()
            };
            let stream = format!("ocds/ocds-213czf/{ocid}");
            sent(&event(&ocid, &stream, "2023-01-05", payload.into()))
        };
        let first = release(1, 3_000_000);
        let left = (4 << 20) - first.event.len();
        let around = release(2, 1_000_000).event.len() - 1_000_000;
        let exact = vec![first.clone(), release(2, left - around)];
        let size: usize = exact.iter().map(|event| event.event.len()).sum();
        assert_eq!(size, 4 << 20);
        let over = vec![first, release(2, left - around + 1)];
        let refused = town.refuse_request(request(over, town.now)).await;
        refused.is(Code::InvalidArgument, "SHAPE", &[("violations", "1")]);
        assert_eq!(refused.violations(), [("events".into(), "SHAPE".into())]);
        town.send(exact).await.expect("4 MiB exactly");

        let elsewhere = v1::Event {
            stream: "budget-line/4301/BL-X".into(),
            region_code: "430100".into(),
            ..change!(line_approved(LINE, 5), BudgetLineApproved, |line| line
                .budget_line_id =
                "BL-X".into())
        };
        let two = town.refuse(&[line_approved(LINE_2, 5), elsewhere]).await;
        two.is(Code::InvalidArgument, "SHAPE", &[]);
        let at = ("events[1].event.stream".to_owned(), "SHAPE".to_owned());
        assert_eq!(two.violations(), [at]);
        let twice = town
            .refuse(&[line_approved(LINE_2, 5), line_approved(LINE_2, 5)])
            .await;
        let at = ("events[1].event.source_ref".to_owned(), "SHAPE".to_owned());
        assert_eq!(twice.violations(), [at]);
    });
}

/// A stream of batches with its answers.
struct Batches {
    sender: mpsc::Sender<v1::AppendEventStreamRequest>,
    answers: tonic::Streaming<v1::AppendEventStreamResponse>,
}

impl Batches {
    async fn open(client: &mut Client) -> Self {
        let (sender, batches) = mpsc::channel(1);
        let answers = client.append_event_stream(ReceiverStream::new(batches));
        let answers = answers.await.expect("a stream").into_inner();
        Self { sender, answers }
    }
}

fn batch(events: &[v1::Event]) -> v1::AppendEventStreamRequest {
    v1::AppendEventStreamRequest {
        batch: Some(request(events.iter().map(sent).collect(), noon(NOW))),
    }
}

#[test]
fn a_stream_answers_in_order_and_goes_on_after_refusals() {
    run(async {
        let mut town = Town::start().await;
        let mut batches = Batches::open(&mut town.client).await;
        let sender = batches.sender;
        let sending = tokio::spawn(async move {
            sender
                .send(batch(&[line_approved(LINE, 1_000)]))
                .await
                .unwrap();
            for n in 0..300 {
                let plan = match n % 5 {
                    0 => plan_filed(&format!("PJ-{n}"), LINE, 1_000_000),
                    1 => plan_filed(&format!("PJ-{n}"), "BL-NONE", 1),
                    2 => plan_filed(&format!("PJ-{n}"), LINE, 0),
                    _ => plan_filed(&format!("PJ-{n}"), LINE, 1),
                };
                sender.send(batch(&[plan])).await.unwrap();
            }
            sender
                .send(v1::AppendEventStreamRequest { batch: None })
                .await
                .unwrap();
        });
        let mut outcomes = Vec::new();
        while let Some(answer) = batches.answers.message().await.expect("no status") {
            assert_eq!(answer.batch_index, outcomes.len() as u64, "in order");
            outcomes.push(answer.outcome.expect("an outcome"));
        }
        sending.await.expect("all sent");
        assert_eq!(outcomes.len(), 302);
        let mut next_position = 1;
        for (n, outcome) in outcomes[1..301].iter().enumerate() {
            let expected = match n % 5 {
                0 => Some((Code::FailedPrecondition, "E010_PLAN_OVER_BUDGET")),
                1 => Some((Code::FailedPrecondition, "E001_UNKNOWN_REF")),
                2 => Some((Code::InvalidArgument, "E008_BAD_AMOUNT")),
                _ => None,
            };
            match (outcome, expected) {
                (Outcome::Appended(appended), None) => {
                    assert_eq!(position_of(&appended.receipts), [next_position]);
                    next_position += 1;
                }
                (Outcome::Failure(failure), Some((code, reason))) => {
                    let refused = refused(failure);
                    assert_eq!((refused.code, refused.reason.as_str()), (code, reason));
                }
                (outcome, _) => panic!("batch {n}: {outcome:?}"),
            }
        }
        let Outcome::Failure(empty) = &outcomes[301] else {
            panic!("an empty batch is refused");
        };
        refused(empty).is(Code::InvalidArgument, "E022_MISSING_FIELD", &[]);
    });
}

/// A failure as the status that a unary call would have answered.
fn refused(failure: &v1::AppendFailure) -> Refused {
    let status = tonic_types::pb::Status {
        code: failure.code,
        message: failure.message.clone(),
        details: failure.details.clone(),
    };
    let details = status.encode_to_vec().into();
    Refused::of(tonic::Status::with_details(
        Code::from(failure.code),
        failure.message.clone(),
        details,
    ))
}

#[test]
fn a_stream_whose_answers_nobody_reads_is_not_read_further() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 5), plan_filed(PROJECT, LINE, 5)]).await;
        let mut batches = Batches::open(&mut town.client).await;
        // Answers of 100 receipts fill the flow-control window soon; then the window of unanswered
        // batches does, and the server reads no more.
        let notices = |n: usize| -> Vec<_> {
            (0..100)
                .map(|m| notice(PROJECT, &format!("N-{n}-{m}"), 60))
                .collect()
        };
        let mut sent_batches = 0;
        let limit = 3_000;
        while sent_batches < limit {
            let sending = batches.sender.send(batch(&notices(sent_batches)));
            if tokio::time::timeout(Duration::from_secs(2), sending)
                .await
                .is_err()
            {
                break;
            }
            sent_batches += 1;
        }
        assert!(sent_batches < limit, "the server read everything");
        assert!(
            sent_batches > 256,
            "a window of 256, and {sent_batches} were taken"
        );
        drop(batches.sender);
        let mut answered = 0;
        while let Some(answer) = batches.answers.message().await.expect("no status") {
            assert_eq!(answer.batch_index, answered);
            assert!(matches!(answer.outcome, Some(Outcome::Appended(_))));
            answered += 1;
        }
        assert_eq!(answered, sent_batches as u64, "every batch has its answer");
        assert_eq!(town.end(), 2 + 100 * answered);
    });
}

/// Events of a batch are decided in order: what is sent again after its void is voided, what is
/// sent again before it is not yet.
#[test]
fn a_repeat_beside_its_void_is_answered_by_the_order_of_the_batch() {
    use ReceiptStatus::{AlreadyAppended, Appended, Valid, Voided};
    run(async {
        let raise = |no: &str| line_adjusted(LINE, no, 50);
        let void_of =
            |event: &v1::Event| voided(event, vec![touched(EntityKind::BudgetLine, LINE, "")]);
        let mut town = Town::with(&[line_approved(LINE, 1_000), raise("1"), raise("2")]).await;
        let mut question = request(
            vec![sent(&void_of(&raise("1"))), sent(&raise("1"))],
            town.now,
        );
        question.validate_only = true;
        let answer = town.ask(question).await.expect("a question");
        assert_eq!(statuses(&answer), [Valid, Voided]);
        let answer = town.accept(&[void_of(&raise("1")), raise("1")]).await;
        assert_eq!((answer[0].position, answer[1].position), (3, 1));
        assert_eq!(statuses(&answer), [Appended, Voided]);
        let answer = town.accept(&[raise("2"), void_of(&raise("2"))]).await;
        assert_eq!(statuses(&answer), [AlreadyAppended, Appended]);
        let answer = town
            .accept(&[raise("1"), raise("2"), void_of(&raise("2"))])
            .await;
        assert_eq!(statuses(&answer), [Voided, Voided, AlreadyAppended]);
    });
}
