//! RV: what stands between supplier, banks and purchaser on one contract.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::loan::{self, Financing};
use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        payload::{day, payload_of},
        refusal::{Code, Refusal, repeated, unknown_name},
    },
    events::v1::{EntityKind, event_payload::Payload},
};

/// 融资授权: which banks may see the contract, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The banks.
    pub banks: Vec<String>,
    /// The day of consent.
    pub given_on: NaiveDate,
    /// The last day.
    pub valid_to: Option<NaiveDate>,
}

impl Consent {
    /// Whether a bank may be applied to on a day.
    pub fn covers(&self, bank: &str, on: NaiveDate) -> bool {
        let is_over = self.valid_to.is_some_and(|last| last < on);
        self.given_on <= on && !is_over && self.banks.iter().any(|named| named == bank)
    }
}

/// 确权: a request, and what the purchaser confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The day of the request.
    pub requested_on: NaiveDate,
    /// The day of confirmation.
    pub confirmed_on: Option<NaiveDate>,
    /// What is owed, in fen, as confirmed.
    pub receivable_fen: i64,
}

/// The state of a receivable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receivable {
    /// Consents by id.
    pub consents: BTreeMap<String, Consent>,
    /// Confirmations by id.
    pub confirmations: BTreeMap<String, Confirmation>,
    /// Loans applied for on the contract, by id, as they stand.
    pub loans: BTreeMap<String, Financing>,
}

impl Receivable {
    /// What is lent on the contract: approved and not repaid, of loans that are not over.
    pub fn outstanding_fen(&self) -> i128 {
        let running = self.loans.values().filter(|loan| !loan.status.is_over());
        let approved = running.filter(|loan| loan.approved_on.is_some());
        approved
            .map(|loan| i128::from(loan.approved_fen) - loan.repaid_fen())
            .sum()
    }

    /// The account to which the contract must pay, while one is locked.
    pub fn locked_account(&self) -> Option<&str> {
        let running = self.loans.values().filter(|loan| !loan.status.is_over());
        let mut locks = running.filter_map(Financing::open_lock);
        locks.next().map(|lock| lock.account_ref.as_str())
    }
}

/// Whether the event may happen: consents and requests are new (E002), a confirmation answers a
/// request (E001) that is not answered (E002). Loans are the loan's own business.
pub fn transition(state: &Receivable, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(Payload::FinancingConsentGiven(e)) if state.consents.contains_key(&e.consent_id) => {
            Err(repeated(entity, "consent_id", &e.consent_id))
        }
        Some(Payload::ConfirmationRequested(e))
            if state.confirmations.contains_key(&e.confirmation_id) =>
        {
            Err(repeated(entity, "confirmation_id", &e.confirmation_id))
        }
        Some(Payload::ContractConfirmed(e)) => match state.confirmations.get(&e.confirmation_id) {
            None => Err(unknown_name("confirmation_id", &e.confirmation_id)),
            Some(confirmation) if confirmation.confirmed_on.is_some() => {
                Err(confirmed_already(entity, &e.confirmation_id))
            }
            Some(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

fn confirmed_already(entity: &EntityRef, confirmation_id: &str) -> Refusal {
    let message = format!("request {confirmation_id} of {entity} is confirmed already");
    Refusal::new(Code::E002_ILLEGAL_TRANSITION, message)
        .with("entity", entity)
        .with("confirmation_id", confirmation_id)
}

/// The receivable after one more fact.
pub fn evolve(state: &mut Receivable, entity: &EntityRef, position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    let on = fact.legal_date;
    match payload {
        Payload::FinancingConsentGiven(e) => {
            let consent = Consent {
                banks: e.banks.clone(),
                given_on: on,
                valid_to: day(&e.valid_to),
            };
            state.consents.insert(e.consent_id.clone(), consent);
        }
        Payload::ConfirmationRequested(e) => {
            let confirmation = Confirmation {
                requested_on: on,
                confirmed_on: None,
                receivable_fen: 0,
            };
            let id = e.confirmation_id.clone();
            state.confirmations.insert(id, confirmation);
        }
        Payload::ContractConfirmed(e) => {
            if let Some(confirmation) = state.confirmations.get_mut(&e.confirmation_id) {
                confirmation.confirmed_on = Some(on);
                confirmation.receivable_fen = e.receivable_fen;
            }
        }
        _ => {
            if let Some(id) = loan_of(payload) {
                let partition = entity.partition();
                let of = EntityRef::new(EntityKind::Financing, partition, entity.owner(), id);
                let loan = state.loans.entry(id.to_owned()).or_default();
                loan::evolve(loan, &of, position, fact);
            }
        }
    }
}

/// The loan that an event is about.
pub(in crate::domain) fn loan_of(payload: &Payload) -> Option<&str> {
    Some(match payload {
        Payload::FinancingApplied(e) => &e.financing_id,
        Payload::FinancingApproved(e) => &e.financing_id,
        Payload::FinancingRejected(e) => &e.financing_id,
        Payload::FinancingCancelled(e) => &e.financing_id,
        Payload::PayeeAccountLocked(e) => &e.financing_id,
        Payload::PayeeAccountReleased(e) => &e.financing_id,
        Payload::FinancingDisbursed(e) => &e.financing_id,
        Payload::FinancingRepaid(e) => &e.financing_id,
        Payload::FinancingDefaulted(e) => &e.financing_id,
        _ => return None,
    })
}
