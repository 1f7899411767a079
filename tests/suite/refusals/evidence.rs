//! Refusals in the access log.

use bihuan::events::{
    v1::{self, ActorRole, stream_expectation::Expected},
    wire::EventSubmission,
};
use prost::Message as _;
use tonic::Code;

use super::FAILED;
use crate::{facts::*, harness::*, town::*};

#[test]
fn refusals_stand_in_the_access_log_as_evidence() {
    run(async {
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            plan_filed(PROJECT, LINE, 1_000),
            documents_issued(PROJECT, "01"),
        ])
        .await;
        assert!(town.access().is_empty());
        let over = plan_filed("PJ-2", LINE, 1);
        let denied = by(
            line_approved(LINE_2, 5),
            "ETRADE",
            TRADE,
            ActorRole::TradeSys,
        );
        let conflict = line_approved(LINE, 999);
        let malformed = line_approved(LINE_2, 0);
        let good = line_approved("BL-GOOD", 5);
        let cases = [
            (&over, "E010_PLAN_OVER_BUDGET"),
            (&denied, "E020_FORBIDDEN_ROLE"),
            (&conflict, "E004_SOURCE_REF_CONFLICT"),
            (&malformed, "E008_BAD_AMOUNT"),
        ];
        for (event, reason) in cases {
            let refused = town.refuse(&[good.clone(), event.clone()]).await;
            assert_eq!(refused.reason, reason);
        }
        let log = town.access();
        assert_eq!(log.len(), cases.len());
        for (record, (event, reason)) in log.iter().zip(cases) {
            assert_eq!(record.kind(), v1::AccessKind::AppendRefused);
            assert_eq!(record.reason, reason);
            assert_eq!(record.role, event.actor_role, "{reason}");
            assert_eq!((record.event_index, record.event_count), (1, 2), "{reason}");
            assert_eq!(
                record.event,
                event.encode_to_vec(),
                "{reason}: bytes as received"
            );
            assert_eq!(record.principal, "loopback");
        }
        let figure = |name: &str| {
            let found = log[0].figures.iter().find(|figure| figure.name == name);
            found.map(|figure| figure.value.clone())
        };
        assert_eq!(figure("available_fen").as_deref(), Some("0"));
        assert_eq!(figure("requested_fen").as_deref(), Some("1"));
        assert_eq!(town.ledger().await.access_end_position, 4);

        // What is no refusal of the domain is only counted.
        let stale = v1::AppendEventsRequest {
            expectations: vec![v1::StreamExpectation {
                stream: line_stream(LINE),
                expected: Some(Expected::Revision(7)),
            }],
            ..request(vec![sent(&good)], town.now)
        };
        town.refuse_request(stale)
            .await
            .is(Code::Aborted, "STALE_EXPECTATION", &[]);
        let garbage = EventSubmission {
            event: vec![0xff; 40].into(),
            ..EventSubmission::default()
        };
        town.refuse_request(request(vec![garbage], town.now)).await;
        let misdated = v1::Event {
            occurred_at: Some(midnight("2023-01-06")),
            ..good.clone()
        };
        town.refuse(&[misdated])
            .await
            .is(Code::InvalidArgument, "SHAPE", &[]);
        let mut asked = request(vec![sent(&over)], town.now);
        asked.validate_only = true;
        town.refuse_request(asked).await;
        assert_eq!(town.access().len(), 4);

        // Nothing of a sealed part is in it, though its event is.
        let bid = bid_received("PJ-NONE", "B-1", SUPPLIER);
        let refused = town
            .refuse_request(request(vec![bid.clone()], town.now))
            .await;
        refused.is(FAILED, "E001_UNKNOWN_REF", &[]);
        let log = town.access();
        assert_eq!(log.last().expect("a record").event, bid.event);
        let sealed = v1::SealedPayload::decode(bid.sealed.clone()).expect("a part");
        let Some(v1::sealed_payload::Sealed::BidReceived(sealed)) = sealed.sealed else {
            panic!("the sealed part of a bid");
        };
        for record in &log {
            let bytes = record.encode_to_vec();
            let holds = |secret: &[u8]| bytes.windows(secret.len()).any(|w| w == secret);
            assert!(!holds(&sealed.nonce) && !holds(sealed.document_hash.as_bytes()));
        }
        // The log outlives a restart, and goes on.
        let mut town = town.restarted().await;
        town.refuse(&[over]).await;
        assert_eq!(town.access().len(), 6);
    });
}
