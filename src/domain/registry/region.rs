//! RG 行政区划: a registered region or functional area. The entity is keyed by its stream (owner =
//! region code, id empty).

use serde::{Deserialize, Serialize};

use crate::domain::{
    decider::Fact,
    entity::EntityRef,
    payload::payload_of,
    refusal::{Refusal, repeated},
};
use crate::events::v1::event_payload::Payload;

/// A registered region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// It is registered.
    pub is_registered: bool,
    /// Its name.
    pub name: String,
    /// The region above it; empty for none.
    pub parent: String,
}

/// E002 when the region is registered already.
pub fn transition(state: &Region, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(Payload::RegionRegistered(event)) if state.is_registered => {
            Err(repeated(entity, "region", &event.region))
        }
        _ => Ok(()),
    }
}

/// The region after one more fact.
pub fn evolve(state: &mut Region, _entity: &EntityRef, _position: u64, fact: &Fact) {
    if let Some(Payload::RegionRegistered(event)) = payload_of(&fact.event) {
        state.is_registered = true;
        state.name.clone_from(&event.name);
        state.parent.clone_from(&event.parent);
    }
}
