//! Orders of the e-mall: their life, their sums, and their payments.

use super::*;
use crate::domain::{
    budget_line::BudgetLine,
    contract::{Contract, ContractStatus},
    project::Project,
    testkit::{
        ACCOUNT, LINE, LINE_2, REGULATOR, SUPPLIER, SUPPLIER_2, UNIT_2, World, assert_machine,
        assert_refusal, budget_line_approved, budget_line_closed, by, example, invoice_received,
        market::*, on_stream, part, settlement_confirmed,
    },
};
use crate::events::v1::{self, ActorRole, EmallItem};
use Code::{
    E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E010_PLAN_OVER_BUDGET,
    E012_AWARD_OVER_CEILING, E015_PAYMENT_OVER_CONTRACT, E016_PAYMENT_OVER_BUDGET,
    E017_PAYEE_MISMATCH, E020_FORBIDDEN_ROLE, E024_SUM_MISMATCH, E025_PAY_BEFORE_ACCEPTANCE,
    E026_WRONG_JURISDICTION,
};

fn order(world: &World) -> Order {
    world.get(ORDER, "").expect("the order")
}

fn contract(world: &World) -> Contract {
    world.get(ORDER, ORDER).expect("its contract")
}

fn occupied(world: &World) -> i128 {
    let line: BudgetLine = world.get(LINE, "").expect("the line");
    line.occupied_fen
}

fn given(world: &mut World, payload: impl Into<Payload>) -> u64 {
    world.given_in_order(payload)
}

fn refused(world: &World, payload: impl Into<Payload>) -> Refusal {
    world.refused_fact(&in_order(world, payload))
}

fn placed() -> World {
    let mut world = World::with_lines();
    world.given(emall_order_placed());
    world
}

fn delivered() -> World {
    let mut world = placed();
    world.given(emall_order_confirmed());
    world.given(emall_order_delivered());
    world
}

fn accepted() -> World {
    let mut world = delivered();
    world.given(emall_order_accepted());
    world
}

fn pay(world: &mut World, payment_id: &str, amount_fen: i64) {
    given(world, order_payment_requested(payment_id, amount_fen));
    given(world, order_payment_accepted(payment_id));
    given(world, order_payment_executed(payment_id, amount_fen));
}

fn bid_order(supplier: &str, amount_fen: i64) -> v1::EmallOrderPlaced {
    v1::EmallOrderPlaced {
        supplier: supplier.to_owned(),
        method: EmallMethod::Bid.into(),
        items: vec![emall_item(2_000, amount_fen / 2)],
        amount_fen,
        budget_parts: vec![part(LINE, amount_fen)],
        ..emall_order_placed()
    }
}

