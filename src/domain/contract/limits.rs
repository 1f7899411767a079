//! The sums that hold in any state of a contract (E014, E015, E024, E025), and the terms
//! that claims rest on.

use super::state::{Claim, ClaimStatus, Contract, Figures, Signed};
use crate::{
    domain::{
        entity::EntityRef,
        refusal::{Code, Refusal, sum_mismatch, unknown_name},
        values::money,
    },
    events::v1::{LawTrack, Pricing, TermKind},
};

/// 政府采购法第49条: supplements come to at most ten per cent of the original contract.
const SUPPLEMENTS_BP_MAX: i64 = 1_000;

/// The sums that must hold after an event; `before` gives the figures of what was asked for.
///
/// A contract whose signing is not among the events has nothing to compare with.
pub fn invariants(
    before: Option<&Contract>,
    contract: &Contract,
    entity: &EntityRef,
) -> Result<(), Refusal> {
    let Some(signed) = &contract.signed else {
        return Ok(());
    };
    let view = View {
        id: entity.id(),
        contract,
        signed,
        before,
        now: contract.figures(),
    };
    view.terms_known()?;
    view.supplements_fit()?;
    view.payments_fit()?;
    view.terms_sum()?;
    view.value_holds()?;
    view.acceptance_fits()?;
    view.payments_waited()?;
    view.term_claims_fit()
}

struct View<'a> {
    id: &'a str,
    contract: &'a Contract,
    signed: &'a Signed,
    before: Option<&'a Contract>,
    now: Figures,
}

