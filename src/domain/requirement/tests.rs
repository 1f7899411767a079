//! Requirements: surveys, versions in turn, reviews of known versions.

use super::*;
use crate::domain::testkit::{World, assert_machine, assert_refusal};
use crate::events::v1::{self, EntityKind, RequirementReviewKind, SurveyMethod};
use Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME};

const REQUIREMENT: &str = "RQ-1";

fn surveyed(survey_id: &str) -> v1::DemandSurveyed {
    v1::DemandSurveyed {
        requirement_id: REQUIREMENT.to_owned(),
        survey_id: survey_id.to_owned(),
        respondents: 3,
        methods: vec![SurveyMethod::Questionnaire.into()],
        traits: Vec::new(),
        surveyed_on: "2024-01-02".to_owned(),
    }
}

fn defined(version: i32, on: &str) -> v1::RequirementDefined {
    v1::RequirementDefined {
        requirement_id: REQUIREMENT.to_owned(),
        version,
        technical: "内存不低于16GB".to_owned(),
        commercial: "质保三年".to_owned(),
        hash: "0".repeat(64),
        author_nos: vec!["M-1".to_owned()],
        traits: Vec::new(),
        similar_contracts_required: None,
        defined_on: on.to_owned(),
    }
}

fn reviewed(review_id: &str, version: i32, on: &str) -> v1::RequirementReviewed {
    v1::RequirementReviewed {
        requirement_id: REQUIREMENT.to_owned(),
        review_id: review_id.to_owned(),
        version,
        kind: RequirementReviewKind::General.into(),
        dimensions: Vec::new(),
        passed: true,
        reviewer_nos: vec!["M-2".to_owned()],
        reviewed_on: on.to_owned(),
    }
}

fn requirement(world: &World) -> Requirement {
    world.of_project(REQUIREMENT)
}

/// Its first version, of 2024-01-04.
fn world() -> World {
    let mut world = World::new();
    world.given(defined(1, "2024-01-04"));
    world
}

fn assert_out_of_turn(world: &World, version: i32, expected: &str) {
    let refusal = world.refused(defined(version, "2024-01-05"));
    let version = version.to_string();
    let figures = [
        ("expected_version", expected),
        ("version", version.as_str()),
    ];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
}

/// E003, the earliest day that is right.
fn assert_early(world: &World, payload: impl Into<Payload>, earliest: &str) {
    let refusal = world.refused(payload);
    assert_refusal(&refusal, E003_BAD_TIME, &[("earliest_on", earliest)]);
}

