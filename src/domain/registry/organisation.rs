//! OR 单位: an organisation in the registry of a partition. The entity is keyed by its stream
//! (owner = Uscc, id empty).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Refusal, unknown_name},
};
use crate::events::v1::{self, OrganisationKind, event_payload::Payload};

/// Where an organisation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrganisationStatus {
    /// Not registered.
    #[default]
    Absent,
    /// Registered.
    Active,
    /// Merged into another: ended.
    Merged,
    /// Closed: ended.
    Closed,
}

/// A registered organisation. Enumerations are kept as the schema's numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Organisation {
    /// Where it stands.
    pub status: OrganisationStatus,
    /// Registered name.
    pub name: String,
    /// What it is.
    pub kinds: Vec<i32>,
    /// Its region.
    pub region: String,
    /// The level of its budget.
    pub budget_level: i32,
    /// Its size.
    pub size: i32,
    /// The organisation that it merged into; empty for none.
    pub merged_into: String,
    /// The day of registration.
    pub registered_on: Option<NaiveDate>,
    /// The day of its end.
    pub ended_on: Option<NaiveDate>,
}

impl Organisation {
    /// Whether it is registered, has not ended and is of a kind.
    pub fn is_active_as(&self, kind: OrganisationKind) -> bool {
        self.status == OrganisationStatus::Active && self.kinds.contains(&(kind as i32))
    }
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<OrganisationStatus>] = {
    use Case::Any;
    use EventType as E;
    use OrganisationStatus::{Absent, Active, Closed, Merged};
    &[
        (Absent, E::OrganisationRegistered, Any, Active),
        (Active, E::OrganisationChanged, Any, Active),
        (Active, E::OrganisationMerged, Any, Merged),
        (Active, E::OrganisationClosed, Any, Closed),
    ]
};

/// Whether the event may happen to the organisation as it stands.
pub fn transition(state: &Organisation, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, state.status, event, entity).map(drop)
}

/// The organisation after one more fact.
pub fn evolve(state: &mut Organisation, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    let event = (EventType::of(payload), Case::Other);
    if let Ok(to) = advance(TRANSITIONS, state.status, event, entity) {
        state.status = to;
    }
    match payload {
        Payload::OrganisationRegistered(event) => {
            state.name.clone_from(&event.name);
            state.kinds.clone_from(&event.kinds);
            state.region.clone_from(&event.region);
            state.budget_level = event.budget_level;
            state.size = event.size;
            state.registered_on = Some(fact.legal_date);
        }
        Payload::OrganisationChanged(event) => {
            state.name.clone_from(&event.name);
            state.kinds.clone_from(&event.kinds);
            state.region.clone_from(&event.region);
            state.budget_level = event.budget_level;
            state.size = event.size;
        }
        Payload::OrganisationMerged(event) => {
            state.merged_into.clone_from(&event.into);
            state.ended_on = Some(fact.legal_date);
        }
        Payload::OrganisationClosed(_) => state.ended_on = Some(fact.legal_date),
        _ => {}
    }
}

/// The gates of what happens to a registered organisation.
pub(super) fn check(env: &mut Env<'_>, uscc: &str) {
    env.own_stream("uscc", uscc);
    let organisation = env.load_stream::<Organisation>(uscc);
    if let Some(organisation) = organisation.get() {
        env.not_before("registration", organisation.registered_on);
    }
}

/// E001 when the organisation that goes on is not registered, or is the one that ends.
pub(super) fn check_successor(env: &mut Env<'_>, event: &v1::OrganisationMerged) {
    let successor = env.load_stream::<Organisation>(&event.into);
    let status = successor.get().map(|organisation| organisation.status);
    if status != Some(OrganisationStatus::Active) || event.into == event.uscc {
        env.refuse(unknown_name("into", &event.into));
    }
}
