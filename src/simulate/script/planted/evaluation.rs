//! Opening, committee, qualification, low prices, evaluation.

use bytes::Bytes;

use super::{COMPLEX, COMPLEX_TO_ACCEPT, LOT, Way, documents::DEADLINE_HOUR};
use crate::{
    events::v1::{
        AbnormalLowPriceDecided, AbnormalLowPriceExplained, AbnormalLowPriceTriggered, BidsOpened,
        CommitteeFormed, CommitteeFormedPersonal, CommitteeMember, CommitteeMemberKind,
        EvaluationConcluded, EvaluationMethod, LowPriceTest, OpenedBid, PersonDetail,
        PersonalPayload, QualificationResult, QualificationReviewed, RankedBid,
        event_payload::Payload, personal_payload::Personal,
    },
    simulate::{
        draft::{instant, source},
        script::{Script, Who, award::Award, tender::Bid},
    },
};

/// The number of the purchaser's representative, and that of the first expert.
pub(super) const REPRESENTATIVE: &str = "M-90000";
/// Minutes after the deadline at which bids are opened late.
const LATE_MINUTES: i64 = 10;

impl Script<'_> {
    /// Opens and judges bids, and awards.
    pub(super) fn judge_planted(&mut self, rule_id: &str, mut bids: Vec<Bid>) -> Option<Award> {
        self.price_planted(rule_id, &mut bids);
        self.open_planted(rule_id, &bids);
        let (size, experts) = self.committee_of(rule_id);
        self.form_planted(size, experts);
        if bids.len() > 1 {
            self.qualify_planted(&mut bids);
        }
        if rule_id == "MOF2026-02-LOW" {
            self.question_planted(rule_id, &mut bids);
        }
        self.evaluate_planted(rule_id, &bids, (size, experts));
        self.award_planted(rule_id, &bids)
    }

    /// Prices, in thousandths of the lot: those of the best three, and of one that is not
    /// qualified.
    fn price_planted(&self, rule_id: &str, bids: &mut [Bid]) {
        let shares: [i64; 4] = match rule_id {
            "MOF2026-02-LOW-CEILING" => [440, 600, 610, 620],
            "MOF2026-02-LOW-SECOND" => [460, 940, 950, 960],
            "MOF2026-02-LOW-MEAN" | "MOF2026-02-LOW" => [940, 950, 300, 960],
            _ => [930, 940, 950, 960],
        };
        for (bid, share) in bids.iter_mut().zip(shares) {
            bid.price_fen = self.outline.amount_fen() / 1000 * share / 100 * 100;
        }
    }

    fn open_planted(&mut self, rule_id: &str, bids: &[Bid]) {
        let is_late = rule_id == "HY-13-OPEN-TIME";
        let minute = if is_late { LATE_MINUTES } else { 0 };
        let at = instant(self.track.today, DEADLINE_HOUR, minute);
        let opened = BidsOpened {
            lot_no: LOT.into(),
            opened_at: Some(at),
            bidders: bids
                .iter()
                .map(|bid| OpenedBid {
                    bid_no: bid.bid_no.clone(),
                    supplier: self.world.suppliers[bid.supplier].uscc.clone(),
                    price_fen: bid.price_fen,
                })
                .collect(),
        };
        let payload = Payload::BidsOpened(opened);
        let draft = self.draft_at(source::TRADE, Who::Trade, at, payload);
        self.accept(draft, "bids opened");
        if is_late {
            self.breaks(rule_id, ("lot", LOT));
        }
    }

    /// Members of the committee, and how many of them are experts.
    fn committee_of(&self, rule_id: &str) -> (i32, i32) {
        let is_complex = COMPLEX.contains(&rule_id) || rule_id == COMPLEX_TO_ACCEPT;
        match (rule_id, self.way()) {
            ("MOF87-47-SIZE" | "GPL-38-GROUP-SIZE", _) => (4, 3),
            ("MOF87-47-EXPERT", _) => (5, 3),
            ("GPL-38-GROUP-EXPERT", _) => (3, 1),
            ("MOF87-47-SIZE-7", _) => (5, 4),
            (_, Way::Tender | Way::Works) if is_complex => (7, 5),
            (_, Way::Tender | Way::Works) => (5, 4),
            _ => (3, 2),
        }
    }

    fn form_planted(&mut self, size: i32, experts: i32) {
        let mut members = Vec::new();
        let mut persons = Vec::new();
        for index in 0..size {
            let is_expert = index >= size - experts;
            let member_no = match index {
                0 => REPRESENTATIVE.to_owned(),
                index => format!("M-{:05}", 91_000 + index),
            };
            persons.push(PersonDetail {
                member_no: member_no.clone(),
                name: format!("虚构人员{}", &member_no[2..]),
                employer: "虚构·评审专家库".into(),
                personal_id: String::new(),
                contact: String::new(),
            });
            members.push(CommitteeMember {
                member_no,
                kind: match is_expert {
                    true => CommitteeMemberKind::Expert.into(),
                    false => CommitteeMemberKind::Purchaser.into(),
                },
                drawn_randomly: is_expert,
            });
        }
        let formed = CommitteeFormed {
            lot_no: LOT.into(),
            members,
            formed_on: self.track.today.to_string(),
        };
        let nonce = Bytes::copy_from_slice(&self.random.bytes::<32>());
        let mut draft = self.draft(source::TRADE, Who::Trade, Payload::CommitteeFormed(formed));
        let personal = Personal::CommitteeFormed(CommitteeFormedPersonal { nonce, persons });
        draft.personal = Some(PersonalPayload {
            personal: Some(personal),
        });
        self.accept(draft, "committee formed");
    }

    /// The last of the bidders does not qualify.
    fn qualify_planted(&mut self, bids: &mut [Bid]) {
        let last = bids.len() - 1;
        bids[last].fault = "资格审查不合格";
        let results = bids.iter().map(|bid| {
            let passed = bid.fault.is_empty();
            let told = |text: &str| {
                if passed {
                    String::new()
                } else {
                    text.to_owned()
                }
            };
            QualificationResult {
                supplier: self.world.suppliers[bid.supplier].uscc.clone(),
                passed,
                failed_item: told("依法缴纳税收证明"),
                legal_basis: told("政府采购法第二十二条"),
                reason: told("未提供"),
            }
        });
        let reviewed = QualificationReviewed {
            lot_no: LOT.into(),
            reviewer_org: self.unit().uscc.clone(),
            results: results.collect(),
            reviewed_on: self.track.today.to_string(),
        };
        let payload = Payload::QualificationReviewed(reviewed);
        self.by(Who::Unit, payload, "qualification reviewed");
    }

    /// A low price that its bidder gets twenty minutes to explain.
    fn question_planted(&mut self, rule_id: &str, bids: &mut [Bid]) {
        let at = |minute| instant(self.track.today, 10, minute);
        let (triggered_at, explained_at) = (at(0), at(20));
        let reference_fen = self.outline.amount_fen();
        let triggered = AbnormalLowPriceTriggered {
            lot_no: LOT.into(),
            case_no: "1".into(),
            supplier: self.world.suppliers[bids[2].supplier].uscc.clone(),
            price_fen: bids[2].price_fen,
            test: LowPriceTest::Ceiling.into(),
            reference_fen,
            limit_bp: 4500,
            triggered_at: Some(triggered_at),
        };
        let payload = Payload::AbnormalLowPriceTriggered(triggered);
        let draft = self.draft_at(source::TRADE, Who::Trade, triggered_at, payload);
        self.accept(draft, "low price questioned");
        let explained = AbnormalLowPriceExplained {
            lot_no: LOT.into(),
            case_no: "1".into(),
            minutes_given: 20,
            explanation_hash: self.hash(),
            explained_at: Some(explained_at),
        };
        let payload = Payload::AbnormalLowPriceExplained(explained);
        let draft = self.draft_at(source::TRADE, Who::Trade, explained_at, payload);
        self.accept(draft, "low price explained");
        let decided = AbnormalLowPriceDecided {
            lot_no: LOT.into(),
            case_no: "1".into(),
            accepted: false,
            reason: "说明不能证明报价合理性".into(),
            decided_on: self.track.today.to_string(),
        };
        let payload = Payload::AbnormalLowPriceDecided(decided);
        let draft = self.draft(source::TRADE, Who::Trade, payload);
        self.accept(draft, "low price decided");
        bids[2].fault = "报价明显低于其他供应商,说明不成立";
        self.breaks(rule_id, ("lot", "01/1"));
    }

    /// How bids are evaluated.
    pub(super) fn evaluation_method(rule_id: &str) -> EvaluationMethod {
        match rule_id {
            "MOF243-02-SCORE" => EvaluationMethod::LowestPrice,
            _ => EvaluationMethod::Comprehensive,
        }
    }

    fn evaluate_planted(&mut self, rule_id: &str, bids: &[Bid], (size, experts): (i32, i32)) {
        // Less than ten per cent of goods, more than five per cent of works.
        let deducted = rule_id.starts_with("MOF46-DEDUCT");
        let share = if self.is_of_works() { 92 } else { 95 };
        let at = instant(self.track.today, 11, 30);
        let method = Self::evaluation_method(rule_id);
        let is_scored = method == EvaluationMethod::Comprehensive;
        let ranking = (1..).zip(bids).map(|(rank, bid)| RankedBid {
            rank,
            supplier: self.world.suppliers[bid.supplier].uscc.clone(),
            bid_price_fen: bid.price_fen,
            evaluated_price_fen: match (deducted && rank == 1, is_scored) {
                (true, _) => Some(bid.price_fen / 100 * share),
                (false, true) => None,
                (false, false) => Some(bid.price_fen),
            },
            total_score_x100: is_scored.then(|| 9500 - 300 * i64::from(rank)),
            valid: bid.fault.is_empty(),
            invalid_reason: bid.fault.into(),
        });
        let concluded = EvaluationConcluded {
            lot_no: LOT.into(),
            concluded_at: Some(at),
            method: method.into(),
            ranking: ranking.collect(),
            committee_size: size,
            expert_count: experts,
        };
        let payload = Payload::EvaluationConcluded(concluded);
        let draft = self.draft_at(source::TRADE, Who::Trade, at, payload);
        self.accept(draft, "evaluation concluded");
        self.breaks_evaluation(rule_id, &self.world.suppliers[bids[0].supplier].uscc);
    }

    fn breaks_evaluation(&mut self, rule_id: &str, winner: &str) {
        match rule_id {
            "MOF87-47-SIZE"
            | "MOF87-47-SIZE-7"
            | "MOF87-47-EXPERT"
            | "GPL-38-GROUP-SIZE"
            | "GPL-38-GROUP-EXPERT"
            | "MOF2026-02-LOW-CEILING"
            | "MOF2026-02-LOW-SECOND" => {
                self.breaks(rule_id, ("lot", LOT));
            }
            "MOF2026-02-LOW-MEAN" => {
                self.breaks(rule_id, ("lot", LOT));
                self.breaks("MOF2026-02-LOW-CEILING", ("lot", LOT));
                self.breaks("MOF2026-02-LOW-SECOND", ("lot", LOT));
            }
            "MOF46-DEDUCT" | "MOF46-DEDUCT-WORKS" => {
                self.breaks(rule_id, ("lot", &format!("{LOT}/{winner}")));
            }
            _ => {}
        }
    }
}
