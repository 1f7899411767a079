//! Walks the records of a segment in order, each checked against the one before.

use std::io;

use bytes::Bytes;

use super::entry::StoredEntry;
use super::folder::{is_zero, read_bytes};
use super::format::{
    BATCH_BYTES, BLOCK_BYTES, FRAME_HEADER_BYTES, FrameHeader, RECORD_ALIGN, RECORD_HEADER_BYTES,
    RecordHeader, seed_of,
};
use super::fs::FsFile;

/// Bytes read at once.
const CHUNK_BYTES: usize = 1 << 20;

/// A place between two records, and what binds the next one to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Point {
    /// Where the next record begins, in bytes.
    pub offset: u64,
    /// CRC of the record before, or of the segment header.
    pub crc: u32,
    /// Position of the next entry.
    pub position: u64,
}

impl Point {
    /// The point before the first record of a segment.
    pub(super) fn first(header_crc: u32, first_position: u64) -> Self {
        Self {
            offset: BLOCK_BYTES as u64,
            crc: header_crc,
            position: first_position,
        }
    }

    /// Whether records that begin here can end there: entries take room, and offsets are u32.
    pub(super) fn may_lead_to(self, end: Self) -> bool {
        let bytes = end.offset.checked_sub(self.offset);
        let entries = end.position.checked_sub(self.position);
        let fits = |(bytes, entries)| entries <= bytes / FRAME_HEADER_BYTES as u64;
        u32::try_from(end.offset).is_ok() && bytes.zip(entries).is_some_and(fits)
    }
}

/// A checked record.
pub(super) struct Walked {
    pub offset: u64,
    pub header: RecordHeader,
    pub bytes: Bytes,
}

/// A step of a walk.
pub(super) enum Step {
    /// The next record; the walk stands after it.
    Record(Walked),
    /// Zeros, or the end of the file; the walk stands before them.
    End,
    /// What is there is not the next record; the walk stands before it.
    Bad(&'static str),
}

/// The walk: a file, a place in it, and what has been read ahead.
pub(super) struct Walker<'a> {
    pub file: &'a dyn FsFile,
    pub nonce: Option<u64>,
    pub at: Point,
    /// Where to stop, in bytes.
    pub end: u64,
    chunk: Bytes,
    chunk_at: u64,
}

impl<'a> Walker<'a> {
    /// Begins a walk at a point; without a nonce that of the first record counts.
    pub(super) fn new(file: &'a dyn FsFile, nonce: Option<u64>, at: Point, end: u64) -> Self {
        // Offsets within a segment are kept as u32.
        let end = end.min(u64::from(u32::MAX));
        Self {
            file,
            nonce,
            at,
            end,
            chunk: Bytes::new(),
            chunk_at: 0,
        }
    }

    /// The bytes from an offset on: `length` of them, or fewer where the walk has to end.
    pub(super) fn view(&mut self, offset: u64, length: usize) -> io::Result<Bytes> {
        let length = self.end.saturating_sub(offset).min(length as u64) as usize;
        let is_ahead = offset >= self.chunk_at
            && offset + length as u64 <= self.chunk_at + self.chunk.len() as u64;
        if !is_ahead {
            let wanted = self
                .end
                .saturating_sub(offset)
                .min(CHUNK_BYTES.max(length) as u64);
            self.chunk = read_bytes(self.file, offset, wanted as usize)?;
            self.chunk_at = offset;
        }
        let at = (offset - self.chunk_at) as usize;
        Ok(self.chunk.slice(at..(at + length).min(self.chunk.len())))
    }

    /// Takes the next record.
    pub(super) fn step(&mut self) -> io::Result<Step> {
        let Point {
            offset,
            crc,
            position,
        } = self.at;
        let head = self.view(offset, RECORD_HEADER_BYTES)?;
        if is_zero(&head) {
            return Ok(Step::End);
        }
        let (header, bytes) = match self.record_at(offset)? {
            Ok(record) => record,
            Err(what) => return Ok(Step::Bad(what)),
        };
        if header.previous_crc != crc {
            return Ok(Step::Bad("record does not follow the one before"));
        }
        if header.first_position != position {
            return Ok(Step::Bad("record does not continue the positions"));
        }
        if header.durable_end > position {
            return Ok(Step::Bad("record has a watermark beyond its own beginning"));
        }
        self.nonce = Some(header.nonce);
        self.at = point_after(offset, &header);
        Ok(Step::Record(Walked {
            offset,
            header,
            bytes,
        }))
    }

