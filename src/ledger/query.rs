//! Reading what is durable: the whole ledger, a stream or an entity, forwards or backwards,
//! filtered, a chunk at a time.

use std::{collections::HashSet, sync::Arc};

use chrono::NaiveDate;

use super::{
    keys,
    overlay::{self, LoadError, entry_at, fact_of},
    shared::Shared,
    visibility,
};
use crate::{
    domain::{
        decider::{self, Fact},
        entity::EntityRef,
    },
    events::v1::ActorRole,
    journal::{Reader, StoredEntry, header::HeaderView},
};

/// Events looked at between two chunks, so that a filter that matches little still reports how far
/// it is.
const LOOKED_AT_MAX: usize = 4_096;
/// Bytes read from the journal at a time.
const SCAN_BYTES: usize = 256 << 10;
/// Bytes of the events of a chunk, unless it is one event alone: what clients take as one message
/// by default, 4 MiB, is far more.
const CHUNK_BYTES: usize = 256 << 10;

/// What is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The whole ledger.
    All,
    /// One stream.
    Stream(String),
    /// Every event that touched an entity.
    Entity(EntityRef),
}

/// Which events are wanted; an empty set or `None` wants all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Payload numbers of event types.
    pub payload_numbers: HashSet<u32>,
    /// Payload numbers divided by 100.
    pub stages: HashSet<u32>,
    /// Stream kinds as text.
    pub stream_kinds: HashSet<String>,
    /// Region codes.
    pub regions: HashSet<String>,
    /// Acting organisations.
    pub organisations: HashSet<String>,
    /// First legal date.
    pub legal_from: Option<NaiveDate>,
    /// Last legal date.
    pub legal_to: Option<NaiveDate>,
}

impl Filter {
    /// Whether everything is wanted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn wants_header(&self, header: &HeaderView<'_>) -> bool {
        let number = header.payload_number().unwrap_or_default();
        let in_set = |set: &HashSet<u32>, value| set.is_empty() || set.contains(&value);
        let kind = header
            .stream()
            .and_then(|stream| stream.split('/').next())
            .unwrap_or("");
        in_set(&self.payload_numbers, number)
            && in_set(&self.stages, number / 100)
            && (self.stream_kinds.is_empty() || self.stream_kinds.contains(kind))
    }

    fn needs_fact(&self) -> bool {
        !self.regions.is_empty()
            || !self.organisations.is_empty()
            || self.legal_from.is_some()
            || self.legal_to.is_some()
    }

    fn wants_fact(&self, fact: &Fact) -> bool {
        let named = |set: &HashSet<String>, value: &str| set.is_empty() || set.contains(value);
        named(&self.regions, &fact.event.region_code)
            && named(&self.organisations, &fact.event.actor_org)
            && self.legal_from.is_none_or(|from| fact.legal_date >= from)
            && self.legal_to.is_none_or(|to| fact.legal_date <= to)
    }
}

/// A question, as far as it does not change while it is answered.
#[derive(Clone, Debug)]
pub struct Query {
    /// What is read.
    pub source: Source,
    /// Which events are wanted.
    pub filter: Filter,
    /// In which capacity the caller reads.
    pub role: ActorRole,
}

/// An event as a reader may see it.
#[derive(Clone, Debug)]
pub enum Item {
    /// The event, with the revision that it shows.
    Event(Arc<StoredEntry>, u64),
    /// A position that is taken.
    Withheld(u64),
}

/// Part of an answer.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// Events in the order asked for.
    pub items: Vec<Item>,
    /// Forwards: everything below is looked at. Backwards: everything from here on is.
    pub reached: u64,
    /// Bytes of the events.
    bytes: usize,
}

impl Chunk {
    /// A chunk without events yet.
    pub fn at(reached: u64) -> Self {
        Self {
            items: Vec::new(),
            reached,
            bytes: 0,
        }
    }

    /// Takes an event in; `false` if it does not fit any more.
    fn takes(&mut self, entry: StoredEntry, shown: u64) -> bool {
        let parts = [&entry.event, &entry.header, &entry.sealed, &entry.personal];
        let bytes: usize = parts.iter().map(|part| part.len()).sum();
        if self.bytes + bytes > CHUNK_BYTES && self.bytes > 0 {
            return false;
        }
        self.bytes += bytes;
        self.items.push(Item::Event(Arc::new(entry), shown));
        true
    }
}

/// Reads on behalf of callers.
#[derive(Clone)]
pub struct Queries {
    /// The durable journal.
    pub reader: Reader,
    /// What may not be shown.
    pub shared: Arc<Shared>,
}

