//! What examples of payment tell.

use super::Told;
use crate::{
    domain::{
        testkit::{
            AWARD_FEN, PAYMENT, SUPPLIER_2, acceptance_concluded, contract_signed,
            contract_terminated, goods_delivered, invoice_received, liquidated_damages_assessed,
            market::{ORDER, emall_order_accepted, emall_order_delivered, emall_order_placed},
            payment_accepted, payment_executed, payment_rejected, payment_requested,
            payment_returned, payment_term, rectification_completed, settlement_confirmed,
        },
        values::StreamKind,
    },
    events::v1::{
        AcceptanceResult, ContractSigned, DayUnit, EnterpriseSize, TermKind, TermTrigger,
    },
};

/// A contract of one term, due after acceptance, without agreed days.
pub(super) fn contract(
    told: &mut Told,
    on: &str,
    size: EnterpriseSize,
    edit: impl FnOnce(&mut ContractSigned),
) {
    let mut term = payment_term("1", TermKind::Final, AWARD_FEN);
    term.acceptance_is_condition = true;
    term.day_unit = DayUnit::Cd.into();
    let mut signed = contract_signed();
    signed.signed_on = on.into();
    signed.supplier_size = size.into();
    signed.terms = vec![term];
    edit(&mut signed);
    told.tell(signed);
}

pub(super) fn trigger(signed: &mut ContractSigned, trigger: TermTrigger) {
    signed.terms[0].trigger = trigger.into();
    signed.terms[0].acceptance_is_condition = false;
}

/// Scenario S2: ninety days are agreed with a medium enterprise.
pub(super) fn s2(told: &mut Told, paid_on: &str) {
    s2_with(told, None);
    paid(told, "1", 80_000_000, paid_on);
}

pub(super) fn s2_with(told: &mut Told, late_interest_bp_year: Option<i32>) {
    contract(told, "2023-11-01", EnterpriseSize::Medium, |of| {
        of.supplier = SUPPLIER_2.into();
        of.amount_fen = 80_000_000;
        of.terms[0].amount_fen = 80_000_000;
        of.terms[0].days = Some(90);
        of.late_interest_bp_year = late_interest_bp_year;
    });
    delivered(told, "2023-11-10");
    accepted(told, "2023-11-15");
}

pub(super) fn order(told: &mut Told) {
    told.is_of(StreamKind::Order, ORDER);
    let mut placed = emall_order_placed();
    placed.payment_days = Some(69);
    told.tell(placed);
    told.tell(emall_order_delivered());
    let mut accepted = emall_order_accepted();
    accepted.accepted_on = "2024-03-17".into();
    told.tell(accepted);
}

pub(super) fn delivered(told: &mut Told, on: &str) {
    let mut delivered = goods_delivered();
    delivered.delivered_on = on.into();
    told.tell(delivered);
}

pub(super) fn accepted(told: &mut Told, on: &str) {
    concluded(told, AcceptanceResult::Passed, on);
}

pub(super) fn failed(told: &mut Told, on: &str) {
    concluded(told, AcceptanceResult::Failed, on);
}

pub(super) fn concluded(told: &mut Told, result: AcceptanceResult, on: &str) {
    let mut concluded = acceptance_concluded(result);
    concluded.concluded_on = on.into();
    told.tell(concluded);
}

pub(super) fn mended(told: &mut Told, on: &str) {
    let mut mended = rectification_completed();
    mended.on = on.into();
    told.tell(mended);
}

pub(super) fn settled(told: &mut Told, no: &str, fen: i64, on: &str) {
    let mut settled = settlement_confirmed(fen);
    settled.settlement_no = no.into();
    settled.on = on.into();
    told.tell(settled);
}

pub(super) fn damages(told: &mut Told, fen: i64) {
    let mut damages = liquidated_damages_assessed(fen);
    damages.on = "2023-11-20".into();
    told.tell(damages);
}

pub(super) fn terminated(told: &mut Told, settled_fen: i64, on: &str) {
    let mut terminated = contract_terminated();
    terminated.settled_fen = settled_fen;
    terminated.on = on.into();
    told.tell(terminated);
}

pub(super) fn invoiced(told: &mut Told, fen: i64, on: &str) {
    let mut invoice = invoice_received();
    invoice.invoice_no = format!("I-{on}");
    invoice.amount_fen = fen;
    invoice.received_on = on.into();
    told.tell(invoice);
}

pub(super) fn requested(told: &mut Told, on: &str) {
    let mut request = payment_requested();
    request.requested_on = on.into();
    told.tell(request);
}

pub(super) fn decided(told: &mut Told, on: &str) {
    let mut accepted = payment_accepted();
    accepted.decided_on = on.into();
    told.tell(accepted);
}

pub(super) fn rejected(told: &mut Told, reason: &str, on: &str) {
    let mut rejected = payment_rejected();
    rejected.reason = reason.into();
    rejected.decided_on = on.into();
    told.tell(rejected);
}

/// A payment of a term; each day has its own.
pub(super) fn paid(told: &mut Told, term_no: &str, fen: i64, on: &str) {
    let mut request = payment_requested();
    request.payment_id = format!("{PAYMENT}-{on}");
    request.term_no = term_no.into();
    request.amount_fen = fen;
    request.requested_on = on.into();
    told.tell(request);
    let mut paid = payment_executed();
    paid.payment_id = format!("{PAYMENT}-{on}");
    paid.amount_fen = fen;
    paid.paid_on = on.into();
    told.tell(paid);
}

/// The payment of 2023-11-20 comes back.
pub(super) fn returned(told: &mut Told, on: &str) {
    let mut returned = payment_returned();
    returned.payment_id = format!("{PAYMENT}-2023-11-20");
    returned.returned_on = on.into();
    told.tell(returned);
}
