//! Read requests as queries.

use std::collections::HashSet;

use chrono::NaiveDate;
use tonic::Status;

use super::{append::entity_of, status};
use crate::{
    domain::values::{StreamKind, StreamName},
    events::{
        descriptor::schema,
        v1::{self, ActorRole, EntityKind, EventFilter, Reader, Stage},
    },
    ledger::query::{Filter, Source},
};

/// The role that a caller claims; the public if none.
pub fn role_of(reader: Option<&Reader>) -> Result<ActorRole, Status> {
    match reader.map_or(0, |reader| reader.role) {
        0 => Ok(ActorRole::Public),
        number => ActorRole::try_from(number)
            .map_err(|_| status::invalid("reader.role", format!("{number} is no role"))),
    }
}

/// A stream as a source.
pub fn stream_source(field: &str, stream: &str) -> Result<Source, Status> {
    StreamName::parse(stream).map_err(|error| status::invalid(field, error.to_string()))?;
    Ok(Source::Stream(stream.to_owned()))
}

/// An entity as a source.
pub fn entity_source(field: &str, key: &v1::EntityKey) -> Result<Source, Status> {
    match EntityKind::try_from(key.kind) {
        Ok(EntityKind::Unspecified) | Err(_) => Err(status::invalid(
            &format!("{field}.kind"),
            "a kind of entity is required",
        )),
        Ok(_) if key.partition.is_empty() => Err(status::invalid(
            &format!("{field}.partition"),
            "a partition is required",
        )),
        Ok(_) if key.owner_id.is_empty() => Err(status::invalid(
            &format!("{field}.owner_id"),
            "the owning stream is required",
        )),
        Ok(_) => Ok(Source::Entity(entity_of(key))),
    }
}

/// A filter; unknown names are refused, since a filter that cannot match hides a mistake.
pub fn filter_of(filter: Option<EventFilter>) -> Result<Filter, Status> {
    let Some(filter) = filter else {
        return Ok(Filter::default());
    };
    let mut payload_numbers = HashSet::new();
    for (index, name) in filter.event_types.iter().enumerate() {
        let Some(event_type) = schema().by_name(name) else {
            let field = format!("filter.event_types[{index}]");
            return Err(status::invalid(
                &field,
                format!("{name:?} is no event type"),
            ));
        };
        payload_numbers.insert(event_type.number);
    }
    let mut stages = HashSet::new();
    for (index, number) in filter.stages.iter().enumerate() {
        match Stage::try_from(*number) {
            Ok(stage) if stage != Stage::Unspecified => {
                stages.insert(number.cast_unsigned());
            }
            _ => {
                let field = format!("filter.stages[{index}]");
                return Err(status::invalid(&field, format!("{number} is no stage")));
            }
        }
    }
    for (index, word) in filter.stream_kinds.iter().enumerate() {
        if StreamKind::parse(word).is_none() {
            let field = format!("filter.stream_kinds[{index}]");
            return Err(status::invalid(
                &field,
                format!("{word:?} is no kind of stream"),
            ));
        }
    }
    let (legal_from, legal_to) = (
        date_of("filter.legal_date_from", &filter.legal_date_from)?,
        date_of("filter.legal_date_to", &filter.legal_date_to)?,
    );
    Ok(Filter {
        payload_numbers,
        stages,
        stream_kinds: filter.stream_kinds.into_iter().collect(),
        regions: filter.region_codes.into_iter().collect(),
        organisations: filter.organisations.into_iter().collect(),
        legal_from,
        legal_to,
    })
}

/// A date; nothing for an empty text.
pub fn date_of(field: &str, text: &str) -> Result<Option<NaiveDate>, Status> {
    if text.is_empty() {
        return Ok(None);
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|date| date.to_string() == text)
        .map(Some)
        .ok_or_else(|| status::invalid(field, format!("{text:?} is no date; write YYYY-MM-DD")))
}
