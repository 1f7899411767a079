//! What secures a contract and what is borrowed on it: performance bonds, guarantees, loans of
//! banks; and how its supplier is judged in the end.

use chrono::NaiveDate;

use super::{Script, Who, contract::Contract};
use crate::{
    events::v1::{
        BondCollected, BondForfeited, BondForm, BondKind, BondReturned, ConfirmationRequested,
        ContractConfirmed, CreditEnhancementAccepted, CreditEvaluated, CreditScore,
        CreditSubjectKind, FinancingApplied, FinancingApproved, FinancingCancelled,
        FinancingConsentGiven, FinancingDefaulted, FinancingDisbursed, FinancingRejected,
        FinancingRepaid, GuaranteeClaimed, GuaranteeExpired, GuaranteeExtended, GuaranteeIssued,
        GuaranteeReleased, PayeeAccountLocked, PayeeAccountReleased, event_payload::Payload,
    },
    simulate::{calendar::after, draft::source},
};

/// What secures a contract.
#[derive(Debug, Clone)]
pub(super) enum Security {
    /// Money that is held, in fen.
    Bond(i64),
    /// A guarantee of a bank: which, fen, and its last day.
    Guarantee(usize, i64, NaiveDate),
}

/// A loan that is paid out: the bank, and fen.
#[derive(Debug, Clone)]
pub(super) struct Loan {
    bank: usize,
    amount_fen: i64,
}

