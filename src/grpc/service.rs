//! The ledger's service: each method converts, calls the ledger, converts back.

use std::{pin::Pin, sync::Arc};

use tokio::sync::mpsc;
use tokio_stream::{Stream, StreamExt as _, wrappers::ReceiverStream};
use tonic::{Request, Response, Status, Streaming};

use super::{
    append::{self, Malformed, Refusable},
    query, read, status, subscribe,
};
use crate::{
    domain::shape::{Checker, checker},
    events::v1::{
        self, append_event_stream_response::Outcome, get_event_response::Result as Found,
        ledger_service_server::LedgerService,
    },
    ledger::{
        AppendError, Appended, Batch, Ledger, clock::Clock, keys, overlay::LoadError, queue::Place,
        views::Asked, visibility,
    },
    rules::Packs,
    views::AsOf,
};

/// Batches of one stream that may wait for their answer.
const STREAM_WINDOW: usize = 256;

/// The payload number of `EventVoided`.
const EVENT_VOIDED: u32 = 2;

/// Serves a ledger.
#[derive(Clone)]
pub struct LedgerServer {
    ledger: Ledger,
    checker: &'static Checker,
    principal: Arc<str>,
}

impl LedgerServer {
    /// Serves this ledger to callers on the loopback.
    pub fn new(ledger: Ledger) -> Self {
        Self {
            ledger,
            checker: checker(),
            principal: Arc::from("loopback"),
        }
    }

    fn batch(&self, request: v1::AppendEventsRequest) -> Result<Batch, Status> {
        let validate_only = request.validate_only;
        let packs = || self.packs();
        append::batch_of(self.checker, request, &self.principal, packs).map_err(|malformed| {
            self.note_malformed(&malformed, validate_only);
            status::of_violations(&malformed.violations)
        })
    }

    /// The packs in force.
    fn packs(&self) -> Arc<Packs> {
        let queries = self.ledger.queries();
        let asked = Asked {
            as_of: AsOf::default(),
            role: v1::ActorRole::Regulator,
            end: queries.view_end(),
            now_us: 0,
        };
        let found = queries.packs(&asked);
        // Of a ledger that cannot be read nothing is appended either.
        found.unwrap_or_else(|_| Arc::clone(&queries.shared.site))
    }

    /// Malformed events with a code of the domain are evidence like other refusals; what cannot be
    /// decoded, and what was only asked, is only counted.
    fn note_malformed(&self, malformed: &Malformed, validate_only: bool) {
        match append::malformed_record(malformed, &self.principal) {
            Some(record) if !validate_only => self.ledger.access().record(record),
            _ => {
                let reason = malformed.violations.first();
                let reason = reason.map_or("SHAPE", |violation| violation.rule.code());
                metrics::counter!("bihuan_refusals_total", "reason" => reason).increment(1);
            }
        }
    }

    fn answer(
        &self,
        result: Result<Appended, AppendError>,
        refusable: &Refusable,
    ) -> Result<v1::AppendEventsResponse, Status> {
        match result {
            Ok(receipts) => Ok(append::appended(&receipts, self.ledger.clock())),
            Err(error) => {
                match append::refused_record(&error, refusable) {
                    Some(record) if !refusable.is_counted_only() => {
                        self.ledger.access().record(record);
                    }
                    _ => return Err(turned_away(&error)),
                }
                Err(status::of_append(&error))
            }
        }
    }

    async fn append_one(
        &self,
        request: v1::AppendEventsRequest,
    ) -> Result<v1::AppendEventsResponse, Status> {
        let place = self.ledger.try_place(bytes_of(&request));
        let place = place.map_err(|error| turned_away(&error))?;
        let (receiver, refusable) = self.submit(request, place)?;
        let result = receiver.await.unwrap_or(Err(AppendError::Closing));
        self.answer(result, &refusable)
    }

    fn found(&self, key: &v1::get_event_request::Key) -> Result<u64, Status> {
        use v1::get_event_request::Key;
        let (id, what) = match key {
            Key::Position(position) if *position < self.ledger.queries().reader.end() => {
                return Ok(*position);
            }
            Key::Position(position) => {
                return Err(status::not_found(&format!("position {position}")));
            }
            Key::EventId(text) => {
                let id = uuid::Uuid::parse_str(text)
                    .map_err(|error| status::invalid("event_id", error.to_string()))?;
                (id.into_bytes(), named(key))
            }
            Key::Name(name) => (
                keys::event_id(&name.source_system, &name.source_ref),
                named(key),
            ),
        };
        let found = self.ledger.queries().position_of(&id);
        found
            .map_err(|error| status::of_load(&error))?
            .ok_or_else(|| status::not_found(&what.unwrap_or_default()))
    }

