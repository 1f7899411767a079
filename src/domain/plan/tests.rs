//! Plans: sums, lines, revisions and endings.

use super::*;
use crate::domain::{
    holding::Holding,
    lot::{Lot, LotStatus},
    project::PlanStatus,
    testkit::{
        COUNTY, LINE, LINE_2, LINE_FEN, LOT, PLAN_FEN, PROJECT, UNIT_2, World, assert_refusal,
        budget_line_approved, budget_line_closed, part, plan_cancelled, plan_completed, plan_filed,
        plan_lot, plan_revised, procurement_document_issued,
    },
};
use Code::{
    E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E010_PLAN_OVER_BUDGET,
    E011_LOT_SUM_MISMATCH, E020_FORBIDDEN_ROLE, E024_SUM_MISMATCH, E026_WRONG_JURISDICTION,
};

/// A plan of two lots on two lines: 400,000.00 and 600,000.00 yuan, crossed.
fn shared_plan() -> v1::PlanFiled {
    let mut plan = plan_filed();
    plan.budget_parts = vec![part(LINE, 70_000_000), part(LINE_2, 30_000_000)];
    let mut first = plan_lot("01", 40_000_000);
    first.budget_parts = vec![part(LINE, 30_000_000), part(LINE_2, 10_000_000)];
    let mut second = plan_lot("02", 60_000_000);
    second.budget_parts = vec![part(LINE, 40_000_000), part(LINE_2, 20_000_000)];
    plan.lots = vec![first, second];
    plan
}

fn revision_of(plan: &v1::PlanFiled) -> v1::PlanRevised {
    v1::PlanRevised {
        budget_parts: plan.budget_parts.clone(),
        amount_fen: plan.amount_fen,
        lots: plan.lots.clone(),
        ..plan_revised()
    }
}

fn occupied(world: &World, line: &str) -> i128 {
    let line: BudgetLine = world.get(line, "").expect("the line");
    line.occupied_fen
}

#[test]
fn a_plan_occupies_its_lines_and_plans_its_lots() {
    let mut world = World::with_lines();
    world.given(shared_plan());
    assert_eq!(occupied(&world, LINE), 70_000_000);
    assert_eq!(occupied(&world, LINE_2), 30_000_000);
    let project: Project = world.of_project("");
    assert_eq!(project.status, PlanStatus::Filed);
    assert_eq!(project.drawn_lines().collect::<Vec<_>>(), [LINE, LINE_2]);
    let lot: Lot = world.of_project("02");
    assert_eq!(lot.status, LotStatus::Planned);
    assert_eq!(lot.parts[LINE_2], 20_000_000);
}

#[test]
fn the_only_line_bears_a_lot_that_states_no_parts() {
    let world = World::with_plan();
    let lot: Lot = world.of_project(LOT);
    assert_eq!(
        lot.parts.into_iter().collect::<Vec<_>>(),
        [(LINE.to_owned(), PLAN_FEN)]
    );
}

type Spoil = fn(&mut v1::PlanFiled);

#[test]
fn refuses_plans_whose_sums_or_lines_do_not_hold() {
    let world = World::with_lines();
    let table: [(&str, Spoil, Code, (&str, &str)); 11] = [
        (
            "parts one fen short",
            |plan| plan.budget_parts[0].amount_fen -= 1,
            E024_SUM_MISMATCH,
            ("sum_fen", "99999999"),
        ),
        (
            "a line named twice",
            |plan| plan.budget_parts.push(part(LINE, 0)),
            E024_SUM_MISMATCH,
            ("budget_line_id", LINE),
        ),
        (
            "lots one fen over",
            |plan| plan.lots[1].amount_fen += 1,
            E011_LOT_SUM_MISMATCH,
            ("lots_fen", "100000001"),
        ),
        (
            "a lot named twice",
            |plan| plan.lots[1].lot_no = LOT.to_owned(),
            E024_SUM_MISMATCH,
            ("lot_no", LOT),
        ),
        (
            "a lot without parts",
            |plan| plan.lots[0].budget_parts.clear(),
            E024_SUM_MISMATCH,
            ("lot_no", LOT),
        ),
        (
            "lots' parts that differ from the plan's, line by line",
            |plan| {
                plan.lots[0].budget_parts[0].amount_fen += 1;
                plan.lots[0].budget_parts[1].amount_fen -= 1;
            },
            E024_SUM_MISMATCH,
            ("budget_line_id", LINE),
        ),
        (
            "a lot's parts that do not make the lot",
            |plan| plan.lots[0].budget_parts[1].amount_fen -= 1,
            E024_SUM_MISMATCH,
            ("sum_fen", "39999999"),
        ),
        (
            "a line that is not known",
            |plan| plan.budget_parts[0].budget_line_id = "BL-9".to_owned(),
            E001_UNKNOWN_REF,
            ("budget_line_id", "BL-9"),
        ),
        (
            "another unit's line",
            |plan| plan.unit = UNIT_2.to_owned(),
            E020_FORBIDDEN_ROLE,
            ("unit", UNIT_2),
        ),
        (
            "a day before the line's approval",
            |plan| plan.filed_on = "2024-01-01".to_owned(),
            E003_BAD_TIME,
            ("earliest_on", "2024-01-02"),
        ),
        (
            "more than a line has",
            |plan| {
                plan.amount_fen = LINE_FEN + 1 + 30_000_000;
                plan.budget_parts[0].amount_fen = LINE_FEN + 1;
                plan.lots[0].amount_fen += LINE_FEN + 1 - 70_000_000;
                plan.lots[0].budget_parts[0].amount_fen += LINE_FEN + 1 - 70_000_000;
            },
            E010_PLAN_OVER_BUDGET,
            ("requested_fen", "300000001"),
        ),
    ];
    for (name, spoil, code, figure) in table {
        let mut plan = shared_plan();
        spoil(&mut plan);
        let refusal = world.refused(plan);
        println!("{name}: {refusal}");
        assert_refusal(&refusal, code, &[figure]);
    }
    world.clone().given(shared_plan());
}

