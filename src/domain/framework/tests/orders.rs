//! Orders under the agreements.

use super::*;
use crate::domain::testkit::{PROJECT, UNIT_2, by};
use crate::events::v1::ActorRole;
use Code::{E013_CONTRACT_OVER_AWARD, E024_SUM_MISMATCH};

#[test]
fn an_order_is_of_a_known_lot_of_its_own_unit() {
    let world = active();
    let elsewhere = v1::FrameworkOrderPlaced {
        project_id: "PJ-2".to_owned(),
        ..order()
    };
    assert_unknown(&world, elsewhere, "entity_owner", "PJ-2");
    let mut lost = order();
    lost.lot_no = "02".to_owned();
    let figures = [("entity_kind", "LT"), ("entity_id", "02")];
    assert_refusal(&world.refused(lost), E001_UNKNOWN_REF, &figures);
    let mut foreign = order();
    foreign.unit = UNIT_2.to_owned();
    let foreign = by(world.fact(foreign), ActorRole::Purchaser, UNIT_2);
    let figures = [("unit", UNIT_2), ("project_id", PROJECT)];
    assert_refusal(&world.refused_fact(&foreign), E001_UNKNOWN_REF, &figures);
}

#[test]
fn an_order_rests_on_an_agreement_in_force() {
    let mut world = active();
    let mut unsigned = order();
    unsigned.supplier = SUPPLIER_2.to_owned();
    assert_unknown(&world, unsigned, "supplier", SUPPLIER_2);
    for (day, is_in_force) in [
        ("2024-02-29", false),
        ("2024-03-01", true),
        ("2025-02-28", true),
        ("2025-03-01", false),
    ] {
        let decided = world.decide(&world.fact(order_on(day)));
        assert_eq!(decided.is_ok(), is_in_force, "{day} {decided:?}");
        if let Err(refusal) = decided {
            let run = [("valid_from", "2024-03-01"), ("valid_to", "2025-02-28")];
            assert_refusal(&refusal, E003_BAD_TIME, &run);
            assert_refusal(&refusal, E003_BAD_TIME, &[("legal_on", day)]);
        }
    }
    world.given(order());
    let refusal = world.refused(order_on("2024-03-06"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("order_no", "FO-1")]);
}

#[test]
fn no_amendment_of_an_agreement_parts_it_from_its_orders() {
    let mut world = drafted(FrameworkKind::Closed);
    world.given(review("2024-01-10"));
    world.given(call("2024-01-15", "2024-02-06"));
    world.given(short_list("2024-02-08", 2, &[SUPPLIER, SUPPLIER_2]));
    let at = world.given(agreement("A-1", SUPPLIER));
    world.given(agreement("A-2", SUPPLIER_2));
    world.given(activation("2024-02-25"));
    world.given(order());
    let restated = |change: fn(&mut v1::FrameworkAgreementSigned)| {
        let mut restated = agreement("A-1", SUPPLIER);
        change(&mut restated);
        world.correction(at, restated)
    };
    let cheaper = restated(|a| a.items[0].unit_price_fen = PRICE_FEN - 1);
    let figures = [("order_no", "FO-1"), ("agreed_fen", "499999")];
    let refusal = world.refused_fact(&cheaper);
    assert_refusal(&refusal, E013_CONTRACT_OVER_AWARD, &figures);
    let without = restated(|a| a.items[0].sku = "SKU-9".to_owned());
    let figures = [("order_no", "FO-1"), ("sku", "SKU-1")];
    assert_refusal(&world.refused_fact(&without), E001_UNKNOWN_REF, &figures);
    let over = restated(|a| a.valid_to = "2024-03-02".to_owned());
    let figures = [("order_no", "FO-1"), ("valid_to", "2024-03-02")];
    assert_refusal(&world.refused_fact(&over), E003_BAD_TIME, &figures);
    let figures = [("order_no", "FO-1"), ("supplier", SUPPLIER)];
    let refusal = world.refused_fact(&world.void(at));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    let dearer = restated(|a| a.items[0].unit_price_fen = PRICE_FEN + 1);
    world.append(dearer).expect("the order is below it");
    // What was ordered stands when its supplier is taken off the list afterwards.
    world.given(removal(SUPPLIER, "2024-04-01"));
    assert!(framework(&world).orders["FO-1"].fault.is_none());
}

#[test]
fn an_order_is_at_the_agreed_price_at_most() {
    let mut world = active();
    let one_at = |fen: i64| order_of(vec![line("SKU-1", 1_000, fen)], fen);
    let over = |world: &World, fen: i64| world.refused(one_at(fen));
    let figures = [
        ("sku", "SKU-1"),
        ("agreed_fen", "500000"),
        ("unit_price_fen", "500001"),
    ];
    assert_refusal(
        &over(&world, PRICE_FEN + 1),
        E013_CONTRACT_OVER_AWARD,
        &figures,
    );
    world.clone().given(one_at(PRICE_FEN));
    assert_unknown(
        &world,
        order_of(vec![line("SKU-2", 1_000, 1)], 1),
        "sku",
        "SKU-2",
    );
    // Of several agreements in force the highest price counts, of one that is over none.
    let mut dearer = agreement("A-2", SUPPLIER);
    dearer.items = vec![item("SKU-1", PRICE_FEN + 10)];
    dearer.valid_to = "2024-03-05".to_owned();
    world.given(dearer);
    let figures = [("agreed_fen", "500010")];
    assert_refusal(
        &over(&world, PRICE_FEN + 11),
        E013_CONTRACT_OVER_AWARD,
        &figures,
    );
    let mut late = one_at(PRICE_FEN + 10);
    world.clone().given(late.clone());
    late.placed_on = "2024-03-06".to_owned();
    let figures = [("agreed_fen", "500000")];
    assert_refusal(&world.refused(late), E013_CONTRACT_OVER_AWARD, &figures);
}

#[test]
fn the_lines_of_an_order_each_half_up_make_its_amount() {
    let mut world = active();
    let mut two = agreement("A-2", SUPPLIER);
    two.items = vec![item("SKU-2", 333)];
    world.given(two);
    // 1.5 at 333 fen are 499.5 fen, 1.499 at 333 fen are 499.167 fen.
    let lines = |qty_milli: i64| vec![line("SKU-1", 1_000, 7), line("SKU-2", qty_milli, 333)];
    for (qty_milli, amount_fen) in [(1_500, 507), (1_499, 506)] {
        let refusal = world.refused(order_of(lines(qty_milli), amount_fen - 1));
        let (whole, sum) = ((amount_fen - 1).to_string(), amount_fen.to_string());
        let figures = [("whole_fen", whole.as_str()), ("sum_fen", sum.as_str())];
        assert_refusal(&refusal, E024_SUM_MISMATCH, &figures);
        let over = world.refused(order_of(lines(qty_milli), amount_fen + 1));
        assert_eq!(over.code, E024_SUM_MISMATCH);
        world.clone().given(order_of(lines(qty_milli), amount_fen));
    }
    let doubled = order_of(vec![line("SKU-2", 1_000, 1), line("SKU-2", 1_000, 2)], 3);
    let refusal = world.refused(doubled);
    assert_refusal(&refusal, E024_SUM_MISMATCH, &[("sku", "SKU-2")]);
}
