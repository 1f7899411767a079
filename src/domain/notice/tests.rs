//! What notices accept and refuse.

use prost_types::Timestamp;

use super::*;
use crate::domain::{
    contract::tests::{facts::*, world::World},
    machine::step,
    refusal::Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME},
    values::date::midnight_seconds,
};
use crate::events::v1::{self, AcceptanceResult, ActorRole};

fn notice(on: &str, change: impl FnOnce(&mut NoticePublished)) -> Payload {
    let day = day(on).expect("a day");
    let mut notice = NoticePublished {
        notice_id: "N-1".to_owned(),
        notice_type: NoticeType::Tender.into(),
        channel: "CCGP_HY".to_owned(),
        url: "https://example.com/n/1".to_owned(),
        published_at: Some(Timestamp {
            seconds: midnight_seconds(day),
            nanos: 0,
        }),
        ..NoticePublished::default()
    };
    change(&mut notice);
    Payload::NoticePublished(notice)
}

const ON: &str = "2023-10-01";

#[test]
fn is_published_once() {
    for from in [NoticeStatus::Absent, NoticeStatus::Published] {
        for event in EventType::ALL {
            let is_allowed = from == NoticeStatus::Absent && *event == EventType::NoticePublished;
            let to = step(TRANSITIONS, from, *event, Case::Other);
            assert_eq!(
                to,
                is_allowed.then_some(NoticeStatus::Published),
                "{event:?}"
            );
        }
    }
    let world = World::given([notice(ON, |_| {})]);
    assert_eq!(
        world.refuses(notice(ON, |_| {})),
        Some(E002_ILLEGAL_TRANSITION)
    );
}

#[test]
fn names_what_the_project_knows() {
    type Change = fn(&mut NoticePublished);
    let rows: [(&str, Change, bool); 8] = [
        ("its project", |n| n.project_id = PROJECT.to_owned(), true),
        (
            "another project",
            |n| n.project_id = "PJ-2".to_owned(),
            false,
        ),
        ("its lot", |n| n.lot_nos = vec!["01".to_owned()], true),
        (
            "a lot too many",
            |n| n.lot_nos = vec!["01".to_owned(), "02".to_owned()],
            false,
        ),
        ("its contract", |n| n.contract_id = "CT-1".to_owned(), true),
        (
            "another contract",
            |n| n.contract_id = "CT-2".to_owned(),
            false,
        ),
        (
            "an acceptance",
            |n| n.acceptance_id = "A-9".to_owned(),
            false,
        ),
        (
            "a notice to correct",
            |n| n.corrects_notice_id = "N-9".to_owned(),
            false,
        ),
    ];
    let world = World::given([sign()]);
    for (name, change, is_known) in rows {
        let code = (!is_known).then_some(E001_UNKNOWN_REF);
        assert_eq!(world.refuses(notice(ON, change)), code, "{name}");
    }
}

#[test]
fn names_a_complaint_that_is_there_and_announces_a_decision_that_is_made() {
    use crate::domain::testkit;
    let mut world = testkit::World::with_plan();
    world.given(testkit::regulator_registered());
    let naming = |world: &testkit::World, notice_type: NoticeType, on: &str| {
        let fact = world.fact(notice(on, |n| {
            n.notice_type = notice_type.into();
            n.complaint_id = "CP-1".to_owned();
        }));
        testkit::by(fact, ActorRole::Regulator, testkit::REGULATOR)
    };
    let code = |world: &testkit::World, notice_type, on| {
        let answer = world.decide(&naming(world, notice_type, on));
        answer.err().map(|refusal| refusal.code)
    };
    let (decision, penalty) = (NoticeType::ComplaintDecision, NoticeType::Penalty);
    for notice_type in [decision, penalty] {
        let refusal = world.refused_fact(&naming(&world, notice_type, "2024-03-01"));
        let figures = [("entity_kind", "CP"), ("entity_id", "CP-1")];
        testkit::assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    }
    world.given(v1::ChallengeReceived {
        challenge_id: "CH-1".to_owned(),
        supplier: testkit::SUPPLIER.to_owned(),
        subject: v1::ChallengeSubject::Document.into(),
        received_on: "2024-01-15".to_owned(),
        ..Default::default()
    });
    world.given(v1::ComplaintReceived {
        complaint_id: "CP-1".to_owned(),
        complainant: testkit::SUPPLIER.to_owned(),
        subjects: vec![v1::ChallengeSubject::Document.into()],
        accepted_by: testkit::REGULATOR.to_owned(),
        received_on: "2024-01-24".to_owned(),
        ..Default::default()
    });
    assert_eq!(code(&world, penalty, "2024-03-01"), None);
    assert_eq!(code(&world, decision, "2024-03-01"), Some(E003_BAD_TIME));
    world.given(v1::ComplaintReviewed {
        complaint_id: "CP-1".to_owned(),
        outcome: v1::ComplaintReviewOutcome::Accept.into(),
        reviewed_on: "2024-01-26".to_owned(),
        ..Default::default()
    });
    world.given(v1::ComplaintDecided {
        complaint_id: "CP-1".to_owned(),
        result: v1::ComplaintResult::Rejected.into(),
        decided_on: "2024-02-28".to_owned(),
        ..Default::default()
    });
    assert_eq!(code(&world, decision, "2024-02-27"), Some(E003_BAD_TIME));
    assert_eq!(code(&world, decision, "2024-02-28"), None);
}

