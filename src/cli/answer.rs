//! What the ledger answered instead of doing as it was asked: status, reason, figures, violations.

use std::{collections::BTreeMap, time::Duration};

use prost::Message as _;
use serde_json::{Map, Value, json};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::{
    client,
    exit::{Exit, Failure},
    reasons,
};
use crate::events::v1::AppendFailure;

/// A refusal or failure, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The gRPC status code as a number.
    pub code: i32,
    /// The message, for people.
    pub message: String,
    /// The reason, such as `E010_PLAN_OVER_BUDGET`; empty if none was given.
    pub reason: String,
    /// Figures by name.
    pub figures: BTreeMap<String, String>,
    /// Violations: field path and what is wrong.
    pub violations: Vec<(String, String)>,
    /// When to try again.
    pub retry_after: Option<Duration>,
}

impl Answer {
    /// Decodes a status. A connection that broke is UNAVAILABLE, whatever the transport called it.
    pub fn from_status(status: &Status) -> Self {
        if let Some(why) = client::lost_connection(status) {
            return Self {
                code: Code::Unavailable as i32,
                message: format!("no connection to the server: {why}"),
                ..Self::default()
            };
        }
        let details = status.get_error_details();
        let mut answer = Self {
            code: status.code() as i32,
            message: status.message().to_owned(),
            retry_after: details.retry_info().and_then(|retry| retry.retry_delay),
            ..Self::default()
        };
        if let Some(info) = details.error_info() {
            answer.reason.clone_from(&info.reason);
            answer.figures = info.metadata.clone().into_iter().collect();
        }
        if let Some(request) = details.bad_request() {
            let violations = request.field_violations.iter();
            answer.violations = violations
                .map(|found| (found.field.clone(), found.description.clone()))
                .collect();
        }
        answer
    }

    /// Decodes the failure of a batch in a stream: what a unary call would have answered.
    pub fn from_failure(failure: &AppendFailure) -> Self {
        let details = tonic_types::pb::Status {
            code: failure.code,
            message: failure.message.clone(),
            details: failure.details.clone(),
        };
        let details = details.encode_to_vec().into();
        let code = Code::from_i32(failure.code);
        Self::from_status(&Status::with_details(
            code,
            failure.message.clone(),
            details,
        ))
    }

    /// The status code by name, such as `FAILED_PRECONDITION`.
    pub fn code_name(&self) -> &'static str {
        code_name(Code::from_i32(self.code))
    }

    /// What counts it: the reason, or the status code when none was given.
    pub fn key(&self) -> &str {
        if self.reason.is_empty() {
            self.code_name()
        } else {
            &self.reason
        }
    }

    /// What was wrong with the event, for people: the message without the event's place in its
    /// batch, which the caller's own name for it (a line, a file) says better; for malformed input
    /// the violations.
    pub fn said(&self) -> Vec<String> {
        if !self.violations.is_empty() {
            let said = self.violations.iter().map(|(field, description)| {
                let path = index_of(field)
                    .and_then(|_| field.split_once("]."))
                    .map(|(_, path)| path);
                let path = path.unwrap_or(field);
                format!(
                    "{}: {description}",
                    path.strip_prefix("event.").unwrap_or(path)
                )
            });
            return said.collect();
        }
        let place = self
            .figures
            .get("event_index")
            .map(|index| format!("event {index}"));
        let rest = place.and_then(|place| self.message.strip_prefix(&place));
        let said = rest.map(|rest| rest.trim_start_matches([':', ' ']));
        vec![said.unwrap_or(&self.message).to_owned()]
    }

    /// Whether trying again may help.
    pub fn is_retryable(&self) -> bool {
        client::is_retryable_code(Code::from_i32(self.code))
    }

    /// The exit code that it leads to.
    pub fn exit(&self) -> Exit {
        match Code::from_i32(self.code) {
            Code::Ok => Exit::Fine,
            Code::InvalidArgument
            | Code::NotFound
            | Code::AlreadyExists
            | Code::PermissionDenied
            | Code::Unauthenticated
            | Code::FailedPrecondition
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unimplemented => Exit::Refused,
            Code::DataLoss => Exit::Damage,
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => Exit::Unreachable,
            Code::ResourceExhausted | Code::Unknown | Code::Internal => Exit::Failed,
        }
    }

    /// As a failure of the command.
    pub fn to_failure(&self) -> Failure {
        let name = self.key();
        let mut failure = Failure::new(self.exit(), ("", format!("{name}: {}", self.message)));
        for (field, description) in &self.violations {
            failure = failure.at(format!("{field}: {description}"));
        }
        for (figure, value) in &self.figures {
            failure = failure.figure(figure, value);
        }
        if let Some(rule) = reasons::rule(name) {
            failure = failure.rule(rule);
        }
        match reasons::next(name) {
            Some(next) => failure.next(next),
            None if self.code == Code::Unavailable as i32 => failure.next((
                "确认服务器在运行后再试；重发不会重复记录",
                "make sure that the server runs, then try again: a retry never records twice",
            )),
            None => failure,
        }
    }

    /// As JSON for programs.
    pub fn to_json(&self) -> Map<String, Value> {
        let violations: Vec<Value> = self
            .violations
            .iter()
            .map(|(field, description)| json!({ "field": field, "description": description }))
            .collect();
        let mut map = Map::new();
        map.insert("code".into(), json!(self.code_name()));
        map.insert("reason".into(), json!(self.reason));
        map.insert("message".into(), json!(self.message));
        map.insert("metadata".into(), json!(self.figures));
        map.insert("violations".into(), violations.into());
        map
    }

    /// The places in the batch of the events that it is about, ascending, without repeats: those
    /// named by violations (`events[3].…`), else the one named by the figure `event_index`.
    pub fn event_indexes(&self) -> Vec<usize> {
        let mut indexes: Vec<usize> = self
            .violations
            .iter()
            .filter_map(|(field, _)| index_of(field))
            .collect();
        if indexes.is_empty() {
            let named = self.figures.get("event_index");
            indexes.extend(named.and_then(|index| index.parse::<usize>().ok()));
        }
        indexes.sort_unstable();
        indexes.dedup();
        indexes
    }

    /// The same, about one event of the batch only.
    #[must_use]
    pub fn about_event(&self, index: usize) -> Self {
        let mut answer = self.clone();
        answer
            .violations
            .retain(|(field, _)| index_of(field).is_none_or(|found| found == index));
        answer
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Answer::from_status(&status).to_failure()
    }
}

