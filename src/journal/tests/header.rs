//! Headers, hashes and peaks: golden bytes, round trips, an independent tree.

use proptest::prelude::*;

use super::golden::documented;
use crate::journal::header::{
    DIGEST_SUITE, Header, HeaderError, HeaderView, Peaks, Salts, empty_root, event_hash,
    header_hash, leaf_bytes, leaf_hash, node_hash, part_hash,
};

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

pub(super) fn example() -> Header<'static> {
    Header {
        digest_suite: DIGEST_SUITE,
        ledger_id: *b"ledger-id-16-byt",
        stream: "project/P-1",
        revision: 7,
        previous_header_hash: [0xAA; 32],
        payload_number: 301,
        event_id: *b"event-id-16-byte",
        occurred_at_seconds: 1_767_225_600,
        occurred_at_nanos: 500,
        principal: "loopback",
        batch_first_position: 41,
        batch_count: 2,
        event_hash: [0xBB; 32],
        sealed_hash: [0; 32],
        personal_hash: [0xCC; 32],
        signature_hash: [0xDD; 32],
    }
}

/// A header but for its texts, which it borrows, and those.
fn any_header() -> impl Strategy<Value = (Header<'static>, String, String)> {
    let who = (
        any::<[u8; 16]>(),
        any::<u64>(),
        any::<[u8; 32]>(),
        any::<u32>(),
    );
    let when = (any::<[u8; 16]>(), any::<i64>(), 0..1_000_000_000_u32);
    let batch = (any::<u64>(), any::<u32>(), any::<[[u8; 32]; 4]>());
    let numbers = (who, when, batch).prop_map(|(who, when, batch)| Header {
        digest_suite: DIGEST_SUITE,
        ledger_id: who.0,
        stream: "",
        revision: who.1,
        previous_header_hash: who.2,
        payload_number: who.3,
        event_id: when.0,
        occurred_at_seconds: when.1,
        occurred_at_nanos: when.2,
        principal: "",
        batch_first_position: batch.0,
        batch_count: batch.1,
        event_hash: batch.2[0],
        sealed_hash: batch.2[1],
        personal_hash: batch.2[2],
        signature_hash: batch.2[3],
    });
    (numbers, ".{0,40}", ".{0,40}")
}

fn whole<'a>((numbers, stream, principal): &'a (Header<'_>, String, String)) -> Header<'a> {
    Header {
        stream,
        principal,
        ..numbers.clone()
    }
}

fn any_leaves() -> impl Strategy<Value = Vec<[u8; 32]>> {
    prop::collection::vec(any::<[u8; 32]>(), 0..130)
}

/// MTH as RFC 6962, 2.1 states it, without any shared step.
fn merkle_tree_hash(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let mut split = 1;
            while split * 2 < leaves.len() {
                split *= 2;
            }
            let (left, right) = leaves.split_at(split);
            node_hash(&merkle_tree_hash(left), &merkle_tree_hash(right))
        }
    }
}

#[test]
fn refuses_a_text_that_does_not_fit() {
    let stream = "x".repeat(65_536);
    let header = Header {
        stream: &stream,
        ..example()
    };
    let error = HeaderError::TextTooLong {
        field: "stream",
        bytes: 65_536,
    };
    assert_eq!(header.encode(), Err(error));
}

#[test]
fn refuses_an_unknown_digest_suite() {
    let mut bytes = example().encode().unwrap();
    bytes[0] = 2;
    assert_eq!(
        Header::decode(&bytes),
        Err(HeaderError::UnknownSuite { suite: 2 })
    );
}

#[test]
fn absent_parts_hash_to_zeros() {
    assert_eq!(part_hash(b""), [0; 32]);
    assert_ne!(part_hash(b"x"), [0; 32]);
}

#[test]
fn the_empty_root_is_that_of_the_rfc() {
    let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(hex(&Peaks::new().root()), expected);
}

#[test]
fn roots_are_those_of_the_certificate_transparency_vectors() {
    let leaves: [&[u8]; 4] = [b"", b"\x00", b"\x10", b"\x20\x21"];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    let mut peaks = Peaks::new();
    for (leaf, root) in leaves.iter().zip(roots) {
        peaks.push(leaf_hash(leaf));
        assert_eq!(hex(&peaks.root()), root);
    }
}

proptest! {
    #[test]
    fn headers_survive_a_round_trip(drawn in any_header()) {
        let header = whole(&drawn);
        let bytes = header.encode().unwrap();
        let view = HeaderView::new(&bytes);
        prop_assert_eq!(view.stream(), Some(header.stream));
        prop_assert_eq!(view.revision(), Some(header.revision));
        prop_assert_eq!(view.payload_number(), Some(header.payload_number));
        prop_assert_eq!(view.event_id(), Some(header.event_id));
        prop_assert_eq!(bytes.len(), Header::bytes(header.stream, header.principal));
        prop_assert_eq!(Header::decode(&bytes), Ok(header));
    }

    #[test]
    fn cut_or_lengthened_headers_are_refused(drawn in any_header(), cut in 0..200_usize) {
        let mut bytes = whole(&drawn).encode().unwrap();
        let shorter = &bytes[..bytes.len() - 1 - cut % bytes.len()];
        prop_assert!(Header::decode(shorter).is_err());
        bytes.push(0);
        prop_assert_eq!(Header::decode(&bytes), Err(HeaderError::Long { bytes: 1 }));
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Header::decode(&bytes);
        let view = HeaderView::new(&bytes);
        let _ = (view.stream(), view.revision(), view.payload_number(), view.event_id());
        let _ = Peaks::decode(&bytes);
    }

    #[test]
    fn peaks_agree_with_the_recursive_tree(leaves in any_leaves()) {
        let mut peaks = Peaks::new();
        for leaf in &leaves {
            peaks.push(*leaf);
        }
        prop_assert_eq!(peaks.size(), leaves.len() as u64);
        prop_assert_eq!(peaks.root(), merkle_tree_hash(&leaves));
        prop_assert_eq!(Peaks::decode(&peaks.encode()), Ok(peaks));
    }
}

#[test]
fn the_header_of_the_documentation_has_its_golden_bytes() {
    let header = example().encode().unwrap();
    assert_eq!(hex(&header), documented("header"));
    let salts = Salts::of(&[0x11; 32], 1);
    assert_eq!(hex(&salts.header), "a7610470f03198d1e9e8635041fba32f");
    assert_eq!(hex(&salts.event), "bc6f350019453e612d655632d67bf938");
    let hash = header_hash(&salts.header, &header);
    let leaf = leaf_bytes(42, 1_767_225_600_000_000, &hash);
    let hashes = [
        event_hash(&salts.event, b"event"),
        part_hash(b"part"),
        hash,
        leaf_hash(&leaf),
    ];
    assert_eq!(hex(hashes.as_flattened()), documented("hashes"));
}
