//! Payments, and the end of the contract.

use chrono::NaiveDate;

use super::CONTRACT;
use crate::{
    events::v1::{
        PaymentAccepted, PaymentRejected, PaymentRequested, PaymentTerm, event_payload::Payload,
    },
    simulate::{
        book::Effect,
        script::{MANAGEMENT, Script, Who, contract::Contract},
    },
};

/// Rules of which no invoice is to be there, so that no other rule speaks.
const WITHOUT_INVOICE: [&str; 4] = [
    "HY-06-PAY-30D",
    "HY-06-PAY-AGREED",
    "CN-SME-PAY-30D",
    "CN-SME-PAY-60D",
];
/// The term of the final payment.
const FINAL: (&str, &str) = ("contract", "CT-01/term/T2");

impl Script<'_> {
    /// Pays what is left after acceptance on a day, and ends.
    pub(super) fn settle_planted(
        &mut self,
        rule_id: &str,
        contract: &mut Contract,
        accepted_on: NaiveDate,
    ) {
        let final_term = contract.terms[1].clone();
        let kept = contract.terms.get(2).cloned();
        let kept_fen = kept.as_ref().map_or(0, |term| term.amount_fen);
        let final_fen = contract.payable_fen - contract.claimed_fen - kept_fen;
        let invoiced_on = self.track.today;
        if !WITHOUT_INVOICE.contains(&rule_id) {
            let received = self.received(contract, "FP00000001", final_fen);
            let draft = self.draft(MANAGEMENT, Who::Unit, received);
            self.accept(draft, "invoice received");
        }
        if WITHOUT_INVOICE.contains(&rule_id) || rule_id == "MOF38-PAY-30D" {
            self.go_days(42);
        } else if rule_id == "MOF243-04-PAY-10WD" {
            self.go(9);
        }
        self.pay_planted(rule_id, contract, &final_term, final_fen);
        self.breaks_payment(rule_id, accepted_on, invoiced_on);
        if let Some(kept) = kept {
            self.go_days(30);
            self.pay_planted("", contract, &kept, kept_fen);
        }
        if rule_id == "HY-05-NO-CASH" {
            self.return_cash(contract);
        }
        self.go(1);
        let payload = self.completed(contract);
        let draft = self.draft(MANAGEMENT, Who::Unit, payload);
        self.accept(draft, "contract completed");
        self.close_loop(rule_id, contract, accepted_on);
    }

    fn breaks_payment(&mut self, rule_id: &str, accepted_on: NaiveDate, invoiced_on: NaiveDate) {
        let from_acceptance = self.calendar.days_after(accepted_on, 30);
        let from_invoice = self.calendar.days_after(invoiced_on, 30);
        match rule_id {
            "HY-06-PAY-30D" | "HY-06-PAY-AGREED" => {
                self.breaks_on(from_acceptance, rule_id, FINAL);
            }
            "CN-SME-PAY-30D" => {
                self.breaks_on(from_acceptance, rule_id, FINAL);
                self.breaks_on(from_acceptance, "HY-06-PAY-30D", FINAL);
            }
            "CN-SME-PAY-60D" => {
                self.breaks_on(from_acceptance, rule_id, FINAL);
                self.breaks_on(from_acceptance, "HY-06-PAY-AGREED", FINAL);
            }
            "MOF38-PAY-30D" => {
                self.breaks_on(from_invoice, rule_id, FINAL);
                if self.calendar.year() > 2023 {
                    let invoice_rule = "MOF243-04-PAY-10WD";
                    self.breaks_within((invoiced_on, 10), invoice_rule, FINAL);
                }
            }
            "MOF243-04-PAY-10WD" => self.breaks_within((invoiced_on, 10), rule_id, FINAL),
            _ => {}
        }
    }

    /// Credit that is evaluated late or never, and acceptance that nobody was told of.
    fn close_loop(&mut self, rule_id: &str, contract: &Contract, accepted_on: NaiveDate) {
        let about = ("contract", CONTRACT);
        match rule_id {
            "HY-03-DISC" => self.breaks(rule_id, ("project", "ACCEPTANCE")),
            "HY-08-CREDIT-10WD" => {
                self.go(10);
                self.evaluate_credit(contract);
                self.breaks_within((accepted_on, 10), rule_id, about);
            }
            "HY-08-LOOP-GAP" => {
                let due_on = self.calendar.days_after(self.track.today, 30);
                self.breaks_on(due_on, rule_id, about);
                self.breaks_within((accepted_on, 10), "HY-08-CREDIT-10WD", about);
            }
            _ => {}
        }
    }

    /// Pays an amount: asked for, accepted and executed within few days.
    pub(super) fn pay_planted(
        &mut self,
        rule_id: &str,
        contract: &mut Contract,
        term: &PaymentTerm,
        amount_fen: i64,
    ) {
        let parts = self.take(contract, amount_fen);
        let mut request = self.request(contract, term, amount_fen, &parts);
        self.go(1);
        self.ask(&request);
        if rule_id == "CN-SME-LEGALREP" {
            self.go(1);
            self.reject_planted(rule_id, &request);
            self.go(1);
            request = self.request(contract, term, amount_fen, &parts);
            self.ask(&request);
        }
        let asked_on = self.track.today;
        let is_slow = rule_id == "HY-06-FIN-SPEED";
        self.go(if is_slow { 6 } else { 1 });
        let accepted = PaymentAccepted {
            payment_id: request.payment_id.clone(),
            contract_id: CONTRACT.into(),
            decided_on: self.track.today.to_string(),
        };
        let payload = Payload::PaymentAccepted(accepted);
        let draft = self.draft(Self::TREASURY, Who::Treasury, payload);
        self.accept(draft, "payment accepted");
        if is_slow {
            self.breaks_within((asked_on, 5), rule_id, ("payment", &request.payment_id));
        }
        let payload = self.executed(&request);
        let draft = self.draft(Self::TREASURY, Who::Treasury, payload);
        let paid = |(line, fen): &(usize, i64)| Effect::Pay(*line, *fen);
        let effects = parts.iter().map(paid).collect();
        self.accept_all(vec![draft], "payment executed", effects);
        contract.claimed_fen += amount_fen;
    }

    /// Turns a request down on a ground that is none.
    fn reject_planted(&mut self, rule_id: &str, request: &PaymentRequested) {
        let rejected = PaymentRejected {
            payment_id: request.payment_id.clone(),
            contract_id: CONTRACT.into(),
            reason: "单位内部付款流程尚未完成".into(),
            decided_on: self.track.today.to_string(),
        };
        let payload = Payload::PaymentRejected(rejected);
        let draft = self.draft(Self::TREASURY, Who::Treasury, payload);
        self.accept(draft, "payment rejected");
        self.breaks(rule_id, ("payment", &request.payment_id));
    }
}
