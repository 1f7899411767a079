//! Replaces an index file that turned out damaged while reading.

use std::sync::{Arc, PoisonError};

use super::damage::ReadError;
use super::folder::Folder;
use super::format::{BLOCK_BYTES, sidecar_name};
use super::index::{Index, MemoryIndex, SegmentFacts, SidecarError, build_sidecar};
use super::segment::Segment;
use super::shared::Shared;
use super::survey::{Indexed, index_segment};
use super::walk::{Point, Walker};

/// Rebuilds the index of a sealed segment in memory, and its file if that can be done.
pub(super) fn heal(
    shared: &Shared,
    segment: &Segment,
    refused: &SidecarError,
) -> Result<(), ReadError> {
    // One heals at a time; the others find the work done.
    let _healing = shared
        .healing
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let facts = match &*segment.index() {
        Index::Memory(_) => return Ok(()),
        Index::Sidecar(sidecar) => *sidecar.facts(),
    };
    tracing::warn!(segment = segment.name, %refused, "index file is damaged, rebuilding it");
    let indexed = index_sealed(shared, segment, &facts)?;
    let is_whole = indexed.damages.is_empty() && shared.corruption.is_empty();
    if is_whole && let Err(error) = write_sidecar(&shared.folder, &indexed.index, facts) {
        tracing::warn!(segment = segment.name, %error, "index file cannot be written");
    }
    segment.set_index(Index::Memory(indexed.index));
    Ok(())
}

fn index_sealed(
    shared: &Shared,
    segment: &Segment,
    facts: &SegmentFacts,
) -> Result<Indexed, ReadError> {
    let file = segment.file()?;
    let first = Point::first(segment.header_crc, segment.first_position);
    let mut walker = Walker::new(&*file, Some(segment.nonce), first, facts.end_offset);
    let position = segment.first_position + u64::from(facts.entries);
    let end = Point {
        offset: facts.end_offset,
        crc: facts.last_crc,
        position,
    };
    let index = MemoryIndex::new(BLOCK_BYTES as u64);
    let keys_of = &shared.keys_of;
    index_segment(segment, &mut walker, Some(end), index, keys_of, &mut |_| ())
        .map_err(|error| segment.io(error))
}

/// Writes the sidecar of a segment and puts it in place.
pub(super) fn write_sidecar(
    folder: &Arc<Folder>,
    index: &MemoryIndex,
    facts: SegmentFacts,
) -> std::io::Result<()> {
    let name = sidecar_name(facts.number);
    let bytes = build_sidecar(index, facts);
    folder.replace(&name, &format!("{name}.new"), &[&bytes])
}
