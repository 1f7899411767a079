//! The bytes of a sidecar: a pure function of the segment, so that two builds are equal.
//!
//! Page 0 is the header block. Then come, each from a fresh page: offsets, keys, postings, the
//! filter, and last a table of the first key of each key page and the CRC of every page.

use super::filter::{filter_bytes, insert};
use super::memory::MemoryIndex;
use crate::journal::format::{BLOCK_BYTES, BlockError, BlockReader, BlockWriter};

const MAGIC: [u8; 8] = *b"BHSIDECR";

/// Size of a page, the unit that is read and checked.
pub(super) const PAGE_BYTES: usize = BLOCK_BYTES;
/// Bytes of an offset or a posting.
pub(super) const WORD_BYTES: usize = 4;
/// Bytes of a key: the key as u64, its postings as u32, and where they are as u32 (the only
/// posting itself, or the index of the first).
pub(super) const KEY_BYTES: usize = 16;

/// What binds a sidecar to its segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::journal) struct SegmentFacts {
    pub ledger_id: [u8; 16],
    pub log_id: u8,
    pub number: u32,
    pub nonce: u64,
    pub first_position: u64,
    /// Where the last record ends.
    pub end_offset: u64,
    /// CRC of the last record, or of the segment header.
    pub last_crc: u32,
    pub entries: u32,
}

/// The header of a sidecar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SidecarHeader {
    pub facts: SegmentFacts,
    pub keys: u32,
    /// Postings of keys that have more than one.
    pub postings: u32,
    pub table_crc: u32,
}

/// The pages of a sidecar's sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sections {
    pub offsets: usize,
    pub keys: usize,
    pub postings: usize,
    pub filter: usize,
    /// The page where the table begins; all pages between page 0 and this one have a CRC in it.
    pub table: usize,
    pub filter_bytes: usize,
    /// Length of the file in bytes.
    pub file_bytes: u64,
}

impl SidecarHeader {
    pub(super) fn sections(&self) -> Sections {
        let pages = |bytes: usize| bytes.div_ceil(PAGE_BYTES);
        let filter_bytes = filter_bytes(self.keys as usize);
        let offsets = 1;
        let keys = offsets + pages(self.facts.entries as usize * WORD_BYTES);
        let postings = keys + pages(self.keys as usize * KEY_BYTES);
        let filter = postings + pages(self.postings as usize * WORD_BYTES);
        let table = filter + pages(filter_bytes);
        let table_bytes = (postings - keys) * 8 + (table - 1) * 4;
        let file_bytes = (table * PAGE_BYTES + table_bytes) as u64;
        Sections {
            offsets,
            keys,
            postings,
            filter,
            table,
            filter_bytes,
            file_bytes,
        }
    }

    fn encode(&self) -> [u8; BLOCK_BYTES] {
        let mut block = BlockWriter::new(MAGIC);
        block.put(12, &self.facts.number.to_be_bytes());
        block.put(16, &self.facts.ledger_id);
        block.put(32, &[self.facts.log_id]);
        block.put(36, &self.facts.last_crc.to_be_bytes());
        block.put(40, &self.facts.nonce.to_be_bytes());
        block.put(48, &self.facts.first_position.to_be_bytes());
        block.put(56, &self.facts.end_offset.to_be_bytes());
        block.put(64, &self.facts.entries.to_be_bytes());
        block.put(68, &self.keys.to_be_bytes());
        block.put(72, &self.postings.to_be_bytes());
        block.put(76, &self.table_crc.to_be_bytes());
        block.finish()
    }

    pub(super) fn decode(bytes: &[u8; BLOCK_BYTES]) -> Result<Self, BlockError> {
        let block = BlockReader::new(bytes, MAGIC)?;
        let [log_id] = block.array(32);
        let facts = SegmentFacts {
            ledger_id: block.array(16),
            log_id,
            number: block.u32(12),
            nonce: block.u64(40),
            first_position: block.u64(48),
            end_offset: block.u64(56),
            last_crc: block.u32(36),
            entries: block.u32(64),
        };
        let (keys, postings, table_crc) = (block.u32(68), block.u32(72), block.u32(76));
        Ok(Self {
            facts,
            keys,
            postings,
            table_crc,
        })
    }
}

/// Builds the sidecar of a segment without holes.
pub(in crate::journal) fn build_sidecar(index: &MemoryIndex, facts: SegmentFacts) -> Vec<u8> {
    let (mut keys, mut postings) = (0, 0);
    let mut key_section = Vec::new();
    let mut posting_section = Vec::new();
    index.visit_sorted(|key, places| {
        let is_single = places.len() == 1;
        let place = if is_single { places[0] } else { postings };
        key_section.extend_from_slice(&key.to_be_bytes());
        key_section.extend_from_slice(&(places.len() as u32).to_be_bytes());
        key_section.extend_from_slice(&place.to_be_bytes());
        keys += 1;
        if !is_single {
            postings += places.len() as u32;
            posting_section.extend(places.iter().flat_map(|place| place.to_be_bytes()));
        }
    });
    let mut header = SidecarHeader {
        facts,
        keys,
        postings,
        table_crc: 0,
    };
    let sections = header.sections();
    let mut file = vec![0; PAGE_BYTES];
    file.reserve(sections.file_bytes as usize);
    let pad = |file: &mut Vec<u8>| file.resize(file.len().next_multiple_of(PAGE_BYTES), 0);

    file.extend(
        index
            .offsets()
            .iter()
            .flat_map(|offset| offset.to_be_bytes()),
    );
    pad(&mut file);
    file.extend_from_slice(&key_section);
    pad(&mut file);
    file.extend_from_slice(&posting_section);
    pad(&mut file);
    let filter_at = file.len();
    file.resize(filter_at + sections.filter_bytes, 0);
    let key_of = |entry: &[u8; KEY_BYTES]| (u128::from_be_bytes(*entry) >> 64) as u64;
    let keys = key_section.as_chunks().0;
    for entry in keys {
        insert(&mut file[filter_at..], key_of(entry));
    }
    pad(&mut file);
    let firsts = keys.iter().step_by(PAGE_BYTES / KEY_BYTES).map(key_of);
    let mut table: Vec<u8> = firsts.flat_map(u64::to_be_bytes).collect();
    let crcs = file[PAGE_BYTES..].chunks(PAGE_BYTES).map(crc32c::crc32c);
    table.extend(crcs.flat_map(u32::to_be_bytes));
    header.table_crc = crc32c::crc32c(&table);
    file.extend_from_slice(&table);
    file[..PAGE_BYTES].copy_from_slice(&header.encode());
    file
}
