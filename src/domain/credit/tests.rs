//! Evaluations of contracts and projects, and records of bad conduct.

use chrono::NaiveDate;

use super::{
    ban::{BanStatus, TRANSITIONS, transition},
    evaluation::Evaluation,
    *,
};
use crate::domain::{
    entity::EntityRef,
    payload::EventType,
    refusal::Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME},
    testkit::{
        CONTRACT, SUPPLIER, SUPPLIER_2, UNIT, World, assert_machine, assert_refusal, by,
        contract_signed, regulator_registered,
    },
};
use crate::events::v1::{self, ActorRole, CreditSubjectKind, EntityKind};

fn conduct_recorded(ban_from: &str, ban_to: &str) -> v1::BadConductRecorded {
    v1::BadConductRecorded {
        subject: SUPPLIER.to_owned(),
        record_id: "BN-1".to_owned(),
        ground: "提供虚假材料".to_owned(),
        ban_from: ban_from.to_owned(),
        ban_to: ban_to.to_owned(),
        decision_doc: "衡财购罚〔2023〕1号".to_owned(),
        on: "2023-05-25".to_owned(),
    }
}

fn credit_repaired(on: &str) -> v1::CreditRepaired {
    v1::CreditRepaired {
        subject: SUPPLIER.to_owned(),
        record_id: "BN-1".to_owned(),
        reason: "已整改".to_owned(),
        repaired_on: on.to_owned(),
    }
}

fn evaluated(evaluation_id: &str, contract_id: &str) -> v1::CreditEvaluated {
    let score = |score: i32| v1::CreditScore {
        dimension: "履约".to_owned(),
        score,
    };
    v1::CreditEvaluated {
        evaluation_id: evaluation_id.to_owned(),
        contract_id: contract_id.to_owned(),
        subject: SUPPLIER.to_owned(),
        subject_kind: CreditSubjectKind::Supplier.into(),
        evaluator: UNIT.to_owned(),
        scores: vec![score(5), score(1)],
        comment: String::new(),
        evaluated_on: "2024-02-20".to_owned(),
    }
}

/// A registered regulator.
fn supervised() -> World {
    let mut world = World::new();
    world.given(regulator_registered());
    world
}

/// A contract signed on 2024-02-20.
fn contracted() -> World {
    let mut world = World::with_award();
    world.given(contract_signed());
    world
}

fn date(day: &str) -> NaiveDate {
    day.parse().expect("a day")
}

fn ban(world: &World) -> Ban {
    world.get(SUPPLIER, "BN-1").expect("the record")
}

#[test]
fn records_go_where_the_domain_says_and_nowhere_else() {
    use BanStatus::{Absent, Recorded, Repaired};
    use EventType as E;
    let expected = [
        (Absent, E::BadConductRecorded, Recorded),
        (Recorded, E::CreditRepaired, Repaired),
    ];
    let statuses = [Absent, Recorded, Repaired];
    let entity = EntityRef::new(EntityKind::Ban, "4304", SUPPLIER, "BN-1");
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Ban {
            status,
            ..Ban::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn a_record_is_of_its_suppliers_stream() {
    let mut world = supervised();
    let figures = [("subject", SUPPLIER_2)];
    let mut strayed = conduct_recorded("", "");
    SUPPLIER_2.clone_into(&mut strayed.subject);
    assert_refusal(&world.refused(strayed), E001_UNKNOWN_REF, &figures);
    world.given(conduct_recorded("", ""));
    let mut strayed = credit_repaired("2023-06-01");
    SUPPLIER_2.clone_into(&mut strayed.subject);
    assert_refusal(&world.refused(strayed), E001_UNKNOWN_REF, &figures);
}

#[test]
fn a_ban_ends_no_earlier_than_it_begins() {
    let mut world = supervised();
    let refusal = world.refused(conduct_recorded("2023-06-01", "2023-05-31"));
    let figures = [("earliest_on", "2023-06-01"), ("legal_on", "2023-05-31")];
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    world.given(conduct_recorded("2023-06-01", "2023-06-01"));
    let ban = ban(&world);
    assert!(!ban.covers(date("2023-05-31")));
    assert!(ban.covers(date("2023-06-01")));
    assert!(!ban.covers(date("2023-06-02")));
}

#[test]
fn a_record_is_repaired_once_and_never_before_it_was_made() {
    let mut world = supervised();
    let refusal = world.refused(credit_repaired("2023-05-25"));
    let figures = [("entity_kind", "BN"), ("entity_id", "BN-1")];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    world.given(conduct_recorded("", ""));
    let refusal = world.refused(conduct_recorded("", ""));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "RECORDED")]);
    let refusal = world.refused(credit_repaired("2023-05-24"));
    let figures = [("depends_on", "record"), ("earliest_on", "2023-05-25")];
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    world.given(credit_repaired("2023-05-25"));
    let refusal = world.refused(credit_repaired("2023-05-26"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "REPAIRED")]);
    assert_eq!(ban(&world).repaired_on, Some(date("2023-05-25")));
}

