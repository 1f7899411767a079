//! Who is on the short list, and who signs.

use super::*;
use Code::E024_SUM_MISMATCH;

#[test]
fn a_closed_list_waits_for_the_deadline_and_an_open_one_stays_open() {
    let early = || short_list("2024-02-05", 1, &[SUPPLIER]);
    let mut closed = called(FrameworkKind::Closed);
    assert_early(&closed, early(), "2024-02-06");
    closed.given(short_list("2024-02-06", 1, &[SUPPLIER]));
    let joining = |day: &str| short_list(day, 1, &[SUPPLIER_2]);
    let figures = [("status", "SHORTLISTED")];
    let refusal = closed.refused(joining("2024-02-07"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    let refusal = active().refused(joining("2024-04-01"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "ACTIVE")]);
    let mut open = called(FrameworkKind::Open);
    assert_early(
        &open,
        short_list("2024-01-14", 1, &[SUPPLIER]),
        "2024-01-15",
    );
    open.given(early());
    open.given(joining("2024-02-06"));
    open.given(agreement("A-1", SUPPLIER));
    open.given(short_list("2024-02-21", 1, &[SUPPLIER_3]));
    assert_eq!(framework(&open).status, FrameworkStatus::Signed);
    open.given(activation("2024-02-25"));
    open.given(joining("2024-04-01"));
    assert_eq!(framework(&open).status, FrameworkStatus::Active);
    assert_eq!(framework(&open).suppliers.len(), 3);
}

#[test]
fn no_more_are_listed_than_responded_and_each_once() {
    let world = called(FrameworkKind::Closed);
    let refusal = world.refused(short_list("2024-02-06", 1, &[SUPPLIER, SUPPLIER_2]));
    let figures = [("responded_count", "1"), ("shortlisted_count", "2")];
    assert_refusal(&refusal, E024_SUM_MISMATCH, &figures);
    let refusal = world.refused(short_list("2024-02-06", 2, &[SUPPLIER, SUPPLIER]));
    assert_refusal(&refusal, E024_SUM_MISMATCH, &[("supplier", SUPPLIER)]);
    let both = short_list("2024-02-06", 2, &[SUPPLIER, SUPPLIER_2]);
    world.clone().given(both);
}

#[test]
fn an_agreement_is_with_a_listed_supplier_for_a_time_at_one_price_an_item() {
    let mut world = listed(FrameworkKind::Closed);
    assert_unknown(&world, agreement("A-1", SUPPLIER_3), "supplier", SUPPLIER_3);
    let mut brief = agreement("A-1", SUPPLIER);
    brief.valid_to = "2024-02-29".to_owned();
    assert_early(&world, brief.clone(), "2024-03-01");
    brief.valid_to = "2024-03-01".to_owned();
    let mut doubled = brief.clone();
    doubled.items.push(item("SKU-1", 1));
    let refusal = world.refused(doubled);
    assert_refusal(&refusal, E024_SUM_MISMATCH, &[("sku", "SKU-1")]);
    world.given(brief);
    let refusal = world.refused(agreement("A-1", SUPPLIER_2));
    assert_refusal(
        &refusal,
        E002_ILLEGAL_TRANSITION,
        &[("agreement_no", "A-1")],
    );
    world.given(filing("BA-1", "2024-02-20"));
    let refusal = world.refused(filing("BA-1", "2024-02-21"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("filing_no", "BA-1")]);
}

#[test]
fn a_removed_supplier_signs_and_delivers_nothing_until_it_is_listed_again() {
    let mut world = active();
    assert_unknown(
        &world,
        removal(SUPPLIER_3, "2024-03-04"),
        "supplier",
        SUPPLIER_3,
    );
    world.given(removal(SUPPLIER, "2024-03-04"));
    let refusal = world.refused(removal(SUPPLIER, "2024-03-05"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "ACTIVE")]);
    assert_unknown(&world, agreement("A-2", SUPPLIER), "supplier", SUPPLIER);
    assert_unknown(&world, order(), "supplier", SUPPLIER);
    world.given(another_call("2024-03-10", "2024-03-31"));
    world.given(short_list("2024-03-31", 1, &[SUPPLIER]));
    world.given(order_on("2024-04-01"));
}
