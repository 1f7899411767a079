//! What a caller says to append, and what he gets.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::{
    domain::{decider::Fact, entity::EntityRef, refusal::Refusal},
    journal::header::Salts,
};

/// One checked event of a batch, with what stands beside it.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// The decoded event.
    pub fact: Arc<Fact>,
    /// The event as received.
    pub event: Bytes,
    /// The sealed part as received, empty if absent.
    pub sealed: Bytes,
    /// The personal part as received, empty if absent.
    pub personal: Bytes,
    /// The signature as received, empty if absent.
    pub signature: Bytes,
    /// The event's id.
    pub event_id: [u8; 16],
    /// The payload's number in `EventPayload`.
    pub payload_number: u32,
    /// The entities that the event touches.
    pub touched: Vec<EntityRef>,
    /// The event's index keys, in the order of [`super::keys::of_parts`].
    pub keys: Arc<[u64]>,
    /// Its salts at its place in the batch; another place among the new events gives others.
    pub salts: Salts,
    /// The hash of its bytes under these salts: made on the caller's own task, since the decider
    /// is one for all.
    pub event_hash: [u8; 32],
}

impl Submitted {
    /// The name of the event's stream.
    pub fn stream(&self) -> &str {
        &self.fact.event.stream
    }
}

/// What a stream must be like when the batch starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It has no event.
    NoStream,
    /// Its last event has this revision.
    Revision(u64),
}

/// An object whose last position a caller relies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watched {
    /// A stream.
    Stream(String),
    /// An entity.
    Entity(EntityRef),
}

/// A checked batch.
#[derive(Debug)]
pub struct Batch {
    /// The events, in order; at least one. Shared with whatever remembers them while they are in
    /// flight.
    pub events: Vec<Arc<Submitted>>,
    /// Random bytes from which the salts of the events are derived.
    pub seed: [u8; 32],
    /// Expected revisions as of the batch's start.
    pub expectations: Vec<(String, Expected)>,
    /// Expected last positions as of the batch's start.
    pub checks: Vec<(Watched, Option<u64>)>,
    /// Decide only.
    pub validate_only: bool,
    /// The moment of recording, under a simulated clock, in microseconds.
    pub request_time_us: Option<u64>,
    /// Who appends.
    pub principal: Arc<str>,
}

impl Batch {
    /// Bytes of the events and their parts.
    pub fn bytes(&self) -> usize {
        let of = |e: &Arc<Submitted>| e.event.len() + e.sealed.len() + e.personal.len();
        self.events.iter().map(of).sum()
    }
}

/// How an event came to stand in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Appended by this batch.
    Appended,
    /// Recorded before with equal content.
    AlreadyAppended,
    /// Recorded before with equal content, and voided since.
    Voided,
    /// Would be appended.
    Valid,
}

/// What was recorded of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The event's id.
    pub event_id: [u8; 16],
    /// How it came to stand in the ledger.
    pub standing: Standing,
    /// Its place in the ledger.
    pub position: u64,
    /// Its place in its stream.
    pub revision: u64,
    /// When it was recorded, in microseconds.
    pub recorded_at_us: u64,
    /// Its leaf in the Merkle tree.
    pub leaf_hash: [u8; 32],
}

/// The receipts of a batch, in its order.
pub type Appended = Vec<Receipt>;

/// Why a batch was not appended. By what the caller does next.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// The domain refuses an event: mend the event, not the call.
    #[error("event {index}: {refusal}")]
    Refused {
        /// The event's place in the batch.
        index: usize,
        /// Why, with figures.
        refusal: Refusal,
    },
    /// The same source and ref were recorded with other content: it is another event.
    #[error("event {index} was recorded at position {position} with another {field}")]
    SourceRefConflict {
        /// The event's place in the batch.
        index: usize,
        /// The first differing field.
        field: String,
        /// Where the first one stands.
        position: u64,
        /// The first one's id.
        event_id: [u8; 16],
    },
    /// An expectation or check does not hold: read again, decide again.
    #[error("{object} is at {actual}, not at {expected}")]
    Stale {
        /// The stream or entity.
        object: String,
        /// What the caller expected.
        expected: String,
        /// What is so.
        actual: String,
        /// The current revision or last position, if there is one.
        current: Option<u64>,
    },
    /// A request time without a simulated clock, or none where one is needed.
    #[error("request_time: {0}")]
    RequestTime(&'static str),
    /// The queue is full: try again after a while.
    #[error("{waiting} batches wait already")]
    Busy {
        /// How many wait.
        waiting: usize,
    },
    /// The disk is nearly full: an operator must make room.
    #[error("{free_bytes} bytes free, {reserve_bytes} are kept in reserve")]
    DiskFull {
        /// Bytes free.
        free_bytes: u64,
        /// Bytes that are kept free.
        reserve_bytes: u64,
    },
    /// Damage was found: the ledger can only be read.
    #[error("damage found, appends are stopped: {0}")]
    Damaged(String),
    /// A write or sync failed: what became of this batch is unknown until a restart.
    #[error("the journal failed: {0}")]
    Failed(String),
    /// The ledger is closing.
    #[error("the ledger is shutting down")]
    Closing,
}

/// Where the answer to a batch goes.
pub type Answer = oneshot::Sender<Result<Appended, AppendError>>;
