//! The folder of the database: opened under guard, thrown away, sealed, synced.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::error::{Doubt, StateError};
use super::guard::guarded;

/// How long the threads of sled may hold on to a database that was dropped.
const RELEASE_WAIT: Duration = Duration::from_secs(5);
const RELEASE_POLL: Duration = Duration::from_millis(2);
const READ_BYTES: usize = 256 << 10;

/// A file of the database as it was at a clean stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SealedFile {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// CRC-32C of the content.
    pub(super) check: u32,
}

pub(super) fn sled_dir(dir: &Path) -> PathBuf {
    dir.join("sled")
}

pub(super) fn data_file(dir: &Path) -> PathBuf {
    sled_dir(dir).join("db")
}

/// Takes the folder for this process; the lock lasts as long as the file is open.
pub(super) fn lock(dir: &Path) -> Result<File, StateError> {
    let path = dir.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(StateError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StateError::InUse {
            path: dir.to_path_buf(),
        }),
        Err(TryLockError::Error(source)) => Err(StateError::io("lock", &path)(source)),
    }
}

/// Opens sled; a panic or an error of sled is a doubt about what it was given.
pub(super) fn open_sled(dir: &Path, cache_bytes: u64) -> Result<sled::Db, Doubt> {
    let config = sled::Config::new()
        .path(sled_dir(dir))
        .cache_capacity(cache_bytes)
        // Written and synced at checkpoints only: no thread of its own, no surprise.
        .flush_every_ms(None);
    match guarded(|| config.open()) {
        Ok(Ok(db)) => Ok(db),
        Ok(Err(error)) => Err(Doubt::Unreadable {
            cause: error.to_string(),
        }),
        Err(message) => Err(Doubt::PanickedOnOpen { message }),
    }
}

/// Removes the database, whatever is left of it.
pub(super) fn discard(dir: &Path) -> Result<(), StateError> {
    let path = sled_dir(dir);
    let removed = match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Ok(found) if found.is_dir() => fs::remove_dir_all(&path),
        _ => fs::remove_file(&path),
    };
    removed.map_err(StateError::io("remove", &path))?;
    sync_dir(dir)
}

/// Waits until no thread of sled holds the data file, and says whether that came to be.
///
/// sled locks the file and hands it to threads that may outlive the database by a moment.
pub(super) fn wait_for_release(dir: &Path) -> bool {
    let Ok(file) = File::open(data_file(dir)) else {
        return true;
    };
    let deadline = Instant::now() + RELEASE_WAIT;
    while file.try_lock().is_err() {
        if Instant::now() >= deadline {
            return false;
        }
        thread::sleep(RELEASE_POLL);
    }
    true
}

/// Returns the files of a database that nobody has open, in name order, with their checksums.
pub(super) fn seal(sled_dir: &Path) -> Result<Vec<SealedFile>, StateError> {
    let mut files = Vec::new();
    let list = || StateError::io("list", sled_dir);
    for entry in fs::read_dir(sled_dir).map_err(list())? {
        let entry = entry.map_err(list())?;
        let path = entry.path();
        // The one sub-folder is for large values, which this store never makes.
        if entry.file_type().map_err(list())?.is_dir() {
            continue;
        }
        let (bytes, check) = checksum(&path).map_err(StateError::io("read", &path))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        files.push(SealedFile { name, bytes, check });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// Names the first file in which two lists of sealed files differ.
pub(super) fn difference(sealed: &[SealedFile], found: &[SealedFile]) -> String {
    if let Some(file) = sealed.iter().find(|file| !found.contains(file)) {
        return format!("file {} changed since it was closed", file.name);
    }
    match found.iter().find(|file| !sealed.contains(file)) {
        Some(file) => format!("file {} was not there when it was closed", file.name),
        None => "its files are in another order".to_owned(),
    }
}

fn checksum(path: &Path) -> io::Result<(u64, u32)> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; READ_BYTES];
    let (mut bytes, mut check) = (0, 0);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((bytes, check)),
            count => {
                bytes += count as u64;
                check = crc32c::crc32c_append(check, &buffer[..count]);
            }
        }
    }
}

/// Syncs every file of the database and its folders.
pub(super) fn sync_all(dir: &Path) -> Result<(), StateError> {
    let sled_dir = sled_dir(dir);
    let list = || StateError::io("list", &sled_dir);
    for entry in fs::read_dir(&sled_dir).map_err(list())? {
        let path = entry.map_err(list())?.path();
        let file = File::open(&path).map_err(StateError::io("open", &path))?;
        file.sync_all().map_err(StateError::io("sync", &path))?;
    }
    sync_dir(&sled_dir)?;
    sync_dir(dir)
}

/// Syncs a folder, so that the names in it last.
pub(super) fn sync_dir(dir: &Path) -> Result<(), StateError> {
    File::open(dir)
        .and_then(|folder| folder.sync_all())
        .map_err(StateError::io("sync", dir))
}

/// Puts a file in place of another, durably: temporary name, sync, rename, sync of the folder.
pub(super) fn replace_file(path: &Path, content: &[u8]) -> Result<(), StateError> {
    let temporary = path.with_extension("tmp");
    let mut file = File::create(&temporary).map_err(StateError::io("create", &temporary))?;
    file.write_all(content)
        .and_then(|()| file.sync_all())
        .map_err(StateError::io("write", &temporary))?;
    rename_synced(&temporary, path)
}

/// Renames a synced file and syncs the folder.
pub(super) fn rename_synced(from: &Path, to: &Path) -> Result<(), StateError> {
    fs::rename(from, to).map_err(StateError::io("rename", from))?;
    sync_dir(to.parent().unwrap_or(Path::new(".")))
}
