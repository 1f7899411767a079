//! EO 电子卖场订单: an order of the e-mall, from the request for bids to its payment.
//!
//! The entity is keyed by its stream (owner = order number, id empty). An order is a contract of
//! its own: the same events also move the contract `CT/<order_no>`, the buyer's side `PJ` (what the
//! order holds of each budget line and what payments claim of it) and the budget lines, so that the
//! code of contracts and payments holds in `order` streams as it does in projects.
//!
//! *Invariants*: the lines of an order sum to its amount, and so do its budget parts; what an order
//! gives back is what it took (E024). It is PAID exactly while payments executed and not returned
//! reach what is payable.
//!
//! Decided where the domain's specification is silent:
//! - A request for bids fails also after its end, when the winner does not take the order.
//! - The price of a winner is within the ceiling of the request (E012). An order by bids names the
//!   winner (E001) and its price (E024); an order of another method follows no request (E002).
//! - A request may end before the announced time: that is a breach, not an impossibility.
//! - Damages may be assessed until the order is paid; they lower what is payable and can make it
//!   paid. Nothing is paid before acceptance, so an order that ends gives back all it took.
//! - Amounts and the account of an order are not changed; it is cancelled and placed again.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    holding::by_line_id,
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Code, Refusal},
    values::money,
};
use crate::events::v1::{EmallMethod, event_payload::Payload};

mod gates;

pub use gates::{check, line_fen};

/// Where an order stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderStatus {
    /// Nothing happened.
    #[default]
    Absent,
    /// 竞价中: bids are asked for.
    RfqOpen,
    /// 竞价结束: a winner is found.
    RfqClosed,
    /// 竞价失败: ended without a winner.
    RfqFailed,
    /// 已下单.
    Placed,
    /// 已确认 by the supplier.
    Confirmed,
    /// 已发货.
    Shipped,
    /// 已送达.
    Delivered,
    /// 已验收: payable.
    Accepted,
    /// 已支付: all that is payable is paid.
    Paid,
    /// 已取消 before delivery.
    Cancelled,
    /// 已退货 after delivery.
    Returned,
}

/// 竞价: what was asked for, and who won.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rfq {
    /// The unit that asks.
    pub unit: String,
    /// The most that is paid, in fen.
    pub ceiling_fen: i64,
    /// The lowest bidder; empty before the end.
    pub winner: String,
    /// Its price in fen; `None` before the end.
    pub price_fen: Option<i64>,
}

/// The state of an order. Amounts in fen; enumerations are kept as the schema's numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Where it stands.
    pub status: OrderStatus,
    /// The day of the newest act of its own life.
    pub since: Option<NaiveDate>,
    /// The request for bids, if there was one.
    pub rfq: Option<Rfq>,
    /// 采购单位.
    pub unit: String,
    /// 供应商.
    pub supplier: String,
    /// How it came about: number of [`EmallMethod`].
    pub method: i32,
    /// Its amount.
    pub amount_fen: i64,
    /// What each budget line bears.
    pub parts: BTreeMap<String, i64>,
    /// What its cancellation or return gave back, by budget line.
    pub given_back: Option<BTreeMap<String, i64>>,
    /// 违约金 by number of assessment.
    pub damages: BTreeMap<String, i64>,
    /// What is paid and did not come back, by payment.
    pub paid: BTreeMap<String, i64>,
}

impl Order {
    /// What is payable: the amount less damages.
    pub fn payable_fen(&self) -> i128 {
        i128::from(self.amount_fen) - money::sum(self.damages.values().copied())
    }

    /// What is paid and did not come back.
    pub fn paid_fen(&self) -> i128 {
        money::sum(self.paid.values().copied())
    }
}

