//! Reads a run of entries from a segment: one large read, each frame checked, nothing copied.

use bytes::Bytes;

use super::damage::ReadError;
use super::entry::StoredEntry;
use super::folder::read_bytes;
use super::format::{
    BLOCK_BYTES, FRAME_HEADER_BYTES, FrameHeader, RECORD_ALIGN, RECORD_HEADER_BYTES, RecordHeader,
    seed_of,
};
use super::fs::FsFile;
use super::index::Span;
use super::segment::Segment;

/// Bytes read before the first frame, so that a small record's header is in the same read.
const LEAD_BYTES: u64 = 128;

/// A read in progress.
struct Run<'a> {
    segment: &'a Segment,
    file: &'a dyn FsFile,
    chunk: Bytes,
    /// Where the chunk begins in the file.
    chunk_at: u64,
    record: Option<OpenRecord>,
}

/// The record that the next frame belongs to.
struct OpenRecord {
    header: RecordHeader,
    offset: u64,
    table: Bytes,
}

/// Appends the entries of a span to `entries`: at least one if there are none yet, and as many as
/// `bytes_max` allows.
/// Damage after the first entry ends the run; the next run begins, and fails, there.
pub(super) fn read_run(
    segment: &Segment,
    span: &Span,
    first_position: u64,
    bytes_max: usize,
    entries: &mut Vec<StoredEntry>,
) -> Result<(), ReadError> {
    let Some(start) = span.start else {
        return Err(segment.hole(first_position));
    };
    let stop = span
        .stop
        .min(start.saturating_add(bytes_max as u64))
        .max(span.first_stop);
    let chunk_at = start.saturating_sub(LEAD_BYTES).max(BLOCK_BYTES as u64);
    if start < chunk_at || stop <= start {
        let what = "index leads outside the records";
        return Err(segment.corrupt(start, Some(first_position), what));
    }
    let file = segment.file().map_err(|error| error.of(first_position))?;
    let length = (stop - chunk_at) as usize;
    let chunk = read_bytes(&*file, chunk_at, length).map_err(|error| segment.io(error))?;
    let mut run = Run {
        segment,
        file: &*file,
        chunk,
        chunk_at,
        record: None,
    };
    let mut offset = start;
    let mut left = bytes_max;
    let is_forced = entries.is_empty();
    entries.reserve((span.entries as usize).min(length / FRAME_HEADER_BYTES + 1));
    for position in first_position..first_position + u64::from(span.entries) {
        let is_first = position == first_position;
        if !is_first && run.is_cut(&mut offset, position, stop) {
            break;
        }
        match run.entry(offset, position) {
            Ok((entry, length)) if (is_first && is_forced) || length <= left => {
                entries.push(entry);
                offset += length as u64;
                left = left.saturating_sub(length);
            }
            Err(error) if is_first => return Err(error),
            Ok(_) | Err(_) => break,
        }
    }
    Ok(())
}

impl Run<'_> {
    /// Bytes of the chunk from an offset of the file on.
    fn at(&self, offset: u64) -> (usize, &[u8]) {
        let at = offset.saturating_sub(self.chunk_at) as usize;
        (at, self.chunk.get(at..).unwrap_or_default())
    }

    /// Steps over the end of a record; whether the next frame lies past the chunk.
    fn is_cut(&mut self, offset: &mut u64, position: u64, stop: u64) -> bool {
        while let Some(record) = &self.record
            && position == record.header.end()
        {
            let next = record.offset + u64::from(record.header.length);
            if next + RECORD_HEADER_BYTES as u64 > stop {
                return true;
            }
            let Ok(record) = self.open_record(next) else {
                return true;
            };
            *offset = next + record.header.first_frame() as u64;
            self.record = Some(record);
        }
        let (_, bytes) = self.at(*offset);
        FrameHeader::claimed_length(bytes).is_none_or(|length| length > bytes.len())
    }

    /// Reads the head of the record at `offset`, from the chunk if it is there.
    fn open_record(&self, offset: u64) -> Result<OpenRecord, ReadError> {
        let bad = |what| self.segment.corrupt(offset, None, what);
        if !offset.is_multiple_of(RECORD_ALIGN as u64) || offset < BLOCK_BYTES as u64 {
            return Err(bad("frame belongs to no record"));
        }
        let head = self.take(offset, RECORD_HEADER_BYTES)?;
        let header = RecordHeader::parse(&head).map_err(bad)?;
        if header.nonce != self.segment.nonce {
            return Err(bad("record belongs to another segment"));
        }
        let head = self.take(offset, header.first_frame())?;
        header.table(&head).map_err(bad)?;
        let table = head.slice(RECORD_HEADER_BYTES..);
        Ok(OpenRecord {
            header,
            offset,
            table,
        })
    }

    fn take(&self, offset: u64, length: usize) -> Result<Bytes, ReadError> {
        if offset >= self.chunk_at {
            let at = (offset - self.chunk_at) as usize;
            if at + length <= self.chunk.len() {
                return Ok(self.chunk.slice(at..at + length));
            }
        }
        read_bytes(self.file, offset, length).map_err(|error| self.segment.io(error))
    }

    /// The entry whose frame begins at `offset`, and the frame's length.
    fn entry(&mut self, offset: u64, position: u64) -> Result<(StoredEntry, usize), ReadError> {
        let bad = |what| self.segment.corrupt(offset, Some(position), what);
        let (at, bytes) = self.at(offset);
        let frame = FrameHeader::parse(bytes).map_err(bad)?;
        if frame.position != position {
            return Err(bad("frame is of another position"));
        }
        let record_at = offset.checked_sub(u64::from(frame.distance));
        let record_at = record_at.ok_or_else(|| bad("frame belongs to no record"))?;
        if self
            .record
            .as_ref()
            .is_none_or(|record| record.offset != record_at)
        {
            let opened = self.open_record(record_at);
            self.record = Some(opened.map_err(|error| error.of(position))?);
        }
        let record = self
            .record
            .as_ref()
            .expect("the record was opened just now");
        if !(record.header.first_position..record.header.end()).contains(&position) {
            return Err(bad("frame belongs to another record"));
        }
        let seed = seed_of(&record.table, frame.batch);
        let seed = seed.ok_or_else(|| bad("frame belongs to no batch of its record"))?;
        Ok((frame.entry(&self.chunk, at, seed), frame.length as usize))
    }
}