#[test]
fn goes_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use RequirementStatus::{Absent, Defined, Surveyed};
    let expected = [
        (Absent, E::DemandSurveyed, Surveyed),
        (Absent, E::RequirementDefined, Defined),
        (Surveyed, E::DemandSurveyed, Surveyed),
        (Surveyed, E::RequirementDefined, Defined),
        (Defined, E::DemandSurveyed, Defined),
        (Defined, E::RequirementDefined, Defined),
        (Defined, E::RequirementReviewed, Defined),
    ];
    let statuses = [Absent, Surveyed, Defined];
    let entity = EntityRef::new(EntityKind::Requirement, "4304", "PJ-1", REQUIREMENT);
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Requirement {
            status,
            ..Requirement::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn is_surveyed_laid_down_reviewed_and_laid_down_again() {
    let mut world = World::new();
    world.given(surveyed("S-1"));
    assert_eq!(requirement(&world).status, RequirementStatus::Surveyed);
    assert_eq!(requirement(&world).next_version(), 1);
    world.given(defined(1, "2024-01-04"));
    assert_eq!(requirement(&world).status, RequirementStatus::Defined);
    world.given(v1::RequirementReviewed {
        passed: false,
        ..reviewed("RV-1", 1, "2024-01-05")
    });
    world.given(surveyed("S-2"));
    assert_eq!(requirement(&world).status, RequirementStatus::Defined);
    world.given(defined(2, "2024-01-08"));
    world.given(reviewed("RV-2", 2, "2024-01-09"));
    let state = requirement(&world);
    assert_eq!(state.surveys, ["S-1", "S-2"].map(str::to_owned).into());
    let day = |day: &str| day.parse::<NaiveDate>().expect("a day");
    let versions = [(1, day("2024-01-04")), (2, day("2024-01-08"))];
    assert_eq!(state.versions, versions.into());
    assert_eq!(state.reviews["RV-1"], (1, false));
    assert_eq!(state.reviews["RV-2"], (2, true));
    assert_eq!(state.next_version(), 3);
}

#[test]
fn versions_count_from_one_each_one_more_than_the_last() {
    let empty = World::new();
    assert_out_of_turn(&empty, 0, "1");
    assert_out_of_turn(&empty, 2, "1");
    let mut world = world();
    assert_out_of_turn(&world, 1, "2");
    assert_out_of_turn(&world, 3, "2");
    world.given(defined(2, "2024-01-05"));
    assert_out_of_turn(&world, 2, "3");
}

#[test]
fn a_survey_and_a_review_are_told_once() {
    let mut world = world();
    world.given(surveyed("S-1"));
    let refusal = world.refused(surveyed("S-1"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("survey_id", "S-1")]);
    world.given(reviewed("RV-1", 1, "2024-01-05"));
    let refusal = world.refused(reviewed("RV-1", 1, "2024-01-06"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("review_id", "RV-1")]);
    world.given(reviewed("RV-2", 1, "2024-01-06"));
}

#[test]
fn a_review_is_of_a_known_version() {
    let mut world = World::new();
    let refusal = world.refused(reviewed("RV-1", 1, "2024-01-05"));
    let figures = [("entity_kind", "RQ"), ("entity_id", REQUIREMENT)];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    world.given(surveyed("S-1"));
    let refusal = world.refused(reviewed("RV-1", 1, "2024-01-05"));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("version", "1")]);
    world.given(defined(1, "2024-01-04"));
    let refusal = world.refused(reviewed("RV-1", 2, "2024-01-05"));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("version", "2")]);
    world.given(reviewed("RV-1", 1, "2024-01-05"));
}

#[test]
fn a_version_is_not_before_the_last_one() {
    let world = world();
    assert_early(&world, defined(2, "2024-01-03"), "2024-01-04");
    world.clone().given(defined(2, "2024-01-04"));
}

#[test]
fn a_review_is_not_before_the_version_that_it_is_of() {
    let mut world = world();
    world.given(defined(2, "2024-01-08"));
    assert_early(&world, reviewed("RV-1", 2, "2024-01-07"), "2024-01-08");
    assert_early(&world, reviewed("RV-1", 1, "2024-01-03"), "2024-01-04");
    world.given(reviewed("RV-1", 1, "2024-01-04"));
    world.given(reviewed("RV-2", 2, "2024-01-08"));
}

#[test]
fn a_survey_may_end_after_the_version_and_before_an_earlier_one() {
    let mut world = world();
    let on = |survey_id: &str, day: &str| v1::DemandSurveyed {
        surveyed_on: day.to_owned(),
        ..surveyed(survey_id)
    };
    world.given(on("S-1", "2024-01-20"));
    world.given(on("S-2", "2024-01-19"));
    assert_eq!(requirement(&world).surveys.len(), 2);
}

#[test]
fn only_the_last_version_may_be_voided() {
    let mut world = World::new();
    let first = world.given(defined(1, "2024-01-04"));
    let second = world.given(defined(2, "2024-01-08"));
    let review = world.given(reviewed("RV-1", 2, "2024-01-09"));
    let refusal = world.refused_fact(&world.void(first));
    assert_refusal(
        &refusal,
        E002_ILLEGAL_TRANSITION,
        &[("expected_version", "1"), ("version", "2")],
    );
    // Nor is it taken from under its review.
    let refusal = world.refused_fact(&world.void(second));
    let figures = [("version", "2"), ("review_id", "RV-1")];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    for at in [review, second] {
        let void = world.void(at);
        world.append(void).expect("voided");
    }
    assert_eq!(requirement(&world).next_version(), 2);
    assert!(requirement(&world).reviews.is_empty());
    world.given(defined(2, "2024-01-04"));
}
