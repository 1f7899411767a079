//! What holds for every event.

use super::*;
use crate::domain::testkit::{
    REGULATOR, World, assert_refusal, budget_line_approved, by, intention_published,
    notice_published, plan_filed, regulator_registered, source_system_registered,
};

/// 2024-01-02T00:00:00+08:00.
const MIDNIGHT_US: u64 = 1_704_124_800_000_000;

#[test]
fn a_legal_date_is_not_in_the_future_but_for_five_minutes() {
    let mut world = World::new();
    let fact = world.fact(budget_line_approved("BL-1"));
    world.now_us = MIDNIGHT_US - 300_000_000 - 1;
    let refusal = world.refused_fact(&fact);
    let figures = [("latest_on", "2024-01-01"), ("legal_on", "2024-01-02")];
    assert_refusal(&refusal, Code::E003_BAD_TIME, &figures);
    world.now_us = MIDNIGHT_US - 300_000_000;
    world.decide(&fact).expect("clocks differ by five minutes");
}

#[test]
fn a_source_system_is_of_the_profile_or_registered() {
    let mut world = World::new();
    world.given(regulator_registered());
    let mut fact = world.fact(budget_line_approved("BL-1"));
    fact.event.source_system = "NEW_SYSTEM".to_owned();
    let refusal = world.refused_fact(&fact);
    let figures = [("source_system", "NEW_SYSTEM")];
    assert_refusal(&refusal, Code::E001_UNKNOWN_REF, &figures);
    world.given(source_system_registered("NEW_SYSTEM"));
    world.decide(&fact).expect("registered");
    fact.event.source_system = "BANK_7".to_owned();
    world
        .decide(&fact)
        .expect("a bank of the profile's pattern");
}

#[test]
fn an_event_without_a_payload_is_never_recorded() {
    let world = World::new();
    let mut fact = world.fact(intention_published());
    fact.event.payload = None;
    let refusal = world.decide(&fact).expect_err("no payload");
    assert_eq!(refusal.code, Code::E022_MISSING_FIELD);
}

#[test]
fn authorise_tells_roles_only() {
    let world = World::new();
    let mut fact = world.fact(notice_published("NO-1"));
    let context = Context {
        recorded_at_us: world.now_us,
        position: 0,
    };
    fact.event.source_system = "UNHEARD_OF".to_owned();
    authorise(&world, &fact, &context).expect("the role may");
    fact.event.actor_role = v1::ActorRole::Public.into();
    let refusal = authorise(&world, &fact, &context).expect_err("the public does not write");
    assert_eq!(refusal.code, Code::E020_FORBIDDEN_ROLE);
}

#[test]
fn authorise_knows_whom_corrections_and_voids_follow() {
    let world = World::with_plan();
    let context = Context {
        recorded_at_us: world.now_us,
        position: 3,
    };
    for fact in [world.correction(2, plan_filed()), world.void(2)] {
        authorise(&world, &fact, &context).expect("the purchaser filed it");
        let other = by(fact, v1::ActorRole::BudgetSys, REGULATOR);
        let refusal = authorise(&world, &other, &context).expect_err("it may not file plans");
        assert_eq!(refusal.code, Code::E020_FORBIDDEN_ROLE);
    }
}

#[test]
fn codes_are_told_in_the_documented_order() {
    use Code as C;
    let order = [
        C::E020_FORBIDDEN_ROLE,
        C::E021_SEALED,
        C::E026_WRONG_JURISDICTION,
        C::E001_UNKNOWN_REF,
        C::E002_ILLEGAL_TRANSITION,
        C::E003_BAD_TIME,
        C::E010_PLAN_OVER_BUDGET,
        C::E011_LOT_SUM_MISMATCH,
        C::E012_AWARD_OVER_CEILING,
        C::E013_CONTRACT_OVER_AWARD,
        C::E014_SUPPLEMENT_OVER_10PCT,
        C::E015_PAYMENT_OVER_CONTRACT,
        C::E016_PAYMENT_OVER_BUDGET,
        C::E017_PAYEE_MISMATCH,
        C::E018_FINANCING_OVER_RECEIVABLE,
        C::E019_VENUE_OVERLAP,
        C::E023_RELEASE_OVER_HELD,
        C::E024_SUM_MISMATCH,
        C::E025_PAY_BEFORE_ACCEPTANCE,
    ];
    assert!(order.is_sorted_by_key(|code| code.precedence()));
    assert_eq!(C::E010_PLAN_OVER_BUDGET.short(), "E010");
}
