//! The step gates of what happens beside documents, bids and evaluation: start, clarification,
//! termination, qualification, abnormally low prices.

use chrono::NaiveDate;

use super::{check_in_force, check_planned, on_lot};
use crate::{
    domain::{
        gate::Env,
        holding::{named_twice, twice},
        lot::Lot,
        payload::day_of,
        refusal::{Code, Refusal, bad_time, unknown_name},
        values::local_date,
    },
    events::v1::{self, event_payload::Payload},
};

/// Ten thousand basis points are the whole.
const WHOLE_BP: i128 = 10_000;

pub(super) fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::ProcurementStarted(event) => {
            check_in_force(env);
            for lot_no in &event.lot_nos {
                check_planned(env, lot_no);
            }
        }
        Payload::ClarificationIssued(event) => check_clarification(env, event),
        Payload::ProcurementTerminated(event) => {
            for lot_no in &event.lot_nos {
                on_lot(env, lot_no, check_termination);
            }
        }
        Payload::QualificationReviewed(event) => on_lot(env, &event.lot_no, |env, lot| {
            check_qualification(env, lot, event);
        }),
        Payload::AbnormalLowPriceTriggered(event) => on_lot(env, &event.lot_no, |env, lot| {
            check_trigger(env, lot, event);
        }),
        Payload::AbnormalLowPriceExplained(event) => on_lot(env, &event.lot_no, |env, lot| {
            check_explanation(env, lot, event);
        }),
        Payload::AbnormalLowPriceDecided(event) => on_lot(env, &event.lot_no, |env, lot| {
            check_decision(env, lot, event);
        }),
        _ => {}
    }
}

/// A clarification is of the documents in force (E001), not before their issue, and its deadline
/// not before its own (E003).
fn check_clarification(env: &mut Env<'_>, event: &v1::ClarificationIssued) {
    for lot_no in &event.lot_nos {
        on_lot(env, lot_no, |env, lot| {
            env.not_before("issue of the documents", lot.issued_on);
            if !lot.doc_id.is_empty() && lot.doc_id != event.doc_id {
                env.refuse(unknown_name("doc_id", &event.doc_id).with("lot_no", lot_no));
            }
        });
    }
    let (deadline, issued_on) = (event.new_deadline.as_ref(), env.fact.legal_date);
    if let Some(deadline) = deadline.and_then(day_of).filter(|day| *day < issued_on) {
        env.refuse(bad_time("issue of the clarification", issued_on, deadline));
    }
}

/// Procurement is terminated no later than on the day of the bid deadline; afterwards a lot fails.
fn check_termination(env: &mut Env<'_>, lot: &Lot) {
    env.not_before("issue of the documents", lot.issued_on);
    let (latest, given) = (deadline_day(lot), env.fact.legal_date);
    if let Some(latest) = latest.filter(|latest| given > *latest) {
        let message = format!(
            "{given} is after the bid deadline of {latest}; procurement ends before it or fails"
        );
        let refusal = Refusal::new(Code::E003_BAD_TIME, message);
        env.refuse(refusal.with("latest_on", latest).with("legal_on", given));
    }
}

fn deadline_day(lot: &Lot) -> Option<NaiveDate> {
    local_date(lot.bid_deadline_us?.div_euclid(1_000_000), 0)
}

fn known_bidder(env: &mut Env<'_>, lot: &Lot, supplier: &str) {
    if !lot.has_bidder(supplier) {
        env.refuse(unknown_name("supplier", supplier));
    }
}

fn check_qualification(env: &mut Env<'_>, lot: &Lot, event: &v1::QualificationReviewed) {
    env.not_before("opening of bids", lot.opened_on);
    for result in &event.results {
        known_bidder(env, lot, &result.supplier);
    }
    let examined = event.results.iter().map(|result| result.supplier.as_str());
    if let Some(supplier) = named_twice(examined) {
        env.refuse(twice("supplier", supplier));
    }
}

/// The price falls below the share of what it is compared with, strictly (E024).
fn check_trigger(env: &mut Env<'_>, lot: &Lot, event: &v1::AbnormalLowPriceTriggered) {
    env.not_before("opening of bids", lot.opened_on);
    known_bidder(env, lot, &event.supplier);
    let (price_fen, reference_fen) = (event.price_fen, event.reference_fen);
    let price = i128::from(price_fen) * WHOLE_BP;
    let limit = i128::from(reference_fen) * i128::from(event.limit_bp);
    if price >= limit {
        let limit_bp = event.limit_bp;
        let message = format!(
            "{price_fen} fen is not below {limit_bp} basis points of {reference_fen} fen \
             (财库〔2026〕2号)"
        );
        env.refuse(
            Refusal::new(Code::E024_SUM_MISMATCH, message)
                .with("price_fen", price_fen)
                .with("reference_fen", reference_fen)
                .with("limit_bp", limit_bp),
        );
    }
}

fn check_explanation(env: &mut Env<'_>, lot: &Lot, event: &v1::AbnormalLowPriceExplained) {
    match lot.low_prices.get(&event.case_no) {
        Some(case) => env.not_before("the trigger", case.triggered_on),
        None => env.refuse(unknown_name("case_no", &event.case_no)),
    }
}

fn check_decision(env: &mut Env<'_>, lot: &Lot, event: &v1::AbnormalLowPriceDecided) {
    match lot.low_prices.get(&event.case_no) {
        Some(case) => {
            env.not_before("the trigger", case.triggered_on);
            env.not_before("the explanation", case.explained_on);
        }
        None => env.refuse(unknown_name("case_no", &event.case_no)),
    }
}
