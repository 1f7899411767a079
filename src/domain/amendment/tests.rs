//! Corrections and voids.

use super::*;
use crate::domain::{
    budget_line::BudgetLine,
    lot::{Lot, LotStatus},
    project::Project,
    testkit::{
        AWARD_FEN, COUNTY, LINE, LINE_2, LINE_FEN, LOT, PLAN_FEN, REGULATOR, UNIT_2, World,
        assert_refusal, award_notice_issued, award_recorded, bid_received, budget_line_adjusted,
        budget_line_approved, by, contract_signed, evaluation_concluded, lot_failed,
        lot_retry_abandoned, notice_published, on_stream, part, plan_cancelled, plan_completed,
        plan_filed, plan_lot, plan_revised, procurement_document_issued, regulator_registered,
        source_system_registered, winner_determined,
    },
};
use crate::events::v1::ActorRole;
use Code::{
    E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E010_PLAN_OVER_BUDGET,
    E012_AWARD_OVER_CEILING, E013_CONTRACT_OVER_AWARD, E020_FORBIDDEN_ROLE, E024_SUM_MISMATCH,
    E026_WRONG_JURISDICTION,
};

fn line(world: &World, id: &str) -> BudgetLine {
    world.get(id, "").expect("the line")
}

/// The plan's position in `World::with_plan` and what follows it.
const PLAN_AT: u64 = 2;

fn plan_on(line: &str) -> v1::PlanFiled {
    let mut plan = plan_filed();
    plan.budget_parts = vec![part(line, PLAN_FEN)];
    plan
}

fn reason_of(world: &World, fact: &Fact) -> Refusal {
    world.refused_fact(fact)
}

#[test]
fn a_correction_stands_in_the_originals_place() {
    let mut world = World::with_plan();
    world.given(budget_line_adjusted(-1_000));
    let mut approved = budget_line_approved(LINE);
    approved.amount_fen = LINE_FEN - 5;
    let correction = world.correction(0, approved.clone());
    world.append(correction).expect("it is so");
    assert_eq!(line(&world, LINE).approved_fen, LINE_FEN - 5);
    assert_eq!(line(&world, LINE).adjusted_fen, -1_000);
    // The newest correction wins.
    approved.amount_fen = LINE_FEN + 7;
    let correction = world.correction(0, approved);
    world.append(correction).expect("it is so");
    assert_eq!(line(&world, LINE).approved_fen, LINE_FEN + 7);
}

#[test]
fn sums_are_tested_on_the_state_that_results() {
    let mut world = World::with_plan();
    let mut approved = budget_line_approved(LINE);
    approved.amount_fen = PLAN_FEN - 1;
    let refusal = reason_of(&world, &world.correction(0, approved.clone()));
    let figures = [
        ("available_fen", "200000000"),
        ("requested_fen", "200000001"),
    ];
    assert_refusal(&refusal, E010_PLAN_OVER_BUDGET, &figures);
    approved.amount_fen = PLAN_FEN;
    let correction = world.correction(0, approved);
    world.append(correction).expect("just enough");
    assert_eq!(line(&world, LINE).available_fen(), 0);
}

#[test]
fn an_opening_must_still_be_of_every_bid_and_a_notice_of_the_award() {
    let world = World::with_award();
    let (bid_at, winner_at) = (5, 8);
    let refusal = reason_of(&world, &world.void(bid_at));
    let figures = [
        ("opened_count", "2"),
        ("expected_count", "1"),
        ("expected_bid_nos", "B-1"),
    ];
    assert_refusal(&refusal, E024_SUM_MISMATCH, &figures);
    let mut winner = winner_determined();
    winner.award_fen -= 1;
    let refusal = reason_of(&world, &world.correction(winner_at, winner));
    let (told, is) = (AWARD_FEN.to_string(), (AWARD_FEN - 1).to_string());
    let figures = [("sum_fen", told.as_str()), ("whole_fen", is.as_str())];
    assert_refusal(&refusal, E024_SUM_MISMATCH, &figures);
}

#[test]
fn a_correction_cannot_make_one_bid_another() {
    let mut world = World::with_plan();
    world.given(procurement_document_issued());
    let bid_at = world.given(bid_received("B-1"));
    let refusal = reason_of(&world, &world.correction(bid_at, bid_received("B-2")));
    let figures = [("expected_ids", "01,B-1"), ("given_ids", "01,B-2")];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
}

