//! Regions that go live.

use super::*;
use crate::domain::{
    refusal::Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E006_BAD_REGION},
    testkit::{
        REGION, World, assert_machine, assert_refusal, in_county, on_stream, oversight::*,
        regulator_registered,
    },
};
use crate::events::v1::EntityKind;

fn started() -> World {
    let mut world = World::new();
    world.given(regulator_registered());
    world.given(region_onboarding_started());
    world
}

fn status(world: &World) -> OnboardingStatus {
    let state: Onboarding = world.get(REGION, "").expect("started");
    state.status
}

#[test]
fn goes_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use OnboardingStatus::*;
    let expected = [
        (Absent, E::RegionOnboardingStarted, Started),
        (Started, E::RegionModuleEnabled, Started),
        (Started, E::RegionModuleSuspended, Started),
        (Started, E::RegionOnboarded, FullFlow),
        (Started, E::RegionOnboarded, Live),
        (Started, E::RegionOnboarded, Degraded),
        (Live, E::RegionModuleEnabled, FullFlow),
        (Live, E::RegionModuleEnabled, Live),
        (Live, E::RegionModuleSuspended, Degraded),
        (FullFlow, E::RegionModuleEnabled, FullFlow),
        (FullFlow, E::RegionModuleSuspended, Degraded),
        (Degraded, E::RegionModuleEnabled, FullFlow),
        (Degraded, E::RegionModuleEnabled, Live),
        (Degraded, E::RegionModuleEnabled, Degraded),
        (Degraded, E::RegionModuleSuspended, Degraded),
    ];
    let statuses = [Absent, Started, Live, FullFlow, Degraded];
    let entity = EntityRef::new(EntityKind::Onboarding, "4304", REGION, "");
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Onboarding {
            status,
            ..Onboarding::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn runs_the_full_flow_with_every_stage_and_is_degraded_without_one() {
    let mut world = started();
    for module in &STAGES[..7] {
        world.given(region_module_enabled(*module));
    }
    world.given(region_onboarded());
    assert_eq!(status(&world), OnboardingStatus::Live);
    world.given(region_module_enabled(SystemModule::Challenge));
    assert_eq!(status(&world), OnboardingStatus::Live);
    world.given(region_module_suspended(SystemModule::Plan));
    assert_eq!(status(&world), OnboardingStatus::Degraded);
    let mut back = world.clone();
    back.given(region_module_enabled(SystemModule::Plan));
    assert_eq!(status(&back), OnboardingStatus::Live);
    world.given(region_module_enabled(STAGES[7]));
    assert_eq!(status(&world), OnboardingStatus::Degraded);
    let again = world.given(region_module_enabled(SystemModule::Plan));
    assert_eq!(status(&world), OnboardingStatus::FullFlow);
    let void = world.void(again);
    world.append(void).expect("voided");
    assert_eq!(status(&world), OnboardingStatus::Degraded);
}

#[test]
fn goes_live_whole_or_broken() {
    let mut whole = started();
    for module in STAGES {
        whole.given(region_module_enabled(module));
    }
    let mut broken = whole.clone();
    whole.given(region_onboarded());
    assert_eq!(status(&whole), OnboardingStatus::FullFlow);
    broken.given(region_module_suspended(SystemModule::Budget));
    broken.given(region_onboarded());
    assert_eq!(status(&broken), OnboardingStatus::Degraded);
}

#[test]
fn enables_and_suspends_each_module_by_turns() {
    let mut world = started();
    let module = SystemModule::Budget;
    let figures = [("module", "SYSTEM_MODULE_BUDGET")];
    let refusal = world.refused(region_module_suspended(module));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    world.given(region_module_enabled(module));
    let refusal = world.refused(region_module_enabled(module));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    world.given(region_module_suspended(module));
    let refusal = world.refused(region_module_suspended(module));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
}

#[test]
fn is_of_a_known_region_in_its_own_stream_after_the_start() {
    let mut world = started();
    let mut early = region_onboarded();
    early.live_on = "2024-01-04".to_owned();
    assert_eq!(world.refused(early).code, E003_BAD_TIME);
    world.given_county_regulator();
    let strayed = in_county(world.fact(region_onboarding_started()));
    let refusal = world.refused_fact(&strayed);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("region", REGION)]);
    // A region of another prefecture is known when it is registered.
    let mut elsewhere = region_onboarding_started();
    elsewhere.region = "430100".to_owned();
    let fact = on_stream(world.fact(elsewhere.clone()), "region/4301/430100");
    let context = crate::domain::decider::Context {
        recorded_at_us: world.now_us,
        position: 9,
    };
    let mut env = Env::new(&world, &fact, EventType::RegionOnboardingStarted, &context);
    check(&mut env, &elsewhere.into());
    let refusal = env.finish().expect_err("not registered");
    assert_refusal(&refusal, E006_BAD_REGION, &[("region", "430100")]);
}
