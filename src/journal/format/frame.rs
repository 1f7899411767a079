//! A frame: one entry within a record, checked by itself.

use bytes::Bytes;

use crate::journal::entry::{NewEntry, StoredEntry};

/// Bytes of a frame before the entry's parts.
pub(in crate::journal) const FRAME_HEADER_BYTES: usize = 56;

/// The fixed part of a frame, checked against the frame's CRC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::journal) struct FrameHeader {
    /// The whole frame in bytes.
    pub length: u32,
    pub position: u64,
    pub recorded_at_us: u64,
    /// Bytes from the beginning of the record to that of the frame.
    pub distance: u32,
    /// Place of the entry's batch in the record, from 0.
    pub batch: u32,
    pub index_in_batch: u32,
    /// Lengths of header, event, sealed, personal, signature.
    parts: [u32; 5],
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct FramePlace {
    pub position: u64,
    pub distance: u32,
    pub batch: u32,
    pub index_in_batch: u32,
}

fn parts(entry: &NewEntry) -> [&Bytes; 5] {
    [
        &entry.header,
        &entry.event,
        &entry.sealed,
        &entry.personal,
        &entry.signature,
    ]
}

/// Bytes an entry takes as a frame.
pub(super) fn frame_bytes(entry: &NewEntry) -> u64 {
    let parts: u64 = parts(entry).iter().map(|part| part.len() as u64).sum();
    FRAME_HEADER_BYTES as u64 + parts
}

/// Appends a frame. The caller has made sure that the lengths fit.
pub(super) fn encode_frame(entry: &NewEntry, place: FramePlace, buffer: &mut Vec<u8>) {
    let start = buffer.len();
    let length = frame_bytes(entry) as u32;
    buffer.extend_from_slice(&[0; 4]);
    buffer.extend_from_slice(&length.to_be_bytes());
    buffer.extend_from_slice(&place.position.to_be_bytes());
    buffer.extend_from_slice(&entry.recorded_at_us.to_be_bytes());
    buffer.extend_from_slice(&place.distance.to_be_bytes());
    buffer.extend_from_slice(&place.batch.to_be_bytes());
    buffer.extend_from_slice(&place.index_in_batch.to_be_bytes());
    for part in parts(entry) {
        buffer.extend_from_slice(&(part.len() as u32).to_be_bytes());
    }
    for part in parts(entry) {
        buffer.extend_from_slice(part);
    }
    let crc = crc32c::crc32c(&buffer[start + 4..]);
    buffer[start..start + 4].copy_from_slice(&crc.to_be_bytes());
}

impl FrameHeader {
    /// Length that the frame at the beginning of `bytes` claims, unchecked.
    pub(in crate::journal) fn claimed_length(bytes: &[u8]) -> Option<usize> {
        let length = u32::from_be_bytes(*bytes.get(4..)?.first_chunk()?) as usize;
        (length >= FRAME_HEADER_BYTES).then_some(length)
    }

    /// Position that the frame at the beginning of `bytes` claims, unchecked.
    pub(in crate::journal) fn claimed_position(bytes: &[u8]) -> Option<u64> {
        Some(u64::from_be_bytes(*bytes.get(8..)?.first_chunk()?))
    }

    /// Reads and checks the frame at the beginning of `bytes`.
    pub(in crate::journal) fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        let fixed: &[u8; FRAME_HEADER_BYTES] = bytes
            .first_chunk()
            .ok_or("frame is cut within its header")?;
        let (words, _) = fixed.as_chunks::<4>();
        let word = |index: usize| u32::from_be_bytes(words[index]);
        let long = |index: usize| (u64::from(word(index)) << 32) | u64::from(word(index + 1));
        let length = word(1);
        let frame = bytes.get(..length as usize).ok_or("frame is cut")?;
        let parts = [word(9), word(10), word(11), word(12), word(13)];
        let sum: u64 = parts.iter().map(|part| u64::from(*part)).sum();
        if sum + FRAME_HEADER_BYTES as u64 != u64::from(length) {
            return Err("frame does not have the length of its parts");
        }
        if crc32c::crc32c(&frame[4..]) != word(0) {
            return Err("frame does not match its checksum");
        }
        Ok(Self {
            length,
            position: long(2),
            recorded_at_us: long(4),
            distance: word(6),
            batch: word(7),
            index_in_batch: word(8),
            parts,
        })
    }

    /// The entry of the frame that begins at `at` of `buffer`, as slices of it.
    pub(in crate::journal) fn entry(
        &self,
        buffer: &Bytes,
        at: usize,
        seed: [u8; 32],
    ) -> StoredEntry {
        let mut next = at + FRAME_HEADER_BYTES;
        let mut part = |index: usize| {
            let start = next;
            next += self.parts[index] as usize;
            // An absent part shares nothing, which saves the count of the buffer's users.
            if start == next {
                Bytes::new()
            } else {
                buffer.slice(start..next)
            }
        };
        StoredEntry {
            header: part(0),
            event: part(1),
            sealed: part(2),
            personal: part(3),
            signature: part(4),
            position: self.position,
            recorded_at_us: self.recorded_at_us,
            seed,
            index_in_batch: self.index_in_batch,
        }
    }
}
