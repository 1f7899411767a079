//! An order of the e-mall as a contract of its own: what its events leave behind in it.
//!
//! The order is the only paper. It has one term, FINAL and due after acceptance, of the whole
//! amount; its supplier confirms it, which signs it; delivery performs it; acceptance is whole and
//! accepts what is payable then. An order that ends before acceptance ends with nothing owed.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    evolve::accept,
    state::{Accepted, Contract, Delivery, Signed, Term, Terminated},
};
use crate::events::v1::{
    self, AcceptanceResult, LawTrack, Pricing, TermKind, event_payload::Payload,
};

/// The number of an order's only term, delivery and acceptance.
pub const ONLY: &str = "1";

/// Takes what an event of an order says; whether the event is one.
pub fn record(contract: &mut Contract, payload: &Payload, on: NaiveDate) -> bool {
    match payload {
        Payload::EmallOrderPlaced(order) => place(contract, order, on),
        Payload::EmallOrderConfirmed(_) => {
            if let Some(signed) = &mut contract.signed {
                signed.signed_on = on;
            }
        }
        Payload::EmallOrderDelivered(_) => {
            let delivery = Delivery {
                stage_no: None,
                delivered_on: on,
            };
            contract.deliveries.insert(ONLY.to_owned(), delivery);
        }
        Payload::EmallOrderAccepted(_) => {
            let payable_fen = contract.figures().payable_fen().max(0);
            let accepted = Accepted {
                stage_no: 1,
                is_final: true,
                result: AcceptanceResult::Passed.into(),
                accepted_fen: i64::try_from(payable_fen).unwrap_or(i64::MAX),
                concluded_on: on,
            };
            accept(contract, ONLY, accepted);
        }
        Payload::EmallOrderCancelled(_) | Payload::EmallOrderReturned(_) => {
            let ended = Terminated { settled_fen: 0, on };
            contract.terminated = Some(ended);
        }
        _ => return false,
    }
    true
}

fn place(contract: &mut Contract, order: &v1::EmallOrderPlaced, placed_on: NaiveDate) {
    let term = Term {
        kind: TermKind::Final.into(),
        amount_fen: order.amount_fen,
    };
    contract
        .payee_account_ref
        .clone_from(&order.payee_account_ref);
    contract.signed = Some(Signed {
        contract_no: order.order_no.clone(),
        lot_no: String::new(),
        buyer: order.unit.clone(),
        supplier: order.supplier.clone(),
        amount_fen: order.amount_fen,
        pricing: Pricing::FixedTotal.into(),
        law_track: LawTrack::ProcurementLaw.into(),
        signed_on: placed_on,
        start_on: String::new(),
        end_on: String::new(),
        terms: BTreeMap::from([(ONLY.to_owned(), term)]),
    });
}
