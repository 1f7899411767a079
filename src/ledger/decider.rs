//! Decides batches, one after the other, and builds what the journal will hold of them.

use std::{collections::hash_map::Entry, sync::Arc};

use bytes::Bytes;
use foldhash::{HashMap, HashMapExt as _};

use super::{
    append::{AppendError, Appended, Batch, Expected, Receipt, Standing, Submitted, Watched},
    clock::Clock,
    keys,
    overlay::{BatchView, Decided, LoadError, Memory, Recorded, StreamHead},
};
use crate::{
    access::{keys::KeyStore, sealing},
    domain::{
        decider::{self as domain, Context},
        refusal::Refusal,
    },
    events::{diff, v1::event_payload::Payload},
    journal::{
        NewBatch, NewEntry,
        header::{
            BatchSalts, DIGEST_SUITE, Header, Peaks, event_hash, header_hash, leaf_bytes,
            leaf_hash, part_hash,
        },
    },
};

/// What became of a batch.
pub enum Outcome {
    /// Nothing to write: every event stood already, or the batch was only to be validated.
    Nothing(Appended),
    /// To be written; the receipts hold once it is durable.
    Write(NewBatch, Appended, Vec<Decided>),
}

/// The one place where batches are decided.
pub struct Decider {
    /// What is known.
    pub memory: Memory,
    /// The ledger's identity.
    pub ledger_id: [u8; 16],
    /// Where time comes from.
    pub clock: Clock,
    /// The position that the next event gets.
    pub next_position: u64,
    /// When the last event was recorded.
    pub last_recorded_us: u64,
    /// The Merkle tree over all events decided.
    pub peaks: Peaks,
    /// Keys of sealed and personal parts.
    pub keys: Arc<KeyStore>,
}

/// The ends of the streams that a batch writes to.
type Heads<'b> = HashMap<&'b str, StreamHead>;

/// An event of a batch on its way.
enum Step {
    /// It stands already.
    Repeat(Receipt),
    /// It is new; its place among the new ones.
    New(usize),
}

impl Decider {
    /// Decides a batch: all of it or none. Afterwards the memory knows the new events as in flight.
    pub fn decide(&mut self, batch: &Batch) -> Result<Outcome, AppendError> {
        let recorded_at_us = self
            .clock
            .record_time_us(batch.request_time_us, self.last_recorded_us)
            .map_err(AppendError::RequestTime)?;
        self.memory.foresee(&batch.events);
        let mut view = BatchView::new(&mut self.memory);
        let mut heads = Heads::new();
        let mut steps = Vec::with_capacity(batch.events.len());
        for (index, event) in batch.events.iter().enumerate() {
            let ctx = Context {
                recorded_at_us,
                position: self.next_position + view.events.len() as u64,
            };
            let refused = |refusal| AppendError::Refused { index, refusal };
            let known = view.memory().recorded(&event.event_id).map_err(damaged)?;
            if let Some(recorded) = known {
                authorise(&view, event, &ctx).map_err(refused)?;
                steps.push(Step::Repeat(repeat(&view, index, event, &recorded)?));
                continue;
            }
            if view.events.is_empty()
                && let Err(stale) = check_expectations(&view, batch)
            {
                // A forbidden role is told before a stale expectation.
                authorise(&view, event, &ctx).map_err(refused)?;
                return Err(stale);
            }
            let decision = domain::decide(&view, &event.fact, &ctx);
            sound(&view)?;
            let states = decision.map_err(refused)?.states;
            for (entity, state) in states {
                view.states.insert(entity, (state, ctx.position));
            }
            let revision = next_revision(&view, &mut heads, event.stream())?;
            steps.push(Step::New(view.events.len()));
            let decided = in_flight(&view, event, &ctx, revision)?;
            view.events.push(decided);
        }
        if view.events.is_empty() || batch.validate_only {
            return Ok(Outcome::Nothing(validated(&steps, &view.events)));
        }
        let (states, mut events) = (view.states, view.events);
        let batch = self.encode(batch, &steps, &mut events, &mut heads)?;
        self.last_recorded_us = recorded_at_us;
        self.next_position += events.len() as u64;
        let receipts = receipts(&steps, &events);
        for event in &events {
            self.memory.push(event.clone());
        }
        for (stream, head) in heads {
            self.memory.keep_head(stream, head);
        }
        for (entity, (state, position)) in states {
            self.memory.keep(entity, state, position);
        }
        Ok(Outcome::Write(batch, receipts, events))
    }

