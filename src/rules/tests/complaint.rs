//! Examples of rules on complaints, and scenario S4 as a whole.

use super::{
    Example, Shows, Told,
    challenge::{awarded, filed, received, replied, result},
    said,
};
use crate::{
    domain::testkit::{LOT, REGULATOR, SUPPLIER, SUPPLIER_2, UNIT, instant, notice_published},
    events::v1::{
        self, ClockPauseReason, ComplaintDecisionNotice, ComplaintResult, ComplaintReviewOutcome,
        NoticeType, notice_published::Content,
    },
    rules::Severity,
};

const fn example(
    rule: &'static str,
    shows: Shows,
    today: &'static str,
    tells: fn(&mut Told),
    says: &'static str,
) -> Example {
    Example {
        rule,
        shows,
        today,
        tells,
        says,
    }
}

const LODGED: &str = "HY-14-COMPLAINT-15WD";
const REVIEW: &str = "HY-14-REVIEW-5WD";
const DECIDE: &str = "HY-14-DECIDE-30WD";
pub(super) const SUSPEND: &str = "GPL-57-SUSP-30D";
pub(super) const CORRECT: &str = "MOF94-CORR-5WD";
pub(super) const REJECT: &str = "MOF94-REJ-3WD";
pub(super) const COPY: &str = "MOF94-COPY-8WD";
pub(super) const RESPOND: &str = "MOF94-RESP-5WD";
const PUBLISH: &str = "MOF135-DEC-5WD";
const LATER: &str = "2023-12-31";

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        LODGED,
        Shows::Kept,
        LATER,
        |told| {
            received(told, "2023-04-20");
            complaint(told, "2023-05-22");
        },
        "met, due 2023-05-23",
    ),
    example(
        LODGED,
        Shows::AtTheBound,
        LATER,
        |told| {
            received(told, "2023-04-20");
            replied(told, "2023-04-21", &[]);
            complaint(told, "2023-05-23");
        },
        "met, due 2023-05-23",
    ),
    example(
        LODGED,
        Shows::Broken,
        LATER,
        |told| {
            received(told, "2023-04-20");
            replied(told, "2023-05-08", &[]);
            complaint(told, "2023-05-24");
        },
        "late 1/1, due 2023-05-23",
    ),
    // Posted in time, after a challenge that nobody received.
    example(
        LODGED,
        Shows::Kept,
        LATER,
        |told| {
            filed(told, "2023-04-20");
            told.tell(v1::ComplaintReceived {
                dispatch_on: "2023-05-23".into(),
                ..complained("2023-05-26")
            });
        },
        "met, due 2023-05-23",
    ),
    example(
        LODGED,
        Shows::NotApplicable,
        LATER,
        |told| complaint(told, "2023-05-22"),
        "not applicable",
    ),
    example(
        LODGED,
        Shows::NotApplicable,
        LATER,
        |told| {
            received(told, "2023-04-20");
            told.tell(v1::ComplaintReceived {
                complainant: SUPPLIER.into(),
                ..complained("2023-05-22")
            });
        },
        "not applicable",
    ),
    example(
        REVIEW,
        Shows::Kept,
        LATER,
        |told| {
            complaint(told, "2023-05-22");
            reviewed(told, ComplaintReviewOutcome::Correct, "2023-05-26");
            reviewed(told, ComplaintReviewOutcome::Accept, "2023-06-02");
        },
        "met, due 2023-05-29",
    ),
    example(
        REVIEW,
        Shows::AtTheBound,
        LATER,
        |told| {
            complaint(told, "2023-05-22");
            reviewed(told, ComplaintReviewOutcome::Accept, "2023-05-29");
        },
        "met, due 2023-05-29",
    ),
    // A pause that somebody ordered does not stop this clock.
    example(
        REVIEW,
        Shows::Broken,
        LATER,
        |told| {
            complaint(told, "2023-05-22");
            correction(told, "2023-05-23", "2023-05-29");
            reviewed(told, ComplaintReviewOutcome::Accept, "2023-05-30");
        },
        "late 1/1, due 2023-05-29",
    ),
    example(
        REVIEW,
        Shows::NotApplicable,
        LATER,
        |told| {
            complaint(told, "2023-05-22");
            withdrawn(told, "2023-05-24");
        },
        "void, due 2023-05-29",
    ),
    // Dragon Boat Festival, 22 to 24 June; 25 June is a working Sunday.
    example(
        DECIDE,
        Shows::Kept,
        LATER,
        |told| {
            accepted(told);
            decided(told, "2023-06-30");
        },
        "met, due 2023-07-04",
    ),
    example(
        DECIDE,
        Shows::AtTheBound,
        LATER,
        |told| {
            accepted(told);
            decided(told, "2023-07-04");
        },
        "met, due 2023-07-04",
    ),
    example(
        DECIDE,
        Shows::Broken,
        LATER,
        |told| {
            accepted(told);
            decided(told, "2023-07-05");
        },
        "late 1/1, due 2023-07-04",
    ),
    // Two pauses that overlap: (05-26, 06-02] and (05-31, 06-06] are seven working days.
    example(
        DECIDE,
        Shows::AtTheBound,
        LATER,
        |told| {
            complaint(told, "2023-05-22");
            reviewed(told, ComplaintReviewOutcome::Correct, "2023-05-26");
            correction(told, "2023-05-26", "2023-06-02");
            paused(told, "2023-05-31");
            resumed(told, "2023-06-06");
            decided(told, "2023-07-13");
        },
        "met, due 2023-07-13",
    ),
    // A test that is still out comes back tomorrow at the earliest.
    example(
        DECIDE,
        Shows::Kept,
        "2023-07-03",
        |told| {
            accepted(told);
            paused(told, "2023-06-30");
        },
        "paused, due 2023-07-06",
    ),
    example(
        DECIDE,
        Shows::Kept,
        "2023-07-03",
        accepted,
        "pending, due 2023-07-04",
    ),
    example(
        DECIDE,
        Shows::NotApplicable,
        LATER,
        |told| {
            complaint(told, "2023-05-22");
            reviewed(told, ComplaintReviewOutcome::NotAccepted, "2023-05-26");
        },
        "void, due 2023-07-04",
    ),
    example(
        PUBLISH,
        Shows::Kept,
        LATER,
        |told| {
            decided(told, "2023-07-12");
            published(told, NoticeType::ComplaintDecision, "2023-07-13");
        },
        "met, due 2023-07-19",
    ),
    example(
        PUBLISH,
        Shows::AtTheBound,
        LATER,
        |told| {
            decided(told, "2023-07-12");
            published(told, NoticeType::ComplaintDecision, "2023-07-19");
        },
        "met, due 2023-07-19",
    ),
    // A penalty is no decision of the complaint.
    example(
        PUBLISH,
        Shows::Broken,
        "2023-07-20",
        |told| {
            decided(told, "2023-07-12");
            published(told, NoticeType::Penalty, "2023-07-13");
        },
        "overdue 1/1, due 2023-07-19",
    ),
    example(PUBLISH, Shows::NotApplicable, LATER, accepted, ""),
];

