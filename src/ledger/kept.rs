//! Foldings that are kept and folded on: a look at a project costs what happened since the last
//! one, not its whole life.
//!
//! What is folded on is what folding from the start would give: events come in order of position,
//! and whatever changes what came before, a correction, a void or an event that is no secret any
//! more, has the project folded from its start.

use serde::{Deserialize, Serialize};

use super::{
    fresh::{Fresh, Raw},
    history::Stretch,
    overlay::LoadError,
    query::{Queries, Source},
};
use crate::{
    domain::values::StreamName,
    events::v1::{self, ActorRole},
    views::{
        AsOf, History, Timeline, amended,
        project::{Folding, Others},
    },
};

/// A project's events of now, folded as far as they were read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Kept {
    folding: Folding,
    #[serde(with = "as_messages")]
    amended: Vec<v1::AmendedEvent>,
    withheld: Vec<u64>,
    is_known: bool,
    /// Everything below is folded.
    next: u64,
    /// The revision after the last one folded.
    next_revision: u64,
}

/// A folding as few bytes, a fraction of what it is unfolded.
#[derive(Debug)]
pub struct Packed(Box<[u8]>);

impl Packed {
    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.0.len()
    }
}

/// The events of a stream as they were received, for what has few of them and is folded anew.
#[derive(Debug, Default)]
pub struct KeptEvents(Vec<Raw>);

/// Messages by their wire format: what was amended may be of any type.
mod as_messages {
    use prost::Message as _;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

    use crate::events::v1::AmendedEvent;

    pub fn serialize<S: Serializer>(
        events: &[AmendedEvent],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let encoded = events.iter().map(prost::Message::encode_to_vec);
        encoded.collect::<Vec<_>>().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<AmendedEvent>, D::Error> {
        let encoded = Vec::<Vec<u8>>::deserialize(deserializer)?;
        let decoded = encoded.iter().map(|bytes| AmendedEvent::decode(&bytes[..]));
        decoded
            .map(|event| event.map_err(D::Error::custom))
            .collect()
    }
}

impl Kept {
    /// Packs it; `None` for what cannot be packed, which is folded again when it is asked for.
    pub fn pack(&self) -> Option<Packed> {
        let bytes = bincode::serde::encode_to_vec(self, bincode::config::standard()).ok()?;
        let packed = lz4_flex::compress_prepend_size(&bytes);
        Some(Packed(packed.into_boxed_slice()))
    }

    /// Unpacks it.
    pub fn unpack(packed: &Packed) -> Option<Self> {
        let bytes = lz4_flex::decompress_size_prepended(&packed.0).ok()?;
        let unpacked = bincode::serde::decode_from_slice(&bytes, bincode::config::standard());
        unpacked.ok().map(|(kept, _)| kept)
    }

    fn take(&mut self, stretch: Stretch) {
        let timeline = Timeline::new(&stretch.history, AsOf::default());
        self.folding.take(timeline.standing());
        if !timeline.amended().is_empty() {
            self.amended = amended::amended(&timeline);
        }
        self.is_known |= !timeline.is_unknown();
        self.withheld.extend(stretch.withheld);
        self.next = stretch.next;
        self.next_revision = stretch.next_revision.max(self.next_revision);
    }

    /// The project's events, folded.
    pub fn folding(&self) -> &Folding {
        &self.folding
    }

    /// The view, or `None` where nothing may be known of the project.
    pub fn into_view(self, stream: &StreamName, others: &Others) -> Option<v1::ProjectView> {
        let name = (stream.partition.as_str(), stream.id.as_str());
        let is_known = self.is_known;
        is_known.then(|| self.folding.view(self.amended, name, others))
    }
}

impl Queries {
    /// Folds on what is kept of a project, or folds it from its start.
    ///
    /// # Errors
    /// As [`Queries::history`].
    pub fn fold_on(
        &self,
        stream: &StreamName,
        kept: Option<Kept>,
        role: ActorRole,
        end: u64,
        fresh: Option<&Fresh>,
    ) -> Result<Kept, LoadError> {
        let name = stream.to_string();
        let is_secret = |position: &u64| {
            let visibility = &self.shared.visibility;
            visibility
                .shown_revision(&name, *position, u64::MAX)
                .is_none()
        };
        let holds = |kept: &Kept| kept.next <= end && kept.withheld.iter().all(is_secret);
        let mut kept = kept.filter(holds).unwrap_or_default();
        let news = fresh.and_then(|fresh| news(fresh, &name, kept.next_revision, end));
        let source = Source::Stream(name.clone());
        if let Some(news) = news {
            let stretch = self.of_raw(&source, role, news)?;
            if !stretch.amends {
                kept.take(stretch);
                kept.next = end;
                return Ok(kept);
            }
        }
        while kept.next < end {
            let stretch = self.stretch(&source, role, kept.next, end)?;
            if stretch.amends {
                kept = Kept::default();
                kept.take(self.whole(&source, role, end)?);
                break;
            }
            kept.take(stretch);
        }
        Ok(kept)
    }

    /// Reads on what is kept of a stream, or reads it from its start.
    ///
    /// # Errors
    /// As [`Queries::history`].
    pub fn read_on(
        &self,
        stream: &StreamName,
        kept: Option<KeptEvents>,
        end: u64,
        fresh: Option<&Fresh>,
    ) -> Result<KeptEvents, LoadError> {
        let name = stream.to_string();
        let mut kept = kept.unwrap_or_default();
        let next_revision = kept.0.last().map_or(0, |last| last.revision + 1);
        if let Some(news) = fresh.and_then(|fresh| news(fresh, &name, next_revision, end)) {
            kept.0.extend(news.iter().map(Raw::alone));
            return Ok(kept);
        }
        kept.0.clear();
        for position in self.places(&Source::Stream(name.clone()), end)?.iter() {
            let entry = self.entry(*position)?;
            if entry.view().stream() == Some(&name) {
                kept.0.push(Raw::of(&entry)?.alone());
            }
        }
        Ok(kept)
    }

    /// The history of events that are kept, as a reader may know it.
    pub fn history_of(
        &self,
        stream: &StreamName,
        kept: &KeptEvents,
        role: ActorRole,
    ) -> Result<History, LoadError> {
        let source = Source::Stream(stream.to_string());
        Ok(self.of_raw(&source, role, &kept.0)?.history)
    }
}

impl Queries {
    /// As [`Queries::history`], of a stream whose events are held.
    ///
    /// # Errors
    /// As [`Queries::history`].
    pub fn history_in(
        &self,
        stream: &StreamName,
        role: ActorRole,
        end: u64,
        fresh: &Fresh,
    ) -> Result<History, LoadError> {
        let name = stream.to_string();
        let source = Source::Stream(name.clone());
        match news(fresh, &name, 0, end) {
            Some(events) => Ok(self.of_raw(&source, role, events)?.history),
            None => self.history(&source, role, end),
        }
    }
}

/// The events of a stream in a stretch that ends where the reader does, if they go on where he is.
fn news<'a>(fresh: &'a Fresh, name: &str, next_revision: u64, end: u64) -> Option<&'a [Raw]> {
    let events = fresh.events_of(name);
    // A step that failed half-way is taken again: some of it may be known.
    let known = events.partition_point(|raw| raw.revision < next_revision);
    let first = events.first().map(|raw| raw.revision);
    let goes_on = fresh.end() == end && first.is_some_and(|first| first <= next_revision);
    goes_on.then(|| &events[known..])
}
