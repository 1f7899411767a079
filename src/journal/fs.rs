//! The file system as the layers above need it: positioned reads and writes, explicit syncs.
//!
//! Every byte that must survive goes through [`Fs`], so that tests can put a failing or a
//! power-losing file system ([`crate::journal::faults`]) below any layer. The traits promise
//! what a disk promises and no more: a write is durable only after [`FsFile::sync_data`], a new,
//! renamed or removed name only after [`Fs::sync_dir`] of its folder.

use std::any::Any;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

/// Zeros written at a time.
const ZEROS_BYTES: usize = 1 << 20;
/// Pages of memory, and blocks of every disk, are multiples of this or divide it.
pub const PAGE_BYTES: u64 = 4096;

/// Folders and names. Implementations are shared between threads.
pub trait Fs: Send + Sync + 'static {
    /// Opens an existing file for reading and writing; `NotFound` if there is none.
    fn open(&self, path: &Path) -> io::Result<Arc<dyn FsFile>>;

    /// Opens an existing file for reading only; `NotFound` if there is none.
    fn open_read(&self, path: &Path) -> io::Result<Arc<dyn FsFile>>;

    /// Creates an empty file for reading and writing, or empties the one that is there.
    fn create(&self, path: &Path) -> io::Result<Arc<dyn FsFile>>;

    /// Renames a file, replacing `to` if it exists. Durable after [`Fs::sync_dir`].
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file; `NotFound` if there is none. Durable after [`Fs::sync_dir`].
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Names of the files of a folder (not of its subfolders), sorted; `NotFound` if it is absent.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;

    /// Whether there is a file or folder of this name.
    fn exists(&self, path: &Path) -> io::Result<bool>;

    /// Creates a folder and the folders above it; no error if it is there.
    fn create_dir_all(&self, dir: &Path) -> io::Result<()>;

    /// Makes the names of a folder durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// Bytes that may still be written to the file system that holds `path`.
    fn free_bytes(&self, path: &Path) -> io::Result<u64>;

    /// Takes the lock file `path` (created if absent) until the guard is dropped;
    /// `WouldBlock` if someone else, in this process or another, holds it.
    fn lock(&self, path: &Path) -> io::Result<FsLock>;
}

/// An open file. All methods take `&self`: positions are arguments, there is no cursor.
pub trait FsFile: Send + Sync {
    /// Reads into `buffer` from `offset` on; returns the bytes read, which may be fewer than
    /// asked for, and 0 at the end of the file.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes from `offset` on, extending the file; returns the bytes written, which may be
    /// fewer than given.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize>;

    /// Writes zeros to `from..to`, extending the file.
    fn write_zeros(&self, from: u64, to: u64) -> io::Result<()> {
        let zeros = vec![0; ZEROS_BYTES.min(to.saturating_sub(from) as usize)];
        write_zeros_with(
            &mut |bytes, offset| self.write_at(bytes, offset),
            &zeros,
            from,
            to,
        )
    }

    /// Makes the written bytes and the length durable (`fdatasync`).
    fn sync_data(&self) -> io::Result<()>;

    /// Cuts the file or extends it with zeros.
    fn set_len(&self, bytes: u64) -> io::Result<()>;

    /// Length of the file in bytes.
    fn len(&self) -> io::Result<u64>;

    /// Whether the file holds no bytes.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
}

/// A held lock file; dropping it frees the lock.
pub struct FsLock {
    _guard: Box<dyn Any + Send + Sync>,
}

impl FsLock {
    /// Wraps what frees the lock when it is dropped.
    pub fn holding(guard: impl Any + Send + Sync) -> Self {
        Self {
            _guard: Box::new(guard),
        }
    }
}

