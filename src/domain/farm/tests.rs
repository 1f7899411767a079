//! Canteen spend, reserves and purchases.

use super::*;
use crate::domain::{
    refusal::Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME},
    testkit::{UNIT_2, World, assert_machine, assert_refusal, market::*, on_stream},
};
use crate::events::v1::EntityKind;
use Code::E023_RELEASE_OVER_HELD;

fn reserve(world: &World) -> FarmReserve {
    world.get(UNIT_2, "2024-P832").expect("the reserve")
}

#[test]
fn reserves_go_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use ReserveStatus::{Absent, Adjusted, Declared};
    let expected = [
        (Absent, E::FarmReserveDeclared, Declared),
        (Declared, E::FarmReserveDeclared, Adjusted),
        (Adjusted, E::FarmReserveDeclared, Adjusted),
        (Absent, E::FarmPurchaseReported, Absent),
        (Declared, E::FarmPurchaseReported, Declared),
        (Adjusted, E::FarmPurchaseReported, Adjusted),
        (Absent, E::FarmPurchaseReversed, Absent),
        (Declared, E::FarmPurchaseReversed, Declared),
        (Adjusted, E::FarmPurchaseReversed, Adjusted),
    ];
    let entity = EntityRef::new(EntityKind::FarmReserve, "4304", UNIT_2, "2024-P832");
    let statuses = [Absent, Declared, Adjusted];
    assert_machine(RESERVE_TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = FarmReserve {
            status,
            ..FarmReserve::default()
        };
        reserve_transition(&state, &entity, fact)
    });
}

#[test]
fn a_spend_is_restated_and_takes_nothing_else() {
    use CanteenStatus::{Absent, Declared};
    let expected = [
        (Absent, EventType::CanteenSpendDeclared, Declared),
        (Declared, EventType::CanteenSpendDeclared, Declared),
    ];
    let entity = EntityRef::new(EntityKind::CanteenSpend, "4304", UNIT_2, "2024");
    assert_machine(
        CANTEEN_TRANSITIONS,
        &[Absent, Declared],
        &expected,
        |status, fact| {
            let state = CanteenSpend {
                status,
                ..CanteenSpend::default()
            };
            canteen_transition(&state, &entity, fact)
        },
    );
    let mut world = World::new();
    for fen in [100_000_000, 90_000_000] {
        let fact = own(&world, canteen_spend_declared(fen));
        world.append(fact).expect("declared");
    }
    let spend: CanteenSpend = world.get(UNIT_2, "2024").expect("declared");
    assert_eq!(spend.prev_year_total_fen, 90_000_000);
}

/// The fact by the unit itself.
fn own(world: &World, payload: impl Into<Payload>) -> Fact {
    let fact = world.fact(payload);
    crate::domain::testkit::by(fact, crate::events::v1::ActorRole::Purchaser, UNIT_2)
}

#[test]
fn takes_back_of_an_order_what_was_bought_in_it_and_no_more() {
    let mut world = World::new();
    world.given(farm_purchase_reported("F-1", 500_000));
    assert_eq!(reserve(&world).status, ReserveStatus::Absent);
    world.given(farm_reserve_declared(20_000_000));
    world.given(farm_reserve_declared(21_000_000));
    assert_eq!(reserve(&world).status, ReserveStatus::Adjusted);
    assert_eq!(reserve(&world).reserved_fen, 21_000_000);
    let refusal = world.refused(farm_purchase_reversed("F-2", 1));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("order_no", "F-2")]);
    let refusal = world.refused(farm_purchase_reported("F-1", 1));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("order_no", "F-1")]);
    world.given(farm_purchase_reversed("F-1", 200_000));
    let refusal = world.refused(farm_purchase_reversed("F-1", 300_001));
    let figures = [("held_fen", "300000"), ("released_fen", "300001")];
    assert_refusal(&refusal, E023_RELEASE_OVER_HELD, &figures);
    world.given(farm_purchase_reversed("F-1", 300_000));
    assert_eq!(reserve(&world).purchases["F-1"].reversed_fen, 500_000);
}

#[test]
fn corrections_and_voids_meet_the_sum_too() {
    let mut world = World::new();
    let bought = world.given(farm_purchase_reported("F-1", 500_000));
    let reversed = world.given(farm_purchase_reversed("F-1", 300_000));
    let less = world.correction(bought, farm_purchase_reported("F-1", 299_999));
    assert_eq!(world.refused_fact(&less).code, E023_RELEASE_OVER_HELD);
    let more = world.correction(reversed, farm_purchase_reversed("F-1", 500_001));
    let figures = [("held_fen", "200000"), ("released_fen", "200001")];
    assert_refusal(&world.refused_fact(&more), E023_RELEASE_OVER_HELD, &figures);
    let gone = world.void(bought);
    assert_eq!(world.refused_fact(&gone).code, E002_ILLEGAL_TRANSITION);
    let equal = world.correction(bought, farm_purchase_reported("F-1", 300_000));
    world.append(equal).expect("all of it is taken back");
}

#[test]
fn counts_in_the_year_of_payment_and_reverses_afterwards() {
    let mut world = World::new();
    let mut late = farm_purchase_reported("F-1", 1);
    late.paid_on = "2025-01-01".to_owned();
    let figures = [("fiscal_year", "2024"), ("legal_on", "2025-01-01")];
    assert_refusal(&world.refused(late.clone()), E003_BAD_TIME, &figures);
    late.paid_on = "2024-12-31".to_owned();
    world.given(late);
    let mut early = farm_purchase_reversed("F-1", 1);
    early.reversed_on = "2024-12-30".to_owned();
    let figures = [("earliest_on", "2024-12-31")];
    assert_refusal(&world.refused(early.clone()), E003_BAD_TIME, &figures);
    early.reversed_on = "2025-01-02".to_owned();
    world.given(early);
    let strayed = on_stream(
        world.fact(farm_reserve_declared(1)),
        "unit/4304/11430400000099004T",
    );
    let refusal = world.refused_fact(&strayed);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("unit", UNIT_2)]);
}
