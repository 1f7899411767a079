//! The state of one contract, and the sums over it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::status::ContractStatus;
use crate::{
    domain::{guarantee::tally::Securities, values::money},
    events::v1::{AcceptanceResult, LawTrack, Pricing, TermKind},
};

/// A contract as its events tell it. Amounts are fen; entries are kept by their number, since the
/// same number again must be known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// Where it stands.
    pub status: ContractStatus,
    /// What was signed; `None` when the signing is not among the events.
    pub signed: Option<Signed>,
    /// The payee's account now: that of the signing, or of the newest change that names one.
    pub payee_account_ref: String,
    /// 备案 by filing number.
    pub filings: BTreeMap<String, NaiveDate>,
    /// 补充合同 by number.
    pub supplements: BTreeMap<String, Entry>,
    /// 变更 by number; the amount is the delta, negative for less.
    pub changes: BTreeMap<String, Entry>,
    /// 违约金 by number of assessment.
    pub damages: BTreeMap<String, Entry>,
    /// 交付 by number.
    pub deliveries: BTreeMap<String, Delivery>,
    /// 发票 by number.
    pub invoices: BTreeMap<String, Entry>,
    /// 结算 by number.
    pub settlements: BTreeMap<String, Settlement>,
    /// 验收 by acceptance, as last concluded.
    pub acceptances: BTreeMap<String, Accepted>,
    /// What damages took from what could be accepted, when something was last accepted.
    pub deducted_when_accepted_fen: i64,
    /// What payments claim, by payment.
    pub claims: BTreeMap<String, Claim>,
    /// The day on which performance was said to start.
    pub started_on: Option<NaiveDate>,
    /// The day of the newest suspension.
    pub suspended_on: Option<NaiveDate>,
    /// The day of the newest failed acceptance.
    pub failed_on: Option<NaiveDate>,
    /// The day on which final acceptance first passed; a later failure does not undo the day.
    pub final_passed_on: Option<NaiveDate>,
    /// How it was terminated.
    pub terminated: Option<Terminated>,
    /// The day of the newest completion.
    pub completed_on: Option<NaiveDate>,
    /// The newest day on which money moved.
    pub money_moved_on: Option<NaiveDate>,
    /// 保证金、保函 that name the contract.
    pub securities: Securities,
}

/// What was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// 合同编号.
    pub contract_no: String,
    /// The awarded lot.
    pub lot_no: String,
    /// 采购人.
    pub buyer: String,
    /// 供应商, the only payee.
    pub supplier: String,
    /// The original amount: the base of the 10 % of supplements, whatever follows.
    pub amount_fen: i64,
    /// Number of [`Pricing`].
    pub pricing: i32,
    /// Number of [`LawTrack`].
    pub law_track: i32,
    /// The day of signing.
    pub signed_on: NaiveDate,
    /// First day of performance, as written.
    pub start_on: String,
    /// Last day of performance, as written.
    pub end_on: String,
    /// The payment terms by number.
    pub terms: BTreeMap<String, Term>,
}

/// 支付条款, as far as gates ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Number of [`TermKind`].
    pub kind: i32,
    /// Its amount.
    pub amount_fen: i64,
}

/// A numbered amount of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The amount.
    pub amount_fen: i64,
    /// The legal date.
    pub on: NaiveDate,
}

/// A delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The stage; `None` for the whole.
    pub stage_no: Option<i32>,
    /// The day.
    pub delivered_on: NaiveDate,
}

/// A confirmed settlement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The term; empty when none was named.
    pub term_no: String,
    /// The amount.
    pub amount_fen: i64,
    /// The day.
    pub on: NaiveDate,
}

/// An acceptance as it concluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The stage.
    pub stage_no: i32,
    /// It is the final one.
    pub is_final: bool,
    /// Number of [`AcceptanceResult`].
    pub result: i32,
    /// What is accepted.
    pub accepted_fen: i64,
    /// The day.
    pub concluded_on: NaiveDate,
}

/// How a contract was terminated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminated {
    /// All that is owed under the contract, what was paid before included.
    pub settled_fen: i64,
    /// The day.
    pub on: NaiveDate,
}

/// What a payment claims of the contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The term.
    pub term_no: String,
    /// The amount requested.
    pub amount_fen: i64,
    /// How far it is.
    pub status: ClaimStatus,
    /// It was requested after the termination: the settlement bounds it, not the terms.
    pub is_settlement: bool,
}

/// How far a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimStatus {
    /// 已申请.
    Requested,
    /// 已审核.
    Accepted,
    /// 已退回 by finance: claims nothing any more.
    Rejected,
    /// 已支付.
    Executed,
    /// 已退款: claims nothing until it is requested again.
    Returned,
}

impl Claim {
    /// Whether it counts against what is payable.
    pub fn is_live(&self) -> bool {
        !matches!(self.status, ClaimStatus::Rejected | ClaimStatus::Returned)
    }
}

