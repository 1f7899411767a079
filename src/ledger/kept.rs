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
        AsOf, Timeline, amended,
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
        let packed = bincode::serde::encode_to_vec(self, bincode::config::standard());
        packed.ok().map(|bytes| Packed(bytes.into_boxed_slice()))
    }

    /// Unpacks it.
    pub fn unpack(packed: &Packed) -> Option<Self> {
        let config = bincode::config::standard();
        let unpacked = bincode::serde::decode_from_slice(&packed.0, config);
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

    /// Reads on what is kept of a stream's history, or reads it from its start.
    ///
    /// # Errors
    /// As [`Queries::history`].
    pub fn read_on(
        &self,
        stream: &StreamName,
        kept: Option<Stretch>,
        role: ActorRole,
        end: u64,
        fresh: Option<&Fresh>,
    ) -> Result<Stretch, LoadError> {
        let name = stream.to_string();
        let holds = |kept: &Stretch| kept.next <= end && kept.withheld.is_empty();
        let mut kept = kept.filter(holds).unwrap_or_default();
        let news = fresh.and_then(|fresh| news(fresh, &name, kept.next_revision, end));
        let source = Source::Stream(name.clone());
        let Some(news) = news else {
            return self.whole(&source, role, end);
        };
        kept.extend(self.of_raw(&source, role, news)?);
        kept.next = end;
        Ok(kept)
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
