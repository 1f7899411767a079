//! The one writer: encodes a group, writes it, syncs it, shows it.

use std::io;
use std::sync::Arc;

use super::entry::Group;
use super::format::{
    BLOCK_BYTES, HEAD_NAME, Head, NEXT_NAME, RECORD_HEADER_BYTES, SegmentHeader, Stamp,
    encode_record, record_bytes, segment_name,
};
use super::fs::{FsFile, FsLock, PAGE_BYTES, write_all};
use super::head_file::HeadFile;
use super::header::Peaks;
use super::heal::write_sidecar;
use super::index::{Index, MemoryIndex};
use super::keeper::Keeper;
use super::refusal::refusal;
use super::seam::{AppendError, Journal, Outcome};
use super::segment::Segment;
use super::shared::Shared;
use super::walk::Point;

/// A journal in segment files of one folder.
///
/// # Guarantees
/// Those of [`Journal`]; a process or power failure at any moment loses nothing acknowledged.
/// After a failed write or sync it is poisoned: a sync that failed once may succeed the next
/// time without having written anything, so it is never repeated.
pub struct SegmentJournal {
    pub(super) shared: Arc<Shared>,
    pub(super) keeper: Keeper,
    pub(super) active: Active,
    pub(super) head_file: HeadFile,
    /// The head written last.
    pub(super) head: Head,
    pub(super) peaks: Peaks,
    /// Header hash of the last entry.
    pub(super) header_hash: [u8; 32],
    /// When the last entry was recorded.
    pub(super) recorded_at_us: u64,
    pub(super) segment_bytes: u64,
    pub(super) schema_revision: u32,
    /// Whether the active segment has an older schema revision.
    pub(super) must_roll: bool,
    pub(super) is_poisoned: bool,
    pub(super) scratch: Scratch,
    /// Dropped last: the folder is free only when nothing of this writer runs.
    pub(super) _lock: FsLock,
}

/// Buffers that every append reuses.
#[derive(Default)]
pub(super) struct Scratch {
    record: Vec<u8>,
    frames: Vec<u32>,
}

/// The segment that is written to.
pub(super) struct Active {
    pub segment: Arc<Segment>,
    pub file: Arc<dyn FsFile>,
    pub capacity: u64,
    /// Where the next record goes; everything before is durable.
    pub at: Point,
    /// Where the last record begins; 0 if there is none.
    pub last_record: u64,
}

fn failed<'a>(act: &'static str, file: &'a str) -> impl FnOnce(io::Error) -> AppendError + 'a {
    move |source| AppendError::Failed {
        act,
        file: file.to_owned(),
        source,
    }
}

impl Journal for SegmentJournal {
    fn append(&mut self, group: &Group) -> Result<Outcome, AppendError> {
        if self.is_poisoned {
            return Err(AppendError::Poisoned);
        }
        if let Some(what) = refusal(group, self.peaks.size(), self.recorded_at_us) {
            return Err(AppendError::Refused { what });
        }
        if !group.batches.is_empty() {
            self.guarded(|journal| journal.commit(group))?;
        }
        Ok(Outcome::Committed)
    }

    fn idle(&mut self) -> Result<(), AppendError> {
        if self.is_poisoned {
            return Err(AppendError::Poisoned);
        }
        self.guarded(Self::rest)
    }

    fn close(mut self: Box<Self>) -> Result<(), AppendError> {
        self.idle()?;
        let Active { segment, at, .. } = &self.active;
        let entries = (at.position - segment.first_position) as u32;
        if entries > 0
            && let Index::Memory(index) = &*segment.index()
        {
            let facts = segment.facts(at.offset, at.crc, entries);
            if let Err(error) = write_sidecar(&self.shared.folder, index, facts) {
                tracing::warn!(segment = segment.name, %error, "index file cannot be written");
            }
        }
        Ok(())
    }
}

impl SegmentJournal {
    /// Runs an act that writes; poisons the journal if it fails.
    fn guarded(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<(), AppendError>,
    ) -> Result<(), AppendError> {
        let done = act(self);
        self.is_poisoned = done.is_err();
        done
    }

    fn commit(&mut self, group: &Group) -> Result<(), AppendError> {
        let is_used = self.active.at.offset > BLOCK_BYTES as u64;
        let is_full = self.active.at.offset + record_bytes(group) > self.active.capacity;
        if self.must_roll || (is_full && is_used) {
            self.roll()?;
        }
        let start = self.active.at;
        self.write_record(group)?;
        self.show(group, start);
        if self.active.at.offset > self.active.capacity / 2 {
            self.keeper.prepare(self.segment_bytes);
        }
        Ok(())
    }

