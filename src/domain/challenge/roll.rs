//! CS: the challenges of a project together, each as it stands, since a complaint follows any of
//! its supplier's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Challenge, ChallengeStatus};
use crate::{
    domain::{decider::Fact, entity::EntityRef, payload::payload_of, refusal::Refusal},
    events::v1::{EntityKind, event_payload::Payload},
};

/// The challenges of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeRoll {
    /// Challenges by id.
    pub challenges: BTreeMap<String, Challenge>,
}

impl ChallengeRoll {
    /// The challenges of a supplier that stand: those that it did not withdraw.
    pub fn standing_of(&self, supplier: &str) -> impl Iterator<Item = &Challenge> {
        let is_standing = move |challenge: &&Challenge| {
            challenge.supplier == supplier && challenge.status != ChallengeStatus::Withdrawn
        };
        self.challenges.values().filter(is_standing)
    }
}

/// Whether the event may happen is each challenge's own business.
pub fn transition(_: &ChallengeRoll, _: &EntityRef, _: &Fact) -> Result<(), Refusal> {
    Ok(())
}

/// The challenges after one more fact.
pub fn evolve(roll: &mut ChallengeRoll, entity: &EntityRef, position: u64, fact: &Fact) {
    if let Some(id) = payload_of(&fact.event).and_then(challenge_of) {
        let (partition, owner) = (entity.partition(), entity.owner());
        let of = EntityRef::new(EntityKind::Challenge, partition, owner, id);
        let challenge = roll.challenges.entry(id.to_owned()).or_default();
        super::evolve(challenge, &of, position, fact);
    }
}

/// The challenge that an event is about.
pub(super) fn challenge_of(payload: &Payload) -> Option<&str> {
    Some(match payload {
        Payload::ChallengeFiled(e) => &e.challenge_id,
        Payload::ChallengeReceived(e) => &e.challenge_id,
        Payload::ChallengeRefused(e) => &e.challenge_id,
        Payload::ChallengeForwarded(e) => &e.challenge_id,
        Payload::ChallengeReplied(e) => &e.challenge_id,
        Payload::ChallengeWithdrawn(e) => &e.challenge_id,
        _ => return None,
    })
}
