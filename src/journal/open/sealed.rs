//! Recovery of a sealed segment: taken as its sidecar describes it, or walked.

use super::recover::{Recovery, damage};
use crate::journal::damage::Damage;
use crate::journal::format::SegmentHeader;
use crate::journal::index::{Index, MemoryIndex};
use crate::journal::options::OpenError;
use crate::journal::segment::Segment;
use crate::journal::walk::{Point, Walker};

impl Recovery<'_> {
    pub(super) fn sealed(
        &mut self,
        number: usize,
        header: &SegmentHeader,
        crc: u32,
    ) -> Result<Segment, OpenError> {
        let first = Point::first(crc, header.first_position);
        let end = self.end_of(number, first);
        let length = self.found[number].length;
        let covered = self
            .out
            .head
            .as_ref()
            .is_none_or(|head| number < head.segment as usize);
        let segment = Segment::new(
            self.folder,
            header,
            crc,
            Index::Memory(MemoryIndex::default()),
        );
        if let Some(end) = end
            && covered
            && length >= end.offset
            && let Some(sidecar) = self.sidecar(&segment, end)?
        {
            if length > end.offset {
                self.out.unsealed.push((number, end));
            }
            self.out.end = end.position;
            segment.set_index(Index::Sidecar(sidecar));
            return Ok(segment);
        }
        let file = self.file(number)?;
        let bytes = end.map_or(length, |end| end.offset);
        let mut walker = Walker::new(&*file, Some(segment.nonce), first, bytes);
        let indexed = self.index(&segment, &mut walker, end, MemoryIndex::new(first.offset))?;
        self.take_damages(&indexed);
        if let Some(end) = end.filter(|_| indexed.damages.is_empty()) {
            self.out.unsealed.push((number, end));
            self.compare_tree(number + 1);
        }
        Ok(self.with_index(segment, indexed.index))
    }

    /// Where a sealed segment ends, as the next one's header says.
    fn end_of(&mut self, number: usize, first: Point) -> Option<Point> {
        let next = self.found.get(number + 1)?;
        let (header, _) = next.header.as_ref().ok()?;
        let end = Point {
            offset: header.previous_length,
            crc: header.previous_crc,
            position: header.first_position,
        };
        if first.may_lead_to(end) {
            return Some(end);
        }
        let what = "segment header contradicts the segment before";
        let damage = Damage {
            position: Some(end.position),
            ..damage(&next.name, 0, what)
        };
        self.out.report.corruption.push(damage);
        None
    }

    /// Compares the tree with what a segment header says of it, where it has come so far.
    fn compare_tree(&mut self, number: usize) {
        let Some(Ok((header, _))) = self.found.get(number).map(|found| &found.header) else {
            return;
        };
        if self.out.peaks.size() == header.first_position && self.out.peaks != header.peaks {
            let what = "tree over the entries before is not the one the header states";
            let damage = damage(&self.found[number].name, 0, what);
            let position = Some(header.first_position);
            self.out
                .report
                .corruption
                .push(Damage { position, ..damage });
        }
    }
}