#[test]
fn goes_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use OrderStatus::*;
    let statuses = [
        Absent, RfqOpen, RfqClosed, RfqFailed, Placed, Confirmed, Shipped, Delivered, Accepted,
        Paid, Cancelled, Returned,
    ];
    let expected = [
        (Absent, E::EmallRfqOpened, RfqOpen),
        (RfqOpen, E::EmallRfqClosed, RfqClosed),
        (RfqOpen, E::EmallRfqFailed, RfqFailed),
        (RfqClosed, E::EmallRfqFailed, RfqFailed),
        (Absent, E::EmallOrderPlaced, Placed),
        (RfqClosed, E::EmallOrderPlaced, Placed),
        (Placed, E::EmallOrderConfirmed, Confirmed),
        (Placed, E::EmallOrderCancelled, Cancelled),
        (Confirmed, E::EmallOrderCancelled, Cancelled),
        (Confirmed, E::EmallOrderShipped, Shipped),
        (Confirmed, E::EmallOrderDelivered, Delivered),
        (Confirmed, E::LiquidatedDamagesAssessed, Confirmed),
        (Shipped, E::EmallOrderDelivered, Delivered),
        (Shipped, E::LiquidatedDamagesAssessed, Shipped),
        (Delivered, E::EmallOrderAccepted, Accepted),
        (Delivered, E::EmallOrderReturned, Returned),
        (Delivered, E::LiquidatedDamagesAssessed, Delivered),
        (Accepted, E::PaymentExecuted, Paid),
        (Accepted, E::PaymentExecuted, Accepted),
        (Accepted, E::PaymentReturned, Accepted),
        (Accepted, E::LiquidatedDamagesAssessed, Paid),
        (Accepted, E::LiquidatedDamagesAssessed, Accepted),
        (Paid, E::PaymentExecuted, Paid),
        (Paid, E::PaymentReturned, Accepted),
        (Paid, E::LiquidatedDamagesAssessed, Paid),
    ];
    let entity = World::new().fact(emall_order_placed()).stream;
    let entity = EntityRef::new(v1::EntityKind::Order, &entity.partition, &entity.id, "");
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Order {
            status,
            ..Order::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn is_a_contract_of_its_own_from_its_confirmation_to_its_payment() {
    let mut world = placed();
    assert_eq!(order(&world).status, OrderStatus::Placed);
    assert_eq!(contract(&world).status, ContractStatus::Ordered);
    assert_eq!(occupied(&world), ORDER_FEN.into());
    world.given(emall_order_confirmed());
    let signed = contract(&world).signed.expect("signed");
    assert_eq!(contract(&world).status, ContractStatus::Signed);
    assert_eq!(signed.signed_on.to_string(), "2024-03-02");
    assert_eq!(
        (signed.supplier.as_str(), signed.amount_fen),
        (SUPPLIER, ORDER_FEN)
    );
    world.given(emall_order_shipped());
    world.given(emall_order_delivered());
    assert_eq!(contract(&world).status, ContractStatus::Performing);
    world.given(emall_order_accepted());
    assert_eq!(contract(&world).status, ContractStatus::Accepted);
    assert_eq!(contract(&world).figures().accepted_fen, ORDER_FEN.into());
    let mut invoice = invoice_received();
    ORDER.clone_into(&mut invoice.contract_id);
    invoice.received_on = "2024-03-09".to_owned();
    given(&mut world, invoice);
    let mut settlement = settlement_confirmed(ORDER_FEN);
    ORDER.clone_into(&mut settlement.contract_id);
    settlement.term_no = "1".to_owned();
    settlement.on = "2024-03-09".to_owned();
    given(&mut world, settlement);
    pay(&mut world, "P-1", 4_000_000);
    assert_eq!(order(&world).status, OrderStatus::Accepted);
    pay(&mut world, "P-2", 6_000_000);
    assert_eq!(order(&world).status, OrderStatus::Paid);
    let line: BudgetLine = world.get(LINE, "").expect("the line");
    assert_eq!(
        (line.occupied_fen, line.paid_fen),
        (ORDER_FEN.into(), ORDER_FEN.into())
    );
    given(&mut world, order_payment_returned("P-2", 6_000_000));
    assert_eq!(order(&world).status, OrderStatus::Accepted);
    assert_eq!(order(&world).paid_fen(), 4_000_000);
    let mut again = order_payment_requested("P-2", 6_000_000);
    again.requested_on = "2024-03-15".to_owned();
    given(&mut world, again);
}

#[test]
fn lines_sum_to_the_amount_half_up_per_line() {
    let item = |qty_milli, unit_price_fen| emall_item(qty_milli, unit_price_fen);
    let rounded: [(EmallItem, i128); 6] = [
        (item(1_000, 999), 999),
        (item(1, 499), 0),
        (item(1, 500), 1),
        (item(1_500, 333), 500),
        (item(333, 3), 1),
        (
            item(i64::MAX, i64::MAX),
            (i128::from(i64::MAX).pow(2) + 500) / 1_000,
        ),
    ];
    for (item, fen) in rounded {
        assert_eq!(line_fen(&item), fen, "{item:?}");
    }
    // 0.5 fen and 0.5 fen are 2 fen, not 1.
    let mut halves = emall_order_placed();
    halves.items = vec![emall_item(1, 500), emall_item(1, 500)];
    (halves.amount_fen, halves.budget_parts) = (1, vec![part(LINE, 1)]);
    let world = World::with_lines();
    let refusal = world.refused(halves.clone());
    let figures = [("whole_fen", "1"), ("sum_fen", "2")];
    assert_refusal(&refusal, E024_SUM_MISMATCH, &figures);
    (halves.amount_fen, halves.budget_parts) = (2, vec![part(LINE, 2)]);
    world.clone().given(halves);
    let mut short = emall_order_placed();
    short.budget_parts = vec![part(LINE, ORDER_FEN - 1)];
    let figures = [("whole_fen", "10000000"), ("sum_fen", "9999999")];
    assert_refusal(&world.refused(short), E024_SUM_MISMATCH, &figures);
    let mut twice = emall_order_placed();
    twice.budget_parts = vec![part(LINE, ORDER_FEN / 2), part(LINE, ORDER_FEN / 2)];
    let refusal = world.refused(twice);
    assert_refusal(&refusal, E024_SUM_MISMATCH, &[("budget_line_id", LINE)]);
}

#[test]
fn occupies_open_lines_of_its_unit_up_to_the_last_fen() {
    let mut world = World::with_lines();
    let of = |amount_fen: i64| v1::EmallOrderPlaced {
        items: vec![emall_item(1_000, amount_fen)],
        amount_fen,
        budget_parts: vec![part(LINE, amount_fen)],
        ..emall_order_placed()
    };
    let refusal = world.refused(of(300_000_001));
    let figures = [
        ("available_fen", "300000000"),
        ("requested_fen", "300000001"),
    ];
    assert_refusal(&refusal, E010_PLAN_OVER_BUDGET, &figures);
    world.clone().given(of(300_000_000));
    let mut other = emall_order_placed();
    UNIT_2.clone_into(&mut other.unit);
    let refusal = world.refused(other);
    assert_refusal(&refusal, E020_FORBIDDEN_ROLE, &[("unit", UNIT_2)]);
    let mut strayed = world.fact(emall_order_placed());
    strayed.event.region_code = "430421".to_owned();
    assert_eq!(world.refused_fact(&strayed).code, E026_WRONG_JURISDICTION);
    let mut unknown = emall_order_placed();
    unknown.budget_parts = vec![part("BL-9", ORDER_FEN)];
    assert_eq!(world.refused(unknown).code, E001_UNKNOWN_REF);
    world.given(budget_line_closed());
    let refusal = world.refused(emall_order_placed());
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "CLOSED")]);
}

