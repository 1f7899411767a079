//! Rules of internal control and their filing.

use super::*;
use crate::domain::{
    refusal::Code::{
        E001_UNKNOWN_REF, E003_BAD_TIME, E020_FORBIDDEN_ROLE, E026_WRONG_JURISDICTION,
    },
    testkit::{
        COUNTY, COUNTY_REGULATOR, REGION, REGULATOR, UNIT, UNIT_2, World, assert_machine,
        assert_refusal, by, on_stream, organisation_registered, oversight::*, regulator_registered,
    },
};
use crate::events::v1::{ActorRole, EntityKind};

/// The fact by the second unit.
fn own(world: &World, payload: impl Into<Payload>) -> Fact {
    by(world.fact(payload), ActorRole::Purchaser, UNIT_2)
}

/// Both finance departments, and the second unit of a region.
fn world(unit_region: &str) -> World {
    let mut world = World::new();
    world.given(regulator_registered());
    let of = |uscc: &str, kind, region: &str, regulator: &str| {
        let registration = organisation_registered(uscc, kind, region);
        let mut fact = by(
            World::new().fact(registration),
            ActorRole::Regulator,
            regulator,
        );
        region.clone_into(&mut fact.event.region_code);
        fact
    };
    let kind = OrganisationKind::FinanceRegulator;
    let county = of(COUNTY_REGULATOR, kind, COUNTY, COUNTY_REGULATOR);
    append(&mut world, county);
    let regulator = match unit_region {
        COUNTY => COUNTY_REGULATOR,
        _ => REGULATOR,
    };
    let unit = of(UNIT_2, OrganisationKind::BudgetUnit, unit_region, regulator);
    append(&mut world, unit);
    let issued = own(&world, internal_control_issued());
    append(&mut world, issued);
    world
}

fn append(world: &mut World, mut fact: Fact) {
    fact.event.source_ref = format!("R-{}", world.items.len());
    world.append(fact).expect("accepted");
}

#[test]
fn goes_where_the_domain_says_and_nowhere_else() {
    use ControlStatus::*;
    use EventType as E;
    let expected = [
        (Absent, E::InternalControlIssued, Issued),
        (Issued, E::InternalControlFiled, Filed),
        (Filed, E::InternalControlFilingAccepted, Accepted),
        (Filed, E::InternalControlFilingReturned, Returned),
        (Returned, E::InternalControlFiled, Filed),
        (Accepted, E::InternalControlRevised, Revised),
        (Accepted, E::InternalControlRepealed, Repealed),
        (Revised, E::InternalControlFiled, Filed),
    ];
    let statuses = [Absent, Issued, Filed, Accepted, Returned, Revised, Repealed];
    let entity = EntityRef::new(EntityKind::InternalControl, "4304", UNIT_2, "IC-1");
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = InternalControl {
            status,
            ..InternalControl::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn is_filed_with_the_finance_department_of_the_units_own_region() {
    for (region, right, wrong) in [
        (REGION, REGULATOR, COUNTY_REGULATOR),
        (COUNTY, COUNTY_REGULATOR, REGULATOR),
    ] {
        let world = world(region);
        for filed_to in [wrong, UNIT] {
            let filing = own(&world, internal_control_filed(filed_to, "2024-02-05"));
            let refusal = world.refused_fact(&filing);
            let figures = [("filed_to", filed_to), ("unit_region", region)];
            assert_refusal(&refusal, E026_WRONG_JURISDICTION, &figures);
        }
        let filing = own(&world, internal_control_filed(right, "2024-02-05"));
        world.decide(&filing).expect("its own finance department");
    }
}

#[test]
fn is_returned_filed_again_and_accepted_by_whom_it_was_filed_with() {
    let mut world = world(REGION);
    let early = own(&world, internal_control_filed(REGULATOR, "2024-01-31"));
    assert_eq!(world.refused_fact(&early).code, E003_BAD_TIME);
    let filing = own(&world, internal_control_filed(REGULATOR, "2024-02-05"));
    append(&mut world, filing);
    let mut other = by(
        world.fact(internal_control_filing_accepted("2024-02-06")),
        ActorRole::Regulator,
        COUNTY_REGULATOR,
    );
    COUNTY.clone_into(&mut other.event.region_code);
    let refusal = world.refused_fact(&other);
    let figures = [("filed_to", REGULATOR), ("actor_org", COUNTY_REGULATOR)];
    assert_refusal(&refusal, E026_WRONG_JURISDICTION, &figures);
    let own_decision = own(&world, internal_control_filing_accepted("2024-02-06"));
    assert_eq!(world.refused_fact(&own_decision).code, E020_FORBIDDEN_ROLE);
    world.given(internal_control_filing_returned("2024-02-06"));
    let again = own(&world, internal_control_filed(REGULATOR, "2024-02-07"));
    append(&mut world, again);
    let early = world.refused(internal_control_filing_accepted("2024-02-06"));
    assert_eq!(early.code, E003_BAD_TIME);
    world.given(internal_control_filing_accepted("2024-02-07"));
    let control: InternalControl = world.get(UNIT_2, "IC-1").expect("issued");
    assert_eq!(control.status, ControlStatus::Accepted);
    let strayed = own(&world, internal_control_issued());
    let strayed = on_stream(strayed, &format!("unit/4304/{UNIT}"));
    let strayed = by(strayed, ActorRole::Purchaser, UNIT);
    let refusal = world.refused_fact(&strayed);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("unit", UNIT_2)]);
}