/// The second supplier complains of the answer to its challenge.
fn complained(on: &str) -> v1::ComplaintReceived {
    v1::ComplaintReceived {
        complaint_id: "CP-1".into(),
        challenge_id: "CH-1".into(),
        lot_no: LOT.into(),
        complainant: SUPPLIER_2.into(),
        accepted_by: REGULATOR.into(),
        received_on: on.into(),
        ..v1::ComplaintReceived::default()
    }
}

pub(super) fn complaint(told: &mut Told, on: &str) {
    told.tell(complained(on));
}

pub(super) fn accepted(told: &mut Told) {
    complaint(told, "2023-05-22");
    reviewed(told, ComplaintReviewOutcome::Accept, "2023-05-24");
}

pub(super) fn rejected(told: &mut Told, on: &str) {
    complaint(told, "2023-09-25");
    reviewed(told, ComplaintReviewOutcome::NotAccepted, on);
}

pub(super) fn reviewed(told: &mut Told, outcome: ComplaintReviewOutcome, on: &str) {
    told.tell(v1::ComplaintReviewed {
        complaint_id: "CP-1".into(),
        outcome: outcome.into(),
        reviewed_on: on.into(),
        ..v1::ComplaintReviewed::default()
    });
}

pub(super) fn correction(told: &mut Told, sent_on: &str, corrected_on: &str) {
    told.tell(v1::ComplaintCorrectionRequested {
        complaint_id: "CP-1".into(),
        until: corrected_on.into(),
        sent_on: sent_on.into(),
    });
    told.tell(v1::ComplaintCorrected {
        complaint_id: "CP-1".into(),
        received_on: corrected_on.into(),
    });
}

fn paused(told: &mut Told, on: &str) {
    told.tell(v1::ComplaintClockPaused {
        complaint_id: "CP-1".into(),
        pause_no: "P-1".into(),
        reason: ClockPauseReason::Test.into(),
        paused_on: on.into(),
    });
}

fn resumed(told: &mut Told, on: &str) {
    told.tell(v1::ComplaintClockResumed {
        complaint_id: "CP-1".into(),
        pause_no: "P-1".into(),
        resumed_on: on.into(),
    });
}

pub(super) fn copies(told: &mut Told, to: &[&str], on: &str) {
    told.tell(v1::ComplaintCopiesSent {
        complaint_id: "CP-1".into(),
        recipients: to.iter().map(|party| (*party).to_owned()).collect(),
        sent_on: on.into(),
    });
}

