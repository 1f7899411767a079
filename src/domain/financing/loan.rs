//! FN: one loan.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        machine::{Case, Row, advance},
        payload::{EventType, payload_of},
        refusal::{Code, Refusal, repeated},
        values::money,
    },
    events::v1::event_payload::Payload,
};

/// Where a loan stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FinancingStatus {
    /// Not applied for.
    #[default]
    Absent,
    /// 已申请.
    Applied,
    /// 已批准.
    Approved,
    /// 不予批准; final.
    Rejected,
    /// 已撤销; final.
    Cancelled,
    /// 已放款.
    Disbursed,
    /// 部分还款.
    PartlyRepaid,
    /// 已逾期.
    Defaulted,
    /// 已结清; final.
    Repaid,
}

impl FinancingStatus {
    /// Whether it is over: nothing is lent any more, and no account stays locked.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Rejected | Self::Cancelled | Self::Repaid)
    }
}

/// A lock of the payee's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The account.
    pub account_ref: String,
    /// The first day.
    pub locked_on: NaiveDate,
    /// The day of release; the end of the loan ends the lock without one.
    pub released_on: Option<NaiveDate>,
}

/// Overdue principal, as told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    /// The amount.
    pub amount_fen: i64,
    /// What was owed at that moment.
    pub owed_fen: i128,
}

/// The state of a loan. Amounts are fen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Financing {
    /// Where it stands.
    pub status: FinancingStatus,
    /// The contract.
    pub contract_id: String,
    /// The bank.
    pub bank: String,
    /// What was asked for.
    pub applied_fen: i64,
    /// The day of application.
    pub applied_on: Option<NaiveDate>,
    /// What was approved.
    pub approved_fen: i64,
    /// The day of approval.
    pub approved_on: Option<NaiveDate>,
    /// Interest a year in basis points.
    pub annual_rate_bp: i32,
    /// Its term in days.
    pub term_days: i32,
    /// What was paid out.
    pub disbursed_fen: i64,
    /// The day on which it was paid out.
    pub disbursed_on: Option<NaiveDate>,
    /// Principal paid back, by number.
    pub repayments: BTreeMap<String, i64>,
    /// What was told to be overdue.
    pub overdue: Option<Overdue>,
    /// The newest lock.
    pub lock: Option<Lock>,
    /// The day on which it was over.
    pub ended_on: Option<NaiveDate>,
}

impl Financing {
    /// Principal paid back in all.
    pub fn repaid_fen(&self) -> i128 {
        money::sum(self.repayments.values().copied())
    }

    /// Principal paid out and not paid back.
    pub fn owed_fen(&self) -> i128 {
        i128::from(self.disbursed_fen) - self.repaid_fen()
    }

    /// The lock, if it is not released.
    pub fn open_lock(&self) -> Option<&Lock> {
        self.lock.as_ref().filter(|lock| lock.released_on.is_none())
    }
}

/// Which event leads where. Repayments are `Settled` when nothing stays owed. A lock is `New` while
/// none is open, a release `Known` while one is.
pub const TRANSITIONS: &[Row<FinancingStatus>] = {
    use Case::{Any, Known, New, NotMore, Settled};
    use EventType as E;
    use FinancingStatus::{
        Absent, Applied, Approved, Cancelled, Defaulted, Disbursed, PartlyRepaid, Rejected, Repaid,
    };
    &[
        (Absent, E::FinancingApplied, Any, Applied),
        (Applied, E::FinancingApproved, Any, Approved),
        (Applied, E::FinancingRejected, Any, Rejected),
        (Applied, E::FinancingCancelled, Any, Cancelled),
        (Approved, E::FinancingCancelled, Any, Cancelled),
        (Approved, E::FinancingDisbursed, Any, Disbursed),
        (Approved, E::PayeeAccountLocked, New, Approved),
        (Disbursed, E::FinancingRepaid, NotMore, PartlyRepaid),
        (Disbursed, E::FinancingRepaid, Settled, Repaid),
        (Disbursed, E::FinancingDefaulted, Any, Defaulted),
        (Disbursed, E::PayeeAccountLocked, New, Disbursed),
        (PartlyRepaid, E::FinancingRepaid, NotMore, PartlyRepaid),
        (PartlyRepaid, E::FinancingRepaid, Settled, Repaid),
        (PartlyRepaid, E::FinancingDefaulted, Any, Defaulted),
        (PartlyRepaid, E::PayeeAccountLocked, New, PartlyRepaid),
        (Defaulted, E::FinancingRepaid, NotMore, Defaulted),
        (Defaulted, E::FinancingRepaid, Settled, Repaid),
        (Defaulted, E::PayeeAccountLocked, New, Defaulted),
        (Repaid, E::PayeeAccountReleased, Known, Repaid),
        (Cancelled, E::PayeeAccountReleased, Known, Cancelled),
    ]
};