#[test]
fn what_was_given_back_must_still_be_what_was_held() {
    let mut failed = World::with_opened_lot();
    failed.given(lot_failed(false));
    let mut abandoned = World::with_opened_lot();
    abandoned.given(lot_failed(true));
    abandoned.given(lot_retry_abandoned());
    let expected = format!("{LINE_2}={PLAN_FEN}");
    for world in [&failed, &abandoned] {
        let refusal = reason_of(world, &world.correction(PLAN_AT, plan_on(LINE_2)));
        let figures = [("expected_parts_fen", expected.as_str())];
        assert_refusal(&refusal, E024_SUM_MISMATCH, &figures);
    }
    let mut completed = World::with_plan();
    completed.given(plan_completed());
    let mut cancelled = World::with_plan();
    cancelled.given(plan_cancelled());
    for world in [&completed, &cancelled] {
        let refusal = reason_of(world, &world.correction(PLAN_AT, plan_on(LINE_2)));
        let figures = [("expected_budget_line_ids", LINE_2)];
        assert_refusal(&refusal, E024_SUM_MISMATCH, &figures);
    }
}

#[test]
fn a_later_revision_must_still_be_of_the_whole_plan() {
    let mut world = World::with_plan();
    world.given(plan_revised());
    // A line and a lot that the revision does not name would stand beside the plan.
    let refusal = reason_of(&world, &world.correction(PLAN_AT, plan_on(LINE_2)));
    let revised_fen = plan_revised().amount_fen;
    let (whole, sum) = (
        revised_fen.to_string(),
        (revised_fen + PLAN_FEN).to_string(),
    );
    let figures = [("whole_fen", whole.as_str()), ("sum_fen", sum.as_str())];
    assert_refusal(&refusal, E024_SUM_MISMATCH, &figures);
    let mut plan = plan_filed();
    plan.lots = vec![plan_lot("01", PLAN_FEN - 1), plan_lot("02", 1)];
    let refusal = reason_of(&world, &world.correction(PLAN_AT, plan));
    assert_refusal(&refusal, E024_SUM_MISMATCH, &[("lot_no", "02")]);
}

#[test]
fn a_correction_moves_a_plan_to_another_line_and_back() {
    let mut world = World::with_plan();
    let correction = world.correction(PLAN_AT, plan_on(LINE_2));
    world.append(correction).expect("moved");
    assert_eq!(line(&world, LINE).occupied_fen, 0);
    assert_eq!(line(&world, LINE_2).occupied_fen, i128::from(PLAN_FEN));
    // The second correction drops the line that the first drew in, so it touches that too.
    let correction = world.correction(PLAN_AT, plan_on(LINE));
    let touched = touched_by(
        &correction.stream,
        payload_of(&correction.event).expect("a payload"),
    );
    assert_eq!(touched.len(), 4);
    world.append(correction).expect("moved back");
    assert_eq!(line(&world, LINE).occupied_fen, i128::from(PLAN_FEN));
    assert_eq!(line(&world, LINE_2).occupied_fen, 0);
    let void = world.void(PLAN_AT);
    world.append(void).expect("annulled");
    assert_eq!(line(&world, LINE).occupied_fen, 0);
    assert!(world.get::<Project>("PJ-1", "").is_none());
    assert!(world.get::<Lot>("PJ-1", LOT).is_none());
}

#[test]
fn a_correction_may_add_a_lot() {
    let mut world = World::with_plan();
    let mut plan = plan_filed();
    plan.lots = vec![plan_lot("01", 40_000_000), plan_lot("02", 60_000_000)];
    let correction = world.correction(PLAN_AT, plan);
    world.append(correction).expect("a lot was forgotten");
    let lot: Lot = world.of_project("02");
    assert_eq!(
        (lot.status, lot.amount_fen),
        (LotStatus::Planned, 60_000_000)
    );
}

#[test]
fn later_acts_must_still_be_possible() {
    let mut world = World::with_award();
    let issued_at = 3;
    let void = world.void(issued_at);
    let refusal = reason_of(&world, &void);
    let figures = [
        ("status", "PLANNED"),
        ("event_type", "BidReceived"),
        ("position", "4"),
    ];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    let refusal = reason_of(&world, &world.void(PLAN_AT));
    assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
    // From the end backwards everything can be annulled.
    for position in (0..world.items.len() as u64).rev() {
        let void = world.void(position);
        world.append(void).expect("nothing depends on it any more");
    }
    for (owner, id) in [("PJ-1", ""), ("PJ-1", LOT)] {
        assert!(world.get::<Lot>(owner, id).is_none());
    }
    assert!(world.get::<BudgetLine>(LINE, "").is_none());
    // The objects are free for new originals.
    world.given(budget_line_approved(LINE));
}

