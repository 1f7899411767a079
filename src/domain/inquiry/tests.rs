//! Inquiries and their answers.

use super::*;
use crate::domain::{
    refusal::Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME},
    testkit::{LOT, PROJECT, SUPPLIER, UNIT, World, assert_machine, assert_refusal},
};
use crate::events::v1;

fn inquiry_received(lot_no: &str) -> v1::InquiryReceived {
    v1::InquiryReceived {
        inquiry_id: "IQ-1".to_owned(),
        supplier: SUPPLIER.to_owned(),
        lot_no: lot_no.to_owned(),
        content: "能否延期".to_owned(),
        received_by: UNIT.to_owned(),
        received_on: "2024-01-16".to_owned(),
    }
}

fn inquiry_answered(on: &str) -> v1::InquiryAnswered {
    v1::InquiryAnswered {
        inquiry_id: "IQ-1".to_owned(),
        answer: "不延期".to_owned(),
        answered_on: on.to_owned(),
    }
}

#[test]
fn goes_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use InquiryStatus::{Absent, Answered, Received};
    let expected = [
        (Absent, E::InquiryReceived, Received),
        (Received, E::InquiryAnswered, Answered),
    ];
    let statuses = [Absent, Received, Answered];
    let entity = EntityRef::new(EntityKind::Inquiry, "4304", PROJECT, "IQ-1");
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Inquiry {
            status,
            ..Inquiry::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn is_about_a_known_lot_or_the_whole_project() {
    let world = World::with_plan();
    let refusal = world.refused(inquiry_received("09"));
    let figures = [("entity_kind", "LT"), ("entity_id", "09")];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    for lot_no in [LOT, ""] {
        let mut world = world.clone();
        world.given(inquiry_received(lot_no));
        let inquiry: Inquiry = world.of_project("IQ-1");
        assert_eq!(inquiry.lot_no, lot_no);
    }
    let refusal = World::new().refused(inquiry_received(LOT));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("entity_id", LOT)]);
    World::new().given(inquiry_received(""));
}

#[test]
fn is_answered_once_and_never_before_it_was_received() {
    let mut world = World::with_plan();
    let refusal = world.refused(inquiry_answered("2024-01-16"));
    let figures = [("entity_kind", "IQ"), ("entity_id", "IQ-1")];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    world.given(inquiry_received(LOT));
    let refusal = world.refused(inquiry_received(LOT));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "RECEIVED")]);
    let refusal = world.refused(inquiry_answered("2024-01-15"));
    let figures = [("depends_on", "receipt"), ("earliest_on", "2024-01-16")];
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    world.given(inquiry_answered("2024-01-16"));
    let refusal = world.refused(inquiry_answered("2024-01-17"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "ANSWERED")]);
}

#[test]
fn tells_who_asked_and_both_days() {
    let mut world = World::with_plan();
    world.given(inquiry_received(LOT));
    world.given(inquiry_answered("2024-01-19"));
    let day = |day: &str| Some(day.parse().expect("a day"));
    let expected = Inquiry {
        status: InquiryStatus::Answered,
        supplier: SUPPLIER.to_owned(),
        lot_no: LOT.to_owned(),
        received_on: day("2024-01-16"),
        answered_on: day("2024-01-19"),
    };
    assert_eq!(world.of_project::<Inquiry>("IQ-1"), expected);
}
