//! Walks a segment to its end over whatever damage lies in between, and saves what is intact.

use std::io;
use std::ops::Range;

use super::damage::{Damage, DamageKind};
use super::entry::StoredEntry;
use super::folder::first_nonzero;
use super::format::{FrameHeader, RecordHeader};
use super::index::MemoryIndex;
use super::options::KeysOf;
use super::segment::Segment;
use super::walk::{Point, Step, Walked, Walker, frame_entry};

/// What a survey comes across, in order.
#[derive(Clone, Copy)]
pub(super) enum Sight<'a> {
    /// A sound record; its entries follow.
    Record(&'a Walked),
    /// A sound entry, with the offset of its frame.
    Entry(u64, &'a StoredEntry),
    /// Damage; sound entries of the damaged record may follow.
    Damage {
        offset: u64,
        position: u64,
        what: &'static str,
    },
}

/// Where a survey ended, and why.
pub(super) struct SurveyEnd {
    pub at: Point,
    /// The first byte from there on that is not zero.
    pub dirt: Option<u64>,
    /// What is wrong with what stands there.
    pub what: Option<&'static str>,
}

/// Walks to the end. `durable` is a point that is known to have been reached: not to come to it
/// is damage, and the survey goes on from there.
pub(super) fn survey(
    walker: &mut Walker<'_>,
    mut durable: Option<Point>,
    visit: &mut dyn FnMut(Sight<'_>),
) -> io::Result<SurveyEnd> {
    loop {
        let at = walker.at;
        if let Some(point) = durable.take_if(|point| point.offset <= at.offset)
            && point != at
        {
            let what = "records do not come to a point that is known to be durable";
            visit(Sight::Damage {
                offset: point.offset,
                position: at.position,
                what,
            });
        }
        let what = match walker.step()? {
            Step::Record(record) => {
                visit(Sight::Record(&record));
                visit_entries(walker, &record, visit)?;
                continue;
            }
            Step::End => None,
            Step::Bad(what) => Some(what),
        };
        let dirt = first_nonzero(walker.file, at.offset, walker.end)?;
        let later = match dirt {
            Some(_) => walker.find(at.offset + 1, |point| at.may_lead_to(point))?,
            None => None,
        };
        let Some(resume) = later
            .into_iter()
            .chain(durable)
            .min_by_key(|point| point.offset)
        else {
            return Ok(SurveyEnd { at, dirt, what });
        };
        let what = what.unwrap_or("zeros where a record should be");
        visit(Sight::Damage {
            offset: at.offset,
            position: at.position,
            what,
        });
        save_frames(
            walker,
            at.offset..resume.offset,
            at.position..resume.position,
            visit,
        )?;
        walker.at = resume;
    }
}

fn visit_entries(
    walker: &mut Walker<'_>,
    record: &Walked,
    visit: &mut dyn FnMut(Sight<'_>),
) -> io::Result<()> {
    let mut position = record.header.first_position;
    for entry in record.entries() {
        match entry {
            Ok((offset, entry)) => {
                visit(Sight::Entry(offset, &entry));
                position += 1;
            }
            Err((offset, what)) => {
                visit(Sight::Damage {
                    offset,
                    position,
                    what,
                });
                let bytes = record.offset..walker.at.offset;
                save_frames(walker, bytes, position..record.header.end(), visit)?;
            }
        }
    }
    Ok(())
}

/// Visits the sound frames of these positions in the damaged record that takes these bytes.
/// Without its batch table nothing can be saved.
fn save_frames(
    walker: &mut Walker<'_>,
    place: Range<u64>,
    mut positions: Range<u64>,
    visit: &mut dyn FnMut(Sight<'_>),
) -> io::Result<()> {
    let bytes = walker.view(place.start, (place.end - place.start) as usize)?;
    let Ok(header) = RecordHeader::parse(&bytes) else {
        return Ok(());
    };
    if header.table(&bytes).is_err() || walker.nonce.is_some_and(|nonce| nonce != header.nonce) {
        return Ok(());
    }
    let mut at = header.first_frame();
    while at < bytes.len() && !positions.is_empty() {
        let claimed = FrameHeader::claimed_position(&bytes[at..]);
        let claimed = claimed.filter(|position| positions.contains(position));
        let entry = claimed.map(|position| frame_entry(&header, &bytes, at, position));
        if let Some(Ok((entry, length))) = entry {
            visit(Sight::Entry(place.start + at as u64, &entry));
            positions.start = entry.position + 1;
            at += length;
        } else {
            at += 1;
        }
    }
    Ok(())
}

/// An index made from a segment, and the damage met.
pub(super) struct Indexed {
    pub index: MemoryIndex,
    pub end: SurveyEnd,
    /// Offset of the last record; 0 if there is none.
    pub last_record: u64,
    pub damages: Vec<Damage>,
}

/// Goes on with an index from where the walker stands; `each` sees every sound entry.
pub(super) fn index_segment(
    segment: &Segment,
    walker: &mut Walker<'_>,
    durable: Option<Point>,
    mut index: MemoryIndex,
    keys_of: &KeysOf,
    each: &mut dyn FnMut(&StoredEntry),
) -> io::Result<Indexed> {
    let mut damages = Vec::new();
    let mut last_record = 0;
    let base = segment.first_position;
    let end = survey(walker, durable, &mut |sight| match sight {
        Sight::Record(record) => last_record = record.offset,
        Sight::Entry(offset, entry) => {
            index.insert(
                (entry.position - base) as u32,
                offset as u32,
                &keys_of(entry),
            );
            each(entry);
        }
        Sight::Damage {
            offset,
            position,
            what,
        } => damages.push(Damage {
            kind: DamageKind::Segment,
            file: segment.name.clone(),
            offset,
            position: Some(position),
            what: what.to_owned(),
        }),
    })?;
    index.set_end_offset(end.at.offset);
    Ok(Indexed {
        index,
        end,
        last_record,
        damages,
    })
}
