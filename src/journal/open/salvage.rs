//! What can still be read of a segment whose header is lost.

use std::io;
use std::sync::Arc;

use crate::journal::folder::Folder;
use crate::journal::format::{BLOCK_BYTES, SegmentHeader};
use crate::journal::header::Peaks;
use crate::journal::index::{Index, MemoryIndex};
use crate::journal::options::{Identity, KeysOf};
use crate::journal::segment::Segment;
use crate::journal::survey::{Indexed, SurveyEnd, index_segment};
use crate::journal::walk::{Point, Walker};

/// What is known of the segment from elsewhere.
pub(super) struct Salvage<'a> {
    pub folder: &'a Arc<Folder>,
    pub keys_of: &'a KeysOf,
    pub identity: Identity,
    /// Position after the last entry of the segments before.
    pub first_position: u64,
}

impl Salvage<'_> {
    /// Takes the nonce from the first sound record. Entries before that record are holes of this
    /// segment: the segments before hold what they hold, so it is this one that swallowed them.
    pub(super) fn run(&self, number: u32, length: u64) -> io::Result<(Segment, Indexed)> {
        let at = Point {
            offset: BLOCK_BYTES as u64,
            crc: 0,
            position: self.first_position,
        };
        let end = SurveyEnd {
            at,
            what: None,
            dirt: None,
        };
        let index = MemoryIndex::new(at.offset);
        let nothing = Indexed {
            index,
            end,
            last_record: 0,
            damages: Vec::new(),
        };
        if length <= at.offset {
            return Ok((self.segment(number, 0), nothing));
        }
        let unread = self.segment(number, 0);
        let file = self.folder.reading(&unread.name)?;
        let mut walker = Walker::new(&*file, None, at, length);
        let is_later = |point: Point| point.position >= self.first_position;
        let Some(point) = walker.find(at.offset, is_later)? else {
            return Ok((unread, nothing));
        };
        let Ok((record, _)) = walker.record_at(point.offset)? else {
            return Ok((unread, nothing));
        };
        let nonce = record.nonce;
        walker.at = point;
        walker.nonce = Some(nonce);
        let segment = self.segment(number, nonce);
        let index = MemoryIndex::new(at.offset);
        let indexed = index_segment(
            &segment,
            &mut walker,
            None,
            index,
            self.keys_of,
            &mut |_| (),
        )?;
        Ok((segment, indexed))
    }

    fn segment(&self, number: u32, nonce: u64) -> Segment {
        let header = SegmentHeader {
            schema_revision: 0,
            ledger_id: self.identity.ledger_id,
            log_id: self.identity.log_id,
            digest_suite: self.identity.digest_suite,
            simulated_clock: self.identity.simulated_clock,
            number,
            epoch: 0,
            nonce,
            capacity: 0,
            first_position: self.first_position,
            previous_length: 0,
            previous_crc: 0,
            previous_header_hash: [0; 32],
            peaks: Peaks::new(),
        };
        let index = Index::Memory(MemoryIndex::new(BLOCK_BYTES as u64));
        Segment::new(self.folder, &header, 0, index)
    }
}
