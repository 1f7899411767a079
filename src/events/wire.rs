//! Mirrors of the messages that hold an event: wire-compatible, but the event and its parts stay
//! the bytes that were received, so that what is stored, hashed and served is what was sent.

use bytes::Bytes;
use prost::Message;

/// Mirror of `bihuan.v1.EventSubmission`.
#[derive(Clone, PartialEq, Message)]
pub struct EventSubmission {
    /// Encoded `Event`.
    #[prost(bytes = "bytes", tag = "1")]
    pub event: Bytes,
    /// Encoded `SealedPayload`, empty if absent.
    #[prost(bytes = "bytes", tag = "2")]
    pub sealed: Bytes,
    /// Encoded `PersonalPayload`, empty if absent.
    #[prost(bytes = "bytes", tag = "3")]
    pub personal: Bytes,
    /// Encoded `Signature`, empty if absent.
    #[prost(bytes = "bytes", tag = "4")]
    pub signature: Bytes,
}

/// Mirror of `bihuan.v1.RecordedEvent`.
#[derive(Clone, PartialEq, Message)]
pub struct RecordedEvent {
    /// Place in the ledger, from 0.
    #[prost(uint64, tag = "1")]
    pub position: u64,
    /// Place in the stream, from 0.
    #[prost(uint64, tag = "2")]
    pub revision: u64,
    /// Microseconds since 1970-01-01T00:00:00Z.
    #[prost(uint64, tag = "3")]
    pub recorded_at_us: u64,
    /// Encoded `Event`.
    #[prost(bytes = "bytes", tag = "4")]
    pub event: Bytes,
    /// 16 bytes of a UUID.
    #[prost(bytes = "bytes", tag = "5")]
    pub event_id: Bytes,
    /// Encoded `Signature`, empty if absent.
    #[prost(bytes = "bytes", tag = "6")]
    pub signature: Bytes,
    /// Who appended it.
    #[prost(string, tag = "7")]
    pub principal: String,
    /// What makes the leaf recomputable.
    #[prost(message, optional, tag = "8")]
    pub leaf_proof: Option<super::v1::LeafProof>,
    /// Encoded `SealedPayload`, empty if absent or not for this reader.
    #[prost(bytes = "bytes", tag = "9")]
    pub sealed: Bytes,
    /// Encoded `PersonalPayload`, empty if absent or not for this reader.
    #[prost(bytes = "bytes", tag = "10")]
    pub personal: Bytes,
}
