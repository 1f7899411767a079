//! What secures one contract: the bonds and guarantees that name it, as the contract keeps them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    bond::{self, Bond},
    letter::{self, Guarantee},
};
use crate::{
    domain::{decider::Fact, entity::EntityRef, payload::payload_of},
    events::v1::{EntityKind, event_payload::Payload},
};

/// The securities of a contract by number, as they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Securities {
    /// Bonds by id.
    pub bonds: BTreeMap<String, Bond>,
    /// Guarantees by number.
    pub guarantees: BTreeMap<String, Guarantee>,
}

impl Securities {
    /// Applies a fact about a security of the contract; any other leaves the securities as they
    /// are.
    pub fn evolve(&mut self, contract: &EntityRef, position: u64, fact: &Fact) {
        let Some((kind, id)) = payload_of(&fact.event).and_then(security_of) else {
            return;
        };
        let entity = EntityRef::new(kind, contract.partition(), contract.owner(), id);
        if kind == EntityKind::Bond {
            let bond = self.bonds.entry(id.to_owned()).or_default();
            bond::evolve(bond, &entity, position, fact);
        } else {
            let guarantee = self.guarantees.entry(id.to_owned()).or_default();
            letter::evolve(guarantee, &entity, position, fact);
        }
    }

    /// What still secures the contract on a day, as `BOND id` and `GUARANTEE no`, in order.
    pub fn open(&self, on: NaiveDate) -> Vec<String> {
        let bonds = self.bonds.iter().filter(|(_, bond)| bond.held_fen() > 0);
        let guarantees = self.guarantees.iter().filter(|(_, g)| g.is_open(on));
        let bonds = bonds.map(|(id, _)| format!("BOND {id}"));
        bonds
            .chain(guarantees.map(|(no, _)| format!("GUARANTEE {no}")))
            .collect()
    }
}

/// The bond or guarantee that an event is about.
pub fn security_of(payload: &Payload) -> Option<(EntityKind, &str)> {
    Some(match payload {
        Payload::BondCollected(e) => (EntityKind::Bond, &e.bond_id),
        Payload::BondReturned(e) => (EntityKind::Bond, &e.bond_id),
        Payload::BondForfeited(e) => (EntityKind::Bond, &e.bond_id),
        Payload::GuaranteeIssued(e) => (EntityKind::Guarantee, &e.guarantee_no),
        Payload::GuaranteeExtended(e) => (EntityKind::Guarantee, &e.guarantee_no),
        Payload::GuaranteeReleased(e) => (EntityKind::Guarantee, &e.guarantee_no),
        Payload::GuaranteeClaimed(e) => (EntityKind::Guarantee, &e.guarantee_no),
        Payload::GuaranteeExpired(e) => (EntityKind::Guarantee, &e.guarantee_no),
        _ => return None,
    })
}
