//! Recovery: finds the end of the journal, and tells a torn tail from corruption.
//!
//! What the newest head covers must be there. What comes after is walked and kept as far as it
//! is sound; where it ends, nothing sound may follow. Sealed segments are taken as their
//! sidecars describe them, and walked where these are of no use.

use std::sync::Arc;

use super::inventory::{Found, Inventory};
use super::{failed, salvage};
use crate::journal::damage::{Damage, DamageKind, ReadError};
use crate::journal::entry::StoredEntry;
use crate::journal::folder::Folder;
use crate::journal::format::{
    BlockError, FORMAT_VERSION, HEAD_NAME, Head, SegmentHeader, sidecar_name,
};
use crate::journal::fs::FsFile;
use crate::journal::header::Peaks;
use crate::journal::index::{Index, MemoryIndex, Sidecar, SidecarError};
use crate::journal::options::{
    Identity, JournalOptions, KeysOf, OpenError, OpenReport, Progress, Stage,
};
use crate::journal::run::read_run;
use crate::journal::segment::Segment;
use crate::journal::survey::{Indexed, index_segment};
use crate::journal::walk::{Point, Walker};

/// What recovery found.
pub(super) struct Recovered {
    pub identity: Identity,
    pub segments: Vec<Segment>,
    /// The newest head.
    pub head: Option<Head>,
    /// The tree as far as it is known.
    pub peaks: Peaks,
    /// Header hash of the last entry.
    pub header_hash: [u8; 32],
    /// When the last entry was recorded; 0 if there is none.
    pub recorded_at_us: u64,
    /// Position after the last entry that is known of.
    pub end: u64,
    /// Where and how to go on writing.
    pub tail: Option<Tail>,
    /// Sealed segments to be put in order: index, end.
    pub unsealed: Vec<(usize, Point)>,
    pub report: OpenReport,
}

/// The end of the active segment.
pub(super) struct Tail {
    pub at: Point,
    pub last_record: u64,
    /// The first byte after the last record that is not zero.
    pub dirt: Option<u64>,
    pub length: u64,
    pub header: SegmentHeader,
}

impl Tail {
    /// Length of the last record.
    pub(super) fn last_record_bytes(&self) -> usize {
        self.at.offset.saturating_sub(self.last_record) as usize
    }
}

/// Recovery in progress.
pub(super) struct Recovery<'a> {
    pub folder: &'a Arc<Folder>,
    options: &'a JournalOptions,
    keys_of: &'a KeysOf,
    pub found: Vec<Found>,
    pub out: Recovered,
    done_bytes: u64,
}

impl<'a> Recovery<'a> {
    pub(super) fn new(
        folder: &'a Arc<Folder>,
        options: &'a JournalOptions,
        keys_of: &'a KeysOf,
        inventory: Inventory,
    ) -> Self {
        let Inventory {
            head: head_found,
            segments: found,
            identity,
            corruption,
        } = inventory;
        let head = head_found.heads.first().cloned();
        let mut report = OpenReport {
            corruption,
            ..OpenReport::default()
        };
        if head.is_some() {
            report.healed = head_found.damages;
        } else {
            let is_there = head_found.is_there;
            let what = if is_there {
                "neither slot of the head is sound"
            } else {
                "head is missing"
            };
            report.corruption.push(head_damage(0, None, what));
        }
        let out = Recovered {
            identity,
            segments: Vec::new(),
            peaks: Peaks::new(),
            header_hash: [0; 32],
            recorded_at_us: 0,
            end: 0,
            tail: None,
            unsealed: Vec::new(),
            report,
            head,
        };
        let mut recovery = Self {
            folder,
            options,
            keys_of,
            found,
            out,
            done_bytes: 0,
        };
        recovery.begin_tree();
        recovery
    }

    /// Begins the tree where the newest head left it, or the last segment header.
    fn begin_tree(&mut self) {
        if let Some(head) = &self.out.head {
            self.out.peaks = head.peaks.clone();
            self.out.header_hash = head.header_hash;
            return;
        }
        let header = self
            .found
            .last()
            .and_then(|found| found.header.as_ref().ok());
        if let Some((header, _)) = header {
            self.out.peaks = header.peaks.clone();
            self.out.header_hash = header.previous_header_hash;
        }
    }

    /// Recovers segment by segment.
    pub(super) fn run(mut self) -> Result<Recovered, OpenError> {
        let count = self.found.len();
        for number in 0..count {
            let segment = match self.found[number].header.clone() {
                Ok((header, crc)) if number + 1 < count => self.sealed(number, &header, crc)?,
                Ok((header, crc)) => self.last(number, &header, crc)?,
                Err(error) => self.lost(number, error)?,
            };
            self.out.segments.push(segment);
            self.tell(number);
        }
        let promised = self.out.head.as_ref().map_or(0, Head::end);
        self.out.end = self.out.end.max(promised);
        if self.out.report.corruption.is_empty() {
            self.read_newest();
        }
        Ok(self.out)
    }

