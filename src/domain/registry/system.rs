//! SS 来源系统: a source system registered besides those of the profile. The entity is keyed by its
//! stream in partition `00` (owner = system code, id empty).

use serde::{Deserialize, Serialize};

use crate::domain::{
    decider::{Entities, Fact},
    entity::EntityRef,
    payload::payload_of,
    profile,
    refusal::{Refusal, repeated},
};
use crate::events::v1::{EntityKind, event_payload::Payload};

/// The partition of the system's own streams.
const SYSTEM_PARTITION: &str = "00";

/// A registered source system.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceSystem {
    /// It is registered.
    pub is_registered: bool,
    /// Its name.
    pub name: String,
    /// The organisation that runs it; empty if not stated.
    pub operator: String,
}

/// E002 when the system is registered already.
pub fn transition(state: &SourceSystem, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(Payload::SourceSystemRegistered(event)) if state.is_registered => {
            Err(repeated(entity, "system", &event.system))
        }
        _ => Ok(()),
    }
}

/// The system after one more fact.
pub fn evolve(state: &mut SourceSystem, _entity: &EntityRef, _position: u64, fact: &Fact) {
    if let Some(Payload::SourceSystemRegistered(event)) = payload_of(&fact.event) {
        state.is_registered = true;
        state.name.clone_from(&event.name);
        state.operator.clone_from(&event.operator);
    }
}

/// Whether the profile or the registry knows a source system.
pub fn is_known(entities: &dyn Entities, code: &str) -> bool {
    if profile::source_system(code).is_some() {
        return true;
    }
    let entity = EntityRef::new(EntityKind::SourceSystem, SYSTEM_PARTITION, code, "");
    entities.state(&entity).is_some()
}