impl View<'_> {
    /// E001: every claim is on a term of the contract, also when the terms are corrected later.
    fn terms_known(&self) -> Result<(), Refusal> {
        let is_unknown = |claim: &&Claim| !self.signed.terms.contains_key(&claim.term_no);
        match self.live().find(is_unknown) {
            Some(claim) => Err(unknown_name("term_no", &claim.term_no)),
            None => Ok(()),
        }
    }

    /// E014: the base is the original amount, never the increased one; what changes take away does
    /// not make room again. Works under 招标投标法 follow that law.
    fn supplements_fit(&self) -> Result<(), Refusal> {
        let (original_fen, additions_fen) = (self.now.original_fen, self.now.additions_fen);
        let is_bound = self.signed.law_track() != LawTrack::TenderLaw;
        if !is_bound || !money::exceeds_share(additions_fen, original_fen, SUPPLEMENTS_BP_MAX) {
            return Ok(());
        }
        let limit_fen = money::share_down(self.signed.amount_fen, SUPPLEMENTS_BP_MAX);
        let before_fen = self.figure_before(|before| before.additions_fen);
        let message = format!(
            "supplements and additions to contract {} come to {additions_fen} fen, at most \
             {limit_fen} fen are allowed: 10 % of the original {original_fen} fen \
             (政府采购法第49条)",
            self.id
        );
        let refusal = self
            .refusal(Code::E014_SUPPLEMENT_OVER_10PCT, message)
            .with("original_fen", original_fen)
            .with("limit_fen", limit_fen);
        Err(asked(refusal, "used_fen", before_fen, additions_fen))
    }

    /// E015: what payments claim is payable. After a termination the settlement bounds what is
    /// requested from then on; what was claimed before stands, since a termination is a fact.
    fn payments_fit(&self) -> Result<(), Refusal> {
        let mut live = self.live();
        let payable_fen = if live.any(|claim| claim.is_settlement) {
            self.contract.payable_fen()
        } else {
            self.now.payable_fen()
        };
        let claimed_fen = self.now.claimed_fen();
        if claimed_fen <= payable_fen {
            return Ok(());
        }
        let before_fen = self.figure_before(Figures::claimed_fen);
        let message = format!(
            "payments on contract {} come to {claimed_fen} fen, {payable_fen} fen are payable: \
             original, supplements and changes less damages, after a termination what was settled \
             (政府采购法实施条例第51条)",
            self.id
        );
        let refusal = self
            .refusal(Code::E015_PAYMENT_OVER_CONTRACT, message)
            .with("payable_fen", payable_fen);
        let refusal = asked(refusal, "claimed_fen", before_fen, claimed_fen);
        Err(refusal.with("paid_fen", self.now.paid_fen))
    }

    /// E024: the terms of a fixed total sum to it; those of other pricing do not exceed it.
    fn terms_sum(&self) -> Result<(), Refusal> {
        let amount_fen = self.now.original_fen;
        let sum_fen = money::sum(self.signed.terms.values().map(|term| term.amount_fen));
        let is_fixed = self.signed.pricing() == Pricing::FixedTotal;
        if sum_fen == amount_fen || (!is_fixed && sum_fen < amount_fen) {
            return Ok(());
        }
        Err(sum_mismatch("terms", amount_fen, sum_fen).with("contract_id", self.id))
    }

    /// E024: changes take away no more than there is, damages and settlement stay within it.
    fn value_holds(&self) -> Result<(), Refusal> {
        let (value_fen, damages_fen) = (self.now.value_fen(), self.now.damages_fen);
        if value_fen < 0 {
            let message = format!(
                "changes of contract {} leave {value_fen} fen of it: they cannot take away more \
                 than there is",
                self.id
            );
            return Err(self
                .refusal(Code::E024_SUM_MISMATCH, message)
                .with("value_fen", value_fen)
                .with("changes_fen", self.now.changes_fen));
        }
        if damages_fen > value_fen {
            let message = format!(
                "damages on contract {} come to {damages_fen} fen, it is worth {value_fen} fen: \
                 damages are deducted from what is payable, never paid",
                self.id
            );
            return Err(self
                .refusal(Code::E024_SUM_MISMATCH, message)
                .with("value_fen", value_fen)
                .with("damages_fen", damages_fen));
        }
        let payable_fen = self.now.payable_fen();
        let settled_fen = self.contract.terminated.map_or(0, |end| end.settled_fen);
        if i128::from(settled_fen) > payable_fen {
            let message = format!(
                "contract {} is terminated with {settled_fen} fen settled, {payable_fen} fen are \
                 payable under it",
                self.id
            );
            return Err(self
                .refusal(Code::E024_SUM_MISMATCH, message)
                .with("payable_fen", payable_fen)
                .with("settled_fen", settled_fen));
        }
        Ok(())
    }

    /// E024: no more is accepted than was payable then. Damages assessed later deduct from what is
    /// paid, not from what was accepted.
    fn acceptance_fits(&self) -> Result<(), Refusal> {
        let deducted_fen = i128::from(self.contract.deducted_when_accepted_fen);
        let payable_fen = self.now.value_fen() - deducted_fen;
        let accepted_fen = self.now.accepted_fen;
        if accepted_fen <= payable_fen {
            return Ok(());
        }
        let before_fen = self.figure_before(|before| before.accepted_fen);
        let message = format!(
            "acceptances of contract {} come to {accepted_fen} fen, {payable_fen} fen were payable",
            self.id
        );
        let refusal = self
            .refusal(Code::E024_SUM_MISMATCH, message)
            .with("payable_fen", payable_fen);
        Err(asked(refusal, "accepted_fen", before_fen, accepted_fen))
    }

    /// E025: what waits for acceptance or settlement is not claimed before it.
    fn payments_waited(&self) -> Result<(), Refusal> {
        let (accepted_fen, settled_fen) = (self.now.accepted_fen, self.now.settled_fen);
        self.claims_fit(
            "ACCEPTANCE and FINAL terms",
            ("accepted_fen", accepted_fen),
            |kind, _| matches!(kind, TermKind::Acceptance | TermKind::Final),
        )?;
        self.claims_fit("PROGRESS terms", ("settled_fen", settled_fen), |kind, _| {
            kind == TermKind::Progress
        })?;
        let retained_fen = retained_fen(self.contract);
        if retained_fen > 0 && self.contract.final_passed_on.is_none() {
            let before_fen = self.before.map_or(0, self::retained_fen);
            return Err(retention_early(self.id, before_fen, retained_fen));
        }
        Ok(())
    }

    /// E025: advances and retentions stay within their terms.
    fn term_claims_fit(&self) -> Result<(), Refusal> {
        for (term_no, term) in &self.signed.terms {
            if matches!(term.kind(), TermKind::Advance | TermKind::Retention) {
                let (what, limit_fen) = (format!("term {term_no}"), term.amount_fen.into());
                self.claims_fit(&what, ("term_fen", limit_fen), |_, claim| {
                    claim.term_no == *term_no
                })?;
            }
        }
        Ok(())
    }

    /// E025 when the claims meant are more than a limit, which is told by its name too.
    fn claims_fit(
        &self,
        what: &str,
        (limit_name, limit_fen): (&'static str, i128),
        is_meant: impl Fn(TermKind, &Claim) -> bool,
    ) -> Result<(), Refusal> {
        let claimed_fen = claimed_on(self.contract, &is_meant);
        if claimed_fen <= limit_fen {
            return Ok(());
        }
        let before_fen = self
            .before
            .map_or(0, |before| claimed_on(before, &is_meant));
        let message = format!(
            "payments on {what} of contract {} come to {claimed_fen} fen, {limit_name} is \
             {limit_fen} (政府采购法实施条例第45条、第51条)",
            self.id
        );
        let refusal = self
            .refusal(Code::E025_PAY_BEFORE_ACCEPTANCE, message)
            .with("limit_fen", limit_fen)
            .with(limit_name, limit_fen);
        let refusal = asked(refusal, "claimed_fen", before_fen, claimed_fen);
        let paid_fen = claimed_on(self.contract, |kind, claim| {
            claim.status == ClaimStatus::Executed && is_meant(kind, claim)
        });
        Err(refusal.with("paid_fen", paid_fen))
    }

    fn refusal(&self, code: Code, message: String) -> Refusal {
        Refusal::new(code, message).with("contract_id", self.id)
    }

    fn figure_before(&self, figure: impl Fn(&Figures) -> i128) -> i128 {
        self.before.map_or(0, |before| figure(&before.figures()))
    }

    fn live(&self) -> impl Iterator<Item = &Claim> {
        self.contract
            .claims
            .values()
            .filter(|claim| claim.is_live())
    }
}