#[test]
fn a_ban_holds_from_its_first_day_to_its_last_or_its_repair() {
    let mut world = supervised();
    world.given(conduct_recorded("2023-06-01", "2024-05-31"));
    let covers = |world: &World, day: &str| ban(world).covers(date(day));
    assert!(!covers(&world, "2023-05-31"));
    assert!(covers(&world, "2023-06-01"));
    assert!(covers(&world, "2024-05-31"));
    assert!(!covers(&world, "2024-06-01"));
    assert_eq!(ban(&world).decided_on, Some(date("2023-05-25")));
    world.given(credit_repaired("2024-01-10"));
    assert!(covers(&world, "2024-01-09"));
    assert!(!covers(&world, "2024-01-10"));
}

#[test]
fn a_record_without_a_ban_bans_nobody_and_one_without_an_end_bans_for_good() {
    let mut world = supervised();
    let mut unbanned = world.clone();
    unbanned.given(conduct_recorded("", ""));
    assert!(!ban(&unbanned).covers(date("2023-06-01")));
    world.given(conduct_recorded("2023-06-01", ""));
    assert!(ban(&world).covers(date("2029-12-31")));
}

#[test]
fn a_party_judges_another_once_on_a_contract() {
    let mut world = contracted();
    world.given(evaluated("CE-1", CONTRACT));
    let refusal = world.refused(evaluated("CE-2", CONTRACT));
    let figures = [
        ("evaluator", UNIT),
        ("subject", SUPPLIER),
        ("contract_id", CONTRACT),
        ("evaluation_id", "CE-1"),
    ];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    let mut other = evaluated("CE-1", CONTRACT);
    SUPPLIER_2.clone_into(&mut other.subject);
    let refusal = world.refused(other.clone());
    let figures = [("evaluation_id", "CE-1")];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    "CE-2".clone_into(&mut other.evaluation_id);
    world.given(other);
    let returned = v1::CreditEvaluated {
        subject: UNIT.to_owned(),
        subject_kind: CreditSubjectKind::Purchaser.into(),
        evaluator: SUPPLIER.to_owned(),
        ..evaluated("CE-3", CONTRACT)
    };
    let returned = by(world.fact(returned), ActorRole::Supplier, SUPPLIER);
    world.append(returned).expect("the supplier judges as well");
    // An evaluation's number is one of the project's, whatever contract it is on.
    let refusal = world.refused(evaluated("CE-1", ""));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    world.given(evaluated("CE-4", ""));
    let refusal = world.refused(evaluated("CE-5", ""));
    let figures = [("contract_id", ""), ("evaluation_id", "CE-4")];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    let credit: Credit = world.of_project("");
    let ids: Vec<&String> = credit.evaluations.keys().collect();
    assert_eq!(ids, ["CE-1", "CE-2", "CE-3", "CE-4"]);
}

#[test]
fn nobody_is_judged_on_an_unknown_contract_or_before_it_is_signed() {
    let refusal = World::with_award().refused(evaluated("CE-1", CONTRACT));
    let figures = [("entity_kind", "CT"), ("entity_id", CONTRACT)];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    let mut world = contracted();
    let mut early = evaluated("CE-1", CONTRACT);
    early.evaluated_on = "2024-02-19".to_owned();
    let figures = [("depends_on", "signing"), ("earliest_on", "2024-02-20")];
    assert_refusal(&world.refused(early.clone()), E003_BAD_TIME, &figures);
    early.contract_id = String::new();
    world.clone().given(early);
    world.given(evaluated("CE-1", CONTRACT));
}

#[test]
fn an_evaluation_keeps_who_judged_whom_and_how() {
    let mut world = contracted();
    world.given(evaluated("CE-1", CONTRACT));
    let expected = Evaluation {
        contract_id: CONTRACT.to_owned(),
        evaluator: UNIT.to_owned(),
        subject: SUPPLIER.to_owned(),
        subject_kind: CreditSubjectKind::Supplier.into(),
        scores: vec![5, 1],
        evaluated_on: date("2024-02-20"),
    };
    let credit: Credit = world.of_project("");
    assert_eq!(credit.evaluations["CE-1"], expected);
}
