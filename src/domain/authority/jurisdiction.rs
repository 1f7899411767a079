//! Over what a regulator has power (E026).
//!
//! Decided where the specification is silent:
//! - A finance regulator registers itself, since somebody must be first. A regulator that is not
//!   registered has no known jurisdiction. Its jurisdiction is its own level: 430400 for the city's
//!   bureau, its own code for a county's.
//! - What stands in a region's stream is that region's, but for its own registration.
//! - A change of method is decided by the city's bureau or the province's, which is known where it
//!   is registered: in this partition or in its own.

use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        gate::Env,
        profile,
        refusal::{Code, Refusal},
        registry::Organisation,
        values::StreamKind,
    },
    events::v1::{EntityKind, OrganisationKind, event_payload::Payload},
};

/// E026 unless the acting regulator is registered and its region is that of the fact.
pub(super) fn check_jurisdiction(env: &mut Env<'_>, payload: &Payload) {
    let event = &env.fact.event;
    let (region, actor) = (event.region_code.as_str(), event.actor_org.as_str());
    if let Some(other) = governed_region(env.fact, payload).filter(|other| *other != region) {
        env.refuse(wrong_jurisdiction(
            format!("the fact is of region {region}, its object of {other}"),
            env.fact,
            other,
        ));
    }
    let supervising = supervising(payload, region);
    let known = supervising
        .iter()
        .find_map(|region| regulator_known_to(env, region));
    match known {
        None if is_self_registration(payload, actor) => {}
        None => env.refuse(wrong_jurisdiction(
            format!("{actor} is not registered as a finance regulator, so it supervises nothing"),
            env.fact,
            "",
        )),
        Some(supervised) if !supervising.contains(&supervised) => {
            let message = match is_of_prefecture(payload) {
                true => format!(
                    "{actor} is the finance department of {supervised}; a change of method is \
                     decided by that of a city with districts or above (政府采购法第27条)"
                ),
                false => format!("{actor} supervises {supervised}, not {region}"),
            };
            env.refuse(wrong_jurisdiction(message, env.fact, &supervised));
        }
        Some(_) => {}
    }
}

/// The region that the acting organisation supervises, as a region's partition knows it: `None` if
/// it is no finance regulator there.
fn regulator_known_to(env: &Env<'_>, region: &str) -> Option<String> {
    let (partition, actor) = (profile::partition_of(region), &env.fact.event.actor_org);
    let entity = EntityRef::new(EntityKind::Organisation, partition, actor, "");
    let loaded = env.load_at::<Organisation>(&entity);
    let registered = loaded
        .get()
        .filter(|organisation| organisation.is_active_as(OrganisationKind::FinanceRegulator));
    registered.map(|regulator| regulator.region.clone())
}

/// Whether the law gives an act to the finance department of a city with districts or above,
/// whatever region it is about.
fn is_of_prefecture(payload: &Payload) -> bool {
    matches!(
        payload,
        Payload::MethodChangeApproved(_) | Payload::MethodChangeRejected(_)
    )
}

/// The regions whose finance departments decide an act on a region: the city and the province where
/// the law wants one of them, else the region itself.
fn supervising(payload: &Payload, region: &str) -> Vec<String> {
    match is_of_prefecture(payload) {
        true => {
            let prefecture = profile::partition_of(region);
            let province = prefecture.get(..2).unwrap_or(prefecture);
            vec![format!("{prefecture}00"), format!("{province}0000")]
        }
        false => vec![region.to_owned()],
    }
}

/// The region that an act of a regulator governs, where it must be the fact's: that of the region's
/// stream, or of the organisation. A region may be registered by another's regulator; suppliers,
/// agencies and banks may come from anywhere.
fn governed_region<'a>(fact: &'a Fact, payload: &'a Payload) -> Option<&'a str> {
    let (kinds, region) = match payload {
        Payload::OrganisationRegistered(event) => (&event.kinds, &event.region),
        Payload::OrganisationChanged(event) => (&event.kinds, &event.region),
        Payload::RegionRegistered(_) => return None,
        _ => return (fact.stream.kind == StreamKind::Region).then_some(&fact.stream.id),
    };
    let governed = [
        OrganisationKind::BudgetUnit,
        OrganisationKind::CentralAgency,
        OrganisationKind::FinanceRegulator,
    ];
    let is_governed = governed.iter().any(|kind| kinds.contains(&(*kind as i32)));
    is_governed.then_some(region)
}

fn is_self_registration(payload: &Payload, actor: &str) -> bool {
    match payload {
        Payload::OrganisationRegistered(event) => {
            let kind = OrganisationKind::FinanceRegulator as i32;
            event.uscc == actor && event.kinds.contains(&kind)
        }
        _ => false,
    }
}

fn wrong_jurisdiction(message: String, fact: &Fact, supervises: &str) -> Refusal {
    Refusal::new(Code::E026_WRONG_JURISDICTION, message)
        .with("actor_org", &fact.event.actor_org)
        .with("region_code", &fact.event.region_code)
        .with("supervised_region", supervises)
}
