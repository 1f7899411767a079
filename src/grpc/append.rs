//! Append requests as batches: everything that can be checked without the ledger's state is
//! checked here, on the caller's own task.

use std::sync::Arc;

use bytes::Bytes;
use chrono::NaiveDate;
use prost::Message as _;

use crate::{
    domain::{
        decider::{self, Fact},
        entity::EntityRef,
        payload::payload_of,
        registry::rule_pack,
        shape::{Checker, Rule, Violation},
        values::StreamName,
    },
    events::{
        v1::{self, EntityKind, event_payload::Payload},
        wire::EventSubmission,
    },
    journal::header::{BatchSalts, Salts, event_hash},
    ledger::{
        AppendError, Batch, Submitted,
        append::{Expected, Receipt, Standing, Watched},
        clock::Clock,
        keys, law,
    },
    rules::{Packs, adoption},
};

/// A request that is no batch: every violation, and the events as received.
pub struct Malformed {
    /// Never empty.
    pub violations: Vec<Violation>,
    /// The request's events.
    pub events: Vec<EventSubmission>,
}

/// Checks a request and makes a batch of it; every violation at once.
pub fn batch_of(
    checker: &Checker,
    request: v1::AppendEventsRequest,
    principal: &Arc<str>,
    packs: impl FnOnce() -> Arc<Packs>,
) -> Result<Batch, Malformed> {
    let checked = match checker.check_request(&request) {
        Ok(checked) => checked,
        Err(violations) => {
            let events = request.events;
            return Err(Malformed { violations, events });
        }
    };
    let numbers: Vec<_> = checked
        .iter()
        .map(|event| (event.number, event.legal_date))
        .collect();
    let seed = random_seed();
    let salts = BatchSalts::of(&seed);
    let mut events = Vec::with_capacity(numbers.len());
    let places = (0_u32..).zip(request.events.into_iter().zip(numbers));
    for (index, (submission, (number, legal_date))) in places {
        // The checker read the same bytes against the same schema.
        let event = submitted(submission, number, legal_date, salts.entry(index));
        events.push(Arc::new(
            event.expect("what the checker passed can be decoded"),
        ));
    }
    if let Some(violation) = check_adoptions(&events, packs) {
        let submissions = events.iter().map(|event| resubmitted(event));
        return Err(Malformed {
            violations: vec![violation],
            events: submissions.collect(),
        });
    }
    Ok(Batch {
        events,
        seed,
        expectations: request
            .expectations
            .into_iter()
            .filter_map(expectation)
            .collect(),
        checks: request.checks.into_iter().filter_map(check).collect(),
        validate_only: request.validate_only,
        request_time_us: request.request_time.as_ref().map(micros_of),
        principal: principal.clone(),
    })
}

/// What is wrong with the first pack that is to be adopted and cannot be: it is no pack, it stands
/// in another stream than that of packs, or a rule of it belongs to another pack. The domain knows
/// no rules.
fn check_adoptions(
    events: &[Arc<Submitted>],
    packs: impl FnOnce() -> Arc<Packs>,
) -> Option<Violation> {
    let adoptions = events.iter().enumerate().filter_map(|(index, event)| {
        match payload_of(&event.fact.event) {
            Some(Payload::RulePackAdopted(adopted)) => Some((index, event, adopted)),
            _ => None,
        }
    });
    let mut adoptions = adoptions.peekable();
    adoptions.peek()?;
    let mut packs = Packs::clone(&packs());
    for (index, event, adopted) in adoptions {
        let wrong = |field: &str, message: String| Violation {
            path: format!("events[{index}].event.{field}"),
            rule: Rule::Shape,
            message,
        };
        let stream = &event.fact.stream;
        if stream.partition != law::SYSTEM || stream.id != law::RULES {
            let message = format!(
                "{stream} holds no packs; they are adopted in system/{}/{} 规则包须在此流中启用",
                law::SYSTEM,
                law::RULES
            );
            return Some(wrong("stream", message));
        }
        // A digest that is not that of the content is the domain's to refuse.
        if rule_pack::digest_of(&adopted.content) == adopted.digest
            && let Err(error) = adoption::adopt(&mut packs, adopted)
        {
            let message = format!("{error} 规则包有误");
            return Some(wrong("payload.rule_pack_adopted.content", message));
        }
    }
    None
}

