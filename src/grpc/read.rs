//! Stored events as messages, and answers to reads.

use std::sync::Arc;

use bytes::Bytes;
use tonic::Status;

use super::{
    answers::{self, NoPlace, Place, Sender},
    append::micros_of,
    query, status, subscribe,
};
use crate::{
    access::{
        keys::Found,
        sealing::{self, Class},
    },
    events::{
        v1::{self, ActorRole, EventView},
        wire::RecordedEvent,
    },
    journal::{StoredEntry, header::Header},
    ledger::{
        AppendError, Ledger,
        clock::Clock,
        overlay::LoadError,
        query::{Chunk, Item, Query, Source},
        visibility,
    },
};

/// Events in one message.
const EVENTS_PER_MESSAGE: usize = 512;
/// Events in the first message: a short stream is answered without another thread.
const EVENTS_FIRST: usize = 64;
/// Messages that wait for a slow reader.
const MESSAGES_AHEAD: usize = 2;

/// How much of an event is served, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Serving {
    /// Headers, salts and leaves too.
    pub is_full: bool,
    /// Sealed and personal parts too, where the role may have them.
    pub with_parts: bool,
    /// In which capacity the caller reads.
    pub role: ActorRole,
}

impl Serving {
    /// What a request asks for.
    pub fn of(view: i32, role: ActorRole) -> Result<Self, Status> {
        let is_full = match EventView::try_from(view) {
            Ok(EventView::Unspecified | EventView::Basic) => false,
            Ok(EventView::Full) => true,
            Err(_) => return Err(status::invalid("view", format!("{view} is no view"))),
        };
        Ok(Self {
            is_full,
            with_parts: true,
            role,
        })
    }
}

/// A stored event as a message.
///
/// # Errors
/// A part that the reader may have, and that cannot be opened though it was not erased.
pub fn recorded(
    ledger: &Ledger,
    entry: &StoredEntry,
    shown_revision: u64,
    serving: Serving,
) -> Result<RecordedEvent, LoadError> {
    let header = entry.view();
    let mut event = RecordedEvent {
        position: entry.position,
        revision: shown_revision,
        recorded_at_us: entry.recorded_at_us,
        event: entry.event.clone(),
        event_id: header
            .event_id_bytes()
            .map_or_else(Bytes::new, |id| entry.header.slice_ref(id)),
        signature: entry.signature.clone(),
        principal: header.principal().unwrap_or("").to_owned(),
        leaf_proof: None,
        sealed: Bytes::new(),
        personal: Bytes::new(),
    };
    if serving.is_full {
        event.leaf_proof = Some(leaf_proof(ledger, entry, serving.role)?);
    }
    if serving.with_parts {
        if !entry.sealed.is_empty() && visibility::reads_sealed(serving.role) {
            event.sealed = open_part(ledger, entry, Class::Sealed)?;
        }
        if !entry.personal.is_empty() && visibility::reads_personal(serving.role) {
            event.personal = open_part(ledger, entry, Class::Personal)?;
        }
    }
    Ok(event)
}

/// What makes a leaf recomputable. A header that tells of secrets is left out until they end, and
/// its salt with it: the few values that a revision may have are soon tried.
fn leaf_proof(
    ledger: &Ledger,
    entry: &StoredEntry,
    role: ActorRole,
) -> Result<v1::LeafProof, LoadError> {
    let leaf_hash = Bytes::copy_from_slice(&entry.leaf_hash());
    let secrets = &ledger.shared().visibility;
    if !visibility::sees_secrets(role) && !secrets.is_empty() {
        let position = entry.position;
        let header = Header::decode(&entry.header);
        let header = header.map_err(|_| LoadError::Undecodable(position))?;
        let first = header.batch_first_position;
        let batch = first..first + u64::from(header.batch_count);
        if !secrets.shows_header(header.stream, position, batch) {
            return Ok(v1::LeafProof {
                leaf_hash,
                ..v1::LeafProof::default()
            });
        }
    }
    let salts = entry.salts();
    Ok(v1::LeafProof {
        header: entry.header.clone(),
        header_salt: Bytes::copy_from_slice(&salts.header),
        event_salt: Bytes::copy_from_slice(&salts.event),
        leaf_hash,
    })
}

