//! Tests of the shape check: examples of every type pass, each kind of violation is told where it
//! is, and nothing that is received makes the check panic.

mod batch;
mod envelope;
mod mutation;
mod rules;
mod tree;

use prost::Message as _;

use super::{Checked, Rule, Violation, checker};
use crate::events::{descriptor::schema, example, v1, wire::EventSubmission};

/// The example of an event type.
fn example_of(name: &str) -> EventSubmission {
    example::submission(schema().by_name(name).expect("an event type"))
}

fn check(submission: &EventSubmission) -> Result<Checked<'_>, Vec<Violation>> {
    checker().check_submission(&"events[0]", submission)
}

/// An example with its event changed, its parts as they were.
fn changed(name: &str, change: impl FnOnce(&mut v1::Event)) -> EventSubmission {
    let mut submission = example_of(name);
    let mut event = v1::Event::decode(submission.event.clone()).unwrap();
    change(&mut event);
    submission.event = event.encode_to_vec().into();
    submission
}

/// Paths and rules of the violations of a submission.
fn violations(submission: &EventSubmission) -> Vec<(String, Rule)> {
    let found = check(submission).err().unwrap_or_default();
    found
        .into_iter()
        .map(|violation| (violation.path, violation.rule))
        .collect()
}

/// Asserts that a submission has one violation, there, by that rule.
#[track_caller]
fn refuses(submission: &EventSubmission, path: &str, rule: Rule) {
    let wanted = vec![(format!("events[0].{path}"), rule)];
    assert_eq!(
        violations(submission),
        wanted,
        "{:#?}",
        check(submission).err()
    );
}

#[test]
fn accepts_the_example_of_every_type() {
    for event_type in schema().event_types() {
        let submission = example::submission(event_type);
        let checked = check(&submission);
        let checked = checked.unwrap_or_else(|found| panic!("{}: {found:#?}", event_type.name));
        assert_eq!(checked.number, event_type.number);
        assert_eq!(checked.stream.to_string(), checked.stream_name);
        assert_eq!(
            checked.control_fen.is_some(),
            event_type.control_amount.is_some()
        );
        assert_eq!(checked.legal_date.to_string(), "2023-06-01");
    }
}

#[test]
fn examples_survive_their_json() {
    for event_type in schema().event_types() {
        let submission = example::submission(event_type);
        let text = example::submission_json(event_type);
        let read = crate::events::json::submission_from_json(&text).unwrap();
        assert_eq!(read, submission, "{}", event_type.name);
    }
}

#[test]
fn legal_dates_of_the_schema_are_required() {
    for event_type in schema().event_types() {
        if let Some(field) = &event_type.legal_date {
            let rule = crate::events::descriptor::field_rule(field);
            assert!(rule.required, "{}", field.full_name());
        }
    }
}
