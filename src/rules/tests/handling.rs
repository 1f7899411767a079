//! Examples of rules on the handling of complaints.

use super::{
    Example, Shows, Told,
    complaint::{
        COPY, CORRECT, REJECT, RESPOND, SUSPEND, accepted, complaint, copies, correction, lifted,
        published, rejected, responded, reviewed, suspended,
    },
};
use crate::{
    domain::testkit::{LOT, SUPPLIER, UNIT},
    events::v1::{self, ComplaintReviewOutcome, NoticeType},
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

const LATER: &str = "2023-12-31";

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        SUSPEND,
        Shows::Kept,
        LATER,
        |told| {
            suspended(told, "2023-06-05");
            lifted(told, "2023-06-20");
        },
        "met, due 2023-07-05",
    ),
    example(
        SUSPEND,
        Shows::AtTheBound,
        LATER,
        |told| {
            suspended(told, "2023-06-05");
            lifted(told, "2023-07-05");
        },
        "met, due 2023-07-05",
    ),
    // No rest day moves the end: 2023-07-08 is a Saturday.
    example(
        SUSPEND,
        Shows::Broken,
        LATER,
        |told| {
            suspended(told, "2023-06-08");
            lifted(told, "2023-07-10");
        },
        "late 2/1, due 2023-07-08",
    ),
    // Lifted, and ordered again on the same day.
    example(
        SUSPEND,
        Shows::Broken,
        "2023-08-01",
        |told| {
            suspended(told, "2023-06-05");
            lifted(told, "2023-06-20");
            suspended(told, "2023-06-20");
        },
        "met, due 2023-07-05; overdue 12/8, due 2023-07-20",
    ),
    example(
        SUSPEND,
        Shows::NotApplicable,
        LATER,
        |told| {
            suspended(told, "2023-06-05");
            told.tell(v1::ProcurementTerminated {
                termination_id: "TM-1".into(),
                lot_nos: vec![LOT.into()],
                reason: "重大变故".into(),
                on: "2023-06-12".into(),
            });
        },
        "void, due 2023-07-05",
    ),
    example(
        CORRECT,
        Shows::Kept,
        LATER,
        |told| {
            complaint(told, "2023-05-22");
            reviewed(told, ComplaintReviewOutcome::Correct, "2023-05-26");
            correction(told, "2023-05-26", "2023-06-02");
        },
        "met, due 2023-05-29",
    ),
    example(
        CORRECT,
        Shows::AtTheBound,
        LATER,
        |told| {
            complaint(told, "2023-05-22");
            reviewed(told, ComplaintReviewOutcome::Correct, "2023-05-26");
            correction(told, "2023-05-29", "2023-06-02");
        },
        "met, due 2023-05-29",
    ),
    example(
        CORRECT,
        Shows::Broken,
        "2023-05-30",
        |told| {
            complaint(told, "2023-05-22");
            reviewed(told, ComplaintReviewOutcome::Correct, "2023-05-26");
        },
        "overdue 1/1, due 2023-05-29",
    ),
    example(CORRECT, Shows::NotApplicable, LATER, accepted, ""),
    example(
        REJECT,
        Shows::Kept,
        LATER,
        |told| {
            rejected(told, "2023-09-27");
            published(told, NoticeType::ComplaintDecision, "2023-09-28");
        },
        "met, due 2023-10-08",
    ),
    example(
        REJECT,
        Shows::AtTheBound,
        LATER,
        |told| {
            rejected(told, "2023-09-27");
            published(told, NoticeType::ComplaintDecision, "2023-10-08");
        },
        "met, due 2023-10-08",
    ),
    example(
        REJECT,
        Shows::Broken,
        LATER,
        |told| {
            rejected(told, "2023-09-27");
            published(told, NoticeType::ComplaintDecision, "2023-10-09");
        },
        "late 1/1, due 2023-10-08",
    ),
    example(
        REJECT,
        Shows::NotApplicable,
        LATER,
        |told| rejected(told, "2023-09-27"),
        "not applicable",
    ),
    example(REJECT, Shows::NotApplicable, LATER, accepted, ""),
    example(
        COPY,
        Shows::Kept,
        LATER,
        |told| {
            accepted(told);
            copies(told, &[UNIT], "2023-05-31");
        },
        "met, due 2023-06-01",
    ),
    example(
        COPY,
        Shows::AtTheBound,
        LATER,
        |told| {
            complaint(told, "2023-05-22");
            reviewed(told, ComplaintReviewOutcome::Correct, "2023-05-26");
            correction(told, "2023-05-26", "2023-06-02");
            copies(told, &[UNIT], "2023-06-08");
        },
        "met, due 2023-06-08",
    ),
    example(
        COPY,
        Shows::Broken,
        LATER,
        |told| {
            accepted(told);
            copies(told, &[UNIT], "2023-06-02");
        },
        "late 1/1, due 2023-06-01",
    ),
    example(
        COPY,
        Shows::NotApplicable,
        LATER,
        |told| {
            complaint(told, "2023-05-22");
            reviewed(told, ComplaintReviewOutcome::NoJurisdiction, "2023-05-24");
        },
        "void, due 2023-06-01",
    ),
    example(
        RESPOND,
        Shows::Kept,
        LATER,
        |told| {
            copies(told, &[UNIT], "2023-06-15");
            responded(told, UNIT, "2023-06-20");
        },
        "met, due 2023-06-25",
    ),
    example(
        RESPOND,
        Shows::AtTheBound,
        LATER,
        |told| {
            copies(told, &[UNIT], "2023-06-15");
            responded(told, UNIT, "2023-06-25");
        },
        "met, due 2023-06-25",
    ),
    // One of two parties answers; a second copy gives no more time.
    example(
        RESPOND,
        Shows::Broken,
        "2023-06-26",
        |told| {
            copies(told, &[UNIT, SUPPLIER], "2023-06-15");
            copies(told, &[SUPPLIER], "2023-06-20");
            responded(told, UNIT, "2023-06-20");
        },
        "met, due 2023-06-25; overdue 1/1, due 2023-06-25",
    ),
    example(RESPOND, Shows::NotApplicable, LATER, accepted, ""),
];
