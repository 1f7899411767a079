//! Links of stages.

use super::*;
use crate::domain::{
    refusal::Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION},
    testkit::{
        LINE, PLAN, PROJECT, World, assert_machine, assert_refusal, plan_cancelled, plan_filed,
    },
};
use crate::events::v1::{self, EntityKind};

const LINK: &str = "SL-1";

const BEFORE_THE_PLAN: [LoopStage; 3] = [
    LoopStage::Budget,
    LoopStage::Intention,
    LoopStage::Requirement,
];

const FROM_THE_PLAN_ON: [LoopStage; 6] = [
    LoopStage::Plan,
    LoopStage::Execution,
    LoopStage::Contract,
    LoopStage::Payment,
    LoopStage::Acceptance,
    LoopStage::Credit,
];

fn link(from_stage: LoopStage, to_stage: LoopStage) -> v1::StageLinked {
    v1::StageLinked {
        link_id: LINK.to_owned(),
        from_stage: from_stage.into(),
        to_stage: to_stage.into(),
        from_ref: LINE.to_owned(),
        to_ref: PLAN.to_owned(),
        on: "2024-01-10".to_owned(),
    }
}

#[test]
fn is_linked_once_and_goes_nowhere_else() {
    use StageLinkStatus::{Absent, Linked};
    let expected = [(Absent, EventType::StageLinked, Linked)];
    let entity = EntityRef::new(EntityKind::StageLink, "4304", PROJECT, LINK);
    assert_machine(TRANSITIONS, &[Absent, Linked], &expected, |status, fact| {
        let state = StageLink {
            status,
            ..StageLink::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn keeps_what_rests_on_what_until_it_is_voided() {
    let mut world = World::with_plan();
    let at = world.given(link(LoopStage::Budget, LoopStage::Plan));
    let expected = StageLink {
        status: StageLinkStatus::Linked,
        from_stage: LoopStage::Budget.into(),
        to_stage: LoopStage::Plan.into(),
        from_ref: LINE.to_owned(),
        to_ref: PLAN.to_owned(),
        linked_on: NaiveDate::from_ymd_opt(2024, 1, 10),
    };
    assert_eq!(world.of_project::<StageLink>(LINK), expected);
    let refusal = world.refused(link(LoopStage::Plan, LoopStage::Execution));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "LINKED")]);
    let mut other = link(LoopStage::Plan, LoopStage::Execution);
    other.link_id = "SL-2".to_owned();
    world.given(other);
    let void = world.void(at);
    world.append(void).expect("voided");
    world.given(link(LoopStage::Plan, LoopStage::Contract));
    let again: StageLink = world.of_project(LINK);
    assert_eq!(again.to_stage, i32::from(LoopStage::Contract));
}

#[test]
fn what_comes_before_the_plan_links_without_one() {
    for from in BEFORE_THE_PLAN {
        for to in BEFORE_THE_PLAN {
            World::new().given(link(from, to));
        }
    }
}

#[test]
fn a_stage_from_the_plan_on_needs_the_plan_whichever_end_it_is() {
    let figures = [("entity_kind", "PJ"), ("entity_owner", PROJECT)];
    let world = World::with_lines();
    for late in FROM_THE_PLAN_ON {
        for early in BEFORE_THE_PLAN {
            for linked in [link(early, late), link(late, early)] {
                let refusal = world.refused(linked.clone());
                assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
                World::with_plan().given(linked);
            }
        }
    }
}

#[test]
fn stages_come_in_any_order() {
    for from in FROM_THE_PLAN_ON {
        for to in FROM_THE_PLAN_ON {
            World::with_plan().given(link(from, to));
        }
    }
}

#[test]
fn a_cancelled_plan_is_known_and_a_voided_one_is_not() {
    let linked = || link(LoopStage::Budget, LoopStage::Plan);
    let mut cancelled = World::with_plan();
    cancelled.given(plan_cancelled());
    cancelled.given(linked());
    let mut voided = World::with_lines();
    let filing = voided.given(plan_filed());
    let void = voided.void(filing);
    voided.append(void).expect("voided");
    assert_eq!(voided.refused(linked()).code, E001_UNKNOWN_REF);
}
