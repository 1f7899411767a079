//! The auditor: what he knows of the ledger, what he expects of an event, and whether an answer is
//! what he expected.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use bihuan::events::v1::{self, EntityKind, Event, ReceiptStatus};
use tonic::{Code, Status};

use super::{
    act::Act,
    books::{Books, E001, E002},
};
use crate::{facts::*, town::*};

/// What stands in the ledger under a name.
#[derive(Clone, Debug)]
pub struct Known {
    pub event: Event,
    pub position: u64,
    pub revision: u64,
    pub leaf_hash: Vec<u8>,
    pub is_voided: bool,
}

/// An act in the place where it happened.
#[derive(Clone, Debug)]
pub struct Place {
    pub name: (String, String),
    pub act: Act,
    pub newest: Option<Act>,
    pub is_voided: bool,
}

impl Place {
    /// What an amendment of it touches: the act, what was said of it last, what shall be.
    pub fn touching<'a>(&'a self, instead: Option<&'a Act>) -> Vec<&'a Act> {
        let acts = [Some(&self.act), self.newest.as_ref(), instead];
        acts.into_iter().flatten().collect()
    }

    /// What counts there now.
    fn counts(&self) -> Option<&Act> {
        match self.is_voided {
            true => None,
            false => Some(self.newest.as_ref().unwrap_or(&self.act)),
        }
    }
}

/// Everything that the auditor knows of the ledger.
#[derive(Clone, Debug, Default)]
pub struct Auditor {
    pub books: Books,
    pub places: Vec<Arc<Place>>,
    pub known: HashMap<(String, String), Arc<Known>>,
    pub revisions: HashMap<String, u64>,
    pub end: u64,
}

/// What a source means to do.
#[derive(Clone, Debug)]
pub enum Meant {
    Act(Act),
    Correct(usize, Act),
    Void(usize),
    /// Something sent before, sent again as it was.
    Again,
    /// Something recorded, sent again with other content.
    Other,
}

/// An event as sent, and what is meant by it.
#[derive(Clone, Debug)]
pub struct Sent {
    pub event: Event,
    pub meant: Meant,
    pub has_role: bool,
    pub is_known_system: bool,
}

/// What an auditor expects of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Append,
    Repeat(ReceiptStatus),
    Refuse(&'static str),
}

