//! How a tender ends: winner and notice, an award that is taken back, or failure and another try.

use super::{MANAGEMENT, Plant, Script, Who, award::Award, tender::Bid};
use crate::{
    events::v1::{
        AwardNoticeIssued, AwardRevoked, BudgetPart, LotFailed, LotFailureReason,
        LotRetryAbandoned, MethodGround, ProcurementMethod, ReprocurementStarted, WinnerDetermined,
        event_payload::Payload,
    },
    simulate::{book::Effect, draft::source},
};

impl Script<'_> {
    pub(super) fn determine(&mut self, lot: usize, lot_no: String, bids: &[Bid]) -> Option<Award> {
        let (supplier, award_fen) = (bids[0].supplier, bids[0].price_fen);
        self.pass_workdays(1, 6);
        let determined_on = self.track.today;
        let uscc = self.world.suppliers[supplier].uscc.clone();
        let determined = WinnerDetermined {
            lot_no: lot_no.clone(),
            supplier: uscc.clone(),
            award_fen,
            determined_on: determined_on.to_string(),
            deemed: false,
        };
        let payload = Payload::WinnerDetermined(determined);
        self.accept(
            self.draft(MANAGEMENT, Who::Unit, payload),
            "winner determined",
        );
        self.pass_workdays(0, 2);
        let notice = AwardNoticeIssued {
            lot_no: lot_no.clone(),
            supplier: uscc,
            award_fen,
            issued_on: self.track.today.to_string(),
        };
        let payload = Payload::AwardNoticeIssued(notice);
        if self.agency.is_none() && self.plants(Plant::NoticeByStranger) {
            let draft = self.draft(source::TRADE, Who::Agency(0), payload.clone());
            self.refuse(draft, Plant::NoticeByStranger);
        }
        let draft = self.draft(source::TRADE, self.organiser(), payload);
        self.accept(draft, "award notice issued");
        self.pay_agency(&lot_no);
        let ready_on = self.track.today;
        let award = Award {
            lot,
            lot_no,
            supplier,
            amount_fen: award_fen,
            determined_on,
            ready_on,
        };
        if self.random.chance(40) {
            return self.revoke(award, bids);
        }
        (!self.track.over).then_some(award)
    }

    /// Takes the award back: it falls to the next candidate, or the lot fails.
    fn revoke(&mut self, award: Award, bids: &[Bid]) -> Option<Award> {
        self.pass_workdays(1, 6);
        let next = bids[1..].iter().find(|bid| bid.fault.is_empty());
        let next = next.filter(|_| self.random.chance(700));
        let parts = self.outline.lots[award.lot].parts.clone();
        let mut revoked = AwardRevoked {
            lot_no: award.lot_no.clone(),
            reason: "中标供应商放弃中标".into(),
            next_candidate: String::new(),
            next_award_fen: None,
            retry_intended: false,
            budget_parts: Vec::new(),
            revoked_on: self.track.today.to_string(),
        };
        let who = self.organiser();
        let Some(next) = next else {
            revoked.budget_parts = self.budget_parts(&parts);
            let released = released(&parts);
            let draft = self.draft(MANAGEMENT, who, Payload::AwardRevoked(revoked));
            self.accept_all(vec![draft], "award revoked", released);
            if !self.track.over {
                self.unfinished -= 1;
            }
            return None;
        };
        let supplier = next.supplier;
        let uscc = self.world.suppliers[supplier].uscc.clone();
        revoked.next_candidate.clone_from(&uscc);
        // The next candidate is asked to deliver at the best price.
        revoked.next_award_fen = Some(award.amount_fen);
        self.by(who, Payload::AwardRevoked(revoked), "award revoked");
        let determined_on = self.track.today;
        self.pass_workdays(1, 3);
        let notice = AwardNoticeIssued {
            lot_no: award.lot_no.clone(),
            supplier: uscc,
            award_fen: award.amount_fen,
            issued_on: self.track.today.to_string(),
        };
        let payload = Payload::AwardNoticeIssued(notice);
        let draft = self.draft(source::TRADE, self.organiser(), payload);
        self.accept(draft, "award notice issued");
        let award = Award {
            supplier,
            determined_on,
            ready_on: self.track.today,
            ..award
        };
        (!self.track.over).then_some(award)
    }

    /// The lot fails for want of bidders: what it occupies is given back now or later, or it is
    /// procured again.
    pub(super) fn fail(&mut self, lot: usize, lot_no: String) -> Option<Award> {
        let parts = self.outline.lots[lot].parts.clone();
        let budget_parts = self.budget_parts(&parts);
        let retry_intended = !lot_no.contains("-R") && self.random.chance(600);
        let failed = LotFailed {
            lot_no: lot_no.clone(),
            reason: LotFailureReason::Lt3.into(),
            failed_on: self.track.today.to_string(),
            retry_intended,
            notified_all_on: self.track.today.to_string(),
            budget_parts: budget_parts.clone(),
        };
        let effects = if retry_intended {
            Vec::new()
        } else {
            released(&parts)
        };
        let draft = self.draft(source::TRADE, self.organiser(), Payload::LotFailed(failed));
        self.accept_all(vec![draft], "lot failed", effects);
        if retry_intended {
            self.pass_workdays(5, 15);
            if self.random.chance(700) {
                return self.retry(lot, &lot_no, budget_parts);
            }
            let abandoned = LotRetryAbandoned {
                lot_no,
                budget_parts,
                on: self.track.today.to_string(),
            };
            let payload = Payload::LotRetryAbandoned(abandoned);
            let draft = self.draft(MANAGEMENT, Who::Unit, payload);
            self.accept_all(vec![draft], "retry abandoned", released(&parts));
        }
        if !self.track.over {
            self.unfinished -= 1;
        }
        None
    }

    /// Procures a failed lot again, by negotiation.
    fn retry(&mut self, lot: usize, lot_no: &str, budget_parts: Vec<BudgetPart>) -> Option<Award> {
        let new_lot_no = format!("{lot_no}-R1");
        let started = ReprocurementStarted {
            lot_no: lot_no.into(),
            new_lot_no: new_lot_no.clone(),
            name: format!("{}(重新采购)", self.outline.category.name),
            amount_fen: self.outline.lots[lot].amount_fen,
            ceiling_fen: None,
            new_method: ProcurementMethod::Negotiation.into(),
            method_ground: MethodGround::NegotiationNoValidTender.into(),
            approval_request_id: String::new(),
            budget_parts,
            started_on: self.track.today.to_string(),
        };
        let who = self.organiser();
        let payload = Payload::ReprocurementStarted(started);
        self.by(who, payload, "lot procured again");
        if self.random.chance(500) {
            self.tender(lot, new_lot_no)
        } else {
            self.record(lot, new_lot_no)
        }
    }
}

/// What a lot that ends without a contract does to the books.
fn released(parts: &[(usize, i64)]) -> Vec<Effect> {
    let given_back = |(line, fen): &(usize, i64)| Effect::Occupy(*line, -fen);
    parts.iter().map(given_back).collect()
}
