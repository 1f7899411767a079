//! Rooms: what was given to whom, and how long each is open and used from day to day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use prost_types::Timestamp;

use super::rows::{Act, Head, Rows, flag, local_day, number, text};
use crate::{
    domain::{payload::micros_of, values::date::midnight_seconds},
    events::v1::{VenueAllocated, event_payload::Payload},
    supervision::tables::{VENUE_ALLOCATIONS, VENUE_DAYS},
};

/// Noon, in minutes from midnight.
const NOON: i64 = 12 * 60;
/// The morning and the afternoon, in minutes from midnight: 08:30 to 12:00, 13:30 to 17:30
/// (任务13).
const HALVES: [(i64, i64); 2] = [(8 * 60 + 30, NOON), (13 * 60 + 30, 17 * 60 + 30)];
/// The minutes of a day.
const DAY: i64 = 24 * 60;
/// The rule whose obligations tell for when a room was wanted.
const WAIT: &str = "HY-13-WAIT-3WD";
/// The most days that one slot or use is spread over.
const DAYS_MAX: usize = 366;

/// Minutes from the midnight of a day, at +08:00.
fn minutes(at: &Timestamp, day: NaiveDate) -> i64 {
    (micros_of(at) - midnight_seconds(day) * 1_000_000).div_euclid(60_000_000)
}

/// The half of its day that an instant lies in: 0 before noon, 1 after.
pub(super) fn half_of(at: Option<&Timestamp>) -> i64 {
    let of = |at: &Timestamp| Some(minutes(at, local_day(Some(at))?));
    i64::from(at.and_then(of).is_some_and(|minute| minute >= NOON))
}

/// Half-open spans of minutes, by day.
#[derive(Default)]
struct Spans(BTreeMap<NaiveDate, Vec<(i64, i64)>>);

impl Spans {
    /// Adds a span, cut at midnights.
    fn add(&mut self, from: Option<&Timestamp>, to: Option<&Timestamp>) {
        let (Some(from), Some(to)) = (from, to) else {
            return;
        };
        let Some(first) = local_day(Some(from)) else {
            return;
        };
        for day in first.iter_days().take(DAYS_MAX) {
            let span = (minutes(from, day).max(0), minutes(to, day).min(DAY));
            if span.0 >= span.1 {
                break;
            }
            self.0.entry(day).or_default().push(span);
        }
    }

    /// The spans of a day that do not overlap, in order.
    fn of(&self, day: NaiveDate) -> Vec<(i64, i64)> {
        let mut spans = self.0.get(&day).cloned().unwrap_or_default();
        spans.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (from, to) in spans {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        joined
    }
}

fn length(spans: &[(i64, i64)]) -> i64 {
    spans.iter().map(|(from, to)| to - from).sum()
}

/// Whether both halves of a day lie within spans that do not touch each other.
fn is_full(spans: &[(i64, i64)]) -> bool {
    let is_within = |(from, to): &(i64, i64)| spans.iter().any(|(a, b)| a <= from && to <= b);
    HALVES.iter().all(is_within)
}

/// A room.
pub(super) fn venue(rows: &mut Rows<'_, '_>) {
    let (mut region, mut registered_on) = ("", None);
    let (mut open, mut used) = (Spans::default(), Spans::default());
    let mut given = BTreeMap::<&str, (Act<'_>, &VenueAllocated, bool)>::new();
    for (act, payload) in rows.acts() {
        match payload {
            Payload::VenueRegistered(e) => (region, registered_on) = (&*e.region, Some(act.on())),
            Payload::VenueSlotOpened(e) => open.add(e.from.as_ref(), e.to.as_ref()),
            Payload::VenueUsed(e) => used.add(e.actual_start.as_ref(), e.actual_end.as_ref()),
            Payload::VenueAllocated(e) => {
                given.insert(&e.request_id, ((act, payload), e, false));
            }
            Payload::VenueReleased(e) => {
                if let Some((.., is_released)) = given.get_mut(e.request_id.as_str()) {
                    *is_released = true;
                }
            }
            _ => {}
        }
    }
    days(rows, (region, registered_on), &open, &used);
    let waits = rows.obligations(WAIT);
    for (id, ((act, _), of, is_released)) in given {
        let subject = rows.subject("request", id);
        let wait = waits.get(subject.as_str()).and_then(|of| of.first());
        let given_on = wait.and_then(|wait| wait.done_on);
        let rest = [
            text(&of.venue_id),
            text(id),
            text(&of.region),
            number(half_of(of.start.as_ref())),
            number(act.position.cast_signed()),
            flag(is_released),
            flag(given_on.is_some()),
            rows.workdays(wait.map(|wait| wait.triggered_on), given_on),
        ];
        let head = Head {
            region,
            day: local_day(of.start.as_ref()),
            ..Head::default()
        };
        rows.add(&VENUE_ALLOCATIONS, &head, subject, rest);
    }
}

fn days(
    rows: &mut Rows<'_, '_>,
    (region, registered_on): (&str, Option<NaiveDate>),
    open: &Spans,
    used: &Spans,
) {
    let (today, calendar) = (rows.sight.today, rows.sight.calendar);
    let mut days: Vec<NaiveDate> = open.0.keys().chain(used.0.keys()).copied().collect();
    days.retain(|day| *day <= today);
    if let Some(on) = registered_on {
        let since = on.iter_days().take_while(|day| *day <= today);
        days.extend(since.filter(|day| calendar.is_workday(*day)));
    }
    days.sort_unstable();
    days.dedup();
    for on in days {
        let (open, used) = (open.of(on), used.of(on));
        let rest = [
            text(&rows.sight.stream.id),
            flag(calendar.is_workday(on)),
            flag(is_full(&open)),
            number(length(&open)),
            number(length(&used)),
        ];
        let head = Head {
            region,
            day: Some(on),
            ..Head::default()
        };
        let subject = rows.subject("venue", &on.to_string());
        rows.add(&VENUE_DAYS, &head, subject, rest);
    }
}