/// An event as it was sent.
fn resubmitted(event: &Submitted) -> EventSubmission {
    EventSubmission {
        event: event.event.clone(),
        sealed: event.sealed.clone(),
        personal: event.personal.clone(),
        signature: event.signature.clone(),
    }
}

/// A batch's seed.
fn random_seed() -> [u8; 32] {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).expect("the system gives random bytes once it has started");
    seed
}

fn submitted(
    submission: EventSubmission,
    payload_number: u32,
    legal_date: NaiveDate,
    salts: Salts,
) -> Option<Submitted> {
    let EventSubmission {
        event,
        sealed,
        personal,
        signature,
    } = submission;
    let decoded = v1::Event::decode(event.clone()).ok()?;
    let name = StreamName::parse(&decoded.stream).ok()?;
    let fact = Fact {
        event: decoded,
        stream: name,
        legal_date,
    };
    let payload = fact.event.payload.as_ref()?;
    let touched = decider::touched(&fact.stream, payload);
    let event_id = keys::event_id(&fact.event.source_system, &fact.event.source_ref);
    let event_hash = event_hash(&salts.event, &event);
    let keys = keys::of_parts(&event_id, &fact.event.stream, &touched, payload);
    Some(Submitted {
        fact: Arc::new(fact),
        event,
        sealed,
        personal,
        signature,
        event_id,
        payload_number,
        touched,
        keys: keys.into(),
        salts,
        event_hash,
    })
}

fn expectation(expectation: v1::StreamExpectation) -> Option<(String, Expected)> {
    use v1::stream_expectation::Expected as Wire;
    let expected = match expectation.expected? {
        Wire::Any(_) => return None,
        Wire::NoStream(_) => Expected::NoStream,
        Wire::Revision(revision) => Expected::Revision(revision),
    };
    Some((expectation.stream, expected))
}

fn check(check: v1::PositionCheck) -> Option<(Watched, Option<u64>)> {
    use v1::position_check::Target;
    let watched = match check.target? {
        Target::Stream(stream) => Watched::Stream(stream),
        Target::Entity(key) => Watched::Entity(entity_of(&key)),
    };
    Some((watched, check.last_position))
}

/// The entity that a key names.
pub fn entity_of(key: &v1::EntityKey) -> EntityRef {
    let kind = EntityKind::try_from(key.kind).unwrap_or_default();
    EntityRef::new(kind, &key.partition, &key.owner_id, &key.id)
}

/// Microseconds of an instant; before 1970 counts as 1970.
pub fn micros_of(instant: &prost_types::Timestamp) -> u64 {
    let seconds = u64::try_from(instant.seconds).unwrap_or(0);
    let nanos = u64::try_from(instant.nanos).unwrap_or(0);
    seconds
        .saturating_mul(1_000_000)
        .saturating_add(nanos / 1_000)
}

/// The instant of microseconds.
pub fn instant_of(micros: u64) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: i64::try_from(micros / 1_000_000).unwrap_or(i64::MAX),
        nanos: (micros % 1_000_000) as i32 * 1_000,
    }
}

