//! What a caller of a real server meets when something is wrong with what he sends, with the
//! journal or with the disk: the same over a call and over a stream of batches.

use std::{fs, path::Path, process::Command};

use bihuan::events::{
    v1::{self, ActorRole, append_event_stream_response::Outcome, get_event_request::Key},
    wire::EventSubmission,
};
use prost::Message as _;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::{
    facts::*,
    harness::{Client, read_all, reason, run},
    oracle::{untimed, whole},
    process::{Process, serve_command},
};

/// What a stream of this one batch answers, as the status that a call would have answered.
async fn over_a_stream(
    client: &mut Client,
    request: v1::AppendEventsRequest,
) -> Result<v1::AppendEventsResponse, Status> {
    let batch = Some(request);
    let sent = tokio_stream::iter([v1::AppendEventStreamRequest { batch }]);
    let mut answers = client.append_event_stream(sent).await?.into_inner();
    let answer = answers.message().await?.expect("an answer to the batch");
    assert_eq!(answer.batch_index, 0);
    match answer.outcome.expect("an outcome") {
        Outcome::Appended(appended) => Ok(appended),
        Outcome::Failure(failure) => {
            let status = tonic_types::pb::Status {
                code: failure.code,
                message: failure.message.clone(),
                details: failure.details,
            };
            let details = status.encode_to_vec().into();
            Err(Status::with_details(
                failure.code.into(),
                failure.message,
                details,
            ))
        }
    }
}

/// Sends a batch both ways, and asserts that both are refused with this status and reason.
async fn refused(
    client: &mut Client,
    request: v1::AppendEventsRequest,
    code: Code,
    why: &str,
) -> [Status; 2] {
    let called = client.append_events(request.clone()).await;
    let called = called.expect_err("refused by a call");
    let streamed = over_a_stream(client, request)
        .await
        .expect_err("and by a stream");
    for status in [&called, &streamed] {
        let told = (status.code(), reason(status).0);
        assert_eq!(told, (code, why.to_owned()), "{status:?}");
    }
    [called, streamed]
}

/// The same, and both say the same.
async fn refused_alike(
    client: &mut Client,
    request: v1::AppendEventsRequest,
    code: Code,
    why: &str,
) {
    let [called, streamed] = refused(client, request, code, why).await;
    assert_eq!(called.message(), streamed.message());
    assert_eq!(reason(&called), reason(&streamed));
    let fields = |status: &Status| format!("{:?}", status.get_error_details().bad_request());
    assert_eq!(fields(&called), fields(&streamed));
}

fn line(number: usize) -> EventSubmission {
    sent(&line_approved(&format!("BL-{number}"), 100))
}

#[test]
fn a_stream_refuses_a_batch_in_the_words_of_a_call() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(&folder.path().join("data"), &[]);
    run(async {
        let mut client = server.client().await;
        let approved = line_approved(LINE, 100);
        client
            .append_events(untimed(vec![sent(&approved)]))
            .await
            .expect("appended");
        let one = |event: &v1::Event| untimed(vec![sent(event)]);
        let shape = one(&line_approved("BL-2", 0));
        refused_alike(&mut client, shape, Code::InvalidArgument, "E008_BAD_AMOUNT").await;
        let public = by(
            line_approved("BL-2", 5),
            "BUDGET_INT",
            CITY,
            ActorRole::Public,
        );
        let public = one(&public);
        refused_alike(
            &mut client,
            public,
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
        )
        .await;
        let other = one(&line_approved(LINE, 99));
        refused_alike(
            &mut client,
            other,
            Code::AlreadyExists,
            "E004_SOURCE_REF_CONFLICT",
        )
        .await;
        let mut stale = one(&line_approved("BL-2", 5));
        stale.expectations = vec![v1::StreamExpectation {
            stream: approved.stream,
            expected: Some(v1::stream_expectation::Expected::NoStream(true)),
        }];
        refused_alike(&mut client, stale, Code::Aborted, "STALE_EXPECTATION").await;
        let over = one(&plan_filed(PROJECT, LINE, 101));
        refused_alike(
            &mut client,
            over,
            Code::FailedPrecondition,
            "E010_PLAN_OVER_BUDGET",
        )
        .await;
        let ledger = client
            .get_ledger(v1::GetLedgerRequest {})
            .await
            .expect("answers");
        assert_eq!(ledger.into_inner().end_position, 1, "nothing was recorded");
    });
}

#[test]
fn a_full_disk_says_when_to_come_again() {
    let folder = tempfile::tempdir().unwrap();
    // No disk has so much room: appends stop, as they do before a disk is full.
    let reserve = ["--disk-reserve-mb", "1000000000000"];
    let server = Process::start(&folder.path().join("data"), &reserve);
    run(async {
        let mut client = server.client().await;
        let batch = untimed(vec![line(0)]);
        let code = Code::ResourceExhausted;
        let [status, _] = refused(&mut client, batch, code, "DISK_NEARLY_FULL").await;
        let retry = status.get_error_details().retry_info().cloned();
        let delay = retry
            .and_then(|retry| retry.retry_delay)
            .expect("says when");
        assert!(!delay.is_zero());
        assert_eq!(
            read_all(&mut client, whole())
                .await
                .expect("reads go on")
                .len(),
            0
        );
    });
}

