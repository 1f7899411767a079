//! What the envelope, the payload and the parts must agree about.

use prost::Message as _;

use super::{
    super::{Instant, Rule},
    changed, check, example_of, refuses, tree, violations,
};
use crate::events::{
    commitment::{Part, commitment},
    v1::{self, event_payload::Payload},
    wire::EventSubmission,
};

#[test]
fn tells_what_the_ledger_needs() {
    let submission = example_of("ContractSigned");
    let checked = check(&submission).unwrap();
    assert_eq!((checked.number, checked.replacement), (700, None));
    assert_eq!(
        (checked.source_system, checked.source_ref),
        ("GP_MGMT", "EX-700-0001")
    );
    assert_eq!(checked.stream_name, "project/4304/PJ-2023-000001");
    assert_eq!(
        (checked.region, checked.actor_org),
        ("430400", "12430400000099012J")
    );
    assert_eq!(checked.actor_role, v1::ActorRole::Purchaser);
    assert_eq!(
        checked.occurred_at,
        Instant {
            seconds: 1_685_548_800,
            nanos: 0
        }
    );
    assert_eq!(checked.occurred_at.micros(), 1_685_548_800_000_000);
    assert_eq!(checked.control_fen, Some(100_000_000));
    let submission = example_of("EventCorrected");
    let checked = check(&submission).unwrap();
    assert_eq!((checked.number, checked.replacement), (1, Some(201)));
    assert_eq!(checked.control_fen, None);
}

#[test]
fn an_empty_event_is_missing() {
    refuses(&EventSubmission::default(), "event", Rule::MissingField);
}

#[test]
fn envelope_values() {
    type Change = fn(&mut v1::Event);
    let table: [(Change, &str, Rule); 15] = [
        (
            |event| event.source_system = "gp".into(),
            "source_system",
            Rule::Shape,
        ),
        (
            |event| event.source_ref = "a\u{1b}".into(),
            "source_ref",
            Rule::Shape,
        ),
        (
            |event| event.source_ref = "a".repeat(129),
            "source_ref",
            Rule::Shape,
        ),
        (
            |event| event.stream = "project/4304".into(),
            "stream",
            Rule::Shape,
        ),
        (
            |event| event.stream = "projects/4304/1".into(),
            "stream",
            Rule::Shape,
        ),
        (
            |event| event.stream = "order/4304/1".into(),
            "stream",
            Rule::Shape,
        ),
        (
            |event| event.actor_org = "1".into(),
            "actor_org",
            Rule::BadUscc,
        ),
        (
            |event| event.actor_role = 0,
            "actor_role",
            Rule::MissingField,
        ),
        (
            |event| event.region_code = "43040".into(),
            "region_code",
            Rule::BadRegion,
        ),
        (
            |event| event.region_code = "430401".into(),
            "region_code",
            Rule::BadRegion,
        ),
        (
            |event| event.region_code = "430472".into(),
            "region_code",
            Rule::BadRegion,
        ),
        (
            |event| event.region_code = "HY-XYZ".into(),
            "region_code",
            Rule::BadRegion,
        ),
        (
            |event| event.region_code = "430100".into(),
            "region_code",
            Rule::BadRegion,
        ),
        (
            |event| event.attachments[0].hash = "00".into(),
            "attachments[0].hash",
            Rule::Shape,
        ),
        (
            |event| event.occurred_at = None,
            "occurred_at",
            Rule::MissingField,
        ),
    ];
    for (change, path, rule) in table {
        refuses(
            &changed("PlanFiled", change),
            &format!("event.{path}"),
            rule,
        );
    }
    for region in ["HY-GXQ", "430482", "430421"] {
        let submission = changed("PlanFiled", |event| event.region_code = region.into());
        assert_eq!(violations(&submission), vec![]);
    }
}