impl Auditor {
    /// The codes of everything that is wrong with an act in front of some books.
    fn judge_act(&self, act: &Act) -> Vec<&'static str> {
        let mut codes = self.books.steps(act);
        match self.books.transition(act) {
            Err(code) => codes.push(code),
            Ok(()) => {
                let mut after = self.books.clone();
                after.enter(act);
                codes.extend(after.sums());
            }
        }
        codes
    }

    /// The books of some places, and whether every step could happen.
    fn fold<'a>(places: impl Iterator<Item = &'a Act>) -> Option<Books> {
        let mut books = Books::default();
        for act in places {
            books.transition(act).ok()?;
            books.enter(act);
        }
        Some(books)
    }

    /// The books with another act, or none, in a place.
    pub fn refold(&self, index: usize, instead: Option<&Act>) -> Option<Books> {
        let acts = self.places.iter().enumerate().filter_map(|(n, place)| {
            if n == index { instead } else { place.counts() }
        });
        Self::fold(acts)
    }

    fn judge_amendment(
        &self,
        sent: &Sent,
        index: usize,
        instead: Option<&Act>,
    ) -> Vec<&'static str> {
        let mut codes = Vec::new();
        let place = &self.places[index];
        let expected = named(&stated(&place.touching(instead)));
        if named(&touches_of(&sent.event)) != expected {
            codes.push(E001);
        }
        if let Some(act) = instead {
            let past = Self::fold(
                self.places[..index]
                    .iter()
                    .filter_map(|place| place.counts()),
            );
            let past = past.expect("what stands could happen");
            codes.extend(past.steps(act));
            codes.extend(past.transition(act).err());
        }
        if place.is_voided {
            codes.push(E002);
            return codes;
        }
        match self.refold(index, instead) {
            None => codes.push(E002),
            Some(books) => codes.extend(books.sums()),
        }
        codes
    }

    pub fn name(event: &Event) -> (String, String) {
        (event.source_system.clone(), event.source_ref.clone())
    }

    pub fn judge(&self, sent: &Sent) -> Verdict {
        let known = self.known.get(&Self::name(&sent.event));
        if !sent.has_role {
            return Verdict::Refuse("E020_FORBIDDEN_ROLE");
        }
        if let Some(known) = known {
            return match (known.event == sent.event, known.is_voided) {
                (false, _) => Verdict::Refuse("E004_SOURCE_REF_CONFLICT"),
                (true, true) => Verdict::Repeat(ReceiptStatus::Voided),
                (true, false) => Verdict::Repeat(ReceiptStatus::AlreadyAppended),
            };
        }
        if let Meant::Act(Act::Register(entry)) = &sent.meant {
            let has_power = self.books.registry.has_power(entry, &sent.event.actor_org);
            if entry.needs_power() && !has_power {
                return Verdict::Refuse("E026_WRONG_JURISDICTION");
            }
        }
        let mut codes = match &sent.meant {
            Meant::Act(act) => self.judge_act(act),
            Meant::Correct(index, act) => self.judge_amendment(sent, *index, Some(act)),
            Meant::Void(index) => self.judge_amendment(sent, *index, None),
            Meant::Again | Meant::Other => panic!("{sent:?} is not known"),
        };
        if !sent.is_known_system {
            codes.push(E001);
        }
        codes
            .into_iter()
            .min()
            .map_or(Verdict::Append, Verdict::Refuse)
    }

    /// Takes in an event that was appended.
    pub fn enter(&mut self, sent: &Sent, receipt: Option<&v1::Receipt>) {
        match &sent.meant {
            Meant::Act(act) => {
                self.books.enter(act);
                self.places.push(Arc::new(Place {
                    name: Self::name(&sent.event),
                    act: act.clone(),
                    newest: None,
                    is_voided: false,
                }));
            }
            Meant::Correct(index, act) => {
                self.books = self.refold(*index, Some(act)).expect("was judged");
                Arc::make_mut(&mut self.places[*index]).newest = Some(act.clone());
            }
            Meant::Void(index) => {
                self.books = self.refold(*index, None).expect("was judged");
                let place = Arc::make_mut(&mut self.places[*index]);
                place.is_voided = true;
                let known = self.known.get_mut(&place.name).expect("was recorded");
                Arc::make_mut(known).is_voided = true;
            }
            Meant::Again | Meant::Other => return,
        }
        let revision = self.revisions.entry(sent.event.stream.clone()).or_default();
        let known = Known {
            event: sent.event.clone(),
            position: self.end,
            revision: *revision,
            leaf_hash: receipt.map_or_else(Vec::new, |receipt| receipt.leaf_hash.to_vec()),
            is_voided: false,
        };
        *revision += 1;
        self.end += 1;
        self.known.insert(Self::name(&sent.event), Arc::new(known));
    }

    /// Judges a batch: the verdicts of its events, up to the first refusal.
    pub fn judge_batch(&self, batch: &[Sent]) -> Vec<Verdict> {
        if let [only] = batch {
            return vec![self.judge(only)];
        }
        let mut own = self.clone();
        let mut verdicts = Vec::new();
        for sent in batch {
            let verdict = own.judge(sent);
            verdicts.push(verdict.clone());
            match verdict {
                Verdict::Append => own.enter(sent, None),
                Verdict::Repeat(_) => {}
                Verdict::Refuse(_) => break,
            }
        }
        verdicts
    }

    /// Compares an answer with the verdicts, figures included.
    pub fn compare(
        &self,
        batch: &[Sent],
        answer: &Result<Vec<v1::Receipt>, Status>,
    ) -> Result<(), String> {
        let verdicts = self.judge_batch(batch);
        let wrong = |what: &str| {
            Err(format!(
                "{what}: expected {verdicts:?}, answered {answer:?}"
            ))
        };
        match (verdicts.last().expect("a batch has an event"), answer) {
            (Verdict::Refuse(code), Err(status)) => {
                let refused = Refused::of(status.clone());
                let index = (verdicts.len() - 1).to_string();
                if refused.reason != *code || refused.figures["event_index"] != index {
                    return wrong("another refusal");
                }
                if status.code() != status_of(code) {
                    return wrong("another status");
                }
                let mut before = self.clone();
                for sent in &batch[..verdicts.len() - 1] {
                    if before.judge(sent) == Verdict::Append {
                        before.enter(sent, None);
                    }
                }
                before.compare_figures(&batch[verdicts.len() - 1], &refused)
            }
            (Verdict::Refuse(_), Ok(_)) => wrong("accepted"),
            (_, Err(_)) => wrong("refused"),
            (_, Ok(receipts)) => {
                let mut next = self.end;
                for ((sent, verdict), receipt) in batch.iter().zip(&verdicts).zip(receipts) {
                    let (status, position) = match verdict {
                        Verdict::Append => (ReceiptStatus::Appended, next),
                        Verdict::Repeat(status) => {
                            let name = Self::name(&sent.event);
                            let Some(known) = self.known.get(&name) else {
                                // Recorded by this batch: its place is compared below.
                                continue;
                            };
                            if known.revision != receipt.revision
                                || known.leaf_hash[..] != receipt.leaf_hash[..]
                            {
                                return wrong("another receipt");
                            }
                            (*status, known.position)
                        }
                        Verdict::Refuse(_) => return wrong("accepted"),
                    };
                    if receipt.status() != status || receipt.position != position {
                        return wrong("another place");
                    }
                    next += u64::from(*verdict == Verdict::Append);
                }
                Ok(())
            }
        }
    }

    /// Takes in a batch that was answered as expected.
    pub fn take_in(&mut self, batch: &[Sent], answer: &Result<Vec<v1::Receipt>, Status>) {
        if let Ok(receipts) = answer {
            for (sent, receipt) in batch.iter().zip(receipts) {
                if receipt.status() == ReceiptStatus::Appended {
                    self.enter(sent, Some(receipt));
                }
            }
        }
    }
}

