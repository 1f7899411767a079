//! Making a journal, so that a crash at any step leaves nothing, or something to finish.
//!
//! The first segment is made as `next`, then the head is put in place, then the segment. A head
//! without entries beside a `next` that is a first segment is a creation to finish; a head
//! without segments is otherwise corruption.

use std::io;

use super::failed;
use crate::journal::folder::Folder;
use crate::journal::format::{
    BLOCK_BYTES, HEAD_NAME, Head, NEXT_NAME, SegmentHeader, segment_name,
};
use crate::journal::head_file::{HeadFile, read_head};
use crate::journal::header::{DIGEST_SUITE, Peaks};
use crate::journal::keeper::prepare;
use crate::journal::open::inventory::{read_header, segment_numbers};
use crate::journal::options::{JournalOptions, OpenError};
use crate::journal::writer::{put_to_use, random_nonce};

pub(super) fn create_folder(folder: &Folder) -> io::Result<()> {
    folder.fs.create_dir_all(&folder.dir)?;
    folder.dir.parent().map_or(Ok(()), |parent| {
        // A relative path of one name has the empty path as parent.
        let is_named = !parent.as_os_str().is_empty();
        if is_named {
            folder.fs.sync_dir(parent)
        } else {
            Ok(())
        }
    })
}

/// Makes a journal without entries.
pub(super) fn create(folder: &Folder, options: &JournalOptions) -> Result<(), OpenError> {
    let ledger_id = options
        .ledger_id
        .unwrap_or_else(|| *uuid::Uuid::new_v4().as_bytes());
    let header = SegmentHeader {
        schema_revision: options.schema_revision,
        ledger_id,
        log_id: options.log_id,
        digest_suite: DIGEST_SUITE,
        simulated_clock: options.simulated_clock,
        number: 0,
        epoch: 1,
        nonce: random_nonce().map_err(failed("draw a nonce for", NEXT_NAME))?,
        capacity: options.segment_bytes,
        first_position: 0,
        previous_length: 0,
        previous_crc: 0,
        previous_header_hash: [0; 32],
        peaks: Peaks::new(),
    };
    let file = prepare(folder, options.segment_bytes).map_err(failed("prepare", NEXT_NAME))?;
    let crc = put_to_use(&*file, &header).map_err(failed("write", NEXT_NAME))?;
    // From here on a head without its first segment is corruption, so `next` has to stay.
    folder
        .fs
        .sync_dir(&folder.dir)
        .map_err(failed("sync", "the folder"))?;
    let head = Head {
        ledger_id,
        log_id: options.log_id,
        digest_suite: DIGEST_SUITE,
        simulated_clock: options.simulated_clock,
        segment: 0,
        sequence: 0,
        epoch: 0,
        offset: BLOCK_BYTES as u64,
        last_record: 0,
        crc,
        header_hash: [0; 32],
        peaks: Peaks::new(),
    };
    HeadFile::create(folder, &head).map_err(failed("make", HEAD_NAME))?;
    name_first_segment(folder)
}

/// Finishes what [`create`] had begun, if it had.
pub(super) fn finish_creation(folder: &Folder) -> Result<(), OpenError> {
    let names = folder
        .fs
        .list(&folder.dir)
        .map_err(failed("list", "the folder"))?;
    if !segment_numbers(&names).is_empty() {
        return Ok(());
    }
    let found = read_head(folder).map_err(failed("read", HEAD_NAME))?;
    let Some(head) = found.heads.first().filter(|head| head.end() == 0) else {
        return Ok(());
    };
    let next = read_header(folder, NEXT_NAME).map_err(failed("read", NEXT_NAME))?;
    let is_first = next.header.is_ok_and(|(header, crc)| {
        (header.number, header.ledger_id, crc) == (0, head.ledger_id, head.crc)
    });
    if is_first {
        name_first_segment(folder)
    } else {
        Ok(())
    }
}

fn name_first_segment(folder: &Folder) -> Result<(), OpenError> {
    let name = segment_name(0);
    // A segment without a head is corruption: the head's name has to be durable first.
    let synced = folder.fs.sync_dir(&folder.dir);
    let named = || {
        folder
            .fs
            .rename(&folder.path(NEXT_NAME), &folder.path(&name))
    };
    let named = synced
        .and_then(|()| named())
        .and_then(|()| folder.fs.sync_dir(&folder.dir));
    named.map_err(failed("name", &name))
}
