//! The last step of opening: for reading if corrupt, else heal and go on writing.

use std::io;
use std::sync::Arc;

use super::failed;
use super::recover::{Recovered, Tail};
use crate::journal::folder::{Folder, read_bytes};
use crate::journal::format::HEAD_NAME;
use crate::journal::fs::{FsFile, FsLock, write_all};
use crate::journal::head_file::HeadFile;
use crate::journal::keeper::Keeper;
use crate::journal::options::{Identity, JournalOptions, KeysOf, OpenError, Opened};
use crate::journal::reader::Reader;
use crate::journal::seam::AppendError;
use crate::journal::segment::Segment;
use crate::journal::shared::Shared;
use crate::journal::writer::{Active, Scratch, SegmentJournal};

pub(super) struct Start {
    pub folder: Arc<Folder>,
    pub options: JournalOptions,
    pub keys_of: KeysOf,
    pub lock: FsLock,
    pub is_new: bool,
}

/// Makes of what was recovered an open journal.
pub(super) fn start(with: Start, mut recovered: Recovered) -> Result<Opened, OpenError> {
    recovered.report.is_new = with.is_new;
    let segments = std::mem::take(&mut recovered.segments);
    let segments = segments.into_iter().map(Arc::new).collect();
    let (folder, keys_of) = (with.folder.clone(), with.keys_of.clone());
    let shared = Shared::new(folder, keys_of, recovered.identity, segments);
    shared.publish(&recovered.peaks, recovered.end);
    match recovered.tail.take() {
        Some(tail) if recovered.report.corruption.is_empty() => {
            write(with, recovered, shared, &tail)
        }
        _ => Ok(read_only(with, recovered, shared)),
    }
}

fn read_only(with: Start, recovered: Recovered, mut shared: Shared) -> Opened {
    let report = recovered.report;
    for damage in &report.corruption {
        tracing::error!(%damage, "journal is corrupt, opened for reading only");
    }
    shared.corruption.clone_from(&report.corruption);
    shared.lock = Some(with.lock);
    let identity = shared.identity;
    let reader = Reader::new(Arc::new(shared));
    Opened {
        writer: None,
        reader,
        identity,
        report,
    }
}

fn write(
    with: Start,
    recovered: Recovered,
    mut shared: Shared,
    tail: &Tail,
) -> Result<Opened, OpenError> {
    let Recovered {
        identity,
        head,
        peaks,
        header_hash,
        recorded_at_us,
        ..
    } = recovered;
    let head = head.expect("a journal without a sound head is corrupt");
    let segments = shared.segments();
    let segment = segments
        .last()
        .expect("a journal with a tail has a segment")
        .clone();
    let file = heal_tail(&with.folder, &segment, tail, recovered.report.was_at_rest)
        .map_err(failed("heal", &segment.name))?;
    for damage in &recovered.report.healed {
        tracing::warn!(%damage, "journal healed");
    }
    let identity = Identity {
        epoch: identity.epoch + 1,
        ..identity
    };
    shared.identity = identity;
    let shared = Arc::new(shared);
    let keeper = Keeper::start(with.folder.clone()).map_err(failed("start", "the keeper"))?;
    let mut journal = SegmentJournal {
        keeper,
        active: Active {
            segment,
            file,
            capacity: tail.header.capacity,
            at: tail.at,
            last_record: tail.last_record,
        },
        head_file: HeadFile::open(&with.folder).map_err(failed("open", HEAD_NAME))?,
        head,
        peaks,
        header_hash,
        recorded_at_us,
        segment_bytes: with.options.segment_bytes,
        schema_revision: with.options.schema_revision,
        must_roll: tail.header.schema_revision < with.options.schema_revision,
        is_poisoned: false,
        scratch: Scratch::default(),
        shared: shared.clone(),
        _lock: with.lock,
    };
    // The head in the other slot is the one that counts from now on.
    journal.write_head().map_err(|error| match error {
        AppendError::Failed { act, file, source } => OpenError::Io { act, file, source },
        error => failed("write", HEAD_NAME)(io::Error::other(error)),
    })?;
    for (index, end) in recovered.unsealed {
        journal.keeper.seal(segments[index].clone(), end);
    }
    let reader = Reader::new(shared);
    let report = recovered.report;
    Ok(Opened {
        writer: Some(Box::new(journal)),
        reader,
        identity,
        report,
    })
}

/// Cuts a torn tail, gives the segment its whole length back, and makes durable what recovery
/// has kept, which may never have been synced.
fn heal_tail(
    folder: &Folder,
    segment: &Segment,
    tail: &Tail,
    was_at_rest: bool,
) -> io::Result<Arc<dyn FsFile>> {
    let file = folder.fs.open(&folder.path(&segment.name))?;
    if tail.last_record > 0 && !was_at_rest {
        // If its sync has failed, the system may hold the last record for written although it is
        // in memory only; writing it again makes the coming sync a true one.
        let record = read_bytes(&*file, tail.last_record, tail.last_record_bytes())?;
        write_all(&*file, &record, tail.last_record)?;
    }
    let length = tail.length.max(tail.header.capacity);
    if tail.dirt.is_some() {
        file.write_zeros(tail.at.offset, length)?;
    } else if tail.length < length {
        file.write_zeros(tail.length.max(tail.at.offset), length)?;
    }
    file.sync_data()?;
    folder.fs.sync_dir(&folder.dir)?;
    Ok(file)
}
