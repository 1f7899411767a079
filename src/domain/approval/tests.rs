//! Items of a catalogue.

mod requests;

use super::{item::ItemStatus, *};
use crate::domain::{
    entity::EntityRef,
    payload::EventType,
    refusal::Code::{
        E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E026_WRONG_JURISDICTION,
    },
    testkit::{
        COUNTY, REGION, REGULATOR, World, assert_machine, assert_refusal, by, in_county, on_stream,
        regulator_registered,
    },
};
use crate::events::v1::{self, ActorRole, DayUnit, EntityKind, LoopStage};
use requests::requested;

const ITEM: &str = "AI-1";
const OTHER: &str = "AI-2";

fn catalogued(item_code: &str) -> v1::ApprovalItemCatalogued {
    v1::ApprovalItemCatalogued {
        item_code: item_code.to_owned(),
        region: REGION.to_owned(),
        name: "采购方式变更审批".to_owned(),
        owner: REGULATOR.to_owned(),
        legal_basis: String::new(),
        stage: LoopStage::Execution.into(),
        statutory: true,
        limit_days: Some(5),
        limit_unit: DayUnit::Wd.into(),
        on: "2024-01-05".to_owned(),
    }
}

fn justified(on: &str) -> v1::ApprovalItemJustified {
    v1::ApprovalItemJustified {
        item_code: ITEM.to_owned(),
        region: REGION.to_owned(),
        legal_basis: "政府采购法第27条".to_owned(),
        on: on.to_owned(),
    }
}

fn abolished(on: &str) -> v1::ApprovalItemAbolished {
    v1::ApprovalItemAbolished {
        item_code: ITEM.to_owned(),
        region: REGION.to_owned(),
        doc_no: "衡财购〔2024〕7号".to_owned(),
        effective_on: "2024-03-01".to_owned(),
        on: on.to_owned(),
    }
}

fn merged(into: &str, on: &str) -> v1::ApprovalItemMerged {
    v1::ApprovalItemMerged {
        item_code: ITEM.to_owned(),
        region: REGION.to_owned(),
        into: into.to_owned(),
        doc_no: "衡财购〔2024〕8号".to_owned(),
        effective_on: "2024-04-01".to_owned(),
        on: on.to_owned(),
    }
}

/// A catalogue of one item, and a project with its plan.
fn catalogue() -> World {
    let mut world = World::with_plan();
    world.given(regulator_registered());
    world.given(catalogued(ITEM));
    world
}

fn item_of(world: &World) -> ApprovalItem {
    world.get(REGION, ITEM).expect("catalogued")
}

/// Asserts E003 with the earliest day.
fn assert_early(world: &World, payload: impl Into<Payload>, earliest_on: &str) {
    let figures = [("earliest_on", earliest_on)];
    assert_refusal(&world.refused(payload), E003_BAD_TIME, &figures);
}

fn told(day: Option<chrono::NaiveDate>) -> String {
    day.expect("known").to_string()
}

#[test]
fn items_go_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use ItemStatus::{Abolished, Absent, Catalogued, Merged};
    let expected = [
        (Absent, E::ApprovalItemCatalogued, Catalogued),
        (Catalogued, E::ApprovalItemJustified, Catalogued),
        (Catalogued, E::ApprovalItemAbolished, Abolished),
        (Catalogued, E::ApprovalItemMerged, Merged),
    ];
    let statuses = [Absent, Catalogued, Abolished, Merged];
    let entity = EntityRef::new(EntityKind::ApprovalItem, "4304", REGION, ITEM);
    assert_machine(item::TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = ApprovalItem {
            status,
            ..ApprovalItem::default()
        };
        item::transition(&state, &entity, fact)
    });
}

