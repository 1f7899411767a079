//! Complaints: when one may be taken up, who handles it, and what becomes of it.

use chrono::NaiveDate;

use super::{state::ClockPause, *};
use crate::domain::{
    decider::Fact,
    entity::EntityRef,
    lot::{Lot, LotStatus},
    payload::EventType,
    refusal::Code::{
        E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E026_WRONG_JURISDICTION,
    },
    testkit::{
        COUNTY, COUNTY_REGULATOR, LOT, PROJECT, REGULATOR, SUPPLIER, SUPPLIER_2, UNIT, World,
        assert_machine, assert_refusal, by, organisation_registered, regulator_registered,
    },
};
use crate::events::v1::{
    self, ActorRole, ChallengeResult, ChallengeSubject, ClockPauseReason, ComplaintResult,
    ComplaintReviewOutcome, EntityKind, OrganisationKind, event_payload::Payload,
};
use ChallengeSubject::{Document, Process, Result as Outcome};
use ComplaintReviewOutcome::{Accept, Correct, NoJurisdiction, NotAccepted};

const ID: &str = "CP-1";

fn challenge_received(on: &str) -> v1::ChallengeReceived {
    v1::ChallengeReceived {
        challenge_id: "CH-1".to_owned(),
        supplier: SUPPLIER.to_owned(),
        subject: Document.into(),
        knew_on: "2024-01-11".to_owned(),
        received_by: UNIT.to_owned(),
        received_on: on.to_owned(),
        ..Default::default()
    }
}

fn challenge_filed(subject: ChallengeSubject) -> v1::ChallengeFiled {
    v1::ChallengeFiled {
        challenge_id: "CH-1".to_owned(),
        supplier: SUPPLIER.to_owned(),
        subject: subject.into(),
        knew_on: "2024-01-11".to_owned(),
        filed_on: "2024-01-15".to_owned(),
        ..Default::default()
    }
}

fn challenge_replied(on: &str) -> v1::ChallengeReplied {
    v1::ChallengeReplied {
        challenge_id: "CH-1".to_owned(),
        result: ChallengeResult::Rejected.into(),
        replied_on: on.to_owned(),
        ..Default::default()
    }
}

fn challenge_refused(on: &str) -> v1::ChallengeRefused {
    v1::ChallengeRefused {
        challenge_id: "CH-1".to_owned(),
        supplier: SUPPLIER.to_owned(),
        subject: Document.into(),
        knew_on: "2024-01-11".to_owned(),
        lodged_on: "2024-01-15".to_owned(),
        refused_by: UNIT.to_owned(),
        refused_on: on.to_owned(),
        ..Default::default()
    }
}

fn received(subjects: &[ChallengeSubject], on: &str) -> v1::ComplaintReceived {
    v1::ComplaintReceived {
        complaint_id: ID.to_owned(),
        challenge_id: "CH-1".to_owned(),
        subjects: subjects.iter().map(|subject| *subject as i32).collect(),
        complainant: SUPPLIER.to_owned(),
        accepted_by: REGULATOR.to_owned(),
        received_on: on.to_owned(),
        ..Default::default()
    }
}

fn correction_requested(until: &str, on: &str) -> v1::ComplaintCorrectionRequested {
    v1::ComplaintCorrectionRequested {
        complaint_id: ID.to_owned(),
        until: until.to_owned(),
        sent_on: on.to_owned(),
    }
}

fn corrected(on: &str) -> v1::ComplaintCorrected {
    v1::ComplaintCorrected {
        complaint_id: ID.to_owned(),
        received_on: on.to_owned(),
    }
}

fn reviewed(outcome: ComplaintReviewOutcome, on: &str) -> v1::ComplaintReviewed {
    v1::ComplaintReviewed {
        complaint_id: ID.to_owned(),
        outcome: outcome.into(),
        reason: String::new(),
        reviewed_on: on.to_owned(),
    }
}

fn copies_sent(on: &str) -> v1::ComplaintCopiesSent {
    v1::ComplaintCopiesSent {
        complaint_id: ID.to_owned(),
        recipients: vec![UNIT.to_owned()],
        sent_on: on.to_owned(),
    }
}

fn responded(on: &str) -> v1::ComplaintResponded {
    v1::ComplaintResponded {
        complaint_id: ID.to_owned(),
        respondent: UNIT.to_owned(),
        responded_on: on.to_owned(),
    }
}