    /// Builds headers, leaves and stored entries of a batch's new events.
    fn encode(
        &mut self,
        batch: &Batch,
        steps: &[Step],
        events: &mut [Decided],
        heads: &mut Heads<'_>,
    ) -> Result<NewBatch, AppendError> {
        // Parts are sealed before the tree grows, so that a failing key store leaves nothing half
        // done.
        let sealed = events.iter().map(|event| self.seal(&event.submitted));
        let sealed = sealed.collect::<Result<Vec<_>, AppendError>>()?;
        let (seed, principal) = (batch.seed, &*batch.principal);
        // Behind an event that stands already the others have moved up.
        let moved = (steps.len() > events.len()).then(|| BatchSalts::of(&seed));
        let count = events.len() as u32;
        let bytes = events
            .iter()
            .map(|event| Header::bytes(event.submitted.stream(), principal));
        // The headers of a batch share one buffer.
        let mut headers = Vec::with_capacity(bytes.sum());
        let mut entries = Vec::with_capacity(events.len());
        for (index, (parts, decided)) in (0_u32..).zip(sealed.into_iter().zip(&mut *events)) {
            let event = &*decided.submitted;
            let (salts, event_hash) = match &moved {
                None => (event.salts, event.event_hash),
                Some(of_batch) => {
                    let salts = of_batch.entry(index);
                    (salts, event_hash(&salts.event, &event.event))
                }
            };
            let head = heads
                .get_mut(event.stream())
                .expect("the event's revision came from its stream's head");
            let occurred = event.fact.event.occurred_at.unwrap_or_default();
            let header = Header {
                digest_suite: DIGEST_SUITE,
                ledger_id: self.ledger_id,
                stream: event.stream(),
                revision: decided.revision,
                previous_header_hash: head.last_header_hash,
                payload_number: event.payload_number,
                event_id: event.event_id,
                occurred_at_seconds: occurred.seconds,
                occurred_at_nanos: occurred.nanos.cast_unsigned(),
                principal,
                batch_first_position: self.next_position,
                batch_count: count,
                event_hash,
                sealed_hash: part_hash(&parts.0),
                personal_hash: part_hash(&parts.1),
                signature_hash: part_hash(&event.signature),
            };
            let start = headers.len();
            header.encode_to(&mut headers).map_err(failed)?;
            let header_hash = header_hash(&salts.header, &headers[start..]);
            let leaf = leaf_bytes(decided.position, decided.recorded_at_us, &header_hash);
            head.last_header_hash = header_hash;
            head.last_position = decided.position;
            decided.leaf_hash = leaf_hash(&leaf);
            entries.push(NewEntry {
                recorded_at_us: decided.recorded_at_us,
                header: Bytes::new(),
                event: event.event.clone(),
                sealed: parts.0,
                personal: parts.1,
                signature: event.signature.clone(),
                leaf_hash: decided.leaf_hash,
                header_hash,
                keys: event.keys.clone(),
            });
        }
        let headers = Bytes::from(headers);
        let mut start = 0;
        for (entry, decided) in entries.iter_mut().zip(&*events) {
            let end = start + Header::bytes(decided.submitted.stream(), principal);
            entry.header = headers.slice(start..end);
            start = end;
            self.peaks.push(decided.leaf_hash);
        }
        Ok(NewBatch { seed, entries })
    }

    /// Encrypts the parts of an event; empty parts stay empty.
    fn seal(&self, event: &Submitted) -> Result<(Bytes, Bytes), AppendError> {
        let seal = |class, part: &Bytes| {
            if part.is_empty() {
                return Ok(Bytes::new());
            }
            let (key_id, key) = self.keys.key_for(event.stream(), class).map_err(failed)?;
            sealing::seal(&key_id, &key, &self.ledger_id, &event.event_id, class, part)
                .map(Bytes::from)
                .map_err(failed)
        };
        Ok((
            seal(sealing::Class::Sealed, &event.sealed)?,
            seal(sealing::Class::Personal, &event.personal)?,
        ))
    }
}

/// Tests the right to append the event, and nothing else.
fn authorise(view: &BatchView<'_>, event: &Submitted, ctx: &Context) -> Result<(), Refusal> {
    domain::authorise(view, &event.fact, ctx)
}

fn sound(view: &BatchView<'_>) -> Result<(), AppendError> {
    view.failure().map_or(Ok(()), |error| Err(damaged(error)))
}

#[allow(clippy::needless_pass_by_value, reason = "shaped for map_err")]
fn failed(error: impl std::fmt::Display) -> AppendError {
    AppendError::Failed(error.to_string())
}

#[allow(clippy::needless_pass_by_value, reason = "shaped for map_err")]
fn damaged(error: LoadError) -> AppendError {
    AppendError::Damaged(error.to_string())
}

