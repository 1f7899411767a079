//! An independent verifier of what FULL reads serve, written from docs/journal-format.md and
//! RFC 6962: nothing of the ledger's own hashing or layout is used.

use std::collections::HashMap;

use bihuan::events::wire::RecordedEvent;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

pub type Hash = [u8; 32];

/// The fields of a header that tests compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub ledger_id: [u8; 16],
    pub stream: String,
    pub revision: u64,
    pub previous_header_hash: Hash,
    pub payload_number: u32,
    pub event_id: [u8; 16],
    pub occurred_at: (i64, u32),
    pub principal: String,
    pub batch_first_position: u64,
    pub batch_count: u32,
    pub event_hash: Hash,
    pub sealed_hash: Hash,
    pub personal_hash: Hash,
    pub signature_hash: Hash,
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, left) = rest.split_at(count);
    *rest = left;
    taken
}

fn fixed<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    take(rest, N).try_into().expect("N bytes")
}

fn text(rest: &mut &[u8]) -> String {
    let length = u16::from_be_bytes(fixed(rest));
    String::from_utf8(take(rest, length.into()).to_vec()).expect("UTF-8")
}

/// Reads a header by its fixed big-endian layout.
pub fn parse(header: &[u8]) -> Header {
    let mut rest = header;
    let [suite] = fixed(&mut rest);
    assert_eq!(suite, 1, "digest suite");
    let parsed = Header {
        ledger_id: fixed(&mut rest),
        stream: text(&mut rest),
        revision: u64::from_be_bytes(fixed(&mut rest)),
        previous_header_hash: fixed(&mut rest),
        payload_number: u32::from_be_bytes(fixed(&mut rest)),
        event_id: fixed(&mut rest),
        occurred_at: (
            i64::from_be_bytes(fixed(&mut rest)),
            u32::from_be_bytes(fixed(&mut rest)),
        ),
        principal: text(&mut rest),
        batch_first_position: u64::from_be_bytes(fixed(&mut rest)),
        batch_count: u32::from_be_bytes(fixed(&mut rest)),
        event_hash: fixed(&mut rest),
        sealed_hash: fixed(&mut rest),
        personal_hash: fixed(&mut rest),
        signature_hash: fixed(&mut rest),
    };
    assert!(rest.is_empty(), "nothing follows a header");
    parsed
}

/// SHA-256 of a concatenation.
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// The id of a source's event: a `UUIDv8` of a digest of its name.
pub fn event_id(source_system: &str, source_ref: &str) -> [u8; 16] {
    let digest = sha256(&[
        b"bihuan/event-id/v1\0",
        source_system.as_bytes(),
        &[0],
        source_ref.as_bytes(),
    ]);
    let mut id: [u8; 16] = digest[..16].try_into().expect("16 bytes");
    id[6] = id[6] & 0x0f | 0x80;
    id[8] = id[8] & 0x3f | 0x80;
    id
}

/// The salts of an entry: header and event.
pub fn salts(seed: &[u8; 32], index: u32) -> ([u8; 16], [u8; 16]) {
    let salt = |class: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(seed).expect("a key of any length");
        mac.update(class);
        mac.update(&index.to_be_bytes());
        let tag = mac.finalize().into_bytes();
        tag[..16].try_into().expect("16 bytes")
    };
    (salt(b"h"), salt(b"e"))
}

/// Recomputes the hashes of one event; answers its header, header hash and leaf hash.
pub fn check(event: &RecordedEvent) -> (Header, Hash, Hash) {
    let proof = event.leaf_proof.as_ref().expect("a FULL view");
    let header = parse(&proof.header);
    let event_hash = sha256(&[b"bihuan/event-hash/v1\0", &proof.event_salt, &event.event]);
    assert_eq!(header.event_hash, event_hash, "the header binds the event");
    assert_eq!(header.event_id[..], event.event_id[..]);
    assert_eq!(header.principal, event.principal);
    if event.signature.is_empty() {
        assert_eq!(header.signature_hash, [0; 32]);
    } else {
        let expected = sha256(&[b"bihuan/part-hash/v1\0", &event.signature]);
        assert_eq!(header.signature_hash, expected);
    }
    let header_hash = sha256(&[b"bihuan/header/v1\0", &proof.header_salt, &proof.header]);
    let leaf = [
        &[1],
        &event.position.to_be_bytes()[..],
        &event.recorded_at_us.to_be_bytes(),
        &header_hash,
    ]
    .concat();
    let leaf_hash = sha256(&[&[0], &leaf]);
    assert_eq!(leaf_hash[..], proof.leaf_hash[..], "the leaf recomputes");
    (header, header_hash, leaf_hash)
}

/// Recomputes a whole ledger read with proofs: every leaf, every stream's chain, batches without
/// holes; answers the Merkle root.
pub fn check_all(events: &[RecordedEvent]) -> Hash {
    let mut chains: HashMap<String, (u64, Hash)> = HashMap::new();
    let mut leaves = Vec::new();
    let mut last_recorded = 0;
    for (position, event) in (0..).zip(events) {
        assert_eq!(event.position, position, "no gap, no repeat");
        assert!(
            event.recorded_at_us >= last_recorded,
            "time never decreases"
        );
        last_recorded = event.recorded_at_us;
        let (header, header_hash, leaf) = check(event);
        let chain = chains.entry(header.stream.clone()).or_insert((0, [0; 32]));
        assert_eq!((header.revision, header.previous_header_hash), *chain);
        *chain = (header.revision + 1, header_hash);
        let batch = header.batch_first_position..;
        assert!(batch.contains(&position));
        assert!(position - header.batch_first_position < header.batch_count.into());
        leaves.push(leaf);
    }
    merkle_root(&leaves)
}

/// RFC 6962, section 2.1: the hash of a list, by its recursive definition.
pub fn merkle_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [only] => *only,
        _ => {
            let left = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(left);
            sha256(&[&[1], &merkle_root(left), &merkle_root(right)])
        }
    }
}
