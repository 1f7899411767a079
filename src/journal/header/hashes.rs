//! Salts, the hashes of parts and headers, and the leaf.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// First byte of a leaf.
pub const LEAF_VERSION: u8 = 1;

const EVENT_LABEL: &[u8] = b"bihuan/event-hash/v1\0";
const HEADER_LABEL: &[u8] = b"bihuan/header/v1\0";
const PART_LABEL: &[u8] = b"bihuan/part-hash/v1\0";

/// What keeps the hashes of one entry from being guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salts {
    /// Salt of the header; goes to whoever may see that the entry is there.
    pub header: [u8; 16],
    /// Salt of the event; goes only to those who may read the event.
    pub event: [u8; 16],
}

impl Salts {
    /// The salts of one entry; for several of a batch see [`BatchSalts`].
    pub fn of(seed: &[u8; 32], index: u32) -> Self {
        BatchSalts::of(seed).entry(index)
    }
}

/// Derives the salts of a batch's entries. Half of the work of a salt is done once, for the seed.
pub struct BatchSalts {
    keyed: Hmac<Sha256>,
}

impl BatchSalts {
    /// Begins with the batch's seed.
    pub fn of(seed: &[u8; 32]) -> Self {
        let keyed = Hmac::new_from_slice(seed).expect("HMAC takes a key of any length");
        Self { keyed }
    }

    /// Derives the salts of the entry `index` (from 0) of the batch: the first 16 bytes of
    /// HMAC-SHA-256(seed, "h" or "e" ‖ index as u32 big-endian).
    pub fn entry(&self, index: u32) -> Salts {
        Salts {
            header: self.derive(b'h', index),
            event: self.derive(b'e', index),
        }
    }

    fn derive(&self, class: u8, index: u32) -> [u8; 16] {
        let mut mac = self.keyed.clone();
        let mut message = [class; 5];
        message[1..].copy_from_slice(&index.to_be_bytes());
        mac.update(&message);
        let tag: [u8; 32] = mac.finalize().into_bytes().into();
        *tag.first_chunk().expect("a tag is 32 bytes long")
    }
}

/// SHA-256("bihuan/event-hash/v1\0" ‖ salt ‖ event bytes as received).
pub fn event_hash(salt: &[u8; 16], event: &[u8]) -> [u8; 32] {
    sha256(&[EVENT_LABEL, salt, event])
}

/// SHA-256("bihuan/header/v1\0" ‖ salt ‖ encoded header).
pub fn header_hash(salt: &[u8; 16], header: &[u8]) -> [u8; 32] {
    sha256(&[HEADER_LABEL, salt, header])
}

/// SHA-256("bihuan/part-hash/v1\0" ‖ bytes) of a sealed or personal ciphertext or of a signature;
/// zeros if the part is absent, that is empty.
pub fn part_hash(part: &[u8]) -> [u8; 32] {
    if part.is_empty() {
        return [0; 32];
    }
    sha256(&[PART_LABEL, part])
}

/// The leaf: version ‖ position ‖ `recorded_at_us` (both u64 big-endian) ‖ header hash.
pub fn leaf_bytes(position: u64, recorded_at_us: u64, header_hash: &[u8; 32]) -> [u8; 49] {
    let mut leaf = [0; 49];
    leaf[0] = LEAF_VERSION;
    leaf[1..9].copy_from_slice(&position.to_be_bytes());
    leaf[9..17].copy_from_slice(&recorded_at_us.to_be_bytes());
    leaf[17..].copy_from_slice(header_hash);
    leaf
}

/// Hash of a leaf after RFC 6962, 2.1: SHA-256(0x00 ‖ leaf).
pub fn leaf_hash(leaf: &[u8]) -> [u8; 32] {
    sha256(&[&[0], leaf])
}

/// Hash of an inner node after RFC 6962, 2.1: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    sha256(&[&[1], left, right])
}

pub(super) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}
