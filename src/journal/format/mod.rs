//! Bytes on disk: segment headers, head slots, records, frames. Pure: no files here.
//!
//! All numbers are big-endian. `docs/journal-format.md` has every field with its offset.

mod block;
mod frame;
mod head;
mod record;
mod segment_header;

pub(super) use block::{BLOCK_BYTES, BlockError, BlockReader, BlockWriter};
pub(super) use frame::{FRAME_HEADER_BYTES, FrameHeader};
pub(super) use head::{HEAD_BYTES, Head};
pub(super) use record::{
    BATCH_BYTES, RECORD_ALIGN, RECORD_BYTES_MAX, RECORD_HEADER_BYTES, RecordHeader, Stamp,
    encode_record, record_bytes, seed_of,
};
pub(super) use segment_header::SegmentHeader;

/// Version of the format; a newer one is refused.
pub const FORMAT_VERSION: u32 = 1;

/// Name of the head file.
pub(super) const HEAD_NAME: &str = "head";
/// Name under which a file of the head is made before it takes its place.
pub(super) const HEAD_NEW_NAME: &str = "head.new";
/// Name of the lock file.
pub(super) const LOCK_NAME: &str = "lock";
/// Name of the prepared segment, before it is put to use.
pub(super) const NEXT_NAME: &str = "next";

/// Name of a segment.
pub(super) fn segment_name(number: u32) -> String {
    format!("{number:08}.segment")
}

/// Name of the index file of a segment.
pub(super) fn sidecar_name(number: u32) -> String {
    format!("{number:08}.index")
}

/// Number of the segment that a file of this name holds.
pub(super) fn segment_number(name: &str) -> Option<u32> {
    number_in(name, ".segment")
}

/// Number of the segment that an index file of this name belongs to.
pub(super) fn sidecar_number(name: &str) -> Option<u32> {
    number_in(name, ".index")
}

fn number_in(name: &str, suffix: &str) -> Option<u32> {
    let digits = name.strip_suffix(suffix)?;
    let is_plain = digits.len() >= 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| digits.parse().ok()).flatten()
}