#[test]
fn refuses_another_regions_line() {
    let world = World::with_lines();
    let mut fact = world.fact(plan_filed());
    fact.event.region_code = COUNTY.to_owned();
    let refusal = world.refused_fact(&fact);
    let figures = [("budget_line_region", "430400"), ("region_code", COUNTY)];
    assert_refusal(&refusal, E026_WRONG_JURISDICTION, &figures);
}

#[test]
fn the_first_code_in_order_is_told_not_the_first_found() {
    let world = World::with_lines();
    let mut plan = shared_plan();
    plan.lots[1].amount_fen += 1; // E011, E024
    plan.budget_parts[0].amount_fen = LINE_FEN * 2; // E010, E024
    let code = |plan: &v1::PlanFiled| world.refused(plan.clone()).code;
    assert_eq!(code(&plan), E010_PLAN_OVER_BUDGET);
    plan.filed_on = "2024-01-01".to_owned();
    assert_eq!(code(&plan), E003_BAD_TIME);
    plan.budget_parts[1].budget_line_id = "BL-9".to_owned();
    assert_eq!(code(&plan), E001_UNKNOWN_REF);
    plan.unit = UNIT_2.to_owned();
    assert_eq!(code(&plan), E020_FORBIDDEN_ROLE);
}

#[test]
fn a_project_has_one_plan() {
    let world = World::with_plan();
    let mut again = plan_filed();
    again.plan_id = "PL-2".to_owned();
    let refusal = world.refused(again);
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "FILED")]);
}

#[test]
fn a_revision_changes_planned_lots_adds_lots_and_drops_lines() {
    let mut world = World::with_lines();
    world.given(shared_plan());
    let mut revision = revision_of(&shared_plan());
    revision.amount_fen = 50_000_000;
    revision.budget_parts = vec![part(LINE, 50_000_000), part(LINE_2, 0)];
    revision.lots = vec![
        plan_lot("01", 20_000_000),
        plan_lot("02", 20_000_000),
        plan_lot("03", 10_000_000),
    ];
    world.given(revision);
    assert_eq!(occupied(&world, LINE), 50_000_000);
    assert_eq!(occupied(&world, LINE_2), 0);
    let project: Project = world.of_project("");
    assert_eq!(project.drawn_lines().collect::<Vec<_>>(), [LINE]);
    assert_eq!(project.lots.len(), 3);
    let added: Lot = world.of_project("03");
    assert_eq!(added.status, LotStatus::Planned);
    assert_eq!(added.parts[LINE], 10_000_000);
}

type SpoilRevision = fn(&mut v1::PlanRevised);

#[test]
fn refuses_revisions_that_leave_out_or_reach_too_far() {
    let mut world = World::with_lines();
    world.given(shared_plan());
    let table: [(SpoilRevision, Code, (&str, &str)); 6] = [
        (
            |revision| revision.plan_id = "PL-9".to_owned(),
            E001_UNKNOWN_REF,
            ("plan_id", "PL-9"),
        ),
        (
            |revision| revision.revised_on = "2024-01-09".to_owned(),
            E003_BAD_TIME,
            ("earliest_on", "2024-01-10"),
        ),
        (
            |revision| {
                revision.budget_parts = vec![part(LINE, PLAN_FEN)];
                for lot in &mut revision.lots {
                    lot.budget_parts.clear();
                }
            },
            E024_SUM_MISMATCH,
            ("budget_line_id", LINE_2),
        ),
        (
            |revision| {
                revision.lots.remove(0);
                revision.lots[0] = plan_lot("02", PLAN_FEN);
                revision.lots[0]
                    .budget_parts
                    .clone_from(&revision.budget_parts);
            },
            E024_SUM_MISMATCH,
            ("lot_no", "01"),
        ),
        (
            |revision| {
                revision.amount_fen = 30_000_000 + LINE_FEN + 1;
                revision.budget_parts[0].amount_fen = LINE_FEN + 1;
                revision.lots[1].amount_fen += LINE_FEN + 1 - 70_000_000;
                revision.lots[1].budget_parts[0].amount_fen += LINE_FEN + 1 - 70_000_000;
            },
            E010_PLAN_OVER_BUDGET,
            ("requested_fen", "230000001"),
        ),
        (
            |revision| revision.lots[0].amount_fen += 1,
            E011_LOT_SUM_MISMATCH,
            ("plan_fen", "100000000"),
        ),
    ];
    for (spoil, code, figure) in table {
        let mut revision = revision_of(&shared_plan());
        spoil(&mut revision);
        assert_refusal(&world.refused(revision), code, &[figure]);
    }
}