impl Queries {
    /// Answers from `from` up to `end`, at most `items_max` events. Damage further on ends the
    /// answer before it.
    ///
    /// # Errors
    /// Damage at `from`, or where an event that might belong to the answer cannot be found.
    pub fn forwards(
        &self,
        query: &Query,
        from: u64,
        end: u64,
        items_max: usize,
    ) -> Result<Chunk, LoadError> {
        let mut chunk = Chunk::at(from);
        if query.source != Source::All {
            self.forwards_of(query, end, items_max, &mut chunk)?;
            return Ok(chunk);
        }
        let mut looked_at = 0;
        while chunk.reached < end && chunk.items.len() < items_max && looked_at < LOOKED_AT_MAX {
            let room = (items_max - chunk.items.len()).min(LOOKED_AT_MAX - looked_at);
            let room = room.min(usize::try_from(end - chunk.reached).unwrap_or(usize::MAX));
            let entries = match self.reader.scan(chunk.reached, room, SCAN_BYTES) {
                Err(_) if chunk.reached > from => break,
                entries => entries.map_err(Arc::new)?,
            };
            if entries.is_empty() {
                break;
            }
            looked_at += entries.len();
            for entry in entries {
                let position = entry.position;
                if !self.look(query, entry, &mut chunk)? {
                    return Ok(chunk);
                }
                chunk.reached = position + 1;
            }
        }
        Ok(chunk)
    }

    /// Answers from below `before` down to `floor`, at most `items_max` events, newest first; the
    /// mirror of [`Queries::forwards`].
    pub fn backwards(
        &self,
        query: &Query,
        before: u64,
        floor: u64,
        items_max: usize,
    ) -> Result<Chunk, LoadError> {
        let mut chunk = Chunk::at(before);
        if query.source == Source::All {
            let limit = items_max.min(LOOKED_AT_MAX);
            let entries = self
                .reader
                .scan_back(before, limit, SCAN_BYTES)
                .map_err(Arc::new)?;
            for entry in entries {
                if entry.position < floor {
                    break;
                }
                let position = entry.position;
                if !self.look(query, entry, &mut chunk)? {
                    break;
                }
                chunk.reached = position;
            }
            return Ok(chunk);
        }
        self.backwards_of(query, floor, items_max, &mut chunk)?;
        Ok(chunk)
    }

    /// Fills a chunk from the postings of a stream or entity. It ends when it is full of what the
    /// reader may see, never because of what he may not: the size of a chunk tells no secrets.
    fn forwards_of(
        &self,
        query: &Query,
        mut end: u64,
        items_max: usize,
        chunk: &mut Chunk,
    ) -> Result<(), LoadError> {
        let (key, from, mut looked_at) = (key_of(&query.source), chunk.reached, 0);
        loop {
            let limit = (items_max - chunk.items.len()).min(LOOKED_AT_MAX - looked_at);
            if chunk.reached >= end || limit == 0 {
                return Ok(());
            }
            let at = chunk.reached;
            let found = match self.postings(key, at, end, limit, false) {
                Err(error) => {
                    match error.position().filter(|hole| *hole > at && *hole < end) {
                        Some(hole) => end = hole,
                        // What was found before the damage is answered first.
                        None if at > from => return Ok(()),
                        None => return Err(error),
                    }
                    self.postings(key, at, end, limit, false)?
                }
                found => found?,
            };
            for &position in &found {
                match self.entry(position) {
                    Err(_) if position > from => {
                        chunk.reached = position;
                        return Ok(());
                    }
                    entry => {
                        if !self.look(query, entry?, chunk)? {
                            chunk.reached = position;
                            return Ok(());
                        }
                    }
                }
            }
            looked_at += found.len();
            chunk.reached = match found.last() {
                Some(last) if found.len() == limit => last + 1,
                _ => end,
            };
        }
    }

    /// The mirror of [`Queries::forwards_of`].
    fn backwards_of(
        &self,
        query: &Query,
        mut floor: u64,
        items_max: usize,
        chunk: &mut Chunk,
    ) -> Result<(), LoadError> {
        let (key, before, mut looked_at) = (key_of(&query.source), chunk.reached, 0);
        loop {
            let limit = (items_max - chunk.items.len()).min(LOOKED_AT_MAX - looked_at);
            if chunk.reached <= floor || limit == 0 {
                return Ok(());
            }
            let at = chunk.reached;
            let found = match self.postings(key, floor, at, limit, true) {
                Err(error) => {
                    let hole = error.position().map(|hole| hole + 1);
                    match hole.filter(|above| *above < at && *above > floor) {
                        Some(hole) => floor = hole,
                        None if at < before => return Ok(()),
                        None => return Err(error),
                    }
                    self.postings(key, floor, at, limit, true)?
                }
                found => found?,
            };
            for &position in &found {
                match self.entry(position) {
                    Err(_) if position + 1 < before => {
                        chunk.reached = position + 1;
                        return Ok(());
                    }
                    entry => {
                        if !self.look(query, entry?, chunk)? {
                            chunk.reached = position + 1;
                            return Ok(());
                        }
                    }
                }
            }
            looked_at += found.len();
            chunk.reached = match found.last() {
                Some(last) if found.len() == limit => *last,
                _ => floor,
            };
        }
    }

