//! SG 单一来源: that only one supplier can deliver is argued, made public, objected to, argued again.
//!
//! The entity is keyed by its stream and number (owner = project id, id = argument id or publicity
//! id): an argument and the publicity that rests on it are two, each of its own number. What is
//! made public leads its lots to `PUBLICISED`; an upheld objection leads them back to `PLANNED`.
//! An argument remembers the publicity that rests on it, so that no correction parts the two.
//!
//! Decided where the domain's specification is silent:
//! - Experts argue about lots that the ledger knows (E001), on whatever day and whether the plan is
//!   still in force or not; publicity is of a plan in force.
//! - Publicity that names its argument is of the same supplier and of argued lots (E001).
//! - Arguing again answers objections: without one there is nothing to answer (E002). It is of
//!   exactly the publicity's lots (E001). After a rejected objection another may come.
//! - Whether publicity is long enough, and whether an objection came in time, is law.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    execution::{check_in_force, check_planned},
    gate::Env,
    machine::{Case, Row, advance},
    method_change::check_lots,
    payload::{EventType, day, payload_of},
    refusal::{Code, Refusal, bad_time, repeated, unknown_name},
};
use crate::events::v1::{self, ReargumentResult, event_payload::Payload};

/// Where an argument or a publicity stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SingleSourceStatus {
    /// Nothing happened.
    #[default]
    Absent,
    /// 已论证; final.
    Argued,
    /// 已公示.
    Publicised,
    /// 有异议.
    Objected,
    /// 异议不成立: the single source stands.
    Rejected,
    /// 异议成立; final.
    Upheld,
}

/// The state of an argument or a publicity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SingleSource {
    /// Where it stands.
    pub status: SingleSourceStatus,
    /// The supplier.
    pub supplier: String,
    /// The lots.
    pub lots: BTreeSet<String>,
    /// The argument that a publicity rests on; empty for none.
    pub argument_id: String,
    /// The day of the argument.
    pub argued_on: Option<NaiveDate>,
    /// The day of publication.
    pub publicised_on: Option<NaiveDate>,
    /// Last day of publicity.
    pub publicised_to: Option<NaiveDate>,
    /// Objections.
    pub objections: BTreeSet<String>,
    /// The day of the newest objection.
    pub objected_on: Option<NaiveDate>,
    /// The day of the newest argument about objections.
    pub reargued_on: Option<NaiveDate>,
    /// Supplier and lots of each publicity that rests on the argument.
    pub publicities: BTreeMap<String, (String, BTreeSet<String>)>,
}

/// Which event leads where. Publicity is `New` for itself, `Known` for the argument that it rests
/// on.
pub const TRANSITIONS: &[Row<SingleSourceStatus>] = {
    use Case::{Any, Known, New, Upheld as IsUpheld};
    use EventType as E;
    use SingleSourceStatus::{Absent, Argued, Objected, Publicised, Rejected, Upheld};
    &[
        (Absent, E::SingleSourceArgued, Any, Argued),
        (Absent, E::SingleSourcePublicised, New, Publicised),
        (Argued, E::SingleSourcePublicised, Known, Argued),
        (Publicised, E::SingleSourceObjected, Any, Objected),
        (Objected, E::SingleSourceObjected, Any, Objected),
        (Rejected, E::SingleSourceObjected, Any, Objected),
        (Objected, E::SingleSourceReargued, IsUpheld, Upheld),
        (Objected, E::SingleSourceReargued, Any, Rejected),
    ]
};

