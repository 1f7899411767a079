//! The check of a whole batch.

use std::{collections::HashMap, fmt};

use super::{
    checker::{Checked, Checker, Parts},
    violation::{Path, Quoted, Report, Rule, Violation},
};
use crate::{
    domain::values::StreamName,
    events::{
        v1::{AppendEventsRequest, EntityKey, EntityKind, position_check::Target},
        wire::EventSubmission,
    },
};

/// The most events of a batch.
pub const BATCH_EVENTS_MAX: usize = 1_000;
/// The most bytes of a batch's events and what stands beside them.
pub const BATCH_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most bytes of one event and what stands beside it: served alone, with its header, it is no
/// larger a message than clients take by default, 4 MiB.
pub const EVENT_BYTES_MAX: usize = BATCH_BYTES_MAX - 16 * 1024;
/// The most expectations, and the most checks, of a batch.
const EXPECTATIONS_MAX: usize = 1_000;

impl Checker {
    /// Checks a request: its size, each event, that its events are of one partition and none is
    /// there twice, and that its expectations and checks can be read. Paths begin with the
    /// request's fields, such as `events[3].event`. Errors: every violation, up to
    /// [`VIOLATIONS_MAX`](super::VIOLATIONS_MAX), never none.
    pub fn check_request<'a>(
        &self,
        request: &'a AppendEventsRequest,
    ) -> Result<Vec<Checked<'a>>, Vec<Violation>> {
        let mut report = Report::default();
        check_size(&mut report, &request.events);
        if !report.is_empty() {
            return Err(report.into_violations());
        }
        let mut checked = Vec::with_capacity(request.events.len());
        for (index, event) in request.events.iter().enumerate() {
            match self.check_submission(&format_args!("events[{index}]"), event) {
                Ok(event) => checked.push((index, event)),
                Err(violations) => report.extend(violations),
            }
            if report.is_full() {
                break;
            }
        }
        check_partition(&mut report, &checked);
        check_names(&mut report, &checked);
        check_expectations(&mut report, request);
        if report.is_empty() {
            Ok(checked.into_iter().map(|(_, event)| event).collect())
        } else {
            Err(report.into_violations())
        }
    }

    /// Checks an event and its parts as they came in a request.
    pub fn check_submission<'a>(
        &self,
        prefix: &dyn fmt::Display,
        submission: &'a EventSubmission,
    ) -> Result<Checked<'a>, Vec<Violation>> {
        let parts = Parts {
            sealed: &submission.sealed,
            personal: &submission.personal,
            signature: &submission.signature,
        };
        self.check_event(prefix, &submission.event, parts)
    }
}

fn check_size(report: &mut Report, events: &[EventSubmission]) {
    let count = events.len();
    if count == 0 {
        report.add(
            &"events",
            Rule::MissingField,
            format_args!("a batch has at least one event"),
        );
    }
    if count > BATCH_EVENTS_MAX {
        let why = format_args!("{count} events, a batch has at most {BATCH_EVENTS_MAX}");
        report.add(&"events", Rule::Shape, why);
    }
    let size = |event: &EventSubmission| {
        event.event.len() + event.sealed.len() + event.personal.len() + event.signature.len()
    };
    for (index, bytes) in events.iter().map(size).enumerate() {
        if bytes > EVENT_BYTES_MAX {
            let why = format_args!("{bytes} bytes, an event has at most {EVENT_BYTES_MAX}");
            report.add(&format_args!("events[{index}]"), Rule::Shape, why);
        }
    }
    let bytes: usize = events.iter().map(size).sum();
    if bytes > BATCH_BYTES_MAX {
        let why = format_args!("{bytes} bytes, a batch has at most {BATCH_BYTES_MAX}");
        report.add(&"events", Rule::Shape, why);
    }
}

fn check_partition(report: &mut Report, checked: &[(usize, Checked<'_>)]) {
    let Some(((first, event), rest)) = checked.split_first() else {
        return;
    };
    let wanted = event.stream.partition;
    for (index, event) in rest {
        let found = event.stream.partition;
        if found != wanted {
            let why = format_args!("partition {found}, that of events[{first}] is {wanted}");
            report.add(
                &format_args!("events[{index}].event.stream"),
                Rule::Shape,
                why,
            );
        }
    }
}

fn check_names(report: &mut Report, checked: &[(usize, Checked<'_>)]) {
    if checked.len() < 2 {
        return;
    }
    let mut seen = HashMap::with_capacity(checked.len());
    for (index, event) in checked {
        let name = (event.source_system, event.source_ref);
        if let Some(first) = seen.insert(name, *index) {
            let why = format_args!(
                "{} of {} is the name of events[{first}] already",
                Quoted(event.source_ref),
                event.source_system
            );
            report.add(
                &format_args!("events[{index}].event.source_ref"),
                Rule::Shape,
                why,
            );
        }
    }
}

fn check_expectations(report: &mut Report, request: &AppendEventsRequest) {
    let mut seen = HashMap::new();
    check_count(report, "expectations", request.expectations.len());
    check_count(report, "checks", request.checks.len());
    for (index, expectation) in request
        .expectations
        .iter()
        .enumerate()
        .take(EXPECTATIONS_MAX)
    {
        let prefix = format_args!("expectations[{index}]").to_string();
        let path = Path::root(&prefix);
        check_stream(report, &path, &expectation.stream);
        if expectation.expected.is_none() {
            let why = format_args!("one of any, no_stream and revision is required");
            report.add(&path.field("expected"), Rule::MissingField, why);
        }
        if let Some(first) = seen.insert(&expectation.stream, index) {
            let why = format_args!("names the stream of expectations[{first}]");
            report.add(&path.field("stream"), Rule::Shape, why);
        }
    }
    for (index, check) in request.checks.iter().enumerate().take(EXPECTATIONS_MAX) {
        let prefix = format_args!("checks[{index}]").to_string();
        let path = Path::root(&prefix);
        match &check.target {
            None => {
                let why = format_args!("one of stream and entity is required");
                report.add(&path.field("target"), Rule::MissingField, why);
            }
            Some(Target::Stream(stream)) => check_stream(report, &path, stream),
            Some(Target::Entity(entity)) => check_entity(report, &path.field("entity"), entity),
        }
    }
}

fn check_count(report: &mut Report, name: &str, count: usize) {
    if count > EXPECTATIONS_MAX {
        let why = format_args!("{count} elements, at most {EXPECTATIONS_MAX} are allowed");
        report.add(&name, Rule::Shape, why);
    }
}

fn check_stream(report: &mut Report, path: &Path<'_>, stream: &str) {
    if let Err(fault) = StreamName::parse(stream) {
        let rule = if stream.is_empty() {
            Rule::MissingField
        } else {
            Rule::Shape
        };
        let why = format_args!("{}: {fault}", Quoted(stream));
        report.add(&path.field("stream"), rule, why);
    }
}

fn check_entity(report: &mut Report, path: &Path<'_>, entity: &EntityKey) {
    let mut required = |name: &str, is_given: bool| {
        if !is_given {
            report.add(
                &path.field(name),
                Rule::MissingField,
                format_args!("required"),
            );
        }
    };
    let kind = EntityKind::try_from(entity.kind);
    required(
        "kind",
        kind.is_ok_and(|kind| kind != EntityKind::Unspecified),
    );
    required("partition", !entity.partition.is_empty());
    required("owner_id", !entity.owner_id.is_empty());
}
