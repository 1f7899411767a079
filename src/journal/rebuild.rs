//! Writes the index files anew from the segments.

use std::path::Path;
use std::sync::Arc;

use super::damage::Damage;
use super::folder::Folder;
use super::format::{BLOCK_BYTES, SegmentHeader, sidecar_name};
use super::fs::Fs;
use super::heal::write_sidecar;
use super::index::{Index, MemoryIndex};
use super::open::{Found, enter, failed, read_header, segment_numbers};
use super::options::{KeysOf, OpenError, Progress, ProgressFn, Stage};
use super::segment::Segment;
use super::survey::index_segment;
use super::walk::{Point, Walker};

/// What rebuilding did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RebuildReport {
    /// Index files written.
    pub files: u64,
    /// Entries in them.
    pub entries: u64,
    /// Damage of segments; those have no index file now.
    pub corruption: Vec<Damage>,
}

/// Writes the index files of all segments anew. Takes the journal's lock: no writer may be at
/// work. The active segment's is written too, and used if the journal is at rest.
///
/// Errors: as opening, for the lock and the file system; damage is reported instead.
pub fn rebuild_sidecars(
    fs: Arc<dyn Fs>,
    dir: &Path,
    keys_of: &KeysOf,
    progress: Option<&ProgressFn>,
) -> Result<RebuildReport, OpenError> {
    let folder = Arc::new(Folder::new(fs, dir));
    let _lock = enter(&folder, false)?;
    let names = folder
        .fs
        .list(&folder.dir)
        .map_err(failed("list", "the folder"))?;
    let mut found = Vec::new();
    for number in segment_numbers(&names) {
        let name = super::format::segment_name(number);
        found.push(read_header(&folder, &name).map_err(failed("read", &name))?);
    }
    let mut report = RebuildReport::default();
    let total_bytes = found.iter().map(|found| found.length).sum();
    let mut done_bytes = 0;
    for (index, segment) in found.iter().enumerate() {
        if let Ok((header, crc)) = &segment.header {
            let next = found.get(index + 1);
            rebuild(&folder, segment, (header, *crc), next, keys_of, &mut report)?;
        }
        done_bytes += segment.length;
        if let Some(progress) = progress {
            progress(Progress {
                stage: Stage::Rebuild,
                done_bytes,
                total_bytes,
            });
        }
    }
    Ok(report)
}

fn rebuild(
    folder: &Arc<Folder>,
    found: &Found,
    (header, crc): (&SegmentHeader, u32),
    next: Option<&Found>,
    keys_of: &KeysOf,
    report: &mut RebuildReport,
) -> Result<(), OpenError> {
    let name = sidecar_name(header.number);
    let first = Point::first(crc, header.first_position);
    let stated = next
        .and_then(|next| next.header.as_ref().ok())
        .map(|(next, _)| Point {
            offset: next.previous_length,
            crc: next.previous_crc,
            position: next.first_position,
        });
    let end = stated.filter(|end| first.may_lead_to(*end));
    let file = folder
        .reading(&found.name)
        .map_err(failed("read", &found.name))?;
    let bytes = end.map_or(found.length, |end| end.offset);
    let mut walker = Walker::new(&*file, Some(header.nonce), first, bytes);
    let segment = Segment::new(folder, header, crc, Index::Memory(MemoryIndex::default()));
    let index = MemoryIndex::new(BLOCK_BYTES as u64);
    let indexed = index_segment(&segment, &mut walker, end, index, keys_of, &mut |_| ())
        .map_err(failed("read", &found.name))?;
    if !indexed.damages.is_empty() {
        report.corruption.extend(indexed.damages);
        return Ok(());
    }
    let Point {
        offset,
        crc,
        position,
    } = indexed.end.at;
    let entries = (position - header.first_position) as u32;
    let facts = segment.facts(offset, crc, entries);
    // An index must not outlive what it covers, or it would show a loss that was none.
    let synced = folder
        .fs
        .open(&folder.path(&found.name))
        .and_then(|file| file.sync_data());
    synced.map_err(failed("sync", &found.name))?;
    write_sidecar(folder, &indexed.index, facts).map_err(failed("write", &name))?;
    report.files += 1;
    report.entries += u64::from(entries);
    Ok(())
}
