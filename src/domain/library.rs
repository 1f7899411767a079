//! LB 备选库、名录库、资格库 and BC 壁垒线索: libraries of suppliers, and clues of barriers (task 07).
//!
//! A library is keyed by its stream (owner = library id, id empty), a clue by its stream and
//! number. A library discovered after its abolition is a new one that names the old (`revives`),
//! which must be known (E001) and abolished (E002); it cannot be itself.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Refusal, illegal, unknown_name},
};
use crate::events::v1::{self, EntityKind, event_payload::Payload};

/// Where a library stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LibraryStatus {
    /// Not reported.
    #[default]
    Absent,
    /// 已上报.
    Reported,
    /// 已取消.
    Abolished,
    /// 保留.
    Retained,
}

/// The state of a library. Enumerations are kept as the schema's numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    /// Where it stands.
    pub status: LibraryStatus,
    /// Who keeps it.
    pub owner: String,
    /// What it is: number of [`LibraryKind`](v1::LibraryKind).
    pub kind: i32,
    /// Being in it is a condition of taking part.
    pub used_as_condition: bool,
    /// The abolished library that it revives; empty for none.
    pub revives: String,
    /// The day of the report.
    pub reported_on: Option<NaiveDate>,
    /// The day of the decision to retain it.
    pub retained_on: Option<NaiveDate>,
    /// The day of its abolition.
    pub abolished_on: Option<NaiveDate>,
}

/// Which event leads where, for a library.
pub const LIBRARY_TRANSITIONS: &[Row<LibraryStatus>] = {
    use Case::Any;
    use EventType as E;
    use LibraryStatus::{Abolished, Absent, Reported, Retained};
    &[
        (Absent, E::SupplierLibraryReported, Any, Reported),
        (Reported, E::SupplierLibraryAbolished, Any, Abolished),
        (Reported, E::SupplierLibraryRetained, Any, Retained),
        (Retained, E::SupplierLibraryAbolished, Any, Abolished),
    ]
};

fn library_next(
    state: &Library,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<LibraryStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(LIBRARY_TRANSITIONS, state.status, event, entity)
}

/// Whether the event may happen to the library as it stands.
pub fn library_transition(state: &Library, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => library_next(state, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The library after one more fact.
pub fn library_evolve(state: &mut Library, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = library_next(state, entity, payload) {
        state.status = to;
    }
    let on = Some(fact.legal_date);
    match payload {
        Payload::SupplierLibraryReported(event) => {
            state.owner.clone_from(&event.owner);
            state.kind = event.kind;
            state.used_as_condition = event.used_as_condition;
            state.revives.clone_from(&event.revives);
            state.reported_on = on;
        }
        Payload::SupplierLibraryRetained(_) => state.retained_on = on,
        Payload::SupplierLibraryAbolished(_) => state.abolished_on = on,
        _ => {}
    }
}

/// Where a clue stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClueStatus {
    /// Not received.
    #[default]
    Absent,
    /// 已接收.
    Received,
    /// 属实.
    Confirmed,
    /// 不属实.
    Dismissed,
    /// 已整改.
    Rectified,
}

/// The state of a clue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BarrierClue {
    /// Where it stands.
    pub status: ClueStatus,
    /// What it is about.
    pub subject_ref: String,
    /// The barrier: number of [`BarrierType`](v1::BarrierType).
    pub barrier_type: i32,
    /// The day of receipt.
    pub received_on: Option<NaiveDate>,
    /// The day on which it was confirmed or dismissed.
    pub decided_on: Option<NaiveDate>,
    /// The day of rectification.
    pub rectified_on: Option<NaiveDate>,
}

/// Which event leads where, for a clue.
pub const CLUE_TRANSITIONS: &[Row<ClueStatus>] = {
    use Case::Any;
    use ClueStatus::{Absent, Confirmed, Dismissed, Received, Rectified};
    use EventType as E;
    &[
        (Absent, E::BarrierClueReceived, Any, Received),
        (Received, E::BarrierConfirmed, Any, Confirmed),
        (Received, E::BarrierDismissed, Any, Dismissed),
        (Confirmed, E::BarrierRectified, Any, Rectified),
    ]
};

fn clue_next(
    state: &BarrierClue,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<ClueStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(CLUE_TRANSITIONS, state.status, event, entity)
}

/// Whether the event may happen to the clue as it stands.
pub fn clue_transition(
    state: &BarrierClue,
    entity: &EntityRef,
    fact: &Fact,
) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => clue_next(state, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The clue after one more fact.
pub fn clue_evolve(state: &mut BarrierClue, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = clue_next(state, entity, payload) {
        state.status = to;
    }
    let on = Some(fact.legal_date);
    match payload {
        Payload::BarrierClueReceived(event) => {
            state.subject_ref.clone_from(&event.subject_ref);
            state.barrier_type = event.barrier_type;
            state.received_on = on;
        }
        Payload::BarrierConfirmed(_) | Payload::BarrierDismissed(_) => state.decided_on = on,
        Payload::BarrierRectified(_) => state.rectified_on = on,
        _ => {}
    }
}

/// The step gates of libraries and clues: the stream is the library's own and what it revives is
/// known (E001) and abolished (E002); each act follows the one before (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::SupplierLibraryReported(event) => check_report(env, event),
        Payload::SupplierLibraryAbolished(event) => on_library(env, &event.library_id),
        Payload::SupplierLibraryRetained(event) => on_library(env, &event.library_id),
        Payload::BarrierConfirmed(event) => on_clue(env, &event.clue_id),
        Payload::BarrierDismissed(event) => on_clue(env, &event.clue_id),
        Payload::BarrierRectified(event) => on_clue(env, &event.clue_id),
        _ => {}
    }
}

fn on_library(env: &mut Env<'_>, library_id: &str) {
    env.own_stream("library_id", library_id);
    let library = env.load::<Library>("");
    if let Some(library) = library.get() {
        env.not_before("the report", library.reported_on);
        env.not_before("the decision to retain it", library.retained_on);
    }
}

fn check_report(env: &mut Env<'_>, event: &v1::SupplierLibraryReported) {
    env.own_stream("library_id", &event.library_id);
    let revives = &event.revives;
    if revives.is_empty() {
        return;
    }
    let revived = env.load_stream::<Library>(revives);
    let is_other = *revives != event.library_id;
    match revived
        .get()
        .filter(|library| is_other && library.status != LibraryStatus::Absent)
    {
        None => env.refuse(unknown_name("revives", revives)),
        Some(library) if library.status == LibraryStatus::Abolished => {
            env.not_before("the abolition of what it revives", library.abolished_on);
        }
        Some(library) => {
            let partition = &env.fact.stream.partition;
            let entity = EntityRef::new(EntityKind::Library, partition, revives, "");
            env.refuse(illegal(
                &entity,
                &library.status,
                env.event_type,
                Case::Other,
            ));
        }
    }
}

fn on_clue(env: &mut Env<'_>, clue_id: &str) {
    let clue = env.load::<BarrierClue>(clue_id);
    if let Some(clue) = clue.get() {
        env.not_before("receipt of the clue", clue.received_on);
        env.not_before("the decision on the clue", clue.decided_on);
    }
}

#[cfg(test)]
mod tests;