/// The place in the batch that a field path names: 3 for `events[3].event.stream`.
fn index_of(field: &str) -> Option<usize> {
    let rest = field
        .strip_prefix("events[")
        .or_else(|| field.strip_prefix("batch.events["))?;
    rest.split_once(']')?.0.parse().ok()
}

/// The name of a status code in the specification of gRPC.
pub fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use tonic_types::{ErrorDetails, FieldViolation};

    use super::*;

    fn over_budget() -> Status {
        let figures = HashMap::from([
            ("available_fen".to_owned(), "100".to_owned()),
            ("event_index".to_owned(), "2".to_owned()),
        ]);
        let details = ErrorDetails::with_error_info("E010_PLAN_OVER_BUDGET", "bihuan", figures);
        Status::with_error_details(Code::FailedPrecondition, "event 2: over budget", details)
    }

    #[test]
    fn decodes_reason_figures_and_the_event_meant() {
        let answer = Answer::from_status(&over_budget());
        assert_eq!(answer.key(), "E010_PLAN_OVER_BUDGET");
        assert_eq!(answer.figures["available_fen"], "100");
        assert_eq!(answer.event_indexes(), [2]);
        assert_eq!(answer.said(), ["over budget"]);
        assert_eq!(answer.exit(), Exit::Refused);
    }

    #[test]
    fn a_failure_in_a_stream_says_the_same_as_a_status() {
        let status = over_budget();
        let encoded = tonic_types::pb::Status::decode(status.details()).unwrap();
        let failure = AppendFailure {
            code: status.code() as i32,
            message: status.message().to_owned(),
            details: encoded.details,
        };
        assert_eq!(Answer::from_failure(&failure), Answer::from_status(&status));
    }

    #[test]
    fn keeps_the_violations_of_one_event() {
        let violation = |field: &str| FieldViolation::new(field, "must be a date");
        let details = ErrorDetails::with_bad_request([
            violation("events[4].event.payload.plan_filed.filed_on"),
            violation("events[1].event.stream"),
            violation("events[4].event.region_code"),
        ]);
        let status = Status::with_error_details(Code::InvalidArgument, "malformed", details);
        let answer = Answer::from_status(&status);
        assert_eq!(answer.event_indexes(), [1, 4]);
        assert_eq!(answer.about_event(4).violations.len(), 2);
        assert_eq!(answer.about_event(1).violations.len(), 1);
        assert_eq!(answer.about_event(1).said(), ["stream: must be a date"]);
        assert_eq!(answer.key(), "INVALID_ARGUMENT");
    }

    #[test]
    fn asks_to_try_again_when_the_ledger_says_when() {
        let details = ErrorDetails::with_retry_info(Some(Duration::from_millis(250)));
        let status = Status::with_error_details(Code::ResourceExhausted, "queue full", details);
        let answer = Answer::from_status(&status);
        assert!(answer.is_retryable());
        assert_eq!(answer.retry_after, Some(Duration::from_millis(250)));
    }
}