fn next(
    source: &SingleSource,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<SingleSourceStatus, Refusal> {
    let case = match payload {
        Payload::SingleSourceObjected(event) if source.objections.contains(&event.objection_no) => {
            return Err(repeated(entity, "objection_no", &event.objection_no));
        }
        Payload::SingleSourceReargued(event)
            if event.result() == ReargumentResult::ObjectionUpheld =>
        {
            Case::Upheld
        }
        Payload::SingleSourcePublicised(event) if event.publicity_id == entity.id() => Case::New,
        Payload::SingleSourcePublicised(_) => Case::Known,
        _ => Case::Other,
    };
    advance(
        TRANSITIONS,
        source.status,
        (EventType::of(payload), case),
        entity,
    )
}

/// Whether the event may happen to the argument or publicity as it stands.
pub fn transition(source: &SingleSource, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(source, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The argument or publicity after one more fact.
pub fn evolve(source: &mut SingleSource, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(source, entity, payload) {
        source.status = to;
    }
    let on = Some(fact.legal_date);
    match payload {
        Payload::SingleSourceArgued(event) => {
            source.supplier.clone_from(&event.supplier);
            source.lots = event.lot_nos.iter().cloned().collect();
            source.argued_on = on;
        }
        Payload::SingleSourcePublicised(event) if event.publicity_id != entity.id() => {
            let lots = event.lot_nos.iter().cloned().collect();
            let rests = (event.supplier.clone(), lots);
            source.publicities.insert(event.publicity_id.clone(), rests);
        }
        Payload::SingleSourcePublicised(event) => {
            source.supplier.clone_from(&event.supplier);
            source.lots = event.lot_nos.iter().cloned().collect();
            source.argument_id.clone_from(&event.argument_id);
            source.publicised_on = on;
            source.publicised_to = day(&event.to);
        }
        Payload::SingleSourceObjected(event) => {
            source.objections.insert(event.objection_no.clone());
            source.objected_on = on;
        }
        Payload::SingleSourceReargued(_) => source.reargued_on = on,
        _ => {}
    }
}

/// The step gates of single sources: what is named is known (E001), the plan is in force (E002),
/// and each act follows the one before (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::SingleSourceArgued(event) => check_lots(env, &event.lot_nos),
        Payload::SingleSourcePublicised(event) => check_publicity(env, event),
        Payload::SingleSourceObjected(event) => {
            let source = env.load::<SingleSource>(&event.publicity_id);
            if let Some(source) = source.get() {
                env.not_before("the publicity", source.publicised_on);
                env.not_before("the argument about an objection", source.reargued_on);
            }
        }
        Payload::SingleSourceReargued(event) => check_reargument(env, event),
        _ => {}
    }
}

fn check_publicity(env: &mut Env<'_>, event: &v1::SingleSourcePublicised) {
    check_in_force(env);
    for lot_no in &event.lot_nos {
        check_planned(env, lot_no);
    }
    if let (Some(from), Some(to)) = (day(&event.from), day(&event.to))
        && to < from
    {
        env.refuse(bad_time("first day of publicity", from, to));
    }
    let id = &event.argument_id;
    if id.is_empty() {
        return;
    }
    let argument = env.load::<SingleSource>(id);
    let is_argument = |source: &&SingleSource| source.status == SingleSourceStatus::Argued;
    let Some(argument) = argument.get().filter(is_argument) else {
        env.refuse(unknown_name("argument_id", id));
        return;
    };
    env.not_before("the argument", argument.argued_on);
}

/// E001 when publicity is of another supplier than the argument that it rests on, or of a lot that
/// is not argued.
pub fn invariants(source: &SingleSource, entity: &EntityRef) -> Result<(), Refusal> {
    for (publicity_id, (supplier, lots)) in &source.publicities {
        let unargued = match lots.difference(&source.lots).next() {
            _ if *supplier != source.supplier => unknown_name("supplier", supplier),
            Some(lot_no) => unknown_name("lot_no", lot_no),
            None => continue,
        };
        let refusal = unargued.with("argument_id", entity.id());
        return Err(refusal.with("publicity_id", publicity_id));
    }
    Ok(())
}

fn check_reargument(env: &mut Env<'_>, event: &v1::SingleSourceReargued) {
    let source = env.load::<SingleSource>(&event.publicity_id);
    let Some(source) = source.get() else {
        return;
    };
    env.not_before("the objection", source.objected_on);
    let given: BTreeSet<String> = event.lot_nos.iter().cloned().collect();
    if given != source.lots {
        let list = |lots: &BTreeSet<String>| {
            lots.iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(",")
        };
        let (expected, given) = (list(&source.lots), list(&given));
        let message = format!("the publicity is of lots {expected}, not of {given}");
        let refusal = Refusal::new(Code::E001_UNKNOWN_REF, message);
        env.refuse(
            refusal
                .with("expected_lot_nos", expected)
                .with("given_lot_nos", given),
        );
    }
}

#[cfg(test)]
mod tests;
