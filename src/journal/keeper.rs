//! The background thread: prepares the next segment, puts sealed ones in order.
//!
//! Nothing it does is needed for durability: an append waits for it only when a segment is full
//! before the next one is ready.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use super::folder::Folder;
use super::format::NEXT_NAME;
use super::fs::FsFile;
use super::heal::write_sidecar;
use super::index::{Index, Sidecar};
use super::segment::Segment;
use super::walk::Point;

/// Zeros are synced so often while a segment is prepared, lest one long sync holds up appends.
const SYNC_EVERY_BYTES: u64 = 8 << 20;

enum Job {
    /// Make the next segment's file, of so many bytes.
    Prepare(u64),
    /// Cut a full segment to its length and write its sidecar.
    Seal(Arc<Segment>, Point),
}

/// The thread, as the writer sees it. Dropping it finishes what was asked.
pub(super) struct Keeper {
    jobs: Option<Sender<Job>>,
    prepared: Receiver<io::Result<Arc<dyn FsFile>>>,
    is_preparing: bool,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    pub(super) fn start(folder: Arc<Folder>) -> io::Result<Self> {
        let (jobs, queue) = channel();
        let (done, prepared) = channel();
        let work = move || {
            for job in queue {
                match job {
                    Job::Prepare(bytes) => {
                        // The writer has gone: the file is made anew next time.
                        let _ = done.send(prepare(&folder, bytes));
                    }
                    Job::Seal(segment, end) => seal(&folder, &segment, end),
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("journal-keeper".into())
            .spawn(work)?;
        Ok(Self {
            jobs: Some(jobs),
            prepared,
            is_preparing: false,
            thread: Some(thread),
        })
    }

    /// Has the next segment's file made, unless that has been asked for.
    pub(super) fn prepare(&mut self, bytes: u64) {
        if !self.is_preparing {
            self.is_preparing = true;
            self.ask(Job::Prepare(bytes));
        }
    }

    /// Takes the next segment's file, of zeros and synced; waits for it.
    pub(super) fn take(&mut self, bytes: u64) -> io::Result<Arc<dyn FsFile>> {
        self.prepare(bytes);
        self.is_preparing = false;
        self.prepared.recv().map_err(io::Error::other)?
    }

    /// Has a full segment put in order.
    pub(super) fn seal(&self, segment: Arc<Segment>, end: Point) {
        self.ask(Job::Seal(segment, end));
    }

    fn ask(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // A thread that is gone shows when its file is taken.
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been printed; it held nothing that others need.
            let _ = thread.join();
        }
    }
}

/// Makes the file of the next segment.
pub(super) fn prepare(folder: &Folder, bytes: u64) -> io::Result<Arc<dyn FsFile>> {
    let file = folder.fs.create(&folder.path(NEXT_NAME))?;
    let mut offset = 0;
    while offset < bytes {
        let stop = bytes.min(offset + SYNC_EVERY_BYTES);
        file.write_zeros(offset, stop)?;
        file.sync_data()?;
        offset = stop;
    }
    Ok(file)
}

fn seal(folder: &Arc<Folder>, segment: &Segment, end: Point) {
    if let Err(error) = cut(folder, segment, end.offset) {
        tracing::warn!(segment = segment.name, %error, "sealed segment cannot be cut");
    }
    let entries = (end.position - segment.first_position) as u32;
    let facts = segment.facts(end.offset, end.crc, entries);
    let written = match &*segment.index() {
        Index::Memory(index) => write_sidecar(folder, index, facts),
        Index::Sidecar(_) => return,
    };
    if let Err(error) = written {
        tracing::warn!(segment = segment.name, %error, "index file cannot be written");
        return;
    }
    match Sidecar::open(folder, &facts) {
        Ok(sidecar) => segment.set_index(Index::Sidecar(sidecar)),
        Err(error) => tracing::warn!(segment = segment.name, %error, "index file is not usable"),
    }
}

/// Frees what was preallocated beyond the last record.
fn cut(folder: &Folder, segment: &Segment, length: u64) -> io::Result<()> {
    let file = folder.fs.open(&folder.path(&segment.name))?;
    if file.len()? > length {
        file.set_len(length)?;
        file.sync_data()?;
    }
    Ok(())
}
