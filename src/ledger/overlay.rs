//! What the decider knows: everything durable, and on top of it what is still in flight.

use std::{
    cell::{RefCell, RefMut},
    collections::VecDeque,
    sync::Arc,
};

use bytes::Bytes;
use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};
use prost::Message as _;

use super::{append::Submitted, cache::Cache, keys, states};
use crate::{
    domain::{
        decider::{self, Entities, Fact, HistoryItem},
        entity::{self, EntityRef},
        state::EntityState,
        values::{StreamName, local_date},
    },
    events::v1,
    journal::{ReadError, Reader, StoredEntry},
    state::StateStore,
};

/// The end of a stream; the default is that of one without events.
#[derive(Clone, Debug, Default)]
pub struct StreamHead {
    /// The revision that the next event gets.
    pub next_revision: u64,
    /// The hash of the last event's header.
    pub last_header_hash: [u8; 32],
    /// The position of the last event.
    pub last_position: u64,
}

/// An entity as the decider holds it.
#[derive(Clone, Debug)]
pub struct Held {
    /// Its state; `None` when nothing is left of it.
    pub state: Option<Arc<EntityState>>,
    /// The last event that touched it.
    pub last_position: u64,
    /// It changed since the last checkpoint.
    pub is_dirty: bool,
}

/// An event that was decided; it is in flight until it is durable.
#[derive(Clone, Debug)]
pub struct Decided {
    /// Its place in the ledger.
    pub position: u64,
    /// Its place in its stream.
    pub revision: u64,
    /// When it is recorded.
    pub recorded_at_us: u64,
    /// Its leaf.
    pub leaf_hash: [u8; 32],
    /// What was submitted.
    pub submitted: Arc<Submitted>,
    /// The position of what it corrects or voids.
    pub amends: Option<u64>,
}

/// An event that stands in the ledger, or will.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its place in the ledger.
    pub position: u64,
    /// Its place in its stream.
    pub revision: u64,
    /// When it was recorded.
    pub recorded_at_us: u64,
    /// Its leaf.
    pub leaf_hash: [u8; 32],
    /// Its bytes as received.
    pub event: Bytes,
}

/// Why a stored event cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LoadError {
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] Arc<ReadError>),
    /// The event's bytes are sound but are no event of this schema.
    #[error("the event at position {0} cannot be decoded")]
    Undecodable(u64),
    /// A sealed or personal part cannot be opened, though its key was not destroyed.
    #[error("the {part} part of the event at position {position} cannot be opened: {cause}")]
    Part {
        /// The event's position.
        position: u64,
        /// Which part.
        part: &'static str,
        /// Why not.
        cause: String,
    },
}

impl LoadError {
    /// The first event in doubt, if the error says.
    pub fn position(&self) -> Option<u64> {
        match self {
            Self::Journal(error) => error.position(),
            Self::Undecodable(position) | Self::Part { position, .. } => Some(*position),
        }
    }
}

/// Reads a stored event as a fact.
pub fn fact_of(entry: &StoredEntry) -> Result<Fact, LoadError> {
    v1::Event::decode(entry.event.clone())
        .ok()
        .and_then(fact_from)
        .ok_or(LoadError::Undecodable(entry.position))
}

/// An event as the domain sees it; `None` for what no checker would have let in.
pub fn fact_from(event: v1::Event) -> Option<Fact> {
    use v1::event_payload::Payload::OcdsReleaseImported;
    let stream = StreamName::parse(&event.stream).ok()?;
    let occurred = event.occurred_at?;
    let legal_date = match event.payload.as_ref()?.payload.as_ref()? {
        // A publisher's date is what he wrote; every other type occurs on its legal date.
        OcdsReleaseImported(release) => release.released_on.parse().ok()?,
        _ => local_date(occurred.seconds, occurred.nanos)?,
    };
    Some(Fact {
        event,
        stream,
        legal_date,
    })
}

/// The stored event at a position.
pub fn entry_at(reader: &Reader, position: u64) -> Result<StoredEntry, LoadError> {
    reader
        .get(position)
        .map_err(Arc::new)?
        .ok_or(LoadError::Undecodable(position))
}

/// The durable position of an event.
pub fn durable_position_of(reader: &Reader, id: &[u8; 16]) -> Result<Option<u64>, LoadError> {
    let end = reader.end();
    let found = reader
        .postings(keys::of_event(id), 0, end, usize::MAX, false)
        .map_err(Arc::new)?;
    for position in found {
        if entry_at(reader, position)?.view().event_id().as_ref() == Some(id) {
            return Ok(Some(position));
        }
    }
    Ok(None)
}