/// A ledger at rest, of several segments.
fn ledger_of(data: &Path, events: usize) {
    let server = Process::start(data, &["--segment-kb", "8"]);
    run(async {
        let mut client = server.client().await;
        for number in 0..events {
            let appended = client.append_events(untimed(vec![line(number)])).await;
            appended.expect("appended");
        }
    });
    assert!(server.stop().success());
}

#[test]
fn appends_to_a_damaged_ledger_are_refused_by_the_file_that_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    ledger_of(&data, 3);
    fs::remove_dir_all(data.join("access")).expect("removed");
    let server = Process::start(&data, &[]);
    run(async {
        let mut client = server.client().await;
        let batch = untimed(vec![line(9)]);
        let [status, _] = refused(&mut client, batch, Code::DataLoss, "DAMAGE_FOUND").await;
        assert!(status.message().contains("access"), "{status:?}");
        let served = read_all(&mut client, whole()).await.expect("reads go on");
        assert_eq!(served.len(), 3);
    });
}

/// Changes one byte of an event in whatever segment it stands.
fn damage(data: &Path, event: &EventSubmission) {
    for file in fs::read_dir(data.join("journal")).expect("a folder") {
        let path = file.expect("a file").path();
        let mut bytes = fs::read(&path).expect("readable");
        let at = bytes
            .windows(event.event.len())
            .position(|part| part == event.event);
        if let Some(at) = at {
            bytes[at + 5] ^= 1;
            fs::write(&path, bytes).expect("written");
            return;
        }
    }
    panic!("the event stands in no file as it was sent");
}

#[test]
fn every_way_to_read_a_damaged_event_says_so_and_serves_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    ledger_of(&data, 120);
    damage(&data, &line(20));
    let server = Process::start(&data, &["--segment-kb", "8"]);
    run(async {
        let mut client = server.client().await;
        let get = |position| v1::GetEventRequest {
            key: Some(Key::Position(position)),
            ..v1::GetEventRequest::default()
        };
        for position in [19, 21, 119] {
            client.get_event(get(position)).await.expect("sound");
        }
        let mut told = vec![client.get_event(get(20)).await.expect_err("damaged")];

        let mut reading = client
            .read_events(whole())
            .await
            .expect("opens")
            .into_inner();
        let mut subscribing = client
            .subscribe_events(v1::SubscribeEventsRequest::default())
            .await
            .expect("opens")
            .into_inner();
        let mut read = Vec::new();
        told.push(loop {
            match reading.message().await {
                Ok(more) => read.extend(more.expect("an end with a status").events),
                Err(status) => break status,
            }
        });
        let mut seen = Vec::new();
        told.push(loop {
            match subscribing.message().await {
                Ok(more) => seen.extend(more.expect("an end with a status").events),
                Err(status) => break status,
            }
        });
        for events in [&read, &seen] {
            let positions: Vec<_> = events.iter().map(|event| event.position).collect();
            assert_eq!(
                positions,
                (0..20).collect::<Vec<_>>(),
                "what came before it"
            );
        }
        for status in told {
            let found = (status.code(), reason(&status).0);
            assert_eq!(
                found,
                (Code::DataLoss, "DAMAGE_FOUND".to_owned()),
                "{status:?}"
            );
            assert!(
                status.message().contains(".segment"),
                "names the file: {status:?}"
            );
        }
    });
}

#[test]
fn a_disk_that_refuses_a_write_stops_appends_until_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    // Told to ignore the signal, a process whose file may not grow gets an error from its write.
    let serve = serve_command(&data, &["--json"]);
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]);
    command.arg(serve.get_program()).args(serve.get_args());
    let server = Process::of(command);
    let batch = untimed(vec![line(1)]);
    run(async {
        let mut client = server.client().await;
        client
            .append_events(untimed(vec![line(0)]))
            .await
            .expect("appended");
        let pid = server.id().to_string();
        let limited = Command::new("prlimit")
            .args(["--fsize=1", "--pid", &pid])
            .status();
        assert!(limited.expect("prlimit can be run").success());
        for _ in 0..2 {
            let batch = batch.clone();
            refused(&mut client, batch, Code::Unavailable, "JOURNAL_FAILED").await;
        }
        let served = read_all(&mut client, whole()).await.expect("reads go on");
        assert_eq!(served.len(), 1, "what was not acknowledged is not shown");
    });
    server.kill();
    let server = Process::start(&data, &[]);
    run(async {
        let mut client = server.client().await;
        client
            .append_events(batch)
            .await
            .expect("the same again, after a restart");
        let served = read_all(&mut client, whole()).await.expect("reads");
        assert_eq!(served.len(), 2);
    });
}
