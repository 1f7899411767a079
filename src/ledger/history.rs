//! Whole histories as a reader may know them: what views are folded from.

use std::{collections::HashMap, sync::Arc};

use super::{
    keys,
    overlay::{LoadError, entry_at, fact_of},
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
        let positions = self
            .reader
            .postings(key_of(source), 0, end, usize::MAX, false)
            .map_err(Arc::new)?;
        let hides = !self.shared.visibility.is_empty() && !visibility::sees_secrets(role);
        let mut history = History::default();
        let mut known: HashMap<[u8; 16], u64> = HashMap::with_capacity(positions.len());
        for position in positions {
            let entry = entry_at(&self.reader, position)?;
            let undecodable = || LoadError::Undecodable(position);
            let header = entry.view();
            let stream = header.stream().ok_or_else(undecodable)?;
            if matches!(source, Source::Stream(wanted) if wanted != stream) {
                // Another stream with the same fingerprint.
                continue;
            }
            if hides {
                let revision = header.revision().ok_or_else(undecodable)?;
                let visibility = &self.shared.visibility;
                if visibility
                    .shown_revision(stream, position, revision)
                    .is_none()
                {
                    continue;
                }
            }
            let fact = fact_of(&entry)?;
            let payload = fact.event.payload.as_ref().ok_or_else(undecodable)?;
            if let Source::Entity(entity) = source
                && !decider::touched(&fact.stream, payload).contains(entity)
            {
                continue;
            }
            known.insert(header.event_id().ok_or_else(undecodable)?, position);
            let amends = match keys::amended(payload) {
                None => None,
                // The original of an entity's amendment need not have touched that entity.
                Some(id) => match known.get(&id) {
                    Some(original) => Some(*original),
                    None => self.position_of(&id)?,
                },
            };
            let is_amendment = matches!(
                payload_of(&fact.event),
                Some(Payload::EventCorrected(_) | Payload::EventVoided(_))
            );
            if is_amendment && amends.is_none() {
                // Nothing that the ledger holds is amended: there is nothing to put it in place of.
                continue;
            }
            let fact = Arc::new(fact);
            let item = HistoryItem {
                position,
                fact,
                amends,
            };
            history.push(entry.recorded_at_us, item);
        }
        Ok(history)
    }
}
