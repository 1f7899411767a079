//! BN 不良行为记录: a supplier's bad conduct, with or without a ban, until it is repaired.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        gate::Env,
        machine::{Case, Row, advance},
        payload::{EventType, day, payload_of},
        refusal::{Refusal, bad_time},
    },
    events::v1::event_payload::Payload,
};

/// Where a record stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BanStatus {
    /// Not recorded.
    #[default]
    Absent,
    /// 已记录.
    Recorded,
    /// 已修复; final.
    Repaired,
}

/// The state of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    /// Where it stands.
    pub status: BanStatus,
    /// First day of the ban; `None` for no ban.
    pub ban_from: Option<NaiveDate>,
    /// Last day of the ban; `None` for no end.
    pub ban_to: Option<NaiveDate>,
    /// The day of the decision.
    pub decided_on: Option<NaiveDate>,
    /// The day of repair.
    pub repaired_on: Option<NaiveDate>,
}

impl Ban {
    /// Whether the supplier is banned on a day; a repair ends the ban on its own day.
    pub fn covers(&self, on: NaiveDate) -> bool {
        let is_begun = self.ban_from.is_some_and(|from| from <= on);
        let is_over = self.ban_to.is_some_and(|to| to < on);
        let is_repaired = self.repaired_on.is_some_and(|repaired| repaired <= on);
        is_begun && !is_over && !is_repaired
    }
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<BanStatus>] = {
    use BanStatus::{Absent, Recorded, Repaired};
    use EventType as E;
    &[
        (Absent, E::BadConductRecorded, Case::Any, Recorded),
        (Recorded, E::CreditRepaired, Case::Any, Repaired),
    ]
};

fn next(ban: &Ban, entity: &EntityRef, payload: &Payload) -> Result<BanStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, ban.status, event, entity)
}

/// Whether the event may happen to the record as it stands.
pub fn transition(ban: &Ban, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(ban, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The record after one more fact.
pub fn evolve(ban: &mut Ban, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(ban, entity, payload) {
        ban.status = to;
    }
    match payload {
        Payload::BadConductRecorded(e) => {
            ban.ban_from = day(&e.ban_from);
            ban.ban_to = day(&e.ban_to);
            ban.decided_on = Some(fact.legal_date);
        }
        Payload::CreditRepaired(_) => ban.repaired_on = Some(fact.legal_date),
        _ => {}
    }
}

/// The step gates of records: an event is of its supplier's stream (E001), a ban does not end
/// before it begins, a repair follows the record (E003).
pub(super) fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::BadConductRecorded(e) => {
            env.own_stream("subject", &e.subject);
            if let (Some(from), Some(to)) = (day(&e.ban_from), day(&e.ban_to))
                && to < from
            {
                env.refuse(bad_time("first day of the ban", from, to));
            }
        }
        Payload::CreditRepaired(e) => {
            env.own_stream("subject", &e.subject);
            let record = env.load::<Ban>(&e.record_id);
            env.not_before("record", record.get().and_then(|record| record.decided_on));
        }
        _ => {}
    }
}