/// The sums of a contract in fen, wide enough for any number of amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The amount signed.
    pub original_fen: i128,
    /// Σ supplements.
    pub supplements_fen: i128,
    /// Σ changes, negative for less.
    pub changes_fen: i128,
    /// Σ supplements and of the changes those that add.
    pub additions_fen: i128,
    /// Σ damages.
    pub damages_fen: i128,
    /// Σ accepted by PASSED and PARTIAL acceptances.
    pub accepted_fen: i128,
    /// Σ confirmed settlements.
    pub settled_fen: i128,
    /// Σ payments requested or accepted by finance, and not paid yet.
    pub requested_fen: i128,
    /// Σ payments executed and not returned.
    pub paid_fen: i128,
}

impl Figures {
    /// original + supplements + changes.
    pub fn value_fen(&self) -> i128 {
        self.original_fen + self.supplements_fen + self.changes_fen
    }

    /// What may be paid in all by the contract's text: its value less damages.
    pub fn payable_fen(&self) -> i128 {
        self.value_fen() - self.damages_fen
    }

    /// What payments claim in all.
    pub fn claimed_fen(&self) -> i128 {
        self.requested_fen + self.paid_fen
    }
}

impl Contract {
    /// The sums.
    pub fn figures(&self) -> Figures {
        let amounts = |entries: &BTreeMap<String, Entry>| {
            money::sum(entries.values().map(|entry| entry.amount_fen))
        };
        let supplements_fen = amounts(&self.supplements);
        let added_fen = self.changes.values().map(|change| change.amount_fen.max(0));
        let claimed = |paid: bool| {
            let claims = self.claims.values().filter(|claim| claim.is_live());
            money::sum(
                claims
                    .filter(|claim| (claim.status == ClaimStatus::Executed) == paid)
                    .map(|claim| claim.amount_fen),
            )
        };
        Figures {
            original_fen: self
                .signed
                .as_ref()
                .map_or(0, |signed| signed.amount_fen.into()),
            supplements_fen,
            changes_fen: amounts(&self.changes),
            additions_fen: supplements_fen + money::sum(added_fen),
            damages_fen: amounts(&self.damages),
            accepted_fen: money::sum(
                self.acceptances
                    .values()
                    .filter(|a| a.has_passed())
                    .map(|a| a.accepted_fen),
            ),
            settled_fen: money::sum(self.settlements.values().map(|s| s.amount_fen)),
            requested_fen: claimed(false),
            paid_fen: claimed(true),
        }
    }

    /// What may be paid in all as things stand: after a termination what was settled.
    pub fn payable_fen(&self) -> i128 {
        let payable_fen = self.figures().payable_fen();
        self.terminated
            .map_or(payable_fen, |end| payable_fen.min(end.settled_fen.into()))
    }

    /// The supplier; empty when the signing is not among the events.
    pub fn supplier(&self) -> &str {
        self.signed.as_ref().map_or("", |signed| &signed.supplier)
    }

    /// The kind of the term that a claim is on; unspecified when the contract has no such term.
    pub fn kind_of(&self, claim: &Claim) -> TermKind {
        self.term(&claim.term_no)
            .map_or(TermKind::Unspecified, Term::kind)
    }

    /// A payment term by its number.
    pub fn term(&self, term_no: &str) -> Option<&Term> {
        self.signed.as_ref()?.terms.get(term_no)
    }

    /// The first day on which something was accepted, whole or in part.
    pub fn first_accepted_on(&self) -> Option<NaiveDate> {
        let passed = self.acceptances.values().filter(|a| a.has_passed());
        passed.map(|acceptance| acceptance.concluded_on).min()
    }

    /// The first day on which a settlement was confirmed.
    pub fn first_settled_on(&self) -> Option<NaiveDate> {
        self.settlements
            .values()
            .map(|settlement| settlement.on)
            .min()
    }

    /// The first day on which something was performed, if any was recorded.
    pub fn first_performed_on(&self) -> Option<NaiveDate> {
        let delivered = self
            .deliveries
            .values()
            .map(|delivery| delivery.delivered_on);
        delivered.chain(self.started_on).min()
    }
}

impl Signed {
    /// 计价方式.
    pub fn pricing(&self) -> Pricing {
        Pricing::try_from(self.pricing).unwrap_or_default()
    }

    /// The law that the procurement follows.
    pub fn law_track(&self) -> LawTrack {
        LawTrack::try_from(self.law_track).unwrap_or_default()
    }
}

impl Term {
    /// Its kind.
    pub fn kind(&self) -> TermKind {
        TermKind::try_from(self.kind).unwrap_or_default()
    }
}

impl Accepted {
    /// Whether it accepted the whole or a part.
    pub fn has_passed(&self) -> bool {
        matches!(
            AcceptanceResult::try_from(self.result),
            Ok(AcceptanceResult::Passed | AcceptanceResult::Partial)
        )
    }
}