/// The purchaser's own answer.
fn answer(world: &World, on: &str) -> Fact {
    by(world.fact(responded(on)), ActorRole::Purchaser, UNIT)
}

fn suspended(until: &str, on: &str) -> v1::ComplaintSuspensionOrdered {
    v1::ComplaintSuspensionOrdered {
        complaint_id: ID.to_owned(),
        lot_nos: vec![LOT.to_owned()],
        until: until.to_owned(),
        ordered_on: on.to_owned(),
    }
}

fn lifted(on: &str) -> v1::ComplaintSuspensionLifted {
    v1::ComplaintSuspensionLifted {
        complaint_id: ID.to_owned(),
        lot_nos: vec![LOT.to_owned()],
        lifted_on: on.to_owned(),
    }
}

fn paused(pause_no: &str, on: &str) -> v1::ComplaintClockPaused {
    v1::ComplaintClockPaused {
        complaint_id: ID.to_owned(),
        pause_no: pause_no.to_owned(),
        reason: ClockPauseReason::Test.into(),
        paused_on: on.to_owned(),
    }
}

fn resumed(pause_no: &str, on: &str) -> v1::ComplaintClockResumed {
    v1::ComplaintClockResumed {
        complaint_id: ID.to_owned(),
        pause_no: pause_no.to_owned(),
        resumed_on: on.to_owned(),
    }
}

fn withdrawn(on: &str) -> v1::ComplaintWithdrawn {
    v1::ComplaintWithdrawn {
        complaint_id: ID.to_owned(),
        withdrawn_on: on.to_owned(),
    }
}

fn decided(on: &str) -> v1::ComplaintDecided {
    v1::ComplaintDecided {
        complaint_id: ID.to_owned(),
        result: ComplaintResult::UpheldRedo.into(),
        decision_no: "衡财购诉〔2024〕1号".to_owned(),
        decided_on: on.to_owned(),
    }
}

/// A planned project under its registered regulator.
fn planned() -> World {
    let mut world = World::with_plan();
    world.given(regulator_registered());
    world
}

/// A complaint of 2024-01-24 after a challenge of 2024-01-15.
fn complained() -> World {
    let mut world = planned();
    world.given(challenge_received("2024-01-15"));
    world.given(received(&[Document], "2024-01-24"));
    world
}

/// And a review of 2024-01-26.
fn after_review(outcome: ComplaintReviewOutcome) -> World {
    let mut world = complained();
    world.given(reviewed(outcome, "2024-01-26"));
    world
}

fn complaint(world: &World) -> Complaint {
    world.of_project(ID)
}

fn date(day: &str) -> NaiveDate {
    day.parse().expect("a day")
}

/// An act is refused one day before the day that it rests on, and taken on it.
fn assert_not_before<P: Into<Payload>>(
    world: &World,
    (what, on): (&str, &str),
    act: impl Fn(&str) -> P,
) {
    let before = date(on).pred_opt().expect("a day").to_string();
    let figures = [("depends_on", what), ("earliest_on", on)];
    assert_refusal(&world.refused(act(&before)), E003_BAD_TIME, &figures);
    world.clone().given(act(on));
}

