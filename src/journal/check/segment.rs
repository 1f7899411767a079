//! One segment: its records, its end, the heads that point into it, its sidecar.

use std::io;
use std::sync::Arc;

use super::Check;
use super::entries::Batches;
use super::visit::{Heads, Visitor};
use crate::journal::damage::DamageKind;
use crate::journal::folder::{Folder, first_nonzero};
use crate::journal::format::{HEAD_NAME, SegmentHeader, sidecar_name};
use crate::journal::fs::FsFile;
use crate::journal::index::{
    Index, MemoryIndex, SegmentFacts, Sidecar, SidecarError, build_sidecar,
};
use crate::journal::segment::Segment;
use crate::journal::survey::{SurveyEnd, survey};
use crate::journal::walk::{Point, Step, Walker};

/// What the walk over a segment gives.
struct Checked {
    end: SurveyEnd,
    index: MemoryIndex,
    is_whole: bool,
}

impl Check<'_> {
    pub(super) fn check_segment(&mut self, number: usize, header: &SegmentHeader, crc: u32) {
        let name = self.found[number].name.clone();
        let file = match self.folder.fs.open_read(&self.folder.path(&name)) {
            Ok(file) => file,
            Err(error) => return self.unreadable(&name, &error),
        };
        let is_last = number + 1 == self.found.len();
        let checked = match self.walk(&*file, number, header, crc) {
            Ok(checked) => checked,
            Err(error) => return self.unreadable(&name, &error),
        };
        self.known.end = Some(checked.end.at);
        if !checked.is_whole {
            self.known.break_off();
        }
        let rest = self.check_rest(&*file, &name, is_last, header, &checked.end);
        if let Err(error) = rest {
            return self.unreadable(&name, &error);
        }
        let empty = Index::Memory(MemoryIndex::default());
        let segment = Segment::new(&self.folder, header, crc, empty);
        let Point {
            offset,
            crc,
            position,
        } = checked.end.at;
        let entries = position.saturating_sub(header.first_position) as u32;
        let facts = segment.facts(offset, crc, entries);
        self.check_sidecar(is_last, &checked, facts);
    }

    fn unreadable(&mut self, name: &str, error: &io::Error) {
        self.add(
            DamageKind::Segment,
            name,
            0,
            None,
            &format!("cannot be read: {error}"),
        );
        self.known.break_off();
    }

    /// Where the next header says that this segment ends.
    fn stated_end(&self, number: usize, first: Point) -> Option<Point> {
        let (next, _) = self.found.get(number + 1)?.header.as_ref().ok()?;
        let end = Point {
            offset: next.previous_length,
            crc: next.previous_crc,
            position: next.first_position,
        };
        first.may_lead_to(end).then_some(end)
    }

    fn walk(
        &mut self,
        file: &dyn FsFile,
        number: usize,
        header: &SegmentHeader,
        crc: u32,
    ) -> io::Result<Checked> {
        let first = Point::first(crc, header.first_position);
        let stated = self.stated_end(number, first);
        let heads = self
            .head
            .heads
            .iter()
            .filter(|head| head.segment as usize == number);
        let heads = Heads {
            pending: heads.cloned().collect(),
            faults: Vec::new(),
        };
        let newest = self.head.heads.first().map(|head| head.sequence);
        let of_head = heads.pending.first().map(|head| Point {
            offset: head.offset,
            crc: head.crc,
            position: head.end(),
        });
        let durable = stated.or(of_head.filter(|point| first.may_lead_to(*point)));
        let end = match stated {
            Some(end) => end.offset,
            None if self.is_live => live_end(file, header.nonce, first, durable)?,
            None => file.len()?,
        };
        let mut walker = Walker::new(file, Some(header.nonce), first, end);
        let Self {
            known,
            report,
            keys_of,
            found,
            ..
        } = self;
        let mut visitor = Visitor {
            known,
            report,
            keys_of,
            name: &found[number].name,
            first_position: header.first_position,
            heads,
            index: MemoryIndex::new(first.offset),
            batches: Batches::default(),
            last_record: 0,
            damages: Vec::new(),
        };
        let end = survey(&mut walker, durable, &mut |sight| visitor.see(sight))?;
        visitor.arrive(end.at);
        let Visitor {
            heads,
            index,
            damages,
            ..
        } = visitor;
        let is_whole = damages.is_empty();
        for damage in damages {
            self.push(damage);
        }
        self.add_head_faults(heads, newest);
        Ok(Checked {
            end,
            index,
            is_whole,
        })
    }

    /// The newest head has to be true; the older one is only worth writing again.
    fn add_head_faults(&mut self, heads: Heads, newest: Option<u64>) {
        let missed = heads
            .pending
            .into_iter()
            .map(|head| (head, "head names a place between records"));
        for (head, what) in heads.faults.into_iter().chain(missed) {
            let is_newest = newest == Some(head.sequence);
            let kind = if is_newest {
                DamageKind::Head
            } else {
                DamageKind::HeadSlot
            };
            self.add(kind, HEAD_NAME, head.slot_offset(), Some(head.end()), what);
        }
    }

    /// Looks at what follows the last record.
    fn check_rest(
        &mut self,
        file: &dyn FsFile,
        name: &str,
        is_last: bool,
        header: &SegmentHeader,
        end: &SurveyEnd,
    ) -> io::Result<()> {
        // A writer may be in the middle of a record, or of cutting a sealed segment.
        if self.is_live {
            return Ok(());
        }
        let length = file.len()?;
        let dirt = match end.dirt {
            None => first_nonzero(file, end.at.offset, length)?,
            dirt => dirt,
        };
        let position = Some(end.at.position);
        if let Some(offset) = dirt {
            let what = end.what.unwrap_or("bytes after the last record");
            self.add(DamageKind::Tail, name, offset, position, what);
        }
        if is_last && length < header.capacity {
            let what = "segment is shorter than it was made";
            self.add(DamageKind::Tail, name, length, position, what);
        }
        Ok(())
    }

    /// Compares a sidecar, byte by byte, with the one the segment gives.
    fn check_sidecar(&mut self, is_last: bool, checked: &Checked, facts: SegmentFacts) {
        if is_last && self.is_live {
            return;
        }
        let name = sidecar_name(facts.number);
        let fault = sidecar_fault(&self.folder, is_last, checked, facts);
        let (offset, what) = match fault {
            Ok(None) => return,
            Ok(Some(SidecarError::Missing)) if is_last || self.is_live => return,
            Ok(Some(SidecarError::Damaged { offset, what })) => (offset, what.to_owned()),
            Ok(Some(error)) => (0, error.to_string()),
            Err(error) => (0, error.to_string()),
        };
        self.add(DamageKind::Sidecar, &name, offset, None, &what);
    }
}