#[test]
fn a_result_follows_the_award() {
    let result = |on: &str, lot_no: &str| {
        notice(on, |n| {
            n.notice_type = NoticeType::AwardResult.into();
            n.lot_nos = vec![lot_no.to_owned()];
        })
    };
    let world = World::awarded();
    assert_eq!(
        world.refuses(result("2023-08-19", "01")),
        Some(E003_BAD_TIME)
    );
    assert_eq!(world.refuses(result("2023-08-20", "01")), None);

    let world = World::planned();
    let refusal = world.refusal(result(ON, "01"));
    assert_eq!(refusal.code, E003_BAD_TIME);
    assert!(
        refusal.figures.contains(&("lot_no", "01".to_owned())),
        "{refusal:?}"
    );
}

#[test]
fn a_result_or_failure_cannot_come_early_by_naming_no_lots() {
    use crate::domain::testkit;
    let announced = |notice_type: NoticeType, on: &str, lot_nos: &[&str]| {
        notice(on, |n| {
            n.notice_type = notice_type.into();
            n.lot_nos = lot_nos.iter().map(ToString::to_string).collect();
        })
    };
    let code = |world: &testkit::World, payload: Payload| {
        let answer = world.decide(&world.fact(payload));
        answer.err().map(|refusal| refusal.code)
    };
    let (result, failure) = (NoticeType::AwardResult, NoticeType::LotFailure);
    let mut world = testkit::World::with_opened_lot();
    for lot_nos in [&[][..], &["01"]] {
        for notice_type in [result, failure] {
            let early = announced(notice_type, "2024-02-06", lot_nos);
            assert_eq!(code(&world, early), Some(E003_BAD_TIME), "{notice_type:?}");
        }
    }
    world.given(testkit::lot_failed(false));
    for lot_nos in [&[][..], &["01"]] {
        let early = announced(failure, "2024-02-05", lot_nos);
        assert_eq!(code(&world, early), Some(E003_BAD_TIME));
        assert_eq!(
            code(&world, announced(failure, "2024-02-06", lot_nos)),
            None
        );
        let of_award = announced(result, "2024-02-06", lot_nos);
        assert_eq!(code(&world, of_award), Some(E003_BAD_TIME));
    }
}

#[test]
fn a_contract_notice_follows_the_signing() {
    let world = World::given([sign()]);
    let of_contract = |on: &str| {
        notice(on, |n| {
            n.notice_type = NoticeType::Contract.into();
            n.contract_id = "CT-1".to_owned();
        })
    };
    assert_eq!(
        world.refuses(of_contract("2023-08-31")),
        Some(E003_BAD_TIME)
    );
    assert_eq!(world.refuses(of_contract("2023-09-01")), None);
}

#[test]
fn an_acceptance_notice_follows_the_conclusion() {
    let of_acceptance = |on: &str| {
        notice(on, |n| {
            n.notice_type = NoticeType::AcceptanceResult.into();
            n.acceptance_id = "A-1".to_owned();
        })
    };
    let mut world = World::given([
        sign(),
        delivered("D-1", ON),
        acceptance_requested("A-1", ON),
    ]);
    assert_eq!(
        world.refuses(of_acceptance("2023-10-02")),
        Some(E003_BAD_TIME)
    );
    world.must(concluded("A-1", AcceptanceResult::Passed, 1, "2023-10-03"));
    assert_eq!(
        world.refuses(of_acceptance("2023-10-02")),
        Some(E003_BAD_TIME)
    );
    assert_eq!(world.refuses(of_acceptance("2023-10-03")), None);
}

#[test]
fn a_correction_follows_what_it_corrects_and_a_period_has_an_order() {
    let world = World::given([notice(ON, |_| {})]);
    let correcting = |on: &str| {
        notice(on, |n| {
            n.notice_id = "N-2".to_owned();
            n.corrects_notice_id = "N-1".to_owned();
        })
    };
    assert_eq!(world.refuses(correcting("2023-09-30")), Some(E003_BAD_TIME));
    assert_eq!(world.refuses(correcting(ON)), None);

    let period = |to: &str| {
        notice(ON, |n| {
            n.notice_id = "N-3".to_owned();
            n.from = ON.to_owned();
            n.to = to.to_owned();
        })
    };
    assert_eq!(world.refuses(period("2023-09-30")), Some(E003_BAD_TIME));
    assert_eq!(world.refuses(period(ON)), None);
}

#[test]
fn outside_a_project_a_notice_says_which_project_it_means() {
    let world = World::given([sign()]);
    let unit = |change: fn(&mut NoticePublished)| world.refuses_on_unit(notice(ON, change));
    assert_eq!(unit(|_| {}), None);
    assert_eq!(
        unit(|n| n.contract_id = "CT-1".to_owned()),
        Some(E001_UNKNOWN_REF)
    );
    assert_eq!(
        unit(|n| n.project_id = "PJ-2".to_owned()),
        Some(E001_UNKNOWN_REF)
    );
    let both = |n: &mut NoticePublished| {
        n.project_id = PROJECT.to_owned();
        n.contract_id = "CT-1".to_owned();
    };
    assert_eq!(unit(both), None);
}
