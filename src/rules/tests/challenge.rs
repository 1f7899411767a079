//! Examples of rules on inquiries and challenges.

use super::{Example, Shows, Told};
use crate::{
    domain::testkit::{
        LOT, SUPPLIER, SUPPLIER_2, SUPPLIER_3, UNIT, award_recorded, instant, notice_published,
    },
    events::v1::{
        self, AwardResultNotice, ChallengeResult, ChallengeSubject, NoticeType,
        notice_published::Content,
    },
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

const INQUIRY: &str = "GPLR-52-INQ-3WD";
const LODGED: &str = "GPL-52-CHAL-7WD";
const REPLY: &str = "HY-14-REPLY-7WD";
const REFUSE: &str = "HY-14-REFUSE";
const NOTIFY: &str = "HY-14-NOTIFY";
const LATER: &str = "2023-12-31";

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    // 2023-09-27 and three working days: 28 September, then 7 and 8 October, which are made up.
    example(
        INQUIRY,
        Shows::Kept,
        LATER,
        |told| inquiry(told, "2023-09-28"),
        INQUIRY_MET,
    ),
    example(
        INQUIRY,
        Shows::AtTheBound,
        LATER,
        |told| inquiry(told, "2023-10-08"),
        INQUIRY_MET,
    ),
    example(
        INQUIRY,
        Shows::Broken,
        LATER,
        |told| inquiry(told, "2023-10-09"),
        "late 1/1, due 2023-10-08",
    ),
    example(
        INQUIRY,
        Shows::NotApplicable,
        LATER,
        |told| {
            told.tell(v1::InquiryAnswered {
                inquiry_id: "IQ-1".into(),
                answered_on: "2023-10-09".into(),
                ..v1::InquiryAnswered::default()
            });
        },
        "",
    ),
    // Scenario S4: the notice of 10 April runs for one working day.
    example(
        LODGED,
        Shows::AtTheBound,
        LATER,
        |told| {
            result(told, "2023-04-10", "");
            received(told, "2023-04-20");
        },
        "met, due 2023-04-20",
    ),
    example(
        LODGED,
        Shows::Broken,
        LATER,
        |told| {
            result(told, "2023-04-10", "");
            received(told, "2023-04-21");
        },
        "late 1/1, due 2023-04-20",
    ),
    // The notice of another lot, and no notice at all: the day that the supplier names.
    example(
        LODGED,
        Shows::Broken,
        LATER,
        |told| {
            result_of(told, "02", "2023-04-10", "2023-04-28");
            received(told, "2023-04-20");
        },
        "late 1/1, due 2023-04-19",
    ),
    // A second notice of the lot, after a new evaluation; a third comes after the challenge.
    example(
        LODGED,
        Shows::Kept,
        LATER,
        |told| {
            result(told, "2023-04-10", "");
            result(told, "2023-05-15", "");
            received(told, "2023-05-22");
            result(told, "2023-06-15", "");
        },
        "met, due 2023-05-25",
    ),
    // Posted in time.
    example(
        LODGED,
        Shows::Kept,
        LATER,
        |told| {
            result(told, "2023-04-10", "2023-04-11");
            told.tell(v1::ChallengeReceived {
                dispatch_on: "2023-04-19".into(),
                ..challenge("2023-04-24")
            });
        },
        "met, due 2023-04-20",
    ),
    // Of the documents: the day that the supplier names.
    example(
        LODGED,
        Shows::Kept,
        LATER,
        |told| {
            result(told, "2023-04-10", "");
            told.tell(v1::ChallengeReceived {
                subject: ChallengeSubject::Document.into(),
                ..challenge("2023-04-18")
            });
        },
        "met, due 2023-04-19",
    ),
    example(
        LODGED,
        Shows::NotApplicable,
        LATER,
        |told| result(told, "2023-04-10", ""),
        "",
    ),
    // Labour Day; 23 April is a working Sunday.
    example(
        REPLY,
        Shows::Kept,
        LATER,
        |told| {
            received(told, "2023-04-20");
            replied(told, "2023-04-25", &[]);
        },
        "met, due 2023-04-28",
    ),
    example(
        REPLY,
        Shows::AtTheBound,
        LATER,
        |told| {
            received(told, "2023-04-20");
            replied(told, "2023-04-28", &[]);
        },
        "met, due 2023-04-28",
    ),
    example(
        REPLY,
        Shows::Broken,
        LATER,
        |told| {
            received(told, "2023-04-20");
            replied(told, "2023-05-05", &[]);
        },
        "late 7/2, due 2023-04-28",
    ),
    // Filed by the supplier, and nobody says that it was received.
    example(
        REPLY,
        Shows::Broken,
        "2023-05-04",
        |told| filed(told, "2023-04-20"),
        REPLY_OVERDUE,
    ),
    example(
        REPLY,
        Shows::NotApplicable,
        LATER,
        |told| {
            received(told, "2023-04-20");
            told.tell(v1::ChallengeWithdrawn {
                challenge_id: "CH-1".into(),
                withdrawn_on: "2023-04-21".into(),
            });
        },
        "void, due 2023-04-28",
    ),
    example(
        REPLY,
        Shows::NotApplicable,
        LATER,
        |told| refused(told, "2023-04-21", "2023-04-24"),
        "",
    ),
    example(
        REFUSE,
        Shows::Kept,
        LATER,
        |told| {
            result(told, "2023-04-10", "");
            refused(told, "2023-04-24", "2023-04-25");
        },
        "kept",
    ),
    // One day beyond the last.
    example(
        REFUSE,
        Shows::AtTheBound,
        LATER,
        |told| {
            result(told, "2023-04-10", "");
            refused(told, "2023-04-21", "2023-04-21");
        },
        "kept",
    ),
    example(
        REFUSE,
        Shows::Broken,
        LATER,
        |told| {
            result(told, "2023-04-10", "");
            refused(told, "2023-04-20", "2023-04-24");
        },
        "broken",
    ),
    // The supplier's own filing shows that it was in time.
    example(
        REFUSE,
        Shows::Broken,
        LATER,
        |told| {
            result(told, "2023-04-10", "");
            filed(told, "2023-04-19");
            refused(told, "2023-04-21", "2023-04-24");
        },
        "broken",
    ),
    example(
        REFUSE,
        Shows::NotApplicable,
        LATER,
        |told| received(told, "2023-04-20"),
        "",
    ),
    example(
        NOTIFY,
        Shows::Kept,
        LATER,
        |told| {
            awarded(told);
            received(told, "2023-04-20");
            replied(told, "2023-04-28", &[SUPPLIER_2, SUPPLIER, SUPPLIER_3]);
        },
        "kept",
    ),
    // The winner alone.
    example(
        NOTIFY,
        Shows::AtTheBound,
        LATER,
        |told| {
            awarded(told);
            received(told, "2023-04-20");
            replied(told, "2023-04-28", &[SUPPLIER]);
        },
        "kept",
    ),
    example(
        NOTIFY,
        Shows::Broken,
        LATER,
        |told| {
            awarded(told);
            received(told, "2023-04-20");
            replied(told, "2023-04-28", &[SUPPLIER_2]);
        },
        "broken",
    ),
    // Another one, but not the winner.
    example(
        NOTIFY,
        Shows::Broken,
        LATER,
        |told| {
            awarded(told);
            received(told, "2023-04-20");
            replied(told, "2023-04-28", &[SUPPLIER_3]);
        },
        "broken",
    ),
    // Nobody else is known.
    example(
        NOTIFY,
        Shows::NotApplicable,
        LATER,
        |told| {
            received(told, "2023-04-20");
            replied(told, "2023-04-28", &[]);
        },
        "not applicable",
    ),
];

