//! A slot of the head file: how far everything is durable.

use super::block::{BLOCK_BYTES, BlockError, BlockReader, BlockWriter};
use crate::journal::header::Peaks;

const MAGIC: [u8; 8] = *b"BHHEADSL";
const FLAG_SIMULATED_CLOCK: u8 = 1;

/// Slots of the head file; the one with the higher sequence counts.
pub(in crate::journal) const HEAD_SLOTS: u64 = 2;
/// Length of the head file in bytes.
pub(in crate::journal) const HEAD_BYTES: usize = HEAD_SLOTS as usize * BLOCK_BYTES;

/// A point up to which the journal is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::journal) struct Head {
    pub ledger_id: [u8; 16],
    pub log_id: u8,
    pub digest_suite: u8,
    pub simulated_clock: bool,
    /// Segment that holds the point.
    pub segment: u32,
    /// Count of the heads written; slot = sequence modulo 2.
    pub sequence: u64,
    /// Count of the openings for writing.
    pub epoch: u64,
    /// Where in the segment the last record ends, in bytes.
    pub offset: u64,
    /// Where it begins; 0 if the segment has no record.
    pub last_record: u64,
    /// Its CRC; that of the segment header if there is no record.
    pub crc: u32,
    /// Header hash of the last entry; zeros if there is none.
    pub header_hash: [u8; 32],
    /// The tree over all entries; its size is the number of durable entries.
    pub peaks: Peaks,
}

impl Head {
    /// Entries that are durable.
    pub(in crate::journal) fn end(&self) -> u64 {
        self.peaks.size()
    }

    /// Where its slot begins in the file, in bytes.
    pub(in crate::journal) fn slot_offset(&self) -> u64 {
        self.sequence % HEAD_SLOTS * BLOCK_BYTES as u64
    }

    /// Writes the slot.
    pub(in crate::journal) fn encode(&self) -> [u8; BLOCK_BYTES] {
        let mut block = BlockWriter::new(MAGIC);
        block.put(16, &self.ledger_id);
        block.put(
            32,
            &[
                self.log_id,
                self.digest_suite,
                u8::from(self.simulated_clock),
            ],
        );
        block.put(36, &self.segment.to_be_bytes());
        block.put(40, &self.epoch.to_be_bytes());
        block.put(48, &self.sequence.to_be_bytes());
        block.put(56, &self.offset.to_be_bytes());
        block.put(64, &self.end().to_be_bytes());
        block.put(72, &self.last_record.to_be_bytes());
        block.put(80, &self.crc.to_be_bytes());
        block.put(88, &self.header_hash);
        block.put(120, &self.peaks.root());
        block.put(152, &self.peaks.encode());
        block.finish()
    }

    /// Reads the slot that begins at `slot_offset` of the file.
    pub(in crate::journal) fn decode(
        bytes: &[u8; BLOCK_BYTES],
        slot_offset: u64,
    ) -> Result<Self, BlockError> {
        let block = BlockReader::new(bytes, MAGIC)?;
        let [log_id, digest_suite, flags, _] = block.array(32);
        let (peaks, _) = Peaks::decode_prefix(block.rest(152))
            .map_err(|_| BlockError::Damaged("head has no whole peaks"))?;
        let head = Self {
            ledger_id: block.array(16),
            log_id,
            digest_suite,
            simulated_clock: flags & FLAG_SIMULATED_CLOCK != 0,
            segment: block.u32(36),
            epoch: block.u64(40),
            sequence: block.u64(48),
            offset: block.u64(56),
            last_record: block.u64(72),
            crc: block.u32(80),
            header_hash: block.array(88),
            peaks,
        };
        if head.end() != block.u64(64) || head.peaks.root() != block.array(120) {
            return Err(BlockError::Damaged("head contradicts its own tree"));
        }
        if head.slot_offset() != slot_offset {
            return Err(BlockError::Damaged("head is in the other head's slot"));
        }
        Ok(head)
    }
}
