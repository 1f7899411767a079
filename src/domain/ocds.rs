//! OC: a contracting process of an OCDS publisher, release by release. Publishers repeat and
//! contradict themselves; nothing is refused. The entity is keyed by its stream (id empty).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{decider::Fact, entity::EntityRef, payload::payload_of, refusal::Refusal};
use crate::events::v1::event_payload::Payload;

/// What was imported of a contracting process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OcdsProcess {
    /// The process, as the publisher names it.
    pub ocid: String,
    /// How many releases were imported.
    pub release_count: u64,
    /// The release of the newest date, the later imported of two equal ones.
    pub newest_release_id: String,
    /// Its day.
    pub newest_on: Option<NaiveDate>,
}

/// Any release may come at any time.
#[allow(clippy::unnecessary_wraps, reason = "one signature for every kind")]
pub fn transition(_: &OcdsProcess, _: &EntityRef, _: &Fact) -> Result<(), Refusal> {
    Ok(())
}

/// The process after one more fact.
pub fn evolve(state: &mut OcdsProcess, _entity: &EntityRef, _position: u64, fact: &Fact) {
    if let Some(Payload::OcdsReleaseImported(event)) = payload_of(&fact.event) {
        state.ocid.clone_from(&event.ocid);
        state.release_count = state.release_count.saturating_add(1);
        if state.newest_on.is_none_or(|on| on <= fact.legal_date) {
            state.newest_on = Some(fact.legal_date);
            state.newest_release_id.clone_from(&event.release_id);
        }
    }
}
