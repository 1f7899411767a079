//! Registered organisations, regions, source systems and reference data.
//!
//! For: the facts behind roles, jurisdiction and denominators. They apply forward only: a gate
//! reads what is registered when an event is appended, never afterwards.
//!
//! *Invariant*: an organisation that was never registered may act (a finding tells it), except as a
//! regulator, whose jurisdiction must be known.

pub mod calendar;
pub mod organisation;
pub mod region;
pub mod rule_pack;
pub mod system;
pub mod threshold;

pub use calendar::HolidayCalendar;
pub use organisation::{Organisation, OrganisationStatus};
pub use region::Region;
pub use rule_pack::{RulePack, RulePackVersion};
pub use system::SourceSystem;
pub use threshold::ThresholdProfile;

use super::gate::Env;
use crate::events::v1::event_payload::Payload;

/// The step gates of registry events: an event about the stream's own object names that object
/// (E001), an organisation's end is not before its registration (E003), and a rule pack has the
/// digest of its content (E024).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::OrganisationRegistered(event) => env.own_stream("uscc", &event.uscc),
        Payload::OrganisationChanged(event) => organisation::check(env, &event.uscc),
        Payload::OrganisationMerged(event) => {
            organisation::check(env, &event.uscc);
            organisation::check_successor(env, event);
        }
        Payload::OrganisationClosed(event) => organisation::check(env, &event.uscc),
        Payload::RegionRegistered(event) => env.own_stream("region", &event.region),
        Payload::ThresholdProfilePublished(event) => threshold::check(env, event),
        Payload::SourceSystemRegistered(event) => env.own_stream("system", &event.system),
        Payload::RulePackAdopted(event) => rule_pack::check(env, event),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