impl Script<'_> {
    /// Secures a contract, or not.
    pub(super) fn secure(&mut self, contract: &mut Contract) {
        let amount_fen = contract.amount_fen / 20;
        let choice = self.random.weighted(&[70, 14, 12, 4]);
        if choice == 0 || amount_fen == 0 {
            return;
        }
        self.pass_workdays(0, 3);
        let payer = self.world.suppliers[contract.supplier].uscc.clone();
        let on = self.track.today.to_string();
        match choice {
            1 => {
                // What task 06 forbids: cash alone.
                let strict_cash = self.random.chance(50);
                let collected = BondCollected {
                    bond_id: bond_id(contract),
                    kind: BondKind::Performance.into(),
                    form: BondForm::Transfer.into(),
                    strict_cash,
                    amount_fen,
                    payer,
                    lot_no: contract.lot_no.clone(),
                    contract_id: contract.id.clone(),
                    received_on: on,
                };
                self.by(
                    Who::Unit,
                    Payload::BondCollected(collected),
                    "bond collected",
                );
                if strict_cash {
                    let today = self.track.today;
                    self.breaks_on(today, "HY-05-NO-CASH", ("bond", &bond_id(contract)));
                }
                contract.security = Some(Security::Bond(amount_fen));
            }
            2 => {
                let bank = self.random.below(2) as usize;
                // One in four is short, and is over before the contract is.
                let days = if self.random.chance(250) { 45 } else { 300 };
                let valid_to = after(self.track.today, days);
                let issued = GuaranteeIssued {
                    guarantee_no: guarantee_no(contract),
                    kind: BondKind::Performance.into(),
                    guarantor: self.bank(bank),
                    beneficiary: self.unit().uscc.clone(),
                    applicant: payer,
                    lot_no: contract.lot_no.clone(),
                    contract_id: contract.id.clone(),
                    amount_fen,
                    valid_from: on.clone(),
                    valid_to: valid_to.to_string(),
                    electronic: self.random.chance(800),
                    issued_on: on,
                };
                let payload = Payload::GuaranteeIssued(issued);
                self.by_bank(bank, payload, "guarantee issued");
                contract.security = Some(Security::Guarantee(bank, amount_fen, valid_to));
            }
            _ => {
                let accepted = CreditEnhancementAccepted {
                    enhancement_id: format!("ZX-{}", contract.lot_no),
                    provider: self.bank(0),
                    applicant: payer,
                    lot_no: contract.lot_no.clone(),
                    contract_id: contract.id.clone(),
                    amount_fen,
                    accepted_on: on,
                };
                let payload = Payload::CreditEnhancementAccepted(accepted);
                self.by(Who::Unit, payload, "credit enhancement accepted");
            }
        }
    }

    /// What secures a contract goes back, mostly.
    pub(super) fn release(&mut self, contract: &Contract) {
        let contract_id = contract.id.clone();
        match contract.security {
            Some(Security::Bond(amount_fen)) => {
                // One in six is given back late.
                let (least, most) = if self.random.chance(160) {
                    (8, 30)
                } else {
                    (1, 5)
                };
                self.pass_workdays(least, most);
                let kept_fen = if self.random.chance(60) {
                    amount_fen / 4
                } else {
                    0
                };
                if kept_fen > 0 {
                    let forfeited = BondForfeited {
                        bond_id: bond_id(contract),
                        amount_fen: kept_fen,
                        reason: "逾期交付".into(),
                        contract_id: contract_id.clone(),
                        forfeited_on: self.track.today.to_string(),
                    };
                    self.by(
                        Who::Unit,
                        Payload::BondForfeited(forfeited),
                        "bond forfeited",
                    );
                }
                let returned = BondReturned {
                    bond_id: bond_id(contract),
                    return_no: "1".into(),
                    amount_fen: amount_fen - kept_fen,
                    interest_fen: 0,
                    contract_id,
                    returned_on: self.track.today.to_string(),
                };
                self.by(Who::Unit, Payload::BondReturned(returned), "bond returned");
            }
            Some(Security::Guarantee(bank, amount_fen, valid_to)) => {
                self.pass_workdays(1, 10);
                if self.track.today > valid_to {
                    let expired = GuaranteeExpired {
                        guarantee_no: guarantee_no(contract),
                        contract_id,
                        expired_on: self.track.today.to_string(),
                    };
                    let payload = Payload::GuaranteeExpired(expired);
                    self.by_bank(bank, payload, "guarantee expired");
                } else {
                    self.end_guarantee(contract, bank, amount_fen);
                }
            }
            None => {}
        }
    }

    fn end_guarantee(&mut self, contract: &Contract, bank: usize, amount_fen: i64) {
        let (guarantee_no, contract_id) = (guarantee_no(contract), contract.id.clone());
        if self.random.chance(100) {
            let extended = GuaranteeExtended {
                guarantee_no: guarantee_no.clone(),
                valid_to: after(self.track.today, 400).to_string(),
                contract_id: contract_id.clone(),
                extended_on: self.track.today.to_string(),
            };
            let payload = Payload::GuaranteeExtended(extended);
            self.by_bank(bank, payload, "guarantee extended");
            self.pass_workdays(1, 10);
        }
        let claimed_fen = if self.random.chance(60) {
            amount_fen / 4
        } else {
            0
        };
        if claimed_fen > 0 {
            let claimed = GuaranteeClaimed {
                guarantee_no: guarantee_no.clone(),
                claim_no: "1".into(),
                amount_fen: claimed_fen,
                reason: "质量缺陷".into(),
                contract_id: contract_id.clone(),
                claimed_on: self.track.today.to_string(),
            };
            let payload = Payload::GuaranteeClaimed(claimed);
            self.by(Who::Unit, payload, "guarantee claimed");
        }
        let released = GuaranteeReleased {
            guarantee_no,
            release_no: "1".into(),
            amount_fen: amount_fen - claimed_fen,
            contract_id,
            released_on: self.track.today.to_string(),
        };
        let payload = Payload::GuaranteeReleased(released);
        self.by(Who::Unit, payload, "guarantee released");
    }

    /// The supplier borrows on the contract, or tries to.
    pub(super) fn finance(&mut self, contract: &mut Contract) {
        if !self.random.chance(110) {
            return;
        }
        self.pass_workdays(1, 6);
        let bank = self.random.below(2) as usize;
        let (id, contract_id) = (financing_id(contract), contract.id.clone());
        let supplier = Who::Supplier(contract.supplier);
        let consent = FinancingConsentGiven {
            consent_id: format!("SQ-{}", contract.lot_no),
            contract_id: contract_id.clone(),
            banks: vec![self.bank(bank)],
            scope: "查看合同、验收和支付信息".into(),
            valid_to: after(self.track.today, 180).to_string(),
            given_on: self.track.today.to_string(),
        };
        let payload = Payload::FinancingConsentGiven(consent);
        self.by(supplier, payload, "financing consent given");
        let amount_fen = (contract.amount_fen * 2 / 5).max(1);
        let applied = FinancingApplied {
            financing_id: id.clone(),
            contract_id: contract_id.clone(),
            bank: self.bank(bank),
            amount_fen,
            applied_on: self.track.today.to_string(),
        };
        let payload = Payload::FinancingApplied(applied);
        self.by(supplier, payload, "financing applied for");
        let (is_applied, applied_on) = (!self.track.over, self.track.today);
        self.pass_workdays(1, 5);
        match self.random.weighted(&[80, 13, 7]) {
            0 => self.lend(contract, bank, amount_fen, (is_applied, applied_on)),
            1 => {
                let rejected = FinancingRejected {
                    financing_id: id,
                    contract_id,
                    reason: "授信额度不足".into(),
                    decided_on: self.track.today.to_string(),
                };
                let payload = Payload::FinancingRejected(rejected);
                self.by_bank(bank, payload, "financing rejected");
                self.break_decision(contract, is_applied, applied_on);
            }
            _ => {
                let cancelled = FinancingCancelled {
                    financing_id: id,
                    contract_id,
                    reason: "供应商撤回申请".into(),
                    cancelled_on: self.track.today.to_string(),
                };
                let payload = Payload::FinancingCancelled(cancelled);
                self.by(supplier, payload, "financing cancelled");
                self.break_decision(contract, is_applied, applied_on);
            }
        }
    }

    /// Notes a decision of a bank that came too late.
    fn break_decision(&mut self, contract: &Contract, is_applied: bool, applied_on: NaiveDate) {
        if is_applied {
            let about = ("financing", &*financing_id(contract));
            self.breaks_unless_done((applied_on, 3), true, "HY-09-BANK-3WD", about);
        }
    }

    fn lend(
        &mut self,
        contract: &mut Contract,
        bank: usize,
        amount_fen: i64,
        (is_applied, applied_on): (bool, NaiveDate),
    ) {
        let (id, contract_id) = (financing_id(contract), contract.id.clone());
        let approved = FinancingApproved {
            financing_id: id.clone(),
            contract_id: contract_id.clone(),
            amount_fen,
            annual_rate_bp: self.random.between(320, 480) as i32,
            term_days: 180,
            approved_on: self.track.today.to_string(),
        };
        let payload = Payload::FinancingApproved(approved);
        self.by_bank(bank, payload, "financing approved");
        self.break_decision(contract, is_applied, applied_on);
        // The account that the contract names is the one that the bank watches from now on.
        let account_ref = self.world.suppliers[contract.supplier].account_ref.clone();
        let locked = PayeeAccountLocked {
            financing_id: id.clone(),
            contract_id: contract_id.clone(),
            account_ref,
            bank: self.bank(bank),
            locked_on: self.track.today.to_string(),
        };
        let payload = Payload::PayeeAccountLocked(locked);
        self.by_bank(bank, payload, "payee account locked");
        if self.random.chance(500) {
            self.confirm(contract);
        }
        self.pass_workdays(1, 4);
        let disbursed = FinancingDisbursed {
            financing_id: id,
            contract_id,
            amount_fen,
            disbursed_on: self.track.today.to_string(),
        };
        let payload = Payload::FinancingDisbursed(disbursed);
        self.by_bank(bank, payload, "loan paid out");
        contract.loan = Some(Loan { bank, amount_fen });
    }

    /// The unit confirms what it owes.
    fn confirm(&mut self, contract: &Contract) {
        let confirmation_id = format!("QQ-{}", contract.lot_no);
        let requested = ConfirmationRequested {
            contract_id: contract.id.clone(),
            confirmation_id: confirmation_id.clone(),
            requested_on: self.track.today.to_string(),
        };
        let who = Who::Supplier(contract.supplier);
        let payload = Payload::ConfirmationRequested(requested);
        self.by(who, payload, "confirmation requested");
        self.pass_workdays(1, 15);
        let confirmed = ContractConfirmed {
            contract_id: contract.id.clone(),
            confirmation_id,
            receivable_fen: contract.payable_fen - contract.claimed_fen,
            confirmed_on: self.track.today.to_string(),
        };
        let payload = Payload::ContractConfirmed(confirmed);
        self.by(Who::Unit, payload, "contract confirmed");
    }

    /// The loan is paid back from what the contract paid.
    pub(super) fn repay(&mut self, contract: &Contract) {
        let Some(Loan { bank, amount_fen }) = contract.loan else {
            return;
        };
        self.pass_workdays(0, 5);
        if self.random.chance(60) {
            let defaulted = FinancingDefaulted {
                financing_id: financing_id(contract),
                contract_id: contract.id.clone(),
                amount_fen,
                defaulted_on: self.track.today.to_string(),
            };
            let payload = Payload::FinancingDefaulted(defaulted);
            self.by_bank(bank, payload, "loan overdue");
            return;
        }
        let repaid = FinancingRepaid {
            financing_id: financing_id(contract),
            contract_id: contract.id.clone(),
            repayment_no: "1".into(),
            amount_fen,
            repaid_on: self.track.today.to_string(),
        };
        self.by_bank(bank, Payload::FinancingRepaid(repaid), "loan repaid");
        let released = PayeeAccountReleased {
            financing_id: financing_id(contract),
            contract_id: contract.id.clone(),
            account_ref: self.world.suppliers[contract.supplier].account_ref.clone(),
            released_on: self.track.today.to_string(),
        };
        let payload = Payload::PayeeAccountReleased(released);
        self.by_bank(bank, payload, "payee account released");
    }

    /// The unit judges the supplier, mostly.
    pub(super) fn judge(&mut self, contract: &Contract, accepted_on: Option<NaiveDate>) {
        let is_judged = self.random.chance(850);
        if is_judged {
            self.evaluate_supplier(contract);
        }
        if let Some(accepted_on) = accepted_on {
            let about = ("contract", contract.id.as_str());
            self.breaks_unless_done((accepted_on, 10), is_judged, "HY-08-CREDIT-10WD", about);
        }
    }

    fn evaluate_supplier(&mut self, contract: &Contract) {
        self.pass_workdays(0, 8);
        let mut scores = Vec::new();
        for dimension in ["履约质量", "交付时效", "售后服务"] {
            scores.push(CreditScore {
                dimension: dimension.into(),
                score: [5, 4, 3, 2][self.random.weighted(&[50, 35, 12, 3])],
            });
        }
        let evaluated = CreditEvaluated {
            evaluation_id: format!("XY-{}", contract.lot_no),
            contract_id: contract.id.clone(),
            subject: self.world.suppliers[contract.supplier].uscc.clone(),
            subject_kind: CreditSubjectKind::Supplier.into(),
            evaluator: self.unit().uscc.clone(),
            scores,
            comment: String::new(),
            evaluated_on: self.track.today.to_string(),
        };
        let payload = Payload::CreditEvaluated(evaluated);
        self.by(Who::Unit, payload, "credit evaluated");
    }

    pub(super) fn bank(&self, bank: usize) -> String {
        self.world.banks[bank].uscc.clone()
    }

    pub(super) fn by_bank(&mut self, bank: usize, payload: Payload, label: &'static str) {
        let draft = self.draft(source::BANKS[bank], Who::Bank(bank), payload);
        self.accept(draft, label);
    }
}

fn bond_id(contract: &Contract) -> String {
    format!("BZJ-{}", contract.lot_no)
}

fn guarantee_no(contract: &Contract) -> String {
    format!("BH-{}", contract.lot_no)
}

fn financing_id(contract: &Contract) -> String {
    format!("RZ-{}", contract.lot_no)
}
