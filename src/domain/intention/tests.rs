//! Intentions: their life, the plan that follows one, and the order of days.

use super::*;
use crate::domain::testkit::{
    PLAN, PLAN_FEN, UNIT, UNIT_2, World, assert_machine, assert_refusal, by, plan_filed,
};
use crate::events::v1::{self, ActorRole, EntityKind, IntentionExemption};
use Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E020_FORBIDDEN_ROLE};

const INTENTION: &str = "IN-1";

fn published() -> v1::IntentionPublished {
    v1::IntentionPublished {
        intention_id: INTENTION.to_owned(),
        unit: UNIT.to_owned(),
        name: "办公设备采购".to_owned(),
        summary: "台式计算机".to_owned(),
        budget_fen: PLAN_FEN,
        expected_month: "2024-02".to_owned(),
        sme_reserved: false,
        published_on: "2024-01-05".to_owned(),
        channel: "CCGP_HY".to_owned(),
    }
}

fn revised(on: &str) -> v1::IntentionRevised {
    v1::IntentionRevised {
        intention_id: INTENTION.to_owned(),
        name: "办公电脑采购".to_owned(),
        summary: "便携式计算机".to_owned(),
        budget_fen: PLAN_FEN + 1,
        expected_month: "2024-03".to_owned(),
        revised_on: on.to_owned(),
    }
}

fn exempted() -> v1::IntentionExempted {
    v1::IntentionExempted {
        intention_id: INTENTION.to_owned(),
        unit: UNIT.to_owned(),
        reason_code: IntentionExemption::Urgent.into(),
        reason: "抢险".to_owned(),
        on: "2024-01-05".to_owned(),
    }
}

fn withdrawn(on: &str) -> v1::IntentionWithdrawn {
    v1::IntentionWithdrawn {
        intention_id: INTENTION.to_owned(),
        reason: "任务取消".to_owned(),
        on: on.to_owned(),
    }
}

fn plan_of(intention_id: &str) -> v1::PlanFiled {
    v1::PlanFiled {
        intention_ids: vec![intention_id.to_owned()],
        ..plan_filed()
    }
}

fn world() -> World {
    let mut world = World::with_lines();
    world.given(published());
    world
}

fn intention(world: &World) -> Intention {
    world.of_project(INTENTION)
}

fn date(day: &str) -> NaiveDate {
    day.parse().expect("a day")
}

/// The fact by the second unit.
fn by_other(world: &World, payload: impl Into<Payload>) -> Fact {
    by(world.fact(payload), ActorRole::Purchaser, UNIT_2)
}

/// E002, where the object stands.
fn assert_status(world: &World, payload: impl Into<Payload>, status: &str) {
    let refusal = world.refused(payload);
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", status)]);
}

/// E003, the earliest day that is right.
fn assert_early(world: &World, payload: impl Into<Payload>, earliest: &str) {
    let refusal = world.refused(payload);
    assert_refusal(&refusal, E003_BAD_TIME, &[("earliest_on", earliest)]);
}