#[test]
fn gives_back_exactly_what_it_took() {
    for is_confirmed in [false, true] {
        let mut world = placed();
        if is_confirmed {
            world.given(emall_order_confirmed());
        }
        for parts in [
            vec![part(LINE, ORDER_FEN - 1)],
            vec![part(LINE_2, ORDER_FEN)],
        ] {
            let mut end = emall_order_cancelled();
            end.budget_parts = parts;
            let figures = [("budget_line_id", LINE), ("taken_fen", "10000000")];
            assert_refusal(&world.refused(end), E024_SUM_MISMATCH, &figures);
        }
        world.given(emall_order_cancelled());
        assert_eq!(order(&world).status, OrderStatus::Cancelled);
        assert_eq!(contract(&world).status, ContractStatus::Terminated);
        assert_eq!(occupied(&world), 0);
        let refusal = refused(&world, order_payment_requested("P-1", 1));
        assert_refusal(
            &refusal,
            E015_PAYMENT_OVER_CONTRACT,
            &[("payable_fen", "0")],
        );
    }
    let mut world = delivered();
    let mut late = emall_order_cancelled();
    late.cancelled_on = "2024-03-07".to_owned();
    let refusal = world.refused(late);
    assert_refusal(
        &refusal,
        E002_ILLEGAL_TRANSITION,
        &[("status", "DELIVERED")],
    );
    let mut more = emall_order_returned();
    more.budget_parts = vec![part(LINE, ORDER_FEN + 1)];
    let figures = [("taken_fen", "10000000"), ("given_fen", "10000001")];
    assert_refusal(&world.refused(more), E024_SUM_MISMATCH, &figures);
    // A closed line still takes back what it bears.
    let mut closing = budget_line_closed();
    closing.on = "2024-03-07".to_owned();
    world.given(closing);
    world.given(emall_order_returned());
    assert_eq!(order(&world).status, OrderStatus::Returned);
    assert_eq!(occupied(&world), 0);
}

