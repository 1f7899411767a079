//! Report, winner, notices of the result.

use super::LOT;
use crate::{
    events::v1::{
        AwardNoticeIssued, AwardResultNotice, BadConductRecorded, EvaluationMethod,
        EvaluationReportDelivered, NoticePublished, NoticeType, TopCandidate, UnqualifiedSupplier,
        WinnerDetermined, event_payload::Payload, notice_published::Content,
    },
    simulate::{
        calendar::after,
        draft::source,
        script::{Script, Who, award::Award, tender::Bid},
    },
};

/// The notice of the result.
pub(super) const RESULT: &str = "JG-01";

impl Script<'_> {
    /// Awards to the first of the bidders.
    pub(super) fn award_planted(&mut self, rule_id: &str, bids: &[Bid]) -> Option<Award> {
        let concluded_on = self.track.today;
        self.go(if rule_id == "GPLR-43-REPORT-2WD" {
            4
        } else {
            1
        });
        let delivered = EvaluationReportDelivered {
            lot_no: LOT.into(),
            delivered_on: self.track.today.to_string(),
        };
        let payload = Payload::EvaluationReportDelivered(delivered);
        let draft = self.draft(source::TRADE, Who::Unit, payload);
        self.accept(draft, "report delivered");
        if rule_id == "GPLR-43-REPORT-2WD" {
            self.breaks_within((concluded_on, 2), rule_id, ("lot", LOT));
        }
        if rule_id == "GPL-77-BANNED" {
            self.ban_planted(bids[0].supplier);
        }
        let delivered_on = self.track.today;
        self.go(if rule_id == "GPLR-43-AWARD-5WD" { 7 } else { 1 });
        let (winner, award_fen) = (bids[0].supplier, bids[0].price_fen);
        let uscc = self.world.suppliers[winner].uscc.clone();
        let determined = WinnerDetermined {
            lot_no: LOT.into(),
            supplier: uscc.clone(),
            award_fen,
            determined_on: self.track.today.to_string(),
            deemed: false,
        };
        self.by(
            Who::Unit,
            Payload::WinnerDetermined(determined),
            "winner determined",
        );
        match rule_id {
            "GPLR-43-AWARD-5WD" => {
                self.breaks_within((delivered_on, 5), rule_id, ("lot", LOT));
            }
            "GPL-77-BANNED" => self.breaks(rule_id, ("lot", LOT)),
            _ => {}
        }
        let determined_on = self.track.today;
        self.go(if rule_id == "GPLR-43-NOTICE-2WD" {
            5
        } else {
            1
        });
        let notice = AwardNoticeIssued {
            lot_no: LOT.into(),
            supplier: uscc,
            award_fen,
            issued_on: self.track.today.to_string(),
        };
        let payload = Payload::AwardNoticeIssued(notice);
        let draft = self.draft(source::TRADE, Who::Unit, payload);
        self.accept(draft, "award notice issued");
        self.announce_planted(rule_id, bids);
        if rule_id == "GPLR-43-NOTICE-2WD" {
            self.breaks_within((determined_on, 2), rule_id, ("lot", LOT));
        }
        let ready_on = self.track.today;
        if rule_id == "GPLR-33-BOND-LOSER-5WD" {
            self.return_bond_after(ready_on);
            self.breaks_bond(rule_id, ready_on);
        }
        (!self.track.over).then(|| Award {
            lot: 0,
            lot_no: LOT.into(),
            supplier: winner,
            amount_fen: award_fen,
            determined_on,
            ready_on,
        })
    }

    /// A ban of few days, in which the award falls.
    fn ban_planted(&mut self, supplier: usize) {
        let supplier = &self.world.suppliers[supplier];
        let today = self.track.today;
        let recorded = BadConductRecorded {
            subject: supplier.uscc.clone(),
            record_id: format!("CF-{}", self.project_id),
            ground: "提供虚假材料谋取中标".into(),
            ban_from: today.to_string(),
            ban_to: after(today, 14).to_string(),
            decision_doc: format!(
                "虚构财购罚〔{}〕{}号",
                self.calendar.year(),
                self.outline.index
            ),
            on: today.to_string(),
        };
        let payload = Payload::BadConductRecorded(recorded);
        let mut draft = self.draft(super::super::MANAGEMENT, Who::City, payload);
        draft.stream = format!("supplier/4304/{}", supplier.uscc);
        self.accept(draft, "bad conduct recorded");
    }

    /// The best three of the valid bids, as the notice shows them.
    fn candidates_of(&self, rule_id: &str, bids: &[Bid]) -> Vec<TopCandidate> {
        let is_scored = Self::evaluation_method(rule_id) == EvaluationMethod::Comprehensive;
        let valid = (1..).zip(bids).filter(|(_, bid)| bid.fault.is_empty());
        let candidate = |(rank, bid): (i32, &Bid)| TopCandidate {
            rank,
            name: self.world.suppliers[bid.supplier].name.clone(),
            price_fen: bid.price_fen,
            score_x100: is_scored.then(|| 9500 - 300 * i64::from(rank)),
            evaluated_price_fen: None,
        };
        let shown = if rule_id == "HY-01-TOP3" { 1 } else { 3 };
        valid.take(shown).map(candidate).collect()
    }

    /// Those who did not qualify, with basis and reason.
    fn unqualified_of(&self, bids: &[Bid]) -> Vec<UnqualifiedSupplier> {
        let failed = bids.iter().filter(|bid| bid.fault == "资格审查不合格");
        let told = |bid: &Bid| {
            let supplier = &self.world.suppliers[bid.supplier];
            UnqualifiedSupplier {
                supplier: supplier.uscc.clone(),
                name: supplier.name.clone(),
                legal_basis: "政府采购法第二十二条".into(),
                reason: "未提供依法缴纳税收证明".into(),
            }
        };
        failed.map(told).collect()
    }

    fn announce_planted(&mut self, rule_id: &str, bids: &[Bid]) {
        let supplier = &self.world.suppliers[bids[0].supplier];
        let region = self.world.regions[supplier.region].name;
        let mut unqualified_suppliers = self.unqualified_of(bids);
        let mut expert_names = vec!["虚构专家甲".to_owned(), "虚构专家乙".to_owned()];
        match rule_id {
            "HY-01-UNQ-REASON" => unqualified_suppliers.clear(),
            "GPLR-43-CONTENT" => expert_names.clear(),
            _ => {}
        }
        let content = AwardResultNotice {
            purchaser: self.unit().uscc.clone(),
            agency: String::new(),
            project_no: self.project_id.clone(),
            winner: supplier.uscc.clone(),
            winner_address: format!("湖南省衡阳市{region}示例路1号"),
            award_fen: bids[0].price_fen,
            items: vec![self.outline.category.name.into()],
            expert_names,
            unqualified_suppliers,
            top_candidates: self.candidates_of(rule_id, bids),
            notice_period_wd: 1,
        };
        let about = NoticePublished {
            lot_nos: vec![LOT.into()],
            ..NoticePublished::default()
        };
        self.tell(
            NoticeType::AwardResult,
            RESULT,
            Content::AwardResult(content),
            about,
        );
        match rule_id {
            "HY-01-UNQ-REASON" | "HY-01-TOP3" | "GPLR-43-CONTENT" | "MOF243-02-SCORE" => {
                self.breaks(rule_id, ("notice", RESULT));
            }
            _ => {}
        }
    }
}
