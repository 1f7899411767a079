//! The contract, what secures it, what is borrowed on it, and what becomes of it.

use super::{CONTRACT, LOT};
use crate::{
    events::v1::{
        BondCollected, BondForm, BondKind, BondReturned, ConfirmationRequested,
        ContractChangeNotice, ContractChanged, ContractConfirmed, ContractFiled, ContractNotice,
        ContractSigned, DayUnit, FinancingApplied, FinancingConsentGiven, FinancingRejected,
        GuaranteeIssued, LawTrack, NoticePublished, NoticeType, PaymentTerm, Pricing,
        SupplementSigned, TermKind, TermTrigger, event_payload::Payload, notice_published::Content,
    },
    simulate::{
        book::Effect,
        calendar::after,
        script::{MANAGEMENT, Script, Who, award::Award, contract::Contract},
    },
};

const PERFORMANCE_BOND: &str = "BZJ-01";
const GUARANTEE: &str = "BH-01";
const LOAN: &str = "RZ-01";

impl Script<'_> {
    /// Days that payments have, or none.
    fn days_of(rule_id: &str) -> Option<i32> {
        match rule_id {
            "HY-06-PAY-30D" | "CN-SME-PAY-30D" => None,
            "HY-06-PAYTERM-60D" => Some(90),
            "MOF38-PAY-30D" => Some(60),
            _ => Some(30),
        }
    }

    /// An advance, the rest after acceptance, and what is retained of works in one breach.
    fn terms_planted(rule_id: &str, amount_fen: i64) -> Vec<PaymentTerm> {
        let percent = match rule_id {
            "HY-05-PREPAY-30" => 20,
            "HY-05-PREPAY-SME-50" => 40,
            _ => 50,
        };
        let advance_fen = (amount_fen * percent + 99) / 100;
        let retained_fen = match rule_id {
            "MOHURD138-RETENTION-3PCT" => amount_fen / 20,
            _ => 0,
        };
        let days = Self::days_of(rule_id);
        let term = |no: i32, kind: TermKind, fen: i64, trigger: TermTrigger| PaymentTerm {
            term_no: format!("T{no}"),
            kind: kind.into(),
            amount_fen: fen,
            trigger: trigger.into(),
            days,
            day_unit: if days.is_some() {
                DayUnit::Cd.into()
            } else {
                0
            },
            fixed_on: String::new(),
            retention_days: (kind == TermKind::Retention).then_some(30),
            acceptance_is_condition: kind == TermKind::Final,
            stage_no: None,
            inspection_limit_days: None,
        };
        let final_fen = amount_fen - advance_fen - retained_fen;
        let mut terms = vec![
            term(1, TermKind::Advance, advance_fen, TermTrigger::Signed),
            term(2, TermKind::Final, final_fen, TermTrigger::Accepted),
        ];
        if retained_fen > 0 {
            terms.push(term(
                3,
                TermKind::Retention,
                retained_fen,
                TermTrigger::Accepted,
            ));
        }
        terms
    }

    /// Signs the contract, publishes and files it.
    pub(super) fn sign_planted(&mut self, rule_id: &str, award: &Award) -> Option<Contract> {
        match rule_id {
            "GPL-46-SIGN-30D" => self.go_days(40),
            "GPLR-54-SIGN-DURING" => self.go(1),
            _ => self.go_days(2),
        }
        let supplier = &self.world.suppliers[award.supplier];
        let amount_fen = match rule_id {
            "GPL-46-AMT-DIFF" => award.amount_fen / 1000 * 985 / 100 * 100,
            _ => award.amount_fen,
        };
        let terms = Self::terms_planted(rule_id, amount_fen);
        let signed = ContractSigned {
            contract_id: CONTRACT.into(),
            lot_no: LOT.into(),
            contract_no: format!(
                "衡采合〔{}〕{:06}-{LOT}",
                self.calendar.year(),
                self.outline.index + 1
            ),
            buyer: self.unit().uscc.clone(),
            supplier: supplier.uscc.clone(),
            law_track: LawTrack::ProcurementLaw.into(),
            supplier_size: supplier.size.into(),
            size_declaration_hash: String::new(),
            amount_fen,
            pricing: Pricing::FixedTotal.into(),
            signed_on: self.track.today.to_string(),
            start_on: self.track.today.to_string(),
            end_on: after(self.track.today, 150).to_string(),
            terms: terms.clone(),
            payee_account_ref: supplier.account_ref.clone(),
            inspection_limit_days: Some(30),
            late_interest_bp_year: None,
            subcontracts: Vec::new(),
        };
        let draft = self.draft(MANAGEMENT, Who::Unit, Payload::ContractSigned(signed));
        self.accept(draft, "contract signed");
        self.breaks_signing(rule_id, award);
        let contract = Contract {
            id: CONTRACT.into(),
            lot: 0,
            lot_no: LOT.into(),
            supplier: award.supplier,
            amount_fen,
            terms,
            payable_fen: amount_fen,
            claimed_fen: 0,
            accepted_fen: 0,
            purse: self.outline.lots[0].parts.clone(),
            payments: 0,
            security: None,
            loan: None,
        };
        self.register_planted(rule_id);
        (!self.track.over).then_some(contract)
    }

    fn breaks_signing(&mut self, rule_id: &str, award: &Award) {
        match rule_id {
            "GPL-46-SIGN-30D" => {
                let due_on = self.calendar.days_after(award.ready_on, 30);
                self.breaks_on(due_on, rule_id, ("lot", LOT));
            }
            "GPL-46-AMT-DIFF" => self.breaks(rule_id, ("lot", LOT)),
            "HY-05-PREPAY-30"
            | "HY-05-PREPAY-SME-50"
            | "HY-06-PAYTERM-60D"
            | "MOHURD138-RETENTION-3PCT"
            | "GPLR-54-SIGN-DURING" => {
                self.breaks(rule_id, ("contract", CONTRACT));
            }
            _ => {}
        }
    }

    fn register_planted(&mut self, rule_id: &str) {
        let signed_on = self.track.today;
        let about = ("contract", CONTRACT);
        self.go(if rule_id == "GPLR-50-CPUB-2WD" { 4 } else { 1 });
        let content = ContractNotice {
            text: format!("{}合同公告", self.name()),
            contract_hash: String::new(),
        };
        let named = NoticePublished {
            lot_nos: vec![LOT.into()],
            contract_id: CONTRACT.into(),
            ..NoticePublished::default()
        };
        self.tell(
            NoticeType::Contract,
            "HT-01",
            Content::Contract(content),
            named,
        );
        if rule_id == "GPLR-50-CPUB-2WD" {
            self.breaks_within((signed_on, 2), rule_id, about);
        }
        self.go(if rule_id == "GPL-47-FILE-7WD" { 8 } else { 1 });
        let filed = ContractFiled {
            contract_id: CONTRACT.into(),
            filing_no: format!("BA-{}-{LOT}", self.project_id),
            filed_on: self.track.today.to_string(),
        };
        self.by(Who::Unit, Payload::ContractFiled(filed), "contract filed");
        if rule_id == "GPL-47-FILE-7WD" {
            self.breaks_within((signed_on, 7), rule_id, about);
        }
        if rule_id == "GPLR-33-BOND-WINNER-5WD" {
            self.return_bond_after(signed_on);
            self.breaks_bond(rule_id, signed_on);
        }
    }

    /// What secures the contract, and what is borrowed on it.
    pub(super) fn secure_planted(&mut self, rule_id: &str, contract: &Contract) {
        self.go(1);
        match rule_id {
            "HY-05-NO-CASH" => self.take_cash(rule_id, contract),
            "HY-05-GT-GAP" => self.guarantee_planted(rule_id, contract),
            "HY-09-BANK-3WD" => self.borrow_planted(rule_id, contract),
            _ => {}
        }
    }

    fn take_cash(&mut self, rule_id: &str, contract: &Contract) {
        let collected = BondCollected {
            bond_id: PERFORMANCE_BOND.into(),
            kind: BondKind::Performance.into(),
            form: BondForm::Cash.into(),
            strict_cash: true,
            amount_fen: contract.amount_fen / 20,
            payer: self.world.suppliers[contract.supplier].uscc.clone(),
            lot_no: LOT.into(),
            contract_id: CONTRACT.into(),
            received_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::BondCollected(collected),
            "bond collected",
        );
        self.breaks(rule_id, ("bond", PERFORMANCE_BOND));
    }

    /// Gives back what was taken in cash.
    pub(super) fn return_cash(&mut self, contract: &Contract) {
        let returned = BondReturned {
            bond_id: PERFORMANCE_BOND.into(),
            return_no: "1".into(),
            amount_fen: contract.amount_fen / 20,
            interest_fen: 0,
            contract_id: CONTRACT.into(),
            returned_on: self.track.today.to_string(),
        };
        self.by(Who::Unit, Payload::BondReturned(returned), "bond returned");
    }

    /// A guarantee that ends before what it secures.
    fn guarantee_planted(&mut self, rule_id: &str, contract: &Contract) {
        let on = self.track.today.to_string();
        let issued = GuaranteeIssued {
            guarantee_no: GUARANTEE.into(),
            kind: BondKind::Performance.into(),
            guarantor: self.bank(0),
            beneficiary: self.unit().uscc.clone(),
            applicant: self.world.suppliers[contract.supplier].uscc.clone(),
            lot_no: LOT.into(),
            contract_id: CONTRACT.into(),
            amount_fen: contract.amount_fen / 20,
            valid_from: on.clone(),
            valid_to: after(self.track.today, 10).to_string(),
            electronic: true,
            issued_on: on,
        };
        self.by_bank(0, Payload::GuaranteeIssued(issued), "guarantee issued");
        self.breaks(rule_id, ("guarantee", GUARANTEE));
    }

    /// A loan that the bank refuses after its three working days.
    fn borrow_planted(&mut self, rule_id: &str, contract: &Contract) {
        let supplier = Who::Supplier(contract.supplier);
        let consent = FinancingConsentGiven {
            consent_id: "SQ-01".into(),
            contract_id: CONTRACT.into(),
            banks: vec![self.bank(0)],
            scope: "查看合同、验收和支付信息".into(),
            valid_to: after(self.track.today, 180).to_string(),
            given_on: self.track.today.to_string(),
        };
        let payload = Payload::FinancingConsentGiven(consent);
        self.by(supplier, payload, "financing consent given");
        let applied = FinancingApplied {
            financing_id: LOAN.into(),
            contract_id: CONTRACT.into(),
            bank: self.bank(0),
            amount_fen: contract.amount_fen / 5,
            applied_on: self.track.today.to_string(),
        };
        self.by(
            supplier,
            Payload::FinancingApplied(applied),
            "financing applied for",
        );
        let applied_on = self.track.today;
        self.go(6);
        let rejected = FinancingRejected {
            financing_id: LOAN.into(),
            contract_id: CONTRACT.into(),
            reason: "授信额度不足".into(),
            decided_on: self.track.today.to_string(),
        };
        self.by_bank(
            0,
            Payload::FinancingRejected(rejected),
            "financing rejected",
        );
        self.breaks_within((applied_on, 3), rule_id, ("financing", LOAN));
    }

    /// A confirmation that comes after its thirty days.
    pub(super) fn confirm_planted(&mut self, rule_id: &str, contract: &Contract) {
        let requested = ConfirmationRequested {
            contract_id: CONTRACT.into(),
            confirmation_id: "QQ-01".into(),
            requested_on: self.track.today.to_string(),
        };
        let payload = Payload::ConfirmationRequested(requested);
        let who = Who::Supplier(contract.supplier);
        self.by(who, payload, "confirmation requested");
        let due_on = self.calendar.days_after(self.track.today, 30);
        self.go_days(42);
        let confirmed = ContractConfirmed {
            contract_id: CONTRACT.into(),
            confirmation_id: "QQ-01".into(),
            receivable_fen: contract.payable_fen - contract.claimed_fen,
            confirmed_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::ContractConfirmed(confirmed),
            "contract confirmed",
        );
        self.breaks_on(due_on, rule_id, ("contract", "CT-01/QQ-01"));
    }

    /// A change or a supplement, and the notice of it.
    pub(super) fn change_planted(&mut self, rule_id: &str, contract: &mut Contract) {
        let changed_on = self.track.today;
        let id = if rule_id == "GPL-49-SUPP-TERMS" {
            self.supplement_planted(contract);
            "CT-01/supplement/S1"
        } else {
            let is_groundless = rule_id == "GPL-50-CHANGE-GROUND";
            let changed = ContractChanged {
                contract_id: CONTRACT.into(),
                change_no: "C1".into(),
                clause: "合同履行期限".into(),
                before: "六十日".into(),
                after: "七十日".into(),
                delta_fen: 0,
                payee_account_ref: String::new(),
                legal_ground: match is_groundless {
                    true => "双方协商一致".into(),
                    false => "政府采购法第五十条".into(),
                },
                changed_on: changed_on.to_string(),
            };
            self.by(
                Who::Unit,
                Payload::ContractChanged(changed),
                "contract changed",
            );
            "CT-01/change/C1"
        };
        let is_late = rule_id == "MOF243-01-CHG-2WD";
        if !is_late {
            self.breaks(rule_id, ("contract", id));
        }
        self.go(if is_late { 5 } else { 1 });
        let content = ContractChangeNotice {
            text: format!("{}合同变更公告", self.name()),
        };
        let about = NoticePublished {
            lot_nos: vec![LOT.into()],
            contract_id: CONTRACT.into(),
            ..NoticePublished::default()
        };
        let kind = NoticeType::ContractChange;
        self.tell(kind, "BGGG-01", Content::ContractChange(content), about);
        if is_late {
            self.breaks_within((changed_on, 2), rule_id, ("contract", id));
        }
    }

    /// A supplement that changes other terms too.
    fn supplement_planted(&mut self, contract: &mut Contract) {
        let (line, amount_fen) = (contract.purse[0].0, contract.amount_fen / 20);
        let signed = SupplementSigned {
            contract_id: CONTRACT.into(),
            supplement_no: "S1".into(),
            amount_fen,
            budget_parts: self.budget_parts(&[(line, amount_fen)]),
            same_subject: false,
            signed_on: self.track.today.to_string(),
        };
        let draft = self.draft(MANAGEMENT, Who::Unit, Payload::SupplementSigned(signed));
        let effects = vec![Effect::Occupy(line, amount_fen)];
        self.accept_all(vec![draft], "supplement signed", effects);
        contract.payable_fen += amount_fen;
        contract.purse[0].1 += amount_fen;
    }
}
