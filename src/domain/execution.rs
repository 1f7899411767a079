//! 交易执行: the step gates from procurement documents to the award. Their state is the lot's.
//!
//! Each act depends on the one before it, and its legal date may not be earlier (E003): start,
//! publicity, documents and recorded awards on the plan's filing and on what made the lot, which
//! for a retry is its own beginning; bids, committee, failure on the documents; evaluation on
//! opening; report and winner on evaluation; the award notice on the winner; giving up a retry on
//! the failure. An ended plan starts nothing: no documents, no award, no contract (E002).
//! Documents open a publicised lot only while its method is single source (E002).
//!
//! Read next: `award` and `tender`, the acts beside that path.

mod award;
mod tender;

use super::{
    gate::Env,
    holding::{self, refuse_twice},
    lot::{Lot, LotStatus, opening_mismatch},
    machine::Case,
    payload::{day, day_of, micros_of},
    refusal::{Code, Refusal, bad_time, illegal, unknown_name},
};
use crate::events::v1::{self, EntityKind, ProcurementMethod, event_payload::Payload};

/// The step gates of execution events.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::ProcurementDocumentIssued(event) => check_document(env, event),
        Payload::BidReceived(event) => on_lot(env, &event.lot_no, |env, lot| {
            env.not_before("issue of the documents", lot.issued_on);
        }),
        Payload::BidWithdrawn(event) => on_lot(env, &event.lot_no, |env, lot| {
            check_withdrawal(env, lot, event);
        }),
        Payload::CommitteeFormed(event) => on_lot(env, &event.lot_no, |env, lot| {
            env.not_before("issue of the documents", lot.issued_on);
        }),
        Payload::BidsOpened(event) => on_lot(env, &event.lot_no, |env, lot| {
            check_opening(env, lot, event);
        }),
        Payload::EvaluationConcluded(event) => on_lot(env, &event.lot_no, |env, lot| {
            check_evaluation(env, lot, event);
        }),
        Payload::EvaluationReportDelivered(event) => on_lot(env, &event.lot_no, |env, lot| {
            env.not_before("the end of evaluation", lot.concluded_on);
        }),
        Payload::WinnerDetermined(event) => on_lot(env, &event.lot_no, |env, lot| {
            check_in_force(env);
            env.not_before("the end of evaluation", lot.concluded_on);
            let ranked = lot.ranking.get(&event.supplier);
            if !ranked.is_some_and(|ranked| ranked.is_valid) {
                env.refuse(unknown_name("supplier", &event.supplier));
            }
        }),
        Payload::AwardNoticeIssued(event) => on_lot(env, &event.lot_no, |env, lot| {
            check_award_notice(env, lot, event);
        }),
        Payload::AwardRecorded(event) => {
            check_in_force(env);
            check_planned(env, &event.lot_no);
        }
        Payload::ContractSigned(_) => check_in_force(env),
        Payload::LotFailed(event) => on_lot(env, &event.lot_no, |env, lot| {
            env.not_before("issue of the documents", lot.issued_on);
            refuse_twice(env, &event.budget_parts);
        }),
        Payload::LotRetryAbandoned(event) => on_lot(env, &event.lot_no, |env, lot| {
            env.not_before("failure of the lot", lot.failed_on);
            refuse_twice(env, &event.budget_parts);
        }),
        _ => {
            tender::check(env, payload);
            award::check(env, payload);
        }
    }
}

/// Runs gates on a lot; an absent one is refused by its transition.
fn on_lot(env: &mut Env<'_>, lot_no: &str, gates: impl FnOnce(&mut Env<'_>, &Lot)) {
    let lot = env.load::<Lot>(lot_no);
    if let Some(lot) = lot.get() {
        gates(env, lot);
    }
}

/// Refuses what an ended plan cannot start any more (E002), and what is dated before the plan's
/// filing (E003).
pub(super) fn check_in_force(env: &mut Env<'_>) {
    let project = env.project();
    let Some(project) = project.get() else {
        return;
    };
    if !project.is_in_force() {
        let entity = env.own(EntityKind::Project, "");
        let (status, event_type) = (&project.status, env.event_type);
        env.refuse(illegal(&entity, status, event_type, Case::Other));
    }
    env.not_before("filing of the plan", project.filed_on);
}

/// Refuses what is dated before the lot came to be (E003).
pub(super) fn check_planned(env: &mut Env<'_>, lot_no: &str) {
    on_lot(env, lot_no, |env, lot| {
        env.not_before("planning of the lot", lot.planned_on);
    });
}

