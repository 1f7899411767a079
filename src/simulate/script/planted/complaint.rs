//! Complaints: most come when the contract is signed, so that nothing waits for their end; one
//! comes before, and suspends the lot.

use chrono::NaiveDate;

use super::{LOT, dispute::CHALLENGE};
use crate::{
    events::v1::{
        ChallengeSubject, ComplaintCopiesSent, ComplaintCorrected, ComplaintCorrectionRequested,
        ComplaintDecided, ComplaintDecisionNotice, ComplaintReceived, ComplaintResponded,
        ComplaintResult, ComplaintReviewOutcome, ComplaintSuspensionLifted,
        ComplaintSuspensionOrdered, ComplaintWithdrawn, CorrectionNotice, NoticePublished,
        NoticeType, event_payload::Payload, notice_published::Content,
    },
    simulate::{
        calendar::after,
        script::{Script, Who, award::Award},
    },
};

const COMPLAINT: &str = "TS-01";
const ABOUT: (&str, &str) = ("complaint", COMPLAINT);

impl Script<'_> {
    /// A complaint that comes after the contract.
    pub(super) fn dispute_after(&mut self, rule_id: &str, award: &Award) {
        match rule_id {
            "HY-14-COMPLAINT-15WD" | "HY-14-REVIEW-5WD" | "MOF94-CORR-5WD" | "MOF94-REJ-3WD" => {
                self.complain_in_vain(rule_id, award);
            }
            "HY-14-DECIDE-30WD" | "MOF94-COPY-8WD" | "MOF94-RESP-5WD" | "MOF135-DEC-5WD" => {
                self.complain_planted(rule_id, award, None);
            }
            "GPLR-54-SIGN-DURING" => {
                self.go(2);
                self.reply_challenge(rule_id, award);
            }
            _ => {}
        }
    }

    /// The end of the reply period: seven working days from the challenge, which came two working
    /// days after the award notice.
    fn replies_end(&self, award: &Award) -> NaiveDate {
        self.calendar.workdays_after(award.ready_on, 2 + 7)
    }

    fn lodge(&mut self, rule_id: &str, award: &Award) -> NaiveDate {
        let period_end = self.replies_end(award);
        let late = self.calendar.workdays_after(period_end, 18);
        let is_late = rule_id == "HY-14-COMPLAINT-15WD";
        self.go(1);
        if is_late {
            self.track.today = self.track.today.max(late);
        }
        let rival = self.rival_of(award);
        let received = ComplaintReceived {
            complaint_id: COMPLAINT.into(),
            challenge_id: CHALLENGE.into(),
            lot_no: LOT.into(),
            subjects: vec![ChallengeSubject::Result.into()],
            complainant: self.world.suppliers[rival].uscc.clone(),
            accepted_by: self.regulator().to_owned(),
            dispatch_on: String::new(),
            received_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintReceived(received);
        self.by(Who::Regulator, payload, "complaint received");
        if is_late {
            self.breaks_within((period_end, 15), rule_id, ABOUT);
        }
        self.track.today
    }

    /// A complaint that is not taken up.
    fn complain_in_vain(&mut self, rule_id: &str, award: &Award) {
        let received_on = self.lodge(rule_id, award);
        if rule_id == "MOF94-CORR-5WD" {
            self.correct_planted(rule_id, award, received_on);
        }
        self.go(if rule_id == "HY-14-REVIEW-5WD" { 7 } else { 2 });
        self.review(
            COMPLAINT,
            ComplaintReviewOutcome::NotAccepted,
            "不符合受理条件",
        );
        match rule_id {
            "HY-14-REVIEW-5WD" => self.breaks_within((received_on, 5), rule_id, ABOUT),
            "MOF94-REJ-3WD" => {
                let reviewed_on = self.track.today;
                self.go(6);
                self.tell_refusal();
                self.breaks_within((reviewed_on, 3), rule_id, ABOUT);
            }
            _ => {}
        }
    }

    /// A notice to correct that comes after its five working days.
    fn correct_planted(&mut self, rule_id: &str, award: &Award, received_on: NaiveDate) {
        self.go(3);
        let outcome = ComplaintReviewOutcome::Correct;
        self.review(COMPLAINT, outcome, "投诉书内容不符合规定");
        self.go(4);
        let requested = ComplaintCorrectionRequested {
            complaint_id: COMPLAINT.into(),
            until: after(self.track.today, 14).to_string(),
            sent_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintCorrectionRequested(requested);
        self.by(Who::Regulator, payload, "complaint to be corrected");
        self.breaks_within((received_on, 5), rule_id, ABOUT);
        self.go(2);
        let corrected = ComplaintCorrected {
            complaint_id: COMPLAINT.into(),
            received_on: self.track.today.to_string(),
        };
        let who = Who::Supplier(self.rival_of(award));
        let payload = Payload::ComplaintCorrected(corrected);
        self.by(who, payload, "complaint corrected");
    }

    /// What is not taken up is not decided: the unit says that procurement goes on.
    fn tell_refusal(&mut self) {
        let content = CorrectionNotice {
            text: "投诉不予受理，合同继续履行".into(),
        };
        let about = NoticePublished {
            complaint_id: COMPLAINT.into(),
            ..NoticePublished::default()
        };
        let kind = NoticeType::Correction;
        self.tell(kind, "GZGG-01", Content::Correction(content), about);
    }

    fn tell_decision(&mut self) {
        let content = ComplaintDecisionNotice {
            text: "投诉处理决定公告".into(),
        };
        let about = NoticePublished {
            complaint_id: COMPLAINT.into(),
            ..NoticePublished::default()
        };
        let kind = NoticeType::ComplaintDecision;
        self.tell(kind, "TSGG-01", Content::ComplaintDecision(content), about);
    }

    /// A complaint that is taken up and decided; days until the suspension is lifted, where there
    /// is one.
    fn complain_planted(&mut self, rule_id: &str, award: &Award, suspended: Option<i64>) {
        let received_on = self.lodge(rule_id, award);
        self.go(2);
        self.review(COMPLAINT, ComplaintReviewOutcome::Accept, "");
        let ordered_on = self.track.today;
        if suspended.is_some() {
            self.order_planted();
        }
        self.go(if rule_id == "MOF94-COPY-8WD" { 9 } else { 2 });
        self.copy_planted(rule_id, award, received_on);
        if rule_id == "MOF94-RESP-5WD" {
            self.withdraw_planted(award);
            return;
        }
        self.decide_planted(rule_id, received_on);
        if let Some(days) = suspended {
            let lifted_on = after(ordered_on, days.unsigned_abs());
            self.track.today = self.track.today.max(self.calendar.on_or_after(lifted_on));
            self.lift_planted();
            self.breaks_on(after(ordered_on, 30), rule_id, ("complaint", "TS-01/01"));
        }
    }

    /// A complaint is over with its withdrawal.
    fn withdraw_planted(&mut self, award: &Award) {
        self.go(1);
        let withdrawn = ComplaintWithdrawn {
            complaint_id: COMPLAINT.into(),
            withdrawn_on: self.track.today.to_string(),
        };
        let who = Who::Supplier(self.rival_of(award));
        self.by(
            who,
            Payload::ComplaintWithdrawn(withdrawn),
            "complaint withdrawn",
        );
    }

    /// Decides, and publishes the decision.
    fn decide_planted(&mut self, rule_id: &str, received_on: NaiveDate) {
        let is_late = rule_id == "HY-14-DECIDE-30WD";
        self.go(if is_late { 30 } else { 6 });
        let decided = ComplaintDecided {
            complaint_id: COMPLAINT.into(),
            result: ComplaintResult::Rejected.into(),
            decision_no: format!(
                "衡财采投〔{}〕{}号",
                self.calendar.year(),
                self.outline.index + 1
            ),
            decided_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintDecided(decided);
        self.by(Who::Regulator, payload, "complaint decided");
        if is_late {
            self.breaks_within((received_on, 30), rule_id, ABOUT);
        }
        let decided_on = self.track.today;
        let is_silent = rule_id == "MOF135-DEC-5WD";
        self.go(if is_silent { 8 } else { 2 });
        self.tell_decision();
        if is_silent {
            self.breaks_within((decided_on, 5), rule_id, ABOUT);
        }
    }

    /// Sends copies; the unit and the winner answer.
    fn copy_planted(&mut self, rule_id: &str, award: &Award, received_on: NaiveDate) {
        let unit = self.unit().uscc.clone();
        let winner = self.world.suppliers[award.supplier].uscc.clone();
        let copies = ComplaintCopiesSent {
            complaint_id: COMPLAINT.into(),
            recipients: vec![unit.clone(), winner.clone()],
            sent_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintCopiesSent(copies);
        self.by(Who::Regulator, payload, "complaint copies sent");
        if rule_id == "MOF94-COPY-8WD" {
            self.breaks_within((received_on, 8), rule_id, ABOUT);
        }
        let sent_on = self.track.today;
        self.go(2);
        self.respond_planted(Who::Supplier(award.supplier), winner);
        let is_late = rule_id == "MOF94-RESP-5WD";
        self.go(if is_late { 6 } else { 1 });
        let party = format!("{COMPLAINT}/{unit}");
        self.respond_planted(Who::Unit, unit);
        if is_late {
            self.breaks_within((sent_on, 5), rule_id, ("complaint", &party));
        }
    }

    fn respond_planted(&mut self, who: Who, respondent: String) {
        let responded = ComplaintResponded {
            complaint_id: COMPLAINT.into(),
            respondent,
            responded_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintResponded(responded);
        self.by(who, payload, "complaint responded");
    }

    fn order_planted(&mut self) {
        let ordered = ComplaintSuspensionOrdered {
            complaint_id: COMPLAINT.into(),
            lot_nos: vec![LOT.into()],
            until: String::new(),
            ordered_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintSuspensionOrdered(ordered);
        self.by(Who::Regulator, payload, "lot suspended by a complaint");
    }

    fn lift_planted(&mut self) {
        let lifted = ComplaintSuspensionLifted {
            complaint_id: COMPLAINT.into(),
            lot_nos: vec![LOT.into()],
            lifted_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintSuspensionLifted(lifted);
        self.by(Who::Regulator, payload, "suspension lifted");
    }

    /// A suspension that lasts forty days.
    pub(super) fn suspend_planted(&mut self, rule_id: &str, award: &Award) {
        self.complain_planted(rule_id, award, Some(40));
    }
}
