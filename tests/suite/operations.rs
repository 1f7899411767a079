//! What an operator meets: one server per folder, stops, full disks, addresses, clocks, versions,
//! limits, compression, health, reflection, metrics.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bihuan::{
    SCHEMA_REVISION,
    events::v1,
    grpc::{ServeError, ServerConfig, serve},
    journal::{self, JournalOptions, SegmentJournal, fs::RealFs},
    ledger::{Ledger, OpenError, keys},
};
use tokio::{sync::watch, task::JoinSet};
use tonic::{Code, Request, codec::CompressionEncoding, transport::Channel};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_types::StatusExt as _;

use crate::{
    disk::Disk,
    facts::*,
    harness::{Server, config, reason, request, run, scratch, small_config},
    oracle::{Door, Oracle, untimed, whole},
    process::{Process, says, serve_command},
};

fn line(number: u64) -> v1::AppendEventsRequest {
    untimed(vec![sent(&line_approved(&format!("BL-{number}"), 100))])
}

#[test]
fn a_second_server_on_a_folder_is_refused_and_told_which() {
    let folder = scratch();
    let data = folder.path().join("data");
    let first = Process::start(&data, &[]);
    let said = says(&mut serve_command(&data, &[]));
    assert!(said.contains(data.to_str().expect("utf-8")), "{said}");
    assert!(said.contains("one server per folder"), "{said}");
    assert!(said.contains("一个数据目录只能有一个服务器"), "{said}");
    assert!(!said.contains("exit code 0"), "{said}");
    let again = Ledger::open(small_config(&data)).map(|_| ());
    assert!(matches!(again, Err(OpenError::InUse(_))), "{again:?}");
    run(async {
        let mut client = first.client().await;
        client
            .append_events(line(1))
            .await
            .expect("the first goes on");
    });
    assert!(first.stop().success());
    let second = Process::start(&data, &[]);
    assert!(
        second.stop().success(),
        "a folder is free again after a stop"
    );
}

#[test]
fn a_graceful_stop_finishes_what_was_accepted() {
    run(async {
        let server = Server::start_with(|config| config.ledger.simulated_clock = false).await;
        let (acknowledged, mut count) = watch::channel(0);
        let acknowledged = Arc::new(acknowledged);
        let numbers = Arc::new(AtomicU64::new(0));
        let mut callers = JoinSet::new();
        for _ in 0..24 {
            let mut client = server.client().await;
            let (acknowledged, numbers) = (acknowledged.clone(), numbers.clone());
            callers.spawn(async move {
                let (mut stood, mut failed) = (Vec::new(), Vec::new());
                // A stopped server takes no more: each caller ends with one failure.
                while failed.is_empty() {
                    let number = numbers.fetch_add(1, Ordering::Relaxed);
                    match client.append_events(line(number)).await {
                        Ok(answer) => {
                            stood.push((number, answer.into_inner().receipts[0].position));
                            acknowledged.send_modify(|count| *count += 1);
                        }
                        Err(status) => failed.push((number, status)),
                    }
                }
                (stood, failed)
            });
        }
        let mut subscriber = server.client().await;
        let subscribed = subscriber
            .subscribe_events(v1::SubscribeEventsRequest::default())
            .await
            .expect("subscribed");
        let following = tokio::spawn(async move {
            let mut stream = subscribed.into_inner();
            let mut next = 0;
            loop {
                match stream.message().await {
                    Ok(Some(message)) => {
                        for event in &message.events {
                            assert_eq!(event.position, next, "no gap, no repeat");
                            next += 1;
                        }
                    }
                    Ok(None) => return (next, None),
                    Err(status) => return (next, Some(status)),
                }
            }
        });
        count
            .wait_for(|count| *count >= 200)
            .await
            .expect("accepted");
        let folder = server.stop().await;
        let ended = following
            .await
            .expect("no panic")
            .1
            .expect("ends with a status");
        assert_eq!(ended.code(), Code::Unavailable, "{ended:?}");
        assert_eq!(reason(&ended).0, "SHUTTING_DOWN");

        let ledger = Ledger::open(config(&folder.path().join("data"))).expect("opens");
        let served = Door::to(&ledger).read_all().await.expect("reads");
        let names: std::collections::HashMap<_, _> = served
            .iter()
            .map(|event| (event.event_id.to_vec(), event.position))
            .collect();
        let position_of = |number| {
            let id = keys::event_id("BUDGET_INT", &format!("BL-{number}-approved"));
            names.get(id.as_slice()).copied()
        };
        let mut stands = 0;
        while let Some(caller) = callers.join_next().await {
            let (stood, failed) = caller.expect("no panic");
            stands += stood.len();
            for (number, position) in stood {
                assert_eq!(position_of(number), Some(position), "acknowledged");
            }
            for (number, status) in failed {
                // Answered by the stopping server, or a connection that took nothing any more.
                let codes = [Code::Unavailable, Code::Cancelled, Code::Internal];
                assert!(codes.contains(&status.code()), "{status:?}");
                assert_eq!(
                    position_of(number),
                    None,
                    "accepted, never answered: {status:?}"
                );
            }
        }
        assert_eq!(
            stands,
            served.len(),
            "every event that stands was acknowledged"
        );
        ledger.close();
    });
}

