//! State snapshots: checksummed files to start from when the store is gone.
//!
//! `<position, 20 digits>.state`, integers big-endian:
//!
//! | part | bytes |
//! |---|---|
//! | magic `BHSTATE1`, layout hash, ledger id, position, tree root | 8 + 8 + 16 + 8 + 32 |
//! | per value: key length, blob length, through-position, key, blob | 2 + 4 + 8 + … |
//! | end: key length `0xffff`, count of values, SHA-256 of all before it | 2 + 8 + 32 |
//!
//! A snapshot at a position reflects each entity up to that position at least.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::StateError;
use super::folder;
use super::open::StateOptions;
use super::rows::{BLOB_BYTES_MAX, Entry, KEY_BYTES_MAX};
use super::store::{Checkpoint, StateStore};

const MAGIC: &[u8; 8] = b"BHSTATE1";
const END: u16 = u16::MAX;
const SUFFIX: &str = "state";
const KEPT: usize = 2;
const BUFFER_BYTES: usize = 128 << 10;

/// A snapshot that passed its check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The file.
    pub path: PathBuf,
    /// Position and tree root of the journal it was made at.
    pub checkpoint: Checkpoint,
    /// Count of values.
    pub count: u64,
}

/// A snapshot that was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedSnapshot {
    /// The file.
    pub path: PathBuf,
    /// The first thing that did not fit.
    pub cause: String,
}

/// What a folder of snapshots holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewestSnapshot {
    /// The newest one that is whole and of this ledger and layout.
    pub snapshot: Option<Snapshot>,
    /// The newer ones that are not.
    pub skipped: Vec<SkippedSnapshot>,
}

impl StateStore {
    /// Writes a snapshot of the last checkpoint into a folder and keeps the two newest files.
    ///
    /// Values may be written meanwhile; memory stays bounded. `None` before the first checkpoint.
    /// Fails with [`StateError::Damaged`] if a value or sled fails (no file is left then), with
    /// [`StateError::Io`] if the disk does.
    pub fn write_snapshot(&self, dir: &Path) -> Result<Option<Snapshot>, StateError> {
        // Taken first: values that follow may be newer than it says, never older.
        let Some(checkpoint) = self.last_checkpoint() else {
            return Ok(None);
        };
        fs::create_dir_all(dir).map_err(StateError::io("create", dir))?;
        let path = dir.join(format!("{:020}.{SUFFIX}", checkpoint.position));
        let temporary = path.with_extension("tmp");
        let written = self.write_file(&temporary, &checkpoint);
        if written.is_err() {
            // Best effort: the next snapshot removes leftovers too.
            let _ = fs::remove_file(&temporary);
        }
        let count = written?;
        folder::rename_synced(&temporary, &path)?;
        prune(dir, &path)?;
        Ok(Some(Snapshot {
            path,
            checkpoint,
            count,
        }))
    }

    fn write_file(&self, path: &Path, checkpoint: &Checkpoint) -> Result<u64, StateError> {
        let failed = || StateError::io("write", path);
        let file = File::create(path).map_err(failed())?;
        let mut out = HashedWriter::new(BufWriter::with_capacity(BUFFER_BYTES, file));
        out.write(&header(self.options(), checkpoint))
            .map_err(failed())?;
        let mut count = 0;
        for entry in self {
            let (key, through, blob) = entry?;
            out.write(&(key.len() as u16).to_be_bytes())
                .map_err(failed())?;
            out.write(&(blob.len() as u32).to_be_bytes())
                .map_err(failed())?;
            out.write(&through.to_be_bytes()).map_err(failed())?;
            out.write(&key).map_err(failed())?;
            out.write(&blob).map_err(failed())?;
            count += 1;
        }
        out.write(&END.to_be_bytes()).map_err(failed())?;
        out.write(&u64::to_be_bytes(count)).map_err(failed())?;
        out.finish().map_err(failed())?;
        // A walk that sled cut short without an error would leave a doubt.
        if self.is_doubtful() {
            return Err(StateError::Damaged {
                cause: "the store became doubtful during the snapshot".to_owned(),
            });
        }
        Ok(count)
    }
}

/// Finds the newest snapshot of a folder that is whole and of this ledger and layout.
///
/// Every byte of a file is checked before it is named. A missing folder holds none. Fails with
/// [`StateError::Io`] only if the folder cannot be listed.
pub fn newest_valid_snapshot(
    dir: &Path,
    options: &StateOptions,
) -> Result<NewestSnapshot, StateError> {
    let mut found = NewestSnapshot {
        snapshot: None,
        skipped: Vec::new(),
    };
    for path in list(dir)?.into_iter().rev() {
        match check(&path, options) {
            Ok(snapshot) => {
                found.snapshot = Some(snapshot);
                break;
            }
            Err(cause) => {
                tracing::warn!(path = %path.display(), cause, "a state snapshot is passed over");
                found.skipped.push(SkippedSnapshot { path, cause });
            }
        }
    }
    Ok(found)
}

fn check(path: &Path, options: &StateOptions) -> Result<Snapshot, String> {
    let mut reader = SnapshotReader::open(path, options)?;
    while reader.next_entry()?.is_some() {}
    Ok(Snapshot {
        path: path.to_path_buf(),
        checkpoint: reader.checkpoint,
        count: reader.count,
    })
}

