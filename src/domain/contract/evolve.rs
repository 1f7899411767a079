//! What an event leaves behind in a contract. Total: an event that cannot follow leaves the status
//! as it is, and its entries are kept all the same, since as-of cuts drop events from between.

use chrono::NaiveDate;

use super::{
    order,
    state::{
        Accepted, Claim, ClaimStatus, Contract, Delivery, Entry, Settlement, Signed, Term,
        Terminated,
    },
    status::ContractStatus,
    transition::next,
};
use crate::{
    domain::{decider::Fact, entity::EntityRef, payload::payload_of},
    events::v1::{self, event_payload::Payload},
};

/// The contract after one more fact.
pub fn evolve(contract: &mut Contract, entity: &EntityRef, position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    let to = next(contract, entity, payload);
    record(contract, payload, fact.legal_date);
    contract.securities.evolve(entity, position, fact);
    if let Ok(to) = to {
        contract.status = to;
    }
}

fn record(contract: &mut Contract, payload: &Payload, on: NaiveDate) {
    match payload {
        Payload::ContractSigned(e) => sign(contract, e, on),
        Payload::ContractFiled(e) => {
            contract.filings.insert(e.filing_no.clone(), on);
        }
        Payload::SupplementSigned(e) => {
            let entry = Entry {
                amount_fen: e.amount_fen,
                on,
            };
            contract.supplements.insert(e.supplement_no.clone(), entry);
        }
        Payload::ContractChanged(e) => {
            contract.changes.insert(
                e.change_no.clone(),
                Entry {
                    amount_fen: e.delta_fen,
                    on,
                },
            );
            if !e.payee_account_ref.is_empty() {
                contract.payee_account_ref.clone_from(&e.payee_account_ref);
            }
        }
        Payload::LiquidatedDamagesAssessed(e) => {
            let entry = Entry {
                amount_fen: e.amount_fen,
                on,
            };
            contract.damages.insert(e.assessment_no.clone(), entry);
        }
        Payload::ContractSuspended(_) => contract.suspended_on = Some(on),
        Payload::ContractTerminated(e) => {
            contract.terminated = Some(Terminated {
                settled_fen: e.settled_fen,
                on,
            });
        }
        Payload::ContractCompleted(_) => contract.completed_on = Some(on),
        _ if order::record(contract, payload, on) => {}
        _ => record_performance(contract, payload, on),
    }
}

fn record_performance(contract: &mut Contract, payload: &Payload, on: NaiveDate) {
    match payload {
        Payload::PerformanceStarted(_) => contract.started_on = Some(on),
        Payload::GoodsDelivered(e) => {
            let delivery = Delivery {
                stage_no: e.stage_no,
                delivered_on: on,
            };
            contract.deliveries.insert(e.delivery_no.clone(), delivery);
        }
        Payload::InvoiceReceived(e) => {
            let entry = Entry {
                amount_fen: e.amount_fen,
                on,
            };
            contract.invoices.insert(e.invoice_no.clone(), entry);
        }
        Payload::SettlementConfirmed(e) => {
            let (term_no, amount_fen) = (e.term_no.clone(), e.amount_fen);
            let settlement = Settlement {
                term_no,
                amount_fen,
                on,
            };
            contract
                .settlements
                .insert(e.settlement_no.clone(), settlement);
        }
        Payload::AcceptanceConcluded(e) => conclude(contract, e, on),
        Payload::PaymentRequested(e) => request(contract, e),
        Payload::PaymentAccepted(e) => advance(contract, &e.payment_id, ClaimStatus::Accepted),
        Payload::PaymentRejected(e) => advance(contract, &e.payment_id, ClaimStatus::Rejected),
        Payload::PaymentExecuted(e) => {
            advance(contract, &e.payment_id, ClaimStatus::Executed);
            contract.money_moved_on = contract.money_moved_on.max(Some(on));
        }
        Payload::PaymentReturned(e) => {
            advance(contract, &e.payment_id, ClaimStatus::Returned);
            contract.money_moved_on = contract.money_moved_on.max(Some(on));
        }
        _ => {}
    }
}

fn sign(contract: &mut Contract, e: &v1::ContractSigned, signed_on: NaiveDate) {
    let term = |term: &v1::PaymentTerm| {
        let kept = Term {
            kind: term.kind,
            amount_fen: term.amount_fen,
        };
        (term.term_no.clone(), kept)
    };
    contract.payee_account_ref.clone_from(&e.payee_account_ref);
    contract.signed = Some(Signed {
        contract_no: e.contract_no.clone(),
        lot_no: e.lot_no.clone(),
        buyer: e.buyer.clone(),
        supplier: e.supplier.clone(),
        amount_fen: e.amount_fen,
        pricing: e.pricing,
        law_track: e.law_track,
        signed_on,
        start_on: e.start_on.clone(),
        end_on: e.end_on.clone(),
        terms: e.terms.iter().map(term).collect(),
    });
}

fn conclude(contract: &mut Contract, e: &v1::AcceptanceConcluded, concluded_on: NaiveDate) {
    let accepted = Accepted {
        stage_no: e.stage_no,
        is_final: e.is_final,
        result: e.result,
        accepted_fen: e.accepted_fen,
        concluded_on,
    };
    accept(contract, &e.acceptance_id, accepted);
}

/// What a concluded acceptance leaves behind.
pub(super) fn accept(contract: &mut Contract, id: &str, accepted: Accepted) {
    let concluded_on = accepted.concluded_on;
    if accepted.has_passed() {
        // What stood accepted before is not taken back by damages.
        contract.acceptances.remove(id);
        let figures = contract.figures();
        let room_fen = figures.value_fen() - figures.accepted_fen;
        let deducted_fen = figures.damages_fen.min(room_fen).max(0);
        contract.deducted_when_accepted_fen = i64::try_from(deducted_fen).unwrap_or(i64::MAX);
    } else {
        contract.failed_on = Some(concluded_on);
    }
    contract.acceptances.insert(id.to_owned(), accepted);
    let is_passed = accepted.result == i32::from(v1::AcceptanceResult::Passed);
    let passes_finally = accepted.is_final && is_passed;
    if passes_finally && contract.final_passed_on.is_none() {
        contract.final_passed_on = Some(concluded_on);
    }
}

fn request(contract: &mut Contract, e: &v1::PaymentRequested) {
    let claim = Claim {
        term_no: e.term_no.clone(),
        amount_fen: e.amount_fen,
        status: ClaimStatus::Requested,
        is_settlement: contract.status == ContractStatus::Terminated,
    };
    contract.claims.insert(e.payment_id.clone(), claim);
}

/// A claim without its request among the events is not made up: its amount and term are unknown.
fn advance(contract: &mut Contract, payment_id: &str, status: ClaimStatus) {
    if let Some(claim) = contract.claims.get_mut(payment_id) {
        claim.status = status;
    }
}
