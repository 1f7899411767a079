//! Payments: asked for, accepted or rejected, executed, sometimes returned and asked for again.

use super::{Plant, Script, Who, contract::Contract};
use crate::{
    events::v1::{
        BudgetPart, PaymentAccepted, PaymentExecuted, PaymentRejected, PaymentRequested,
        PaymentReturned, PaymentTerm, event_payload::Payload,
    },
    simulate::book::Effect,
};

impl Script<'_> {
    /// Pays an amount on a term, through all that may happen on the way.
    pub(super) fn pay(&mut self, contract: &mut Contract, term: &PaymentTerm, amount_fen: i64) {
        if amount_fen <= 0 {
            return;
        }
        let parts = self.take(contract, amount_fen);
        let mut request = self.request(contract, term, amount_fen, &parts);
        self.plant_requests(contract, &request);
        if self.random.chance(60) {
            self.ask(&request);
            self.pass_workdays(1, 4);
            let rejected = PaymentRejected {
                payment_id: request.payment_id.clone(),
                contract_id: contract.id.clone(),
                reason: "资料不全,请补正后重新申请".into(),
                decided_on: self.track.today.to_string(),
            };
            let payload = Payload::PaymentRejected(rejected);
            let draft = self.draft(Self::TREASURY, Who::Treasury, payload);
            self.accept(draft, "payment rejected");
            self.pass_workdays(1, 5);
            request = self.request(contract, term, amount_fen, &parts);
        }
        self.ask(&request);
        self.execute(&request, &parts);
        if self.random.chance(25) {
            self.give_back(&request, &parts);
            request = self.request(contract, term, amount_fen, &parts);
            self.ask(&request);
            self.execute(&request, &parts);
        }
        contract.claimed_fen += amount_fen;
    }

    /// Takes an amount from the purse, in proportion to what it holds; fen that do not divide fall
    /// to the last line.
    pub(super) fn take(&self, contract: &mut Contract, amount_fen: i64) -> Vec<(usize, i64)> {
        let lot = &self.outline.lots[contract.lot];
        let mut parts = Vec::new();
        let mut left_fen = amount_fen;
        for index in 0..contract.purse.len() {
            let others_fen: i64 = contract.purse[index + 1..].iter().map(|(_, fen)| fen).sum();
            let (line, held_fen) = contract.purse[index];
            let share = i128::from(amount_fen) * i128::from(lot.parts[index].1);
            let share = (share / i128::from(lot.amount_fen)) as i64;
            let fen = share.max(left_fen - others_fen).min(held_fen).min(left_fen);
            contract.purse[index].1 -= fen;
            left_fen -= fen;
            if fen > 0 {
                parts.push((line, fen));
            }
        }
        debug_assert_eq!(left_fen, 0, "a contract is within its lot");
        parts
    }

    pub(super) fn request(
        &self,
        contract: &mut Contract,
        term: &PaymentTerm,
        amount_fen: i64,
        parts: &[(usize, i64)],
    ) -> PaymentRequested {
        contract.payments += 1;
        let supplier = &self.world.suppliers[contract.supplier];
        PaymentRequested {
            payment_id: format!("ZF-{}-{}", contract.lot_no, contract.payments),
            contract_id: contract.id.clone(),
            term_no: term.term_no.clone(),
            amount_fen,
            payee: supplier.uscc.clone(),
            payee_account_ref: supplier.account_ref.clone(),
            budget_parts: self.budget_parts(parts),
            requested_on: String::new(),
        }
    }

    pub(super) fn ask(&mut self, request: &PaymentRequested) {
        let mut request = request.clone();
        request.requested_on = self.track.today.to_string();
        let payload = Payload::PaymentRequested(request);
        self.accept(
            self.draft(Self::TREASURY, Who::Unit, payload),
            "payment requested",
        );
    }

    pub(super) fn execute(&mut self, request: &PaymentRequested, parts: &[(usize, i64)]) {
        if self.plants(Plant::ExecuteEarly) {
            let payload = self.executed(request);
            let draft = self.draft(Self::TREASURY, Who::Treasury, payload);
            self.refuse(draft, Plant::ExecuteEarly);
        }
        let (is_asked, asked_on) = (!self.track.over, self.track.today);
        self.pass_workdays(1, 7);
        let accepted = PaymentAccepted {
            payment_id: request.payment_id.clone(),
            contract_id: request.contract_id.clone(),
            decided_on: self.track.today.to_string(),
        };
        let payload = Payload::PaymentAccepted(accepted);
        self.accept(
            self.draft(Self::TREASURY, Who::Treasury, payload),
            "payment accepted",
        );
        if is_asked {
            let about = ("payment", request.payment_id.as_str());
            self.breaks_unless_done((asked_on, 5), true, "HY-06-FIN-SPEED", about);
        }
        self.pass_workdays(0, 4);
        if request.amount_fen > 1 && self.plants(Plant::ExecuteOther) {
            let mut other = request.clone();
            other.amount_fen -= 1;
            for part in other.budget_parts.iter_mut().take(1) {
                part.amount_fen -= 1;
            }
            let payload = self.executed(&other);
            let draft = self.draft(Self::TREASURY, Who::Treasury, payload);
            self.refuse(draft, Plant::ExecuteOther);
        }
        let payload = self.executed(request);
        let draft = self.draft(Self::TREASURY, Who::Treasury, payload);
        let effects = parts
            .iter()
            .map(|(line, fen)| Effect::Pay(*line, *fen))
            .collect();
        self.accept_all(vec![draft], "payment executed", effects);
    }

    pub(super) fn executed(&self, request: &PaymentRequested) -> Payload {
        let region = self.world.region_code(self.unit().region);
        let project = self.outline.index + 1;
        Payload::PaymentExecuted(PaymentExecuted {
            payment_id: request.payment_id.clone(),
            contract_id: request.contract_id.clone(),
            voucher_no: format!("PZ-{region}-{project:06}-{}", &request.payment_id[3..]),
            amount_fen: request.amount_fen,
            budget_parts: request.budget_parts.clone(),
            paid_on: self.track.today.to_string(),
        })
    }

    /// The bank returns a payment whole.
    fn give_back(&mut self, request: &PaymentRequested, parts: &[(usize, i64)]) {
        self.pass_workdays(1, 3);
        let returned = PaymentReturned {
            payment_id: request.payment_id.clone(),
            contract_id: request.contract_id.clone(),
            returned_voucher_no: format!("TH-{}-{}", self.project_id, &request.payment_id[3..]),
            amount_fen: request.amount_fen,
            budget_parts: request.budget_parts.clone(),
            reason: "收款账户信息有误".into(),
            returned_on: self.track.today.to_string(),
        };
        let payload = Payload::PaymentReturned(returned);
        let draft = self.draft(Self::TREASURY, Who::Treasury, payload);
        let effects = parts
            .iter()
            .map(|(line, fen)| Effect::Pay(*line, -fen))
            .collect();
        self.accept_all(vec![draft], "payment returned", effects);
        self.pass_workdays(1, 4);
    }

    /// Sends planted requests that are wrong whatever the term.
    fn plant_requests(&mut self, contract: &Contract, request: &PaymentRequested) {
        let Some(plant) = self.plant else { return };
        let mut wrong = request.clone();
        wrong.payment_id = format!("ZF-{}-wrong", contract.lot_no);
        wrong.requested_on = self.track.today.to_string();
        match plant {
            Plant::WrongPayee => {
                let other = (contract.supplier + 1) % self.world.suppliers.len();
                wrong.payee.clone_from(&self.world.suppliers[other].uscc);
            }
            Plant::WrongAccount => wrong.payee_account_ref = "AC-000000000000".into(),
            Plant::NegativePayment => wrong.amount_fen = -wrong.amount_fen,
            Plant::UnknownContract => wrong.contract_id = "CT-99".into(),
            Plant::PayOverContract => {
                let over_fen = contract.payable_fen - contract.claimed_fen + 1;
                wrong.amount_fen = over_fen;
                let line = wrong.budget_parts[0].budget_line_id.clone();
                wrong.budget_parts = vec![BudgetPart {
                    budget_line_id: line,
                    amount_fen: over_fen,
                }];
            }
            Plant::PayOverLine => {
                // The second line alone, with more than the whole plan occupies of it.
                let [_, (second, occupied)] = self.outline.parts()[..] else {
                    return;
                };
                if wrong.amount_fen <= occupied {
                    return;
                }
                let line = self.lines[second].id.clone();
                let amount_fen = wrong.amount_fen;
                wrong.budget_parts = vec![BudgetPart {
                    budget_line_id: line,
                    amount_fen,
                }];
            }
            _ => return,
        }
        self.plants(plant);
        let draft = self.draft(Self::TREASURY, Who::Unit, Payload::PaymentRequested(wrong));
        self.refuse(draft, plant);
    }

    /// Asks for the final payment before anything was accepted.
    pub(super) fn ask_too_early(&mut self, contract: &mut Contract, term: &PaymentTerm) {
        if !self.plants(Plant::PayBeforeAcceptance) {
            return;
        }
        let open_fen = contract.payable_fen - contract.claimed_fen;
        let amount_fen = term.amount_fen.min(contract.purse[0].1).min(open_fen);
        let parts = [(contract.purse[0].0, amount_fen)];
        let mut request = self.request(contract, term, amount_fen, &parts);
        request.requested_on = self.track.today.to_string();
        let draft = self.draft(
            Self::TREASURY,
            Who::Unit,
            Payload::PaymentRequested(request),
        );
        self.refuse(draft, Plant::PayBeforeAcceptance);
    }
}