#[test]
fn goes_where_the_domain_says_and_nowhere_else() {
    use ComplaintStatus::{
        Absent, Correcting, Decided, NotAccepted, Received, Transferred, UnderReview, Withdrawn,
    };
    use EventType as E;
    let statuses = [
        Absent,
        Received,
        Correcting,
        UnderReview,
        NotAccepted,
        Transferred,
        Decided,
        Withdrawn,
    ];
    let expected = [
        (Absent, E::ComplaintReceived, Received),
        (Received, E::ComplaintReviewed, Correcting),
        (Received, E::ComplaintReviewed, UnderReview),
        (Received, E::ComplaintReviewed, NotAccepted),
        (Received, E::ComplaintReviewed, Transferred),
        (Correcting, E::ComplaintCorrected, Received),
        (Correcting, E::ComplaintReviewed, NotAccepted),
        (UnderReview, E::ComplaintDecided, Decided),
        (Received, E::ComplaintWithdrawn, Withdrawn),
        (Correcting, E::ComplaintWithdrawn, Withdrawn),
        (UnderReview, E::ComplaintWithdrawn, Withdrawn),
        (Received, E::ComplaintCorrectionRequested, Received),
        (Correcting, E::ComplaintCorrectionRequested, Correcting),
        (UnderReview, E::ComplaintCopiesSent, UnderReview),
        (UnderReview, E::ComplaintResponded, UnderReview),
        (UnderReview, E::ComplaintSuspensionOrdered, UnderReview),
        (UnderReview, E::ComplaintSuspensionLifted, UnderReview),
        (Decided, E::ComplaintSuspensionLifted, Decided),
        (Withdrawn, E::ComplaintSuspensionLifted, Withdrawn),
        (Correcting, E::ComplaintClockPaused, Correcting),
        (UnderReview, E::ComplaintClockPaused, UnderReview),
        (Received, E::ComplaintClockResumed, Received),
        (Correcting, E::ComplaintClockResumed, Correcting),
        (UnderReview, E::ComplaintClockResumed, UnderReview),
        (Decided, E::ComplaintClockResumed, Decided),
        (Withdrawn, E::ComplaintClockResumed, Withdrawn),
    ];
    let entity = EntityRef::new(EntityKind::Complaint, "4304", PROJECT, ID);
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Complaint {
            status,
            ..Complaint::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn a_review_leads_where_its_outcome_says() {
    let ends = [
        (Accept, ComplaintStatus::UnderReview),
        (Correct, ComplaintStatus::Correcting),
        (NotAccepted, ComplaintStatus::NotAccepted),
        (NoJurisdiction, ComplaintStatus::Transferred),
    ];
    for (outcome, status) in ends {
        assert_eq!(complaint(&after_review(outcome)).status, status);
    }
    let mut world = after_review(Correct);
    for outcome in [Accept, Correct, NoJurisdiction] {
        let refusal = world.refused(reviewed(outcome, "2024-01-30"));
        let figures = [("status", "CORRECTING")];
        assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    }
    world.given(reviewed(NotAccepted, "2024-01-30"));
    assert_eq!(
        complaint(&world).status,
        ComplaintStatus::NotAccepted,
        "what is not corrected is not accepted"
    );
}

#[test]
fn a_receipt_is_never_refused_for_what_it_says() {
    let mut world = World::new();
    world.given(regulator_registered());
    let unfounded = v1::ComplaintReceived {
        challenge_id: String::new(),
        lot_no: "09".to_owned(),
        ..received(&[Document, Process, Outcome], "2024-01-24")
    };
    world.given(unfounded);
    let refusal = world.refused(reviewed(Accept, "2024-01-26"));
    let figures = [("complaint_id", ID), ("challenge_id", "")];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    world.clone().given(reviewed(NotAccepted, "2024-01-26"));
    world.given(reviewed(NoJurisdiction, "2024-01-26"));
}

#[test]
fn is_taken_up_only_after_a_standing_challenge_by_the_same_supplier() {
    let mut other = challenge_received("2024-01-15");
    SUPPLIER_2.clone_into(&mut other.supplier);
    let withdrawal = v1::ChallengeWithdrawn {
        challenge_id: "CH-1".to_owned(),
        withdrawn_on: "2024-01-16".to_owned(),
    };
    let histories: [Vec<Payload>; 3] = [
        Vec::new(),
        vec![other.into()],
        vec![challenge_received("2024-01-15").into(), withdrawal.into()],
    ];
    for history in histories {
        let mut world = planned();
        for payload in history {
            world.given(payload);
        }
        world.given(received(&[Document], "2024-01-24"));
        let refusal = world.refused(reviewed(Accept, "2024-01-26"));
        let figures = [("challenge_id", "CH-1"), ("complainant", SUPPLIER)];
        assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
        world.given(reviewed(NotAccepted, "2024-01-26"));
    }
}

#[test]
fn is_taken_up_only_for_what_was_challenged() {
    let mut world = planned();
    world.given(challenge_filed(Process));
    world.given(challenge_received("2024-01-15"));
    let mut beyond = world.clone();
    beyond.given(received(&[Document, Outcome], "2024-01-24"));
    let refusal = beyond.refused(reviewed(Accept, "2024-01-26"));
    let figures = [
        ("challenge_id", "CH-1"),
        ("subject", "CHALLENGE_SUBJECT_RESULT"),
    ];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    beyond.given(reviewed(NotAccepted, "2024-01-26"));
    world.given(received(&[Document, Process], "2024-01-24"));
    world.given(reviewed(Accept, "2024-01-26"));
}

#[test]
fn any_standing_challenge_of_the_supplier_counts_whichever_the_complaint_names() {
    let of = |id: &str, subject: ChallengeSubject, on: &str| v1::ChallengeReceived {
        challenge_id: id.to_owned(),
        subject: subject.into(),
        ..challenge_received(on)
    };
    let named = |challenge_id: &str| v1::ComplaintReceived {
        challenge_id: challenge_id.to_owned(),
        ..received(&[Document, Process], "2024-01-24")
    };
    let mut world = planned();
    world.given(of("CH-1", Document, "2024-01-15"));
    let mut narrow = world.clone();
    narrow.given(named("CH-1"));
    let figures = [("subject", "CHALLENGE_SUBJECT_PROCESS")];
    let refusal = narrow.refused(reviewed(Accept, "2024-01-26"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    // The second came too late to be complained about by now.
    let mut early = world.clone();
    early.given(of("CH-2", Process, "2024-01-16"));
    early.given(named("CH-1"));
    let refusal = early.refused(reviewed(Accept, "2024-01-26"));
    let figures = [("reply_due_on", "2024-01-25")];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    // A third of the same subject was answered in time.
    early.given(of("CH-3", Process, "2024-01-15"));
    early.given(reviewed(Accept, "2024-01-26"));
    world.given(of("CH-2", Process, "2024-01-15"));
    for name in ["", "CH-1", "CH-2", "CH-9"] {
        let mut world = world.clone();
        world.given(named(name));
        world.given(reviewed(Accept, "2024-01-26"));
        assert_eq!(complaint(&world).status, ComplaintStatus::UnderReview);
    }
}

/// A complaint that comes one day before a day may not be taken up, one of that day may.
fn assert_earliest(history: &[Payload], earliest_on: &str, figures: &[(&str, &str)]) {
    let mut world = planned();
    for payload in history {
        world.given(payload.clone());
    }
    let before = date(earliest_on).pred_opt().expect("a day").to_string();
    let mut early = world.clone();
    early.given(received(&[Document], &before));
    let refusal = early.refused(reviewed(Accept, "2024-02-28"));
    let received_on = [("received_on", before.as_str())];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &received_on);
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, figures);
    early.given(reviewed(NotAccepted, "2024-02-28"));
    world.given(received(&[Document], earliest_on));
    world.given(reviewed(Accept, "2024-02-28"));
}

#[test]
fn is_taken_up_from_the_answer_or_the_end_of_its_time_whichever_comes_first() {
    let challenge = Payload::from(challenge_received("2024-01-15"));
    let due = ("reply_due_on", "2024-01-24");
    assert_earliest(std::slice::from_ref(&challenge), "2024-01-24", &[due]);
    assert_earliest(&[challenge_filed(Document).into()], "2024-01-24", &[due]);
    let replied = [challenge.clone(), challenge_replied("2024-01-18").into()];
    let figures = [due, ("answered_on", "2024-01-18")];
    assert_earliest(&replied, "2024-01-18", &figures);
    let late = [challenge, challenge_replied("2024-01-26").into()];
    let figures = [due, ("answered_on", "2024-01-26")];
    assert_earliest(&late, "2024-01-24", &figures);
    let figures = [due, ("answered_on", "2024-01-16")];
    let refused = [challenge_refused("2024-01-16").into()];
    assert_earliest(&refused, "2024-01-16", &figures);
    // Eight days off from 10 February; Sunday 18 February is worked.
    let festival = [challenge_received("2024-02-05").into()];
    assert_earliest(&festival, "2024-02-20", &[("reply_due_on", "2024-02-20")]);
}

#[test]
fn who_received_it_handles_it() {
    let mut world = after_review(Accept);
    let kind = OrganisationKind::FinanceRegulator;
    let of_county = |world: &World, payload: Payload| {
        let mut fact = by(world.fact(payload), ActorRole::Regulator, COUNTY_REGULATOR);
        COUNTY.clone_into(&mut fact.event.region_code);
        fact
    };
    let registration = organisation_registered(COUNTY_REGULATOR, kind, COUNTY);
    let registration = of_county(&world, registration.into());
    world.append(registration).expect("registers itself");
    let acts: [Payload; 8] = [
        correction_requested("2024-02-01", "2024-01-30").into(),
        reviewed(NotAccepted, "2024-01-30").into(),
        copies_sent("2024-01-30").into(),
        suspended("", "2024-01-30").into(),
        lifted("2024-01-30").into(),
        paused("1", "2024-01-30").into(),
        resumed("1", "2024-01-30").into(),
        decided("2024-01-30").into(),
    ];
    for act in acts {
        let refusal = world.refused_fact(&of_county(&world, act.clone()));
        let figures = [("actor_org", COUNTY_REGULATOR), ("accepted_by", REGULATOR)];
        assert_refusal(&refusal, E026_WRONG_JURISDICTION, &figures);
        let strayed = by(world.fact(act), ActorRole::Regulator, COUNTY_REGULATOR);
        let figures = [("supervised_region", COUNTY)];
        let refusal = world.refused_fact(&strayed);
        assert_refusal(&refusal, E026_WRONG_JURISDICTION, &figures);
    }
    world.given(decided("2024-01-30"));
}

#[test]
fn acts_before_the_review_follow_one_another_in_time() {
    let requested = |on: &str| correction_requested("2024-03-01", on);
    let mut world = complained();
    let receipt = ("receipt", "2024-01-24");
    assert_not_before(&world, receipt, requested);
    assert_not_before(&world, receipt, withdrawn);
    assert_not_before(&world, receipt, |on| reviewed(Correct, on));
    world.given(reviewed(Correct, "2024-01-26"));
    let review = ("review", "2024-01-26");
    assert_not_before(&world, receipt, |on| paused("1", on));
    assert_not_before(&world, review, requested);
    assert_not_before(&world, review, corrected);
    world.given(requested("2024-01-29"));
    assert_not_before(&world, ("notice of correction", "2024-01-29"), corrected);
    world.given(corrected("2024-01-31"));
    let correction = ("correction", "2024-01-31");
    assert_not_before(&world, correction, requested);
    assert_not_before(&world, correction, |on| reviewed(Accept, on));
}

#[test]
fn acts_after_the_review_follow_one_another_in_time() {
    let mut world = after_review(Accept);
    let review = ("review", "2024-01-26");
    assert_not_before(&world, review, copies_sent);
    let figures = [("depends_on", review.0), ("earliest_on", review.1)];
    let refusal = world.refused_fact(&answer(&world, "2024-01-25"));
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    let on_the_day = answer(&world, "2024-01-26");
    world.clone().append(on_the_day).expect("answers");
    assert_not_before(&world, review, |on| suspended("", on));
    assert_not_before(&world, review, decided);
    world.given(copies_sent("2024-01-29"));
    assert_not_before(&world, ("sending of copies", "2024-01-29"), decided);
    world.given(suspended("", "2024-01-30"));
    assert_not_before(&world, ("order", "2024-01-30"), lifted);
    world.given(paused("1", "2024-01-31"));
    assert_not_before(&world, ("pause", "2024-01-31"), |on| resumed("1", on));
}

#[test]
fn a_time_that_is_set_ends_no_earlier_than_its_act() {
    let notice = |until: &str| correction_requested(until, "2024-01-29");
    let world = complained();
    let figures = [("earliest_on", "2024-01-29"), ("legal_on", "2024-01-28")];
    let refusal = world.refused(notice("2024-01-28"));
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    world.clone().given(notice("2024-01-29"));
    let world = after_review(Accept);
    let refusal = world.refused(suspended("2024-01-28", "2024-01-29"));
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    world.clone().given(suspended("2024-01-29", "2024-01-29"));
}

#[test]
fn nothing_is_done_about_a_complaint_that_nobody_received() {
    let world = planned();
    let acts: [Payload; 3] = [
        reviewed(Accept, "2024-01-26").into(),
        corrected("2024-01-26").into(),
        decided("2024-01-26").into(),
    ];
    for act in acts {
        let figures = [("entity_kind", "CP"), ("entity_id", ID)];
        assert_refusal(&world.refused(act), E001_UNKNOWN_REF, &figures);
    }
}

#[test]
fn a_lot_is_suspended_once_until_it_is_lifted_even_after_the_end() {
    let mut world = after_review(Accept);
    let figures = [("lot_no", LOT)];
    let refusal = world.refused(lifted("2024-01-30"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    world.given(suspended("2024-02-28", "2024-01-30"));
    let refusal = world.refused(suspended("", "2024-01-31"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    world.given(lifted("2024-02-05"));
    world.given(suspended("", "2024-02-06"));
    for end in [
        Payload::from(decided("2024-02-08")),
        withdrawn("2024-02-08").into(),
    ] {
        let mut world = world.clone();
        world.given(end);
        let lot: Lot = world.of_project(LOT);
        assert_eq!(lot.status, LotStatus::Suspended);
        world.given(lifted("2024-02-09"));
        let lot: Lot = world.of_project(LOT);
        assert_eq!(lot.status, LotStatus::Planned);
        let complaint = complaint(&world);
        assert_eq!(complaint.suspension(LOT), None);
        let days = complaint.suspensions[LOT].iter();
        let days: Vec<_> = days.map(|s| (s.ordered_on, s.until, s.lifted_on)).collect();
        let first = (date("2024-01-30"), Some(date("2024-02-28")));
        let expected = [
            (first.0, first.1, Some(date("2024-02-05"))),
            (date("2024-02-06"), None, Some(date("2024-02-09"))),
        ];
        assert_eq!(days, expected);
    }
}

#[test]
fn a_pause_has_its_own_number_and_ends_once() {
    let mut world = after_review(Accept);
    let refusal = world.refused(resumed("1", "2024-01-31"));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("pause_no", "1")]);
    world.given(paused("1", "2024-01-30"));
    world.given(paused("2", "2024-01-31"));
    let refusal = world.refused(paused("1", "2024-02-01"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("pause_no", "1")]);
    world.given(resumed("1", "2024-02-05"));
    let refusal = world.refused(resumed("1", "2024-02-06"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("pause_no", "1")]);
    world.given(decided("2024-02-06"));
    world.given(resumed("2", "2024-02-07"));
    let pause = |paused_on: &str, resumed_on: &str| ClockPause {
        reason: ClockPauseReason::Test.into(),
        paused_on: date(paused_on),
        resumed_on: Some(date(resumed_on)),
    };
    let pauses = complaint(&world).pauses;
    assert_eq!(pauses["1"], pause("2024-01-30", "2024-02-05"));
    assert_eq!(pauses["2"], pause("2024-01-31", "2024-02-07"));
}

#[test]
fn is_corrected_taken_up_answered_and_decided() {
    let mut world = after_review(Correct);
    world.given(correction_requested("2024-01-31", "2024-01-26"));
    world.given(corrected("2024-01-30"));
    world.given(reviewed(Accept, "2024-01-31"));
    world.given(copies_sent("2024-02-01"));
    world.given(copies_sent("2024-02-02"));
    for on in ["2024-02-05", "2024-02-06"] {
        let answer = answer(&world, on);
        world.append(answer).expect("answers");
    }
    world.given(decided("2024-02-29"));
    let complaint = complaint(&world);
    assert_eq!(complaint.status, ComplaintStatus::Decided);
    assert_eq!(complaint.result, ComplaintResult::UpheldRedo as i32);
    assert_eq!(complaint.outcome, Accept as i32);
    let days = [
        (complaint.received_on, "2024-01-24"),
        (complaint.correction_sent_on, "2024-01-26"),
        (complaint.corrected_on, "2024-01-30"),
        (complaint.reviewed_on, "2024-01-31"),
        (complaint.copies_sent_on, "2024-02-01"),
        (complaint.responses.get(UNIT).copied(), "2024-02-05"),
        (complaint.decided_on, "2024-02-29"),
    ];
    for (day, expected) in days {
        assert_eq!(day, Some(date(expected)));
    }
    let refusal = world.refused(withdrawn("2024-03-01"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "DECIDED")]);
}

#[test]
fn is_received_once_and_withdrawn_while_it_is_open() {
    let world = complained();
    let again = received(&[Document], "2024-01-25");
    let figures = [("status", "RECEIVED")];
    assert_refusal(&world.refused(again), E002_ILLEGAL_TRANSITION, &figures);
    for mut open in [world, after_review(Correct), after_review(Accept)] {
        open.given(withdrawn("2024-01-30"));
        let complaint = complaint(&open);
        assert_eq!(complaint.status, ComplaintStatus::Withdrawn);
        assert_eq!(complaint.withdrawn_on, Some(date("2024-01-30")));
    }
}
