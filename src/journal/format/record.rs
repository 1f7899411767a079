//! A record: one group, written and synced at once.

use super::frame::{FramePlace, encode_frame, frame_bytes};
use crate::journal::entry::Group;

const MAGIC: [u8; 4] = *b"BREC";

/// Bytes of a record before its batch table.
pub(in crate::journal) const RECORD_HEADER_BYTES: usize = 56;
/// Bytes of a batch in the table: entries as u32, seed.
pub(in crate::journal) const BATCH_BYTES: usize = 36;
/// Records begin at multiples of this.
pub(in crate::journal) const RECORD_ALIGN: usize = 8;
/// Longest record in bytes.
pub(in crate::journal) const RECORD_BYTES_MAX: u64 = 1 << 30;

const CRC_AT: usize = 44;

/// The fixed part of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::journal) struct RecordHeader {
    /// The whole record in bytes, a multiple of [`RECORD_ALIGN`].
    pub length: u32,
    /// The segment's nonce.
    pub nonce: u64,
    /// Position of the first entry, or of the next if there is none.
    pub first_position: u64,
    /// The durable watermark: entries below it were synced before this record was written.
    pub durable_end: u64,
    pub entries: u32,
    pub batches: u32,
    /// CRC of the record before, or of the segment header.
    pub previous_crc: u32,
    /// CRC32C of the record but for this field, seeded with `previous_crc`.
    pub crc: u32,
    /// CRC32C of the fixed part before `crc` and of the batch table.
    table_crc: u32,
}

/// What binds a record to its place.
#[derive(Clone, Copy, Debug)]
pub(in crate::journal) struct Stamp {
    pub nonce: u64,
    pub durable_end: u64,
    pub previous_crc: u32,
}

/// Bytes a group takes as a record.
pub(in crate::journal) fn record_bytes(group: &Group) -> u64 {
    let table = (group.batches.len() * BATCH_BYTES) as u64;
    let frames: u64 = group.entries().map(frame_bytes).sum();
    (RECORD_HEADER_BYTES as u64 + table + frames).next_multiple_of(RECORD_ALIGN as u64)
}

/// Replaces `buffer` by the record of a group of at most [`RECORD_BYTES_MAX`], and `frames` by
/// the distances of its frames from the record's beginning. Returns the record's CRC.
pub(in crate::journal) fn encode_record(
    group: &Group,
    stamp: Stamp,
    buffer: &mut Vec<u8>,
    frames: &mut Vec<u32>,
) -> u32 {
    buffer.clear();
    frames.clear();
    let length = record_bytes(group);
    buffer.reserve(length as usize);
    buffer.extend_from_slice(&MAGIC);
    buffer.extend_from_slice(&(length as u32).to_be_bytes());
    buffer.extend_from_slice(&stamp.nonce.to_be_bytes());
    buffer.extend_from_slice(&group.first_position.to_be_bytes());
    buffer.extend_from_slice(&stamp.durable_end.to_be_bytes());
    buffer.extend_from_slice(&(group.entries().count() as u32).to_be_bytes());
    buffer.extend_from_slice(&(group.batches.len() as u32).to_be_bytes());
    buffer.extend_from_slice(&stamp.previous_crc.to_be_bytes());
    buffer.resize(RECORD_HEADER_BYTES, 0);
    for batch in &group.batches {
        buffer.extend_from_slice(&(batch.entries.len() as u32).to_be_bytes());
        buffer.extend_from_slice(&batch.seed);
    }
    let table_crc = table_crc(buffer);
    buffer[48..52].copy_from_slice(&table_crc.to_be_bytes());
    let mut position = group.first_position;
    for (batch, entries) in (0_u32..).zip(&group.batches) {
        for (index_in_batch, entry) in (0_u32..).zip(&entries.entries) {
            let distance = buffer.len() as u32;
            let place = FramePlace {
                position,
                distance,
                batch,
                index_in_batch,
            };
            encode_frame(entry, place, buffer);
            frames.push(distance);
            position += 1;
        }
    }
    buffer.resize(length as usize, 0);
    let crc = record_crc(stamp.previous_crc, buffer);
    buffer[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_be_bytes());
    crc
}