/// Reads until `buffer` is full or the file ends; returns the bytes read.
pub fn read_up_to(file: &dyn FsFile, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < buffer.len() {
        match file.read_at(&mut buffer[done..], offset + done as u64) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// Fills `buffer`; `UnexpectedEof` if the file ends first.
pub fn read_exact(file: &dyn FsFile, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    if read_up_to(file, buffer, offset)? < buffer.len() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

/// Reads a whole file.
pub fn read_all(file: &dyn FsFile) -> io::Result<Vec<u8>> {
    let length = usize::try_from(file.len()?).map_err(|_| io::ErrorKind::FileTooLarge)?;
    let mut bytes = vec![0; length];
    let read = read_up_to(file, &mut bytes, 0)?;
    bytes.truncate(read);
    Ok(bytes)
}

/// Writes all of `bytes`; `WriteZero` if the file takes no more.
pub fn write_all(file: &dyn FsFile, bytes: &[u8], offset: u64) -> io::Result<()> {
    write_whole(
        &mut |bytes, offset| file.write_at(bytes, offset),
        bytes,
        offset,
    )
}

/// A positioned write, which may write fewer bytes than it is given.
type WriteAt<'a> = &'a mut dyn FnMut(&[u8], u64) -> io::Result<usize>;

fn write_whole(write: WriteAt<'_>, bytes: &[u8], offset: u64) -> io::Result<()> {
    let mut done = 0;
    while done < bytes.len() {
        match write(&bytes[done..], offset + done as u64) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => done += written,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn write_zeros_with(write: WriteAt<'_>, zeros: &[u8], from: u64, to: u64) -> io::Result<()> {
    let mut offset = from;
    while offset < to {
        let length = zeros.len().min((to - offset) as usize);
        write_whole(write, &zeros[..length], offset)?;
        offset += length as u64;
    }
    Ok(())
}

/// The file system of the machine. Files it creates are readable by their owner only.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealFs;

impl RealFs {
    /// The file system as a shared value.
    pub fn shared() -> Arc<dyn Fs> {
        Arc::new(Self)
    }
}

impl Fs for RealFs {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn FsFile>> {
        Ok(Arc::new(
            OpenOptions::new().read(true).write(true).open(path)?,
        ))
    }

    fn open_read(&self, path: &Path) -> io::Result<Arc<dyn FsFile>> {
        Ok(Arc::new(File::open(path)?))
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn FsFile>> {
        let mut options = OpenOptions::new();
        options
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600);
        Ok(Arc::new(options.open(path)?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        path.try_exists()
    }

    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        std::fs::create_dir_all(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        File::open(dir)?.sync_all()
    }

    fn free_bytes(&self, path: &Path) -> io::Result<u64> {
        let figures = rustix::fs::statvfs(path)?;
        Ok(figures.f_bavail.saturating_mul(figures.f_frsize))
    }

    fn lock(&self, path: &Path) -> io::Result<FsLock> {
        let mut options = OpenOptions::new();
        options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600);
        let file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(FsLock::holding(file)),
            Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Writes zeros past the system's memory of the file: nobody reads them there, and putting a
/// segment of them there cost a tenth of the processor. Refused by some file systems.
fn write_zeros_direct(file: &File, from: u64, to: u64) -> io::Result<()> {
    let flags = fcntl_getfl(file)?;
    fcntl_setfl(file, flags | OFlags::DIRECT)?;
    let zeros = vec![0; ZEROS_BYTES + PAGE_BYTES as usize];
    let start = zeros.as_ptr().align_offset(PAGE_BYTES as usize);
    let zeros = &zeros[start..start + ZEROS_BYTES];
    let write = &mut |bytes: &[u8], offset| FileExt::write_at(file, bytes, offset);
    let written = write_zeros_with(write, zeros, from, to);
    // What is written later is not aligned.
    fcntl_setfl(file, flags)?;
    written
}

impl FsFile for File {
    fn write_zeros(&self, from: u64, to: u64) -> io::Result<()> {
        let is_aligned = from.is_multiple_of(PAGE_BYTES) && to.is_multiple_of(PAGE_BYTES);
        if is_aligned && write_zeros_direct(self, from, to).is_ok() {
            return Ok(());
        }
        let zeros = vec![0; ZEROS_BYTES.min(to.saturating_sub(from) as usize)];
        let write = &mut |bytes: &[u8], offset| FileExt::write_at(self, bytes, offset);
        write_zeros_with(write, &zeros, from, to)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(self, buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        FileExt::write_at(self, bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        File::sync_data(self)
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        File::set_len(self, bytes)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
}
