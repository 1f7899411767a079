//! PY 资金支付: one payment on a contract, requested, decided by finance, executed, returned.
//!
//! The entity is keyed by its stream and number (owner = project id, id = payment id). A payment
//! that came back may be requested again under its number: a new round, with amounts of its own.
//! A rejected one may not; its claim is gone, and a new request is a new payment.
//!
//! What is executed or returned is what was requested (E024); the payee and the account are the
//! contract's (E017). The sums over all payments are the contract's (E015, E025) and the project's
//! (E016).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    contract::{
        ContractStatus,
        gates::{check_term, with_contract},
        limits::{retained_fen, retention_early},
        state::{Contract, Term},
    },
    decider::Fact,
    entity::EntityRef,
    financing::{Receivable, gates::check_locked_account},
    gate::Env,
    holding::{by_line_id, refuse_twice},
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Code, Refusal, sum_mismatch, unknown},
    values::money,
};
use crate::events::v1::{self, BudgetPart, EntityKind, TermKind, event_payload::Payload};

/// Where a payment stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PaymentStatus {
    /// Not requested.
    #[default]
    Absent,
    /// 已申请.
    Requested,
    /// 已审核: finance agreed.
    Accepted,
    /// 已退回 by finance; final.
    Rejected,
    /// 已支付.
    Executed,
    /// 已退款: the money came back.
    Returned,
}

/// An amount with what each budget line bears of it, in fen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// The amount.
    pub amount_fen: i64,
    /// Parts by budget line.
    pub parts: BTreeMap<String, i64>,
}

/// One request and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// The term.
    pub term_no: String,
    /// What was requested.
    pub requested: Amount,
    /// The day of the request.
    pub requested_on: NaiveDate,
    /// The day of the decision by finance.
    pub decided_on: Option<NaiveDate>,
    /// What was paid.
    pub executed: Option<Amount>,
    /// The day of payment.
    pub paid_on: Option<NaiveDate>,
    /// What came back.
    pub returned: Option<Amount>,
    /// The day of return.
    pub returned_on: Option<NaiveDate>,
}

/// The state of a payment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Where it stands.
    pub status: PaymentStatus,
    /// The contract.
    pub contract_id: String,
    /// Its requests, oldest first; the last one is in force.
    pub rounds: Vec<Round>,
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<PaymentStatus>] = {
    use Case::Any;
    use EventType as E;
    use PaymentStatus::{Absent, Accepted, Executed, Rejected, Requested, Returned};
    &[
        (Absent, E::PaymentRequested, Any, Requested),
        (Requested, E::PaymentAccepted, Any, Accepted),
        (Requested, E::PaymentRejected, Any, Rejected),
        (Accepted, E::PaymentExecuted, Any, Executed),
        (Executed, E::PaymentReturned, Any, Returned),
        (Returned, E::PaymentRequested, Any, Requested),
    ]
};

fn next(
    payment: &Payment,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<PaymentStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, payment.status, event, entity)
}

/// Whether the event may happen to the payment as it stands.
pub fn transition(payment: &Payment, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(payment, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The payment after one more fact.
pub fn evolve(payment: &mut Payment, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(payment, entity, payload) {
        payment.status = to;
    }
    let on = fact.legal_date;
    if let Payload::PaymentRequested(e) = payload {
        payment.contract_id.clone_from(&e.contract_id);
        payment.rounds.push(Round {
            term_no: e.term_no.clone(),
            requested: amount(e.amount_fen, &e.budget_parts),
            requested_on: on,
            decided_on: None,
            executed: None,
            paid_on: None,
            returned: None,
            returned_on: None,
        });
    }
    let Some(round) = payment.rounds.last_mut() else {
        return;
    };
    match payload {
        Payload::PaymentAccepted(_) | Payload::PaymentRejected(_) => round.decided_on = Some(on),
        Payload::PaymentExecuted(e) => {
            round.executed = Some(amount(e.amount_fen, &e.budget_parts));
            round.paid_on = Some(on);
        }
        Payload::PaymentReturned(e) => {
            round.returned = Some(amount(e.amount_fen, &e.budget_parts));
            round.returned_on = Some(on);
        }
        _ => {}
    }
}

fn amount(amount_fen: i64, parts: &[BudgetPart]) -> Amount {
    Amount {
        amount_fen,
        parts: by_line_id(parts),
    }
}

/// E024 when the parts of a request do not sum to it, or when what was paid or came back is not
/// what was requested.
pub fn invariants(payment: &Payment, entity: &EntityRef) -> Result<(), Refusal> {
    for round in &payment.rounds {
        let requested = &round.requested;
        let sum_fen = money::sum(requested.parts.values().copied());
        if sum_fen != i128::from(requested.amount_fen) {
            let refusal = sum_mismatch("budget_parts", requested.amount_fen.into(), sum_fen);
            return Err(refusal.with("payment_id", entity.id()));
        }
        let acts = [("executed", &round.executed), ("returned", &round.returned)];
        for (act, given) in acts {
            if let Some(given) = given.as_ref().filter(|given| *given != requested) {
                return Err(differs(entity, act, requested, given));
            }
        }
    }
    Ok(())
}

fn differs(entity: &EntityRef, act: &'static str, requested: &Amount, given: &Amount) -> Refusal {
    let (requested_fen, given_fen) = (requested.amount_fen, given.amount_fen);
    let id = entity.id();
    let refusal = |message: String| {
        Refusal::new(Code::E024_SUM_MISMATCH, message)
            .with("payment_id", id)
            .with("act", act)
            .with("requested_fen", requested_fen)
            .with("given_fen", given_fen)
    };
    if requested_fen != given_fen {
        return refusal(format!(
            "payment {id} is {act} with {given_fen} fen, {requested_fen} fen were requested"
        ));
    }
    let lines = requested.parts.keys().chain(given.parts.keys());
    let part = |amount: &Amount, line: &String| amount.parts.get(line).copied().unwrap_or(0);
    let line = lines
        .into_iter()
        .find(|line| part(requested, line) != part(given, line));
    let line = line.cloned().unwrap_or_default();
    let (requested_part, given_part) = (part(requested, &line), part(given, &line));
    refusal(format!(
        "payment {id} is {act} with {given_part} fen on budget line {line}, {requested_part} fen \
         were requested of it"
    ))
    .with("budget_line_id", &line)
    .with("requested_part_fen", requested_part)
    .with("given_part_fen", given_part)
}

/// The step gates of payment events: the contract, its term and the payment are known (E001), each
/// act follows the one before (E003), the payee is the contract's (E017).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let (payment_id, contract_id) = match payload {
        Payload::PaymentRequested(request) => return check_request(env, request),
        Payload::PaymentAccepted(e) => (&e.payment_id, &e.contract_id),
        Payload::PaymentRejected(e) => (&e.payment_id, &e.contract_id),
        Payload::PaymentExecuted(e) => (&e.payment_id, &e.contract_id),
        Payload::PaymentReturned(e) => (&e.payment_id, &e.contract_id),
        _ => return,
    };
    with_contract(env, contract_id, |_, _| {});
    let loaded = env.load::<Payment>(payment_id);
    let Some(payment) = loaded.get().filter(|payment| !payment.rounds.is_empty()) else {
        env.refuse(unknown(&env.own(EntityKind::Payment, payment_id)));
        return;
    };
    same_contract(env, payment_id, payment, contract_id);
    let Some(round) = payment.rounds.last() else {
        return;
    };
    env.not_before("request", Some(round.requested_on));
    match payload {
        Payload::PaymentExecuted(e) => {
            env.not_before("decision", round.decided_on);
            refuse_twice(env, &e.budget_parts);
        }
        Payload::PaymentReturned(e) => {
            env.not_before("payment", round.paid_on);
            refuse_twice(env, &e.budget_parts);
        }
        _ => {}
    }
}