const INQUIRY_MET: &str = "met, due 2023-10-08";
const REPLY_OVERDUE: &str = "overdue 6/1, due 2023-04-28";

fn inquiry(told: &mut Told, answered_on: &str) {
    told.tell(v1::InquiryReceived {
        inquiry_id: "IQ-1".into(),
        supplier: SUPPLIER.into(),
        received_on: "2023-09-27".into(),
        ..v1::InquiryReceived::default()
    });
    told.tell(v1::InquiryAnswered {
        inquiry_id: "IQ-1".into(),
        answered_on: answered_on.into(),
        ..v1::InquiryAnswered::default()
    });
}

/// The notice of a result, for one working day unless it says until when.
pub(super) fn result(told: &mut Told, on: &str, to: &str) {
    result_of(told, LOT, on, to);
}

fn result_of(told: &mut Told, lot_no: &str, on: &str, to: &str) {
    let mut notice = notice_published("N-1");
    notice.notice_type = NoticeType::AwardResult.into();
    notice.lot_nos = vec![lot_no.into()];
    notice.published_at = instant(on, 10);
    notice.to = to.into();
    notice.content = Some(Content::AwardResult(AwardResultNotice {
        notice_period_wd: 1,
        ..AwardResultNotice::default()
    }));
    told.tell(notice);
}

/// The second supplier challenges the result.
fn challenge(on: &str) -> v1::ChallengeReceived {
    v1::ChallengeReceived {
        challenge_id: "CH-1".into(),
        lot_no: LOT.into(),
        supplier: SUPPLIER_2.into(),
        subject: ChallengeSubject::Result.into(),
        knew_on: "2023-04-10".into(),
        received_by: UNIT.into(),
        received_on: on.into(),
        ..v1::ChallengeReceived::default()
    }
}

pub(super) fn received(told: &mut Told, on: &str) {
    told.tell(challenge(on));
}

pub(super) fn filed(told: &mut Told, on: &str) {
    told.tell(v1::ChallengeFiled {
        challenge_id: "CH-1".into(),
        lot_no: LOT.into(),
        supplier: SUPPLIER_2.into(),
        subject: ChallengeSubject::Result.into(),
        knew_on: "2023-04-10".into(),
        filed_on: on.into(),
        ..v1::ChallengeFiled::default()
    });
}

fn refused(told: &mut Told, lodged_on: &str, on: &str) {
    told.tell(v1::ChallengeRefused {
        challenge_id: "CH-1".into(),
        lot_no: LOT.into(),
        supplier: SUPPLIER_2.into(),
        subject: ChallengeSubject::Result.into(),
        knew_on: "2023-04-10".into(),
        lodged_on: lodged_on.into(),
        refused_by: UNIT.into(),
        refused_on: on.into(),
        ..v1::ChallengeRefused::default()
    });
}

pub(super) fn replied(told: &mut Told, on: &str, told_too: &[&str]) {
    told.tell(v1::ChallengeReplied {
        challenge_id: "CH-1".into(),
        result: ChallengeResult::Rejected.into(),
        notified_parties: told_too
            .iter()
            .map(|supplier| (*supplier).to_owned())
            .collect(),
        replied_on: on.into(),
        ..v1::ChallengeReplied::default()
    });
}

/// The first supplier wins.
pub(super) fn awarded(told: &mut Told) {
    let mut award = award_recorded();
    award.determined_on = "2023-04-07".into();
    told.tell(award);
}
