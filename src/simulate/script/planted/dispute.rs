//! Inquiries and challenges of a result, before the contract is signed.

use super::LOT;
use crate::{
    events::v1::{
        ChallengeReceived, ChallengeRefused, ChallengeReplied, ChallengeResult, ChallengeSubject,
        InquiryAnswered, InquiryReceived, event_payload::Payload,
    },
    simulate::script::{Script, Who, award::Award},
};

/// The challenge.
pub(super) const CHALLENGE: &str = "ZY-01";
/// Breaches that a challenge comes before.
const CHALLENGED: [&str; 12] = [
    "GPL-52-CHAL-7WD",
    "HY-14-REPLY-7WD",
    "HY-14-NOTIFY",
    "HY-14-COMPLAINT-15WD",
    "HY-14-REVIEW-5WD",
    "HY-14-DECIDE-30WD",
    "GPL-57-SUSP-30D",
    "MOF94-CORR-5WD",
    "MOF94-REJ-3WD",
    "MOF94-COPY-8WD",
    "MOF94-RESP-5WD",
    "MOF135-DEC-5WD",
];

impl Script<'_> {
    /// Who challenges, and complains: the second of the bidders would do, but anybody may.
    pub(super) fn rival_of(&self, award: &Award) -> usize {
        (award.supplier + 1) % self.world.suppliers.len()
    }

    /// What is asked and challenged before the contract is signed.
    pub(super) fn dispute_planted(&mut self, rule_id: &str, award: &Award) {
        match rule_id {
            "GPLR-52-INQ-3WD" => self.inquire_planted(rule_id, award),
            "HY-14-REFUSE" => self.refuse_planted(rule_id, award),
            "GPLR-54-SIGN-DURING" => {
                self.go(2);
                self.receive_challenge(award);
            }
            id if CHALLENGED.contains(&id) => self.challenge_planted(rule_id, award),
            _ => {}
        }
        if rule_id == "GPL-57-SUSP-30D" {
            self.suspend_planted(rule_id, award);
        }
    }

    fn inquire_planted(&mut self, rule_id: &str, award: &Award) {
        let rival = self.rival_of(award);
        let received = InquiryReceived {
            inquiry_id: "XW-01".into(),
            supplier: self.world.suppliers[rival].uscc.clone(),
            lot_no: LOT.into(),
            content: "请说明评审得分情况".into(),
            received_by: self.unit().uscc.clone(),
            received_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::InquiryReceived(received),
            "inquiry received",
        );
        let received_on = self.track.today;
        self.go(5);
        let answered = InquiryAnswered {
            inquiry_id: "XW-01".into(),
            answer: "评审得分已随结果公告公布".into(),
            answered_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::InquiryAnswered(answered),
            "inquiry answered",
        );
        self.breaks_within((received_on, 3), rule_id, ("inquiry", "XW-01"));
    }

    /// The end of the notice period, on which a loser knows.
    fn knew_on(&self, award: &Award) -> chrono::NaiveDate {
        self.calendar.workdays_after(award.ready_on, 1)
    }

    fn refuse_planted(&mut self, rule_id: &str, award: &Award) {
        let rival = self.rival_of(award);
        let knew_on = self.knew_on(award);
        self.go(3);
        let refused = ChallengeRefused {
            challenge_id: CHALLENGE.into(),
            lot_no: LOT.into(),
            supplier: self.world.suppliers[rival].uscc.clone(),
            subject: ChallengeSubject::Result.into(),
            knew_on: knew_on.to_string(),
            lodged_on: self.track.today.to_string(),
            refused_by: self.unit().uscc.clone(),
            reason: "未提供必要证明材料".into(),
            refused_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::ChallengeRefused(refused),
            "challenge refused",
        );
        self.breaks(rule_id, ("challenge", CHALLENGE));
    }

    fn receive_challenge(&mut self, award: &Award) {
        let rival = self.rival_of(award);
        let received = ChallengeReceived {
            challenge_id: CHALLENGE.into(),
            lot_no: LOT.into(),
            supplier: self.world.suppliers[rival].uscc.clone(),
            subject: ChallengeSubject::Result.into(),
            knew_on: self.knew_on(award).to_string(),
            dispatch_on: String::new(),
            received_by: self.unit().uscc.clone(),
            delegated_scope: false,
            may_affect_result: true,
            received_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::ChallengeReceived(received),
            "challenge received",
        );
    }

    pub(super) fn reply_challenge(&mut self, rule_id: &str, award: &Award) {
        let told = match rule_id {
            "HY-14-NOTIFY" => self.rival_of(award),
            _ => award.supplier,
        };
        let replied = ChallengeReplied {
            challenge_id: CHALLENGE.into(),
            result: ChallengeResult::Rejected.into(),
            notified_parties: vec![self.world.suppliers[told].uscc.clone()],
            reply_hash: String::new(),
            replied_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::ChallengeReplied(replied),
            "challenge replied",
        );
    }

    fn challenge_planted(&mut self, rule_id: &str, award: &Award) {
        let knew_on = self.knew_on(award);
        let is_late = rule_id == "GPL-52-CHAL-7WD";
        self.go(if is_late { 10 } else { 2 });
        self.receive_challenge(award);
        let about = ("challenge", CHALLENGE);
        if is_late {
            self.breaks_within((knew_on, 7), rule_id, about);
        }
        let received_on = self.track.today;
        self.go(if rule_id == "HY-14-REPLY-7WD" { 10 } else { 3 });
        self.reply_challenge(rule_id, award);
        match rule_id {
            "HY-14-REPLY-7WD" => self.breaks_within((received_on, 7), rule_id, about),
            "HY-14-NOTIFY" => self.breaks(rule_id, about),
            _ => {}
        }
    }
}
