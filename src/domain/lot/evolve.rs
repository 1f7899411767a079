//! A lot after one more fact.

use std::collections::BTreeMap;

use super::{
    low_price::LowPrice,
    state::{Award, Bid, Lot, LotStatus, Ranked, Retry},
    transition::{next, parts_of, planned},
};
use crate::domain::{
    decider::Fact,
    entity::EntityRef,
    holding,
    payload::{EventType, micros_of, payload_of},
    values::local_date,
};
use crate::events::v1::{self, event_payload::Payload};

/// The lot after one more fact.
pub fn evolve(lot: &mut Lot, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    let from = lot.status;
    if let Ok(to) = next(lot, entity, payload) {
        lot.status = to;
    }
    let on = fact.legal_date;
    if (from, lot.status) == (LotStatus::Absent, LotStatus::Planned) {
        lot.planned_on = Some(on);
    }
    match payload {
        Payload::PlanFiled(_) | Payload::PlanRevised(_) => plan(lot, entity, payload),
        Payload::ProcurementDocumentIssued(document) => {
            lot.issued_on = Some(on);
            lot.doc_id.clone_from(&document.doc_id);
            lot.bid_deadline_us = document.bid_deadline.as_ref().map(micros_of);
            lot.document_ceiling_fen = document.ceiling_fen;
        }
        Payload::BidReceived(bid) => receive(lot, bid),
        Payload::BidWithdrawn(bid) => {
            if let Some(known) = lot.bids.get_mut(&bid.bid_no) {
                known.is_withdrawn = true;
            }
        }
        Payload::BidsOpened(opening) => {
            let bidder = |bid: &v1::OpenedBid| (bid.bid_no.clone(), bid.supplier.clone());
            lot.bidders = opening.bidders.iter().map(bidder).collect();
            lot.opened_on = Some(on);
            lot.opened_at_us = opening.opened_at.as_ref().map(micros_of);
        }
        Payload::EvaluationConcluded(evaluation) => {
            lot.ranking = ranking(&evaluation.ranking);
            lot.concluded_on = Some(on);
        }
        Payload::EvaluationReportDelivered(_) => lot.reported_on = Some(on),
        Payload::WinnerDetermined(winner) => {
            lot.award = Some(award(&winner.supplier, winner.award_fen, fact, false));
        }
        Payload::AwardRecorded(winner) => {
            lot.award = Some(award(&winner.supplier, winner.award_fen, fact, true));
        }
        Payload::AwardNoticeIssued(notice) => {
            if let Some(award) = &mut lot.award {
                award.notified_on = Some(on);
                award.notified_fen = Some(notice.award_fen);
            }
        }
        Payload::LotFailed(failure) => {
            fail(lot, fact, failure.retry_intended, &failure.budget_parts);
        }
        Payload::LotRetryAbandoned(end) => {
            lot.is_held = false;
            lot.failed_parts = Some(holding::by_line_id(&end.budget_parts));
        }
        Payload::ContractSigned(contract) => {
            lot.contracted_fen += i128::from(contract.amount_fen);
        }
        _ => evolve_beyond(lot, entity, from, fact, payload),
    }
}

/// Events beside the path from documents to the contract.
fn evolve_beyond(
    lot: &mut Lot,
    entity: &EntityRef,
    from: LotStatus,
    fact: &Fact,
    payload: &Payload,
) {
    let on = fact.legal_date;
    match payload {
        Payload::ProcurementStarted(_) => lot.started_on = lot.started_on.or(Some(on)),
        Payload::MethodChangeApproved(approval) => lot.method = approval.to_method,
        Payload::ClarificationIssued(more) => clarify(lot, fact, more),
        Payload::ProcurementTerminated(_) => lot.terminated_on = Some(on),
        Payload::QualificationReviewed(review) => {
            let result =
                |result: &v1::QualificationResult| (result.supplier.clone(), result.passed);
            lot.qualified.extend(review.results.iter().map(result));
        }
        Payload::AbnormalLowPriceTriggered(e) => with_case(lot, &e.case_no, payload, |case| {
            case.supplier.clone_from(&e.supplier);
            case.price_fen = e.price_fen;
            case.triggered_on = Some(on);
        }),
        Payload::AbnormalLowPriceExplained(e) => with_case(lot, &e.case_no, payload, |case| {
            case.explained_on = Some(on);
        }),
        Payload::AbnormalLowPriceDecided(e) => with_case(lot, &e.case_no, payload, |case| {
            case.decided_on = Some(on);
            case.is_accepted = e.accepted;
        }),
        Payload::ReevaluationOrdered(order) => {
            lot.reevaluations.insert(order.order_no.clone());
            lot.reevaluate_from = Some(on);
            lot.ranking.clear();
            (lot.concluded_on, lot.reported_on, lot.award) = (None, None, None);
        }
        Payload::AwardRevoked(event) => revoke(lot, fact, event),
        Payload::ReprocurementStarted(event) => reprocure(lot, entity, event),
        Payload::ComplaintSuspensionOrdered(order) if lot.status == LotStatus::Suspended => {
            if from != LotStatus::Suspended {
                lot.suspended_from = from;
            }
            lot.suspensions.insert(order.complaint_id.clone());
        }
        Payload::ComplaintSuspensionLifted(end) => {
            lot.suspensions.remove(&end.complaint_id);
        }
        _ => {}
    }
}

