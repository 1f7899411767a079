//! What the envelope and the payload of one event must agree about: stream, region, legal date.

use chrono::NaiveDate;

use super::{
    table::TypeTable,
    violation::{Path, Quoted, Rule},
    walk::Walk,
};
use crate::domain::{
    profile,
    values::{LegalDate, StreamKind, StreamParts},
};

/// Types whose legal date need not be the day of `occurred_at`.
const UNDATED: [&str; 4] = [
    "EventCorrected",
    "EventVoided",
    "SyncBatchReceived",
    "OcdsReleaseImported",
];

/// Checks what stands in the walk; the event's legal date, unless what makes it is wrong.
pub(super) fn check(walk: &mut Walk<'_, '_>, event: &Path<'_>) -> Option<NaiveDate> {
    let tables = walk.tables;
    let event_type = tables.event_type(walk.met.number?)?;
    let replacement = walk
        .met
        .replacement
        .and_then(|number| tables.event_type(number));
    let payload = event.field("payload");
    let outer = payload.field(&event_type.field);
    let inner = outer.field("payload");
    let (stated, member) = match replacement {
        Some(replacement) => (replacement, inner.field(&replacement.field)),
        None => (event_type, outer),
    };
    if let Some(stream) = walk.met.stream {
        check_stream(walk, stream, stated, event, &member);
        check_region(walk, stream, event);
    }
    check_date(walk, event_type, &outer)
}

fn check_stream(
    walk: &mut Walk<'_, '_>,
    stream: StreamParts<'_>,
    event_type: &TypeTable,
    event: &Path<'_>,
    member: &Path<'_>,
) {
    let kinds = &event_type.stream_kinds;
    if !kinds.is_empty() && !kinds.contains(&stream.kind) {
        let allowed: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        let why = format_args!(
            "{} stands in no stream of kind {}, only in {}",
            event_type.name,
            stream.kind,
            allowed.join(", ")
        );
        return walk.report.add(&event.field("stream"), Rule::Shape, why);
    }
    if let (Some(field), Some(id)) = (&event_type.stream_id, walk.met.stream_id)
        && id != stream.id
    {
        let (id, stream_id) = (Quoted(id), Quoted(stream.id));
        let why = format_args!("{id} is not the id of the event's stream, {stream_id}");
        walk.report.add(&member.field(field), Rule::Shape, why);
    }
}

/// The region's partition is the stream's; streams of the system and of OCDS publishers belong to
/// no region.
fn check_region(walk: &mut Walk<'_, '_>, stream: StreamParts<'_>, event: &Path<'_>) {
    if matches!(stream.kind, StreamKind::System | StreamKind::Ocds) {
        return;
    }
    if let Some(region) = walk.met.region {
        let partition = profile::partition_of(region);
        if partition != stream.partition {
            let why = format_args!(
                "{region} is of partition {partition}, the stream of partition {}",
                stream.partition
            );
            walk.report
                .add(&event.field("region_code"), Rule::BadRegion, why);
        }
    }
    if stream.kind == StreamKind::Region && profile::partition_of(stream.id) != stream.partition {
        let why = format_args!(
            "region {} is not of partition {}",
            Quoted(stream.id),
            stream.partition
        );
        walk.report
            .add(&event.field("stream"), Rule::BadRegion, why);
    }
}

fn check_date(
    walk: &mut Walk<'_, '_>,
    event_type: &TypeTable,
    outer: &Path<'_>,
) -> Option<NaiveDate> {
    let occurred_at = walk.met.occurred_at?;
    let occurred = LegalDate::of_instant(occurred_at.seconds, occurred_at.nanos);
    let Some(field) = &event_type.legal_date else {
        return occurred.map(LegalDate::day);
    };
    let legal_date = walk.met.legal_date?;
    if occurred != Some(legal_date) && !UNDATED.contains(&event_type.name.as_str()) {
        let day = occurred.map(|day| day.to_string()).unwrap_or_default();
        let why = format_args!("{legal_date} is not the day of occurred_at at +08:00, {day}");
        walk.report.add(&outer.field(field), Rule::Shape, why);
    }
    Some(legal_date.day())
}
