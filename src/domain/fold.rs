//! The state of an entity from its history: the newest correction stands in the place of what it
//! corrects, what is voided is left out.

use std::sync::Arc;

use super::{
    decider::{Entities, Fact, HistoryItem},
    entity::EntityRef,
    payload::{legal_day, payload_of},
    refusal::{Code, Refusal},
    state::EntityState,
    touched::touched_by,
};
use crate::events::v1::{EntityKind, event_payload::Payload};

/// A place of a history: the position of an original, and what stands there now.
#[derive(Clone, Debug)]
pub struct Place {
    /// The position of the original, at which it counts.
    pub position: u64,
    /// The original's index in the history; `None` where the history holds only its amendments.
    pub original: Option<usize>,
    /// The original or its newest correction as it would have been recorded; `None` once voided.
    pub standing: Option<Arc<Fact>>,
    /// The indices of its corrections and its void, in order.
    pub amendments: Vec<usize>,
}

/// The places of a history in order: the newest correction stands in the place of what it corrects,
/// what is voided leaves its place empty.
pub fn in_place(history: &[HistoryItem]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::with_capacity(history.len());
    for (index, item) in history.iter().enumerate() {
        let position = item.amends.unwrap_or(item.position);
        let found = match places.last() {
            Some(last) if last.position >= position => {
                places.binary_search_by_key(&position, |place| place.position)
            }
            _ => Err(places.len()),
        };
        let at = found.unwrap_or_else(|at| {
            let place = Place {
                position,
                original: None,
                standing: None,
                amendments: Vec::new(),
            };
            places.insert(at, place);
            at
        });
        let place = &mut places[at];
        let is_voided = !place.amendments.is_empty() && place.standing.is_none();
        match payload_of(&item.fact.event) {
            Some(Payload::EventVoided(_)) => {
                place.standing = None;
                place.amendments.push(index);
            }
            Some(Payload::EventCorrected(_)) => {
                let Some(fact) = replacement(&item.fact) else {
                    continue;
                };
                if !is_voided {
                    place.standing = Some(Arc::new(fact));
                }
                place.amendments.push(index);
            }
            _ => {
                place.standing = Some(Arc::clone(&item.fact));
                place.original = Some(index);
            }
        }
    }
    places
}

/// The replacement of a correction as a fact of its own: the original's place with what it should
/// have said. `None` if the correction carries no payload.
pub fn replacement(correction: &Fact) -> Option<Fact> {
    let Some(Payload::EventCorrected(event)) = payload_of(&correction.event) else {
        return None;
    };
    let payload = event.payload.as_deref()?;
    let legal_date = payload.payload.as_ref().and_then(legal_day);
    let mut replaced = correction.clone();
    replaced.event.payload = Some(payload.clone());
    replaced.legal_date = legal_date.unwrap_or(correction.legal_date);
    Some(replaced)
}

/// The facts that count for an entity, each with the position at which it counts, in order.
fn facts_in_place(entity: &EntityRef, history: &[HistoryItem]) -> Vec<(u64, Arc<Fact>)> {
    if history.iter().all(|item| item.amends.is_none()) {
        let fact = |item: &HistoryItem| (item.position, Arc::clone(&item.fact));
        return history.iter().map(fact).collect();
    }
    let mut facts = Vec::with_capacity(history.len());
    for place in in_place(history) {
        // A replacement need not touch all that its original touched.
        let stands = |fact: &Arc<Fact>| place.amendments.is_empty() || touches(fact, entity);
        facts.extend(
            place
                .standing
                .clone()
                .filter(stands)
                .map(|fact| (place.position, fact)),
        );
    }
    facts
}

/// Whether a fact touches an entity.
fn touches(fact: &Fact, entity: &EntityRef) -> bool {
    payload_of(&fact.event)
        .is_some_and(|payload| touched_by(&fact.stream, payload).contains(entity))
}

/// The state of an entity after a history in order of position: corrections put in the place of
/// what they correct, voided facts left out. `None` when nothing is left of it.
pub fn fold(entity: &EntityRef, history: &[HistoryItem]) -> Option<EntityState> {
    fold_before(entity, history, u64::MAX)
}

/// As [`fold`], of what counts at positions below `end`.
pub(super) fn fold_before(
    entity: &EntityRef,
    history: &[HistoryItem],
    end: u64,
) -> Option<EntityState> {
    let mut state = None;
    for (position, fact) in facts_in_place(entity, history) {
        if position >= end {
            break;
        }
        if state.is_none() {
            state = EntityState::empty(entity.kind);
        }
        if let Some(state) = &mut state {
            state.evolve(entity, position, &fact);
        }
    }
    state
}

/// As [`fold`], testing at every step whether the event may happen: E002 where it may not. What
/// stands at the position that is restated is refused as if it were appended there.
pub(super) fn fold_checked(
    entity: &EntityRef,
    history: &[HistoryItem],
    restated: u64,
) -> Result<Option<EntityState>, Refusal> {
    let mut state = None;
    for (position, fact) in facts_in_place(entity, history) {
        let Some(mut next) = state.take().or_else(|| EntityState::empty(entity.kind)) else {
            continue;
        };
        next.transition(entity, &fact)
            .map_err(|refusal| match position == restated {
                true => refusal,
                false => in_history(refusal, position),
            })?;
        next.evolve(entity, position, &fact);
        state = Some(next);
    }
    Ok(state)
}

/// A step of a changed history that may no longer happen is E002, also where its object is gone.
fn in_history(refusal: Refusal, position: u64) -> Refusal {
    let message = format!("at position {position}: {}", refusal.message);
    let mut changed = Refusal::new(Code::E002_ILLEGAL_TRANSITION, message);
    changed.figures = refusal.figures;
    changed.with("position", position)
}

/// Whether a kind is registry or reference data, which gates read as it is today: it applies
/// forward only.
fn is_registry(kind: EntityKind) -> bool {
    matches!(
        kind,
        EntityKind::Organisation
            | EntityKind::Region
            | EntityKind::SourceSystem
            | EntityKind::ThresholdProfile
            | EntityKind::HolidayCalendar
    )
}

/// Entities as they stood just before a position, later corrections and voids applied: what the
/// step gates of a replacement see.
pub(super) struct PastEntities<'a> {
    /// The entities of today.
    pub today: &'a dyn Entities,
    /// The position that counts as now.
    pub end: u64,
}

impl Entities for PastEntities<'_> {
    fn state(&self, entity: &EntityRef) -> Option<Arc<EntityState>> {
        if is_registry(entity.kind) {
            return self.today.state(entity);
        }
        fold_before(entity, &self.today.history(entity), self.end).map(Arc::new)
    }

    fn history(&self, entity: &EntityRef) -> Vec<HistoryItem> {
        let is_before = |item: &HistoryItem| item.amends.unwrap_or(item.position) < self.end;
        let mut history = self.today.history(entity);
        history.retain(is_before);
        history
    }

    fn find(&self, source_system: &str, source_ref: &str) -> Option<HistoryItem> {
        self.today.find(source_system, source_ref)
    }
}

#[cfg(test)]
mod tests;
