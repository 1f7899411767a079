//! Entities as they stand: their events read over gRPC and folded with the pure domain, as any
//! client with the schema can do.

use std::{collections::HashMap, sync::Arc};

use prost::Message as _;

use super::{
    client::Ledger,
    exit::{Exit, Failure},
};
use crate::{
    domain::{
        decider::{self, Fact, HistoryItem},
        entity::EntityRef,
        state::EntityState,
    },
    events::v1::{
        ActorRole, EntityKey, Event, ReadEventsRequest, Reader, event_payload::Payload,
        read_events_request::Source,
    },
    ledger::overlay::fact_from,
};

/// An entity's history and its state.
#[derive(Clone, Debug)]
pub struct Folded {
    /// Every fact that touched it, in order of position.
    pub history: Vec<HistoryItem>,
    /// What is so after them; `None` when nothing is left of it.
    pub state: Option<EntityState>,
}

/// Reads every event that touched an entity and folds them.
pub async fn read(client: &mut Ledger, entity: &EntityRef) -> Result<Folded, Failure> {
    let source = Source::Entity(EntityKey {
        kind: entity.kind.into(),
        partition: entity.partition().to_owned(),
        owner_id: entity.owner().to_owned(),
        id: entity.id().to_owned(),
    });
    let request = ReadEventsRequest {
        source: Some(source),
        reader: Some(Reader {
            role: ActorRole::Audit.into(),
        }),
        ..ReadEventsRequest::default()
    };
    let mut answers = client.read_events(request).await?.into_inner();
    let mut history = Vec::new();
    let mut named = HashMap::new();
    while let Some(answer) = answers.message().await? {
        for recorded in answer.events {
            let event = Event::decode(recorded.event).ok();
            let Some(fact) = event.and_then(fact_from) else {
                return Err(unreadable(entity));
            };
            let name = (
                fact.event.source_system.clone(),
                fact.event.source_ref.clone(),
            );
            named.insert(name, recorded.position);
            let amends = amended(&fact).and_then(|name| named.get(&name).copied());
            let (position, fact) = (recorded.position, Arc::new(fact));
            history.push(HistoryItem {
                position,
                fact,
                amends,
            });
        }
    }
    let state = decider::fold(entity, &history);
    Ok(Folded { history, state })
}

/// What the event that a correction or void names is called.
fn amended(fact: &Fact) -> Option<(String, String)> {
    let name = match fact.event.payload.as_ref()?.payload.as_ref()? {
        Payload::EventCorrected(corrected) => corrected.corrects.as_ref()?,
        Payload::EventVoided(voided) => voided.voids.as_ref()?,
        _ => return None,
    };
    Some((name.source_system.clone(), name.source_ref.clone()))
}

fn unreadable(entity: &EntityRef) -> Failure {
    let what = (
        "服务器给出的事件无法按本程序的模式解读",
        "an event cannot be read with this program's schema",
    );
    Failure::new(Exit::Failed, what).at(entity.to_string())
}
