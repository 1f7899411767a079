//! Facts that are recorded once and then stand: one form for every kind of object that has no life
//! beyond being known.
//!
//! 电子卖场制度, 电子卖场专人, 电子卖场单位开通, 零星采购, 农副产品平台账号, 公平竞争审查, 操作规程, 异常事实, 豁免,
//! 指标发布. The entity is keyed by its stream and its number (a unit's activation by its stream
//! alone, a farm account by its platform). Recording it again is E002; a mistake is corrected or
//! voided. None of them moves a balance: the amount of a small purchase or an irregular fact is
//! kept for those who read it.
//!
//! Decided where the domain's specification is silent:
//! - A unit has one account in the e-mall and one on each farm platform.
//! - An irregular fact names the code that would have refused it by its whole name (E001).
//! - A figure is not published before the day that it is about (E003).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    machine::{Case, Row, advance},
    payload::{EventType, day, payload_of},
    refusal::{Code, Refusal, bad_time, unknown_name},
};
use crate::events::v1::{EntityKind, event_payload::Payload};

/// Whether it is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordStatus {
    /// Not recorded.
    #[default]
    Absent,
    /// Recorded; final.
    Recorded,
}

/// The state of an object that is recorded once; `KIND` is the number of its entity kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded<const KIND: i32> {
    /// Whether it is recorded.
    pub status: RecordStatus,
    /// The day of the act.
    pub recorded_on: Option<NaiveDate>,
    /// Its amount in fen, where it states one.
    pub amount_fen: Option<i64>,
}

/// 电子卖场制度: a rule or procedure of the e-mall.
pub type EmallRule = Recorded<{ EntityKind::EmallRule as i32 }>;
/// 电子卖场专人: an appointment.
pub type EmallManager = Recorded<{ EntityKind::EmallManager as i32 }>;
/// 电子卖场单位开通: a unit's account in the e-mall.
pub type EmallUnit = Recorded<{ EntityKind::EmallUnit as i32 }>;
/// 零星采购: a purchase below the threshold.
pub type SmallPurchase = Recorded<{ EntityKind::SmallPurchase as i32 }>;
/// 农副产品平台注册: a unit's account on a platform.
pub type FarmAccount = Recorded<{ EntityKind::FarmAccount as i32 }>;
/// 公平竞争审查: a review.
pub type FairReview = Recorded<{ EntityKind::FairReview as i32 }>;
/// 操作规程: a procedure for challenges and complaints.
pub type Procedure = Recorded<{ EntityKind::Procedure as i32 }>;
/// 异常事实: what happened though a gate would refuse it.
pub type IrregularFact = Recorded<{ EntityKind::IrregularFact as i32 }>;
/// 豁免: a waiver of a finding.
pub type Waiver = Recorded<{ EntityKind::Waiver as i32 }>;
/// 指标发布: a published figure.
pub type Metric = Recorded<{ EntityKind::Metric as i32 }>;

/// Which event leads where. Each kind meets its own row alone.
pub const TRANSITIONS: &[Row<RecordStatus>] = {
    use Case::Any;
    use EventType as E;
    use RecordStatus::{Absent, Recorded};
    &[
        (Absent, E::EmallRulePublished, Any, Recorded),
        (Absent, E::EmallManagerAppointed, Any, Recorded),
        (Absent, E::EmallUnitActivated, Any, Recorded),
        (Absent, E::SmallPurchaseRecorded, Any, Recorded),
        (Absent, E::FarmPlatformRegistered, Any, Recorded),
        (Absent, E::FairCompetitionReviewed, Any, Recorded),
        (Absent, E::OperatingProcedureIssued, Any, Recorded),
        (Absent, E::IrregularFactRecorded, Any, Recorded),
        (Absent, E::FindingWaived, Any, Recorded),
        (Absent, E::MetricReleased, Any, Recorded),
    ]
};

fn next<const KIND: i32>(
    state: &Recorded<KIND>,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<RecordStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, state.status, event, entity)
}

/// Whether the event may happen to the object as it stands.
pub fn transition<const KIND: i32>(
    state: &Recorded<KIND>,
    entity: &EntityRef,
    fact: &Fact,
) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(state, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The object after one more fact.
pub fn evolve<const KIND: i32>(
    state: &mut Recorded<KIND>,
    entity: &EntityRef,
    _position: u64,
    fact: &Fact,
) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(state, entity, payload) {
        state.status = to;
        state.recorded_on = Some(fact.legal_date);
        state.amount_fen = match payload {
            Payload::SmallPurchaseRecorded(event) => Some(event.amount_fen),
            Payload::IrregularFactRecorded(event) => event.amount_fen,
            _ => None,
        };
    }
}

/// The step gates: the stream is the object's own (E001), the code named is one (E001), a term does
/// not end before it begins and a figure is not of a day to come (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::EmallRulePublished(event) => env.own_stream("region", &event.region),
        Payload::EmallManagerAppointed(event) => {
            env.own_stream("region", &event.region);
            check_order(env, "first day in office", &event.from, &event.to);
        }
        Payload::EmallUnitActivated(event) => env.own_stream("unit", &event.unit),
        Payload::SmallPurchaseRecorded(event) => env.own_stream("unit", &event.unit),
        Payload::FarmPlatformRegistered(event) => env.own_stream("unit", &event.unit),
        Payload::IrregularFactRecorded(event)
            if Code::of_invariant(&event.violated_invariant).is_none() =>
        {
            let refusal = unknown_name("violated_invariant", &event.violated_invariant);
            env.refuse(refusal);
        }
        Payload::MetricReleased(event) => {
            check_order(env, "day of the figure", &event.as_of, &event.released_on);
        }
        _ => {}
    }
}

/// E003 when the second of two days is before the first; days that are not given refuse nothing.
fn check_order(env: &mut Env<'_>, what: &'static str, first: &str, second: &str) {
    if let (Some(first), Some(second)) = (day(first), day(second))
        && second < first
    {
        env.refuse(bad_time(what, first, second));
    }
}

#[cfg(test)]
mod tests;
