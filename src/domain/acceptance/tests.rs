//! What acceptances accept and refuse.

use proptest::prelude::*;

use super::*;
use crate::domain::{
    contract::tests::{facts::*, world::World},
    machine::step,
    refusal::Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E024_SUM_MISMATCH},
};

const ON: &str = "2023-10-01";
/// 2023-10-01T00:00:00+08:00.
const ON_SECONDS: i64 = 1_696_089_600;

fn delivered_world() -> World {
    World::given([sign(), delivered("D-1", ON)])
}

#[test]
fn refuses_every_pair_that_the_domain_does_not_name() {
    use AcceptanceStatus::{Absent, Failed, InProgress, Partial, Passed, Requested};
    use EventType as E;
    let cases = [
        Case::FinalPassed,
        Case::PartlyPassed,
        Case::Failed,
        Case::Other,
    ];
    for from in [Absent, Requested, InProgress, Passed, Partial, Failed] {
        let is_open = matches!(from, Absent | Requested | InProgress | Failed);
        let is_over = matches!(from, Passed | Partial | Failed);
        for event in EventType::ALL {
            for case in cases {
                let expected = match (event, case) {
                    (E::AcceptanceRequested, _) if matches!(from, Absent | Failed) => {
                        Some(Requested)
                    }
                    (E::AcceptanceTeamFormed, _) if is_open && from != InProgress => {
                        Some(InProgress)
                    }
                    (E::AcceptanceConcluded, Case::FinalPassed) if is_open => Some(Passed),
                    (E::AcceptanceConcluded, Case::PartlyPassed) if is_open => Some(Partial),
                    (E::AcceptanceConcluded, Case::Failed) if is_open => Some(Failed),
                    (E::AcceptanceMaterialUploaded, _) if is_over => Some(from),
                    _ => None,
                };
                let given = step(TRANSITIONS, from, *event, case);
                assert_eq!(given, expected, "{from:?} {event:?} {case:?}");
            }
        }
    }
}

#[test]
fn concludes_with_or_without_what_comes_before() {
    let passed = || concluded("A-1", AcceptanceResult::Passed, ORIGINAL_FEN, ON);
    assert_eq!(delivered_world().refuses(passed()), None);
    let mut world = delivered_world();
    world.must(team_formed("A-1", ON));
    assert_eq!(world.refuses(passed()), None);
    world = delivered_world();
    world.must(acceptance_requested("A-1", ON));
    world.must(team_formed("A-1", ON));
    world.must(passed());
    assert_eq!(world.refuses(passed()), Some(E002_ILLEGAL_TRANSITION));
}

#[test]
fn what_failed_accepts_nothing() {
    let failed = |fen| concluded("A-1", AcceptanceResult::Failed, fen, ON);
    assert_eq!(delivered_world().refuses(failed(0)), None);
    let refusal = delivered_world().refusal(failed(1));
    assert_eq!(refusal.code, E024_SUM_MISMATCH);
    assert!(
        refusal.figures.contains(&("accepted_fen", "1".to_owned())),
        "{refusal:?}"
    );
}

#[test]
fn begins_again_under_its_number_once_rectified() {
    let mut world = delivered_world();
    world.must(concluded("A-1", AcceptanceResult::Failed, 0, "2023-10-05"));
    for too_soon in [
        acceptance_requested("A-1", "2023-10-06"),
        team_formed("A-1", "2023-10-06"),
        concluded("A-1", AcceptanceResult::Passed, 1, "2023-10-06"),
    ] {
        assert_eq!(world.refuses(too_soon), Some(E002_ILLEGAL_TRANSITION));
    }
    world.must(rectified("2023-10-06"));
    assert_eq!(
        world.refuses(team_formed("A-1", "2023-10-04")),
        Some(E003_BAD_TIME)
    );
    world.must(team_formed("A-1", "2023-10-07"));
    world.must(concluded(
        "A-1",
        AcceptanceResult::Passed,
        ORIGINAL_FEN,
        "2023-10-08",
    ));
    let acceptance: Acceptance = world.state_of("A-1");
    assert_eq!(acceptance.status, AcceptanceStatus::Passed);
    assert_eq!(acceptance.accepted_fen, ORIGINAL_FEN);
}

#[test]
fn each_act_follows_the_one_before() {
    let early = "2023-09-30";
    let passed = |on: &str| concluded("A-1", AcceptanceResult::Passed, 1, on);
    let mut world = delivered_world();
    assert_eq!(
        world.refuses(passed(early)),
        Some(E003_BAD_TIME),
        "before delivery"
    );
    world.must(acceptance_requested("A-1", ON));
    assert_eq!(
        world.refuses(team_formed("A-1", early)),
        Some(E003_BAD_TIME)
    );
    world.must(team_formed("A-1", "2023-10-02"));
    assert_eq!(
        world.refuses(passed(ON)),
        Some(E003_BAD_TIME),
        "before the team"
    );
    world.must(passed("2023-10-02"));
    assert_eq!(
        world.refuses(uploaded("A-1", ON_SECONDS)),
        Some(E003_BAD_TIME)
    );
    assert_eq!(world.refuses(uploaded("A-1", ON_SECONDS + 86_400)), None);
}

#[test]
fn material_needs_a_concluded_acceptance() {
    let mut world = delivered_world();
    assert_eq!(
        world.refuses(uploaded("A-1", ON_SECONDS)),
        Some(E001_UNKNOWN_REF)
    );
    world.must(acceptance_requested("A-1", ON));
    assert_eq!(
        world.refuses(uploaded("A-1", ON_SECONDS)),
        Some(E002_ILLEGAL_TRANSITION)
    );
}

#[test]
fn stays_with_its_contract() {
    let mut world = World::awarded();
    for contract_id in ["CT-1", "CT-2"] {
        let mut half = signing();
        half.contract_id = contract_id.to_owned();
        half.amount_fen /= 2;
        for term in &mut half.terms {
            term.amount_fen /= 2;
        }
        world.must(Payload::ContractSigned(half));
    }
    world.must(acceptance_requested("A-1", ON));
    let Payload::AcceptanceTeamFormed(mut other) = team_formed("A-1", ON) else {
        unreachable!("a team is a team")
    };
    other.contract_id = "CT-2".to_owned();
    let refusal = world.refusal(Payload::AcceptanceTeamFormed(other));
    assert_eq!(refusal.code, E001_UNKNOWN_REF);
    assert!(
        refusal
            .figures
            .contains(&("acceptance_contract_id", "CT-1".to_owned()))
    );
}

proptest! {
    #[test]
    fn evolve_stands_any_soup(kinds in prop::collection::vec((0..6_u8, any::<i64>()), 0..30)) {
        let entity = EntityRef::new(EntityKind::Acceptance, PARTITION, PROJECT, "A-1");
        let mut acceptance = Acceptance::default();
        for (kind, fen) in kinds {
            let payload = match kind {
                0 => acceptance_requested("A-1", ON),
                1 => team_formed("A-1", ON),
                2 => concluded("A-1", AcceptanceResult::Passed, fen, ON),
                3 => concluded("A-1", AcceptanceResult::Partial, fen, ON),
                4 => concluded("A-1", AcceptanceResult::Failed, fen, ON),
                _ => uploaded("A-1", ON_SECONDS),
            };
            evolve(&mut acceptance, &entity, 0, &fact(payload));
            let _ = invariants(&acceptance, &entity);
        }
    }
}
