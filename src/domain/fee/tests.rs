//! Fees of agencies and experts.

use super::*;
use crate::domain::{
    refusal::Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME},
    testkit::{
        AGENCY, PARTITION, PROJECT, UNIT, World, assert_machine, assert_refusal, plan_cancelled,
    },
};
use crate::events::v1::{AgencyFeePaid, ExpertFeePaid, FeePayer};

fn agency_fee(paid_on: &str) -> AgencyFeePaid {
    AgencyFeePaid {
        fee_id: "FE-1".to_owned(),
        agency: AGENCY.to_owned(),
        payer: UNIT.to_owned(),
        payer_kind: FeePayer::Purchaser.into(),
        amount_fen: 1_200_000,
        paid_on: paid_on.to_owned(),
    }
}

fn expert_fee(fee_id: &str, paid_on: &str) -> ExpertFeePaid {
    ExpertFeePaid {
        fee_id: fee_id.to_owned(),
        payer: UNIT.to_owned(),
        payer_kind: FeePayer::Purchaser.into(),
        expert_count: 4,
        amount_fen: 200_000,
        paid_on: paid_on.to_owned(),
    }
}

#[test]
fn is_paid_once_and_goes_nowhere_else() {
    use FeeStatus::{Absent, AgencyPaid, ExpertsPaid};
    let expected = [
        (Absent, EventType::AgencyFeePaid, AgencyPaid),
        (Absent, EventType::ExpertFeePaid, ExpertsPaid),
    ];
    let entity = EntityRef::new(EntityKind::Fee, PARTITION, PROJECT, "FE-1");
    let statuses = [Absent, AgencyPaid, ExpertsPaid];
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Fee {
            status,
            ..Fee::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn is_of_a_project_with_a_plan() {
    let world = World::with_lines();
    let fees: [Payload; 2] = [
        agency_fee("2024-03-01").into(),
        expert_fee("FE-2", "2024-03-01").into(),
    ];
    for fee in fees {
        let figures = [("entity_kind", "PJ"), ("entity_owner", PROJECT)];
        assert_refusal(&world.refused(fee), E001_UNKNOWN_REF, &figures);
    }
}

#[test]
fn is_paid_on_the_day_of_the_filing_at_the_earliest() {
    let world = World::with_plan();
    let early: [Payload; 2] = [
        agency_fee("2024-01-09").into(),
        expert_fee("FE-2", "2024-01-09").into(),
    ];
    let figures = [("earliest_on", "2024-01-10"), ("legal_on", "2024-01-09")];
    for fee in early {
        assert_refusal(&world.refused(fee), E003_BAD_TIME, &figures);
    }
    world.clone().given(agency_fee("2024-01-10"));
    world.clone().given(expert_fee("FE-2", "2024-01-10"));
}

#[test]
fn is_paid_also_when_the_plan_has_ended() {
    let mut world = World::with_plan();
    world.given(plan_cancelled());
    world.given(agency_fee("2024-12-21"));
    world.given(expert_fee("FE-2", "2024-12-21"));
}

#[test]
fn says_who_paid_whom_and_how_much() {
    let mut world = World::with_plan();
    world.given(agency_fee("2024-03-01"));
    world.given(expert_fee("FE-2", "2024-03-02"));
    let fee: Fee = world.of_project("FE-1");
    assert_eq!(fee.status, FeeStatus::AgencyPaid);
    assert_eq!((fee.agency.as_str(), fee.payer.as_str()), (AGENCY, UNIT));
    assert_eq!((fee.payer_kind, fee.amount_fen), (1, 1_200_000));
    assert_eq!(fee.paid_on, "2024-03-01".parse().ok());
    let fee: Fee = world.of_project("FE-2");
    assert_eq!(fee.status, FeeStatus::ExpertsPaid);
    assert_eq!((fee.agency.as_str(), fee.amount_fen), ("", 200_000));
}

#[test]
fn a_number_is_used_once_until_it_is_voided() {
    let mut world = World::with_plan();
    let at = world.given(agency_fee("2024-03-01"));
    let again: [Payload; 2] = [
        agency_fee("2024-03-02").into(),
        expert_fee("FE-1", "2024-03-02").into(),
    ];
    for fee in again {
        let figures = [("status", "AGENCY_PAID")];
        assert_refusal(&world.refused(fee), E002_ILLEGAL_TRANSITION, &figures);
    }
    let void = world.void(at);
    world.append(void).expect("voided");
    world.given(expert_fee("FE-1", "2024-03-02"));
    let fee: Fee = world.of_project("FE-1");
    assert_eq!(fee.status, FeeStatus::ExpertsPaid);
}
