//! An event about to be sent: what its source fills in, and how that becomes a submission.

use bytes::Bytes;
use chrono::NaiveDate;
use prost::Message as _;
use prost_types::Timestamp;

use crate::{
    domain::values::date::midnight_seconds,
    events::{
        commitment::{Part, commitment},
        v1::{
            ActorRole, Event, EventPayload, PersonalPayload, SealedPayload, event_payload::Payload,
        },
        wire::EventSubmission,
    },
};

/// Source systems that the simulator pushes as.
pub(super) mod source {
    pub const BUDGET: &str = "BUDGET_INT";
    pub const MANAGEMENT: &str = "GP_MGMT";
    pub const TRADE: &str = "ETRADE";
    pub const TREASURY: &str = "TREASURY_PAY";
    pub const NOTICES: &str = "CCGP_HY";
    pub const SUPERVISION: &str = "HY_SUPERVISION";
    pub const EMALL: &str = "HN_EMALL";
    pub const VENUES: &str = "PRTC";
    pub const INTRANET: &str = "INTRANET";
    pub const FARM: &str = "P832";
    pub const RURAL: &str = "HN_RURAL";
    pub const OCDS: &str = "OCDS_IMPORT";
    /// The banks, in the order of the world's.
    pub const BANKS: [&str; 2] = ["BANK_1", "BANK_2"];
    pub const ALL: [&str; 14] = [
        BUDGET,
        NOTICES,
        TRADE,
        MANAGEMENT,
        EMALL,
        RURAL,
        SUPERVISION,
        INTRANET,
        OCDS,
        FARM,
        VENUES,
        TREASURY,
        BANKS[0],
        BANKS[1],
    ];
}

/// An event without its source ref.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub source: &'static str,
    pub stream: String,
    pub occurred_at: Timestamp,
    pub actor: String,
    pub role: ActorRole,
    pub region: String,
    pub payload: Payload,
    pub sealed: Option<SealedPayload>,
    pub personal: Option<PersonalPayload>,
}

impl Draft {
    /// Makes the submission.
    pub(super) fn submit(&self, source_ref: &str) -> EventSubmission {
        let part = |bytes: Vec<u8>, class| {
            let bytes = Bytes::from(bytes);
            let commitment = Bytes::copy_from_slice(&commitment(class, &bytes));
            (bytes, commitment)
        };
        let sealed = self
            .sealed
            .as_ref()
            .map(|sealed| part(sealed.encode_to_vec(), Part::Sealed));
        let personal = self
            .personal
            .as_ref()
            .map(|person| part(person.encode_to_vec(), Part::Personal));
        let (sealed, sealed_commitment) = sealed.unwrap_or_default();
        let (personal, personal_commitment) = personal.unwrap_or_default();
        let event = Event {
            source_system: self.source.into(),
            source_ref: source_ref.into(),
            stream: self.stream.clone(),
            occurred_at: Some(self.occurred_at),
            actor_org: self.actor.clone(),
            actor_role: self.role.into(),
            region_code: self.region.clone(),
            attachments: Vec::new(),
            sealed_commitment,
            personal_commitment,
            payload: Some(EventPayload {
                payload: Some(self.payload.clone()),
            }),
        };
        let event = event.encode_to_vec().into();
        EventSubmission {
            event,
            sealed,
            personal,
            signature: Bytes::new(),
        }
    }
}

/// Midnight of a day at +08:00: what a source says that knows only the day.
pub(super) fn midnight(day: NaiveDate) -> Timestamp {
    Timestamp {
        seconds: midnight_seconds(day),
        nanos: 0,
    }
}

/// An hour and minute of a day at +08:00.
pub(super) fn instant(day: NaiveDate, hour: i64, minute: i64) -> Timestamp {
    Timestamp {
        seconds: midnight_seconds(day) + hour * 3600 + minute * 60,
        nanos: 0,
    }
}