#[test]
fn the_payload_is_of_one_type() {
    let none = changed("PlanFiled", |event| {
        event.payload = Some(v1::EventPayload::default());
    });
    refuses(&none, "event.payload", Rule::MissingField);
    let mut submission = changed("PlanFiled", |event| event.payload = None);
    let mut bytes = submission.event.to_vec();
    let mut payload = Vec::new();
    tree::put_bytes(&mut payload, 1299, b"");
    tree::put_bytes(&mut bytes, 15, &payload);
    submission.event = bytes.into();
    let found = violations(&submission);
    assert_eq!(
        found[0],
        ("events[0].event.payload.1299".to_owned(), Rule::Shape)
    );
    let twice = example_of("PlanCompleted");
    let event = v1::Event::decode(twice.event.clone()).unwrap();
    let one = event.payload.as_ref().unwrap().encode_to_vec();
    let mut bytes = v1::Event {
        payload: None,
        ..event
    }
    .encode_to_vec();
    tree::put_bytes(&mut bytes, 15, &[one.clone(), one].concat());
    let twice = EventSubmission {
        event: bytes.into(),
        ..twice
    };
    refuses(&twice, "event.payload.plan_completed", Rule::Shape);
}

#[test]
fn the_legal_date_is_the_day_of_occurred_at() {
    let at = |seconds| {
        changed("PlanFiled", |event| {
            event.occurred_at.as_mut().unwrap().seconds = seconds;
        })
    };
    assert_eq!(violations(&at(1_685_548_800 + 86_399)), vec![]);
    let path = "event.payload.plan_filed.filed_on";
    refuses(&at(1_685_548_799), path, Rule::Shape);
    refuses(&at(1_685_548_800 + 86_400), path, Rule::Shape);
    let instant = |seconds| {
        changed("NoticePublished", |event| {
            event.occurred_at.as_mut().unwrap().seconds = seconds;
        })
    };
    assert_eq!(violations(&instant(1_685_548_800 + 86_399)), vec![]);
    refuses(
        &instant(0),
        "event.payload.notice_published.published_at",
        Rule::Shape,
    );
    for name in [
        "EventCorrected",
        "EventVoided",
        "SyncBatchReceived",
        "OcdsReleaseImported",
    ] {
        let submission = changed(name, |event| {
            event.occurred_at.as_mut().unwrap().seconds = 0;
        });
        let checked = check(&submission).unwrap();
        let wanted = if name == "OcdsReleaseImported" {
            "2023-06-01"
        } else {
            "1970-01-01"
        };
        assert_eq!(checked.legal_date.to_string(), wanted);
    }
}

#[test]
fn instants_are_in_range() {
    for (seconds, nanos) in [
        (0, -1),
        (0, 1_000_000_000),
        (253_402_300_800, 0),
        (i64::MIN, 0),
    ] {
        let submission = changed("EventVoided", |event| {
            event.occurred_at = Some(prost_types::Timestamp { seconds, nanos });
        });
        refuses(&submission, "event.occurred_at", Rule::Shape);
    }
}

#[test]
fn an_object_has_the_id_of_its_stream() {
    let table = [
        (
            "BudgetLineAdjusted",
            "budget-line/4304/BL-2",
            "budget_line_adjusted.budget_line_id",
        ),
        (
            "OrganisationClosed",
            "organisation/4304/11430400000099004T",
            "organisation_closed.uscc",
        ),
        (
            "RegionRegistered",
            "region/4304/430405",
            "region_registered.region",
        ),
        (
            "ThresholdProfilePublished",
            "region/4304/430405",
            "threshold_profile_published.region",
        ),
        (
            "SourceSystemRegistered",
            "system/00/BANK_4",
            "source_system_registered.system",
        ),
        (
            "SyncBatchReceived",
            "system/00/BANK_4",
            "sync_batch_received.system",
        ),
        (
            "EventCorrected",
            "budget-line/4304/BL-2",
            "event_corrected.payload.budget_line_adjusted.budget_line_id",
        ),
    ];
    for (name, stream, path) in table {
        let submission = changed(name, |event| event.stream = stream.into());
        refuses(&submission, &format!("event.payload.{path}"), Rule::Shape);
    }
    let elsewhere = changed("RegionRegistered", |event| {
        event.stream = "region/4301/430400".into();
        event.region_code = "430100".into();
    });
    refuses(&elsewhere, "event.stream", Rule::BadRegion);
}

