//! TH 限额标准: published thresholds of a region. The entity is keyed by region and profile (owner =
//! region code, id = profile id).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    payload::{day, payload_of},
    refusal::{Refusal, bad_time, repeated},
};
use crate::events::v1::{self, event_payload::Payload};

/// Published thresholds, in fen. Enumerations are kept as the schema's numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ThresholdProfile {
    /// It is published.
    pub is_published: bool,
    /// The budget level that it holds for.
    pub budget_level: i32,
    /// What it holds for.
    pub object: i32,
    /// 分散采购限额标准.
    pub dispersed_limit_fen: i64,
    /// 公开招标数额标准.
    pub open_tender_fen: i64,
    /// The e-mall's limit.
    pub emall_limit_fen: i64,
    /// First day in force.
    pub effective_from: Option<NaiveDate>,
    /// Last day in force; `None` for no end.
    pub effective_to: Option<NaiveDate>,
}

/// E002 when the profile is published already.
pub fn transition(
    state: &ThresholdProfile,
    entity: &EntityRef,
    fact: &Fact,
) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(Payload::ThresholdProfilePublished(event)) if state.is_published => {
            Err(repeated(entity, "profile_id", &event.profile_id))
        }
        _ => Ok(()),
    }
}

/// The thresholds after one more fact.
pub fn evolve(state: &mut ThresholdProfile, _entity: &EntityRef, _position: u64, fact: &Fact) {
    if let Some(Payload::ThresholdProfilePublished(event)) = payload_of(&fact.event) {
        state.is_published = true;
        state.budget_level = event.budget_level;
        state.object = event.object;
        state.dispersed_limit_fen = event.dispersed_limit_fen;
        state.open_tender_fen = event.open_tender_fen;
        state.emall_limit_fen = event.emall_limit_fen;
        state.effective_from = day(&event.effective_from);
        state.effective_to = day(&event.effective_to);
    }
}

/// The stream is the region's own (E001), and the thresholds do not end before they begin (E003).
pub(super) fn check(env: &mut Env<'_>, event: &v1::ThresholdProfilePublished) {
    env.own_stream("region", &event.region);
    if let (Some(from), Some(to)) = (day(&event.effective_from), day(&event.effective_to))
        && to < from
    {
        env.refuse(bad_time("the first day in force", from, to));
    }
}