/// Tells a sum that is over its limit as what stood before and what the event asks for on top. An
/// event that asks for nothing more, such as a correction that lowers the limit, is told the sum
/// that is over it, and no request.
fn asked(refusal: Refusal, standing: &'static str, before_fen: i128, now_fen: i128) -> Refusal {
    if now_fen > before_fen {
        refusal
            .with(standing, before_fen)
            .with("requested_fen", now_fen - before_fen)
    } else {
        refusal.with(standing, now_fen)
    }
}

/// What is claimed of a kind. Claims that pay a settlement after a termination are not bound by
/// the terms and do not count.
fn claimed_on(contract: &Contract, is_meant: impl Fn(TermKind, &Claim) -> bool) -> i128 {
    let bound = contract
        .claims
        .values()
        .filter(|claim| claim.is_live() && !claim.is_settlement);
    let meant = bound.filter(|claim| is_meant(contract.kind_of(claim), claim));
    money::sum(meant.map(|claim| claim.amount_fen))
}

/// What payments claim of retention money.
pub(in crate::domain) fn retained_fen(contract: &Contract) -> i128 {
    claimed_on(contract, |kind, _| kind == TermKind::Retention)
}

/// E025: retention money is claimed before the final acceptance passed.
pub(in crate::domain) fn retention_early(
    contract_id: &str,
    before_fen: i128,
    claimed_fen: i128,
) -> Refusal {
    let message = format!(
        "{claimed_fen} fen of retention money of contract {contract_id} are claimed, its final \
         acceptance has not passed (政府采购法实施条例第45条)"
    );
    let refusal = Refusal::new(Code::E025_PAY_BEFORE_ACCEPTANCE, message)
        .with("contract_id", contract_id)
        .with("limit_fen", 0);
    asked(refusal, "claimed_fen", before_fen, claimed_fen)
}