    /// Takes an event into the chunk if it is wanted and may be shown; `false` if the chunk has no
    /// room for it.
    fn look(
        &self,
        query: &Query,
        entry: StoredEntry,
        chunk: &mut Chunk,
    ) -> Result<bool, LoadError> {
        let header = entry.view();
        let (Some(stream), Some(revision)) = (header.stream(), header.revision()) else {
            return Err(LoadError::Undecodable(entry.position));
        };
        if !Self::is_of_source(&query.source, stream, &entry)? {
            return Ok(true);
        }
        let mut shown = revision;
        if !self.shared.visibility.is_empty() && !visibility::sees_secrets(query.role) {
            match self
                .shared
                .visibility
                .shown_revision(stream, entry.position, revision)
            {
                Some(counted) => shown = counted,
                None => {
                    if query.source == Source::All && query.filter.is_empty() {
                        chunk.items.push(Item::Withheld(entry.position));
                    }
                    return Ok(true);
                }
            }
        }
        if query.filter.wants_header(&header)
            && (!query.filter.needs_fact() || query.filter.wants_fact(&fact_of(&entry)?))
        {
            return Ok(chunk.takes(entry, shown));
        }
        Ok(true)
    }

    fn is_of_source(source: &Source, stream: &str, entry: &StoredEntry) -> Result<bool, LoadError> {
        Ok(match source {
            Source::All => true,
            Source::Stream(wanted) => wanted == stream,
            Source::Entity(entity) => {
                let fact = fact_of(entry)?;
                let payload = fact.event.payload.as_ref();
                payload.is_some_and(|p| decider::touched(&fact.stream, p).contains(entity))
            }
        })
    }

    /// The first position of a stream's event that shows with at least this revision to a role,
    /// or the end.
    pub fn position_of_revision(
        &self,
        stream: &str,
        revision: u64,
        role: ActorRole,
    ) -> Result<u64, LoadError> {
        let secrets_below = |position| match visibility::sees_secrets(role) {
            true => 0,
            false => self.shared.visibility.secrets_below(stream, position),
        };
        let key = keys::of_stream(stream);
        let (mut low, mut high) = (0, self.reader.end());
        // Revisions grow with positions, also when secrets are left out of the count: halve until
        // the first one that is large enough.
        while low < high {
            let middle = low + (high - low) / 2;
            let mut at = None;
            for position in self.postings(key, middle, high, 8, false)? {
                let entry = self.entry(position)?;
                let header = entry.view();
                if header.stream() == Some(stream) {
                    let shown = |revision| revision - secrets_below(position);
                    at = header.revision().map(|found| (position, shown(found)));
                    break;
                }
            }
            match at {
                Some((position, found)) if found < revision => low = position + 1,
                _ => high = middle,
            }
        }
        Ok(low)
    }

    /// Whether anything was ever recorded of a source.
    pub fn exists(&self, source: &Source) -> Result<bool, LoadError> {
        if *source == Source::All {
            return Ok(true);
        }
        for position in self.postings(key_of(source), 0, self.reader.end(), 8, false)? {
            let entry = self.entry(position)?;
            let stream = entry.view().stream().unwrap_or_default();
            if Self::is_of_source(source, stream, &entry)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The position of an event by its id.
    pub fn position_of(&self, id: &[u8; 16]) -> Result<Option<u64>, LoadError> {
        overlay::durable_position_of(&self.reader, id)
    }

    /// The positions of the corrections and the void of the event at a position, in order.
    pub fn amendments(&self, id: &[u8; 16], position: u64) -> Result<Vec<u64>, LoadError> {
        let key = keys::of_amendments(id);
        let mut found = self.postings(key, position, self.reader.end(), usize::MAX, false)?;
        let mut failed = None;
        found.retain(
            |&position| match self.entry(position).and_then(|entry| fact_of(&entry)) {
                Ok(fact) => fact.event.payload.as_ref().and_then(keys::amended) == Some(*id),
                Err(error) => {
                    failed = Some(error);
                    false
                }
            },
        );
        failed.map_or(Ok(found), Err)
    }

    /// The stored event at a position.
    pub fn entry(&self, position: u64) -> Result<StoredEntry, LoadError> {
        entry_at(&self.reader, position)
    }

    fn postings(
        &self,
        key: u64,
        from: u64,
        to: u64,
        limit: usize,
        newest_first: bool,
    ) -> Result<Vec<u64>, LoadError> {
        Ok(self
            .reader
            .postings(key, from, to, limit, newest_first)
            .map_err(Arc::new)?)
    }
}

pub(super) fn key_of(source: &Source) -> u64 {
    match source {
        Source::All => 0,
        Source::Stream(stream) => keys::of_stream(stream),
        Source::Entity(entity) => keys::of_entity(entity),
    }
}