#[test]
fn awards_and_contracts_hold_after_corrections() {
    let mut world = World::with_award();
    world.given(contract_signed());
    let awarded_at = 8;
    let mut winner = winner_determined();
    winner.award_fen = PLAN_FEN + 1;
    let refusal = reason_of(&world, &world.correction(awarded_at, winner.clone()));
    assert_refusal(
        &refusal,
        E012_AWARD_OVER_CEILING,
        &[("limit_fen", "100000000")],
    );
    winner.award_fen = AWARD_FEN - 1;
    let refusal = reason_of(&world, &world.correction(awarded_at, winner.clone()));
    assert_refusal(
        &refusal,
        E013_CONTRACT_OVER_AWARD,
        &[("award_fen", "89999999")],
    );
    winner.award_fen = AWARD_FEN;
    winner.deemed = true;
    let correction = world.correction(awarded_at, winner);
    world.append(correction).expect("by law");
}

#[test]
fn step_gates_see_the_past_of_the_original() {
    let mut world = World::with_award();
    let evaluated_at = 7;
    // The winner must be in the ranking as it stands before the original, not in today's.
    let awarded_at = 8;
    let mut winner = winner_determined();
    winner.determined_on = "2024-02-05".to_owned();
    let refusal = reason_of(&world, &world.correction(awarded_at, winner));
    assert_refusal(&refusal, E003_BAD_TIME, &[("earliest_on", "2024-02-06")]);
    // An evaluation may move before later acts without minding them: gates run once.
    let mut evaluation = evaluation_concluded();
    evaluation.concluded_at = crate::domain::testkit::instant("2024-02-10", 9);
    let correction = world.correction(evaluated_at, evaluation);
    world
        .append(correction)
        .expect("step gates do not run again");
    // The plan of the past has no lots under way.
    let mut plan = plan_filed();
    plan.lots[0].name = "台式计算机".to_owned();
    let correction = world.correction(PLAN_AT, plan);
    world.append(correction).expect("the name was wrong");
}

type Spoil = fn(&mut Fact);

fn amended(fact: &mut Fact) -> &mut v1::EventCorrected {
    let payload = fact.event.payload.as_mut().and_then(|p| p.payload.as_mut());
    match payload {
        Some(Payload::EventCorrected(event)) => event,
        _ => panic!("a correction"),
    }
}

#[test]
fn refuses_corrections_of_the_wrong_thing() {
    let mut world = World::with_plan();
    let revised_at = world.given(plan_revised());
    let corrected_at = {
        let correction = world.correction(revised_at, plan_revised());
        world.append(correction).expect("the same again")
    };
    let correction_name = format!("R-{corrected_at}");
    assert_eq!(correction_name, "R-4");
    let table: [(&str, Spoil, Code); 9] = [
        (
            "an unknown original",
            |fact| {
                let corrects = amended(fact).corrects.as_mut().expect("a name");
                corrects.source_ref = "R-99".to_owned();
            },
            E001_UNKNOWN_REF,
        ),
        (
            "a correction as the original",
            |fact| {
                let corrects = amended(fact).corrects.as_mut().expect("a name");
                corrects.source_ref = "R-4".to_owned();
            },
            E001_UNKNOWN_REF,
        ),
        (
            "another type",
            |fact| {
                amended(fact).payload = Some(Box::new(v1::EventPayload {
                    payload: Some(plan_filed().into()),
                }));
            },
            E001_UNKNOWN_REF,
        ),
        (
            "another object",
            |fact| {
                let mut plan = plan_revised();
                plan.plan_id = "PL-9".to_owned();
                amended(fact).payload = Some(Box::new(v1::EventPayload {
                    payload: Some(plan.into()),
                }));
            },
            E001_UNKNOWN_REF,
        ),
        (
            "another stream",
            |fact| *fact = on_stream(fact.clone(), "project/4304/PJ-2"),
            E001_UNKNOWN_REF,
        ),
        (
            "another region",
            |fact| fact.event.region_code = COUNTY.to_owned(),
            E026_WRONG_JURISDICTION,
        ),
        (
            "too few touches",
            |fact| drop(amended(fact).touches.pop()),
            E001_UNKNOWN_REF,
        ),
        (
            "a role that may not append the original",
            |fact| fact.event.actor_role = ActorRole::BudgetSys.into(),
            E020_FORBIDDEN_ROLE,
        ),
        (
            "another unit",
            |fact| fact.event.actor_org = UNIT_2.to_owned(),
            E020_FORBIDDEN_ROLE,
        ),
    ];
    for (name, spoil, code) in table {
        let mut correction = world.correction(revised_at, plan_revised());
        spoil(&mut correction);
        let refusal = reason_of(&world, &correction);
        assert_eq!(refusal.code, code, "{name}: {refusal}");
    }
    let mut short = world.correction(revised_at, plan_revised());
    amended(&mut short).touches.pop();
    let expected = "PJ/4304/PJ-1/,LT/4304/PJ-1/01,BL/4304/BL-1/";
    let refusal = reason_of(&world, &short);
    assert_refusal(
        &refusal,
        E001_UNKNOWN_REF,
        &[("expected_touches", expected)],
    );
    let mut empty = world.correction(revised_at, plan_revised());
    amended(&mut empty).payload = None;
    assert_eq!(reason_of(&world, &empty).code, Code::E022_MISSING_FIELD);
}

