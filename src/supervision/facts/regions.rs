//! Regions: on-boarding, the catalogue of approvals, requests for rooms, clues.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use prost_types::Timestamp;

use super::{
    oversight::clues,
    places::half_of,
    rows::{Head, Rows, day, earlier, evidence, flag, local_day, number, text},
};
use crate::{
    domain::{
        payload::day as parsed,
        profile::{self, RegionKind},
    },
    events::v1::{SystemModule, VenueRequested, event_payload::Payload},
    supervision::tables::{APPROVAL_ITEMS, REGIONS, VENUE_REQUESTS},
    views::Standing,
};

/// The modules of the seven stages; contract and payment are one stage.
const MODULES: [SystemModule; 8] = [
    SystemModule::Budget,
    SystemModule::Intention,
    SystemModule::Plan,
    SystemModule::Execution,
    SystemModule::Contract,
    SystemModule::Payment,
    SystemModule::Acceptance,
    SystemModule::Credit,
];

/// A region.
pub(super) fn region(rows: &mut Rows<'_, '_>) {
    onboarding(rows);
    items(rows);
    requests(rows);
    clues(rows, "");
}

/// The head of a row about the region of the stream.
fn head<'a>(rows: &Rows<'_, 'a>, day: Option<NaiveDate>) -> Head<'a> {
    Head {
        region: &rows.sight.stream.id,
        day,
        ..Head::default()
    }
}

/// The region above one, and whether that is a prefecture.
fn parent<'a>(rows: &Rows<'_, 'a>, registered: &'a str) -> (&'a str, bool) {
    let stream = rows.sight.stream;
    match profile::region(&stream.id) {
        Some(entry) => {
            use RegionKind::{Area, County, CountyCity, District};
            let is_county = matches!(entry.kind, District | County | CountyCity | Area);
            (entry.parent, is_county)
        }
        None => (registered, registered == format!("{}00", stream.partition)),
    }
}

fn onboarding(rows: &mut Rows<'_, '_>) {
    let (mut registered, mut live) = ("", None);
    let mut in_use = BTreeSet::new();
    let mut by_day: Vec<_> = rows.acts().collect();
    by_day.sort_by_key(|(act, _)| (act.on(), act.position));
    for (act, payload) in by_day {
        match payload {
            Payload::RegionRegistered(e) => registered = &e.parent,
            Payload::RegionOnboarded(_) => live = live.or(Some(act)),
            Payload::RegionModuleEnabled(e) if MODULES.contains(&e.module()) => {
                in_use.insert(e.module);
            }
            Payload::RegionModuleSuspended(e) => {
                in_use.remove(&e.module);
            }
            _ => {}
        }
    }
    let (parent, is_county) = parent(rows, registered);
    let rest = [
        text(parent),
        flag(is_county),
        number(in_use.len() as i64),
        flag(live.is_some() && in_use.len() == MODULES.len()),
        evidence(live),
    ];
    let head = head(rows, live.map(Standing::on));
    let subject = rows.subject("region", "");
    rows.add(&REGIONS, &head, subject, rest);
}

/// An item in the making.
#[derive(Default)]
struct Item {
    catalogued_on: Option<NaiveDate>,
    is_statutory: bool,
    abolished_on: Option<NaiveDate>,
    justified_on: Option<NaiveDate>,
}

fn items(rows: &mut Rows<'_, '_>) {
    let mut found = BTreeMap::<&str, Item>::new();
    for (act, payload) in rows.acts() {
        let on = act.on();
        match payload {
            Payload::ApprovalItemCatalogued(e) => {
                let of = found.entry(&e.item_code).or_default();
                (of.catalogued_on, of.is_statutory) = (Some(on), e.statutory);
            }
            Payload::ApprovalItemAbolished(e) => {
                let of = found.entry(&e.item_code).or_default();
                of.abolished_on = parsed(&e.effective_on).or(Some(on));
            }
            Payload::ApprovalItemMerged(e) => {
                let of = found.entry(&e.item_code).or_default();
                of.abolished_on = parsed(&e.effective_on).or(Some(on));
            }
            Payload::ApprovalItemJustified(e) => {
                earlier(&mut found.entry(&e.item_code).or_default().justified_on, on);
            }
            _ => {}
        }
    }
    for (code, of) in found {
        let Some(catalogued_on) = of.catalogued_on else {
            continue;
        };
        let head = head(rows, Some(catalogued_on));
        let rest = [
            text(code),
            flag(of.is_statutory),
            day(of.abolished_on),
            day(of.justified_on),
        ];
        let subject = rows.subject("item", code);
        rows.add(&APPROVAL_ITEMS, &head, subject, rest);
    }
}

fn requests(rows: &mut Rows<'_, '_>) {
    let mut requested = BTreeMap::<&str, &VenueRequested>::new();
    let (mut denied, mut withdrawn) = (BTreeMap::new(), BTreeMap::new());
    for (act, payload) in rows.acts() {
        match payload {
            Payload::VenueRequested(e) => {
                requested.insert(&e.request_id, e);
            }
            Payload::VenueRequestDenied(e) => {
                denied.insert(e.request_id.as_str(), act.on());
            }
            Payload::VenueRequestWithdrawn(e) => {
                withdrawn.insert(e.request_id.as_str(), act.on());
            }
            _ => {}
        }
    }
    for (id, request) in requested {
        let wanted: Option<&Timestamp> = request.desired_start.as_ref();
        let head = head(rows, local_day(wanted));
        let rest = [
            text(id),
            text(&request.project_id),
            number(half_of(wanted)),
            day(denied.get(id).copied()),
            day(withdrawn.get(id).copied()),
        ];
        let subject = rows.subject("request", id);
        rows.add(&VENUE_REQUESTS, &head, subject, rest);
    }
}
