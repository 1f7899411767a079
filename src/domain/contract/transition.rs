//! Whether an event may happen to a contract as it stands.

use chrono::NaiveDate;

use super::{
    state::Contract,
    status::{ContractStatus, TRANSITIONS},
};
use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        guarantee::tally::security_of,
        machine::{Case, advance},
        payload::{EventType, payload_of},
        refusal::{Code, Refusal, repeated},
    },
    events::v1::{AcceptanceResult, event_payload::Payload},
};

/// Whether the event may happen to the contract as it stands: E001 where it is absent, E002 where
/// the table has no row or a number is used again.
pub fn transition(contract: &Contract, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    if let Payload::ContractCompleted(_) = payload {
        refuse_unsettled(contract, entity)?;
    }
    next(contract, entity, payload)?;
    if let Payload::ContractCompleted(_) = payload {
        refuse_secured(contract, entity, fact.legal_date)?;
    }
    match used_again(contract, payload) {
        Some((what, number)) => Err(repeated(entity, what, number)),
        None => Ok(()),
    }
}

/// The status after an event.
pub(super) fn next(
    contract: &Contract,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<ContractStatus, Refusal> {
    // What secures a contract comes and goes in any state of one that is signed.
    if contract.status != ContractStatus::Absent && security_of(payload).is_some() {
        return Ok(contract.status);
    }
    let event = (EventType::of(payload), case_of(contract, payload));
    advance(TRANSITIONS, contract.status, event, entity)
}

fn case_of(contract: &Contract, payload: &Payload) -> Case {
    match payload {
        Payload::AcceptanceConcluded(end) => match end.result() {
            AcceptanceResult::Passed if end.is_final => Case::FinalPassed,
            AcceptanceResult::Passed | AcceptanceResult::Partial => Case::PartlyPassed,
            AcceptanceResult::Failed => Case::Failed,
            AcceptanceResult::Unspecified => Case::Other,
        },
        Payload::ContractCompleted(_) if is_settled(contract) => Case::Settled,
        Payload::PerformanceStarted(_) if contract.started_on.is_none() => Case::New,
        _ => Case::Other,
    }
}

fn is_settled(contract: &Contract) -> bool {
    let figures = contract.figures();
    figures.requested_fen == 0 && figures.paid_fen == figures.payable_fen()
}

/// A contract is completed when all that is payable is paid, and no request is open.
fn refuse_unsettled(contract: &Contract, entity: &EntityRef) -> Result<(), Refusal> {
    if contract.status != ContractStatus::Accepted || is_settled(contract) {
        return Ok(());
    }
    let figures = contract.figures();
    let (payable_fen, paid_fen) = (figures.payable_fen(), figures.paid_fen);
    let message = format!(
        "contract {} has {paid_fen} fen paid of {payable_fen} fen payable: a contract is completed \
         when all that is payable is paid",
        entity.id()
    );
    Err(Refusal::new(Code::E002_ILLEGAL_TRANSITION, message)
        .with("contract_id", entity.id())
        .with("payable_fen", payable_fen)
        .with("requested_fen", figures.requested_fen)
        .with("paid_fen", paid_fen))
}

/// A contract is completed when nothing secures it any more.
fn refuse_secured(contract: &Contract, entity: &EntityRef, on: NaiveDate) -> Result<(), Refusal> {
    let open = contract.securities.open(on);
    if open.is_empty() {
        return Ok(());
    }
    let (id, open) = (entity.id(), open.join(", "));
    let message = format!(
        "contract {id} is still secured by {open}: a contract is completed when its bonds are \
         returned and its guarantees are over"
    );
    Err(Refusal::new(Code::E002_ILLEGAL_TRANSITION, message)
        .with("contract_id", id)
        .with("open_securities", open))
}

/// A number that is unique in the contract and stands there already.
fn used_again<'a>(contract: &Contract, payload: &'a Payload) -> Option<(&'static str, &'a str)> {
    let (what, number, is_used) = match payload {
        Payload::ContractFiled(e) => (
            "filing_no",
            &e.filing_no,
            contract.filings.contains_key(&e.filing_no),
        ),
        Payload::SupplementSigned(e) => {
            let no = &e.supplement_no;
            ("supplement_no", no, contract.supplements.contains_key(no))
        }
        Payload::ContractChanged(e) => (
            "change_no",
            &e.change_no,
            contract.changes.contains_key(&e.change_no),
        ),
        Payload::GoodsDelivered(e) => {
            let no = &e.delivery_no;
            ("delivery_no", no, contract.deliveries.contains_key(no))
        }
        Payload::InvoiceReceived(e) => (
            "invoice_no",
            &e.invoice_no,
            contract.invoices.contains_key(&e.invoice_no),
        ),
        Payload::SettlementConfirmed(e) => {
            let no = &e.settlement_no;
            ("settlement_no", no, contract.settlements.contains_key(no))
        }
        Payload::LiquidatedDamagesAssessed(e) => {
            let no = &e.assessment_no;
            ("assessment_no", no, contract.damages.contains_key(no))
        }
        _ => return None,
    };
    is_used.then_some((what, number.as_str()))
}
