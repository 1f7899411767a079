//! What bids are worth: qualification, prices that are too low, evaluation, fees of who judged.

use super::{Script, Who, tender::Bid};
use crate::{
    events::v1::{
        AbnormalLowPriceDecided, AbnormalLowPriceExplained, AbnormalLowPriceTriggered,
        AgencyFeePaid, EvaluationConcluded, EvaluationMethod, EvaluationReportDelivered,
        ExpertFeePaid, FeePayer, LowPriceTest, QualificationResult, QualificationReviewed,
        RankedBid, ReevaluationOrdered, event_payload::Payload,
    },
    simulate::draft::{instant, source},
};

/// Below this share of the lot's amount a price must be explained, in basis points.
const LOW_PRICE_BP: i32 = 5000;

impl Script<'_> {
    /// Examines who may take part, mostly; sometimes one may not.
    pub(super) fn qualify(&mut self, lot_no: &str, bids: &mut [Bid]) {
        if !self.random.chance(750) {
            return;
        }
        let is_one_out = bids.len() > 3 && self.random.chance(150);
        let mut results = Vec::new();
        for (index, bid) in bids.iter_mut().enumerate() {
            let passed = !is_one_out || index != 2;
            let (failed_item, legal_basis, reason) = if passed {
                ("", "", "")
            } else {
                bid.fault = "资格审查不合格";
                ("依法缴纳税收证明", "政府采购法第二十二条", "未提供")
            };
            results.push(QualificationResult {
                supplier: self.world.suppliers[bid.supplier].uscc.clone(),
                passed,
                failed_item: failed_item.into(),
                legal_basis: legal_basis.into(),
                reason: reason.into(),
            });
        }
        let reviewed = QualificationReviewed {
            lot_no: lot_no.into(),
            reviewer_org: self.unit().uscc.clone(),
            results,
            reviewed_on: self.track.today.to_string(),
        };
        let who = self.organiser();
        let payload = Payload::QualificationReviewed(reviewed);
        self.by(who, payload, "qualification reviewed");
    }

    /// Asks a bidder to explain a price that is far too low; mostly the bid is not valid.
    pub(super) fn question(&mut self, lot: usize, lot_no: &str, bids: &mut [Bid]) {
        let reference_fen = self.outline.lots[lot].amount_fen;
        let is_low = |bid: &Bid| bid.price_fen.saturating_mul(2) < reference_fen;
        let Some(place) = bids.iter().position(is_low) else {
            return;
        };
        let (supplier, price_fen) = (bids[place].supplier, bids[place].price_fen);
        let case_no = "1".to_owned();
        let at = |minute| instant(self.track.today, 10, minute);
        let (triggered_at, explained_at) = (at(0), at(45));
        let triggered = AbnormalLowPriceTriggered {
            lot_no: lot_no.into(),
            case_no: case_no.clone(),
            supplier: self.world.suppliers[supplier].uscc.clone(),
            price_fen,
            test: LowPriceTest::Ceiling.into(),
            reference_fen,
            limit_bp: LOW_PRICE_BP,
            triggered_at: Some(triggered_at),
        };
        let payload = Payload::AbnormalLowPriceTriggered(triggered);
        let draft = self.draft_at(source::TRADE, Who::Trade, triggered_at, payload);
        self.accept(draft, "low price questioned");
        let explained = AbnormalLowPriceExplained {
            lot_no: lot_no.into(),
            case_no: case_no.clone(),
            minutes_given: 45,
            explanation_hash: self.hash(),
            explained_at: Some(explained_at),
        };
        let payload = Payload::AbnormalLowPriceExplained(explained);
        let draft = self.draft_at(source::TRADE, Who::Trade, explained_at, payload);
        self.accept(draft, "low price explained");
        let decided = AbnormalLowPriceDecided {
            lot_no: lot_no.into(),
            case_no,
            accepted: false,
            reason: "说明不能证明报价合理性".into(),
            decided_on: self.track.today.to_string(),
        };
        let payload = Payload::AbnormalLowPriceDecided(decided);
        let draft = self.draft(source::TRADE, Who::Trade, payload);
        self.accept(draft, "low price decided");
        bids[place].fault = "报价明显低于其他供应商,说明不成立";
    }

    pub(super) fn evaluate(&mut self, lot_no: &str, bids: &[Bid]) {
        if self.random.chance(300) {
            self.pass_workdays(1, 1);
        }
        let mut ranking = Vec::new();
        for (rank, bid) in (1..).zip(bids) {
            ranking.push(RankedBid {
                rank,
                supplier: self.world.suppliers[bid.supplier].uscc.clone(),
                bid_price_fen: bid.price_fen,
                evaluated_price_fen: None,
                total_score_x100: Some(9500 - 300 * i64::from(rank)),
                valid: bid.fault.is_empty(),
                invalid_reason: bid.fault.into(),
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

    /// Has the bids evaluated again.
    pub(super) fn order_again(&mut self, lot_no: &str) {
        self.pass_workdays(1, 3);
        let ordered = ReevaluationOrdered {
            lot_no: lot_no.into(),
            order_no: "1".into(),
            reason: "分值汇总计算错误".into(),
            ordered_on: self.track.today.to_string(),
        };
        let who = self.organiser();
        let payload = Payload::ReevaluationOrdered(ordered);
        self.by(who, payload, "evaluation ordered again");
    }

    /// Pays the experts, mostly as the law says: by the unit.
    pub(super) fn pay_experts(&mut self, lot_no: &str) {
        if !self.random.chance(600) {
            return;
        }
        let paid = ExpertFeePaid {
            fee_id: format!("PS-{lot_no}"),
            payer: self.unit().uscc.clone(),
            payer_kind: FeePayer::Purchaser.into(),
            expert_count: 4,
            amount_fen: 4 * self.random.between(300, 600) * 100,
            paid_on: self.track.today.to_string(),
        };
        let payload = Payload::ExpertFeePaid(paid);
        self.by(Who::Unit, payload, "experts paid");
    }

    /// Pays the agency, when there is one.
    pub(super) fn pay_agency(&mut self, lot_no: &str) {
        let Some(agency) = self.agency else { return };
        let paid = AgencyFeePaid {
            fee_id: format!("DL-{lot_no}"),
            agency: self.world.agencies[agency].uscc.clone(),
            payer: self.unit().uscc.clone(),
            payer_kind: FeePayer::Purchaser.into(),
            amount_fen: self.random.between(20, 200) * 10_000,
            paid_on: self.track.today.to_string(),
        };
        let payload = Payload::AgencyFeePaid(paid);
        self.by(Who::Unit, payload, "agency paid");
    }
}
