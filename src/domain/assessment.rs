//! AS 集采机构考核: how finance assesses a central procurement agency in a year (task 04).
//!
//! The entity is keyed by the agency's stream and the assessment's number. Its result is published
//! by a notice `ASSESSMENT_RESULT` in the same stream, which may come on several channels and be
//! corrected by further notices.
//!
//! Decided where the domain's specification is silent:
//! - An indicator is scored once (E002) and must be planned (E001); an assessment is concluded when
//!   all that are planned are scored (E002). The total is the regulator's finding: how it comes
//!   from the scores is not prescribed, so it is not recomputed.
//! - Only a published assessment leads to an order to mend, which is given once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    holding::{named_twice, twice},
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Code, Refusal, repeated, unknown_name},
    registry::Organisation,
    values::money::BP_WHOLE,
};
use crate::events::v1::{
    self, AssessmentIndicator, NoticeType, OrganisationKind, event_payload::Payload,
};

/// Where an assessment stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssessmentStatus {
    /// Not planned.
    #[default]
    Absent,
    /// 方案已印发.
    Planned,
    /// 评分中.
    Scoring,
    /// 已结束.
    Concluded,
    /// 结果已公布.
    Published,
    /// 整改中.
    Rectifying,
    /// 整改完成.
    Closed,
}

/// The state of an assessment. Enumerations are kept as the schema's numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Where it stands.
    pub status: AssessmentStatus,
    /// The agency.
    pub agency: String,
    /// The year assessed.
    pub fiscal_year: i32,
    /// Numbers of the planned [`AssessmentIndicator`]s.
    pub indicators: BTreeSet<i32>,
    /// Scores in hundredths by number of the indicator.
    pub scores: BTreeMap<i32, i32>,
    /// The total in hundredths; `None` before the conclusion.
    pub total_x100: Option<i32>,
    /// 考核等次: number of [`AssessmentGrade`](v1::AssessmentGrade).
    pub grade: i32,
    /// The day of conclusion.
    pub concluded_on: Option<NaiveDate>,
    /// The first day of publication.
    pub published_on: Option<NaiveDate>,
    /// The day of the plan.
    pub planned_on: Option<NaiveDate>,
    /// The newest day of an act of the assessment, its notices aside.
    pub since: Option<NaiveDate>,
}

impl Assessment {
    /// Planned indicators that have no score, in the schema's order.
    fn unscored(&self) -> impl Iterator<Item = i32> {
        let is_unscored = |code: &&i32| !self.scores.contains_key(*code);
        self.indicators.iter().filter(is_unscored).copied()
    }
}

/// Which event leads where. `Settled` is a conclusion after all that is planned is scored.
pub const TRANSITIONS: &[Row<AssessmentStatus>] = {
    use AssessmentStatus::{Absent, Closed, Concluded, Planned, Published, Rectifying, Scoring};
    use Case::{Any, Settled};
    use EventType as E;
    &[
        (Absent, E::AssessmentPlanIssued, Any, Planned),
        (Planned, E::AssessmentScored, Any, Scoring),
        (Scoring, E::AssessmentScored, Any, Scoring),
        (Scoring, E::AssessmentConcluded, Settled, Concluded),
        (Concluded, E::NoticePublished, Any, Published),
        (Published, E::NoticePublished, Any, Published),
        (
            Published,
            E::AssessmentRectificationOrdered,
            Any,
            Rectifying,
        ),
        (Rectifying, E::NoticePublished, Any, Rectifying),
        (Rectifying, E::AssessmentRectified, Any, Closed),
        (Closed, E::NoticePublished, Any, Closed),
    ]
};

fn case_of(state: &Assessment, payload: &Payload) -> Case {
    match payload {
        Payload::AssessmentConcluded(_) if state.unscored().next().is_none() => Case::Settled,
        _ => Case::Other,
    }
}

