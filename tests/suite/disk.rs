//! A disk under a test's hand: syncs that wait or fail, free space as the test says.

use std::{
    io,
    path::Path,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use bihuan::journal::fs::{Fs, FsFile, FsLock};
use tokio::sync::watch;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syncs {
    Pass,
    Wait,
    Fail,
}

/// Wraps a file system.
pub struct Disk {
    inner: Arc<dyn Fs>,
    hand: Arc<Hand>,
}

struct Hand {
    syncs: Mutex<Syncs>,
    changed: Condvar,
    /// How many syncs wait.
    held: watch::Sender<usize>,
    free_bytes: AtomicU64,
}

impl Disk {
    /// Wraps `inner`; passes everything on until told otherwise.
    pub fn new(inner: Arc<dyn Fs>) -> Arc<Self> {
        let hand = Hand {
            syncs: Mutex::new(Syncs::Pass),
            changed: Condvar::new(),
            held: watch::Sender::new(0),
            free_bytes: AtomicU64::new(u64::MAX),
        };
        Arc::new(Self {
            inner,
            hand: Arc::new(hand),
        })
    }

    fn set(&self, syncs: Syncs) {
        *self.hand.syncs.lock().unwrap() = syncs;
        self.hand.changed.notify_all();
    }

    /// Makes every sync wait from now on.
    pub fn hold_syncs(&self) {
        self.set(Syncs::Wait);
    }

    /// Makes every sync fail, those that wait too.
    pub fn fail_syncs(&self) {
        self.set(Syncs::Fail);
    }

    /// Lets everything pass again, what waits too.
    pub fn heal(&self) {
        self.set(Syncs::Pass);
    }

    /// Waits until a sync waits.
    pub async fn sync_is_held(&self) {
        let mut held = self.hand.held.subscribe();
        held.wait_for(|count| *count > 0)
            .await
            .expect("the disk lives");
    }

    /// Says how many bytes are free from now on.
    pub fn set_free_bytes(&self, bytes: u64) {
        self.hand.free_bytes.store(bytes, Ordering::SeqCst);
    }

    fn wrap(&self, inner: Arc<dyn FsFile>) -> Arc<dyn FsFile> {
        let hand = self.hand.clone();
        Arc::new(DiskFile { inner, hand })
    }
}

impl Hand {
    fn sync(&self) -> io::Result<()> {
        let mut syncs = self.syncs.lock().unwrap();
        while *syncs == Syncs::Wait {
            self.held.send_modify(|count| *count += 1);
            syncs = self.changed.wait(syncs).unwrap();
            self.held.send_modify(|count| *count -= 1);
        }
        match *syncs {
            Syncs::Fail => Err(io::Error::other("injected fault")),
            Syncs::Pass | Syncs::Wait => Ok(()),
        }
    }
}

impl Fs for Disk {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn FsFile>> {
        Ok(self.wrap(self.inner.open(path)?))
    }

    fn open_read(&self, path: &Path) -> io::Result<Arc<dyn FsFile>> {
        self.inner.open_read(path)
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn FsFile>> {
        Ok(self.wrap(self.inner.create(path)?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.inner.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.inner.remove(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.inner.list(dir)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.inner.exists(path)
    }

    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        self.inner.create_dir_all(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.inner.sync_dir(dir)
    }

    fn free_bytes(&self, _path: &Path) -> io::Result<u64> {
        Ok(self.hand.free_bytes.load(Ordering::SeqCst))
    }

    fn lock(&self, path: &Path) -> io::Result<FsLock> {
        self.inner.lock(path)
    }
}

struct DiskFile {
    inner: Arc<dyn FsFile>,
    hand: Arc<Hand>,
}

impl FsFile for DiskFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.inner.read_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.inner.write_at(bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.hand.sync()?;
        self.inner.sync_data()
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.inner.set_len(bytes)
    }

    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }
}
