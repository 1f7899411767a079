//! Where events come from: the systems of record push them, or somebody types them in elsewhere;
//! and how long after the fact.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use prost_types::Timestamp;

use super::rows::{Head, Rows, flag, number, text};
use crate::{
    domain::{payload::micros_of, values::StreamKind},
    rules::facts::entries::is_pushed,
    supervision::tables::SOURCES,
};

/// Microseconds of an hour.
const HOUR_US: i64 = 3_600_000_000;

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
