//! The money of a project: what its plan occupies and what its payments claim.

use super::*;
use crate::domain::{
    budget_line::BudgetLine,
    machine::step,
    testkit::{
        LINE, LINE_2, PARTITION, PAYMENT_FEN, PLAN_FEN, PROJECT, World, assert_refusal,
        award_recorded, contract_signed, part, payload, payment_accepted, payment_executed,
        payment_rejected, payment_requested, payment_returned, plan_cancelled, plan_completed,
        plan_filed, plan_revised,
    },
};
use crate::events::v1::EntityKind;
use Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E016_PAYMENT_OVER_BUDGET};

/// A contract of 900,000.00 yuan; the plan bears 200,000.00 on the first line, the rest on the
/// second.
fn contracted() -> World {
    let mut world = World::with_lines();
    let mut plan = plan_filed();
    plan.budget_parts = vec![part(LINE, 20_000_000), part(LINE_2, 80_000_000)];
    plan.lots[0].budget_parts.clone_from(&plan.budget_parts);
    world.given(plan);
    world.given(award_recorded());
    world.given(contract_signed());
    world
}

fn request(first_fen: i64) -> v1::PaymentRequested {
    let mut request = payment_requested();
    let second_fen = PAYMENT_FEN - first_fen;
    request.budget_parts = vec![part(LINE, first_fen), part(LINE_2, second_fen)];
    request
}

fn executed(first_fen: i64) -> v1::PaymentExecuted {
    let mut paid = payment_executed();
    paid.budget_parts = request(first_fen).budget_parts;
    paid
}

fn returned(first_fen: i64) -> v1::PaymentReturned {
    let mut back = payment_returned();
    back.budget_parts = request(first_fen).budget_parts;
    back
}

fn ended() -> v1::PlanCompleted {
    let mut end = plan_completed();
    end.budget_line_ids = vec![LINE.to_owned(), LINE_2.to_owned()];
    end
}

fn money(world: &World, line: &str) -> LineMoney {
    let project: Project = world.of_project("");
    project.lines[line]
}

fn occupied(world: &World, line: &str) -> i128 {
    let line: BudgetLine = world.get(line, "").expect("the line");
    line.occupied_fen
}

#[test]
fn payments_claim_what_the_project_occupies_to_the_fen() {
    let mut world = contracted();
    let refusal = world.refused(request(20_000_001));
    let figures = [
        ("budget_line_id", LINE),
        ("occupied_fen", "20000000"),
        ("claimed_fen", "20000001"),
    ];
    assert_refusal(&refusal, E016_PAYMENT_OVER_BUDGET, &figures);
    world.given(request(20_000_000));
    assert_eq!(money(&world, LINE).claimed_fen(), 20_000_000);
    assert_eq!(money(&world, LINE_2).requested_fen, 10_000_000);
}

#[test]
fn a_rejection_and_a_return_give_the_claim_back() {
    let mut world = contracted();
    world.given(request(20_000_000));
    world.given(payment_rejected());
    assert_eq!(money(&world, LINE).claimed_fen(), 0);
    let mut again = request(15_000_000);
    again.payment_id = "PY-2".to_owned();
    world.given(again);
    let mut accepted = payment_accepted();
    accepted.payment_id = "PY-2".to_owned();
    world.given(accepted);
    let mut paid = executed(15_000_000);
    paid.payment_id = "PY-2".to_owned();
    world.given(paid);
    let project: Project = world.of_project("");
    assert!(project.requests.is_empty());
    assert_eq!(money(&world, LINE).holding.paid_fen, 15_000_000);
    let mut back = returned(15_000_000);
    back.payment_id = "PY-2".to_owned();
    world.given(back);
    assert_eq!(money(&world, LINE).claimed_fen(), 0);
    assert_eq!(occupied(&world, LINE), 20_000_000);
}

#[test]
fn a_plan_ends_when_no_request_is_open_and_keeps_what_is_paid() {
    let mut world = contracted();
    world.given(request(5_000_000));
    let refusal = world.refused(ended());
    let figures = [("occupied_fen", "0"), ("claimed_fen", "5000000")];
    assert_refusal(&refusal, E016_PAYMENT_OVER_BUDGET, &figures);
    world.given(payment_accepted());
    world.given(executed(5_000_000));
    world.given(ended());
    assert_eq!(occupied(&world, LINE), 5_000_000);
    assert_eq!(occupied(&world, LINE_2), 25_000_000);
    // What comes back afterwards is still owed: it may be asked for again, and no more than that.
    world.given(returned(5_000_000));
    assert_eq!(occupied(&world, LINE), 5_000_000);
    let mut again = request(5_000_001);
    again.requested_on = "2024-04-15".to_owned();
    let refusal = world.refused(again);
    let figures = [("occupied_fen", "5000000"), ("claimed_fen", "5000001")];
    assert_refusal(&refusal, E016_PAYMENT_OVER_BUDGET, &figures);
    let mut again = request(5_000_000);
    again.requested_on = "2024-04-15".to_owned();
    world.given(again);
}

#[test]
fn a_revision_bears_at_least_what_is_claimed() {
    let mut world = contracted();
    world.given(request(20_000_000));
    let mut revision = plan_revised();
    revision.budget_parts = vec![part(LINE, 19_999_999), part(LINE_2, 80_000_001)];
    revision.lots[0].budget_parts = vec![part(LINE, 20_000_000), part(LINE_2, 80_000_000)];
    let refusal = world.refused(revision);
    let figures = [("occupied_fen", "19999999"), ("claimed_fen", "20000000")];
    assert_refusal(&refusal, E016_PAYMENT_OVER_BUDGET, &figures);
}

#[test]
fn a_plan_without_payments_gives_back_everything() {
    let mut world = World::with_plan();
    world.given(plan_cancelled());
    assert_eq!(occupied(&world, LINE), 0);
    let project: Project = world.of_project("");
    assert!(!project.is_in_force());
    assert_eq!(project.lots["01"], PLAN_FEN);
}

#[test]
fn every_pair_without_a_row_is_refused() {
    let entity = EntityRef::new(EntityKind::Project, PARTITION, PROJECT, "");
    let world = World::new();
    for status in [
        PlanStatus::Absent,
        PlanStatus::Filed,
        PlanStatus::Completed,
        PlanStatus::Cancelled,
        PlanStatus::Ordered,
    ] {
        let project = Project {
            status,
            ..Project::default()
        };
        for event_type in EventType::ALL.iter().copied().skip(2) {
            let expected = match step(TRANSITIONS, status, event_type, Case::Other) {
                Some(_) => None,
                None if status == PlanStatus::Absent => Some(E001_UNKNOWN_REF),
                None => Some(E002_ILLEGAL_TRANSITION),
            };
            let fact = world.fact(payload(event_type));
            let code = transition(&project, &entity, &fact).err().map(|r| r.code);
            assert_eq!(code, expected, "{status:?} {event_type:?}");
        }
    }
}