/// Which event leads where. `Known` is an order by bids, `New` one without; `Settled` is an event
/// after which all that is payable is paid.
pub const TRANSITIONS: &[Row<OrderStatus>] = {
    use Case::{Any, Known, New, Settled};
    use EventType as E;
    use OrderStatus::{
        Absent, Accepted, Cancelled, Confirmed, Delivered, Paid, Placed, Returned, RfqClosed,
        RfqFailed, RfqOpen, Shipped,
    };
    &[
        (Absent, E::EmallRfqOpened, Any, RfqOpen),
        (RfqOpen, E::EmallRfqClosed, Any, RfqClosed),
        (RfqOpen, E::EmallRfqFailed, Any, RfqFailed),
        (RfqClosed, E::EmallRfqFailed, Any, RfqFailed),
        (Absent, E::EmallOrderPlaced, New, Placed),
        (RfqClosed, E::EmallOrderPlaced, Known, Placed),
        (Placed, E::EmallOrderConfirmed, Any, Confirmed),
        (Placed, E::EmallOrderCancelled, Any, Cancelled),
        (Confirmed, E::EmallOrderCancelled, Any, Cancelled),
        (Confirmed, E::EmallOrderShipped, Any, Shipped),
        (Confirmed, E::EmallOrderDelivered, Any, Delivered),
        (Confirmed, E::LiquidatedDamagesAssessed, Any, Confirmed),
        (Shipped, E::EmallOrderDelivered, Any, Delivered),
        (Shipped, E::LiquidatedDamagesAssessed, Any, Shipped),
        (Delivered, E::EmallOrderAccepted, Any, Accepted),
        (Delivered, E::EmallOrderReturned, Any, Returned),
        (Delivered, E::LiquidatedDamagesAssessed, Any, Delivered),
        (Accepted, E::PaymentExecuted, Settled, Paid),
        (Accepted, E::PaymentExecuted, Any, Accepted),
        (Accepted, E::PaymentReturned, Any, Accepted),
        (Accepted, E::LiquidatedDamagesAssessed, Settled, Paid),
        (Accepted, E::LiquidatedDamagesAssessed, Any, Accepted),
        (Paid, E::PaymentExecuted, Any, Paid),
        (Paid, E::PaymentReturned, Any, Accepted),
        (Paid, E::LiquidatedDamagesAssessed, Any, Paid),
    ]
};

fn case_of(after: &Order, payload: &Payload) -> Case {
    match payload {
        Payload::EmallOrderPlaced(event) => match event.method() {
            EmallMethod::Bid => Case::Known,
            EmallMethod::Direct | EmallMethod::Group => Case::New,
            EmallMethod::Unspecified => Case::Other,
        },
        Payload::PaymentExecuted(_) | Payload::LiquidatedDamagesAssessed(_)
            if after.paid_fen() >= after.payable_fen() =>
        {
            Case::Settled
        }
        _ => Case::Other,
    }
}

/// The order with what the event says, and the status that it leads to.
fn next(order: &Order, entity: &EntityRef, fact: &Fact, payload: &Payload) -> (Order, Answer) {
    let mut after = order.clone();
    record(&mut after, fact, payload);
    let event = (EventType::of(payload), case_of(&after, payload));
    let to = advance(TRANSITIONS, order.status, event, entity);
    (after, to)
}

type Answer = Result<OrderStatus, Refusal>;

/// Whether the event may happen to the order as it stands.
pub fn transition(order: &Order, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(order, entity, fact, payload).1.map(drop),
        None => Ok(()),
    }
}

/// The order after one more fact.
pub fn evolve(order: &mut Order, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    let (mut after, to) = next(order, entity, fact, payload);
    if let Ok(to) = to {
        after.status = to;
    }
    *order = after;
}

