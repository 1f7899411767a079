//! Tasks of the reform plan.

use super::*;
use crate::domain::{
    refusal::Code::{
        E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E020_FORBIDDEN_ROLE,
    },
    testkit::{
        REGION, UNIT, UNIT_2, World, assert_machine, assert_refusal, by, in_county, oversight::*,
        regulator_registered,
    },
};
use crate::events::v1::{ActorRole, EntityKind};

#[test]
fn goes_where_the_domain_says_and_nowhere_else() {
    use TaskStatus::{Absent, Defined};
    let expected = [
        (Absent, EventType::CampaignTaskDefined, Defined),
        (Defined, EventType::CampaignTaskReported, Defined),
    ];
    let entity = EntityRef::new(EntityKind::CampaignTask, "4304", REGION, "06");
    assert_machine(
        TRANSITIONS,
        &[Absent, Defined],
        &expected,
        |status, fact| {
            let state = CampaignTask {
                status,
                ..CampaignTask::default()
            };
            transition(&state, &entity, fact)
        },
    );
}

#[test]
fn each_unit_reports_once_for_itself_after_the_issue() {
    let mut world = World::new();
    world.given(regulator_registered());
    let refusal = world.refused(campaign_task_reported());
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("entity_id", "06")]);
    world.given(campaign_task_defined());
    let mut early = campaign_task_reported();
    early.completed_on = "2024-01-04".to_owned();
    assert_eq!(world.refused(early).code, E003_BAD_TIME);
    let other = by(
        world.fact(campaign_task_reported()),
        ActorRole::Purchaser,
        UNIT_2,
    );
    assert_eq!(world.refused_fact(&other).code, E020_FORBIDDEN_ROLE);
    world.given(campaign_task_reported());
    let refusal = world.refused(campaign_task_reported());
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("unit", UNIT)]);
    let task: CampaignTask = world.get(REGION, "06").expect("defined");
    assert_eq!(task.completed[UNIT].to_string(), "2024-05-05");
    world.given_county_regulator();
    let strayed = in_county(world.fact(campaign_task_defined()));
    let refusal = world.refused_fact(&strayed);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("region", REGION)]);
}