#[test]
fn step_gates_of_the_replacement_are_tested() {
    let world = World::with_plan();
    let mut plan = plan_filed();
    plan.budget_parts[0].amount_fen -= 1;
    let refusal = reason_of(&world, &world.correction(PLAN_AT, plan));
    assert_eq!(refusal.code, E024_SUM_MISMATCH);
    let refusal = reason_of(&world, &world.correction(PLAN_AT, plan_on("BL-9")));
    assert_eq!(refusal.code, E001_UNKNOWN_REF);
}

#[test]
fn a_void_is_final() {
    let mut world = World::with_plan();
    world.given(award_recorded());
    let void = world.void(3);
    world.append(void).expect("recorded by mistake");
    let lot: Lot = world.of_project(LOT);
    assert_eq!((lot.status, lot.award), (LotStatus::Planned, None));
    let refusal = reason_of(&world, &world.void(3));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("position", "3")]);
    let refusal = reason_of(&world, &world.correction(3, award_recorded()));
    assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
    world.given(procurement_document_issued());
}

#[test]
fn a_void_is_by_whoever_may_append_the_original() {
    let mut world = World::with_plan();
    world.given(regulator_registered());
    let void = world.void(PLAN_AT);
    for (role, org) in [
        (ActorRole::Regulator, REGULATOR),
        (ActorRole::Purchaser, UNIT_2),
    ] {
        let refusal = reason_of(&world, &by(void.clone(), role, org));
        assert_eq!(refusal.code, E020_FORBIDDEN_ROLE, "{role:?}");
    }
    world.decide(&void).expect("its own unit");
}

#[test]
fn only_a_regulator_corrects_retroactively_and_in_its_region() {
    let mut world = World::with_plan();
    let notice_at = world.given(notice_published("NO-1"));
    let mut retroactive = world.correction(notice_at, notice_published("NO-1"));
    amended(&mut retroactive).effect = CorrectionEffect::Retroactive.into();
    let refusal = reason_of(&world, &retroactive);
    let figures = [("allowed_roles", "REGULATOR")];
    assert_refusal(&refusal, E020_FORBIDDEN_ROLE, &figures);
    retroactive = by(retroactive, ActorRole::Regulator, REGULATOR);
    let refusal = reason_of(&world, &retroactive);
    assert_eq!(refusal.code, E026_WRONG_JURISDICTION);
    world.given(regulator_registered());
    world.append(retroactive).expect("registered");
    let mut normal = world.correction(notice_at, notice_published("NO-1"));
    normal = by(normal, ActorRole::Regulator, REGULATOR);
    assert_eq!(reason_of(&world, &normal).code, E020_FORBIDDEN_ROLE);
}

#[test]
fn the_registry_is_read_as_it_is_today() {
    let mut world = World::with_plan();
    world.given(regulator_registered());
    world.given(source_system_registered("NEW_SYSTEM"));
    let mut correction = world.correction(PLAN_AT, plan_filed());
    correction.event.source_system = "NEW_SYSTEM".to_owned();
    world.append(correction).expect("registered by now");
}

#[test]
fn a_correction_is_not_dated_in_the_future() {
    let world = World::with_award();
    let mut correction = world.correction(9, award_notice_issued());
    correction.legal_date = "2031-01-01".parse().expect("a day");
    assert_eq!(reason_of(&world, &correction).code, E003_BAD_TIME);
    let mut notice = award_notice_issued();
    notice.issued_on = "2031-01-01".to_owned();
    let refusal = reason_of(&world, &world.correction(9, notice));
    assert_eq!(refusal.code, E003_BAD_TIME);
}
