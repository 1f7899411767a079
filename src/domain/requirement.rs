//! RQ 采购需求: what is needed, found out by surveys, laid down in versions, reviewed.
//!
//! The entity is keyed by its stream and number (owner = project id, id = requirement id). Versions
//! count from 1, each one more than the last (E002); a review is of a version that is known (E001),
//! also when a version is voided later, and not before it (E003). Surveys may come at any time,
//! also after a version; who wrote what he reviews, and whether a review passed, are questions of
//! law (财库〔2021〕22号).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Code, Refusal, repeated, unknown_name},
};
use crate::events::v1::event_payload::Payload;

/// Where a requirement stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RequirementStatus {
    /// Nothing happened.
    #[default]
    Absent,
    /// 已调查, nothing laid down.
    Surveyed,
    /// 已确定: a version is laid down.
    Defined,
}

/// The state of a requirement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// Where it stands.
    pub status: RequirementStatus,
    /// Surveys.
    pub surveys: BTreeSet<String>,
    /// The day of each version, by its number.
    pub versions: BTreeMap<i32, NaiveDate>,
    /// The version that each review is of, and whether it passed.
    pub reviews: BTreeMap<String, (i32, bool)>,
}

impl Requirement {
    /// The number that the next version has.
    pub fn next_version(&self) -> i32 {
        let last = self.versions.last_key_value();
        last.map_or(0, |(version, _)| *version).saturating_add(1)
    }
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<RequirementStatus>] = {
    use Case::New;
    use EventType as E;
    use RequirementStatus::{Absent, Defined, Surveyed};
    &[
        (Absent, E::DemandSurveyed, New, Surveyed),
        (Surveyed, E::DemandSurveyed, New, Surveyed),
        (Defined, E::DemandSurveyed, New, Defined),
        (Absent, E::RequirementDefined, New, Defined),
        (Surveyed, E::RequirementDefined, New, Defined),
        (Defined, E::RequirementDefined, New, Defined),
        (Defined, E::RequirementReviewed, New, Defined),
    ]
};

fn next(
    requirement: &Requirement,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<RequirementStatus, Refusal> {
    match payload {
        Payload::DemandSurveyed(event) if requirement.surveys.contains(&event.survey_id) => {
            return Err(repeated(entity, "survey_id", &event.survey_id));
        }
        Payload::RequirementReviewed(event)
            if requirement.reviews.contains_key(&event.review_id) =>
        {
            return Err(repeated(entity, "review_id", &event.review_id));
        }
        Payload::RequirementDefined(event) if event.version != requirement.next_version() => {
            return Err(out_of_turn(requirement, entity, event.version));
        }
        _ => {}
    }
    let event = (EventType::of(payload), Case::New);
    advance(TRANSITIONS, requirement.status, event, entity)
}

/// E002: a version that does not follow the last one.
fn out_of_turn(requirement: &Requirement, entity: &EntityRef, version: i32) -> Refusal {
    let expected = requirement.next_version();
    let message = format!("the next version of {entity} is {expected}, not {version}");
    Refusal::new(Code::E002_ILLEGAL_TRANSITION, message)
        .with("entity", entity)
        .with("expected_version", expected)
        .with("version", version)
}

/// Whether the event may happen to the requirement as it stands.
pub fn transition(
    requirement: &Requirement,
    entity: &EntityRef,
    fact: &Fact,
) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(requirement, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The requirement after one more fact.
pub fn evolve(requirement: &mut Requirement, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(requirement, entity, payload) {
        requirement.status = to;
    }
    match payload {
        Payload::DemandSurveyed(event) => {
            requirement.surveys.insert(event.survey_id.clone());
        }
        Payload::RequirementDefined(event) => {
            requirement.versions.insert(event.version, fact.legal_date);
        }
        Payload::RequirementReviewed(event) => {
            let review = (event.version, event.passed);
            requirement.reviews.insert(event.review_id.clone(), review);
        }
        _ => {}
    }
}

/// E001 when a review is of a version that is not there.
pub fn invariants(requirement: &Requirement, entity: &EntityRef) -> Result<(), Refusal> {
    let reviews = requirement.reviews.iter();
    let mut astray = reviews.filter(|(_, (of, _))| !requirement.versions.contains_key(of));
    match astray.next() {
        Some((review_id, (of, _))) => Err(unknown_name("version", &of.to_string())
            .with("requirement_id", entity.id())
            .with("review_id", review_id)),
        None => Ok(()),
    }
}

/// The step gates of requirements: a version is not before the last one, a review not before its
/// version (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::RequirementDefined(event) => {
            let requirement = env.load::<Requirement>(&event.requirement_id);
            if let Some((_, last_on)) = requirement.get().and_then(|r| r.versions.last_key_value())
            {
                env.not_before("the last version", Some(*last_on));
            }
        }
        Payload::RequirementReviewed(event) => {
            let requirement = env.load::<Requirement>(&event.requirement_id);
            let Some(requirement) = requirement.get() else {
                return;
            };
            env.not_before(
                "the version",
                requirement.versions.get(&event.version).copied(),
            );
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
