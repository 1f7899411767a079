//! What becomes of a release: a submission of an `ocds` stream.

use bytes::Bytes;
use prost::Message as _;
use prost_types::Timestamp;

use super::{date::Released, identity, issue::IssueReason, release::Head};
use crate::events::{
    v1::{ActorRole, Event, EventPayload, OcdsReleaseImported, event_payload::Payload},
    wire::EventSubmission,
};

/// The source system that imported releases are pushed by.
pub const SOURCE_SYSTEM: &str = "OCDS_IMPORT";
/// The most bytes that a release may have, as the schema says.
pub const RELEASE_BYTES_MAX: usize = 4_000_000;

/// Who imports. Publishers abroad have no unified social credit code and no region of the ledger;
/// the envelope therefore names who brought the release in, not who published it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Importer {
    /// The unified social credit code of the organisation that imports.
    pub operator: String,
    /// The capacity in which it does so; any writing role may.
    pub role: ActorRole,
    /// Its region.
    pub region_code: String,
}

impl Default for Importer {
    /// The fictional finance bureau of Hengyang, for trials.
    fn default() -> Self {
        Self {
            operator: "114304000000990553".into(),
            role: ActorRole::Regulator,
            region_code: "430400".into(),
        }
    }
}

impl Importer {
    /// Makes the submission of a release, and tells whether it is undated.
    ///
    /// Refused: a release without an id, and an ocid or id that no event can carry (too long,
    /// control characters).
    pub(super) fn submit(
        &self,
        head: &Head,
        json: Vec<u8>,
    ) -> Result<(EventSubmission, bool), IssueReason> {
        check("ocid", &head.ocid, 256)?;
        check("id", &head.id, 512)?;
        let released = Released::read(head.date.as_deref());
        let imported = OcdsReleaseImported {
            ocid: head.ocid.clone(),
            release_id: head.id.clone(),
            released_on: released.on.to_string(),
            undated: released.undated,
            date_as_written: fitting(head.date.as_deref().unwrap_or_default(), 64),
            tags: head
                .tags
                .iter()
                .filter(|tag| tag.len() <= 64)
                .take(32)
                .cloned()
                .collect(),
            release_json: Bytes::from(json),
            publisher: fitting(&head.publisher, 512),
            package_uri: fitting(&head.package_uri, 1024),
            ocds_version: fitting(&head.version, 16),
        };
        let event = Event {
            source_system: SOURCE_SYSTEM.into(),
            source_ref: identity::source_ref(&head.ocid, &head.id),
            stream: identity::stream(&head.ocid),
            occurred_at: Some(Timestamp {
                seconds: released.seconds,
                nanos: released.nanos,
            }),
            actor_org: self.operator.clone(),
            actor_role: self.role.into(),
            region_code: self.region_code.clone(),
            payload: Some(EventPayload {
                payload: Some(Payload::OcdsReleaseImported(imported)),
            }),
            ..Event::default()
        };
        let event = event.encode_to_vec().into();
        Ok((
            EventSubmission {
                event,
                ..EventSubmission::default()
            },
            released.undated,
        ))
    }
}

/// Refuses a name that no event can carry. Shortening it would make two releases one.
fn check(field: &'static str, text: &str, bytes_max: usize) -> Result<(), IssueReason> {
    if text.is_empty() {
        return Err(IssueReason::MissingField { field });
    }
    if text.len() > bytes_max {
        return Err(IssueReason::BadField {
            field,
            why: "is too long",
        });
    }
    if text.chars().any(char::is_control) {
        return Err(IssueReason::BadField {
            field,
            why: "has control characters",
        });
    }
    Ok(())
}

/// A text that merely describes: left out when it does not fit, since the release's bytes have it.
fn fitting(text: &str, bytes_max: usize) -> String {
    let fits = text.len() <= bytes_max && !text.chars().any(char::is_control);
    if fits { text.into() } else { String::new() }
}
