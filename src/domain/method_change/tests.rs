//! Changes of method: asked for once, decided once, by the city.

use super::*;
use crate::domain::{
    lot::LotStatus,
    testkit::{
        COUNTY, COUNTY_REGULATOR, LOT, PLAN_FEN, REGION, REGULATOR, UNIT, World, assert_machine,
        assert_refusal, by, lot_failed, on_stream, organisation_registered, plan_cancelled,
        plan_filed, plan_lot, regulator_registered, threshold_profile_published,
    },
};
use crate::events::v1::{self, ActorRole, MethodGround, OrganisationKind};
use Code::{
    E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E020_FORBIDDEN_ROLE,
    E026_WRONG_JURISDICTION,
};

const REQUEST: &str = "MC-1";
const NEGOTIATION: i32 = ProcurementMethod::Negotiation as i32;
const INQUIRY: i32 = ProcurementMethod::Inquiry as i32;

fn lots(lot_nos: &[&str]) -> Vec<String> {
    lot_nos.iter().map(|lot_no| (*lot_no).to_owned()).collect()
}

fn requested(lot_nos: &[&str], on: &str) -> v1::MethodChangeRequested {
    v1::MethodChangeRequested {
        request_id: REQUEST.to_owned(),
        lot_nos: lots(lot_nos),
        to_method: NEGOTIATION,
        method_ground: MethodGround::NegotiationUrgent.into(),
        reason: "时间紧迫".to_owned(),
        requested_on: on.to_owned(),
    }
}

fn approved(lot_nos: &[&str], on: &str) -> v1::MethodChangeApproved {
    v1::MethodChangeApproved {
        request_id: REQUEST.to_owned(),
        lot_nos: lots(lot_nos),
        to_method: NEGOTIATION,
        doc_no: "衡财购批〔2024〕1号".to_owned(),
        decided_on: on.to_owned(),
    }
}

fn rejected(on: &str) -> v1::MethodChangeRejected {
    v1::MethodChangeRejected {
        request_id: REQUEST.to_owned(),
        reason: "理由不足".to_owned(),
        decided_on: on.to_owned(),
    }
}

/// A plan of two lots and the city's regulator.
fn planned() -> World {
    let mut world = World::with_lines();
    world.given(regulator_registered());
    let lots = [LOT, "02"].map(|lot_no| plan_lot(lot_no, PLAN_FEN / 2));
    world.given(v1::PlanFiled {
        lots: lots.into(),
        ..plan_filed()
    });
    world
}

/// And a request for its first lot, of 2024-01-11.
fn asked() -> World {
    let mut world = planned();
    world.given(requested(&[LOT], "2024-01-11"));
    world
}

fn request(world: &World) -> MethodChange {
    world.of_project(REQUEST)
}

fn method(world: &World, lot_no: &str) -> i32 {
    world.of_project::<Lot>(lot_no).method
}