/// Decrypts a part. One whose key was destroyed is erased and shows as absent; one that does not
/// open for another reason must not be taken for erased.
fn open_part(ledger: &Ledger, entry: &StoredEntry, class: Class) -> Result<Bytes, LoadError> {
    let (part, name) = match class {
        Class::Sealed => (&entry.sealed, "sealed"),
        Class::Personal => (&entry.personal, "personal"),
    };
    let position = entry.position;
    let lost = |cause: String| LoadError::Part {
        position,
        part: name,
        cause,
    };
    let header = Header::decode(&entry.header).map_err(|_| LoadError::Undecodable(position))?;
    let (_, id) = sealing::key_of(part).map_err(|error| lost(error.to_string()))?;
    match ledger.keys().find(id) {
        Ok(Found::Key(key)) => {
            let opened = sealing::open(&key, &header.ledger_id, &header.event_id, class, part);
            opened
                .map(Bytes::from)
                .map_err(|error| lost(error.to_string()))
        }
        Ok(Found::Destroyed) => Ok(Bytes::new()),
        Ok(Found::Unknown) => Err(lost(format!("key {id} is not among the keys"))),
        Err(error) => Err(lost(error.to_string())),
    }
}

/// A chunk as a message.
pub fn response(
    ledger: &Ledger,
    chunk: Chunk,
    serving: Serving,
    end_position: u64,
) -> Result<v1::ReadEventsResponse, LoadError> {
    let (events, withheld) = items(ledger, chunk, serving)?;
    let simulated_clock = ledger.clock() == Clock::Simulated;
    Ok(v1::ReadEventsResponse {
        events,
        withheld,
        end_position,
        simulated_clock,
    })
}

/// The events of a chunk, and the positions that are withheld.
pub fn items(
    ledger: &Ledger,
    chunk: Chunk,
    serving: Serving,
) -> Result<(Vec<RecordedEvent>, Vec<v1::Withheld>), LoadError> {
    let mut events = Vec::with_capacity(chunk.items.len());
    let mut withheld = Vec::new();
    for item in chunk.items {
        match item {
            Item::Event(entry, revision) => {
                events.push(recorded(ledger, &entry, revision, serving)?);
            }
            Item::Withheld(position) => withheld.push(v1::Withheld { position }),
        }
    }
    Ok((events, withheld))
}

/// A read on its way through the ledger.
struct Reading {
    ledger: Ledger,
    query: Query,
    serving: Serving,
    is_backwards: bool,
    /// Forwards the next position, backwards the one that is next above.
    at: u64,
    /// Forwards the end, backwards the lowest position wanted.
    limit: u64,
    left: u64,
    end_position: u64,
}

/// The stream of answers to a read.
pub type Responses = answers::Responses<v1::ReadEventsResponse>;

/// Answers a read: the first message at once, the rest as fast as the caller takes it.
pub async fn read(ledger: Ledger, request: v1::ReadEventsRequest) -> Result<Responses, Status> {
    if let Some(wanted) = request.min_position {
        wait_for(&ledger, wanted).await?;
    }
    let mut reading = Reading::begin(ledger, request)?;
    let (sender, responses) = answers::channel(MESSAGES_AHEAD);
    let first = reading
        .next(EVENTS_FIRST)
        .map_err(|error| status::of_load(&error))?;
    let place = sender.place().await.expect("the channel is new and open");
    let sender = place.send(first);
    if reading.is_done() {
        sender.end();
    } else {
        tokio::spawn(rest(reading, sender));
    }
    Ok(responses)
}

/// Waits until the event at a position is durable, or the ledger ends.
pub async fn wait_for(ledger: &Ledger, wanted: u64) -> Result<(), Status> {
    let mut durable = ledger.shared().durable.subscribe();
    let mut closing = ledger.closing();
    tokio::select! {
        biased;
        reached = durable.wait_for(|end| *end > wanted) => {
            reached.map(drop).map_err(|_| status::of_append(&AppendError::Closing))
        }
        () = subscribe::ended(&mut closing) => Err(status::of_append(&AppendError::Closing)),
    }
}

/// Answers what is left. A thread that may block is held only while there is room for an answer:
/// a caller who stops reading costs a task and no thread.
async fn rest(mut reading: Reading, mut sender: Sender<v1::ReadEventsResponse>) {
    while let Some(place) = sender.place().await {
        let worked = tokio::task::spawn_blocking(move || reading.fill(place)).await;
        // A panic drops the sender, which ends the stream with an error.
        let Ok(Some(left)) = worked else { return };
        (reading, sender) = left;
    }
}