/// Where the sound records end now. A writer may be in the middle of the next one, and be past it
/// when it is looked at again: so what comes after is left for another check.
fn live_end(
    file: &dyn FsFile,
    nonce: u64,
    first: Point,
    durable: Option<Point>,
) -> io::Result<u64> {
    let length = file.len()?;
    let mut walker = Walker::new(file, Some(nonce), first, length);
    while let Step::Record(_) = walker.step()? {}
    let is_short = durable.is_some_and(|point| walker.at.offset < point.offset);
    Ok(if is_short { length } else { walker.at.offset })
}

fn sidecar_fault(
    folder: &Arc<Folder>,
    is_last: bool,
    checked: &Checked,
    facts: SegmentFacts,
) -> io::Result<Option<SidecarError>> {
    let name = sidecar_name(facts.number);
    let Some(bytes) = folder.read(&name)? else {
        return Ok(Some(SidecarError::Missing));
    };
    // Appends since the last close leave the active segment's sidecar behind.
    if is_last
        && let Err(SidecarError::Stale { end_offset, .. }) = Sidecar::open(folder, &facts)
        && end_offset < facts.end_offset
    {
        return Ok(None);
    }
    if !checked.is_whole {
        return Ok(Sidecar::open_any(folder, facts.number).err());
    }
    let expected = build_sidecar(&checked.index, facts);
    if bytes == expected {
        return Ok(None);
    }
    let differs = bytes
        .iter()
        .zip(&expected)
        .position(|(found, expected)| found != expected);
    let offset = differs.unwrap_or(bytes.len().min(expected.len())) as u64;
    let what = "index file is not the one that the segment gives";
    Ok(Some(SidecarError::Damaged { offset, what }))
}
