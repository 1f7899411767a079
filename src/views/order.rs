//! The view of an order of the e-mall, with its payments and objections.

use super::{Timeline, acts, amended, contract::Contracts, figure::Sum, matters::Matters};
use crate::events::v1::{self, MatterKind, OrderState, event_payload::Payload};

/// Folds an order.
pub fn view(timeline: &Timeline<'_>, partition: &str, order_no: &str) -> v1::OrderView {
    let mut view = v1::OrderView {
        partition: partition.to_owned(),
        order_no: order_no.to_owned(),
        amended: amended::amended(timeline),
        ..v1::OrderView::default()
    };
    let (mut contracts, mut matters) = (Contracts::default(), Matters::default());
    let (mut amount, mut ceiling) = (Sum::default(), None);
    for standing in timeline.standing() {
        let Some(payload) = standing.payload() else {
            continue;
        };
        contracts.take(standing, payload);
        matters.take(standing, payload);
        view.acts.push(acts::act(standing, payload));
        take(&mut view, payload);
        match payload {
            Payload::EmallRfqOpened(e) => ceiling = Some(Sum::of(e.ceiling_fen, standing)),
            Payload::EmallRfqClosed(e) => amount = Sum::of(e.price_fen, standing),
            Payload::EmallOrderPlaced(e) => amount = Sum::of(e.amount_fen, standing),
            _ => {}
        }
    }
    let (mut requested, mut paid) = (Sum::default(), Sum::default());
    if let Some(contract) = contracts.found.get(order_no) {
        let sums = contract.sums();
        (requested, paid) = (sums.requested, sums.paid);
        view.payments = contract.payments();
    }
    let mut outstanding = amount.clone();
    // Nothing is owed before an order is placed, nor after it ended without delivery.
    if matches!(
        view.state(),
        OrderState::RfqOpen
            | OrderState::RfqClosed
            | OrderState::RfqFailed
            | OrderState::Cancelled
            | OrderState::Returned
    ) {
        outstanding.minus(&amount);
    } else {
        outstanding.minus(&paid);
    }
    if view.state() == OrderState::Accepted && amount.fen() > 0 && outstanding.fen() <= 0 {
        view.state = OrderState::Paid.into();
    }
    view.ceiling = ceiling.as_ref().and_then(Sum::figure);
    view.amount = amount.figure();
    view.requested = requested.figure();
    view.paid = paid.figure();
    view.outstanding = outstanding.figure();
    let objections = matters.into_matters().into_iter();
    let objections = objections.filter(|matter| matter.kind() == MatterKind::EmallObjection);
    view.objections = objections.collect();
    view
}

fn take(view: &mut v1::OrderView, payload: &Payload) {
    let state = match payload {
        Payload::EmallRfqOpened(e) => {
            view.unit.clone_from(&e.unit);
            view.items_count = e.items.len() as u32;
            OrderState::RfqOpen
        }
        Payload::EmallRfqClosed(e) => {
            view.supplier.clone_from(&e.winner);
            OrderState::RfqClosed
        }
        Payload::EmallRfqFailed(_) => OrderState::RfqFailed,
        Payload::EmallOrderPlaced(e) => {
            view.unit.clone_from(&e.unit);
            view.supplier.clone_from(&e.supplier);
            view.items_count = e.items.len() as u32;
            view.supplier_size = e.supplier_size;
            view.budget_parts.clone_from(&e.budget_parts);
            OrderState::Placed
        }
        Payload::EmallOrderConfirmed(_) => OrderState::Confirmed,
        Payload::EmallOrderShipped(_) => OrderState::Shipped,
        Payload::EmallOrderDelivered(_) => OrderState::Delivered,
        Payload::EmallOrderAccepted(_) => OrderState::Accepted,
        Payload::EmallOrderCancelled(_) => OrderState::Cancelled,
        Payload::EmallOrderReturned(_) => OrderState::Returned,
        _ => return,
    };
    view.state = state.into();
}