impl Reading {
    fn begin(ledger: Ledger, request: v1::ReadEventsRequest) -> Result<Self, Status> {
        use v1::read_events_request::{Source as Wire, Start};
        let source = match &request.source {
            None => {
                return Err(status::invalid(
                    "source",
                    "all, stream or entity is required",
                ));
            }
            Some(Wire::All(_)) => Source::All,
            Some(Wire::Stream(stream)) => query::stream_source("stream", stream)?,
            Some(Wire::Entity(key)) => query::entity_source("entity", key)?,
        };
        let is_backwards = match v1::Direction::try_from(request.direction) {
            Ok(v1::Direction::Unspecified | v1::Direction::Forwards) => false,
            Ok(v1::Direction::Backwards) => true,
            Err(_) => return Err(status::invalid("direction", "no such direction")),
        };
        let role = query::role_of(request.reader.as_ref())?;
        let serving = Serving::of(request.view, role)?;
        let filter = query::filter_of(request.filter)?;
        let queries = ledger.queries();
        let failed = |error: LoadError| status::of_load(&error);
        if !queries.exists(&source).map_err(failed)? {
            return Err(status::not_found(&describe(&source)));
        }
        let end_position = queries.reader.end();
        let from =
            match request.start {
                None if is_backwards => end_position,
                None => 0,
                Some(Start::Position(position)) if is_backwards => position.saturating_add(1),
                Some(Start::Position(position)) => position,
                Some(Start::Revision(revision)) => {
                    let Source::Stream(stream) = &source else {
                        return Err(status::invalid("revision", "only a stream has revisions"));
                    };
                    let wanted = if is_backwards {
                        revision.saturating_add(1)
                    } else {
                        revision
                    };
                    queries
                        .position_of_revision(stream, wanted, role)
                        .map_err(failed)?
                }
                Some(Start::RecordedTime(instant)) => queries
                    .reader
                    .position_at(micros_of(&instant))
                    .map_err(|error| status::of_load(&Arc::new(error).into()))?,
            };
        let (at, limit) = match is_backwards {
            true => (from.min(end_position), 0),
            false => (from, end_position),
        };
        let left = if request.max_count == 0 {
            u64::MAX
        } else {
            request.max_count
        };
        let query = Query {
            source,
            filter,
            role,
        };
        Ok(Self {
            ledger,
            query,
            serving,
            is_backwards,
            at,
            limit,
            left,
            end_position,
        })
    }

    fn is_done(&self) -> bool {
        let reached = if self.is_backwards {
            self.at <= self.limit
        } else {
            self.at >= self.limit
        };
        reached || self.left == 0
    }

    fn next(&mut self, events_max: usize) -> Result<v1::ReadEventsResponse, LoadError> {
        let room = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(events_max);
        let queries = self.ledger.queries();
        let chunk = match self.is_backwards {
            _ if self.is_done() => Chunk::at(self.at),
            true => queries.backwards(&self.query, self.at, self.limit, room)?,
            false => queries.forwards(&self.query, self.at, self.limit, room)?,
        };
        self.at = chunk.reached;
        let events = chunk
            .items
            .iter()
            .filter(|item| matches!(item, Item::Event(..)))
            .count();
        self.left -= events as u64;
        response(&self.ledger, chunk, self.serving, self.end_position)
    }

    /// Answers until there is no room for the next answer, and says with what to go on; `None`
    /// when there is nothing to go on with.
    fn fill(
        mut self,
        mut place: Place<v1::ReadEventsResponse>,
    ) -> Option<(Self, Sender<v1::ReadEventsResponse>)> {
        loop {
            let answer = match self.next(EVENTS_PER_MESSAGE) {
                Ok(answer) => answer,
                Err(error) => {
                    place.fail(status::of_load(&error));
                    return None;
                }
            };
            // Chunks without a match are not sent: a filter that matches little stays quiet.
            let is_empty = answer.events.is_empty() && answer.withheld.is_empty();
            let sender = if is_empty {
                place.leave()
            } else {
                place.send(answer)
            };
            if self.is_done() {
                sender.end();
                return None;
            }
            place = match sender.place_now() {
                Ok(place) => place,
                Err(NoPlace::Yet(sender)) => return Some((self, sender)),
                Err(NoPlace::Ever) => return None,
            };
        }
    }
}

fn describe(source: &Source) -> String {
    match source {
        Source::All => "the ledger".to_owned(),
        Source::Stream(stream) => format!("stream {stream}"),
        Source::Entity(entity) => format!("entity {entity}"),
    }
}