    fn get(&self, request: v1::GetEventRequest) -> Result<v1::GetEventResponse, Status> {
        let role = query::role_of(request.reader.as_ref())?;
        let mut serving = read::Serving::of(request.view, role)?;
        serving.with_parts = request.parts;
        let key = request
            .key
            .ok_or_else(|| status::invalid("key", "name the event wanted"))?;
        let named = named(&key);
        let position = self.found(&key)?;
        let failed = |error: LoadError| status::of_load(&error);
        let queries = self.ledger.queries();
        let entry = queries.entry(position).map_err(failed)?;
        let header = entry.view();
        let undecodable = || status::of_load(&LoadError::Undecodable(position));
        let stream = header.stream().ok_or_else(undecodable)?;
        let revision = header.revision().ok_or_else(undecodable)?;
        let visibility = &self.ledger.shared().visibility;
        let shown = match visibility::sees_secrets(role) {
            true => Some(revision),
            false => visibility.shown_revision(stream, position, revision),
        };
        if let (None, Some(what)) = (shown, named) {
            // That a secret of this name exists is part of the secret.
            return Err(status::not_found(&what));
        }
        if request.parts {
            self.entitled(&entry, shown, role)?;
        }
        let id = header.event_id().ok_or_else(undecodable)?;
        let amended = queries.amendments(&id, position).map_err(failed)?;
        let mut voided = false;
        for position in &amended {
            let entry = queries.entry(*position).map_err(failed)?;
            voided |= entry.view().payload_number() == Some(EVENT_VOIDED);
        }
        Ok(match shown {
            Some(revision) => v1::GetEventResponse {
                result: Some(Found::Event(
                    read::recorded(&self.ledger, &entry, revision, serving).map_err(failed)?,
                )),
                amended_by_position: amended.last().copied(),
                voided,
            },
            None => v1::GetEventResponse {
                result: Some(Found::Withheld(v1::Withheld { position })),
                amended_by_position: None,
                voided: false,
            },
        })
    }

    /// Refuses parts to whom they are closed, and records that.
    fn entitled(
        &self,
        entry: &crate::journal::StoredEntry,
        shown: Option<u64>,
        role: v1::ActorRole,
    ) -> Result<(), Status> {
        let sealed = entry.sealed.is_empty() || visibility::reads_sealed(role);
        let personal = entry.personal.is_empty() || visibility::reads_personal(role);
        if shown.is_some() && sealed && personal {
            return Ok(());
        }
        let what = format!("the parts of the event at position {}", entry.position);
        let refused = status::sealed(&what);
        self.ledger.access().record(v1::AccessRecord {
            kind: v1::AccessKind::ReadRefused.into(),
            principal: self.principal.to_string(),
            role: role.into(),
            reason: crate::domain::refusal::Code::E021_SEALED.name().to_owned(),
            message: refused.message().to_owned(),
            target: what,
            ..v1::AccessRecord::default()
        });
        Err(refused)
    }
}

/// The answer to a batch that was not looked at.
fn turned_away(error: &AppendError) -> Status {
    let status = status::of_append(error);
    let code = format!("{:?}", status.code());
    metrics::counter!("bihuan_refusals_total", "reason" => code).increment(1);
    status
}

/// Bytes of the events of a request, and of what stands beside them.
fn bytes_of(request: &v1::AppendEventsRequest) -> usize {
    let events = request.events.iter();
    let bytes = events.map(|e| e.event.len() + e.sealed.len() + e.personal.len());
    bytes.sum()
}

/// What a key calls an event; `None` for a position, which only says that something is there.
fn named(key: &v1::get_event_request::Key) -> Option<String> {
    use v1::get_event_request::Key;
    match key {
        Key::Position(_) => None,
        Key::EventId(id) => Some(format!("event {id}")),
        Key::Name(name) => Some(format!(
            "event {} of {}",
            name.source_ref, name.source_system
        )),
    }
}

/// A batch of a stream on its way: its answer, or why there will be none.
type Pending = Result<
    (
        tokio::sync::oneshot::Receiver<Result<Appended, AppendError>>,
        Refusable,
    ),
    Status,
>;

#[tonic::async_trait]
impl LedgerService for LedgerServer {
    async fn append_events(
        &self,
        request: Request<v1::AppendEventsRequest>,
    ) -> Result<Response<v1::AppendEventsResponse>, Status> {
        self.append_one(request.into_inner())
            .await
            .map(Response::new)
    }

