//! The registry's own life.

use super::*;
use crate::domain::{
    refusal::Code,
    state::Stated,
    testkit::{
        REGULATOR, SUPPLIER, SUPPLIER_2, World, assert_refusal, by, holiday_calendar_published,
        ocds_release_imported, on_stream, organisation_changed, organisation_closed,
        organisation_merged, organisation_registered, region_registered, regulator_registered,
        source_system_registered, sync_batch_received, threshold_profile_published,
    },
};
use crate::events::v1::{ActorRole, OrganisationKind};

fn world() -> World {
    let mut world = World::new();
    world.given(regulator_registered());
    for supplier in [SUPPLIER, SUPPLIER_2] {
        let kind = OrganisationKind::Supplier;
        world.given(organisation_registered(supplier, kind, "430400"));
    }
    world
}

#[test]
fn an_organisation_is_registered_changed_and_ends_once() {
    let mut world = world();
    world.given(organisation_changed(SUPPLIER));
    let changed: Organisation = world.get(SUPPLIER, "").expect("registered");
    assert_eq!(changed.name, "虚构单位二");
    world.given(organisation_merged(SUPPLIER, SUPPLIER_2));
    let merged: Organisation = world.get(SUPPLIER, "").expect("registered");
    assert_eq!(merged.status, OrganisationStatus::Merged);
    assert_eq!(merged.merged_into, SUPPLIER_2);
    for attempt in [
        world.refused(organisation_changed(SUPPLIER)),
        world.refused(organisation_closed(SUPPLIER)),
        world.refused(organisation_merged(SUPPLIER, SUPPLIER_2)),
    ] {
        let figures = [("status", "MERGED")];
        assert_refusal(&attempt, Code::E002_ILLEGAL_TRANSITION, &figures);
    }
    let kind = OrganisationKind::Supplier;
    let again = world.refused(organisation_registered(SUPPLIER_2, kind, "430400"));
    assert_refusal(
        &again,
        Code::E002_ILLEGAL_TRANSITION,
        &[("status", "ACTIVE")],
    );
    world.given(organisation_closed(SUPPLIER_2));
}

#[test]
fn refuses_acts_on_the_unknown_before_registration_and_into_nothing() {
    let world = world();
    let unknown = "91430406MA9TE5T397";
    let refusal = world.refused(organisation_changed(unknown));
    assert_refusal(
        &refusal,
        Code::E001_UNKNOWN_REF,
        &[("entity_owner", unknown)],
    );
    for into in [unknown, SUPPLIER] {
        let refusal = world.refused(organisation_merged(SUPPLIER, into));
        assert_refusal(&refusal, Code::E001_UNKNOWN_REF, &[("into", into)]);
    }
    let mut early = organisation_closed(SUPPLIER);
    early.on = "2023-12-31".to_owned();
    assert_eq!(world.refused(early).code, Code::E003_BAD_TIME);
    let strayed = on_stream(
        world.fact(organisation_closed(SUPPLIER)),
        &format!("organisation/4304/{SUPPLIER_2}"),
    );
    let refusal = world.refused_fact(&strayed);
    assert_refusal(&refusal, Code::E001_UNKNOWN_REF, &[("uscc", SUPPLIER)]);
}

#[test]
fn regions_systems_thresholds_and_batches_are_told_once() {
    let mut world = world();
    world.given(region_registered());
    world.given(source_system_registered("NEW_SYSTEM"));
    world.given(threshold_profile_published());
    world.given(sync_batch_received());
    for attempt in [
        world.refused(region_registered()),
        world.refused(source_system_registered("NEW_SYSTEM")),
        world.refused(threshold_profile_published()),
        world.refused(sync_batch_received()),
    ] {
        assert_eq!(attempt.code, Code::E002_ILLEGAL_TRANSITION);
    }
    let mut reversed = threshold_profile_published();
    reversed.profile_id = "TH-2".to_owned();
    reversed.effective_to = "2023-12-31".to_owned();
    assert_eq!(world.refused(reversed).code, Code::E003_BAD_TIME);
    let region: Region = world.get("430400", "").expect("registered");
    assert_eq!(region.parent, "430000");
    let threshold: ThresholdProfile = world.get("430400", "TH-1").expect("published");
    assert_eq!(threshold.open_tender_fen, 200_000_000);
}

#[test]
fn a_calendar_is_published_again_when_it_is_amended_and_is_kept_in_order() {
    let mut world = world();
    world.given(holiday_calendar_published());
    let mut amended = holiday_calendar_published();
    amended.holidays.push("2024-02-09".to_owned());
    world.given(amended);
    let entity =
        crate::domain::entity::EntityRef::new(HolidayCalendar::KIND, "00", "calendar", "2024");
    let state = crate::domain::decider::Entities::state(&world, &entity).expect("published");
    let calendar = HolidayCalendar::of(&state).expect("a calendar");
    assert_eq!(calendar.holidays.len(), 3);
    assert!(calendar.holidays.is_sorted());
}

#[test]
fn releases_of_publishers_are_all_taken_whatever_their_date() {
    let mut world = World::new();
    let mut release = ocds_release_imported();
    for (id, day) in [
        ("1", "2011-01-10"),
        ("1", "2199-01-01"),
        ("2", "2011-01-09"),
    ] {
        release.release_id = id.to_owned();
        release.released_on = day.to_owned();
        let fact = by(world.fact(release.clone()), ActorRole::Regulator, REGULATOR);
        world
            .append(fact)
            .expect("publishers contradict themselves");
    }
    let entity = crate::domain::entity::EntityRef::new(
        crate::domain::ocds::OcdsProcess::KIND,
        "ocds-213czf",
        "ocds-213czf-000-00001",
        "",
    );
    let state = crate::domain::decider::Entities::state(&world, &entity).expect("imported");
    let process = crate::domain::ocds::OcdsProcess::of(&state).expect("a process");
    assert_eq!(process.release_count, 3);
    assert_eq!(process.newest_release_id, "1");
}

#[test]
fn every_pair_without_a_row_is_refused() {
    use crate::domain::{
        machine::{Case, step},
        payload::EventType,
        testkit::payload,
    };
    let entity = crate::domain::entity::EntityRef::new(Organisation::KIND, "4304", SUPPLIER, "");
    let world = World::new();
    for status in [
        OrganisationStatus::Absent,
        OrganisationStatus::Active,
        OrganisationStatus::Merged,
        OrganisationStatus::Closed,
    ] {
        let state = Organisation {
            status,
            ..Organisation::default()
        };
        for event_type in EventType::ALL.iter().copied().skip(2) {
            let row = step(organisation::TRANSITIONS, status, event_type, Case::Other);
            let expected = match row {
                Some(_) => None,
                None if status == OrganisationStatus::Absent => Some(Code::E001_UNKNOWN_REF),
                None => Some(Code::E002_ILLEGAL_TRANSITION),
            };
            let fact = world.fact(payload(event_type));
            let answer = organisation::transition(&state, &entity, &fact);
            assert_eq!(
                answer.err().map(|r| r.code),
                expected,
                "{status:?} {event_type:?}"
            );
        }
    }
}
