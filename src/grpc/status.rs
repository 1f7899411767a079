//! Errors as statuses: one exhaustive match per error, the codes of `docs/errors.md`.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use prost::Message as _;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::{
    domain::{
        refusal::{Code as Reason, Refusal},
        shape::Violation,
    },
    events::v1::AppendFailure,
    ledger::{AppendError, overlay::LoadError},
    models::ModelError,
};

/// The domain of every `ErrorInfo` of this ledger.
pub const ERROR_DOMAIN: &str = "bihuan";

/// How long a caller waits before he tries a full queue again, at least, in milliseconds, and how
/// much longer at most: who was turned away together shall not come back together.
const RETRY_AFTER_MS: u64 = 50;
const RETRY_SPREAD_MS: u64 = 128;
/// How long he waits before he tries a full disk or a closing server again.
const RETRY_LATER: Duration = Duration::from_secs(10);
/// How long he waits before he asks read models again that are being made.
const RETRY_SOON: Duration = Duration::from_secs(1);

/// Bytes of the violations that a status lists, and of its message. Both travel in HTTP/2 trailers,
/// of which clients take 8 KiB, in base64 and percent-encoded: longer ones break the call.
const DETAILS_BYTES: usize = 3 << 10;
const MESSAGE_BYTES: usize = 512;
/// Bytes that the encoding of a violation adds, at most.
const FRAMING_BYTES: usize = 12;

fn with_reason(
    code: Code,
    reason: &str,
    message: String,
    metadata: HashMap<String, String>,
) -> Status {
    let metadata = metadata.into_iter().map(|(name, value)| (name, cut(value)));
    let metadata: HashMap<_, _> = metadata.collect();
    let details = ErrorDetails::with_error_info(reason, ERROR_DOMAIN, metadata);
    Status::with_error_details(code, cut(message), details)
}

/// A message that is not too long for a trailer.
fn cut(mut message: String) -> String {
    if message.len() > MESSAGE_BYTES {
        message.truncate(message.floor_char_boundary(MESSAGE_BYTES));
        message.push('…');
    }
    message
}

fn metadata<const N: usize>(pairs: [(&str, String); N]) -> HashMap<String, String> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Every violation of a malformed request at once.
pub fn of_violations(violations: &[Violation]) -> Status {
    let reason = violations
        .first()
        .map_or("SHAPE", |first| first.rule.code());
    let count = violations.len();
    let mut details = ErrorDetails::with_error_info(
        reason,
        ERROR_DOMAIN,
        metadata([("violations", count.to_string())]),
    );
    let mut room = DETAILS_BYTES;
    for violation in violations {
        let description = format!("{}: {}", violation.rule.code(), violation.message);
        let bytes = violation.path.len() + description.len() + FRAMING_BYTES;
        let Some(left) = room.checked_sub(bytes) else {
            break;
        };
        room = left;
        details.add_bad_request_violation(violation.path.clone(), description);
    }
    let message = match violations {
        [only] => format!("{}: {}", only.path, only.message),
        [first, ..] => format!(
            "{count} violations, first {}: {}",
            first.path, first.message
        ),
        [] => "malformed request".to_owned(),
    };
    Status::with_error_details(Code::InvalidArgument, cut(message), details)
}

/// One field of a request that cannot be used.
pub fn invalid(field: &str, message: impl Into<String>) -> Status {
    let message = message.into();
    let mut details = ErrorDetails::with_error_info(
        "SHAPE",
        ERROR_DOMAIN,
        metadata([("violations", "1".into())]),
    );
    details.add_bad_request_violation(field, format!("SHAPE: {message}"));
    Status::with_error_details(
        Code::InvalidArgument,
        format!("{field}: {message}"),
        details,
    )
}

/// Something asked for that is not there.
pub fn not_found(what: &str) -> Status {
    let message = format!("{what} is not in the ledger");
    with_reason(Code::NotFound, "NOT_FOUND", message, HashMap::new())
}

/// Why a batch was not appended.
pub fn of_append(error: &AppendError) -> Status {
    let message = error.to_string();
    match error {
        AppendError::Refused { index, refusal } => of_refusal(*index, refusal),
        AppendError::SourceRefConflict {
            index,
            field,
            position,
            event_id,
        } => {
            let id = uuid::Uuid::from_bytes(*event_id).to_string();
            let metadata = metadata([
                ("event_index", index.to_string()),
                ("field", field.clone()),
                ("position", position.to_string()),
                ("event_id", id),
            ]);
            let reason = Reason::E004_SOURCE_REF_CONFLICT.name();
            with_reason(Code::AlreadyExists, reason, message, metadata)
        }
        AppendError::Stale {
            object,
            expected,
            actual,
            current,
        } => {
            let mut metadata = metadata([
                ("object", object.clone()),
                ("expected", expected.clone()),
                ("actual", actual.clone()),
            ]);
            if let Some(current) = current {
                metadata.insert("current".to_owned(), current.to_string());
            }
            with_reason(Code::Aborted, "STALE_EXPECTATION", message, metadata)
        }
        AppendError::RequestTime(why) => invalid("request_time", *why),
        AppendError::Busy { waiting } => {
            let mut details = ErrorDetails::with_retry_info(Some(retry_after()));
            let metadata = metadata([("waiting_batches", waiting.to_string())]);
            details.set_error_info("QUEUE_FULL", ERROR_DOMAIN, metadata);
            Status::with_error_details(Code::ResourceExhausted, message, details)
        }
        AppendError::DiskFull {
            free_bytes,
            reserve_bytes,
        } => {
            let mut details = ErrorDetails::with_retry_info(Some(RETRY_LATER));
            let metadata = metadata([
                ("free_bytes", free_bytes.to_string()),
                ("reserve_bytes", reserve_bytes.to_string()),
            ]);
            details.set_error_info("DISK_NEARLY_FULL", ERROR_DOMAIN, metadata);
            Status::with_error_details(Code::ResourceExhausted, message, details)
        }
        AppendError::Damaged(_) => {
            with_reason(Code::DataLoss, "DAMAGE_FOUND", message, HashMap::new())
        }
        AppendError::Failed(_) => {
            with_reason(Code::Unavailable, "JOURNAL_FAILED", message, HashMap::new())
        }
        AppendError::Closing => {
            let mut details = ErrorDetails::with_retry_info(Some(RETRY_LATER));
            details.set_error_info("SHUTTING_DOWN", ERROR_DOMAIN, HashMap::new());
            Status::with_error_details(Code::Unavailable, message, details)
        }
    }
}

