//! Step gates of loans and receivables: consent (E021), what is known and belongs together (E001),
//! dates (E003), the locked account (E017), what is lent on the contract (E018).

use super::{
    loan::{Financing, FinancingStatus},
    receivable::{Receivable, loan_of},
};
use crate::{
    domain::{
        contract::{Contract, gates::with_contract},
        gate::Env,
        payload::day,
        refusal::{Code, Refusal, bad_time, unknown},
    },
    events::v1::{self, EntityKind, event_payload::Payload},
};

/// The step gates of financing events.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::FinancingConsentGiven(e) => {
            with_contract(env, &e.contract_id, |_, _| {});
            let given_on = env.fact.legal_date;
            if let Some(last) = day(&e.valid_to).filter(|last| *last < given_on) {
                env.refuse(bad_time("consent", given_on, last));
            }
        }
        Payload::ConfirmationRequested(e) => with_contract(env, &e.contract_id, |_, _| {}),
        Payload::ContractConfirmed(e) => {
            with_contract(env, &e.contract_id, |_, _| {});
            let loaded = env.load::<Receivable>(&e.contract_id);
            let of = loaded
                .get()
                .and_then(|r| r.confirmations.get(&e.confirmation_id));
            env.not_before("request", of.map(|confirmation| confirmation.requested_on));
        }
        Payload::FinancingApplied(e) => check_application(env, e),
        _ => {
            if let (Some(id), Some(contract_id)) = (loan_of(payload), contract_of(payload)) {
                check_loan(env, payload, id, contract_id);
            }
        }
    }
}

fn contract_of(payload: &Payload) -> Option<&str> {
    Some(match payload {
        Payload::FinancingApproved(e) => &e.contract_id,
        Payload::FinancingRejected(e) => &e.contract_id,
        Payload::FinancingCancelled(e) => &e.contract_id,
        Payload::PayeeAccountLocked(e) => &e.contract_id,
        Payload::PayeeAccountReleased(e) => &e.contract_id,
        Payload::FinancingDisbursed(e) => &e.contract_id,
        Payload::FinancingRepaid(e) => &e.contract_id,
        Payload::FinancingDefaulted(e) => &e.contract_id,
        _ => return None,
    })
}

/// E021: what a contract says is closed to a bank that its supplier did not let in.
fn check_application(env: &mut Env<'_>, e: &v1::FinancingApplied) {
    with_contract(env, &e.contract_id, |_, _| {});
    let on = env.fact.legal_date;
    let loaded = env.load::<Receivable>(&e.contract_id);
    let mut consents = loaded.get().into_iter().flat_map(|r| r.consents.values());
    if !consents.any(|consent| consent.covers(&e.bank, on)) {
        let message = format!(
            "no consent of the supplier lets bank {} see contract {} on {on}",
            e.bank, e.contract_id
        );
        let refusal = Refusal::new(Code::E021_SEALED, message)
            .with("contract_id", &e.contract_id)
            .with("bank", &e.bank)
            .with("applied_on", on);
        env.refuse(refusal);
    }
}

/// An act on a loan: the loan is known and of this contract (E001), and follows what came before.
fn check_loan(env: &mut Env<'_>, payload: &Payload, id: &str, contract_id: &str) {
    with_contract(env, contract_id, |env, contract| {
        if let Payload::FinancingApproved(e) = payload {
            check_receivable(env, contract, e);
        }
    });
    let loaded = env.load::<Financing>(id);
    let known = loaded
        .get()
        .filter(|loan| loan.status != FinancingStatus::Absent);
    let Some(loan) = known else {
        env.refuse(unknown(&env.own(EntityKind::Financing, id)));
        return;
    };
    if loan.contract_id != contract_id {
        let message = format!(
            "loan {id} is on contract {}, not on {contract_id}",
            loan.contract_id
        );
        let refusal = Refusal::new(Code::E001_UNKNOWN_REF, message)
            .with("financing_id", id)
            .with("contract_id", contract_id)
            .with("loan_contract_id", &loan.contract_id);
        env.refuse(refusal);
    }
    env.not_before("application", loan.applied_on);
    env.not_before("approval", loan.approved_on);
    match payload {
        Payload::FinancingRepaid(_) | Payload::FinancingDefaulted(_) => {
            env.not_before("disbursement", loan.disbursed_on);
        }
        Payload::PayeeAccountLocked(e) => check_lock(env, loan, e),
        Payload::PayeeAccountReleased(e) => {
            let lock = loan.open_lock();
            env.not_before("lock", lock.map(|lock| lock.locked_on));
            env.not_before("end of the loan", loan.ended_on);
            if lock.is_some_and(|lock| lock.account_ref != e.account_ref) {
                env.refuse(other_account(&e.contract_id, &e.account_ref));
            }
        }
        _ => {}
    }
}

/// E018, once, when a loan is approved: what is lent on a contract is what it still pays at most.
fn check_receivable(env: &mut Env<'_>, contract: &Contract, e: &v1::FinancingApproved) {
    let loaded = env.load::<Receivable>(&e.contract_id);
    let outstanding_fen = loaded.get().map_or(0, Receivable::outstanding_fen);
    let lent_fen = outstanding_fen + i128::from(e.amount_fen);
    let figures = contract.figures();
    let (value_fen, paid_fen) = (figures.value_fen(), figures.paid_fen);
    let receivable_fen = value_fen - paid_fen;
    if lent_fen <= receivable_fen {
        return;
    }
    let message = format!(
        "loans on contract {} would come to {lent_fen} fen, {receivable_fen} fen of it are still \
         to be received: {value_fen} fen less {paid_fen} fen paid",
        e.contract_id
    );
    let refusal = Refusal::new(Code::E018_FINANCING_OVER_RECEIVABLE, message)
        .with("contract_id", &e.contract_id)
        .with("value_fen", value_fen)
        .with("paid_fen", paid_fen)
        .with("receivable_fen", receivable_fen)
        .with("outstanding_fen", outstanding_fen)
        .with("requested_fen", e.amount_fen);
    env.refuse(refusal);
}

/// A lock names the loan's bank (E001) and the account that is locked already, if one is (E017).
fn check_lock(env: &mut Env<'_>, loan: &Financing, e: &v1::PayeeAccountLocked) {
    if loan.bank != e.bank {
        let message = format!(
            "loan {} is of bank {}, the account of {}",
            e.financing_id, loan.bank, e.bank
        );
        let refusal = Refusal::new(Code::E001_UNKNOWN_REF, message)
            .with("financing_id", &e.financing_id)
            .with("bank", &e.bank)
            .with("loan_bank", &loan.bank);
        env.refuse(refusal);
    }
    check_locked_account(env, &e.contract_id, &e.account_ref);
}

/// E017 for an account other than the one to which a contract must pay, while one is locked.
pub(in crate::domain) fn check_locked_account(env: &mut Env<'_>, contract_id: &str, given: &str) {
    let loaded = env.load::<Receivable>(contract_id);
    let locked = loaded.get().and_then(Receivable::locked_account);
    if locked.is_some_and(|locked| locked != given) {
        env.refuse(other_account(contract_id, given));
    }
}

/// The right account is not told: a refusal must not help who tries to divert a payment.
fn other_account(contract_id: &str, given: &str) -> Refusal {
    let message =
        format!("account {given} is not the one that is locked for contract {contract_id}");
    Refusal::new(Code::E017_PAYEE_MISMATCH, message)
        .with("contract_id", contract_id)
        .with("payee_account_ref", given)
}
