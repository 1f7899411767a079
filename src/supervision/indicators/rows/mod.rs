//! What a stream tells the tables of indicators: one pass over what counts in it.
//!
//! Only what is public after opening is read: prices and tenderers of `BidsOpened` and of the
//! ranking, never sealed parts.

mod contracts;
mod lot_rows;
mod lots;
mod orders;
mod process_rows;
mod processes;
mod project;
mod purchases;

use rusqlite::types::Value;

use crate::{
    domain::values::StreamKind,
    events::v1::{Origin, event_payload::Payload},
    supervision::sight::{Row, Sight},
    views::Standing,
};

use super::{exact, tables};

/// The rows of a stream, which take the place of all that it had.
pub fn rows(sight: &Sight<'_>) -> Vec<Row> {
    match sight.stream.kind {
        StreamKind::Project => project::rows(sight),
        StreamKind::Order => orders::rows(sight),
        StreamKind::Ocds => process_rows::rows(sight),
        StreamKind::Unit => purchases::small(sight),
        StreamKind::Organisation => registration(sight).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// What counts, with what each says.
fn acts<'a>(sight: &Sight<'a>) -> impl Iterator<Item = (&'a Standing, &'a Payload)> + use<'a> {
    let standing = sight.timeline.standing().iter();
    standing.filter_map(|act| Some((act, act.payload()?)))
}

/// The day on which an organisation was first registered.
fn registration(sight: &Sight<'_>) -> Option<Row> {
    let (act, registered) = acts(sight).find_map(|(act, payload)| match payload {
        Payload::OrganisationRegistered(registered) => Some((act, registered)),
        _ => None,
    })?;
    let values = vec![
        place(sight.position),
        text(&sight.stream.partition),
        text(&registered.uscc),
        text(&registered.on),
        text(exact::positions(act.positions())),
    ];
    Some((&tables::REGISTRATIONS, values))
}

/// The name of a thing of the stream.
fn subject(sight: &Sight<'_>, kind: &str, id: &str) -> String {
    let (partition, of) = (&sight.stream.partition, &sight.stream.id);
    match id {
        "" => format!("{kind}/{partition}/{of}"),
        id => format!("{kind}/{partition}/{of}/{id}"),
    }
}

fn int(number: impl Into<i64>) -> Value {
    Value::Integer(number.into())
}

fn count(number: usize) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// A position as a column holds it. Journals are far shorter than 2^63 events.
fn place(position: u64) -> Value {
    Value::Integer(position.cast_signed())
}

fn origin(origin: Origin) -> Value {
    Value::Integer(i64::from(i32::from(origin)))
}