#[test]
fn a_disk_nearly_full_stops_appends_and_nothing_else() {
    let folder = scratch();
    let disk = Disk::new(RealFs::shared());
    let mut config = small_config(&folder.path().join("data"));
    config.disk_reserve_bytes = 1_000_000;
    let ledger = Ledger::open_on(disk.clone(), config, &mut |_, _, _| {}).expect("opens");
    run(async {
        let mut door = Door::to(&ledger);
        door.append(line(0)).await.expect("there is room");
        let mut next = 1;
        for _ in 0..2 {
            disk.set_free_bytes(999_999);
            let status = loop {
                match door.append(line(next)).await {
                    Ok(_) => next += 1,
                    Err(status) => break status,
                }
            };
            assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
            let (reason, figures) = reason(&status);
            assert_eq!(reason, "DISK_NEARLY_FULL");
            assert_eq!(figures["free_bytes"], "999999");
            assert_eq!(figures["reserve_bytes"], "1000000");
            assert!(status.get_error_details().retry_info().is_some());
            let served = door.read_all().await.expect("reads go on");
            assert_eq!(served.len() as u64, next, "nothing is lost");

            disk.set_free_bytes(1_000_000);
            while door.append(line(next)).await.is_err() {
                tokio::task::yield_now().await;
            }
            next += 1;
        }
        let mut oracle = Oracle::default();
        let served = door.read_all().await.expect("reads");
        assert_eq!(served.len() as u64, next);
        assert!(oracle.compare(&[]).is_empty());
    });
    ledger.close();
}

#[test]
fn other_addresses_than_the_loopback_are_refused() {
    let folder = scratch();
    let data = folder.path().join("data");
    run(async {
        for (listen, metrics) in [
            ("0.0.0.0:0", None),
            ("[::]:0", None),
            ("192.168.0.1:0", None),
            ("127.0.0.1:0", Some("0.0.0.0:0")),
        ] {
            let mut server = ServerConfig::new(config(&data), listen.parse().expect("address"));
            server.metrics = metrics.map(|address| address.parse().expect("an address"));
            let served = serve(server, std::future::pending(), |_, _| panic!("serves")).await;
            let error = served.expect_err("refused");
            assert!(matches!(error, ServeError::NotLoopback(_)), "{error:?}");
            assert!(
                error.to_string().contains("TLS and authentication"),
                "{error}"
            );
        }
    });
    assert!(
        !data.exists(),
        "nothing is made by a server that refuses to start"
    );
    let mut command = serve_command(&data, &["--listen", "0.0.0.0:0"]);
    let said = says(&mut command);
    assert!(said.contains("TLS"), "{said}");
    assert!(said.contains("exit code 2"), "{said}");
}

#[test]
fn a_request_time_on_a_real_clock_is_an_error_of_the_caller() {
    run(async {
        let server = Server::start_with(|config| config.ledger.simulated_clock = false).await;
        let mut client = server.client().await;
        let events = vec![sent(&line_approved(LINE, 1))];
        let timed = request(events.clone(), noon("2023-03-20"));
        let status = client.append_events(timed).await.expect_err("refused");
        assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
        let details = status.get_error_details();
        let field = &details
            .bad_request()
            .expect("names the field")
            .field_violations[0]
            .field;
        assert_eq!(field, "request_time");
        let answer = client
            .append_events(untimed(events))
            .await
            .expect("accepted");
        assert!(!answer.into_inner().simulated_clock);
    });
}

