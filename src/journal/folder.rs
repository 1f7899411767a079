//! The journal's folder: its names, and a bounded pool of open segments and sidecars.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::fs::{Fs, FsFile, read_all, read_up_to, write_all};

/// Files kept open for reading. A ledger of many years has more segments than a process may have
/// open files.
const OPEN_FILES_MAX: usize = 128;

/// The folder, shared by writer, readers and the keeper.
pub(super) struct Folder {
    pub fs: Arc<dyn Fs>,
    pub dir: PathBuf,
    open: Mutex<Pool>,
}

#[derive(Default)]
struct Pool {
    files: HashMap<String, Pooled>,
    clock: u64,
}

struct Pooled {
    file: Arc<dyn FsFile>,
    used: u64,
}

impl Folder {
    pub(super) fn new(fs: Arc<dyn Fs>, dir: &Path) -> Self {
        Self {
            fs,
            dir: dir.to_path_buf(),
            open: Mutex::default(),
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Opens a file for reading, or gives it from the pool.
    pub(super) fn reading(&self, name: &str) -> io::Result<Arc<dyn FsFile>> {
        let mut pool = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        pool.clock += 1;
        let used = pool.clock;
        if let Some(pooled) = pool.files.get_mut(name) {
            pooled.used = used;
            return Ok(pooled.file.clone());
        }
        let file = self.fs.open_read(&self.path(name))?;
        if pool.files.len() >= OPEN_FILES_MAX {
            let oldest = pool.files.iter().min_by_key(|(_, pooled)| pooled.used);
            let oldest = oldest.map(|(name, _)| name.clone());
            oldest.map(|name| pool.files.remove(&name));
        }
        pool.files.insert(
            name.to_owned(),
            Pooled {
                file: file.clone(),
                used,
            },
        );
        Ok(file)
    }

    /// Forgets an open file, because another has taken its name.
    pub(super) fn forget(&self, name: &str) {
        let mut pool = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        pool.files.remove(name);
    }

    /// Reads a whole file; `None` if there is none.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match self.fs.open_read(&self.path(name)) {
            Ok(file) => read_all(&*file).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts a file in place whole or not at all: written aside, synced, renamed, name synced.
    pub(super) fn replace(&self, name: &str, aside: &str, parts: &[&[u8]]) -> io::Result<()> {
        let file = self.fs.create(&self.path(aside))?;
        let mut offset = 0;
        for part in parts {
            write_all(&*file, part, offset)?;
            offset += part.len() as u64;
        }
        file.sync_data()?;
        self.fs.rename(&self.path(aside), &self.path(name))?;
        self.forget(name);
        self.fs.sync_dir(&self.dir)
    }
}

/// Reads up to `length` bytes; fewer if the file ends first.
pub(super) fn read_bytes(file: &dyn FsFile, offset: u64, length: usize) -> io::Result<Bytes> {
    let mut buffer = vec![0; length];
    let read = read_up_to(file, &mut buffer, offset)?;
    Ok(Bytes::from(buffer).slice(..read))
}

/// Whether all bytes are zero.
pub(super) fn is_zero(bytes: &[u8]) -> bool {
    // Whole lines are or-ed before one is tested, which the compiler turns into wide words.
    bytes
        .chunks(512)
        .all(|line| line.iter().fold(0, |sum, byte| sum | byte) == 0)
}

/// Where the first byte that is not zero stands, within `from..to` and the file.
pub(super) fn first_nonzero(file: &dyn FsFile, from: u64, to: u64) -> io::Result<Option<u64>> {
    const CHUNK_BYTES: u64 = 256 << 10;
    let mut buffer = vec![0; CHUNK_BYTES.min(to.saturating_sub(from)) as usize];
    let mut offset = from;
    while offset < to {
        let wanted = (to - offset).min(CHUNK_BYTES) as usize;
        let read = read_up_to(file, &mut buffer[..wanted], offset)?;
        if !is_zero(&buffer[..read]) {
            let at = buffer[..read]
                .iter()
                .position(|byte| *byte != 0)
                .unwrap_or_default();
            return Ok(Some(offset + at as u64));
        }
        if read < wanted {
            break;
        }
        offset += read as u64;
    }
    Ok(None)
}
