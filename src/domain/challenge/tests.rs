//! Challenges: how they are filed, received, answered, refused and withdrawn.

use super::*;
use crate::domain::{
    refusal::Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME},
    testkit::{
        LOT, PROJECT, SUPPLIER, SUPPLIER_2, UNIT, World, assert_machine, assert_refusal, by,
    },
};
use crate::events::v1::{self, ActorRole, ChallengeResult, ChallengeSubject, EntityKind};
use ChallengeSubject::{Document, Process};

const ID: &str = "CH-1";

fn filed(on: &str) -> v1::ChallengeFiled {
    v1::ChallengeFiled {
        challenge_id: ID.to_owned(),
        lot_no: LOT.to_owned(),
        supplier: SUPPLIER.to_owned(),
        subject: Document.into(),
        knew_on: "2024-01-11".to_owned(),
        dispatch_on: String::new(),
        filed_on: on.to_owned(),
    }
}

fn received(on: &str) -> v1::ChallengeReceived {
    v1::ChallengeReceived {
        challenge_id: ID.to_owned(),
        lot_no: LOT.to_owned(),
        supplier: SUPPLIER.to_owned(),
        subject: Process.into(),
        knew_on: "2024-01-12".to_owned(),
        received_by: UNIT.to_owned(),
        may_affect_result: true,
        received_on: on.to_owned(),
        ..Default::default()
    }
}

fn refused(lodged_on: &str, on: &str) -> v1::ChallengeRefused {
    v1::ChallengeRefused {
        challenge_id: ID.to_owned(),
        lot_no: LOT.to_owned(),
        supplier: SUPPLIER.to_owned(),
        subject: Document.into(),
        knew_on: "2024-01-11".to_owned(),
        lodged_on: lodged_on.to_owned(),
        refused_by: UNIT.to_owned(),
        reason: String::new(),
        refused_on: on.to_owned(),
    }
}

fn forwarded(on: &str) -> v1::ChallengeForwarded {
    v1::ChallengeForwarded {
        challenge_id: ID.to_owned(),
        to: UNIT.to_owned(),
        forwarded_on: on.to_owned(),
    }
}

fn replied(on: &str) -> v1::ChallengeReplied {
    v1::ChallengeReplied {
        challenge_id: ID.to_owned(),
        result: ChallengeResult::Partly.into(),
        replied_on: on.to_owned(),
        ..Default::default()
    }
}

fn withdrawn(on: &str) -> v1::ChallengeWithdrawn {
    v1::ChallengeWithdrawn {
        challenge_id: ID.to_owned(),
        withdrawn_on: on.to_owned(),
    }
}

/// A planned project after more facts, which must be accepted.
fn after(facts: impl IntoIterator<Item = Payload>) -> World {
    let mut world = World::with_plan();
    for payload in facts {
        world.given(payload);
    }
    world
}