#[test]
fn the_clock_is_the_one_that_the_folder_was_made_with() {
    run(async {
        for made_simulated in [true, false] {
            let server =
                Server::start_with(|config| config.ledger.simulated_clock = made_simulated).await;
            let folder = server.stop().await;
            let opened = Server::start_in(folder, |config| {
                config.ledger.simulated_clock = !made_simulated;
            });
            let opened = opened.await;
            let mut client = opened.client().await;
            let told = client.get_ledger(v1::GetLedgerRequest {}).await;
            let told = told.expect("answers").into_inner();
            assert_eq!(told.simulated_clock, made_simulated);
            let timed = request(vec![sent(&line_approved(LINE, 1))], noon("2023-03-20"));
            let answer = client.append_events(timed).await;
            assert_eq!(answer.is_ok(), made_simulated);
        }
    });
}

#[test]
fn a_newer_schema_or_format_is_refused_by_name() {
    let folder = scratch();
    let data = folder.path().join("data");
    let options = JournalOptions {
        schema_revision: SCHEMA_REVISION + 1,
        ..JournalOptions::default()
    };
    let keys_of = Arc::new(keys::of_stored);
    let dir = data.join("journal");
    let opened = SegmentJournal::open(RealFs::shared(), &dir, options, keys_of);
    drop(opened.expect("made"));
    let refused = Ledger::open(small_config(&data)).map(|_| ());
    let Err(OpenError::Journal(journal::OpenError::NewerSchema { found, .. })) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(found, SCHEMA_REVISION + 1);
    let said = says(&mut serve_command(&data, &[]));
    assert!(said.contains("schema revision"), "{said}");
    assert!(!said.contains("exit code 0"), "{said}");
}

#[test]
fn a_message_over_the_limit_is_refused_and_the_connection_goes_on() {
    run(async {
        let server = Server::start().await;
        let mut client = server.client().await;
        let text = "x".repeat(6 << 20);
        let mut event = line_approved(LINE, 1);
        event.source_ref = text;
        let large = request(vec![sent(&event)], noon("2023-03-20"));
        let status = client.append_events(large).await.expect_err("refused");
        assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
        assert_eq!(server.ledger.queries().reader.end(), 0);
        let small = request(vec![sent(&line_approved(LINE, 1))], noon("2023-03-20"));
        client.append_events(small).await.expect("goes on");
    });
}

#[test]
fn compressed_requests_are_accepted_and_answered() {
    run(async {
        let server = Server::start().await;
        let encodings = [CompressionEncoding::Gzip, CompressionEncoding::Zstd];
        for (number, encoding) in encodings.into_iter().enumerate() {
            let client = server.client().await;
            let mut client = client.send_compressed(encoding).accept_compressed(encoding);
            let event = line_approved(&format!("BL-{number}"), 100);
            let answer = client
                .append_events(request(vec![sent(&event)], noon("2023-03-20")))
                .await
                .expect("accepted");
            let used = answer.metadata().get("grpc-encoding").cloned();
            assert_eq!(answer.into_inner().receipts[0].position, number as u64);
            let name = if number == 0 { "gzip" } else { "zstd" };
            assert_eq!(used.expect("compressed, too"), name);
            let mut stream = client
                .read_events(whole())
                .await
                .expect("reads")
                .into_inner();
            let message = stream.message().await.expect("reads").expect("some");
            assert_eq!(message.events.len(), number + 1);
        }
    });
}

#[test]
fn health_is_told_until_the_server_stops() {
    run(async {
        let server = Server::start().await;
        let channel = Channel::from_shared(format!("http://{}", server.address));
        let channel = channel
            .expect("an address")
            .connect()
            .await
            .expect("connects");
        let mut health = HealthClient::new(channel);
        for service in ["", "bihuan.v1.LedgerService"] {
            let service = service.to_owned();
            let answer = health.check(HealthCheckRequest { service }).await;
            let status = answer.expect("answers").into_inner().status();
            assert_eq!(status, ServingStatus::Serving);
        }
        let unknown = HealthCheckRequest {
            service: "other".into(),
        };
        let status = health.check(unknown).await.expect_err("no such service");
        assert_eq!(status.code(), Code::NotFound);
        let service = "bihuan.v1.LedgerService".to_owned();
        let watched = health.watch(HealthCheckRequest { service }).await;
        let mut watched = watched.expect("watches").into_inner();
        let first = watched.message().await.expect("answers").expect("a status");
        assert_eq!(first.status(), ServingStatus::Serving);
        let stopping = tokio::spawn(server.stop());
        let last = watched.message().await.expect("answers").expect("a status");
        assert_eq!(last.status(), ServingStatus::NotServing);
        drop(watched);
        drop(health);
        stopping.await.expect("stops");
    });
}

