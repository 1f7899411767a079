//! Budget lines: what they take, and where they stop.

use super::*;
use crate::domain::{
    machine::step,
    testkit::{
        LINE, LINE_FEN, PARTITION, PLAN_FEN, PROJECT, World, assert_refusal, budget_line_adjusted,
        budget_line_approved, budget_line_closed, budget_line_frozen, budget_line_unfrozen,
        on_stream, part, payload, plan_filed, plan_lot,
    },
};
use crate::events::v1::{EntityKind, PlanFiled};
use Code::{
    E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E010_PLAN_OVER_BUDGET,
    E023_RELEASE_OVER_HELD,
};

fn line(world: &World) -> BudgetLine {
    world.get(LINE, "").expect("the line")
}

fn plan_of(amount_fen: i64) -> PlanFiled {
    let mut plan = plan_filed();
    plan.amount_fen = amount_fen;
    plan.budget_parts = vec![part(LINE, amount_fen)];
    plan.lots = vec![plan_lot("01", amount_fen)];
    plan
}

#[test]
fn keeps_what_is_approved_adjusted_frozen_and_held() {
    let mut world = World::with_plan();
    world.given(budget_line_adjusted(-1_000));
    world.given(budget_line_frozen(500));
    world.given(budget_line_unfrozen(200));
    let line = line(&world);
    assert_eq!(line.status, BudgetLineStatus::Approved);
    assert_eq!((line.approved_fen, line.adjusted_fen), (LINE_FEN, -1_000));
    assert_eq!(line.frozen_fen, 300);
    assert_eq!(line.occupied_fen, i128::from(PLAN_FEN));
    let expected = i128::from(LINE_FEN) - 1_000 - 300 - i128::from(PLAN_FEN);
    assert_eq!(line.available_fen(), expected);
    assert_eq!(line.holdings[PROJECT].occupied_fen(), i128::from(PLAN_FEN));
}

#[test]
fn takes_a_plan_up_to_the_last_fen_and_refuses_one_more() {
    let mut world = World::with_lines();
    let refusal = world.refused(plan_of(LINE_FEN + 1));
    let figures = [
        ("budget_line_id", LINE),
        ("available_fen", "300000000"),
        ("requested_fen", "300000001"),
    ];
    assert_refusal(&refusal, E010_PLAN_OVER_BUDGET, &figures);
    world.given(plan_of(LINE_FEN));
    assert_eq!(line(&world).available_fen(), 0);
}

#[test]
fn is_cut_and_frozen_down_to_what_is_occupied_and_no_further() {
    let free_fen = LINE_FEN - PLAN_FEN;
    let mut world = World::with_plan();
    let refusal = world.refused(budget_line_adjusted(-free_fen - 1));
    let figures = [
        ("available_fen", "200000000"),
        ("requested_fen", "200000001"),
    ];
    assert_refusal(&refusal, E010_PLAN_OVER_BUDGET, &figures);
    let refusal = world.refused(budget_line_frozen(free_fen + 1));
    assert_refusal(&refusal, E010_PLAN_OVER_BUDGET, &figures);
    world.clone().given(budget_line_adjusted(-free_fen));
    world.given(budget_line_frozen(free_fen));
    assert_eq!(line(&world).available_fen(), 0);
}

#[test]
fn unfreezes_no_more_than_is_frozen() {
    let mut world = World::with_lines();
    world.given(budget_line_frozen(700));
    let refusal = world.refused(budget_line_unfrozen(701));
    let figures = [("held_fen", "700"), ("released_fen", "701")];
    assert_refusal(&refusal, E023_RELEASE_OVER_HELD, &figures);
    world.given(budget_line_unfrozen(700));
    assert_eq!(line(&world).frozen_fen, 0);
}

#[test]
fn unfreezes_nothing_before_the_earliest_freeze() {
    let mut world = World::with_lines();
    world.given(budget_line_frozen(300));
    let mut earlier = budget_line_frozen(400);
    earlier.on = "2024-06-02".to_owned();
    world.given(earlier);
    let mut thaw = budget_line_unfrozen(700);
    thaw.on = "2024-06-01".to_owned();
    let figures = [("earliest_on", "2024-06-02"), ("legal_on", "2024-06-01")];
    assert_refusal(&world.refused(thaw.clone()), E003_BAD_TIME, &figures);
    thaw.on = "2024-06-02".to_owned();
    world.given(thaw);
    assert_eq!(line(&world).frozen_fen, 0);
}

#[test]
fn sums_beyond_64_bits_are_exact() {
    let mut world = World::with_lines();
    for _ in 0..3 {
        world.given(budget_line_adjusted(i64::MAX));
    }
    let expected = i128::from(LINE_FEN) + 3 * i128::from(i64::MAX);
    assert_eq!(line(&world).available_fen(), expected);
}

#[test]
fn refuses_acts_on_a_line_that_is_unknown_approved_twice_or_of_another_stream() {
    let world = World::new();
    let refusal = world.refused(budget_line_adjusted(1));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("entity_owner", LINE)]);
    let world = World::with_lines();
    let refusal = world.refused(budget_line_approved(LINE));
    let figures = [("status", "APPROVED"), ("event_type", "BudgetLineApproved")];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    let strayed = on_stream(world.fact(budget_line_adjusted(1)), "budget-line/4304/BL-2");
    let refusal = world.refused_fact(&strayed);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("budget_line_id", LINE)]);
}

#[test]
fn refuses_acts_before_the_approval() {
    let world = World::with_lines();
    let mut early = budget_line_adjusted(1);
    early.adjusted_on = "2024-01-01".to_owned();
    let figures = [("earliest_on", "2024-01-02"), ("legal_on", "2024-01-01")];
    assert_refusal(&world.refused(early.clone()), E003_BAD_TIME, &figures);
    early.adjusted_on = "2024-01-02".to_owned();
    world.clone().given(early);
}

#[test]
fn a_closed_line_takes_no_plan_and_no_change() {
    let mut world = World::with_lines();
    world.given(budget_line_closed());
    let attempts: [Payload; 5] = [
        plan_filed().into(),
        budget_line_adjusted(1).into(),
        budget_line_frozen(1).into(),
        budget_line_unfrozen(1).into(),
        budget_line_closed().into(),
    ];
    for attempt in attempts {
        let refusal = world.refused(attempt);
        assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "CLOSED")]);
    }
    assert_eq!(line(&world).carryover_fen, 0);
}

#[test]
fn every_pair_without_a_row_is_refused() {
    let entity = EntityRef::new(EntityKind::BudgetLine, PARTITION, LINE, "");
    let world = World::new();
    for status in [
        BudgetLineStatus::Absent,
        BudgetLineStatus::Approved,
        BudgetLineStatus::Closed,
    ] {
        let line = BudgetLine {
            status,
            ..BudgetLine::default()
        };
        for event_type in EventType::ALL.iter().copied().skip(2) {
            let fact = world.fact(payload(event_type));
            let case = if event_type == EventType::PlanRevised {
                Case::More
            } else {
                Case::NotMore
            };
            let expected = match step(TRANSITIONS, status, event_type, case) {
                Some(_) => None,
                None if status == BudgetLineStatus::Absent => Some(E001_UNKNOWN_REF),
                None => Some(E002_ILLEGAL_TRANSITION),
            };
            let code = transition(&line, &entity, &fact).err().map(|r| r.code);
            assert_eq!(code, expected, "{status:?} {event_type:?}");
        }
    }
}