#[test]
fn an_order_by_bids_is_the_winners_at_its_price() {
    let mut world = World::with_lines();
    let price_fen = 9_000_000;
    let refusal = world.refused(bid_order(SUPPLIER, price_fen));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("entity_owner", ORDER)]);
    world.given(emall_rfq_opened());
    let refusal = world.refused(bid_order(SUPPLIER, price_fen));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "RFQ_OPEN")]);
    let refusal = world.refused(emall_rfq_closed(ORDER_FEN + 1));
    let figures = [("limit_fen", "10000000"), ("award_fen", "10000001")];
    assert_refusal(&refusal, E012_AWARD_OVER_CEILING, &figures);
    world.clone().given(emall_rfq_closed(ORDER_FEN));
    let closing = world.given(emall_rfq_closed(price_fen));
    let refusal = world.refused(emall_order_placed());
    assert_refusal(
        &refusal,
        E002_ILLEGAL_TRANSITION,
        &[("status", "RFQ_CLOSED")],
    );
    let refusal = world.refused(bid_order(SUPPLIER_2, price_fen));
    let figures = [("supplier", SUPPLIER_2), ("winner", SUPPLIER)];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    let refusal = world.refused(bid_order(SUPPLIER, price_fen - 2));
    let figures = [("amount_fen", "8999998"), ("price_fen", "9000000")];
    assert_refusal(&refusal, E024_SUM_MISMATCH, &figures);
    let mut failed = world.clone();
    failed.given(emall_rfq_failed());
    assert_eq!(order(&failed).status, OrderStatus::RfqFailed);
    world.given(bid_order(SUPPLIER, price_fen));
    // The end of bidding is not corrected away from under the order.
    let refusal = world.refused_fact(&world.correction(closing, emall_rfq_closed(price_fen - 1)));
    assert_refusal(&refusal, E024_SUM_MISMATCH, &[("price_fen", "8999999")]);
    let refusal = world.refused_fact(&world.void(closing));
    assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
}

#[test]
fn a_request_without_an_offer_fails_and_bidding_goes_forward() {
    let mut world = World::with_lines();
    let mut reversed = emall_rfq_opened();
    reversed.closes_at = reversed.opened_at;
    assert_eq!(world.refused(reversed.clone()).code, E003_BAD_TIME);
    if let Some(at) = &mut reversed.closes_at {
        at.seconds += 60;
    }
    world.clone().given(reversed);
    world.given(emall_rfq_opened());
    world.given(emall_rfq_failed());
    let refusal = world.refused(bid_order(SUPPLIER, ORDER_FEN));
    assert_refusal(
        &refusal,
        E002_ILLEGAL_TRANSITION,
        &[("status", "RFQ_FAILED")],
    );
}