#[test]
fn the_schema_is_told_by_reflection_of_both_versions() {
    run(async {
        let server = Server::start().await;
        let channel = Channel::from_shared(format!("http://{}", server.address));
        let channel = channel
            .expect("an address")
            .connect()
            .await
            .expect("connects");

        macro_rules! reflect {
            ($version:ident) => {{
                use tonic_reflection::pb::$version::{
                    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
                    server_reflection_request::MessageRequest,
                    server_reflection_response::MessageResponse,
                };
                let mut client = ServerReflectionClient::new(channel.clone());
                let ask = |request| ServerReflectionRequest {
                    host: String::new(),
                    message_request: Some(request),
                };
                let symbol = "bihuan.v1.LedgerService".to_owned();
                let asked = tokio_stream::iter([
                    ask(MessageRequest::ListServices(String::new())),
                    ask(MessageRequest::FileContainingSymbol(symbol)),
                ]);
                let answers = client.server_reflection_info(Request::new(asked)).await;
                let mut answers = answers.expect("answers").into_inner();
                let first = answers.message().await.expect("answers").expect("services");
                let Some(MessageResponse::ListServicesResponse(list)) = first.message_response
                else {
                    panic!("{first:?}");
                };
                let names: Vec<_> = list.service.iter().map(|s| s.name.as_str()).collect();
                assert!(names.contains(&"bihuan.v1.LedgerService"), "{names:?}");
                assert!(names.contains(&"grpc.health.v1.Health"), "{names:?}");
                let second = answers.message().await.expect("answers").expect("a file");
                let Some(MessageResponse::FileDescriptorResponse(files)) = second.message_response
                else {
                    panic!("{second:?}");
                };
                assert!(!files.file_descriptor_proto.is_empty());
            }};
        }
        reflect!(v1);
        reflect!(v1alpha);
    });
}

fn http_get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("connects");
    let ask = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).expect("asks");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("answers");
    text
}

#[test]
fn metrics_are_told_under_their_documented_names() {
    let folder = scratch();
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let metrics = free.local_addr().expect("an address").to_string();
    drop(free);
    let server = Process::start(&folder.path().join("data"), &["--metrics", &metrics]);
    run(async {
        let mut client = server.client().await;
        for number in 0..3 {
            client.append_events(line(number)).await.expect("accepted");
        }
        let over = untimed(vec![sent(&plan_filed(PROJECT, "BL-0", 101))]);
        client.append_events(over).await.expect_err("over the line");
        let subscribed = client
            .subscribe_events(v1::SubscribeEventsRequest::default())
            .await;
        let mut subscribed = subscribed.expect("subscribes").into_inner();
        subscribed.message().await.expect("reads").expect("events");
        let text = http_get(&metrics, "/metrics");
        for line in [
            "bihuan_events_appended_total 3",
            "bihuan_refusals_total{reason=\"E010_PLAN_OVER_BUDGET\"} 1",
            "bihuan_end_position 3",
            "bihuan_subscribers 1",
            "bihuan_queue_batches ",
            "bihuan_group_events",
            "bihuan_sync_seconds",
            "bihuan_subscriber_lag_events",
            "bihuan_disk_free_bytes ",
        ] {
            assert!(
                text.contains(&format!("\n{line}")),
                "no {line:?} in:\n{text}"
            );
        }
    });
    assert!(server.stop().success());
}

#[test]
fn a_full_queue_turns_callers_away_with_a_time_to_come_again() {
    run(async {
        let server = Server::start_with(|config| {
            config.ledger.simulated_clock = false;
            config.ledger.queue_batches = 1;
        })
        .await;
        let client = server.client().await;
        let mut callers = JoinSet::new();
        for number in 0..400 {
            let mut client = client.clone();
            callers.spawn(async move { client.append_events(line(number)).await });
        }
        let (mut accepted, mut turned_away) = (0, 0);
        while let Some(ended) = callers.join_next().await {
            match ended.expect("no panic") {
                Ok(_) => accepted += 1,
                Err(status) => {
                    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
                    assert_eq!(reason(&status).0, "QUEUE_FULL");
                    let details = status.get_error_details();
                    assert!(details.retry_info().is_some(), "{status:?}");
                    turned_away += 1;
                }
            }
        }
        assert_eq!(accepted, server.ledger.queries().reader.end());
        assert!(accepted > 0 && turned_away > 0, "{accepted} {turned_away}");
    });
}
