//! Opening: make or find, recover, heal, or stop at corruption.
//!
//! Nothing is written before recovery has looked at everything and found no corruption; a corrupt
//! journal is left as it is and opened for reading.

mod active;
mod create;
mod inventory;
mod recover;
mod salvage;
mod sealed;
mod start;

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::folder::Folder;
use super::format::LOCK_NAME;
use super::fs::{Fs, FsLock};
use super::options::{JournalOptions, KeysOf, OpenError, Opened, SEGMENT_BYTES_RANGE};
use super::writer::SegmentJournal;
use inventory::Inventory;
pub(super) use inventory::{Found, read_header, segment_numbers};
use recover::Recovery;

/// Turns an I/O error into an [`OpenError`].
pub(super) fn failed<'a>(
    act: &'static str,
    file: &'a str,
) -> impl FnOnce(io::Error) -> OpenError + 'a {
    move |source| OpenError::Io {
        act,
        file: file.to_owned(),
        source,
    }
}

impl SegmentJournal {
    /// Opens the journal of a folder, or makes one.
    ///
    /// # Guarantees
    /// All that was ever acknowledged is there, or the report says what is missing and there is
    /// no writer. What was never acknowledged is there whole, batch by batch, or not at all.
    pub fn open(
        fs: Arc<dyn Fs>,
        dir: &Path,
        options: JournalOptions,
        keys_of: KeysOf,
    ) -> Result<Opened, OpenError> {
        check_options(&options)?;
        let folder = Arc::new(Folder::new(fs, dir));
        let lock = enter(&folder, options.create)?;
        let is_new = inventory::is_empty(&folder)?;
        if is_new && !options.create {
            return Err(OpenError::Missing {
                dir: dir.display().to_string(),
            });
        }
        if is_new {
            create::create(&folder, &options)?;
        } else {
            create::finish_creation(&folder)?;
        }
        let inventory = Inventory::take(&folder, &options)?;
        let recovered = Recovery::new(&folder, &options, &keys_of, inventory).run()?;
        start::start(
            start::Start {
                folder,
                options,
                keys_of,
                lock,
                is_new,
            },
            recovered,
        )
    }
}

fn check_options(options: &JournalOptions) -> Result<(), OpenError> {
    let range = SEGMENT_BYTES_RANGE;
    if range.contains(&options.segment_bytes) {
        return Ok(());
    }
    let (least, most) = (range.start(), range.end());
    let what = format!(
        "segments of {} bytes: {least} to {most} can be",
        options.segment_bytes
    );
    Err(OpenError::BadOption { what })
}

/// Makes the folder if it may, and takes its lock.
pub(super) fn enter(folder: &Folder, create: bool) -> Result<FsLock, OpenError> {
    let (fs, dir) = (&folder.fs, &folder.dir);
    let shown = dir.display().to_string();
    if !fs.exists(dir).map_err(failed("look for", &shown))? {
        if !create {
            return Err(OpenError::Missing { dir: shown });
        }
        create::create_folder(folder).map_err(failed("make", &shown))?;
    }
    fs.lock(&folder.path(LOCK_NAME))
        .map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => OpenError::Locked { dir: shown },
            _ => failed("lock", LOCK_NAME)(error),
        })
}