fn fail(lot: &mut Lot, fact: &Fact, is_retry_intended: bool, parts: &[v1::BudgetPart]) {
    lot.failed_on = Some(fact.legal_date);
    lot.is_held = is_retry_intended;
    lot.failed_parts = Some(holding::by_line_id(parts));
}

/// A new deadline takes the place of the old one for bids that came on the day of issue or later;
/// what was late before that day stays late.
fn clarify(lot: &mut Lot, fact: &Fact, more: &v1::ClarificationIssued) {
    lot.clarifications.insert(more.clarification_no.clone());
    let Some(deadline_us) = more.new_deadline.as_ref().map(micros_of) else {
        return;
    };
    lot.bid_deadline_us = Some(deadline_us);
    for bid in lot.bids.values_mut() {
        let received_on = local_date(bid.received_at_us.div_euclid(1_000_000), 0);
        if received_on.is_some_and(|day| day >= fact.legal_date) {
            bid.is_late = bid.received_at_us > deadline_us;
        }
    }
}

/// Applies an event to a case where the case's own table lets it.
fn with_case(lot: &mut Lot, case_no: &str, payload: &Payload, apply: impl FnOnce(&mut LowPrice)) {
    let event_type = EventType::of(payload);
    let mut case = lot.low_prices.get(case_no).cloned().unwrap_or_default();
    if case.advance(event_type) {
        apply(&mut case);
        lot.low_prices.insert(case_no.to_owned(), case);
    }
}

/// The award falls to the next candidate, or away.
fn revoke(lot: &mut Lot, fact: &Fact, event: &v1::AwardRevoked) {
    if let Some(award) = lot.award.take() {
        lot.revoked.insert(award.supplier);
    }
    if event.next_candidate.is_empty() {
        fail(lot, fact, event.retry_intended, &event.budget_parts);
    } else {
        let award_fen = event.next_award_fen.unwrap_or_default();
        lot.award = Some(award(&event.next_candidate, award_fen, fact, false));
    }
}

/// The new lot is planned as the event says; the failed one is held no longer.
fn reprocure(lot: &mut Lot, entity: &EntityRef, event: &v1::ReprocurementStarted) {
    let parts = holding::by_line_id(&event.budget_parts);
    if entity.id() == event.new_lot_no {
        lot.amount_fen = event.amount_fen;
        lot.ceiling_fen = event.ceiling_fen;
        lot.parts = parts;
        lot.method = event.new_method;
        lot.reprocures = Some(event.lot_no.clone());
    } else {
        lot.is_held = false;
        lot.retry = Some(Retry {
            lot_no: event.new_lot_no.clone(),
            amount_fen: event.amount_fen,
            parts,
        });
    }
}

fn plan(lot: &mut Lot, entity: &EntityRef, payload: &Payload) {
    if let Some((stated, plan_parts)) = planned(payload, entity.id()) {
        lot.amount_fen = stated.amount_fen;
        lot.ceiling_fen = stated.ceiling_fen;
        lot.parts = parts_of(stated, plan_parts);
    }
}

fn receive(lot: &mut Lot, bid: &v1::BidReceived) {
    let received_at_us = bid.received_at.as_ref().map_or(0, micros_of);
    let received = Bid {
        received_at_us,
        is_withdrawn: false,
        is_late: lot.is_late(received_at_us),
    };
    lot.bids.entry(bid.bid_no.clone()).or_insert(received);
}

fn ranking(bids: &[v1::RankedBid]) -> BTreeMap<String, Ranked> {
    let ranked = |bid: &v1::RankedBid| {
        let ranked = Ranked {
            rank: bid.rank,
            is_valid: bid.valid,
        };
        (bid.supplier.clone(), ranked)
    };
    bids.iter().map(ranked).collect()
}

fn award(supplier: &str, amount_fen: i64, fact: &Fact, is_recorded: bool) -> Award {
    Award {
        supplier: supplier.to_owned(),
        amount_fen,
        determined_on: fact.legal_date,
        notified_on: None,
        notified_fen: None,
        is_recorded,
    }
}