/// The fact of a county.
fn of_county(mut fact: Fact, org: &str) -> Fact {
    COUNTY.clone_into(&mut fact.event.region_code);
    by(fact, ActorRole::Regulator, org)
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
    use MethodChangeStatus::{Absent, Approved, Rejected, Requested};
    let expected = [
        (Absent, E::MethodChangeRequested, Requested),
        (Requested, E::MethodChangeApproved, Approved),
        (Requested, E::MethodChangeRejected, Rejected),
    ];
    let statuses = [Absent, Requested, Approved, Rejected];
    let entity = EntityRef::new(EntityKind::MethodChange, "4304", "PJ-1", REQUEST);
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = MethodChange {
            status,
            ..MethodChange::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn an_approved_lot_has_its_method_and_no_other_lot() {
    let mut world = asked();
    assert_eq!(request(&world).requested.1, NEGOTIATION);
    assert_eq!(method(&world, LOT), 0);
    world.given(approved(&[LOT], "2024-01-15"));
    let state = request(&world);
    assert_eq!(state.status, MethodChangeStatus::Approved);
    assert_eq!(
        state.method_ground,
        i32::from(MethodGround::NegotiationUrgent)
    );
    let days = [state.requested_on, state.decided_on].map(|day| day.expect("a day").to_string());
    assert_eq!(days, ["2024-01-11", "2024-01-15"]);
    assert!(state.is_approved_for(LOT, NEGOTIATION));
    assert!(!state.is_approved_for(LOT, INQUIRY));
    assert!(!state.is_approved_for("02", NEGOTIATION));
    assert_eq!(
        (method(&world, LOT), method(&world, "02")),
        (NEGOTIATION, 0)
    );
}

#[test]
fn a_rejected_request_changes_no_lot() {
    let mut world = asked();
    world.given(rejected("2024-01-15"));
    assert_eq!(request(&world).status, MethodChangeStatus::Rejected);
    assert!(!request(&world).is_approved_for(LOT, NEGOTIATION));
    assert_eq!(method(&world, LOT), 0);
}

#[test]
fn is_asked_once_and_decided_once() {
    let world = asked();
    assert_status(&world, requested(&[LOT], "2024-01-12"), "REQUESTED");
    let (mut taken, mut denied) = (world.clone(), world);
    taken.given(approved(&[LOT], "2024-01-15"));
    denied.given(rejected("2024-01-15"));
    for (world, status) in [(taken, "APPROVED"), (denied, "REJECTED")] {
        assert_status(&world, requested(&[LOT], "2024-01-16"), status);
        assert_status(&world, approved(&[LOT], "2024-01-16"), status);
        assert_status(&world, rejected("2024-01-16"), status);
    }
}

#[test]
fn lots_and_requests_are_known() {
    let world = planned();
    let refusal = world.refused(requested(&[LOT, "09"], "2024-01-11"));
    let figures = [("entity_kind", "LT"), ("entity_id", "09")];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    let figures = [("entity_kind", "MC"), ("entity_id", REQUEST)];
    let refusal = world.refused(approved(&[LOT], "2024-01-15"));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    let refusal = world.refused(rejected("2024-01-15"));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
}

#[test]
fn a_request_is_of_a_plan_in_force_and_not_before_its_filing() {
    let mut world = planned();
    assert_early(&world, requested(&[LOT], "2024-01-09"), "2024-01-10");
    world.clone().given(requested(&[LOT], "2024-01-10"));
    world.given(plan_cancelled());
    assert_status(&world, requested(&[LOT], "2024-12-21"), "CANCELLED");
}

#[test]
fn a_decision_is_not_before_its_request() {
    let world = asked();
    assert_early(&world, approved(&[LOT], "2024-01-10"), "2024-01-11");
    assert_early(&world, rejected("2024-01-10"), "2024-01-11");
    world.clone().given(approved(&[LOT], "2024-01-11"));
    world.clone().given(rejected("2024-01-11"));
}

#[test]
fn an_approval_is_of_the_lots_and_the_method_asked_for() {
    let mut world = planned();
    world.given(requested(&[LOT, "02"], "2024-01-11"));
    let refusal = world.refused(approved(&["02"], "2024-01-15"));
    let figures = [
        ("request_id", REQUEST),
        ("expected_lot_nos", "01,02"),
        ("given_lot_nos", "02"),
    ];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    let mut other = approved(&[LOT, "02"], "2024-01-15");
    other.to_method = INQUIRY;
    let figures = [
        ("expected_method", "PROCUREMENT_METHOD_NEGOTIATION"),
        ("given_method", "PROCUREMENT_METHOD_INQUIRY"),
    ];
    assert_refusal(&world.refused(other), E001_UNKNOWN_REF, &figures);
    world.given(approved(&["02", LOT], "2024-01-15"));
    assert_eq!(method(&world, "02"), NEGOTIATION);
}

#[test]
fn a_failed_lot_takes_another_method_and_an_awarded_one_none() {
    let mut failed = World::with_opened_lot();
    failed.given(regulator_registered());
    failed.given(lot_failed(true));
    failed.given(requested(&[LOT], "2024-02-07"));
    failed.given(approved(&[LOT], "2024-02-08"));
    assert_eq!(method(&failed, LOT), NEGOTIATION);
    let status = failed.of_project::<Lot>(LOT).status;
    assert_eq!(status, LotStatus::Failed);
    let mut awarded = World::with_award();
    awarded.given(regulator_registered());
    awarded.given(requested(&[LOT], "2024-02-10"));
    assert_status(&awarded, approved(&[LOT], "2024-02-11"), "AWARDED");
}

#[test]
fn the_city_decides_whichever_county_asks_not_the_county() {
    let mut world = asked();
    let county =
        organisation_registered(COUNTY_REGULATOR, OrganisationKind::FinanceRegulator, COUNTY);
    let fact = of_county(world.fact(county), COUNTY_REGULATOR);
    world.append(fact).expect("it registers itself");
    let decisions: [Payload; 2] = [
        approved(&[LOT], "2024-01-15").into(),
        rejected("2024-01-15").into(),
    ];
    for decision in decisions {
        let fact = world.fact(decision);
        let refusal = world.refused_fact(&of_county(fact.clone(), COUNTY_REGULATOR));
        let mut figures = [("region_code", COUNTY), ("supervised_region", COUNTY)];
        assert_refusal(&refusal, E026_WRONG_JURISDICTION, &figures);
        let strayed = by(fact.clone(), ActorRole::Regulator, COUNTY_REGULATOR);
        figures[0].1 = REGION;
        assert_refusal(
            &world.refused_fact(&strayed),
            E026_WRONG_JURISDICTION,
            &figures,
        );
        let city = of_county(fact.clone(), REGULATOR);
        world.clone().append(city).expect("the city decides");
        let refusal = world.refused_fact(&by(fact, ActorRole::Purchaser, UNIT));
        let figures = [("allowed_roles", "REGULATOR")];
        assert_refusal(&refusal, E020_FORBIDDEN_ROLE, &figures);
    }
}

#[test]
fn the_province_decides_as_well_as_the_city() {
    const PROVINCIAL: &str = "114300000000990121";
    let mut world = asked();
    let decide = |world: &World| {
        let fact = world.fact(approved(&[LOT], "2024-01-15"));
        of_county(fact, PROVINCIAL)
    };
    let refusal = world.refused_fact(&decide(&world));
    let figures = [("supervised_region", "")];
    assert_refusal(&refusal, E026_WRONG_JURISDICTION, &figures);
    let register = |region: &str| {
        let kind = OrganisationKind::FinanceRegulator;
        let fact = world.fact(organisation_registered(PROVINCIAL, kind, region));
        let partition = &region[..4];
        let name = format!("organisation/{partition}/{PROVINCIAL}");
        let mut fact = by(on_stream(fact, &name), ActorRole::Regulator, PROVINCIAL);
        region.clone_into(&mut fact.event.region_code);
        fact
    };
    let mut elsewhere = world.clone();
    let fact = register("430100");
    elsewhere.append(fact).expect("it registers itself");
    let refusal = elsewhere.refused_fact(&decide(&elsewhere));
    assert_eq!(refusal.code, E026_WRONG_JURISDICTION);
    // The province is known where it is registered.
    let fact = register("430000");
    world.append(fact).expect("it registers itself");
    // But not for what is a region's own.
    let threshold = of_county(world.fact(threshold_profile_published()), PROVINCIAL);
    assert_eq!(world.refused_fact(&threshold).code, E026_WRONG_JURISDICTION);
    let fact = decide(&world);
    world.append(fact).expect("the province decides");
    assert_eq!(method(&world, LOT), NEGOTIATION);
}

#[test]
fn no_correction_parts_the_request_and_its_approval() {
    let mut world = planned();
    let asking = world.given(requested(&[LOT], "2024-01-11"));
    let approval = world.given(approved(&[LOT], "2024-01-15"));
    let figures = [("expected_lot_nos", "02"), ("given_lot_nos", "01")];
    let other = world.correction(asking, requested(&["02"], "2024-01-11"));
    assert_refusal(&world.refused_fact(&other), E001_UNKNOWN_REF, &figures);
    let figures = [("expected_lot_nos", "01"), ("given_lot_nos", "02")];
    let other = world.correction(approval, approved(&["02"], "2024-01-15"));
    assert_refusal(&world.refused_fact(&other), E001_UNKNOWN_REF, &figures);
    let refusal = world.refused_fact(&world.void(asking));
    assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
    let void = world.void(approval);
    world.append(void).expect("voided");
    assert_eq!(request(&world).status, MethodChangeStatus::Requested);
    assert_eq!((request(&world).approved, method(&world, LOT)), (None, 0));
}
