//! What a check does with each record, entry and damage of a segment.

use super::entries::{Batches, check_entry};
use super::{CheckReport, Known};
use crate::journal::damage::{Damage, DamageKind};
use crate::journal::entry::StoredEntry;
use crate::journal::format::Head;
use crate::journal::header::Peaks;
use crate::journal::index::MemoryIndex;
use crate::journal::options::KeysOf;
use crate::journal::survey::Sight;
use crate::journal::walk::{Point, Walked};

/// Heads that point into the segment, until the walk comes to them.
pub(super) struct Heads {
    pub pending: Vec<Head>,
    pub faults: Vec<(Head, &'static str)>,
}

impl Heads {
    /// Compares the heads that name this place with what is there.
    fn compare(&mut self, at: Point, last_record: u64, peaks: Option<&Peaks>) {
        let reached = self.pending.extract_if(.., |head| head.offset == at.offset);
        for head in reached {
            let is_same = (head.crc, head.end(), head.last_record)
                == (at.crc, at.position, last_record)
                && peaks.is_none_or(|peaks| *peaks == head.peaks);
            if !is_same {
                self.faults
                    .push((head, "head contradicts the record it names"));
            }
        }
    }
}

/// The check of one segment, as its survey goes on.
pub(super) struct Visitor<'a> {
    pub known: &'a mut Known,
    pub report: &'a mut CheckReport,
    pub keys_of: &'a KeysOf,
    /// Name of the segment.
    pub name: &'a str,
    pub first_position: u64,
    pub heads: Heads,
    /// The index that the segment's sidecar has to equal.
    pub index: MemoryIndex,
    pub batches: Batches,
    pub last_record: u64,
    pub damages: Vec<Damage>,
}

impl Visitor<'_> {
    pub(super) fn see(&mut self, sight: Sight<'_>) {
        match sight {
            Sight::Record(record) => self.see_record(record),
            Sight::Entry(offset, entry) => self.see_entry(offset, entry),
            Sight::Damage {
                offset,
                position,
                what,
            } => {
                self.known.break_off();
                self.add(offset, position, what);
            }
        }
    }

    /// Takes the end of the records.
    pub(super) fn arrive(&mut self, end: Point) {
        self.heads
            .compare(end, self.last_record, self.known.peaks.as_ref());
        self.index.set_end_offset(end.offset);
    }

    fn see_record(&mut self, record: &Walked) {
        let Walked { offset, header, .. } = record;
        let (crc, position) = (header.previous_crc, header.first_position);
        let at = Point {
            offset: *offset,
            crc,
            position,
        };
        self.heads
            .compare(at, self.last_record, self.known.peaks.as_ref());
        self.last_record = *offset;
        self.report.records += 1;
        self.batches = Batches::of(record);
        if !self.batches.add_up(record) {
            self.add(
                *offset,
                position,
                "batch table does not account for the entries",
            );
        }
    }

    fn see_entry(&mut self, offset: u64, entry: &StoredEntry) {
        self.report.entries += 1;
        let place = (entry.position - self.first_position) as u32;
        self.index
            .insert(place, offset as u32, &(self.keys_of)(entry));
        let ledger_id = self.report.identity.map(|identity| identity.ledger_id);
        let mut faults = Vec::new();
        check_entry(
            entry,
            ledger_id,
            &mut self.batches,
            self.known,
            &mut |what| {
                faults.push(what.to_owned());
            },
        );
        for what in faults {
            self.add(offset, entry.position, &what);
        }
    }

    fn add(&mut self, offset: u64, position: u64, what: &str) {
        self.damages.push(Damage {
            kind: DamageKind::Segment,
            file: self.name.to_owned(),
            offset,
            position: Some(position),
            what: what.to_owned(),
        });
    }
}
