//! Orders of the e-mall, each a contract too.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{
    contracts::{self, Book},
    rows::{Head, Rows, day, flag, number, text},
    terms,
    units::is_below_limit,
};
use crate::{
    events::v1::{EmallOrderPlaced, event_payload::Payload},
    supervision::tables::ORDERS,
    views::contract::Contracts,
};

/// An order.
pub(super) fn order(rows: &mut Rows<'_, '_>) {
    let mut contracts = Contracts::default();
    let mut sizes = HashMap::new();
    let mut placed: Option<(NaiveDate, &EmallOrderPlaced)> = None;
    let (mut accepted_on, mut is_in_force) = (None, true);
    for (act, payload) in rows.acts() {
        contracts.take(act, payload);
        match payload {
            Payload::EmallOrderPlaced(e) => {
                sizes.insert(e.order_no.as_str(), e.supplier_size());
                placed = Some((act.on(), e));
            }
            Payload::EmallOrderAccepted(_) => accepted_on = Some(act.on()),
            Payload::EmallOrderCancelled(_) | Payload::EmallOrderReturned(_) => is_in_force = false,
            _ => {}
        }
    }
    contracts.finish();
    let book = Book {
        contracts: &contracts,
        sizes: &sizes,
        agency: "",
        is_order: true,
        financed_fen: &HashMap::new(),
        awarded: &HashMap::new(),
    };
    contracts::contracts(rows, &book);
    terms::terms(rows, &book);
    let Some((on, order)) = placed else {
        return;
    };
    let category = order.items.first().map_or("", |item| &item.category);
    let head = Head {
        unit: &order.unit,
        supplier: &order.supplier,
        day: Some(on),
        ..Head::default()
    };
    let of = (category, order.amount_fen, on);
    let rest = [
        text(&order.order_no),
        number(order.method),
        number(order.amount_fen),
        day(accepted_on),
        flag(is_in_force),
        flag(is_below_limit(rows, &order.unit, of)),
    ];
    let subject = rows.subject("order", "");
    rows.add(&ORDERS, &head, subject, rest);
}