fn challenge(world: &World) -> Challenge {
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
    use ChallengeStatus::{Absent, Filed, Forwarded, Received, Refused, Replied, Withdrawn};
    use EventType as E;
    let statuses = [
        Absent, Filed, Received, Forwarded, Replied, Refused, Withdrawn,
    ];
    let expected = [
        (Absent, E::ChallengeFiled, Filed),
        (Absent, E::ChallengeReceived, Received),
        (Absent, E::ChallengeRefused, Refused),
        (Filed, E::ChallengeReceived, Received),
        (Filed, E::ChallengeRefused, Refused),
        (Filed, E::ChallengeWithdrawn, Withdrawn),
        (Received, E::ChallengeFiled, Received),
        (Received, E::ChallengeForwarded, Forwarded),
        (Received, E::ChallengeReplied, Replied),
        (Received, E::ChallengeRefused, Refused),
        (Received, E::ChallengeWithdrawn, Withdrawn),
        (Forwarded, E::ChallengeFiled, Forwarded),
        (Forwarded, E::ChallengeForwarded, Forwarded),
        (Forwarded, E::ChallengeReplied, Replied),
        (Forwarded, E::ChallengeRefused, Refused),
        (Forwarded, E::ChallengeWithdrawn, Withdrawn),
        (Replied, E::ChallengeFiled, Replied),
        (Refused, E::ChallengeFiled, Refused),
        (Withdrawn, E::ChallengeFiled, Withdrawn),
    ];
    let entity = EntityRef::new(EntityKind::Challenge, "4304", PROJECT, ID);
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Challenge {
            status,
            ..Challenge::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn a_filing_is_taken_once_in_any_state() {
    let receipt = Payload::from(received("2024-01-16"));
    let histories: [Vec<Payload>; 6] = [
        Vec::new(),
        vec![receipt.clone()],
        vec![receipt.clone(), forwarded("2024-01-17").into()],
        vec![receipt.clone(), replied("2024-01-18").into()],
        vec![receipt, withdrawn("2024-01-18").into()],
        vec![refused("2024-01-16", "2024-01-16").into()],
    ];
    for history in histories {
        let mut world = after(history);
        let before: Option<Challenge> = world.get(PROJECT, ID);
        let before = before.map_or(ChallengeStatus::Filed, |before| before.status);
        world.given(filed("2024-01-15"));
        assert_eq!(challenge(&world).status, before);
        let refusal = world.refused(filed("2024-01-15"));
        let figures = [("event_type", "ChallengeFiled")];
        assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    }
}

#[test]
fn only_what_was_received_is_forwarded_and_answered() {
    let world = World::with_plan();
    let acts: [Payload; 3] = [
        forwarded("2024-01-17").into(),
        replied("2024-01-17").into(),
        withdrawn("2024-01-17").into(),
    ];
    for act in &acts {
        let figures = [("entity_kind", "CH"), ("entity_id", ID)];
        assert_refusal(&world.refused(act.clone()), E001_UNKNOWN_REF, &figures);
    }
    let world = after([filed("2024-01-15").into()]);
    for act in &acts[..2] {
        let figures = [("status", "FILED")];
        let refusal = world.refused(act.clone());
        assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    }
    let mut world = after([refused("2024-01-16", "2024-01-16").into()]);
    world.given(filed("2024-01-16"));
    let again: [Payload; 2] = [
        received("2024-01-17").into(),
        refused("2024-01-16", "2024-01-17").into(),
    ];
    for act in acts.into_iter().chain(again) {
        let figures = [("status", "REFUSED")];
        assert_refusal(&world.refused(act), E002_ILLEGAL_TRANSITION, &figures);
    }
}

#[test]
fn is_about_a_known_lot_or_the_whole_project() {
    let world = World::with_plan();
    let of = |lot_no: &str| -> [Payload; 3] {
        let lot_no = lot_no.to_owned();
        let mut filing = filed("2024-01-15");
        filing.lot_no.clone_from(&lot_no);
        let mut receipt = received("2024-01-16");
        receipt.lot_no.clone_from(&lot_no);
        let mut refusal = refused("2024-01-15", "2024-01-16");
        refusal.lot_no = lot_no;
        [filing.into(), receipt.into(), refusal.into()]
    };
    for payload in of("09") {
        let figures = [("entity_kind", "LT"), ("entity_id", "09")];
        assert_refusal(&world.refused(payload), E001_UNKNOWN_REF, &figures);
    }
    for payload in of("").into_iter().chain(of(LOT)) {
        world.clone().given(payload);
    }
}

#[test]
fn is_of_one_supplier_for_ever() {
    let of_another: [Payload; 2] = {
        let mut receipt = received("2024-01-16");
        SUPPLIER_2.clone_into(&mut receipt.supplier);
        let mut refusal = refused("2024-01-15", "2024-01-16");
        SUPPLIER_2.clone_into(&mut refusal.supplier);
        [receipt.into(), refusal.into()]
    };
    let figures = [("supplier", SUPPLIER_2), ("challenge_supplier", SUPPLIER)];
    let world = after([filed("2024-01-15").into()]);
    for payload in of_another {
        assert_refusal(&world.refused(payload), E001_UNKNOWN_REF, &figures);
    }
    let world = after([received("2024-01-16").into()]);
    let mut filing = filed("2024-01-15");
    SUPPLIER_2.clone_into(&mut filing.supplier);
    let fact = world.fact(filing);
    let fact = by(fact, ActorRole::Supplier, SUPPLIER_2);
    assert_refusal(&world.refused_fact(&fact), E001_UNKNOWN_REF, &figures);
}

#[test]
fn nothing_comes_before_its_posting_or_handing_in() {
    let world = World::with_plan();
    let posting = ("posting", "2024-01-15");
    assert_not_before(&world, posting, |on| v1::ChallengeFiled {
        dispatch_on: "2024-01-15".to_owned(),
        ..filed(on)
    });
    assert_not_before(&world, posting, |on| v1::ChallengeReceived {
        dispatch_on: "2024-01-15".to_owned(),
        ..received(on)
    });
    let handing_in = ("handing in", "2024-01-15");
    assert_not_before(&world, handing_in, |on| refused("2024-01-15", on));
}

#[test]
fn a_filing_is_not_after_what_answers_it() {
    let answers: [Payload; 2] = [
        received("2024-01-16").into(),
        refused("2024-01-15", "2024-01-16").into(),
    ];
    for answer in answers {
        let world = after([answer]);
        let figures = [("earliest_on", "2024-01-17"), ("legal_on", "2024-01-16")];
        let refusal = world.refused(filed("2024-01-17"));
        assert_refusal(&refusal, E003_BAD_TIME, &figures);
        world.clone().given(filed("2024-01-16"));
    }
}

#[test]
fn acts_follow_one_another_in_time() {
    let mut world = after([filed("2024-01-15").into()]);
    let filing = ("filing", "2024-01-15");
    assert_not_before(&world, filing, received);
    assert_not_before(&world, filing, |on| refused("2024-01-12", on));
    assert_not_before(&world, filing, withdrawn);
    world.given(received("2024-01-17"));
    let receipt = ("receipt", "2024-01-17");
    assert_not_before(&world, receipt, forwarded);
    assert_not_before(&world, receipt, replied);
    assert_not_before(&world, receipt, withdrawn);
    assert_not_before(&world, receipt, |on| refused("2024-01-12", on));
    world.given(forwarded("2024-01-19"));
    let forwarding = ("forwarding", "2024-01-19");
    assert_not_before(&world, forwarding, forwarded);
    assert_not_before(&world, forwarding, replied);
    assert_not_before(&world, forwarding, withdrawn);
    assert_not_before(&world, forwarding, |on| refused("2024-01-12", on));
}

#[test]
fn is_filed_received_forwarded_and_answered() {
    let mut world = after([filed("2024-01-15").into()]);
    assert_eq!(
        challenge(&world).reply_runs_from(),
        Some(date("2024-01-15"))
    );
    world.given(received("2024-01-16"));
    world.given(forwarded("2024-01-17"));
    world.given(forwarded("2024-01-18"));
    assert_eq!(challenge(&world).status, ChallengeStatus::Forwarded);
    assert_eq!(challenge(&world).answered_on(), None);
    world.given(replied("2024-01-22"));
    let expected = Challenge {
        status: ChallengeStatus::Replied,
        supplier: SUPPLIER.to_owned(),
        lot_no: LOT.to_owned(),
        subjects: BTreeSet::from([Document.into(), Process.into()]),
        knew_on: Some(date("2024-01-11")),
        filed_on: Some(date("2024-01-15")),
        received_by: UNIT.to_owned(),
        received_on: Some(date("2024-01-16")),
        may_affect_result: true,
        forwarded_on: Some(date("2024-01-18")),
        replied_on: Some(date("2024-01-22")),
        result: ChallengeResult::Partly.into(),
        ..Challenge::default()
    };
    assert_eq!(challenge(&world), expected);
    assert_eq!(expected.reply_runs_from(), Some(date("2024-01-16")));
    assert_eq!(expected.answered_on(), Some(date("2024-01-22")));
    let refusal = world.refused(withdrawn("2024-01-23"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "REPLIED")]);
}

#[test]
fn a_refusal_is_an_answer_to_what_was_handed_in() {
    let mut world = after([refused("2024-01-15", "2024-01-16").into()]);
    let challenge_of = |world: &World| {
        let challenge = challenge(world);
        (challenge.reply_runs_from(), challenge.answered_on())
    };
    let days = (Some(date("2024-01-15")), Some(date("2024-01-16")));
    assert_eq!(challenge_of(&world), days);
    world.given(filed("2024-01-12"));
    let days = (Some(date("2024-01-12")), Some(date("2024-01-16")));
    assert_eq!(challenge_of(&world), days);
}

#[test]
fn is_withdrawn_while_it_is_open() {
    let receipt = Payload::from(received("2024-01-16"));
    let histories: [Vec<Payload>; 3] = [
        vec![filed("2024-01-15").into()],
        vec![receipt.clone()],
        vec![receipt, forwarded("2024-01-17").into()],
    ];
    for history in histories {
        let mut world = after(history);
        world.given(withdrawn("2024-01-18"));
        let challenge = challenge(&world);
        assert_eq!(challenge.status, ChallengeStatus::Withdrawn);
        assert_eq!(challenge.withdrawn_on, Some(date("2024-01-18")));
        let refusal = world.refused(replied("2024-01-19"));
        let figures = [("status", "WITHDRAWN")];
        assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    }
}
