//! Recovery of the active segment: walked from the newest head on, to its end.

use super::failed;
use super::recover::{Recovery, Tail, damage, head_damage};
use crate::journal::damage::{Damage, DamageKind};
use crate::journal::format::SegmentHeader;
use crate::journal::index::{Index, MemoryIndex, Sidecar};
use crate::journal::options::OpenError;
use crate::journal::segment::Segment;
use crate::journal::walk::{Point, Walker};

impl Recovery<'_> {
    pub(super) fn last(
        &mut self,
        number: usize,
        header: &SegmentHeader,
        crc: u32,
    ) -> Result<Segment, OpenError> {
        let first = Point::first(crc, header.first_position);
        let durable = self.head_in(number, first);
        let file = self.file(number)?;
        let length = self.found[number].length;
        let segment = Segment::new(
            self.folder,
            header,
            crc,
            Index::Memory(MemoryIndex::default()),
        );
        let mut walker = Walker::new(&*file, Some(segment.nonce), first, length);
        let mut index = MemoryIndex::new(first.offset);
        if let Some(point) = durable
            && let Some(loaded) = self.resume(&segment, &mut walker, point)?
        {
            index = loaded;
            walker.at = point;
        }
        let resumed_at = walker.at;
        let mut indexed = self.index(&segment, &mut walker, durable, index)?;
        if indexed.last_record == 0 && resumed_at != first {
            indexed.last_record = self.out.head.as_ref().map_or(0, |head| head.last_record);
        }
        self.take_damages(&indexed);
        self.refuse_longer(&segment, indexed.end.at);
        self.out.report.was_at_rest = durable == Some(indexed.end.at);
        self.out.tail = Some(Tail {
            at: indexed.end.at,
            last_record: indexed.last_record,
            dirt: indexed.end.dirt,
            length,
            header: header.clone(),
        });
        if let Some(offset) = indexed.end.dirt {
            let what = indexed.end.what.unwrap_or("bytes after the last record");
            let damage = damage(&segment.name, offset, what);
            self.out.report.healed.push(Damage {
                kind: DamageKind::Tail,
                ..damage
            });
        }
        Ok(self.with_index(segment, indexed.index))
    }

    /// The point that the newest head names, if it is in this segment.
    fn head_in(&mut self, number: usize, first: Point) -> Option<Point> {
        let head = self
            .out
            .head
            .as_ref()
            .filter(|head| head.segment as usize == number)?;
        let point = Point {
            offset: head.offset,
            crc: head.crc,
            position: head.end(),
        };
        if first.may_lead_to(point) {
            return Some(point);
        }
        let slot = head.slot_offset();
        let what = "head contradicts the header of its segment";
        self.out
            .report
            .corruption
            .push(head_damage(slot, Some(point.position), what));
        None
    }

    /// Loads the active segment's sidecar, if it is of the state that the newest head names and
    /// the record that ends there is sound.
    fn resume(
        &mut self,
        segment: &Segment,
        walker: &mut Walker<'_>,
        point: Point,
    ) -> Result<Option<MemoryIndex>, OpenError> {
        let last_record = self.out.head.as_ref().map_or(0, |head| head.last_record);
        let record = walker
            .record_at(last_record)
            .map_err(failed("read", &segment.name))?;
        let is_sound = record.is_ok_and(|(record, _)| {
            let end = last_record + u64::from(record.length);
            (end, record.crc, record.end()) == (point.offset, point.crc, point.position)
        });
        if !is_sound {
            return Ok(None);
        }
        let Some(sidecar) = self.sidecar(segment, point)? else {
            return Ok(None);
        };
        match sidecar.load() {
            Ok(index) => Ok(Some(index)),
            Err(error) => {
                self.note_sidecar(segment, &error);
                Ok(None)
            }
        }
    }

    /// A sidecar that covers more than the journal has shows that the journal has lost entries.
    fn refuse_longer(&mut self, segment: &Segment, end: Point) {
        let Ok(sidecar) = Sidecar::open_any(self.folder, segment.number) else {
            return;
        };
        let facts = sidecar.facts();
        if facts.nonce == segment.nonce && facts.end_offset > end.offset {
            let what = format!(
                "journal ends here, its index covers {} bytes",
                facts.end_offset
            );
            let damage = damage(&segment.name, end.offset, &what);
            let position = Some(end.position);
            self.out
                .report
                .corruption
                .push(Damage { position, ..damage });
        }
    }
}
