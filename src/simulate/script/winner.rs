//! How a tender ends: evaluation, winner and notice, or failure.

use super::{
    MANAGEMENT, Plant, Script, Who,
    award::Award,
    tender::{Bid, price_fen},
};
use crate::{
    events::v1::{
        AwardNoticeIssued, EvaluationConcluded, EvaluationMethod, EvaluationReportDelivered,
        LotFailed, LotFailureReason, LotRetryAbandoned, RankedBid, WinnerDetermined,
        event_payload::Payload,
    },
    simulate::{
        book::Effect,
        draft::{instant, source},
    },
};

impl Script<'_> {
    pub(super) fn evaluate(&mut self, lot_no: &str, bids: &[Bid], award_fen: i64) {
        if self.random.chance(300) {
            self.pass_workdays(1, 1);
        }
        let mut ranking = Vec::new();
        for (rank, bid) in (1..).zip(bids) {
            ranking.push(RankedBid {
                rank,
                supplier: self.world.suppliers[bid.supplier].uscc.clone(),
                bid_price_fen: price_fen(award_fen, rank),
                evaluated_price_fen: None,
                total_score_x100: Some(9500 - 300 * i64::from(rank)),
                valid: true,
                invalid_reason: String::new(),
            });
        }
        let at = instant(self.track.today, 11, 30);
        let concluded = EvaluationConcluded {
            lot_no: lot_no.into(),
            concluded_at: Some(at),
            method: EvaluationMethod::Comprehensive.into(),
            ranking,
            committee_size: 5,
            expert_count: 4,
        };
        let payload = Payload::EvaluationConcluded(concluded);
        self.accept(
            self.draft_at(source::TRADE, Who::Trade, at, payload),
            "evaluation concluded",
        );
        self.pass_workdays(0, 2);
        let delivered = EvaluationReportDelivered {
            lot_no: lot_no.into(),
            delivered_on: self.track.today.to_string(),
        };
        let payload = Payload::EvaluationReportDelivered(delivered);
        let draft = self.draft(source::TRADE, self.organiser(), payload);
        self.accept(draft, "report delivered");
    }

    pub(super) fn determine(
        &mut self,
        lot: usize,
        lot_no: String,
        supplier: usize,
        award_fen: i64,
    ) -> Option<Award> {
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
        let ready_on = self.track.today;
        let award = Award {
            lot,
            lot_no,
            supplier,
            amount_fen: award_fen,
            determined_on,
            ready_on,
        };
        (!self.track.over).then_some(award)
    }

    /// The lot fails for want of bidders; what it occupies is given back now or later.
    pub(super) fn fail(&mut self, lot: usize, lot_no: &str) {
        let parts = self.outline.lots[lot].parts.clone();
        let budget_parts = self.budget_parts(&parts);
        let retry_intended = self.random.chance(400);
        let failed = LotFailed {
            lot_no: lot_no.into(),
            reason: LotFailureReason::Lt3.into(),
            failed_on: self.track.today.to_string(),
            retry_intended,
            notified_all_on: self.track.today.to_string(),
            budget_parts: budget_parts.clone(),
        };
        let released: Vec<_> = parts
            .iter()
            .map(|(line, fen)| Effect::Occupy(*line, -fen))
            .collect();
        let effects = if retry_intended {
            Vec::new()
        } else {
            released.clone()
        };
        let draft = self.draft(source::TRADE, self.organiser(), Payload::LotFailed(failed));
        self.accept_all(vec![draft], "lot failed", effects);
        if retry_intended {
            self.pass_workdays(10, 30);
            let on = self.track.today.to_string();
            let abandoned = LotRetryAbandoned {
                lot_no: lot_no.into(),
                budget_parts,
                on,
            };
            let payload = Payload::LotRetryAbandoned(abandoned);
            let draft = self.draft(MANAGEMENT, Who::Unit, payload);
            self.accept_all(vec![draft], "retry abandoned", released);
        }
        if !self.track.over {
            self.unfinished -= 1;
        }
    }
}
