//! Challenges, complaints and questions: scenario S4, and three projects beside it.

use super::{
    Figure, figure,
    kit::{City, tell},
};
use crate::{
    domain::testkit::{
        CENTRAL, LOT, REGION, REGULATOR, SUPPLIER, SUPPLIER_2, UNIT, award_notice_issued, instant,
        notice_published, plan_filed, winner_determined,
    },
    events::v1::{
        self, ChallengeResult, ChallengeSubject, ComplaintResult, ComplaintReviewOutcome,
        NoticeType, OrganisationKind,
    },
    rules::testkit::Told,
    supervision::metrics::Dimension,
};

const AT: &str = "2023-07-31";

pub(super) const FIGURES: &[Figure] = &[
    figure("M-14R", (four_projects, AT), (3, 4, 7_500)),
    figure("M-14D", (four_projects, AT), (1, 2, 5_000)),
    figure("M-14U", (four_projects, AT), (1, 2, 5_000)),
    figure("M-14C", (four_projects, AT), (2, 4, 5_000)),
    // 2, 4, 5 and 9 working days.
    figure("M-14RT", (four_projects, AT), (9, 2, 450)),
    // 25 and 36 working days.
    figure("M-14DT", (four_projects, AT), (61, 2, 3_050)),
    // The central agency replied late once, in time once, and answered in time.
    figure("M-04Q", (four_projects, AT), (2, 3, 6_666)),
];

fn challenge(told: &mut Told, by: &str, received_on: &str, replied_on: &str) {
    told.tell(v1::ChallengeReceived {
        challenge_id: "CH-1".into(),
        lot_no: LOT.into(),
        supplier: SUPPLIER_2.into(),
        subject: ChallengeSubject::Result.into(),
        knew_on: received_on.into(),
        received_by: by.into(),
        received_on: received_on.into(),
        ..v1::ChallengeReceived::default()
    });
    told.tell(v1::ChallengeReplied {
        challenge_id: "CH-1".into(),
        result: ChallengeResult::Rejected.into(),
        notified_parties: vec![SUPPLIER.into()],
        replied_on: replied_on.into(),
        ..v1::ChallengeReplied::default()
    });
}

fn complaint(told: &mut Told, on: &str) {
    told.tell(v1::ComplaintReceived {
        complaint_id: "CP-1".into(),
        challenge_id: "CH-1".into(),
        lot_no: LOT.into(),
        subjects: vec![ChallengeSubject::Result.into()],
        complainant: SUPPLIER_2.into(),
        accepted_by: REGULATOR.into(),
        received_on: on.into(),
        ..v1::ComplaintReceived::default()
    });
}

fn reviewed(told: &mut Told, outcome: ComplaintReviewOutcome, on: &str) {
    told.tell(v1::ComplaintReviewed {
        complaint_id: "CP-1".into(),
        outcome: outcome.into(),
        reviewed_on: on.into(),
        ..v1::ComplaintReviewed::default()
    });
}

fn decided(told: &mut Told, result: ComplaintResult, on: &str) {
    told.tell(v1::ComplaintDecided {
        complaint_id: "CP-1".into(),
        result: result.into(),
        decided_on: on.into(),
        ..v1::ComplaintDecided::default()
    });
}

fn awarded(told: &mut Told) {
    tell(told, plan_filed(), |of| of.filed_on = "2023-02-01".into());
    tell(told, winner_determined(), |of| {
        of.determined_on = "2023-04-07".into();
    });
    tell(told, award_notice_issued(), |of| {
        of.issued_on = "2023-04-10".into();
    });
    tell(told, notice_published("N-1"), |of| {
        of.notice_type = NoticeType::AwardResult.into();
        of.lot_nos = vec![LOT.into()];
        of.published_at = instant("2023-04-10", 10);
        of.content = None;
    });
}

/// Scenario S4; the central agency handles the challenge.
fn s4(told: &mut Told) {
    awarded(told);
    challenge(told, CENTRAL, "2023-04-20", "2023-05-05");
    complaint(told, "2023-05-22");
    reviewed(told, ComplaintReviewOutcome::Correct, "2023-05-26");
    told.tell(v1::ComplaintCorrectionRequested {
        complaint_id: "CP-1".into(),
        until: "2023-06-02".into(),
        sent_on: "2023-05-26".into(),
    });
    told.tell(v1::ComplaintCorrected {
        complaint_id: "CP-1".into(),
        received_on: "2023-06-02".into(),
    });
    reviewed(told, ComplaintReviewOutcome::Accept, "2023-06-02");
    decided(told, ComplaintResult::Rejected, "2023-07-12");
}

