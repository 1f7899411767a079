//! Whole histories as a reader may know them: what views are folded from.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};

use super::{
    facts::Known,
    fresh::Raw,
    keys,
    overlay::{LoadError, entry_at},
    query::{Queries, Source, key_of},
    visibility,
};
use crate::{
    domain::{
        decider::{self, HistoryItem},
        payload::payload_of,
    },
    events::v1::{ActorRole, event_payload::Payload},
    views::History,
};

/// Bytes of events that are decoded before those who fold take them in.
const STRETCH_BYTES: usize = 4 << 20;
/// Events that are looked up at a time.
const STRETCH_EVENTS: usize = 1_024;

/// Part of a stream or entity, as a reader may know it.
#[derive(Debug, Default)]
pub struct Stretch {
    /// The events.
    pub history: History,
    /// Positions of events that the reader may not know yet.
    pub withheld: Vec<u64>,
    /// Some of the events correct or void others.
    pub amends: bool,
    /// Everything below was looked at.
    pub next: u64,
    /// The revision after that of the last event looked at, of a stream.
    pub next_revision: u64,
}

impl Queries {
    /// Every event of a stream or entity at positions below `end` that a reader may know, decoded
    /// once, in order of position.
    ///
    /// # Errors
    /// Damage among them: a history with a hole would fold to something that never was.
    pub fn history(
        &self,
        source: &Source,
        role: ActorRole,
        end: u64,
    ) -> Result<History, LoadError> {
        Ok(self.whole(source, role, end)?.history)
    }

    /// As [`Queries::history`], with what is withheld.
    pub fn whole(&self, source: &Source, role: ActorRole, end: u64) -> Result<Stretch, LoadError> {
        let positions = self.places(source, end)?;
        let stretch = self.read(source, role, &positions, usize::MAX)?;
        Ok(Stretch {
            next: end,
            ..stretch
        })
    }

    /// As [`Queries::whole`], from a position on and no more than is decoded at a time.
    pub fn stretch(
        &self,
        source: &Source,
        role: ActorRole,
        from: u64,
        end: u64,
    ) -> Result<Stretch, LoadError> {
        let positions = self
            .reader
            .postings(key_of(source), from, end, STRETCH_EVENTS, false)
            .map_err(Arc::new)?;
        let mut stretch = self.read(source, role, &positions, STRETCH_BYTES)?;
        let is_last = positions.last().is_none_or(|last| *last < stretch.next);
        if is_last && positions.len() < STRETCH_EVENTS {
            stretch.next = end;
        }
        Ok(stretch)
    }

    /// Reads events until so many bytes are decoded.
    fn read(
        &self,
        source: &Source,
        role: ActorRole,
        positions: &[u64],
        bytes_max: usize,
    ) -> Result<Stretch, LoadError> {
        let mut taking = Taking::new(self, source, role);
        let (mut bytes, mut fresh) = (0, Vec::new());
        for (&position, kept) in positions.iter().zip(self.shared.facts.find(positions)) {
            if bytes >= bytes_max {
                break;
            }
            let known = match kept {
                Some(known) => known,
                None => {
                    let known = Arc::new(Known::of(&entry_at(&self.reader, position)?)?);
                    fresh.push((position, known.clone()));
                    known
                }
            };
            bytes += known.bytes;
            taking.take(position, &known)?;
        }
        if !fresh.is_empty() {
            self.shared.facts.keep(fresh);
        }
        Ok(taking.stretch)
    }

    /// As [`Queries::whole`], of events that were read already.
    pub(super) fn of_raw(
        &self,
        source: &Source,
        role: ActorRole,
        events: &[Raw],
    ) -> Result<Stretch, LoadError> {
        let mut taking = Taking::new(self, source, role);
        for raw in events {
            taking.take(raw.position, &Known::of_raw(raw)?)?;
        }
        Ok(taking.stretch)
    }
}

/// A stretch while events are taken into it, in order.
struct Taking<'a> {
    queries: &'a Queries,
    source: &'a Source,
    hides: bool,
    /// Positions of the events so far.
    ids: HashMap<[u8; 16], u64>,
    stretch: Stretch,
}

impl<'a> Taking<'a> {
    fn new(queries: &'a Queries, source: &'a Source, role: ActorRole) -> Self {
        let hides = !queries.shared.visibility.is_empty() && !visibility::sees_secrets(role);
        Self {
            queries,
            source,
            hides,
            ids: HashMap::new(),
            stretch: Stretch::default(),
        }
    }

    fn take(&mut self, position: u64, known: &Known) -> Result<(), LoadError> {
        let stretch = &mut self.stretch;
        stretch.next = position + 1;
        let undecodable = || LoadError::Undecodable(position);
        let fact = &known.fact;
        let stream = &fact.event.stream;
        if let Source::Stream(wanted) = self.source {
            if wanted != stream {
                // Another stream with the same fingerprint.
                return Ok(());
            }
            stretch.next_revision = known.revision + 1;
        }
        if self.hides {
            let visibility = &self.queries.shared.visibility;
            if visibility
                .shown_revision(stream, position, known.revision)
                .is_none()
            {
                stretch.withheld.push(position);
                return Ok(());
            }
        }
        let payload = fact.event.payload.as_ref().ok_or_else(undecodable)?;
        if let Source::Entity(entity) = self.source
            && !decider::touched(&fact.stream, payload).contains(entity)
        {
            return Ok(());
        }
        self.ids.insert(known.event_id, position);
        let amends = match keys::amended(payload) {
            None => None,
            // The original need not have touched that entity, or stands before the stretch.
            Some(id) => match self.ids.get(&id) {
                Some(original) => Some(*original),
                None => self.queries.position_of(&id)?,
            },
        };
        let is_amendment = matches!(
            payload_of(&fact.event),
            Some(Payload::EventCorrected(_) | Payload::EventVoided(_))
        );
        stretch.amends |= is_amendment;
        if is_amendment && amends.is_none() {
            // Nothing that the ledger holds is amended: there is nothing to put it in place of.
            return Ok(());
        }
        let item = HistoryItem {
            position,
            fact: fact.clone(),
            amends,
        };
        stretch.history.push(known.recorded_at_us, item);
        Ok(())
    }
}
