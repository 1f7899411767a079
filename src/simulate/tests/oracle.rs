//! A ledger in memory: the shape check and the domain, without journal, transport or threads.

use std::{collections::HashMap, sync::Arc};

use prost::Message as _;

use crate::{
    domain::{
        budget_line::BudgetLine,
        decider::{Context, Entities, Fact, HistoryItem, decide, touched},
        entity::EntityRef,
        shape::checker,
        state::EntityState,
        values::StreamName,
    },
    events::{
        v1::{EntityKind, Event},
        wire::EventSubmission,
    },
    simulate::{Expected, Step},
};

/// What takes a recorded fact back.
struct Undo {
    before: Vec<(EntityRef, Option<Arc<EntityState>>)>,
    touched: Vec<EntityRef>,
    name: (String, String),
}

#[derive(Default)]
pub(super) struct Oracle {
    states: HashMap<EntityRef, Arc<EntityState>>,
    histories: HashMap<EntityRef, Vec<HistoryItem>>,
    names: HashMap<(String, String), (HistoryItem, EventSubmission)>,
    next: u64,
}

impl Entities for Oracle {
    fn state(&self, entity: &EntityRef) -> Option<Arc<EntityState>> {
        self.states.get(entity).cloned()
    }

    fn history(&self, entity: &EntityRef) -> Vec<HistoryItem> {
        self.histories.get(entity).cloned().unwrap_or_default()
    }

    fn find(&self, source_system: &str, source_ref: &str) -> Option<HistoryItem> {
        let name = (source_system.to_owned(), source_ref.to_owned());
        self.names.get(&name).map(|(item, _)| item.clone())
    }
}

impl Oracle {
    /// A budget line's state.
    pub(super) fn budget_line(&self, id: &str) -> Option<&BudgetLine> {
        let entity = EntityRef::new(EntityKind::BudgetLine, "4304", id, "");
        match &**self.states.get(&entity)? {
            EntityState::BudgetLine(line) => Some(line),
            _ => None,
        }
    }

    /// Answers a step as the ledger would; a refused batch leaves nothing behind.
    pub(super) fn append(&mut self, step: &Step) -> Result<Expected, String> {
        let mut checked = Vec::new();
        for submission in &step.submissions {
            match checker().check_submission(&"event", submission) {
                Ok(event) => checked.push((event.legal_date, submission)),
                Err(violations) => {
                    let codes: Vec<_> = violations.iter().map(|v| v.rule.code()).collect();
                    let first = codes[0];
                    assert!(codes.iter().all(|code| *code == first), "{violations:?}");
                    return Ok(Expected::Refused(first));
                }
            }
        }
        let mut known = 0;
        let mut facts = Vec::new();
        for (legal_date, submission) in checked {
            let event = Event::decode(submission.event.clone()).map_err(|e| e.to_string())?;
            let name = (event.source_system.clone(), event.source_ref.clone());
            match self.names.get(&name) {
                Some((_, first)) if first == submission => known += 1,
                Some(_) => return Ok(Expected::Refused("E004_SOURCE_REF_CONFLICT")),
                None => {}
            }
            let stream = StreamName::parse(&event.stream).map_err(|e| e.to_string())?;
            facts.push((
                Fact {
                    event,
                    stream,
                    legal_date,
                },
                submission,
            ));
        }
        if known == facts.len() {
            return Ok(Expected::Retry);
        }
        let mut done = Vec::with_capacity(facts.len());
        for (fact, submission) in facts {
            let context = Context {
                recorded_at_us: step.recorded_at_us,
                position: self.next,
            };
            match decide(self, &fact, &context) {
                Ok(decision) => done.push(self.record(fact, submission, decision.states)),
                Err(refusal) => {
                    done.into_iter().rev().for_each(|undo| self.undo(undo));
                    let answer = Expected::Refused(refusal.code.name());
                    // A refusal that was not expected is told with its figures.
                    let is_expected = step.expected == answer;
                    return is_expected
                        .then_some(answer)
                        .ok_or_else(|| refusal.to_string());
                }
            }
        }
        Ok(Expected::Accepted)
    }

    fn record(
        &mut self,
        fact: Fact,
        submission: &EventSubmission,
        states: Vec<(EntityRef, Option<Arc<EntityState>>)>,
    ) -> Undo {
        let mut before = Vec::new();
        for (entity, state) in states {
            let was = match state {
                Some(state) => self.states.insert(entity.clone(), state),
                None => self.states.remove(&entity),
            };
            before.push((entity, was));
        }
        let payload = fact.event.payload.clone().expect("the shape check saw it");
        let touched = touched(&fact.stream, &payload);
        let name = (
            fact.event.source_system.clone(),
            fact.event.source_ref.clone(),
        );
        let amends = self.amended(&payload);
        let item = HistoryItem {
            position: self.next,
            fact: Arc::new(fact),
            amends,
        };
        for entity in &touched {
            let history = self.histories.entry(entity.clone()).or_default();
            history.push(item.clone());
        }
        self.names.insert(name.clone(), (item, submission.clone()));
        self.next += 1;
        Undo {
            before,
            touched,
            name,
        }
    }

    fn undo(&mut self, undo: Undo) {
        for (entity, state) in undo.before {
            match state {
                Some(state) => self.states.insert(entity, state),
                None => self.states.remove(&entity),
            };
        }
        for entity in undo.touched {
            self.histories.entry(entity).or_default().pop();
        }
        self.names.remove(&undo.name);
        self.next -= 1;
    }

    fn amended(&self, payload: &crate::events::v1::EventPayload) -> Option<u64> {
        use crate::events::v1::event_payload::Payload;
        let name = match payload.payload.as_ref()? {
            Payload::EventCorrected(event) => event.corrects.as_ref()?,
            Payload::EventVoided(event) => event.voids.as_ref()?,
            _ => return None,
        };
        self.find(&name.source_system, &name.source_ref)
            .map(|item| item.position)
    }
}