    /// Reads the newest entry, which no later record vouches for.
    fn read_newest(&mut self) {
        let Some(position) = self.out.end.checked_sub(1) else {
            return;
        };
        let mut segments = self.out.segments.iter().rev();
        let Some(segment) = segments.find(|segment| segment.first_position <= position) else {
            return;
        };
        let (place, next) = segment.places(position, position + 1);
        // A sidecar that cannot answer heals when it is read; the time is then checked from the
        // first append on only.
        let Ok(span) = segment.index().span(place, next) else {
            return;
        };
        let mut entries = Vec::new();
        match read_run(segment, &span, position, 1, &mut entries) {
            Ok(()) => self.out.recorded_at_us = entries.pop().map_or(0, |e| e.recorded_at_us),
            Err(ReadError::Corrupt {
                file,
                offset,
                position,
                what,
            }) => {
                let damage = Damage {
                    position,
                    ..damage(&file, offset, &what)
                };
                self.out.report.corruption.push(damage);
            }
            Err(ReadError::Io { file, source }) => {
                self.out
                    .report
                    .corruption
                    .push(damage(&file, 0, &source.to_string()));
            }
        }
    }

    fn tell(&mut self, number: usize) {
        self.done_bytes += self.found[number].length;
        if let Some(progress) = &self.options.progress {
            let total_bytes = self.found.iter().map(|found| found.length).sum();
            let done_bytes = self.done_bytes;
            progress(Progress {
                stage: Stage::Recover,
                done_bytes,
                total_bytes,
            });
        }
    }

    /// Takes a segment whose header is of no use.
    fn lost(&mut self, number: usize, error: BlockError) -> Result<Segment, OpenError> {
        let found = &self.found[number];
        let first_position = self.out.end;
        // What the segments before hold is known only now, and so is what is in doubt.
        for damage in &mut self.out.report.corruption {
            if damage.file == found.name {
                damage.position.get_or_insert(first_position);
            }
        }
        let salvage = salvage::Salvage {
            folder: self.folder,
            keys_of: self.keys_of,
            identity: self.out.identity,
            first_position,
        };
        let (segment, indexed) = salvage
            .run(number as u32, found.length)
            .map_err(failed("read", &found.name))?;
        tracing::error!(segment = found.name, %error, "segment header is lost");
        self.take_damages(&indexed);
        Ok(self.with_index(segment, indexed.index))
    }

    /// Opens a segment's sidecar; `None` if it is of no use, which the report says unless that
    /// is in the course of things.
    pub(super) fn sidecar(
        &mut self,
        segment: &Segment,
        end: Point,
    ) -> Result<Option<Sidecar>, OpenError> {
        let entries = (end.position - segment.first_position) as u32;
        let facts = segment.facts(end.offset, end.crc, entries);
        match Sidecar::open(self.folder, &facts) {
            Ok(sidecar) => Ok(Some(sidecar)),
            Err(SidecarError::Newer(found)) => Err(OpenError::NewerFormat {
                file: sidecar_name(segment.number),
                found,
                supported: FORMAT_VERSION,
            }),
            Err(error) => {
                self.note_sidecar(segment, &error);
                Ok(None)
            }
        }
    }

    pub(super) fn note_sidecar(&mut self, segment: &Segment, error: &SidecarError) {
        let offset = match error {
            SidecarError::Damaged { offset, .. } => *offset,
            SidecarError::Io(_) => 0,
            SidecarError::Missing | SidecarError::Stale { .. } | SidecarError::Newer(_) => return,
        };
        let damage = damage(&sidecar_name(segment.number), offset, &error.to_string());
        self.out.report.healed.push(Damage {
            kind: DamageKind::Sidecar,
            ..damage
        });
    }

    /// Walks on, grows the index, and the tree from where it stands.
    pub(super) fn index(
        &mut self,
        segment: &Segment,
        walker: &mut Walker<'_>,
        durable: Option<Point>,
        index: MemoryIndex,
    ) -> Result<Indexed, OpenError> {
        let Recovered {
            peaks,
            header_hash,
            report,
            ..
        } = &mut self.out;
        let mut each = |entry: &StoredEntry| {
            if entry.position == peaks.size() {
                peaks.push(entry.leaf_hash());
                *header_hash = entry.header_hash();
                report.recovered_entries += 1;
            }
        };
        index_segment(segment, walker, durable, index, self.keys_of, &mut each)
            .map_err(failed("read", &segment.name))
    }

    pub(super) fn take_damages(&mut self, indexed: &Indexed) {
        self.out
            .report
            .corruption
            .extend_from_slice(&indexed.damages);
        self.out.end = self.out.end.max(indexed.end.at.position);
    }

    pub(super) fn with_index(&mut self, mut segment: Segment, index: MemoryIndex) -> Segment {
        let end = segment.first_position + index.offsets().len() as u64;
        self.out.end = self.out.end.max(end);
        let corruption = self.out.report.corruption.iter();
        let own = corruption.filter(|damage| damage.file == segment.name);
        segment.damages = own.cloned().collect();
        segment.set_index(Index::Memory(index));
        segment
    }

    pub(super) fn file(&self, number: usize) -> Result<Arc<dyn FsFile>, OpenError> {
        let name = &self.found[number].name;
        self.folder.reading(name).map_err(failed("read", name))
    }
}

pub(super) fn damage(file: &str, offset: u64, what: &str) -> Damage {
    let (kind, what) = (DamageKind::Segment, what.to_owned());
    Damage {
        kind,
        file: file.to_owned(),
        offset,
        position: None,
        what,
    }
}

pub(super) fn head_damage(offset: u64, position: Option<u64>, what: &str) -> Damage {
    Damage {
        kind: DamageKind::Head,
        position,
        ..damage(HEAD_NAME, offset, what)
    }
}