    /// Reads the record at an offset and checks it by itself, whatever came before.
    pub(super) fn record_at(
        &mut self,
        offset: u64,
    ) -> io::Result<Result<(RecordHeader, Bytes), &'static str>> {
        let head = self.view(offset, RECORD_HEADER_BYTES)?;
        let header = match RecordHeader::parse(&head) {
            Ok(header) => header,
            Err(what) => return Ok(Err(what)),
        };
        if self.nonce.is_some_and(|nonce| nonce != header.nonce) {
            return Ok(Err("record belongs to another segment"));
        }
        if offset + u64::from(header.length) > self.end {
            return Ok(Err("record is longer than what is left of the file"));
        }
        let bytes = self.view(offset, header.length as usize)?;
        Ok(header.check(&bytes).map(|()| (header, bytes)))
    }

    /// The point before the record at an offset, if that is sound by itself.
    pub(super) fn point_before(&mut self, offset: u64) -> io::Result<Option<Point>> {
        let record = self.record_at(offset)?;
        Ok(record.ok().map(|(header, _)| Point {
            offset,
            crc: header.previous_crc,
            position: header.first_position,
        }))
    }

    /// Finds the first sound record from an offset on that is accepted; gives the point before it,
    /// as the record itself states it.
    pub(super) fn find(
        &mut self,
        from: u64,
        accept: impl Fn(Point) -> bool,
    ) -> io::Result<Option<Point>> {
        let mut offset = from.next_multiple_of(RECORD_ALIGN as u64);
        while offset + RECORD_HEADER_BYTES as u64 <= self.end {
            let bytes = self.view(offset, CHUNK_BYTES)?;
            let starts = (0..bytes.len()).step_by(RECORD_ALIGN);
            let nonce = self.nonce;
            let candidates: Vec<usize> = starts
                .filter(|at| RecordHeader::may_begin(&bytes[*at..], nonce))
                .collect();
            for at in candidates {
                let point = self.point_before(offset + at as u64)?;
                if let Some(point) = point.filter(|point| accept(*point)) {
                    return Ok(Some(point));
                }
            }
            // The last bytes of a chunk are too few to tell, so the next chunk repeats them.
            if bytes.len() < CHUNK_BYTES {
                break;
            }
            offset += (CHUNK_BYTES - RECORD_HEADER_BYTES) as u64;
        }
        Ok(None)
    }
}

fn point_after(offset: u64, header: &RecordHeader) -> Point {
    let offset = offset + u64::from(header.length);
    Point {
        offset,
        crc: header.crc,
        position: header.end(),
    }
}

impl Walked {
    /// Entries of each batch, as the batch table states them.
    pub(super) fn batch_counts(&self) -> impl Iterator<Item = u32> + '_ {
        let table = self
            .bytes
            .get(RECORD_HEADER_BYTES..self.header.first_frame());
        let (batches, _) = table.unwrap_or_default().as_chunks::<BATCH_BYTES>();
        batches
            .iter()
            .map(|batch| u32::from_be_bytes([batch[0], batch[1], batch[2], batch[3]]))
    }

    /// The entries with the offsets of their frames; an error has the offset of the bad frame.
    pub(super) fn entries(
        &self,
    ) -> impl Iterator<Item = Result<(u64, StoredEntry), (u64, &'static str)>> + '_ {
        let mut at = self.header.first_frame();
        let mut position = self.header.first_position;
        let mut is_bad = false;
        std::iter::from_fn(move || {
            if position == self.header.end() || is_bad {
                return None;
            }
            let offset = self.offset + at as u64;
            let entry = frame_entry(&self.header, &self.bytes, at, position);
            is_bad = entry.is_err();
            Some(entry.map_err(|what| (offset, what)).map(|(entry, length)| {
                at += length;
                position += 1;
                (offset, entry)
            }))
        })
    }
}

/// The entry whose frame begins at `at` of a record, and the frame's length.
pub(super) fn frame_entry(
    header: &RecordHeader,
    record: &Bytes,
    at: usize,
    position: u64,
) -> Result<(StoredEntry, usize), &'static str> {
    let frame = FrameHeader::parse(record.get(at..).unwrap_or_default())?;
    if frame.position != position || frame.distance as usize != at {
        return Err("frame is not where its position belongs");
    }
    let table = record
        .get(RECORD_HEADER_BYTES..header.first_frame())
        .unwrap_or_default();
    let seed = seed_of(table, frame.batch).ok_or("frame belongs to no batch of its record")?;
    Ok((frame.entry(record, at, seed), frame.length as usize))
}