/// The durable facts that touched an entity at positions from `from` to below `to`.
pub fn history_through(
    reader: &Reader,
    entity: &EntityRef,
    from: u64,
    to: u64,
) -> Result<Vec<HistoryItem>, LoadError> {
    let mut items = Vec::new();
    let key = keys::of_entity(entity);
    for position in reader
        .postings(key, from, to, usize::MAX, false)
        .map_err(Arc::new)?
    {
        let fact = fact_of(&entry_at(reader, position)?)?;
        let Some(payload) = fact.event.payload.as_ref() else {
            continue;
        };
        if !decider::touched(&fact.stream, payload).contains(entity) {
            // Another entity with the same fingerprint.
            continue;
        }
        let amends = match keys::amended(payload) {
            Some(id) => durable_position_of(reader, &id)?,
            None => None,
        };
        items.push(HistoryItem {
            position,
            fact: Arc::new(fact),
            amends,
        });
    }
    Ok(items)
}

/// The decider's memory.
pub struct Memory {
    /// The durable journal.
    pub reader: Reader,
    store: Arc<StateStore>,
    /// Also what is known to be untouched: whoever names an organisation that is not registered
    /// does so again and again.
    entities: Cache<EntityRef, Option<Held>>,
    streams: Cache<String, StreamHead>,
    in_flight: VecDeque<Decided>,
    ids: HashMap<[u8; 16], u64>,
    /// Index keys of the batch at hand that no durable event has.
    absent: HashSet<u64>,
}

/// Events from which on a batch is worth a look ahead.
const FORESEEN_EVENTS: usize = 4;

impl Memory {
    /// Knows what is durable and nothing else.
    pub fn new(reader: Reader, store: Arc<StateStore>, cached_entities: usize) -> Self {
        Self {
            reader,
            store,
            entities: Cache::new(cached_entities),
            streams: Cache::new(cached_entities),
            in_flight: VecDeque::new(),
            ids: HashMap::new(),
            absent: HashSet::new(),
        }
    }

    /// Looks up at once what the events of a batch will ask for: most of it is not there.
    pub fn foresee(&mut self, events: &[Arc<Submitted>]) {
        self.absent.clear();
        if events.len() < FORESEEN_EVENTS {
            return;
        }
        let mut asked = Vec::with_capacity(2 * events.len());
        for event in events {
            asked.push(keys::of_event(&event.event_id));
            // What is in the cache may be touched by an event that is not durable yet.
            let entities = event.touched.iter().zip(keys::of_touched(&event.keys));
            let unknown = entities.filter(|(entity, _)| !self.entities.has(entity));
            asked.extend(unknown.map(|(_, key)| *key));
        }
        let absent = self.reader.absent(&asked);
        let absent = asked.iter().zip(absent).filter(|(_, absent)| *absent);
        self.absent.extend(absent.map(|(key, _)| *key));
    }

    /// Takes in an accepted event. The heads of streams and the states of entities follow by
    /// [`Memory::keep_head`] and [`Memory::keep`].
    pub fn push(&mut self, event: Decided) {
        self.ids.insert(event.submitted.event_id, event.position);
        self.in_flight.push_back(event);
    }

    /// Takes in the end of a stream after its last event.
    pub fn keep_head(&mut self, stream: &str, head: StreamHead) {
        if let Some(known) = self.streams.get(stream) {
            *known = head;
            return;
        }
        let durable = self.reader.end();
        self.streams.insert(stream.to_owned(), head, |head| {
            head.last_position >= durable
        });
    }

    /// Takes in the state of an entity after its last event.
    pub fn keep(&mut self, entity: EntityRef, state: Option<Arc<EntityState>>, position: u64) {
        let durable = self.reader.end();
        let is_dirty = entity::is_snapshotted(entity.kind);
        let held = Held {
            state,
            last_position: position,
            is_dirty,
        };
        self.entities
            .insert(entity, Some(held), |held| is_pinned(held.as_ref(), durable));
    }

    /// Forgets the events that have become durable, since the journal shows them now, and hands
    /// them over to be dropped where there is time.
    pub fn settle(&mut self, settled: &mut Vec<Decided>) {
        let durable = self.reader.end();
        while self
            .in_flight
            .front()
            .is_some_and(|event| event.position < durable)
        {
            if let Some(event) = self.in_flight.pop_front() {
                self.ids.remove(&event.submitted.event_id);
                settled.push(event);
            }
        }
    }

    /// Lists the states that changed since the last call, with the last position that touched each.
    pub fn take_dirty(&mut self) -> Vec<(EntityRef, u64, Option<Arc<EntityState>>)> {
        let mut dirty = Vec::new();
        self.entities.for_each(|entity, held| {
            if let Some(held) = held.as_mut().filter(|held| held.is_dirty) {
                held.is_dirty = false;
                dirty.push((entity.clone(), held.last_position, held.state.clone()));
            }
        });
        dirty
    }

