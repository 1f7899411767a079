//! Assessments of the central agency.

use super::*;
use crate::domain::{
    refusal::Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E024_SUM_MISMATCH},
    testkit::{
        CENTRAL, REGION, REGULATOR, World, assert_machine, assert_refusal, by, on_stream,
        organisation_registered, oversight::*, regulator_registered,
    },
};
use crate::events::v1::{ActorRole, EntityKind};
use AssessmentIndicator::{Price, Saving, Service};

fn world() -> World {
    let mut world = World::new();
    world.given(regulator_registered());
    let kind = OrganisationKind::CentralAgency;
    world.given(organisation_registered(CENTRAL, kind, REGION));
    world
}

/// A notice of the result by the regulator in the agency's stream.
fn notice(world: &World, notice: v1::NoticePublished) -> Fact {
    let fact = on_stream(world.fact(notice), &format!("agency/4304/{CENTRAL}"));
    by(fact, ActorRole::Regulator, REGULATOR)
}

fn state(world: &World) -> Assessment {
    world.get(CENTRAL, "AS-1").expect("planned")
}

fn concluded() -> World {
    let mut world = world();
    world.given(assessment_plan_issued([6_000, 4_000]));
    world.given(assessment_scored(Price));
    world.given(assessment_scored(Service));
    world.given(assessment_concluded());
    world
}

#[test]
fn goes_where_the_domain_says_and_nowhere_else() {
    use AssessmentStatus::*;
    use EventType as E;
    let expected = [
        (Absent, E::AssessmentPlanIssued, Planned),
        (Planned, E::AssessmentScored, Scoring),
        (Scoring, E::AssessmentScored, Scoring),
        (Scoring, E::AssessmentConcluded, Concluded),
        (Concluded, E::NoticePublished, Published),
        (Published, E::NoticePublished, Published),
        (Published, E::AssessmentRectificationOrdered, Rectifying),
        (Rectifying, E::NoticePublished, Rectifying),
        (Rectifying, E::AssessmentRectified, Closed),
        (Closed, E::NoticePublished, Closed),
    ];
    let statuses = [
        Absent, Planned, Scoring, Concluded, Published, Rectifying, Closed,
    ];
    let entity = EntityRef::new(EntityKind::Assessment, "4304", CENTRAL, "AS-1");
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Assessment {
            status,
            ..Assessment::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn is_of_a_registered_central_agency_and_of_a_whole() {
    let mut unregistered = World::new();
    unregistered.given(regulator_registered());
    let refusal = unregistered.refused(assessment_plan_issued([5_000, 5_000]));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("agency", CENTRAL)]);
    let kind = OrganisationKind::Agency;
    unregistered.given(organisation_registered(CENTRAL, kind, REGION));
    let refusal = unregistered.refused(assessment_plan_issued([5_000, 5_000]));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("agency", CENTRAL)]);
    let world = world();
    for (weights, sum) in [([5_000, 4_999], "9999"), ([5_000, 5_001], "10001")] {
        let refusal = world.refused(assessment_plan_issued(weights));
        let figures = [("whole_bp", "10000"), ("sum_bp", sum)];
        assert_refusal(&refusal, E024_SUM_MISMATCH, &figures);
    }
    let mut twice = assessment_plan_issued([5_000, 5_000]);
    twice.indicators[1].code = Price.into();
    assert_eq!(world.refused(twice).code, E024_SUM_MISMATCH);
    world.clone().given(assessment_plan_issued([5_000, 5_000]));
}

#[test]
fn scores_what_is_planned_once_and_concludes_when_all_is_scored() {
    let mut world = world();
    let plan = world.given(assessment_plan_issued([6_000, 4_000]));
    let refusal = world.refused(assessment_scored(Saving));
    let figures = [("indicator", "ASSESSMENT_INDICATOR_SAVING")];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    let mut early = assessment_scored(Price);
    let planned_on = assessment_plan_issued([6_000, 4_000]).issued_on;
    let day_before = planned_on.parse::<NaiveDate>().expect("a day").pred_opt();
    early.scored_on = day_before.expect("a day").to_string();
    let figures = [("depends_on", "the plan"), ("earliest_on", &planned_on)];
    assert_refusal(&world.refused(early.clone()), E003_BAD_TIME, &figures);
    early.scored_on.clone_from(&planned_on);
    world.clone().given(early);
    world.given(assessment_scored(Price));
    let refusal = world.refused(assessment_scored(Price));
    let figures = [("indicator", "ASSESSMENT_INDICATOR_PRICE")];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    let refusal = world.refused(assessment_concluded());
    let figures = [("unscored", "ASSESSMENT_INDICATOR_SERVICE")];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    let score = world.given(assessment_scored(Service));
    let mut early = assessment_concluded();
    early.concluded_on = "2024-02-19".to_owned();
    assert_eq!(world.refused(early).code, E003_BAD_TIME);
    world.given(assessment_concluded());
    // Neither its indicators nor its scores are taken from under the conclusion.
    let mut other = assessment_plan_issued([6_000, 4_000]);
    other.indicators[1].code = Saving.into();
    for amendment in [world.correction(plan, other), world.void(score)] {
        let refusal = world.refused_fact(&amendment);
        assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
    }
}

#[test]
fn is_published_by_notices_in_the_agencys_stream() {
    let mut planned = world();
    let fact = notice(&planned, assessment_notice("NO-1"));
    assert_eq!(planned.refused_fact(&fact).code, E001_UNKNOWN_REF);
    planned.given(assessment_plan_issued([6_000, 4_000]));
    let fact = notice(&planned, assessment_notice("NO-1"));
    let refusal = planned.refused_fact(&fact);
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "PLANNED")]);
    let mut world = concluded();
    let mut nameless = assessment_notice("NO-1");
    nameless.assessment_id = String::new();
    let refusal = world.refused_fact(&notice(&world, nameless));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("assessment_id", "")]);
    let elsewhere = on_stream(
        notice(&world, assessment_notice("NO-1")),
        "region/4304/430400",
    );
    let refusal = world.refused_fact(&elsewhere);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("entity_kind", "AS")]);
    let mut early = assessment_notice("NO-1");
    early.published_at = crate::domain::testkit::instant("2024-02-24", 9);
    let refusal = world.refused_fact(&notice(&world, early));
    assert_refusal(&refusal, E003_BAD_TIME, &[("earliest_on", "2024-02-25")]);
    for id in ["NO-1", "NO-2"] {
        let fact = notice(&world, assessment_notice(id));
        world.append(fact).expect("published");
        assert_eq!(state(&world).status, AssessmentStatus::Published);
    }
    let mut early = assessment_rectification_ordered();
    early.ordered_on = "2024-02-26".to_owned();
    assert_eq!(world.refused(early).code, E003_BAD_TIME);
    world.given(assessment_rectification_ordered());
    assert_eq!(state(&world).status, AssessmentStatus::Rectifying);
    world.given(assessment_rectified());
    assert_eq!(state(&world).status, AssessmentStatus::Closed);
}