#[test]
fn goes_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use IntentionStatus::{Absent, Exempt, Published, Revised, Used, Withdrawn};
    let expected = [
        (Absent, E::IntentionPublished, Published),
        (Absent, E::IntentionExempted, Exempt),
        (Published, E::IntentionRevised, Revised),
        (Published, E::IntentionWithdrawn, Withdrawn),
        (Published, E::PlanFiled, Used),
        (Revised, E::IntentionRevised, Revised),
        (Revised, E::IntentionWithdrawn, Withdrawn),
        (Revised, E::PlanFiled, Used),
        (Exempt, E::PlanFiled, Used),
    ];
    let statuses = [Absent, Published, Revised, Exempt, Used, Withdrawn];
    let entity = EntityRef::new(EntityKind::Intention, "4304", "PJ-1", INTENTION);
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Intention {
            status,
            ..Intention::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn tells_what_was_said_last_until_a_plan_follows_it() {
    let mut world = world();
    let first = intention(&world);
    assert_eq!(first.status, IntentionStatus::Published);
    assert_eq!(
        (first.unit.as_str(), first.budget_fen, first.published_on),
        (UNIT, PLAN_FEN, Some(date("2024-01-05")))
    );
    world.given(revised("2024-01-08"));
    let second = intention(&world);
    assert_eq!(second.status, IntentionStatus::Revised);
    assert_eq!(
        (second.name.as_str(), second.expected_month.as_str()),
        ("办公电脑采购", "2024-03")
    );
    assert_eq!(
        (second.budget_fen, second.revised_on, second.published_on),
        (
            PLAN_FEN + 1,
            Some(date("2024-01-08")),
            Some(date("2024-01-05"))
        )
    );
    world.given(plan_of(INTENTION));
    let third = intention(&world);
    assert_eq!(third.status, IntentionStatus::Used);
    assert_eq!(third.plan_id, PLAN);
    assert_status(&world, revised("2024-01-12"), "USED");
    assert_status(&world, withdrawn("2024-01-12"), "USED");
}

#[test]
fn an_exempted_one_is_followed_but_neither_revised_nor_withdrawn() {
    let mut world = World::with_lines();
    world.given(exempted());
    let state = intention(&world);
    assert_eq!(state.status, IntentionStatus::Exempt);
    assert_eq!(
        (state.exemption, state.exempted_on),
        (IntentionExemption::Urgent.into(), Some(date("2024-01-05")))
    );
    assert_status(&world, revised("2024-01-08"), "EXEMPT");
    assert_status(&world, withdrawn("2024-01-08"), "EXEMPT");
    world.given(plan_of(INTENTION));
    assert_eq!(intention(&world).status, IntentionStatus::Used);
}

#[test]
fn is_told_once() {
    let world = world();
    assert_status(&world, published(), "PUBLISHED");
    assert_status(&world, exempted(), "PUBLISHED");
    let empty = World::with_lines();
    let figures = [("entity_kind", "IT"), ("entity_id", INTENTION)];
    let refusal = empty.refused(revised("2024-01-08"));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    let refusal = empty.refused(withdrawn("2024-01-08"));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
}

#[test]
fn acts_follow_publication_and_revision_in_time() {
    let mut world = world();
    assert_early(&world, revised("2024-01-04"), "2024-01-05");
    assert_early(&world, withdrawn("2024-01-04"), "2024-01-05");
    world.clone().given(withdrawn("2024-01-05"));
    world.given(revised("2024-01-05"));
    world.given(revised("2024-01-08"));
    assert_early(&world, revised("2024-01-07"), "2024-01-08");
    assert_early(&world, withdrawn("2024-01-07"), "2024-01-08");
    world.given(withdrawn("2024-01-08"));
    assert_eq!(intention(&world).withdrawn_on, Some(date("2024-01-08")));
}

#[test]
fn a_plan_names_known_ones_that_are_not_withdrawn() {
    let mut world = world();
    let refusal = world.refused(plan_of("IN-9"));
    let figures = [("entity_kind", "IT"), ("entity_id", "IN-9")];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    world.given(withdrawn("2024-01-06"));
    assert_status(&world, plan_of(INTENTION), "WITHDRAWN");
}

#[test]
fn a_plan_before_its_publication_is_no_impossibility() {
    let mut world = World::with_lines();
    let late = v1::IntentionPublished {
        published_on: "2024-01-11".to_owned(),
        ..published()
    };
    world.given(late);
    world.given(plan_of(INTENTION));
    assert_eq!(intention(&world).status, IntentionStatus::Used);
}

#[test]
fn a_plan_names_those_of_its_own_unit() {
    let mut world = World::with_lines();
    let other = v1::IntentionPublished {
        unit: UNIT_2.to_owned(),
        ..published()
    };
    let fact = by_other(&world, other);
    world.append(fact).expect("nobody has a plan yet");
    let refusal = world.refused(plan_of(INTENTION));
    let figures = [
        ("intention_unit", UNIT_2),
        ("unit", UNIT),
        ("intention_id", INTENTION),
    ];
    assert_refusal(&refusal, E020_FORBIDDEN_ROLE, &figures);
}

#[test]
fn a_filed_plan_binds_later_ones_to_its_unit() {
    let mut world = World::with_plan();
    let figures = [("intention_unit", UNIT_2), ("unit", UNIT)];
    let other = v1::IntentionPublished {
        unit: UNIT_2.to_owned(),
        ..published()
    };
    let refusal = world.refused_fact(&by_other(&world, other));
    assert_refusal(&refusal, E020_FORBIDDEN_ROLE, &figures);
    let other = v1::IntentionExempted {
        unit: UNIT_2.to_owned(),
        ..exempted()
    };
    let refusal = world.refused_fact(&by_other(&world, other));
    assert_refusal(&refusal, E020_FORBIDDEN_ROLE, &figures);
    world.given(published());
}

#[test]
fn a_voided_plan_gives_it_back_and_a_used_one_stays() {
    let mut world = World::with_lines();
    let publication = world.given(published());
    let plan = world.given(plan_of(INTENTION));
    let refusal = world.refused_fact(&world.void(publication));
    assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
    let void = world.void(plan);
    world.append(void).expect("voided");
    assert_eq!(intention(&world).status, IntentionStatus::Published);
    assert_eq!(intention(&world).plan_id, "");
    world.given(withdrawn("2024-01-12"));
}
