//! Libraries and clues.

use super::*;
use crate::domain::{
    refusal::Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME},
    testkit::{
        UNIT, World, assert_machine, assert_refusal, on_stream, oversight::*, regulator_registered,
    },
};

fn world() -> World {
    let mut world = World::new();
    world.given(regulator_registered());
    world
}

#[test]
fn libraries_go_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use LibraryStatus::{Abolished, Absent, Reported, Retained};
    let expected = [
        (Absent, E::SupplierLibraryReported, Reported),
        (Reported, E::SupplierLibraryAbolished, Abolished),
        (Reported, E::SupplierLibraryRetained, Retained),
        (Retained, E::SupplierLibraryAbolished, Abolished),
    ];
    let statuses = [Absent, Reported, Abolished, Retained];
    let entity = EntityRef::new(EntityKind::Library, "4304", LIBRARY, "");
    assert_machine(LIBRARY_TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Library {
            status,
            ..Library::default()
        };
        library_transition(&state, &entity, fact)
    });
}

#[test]
fn clues_go_where_the_domain_says_and_nowhere_else() {
    use ClueStatus::{Absent, Confirmed, Dismissed, Received, Rectified};
    use EventType as E;
    let expected = [
        (Absent, E::BarrierClueReceived, Received),
        (Received, E::BarrierConfirmed, Confirmed),
        (Received, E::BarrierDismissed, Dismissed),
        (Confirmed, E::BarrierRectified, Rectified),
    ];
    let statuses = [Absent, Received, Confirmed, Dismissed, Rectified];
    let entity = EntityRef::new(EntityKind::BarrierClue, "4304", LIBRARY, "BC-1");
    assert_machine(CLUE_TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = BarrierClue {
            status,
            ..BarrierClue::default()
        };
        clue_transition(&state, &entity, fact)
    });
}

#[test]
fn a_library_revives_a_known_and_abolished_other_one() {
    let mut world = world();
    let reviving = |revives: &str, world: &World| {
        let mut report = supplier_library_reported();
        report.library_id = "LB-2".to_owned();
        report.revives = revives.to_owned();
        report.reported_on = "2024-03-01".to_owned();
        on_stream(world.fact(report), "library/4304/LB-2")
    };
    for unknown in [LIBRARY, "LB-2"] {
        let refusal = world.refused_fact(&reviving(unknown, &world));
        assert_refusal(&refusal, E001_UNKNOWN_REF, &[("revives", unknown)]);
    }
    world.given(supplier_library_reported());
    let refusal = world.refused_fact(&reviving(LIBRARY, &world));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "REPORTED")]);
    world.given(supplier_library_retained());
    let refusal = world.refused_fact(&reviving(LIBRARY, &world));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "RETAINED")]);
    world.given(supplier_library_abolished());
    let mut early = reviving(LIBRARY, &world);
    early.legal_date = "2024-02-29".parse().expect("a day");
    assert_eq!(world.refused_fact(&early).code, E003_BAD_TIME);
    world
        .append(reviving(LIBRARY, &world))
        .expect("a new library");
    let library: Library = world.get("LB-2", "").expect("reported");
    assert_eq!(
        (library.revives.as_str(), library.owner.as_str()),
        (LIBRARY, UNIT)
    );
}

#[test]
fn acts_follow_one_another_in_time_in_their_own_stream() {
    let mut world = world();
    let refusal = world.refused(supplier_library_abolished());
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("entity_owner", LIBRARY)]);
    world.given(supplier_library_reported());
    let mut early = supplier_library_retained();
    early.retained_on = "2024-01-31".to_owned();
    assert_eq!(world.refused(early).code, E003_BAD_TIME);
    world.given(supplier_library_retained());
    let mut early = supplier_library_abolished();
    early.abolished_on = "2024-02-19".to_owned();
    let figures = [("earliest_on", "2024-02-20")];
    assert_refusal(&world.refused(early), E003_BAD_TIME, &figures);
    let strayed = on_stream(
        world.fact(supplier_library_abolished()),
        "library/4304/LB-2",
    );
    let refusal = world.refused_fact(&strayed);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("library_id", LIBRARY)]);
    world.given(barrier_clue_received());
    let mut early = barrier_confirmed();
    early.confirmed_on = "2024-02-01".to_owned();
    assert_eq!(world.refused(early).code, E003_BAD_TIME);
    let mut dismissed = world.clone();
    dismissed.given(barrier_dismissed());
    world.given(barrier_confirmed());
    let mut early = barrier_rectified();
    early.rectified_on = "2024-02-04".to_owned();
    assert_eq!(world.refused(early).code, E003_BAD_TIME);
    world.given(barrier_rectified());
}