fn check_document(env: &mut Env<'_>, event: &v1::ProcurementDocumentIssued) {
    check_in_force(env);
    if let (Some(from), Some(to)) = (day(&event.doc_from), day(&event.doc_to))
        && to < from
    {
        env.refuse(bad_time(
            "the first day on which documents can be had",
            from,
            to,
        ));
    }
    let deadline = event.bid_deadline.as_ref().and_then(day_of);
    let issued_on = env.fact.legal_date;
    if let Some(deadline) = deadline.filter(|deadline| *deadline < issued_on) {
        env.refuse(bad_time("issue of the documents", issued_on, deadline));
    }
    for lot_no in &event.lot_nos {
        check_planned(env, lot_no);
        check_publicised(env, lot_no);
    }
}

/// E002 for documents of a lot that is publicised as single source and has another method.
fn check_publicised(env: &mut Env<'_>, lot_no: &str) {
    let (project, lot) = (env.project(), env.load::<Lot>(lot_no));
    let (Some(project), Some(lot)) = (project.get(), lot.get()) else {
        return;
    };
    let method = lot.method_in_force(project.method);
    let is_single = method == ProcurementMethod::SingleSource as i32;
    if lot.status == LotStatus::Publicised && !is_single {
        let method = ProcurementMethod::try_from(method).unwrap_or_default();
        let method = method.as_str_name();
        let message = format!(
            "lot {lot_no} is publicised as single source and its method is {method}: single source \
             must be approved first (政府采购法第27条)"
        );
        let refusal = Refusal::new(Code::E002_ILLEGAL_TRANSITION, message);
        env.refuse(refusal.with("lot_no", lot_no).with("method", method));
    }
}

fn check_withdrawal(env: &mut Env<'_>, lot: &Lot, event: &v1::BidWithdrawn) {
    let withdrawn_at_us = event.withdrawn_at.as_ref().map_or(0, micros_of);
    match lot.bids.get(&event.bid_no) {
        None => env.refuse(unknown_name("bid_no", &event.bid_no)),
        Some(bid) if withdrawn_at_us < bid.received_at_us => {
            let message = format!("bid {} is withdrawn before it is received", event.bid_no);
            let refusal = Refusal::new(Code::E003_BAD_TIME, message);
            env.refuse(
                refusal
                    .with("received_at_us", bid.received_at_us)
                    .with("withdrawn_at_us", withdrawn_at_us),
            );
        }
        Some(_) if lot.is_late(withdrawn_at_us) => {
            let deadline_us = lot.bid_deadline_us.unwrap_or_default();
            let message = format!("bid {} is withdrawn after the deadline", event.bid_no);
            let refusal = Refusal::new(Code::E003_BAD_TIME, message);
            env.refuse(
                refusal
                    .with("bid_deadline_us", deadline_us)
                    .with("withdrawn_at_us", withdrawn_at_us),
            );
        }
        Some(_) => {}
    }
}

/// Opening opens no bid twice (E024); when it is, and that it opens all, is the lot's.
fn check_opening(env: &mut Env<'_>, lot: &Lot, event: &v1::BidsOpened) {
    let given = event.bidders.iter().map(|bid| bid.bid_no.as_str());
    if holding::named_twice(given).is_some() {
        env.refuse(opening_mismatch(lot, event.bidders.len()));
    }
}

fn check_evaluation(env: &mut Env<'_>, lot: &Lot, event: &v1::EvaluationConcluded) {
    env.not_before("opening of bids", lot.opened_on);
    env.not_before("the order to evaluate again", lot.reevaluate_from);
    for bid in &event.ranking {
        if !lot.has_bidder(&bid.supplier) {
            env.refuse(unknown_name("supplier", &bid.supplier));
        }
    }
    let ranked = event.ranking.iter().map(|bid| bid.supplier.as_str());
    if let Some(supplier) = holding::named_twice(ranked) {
        env.refuse(holding::twice("supplier", supplier));
    }
}

fn check_award_notice(env: &mut Env<'_>, lot: &Lot, event: &v1::AwardNoticeIssued) {
    let Some(award) = &lot.award else {
        return;
    };
    env.not_before("determination of the winner", Some(award.determined_on));
    if award.supplier != event.supplier {
        env.refuse(unknown_name("supplier", &event.supplier));
    }
}

#[cfg(test)]
mod tests;
