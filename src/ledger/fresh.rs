//! Events read in the order of the journal and sorted by stream: who follows every event, or asks
//! for every stream, need not look for each event by itself.

use std::sync::Arc;

use bytes::Bytes;
use foldhash::HashMap;

use super::{facts::Known, overlay::LoadError, query::Queries};
use crate::{
    domain::{payload::payload_of, values::StreamName},
    events::v1::event_payload::Payload,
    journal::{StoredEntry, header::Peaks},
};

/// Events read at a time.
const SCAN_EVENTS: usize = 4_096;
/// Bytes read at a time.
const SCAN_BYTES: usize = 1 << 20;
/// Bytes of events of one stretch that are held: further ones are of the next.
const HELD_BYTES: usize = 8 << 20;

/// An event that is not decoded yet.
#[derive(Debug)]
pub struct Raw {
    /// Its place.
    pub position: u64,
    /// When it was recorded.
    pub recorded_at_us: u64,
    /// Its id.
    pub event_id: [u8; 16],
    /// Its place in its stream.
    pub revision: u64,
    /// Its bytes.
    pub event: Bytes,
}

impl Raw {
    /// Takes what is needed of an entry.
    ///
    /// # Errors
    /// `Undecodable` for an entry that no append wrote.
    pub fn of(entry: &StoredEntry) -> Result<Self, LoadError> {
        let undecodable = || LoadError::Undecodable(entry.position);
        let header = entry.view();
        Ok(Self {
            position: entry.position,
            recorded_at_us: entry.recorded_at_us,
            event_id: header.event_id().ok_or_else(undecodable)?,
            revision: header.revision().ok_or_else(undecodable)?,
            event: entry.event.clone(),
        })
    }

    /// A copy that holds nothing of what was read with it.
    #[must_use]
    pub fn alone(&self) -> Self {
        Self {
            event: Bytes::copy_from_slice(&self.event),
            ..*self
        }
    }
}

/// The events of one stream.
#[derive(Debug)]
struct OfStream {
    stream: StreamName,
    events: Vec<Raw>,
}

/// The events of a stretch.
#[derive(Debug, Default)]
pub struct Fresh {
    streams: HashMap<String, OfStream>,
    /// Everything below was read.
    end: u64,
}

impl Fresh {
    /// Everything below was read.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// A stretch from the start that holds no events yet.
    pub fn of_nothing(end: u64) -> Self {
        let streams = HashMap::default();
        Self { streams, end }
    }

    /// Holds the next event of a stream; `false` for what is no name of one.
    pub fn hold(&mut self, name: &str, event: Raw) -> bool {
        let of = self.of_mut(name);
        of.map(|of| of.events.push(event)).is_some()
    }

    /// The streams that have events in the stretch.
    pub fn streams(&self) -> impl Iterator<Item = &StreamName> {
        self.streams.values().map(|of| &of.stream)
    }

    /// The position of a stream's first event and the region that it names, if it is held.
    pub fn first_of(&self, name: &str) -> Result<Option<(u64, String)>, LoadError> {
        let first = self.events_of(name).first();
        let Some(first) = first.filter(|first| first.revision == 0) else {
            return Ok(None);
        };
        let known = Known::of_raw(first)?;
        Ok(Some((first.position, known.fact.event.region_code.clone())))
    }

    /// Whether any event of a stream that is held is such a one.
    ///
    /// # Errors
    /// `Undecodable` for an entry that no append wrote.
    pub fn any_of(
        &self,
        name: &str,
        is_such: impl Fn(Option<&Payload>) -> bool,
    ) -> Result<bool, LoadError> {
        for raw in self.events_of(name) {
            if is_such(payload_of(&Known::of_raw(raw)?.fact.event)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The events of a stream that are held.
    pub(super) fn events_of(&self, name: &str) -> &[Raw] {
        let found = self.streams.get(name);
        found.map(|of| &of.events[..]).unwrap_or_default()
    }

    /// The events of a stream that are held, to hold more.
    fn of_mut(&mut self, name: &str) -> Option<&mut OfStream> {
        if !self.streams.contains_key(name) {
            let stream = StreamName::parse(name).ok()?;
            let events = Vec::new();
            let of = OfStream { stream, events };
            self.streams.insert(name.to_owned(), of);
        }
        self.streams.get_mut(name)
    }
}

impl Queries {
    /// Reads a stretch from a position on, at most up to `end`: holds the events of streams that
    /// are wanted, and names the others. A tree that ends where the stretch begins grows with it.
    ///
    /// # Errors
    /// Damage in the stretch.
    pub fn fresh(
        &self,
        from: u64,
        end: u64,
        wants: impl Fn(&StreamName) -> bool,
        mut tree: Option<&mut Peaks>,
    ) -> Result<Fresh, LoadError> {
        let mut fresh = Fresh {
            end: from,
            ..Fresh::default()
        };
        let mut bytes = 0;
        while fresh.end < end && bytes < HELD_BYTES {
            for entry in self.scanned(fresh.end, end)? {
                let undecodable = || LoadError::Undecodable(entry.position);
                let header = entry.view();
                let name = header.stream().ok_or_else(undecodable)?;
                let of = fresh.of_mut(name).ok_or_else(undecodable)?;
                if wants(&of.stream) {
                    bytes += entry.event.len();
                    of.events.push(Raw::of(&entry)?);
                }
                if let Some(tree) = tree.as_mut().filter(|tree| tree.size() == entry.position) {
                    tree.push(entry.leaf_hash());
                }
                fresh.end = entry.position + 1;
            }
        }
        Ok(fresh)
    }

    /// The entries from a position below `end` on, some of them.
    fn scanned(&self, from: u64, end: u64) -> Result<Vec<StoredEntry>, LoadError> {
        let room = usize::try_from(end - from).unwrap_or(usize::MAX);
        let scan = self.reader.scan(from, room.min(SCAN_EVENTS), SCAN_BYTES);
        let entries = scan.map_err(Arc::new)?;
        // Everything below the end is durable: an answer without entries would be read for ever.
        match entries.is_empty() {
            true => Err(LoadError::Undecodable(from)),
            false => Ok(entries),
        }
    }
}
