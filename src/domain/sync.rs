//! SB 同步批次: what an upstream system says of its own pushes. Evidence; always recorded. The
//! entity is keyed by stream and batch (owner = stream id, id = batch id).

use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    payload::payload_of,
    refusal::{Refusal, repeated},
};
use crate::events::v1::event_payload::Payload;

/// A batch report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SyncBatch {
    /// It was received.
    pub is_received: bool,
    /// The reporting system.
    pub system: String,
    /// The business day, `YYYY-MM-DD`.
    pub business_day: String,
    /// How many events were pushed.
    pub count: i64,
    /// Digest of the sorted event ids, hexadecimal.
    pub digest: String,
}

/// E002 when the batch is known already.
pub fn transition(state: &SyncBatch, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(Payload::SyncBatchReceived(event)) if state.is_received => {
            Err(repeated(entity, "batch_id", &event.batch_id))
        }
        _ => Ok(()),
    }
}

/// The batch after one more fact.
pub fn evolve(state: &mut SyncBatch, _entity: &EntityRef, _position: u64, fact: &Fact) {
    if let Some(Payload::SyncBatchReceived(event)) = payload_of(&fact.event) {
        state.is_received = true;
        state.system.clone_from(&event.system);
        state.business_day.clone_from(&event.business_day);
        state.count = event.count;
        state.digest.clone_from(&event.digest);
    }
}
