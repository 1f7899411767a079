//! A lot after one more fact.

use std::collections::BTreeMap;

use super::{
    state::{Award, Bid, Lot, Ranked},
    transition::{next, parts_of, planned},
};
use crate::domain::{
    decider::Fact,
    entity::EntityRef,
    holding,
    payload::{micros_of, payload_of},
};
use crate::events::v1::{self, event_payload::Payload};

/// The lot after one more fact.
pub fn evolve(lot: &mut Lot, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(lot, entity, payload) {
        lot.status = to;
    }
    let on = fact.legal_date;
    match payload {
        Payload::PlanFiled(_) | Payload::PlanRevised(_) => plan(lot, entity, payload),
        Payload::ProcurementDocumentIssued(document) => {
            lot.issued_on = Some(on);
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
            lot.failed_on = Some(on);
            lot.is_held = failure.retry_intended;
            lot.failed_parts = Some(holding::by_line_id(&failure.budget_parts));
        }
        Payload::LotRetryAbandoned(end) => {
            lot.is_held = false;
            lot.failed_parts = Some(holding::by_line_id(&end.budget_parts));
        }
        Payload::ContractSigned(contract) => {
            lot.contracted_fen += i128::from(contract.amount_fen);
        }
        _ => {}
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
