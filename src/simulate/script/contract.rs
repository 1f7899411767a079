//! Contracts: signing, filing, supplements, changes.

use super::{
    MANAGEMENT, Plant, Script, Who,
    award::Award,
    security::{Loan, Security},
};
use crate::{
    events::v1::{
        ContractFiled, ContractSigned, DayUnit, EnterpriseSize, LawTrack, PaymentTerm, Pricing,
        SupplementSigned, TermKind, TermTrigger, event_payload::Payload,
    },
    simulate::{book::Effect, calendar::after, draft::source, outline::Kind},
};

/// A contract and its money, in fen.
#[derive(Debug, Clone)]
pub(super) struct Contract {
    pub id: String,
    pub lot: usize,
    pub lot_no: String,
    pub supplier: usize,
    pub amount_fen: i64,
    pub terms: Vec<PaymentTerm>,
    /// Original, supplements and changes, less damages.
    pub payable_fen: i64,
    /// Claimed by payments that stand.
    pub claimed_fen: i64,
    /// Accepted by passed and partial acceptances.
    pub accepted_fen: i64,
    /// What payments may still claim, by budget line.
    pub purse: Vec<(usize, i64)>,
    /// Payments asked for so far, to number them.
    pub payments: u32,
    /// What secures it.
    pub security: Option<Security>,
    /// What its supplier borrowed on it.
    pub loan: Option<Loan>,
}