/// Receipts as a message.
pub fn appended(receipts: &[Receipt], clock: Clock) -> v1::AppendEventsResponse {
    let of = |receipt: &Receipt| v1::Receipt {
        event_id: uuid::Uuid::from_bytes(receipt.event_id).to_string(),
        status: match receipt.standing {
            Standing::Appended => v1::ReceiptStatus::Appended,
            Standing::AlreadyAppended => v1::ReceiptStatus::AlreadyAppended,
            Standing::Voided => v1::ReceiptStatus::Voided,
            Standing::Valid => v1::ReceiptStatus::Valid,
        }
        .into(),
        position: receipt.position,
        revision: receipt.revision,
        recorded_at: Some(instant_of(receipt.recorded_at_us)),
        leaf_hash: Bytes::copy_from_slice(&receipt.leaf_hash),
    };
    v1::AppendEventsResponse {
        receipts: receipts.iter().map(of).collect(),
        simulated_clock: clock == Clock::Simulated,
    }
}

/// What the access log keeps of a batch that was refused; `None` for answers that are no refusals.
pub fn refused_record(error: &AppendError, batch: &Refusable) -> Option<v1::AccessRecord> {
    let (index, reason, message, figures) = match error {
        AppendError::Refused { index, refusal } => {
            let figure = |(name, value): &(&str, String)| v1::AccessFigure {
                name: (*name).to_owned(),
                value: value.clone(),
            };
            let figures = refusal.figures.iter().map(figure).collect();
            (
                *index,
                refusal.code.name(),
                refusal.message.clone(),
                figures,
            )
        }
        AppendError::SourceRefConflict { index, .. } => (
            *index,
            "E004_SOURCE_REF_CONFLICT",
            error.to_string(),
            Vec::new(),
        ),
        AppendError::Stale { .. }
        | AppendError::RequestTime(_)
        | AppendError::Busy { .. }
        | AppendError::DiskFull { .. }
        | AppendError::Damaged(_)
        | AppendError::Failed(_)
        | AppendError::Closing => return None,
    };
    let submitted = batch.events.get(index)?;
    let event = &submitted.event;
    Some(v1::AccessRecord {
        kind: v1::AccessKind::AppendRefused.into(),
        principal: batch.principal.to_string(),
        role: submitted.fact.event.actor_role,
        reason: reason.to_owned(),
        message,
        figures,
        event_index: index as u32,
        event_count: batch.events.len() as u32,
        event: event.slice(..event.len().min(crate::access::log::EVENT_BYTES_MAX)),
        target: String::new(),
    })
}

/// What the access log keeps of a request whose shape is refused with a code of the domain: the
/// first such event. `None` where no code is, or where the event's bytes cannot be decoded.
pub fn malformed_record(malformed: &Malformed, principal: &str) -> Option<v1::AccessRecord> {
    let is_coded = |violation: &&Violation| violation.rule != Rule::Shape;
    let violation = malformed.violations.iter().find(is_coded)?;
    let index = event_index(&violation.path)?;
    let event = &malformed.events.get(index)?.event;
    let decoded = v1::Event::decode(event.clone()).ok()?;
    Some(v1::AccessRecord {
        kind: v1::AccessKind::AppendRefused.into(),
        principal: principal.to_owned(),
        role: decoded.actor_role,
        reason: violation.rule.code().to_owned(),
        message: format!("{}: {}", violation.path, violation.message),
        figures: Vec::new(),
        event_index: index as u32,
        event_count: malformed.events.len() as u32,
        event: event.slice(..event.len().min(crate::access::log::EVENT_BYTES_MAX)),
        target: String::new(),
    })
}

/// The event that a path such as `events[3].event.stream` is in.
fn event_index(path: &str) -> Option<usize> {
    let (index, _) = path.strip_prefix("events[")?.split_once(']')?;
    index.parse().ok()
}

/// What of a batch is needed should it be refused.
pub struct Refusable {
    events: Vec<Arc<Submitted>>,
    principal: Arc<str>,
    counted_only: bool,
}

impl Refusable {
    /// Keeps the public bytes of a batch.
    pub fn of(batch: &Batch) -> Self {
        Self {
            events: batch.events.clone(),
            principal: batch.principal.clone(),
            counted_only: batch.validate_only,
        }
    }

    /// Whether a refusal is only counted: nothing was meant to be recorded.
    pub fn is_counted_only(&self) -> bool {
        self.counted_only
    }
}
