//! State machines as tables: from which status an event of which type leads to which.
//!
//! *Invariant*: a table is data. What it does not name is E002, so tests can enumerate it.

use std::fmt::Debug;

use super::{
    entity::EntityRef,
    payload::EventType,
    refusal::{Refusal, illegal, unknown},
};

/// What besides status and type decides where an object goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Case {
    /// Nothing: the row holds in every case.
    Any,
    /// The event leaves the object's amounts as they are.
    Same,
    /// The event asks for no more than is held.
    NotMore,
    /// The event asks for more than is held.
    More,
    /// The thing named is new.
    New,
    /// The thing named is known and open.
    Known,
    /// The thing named came after its deadline.
    Late,
    /// The occupation of a failed lot is still held for a retry.
    Held,
    /// The final acceptance passed.
    FinalPassed,
    /// An acceptance passed in part, or is not the final one.
    PartlyPassed,
    /// An acceptance failed.
    Failed,
    /// Everything due is settled.
    Settled,
    /// The event changes the object's amounts.
    Changed,
    /// Another takes the place of the one that falls away.
    Followed,
    /// Nobody takes the place of the one that falls away.
    Alone,
    /// The list stays open for more.
    Standing,
    /// What was claimed is found right, or an objection upheld.
    Upheld,
    /// What was claimed is found wrong.
    Dismissed,
    /// Every part that is needed is in use.
    Whole,
    /// No part is out of use, though some that are needed are missing.
    Unbroken,
    /// What was asked for is taken or agreed to.
    Taken,
    /// What was asked for is turned down.
    TurnedDown,
    /// What was handed in has to be mended first.
    ToMend,
    /// Somebody else has to decide.
    Elsewhere,
    /// None of the above; no row holds in it but those of `Any`.
    Other,
}

/// A status of an entity. Its default is the status before the first event: absent.
pub trait Status: Copy + Eq + Debug + Default + 'static {}

impl<T: Copy + Eq + Debug + Default + 'static> Status for T {}

/// A row of a table: from, event type, case, to.
pub type Row<S> = (S, EventType, Case, S);

/// Where an event leads, or `None` where the table has no row.
pub fn step<S: Status>(table: &[Row<S>], from: S, event: EventType, case: Case) -> Option<S> {
    for (row_from, row_event, row_case, to) in table {
        let is_case = *row_case == Case::Any || *row_case == case;
        if *row_from == from && *row_event == event && is_case {
            return Some(*to);
        }
    }
    None
}

/// Where an event leads; E001 where the entity is absent and E002 otherwise if the table has no
/// row.
pub fn advance<S: Status>(
    table: &[Row<S>],
    from: S,
    (event, case): (EventType, Case),
    entity: &EntityRef,
) -> Result<S, Refusal> {
    match step(table, from, event, case) {
        Some(to) => Ok(to),
        None if from == S::default() => Err(unknown(entity)),
        None => Err(illegal(entity, &from, event, case)),
    }
}