pub(super) fn responded(told: &mut Told, party: &str, on: &str) {
    told.tell(v1::ComplaintResponded {
        complaint_id: "CP-1".into(),
        respondent: party.into(),
        responded_on: on.into(),
    });
}

pub(super) fn suspended(told: &mut Told, on: &str) {
    told.tell(v1::ComplaintSuspensionOrdered {
        complaint_id: "CP-1".into(),
        lot_nos: vec![LOT.into()],
        until: String::new(),
        ordered_on: on.into(),
    });
}

pub(super) fn lifted(told: &mut Told, on: &str) {
    told.tell(v1::ComplaintSuspensionLifted {
        complaint_id: "CP-1".into(),
        lot_nos: vec![LOT.into()],
        lifted_on: on.into(),
    });
}

fn withdrawn(told: &mut Told, on: &str) {
    told.tell(v1::ComplaintWithdrawn {
        complaint_id: "CP-1".into(),
        withdrawn_on: on.into(),
    });
}

fn decided(told: &mut Told, on: &str) {
    told.tell(v1::ComplaintDecided {
        complaint_id: "CP-1".into(),
        result: ComplaintResult::Rejected.into(),
        decision_no: "衡财购裁〔2023〕1号".into(),
        decided_on: on.into(),
    });
}

pub(super) fn published(told: &mut Told, notice_type: NoticeType, on: &str) {
    let mut notice = notice_published("N-9");
    notice.notice_type = notice_type.into();
    notice.complaint_id = "CP-1".into();
    notice.published_at = instant(on, 10);
    notice.content = Some(Content::ComplaintDecision(
        ComplaintDecisionNotice::default(),
    ));
    told.tell(notice);
}

fn scenario_4(told: &mut Told) {
    awarded(told);
    result(told, "2023-04-10", "");
    received(told, "2023-04-20");
    replied(told, "2023-05-05", &[SUPPLIER]);
    complaint(told, "2023-05-22");
    reviewed(told, ComplaintReviewOutcome::Correct, "2023-05-26");
    correction(told, "2023-05-26", "2023-06-02");
    reviewed(told, ComplaintReviewOutcome::Accept, "2023-06-02");
    copies(told, &[UNIT], "2023-06-05");
    suspended(told, "2023-06-05");
    responded(told, UNIT, "2023-06-12");
    lifted(told, "2023-07-05");
    decided(told, "2023-07-12");
    published(told, NoticeType::ComplaintDecision, "2023-07-20");
}

#[test]
fn scenario_4_says_what_the_domain_says() {
    let mut told = Told::new();
    scenario_4(&mut told);
    let judgement = told.judged("2023-07-31");
    for (rule, says) in [
        ("GPL-52-CHAL-7WD", "met, due 2023-04-20"),
        ("HY-14-REPLY-7WD", "late 7/2, due 2023-04-28"),
        ("HY-14-NOTIFY", "kept"),
        (LODGED, "met, due 2023-05-23"),
        (REVIEW, "met, due 2023-05-29"),
        (CORRECT, "met, due 2023-05-29"),
        (COPY, "met, due 2023-06-08"),
        (RESPOND, "met, due 2023-06-12"),
        (SUSPEND, "met, due 2023-07-05"),
        (DECIDE, "late 1/1, due 2023-07-11"),
        (PUBLISH, "late 1/1, due 2023-07-19"),
    ] {
        assert_eq!(said(&judgement, rule), says, "{rule}");
    }
    // Of the rules of disputes: the kit's other facts are not of the scenario.
    let of_disputes = |id: &str| {
        ["HY-14-", "GPL-5", "MOF94-", "MOF135-"]
            .iter()
            .any(|of| id.starts_with(of))
    };
    let found = judgement.findings.iter();
    let found = found.filter(|of| of_disputes(&of.rule_id));
    let found = found.map(|of| (of.rule_id.as_str(), of.severity));
    assert_eq!(
        found.collect::<Vec<_>>(),
        [
            ("HY-14-REPLY-7WD", Severity::Major),
            (DECIDE, Severity::Critical),
            (PUBLISH, Severity::Minor),
        ]
    );
}

#[test]
fn scenario_4_stands_still_while_the_complaint_is_corrected() {
    let mut told = Told::new();
    complaint(&mut told, "2023-05-22");
    reviewed(&mut told, ComplaintReviewOutcome::Correct, "2023-05-26");
    // As if the correction came the day after: (05-26, 05-30] are two working days.
    let judgement = told.judged("2023-05-29");
    assert_eq!(said(&judgement, DECIDE), "paused, due 2023-07-06");
    assert_eq!(said(&judgement, COPY), "paused, due 2023-06-05");
}
