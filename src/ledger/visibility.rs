//! What may not be shown yet: events whose very existence is secret until bids are opened or a
//! result is published (domain 5, architecture D10).

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use super::keys;
use crate::{
    domain::decider::Fact,
    events::v1::{self, ActorRole, NoticeType, event_payload::Payload},
};

/// What ends the secret of a withheld event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Until {
    /// The opening of its lot.
    Opening,
    /// The publication of its lot's result.
    Result,
}

/// The lot of an event of a withheld type, and what ends its secret; also of a correction of one.
pub fn withheld_lot(payload: &v1::EventPayload) -> Option<(&str, Until)> {
    match payload.payload.as_ref()? {
        Payload::BidReceived(bid) => Some((&bid.lot_no, Until::Opening)),
        Payload::BidWithdrawn(bid) => Some((&bid.lot_no, Until::Opening)),
        Payload::CommitteeFormed(committee) => Some((&committee.lot_no, Until::Result)),
        Payload::EventCorrected(corrected) => withheld_lot(corrected.payload.as_ref()?),
        _ => None,
    }
}

/// A secret event.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Secret {
    position: u64,
    lot_no: String,
    until: Until,
}

/// The events that are secret now, by stream. Small: bids of lots that are open at the moment.
#[derive(Debug, Default)]
pub struct Visibility {
    secrets: RwLock<HashMap<String, Vec<Secret>>>,
    /// Lots that were disclosed, by fingerprint: what comes later is no secret any more, such as a
    /// late bid.
    disclosed: RwLock<HashSet<u64>>,
}

/// The fingerprint of a stream's lot and what discloses it; an empty lot is every lot.
fn disclosure(stream: &str, lot_no: &str, until: Until) -> u64 {
    keys::fingerprint(b"d\0", format!("{until:?}/{lot_no}/{stream}").as_bytes())
}

impl Visibility {
    /// Takes in a durable event: it may be secret, or end the secret of others. `amends` is the
    /// position of what it corrects or voids: an amendment is as secret as its original.
    pub fn note(&self, position: u64, fact: &Fact, amends: Option<u64>) {
        let Some(payload) = fact.event.payload.as_ref() else {
            return;
        };
        let stream = fact.event.stream.as_str();
        if let Some(original) = amends {
            let mut secrets = self.write();
            if let Some(of_stream) = secrets.get_mut(stream) {
                let found = of_stream.iter().find(|secret| secret.position == original);
                if let Some(secret) = found.cloned() {
                    of_stream.push(Secret { position, ..secret });
                }
            }
            return;
        }
        if let Some((lot_no, until)) = withheld_lot(payload) {
            if !self.is_disclosed(stream, lot_no, until) {
                let secret = Secret {
                    position,
                    lot_no: lot_no.to_owned(),
                    until,
                };
                let mut secrets = self.write();
                secrets.entry(stream.to_owned()).or_default().push(secret);
            }
            return;
        }
        match payload.payload.as_ref() {
            Some(Payload::BidsOpened(opened)) => {
                self.disclose(stream, Until::Opening, std::slice::from_ref(&opened.lot_no));
            }
            Some(Payload::NoticePublished(notice)) if tells_a_result(notice.notice_type()) => {
                self.disclose(stream, Until::Result, &notice.lot_nos);
            }
            _ => {}
        }
    }

    /// Ends the secret of lots of a stream, of all its lots if none is named.
    fn disclose(&self, stream: &str, until: Until, lot_nos: &[String]) {
        // A stream without secrets has none to end, now or after a restart.
        if !self.read().contains_key(stream) {
            return;
        }
        let every = [String::new()];
        let named = if lot_nos.is_empty() {
            &every[..]
        } else {
            lot_nos
        };
        let fingerprints = named.iter().map(|lot_no| disclosure(stream, lot_no, until));
        let disclosed = self.disclosed.write();
        disclosed
            .unwrap_or_else(PoisonError::into_inner)
            .extend(fingerprints);
        let mut secrets = self.write();
        if let Some(of_stream) = secrets.get_mut(stream) {
            let is_named = |lot_no: &String| lot_nos.is_empty() || lot_nos.contains(lot_no);
            of_stream.retain(|secret| secret.until != until || !is_named(&secret.lot_no));
            if of_stream.is_empty() {
                secrets.remove(stream);
            }
        }
    }

    fn is_disclosed(&self, stream: &str, lot_no: &str, until: Until) -> bool {
        let disclosed = self.disclosed.read();
        let disclosed = disclosed.unwrap_or_else(PoisonError::into_inner);
        [lot_no, ""]
            .iter()
            .any(|lot_no| disclosed.contains(&disclosure(stream, lot_no, until)))
    }

    /// Whether nothing is secret at the moment.
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    /// How an event of a stream shows to a reader without the right to secrets: withheld, or with
    /// its revision counted without the secret events before it.
    pub fn shown_revision(&self, stream: &str, position: u64, revision: u64) -> Option<u64> {
        let secrets = self.read();
        let Some(of_stream) = secrets.get(stream) else {
            return Some(revision);
        };
        if of_stream.iter().any(|secret| secret.position == position) {
            return None;
        }
        Some(revision - count_below(Some(of_stream), position))
    }

    /// How many secret events of a stream stand below a position.
    pub fn secrets_below(&self, stream: &str, position: u64) -> u64 {
        count_below(self.read().get(stream), position)
    }

    /// Whether the header of an event of a stream may be shown to a reader without the right to
    /// secrets. It tells the true revision, the hash of the header before it in the stream, and the
    /// bounds of its batch: so not while a secret stands before it in its stream or in its batch.
    pub fn shows_header(&self, stream: &str, position: u64, batch: Range<u64>) -> bool {
        let secrets = self.read();
        let mut all = secrets.values().flatten();
        count_below(secrets.get(stream), position) == 0
            && !all.any(|secret| batch.contains(&secret.position))
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<String, Vec<Secret>>> {
        self.secrets.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<String, Vec<Secret>>> {
        self.secrets.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count_below(secrets: Option<&Vec<Secret>>, position: u64) -> u64 {
    let of_stream = secrets.map_or(&[][..], Vec::as_slice);
    let below = of_stream.iter().filter(|secret| secret.position < position);
    below.count() as u64
}

/// A termination ends no secret: this ledger does not decide the act that it announces yet.
fn tells_a_result(notice: NoticeType) -> bool {
    matches!(notice, NoticeType::AwardResult | NoticeType::LotFailure)
}

/// Whether a role sees withheld events before their moment (domain 5, reading).
pub fn sees_secrets(role: ActorRole) -> bool {
    matches!(role, ActorRole::TradeSys)
}

/// Whether a role reads the sealed part of an event once it is disclosed.
pub fn reads_sealed(role: ActorRole) -> bool {
    matches!(
        role,
        ActorRole::TradeSys | ActorRole::Regulator | ActorRole::Audit
    )
}

/// Whether a role reads the personal part of an event.
pub fn reads_personal(role: ActorRole) -> bool {
    matches!(role, ActorRole::TradeSys | ActorRole::Audit)
}