impl Script<'_> {
    /// Signs the contract of an awarded lot and lives through it.
    pub(super) fn contract(&mut self, award: &Award) {
        self.track.today = self.track.today.max(award.ready_on);
        self.pass_days(2, 29);
        let supplier = &self.world.suppliers[award.supplier];
        let amount_fen = if self.random.chance(80) {
            (award.amount_fen / 1000 * 985 / 100 * 100).max(100)
        } else {
            award.amount_fen
        };
        let contract_id = format!("CT-{}", award.lot_no);
        let terms = self.terms(amount_fen);
        let days = self.random.between(20, 150).unsigned_abs();
        let year = self.calendar.year();
        let signed = ContractSigned {
            contract_id: contract_id.clone(),
            lot_no: award.lot_no.clone(),
            contract_no: format!(
                "衡采合〔{year}〕{:06}-{}",
                self.outline.index + 1,
                award.lot_no
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
            end_on: after(self.track.today, days).to_string(),
            terms: terms.clone(),
            payee_account_ref: supplier.account_ref.clone(),
            inspection_limit_days: Some(30),
            late_interest_bp_year: None,
            subcontracts: Vec::new(),
        };
        self.plant_contracts(award, &signed);
        let payload = Payload::ContractSigned(signed.clone());
        self.accept(
            self.draft(MANAGEMENT, Who::Unit, payload),
            "contract signed",
        );
        if self.plants(Plant::RefConflict) {
            let mut other = signed;
            other.amount_fen -= 1;
            let draft = self.draft(MANAGEMENT, Who::Unit, Payload::ContractSigned(other));
            self.conflict(&draft);
        }
        self.break_signing(award, supplier.size, (amount_fen, &terms));
        let mut contract = Contract {
            id: contract_id,
            lot: award.lot,
            lot_no: award.lot_no.clone(),
            supplier: award.supplier,
            amount_fen,
            terms,
            payable_fen: amount_fen,
            claimed_fen: 0,
            accepted_fen: 0,
            purse: self.outline.lots[award.lot].parts.clone(),
            payments: 0,
            security: None,
            loan: None,
        };
        self.register(&contract);
        self.secure(&mut contract);
        self.finance(&mut contract);
        self.perform(&mut contract);
    }

    /// Sends the planted contract before the right one.
    fn plant_contracts(&mut self, award: &Award, signed: &ContractSigned) {
        let Some(plant) = self.plant else { return };
        let mut wrong = signed.clone();
        match plant {
            Plant::ContractOverAward => {
                let over_fen = award.amount_fen - wrong.amount_fen + 1;
                wrong.amount_fen += over_fen;
                wrong.terms[0].amount_fen += over_fen;
            }
            Plant::TermsOffContract => wrong.terms[0].amount_fen += 1,
            Plant::ContractBySupplier | Plant::BadRegion => {}
            Plant::ContractBeforeAward => {
                let before = award.determined_on.pred_opt().unwrap_or_default();
                wrong.signed_on = before.to_string();
            }
            _ => return,
        }
        self.plants(plant);
        let signed_on = wrong.signed_on.parse().unwrap_or(self.track.today);
        let who = match plant {
            Plant::ContractBySupplier => Who::Supplier(award.supplier),
            _ => Who::Unit,
        };
        let mut draft = self.draft(MANAGEMENT, who, Payload::ContractSigned(wrong));
        draft.occurred_at = crate::simulate::draft::midnight(signed_on);
        if plant == Plant::BadRegion {
            draft.region = "430401".into();
        }
        self.refuse(draft, plant);
    }

    /// Notes what the contract breaks by what it says.
    fn break_signing(
        &mut self,
        award: &Award,
        size: EnterpriseSize,
        (amount_fen, terms): (i64, &[PaymentTerm]),
    ) {
        use EnterpriseSize::{Medium, Micro, Small};
        let contract_id = format!("CT-{}", award.lot_no);
        let about = ("contract", contract_id.as_str());
        let advances = terms
            .iter()
            .filter(|term| term.kind == TermKind::Advance as i32);
        let advance_fen: i64 = advances.map(|term| term.amount_fen).sum();
        let falls_below = |percent: i64| advance_fen * 100 < amount_fen * percent;
        let today = self.track.today;
        if amount_fen < award.amount_fen {
            self.breaks_on(today, "GPL-46-AMT-DIFF", ("lot", &award.lot_no));
        }
        if falls_below(30) {
            self.breaks_on(today, "HY-05-PREPAY-30", about);
        }
        if matches!(size, Small | Medium | Micro) && falls_below(50) {
            self.breaks_on(today, "HY-05-PREPAY-SME-50", about);
        }
        if terms.iter().any(|term| term.days > Some(60)) {
            self.breaks_on(today, "HY-06-PAYTERM-60D", about);
        }
    }

    /// Publishes and files the contract, mostly in time.
    fn register(&mut self, contract: &Contract) {
        let (is_signed, signed_on) = (!self.track.over, self.track.today);
        let about = ("contract", contract.id.as_str());
        let is_published = self.random.chance(900);
        if is_published {
            self.pass_workdays(1, 3);
            self.publish_contract(&contract.lot_no, &contract.id);
        }
        if is_signed {
            let within = (signed_on, 2);
            self.breaks_unless_done(within, is_published, "GPLR-50-CPUB-2WD", about);
        }
        let is_filed = self.random.chance(950);
        if is_filed {
            self.pass_workdays(1, 6);
            let filed = ContractFiled {
                contract_id: contract.id.clone(),
                filing_no: format!("BA-{}-{}", self.project_id, contract.lot_no),
                filed_on: self.track.today.to_string(),
            };
            let payload = Payload::ContractFiled(filed);
            self.accept(self.draft(MANAGEMENT, Who::Unit, payload), "contract filed");
        }
        if is_signed {
            self.breaks_unless_done((signed_on, 7), is_filed, "GPL-47-FILE-7WD", about);
        }
    }

    /// Terms that sum to the contract: an advance, what the kind of purchase is paid by, a final
    /// payment, and sometimes a retention.
    fn terms(&mut self, amount_fen: i64) -> Vec<PaymentTerm> {
        let mut terms = Vec::new();
        let mut left_fen = amount_fen;
        let days = self
            .random
            .pick(&[Some(15), Some(30), Some(30), Some(90), None]);
        let mut add = |kind: TermKind, fen: i64, trigger: TermTrigger, retention: Option<i32>| {
            if fen <= 0 {
                return;
            }
            terms.push(PaymentTerm {
                term_no: format!("T{}", terms.len() + 1),
                kind: kind.into(),
                amount_fen: fen,
                trigger: trigger.into(),
                days: *days,
                day_unit: if days.is_some() {
                    DayUnit::Cd.into()
                } else {
                    0
                },
                fixed_on: String::new(),
                retention_days: retention,
                acceptance_is_condition: kind == TermKind::Final,
                stage_no: (kind == TermKind::Acceptance).then_some(1),
                inspection_limit_days: None,
            });
        };
        let advance = [0, 20, 30, 50][self.random.weighted(&[20, 10, 40, 30])];
        let share = |percent: i64| amount_fen / 100 * percent;
        add(TermKind::Advance, share(advance), TermTrigger::Signed, None);
        left_fen -= share(advance);
        let parts = match self.outline.category.kind {
            Kind::Goods => 0,
            Kind::Services | Kind::Works => self.random.between(1, 3),
        };
        for _ in 0..parts {
            let fen = (amount_fen - share(advance)) / (parts + 2);
            add(TermKind::Progress, fen, TermTrigger::Settled, None);
            left_fen -= fen;
        }
        if parts == 0 && self.random.chance(200) {
            add(TermKind::Acceptance, share(20), TermTrigger::Accepted, None);
            left_fen -= share(20);
        }
        let (retention, retained_days) = match self.random.weighted(&[60, 25, 15]) {
            0 => (0, 0),
            1 => (3, 30),
            _ => (5, 365),
        };
        add(
            TermKind::Final,
            left_fen - share(retention),
            TermTrigger::Accepted,
            None,
        );
        let trigger = TermTrigger::Accepted;
        add(
            TermKind::Retention,
            share(retention),
            trigger,
            Some(retained_days),
        );
        terms
    }

    /// Signs a supplement, sometimes of exactly a tenth.
    pub(super) fn supplement(&mut self, contract: &mut Contract) {
        let tenth = contract.amount_fen / 10;
        let is_planted = self.plants(Plant::SupplementOverTenth);
        let is_lifted = self.plants(Plant::CorrectOverTenth);
        if !is_planted && !is_lifted && !self.random.chance(120) {
            return;
        }
        let amount_fen = if self.random.chance(400) {
            tenth
        } else {
            tenth / 100 * self.random.between(20, 90)
        };
        if tenth == 0 || amount_fen == 0 {
            return;
        }
        self.pass_workdays(1, 8);
        let line = contract.purse[0].0;
        let mut signed = SupplementSigned {
            contract_id: contract.id.clone(),
            supplement_no: "S1".into(),
            amount_fen: tenth + 1,
            budget_parts: self.budget_parts(&[(line, tenth + 1)]),
            same_subject: true,
            signed_on: self.track.today.to_string(),
        };
        if is_planted {
            let payload = Payload::SupplementSigned(signed.clone());
            let draft = self.draft(MANAGEMENT, Who::Unit, payload);
            self.refuse(draft, Plant::SupplementOverTenth);
        }
        signed.amount_fen = amount_fen;
        signed.budget_parts = self.budget_parts(&[(line, amount_fen)]);
        let payload = Payload::SupplementSigned(signed.clone());
        let draft = self.draft(MANAGEMENT, Who::Unit, payload);
        let label = if amount_fen == tenth {
            "supplement of a tenth"
        } else {
            "supplement signed"
        };
        self.accept_all(vec![draft], label, vec![Effect::Occupy(line, amount_fen)]);
        let id = format!("{}/supplement/S1", contract.id);
        self.break_publication(&id);
        contract.payable_fen += amount_fen;
        contract.purse[0].1 += amount_fen;
        if is_lifted {
            let mut lifted = signed.clone();
            lifted.amount_fen = tenth + 1;
            lifted.budget_parts = self.budget_parts(&[(line, tenth + 1)]);
            self.lift_supplement(signed, lifted);
        }
    }

    /// The source that payments are asked for by.
    pub(super) const TREASURY: &'static str = source::TREASURY;
}
