//! Index keys: 64-bit fingerprints of what events are looked up by. Fingerprints may collide, so
//! whoever looks up compares what he reads.

use prost::Message as _;
use sha2::{Digest, Sha256};

use crate::{
    domain::{decider, entity::EntityRef, values::StreamName},
    events::v1,
    journal::StoredEntry,
};

/// The event id of a source's event: a UUID of version 8 made of the first 16 bytes of
/// SHA-256(domain ‖ system ‖ 0x00 ‖ ref).
pub fn event_id(source_system: &str, source_ref: &str) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(b"bihuan/event-id/v1\0");
    hash.update(source_system.as_bytes());
    hash.update([0]);
    hash.update(source_ref.as_bytes());
    let digest = hash.finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(id)
        .into_uuid()
        .into_bytes()
}

/// The key of an event id.
pub fn of_event(id: &[u8; 16]) -> u64 {
    // An event id is a digest already: its first bytes but the version bits are as good as any.
    u64::from_be_bytes([id[0], id[1], id[2], id[3], id[4], id[5], id[10], id[11]])
}

/// The key of a stream.
pub fn of_stream(stream: &str) -> u64 {
    fingerprint(b"s\0", stream.as_bytes())
}

/// The key of an entity.
pub fn of_entity(entity: &EntityRef) -> u64 {
    fingerprint(b"n\0", entity.as_str().as_bytes())
}

/// The key under which every event of a withheld type stands.
pub fn of_withheld() -> u64 {
    fingerprint(b"w\0", b"withheld")
}

/// The first eight bytes of a digest of a text and its class.
pub fn fingerprint(class: &[u8], text: &[u8]) -> u64 {
    let mut hash = Sha256::new();
    hash.update(class);
    hash.update(text);
    let digest = hash.finalize();
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(bytes)
}

/// The key under which stand the corrections and the void of an event.
pub fn of_amendments(original: &[u8; 16]) -> u64 {
    fingerprint(b"a\0", original)
}

/// The id of the event that a payload corrects or voids.
pub fn amended(payload: &v1::EventPayload) -> Option<[u8; 16]> {
    use v1::event_payload::Payload;
    let name = match payload.payload.as_ref()? {
        Payload::EventCorrected(corrected) => corrected.corrects.as_ref()?,
        Payload::EventVoided(voided) => voided.voids.as_ref()?,
        _ => return None,
    };
    Some(event_id(&name.source_system, &name.source_ref))
}

/// Keys in front of those of the entities that an event touches: its id, its stream.
const BEFORE_TOUCHED: usize = 2;

/// Of the keys of an event those of the entities that it touches, in their order, and what follows.
pub fn of_touched(keys: &[u64]) -> &[u64] {
    keys.get(BEFORE_TOUCHED..).unwrap_or_default()
}

/// All keys of an event: its id, its stream, the entities that it touches, what it amends, and
/// whether it is of a withheld type; in this order.
pub fn of_parts(
    id: &[u8; 16],
    stream: &str,
    touched: &[EntityRef],
    payload: &v1::EventPayload,
) -> Vec<u64> {
    let mut keys = Vec::with_capacity(4 + touched.len());
    keys.push(of_event(id));
    keys.push(of_stream(stream));
    keys.extend(touched.iter().map(of_entity));
    if let Some(original) = amended(payload) {
        keys.push(of_amendments(&original));
    }
    if super::visibility::withheld_lot(payload).is_some() {
        keys.push(of_withheld());
    }
    keys
}

/// The keys of a stored event, computed again from its bytes: for recovery and rebuild. An event
/// that cannot be decoded has the keys that its header gives.
pub fn of_stored(entry: &StoredEntry) -> Vec<u64> {
    let header = entry.view();
    let (Some(id), Some(stream)) = (header.event_id(), header.stream()) else {
        return Vec::new();
    };
    let decoded = v1::Event::decode(entry.event.clone())
        .ok()
        .and_then(|event| event.payload);
    let (Some(payload), Ok(name)) = (decoded, StreamName::parse(stream)) else {
        return vec![of_event(&id), of_stream(stream)];
    };
    of_parts(&id, stream, &decider::touched(&name, &payload), &payload)
}