fn status_of(code: &str) -> Code {
    match code {
        "E020_FORBIDDEN_ROLE" => Code::PermissionDenied,
        "E004_SOURCE_REF_CONFLICT" => Code::AlreadyExists,
        _ => Code::FailedPrecondition,
    }
}

/// What a correction or void says that it touches.
pub fn stated(act: &[&Act]) -> Vec<v1::EntityRef> {
    let mut all = BTreeSet::new();
    for act in act {
        all.extend(act.touches());
    }
    let kind = |code| match code {
        "BL" => EntityKind::BudgetLine,
        "PJ" => EntityKind::Project,
        "LT" => EntityKind::Lot,
        "CT" => EntityKind::Contract,
        "PY" => EntityKind::Payment,
        "AC" => EntityKind::Acceptance,
        other => panic!("{other} is no kind"),
    };
    all.into_iter()
        .map(|(code, owner, id)| touched(kind(code), &owner, &id))
        .collect()
}

/// What an amendment says that it touches.
fn touches_of(event: &Event) -> Vec<v1::EntityRef> {
    use v1::event_payload::Payload;
    match event.payload.as_ref().and_then(|p| p.payload.as_ref()) {
        Some(Payload::EventCorrected(corrected)) => corrected.touches.clone(),
        Some(Payload::EventVoided(voided)) => voided.touches.clone(),
        _ => panic!("an amendment"),
    }
}

fn named(touches: &[v1::EntityRef]) -> BTreeSet<(i32, String, String)> {
    let name = |e: &v1::EntityRef| (e.kind, e.owner_id.clone(), e.id.clone());
    touches.iter().map(name).collect()
}
