//! The check of whole requests.

use super::{
    super::{BATCH_EVENTS_MAX, EVENT_BYTES_MAX, Rule, checker},
    changed, example_of,
};
use crate::events::{
    v1::{
        AppendEventsRequest, EntityKey, PositionCheck, StreamExpectation, position_check::Target,
        stream_expectation::Expected,
    },
    wire::EventSubmission,
};

fn numbered(name: &str, number: usize) -> EventSubmission {
    changed(name, |event| event.source_ref = format!("N{number}"))
}

fn request(events: Vec<EventSubmission>) -> AppendEventsRequest {
    AppendEventsRequest {
        events,
        ..Default::default()
    }
}

#[track_caller]
fn refuses(request: &AppendEventsRequest, wanted: &[(&str, Rule)]) {
    let found = checker().check_request(request).unwrap_err();
    let found: Vec<_> = found.iter().map(|v| (v.path.as_str(), v.rule)).collect();
    assert_eq!(found, wanted);
}

#[test]
fn a_batch_has_events_but_not_too_many() {
    refuses(&request(vec![]), &[("events", Rule::MissingField)]);
    let many: Vec<_> = (0..=BATCH_EVENTS_MAX)
        .map(|n| numbered("PlanCompleted", n))
        .collect();
    let most = request(many[..BATCH_EVENTS_MAX].to_vec());
    assert_eq!(
        checker().check_request(&most).unwrap().len(),
        BATCH_EVENTS_MAX
    );
    refuses(&request(many), &[("events", Rule::Shape)]);
    let large = EventSubmission {
        event: vec![0; 3 << 20].into(),
        ..Default::default()
    };
    refuses(
        &request(vec![large.clone(), large]),
        &[("events", Rule::Shape)],
    );
}

#[test]
fn an_event_is_not_too_large_to_be_served_alone() {
    let of = |bytes: usize| EventSubmission {
        event: vec![0; bytes].into(),
        ..Default::default()
    };
    refuses(
        &request(vec![of(EVENT_BYTES_MAX + 1)]),
        &[("events[0]", Rule::Shape)],
    );
    // Zeros are no event, but they are not too many.
    let largest = request(vec![of(EVENT_BYTES_MAX)]);
    let found = checker().check_request(&largest).unwrap_err();
    assert!(found.iter().all(|violation| violation.path != "events[0]"));
}

#[test]
fn violations_name_the_event() {
    let bad = changed("PlanCompleted", |event| event.actor_org.clear());
    let wanted = [("events[1].event.actor_org", Rule::MissingField)];
    refuses(&request(vec![example_of("PlanFiled"), bad]), &wanted);
}

#[test]
fn a_batch_is_of_one_partition() {
    let elsewhere = changed("PlanCompleted", |event| {
        event.stream = "project/4301/PJ-1".into();
        event.region_code = "430100".into();
    });
    let events = vec![
        example_of("PlanFiled"),
        elsewhere,
        example_of("SyncBatchReceived"),
    ];
    let wanted = [
        ("events[1].event.stream", Rule::Shape),
        ("events[2].event.stream", Rule::Shape),
    ];
    refuses(&request(events), &wanted);
}

#[test]
fn a_name_stands_once_in_a_batch() {
    let events = vec![
        numbered("PlanFiled", 1),
        numbered("PlanRevised", 2),
        numbered("PlanFiled", 1),
    ];
    refuses(
        &request(events),
        &[("events[2].event.source_ref", Rule::Shape)],
    );
    let other = changed("PlanFiled", |event| {
        event.source_system = "INTRANET".into();
        event.source_ref = "N1".into();
    });
    let events = request(vec![numbered("PlanFiled", 1), other]);
    assert_eq!(
        checker()
            .check_request(&events)
            .map(|checked| checked.len()),
        Ok(2)
    );
}

#[test]
fn expectations_and_checks_can_be_read() {
    let expect = |stream: &str, expected| StreamExpectation {
        stream: stream.into(),
        expected,
    };
    let check = |target| PositionCheck {
        target,
        last_position: None,
    };
    let key = EntityKey {
        kind: 99,
        partition: "4304".into(),
        owner_id: "P".into(),
        id: String::new(),
    };
    let good = AppendEventsRequest {
        events: vec![example_of("PlanFiled")],
        expectations: vec![expect("project/4304/P", Some(Expected::Revision(0)))],
        checks: vec![check(Some(Target::Entity(EntityKey {
            kind: 1,
            ..key.clone()
        })))],
        ..Default::default()
    };
    assert!(checker().check_request(&good).is_ok());
    let bad = AppendEventsRequest {
        expectations: vec![
            expect("project/4304/P", None),
            expect("project/4304/P", Some(Expected::Any(true))),
            expect("P", Some(Expected::NoStream(true))),
            expect("", Some(Expected::NoStream(true))),
        ],
        checks: vec![
            check(None),
            check(Some(Target::Stream("P".into()))),
            check(Some(Target::Entity(key))),
        ],
        ..good
    };
    let wanted = [
        ("expectations[0].expected", Rule::MissingField),
        ("expectations[1].stream", Rule::Shape),
        ("expectations[2].stream", Rule::Shape),
        ("expectations[3].stream", Rule::MissingField),
        ("checks[0].target", Rule::MissingField),
        ("checks[1].stream", Rule::Shape),
        ("checks[2].entity.kind", Rule::MissingField),
    ];
    refuses(&bad, &wanted);
}
