//! What is recorded once.

use super::*;
use crate::domain::{
    refusal::Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME},
    testkit::{
        UNIT, World, assert_machine, assert_refusal, by, example, in_county, regulator_registered,
    },
};
use crate::events::v1::{ActorRole, IrregularFactRecorded, MetricReleased};

const TYPES: [EventType; 10] = {
    use EventType as E;
    [
        E::EmallRulePublished,
        E::EmallManagerAppointed,
        E::EmallUnitActivated,
        E::SmallPurchaseRecorded,
        E::FarmPlatformRegistered,
        E::FairCompetitionReviewed,
        E::OperatingProcedureIssued,
        E::IrregularFactRecorded,
        E::FindingWaived,
        E::MetricReleased,
    ]
};

fn world() -> World {
    let mut world = World::new();
    world.given(regulator_registered());
    world
}

/// The example of a type, by one who may append it.
fn fact(world: &World, event_type: EventType) -> Fact {
    let fact = world.fact(example(event_type));
    let unit = fact.stream.id.clone();
    match fact.event.actor_role() {
        ActorRole::Purchaser => by(fact, ActorRole::Purchaser, &unit),
        _ => fact,
    }
}

#[test]
fn is_recorded_once_and_goes_nowhere_else() {
    use RecordStatus::{Absent, Recorded};
    let expected = TYPES.map(|event_type| (Absent, event_type, Recorded));
    let entity = EntityRef::new(EntityKind::Waiver, "4304", "PJ-1", "W-1");
    assert_machine(
        TRANSITIONS,
        &[Absent, Recorded],
        &expected,
        |status, fact| {
            let state = Waiver {
                status,
                ..Waiver::default()
            };
            transition(&state, &entity, fact)
        },
    );
}

#[test]
fn each_example_is_taken_once_and_refused_again() {
    let mut world = world();
    for event_type in TYPES {
        let first = fact(&world, event_type);
        let answer = world.append(first);
        assert!(answer.is_ok(), "{event_type:?} {answer:?}");
        let again = fact(&world, event_type);
        let refusal = world.refused_fact(&again);
        let figures = [("status", "RECORDED")];
        assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    }
}

#[test]
fn a_voided_record_may_be_made_again() {
    let mut world = world();
    let first = fact(&world, EventType::SmallPurchaseRecorded);
    let owner = first.stream.id.clone();
    let at = world.append(first.clone()).expect("recorded");
    let Some(Payload::SmallPurchaseRecorded(purchase)) = payload_of(&first.event) else {
        panic!("a purchase");
    };
    let state: SmallPurchase = world.get(&owner, &purchase.purchase_id).expect("recorded");
    assert_eq!(state.amount_fen, Some(purchase.amount_fen));
    let void = world.void(at);
    world.append(void).expect("voided");
    let again = fact(&world, EventType::SmallPurchaseRecorded);
    world.append(again).expect("recorded again");
}

fn irregular(world: &World, invariant: &str) -> Fact {
    let Payload::IrregularFactRecorded(event) = example(EventType::IrregularFactRecorded) else {
        panic!("an irregular fact");
    };
    let event = IrregularFactRecorded {
        violated_invariant: invariant.to_owned(),
        amount_fen: Some(7),
        ..event
    };
    world.fact(event)
}

#[test]
fn an_irregular_fact_names_a_code_and_is_the_regulators() {
    let world = world();
    for code in Code::DOMAIN {
        let decided = world.decide(&irregular(&world, code.name()));
        assert!(decided.is_ok(), "{}: {decided:?}", code.name());
    }
    for unknown in ["E015", "E009_NOTHING", "NOT_FOUND", ""] {
        let refusal = world.refused_fact(&irregular(&world, unknown));
        let figures = [("violated_invariant", unknown)];
        assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    }
    let fact = irregular(&world, "E010_PLAN_OVER_BUDGET");
    let refusal = world.refused_fact(&by(fact, ActorRole::Purchaser, UNIT));
    assert_eq!(refusal.code, Code::E020_FORBIDDEN_ROLE);
}

#[test]
fn a_figure_is_of_no_day_to_come() {
    let world = world();
    let Payload::MetricReleased(event) = example(EventType::MetricReleased) else {
        panic!("a figure");
    };
    let of = |as_of: &str| MetricReleased {
        as_of: as_of.to_owned(),
        released_on: "2024-05-02".to_owned(),
        ..event.clone()
    };
    let refusal = world.refused(of("2024-05-03"));
    let figures = [("earliest_on", "2024-05-03"), ("legal_on", "2024-05-02")];
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    world.clone().given(of("2024-05-02"));
}

#[test]
fn a_term_in_office_goes_forward_in_the_regions_own_stream() {
    let mut world = world();
    let Payload::EmallManagerAppointed(mut event) = example(EventType::EmallManagerAppointed)
    else {
        panic!("an appointment");
    };
    event.from = "2024-05-02".to_owned();
    event.to = "2024-05-01".to_owned();
    event.on = "2024-05-01".to_owned();
    assert_eq!(world.refused(event.clone()).code, E003_BAD_TIME);
    event.to = "2024-05-02".to_owned();
    world.decide(&world.fact(event.clone())).expect("one day");
    world.given_county_regulator();
    let refusal = world.refused_fact(&in_county(world.fact(event)));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("region", "430400")]);
}
