//! The worked examples of `docs/journal-format.md`, which another program made.

use bytes::Bytes;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::header::hex;
use crate::journal::format::{
    BLOCK_BYTES, BlockError, FrameHeader, Head, RecordHeader, SegmentHeader, Stamp, encode_record,
    seed_of,
};
use crate::journal::header::{Peaks, leaf_hash};
use crate::journal::index::{MemoryIndex, SegmentFacts, build_sidecar};
use crate::journal::{Group, NewBatch, NewEntry};

const LEDGER_ID: [u8; 16] = *b"ledger-id-16-byt";
const NONCE: u64 = 0x0102_0304_0506_0708;

/// The hexadecimal digits of an example.
pub(super) fn documented(name: &str) -> String {
    let page = include_str!("../../../docs/journal-format.md");
    let fence = format!("```example {name}\n");
    let (_, rest) = page
        .split_once(&fence)
        .unwrap_or_else(|| panic!("no example {name}"));
    let (digits, _) = rest.split_once("```").unwrap();
    digits.split_whitespace().collect()
}

fn peaks() -> Peaks {
    let mut peaks = Peaks::new();
    for leaf in [&b""[..], b"\x00", b"\x10"] {
        peaks.push(leaf_hash(leaf));
    }
    peaks
}

fn segment_header() -> SegmentHeader {
    SegmentHeader {
        schema_revision: 3,
        ledger_id: LEDGER_ID,
        log_id: 0,
        digest_suite: 1,
        simulated_clock: true,
        number: 2,
        epoch: 5,
        nonce: NONCE,
        capacity: 64 << 20,
        first_position: 3,
        previous_length: 5000,
        previous_crc: 0x0102_0304,
        previous_header_hash: [0xAA; 32],
        peaks: peaks(),
    }
}

fn head() -> Head {
    Head {
        ledger_id: LEDGER_ID,
        log_id: 0,
        digest_suite: 1,
        simulated_clock: true,
        segment: 2,
        sequence: 9,
        epoch: 5,
        offset: 4152,
        last_record: 4096,
        crc: 0x0A0B_0C0D,
        header_hash: [0xBB; 32],
        peaks: peaks(),
    }
}

fn group() -> Group {
    let entry = |recorded_at_us, parts: [&'static str; 5]| {
        let [header, event, sealed, personal, signature] = parts.map(Bytes::from);
        NewEntry {
            recorded_at_us,
            header,
            event,
            sealed,
            personal,
            signature,
            ..NewEntry::default()
        }
    };
    let first = ["header 0", "event 0", "sealed", "personal", "signature"];
    let entries = vec![
        entry(1_767_225_600_000_000, first),
        entry(1_767_225_600_000_001, ["header 1", "event 1", "", "", ""]),
    ];
    let batches = vec![NewBatch {
        seed: [0x11; 32],
        entries,
    }];
    Group {
        first_position: 3,
        batches,
    }
}

fn check_block(block: &[u8; BLOCK_BYTES], name: &str) {
    assert_eq!(hex(&block[..224]), documented(name));
    assert!(block[224..4092].iter().all(|byte| *byte == 0));
    assert_eq!(hex(&block[4092..]), documented(&format!("{name}-crc")));
}

#[test]
fn the_segment_header_of_the_documentation_has_its_golden_bytes() {
    let block = segment_header().encode();
    check_block(&block, "segment");
    assert_eq!(SegmentHeader::decode(&block).unwrap().0, segment_header());
}

#[test]
fn the_head_of_the_documentation_has_its_golden_bytes() {
    let slot = head().encode();
    check_block(&slot, "head");
    assert_eq!(Head::decode(&slot, 4096).unwrap(), head());
    assert!(Head::decode(&slot, 0).is_err(), "a head in the wrong slot");
}

#[test]
fn the_record_of_the_documentation_has_its_golden_bytes() {
    let (mut record, mut frames) = (Vec::new(), Vec::new());
    let stamp = Stamp {
        nonce: NONCE,
        durable_end: 3,
        previous_crc: 0xDEAD_BEEF,
    };
    let crc = encode_record(&group(), stamp, &mut record, &mut frames);
    assert_eq!(hex(&record), documented("record"));
    let header = RecordHeader::parse(&record).unwrap();
    assert_eq!(header.check(&record), Ok(()));
    let table = header.table(&record).unwrap();
    assert_eq!(seed_of(table, 0), Some([0x11; 32]));
    assert_eq!(seed_of(table, 1), None);
    let bytes = Bytes::from(record.clone());
    let frame = FrameHeader::parse(&bytes[frames[1] as usize..]).unwrap();
    let entry = frame.entry(&bytes, frames[1] as usize, [0; 32]);
    assert_eq!((entry.position, entry.index_in_batch), (4, 1));
    assert_eq!(
        (&entry.header[..], &entry.event[..]),
        (&b"header 1"[..], &b"event 1"[..])
    );

    let stamp = Stamp {
        durable_end: 5,
        previous_crc: crc,
        ..stamp
    };
    let watermark = Group {
        first_position: 5,
        batches: Vec::new(),
    };
    encode_record(&watermark, stamp, &mut record, &mut frames);
    assert_eq!(hex(&record), documented("watermark"));
}