/// When a caller who was turned away is to come back.
fn retry_after() -> Duration {
    static TURNED_AWAY: AtomicU64 = AtomicU64::new(0);
    // Steps of a fixed odd size visit every moment of the spread, neighbours far apart.
    let step = TURNED_AWAY.fetch_add(53, Ordering::Relaxed) % RETRY_SPREAD_MS;
    Duration::from_millis(RETRY_AFTER_MS + step)
}

fn of_refusal(index: usize, refusal: &Refusal) -> Status {
    let code = match refusal.code {
        Reason::E020_FORBIDDEN_ROLE | Reason::E021_SEALED => Code::PermissionDenied,
        Reason::E004_SOURCE_REF_CONFLICT => Code::AlreadyExists,
        Reason::E005_BAD_USCC
        | Reason::E006_BAD_REGION
        | Reason::E007_BAD_CATEGORY
        | Reason::E008_BAD_AMOUNT
        | Reason::E022_MISSING_FIELD => Code::InvalidArgument,
        Reason::E001_UNKNOWN_REF
        | Reason::E002_ILLEGAL_TRANSITION
        | Reason::E003_BAD_TIME
        | Reason::E010_PLAN_OVER_BUDGET
        | Reason::E011_LOT_SUM_MISMATCH
        | Reason::E012_AWARD_OVER_CEILING
        | Reason::E013_CONTRACT_OVER_AWARD
        | Reason::E014_SUPPLEMENT_OVER_10PCT
        | Reason::E015_PAYMENT_OVER_CONTRACT
        | Reason::E016_PAYMENT_OVER_BUDGET
        | Reason::E017_PAYEE_MISMATCH
        | Reason::E018_FINANCING_OVER_RECEIVABLE
        | Reason::E019_VENUE_OVERLAP
        | Reason::E023_RELEASE_OVER_HELD
        | Reason::E024_SUM_MISMATCH
        | Reason::E025_PAY_BEFORE_ACCEPTANCE
        | Reason::E026_WRONG_JURISDICTION => Code::FailedPrecondition,
    };
    let mut metadata = metadata([("event_index", index.to_string())]);
    let figures = refusal
        .figures
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    metadata.extend(figures);
    let message = format!("event {index}: {}", refusal.message);
    with_reason(code, refusal.code.name(), message, metadata)
}

/// Why something cannot be read.
pub fn of_load(error: &LoadError) -> Status {
    with_reason(
        Code::DataLoss,
        "DAMAGE_FOUND",
        error.to_string(),
        HashMap::new(),
    )
}

/// Why the read models do not answer.
pub fn of_model(error: &ModelError) -> Status {
    let message = error.to_string();
    match error {
        ModelError::Question { field, message } => invalid(field, message.as_str()),
        ModelError::Load(error) => of_load(error),
        ModelError::Damaged(_) => {
            with_reason(Code::DataLoss, "DAMAGE_FOUND", message, HashMap::new())
        }
        ModelError::Closing => of_append(&AppendError::Closing),
        ModelError::Building { .. } | ModelError::Sqlite(_) | ModelError::Io(..) => {
            let mut details = ErrorDetails::with_retry_info(Some(RETRY_SOON));
            details.set_error_info("MODELS_NOT_READY", ERROR_DOMAIN, HashMap::new());
            Status::with_error_details(Code::Unavailable, message, details)
        }
    }
}

/// More of something than one call may have.
pub fn too_many(what: &str, most: usize) -> Status {
    let message = format!("more than {most} {what}; ask with a narrower filter");
    with_reason(
        Code::ResourceExhausted,
        "TOO_MANY_ROWS",
        message,
        HashMap::new(),
    )
}

/// A read of what is still closed.
pub fn sealed(what: &str) -> Status {
    let message = format!("{what} is closed to this reader");
    with_reason(
        Code::PermissionDenied,
        Reason::E021_SEALED.name(),
        message,
        HashMap::new(),
    )
}

/// A status as a message in a stream of answers.
pub fn as_failure(status: &Status) -> AppendFailure {
    let details = tonic_types::pb::Status::decode(status.details())
        .unwrap_or_default()
        .details;
    AppendFailure {
        code: status.code().into(),
        message: status.message().to_owned(),
        details,
    }
}
