//! A file system in memory that forgets what was not synced.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::disk::{Dice, Disk, FileState, NameChange};
use crate::journal::fs::{Fs, FsFile, FsLock};

/// Keeps, for each file, what a disk is sure to hold and what it may hold.
///
/// A sector is written whole or not at all; sectors reach the disk in any order; a length or a
/// name that was not synced may or may not have changed. Folders themselves are always durable.
#[derive(Clone, Default)]
pub struct PowerCutFs {
    disk: Arc<Mutex<Disk>>,
}

impl PowerCutFs {
    /// An empty disk.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The disk as it would be found after a power cut now; equal seeds spare equal parts.
    /// This one goes on as if nothing had happened.
    pub fn cut(&self, seed: u64) -> Arc<Self> {
        let disk = self.disk().cut(&mut Dice(seed));
        Arc::new(Self {
            disk: Arc::new(Mutex::new(disk)),
        })
    }

    /// Makes what was written and not synced unwritable, as a failed sync may: it stays readable,
    /// and reaches the disk only if it is written again.
    pub fn forget_writes(&self) {
        self.disk()
            .files
            .values_mut()
            .for_each(FileState::forget_writes);
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&self, number: u64) -> Arc<dyn FsFile> {
        Arc::new(PowerCutFile {
            fs: self.clone(),
            number,
        })
    }
}

impl Fs for PowerCutFs {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn FsFile>> {
        let number = self.disk().find(path)?;
        Ok(self.handle(number))
    }

    fn open_read(&self, path: &Path) -> io::Result<Arc<dyn FsFile>> {
        self.open(path)
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn FsFile>> {
        let mut disk = self.disk();
        if let Ok(number) = disk.find(path) {
            disk.files.entry(number).or_default().resize(0);
            return Ok(self.handle(number));
        }
        let number = disk.next_file;
        disk.next_file += 1;
        disk.files.insert(number, FileState::default());
        let added = Some((path.to_path_buf(), number));
        disk.change(NameChange {
            removed: None,
            added,
        });
        Ok(self.handle(number))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        let added = Some((to.to_path_buf(), disk.find(from)?));
        let removed = Some(from.to_path_buf());
        disk.change(NameChange { removed, added });
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.find(path)?;
        let removed = Some(path.to_path_buf());
        disk.change(NameChange {
            removed,
            added: None,
        });
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let disk = self.disk();
        if !disk.dirs.contains(dir) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let within = disk.names.keys().filter(|path| path.parent() == Some(dir));
        let names = within.filter_map(|path| path.file_name());
        Ok(names
            .map(|name| name.to_string_lossy().into_owned())
            .collect())
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        let disk = self.disk();
        Ok(disk.names.contains_key(path) || disk.dirs.contains(path))
    }

    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        let above = dir.ancestors().map(Path::to_path_buf);
        self.disk().dirs.extend(above);
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        let pending = std::mem::take(&mut disk.names_pending);
        let (synced, kept) = pending
            .into_iter()
            .partition(|change| change.is_within(dir));
        let synced: Vec<NameChange> = synced;
        for change in synced {
            change.apply(&mut disk.names_synced);
        }
        disk.names_pending = kept;
        Ok(())
    }

    fn free_bytes(&self, _path: &Path) -> io::Result<u64> {
        Ok(1 << 40)
    }

    fn lock(&self, path: &Path) -> io::Result<FsLock> {
        if !self.disk().locks.insert(path.to_path_buf()) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let fs = self.clone();
        Ok(FsLock::holding(HeldLock {
            fs,
            path: path.to_path_buf(),
        }))
    }
}

struct HeldLock {
    fs: PowerCutFs,
    path: PathBuf,
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        self.fs.disk().locks.remove(&self.path);
    }
}

struct PowerCutFile {
    fs: PowerCutFs,
    number: u64,
}

impl PowerCutFile {
    fn with<T>(&self, act: impl FnOnce(&mut FileState) -> T) -> T {
        act(self.fs.disk().files.entry(self.number).or_default())
    }
}

fn index(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput.into())
}

impl FsFile for PowerCutFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let start = index(offset)?;
        Ok(self.with(|file| {
            let rest = file.bytes.get(start..).unwrap_or_default();
            let read = rest.len().min(buffer.len());
            buffer[..read].copy_from_slice(&rest[..read]);
            read
        }))
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let start = index(offset)?;
        let end = start + bytes.len();
        self.with(|file| {
            if file.bytes.len() < end {
                file.resize(end);
            }
            file.bytes[start..end].copy_from_slice(bytes);
            file.touch(start, end);
        });
        Ok(bytes.len())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.with(FileState::sync);
        Ok(())
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        let length = index(bytes)?;
        self.with(|file| file.resize(length));
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.with(|file| file.bytes.len() as u64))
    }
}