#[test]
fn the_index_file_of_the_documentation_has_its_golden_bytes() {
    let mut index = MemoryIndex::new(4096);
    index.insert(0, 4096 + 92, &[7]);
    index.insert(1, 4096 + 92 + 94, &[9, 7]);
    index.set_end_offset(4096 + 264);
    let facts = SegmentFacts {
        ledger_id: LEDGER_ID,
        log_id: 0,
        number: 2,
        nonce: NONCE,
        first_position: 3,
        end_offset: 4096 + 264,
        last_crc: 0x0A0B_0C0D,
        entries: 2,
    };
    let file = build_sidecar(&index, facts);
    assert_eq!(hex(&file[..80]), documented("sidecar"));
    assert_eq!(hex(&file[5 * 4096..]), documented("sidecar-table"));
    assert_eq!(hex(&Sha256::digest(&file)), documented("sidecar-sha256"));
}

#[test]
fn a_newer_format_is_told_from_damage() {
    let mut block = segment_header().encode();
    block[11] = 2;
    assert!(matches!(
        SegmentHeader::decode(&block),
        Err(BlockError::Damaged(_))
    ));
    let crc = crc32c::crc32c(&block[..4092]);
    block[4092..].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(SegmentHeader::decode(&block), Err(BlockError::Newer(2)));
}

fn any_group() -> impl Strategy<Value = Group> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..50).prop_map(Bytes::from);
    let parts = (bytes(), bytes(), bytes(), bytes(), bytes());
    let entry = (any::<u64>(), parts).prop_map(|(recorded_at_us, parts)| {
        let (header, event, sealed, personal, signature) = parts;
        NewEntry {
            recorded_at_us,
            header,
            event,
            sealed,
            personal,
            signature,
            ..NewEntry::default()
        }
    });
    let batch = (any::<[u8; 32]>(), prop::collection::vec(entry, 1..5))
        .prop_map(|(seed, entries)| NewBatch { seed, entries });
    (0..u64::MAX / 2, prop::collection::vec(batch, 0..5)).prop_map(|(first_position, batches)| {
        Group {
            first_position,
            batches,
        }
    })
}

proptest! {
    #[test]
    fn records_survive_a_round_trip(group in any_group(), crc in any::<u32>()) {
        let (mut record, mut frames) = (Vec::new(), Vec::new());
        let durable_end = group.first_position;
        let stamp = Stamp { nonce: NONCE, durable_end, previous_crc: crc };
        let sealed = encode_record(&group, stamp, &mut record, &mut frames);
        let header = RecordHeader::parse(&record).unwrap();
        prop_assert_eq!(header.check(&record), Ok(()));
        prop_assert_eq!((header.crc, header.previous_crc), (sealed, crc));
        prop_assert_eq!(header.end(), group.first_position + frames.len() as u64);
        let bytes = Bytes::from(record);
        let mut frames = frames.iter().map(|at| *at as usize).zip(group.first_position..);
        for batch in &group.batches {
            for (index, new) in (0..).zip(&batch.entries) {
                let (at, position) = frames.next().unwrap();
                let frame = FrameHeader::parse(&bytes[at..]).unwrap();
                let seed = seed_of(header.table(&bytes).unwrap(), frame.batch).unwrap();
                let entry = frame.entry(&bytes, at, seed);
                prop_assert_eq!((entry.position, entry.index_in_batch), (position, index));
                prop_assert_eq!(entry.seed, batch.seed);
                prop_assert_eq!(entry.recorded_at_us, new.recorded_at_us);
                prop_assert_eq!((&entry.header, &entry.event), (&new.header, &new.event));
                prop_assert_eq!((&entry.sealed, &entry.personal), (&new.sealed, &new.personal));
                prop_assert_eq!(&entry.signature, &new.signature);
            }
        }
    }

    #[test]
    fn any_flipped_bit_of_a_record_is_found(group in any_group(), bit in any::<usize>()) {
        let (mut record, mut frames) = (Vec::new(), Vec::new());
        let stamp = Stamp { nonce: NONCE, durable_end: 0, previous_crc: 1 };
        encode_record(&group, stamp, &mut record, &mut frames);
        let bit = bit % (record.len() * 8);
        record[bit / 8] ^= 1 << (bit % 8);
        let checked = RecordHeader::parse(&record).and_then(|header| header.check(&record));
        prop_assert!(checked.is_err());
    }

    #[test]
    fn any_bytes_are_parsed_without_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = FrameHeader::parse(&bytes);
        if bytes.len() > 4 {
            bytes[..4].copy_from_slice(b"BREC");
        }
        let header = RecordHeader::parse(&bytes);
        let _ = header.map(|header| (header.check(&bytes), header.table(&bytes).map(<[u8]>::len)));
    }
}