fn check_request(env: &mut Env<'_>, request: &v1::PaymentRequested) {
    refuse_twice(env, &request.budget_parts);
    let loaded = env.load::<Payment>(&request.payment_id);
    if let Some(payment) = loaded.get() {
        same_contract(env, &request.payment_id, payment, &request.contract_id);
        let round = payment.rounds.last();
        env.not_before("return", round.and_then(|round| round.returned_on));
    }
    with_contract(env, &request.contract_id, |env, contract| {
        check_term(env, contract, &request.term_no);
        check_payee(env, contract, request);
        if contract.status != ContractStatus::Terminated {
            check_waited(env, contract, request);
        }
    });
}

/// A request is not earlier than what it waits for (E003); retention money waits for a final
/// acceptance that no failure followed (E025). After a termination the settlement decides instead.
fn check_waited(env: &mut Env<'_>, contract: &Contract, request: &v1::PaymentRequested) {
    match contract.term(&request.term_no).map(Term::kind) {
        Some(TermKind::Acceptance | TermKind::Final) => {
            env.not_before("acceptance", contract.first_accepted_on());
        }
        Some(TermKind::Progress) => env.not_before("settlement", contract.first_settled_on()),
        Some(TermKind::Retention) if contract.status == ContractStatus::Accepted => {
            env.not_before("final acceptance", contract.final_passed_on);
        }
        Some(TermKind::Retention) => {
            let before_fen = retained_fen(contract);
            let claimed_fen = before_fen + i128::from(request.amount_fen);
            let id = &request.contract_id;
            env.refuse(retention_early(id, before_fen, claimed_fen));
        }
        _ => {}
    }
}

/// E017: money goes to the contract's supplier and to the account that the contract names now, or
/// that a loan on it has locked.
fn check_payee(env: &mut Env<'_>, contract: &Contract, request: &v1::PaymentRequested) {
    let Some(signed) = &contract.signed else {
        return;
    };
    let (id, payee) = (&request.contract_id, &request.payee);
    if *payee != signed.supplier {
        let message = format!(
            "payee {payee} is not the supplier {} of {id}",
            signed.supplier
        );
        env.refuse(
            Refusal::new(Code::E017_PAYEE_MISMATCH, message)
                .with("contract_id", id)
                .with("payee", payee)
                .with("supplier", &signed.supplier),
        );
    }
    // The right account is not told: a refusal must not help who tries to divert a payment. While
    // a loan locks an account, that one stands in the place of the contract's.
    let given = &request.payee_account_ref;
    let loaded = env.load::<Receivable>(id);
    if loaded.get().and_then(Receivable::locked_account).is_some() {
        check_locked_account(env, id, given);
    } else if *given != contract.payee_account_ref {
        let message = format!("account {given} is not the payee's account in contract {id}");
        env.refuse(
            Refusal::new(Code::E017_PAYEE_MISMATCH, message)
                .with("contract_id", id)
                .with("payee_account_ref", given),
        );
    }
}

/// E001: a payment belongs to one contract for ever.
fn same_contract(env: &mut Env<'_>, payment_id: &str, payment: &Payment, contract_id: &str) {
    if !payment.rounds.is_empty() && payment.contract_id != contract_id {
        let message = format!(
            "payment {payment_id} is of contract {}, not of {contract_id}",
            payment.contract_id
        );
        env.refuse(
            Refusal::new(Code::E001_UNKNOWN_REF, message)
                .with("payment_id", payment_id)
                .with("contract_id", contract_id)
                .with("payment_contract_id", &payment.contract_id),
        );
    }
}

#[cfg(test)]
mod tests;
