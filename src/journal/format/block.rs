//! The checksummed block that begins a segment, a sidecar, and each slot of the head file.
//!
//! Every version of the format keeps this much: 8 bytes of magic, the format version as u32, and
//! the CRC32C of the block as its last 4 bytes. So a newer file is told from a damaged one.

use thiserror::Error;

use super::FORMAT_VERSION;

/// Size of a block.
pub(in crate::journal) const BLOCK_BYTES: usize = 4096;
const CRC_AT: usize = BLOCK_BYTES - 4;

/// Why bytes are no block of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(in crate::journal) enum BlockError {
    /// The bytes are not what was written.
    #[error("{0}")]
    Damaged(&'static str),
    /// The block is sound, but of a newer version.
    #[error("format {0} is newer than this version reads")]
    Newer(u32),
}

/// A block being written.
pub(in crate::journal) struct BlockWriter {
    bytes: [u8; BLOCK_BYTES],
}

impl BlockWriter {
    pub(in crate::journal) fn new(magic: [u8; 8]) -> Self {
        let mut writer = Self {
            bytes: [0; BLOCK_BYTES],
        };
        writer.put(0, &magic);
        writer.put(8, &FORMAT_VERSION.to_be_bytes());
        writer
    }

    pub(in crate::journal) fn put(&mut self, at: usize, field: &[u8]) {
        self.bytes[at..at + field.len()].copy_from_slice(field);
    }

    pub(in crate::journal) fn finish(mut self) -> [u8; BLOCK_BYTES] {
        let crc = crc32c::crc32c(&self.bytes[..CRC_AT]);
        self.put(CRC_AT, &crc.to_be_bytes());
        self.bytes
    }
}

/// A block whose magic, checksum and version have been checked.
pub(in crate::journal) struct BlockReader<'a> {
    bytes: &'a [u8; BLOCK_BYTES],
}

impl<'a> BlockReader<'a> {
    pub(in crate::journal) fn new(
        bytes: &'a [u8; BLOCK_BYTES],
        magic: [u8; 8],
    ) -> Result<Self, BlockError> {
        let reader = Self { bytes };
        if reader.array::<8>(0) != magic {
            return Err(BlockError::Damaged("block does not begin with its magic"));
        }
        if crc32c::crc32c(&bytes[..CRC_AT]) != reader.crc() {
            return Err(BlockError::Damaged("block does not match its checksum"));
        }
        match reader.u32(8) {
            FORMAT_VERSION => Ok(reader),
            newer if newer > FORMAT_VERSION => Err(BlockError::Newer(newer)),
            _ => Err(BlockError::Damaged("block has format version 0")),
        }
    }

    pub(in crate::journal) fn crc(&self) -> u32 {
        self.u32(CRC_AT)
    }

    pub(in crate::journal) fn array<const N: usize>(&self, at: usize) -> [u8; N] {
        self.bytes[at..at + N]
            .try_into()
            .expect("the slice has the length of the array")
    }

    pub(in crate::journal) fn u32(&self, at: usize) -> u32 {
        u32::from_be_bytes(self.array(at))
    }

    pub(in crate::journal) fn u64(&self, at: usize) -> u64 {
        u64::from_be_bytes(self.array(at))
    }

    /// The bytes from `at` to the checksum.
    pub(in crate::journal) fn rest(&self, at: usize) -> &'a [u8] {
        &self.bytes[at..CRC_AT]
    }
}
