//! Where events come from: the systems of record push them, or somebody types them in elsewhere;
//! and how long after the fact.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use prost_types::Timestamp;

use super::rows::{Head, Rows, flag, number, text};
use crate::{
    domain::{payload::micros_of, profile::is_bank, values::StreamKind},
    events::v1::{LoopStage, event_payload::Payload},
    supervision::tables::SOURCES,
    views::acts::{stage_of, told},
};

/// Microseconds of an hour.
const HOUR_US: i64 = 3_600_000_000;

/// Who is the system of record of an event (domain 1.0): `BANK` stands for every bank. An event
/// that no list names is one that any system may push.
fn systems_of(payload: &Payload) -> &'static [&'static str] {
    let name = told(payload).name.as_str();
    let begins = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    if begins(&["EmallOrder", "EmallRfq", "EmallUnit"]) {
        return &["HN_EMALL"];
    }
    if begins(&["FarmPlatform", "FarmPurchase", "FarmReserve"]) {
        return &["P832", "HN_RURAL"];
    }
    if begins(&["VenueRe", "VenueA", "VenueS", "VenueU"]) {
        return &["PRTC", "ETRADE"];
    }
    if begins(&["Financing"]) {
        return &["FIN_PLATFORM", "BANK"];
    }
    if begins(&["Guarantee"]) {
        return &["BANK"];
    }
    match stage_of(payload) {
        Some(LoopStage::Budget) => &["BUDGET_INT"],
        Some(LoopStage::Intention | LoopStage::Requirement | LoopStage::Plan) => &["GP_MGMT"],
        Some(LoopStage::Execution) => &["ETRADE"],
        Some(LoopStage::Contract | LoopStage::Credit) => &["GP_MGMT", "HN_EMALL"],
        Some(LoopStage::Payment) => &["TREASURY_PAY"],
        Some(LoopStage::Acceptance) => &["GP_MGMT", "HY_SUPERVISION", "HN_EMALL"],
        Some(LoopStage::Unspecified) | None => &[],
    }
}

/// Whether an event of a system was pushed by the system of record.
fn is_pushed(system: &str, payload: &Payload) -> bool {
    let systems = systems_of(payload);
    systems.is_empty()
        || systems.contains(&system)
        || (is_bank(system) && systems.contains(&"BANK"))
}

/// Whole hours from a fact to its recording; none where it was recorded before.
fn lag_hours(occurred_at: Option<&Timestamp>, recorded_us: u64) -> i64 {
    let lag_us = |at| recorded_us.cast_signed().saturating_sub(micros_of(at));
    occurred_at.map_or(0, |at| (lag_us(at) / HOUR_US).max(0))
}

/// The sources of a stream's events; registry, calendar and imports have their own pace.
pub(super) fn sources(rows: &mut Rows<'_, '_>) {
    let stream = rows.sight.stream;
    if matches!(
        stream.kind,
        StreamKind::Organisation | StreamKind::System | StreamKind::Ocds
    ) {
        return;
    }
    let history = rows.sight.timeline.history();
    let items = history.items();
    let mut counts = BTreeMap::<(&str, NaiveDate, bool, i64), (i64, u64)>::new();
    for (act, payload) in rows.acts() {
        let Ok(index) = items.binary_search_by_key(&act.position, |item| item.position) else {
            continue;
        };
        // What was recorded first tells of the source, whatever was corrected since.
        let event = &items[index].fact.event;
        let lag_hours = lag_hours(event.occurred_at.as_ref(), history.recorded_us(index));
        let system = event.source_system.as_str();
        let key = (system, act.on(), is_pushed(system, payload), lag_hours);
        counts.entry(key).or_insert((0, act.position)).0 += 1;
    }
    for ((system, on, is_pushed, lag_hours), (count, first)) in counts {
        let head = Head {
            day: Some(on),
            ..Head::default()
        };
        let word = if is_pushed { "pushed" } else { "typed" };
        let subject = rows.subject("source", &format!("{system}/{on}/{word}/{lag_hours}h"));
        let rest = [
            text(system),
            flag(is_pushed),
            number(lag_hours),
            number(count),
            number(first.cast_signed()),
        ];
        rows.add(&SOURCES, &head, subject, rest);
    }
}