fn record(order: &mut Order, fact: &Fact, payload: &Payload) {
    match payload {
        Payload::EmallRfqOpened(event) => {
            let rfq = order.rfq.get_or_insert_default();
            rfq.unit.clone_from(&event.unit);
            rfq.ceiling_fen = event.ceiling_fen;
        }
        Payload::EmallRfqClosed(event) => {
            if let Some(rfq) = &mut order.rfq {
                rfq.winner.clone_from(&event.winner);
                rfq.price_fen = Some(event.price_fen);
            }
        }
        Payload::EmallOrderPlaced(event) => {
            order.unit.clone_from(&event.unit);
            order.supplier.clone_from(&event.supplier);
            order.method = event.method;
            order.amount_fen = event.amount_fen;
            order.parts = by_line_id(&event.budget_parts);
        }
        Payload::EmallOrderCancelled(event) => {
            order.given_back = Some(by_line_id(&event.budget_parts));
        }
        Payload::EmallOrderReturned(event) => {
            order.given_back = Some(by_line_id(&event.budget_parts));
        }
        Payload::LiquidatedDamagesAssessed(event) => {
            let number = event.assessment_no.clone();
            order.damages.insert(number, event.amount_fen);
            return;
        }
        Payload::PaymentExecuted(event) => {
            order
                .paid
                .insert(event.payment_id.clone(), event.amount_fen);
            return;
        }
        Payload::PaymentReturned(event) => {
            order.paid.remove(&event.payment_id);
            return;
        }
        _ => {}
    }
    order.since = Some(fact.legal_date);
}

/// E012 when the winner's price is over the ceiling, E001 and E024 when an order by bids is not the
/// winner's at its price, E024 when an ended order gives back other parts than it took.
pub fn invariants(order: &Order, entity: &EntityRef) -> Result<(), Refusal> {
    rfq_holds(order, entity)?;
    match &order.given_back {
        Some(given_back) if *given_back != order.parts => {
            Err(other_parts(order, entity, given_back))
        }
        _ => Ok(()),
    }
}

fn rfq_holds(order: &Order, entity: &EntityRef) -> Result<(), Refusal> {
    let Some((rfq, price_fen)) = order.rfq.as_ref().and_then(|r| Some((r, r.price_fen?))) else {
        return Ok(());
    };
    let refusal =
        |code, message: String| Refusal::new(code, message).with("order_no", entity.owner());
    let ceiling_fen = rfq.ceiling_fen;
    if price_fen > ceiling_fen {
        let message = format!("the winner's price is {price_fen} fen, the ceiling {ceiling_fen}");
        return Err(refusal(Code::E012_AWARD_OVER_CEILING, message)
            .with("limit_fen", ceiling_fen)
            .with("award_fen", price_fen));
    }
    if order.supplier.is_empty() {
        return Ok(());
    }
    let named = [
        ("supplier", &order.supplier, "winner", &rfq.winner),
        ("unit", &order.unit, "rfq_unit", &rfq.unit),
    ];
    for (what, given, expected_name, expected) in named {
        if given != expected {
            let message = format!("the order names {what} {given}, its request {expected}");
            return Err(refusal(Code::E001_UNKNOWN_REF, message)
                .with(what, given)
                .with(expected_name, expected));
        }
    }
    if order.amount_fen != price_fen {
        let amount_fen = order.amount_fen;
        let message = format!("the order is of {amount_fen} fen, the winning bid {price_fen} fen");
        return Err(refusal(Code::E024_SUM_MISMATCH, message)
            .with("amount_fen", amount_fen)
            .with("price_fen", price_fen));
    }
    Ok(())
}

fn other_parts(order: &Order, entity: &EntityRef, given: &BTreeMap<String, i64>) -> Refusal {
    let part = |parts: &BTreeMap<String, i64>, line: &String| parts.get(line).copied();
    let mut lines = order.parts.keys().chain(given.keys());
    let line = lines.find(|line| part(&order.parts, line) != part(given, line));
    let line = line.cloned().unwrap_or_default();
    let taken_fen = part(&order.parts, &line).unwrap_or_default();
    let given_fen = part(given, &line).unwrap_or_default();
    let message = format!(
        "order {} took {taken_fen} fen of budget line {line} and gives back {given_fen} fen: an \
         order that ends gives back exactly what it took",
        entity.owner()
    );
    Refusal::new(Code::E024_SUM_MISMATCH, message)
        .with("order_no", entity.owner())
        .with("budget_line_id", line)
        .with("taken_fen", taken_fen)
        .with("given_fen", given_fen)
}

#[cfg(test)]
mod tests;
