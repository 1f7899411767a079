//! Decides batches, one after the other, and builds what the journal will hold of them.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;

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
    events::diff,
    journal::{
        NewBatch, NewEntry,
        header::{
            DIGEST_SUITE, Header, Peaks, Salts, event_hash, header_hash, leaf_bytes, leaf_hash,
            part_hash,
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
        let mut view = BatchView::new(&mut self.memory);
        let mut streams = HashMap::new();
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
            let revision = next_revision(&view, &mut streams, &event.stream)?;
            steps.push(Step::New(view.events.len()));
            let decided = in_flight(&view, event, &ctx, revision)?;
            view.events.push(decided);
        }
        if view.events.is_empty() || batch.validate_only {
            return Ok(Outcome::Nothing(validated(&steps, &view.events)));
        }
        let (states, mut events) = (view.states, view.events);
        let seed = random_seed()?;
        let entries = self.encode(batch, &steps, &mut events, &mut streams, &seed)?;
        self.last_recorded_us = recorded_at_us;
        self.next_position += events.len() as u64;
        let receipts = receipts(&steps, &events);
        for event in &events {
            let head = streams[&event.fact.event.stream].clone();
            self.memory.push(event.clone(), head);
        }
        for (entity, (state, position)) in states {
            self.memory.keep(entity, state, position);
        }
        Ok(Outcome::Write(NewBatch { seed, entries }, receipts, events))
    }

    /// Builds headers, leaves and stored entries of a batch's new events.
    fn encode(
        &mut self,
        batch: &Batch,
        steps: &[Step],
        events: &mut [Decided],
        streams: &mut HashMap<String, StreamHead>,
        seed: &[u8; 32],
    ) -> Result<Vec<NewEntry>, AppendError> {
        let count = events.len() as u32;
        let mut entries = Vec::with_capacity(events.len());
        let submitted = batch.events.iter().zip(steps);
        let new = submitted.filter(|(_, step)| matches!(step, Step::New(_)));
        // Parts are sealed before the tree grows, so that a failing key store leaves nothing half
        // done.
        let sealed = new
            .clone()
            .map(|(event, _)| self.seal(event))
            .collect::<Result<Vec<_>, AppendError>>()?;
        for (index, (((event, _), parts), decided)) in
            new.zip(sealed).zip(events.iter_mut()).enumerate()
        {
            let salts = Salts::of(seed, index as u32);
            let head = streams
                .entry(event.stream.clone())
                .or_insert_with(|| StreamHead {
                    next_revision: 0,
                    last_header_hash: [0; 32],
                    last_position: 0,
                });
            let occurred = event.fact.event.occurred_at.unwrap_or_default();
            let header = Header {
                digest_suite: DIGEST_SUITE,
                ledger_id: self.ledger_id,
                stream: event.stream.clone(),
                revision: decided.revision,
                previous_header_hash: head.last_header_hash,
                payload_number: event.payload_number,
                event_id: event.event_id,
                occurred_at_seconds: occurred.seconds,
                occurred_at_nanos: occurred.nanos.cast_unsigned(),
                principal: batch.principal.to_string(),
                batch_first_position: self.next_position,
                batch_count: count,
                event_hash: event_hash(&salts.event, &event.event),
                sealed_hash: part_hash(&parts.0),
                personal_hash: part_hash(&parts.1),
                signature_hash: part_hash(&event.signature),
            };
            let header = header
                .encode()
                .map_err(|error| AppendError::Failed(error.to_string()))?;
            let header = Bytes::from(header);
            let header_hash = header_hash(&salts.header, &header);
            let leaf = leaf_bytes(decided.position, decided.recorded_at_us, &header_hash);
            let leaf = leaf_hash(&leaf);
            head.last_header_hash = header_hash;
            head.last_position = decided.position;
            decided.leaf_hash = leaf;
            self.peaks.push(leaf);
            entries.push(NewEntry {
                recorded_at_us: decided.recorded_at_us,
                header,
                event: event.event.clone(),
                sealed: parts.0,
                personal: parts.1,
                signature: event.signature.clone(),
                leaf_hash: leaf,
                header_hash,
                keys: event.keys.clone(),
            });
        }
        Ok(entries)
    }

    /// Encrypts the parts of an event; empty parts stay empty.
    fn seal(&self, event: &Submitted) -> Result<(Bytes, Bytes), AppendError> {
        let seal = |class, part: &Bytes| {
            if part.is_empty() {
                return Ok(Bytes::new());
            }
            let failed = |error: &dyn std::fmt::Display| AppendError::Failed(error.to_string());
            let (key_id, key) = self
                .keys
                .key_for(&event.stream, class)
                .map_err(|error| failed(&error))?;
            sealing::seal(&key_id, &key, &self.ledger_id, &event.event_id, class, part)
                .map(Bytes::from)
                .map_err(|error| failed(&error))
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
    let voided = view.memory().is_voided(&event.event_id).map_err(damaged)?;
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

fn next_revision(
    view: &BatchView<'_>,
    streams: &mut HashMap<String, StreamHead>,
    stream: &str,
) -> Result<u64, AppendError> {
    if !streams.contains_key(stream) {
        let head = view
            .memory()
            .stream_head(stream)
            .map_err(damaged)?
            .unwrap_or(StreamHead {
                next_revision: 0,
                last_header_hash: [0; 32],
                last_position: 0,
            });
        streams.insert(stream.to_owned(), head);
    }
    let head = streams.get_mut(stream).expect("was inserted above");
    head.next_revision += 1;
    Ok(head.next_revision - 1)
}

fn in_flight(
    view: &BatchView<'_>,
    event: &Submitted,
    ctx: &Context,
    revision: u64,
) -> Result<Decided, AppendError> {
    let amends = match event.fact.event.payload.as_ref().and_then(keys::amended) {
        Some(id) => match view.events.iter().find(|other| other.event_id == id) {
            Some(own) => Some(own.position),
            None => view.memory().position_of(&id).map_err(damaged)?,
        },
        None => None,
    };
    Ok(Decided {
        position: ctx.position,
        revision,
        recorded_at_us: ctx.recorded_at_us,
        event_id: event.event_id,
        leaf_hash: [0; 32],
        fact: event.fact.clone(),
        event: event.event.clone(),
        touched: event.touched.clone(),
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
        event_id: event.event_id,
        standing,
        position: event.position,
        revision: event.revision,
        recorded_at_us: event.recorded_at_us,
        leaf_hash: event.leaf_hash,
    }
}

fn random_seed() -> Result<[u8; 32], AppendError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| AppendError::Failed(error.to_string()))?;
    Ok(seed)
}
