//! Inquiries, challenges and complaints about a result. A complaint that is taken up suspends its
//! lot: nothing is signed before the suspension is lifted.

use chrono::NaiveDate;

use super::{MANAGEMENT, Script, Who, award::Award};
use crate::{
    events::v1::{
        ChallengeFiled, ChallengeForwarded, ChallengeReceived, ChallengeRefused, ChallengeReplied,
        ChallengeResult, ChallengeSubject, ChallengeWithdrawn, ClockPauseReason,
        ComplaintClockPaused, ComplaintClockResumed, ComplaintCopiesSent, ComplaintCorrected,
        ComplaintCorrectionRequested, ComplaintDecided, ComplaintReceived, ComplaintResponded,
        ComplaintResult, ComplaintReviewOutcome, ComplaintReviewed, ComplaintSuspensionLifted,
        ComplaintSuspensionOrdered, ComplaintWithdrawn, InquiryAnswered, InquiryReceived,
        event_payload::Payload,
    },
    simulate::calendar::after,
};

impl Script<'_> {
    /// Who did not win asks, challenges and complains, sometimes.
    pub(super) fn dispute(&mut self, award: &Award) {
        let rival = (award.supplier + 1) % self.world.suppliers.len();
        if self.random.chance(100) {
            self.inquire(award, rival);
        }
        if self.random.chance(90) {
            self.challenge(award, rival);
        }
    }

    fn inquire(&mut self, award: &Award, rival: usize) {
        self.pass_workdays(0, 2);
        let inquiry_id = format!("XW-{}", award.lot_no);
        let received = InquiryReceived {
            inquiry_id: inquiry_id.clone(),
            supplier: self.world.suppliers[rival].uscc.clone(),
            lot_no: award.lot_no.clone(),
            content: "请说明评审得分情况".into(),
            received_by: self.unit().uscc.clone(),
            received_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::InquiryReceived(received),
            "inquiry received",
        );
        let (is_received, received_on) = (!self.track.over, self.track.today);
        let name = inquiry_id.clone();
        // One in seven waits longer than the three working days of the law.
        let (least, most) = if self.random.chance(140) {
            (4, 8)
        } else {
            (1, 3)
        };
        self.pass_workdays(least, most);
        let answered = InquiryAnswered {
            inquiry_id,
            answer: "评审得分已随结果公告公布".into(),
            answered_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::InquiryAnswered(answered),
            "inquiry answered",
        );
        if is_received {
            let about = ("inquiry", name.as_str());
            self.breaks_unless_done((received_on, 3), true, "GPLR-52-INQ-3WD", about);
        }
    }

    fn challenge(&mut self, award: &Award, rival: usize) {
        let knew_on = self.track.today.to_string();
        self.pass_workdays(1, 6);
        let challenge_id = format!("ZY-{}", award.lot_no);
        let supplier = self.world.suppliers[rival].uscc.clone();
        let subject = ChallengeSubject::Result.into();
        if self.random.chance(400) {
            let filed = ChallengeFiled {
                challenge_id: challenge_id.clone(),
                lot_no: award.lot_no.clone(),
                supplier: supplier.clone(),
                subject,
                knew_on: knew_on.clone(),
                dispatch_on: String::new(),
                filed_on: self.track.today.to_string(),
            };
            let who = Who::Supplier(rival);
            self.by(who, Payload::ChallengeFiled(filed), "challenge filed");
        }
        if self.random.chance(80) {
            self.refuse_challenge(award, (challenge_id, supplier), knew_on);
            return;
        }
        let received = ChallengeReceived {
            challenge_id: challenge_id.clone(),
            lot_no: award.lot_no.clone(),
            supplier,
            subject,
            knew_on,
            dispatch_on: String::new(),
            received_by: self.unit().uscc.clone(),
            delegated_scope: self.agency.is_some(),
            may_affect_result: true,
            received_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::ChallengeReceived(received),
            "challenge received",
        );
        let (is_received, received_on) = (!self.track.over, self.track.today);
        let name = challenge_id.clone();
        if self.random.chance(100) {
            self.pass_workdays(0, 2);
            let forwarded = ChallengeForwarded {
                challenge_id: challenge_id.clone(),
                to: self.unit().uscc.clone(),
                forwarded_on: self.track.today.to_string(),
            };
            let payload = Payload::ChallengeForwarded(forwarded);
            self.by(Who::Unit, payload, "challenge forwarded");
        }
        if self.random.chance(100) {
            self.pass_workdays(1, 3);
            let withdrawn = ChallengeWithdrawn {
                challenge_id,
                withdrawn_on: self.track.today.to_string(),
            };
            let payload = Payload::ChallengeWithdrawn(withdrawn);
            self.by(Who::Supplier(rival), payload, "challenge withdrawn");
            return;
        }
        // One in eight is answered after the seven working days of the law.
        let (least, most) = if self.random.chance(125) {
            (8, 14)
        } else {
            (2, 7)
        };
        self.pass_workdays(least, most);
        let replied = ChallengeReplied {
            challenge_id: challenge_id.clone(),
            result: ChallengeResult::Rejected.into(),
            notified_parties: vec![self.world.suppliers[award.supplier].uscc.clone()],
            reply_hash: String::new(),
            replied_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::ChallengeReplied(replied),
            "challenge replied",
        );
        if is_received {
            let about = ("challenge", name.as_str());
            self.breaks_unless_done((received_on, 7), true, "HY-14-REPLY-7WD", about);
        }
        if self.random.chance(350) {
            self.complain(award, rival, (challenge_id, received_on));
        }
    }

    fn refuse_challenge(
        &mut self,
        award: &Award,
        (challenge_id, supplier): (String, String),
        knew_on: String,
    ) {
        let refused = ChallengeRefused {
            challenge_id,
            lot_no: award.lot_no.clone(),
            supplier,
            subject: ChallengeSubject::Result.into(),
            knew_on,
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
    }

    fn complain(
        &mut self,
        award: &Award,
        rival: usize,
        (challenge_id, challenged_on): (String, NaiveDate),
    ) {
        self.pass_workdays(1, 12);
        let id = format!("TS-{}", award.lot_no);
        let regulator = self.regulator().to_owned();
        let received = ComplaintReceived {
            complaint_id: id.clone(),
            challenge_id,
            lot_no: award.lot_no.clone(),
            subjects: vec![ChallengeSubject::Result.into()],
            complainant: self.world.suppliers[rival].uscc.clone(),
            accepted_by: regulator,
            dispatch_on: String::new(),
            received_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintReceived(received);
        self.by(Who::Regulator, payload, "complaint received");
        if !self.track.over {
            // From the end of the seven working days in which a challenge is answered.
            let within = (self.calendar.workdays_after(challenged_on, 7), 15);
            let about = ("complaint", id.as_str());
            self.breaks_unless_done(within, true, "HY-14-COMPLAINT-15WD", about);
        }
        self.pass_workdays(1, 5);
        if self.random.chance(250) {
            self.correct_complaint(&id, rival);
        }
        if self.random.chance(150) {
            self.review(&id, ComplaintReviewOutcome::NotAccepted, "不符合受理条件");
            return;
        }
        self.review(&id, ComplaintReviewOutcome::Accept, "");
        self.pass_workdays(1, 4);
        let copies = ComplaintCopiesSent {
            complaint_id: id.clone(),
            recipients: vec![
                self.unit().uscc.clone(),
                self.world.suppliers[award.supplier].uscc.clone(),
            ],
            sent_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintCopiesSent(copies);
        self.by(Who::Regulator, payload, "complaint copies sent");
        let sent_on = Some(self.track.today).filter(|_| !self.track.over);
        let is_suspended = self.random.chance(700);
        if is_suspended {
            let ordered = ComplaintSuspensionOrdered {
                complaint_id: id.clone(),
                lot_nos: vec![award.lot_no.clone()],
                until: String::new(),
                ordered_on: self.track.today.to_string(),
            };
            let payload = Payload::ComplaintSuspensionOrdered(ordered);
            self.by(Who::Regulator, payload, "lot suspended by a complaint");
        }
        self.pass_workdays(2, 5);
        let responded = ComplaintResponded {
            complaint_id: id.clone(),
            respondent: self.unit().uscc.clone(),
            responded_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintResponded(responded);
        self.by(Who::Unit, payload, "complaint responded");
        if self.random.chance(250) {
            self.pause(&id);
        }
        let withdrawn_on = self.end_complaint(&id, award, rival, is_suspended);
        if let Some(sent_on) = sent_on {
            self.break_silence(&id, award, sent_on, withdrawn_on);
        }
    }

    /// The winner never answers; that is over with a complaint that is withdrawn in time.
    fn break_silence(
        &mut self,
        id: &str,
        award: &Award,
        sent_on: NaiveDate,
        withdrawn_on: Option<NaiveDate>,
    ) {
        let due_on = self.calendar.workdays_after(sent_on, 5);
        if withdrawn_on.is_none_or(|on| on > due_on) {
            let party = format!("{id}/{}", self.world.suppliers[award.supplier].uscc);
            let about = ("complaint", party.as_str());
            self.breaks_unless_done((sent_on, 5), false, "MOF94-RESP-5WD", about);
        }
    }

    /// Ends a complaint; tells the day of a withdrawal that is recorded.
    fn end_complaint(
        &mut self,
        id: &str,
        award: &Award,
        rival: usize,
        is_suspended: bool,
    ) -> Option<NaiveDate> {
        let mut withdrawn_on = None;
        if self.random.chance(120) {
            self.pass_workdays(1, 5);
            let withdrawn = ComplaintWithdrawn {
                complaint_id: id.into(),
                withdrawn_on: self.track.today.to_string(),
            };
            let payload = Payload::ComplaintWithdrawn(withdrawn);
            self.by(Who::Supplier(rival), payload, "complaint withdrawn");
            withdrawn_on = Some(self.track.today).filter(|_| !self.track.over);
        } else {
            // One in eight is decided after the thirty working days of the law.
            let (least, most) = if self.random.chance(125) {
                (26, 34)
            } else {
                (5, 18)
            };
            self.pass_workdays(least, most);
            let results = [ComplaintResult::Dismissed, ComplaintResult::Rejected];
            let result = *self.random.pick(&results);
            let year = self.calendar.year();
            let decided = ComplaintDecided {
                complaint_id: id.into(),
                result: result.into(),
                decision_no: format!("衡财采投〔{year}〕{}号", self.outline.index + 1),
                decided_on: self.track.today.to_string(),
            };
            let payload = Payload::ComplaintDecided(decided);
            self.by(Who::Regulator, payload, "complaint decided");
            // Decisions are not published.
            if !self.track.over {
                let (within, about) = ((self.track.today, 5), ("complaint", id));
                self.breaks_unless_done(within, false, "MOF135-DEC-5WD", about);
            }
        }
        if is_suspended {
            let lifted = ComplaintSuspensionLifted {
                complaint_id: id.into(),
                lot_nos: vec![award.lot_no.clone()],
                lifted_on: self.track.today.to_string(),
            };
            let payload = Payload::ComplaintSuspensionLifted(lifted);
            self.by(Who::Regulator, payload, "suspension lifted");
        }
        withdrawn_on
    }

    fn correct_complaint(&mut self, id: &str, rival: usize) {
        self.review(id, ComplaintReviewOutcome::Correct, "投诉书内容不符合规定");
        let requested = ComplaintCorrectionRequested {
            complaint_id: id.into(),
            until: after(self.track.today, 14).to_string(),
            sent_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintCorrectionRequested(requested);
        self.by(Who::Regulator, payload, "complaint to be corrected");
        self.pass_workdays(1, 6);
        let corrected = ComplaintCorrected {
            complaint_id: id.into(),
            received_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintCorrected(corrected);
        self.by(Who::Supplier(rival), payload, "complaint corrected");
        self.pass_workdays(0, 3);
    }

    pub(super) fn review(&mut self, id: &str, outcome: ComplaintReviewOutcome, reason: &str) {
        let reviewed = ComplaintReviewed {
            complaint_id: id.into(),
            outcome: outcome.into(),
            reason: reason.into(),
            reviewed_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintReviewed(reviewed);
        self.by(Who::Regulator, payload, "complaint reviewed");
    }

    fn pause(&mut self, id: &str) {
        self.pass_workdays(1, 3);
        let reasons = [
            ClockPauseReason::Test,
            ClockPauseReason::Appraisal,
            ClockPauseReason::Expert,
        ];
        let paused = ComplaintClockPaused {
            complaint_id: id.into(),
            pause_no: "1".into(),
            reason: (*self.random.pick(&reasons)).into(),
            paused_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintClockPaused(paused);
        self.by(Who::Regulator, payload, "complaint clock paused");
        self.pass_workdays(3, 10);
        let resumed = ComplaintClockResumed {
            complaint_id: id.into(),
            pause_no: "1".into(),
            resumed_on: self.track.today.to_string(),
        };
        let payload = Payload::ComplaintClockResumed(resumed);
        self.by(Who::Regulator, payload, "complaint clock resumed");
    }

    /// Records an act in the management system that the ledger accepts.
    pub(super) fn by(&mut self, who: Who, payload: Payload, label: &'static str) {
        self.accept(self.draft(MANAGEMENT, who, payload), label);
    }
}
