//! A file system that fails once, at a chosen change.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::journal::fs::{Fs, FsFile, FsLock};

const SECTOR_BYTES: usize = 512;

/// What happens at the chosen change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done, and an error returned.
    Fail,
    /// A write does its first half and says so; anything else fails as [`Fault::Fail`].
    Short,
    /// A write does every other sector and returns an error; anything else is done whole, and an
    /// error returned all the same.
    Torn,
}

/// Wraps a file system; counts its changes (writes, syncs, lengths, names) and spoils one.
pub struct FaultFs {
    inner: Arc<dyn Fs>,
    plan: Arc<Mutex<Plan>>,
}

#[derive(Default)]
struct Plan {
    changes: u64,
    armed: Option<(Fault, u64)>,
    struck: bool,
}

impl FaultFs {
    /// Wraps `inner`; no fault is armed yet.
    pub fn new(inner: Arc<dyn Fs>) -> Arc<Self> {
        let plan = Arc::default();
        Arc::new(Self { inner, plan })
    }

    /// Spoils one change: `0` is the next one. Later changes succeed again.
    pub fn arm(&self, fault: Fault, after: u64) {
        let mut plan = lock(&self.plan);
        plan.armed = Some((fault, plan.changes + after));
        plan.struck = false;
    }

    /// Changes asked for so far, the spoilt one included.
    pub fn changes(&self) -> u64 {
        lock(&self.plan).changes
    }

    /// Whether the armed fault has happened.
    pub fn struck(&self) -> bool {
        lock(&self.plan).struck
    }

    fn change<T>(&self, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        spoil(count(&self.plan), act)
    }

    fn wrap(&self, inner: Arc<dyn FsFile>) -> Arc<dyn FsFile> {
        let plan = self.plan.clone();
        Arc::new(FaultFile { inner, plan })
    }
}

fn lock(plan: &Mutex<Plan>) -> MutexGuard<'_, Plan> {
    plan.lock().unwrap_or_else(PoisonError::into_inner)
}

fn count(plan: &Mutex<Plan>) -> Option<Fault> {
    let mut plan = lock(plan);
    let number = plan.changes;
    plan.changes += 1;
    let (fault, at) = plan.armed?;
    if number != at {
        return None;
    }
    plan.struck = true;
    Some(fault)
}

fn spoil<T>(fault: Option<Fault>, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    match fault {
        None => act(),
        Some(Fault::Fail | Fault::Short) => Err(io::Error::other("injected fault")),
        Some(Fault::Torn) => act().and(Err(io::Error::other("injected fault, after the act"))),
    }
}

impl Fs for FaultFs {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn FsFile>> {
        Ok(self.wrap(self.inner.open(path)?))
    }

    fn open_read(&self, path: &Path) -> io::Result<Arc<dyn FsFile>> {
        Ok(self.wrap(self.inner.open_read(path)?))
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn FsFile>> {
        self.change(|| Ok(self.wrap(self.inner.create(path)?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.change(|| self.inner.rename(from, to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.change(|| self.inner.remove(path))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.inner.list(dir)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.inner.exists(path)
    }

    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        self.change(|| self.inner.create_dir_all(dir))
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.change(|| self.inner.sync_dir(dir))
    }

    fn free_bytes(&self, path: &Path) -> io::Result<u64> {
        self.inner.free_bytes(path)
    }

    fn lock(&self, path: &Path) -> io::Result<FsLock> {
        self.inner.lock(path)
    }
}

struct FaultFile {
    inner: Arc<dyn FsFile>,
    plan: Arc<Mutex<Plan>>,
}

impl FaultFile {
    fn write_every_other_sector(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        for (index, part) in bytes.chunks(SECTOR_BYTES).enumerate().step_by(2) {
            self.inner
                .write_at(part, offset + (index * SECTOR_BYTES) as u64)?;
        }
        Ok(())
    }
}

impl FsFile for FaultFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.inner.read_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        match count(&self.plan) {
            Some(Fault::Short) => self
                .inner
                .write_at(&bytes[..bytes.len().div_ceil(2)], offset),
            Some(Fault::Torn) => {
                self.write_every_other_sector(bytes, offset)?;
                Err(io::Error::other("injected fault, torn write"))
            }
            fault => spoil(fault, || self.inner.write_at(bytes, offset)),
        }
    }

    fn sync_data(&self) -> io::Result<()> {
        spoil(count(&self.plan), || self.inner.sync_data())
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        spoil(count(&self.plan), || self.inner.set_len(bytes))
    }

    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }
}
