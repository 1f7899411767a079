//! Large events: answers are cut into messages that any client takes.

use std::collections::BTreeSet;

use bihuan::events::v1::{self, ledger_service_client::LedgerServiceClient};

use tonic::Code;
use tonic_types::StatusExt as _;

use crate::{
    facts::*,
    harness::{Server, reason, run},
    oracle::untimed,
};

#[test]
fn messages_stay_below_what_a_client_takes_by_default() {
    run(async {
        let server = Server::start_with(|config| config.ledger.simulated_clock = false).await;
        let mut client = LedgerServiceClient::connect(format!("http://{}", server.address))
            .await
            .expect("connects");
        let begin = [
            line_approved(LINE, 1_000_000),
            plan_filed(PROJECT, LINE, 1_000),
        ];
        let begin = untimed(begin.iter().map(sent).collect());
        client.append_events(begin).await.expect("accepted");
        for batch in 0..4 {
            let one = |number| sent(&notice(PROJECT, &format!("N-{batch}-{number}"), 30 << 10));
            let notices = untimed((0..100).map(one).collect());
            client.append_events(notices).await.expect("accepted");
        }
        let stream = v1::read_events_request::Source::Stream(project_stream(PROJECT));
        let all = v1::read_events_request::Source::All(v1::WholeLedger {});
        for (source, count) in [(stream, 401), (all, 402)] {
            for direction in [v1::Direction::Forwards, v1::Direction::Backwards] {
                let asked = v1::ReadEventsRequest {
                    source: Some(source.clone()),
                    direction: direction.into(),
                    view: v1::EventView::Full.into(),
                    ..v1::ReadEventsRequest::default()
                };
                let mut positions = BTreeSet::new();
                let mut answers = client
                    .read_events(asked)
                    .await
                    .expect("begins")
                    .into_inner();
                while let Some(answer) = answers.message().await.expect("takes every message") {
                    positions.extend(answer.events.iter().map(|event| event.position));
                }
                assert_eq!(positions.len(), count, "{source:?} {direction:?}");
            }
        }
        let asked = v1::SubscribeEventsRequest::default();
        let mut followed = client.subscribe_events(asked).await.expect("begins");
        let mut next = 0;
        while next < 402 {
            let message = followed.get_mut().message().await.expect("takes it");
            for event in message.expect("goes on").events {
                assert_eq!(event.position, next, "in order");
                next += 1;
            }
        }
    });
}

#[test]
fn a_batch_that_is_wrong_everywhere_is_refused_in_words_that_fit_a_trailer() {
    run(async {
        let server = Server::start_with(|config| config.ledger.simulated_clock = false).await;
        let mut client = server.client().await;
        let one = |number: u64| {
            let mut event = notice(PROJECT, &format!("N-{number}"), 300 << 10);
            event.actor_org = "不是统一社会信用代码".repeat(10);
            sent(&event)
        };
        let refused = client
            .append_events(untimed((0..10).map(one).collect()))
            .await;
        let status = refused.expect_err("every event is wrong");
        assert_eq!(status.code(), Code::InvalidArgument, "{}", status.message());
        let (reason, figures) = reason(&status);
        assert_eq!(
            (reason.as_str(), figures["violations"].as_str()),
            ("E005_BAD_USCC", "20")
        );
        let details = status.get_error_details();
        let listed = &details.bad_request().expect("lists them").field_violations;
        assert!(
            (1..20).contains(&listed.len()),
            "{} are listed",
            listed.len()
        );
        // What gRPC's own libraries take as metadata, all together.
        let encoded = status.details().len() * 4 / 3 + status.message().len() * 3;
        assert!(encoded < 8 << 10, "{encoded} bytes");
    });
}