fn table_crc(head: &[u8]) -> u32 {
    crc32c::crc32c_append(
        crc32c::crc32c(&head[..CRC_AT]),
        &head[RECORD_HEADER_BYTES..],
    )
}

fn record_crc(previous_crc: u32, record: &[u8]) -> u32 {
    let crc = crc32c::crc32c_append(previous_crc, &record[..CRC_AT]);
    crc32c::crc32c_append(crc, &record[CRC_AT + 4..])
}

/// Seed of a batch, from the table of a record.
pub(in crate::journal) fn seed_of(table: &[u8], batch: u32) -> Option<[u8; 32]> {
    let at = batch as usize * BATCH_BYTES + 4;
    table.get(at..)?.first_chunk().copied()
}

impl RecordHeader {
    /// Whether a record of a segment with this nonce may begin here; `None` takes any nonce.
    pub(in crate::journal) fn may_begin(bytes: &[u8], nonce: Option<u64>) -> bool {
        let Some(fixed) = bytes.first_chunk::<16>() else {
            return false;
        };
        fixed[..4] == MAGIC && nonce.is_none_or(|nonce| fixed[8..] == nonce.to_be_bytes())
    }

    /// Reads the fixed part; checks nothing but that lengths can be.
    pub(in crate::journal) fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        let fixed: &[u8; RECORD_HEADER_BYTES] = bytes
            .first_chunk()
            .ok_or("record is cut within its header")?;
        let (words, _) = fixed.as_chunks::<4>();
        let word = |index: usize| u32::from_be_bytes(words[index]);
        let long = |index: usize| (u64::from(word(index)) << 32) | u64::from(word(index + 1));
        if words[0] != MAGIC {
            return Err("record does not begin with its magic");
        }
        let header = Self {
            length: word(1),
            nonce: long(2),
            first_position: long(4),
            durable_end: long(6),
            entries: word(8),
            batches: word(9),
            previous_crc: word(10),
            crc: word(11),
            table_crc: word(12),
        };
        let length = header.length as usize;
        if u64::from(header.length) > RECORD_BYTES_MAX || !length.is_multiple_of(RECORD_ALIGN) {
            return Err("record has an impossible length");
        }
        if header.batches > header.entries || header.first_frame() > length {
            return Err("record has an impossible batch table");
        }
        Ok(header)
    }

    /// Bytes from the beginning of the record to its first frame.
    pub(in crate::journal) fn first_frame(&self) -> usize {
        RECORD_HEADER_BYTES + self.batches as usize * BATCH_BYTES
    }

    /// The batch table in `bytes`, which begin with the record; checked.
    pub(in crate::journal) fn table<'a>(&self, bytes: &'a [u8]) -> Result<&'a [u8], &'static str> {
        let head = bytes
            .get(..self.first_frame())
            .ok_or("record is cut within its table")?;
        if table_crc(head) != self.table_crc {
            return Err("batch table does not match its checksum");
        }
        Ok(&head[RECORD_HEADER_BYTES..])
    }

    /// Checks the whole record, which `bytes` hold and nothing else.
    pub(in crate::journal) fn check(&self, bytes: &[u8]) -> Result<(), &'static str> {
        if bytes.len() != self.length as usize {
            return Err("record is cut");
        }
        if record_crc(self.previous_crc, bytes) != self.crc {
            return Err("record does not match its checksum");
        }
        self.table(bytes)?;
        Ok(())
    }

    /// Position after the last entry.
    pub(in crate::journal) fn end(&self) -> u64 {
        self.first_position.saturating_add(u64::from(self.entries))
    }
}
