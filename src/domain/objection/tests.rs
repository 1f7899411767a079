//! Objections, in an order's stream and in a region's.

use super::*;
use crate::domain::{
    refusal::Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME},
    testkit::{World, assert_machine, assert_refusal, market::*, on_stream, regulator_registered},
};

fn world() -> World {
    let mut world = World::with_lines();
    world.given(regulator_registered());
    world.given(emall_order_placed());
    world
}

fn status(world: &World) -> ObjectionStatus {
    let state: EmallObjection = world.get(ORDER, "OB-1").expect("the objection");
    state.status
}

#[test]
fn goes_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use ObjectionStatus::*;
    let statuses = [Absent, Raised, InProgress, Resolved, Rejected, Withdrawn];
    let expected = [
        (Absent, E::EmallObjectionRaised, Raised),
        (Raised, E::EmallObjectionTaken, InProgress),
        (Raised, E::EmallObjectionResolved, Resolved),
        (Raised, E::EmallObjectionResolved, Rejected),
        (Raised, E::EmallObjectionWithdrawn, Withdrawn),
        (InProgress, E::EmallObjectionResolved, Resolved),
        (InProgress, E::EmallObjectionResolved, Rejected),
        (InProgress, E::EmallObjectionWithdrawn, Withdrawn),
    ];
    let entity = EntityRef::new(EntityKind::EmallObjection, "4304", ORDER, "OB-1");
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = EmallObjection {
            status,
            ..EmallObjection::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn is_resolved_rejected_or_withdrawn_taken_up_or_not() {
    use EmallObjectionResult::{Rejected, Resolved};
    for is_taken in [false, true] {
        let mut raised = world();
        let fact = in_order(&raised, emall_objection_raised());
        raised.append(fact).expect("raised");
        if is_taken {
            raised.given_in_order(emall_objection_taken());
        }
        let ends: [(Payload, ObjectionStatus); 3] = [
            (
                emall_objection_resolved(Resolved).into(),
                ObjectionStatus::Resolved,
            ),
            (
                emall_objection_resolved(Rejected).into(),
                ObjectionStatus::Rejected,
            ),
            (
                emall_objection_withdrawn().into(),
                ObjectionStatus::Withdrawn,
            ),
        ];
        for (end, expected) in ends {
            let mut world = raised.clone();
            world.given_in_order(end.clone());
            assert_eq!(status(&world), expected);
            let again = world.refused_fact(&in_order(&world, end));
            assert_eq!(again.code, E002_ILLEGAL_TRANSITION);
        }
    }
}

#[test]
fn names_a_known_order_and_follows_in_time() {
    let empty = World::new();
    let refusal = empty.refused_fact(&in_order(&empty, emall_objection_raised()));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("entity_kind", "EO")]);
    let region = on_stream(empty.fact(emall_objection_raised()), "region/4304/430400");
    empty.decide(&region).expect("an item of the catalogue");
    let mut world = world();
    world.given_in_order(emall_objection_raised());
    let mut early = emall_objection_taken();
    early.taken_on = "2024-03-04".to_owned();
    let refusal = world.refused_fact(&in_order(&world, early));
    assert_refusal(&refusal, E003_BAD_TIME, &[("earliest_on", "2024-03-05")]);
    world.given_in_order(emall_objection_taken());
    let mut early = emall_objection_withdrawn();
    early.withdrawn_on = "2024-03-05".to_owned();
    let refusal = world.refused_fact(&in_order(&world, early));
    assert_refusal(&refusal, E003_BAD_TIME, &[("earliest_on", "2024-03-06")]);
}