#[test]
fn each_act_follows_the_one_before_and_is_of_the_orders_stream() {
    let mut world = placed();
    let mut early = emall_order_confirmed();
    early.confirmed_on = "2024-02-29".to_owned();
    let figures = [("earliest_on", "2024-03-01"), ("legal_on", "2024-02-29")];
    assert_refusal(&world.refused(early.clone()), E003_BAD_TIME, &figures);
    early.confirmed_on = "2024-03-01".to_owned();
    world.given(early);
    let strayed = on_stream(world.fact(emall_order_delivered()), "order/4304/EO-2");
    let refusal = world.refused_fact(&strayed);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("order_no", ORDER)]);
}

#[test]
fn pays_no_more_than_the_order_and_nothing_before_acceptance() {
    let mut world = placed();
    let refusal = refused(&world, order_payment_requested("P-1", 1));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "ORDERED")]);
    world.given(emall_order_confirmed());
    world.given(emall_order_delivered());
    let refusal = refused(&world, order_payment_requested("P-1", 1));
    let figures = [("limit_fen", "0"), ("requested_fen", "1")];
    assert_refusal(&refusal, E025_PAY_BEFORE_ACCEPTANCE, &figures);
    world.given(emall_order_accepted());
    let refusal = refused(&world, order_payment_requested("P-1", ORDER_FEN + 1));
    let figures = [("payable_fen", "10000000"), ("requested_fen", "10000001")];
    assert_refusal(&refusal, E015_PAYMENT_OVER_CONTRACT, &figures);
    let mut early = order_payment_requested("P-1", 1);
    early.requested_on = "2024-03-07".to_owned();
    assert_eq!(refused(&world, early).code, E003_BAD_TIME);
    let mut elsewhere = order_payment_requested("P-1", ORDER_FEN);
    elsewhere.budget_parts = vec![part(LINE_2, ORDER_FEN)];
    let figures = [("occupied_fen", "0"), ("claimed_fen", "10000000")];
    assert_refusal(
        &refused(&world, elsewhere),
        E016_PAYMENT_OVER_BUDGET,
        &figures,
    );
    let mut other = order_payment_requested("P-1", 1);
    SUPPLIER_2.clone_into(&mut other.payee);
    let refusal = refused(&world, other);
    assert_refusal(&refusal, E017_PAYEE_MISMATCH, &[("supplier", SUPPLIER)]);
    let mut account = order_payment_requested("P-1", 1);
    account.payee_account_ref = format!("{ACCOUNT}-2");
    assert_eq!(refused(&world, account).code, E017_PAYEE_MISMATCH);
    let mut term = order_payment_requested("P-1", 1);
    term.term_no = "2".to_owned();
    assert_refusal(
        &refused(&world, term),
        E001_UNKNOWN_REF,
        &[("term_no", "2")],
    );
    pay(&mut world, "P-1", ORDER_FEN);
    let refusal = refused(&world, order_payment_requested("P-2", 1));
    assert_eq!(refusal.code, E015_PAYMENT_OVER_CONTRACT);
}

#[test]
fn another_unit_asks_for_no_payment_of_the_order() {
    let world = accepted();
    let request = in_order(&world, order_payment_requested("P-1", 1));
    let other = by(request, ActorRole::Purchaser, UNIT_2);
    assert_eq!(world.refused_fact(&other).code, E020_FORBIDDEN_ROLE);
    let placing = by(
        World::with_lines().fact(emall_order_placed()),
        ActorRole::Purchaser,
        REGULATOR,
    );
    assert_eq!(
        World::with_lines().refused_fact(&placing).code,
        E020_FORBIDDEN_ROLE
    );
}

#[test]
fn damages_lower_what_is_payable_and_can_make_it_paid() {
    let mut world = accepted();
    pay(&mut world, "P-1", 9_000_000);
    let mut damages = order_damages_assessed(1_000_001);
    damages.on = "2024-03-14".to_owned();
    let refusal = refused(&world, damages.clone());
    assert_refusal(
        &refusal,
        E015_PAYMENT_OVER_CONTRACT,
        &[("payable_fen", "8999999")],
    );
    damages.amount_fen = 1_000_000;
    let at = given(&mut world, damages);
    assert_eq!(order(&world).status, OrderStatus::Paid);
    assert_eq!(order(&world).payable_fen(), 9_000_000);
    // What was assessed by mistake is voided: the rest is payable again.
    let void = world.void(at);
    world.append(void).expect("voided");
    assert_eq!(order(&world).status, OrderStatus::Accepted);
    pay(&mut world, "P-2", 1_000_000);
    assert_eq!(order(&world).status, OrderStatus::Paid);
}