    /// The end of a stream; `None` if it has no event.
    pub fn stream_head(&mut self, stream: &str) -> Result<Option<StreamHead>, LoadError> {
        if let Some(head) = self.streams.get(stream) {
            return Ok(Some(head.clone()));
        }
        let (key, mut end) = (keys::of_stream(stream), self.reader.end());
        while let Some(position) = self.last_posting(key, end)? {
            let entry = self.entry(position)?;
            let header = entry.view();
            if header.stream() != Some(stream) {
                // Another stream with the same fingerprint.
                end = position;
                continue;
            }
            let head = StreamHead {
                next_revision: header.revision().map_or(0, |revision| revision + 1),
                last_header_hash: entry.header_hash(),
                last_position: position,
            };
            let durable = self.reader.end();
            let pinned = |head: &StreamHead| head.last_position >= durable;
            self.streams.insert(stream.to_owned(), head.clone(), pinned);
            return Ok(Some(head));
        }
        Ok(None)
    }

    /// The entity as it stands; `None` if no event touched it.
    pub fn entity(&mut self, entity: &EntityRef) -> Result<Option<Held>, LoadError> {
        if let Some(held) = self.entities.get(entity) {
            return Ok(held.clone());
        }
        let held = self.load(entity)?;
        let durable = self.reader.end();
        let pinned = |held: &Option<Held>| is_pinned(held.as_ref(), durable);
        self.entities.insert(entity.clone(), held.clone(), pinned);
        Ok(held)
    }

    /// Folds an entity from its saved state and what came after it.
    fn load(&self, entity: &EntityRef) -> Result<Option<Held>, LoadError> {
        if !self.absent.is_empty() && self.absent.contains(&keys::of_entity(entity)) {
            return Ok(None);
        }
        let saved = match entity::is_snapshotted(entity.kind) {
            true => states::saved(&self.store, entity, self.reader.end()),
            false => None,
        };
        let from = saved.as_ref().map_or(0, |(through, _)| through + 1);
        let tail = self.durable_history(entity, from)?;
        let Some(last) = tail
            .last()
            .map(|item| item.position)
            .or(saved.as_ref().map(|s| s.0))
        else {
            return Ok(None);
        };
        let amended = tail.iter().any(|item| item.amends.is_some());
        let state = match saved {
            Some((_, Some(mut state))) if !amended => {
                for item in &tail {
                    decider::evolve(&mut state, entity, item.position, &item.fact);
                }
                Some(state)
            }
            Some(_) => decider::fold(entity, &self.durable_history(entity, 0)?),
            None => decider::fold(entity, &tail),
        };
        Ok(Some(Held {
            state: state.map(Arc::new),
            last_position: last,
            is_dirty: false,
        }))
    }

    /// Everything that touched an entity, in flight included.
    pub fn history(&self, entity: &EntityRef) -> Result<Vec<HistoryItem>, LoadError> {
        let mut items = self.durable_history(entity, 0)?;
        let durable = items.last().map_or(0, |item| item.position + 1);
        for event in &self.in_flight {
            if event.position >= durable && event.submitted.touched.contains(entity) {
                items.push(history_item(event));
            }
        }
        Ok(items)
    }

    fn durable_history(
        &self,
        entity: &EntityRef,
        from: u64,
    ) -> Result<Vec<HistoryItem>, LoadError> {
        history_through(&self.reader, entity, from, self.reader.end())
    }

    /// The position of an event, in flight included.
    pub fn position_of(&self, id: &[u8; 16]) -> Result<Option<u64>, LoadError> {
        if let Some(position) = self.ids.get(id) {
            return Ok(Some(*position));
        }
        if self.absent.contains(&keys::of_event(id)) {
            return Ok(None);
        }
        durable_position_of(&self.reader, id)
    }

    /// The event of an id, in flight included.
    pub fn recorded(&self, id: &[u8; 16]) -> Result<Option<Recorded>, LoadError> {
        let Some(position) = self.position_of(id)? else {
            return Ok(None);
        };
        if let Some(event) = self.flying(position) {
            return Ok(Some(Recorded {
                position,
                revision: event.revision,
                recorded_at_us: event.recorded_at_us,
                leaf_hash: event.leaf_hash,
                event: event.submitted.event.clone(),
            }));
        }
        let entry = self.entry(position)?;
        Ok(Some(Recorded {
            position,
            revision: entry.view().revision().unwrap_or_default(),
            recorded_at_us: entry.recorded_at_us,
            leaf_hash: entry.leaf_hash(),
            event: entry.event.clone(),
        }))
    }

