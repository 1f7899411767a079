//! Performance of a contract: advance, delivery, settlement, acceptance, final payment, end.

use super::{MANAGEMENT, Plant, Script, Who, contract::Contract};
use crate::{
    events::v1::{
        AcceptanceResult, ContractCompleted, GoodsDelivered, InvoiceReceived,
        LiquidatedDamagesAssessed, PaymentTerm, PerformanceStarted, RectificationCompleted,
        SettlementConfirmed, TermKind, event_payload::Payload,
    },
    simulate::outline::Kind,
};

impl Script<'_> {
    /// Lives through a contract until it is completed or the year ends.
    pub(super) fn perform(&mut self, contract: &mut Contract) {
        let terms = contract.terms.clone();
        let of_kind = |kind: TermKind| terms.iter().filter(move |term| term.kind == kind as i32);
        for term in of_kind(TermKind::Advance) {
            self.pass_workdays(2, 12);
            self.pay(contract, term, term.amount_fen);
        }
        if self.outline.category.kind != Kind::Goods {
            self.pass_workdays(1, 8);
            self.start(contract);
        }
        self.suspend(contract);
        self.supplement(contract);
        self.change(contract);
        for term in of_kind(TermKind::Progress) {
            self.pass_workdays(10, 25);
            self.settle(contract, term);
            self.pass_workdays(1, 25);
            self.pay(contract, term, term.amount_fen);
        }
        if self.terminate(contract) {
            return;
        }
        self.pass_workdays(5, 40);
        self.deliver(contract);
        for term in of_kind(TermKind::Acceptance) {
            self.pass_workdays(2, 8);
            let items = self.items(true);
            let partly = AcceptanceResult::Partial;
            self.conclude(contract, 1, false, (partly, term.amount_fen, items));
            self.pass_workdays(2, 15);
            self.pay(contract, term, term.amount_fen);
        }
        for term in of_kind(TermKind::Final) {
            self.finish(contract, term, of_kind(TermKind::Retention).next());
        }
    }

    fn start(&mut self, contract: &Contract) {
        let started = PerformanceStarted {
            contract_id: contract.id.clone(),
            started_on: self.track.today.to_string(),
        };
        let payload = Payload::PerformanceStarted(started);
        self.accept(
            self.draft(MANAGEMENT, Who::Unit, payload),
            "performance started",
        );
    }

    fn settle(&mut self, contract: &Contract, term: &PaymentTerm) {
        let settled = SettlementConfirmed {
            contract_id: contract.id.clone(),
            settlement_no: format!("JS-{}", term.term_no),
            term_no: term.term_no.clone(),
            amount_fen: term.amount_fen,
            on: self.track.today.to_string(),
        };
        let payload = Payload::SettlementConfirmed(settled);
        self.accept(
            self.draft(MANAGEMENT, Who::Unit, payload),
            "settlement confirmed",
        );
    }

    fn deliver(&mut self, contract: &mut Contract) {
        let delivered = GoodsDelivered {
            contract_id: contract.id.clone(),
            delivery_no: "D1".into(),
            stage_no: None,
            delivered_on: self.track.today.to_string(),
        };
        let who = if self.random.chance(300) {
            Who::Supplier(contract.supplier)
        } else {
            Who::Unit
        };
        self.plant_deliveries(contract, &delivered);
        let draft = self.draft(MANAGEMENT, who, Payload::GoodsDelivered(delivered.clone()));
        self.accept(draft, "delivered");
        if self.random.chance(30) {
            self.correct_delivery(&delivered);
        }
        if self.random.chance(40) {
            self.pass_workdays(1, 3);
            let assessed = LiquidatedDamagesAssessed {
                contract_id: contract.id.clone(),
                assessment_no: "W1".into(),
                amount_fen: (contract.amount_fen / 200).max(1),
                ground: "逾期交付".into(),
                on: self.track.today.to_string(),
            };
            contract.payable_fen -= assessed.amount_fen;
            let payload = Payload::LiquidatedDamagesAssessed(assessed);
            self.accept(
                self.draft(MANAGEMENT, Who::Unit, payload),
                "damages assessed",
            );
        }
    }

    /// Accepts, pays the rest, completes.
    fn finish(&mut self, contract: &mut Contract, term: &PaymentTerm, kept: Option<&PaymentTerm>) {
        self.ask_too_early(contract, term);
        let requested_on = self.prepare_acceptance(contract);
        self.pass_workdays(1, 8);
        if self.random.chance(60) {
            let items = self.items(false);
            self.conclude(contract, 8, false, (AcceptanceResult::Failed, 0, items));
            self.pass_workdays(3, 12);
            let on = self.track.today.to_string();
            let rectified = RectificationCompleted {
                contract_id: contract.id.clone(),
                on,
            };
            let payload = Payload::RectificationCompleted(rectified);
            self.accept(
                self.draft(MANAGEMENT, Who::Unit, payload),
                "rectification completed",
            );
            self.pass_workdays(1, 5);
        }
        self.plant_acceptances(contract);
        let rest_fen = contract.payable_fen - contract.accepted_fen;
        let items = self.items(true);
        self.conclude(
            contract,
            9,
            true,
            (AcceptanceResult::Passed, rest_fen, items),
        );
        let accepted_on = Some(self.track.today).filter(|_| !self.track.over);
        if let Some(requested_on) = requested_on {
            let id = format!("YS-{}-9", contract.lot_no);
            self.breaks_unless_done((requested_on, 7), true, "G205-ACC", ("acceptance", &id));
        }
        self.upload(contract);
        self.invoice(contract);
        let kept_fen = kept.map_or(0, |term| term.amount_fen);
        // Every tenth final payment is late.
        let (least, most) = if self.random.chance(100) {
            (30, 70)
        } else {
            (2, 18)
        };
        self.pass_workdays(least, most);
        let final_fen = contract.payable_fen - contract.claimed_fen - kept_fen;
        if self.plants(Plant::CompleteUnpaid) {
            let payload = self.completed(contract);
            self.refuse(
                self.draft(MANAGEMENT, Who::Unit, payload),
                Plant::CompleteUnpaid,
            );
        }
        self.pay(contract, term, final_fen);
        if let Some(kept) = kept {
            let days = i64::from(kept.retention_days.unwrap_or(0));
            self.pass_days(days, days + 15);
            self.pay(contract, kept, kept_fen);
        }
        self.repay(contract);
        self.release(contract);
        self.pass_workdays(0, 6);
        let payload = self.completed(contract);
        self.accept(
            self.draft(MANAGEMENT, Who::Unit, payload),
            "contract completed",
        );
        self.judge(contract, accepted_on);
        if !self.track.over {
            self.unfinished -= 1;
        }
    }

    pub(super) fn completed(&self, contract: &Contract) -> Payload {
        let on = self.track.today.to_string();
        Payload::ContractCompleted(ContractCompleted {
            contract_id: contract.id.clone(),
            on,
        })
    }

    fn plant_deliveries(&mut self, contract: &Contract, delivered: &GoodsDelivered) {
        let payload = Payload::GoodsDelivered(delivered.clone());
        if self.plants(Plant::OtherUnit) {
            let mut draft = self.draft(MANAGEMENT, Who::Unit, payload.clone());
            let other = (self.outline.unit + 1) % self.world.units.len();
            draft.actor.clone_from(&self.world.units[other].uscc);
            self.refuse(draft, Plant::OtherUnit);
        }
        if self.plants(Plant::BatchWithUnknown) {
            let mut unknown = contract.clone();
            unknown.id = "CT-98".into();
            let good = self.draft(MANAGEMENT, Who::Unit, payload);
            let bad = self.draft(MANAGEMENT, Who::Unit, self.received(&unknown, "FP0", 100));
            self.refuse_all(vec![good, bad], Plant::BatchWithUnknown);
        }
    }

    pub(super) fn received(&self, contract: &Contract, invoice_no: &str, fen: i64) -> Payload {
        Payload::InvoiceReceived(InvoiceReceived {
            contract_id: contract.id.clone(),
            invoice_no: invoice_no.into(),
            amount_fen: fen,
            received_on: self.track.today.to_string(),
        })
    }

    fn invoice(&mut self, contract: &Contract) {
        if !self.random.chance(700) {
            return;
        }
        self.pass_workdays(0, 3);
        let invoice_no = format!("FP{:08}", self.random.below(100_000_000));
        let right = self.received(contract, &invoice_no, contract.payable_fen);
        if self.random.chance(60) {
            self.correct_invoice(contract, &invoice_no, right);
            return;
        }
        self.accept(self.draft(MANAGEMENT, Who::Unit, right), "invoice received");
        let has_void = matches!(self.plant, Some(Plant::WrongTouches | Plant::VoidAgain));
        if has_void || self.random.chance(30) {
            self.void_invoice(contract, &format!("{invoice_no}-2"));
        }
    }
}