/// The first receipt of an event sent again, or the conflict that its content makes.
fn repeat(
    view: &BatchView<'_>,
    index: usize,
    event: &Submitted,
    recorded: &Recorded,
) -> Result<Receipt, AppendError> {
    if recorded.event != event.event
        && let Some(field) = diff::first_difference(&recorded.event, &event.event)
    {
        return Err(AppendError::SourceRefConflict {
            index,
            field,
            position: recorded.position,
            event_id: event.event_id,
        });
    }
    let in_batch = view.events.iter().any(|own| voids(own, recorded.position));
    let voided = in_batch || view.memory().is_voided(&event.event_id).map_err(damaged)?;
    Ok(Receipt {
        event_id: event.event_id,
        standing: if voided {
            Standing::Voided
        } else {
            Standing::AlreadyAppended
        },
        position: recorded.position,
        revision: recorded.revision,
        recorded_at_us: recorded.recorded_at_us,
        leaf_hash: recorded.leaf_hash,
    })
}

/// Whether an event earlier in the batch voids the one at a position: events of a batch are decided
/// in order, so what follows the void is sent again of something voided.
fn voids(own: &Decided, position: u64) -> bool {
    let payload = own.submitted.fact.event.payload.as_ref();
    let member = payload.and_then(|payload| payload.payload.as_ref());
    own.amends == Some(position) && matches!(member, Some(Payload::EventVoided(_)))
}

fn check_expectations(view: &BatchView<'_>, batch: &Batch) -> Result<(), AppendError> {
    for (stream, expected) in &batch.expectations {
        let head = view.memory().stream_head(stream).map_err(damaged)?;
        let revision = head.map(|head| head.next_revision - 1);
        let holds = match expected {
            Expected::NoStream => revision.is_none(),
            Expected::Revision(wanted) => revision == Some(*wanted),
        };
        if !holds {
            let wanted = match expected {
                Expected::NoStream => None,
                Expected::Revision(wanted) => Some(*wanted),
            };
            return Err(stale(
                format!("stream {stream}"),
                "revision",
                wanted,
                revision,
            ));
        }
    }
    for (watched, wanted) in &batch.checks {
        let (object, last) = match watched {
            Watched::Stream(stream) => {
                let head = view.memory().stream_head(stream).map_err(damaged)?;
                (
                    format!("stream {stream}"),
                    head.map(|head| head.last_position),
                )
            }
            Watched::Entity(entity) => {
                let held = view.memory().entity(entity).map_err(damaged)?;
                (
                    format!("entity {entity}"),
                    held.map(|held| held.last_position),
                )
            }
        };
        if last != *wanted {
            return Err(stale(object, "position", *wanted, last));
        }
    }
    Ok(())
}

fn stale(object: String, what: &str, wanted: Option<u64>, current: Option<u64>) -> AppendError {
    let tell = |value: Option<u64>| match value {
        Some(value) => format!("{what} {value}"),
        None => "no event".to_owned(),
    };
    AppendError::Stale {
        object,
        expected: tell(wanted),
        actual: tell(current),
        current,
    }
}

fn next_revision<'b>(
    view: &BatchView<'_>,
    heads: &mut Heads<'b>,
    stream: &'b str,
) -> Result<u64, AppendError> {
    let head = match heads.entry(stream) {
        Entry::Occupied(head) => head.into_mut(),
        Entry::Vacant(head) => {
            let found = view.memory().stream_head(stream).map_err(damaged)?;
            head.insert(found.unwrap_or_default())
        }
    };
    head.next_revision += 1;
    Ok(head.next_revision - 1)
}

fn in_flight(
    view: &BatchView<'_>,
    event: &Arc<Submitted>,
    ctx: &Context,
    revision: u64,
) -> Result<Decided, AppendError> {
    let amends = match event.fact.event.payload.as_ref().and_then(keys::amended) {
        Some(id) => {
            let mut own = view.events.iter();
            match own.find(|other| other.submitted.event_id == id) {
                Some(own) => Some(own.position),
                None => view.memory().position_of(&id).map_err(damaged)?,
            }
        }
        None => None,
    };
    Ok(Decided {
        position: ctx.position,
        revision,
        recorded_at_us: ctx.recorded_at_us,
        leaf_hash: [0; 32],
        submitted: event.clone(),
        amends,
    })
}

fn receipts(steps: &[Step], events: &[Decided]) -> Appended {
    let of = |step: &Step| match step {
        Step::Repeat(receipt) => receipt.clone(),
        Step::New(index) => receipt(&events[*index], Standing::Appended),
    };
    steps.iter().map(of).collect()
}

fn validated(steps: &[Step], events: &[Decided]) -> Appended {
    let of = |step: &Step| match step {
        Step::Repeat(receipt) => receipt.clone(),
        Step::New(index) => Receipt {
            position: 0,
            revision: 0,
            recorded_at_us: 0,
            ..receipt(&events[*index], Standing::Valid)
        },
    };
    steps.iter().map(of).collect()
}

fn receipt(event: &Decided, standing: Standing) -> Receipt {
    Receipt {
        event_id: event.submitted.event_id,
        standing,
        position: event.position,
        revision: event.revision,
        recorded_at_us: event.recorded_at_us,
        leaf_hash: event.leaf_hash,
    }
}