fn next(
    state: &Assessment,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<AssessmentStatus, Refusal> {
    let event = (EventType::of(payload), case_of(state, payload));
    advance(TRANSITIONS, state.status, event, entity)
}

/// Whether the event may happen to the assessment as it stands: an indicator is planned (E001) and
/// scored once (E002).
pub fn transition(state: &Assessment, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    match payload {
        Payload::AssessmentConcluded(_) => refuse_unscored(state, entity)?,
        Payload::AssessmentScored(event) => {
            let is_open = matches!(
                state.status,
                AssessmentStatus::Planned | AssessmentStatus::Scoring
            );
            let name = event.indicator().as_str_name();
            if is_open && !state.indicators.contains(&event.indicator) {
                return Err(unknown_name("indicator", name));
            }
            if is_open && state.scores.contains_key(&event.indicator) {
                return Err(repeated(entity, "indicator", name));
            }
        }
        _ => {}
    }
    next(state, entity, payload).map(drop)
}

fn refuse_unscored(state: &Assessment, entity: &EntityRef) -> Result<(), Refusal> {
    let missing: Vec<&str> = state.unscored().map(indicator_name).collect();
    if state.status != AssessmentStatus::Scoring || missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(",");
    let message = format!("{entity} has indicators without a score: {missing}");
    Err(Refusal::new(Code::E002_ILLEGAL_TRANSITION, message)
        .with("entity", entity)
        .with("unscored", missing))
}

fn indicator_name(number: i32) -> &'static str {
    AssessmentIndicator::try_from(number)
        .unwrap_or_default()
        .as_str_name()
}

/// The assessment after one more fact.
pub fn evolve(state: &mut Assessment, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(state, entity, payload) {
        state.status = to;
    }
    let on = fact.legal_date;
    match payload {
        Payload::AssessmentPlanIssued(event) => {
            state.agency.clone_from(&event.agency);
            state.fiscal_year = event.fiscal_year;
            state.indicators = event.indicators.iter().map(|i| i.code).collect();
            state.planned_on = Some(on);
        }
        Payload::AssessmentScored(event) => {
            let score = event.score_x100;
            state.scores.entry(event.indicator).or_insert(score);
        }
        Payload::AssessmentConcluded(event) => {
            state.total_x100 = Some(event.total_x100);
            state.grade = event.grade;
            state.concluded_on = Some(on);
        }
        Payload::NoticePublished(_) => {
            let earlier = state.published_on.filter(|published| *published <= on);
            state.published_on = earlier.or(Some(on));
            return;
        }
        _ => {}
    }
    state.since = state.since.max(Some(on));
}

/// The step gates of assessments: the stream is the agency's own, which is registered as 集采机构
/// (E001); weights make a whole (E024); each act follows the one before (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let assessment_id = match payload {
        Payload::AssessmentPlanIssued(event) => return check_plan(env, event),
        Payload::AssessmentScored(event) => &event.assessment_id,
        Payload::AssessmentConcluded(event) => &event.assessment_id,
        Payload::AssessmentRectificationOrdered(event) => &event.assessment_id,
        Payload::AssessmentRectified(event) => &event.assessment_id,
        Payload::NoticePublished(event) => return check_notice(env, event),
        _ => return,
    };
    let assessment = env.load::<Assessment>(assessment_id);
    let Some(assessment) = assessment.get() else {
        return;
    };
    match payload {
        // Indicators are scored in any order of days, none before the plan.
        Payload::AssessmentScored(_) => env.not_before("the plan", assessment.planned_on),
        Payload::AssessmentRectificationOrdered(_) => {
            env.not_before("publication of the result", assessment.published_on);
        }
        _ => env.not_before("the act before it", assessment.since),
    }
}

fn check_plan(env: &mut Env<'_>, event: &v1::AssessmentPlanIssued) {
    env.own_stream("agency", &event.agency);
    let agency = env.load_stream::<Organisation>(&event.agency);
    let kind = OrganisationKind::CentralAgency;
    if !agency.get().is_some_and(|agency| agency.is_active_as(kind)) {
        let agency = &event.agency;
        let message = format!("{agency} is not registered as a central procurement agency");
        env.refuse(Refusal::new(Code::E001_UNKNOWN_REF, message).with("agency", agency));
    }
    let names = event.indicators.iter().map(|i| i.code().as_str_name());
    if let Some(name) = named_twice(names) {
        env.refuse(twice("indicator", name));
    }
    let sum_bp: i64 = event
        .indicators
        .iter()
        .map(|i| i64::from(i.weight_bp))
        .sum();
    if sum_bp != BP_WHOLE {
        let message = format!("weights sum to {sum_bp} basis points, must be {BP_WHOLE}");
        let refusal = Refusal::new(Code::E024_SUM_MISMATCH, message);
        env.refuse(refusal.with("whole_bp", BP_WHOLE).with("sum_bp", sum_bp));
    }
}

/// A result is published after it is there; what a notice publishes is told by its own module.
fn check_notice(env: &mut Env<'_>, notice: &v1::NoticePublished) {
    if notice.notice_type() == NoticeType::AssessmentResult {
        let assessment = env.load::<Assessment>(&notice.assessment_id);
        let concluded_on = assessment.get().and_then(|a| a.concluded_on);
        env.not_before("conclusion of the assessment", concluded_on);
    }
}

#[cfg(test)]
mod tests;