#[test]
fn damages_before_acceptance_are_not_accepted() {
    let mut world = delivered();
    let mut damages = order_damages_assessed(1);
    damages.on = "2024-03-06".to_owned();
    given(&mut world, damages);
    world.given(emall_order_accepted());
    assert_eq!(
        contract(&world).figures().accepted_fen,
        i128::from(ORDER_FEN) - 1
    );
    let refusal = refused(&world, order_payment_requested("P-1", ORDER_FEN));
    assert_eq!(refusal.code, E015_PAYMENT_OVER_CONTRACT);
    given(&mut world, order_payment_requested("P-1", ORDER_FEN - 1));
}

#[test]
fn corrections_and_voids_meet_the_sums_of_the_order() {
    let mut world = World::with_lines();
    let placing = world.given(emall_order_placed());
    world.given(emall_order_confirmed());
    world.given(emall_order_delivered());
    let acceptance = world.given(emall_order_accepted());
    pay(&mut world, "P-1", 6_000_000);
    let of = |amount_fen: i64| v1::EmallOrderPlaced {
        items: vec![emall_item(1_000, amount_fen)],
        amount_fen,
        budget_parts: vec![part(LINE, amount_fen)],
        ..emall_order_placed()
    };
    let refusal = world.refused_fact(&world.correction(placing, of(5_999_999)));
    assert_refusal(
        &refusal,
        E015_PAYMENT_OVER_CONTRACT,
        &[("payable_fen", "5999999")],
    );
    let mut moved = of(6_000_000);
    moved.budget_parts = vec![part(LINE, 5_999_999), part(LINE_2, 1)];
    let refusal = world.refused_fact(&world.correction(placing, moved));
    assert_refusal(
        &refusal,
        E016_PAYMENT_OVER_BUDGET,
        &[("occupied_fen", "5999999")],
    );
    for at in [placing, acceptance] {
        let refusal = world.refused_fact(&world.void(at));
        assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
    }
    let correction = world.correction(placing, of(6_000_000));
    world.append(correction).expect("down to what is paid");
    assert_eq!(order(&world).status, OrderStatus::Paid);
    assert_eq!(occupied(&world), 6_000_000);
    assert_eq!(contract(&world).figures().accepted_fen, 6_000_000);
}

#[test]
fn takes_nothing_of_a_plan_and_shares_no_number_with_a_project() {
    let mut world = placed();
    let plan = on_stream(
        world.fact(crate::domain::testkit::plan_filed()),
        &format!("project/4304/{ORDER}"),
    );
    let refusal = world.refused_fact(&plan);
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "ORDERED")]);
    world.given(emall_order_cancelled());
    let project: Project = world.get(ORDER, "").expect("the buyer's side");
    assert_eq!(project.lines[LINE].holding.occupied_fen(), 0);
}

#[test]
fn the_examples_order_is_decided_as_well() {
    let mut world = World::new();
    let Payload::EmallOrderPlaced(example) = example(EventType::EmallOrderPlaced) else {
        panic!("the example is an order");
    };
    let line = &example.budget_parts[0].budget_line_id;
    let mut approval = budget_line_approved(line);
    approval.unit.clone_from(&example.unit);
    approval.approved_on.clone_from(&example.placed_on);
    world.given(approval);
    let sum_fen: i128 = example.items.iter().map(line_fen).sum();
    assert_eq!(sum_fen, i128::from(example.amount_fen));
    world.given(example);
}
