//! Step gates of orders: the stream is the order's own (E001), each act follows the one before
//! (E003), and an order states sums that hold in themselves (E024).

use super::Order;
use crate::{
    domain::{
        gate::Env,
        holding::{check_parts, refuse_twice},
        payload::micros_of,
        plan::check_lines,
        refusal::{Code, Refusal, sum_mismatch},
    },
    events::v1::{self, EmallItem, event_payload::Payload},
};

/// The step gates of e-mall orders.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let order_no = match payload {
        Payload::EmallRfqOpened(event) => {
            check_period(env, event);
            &event.order_no
        }
        Payload::EmallRfqClosed(event) => &event.order_no,
        Payload::EmallRfqFailed(event) => &event.order_no,
        Payload::EmallOrderPlaced(event) => {
            check_placing(env, event);
            &event.order_no
        }
        Payload::EmallOrderConfirmed(event) => &event.order_no,
        Payload::EmallOrderShipped(event) => &event.order_no,
        Payload::EmallOrderDelivered(event) => &event.order_no,
        Payload::EmallOrderAccepted(event) => &event.order_no,
        Payload::EmallOrderCancelled(event) => {
            refuse_twice(env, &event.budget_parts);
            &event.order_no
        }
        Payload::EmallOrderReturned(event) => {
            refuse_twice(env, &event.budget_parts);
            &event.order_no
        }
        _ => return,
    };
    env.own_stream("order_no", order_no);
    let order = env.load::<Order>("");
    env.not_before(
        "the act before it",
        order.get().and_then(|order| order.since),
    );
}

/// E003: bidding ends after it begins.
fn check_period(env: &mut Env<'_>, event: &v1::EmallRfqOpened) {
    let opened_at_us = event.opened_at.as_ref().map_or(0, micros_of);
    let closes_at_us = event.closes_at.as_ref().map_or(0, micros_of);
    if closes_at_us <= opened_at_us {
        let refusal = Refusal::new(Code::E003_BAD_TIME, "bidding ends before it begins");
        env.refuse(
            refusal
                .with("opened_at_us", opened_at_us)
                .with("closes_at_us", closes_at_us),
        );
    }
}

/// The lines make the amount, the budget parts make it too (E024), on lines of the unit (E020) and
/// the region (E026).
fn check_placing(env: &mut Env<'_>, event: &v1::EmallOrderPlaced) {
    let sum_fen: i128 = event.items.iter().map(line_fen).sum();
    if sum_fen != i128::from(event.amount_fen) {
        let refusal = sum_mismatch("items", event.amount_fen.into(), sum_fen);
        env.refuse(refusal.with("order_no", &event.order_no));
    }
    check_parts(env, "budget parts", event.amount_fen, &event.budget_parts);
    let region = env.fact.event.region_code.clone();
    check_lines(env, &event.budget_parts, &event.unit, &region);
}

/// What a line of an order comes to in fen: its quantity in thousandths times the unit price,
/// rounded half up.
pub fn line_fen(item: &EmallItem) -> i128 {
    let thousandths = i128::from(item.qty_milli) * i128::from(item.unit_price_fen);
    (thousandths + 500).div_euclid(1_000)
}