    /// Whether an event was voided.
    pub fn is_voided(&self, id: &[u8; 16]) -> Result<bool, LoadError> {
        use v1::event_payload::Payload::EventVoided;
        let voids = |fact: &Fact| {
            let payload = fact.event.payload.as_ref();
            payload.is_some_and(|p| {
                matches!(p.payload, Some(EventVoided(_))) && keys::amended(p).as_ref() == Some(id)
            })
        };
        let in_flight = self.in_flight.iter();
        if in_flight
            .map(|event| &event.submitted.fact)
            .any(|fact| voids(fact))
        {
            return Ok(true);
        }
        for position in self.postings(keys::of_amendments(id), 0)? {
            if voids(&fact_of(&self.entry(position)?)?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn find(&self, id: &[u8; 16]) -> Result<Option<HistoryItem>, LoadError> {
        let Some(position) = self.position_of(id)? else {
            return Ok(None);
        };
        if let Some(event) = self.flying(position) {
            return Ok(Some(history_item(event)));
        }
        let fact = fact_of(&self.entry(position)?)?;
        let amends = match fact.event.payload.as_ref().and_then(keys::amended) {
            Some(id) => self.position_of(&id)?,
            None => None,
        };
        Ok(Some(HistoryItem {
            position,
            fact: Arc::new(fact),
            amends,
        }))
    }

    fn flying(&self, position: u64) -> Option<&Decided> {
        let first = self.in_flight.front()?.position;
        self.in_flight
            .get(usize::try_from(position.checked_sub(first)?).ok()?)
    }

    fn entry(&self, position: u64) -> Result<StoredEntry, LoadError> {
        entry_at(&self.reader, position)
    }

    fn postings(&self, key: u64, from: u64) -> Result<Vec<u64>, LoadError> {
        let end = self.reader.end();
        Ok(self
            .reader
            .postings(key, from, end, usize::MAX, false)
            .map_err(Arc::new)?)
    }

    fn last_posting(&self, key: u64, end: u64) -> Result<Option<u64>, LoadError> {
        let last = self
            .reader
            .postings(key, 0, end, 1, true)
            .map_err(Arc::new)?;
        Ok(last.first().copied())
    }
}

/// What must not leave the cache: states that the store does not have yet, and those that the
/// journal does not show yet.
fn is_pinned(held: Option<&Held>, durable: u64) -> bool {
    held.is_some_and(|held| held.is_dirty || held.last_position >= durable)
}

fn history_item(event: &Decided) -> HistoryItem {
    HistoryItem {
        position: event.position,
        fact: event.submitted.fact.clone(),
        amends: event.amends,
    }
}

/// What one batch sees: the decider's memory, and on top of it the batch's own events.
pub struct BatchView<'a> {
    memory: RefCell<&'a mut Memory>,
    /// States after the batch's events so far, with the last position that touched each.
    pub states: HashMap<EntityRef, (Option<Arc<EntityState>>, u64)>,
    /// The batch's events so far.
    pub events: Vec<Decided>,
    failure: RefCell<Option<LoadError>>,
}

impl<'a> BatchView<'a> {
    /// Sees what the memory knows.
    pub fn new(memory: &'a mut Memory) -> Self {
        Self {
            memory: RefCell::new(memory),
            states: HashMap::new(),
            events: Vec::new(),
            failure: RefCell::new(None),
        }
    }

    /// The error of the first look-up that failed, if one did: then no decision counts.
    pub fn failure(&self) -> Option<LoadError> {
        self.failure.borrow().clone()
    }

    /// The memory below.
    pub fn memory(&self) -> RefMut<'_, &'a mut Memory> {
        self.memory.borrow_mut()
    }

    fn noted<T: Default>(&self, result: Result<T, LoadError>) -> T {
        result.unwrap_or_else(|error| {
            self.failure.borrow_mut().get_or_insert(error);
            T::default()
        })
    }
}

impl Entities for BatchView<'_> {
    fn state(&self, entity: &EntityRef) -> Option<Arc<EntityState>> {
        if let Some((state, _)) = self.states.get(entity) {
            return state.clone();
        }
        let held = self.memory.borrow_mut().entity(entity);
        self.noted(held).and_then(|held| held.state)
    }

    fn history(&self, entity: &EntityRef) -> Vec<HistoryItem> {
        let history = self.memory.borrow().history(entity);
        let mut items = self.noted(history);
        let own = self
            .events
            .iter()
            .filter(|event| event.submitted.touched.contains(entity));
        items.extend(own.map(history_item));
        items
    }

    fn find(&self, source_system: &str, source_ref: &str) -> Option<HistoryItem> {
        let id = keys::event_id(source_system, source_ref);
        let mut own = self.events.iter();
        if let Some(event) = own.find(|event| event.submitted.event_id == id) {
            return Some(history_item(event));
        }
        let found = self.memory.borrow().find(&id);
        self.noted(found)
    }
}