#[test]
fn a_revision_leaves_lots_that_are_under_way_as_they_are() {
    let mut world = World::with_plan();
    world.given(procurement_document_issued());
    world.given(plan_revised());
    let mut changed = plan_revised();
    changed.lots[0].ceiling_fen = Some(1);
    let refusal = world.refused(changed);
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "OPEN")]);
}

#[test]
fn a_closed_line_bears_no_more_but_may_bear_less() {
    let mut world = World::with_plan();
    world.given(budget_line_closed());
    let mut more = plan_revised();
    more.amount_fen += 1;
    more.budget_parts[0].amount_fen += 1;
    more.lots[0].amount_fen += 1;
    let refusal = world.refused(more);
    let figures = [("status", "CLOSED"), ("case", "MORE")];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    let mut less = plan_revised();
    less.amount_fen -= 1;
    less.budget_parts[0].amount_fen -= 1;
    less.lots[0].amount_fen -= 1;
    world.given(less);
    assert_eq!(occupied(&world, LINE), i128::from(PLAN_FEN) - 1);
}

#[test]
fn an_ending_names_every_line_and_gives_back_what_is_not_paid() {
    let mut world = World::with_lines();
    world.given(shared_plan());
    for named in [
        vec![LINE],
        vec![LINE, LINE_2, "BL-9"],
        vec![LINE, LINE_2, LINE],
    ] {
        let mut end = plan_completed();
        end.budget_line_ids = named.iter().map(|line| (*line).to_owned()).collect();
        let refusal = world.refused(end);
        let is_unknown = named.contains(&"BL-9");
        let code = if is_unknown {
            E001_UNKNOWN_REF
        } else {
            E024_SUM_MISMATCH
        };
        assert_eq!(refusal.code, code, "{named:?}");
    }
    let mut early = plan_cancelled();
    early.budget_line_ids = vec![LINE.to_owned(), LINE_2.to_owned()];
    early.on = "2024-01-09".to_owned();
    assert_eq!(world.refused(early.clone()).code, E003_BAD_TIME);
    early.on = "2024-01-10".to_owned();
    early.plan_id = "PL-9".to_owned();
    assert_eq!(world.refused(early.clone()).code, E001_UNKNOWN_REF);
    early.plan_id = plan_filed().plan_id;
    world.given(early.clone());
    assert_eq!((occupied(&world, LINE), occupied(&world, LINE_2)), (0, 0));
    let project: Project = world.of_project("");
    assert_eq!(project.status, PlanStatus::Cancelled);
    let refusal = world.refused(early);
    assert_refusal(
        &refusal,
        E002_ILLEGAL_TRANSITION,
        &[("status", "CANCELLED")],
    );
}

#[test]
fn an_ended_plan_starts_nothing() {
    let mut world = World::with_plan();
    world.given(plan_completed());
    for attempt in [
        world.refused(procurement_document_issued()),
        world.refused(plan_revised()),
        world.refused(plan_cancelled()),
        world.refused(crate::domain::testkit::award_recorded()),
    ] {
        assert_refusal(
            &attempt,
            E002_ILLEGAL_TRANSITION,
            &[("status", "COMPLETED")],
        );
    }
    let mut world = World::with_award();
    world.given(plan_completed());
    let refusal = world.refused(crate::domain::testkit::contract_signed());
    let figures = [("status", "COMPLETED"), ("event_type", "ContractSigned")];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
}

#[test]
fn two_projects_share_a_line() {
    let mut world = World::with_plan();
    let mut fact = world.fact(plan_filed());
    fact = crate::domain::testkit::on_stream(fact, "project/4304/PJ-2");
    world.append(fact).expect("the line has enough for both");
    let line: BudgetLine = world.get(LINE, "").expect("the line");
    assert_eq!(line.occupied_fen, 2 * i128::from(PLAN_FEN));
    let expected = Holding {
        planned_fen: PLAN_FEN.into(),
        ..Holding::default()
    };
    assert_eq!(line.holdings[PROJECT], expected);
    assert_eq!(line.holdings["PJ-2"], expected);
    let mut third = budget_line_approved("BL-3");
    third.unit = UNIT_2.to_owned();
    world.given(third);
}
