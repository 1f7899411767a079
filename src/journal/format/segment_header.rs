//! The first block of a segment.

use super::block::{BLOCK_BYTES, BlockError, BlockReader, BlockWriter};
use crate::journal::header::Peaks;

const MAGIC: [u8; 8] = *b"BHSEGMNT";
const FLAG_SIMULATED_CLOCK: u8 = 1;

/// What a segment says of itself and of all before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::journal) struct SegmentHeader {
    pub schema_revision: u32,
    pub ledger_id: [u8; 16],
    pub log_id: u8,
    pub digest_suite: u8,
    pub simulated_clock: bool,
    /// Place among the segments, from 0.
    pub number: u32,
    /// Epoch in which the segment was made.
    pub epoch: u64,
    /// Random number that every record of the segment repeats: what an event's sender writes
    /// into an event can never pass for a record.
    pub nonce: u64,
    /// Size to which the file was preallocated, in bytes.
    pub capacity: u64,
    pub first_position: u64,
    /// Length of the segment before, in bytes; 0 for the first.
    pub previous_length: u64,
    /// CRC of the last record before, or of the header of an empty segment; 0 for the first.
    pub previous_crc: u32,
    /// Header hash of the last entry before; zeros if there is none.
    pub previous_header_hash: [u8; 32],
    /// The tree over all entries before.
    pub peaks: Peaks,
}

impl SegmentHeader {
    /// Writes the block.
    pub(in crate::journal) fn encode(&self) -> [u8; BLOCK_BYTES] {
        let mut block = BlockWriter::new(MAGIC);
        block.put(12, &self.schema_revision.to_be_bytes());
        block.put(16, &self.ledger_id);
        block.put(
            32,
            &[
                self.log_id,
                self.digest_suite,
                u8::from(self.simulated_clock),
            ],
        );
        block.put(36, &self.number.to_be_bytes());
        block.put(40, &self.epoch.to_be_bytes());
        block.put(48, &self.nonce.to_be_bytes());
        block.put(56, &self.capacity.to_be_bytes());
        block.put(64, &self.first_position.to_be_bytes());
        block.put(72, &self.previous_length.to_be_bytes());
        block.put(80, &self.previous_crc.to_be_bytes());
        block.put(88, &self.previous_header_hash);
        block.put(120, &self.peaks.root());
        block.put(152, &self.peaks.encode());
        block.finish()
    }

    /// Reads the block; gives its checksum too, which seeds the first record's.
    pub(in crate::journal) fn decode(bytes: &[u8; BLOCK_BYTES]) -> Result<(Self, u32), BlockError> {
        let block = BlockReader::new(bytes, MAGIC)?;
        let [log_id, digest_suite, flags, _] = block.array(32);
        let (peaks, _) = Peaks::decode_prefix(block.rest(152))
            .map_err(|_| BlockError::Damaged("segment header has no whole peaks"))?;
        let header = Self {
            schema_revision: block.u32(12),
            ledger_id: block.array(16),
            log_id,
            digest_suite,
            simulated_clock: flags & FLAG_SIMULATED_CLOCK != 0,
            number: block.u32(36),
            epoch: block.u64(40),
            nonce: block.u64(48),
            capacity: block.u64(56),
            first_position: block.u64(64),
            previous_length: block.u64(72),
            previous_crc: block.u32(80),
            previous_header_hash: block.array(88),
            peaks,
        };
        if header.peaks.size() != header.first_position || header.peaks.root() != block.array(120) {
            return Err(BlockError::Damaged(
                "segment header contradicts its own tree",
            ));
        }
        Ok((header, block.crc()))
    }
}
