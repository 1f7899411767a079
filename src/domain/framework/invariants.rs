//! That orders rest on agreements, whichever of the two is corrected later.

use chrono::NaiveDate;

use super::state::{Agreement, Framework, OrderFault};
use crate::{
    domain::{
        entity::EntityRef,
        refusal::{Code, Refusal, unknown_name},
    },
    events::v1::FrameworkOrderPlaced,
};

/// E001 for an order of a supplier without an agreement or of an item of none, E003 when none is in
/// force on its day, E013 for an item over the highest price agreed.
pub fn invariants(framework: &Framework, _entity: &EntityRef) -> Result<(), Refusal> {
    let faults = framework.orders.iter().filter_map(|(order_no, ordered)| {
        let fault = ordered.fault.as_ref()?;
        Some(refusal_of(fault).with("order_no", order_no))
    });
    match faults.min_by_key(|refusal| refusal.code.precedence()) {
        Some(refusal) => Err(refusal),
        None => Ok(()),
    }
}

/// What is wrong with an order on a day; of several faults the first in order of precedence.
pub(super) fn fault_of(
    framework: &Framework,
    event: &FrameworkOrderPlaced,
    placed_on: NaiveDate,
) -> Option<OrderFault> {
    let supplier = &event.supplier;
    let mut all = framework.agreements_of(supplier).peekable();
    if !framework.is_shortlisted(supplier) || all.peek().is_none() {
        let supplier = supplier.clone();
        return Some(OrderFault::NoAgreement { supplier });
    }
    let in_force: Vec<&Agreement> = all.filter(|a| a.is_in_force(placed_on)).collect();
    if in_force.is_empty() {
        let all = || framework.agreements_of(supplier);
        return Some(OrderFault::OutOfForce {
            supplier: supplier.clone(),
            valid_from: all().filter_map(|a| a.valid_from).min(),
            valid_to: all().filter_map(|a| a.valid_to).max(),
            placed_on,
        });
    }
    let agreed = |sku: &str| {
        let prices = in_force.iter().filter_map(|a| a.unit_prices_fen.get(sku));
        prices.max().copied()
    };
    let mut over_price = None;
    for item in &event.items {
        let (sku, unit_price_fen) = (item.sku.clone(), item.unit_price_fen);
        match agreed(&sku) {
            None => return Some(OrderFault::UnknownItem { sku }),
            Some(agreed_fen) if unit_price_fen > agreed_fen && over_price.is_none() => {
                over_price = Some(OrderFault::OverPrice {
                    sku,
                    agreed_fen,
                    unit_price_fen,
                });
            }
            Some(_) => {}
        }
    }
    over_price
}

fn refusal_of(fault: &OrderFault) -> Refusal {
    match fault {
        OrderFault::NoAgreement { supplier } => unknown_name("supplier", supplier),
        OrderFault::UnknownItem { sku } => unknown_name("sku", sku),
        OrderFault::OutOfForce {
            supplier,
            valid_from,
            valid_to,
            placed_on,
        } => out_of_force(supplier, (*valid_from, *valid_to), *placed_on),
        OrderFault::OverPrice {
            sku,
            agreed_fen,
            unit_price_fen,
        } => {
            let message = format!(
                "item {sku} is ordered at {unit_price_fen} fen, the agreement's price is \
                 {agreed_fen} fen"
            );
            Refusal::new(Code::E013_CONTRACT_OVER_AWARD, message)
                .with("sku", sku)
                .with("agreed_fen", agreed_fen)
                .with("unit_price_fen", unit_price_fen)
        }
    }
}

fn out_of_force(
    supplier: &str,
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    placed_on: NaiveDate,
) -> Refusal {
    let told = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    let (from, to) = (told(from), told(to));
    let message = format!(
        "no agreement of supplier {supplier} is in force on {placed_on}; they run from {from} to \
         {to}"
    );
    Refusal::new(Code::E003_BAD_TIME, message)
        .with("supplier", supplier)
        .with("valid_from", from)
        .with("valid_to", to)
        .with("legal_on", placed_on)
}