    /// Writes and syncs a record, and steps behind it.
    fn write_record(&mut self, group: &Group) -> Result<(), AppendError> {
        let Active {
            segment,
            file,
            at,
            last_record,
            capacity,
        } = &mut self.active;
        let stamp = Stamp {
            nonce: segment.nonce,
            durable_end: at.position,
            previous_crc: at.crc,
        };
        let Scratch { record, frames } = &mut self.scratch;
        let crc = encode_record(group, stamp, record, frames);
        let end = at.offset + record.len() as u64;
        // The rest of the page is zeros already; written again, the page is whole and need not be
        // read before it is changed.
        let padded_end = end.next_multiple_of(PAGE_BYTES).min(*capacity);
        record.resize((padded_end.max(end) - at.offset) as usize, 0);
        write_all(&**file, record, at.offset).map_err(failed("write", &segment.name))?;
        file.sync_data().map_err(failed("sync", &segment.name))?;
        *last_record = at.offset;
        *at = Point {
            offset: end,
            crc,
            position: at.position + frames.len() as u64,
        };
        Ok(())
    }

    /// Makes a durable group visible to readers.
    fn show(&mut self, group: &Group, start: Point) {
        let Active { segment, at, .. } = &self.active;
        let base = segment.first_position;
        segment.grow(|index| {
            let positions = start.position..;
            for ((entry, frame), position) in
                group.entries().zip(&self.scratch.frames).zip(positions)
            {
                let offset = start.offset as u32 + frame;
                index.insert((position - base) as u32, offset, &entry.keys);
            }
            index.set_end_offset(at.offset);
        });
        for entry in group.entries() {
            self.peaks.push(entry.leaf_hash);
            self.header_hash = entry.header_hash;
            self.recorded_at_us = entry.recorded_at_us;
        }
        self.shared.publish(&self.peaks, 0);
    }

    /// Puts the prepared segment to use.
    fn roll(&mut self) -> Result<(), AppendError> {
        let folder = self.shared.folder.clone();
        let file = self
            .keeper
            .take(self.segment_bytes)
            .map_err(failed("prepare", NEXT_NAME))?;
        let number = self.active.segment.number + 1;
        let name = segment_name(number);
        let identity = self.shared.identity;
        let header = SegmentHeader {
            schema_revision: self.schema_revision,
            ledger_id: identity.ledger_id,
            log_id: identity.log_id,
            digest_suite: identity.digest_suite,
            simulated_clock: identity.simulated_clock,
            number,
            epoch: identity.epoch,
            nonce: random_nonce().map_err(failed("draw a nonce for", &name))?,
            capacity: self.segment_bytes,
            first_position: self.active.at.position,
            previous_length: self.active.at.offset,
            previous_crc: self.active.at.crc,
            previous_header_hash: self.header_hash,
            peaks: self.peaks.clone(),
        };
        let header_crc = put_to_use(&*file, &header).map_err(failed("write", NEXT_NAME))?;
        folder
            .fs
            .rename(&folder.path(NEXT_NAME), &folder.path(&name))
            .and_then(|()| folder.fs.sync_dir(&folder.dir))
            .map_err(failed("name", &name))?;
        let index = Index::Memory(MemoryIndex::new(BLOCK_BYTES as u64));
        let segment = Arc::new(Segment::new(&folder, &header, header_crc, index));
        let at = Point::first(header_crc, header.first_position);
        let active = Active {
            segment: segment.clone(),
            file,
            capacity: header.capacity,
            at,
            last_record: 0,
        };
        let sealed = std::mem::replace(&mut self.active, active);
        self.shared.push_segment(segment);
        self.must_roll = false;
        self.write_head()?;
        self.keeper.seal(sealed.segment, sealed.at);
        Ok(())
    }

    /// Writes the watermark, as a record and as a head, if something was appended since.
    fn rest(&mut self) -> Result<(), AppendError> {
        let Active { at, capacity, .. } = &self.active;
        if self.head.offset == at.offset && self.head.segment == self.active.segment.number {
            return Ok(());
        }
        if at.offset + RECORD_HEADER_BYTES as u64 <= *capacity {
            let watermark = Group {
                first_position: at.position,
                batches: Vec::new(),
            };
            self.write_record(&watermark)?;
            let end_offset = self.active.at.offset;
            self.active
                .segment
                .grow(|index| index.set_end_offset(end_offset));
        }
        self.write_head()
    }

    pub(super) fn write_head(&mut self) -> Result<(), AppendError> {
        let Active {
            segment,
            at,
            last_record,
            ..
        } = &self.active;
        let identity = self.shared.identity;
        let head = Head {
            ledger_id: identity.ledger_id,
            log_id: identity.log_id,
            digest_suite: identity.digest_suite,
            simulated_clock: identity.simulated_clock,
            segment: segment.number,
            sequence: self.head.sequence + 1,
            epoch: identity.epoch,
            offset: at.offset,
            last_record: *last_record,
            crc: at.crc,
            header_hash: self.header_hash,
            peaks: self.peaks.clone(),
        };
        self.head_file
            .write(&head)
            .map_err(failed("write", HEAD_NAME))?;
        self.head = head;
        Ok(())
    }
}

/// Writes and syncs the header of a prepared segment; returns its CRC.
pub(super) fn put_to_use(file: &dyn FsFile, header: &SegmentHeader) -> io::Result<u32> {
    let block = header.encode();
    write_all(file, &block, 0)?;
    file.sync_data()?;
    let (_, crc) = SegmentHeader::decode(&block).map_err(io::Error::other)?;
    Ok(crc)
}

pub(super) fn random_nonce() -> io::Result<u64> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(u64::from_be_bytes(bytes))
}