#[test]
fn an_item_stands_with_its_newest_law_until_it_is_abolished() {
    let mut world = catalogue();
    let item = item_of(&world);
    assert_eq!((item.limit_days, item.is_statutory), (Some(5), true));
    assert_eq!(told(item.catalogued_on), "2024-01-05");
    assert!(item.legal_basis.is_empty() && item.justified_on.is_none());
    let refusal = world.refused(catalogued(ITEM));
    assert_refusal(
        &refusal,
        E002_ILLEGAL_TRANSITION,
        &[("status", "CATALOGUED")],
    );
    world.given(justified("2024-01-06"));
    world.given(justified("2024-01-05"));
    assert_eq!(item_of(&world).legal_basis, "政府采购法第27条");
    assert_eq!(told(item_of(&world).justified_on), "2024-01-05");
    world.given(abolished("2024-02-20"));
    let item = item_of(&world);
    assert_eq!(told(item.ended_on), "2024-02-20");
    assert_eq!(told(item.ended_from), "2024-03-01");
    assert!(item.merged_into.is_empty());
    let refusal = world.refused(catalogued(ITEM));
    assert_refusal(
        &refusal,
        E002_ILLEGAL_TRANSITION,
        &[("status", "ABOLISHED")],
    );
    // The ending is no bar to a request: that is a finding.
    world.given(requested(REGION));
}

#[test]
fn a_countys_catalogue_is_its_own_regulators() {
    let mut world = catalogue();
    world.given_county_regulator();
    let mut of_county = catalogued(ITEM);
    COUNTY.clone_into(&mut of_county.region);
    let own = in_county(world.fact(of_county));
    let figures = [("supervised_region", COUNTY), ("region_code", REGION)];
    let mut by_city = by(own.clone(), ActorRole::Regulator, REGULATOR);
    REGION.clone_into(&mut by_city.event.region_code);
    let refusal = world.refused_fact(&by_city);
    assert_refusal(&refusal, E026_WRONG_JURISDICTION, &figures);
    let back = on_stream(by_city, &format!("region/4304/{REGION}"));
    let refusal = world.refused_fact(&back);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("region", COUNTY)]);
    world.append(own).expect("its own catalogue");
    let item: ApprovalItem = world.get(COUNTY, ITEM).expect("catalogued");
    assert_eq!(item.status, ItemStatus::Catalogued);
}

#[test]
fn an_item_merges_into_another_known_one() {
    let mut world = catalogue();
    let refusal = world.refused(merged(OTHER, "2024-02-20"));
    let figures = [("entity_owner", REGION), ("entity_id", OTHER)];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    let refusal = world.refused(merged(ITEM, "2024-02-20"));
    let figures = [("item_code", ITEM), ("into", ITEM)];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    world.given(catalogued(OTHER));
    world.given(merged(OTHER, "2024-02-20"));
    let item = item_of(&world);
    assert_eq!(
        (item.status, item.merged_into.as_str()),
        (ItemStatus::Merged, OTHER)
    );
    assert_eq!(told(item.ended_on), "2024-02-20");
    assert_eq!(told(item.ended_from), "2024-04-01");
    let refusal = world.refused(abolished("2024-02-21"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "MERGED")]);
    // Whatever became of the other one.
    let mut back = merged(ITEM, "2024-02-21");
    back.item_code = OTHER.to_owned();
    world.given(back);
}

#[test]
fn what_happens_to_an_item_follows_its_listing_in_its_own_region() {
    let mut world = catalogue();
    world.given(catalogued(OTHER));
    world.given_county_regulator();
    let acts = |on: &str| -> [Payload; 3] {
        [
            justified(on).into(),
            abolished(on).into(),
            merged(OTHER, on).into(),
        ]
    };
    for (early, timely) in acts("2024-01-04").into_iter().zip(acts("2024-01-05")) {
        assert_early(&world, early, "2024-01-05");
        world.clone().given(timely.clone());
        let refusal = world.refused_fact(&in_county(world.fact(timely)));
        assert_refusal(&refusal, E001_UNKNOWN_REF, &[("region", REGION)]);
    }
    let listing = world.fact(catalogued("AI-3"));
    let refusal = world.refused_fact(&in_county(listing));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("region", REGION)]);
    let mut unlisted = abolished("2024-02-20");
    unlisted.item_code = "AI-3".to_owned();
    let refusal = world.refused(unlisted);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("entity_id", "AI-3")]);
}
