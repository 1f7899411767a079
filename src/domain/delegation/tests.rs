//! What an agency may do, and when.

use super::*;
use crate::domain::{
    refusal::Code,
    testkit::{
        AGENCY, CENTRAL, UNIT, UNIT_2, World, agency_delegated, assert_refusal, by,
        notice_published, plan_filed, procurement_document_issued, winner_determined,
    },
};
use crate::events::v1::ActorRole;

#[test]
fn an_agency_acts_only_within_its_commission() {
    let mut world = World::with_plan();
    let fact = by(
        world.fact(notice_published("NO-1")),
        ActorRole::Agency,
        AGENCY,
    );
    let refusal = world.refused_fact(&fact);
    let figures = [("required_scopes", "NOTICE"), ("actor_org", AGENCY)];
    assert_refusal(&refusal, Code::E020_FORBIDDEN_ROLE, &figures);
    world.given(agency_delegated(&[DelegationScope::Notice]));
    let document = world.fact(procurement_document_issued());
    let refusal = world.refused_fact(&by(document.clone(), ActorRole::Agency, AGENCY));
    assert_refusal(
        &refusal,
        Code::E020_FORBIDDEN_ROLE,
        &[("required_scopes", "DOCUMENT")],
    );
    let fact = by(
        world.fact(notice_published("NO-1")),
        ActorRole::Agency,
        AGENCY,
    );
    world.append(fact).expect("commissioned to publish");
    // The central agency needs no commission for documents.
    let document = by(document, ActorRole::CentralAgency, CENTRAL);
    world.decide(&document).expect("the central agency");
}

#[test]
fn a_commission_has_a_first_and_a_last_day() {
    let mut world = World::with_plan();
    let mut delegated = agency_delegated(&[DelegationScope::Notice]);
    delegated.from = "2024-01-16".to_owned();
    delegated.to = "2024-01-15".to_owned();
    let refusal = world.refused(delegated.clone());
    assert_refusal(
        &refusal,
        Code::E003_BAD_TIME,
        &[("earliest_on", "2024-01-16")],
    );
    // The kit's notice is of 2024-01-15.
    for (from, to, is_in_force) in [
        ("2024-01-15", "2024-01-15", true),
        ("2024-01-16", "", false),
        ("2024-01-01", "2024-01-14", false),
        ("2024-01-01", "", true),
    ] {
        let mut world = world.clone();
        delegated.from = from.to_owned();
        delegated.to = to.to_owned();
        world.given(delegated.clone());
        let fact = by(
            world.fact(notice_published("NO-1")),
            ActorRole::Agency,
            AGENCY,
        );
        assert_eq!(world.decide(&fact).is_ok(), is_in_force, "{from} {to}");
    }
    world.given(agency_delegated(&[DelegationScope::Document]));
    let refusal = world.refused(agency_delegated(&[DelegationScope::Notice]));
    assert_refusal(
        &refusal,
        Code::E002_ILLEGAL_TRANSITION,
        &[("delegation_id", "DG-1")],
    );
}

#[test]
fn commissions_add_up_and_only_that_of_award_determines_a_winner() {
    let mut world = World::with_opened_lot();
    world.given(crate::domain::testkit::evaluation_concluded());
    world.given(agency_delegated(&[DelegationScope::Evaluation]));
    let winner = by(world.fact(winner_determined()), ActorRole::Agency, AGENCY);
    assert_eq!(world.refused_fact(&winner).code, Code::E020_FORBIDDEN_ROLE);
    let mut second = agency_delegated(&[DelegationScope::Award]);
    second.delegation_id = "DG-2".to_owned();
    world.given(second);
    world.decide(&winner).expect("commissioned to award");
    let delegation: Delegation = world.of_project(AGENCY);
    assert_eq!(delegation.commissions.len(), 2);
}

#[test]
fn any_commission_lets_an_agency_file_a_plan() {
    let mut world = World::with_lines();
    let filing = by(world.fact(plan_filed()), ActorRole::Agency, AGENCY);
    assert_eq!(world.refused_fact(&filing).code, Code::E020_FORBIDDEN_ROLE);
    world.given(agency_delegated(&[DelegationScope::Challenge]));
    world.decide(&filing).expect("commissioned");
}

#[test]
fn a_commission_by_another_than_the_projects_unit_is_none() {
    // Before the plan nobody knows whose project it is, so anybody may have commissioned.
    let mut world = World::with_lines();
    let commission = world.fact(agency_delegated(&[DelegationScope::Document]));
    let foreign = by(commission.clone(), ActorRole::Purchaser, UNIT_2);
    world.append(foreign).expect("nobody's project yet");
    let filing = by(world.fact(plan_filed()), ActorRole::Agency, AGENCY);
    assert_eq!(world.refused_fact(&filing).code, Code::E020_FORBIDDEN_ROLE);
    world.given(plan_filed());
    let document = world.fact(procurement_document_issued());
    let document = by(document, ActorRole::Agency, AGENCY);
    assert_eq!(
        world.refused_fact(&document).code,
        Code::E020_FORBIDDEN_ROLE
    );
    let mut own = agency_delegated(&[DelegationScope::Document]);
    own.delegation_id = "DG-2".to_owned();
    let own = by(world.fact(own), ActorRole::Purchaser, UNIT);
    world.append(own).expect("its own project");
    world.decide(&document).expect("commissioned by the unit");
}