fn header(options: &StateOptions, checkpoint: &Checkpoint) -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.extend(options.layout_hash.to_be_bytes());
    header.extend(options.ledger_id);
    header.extend(checkpoint.position.to_be_bytes());
    header.extend(checkpoint.root);
    header
}

/// Reads a snapshot from front to end; only the end proves what came before.
pub(super) struct SnapshotReader {
    input: BufReader<File>,
    hasher: Sha256,
    pub(super) checkpoint: Checkpoint,
    count: u64,
}

impl SnapshotReader {
    /// Opens a snapshot and reads its header.
    pub(super) fn open(path: &Path, options: &StateOptions) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let mut reader = Self {
            input: BufReader::with_capacity(BUFFER_BYTES, file),
            hasher: Sha256::new(),
            checkpoint: Checkpoint {
                position: 0,
                root: [0; 32],
            },
            count: 0,
        };
        if reader.array::<8>()? != *MAGIC {
            return Err("it is not a state snapshot of this version".to_owned());
        }
        if u64::from_be_bytes(reader.array()?) != options.layout_hash {
            return Err("its states are of another layout".to_owned());
        }
        if reader.array::<16>()? != options.ledger_id {
            return Err("it belongs to another ledger".to_owned());
        }
        let position = u64::from_be_bytes(reader.array()?);
        let root = reader.array()?;
        reader.checkpoint = Checkpoint { position, root };
        if position_of(path) != Some(position) {
            return Err(format!("it says position {position}, not that of its name"));
        }
        Ok(reader)
    }

    /// Reads the next value; `None` when the end was reached and everything before it is proven.
    pub(super) fn next_entry(&mut self) -> Result<Option<Entry>, String> {
        let key_bytes = u16::from_be_bytes(self.array()?);
        if key_bytes == END {
            return self.end().map(|()| None);
        }
        let blob_bytes = u32::from_be_bytes(self.array()?) as usize;
        let key_bytes = usize::from(key_bytes);
        if key_bytes > KEY_BYTES_MAX || blob_bytes > BLOB_BYTES_MAX {
            return Err(format!("value {} has an impossible length", self.count));
        }
        let through = u64::from_be_bytes(self.array()?);
        let mut key = vec![0; key_bytes];
        self.fill(&mut key)?;
        let mut blob = vec![0; blob_bytes];
        self.fill(&mut blob)?;
        self.count += 1;
        Ok(Some((key, through, blob)))
    }

    fn end(&mut self) -> Result<(), String> {
        if u64::from_be_bytes(self.array()?) != self.count {
            return Err("its count of values is wrong".to_owned());
        }
        let expected: [u8; 32] = self.hasher.clone().finalize().into();
        if self.array::<32>()? != expected {
            return Err("its SHA-256 does not fit".to_owned());
        }
        match self.input.read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => Err("it goes on after its end".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut array = [0; N];
        self.fill(&mut array)?;
        Ok(array)
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), String> {
        let read = self.input.read_exact(buffer);
        read.map_err(|error| format!("it cannot be read to its end: {error}"))?;
        self.hasher.update(buffer);
        Ok(())
    }
}

struct HashedWriter {
    output: BufWriter<File>,
    hasher: Sha256,
}

impl HashedWriter {
    fn new(output: BufWriter<File>) -> Self {
        let hasher = Sha256::new();
        Self { output, hasher }
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.hasher.update(bytes);
        self.output.write_all(bytes)
    }

    /// Writes the hash of all before it and syncs the file.
    fn finish(mut self) -> std::io::Result<()> {
        let digest: [u8; 32] = self.hasher.finalize().into();
        self.output.write_all(&digest)?;
        self.output.flush()?;
        self.output.get_ref().sync_all()
    }
}

/// Removes all but the newest files, and leftovers of snapshots that were never finished.
fn prune(dir: &Path, newest: &Path) -> Result<(), StateError> {
    let others = list(dir)?;
    let others = others.iter().rev().filter(|path| *path != newest);
    for path in others.skip(KEPT - 1) {
        fs::remove_file(path).map_err(StateError::io("remove", path))?;
    }
    for path in files(dir, "tmp")? {
        fs::remove_file(&path).map_err(StateError::io("remove", &path))?;
    }
    Ok(())
}

/// Returns the snapshot files of a folder by ascending position.
fn list(dir: &Path) -> Result<Vec<PathBuf>, StateError> {
    let mut paths = files(dir, SUFFIX)?;
    paths.sort_by_key(|path| position_of(path));
    Ok(paths)
}

fn files(dir: &Path, suffix: &str) -> Result<Vec<PathBuf>, StateError> {
    let list = || StateError::io("list", dir);
    let mut paths = Vec::new();
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(paths),
        Err(error) => return Err(list()(error)),
    };
    for entry in entries {
        let path = entry.map_err(list())?.path();
        let has_suffix = path.extension().is_some_and(|found| found == suffix);
        if has_suffix && position_of(&path).is_some() {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn position_of(path: &Path) -> Option<u64> {
    path.file_stem()?.to_str()?.parse().ok()
}
