//! Framework agreements: their life, and the order of its acts.

mod facts;
mod orders;
mod suppliers;

use super::*;
use crate::domain::{
    entity::EntityRef,
    payload::EventType,
    refusal::Code,
    testkit::{
        SUPPLIER, SUPPLIER_2, SUPPLIER_3, UNIT, World, assert_machine, assert_refusal, on_stream,
    },
};
use crate::events::v1::{self, EntityKind, FrameworkKind, event_payload::Payload};
use Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME};
use facts::*;

fn framework(world: &World) -> Framework {
    world.get(FRAMEWORK, "").expect("drafted")
}

/// Asserts E003 with the earliest day.
fn assert_early(world: &World, payload: impl Into<Payload>, earliest_on: &str) {
    let figures = [("earliest_on", earliest_on)];
    assert_refusal(&world.refused(payload), E003_BAD_TIME, &figures);
}

/// Asserts E001 with what is not known.
fn assert_unknown(world: &World, payload: impl Into<Payload>, what: &str, name: &str) {
    let refusal = world.refused(payload);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[(what, name)]);
}

#[test]
fn goes_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use FrameworkStatus as S;
    const MORE: S = S::SupplementSoliciting;
    let expected = [
        (S::Absent, E::FrameworkDrafted, S::Draft),
        (S::Draft, E::FrameworkPlanReviewed, S::PlanReviewed),
        (S::PlanReviewed, E::FrameworkSolicited, S::Soliciting),
        (S::Soliciting, E::FrameworkShortlisted, S::Shortlisted),
        (S::Shortlisted, E::FrameworkShortlisted, S::Shortlisted),
        (S::Shortlisted, E::FrameworkSupplierRemoved, S::Shortlisted),
        (S::Shortlisted, E::FrameworkAgreementSigned, S::Signed),
        (S::Signed, E::FrameworkShortlisted, S::Signed),
        (S::Signed, E::FrameworkSupplierRemoved, S::Signed),
        (S::Signed, E::FrameworkAgreementSigned, S::Signed),
        (S::Signed, E::FrameworkFiled, S::Signed),
        (S::Signed, E::FrameworkActivated, S::Active),
        (S::Active, E::FrameworkShortlisted, S::Active),
        (S::Active, E::FrameworkSupplierRemoved, S::Active),
        (S::Active, E::FrameworkAgreementSigned, S::Active),
        (S::Active, E::FrameworkFiled, S::Active),
        (S::Active, E::FrameworkOrderPlaced, S::Active),
        (S::Active, E::FrameworkSupplementSolicited, MORE),
        (MORE, E::FrameworkShortlisted, S::Active),
        (MORE, E::FrameworkSupplierRemoved, MORE),
        (MORE, E::FrameworkFiled, MORE),
        (MORE, E::FrameworkOrderPlaced, MORE),
        (S::Active, E::FrameworkExpired, S::Expired),
        (MORE, E::FrameworkExpired, S::Expired),
        (S::Draft, E::FrameworkTerminated, S::Terminated),
        (S::PlanReviewed, E::FrameworkTerminated, S::Terminated),
        (S::Soliciting, E::FrameworkTerminated, S::Terminated),
        (S::Shortlisted, E::FrameworkTerminated, S::Terminated),
        (S::Signed, E::FrameworkTerminated, S::Terminated),
        (S::Active, E::FrameworkTerminated, S::Terminated),
        (MORE, E::FrameworkTerminated, S::Terminated),
    ];
    let begun = [S::Absent, S::Draft, S::PlanReviewed, S::Soliciting];
    let listed = [S::Shortlisted, S::Signed, S::Active, MORE];
    let statuses = [&begun[..], &listed[..], &[S::Expired, S::Terminated]].concat();
    let entity = EntityRef::new(EntityKind::Framework, "4304", FRAMEWORK, "");
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Framework {
            status,
            ..Framework::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn tells_its_days_its_suppliers_and_its_orders() {
    let mut world = active();
    world.given(filing("BA-1", "2024-02-26"));
    world.given(order());
    world.given(another_call("2024-03-10", "2024-03-31"));
    assert_eq!(
        framework(&world).status,
        FrameworkStatus::SupplementSoliciting
    );
    let second = v1::FrameworkOrderPlaced {
        order_no: "FO-2".to_owned(),
        ..order_of(vec![line("SKU-1", 1_000, PRICE_FEN - 1)], PRICE_FEN - 1)
    };
    world.given(second);
    world.given(short_list("2024-03-31", 1, &[SUPPLIER_3]));
    let mut late = agreement("A-2", SUPPLIER_3);
    late.valid_to = "2025-03-31".to_owned();
    late.signed_on = "2024-04-02".to_owned();
    world.given(late);
    let framework = framework(&world);
    assert_eq!(framework.status, FrameworkStatus::Active);
    assert_eq!(framework.soliciting_unit, UNIT);
    assert_eq!(framework.orders.len(), 2);
    assert_eq!(framework.orders["FO-1"].amount_fen, 2 * PRICE_FEN);
    assert_eq!(framework.orders["FO-2"].amount_fen, PRICE_FEN - 1);
    let told = |day: Option<chrono::NaiveDate>| day.expect("known").to_string();
    assert_eq!(told(framework.drafted_on), "2024-01-02");
    assert_eq!(told(framework.reviewed_on), "2024-01-10");
    assert_eq!(told(framework.solicited_on), "2024-03-10");
    assert_eq!(told(framework.deadline_on), "2024-03-31");
    assert_eq!(told(framework.shortlisted_on), "2024-03-31");
    assert_eq!(told(framework.activated_on), "2024-02-25");
    assert_eq!(told(framework.last_day()), "2025-03-31");
    assert_eq!(framework.suppliers[SUPPLIER_2].rank, 2);
    assert_eq!(
        told(framework.suppliers[SUPPLIER].shortlisted_on),
        "2024-02-08"
    );
    assert_eq!(
        framework.agreements["A-2"].unit_prices_fen["SKU-1"],
        PRICE_FEN
    );
    assert!(framework.filings.contains("BA-1") && framework.ended_on.is_none());
}

#[test]
fn acts_follow_one_another_in_time() {
    let mut world = drafted(FrameworkKind::Closed);
    assert_early(&world, review("2024-01-01"), "2024-01-02");
    assert_early(&world, termination("2024-01-01"), "2024-01-02");
    world.clone().given(termination("2024-01-02"));
    world.given(review("2024-01-02"));
    assert_early(&world, call("2024-01-01", "2024-02-06"), "2024-01-02");
    let figures = [("earliest_on", "2024-01-15"), ("legal_on", "2024-01-14")];
    let refusal = world.refused(call("2024-01-15", "2024-01-14"));
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    world.given(call("2024-01-15", "2024-01-15"));
    world.given(short_list("2024-01-15", 2, &[SUPPLIER, SUPPLIER_2]));
    assert_early(&world, removal(SUPPLIER_2, "2024-01-14"), "2024-01-15");
    world.given(agreement("A-2", SUPPLIER));
    let mut first = agreement("A-1", SUPPLIER_2);
    first.signed_on = "2024-01-14".to_owned();
    assert_early(&world, first.clone(), "2024-01-15");
    first.signed_on = "2024-01-15".to_owned();
    world.given(first);
    // The earliest agreement counts, not the one that was told first.
    assert_early(&world, activation("2024-01-14"), "2024-01-15");
    assert_early(&world, filing("BA-1", "2024-01-14"), "2024-01-15");
    world.given(filing("BA-1", "2024-01-15"));
    world.given(activation("2024-03-02"));
    assert_early(&world, order_on("2024-03-01"), "2024-03-02");
    assert_early(
        &world,
        another_call("2024-03-01", "2024-03-31"),
        "2024-03-02",
    );
    assert_early(
        &world,
        another_call("2024-03-02", "2024-03-01"),
        "2024-03-02",
    );
    world.given(order_on("2024-03-02"));
    world.given(another_call("2024-03-02", "2024-03-02"));
    world.given(removal(SUPPLIER_2, "2024-01-15"));
}

#[test]
fn ends_by_time_after_the_last_day_of_the_last_agreement() {
    let mut world = active();
    let mut longer = agreement("A-2", SUPPLIER_2);
    longer.valid_to = "2025-03-31".to_owned();
    world.given(longer);
    assert_early(&world, expiry("2025-03-31"), "2025-04-01");
    let mut terminated = world.clone();
    terminated.given(termination("2024-05-01"));
    assert_eq!(framework(&terminated).status, FrameworkStatus::Terminated);
    world.given(expiry("2025-04-01"));
    assert_eq!(framework(&world).status, FrameworkStatus::Expired);
    let ended_on = framework(&world).ended_on.expect("ended");
    assert_eq!(ended_on.to_string(), "2025-04-01");
    let refusal = world.refused(order());
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "EXPIRED")]);
}

#[test]
fn every_act_is_of_its_own_stream_and_rests_on_what_stands() {
    let mut world = drafted(FrameworkKind::Closed);
    let strayed = on_stream(world.fact(review("2024-01-10")), "framework/4304/FA-2");
    let refusal = world.refused_fact(&strayed);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("framework_id", FRAMEWORK)]);
    world.given(review("2024-01-10"));
    world.given(call("2024-01-15", "2024-02-06"));
    world.given(short_list("2024-02-08", 2, &[SUPPLIER, SUPPLIER_2]));
    let first = world.given(agreement("A-1", SUPPLIER));
    world.given(activation("2024-02-25"));
    let order_at = world.given(order());
    let refusal = world.refused_fact(&world.void(first));
    assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
    let dearer = order_of(vec![line("SKU-1", 1_000, PRICE_FEN + 1)], PRICE_FEN + 1);
    let refusal = world.refused_fact(&world.correction(order_at, dearer));
    assert_eq!(refusal.code, Code::E013_CONTRACT_OVER_AWARD);
    let void = world.void(order_at);
    world.append(void).expect("voided");
    assert!(framework(&world).orders.is_empty());
}