fn question(told: &mut Told, received_on: &str, answered_on: &str) {
    told.tell(v1::InquiryReceived {
        inquiry_id: "IQ-1".into(),
        supplier: SUPPLIER.into(),
        received_by: CENTRAL.into(),
        received_on: received_on.into(),
        ..v1::InquiryReceived::default()
    });
    told.tell(v1::InquiryAnswered {
        inquiry_id: "IQ-1".into(),
        answer: "见采购文件第三章".into(),
        answered_on: answered_on.into(),
    });
}

fn four_projects(city: &mut City) {
    city.organisation(
        CENTRAL,
        OrganisationKind::CentralAgency,
        REGION,
        "2023-01-01",
    );
    city.project("PJ-1", s4);
    // 21, 23 (a working Sunday), 24 and 25 April.
    city.project("PJ-2", |told| {
        awarded(told);
        challenge(told, CENTRAL, "2023-04-20", "2023-04-25");
        question(told, "2023-04-03", "2023-04-07");
    });
    city.project("PJ-3", |told| {
        tell(told, plan_filed(), |of| of.filed_on = "2023-02-01".into());
        challenge(told, UNIT, "2023-03-01", "2023-03-03");
        complaint(told, "2023-03-24");
        reviewed(told, ComplaintReviewOutcome::Accept, "2023-03-27");
        decided(told, ComplaintResult::UpheldRedo, "2023-04-28");
    });
    city.project("PJ-4", |told| {
        tell(told, plan_filed(), |of| of.filed_on = "2023-02-01".into());
        challenge(told, UNIT, "2023-03-06", "2023-03-13");
    });
}

#[test]
fn scenario_4_is_late_twice() {
    let mut city = City::default();
    city.project("PJ-1", s4);
    let picture = city.at(AT);
    assert_eq!(picture.figure("M-14R"), (0, 1, Some(0)));
    assert_eq!(picture.figure("M-14D"), (0, 1, Some(0)));
    let due = "SELECT count(*) FROM complaints WHERE due_on = '2023-07-11'";
    assert_eq!(picture.number(due), 1);
    let due = "SELECT count(*) FROM challenges WHERE due_on = '2023-04-28'";
    assert_eq!(picture.number(due), 1);
}

#[test]
fn what_is_neither_done_nor_due_does_not_count() {
    let mut city = City::default();
    city.project("PJ-1", s4);
    assert_eq!(city.at("2023-04-27").whole("M-14R"), None);
    // Due and not done is as late as done late.
    assert_eq!(city.at("2023-04-28").figure("M-14R"), (0, 1, Some(0)));
    assert_eq!(city.at("2023-07-10").whole("M-14D"), None);
    assert_eq!(city.at("2023-07-11").figure("M-14D"), (0, 1, Some(0)));
}

#[test]
fn a_challenge_that_was_withdrawn_counts_only_among_challenges() {
    let mut city = City::default();
    city.project("PJ-1", |told| {
        told.tell(v1::ChallengeReceived {
            challenge_id: "CH-1".into(),
            supplier: SUPPLIER_2.into(),
            received_by: UNIT.into(),
            received_on: "2023-04-20".into(),
            ..v1::ChallengeReceived::default()
        });
        told.tell(v1::ChallengeWithdrawn {
            challenge_id: "CH-1".into(),
            withdrawn_on: "2023-04-24".into(),
        });
    });
    let picture = city.at(AT);
    assert_eq!(picture.whole("M-14R"), None);
    assert_eq!(picture.figure("M-14C"), (0, 1, Some(0)));
}

#[test]
fn agencies_stand_with_what_they_handle() {
    let mut city = City::default();
    four_projects(&mut city);
    let groups = city.at(AT).groups("M-14R", Dimension::Agency);
    let groups: Vec<_> = groups
        .iter()
        .map(|(key, part, whole)| (key.as_str(), *part, *whole))
        .collect();
    assert_eq!(groups, [("", 2, 2), (CENTRAL, 1, 2)]);
}