#[test]
fn a_correction_holds_no_correction() {
    let with = |inner: &str| {
        let inner = v1::Event::decode(example_of(inner).event).unwrap().payload;
        changed("EventCorrected", |event| {
            match event.payload.as_mut().unwrap().payload.as_mut() {
                Some(Payload::EventCorrected(correction)) => {
                    correction.payload = inner.map(Box::new);
                }
                _ => unreachable!("the example is of its type"),
            }
        })
    };
    for (inner, field) in [
        ("EventCorrected", "event_corrected"),
        ("EventVoided", "event_voided"),
    ] {
        let path = format!("event.payload.event_corrected.payload.{field}");
        refuses(&with(inner), &path, Rule::Shape);
    }
    assert_eq!(violations(&with("BudgetLineFrozen")), vec![]);
    refuses(&with("PlanFiled"), "event.stream", Rule::Shape);
    let inside = with("SyncBatchReceived");
    refuses(&inside, "event.stream", Rule::Shape);
}

#[test]
fn parts_are_bound_by_their_commitments() {
    let good = example_of("BidReceived");
    let without = EventSubmission {
        sealed: bytes::Bytes::new(),
        ..good.clone()
    };
    refuses(&without, "sealed", Rule::MissingField);
    let unbound = changed("BidReceived", |event| event.sealed_commitment.clear());
    refuses(&unbound, "event.sealed_commitment", Rule::MissingField);
    let neither = EventSubmission {
        sealed: bytes::Bytes::new(),
        ..unbound
    };
    assert_eq!(violations(&neither), vec![]);
    let other = changed("BidReceived", |event| {
        event.sealed_commitment = vec![7; 32].into();
    });
    refuses(&other, "event.sealed_commitment", Rule::Shape);
    let short = changed("BidReceived", |event| {
        event.sealed_commitment = vec![7; 31].into();
    });
    assert_eq!(violations(&short)[0].0, "events[0].event.sealed_commitment");
    let foreign = EventSubmission {
        personal: good.sealed.clone(),
        ..good.clone()
    };
    refuses(&foreign, "personal", Rule::Shape);
    let stray = EventSubmission {
        sealed: good.sealed,
        ..example_of("PlanFiled")
    };
    refuses(&stray, "sealed", Rule::Shape);
    let stray = changed("PlanFiled", |event| {
        event.personal_commitment = vec![7; 32].into();
    });
    refuses(&stray, "event.personal_commitment", Rule::Shape);
}

#[test]
fn parts_are_walked_and_never_quoted() {
    let nonce: bytes::Bytes = vec![1; 32].into();
    let with = |sealed: v1::BidReceivedSealed| {
        let member = v1::sealed_payload::Sealed::BidReceived(sealed);
        let sealed = v1::SealedPayload {
            sealed: Some(member),
        }
        .encode_to_vec();
        let commitment = commitment(Part::Sealed, &sealed).to_vec();
        let mut submission = changed("BidReceived", |event| {
            event.sealed_commitment = commitment.into();
        });
        submission.sealed = sealed.into();
        submission
    };
    let supplier = "91430407MA9TE5T12Y".to_owned();
    let document_hash = "0".repeat(64);
    let bad = with(v1::BidReceivedSealed {
        nonce: nonce.clone(),
        supplier,
        document_hash,
    });
    refuses(&bad, "sealed.bid_received.supplier", Rule::BadUscc);
    let message = check(&bad).unwrap_err().remove(0).message;
    assert_eq!(
        message,
        "must be a code of GB 32100-2015 (统一社会信用代码有误)"
    );
    let short = with(v1::BidReceivedSealed {
        nonce: nonce.slice(1..),
        supplier: "91430407MA9TE5T12X".to_owned(),
        document_hash: "0".repeat(64),
    });
    refuses(&short, "sealed.bid_received.nonce", Rule::Shape);
}

#[test]
fn a_part_is_of_its_events_type() {
    let team = example_of("AcceptanceTeamFormed");
    let commitment = commitment(Part::Personal, &team.personal).to_vec();
    let mut submission = changed("CommitteeFormed", |event| {
        event.personal_commitment = commitment.into();
    });
    submission.personal = team.personal;
    refuses(&submission, "personal", Rule::Shape);
}

#[test]
fn a_signature_is_walked() {
    let mut submission = example_of("PlanFiled");
    let signature = v1::Signature {
        key_id: "k".into(),
        alg: "ed25519".into(),
        value: vec![0; 64].into(),
    };
    submission.signature = signature.encode_to_vec().into();
    assert_eq!(violations(&submission), vec![]);
    submission.signature = v1::Signature {
        value: bytes::Bytes::new(),
        ..signature
    }
    .encode_to_vec()
    .into();
    refuses(&submission, "signature.value", Rule::MissingField);
}