    type AppendEventStreamStream =
        Pin<Box<dyn Stream<Item = Result<v1::AppendEventStreamResponse, Status>> + Send>>;

    async fn append_event_stream(
        &self,
        request: Request<Streaming<v1::AppendEventStreamRequest>>,
    ) -> Result<Response<Self::AppendEventStreamStream>, Status> {
        let mut batches = request.into_inner();
        // The window: a batch is read from the wire only when there is a place for its answer.
        let (queue, pending) = mpsc::channel::<Pending>(STREAM_WINDOW);
        let server = self.clone();
        let mut closing = self.ledger.closing();
        tokio::spawn(async move {
            while let Ok(place) = queue.reserve().await {
                // A stop ends the reading; what was read is still answered.
                let message = tokio::select! {
                    message = batches.message() => message,
                    () = subscribe::ended(&mut closing) => break,
                };
                let Ok(Some(request)) = message else { break };
                place.send(
                    server
                        .submit_in_turn(request.batch.unwrap_or_default())
                        .await,
                );
            }
        });
        let server = self.clone();
        let mut batch_index = 0;
        let answers = ReceiverStream::new(pending).then(move |pending| {
            let server = server.clone();
            let index = batch_index;
            batch_index += 1;
            async move {
                let answer = match pending {
                    Err(status) => Err(status),
                    Ok((receiver, refusable)) => {
                        let result = receiver.await.unwrap_or(Err(AppendError::Closing));
                        server.answer(result, &refusable)
                    }
                };
                let outcome = match answer {
                    Ok(appended) => Outcome::Appended(appended),
                    Err(status) => Outcome::Failure(status::as_failure(&status)),
                };
                Ok(v1::AppendEventStreamResponse {
                    batch_index: index,
                    outcome: Some(outcome),
                })
            }
        });
        Ok(Response::new(Box::pin(answers)))
    }

    type ReadEventsStream = read::Responses;

    async fn read_events(
        &self,
        request: Request<v1::ReadEventsRequest>,
    ) -> Result<Response<Self::ReadEventsStream>, Status> {
        read::read(self.ledger.clone(), request.into_inner())
            .await
            .map(Response::new)
    }

    type SubscribeEventsStream = subscribe::Responses;

    async fn subscribe_events(
        &self,
        request: Request<v1::SubscribeEventsRequest>,
    ) -> Result<Response<Self::SubscribeEventsStream>, Status> {
        subscribe::subscribe(&self.ledger, request.into_inner()).map(Response::new)
    }

    async fn get_event(
        &self,
        request: Request<v1::GetEventRequest>,
    ) -> Result<Response<v1::GetEventResponse>, Status> {
        self.get(request.into_inner()).map(Response::new)
    }

    async fn get_ledger(
        &self,
        _request: Request<v1::GetLedgerRequest>,
    ) -> Result<Response<v1::GetLedgerResponse>, Status> {
        let (end_position, root) = self.ledger.queries().reader.tree();
        let reason = self.ledger.read_only_reason();
        let last_us = self.ledger.last_recorded_us();
        Ok(Response::new(v1::GetLedgerResponse {
            ledger_id: uuid::Uuid::from_bytes(self.ledger.id()).to_string(),
            end_position,
            root_hash: bytes::Bytes::copy_from_slice(&root),
            simulated_clock: self.ledger.clock() == Clock::Simulated,
            ledger_time: Some(append::instant_of(self.ledger.clock().now_us(last_us))),
            writable: reason.is_none(),
            read_only_reason: reason.unwrap_or_default(),
            schema_revision: crate::SCHEMA_REVISION,
            format_version: crate::journal::FORMAT_VERSION,
            server_version: env!("CARGO_PKG_VERSION").to_owned(),
            access_end_position: self.ledger.access().reader().end(),
        }))
    }
}

impl LedgerServer {
    /// Queues a batch of a stream. Where the queue is full the stream waits: a batch turned away
    /// in the middle would let those behind it go first.
    async fn submit_in_turn(&self, request: v1::AppendEventsRequest) -> Pending {
        let place = self.ledger.place(bytes_of(&request)).await;
        let place = place.map_err(|error| turned_away(&error))?;
        self.submit(request, place)
    }

    fn submit(&self, request: v1::AppendEventsRequest, place: Place) -> Pending {
        let batch = self.batch(request)?;
        let refusable = Refusable::of(&batch);
        match self.ledger.submit(batch, place) {
            Ok(receiver) => Ok((receiver, refusable)),
            Err(error) => Err(turned_away(&error)),
        }
    }
}