fn case_of(loan: &Financing, payload: &Payload) -> Case {
    match payload {
        Payload::FinancingRepaid(e) if loan.owed_fen() > i128::from(e.amount_fen) => Case::NotMore,
        Payload::FinancingRepaid(_) => Case::Settled,
        Payload::PayeeAccountLocked(_) if loan.open_lock().is_none() => Case::New,
        Payload::PayeeAccountReleased(_) if loan.open_lock().is_some() => Case::Known,
        _ => Case::Other,
    }
}

fn next(
    loan: &Financing,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<FinancingStatus, Refusal> {
    let event = (EventType::of(payload), case_of(loan, payload));
    advance(TRANSITIONS, loan.status, event, entity)
}

/// Whether the event may happen to the loan as it stands.
pub fn transition(loan: &Financing, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    next(loan, entity, payload)?;
    match payload {
        Payload::FinancingRepaid(e) if loan.repayments.contains_key(&e.repayment_no) => {
            Err(repeated(entity, "repayment_no", &e.repayment_no))
        }
        _ => Ok(()),
    }
}

/// The loan after one more fact.
pub fn evolve(loan: &mut Financing, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(loan, entity, payload) {
        if to.is_over() && !loan.status.is_over() {
            loan.ended_on = Some(fact.legal_date);
        }
        loan.status = to;
    }
    let on = fact.legal_date;
    match payload {
        Payload::FinancingApplied(e) => {
            loan.contract_id.clone_from(&e.contract_id);
            loan.bank.clone_from(&e.bank);
            loan.applied_fen = e.amount_fen;
            loan.applied_on = Some(on);
        }
        Payload::FinancingApproved(e) => {
            loan.approved_fen = e.amount_fen;
            loan.annual_rate_bp = e.annual_rate_bp;
            loan.term_days = e.term_days;
            loan.approved_on = Some(on);
        }
        Payload::FinancingDisbursed(e) => {
            loan.disbursed_fen = e.amount_fen;
            loan.disbursed_on = Some(on);
        }
        Payload::FinancingRepaid(e) => {
            loan.repayments.insert(e.repayment_no.clone(), e.amount_fen);
        }
        Payload::FinancingDefaulted(e) => {
            loan.overdue = Some(Overdue {
                amount_fen: e.amount_fen,
                owed_fen: loan.owed_fen(),
            });
        }
        Payload::PayeeAccountLocked(e) => {
            loan.lock = Some(Lock {
                account_ref: e.account_ref.clone(),
                locked_on: on,
                released_on: None,
            });
        }
        Payload::PayeeAccountReleased(_) => {
            if let Some(lock) = &mut loan.lock {
                lock.released_on = lock.released_on.or(Some(on));
            }
        }
        _ => {}
    }
}

/// E024 when more is disbursed than approved, E023 when more is repaid or overdue than is owed.
pub fn invariants(loan: &Financing, entity: &EntityRef) -> Result<(), Refusal> {
    let id = entity.id();
    let (approved_fen, disbursed_fen) = (loan.approved_fen, loan.disbursed_fen);
    if disbursed_fen > approved_fen {
        let message = format!(
            "{disbursed_fen} fen of loan {id} are disbursed, {approved_fen} fen were approved"
        );
        return Err(Refusal::new(Code::E024_SUM_MISMATCH, message)
            .with("financing_id", id)
            .with("approved_fen", approved_fen)
            .with("disbursed_fen", disbursed_fen));
    }
    let repaid_fen = loan.repaid_fen();
    if repaid_fen > i128::from(disbursed_fen) {
        let message =
            format!("{repaid_fen} fen of loan {id} are repaid, {disbursed_fen} fen were disbursed");
        return Err(Refusal::new(Code::E023_RELEASE_OVER_HELD, message)
            .with("financing_id", id)
            .with("disbursed_fen", disbursed_fen)
            .with("repaid_fen", repaid_fen));
    }
    match loan.overdue {
        Some(overdue) if i128::from(overdue.amount_fen) > overdue.owed_fen => {
            let (overdue_fen, owed_fen) = (overdue.amount_fen, overdue.owed_fen);
            let message =
                format!("{overdue_fen} fen of loan {id} are overdue, {owed_fen} fen are owed");
            Err(Refusal::new(Code::E023_RELEASE_OVER_HELD, message)
                .with("financing_id", id)
                .with("owed_fen", owed_fen)
                .with("overdue_fen", overdue_fen))
        }
        _ => Ok(()),
    }
}
