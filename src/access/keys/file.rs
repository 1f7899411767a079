//! The open file of keys: appended to, written anew, put in order after a crash.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{KeyDamage, KeyError};
use super::format::{self, FRAMES_AT, Header, KEYS_PER_FRAME, NO_SLOT, PAGE_BYTES, Parsed, Slot};
use super::master::MasterKey;
use super::record::Record;
use crate::journal::fs::{self, Fs, FsFile};

/// Each record with the offset of its frame.
pub(super) type Records = Vec<(u64, Record)>;

/// The file, and where its frames end.
pub(super) struct KeyFile {
    fs: Arc<dyn Fs>,
    path: PathBuf,
    file: Arc<dyn FsFile>,
    header: Header,
    slot: Slot,
    /// A write failed: what the disk holds is uncertain.
    is_poisoned: bool,
}

impl KeyFile {
    /// Makes a file without keys.
    pub(super) fn create(
        fs: &Arc<dyn Fs>,
        path: &Path,
        master: &MasterKey,
    ) -> Result<Self, KeyError> {
        let header = Header {
            ledger_id: master.ledger_id(),
            generation: 0,
            proof: master.proof()?,
        };
        let mut made = Self::write_aside(fs, path, header, &[])?;
        made.put_in_place()?;
        Ok(made)
    }

    /// Opens a file, reads all of it and removes what a crash left.
    pub(super) fn open(
        fs: Arc<dyn Fs>,
        path: &Path,
        master: &MasterKey,
        master_path: &Path,
    ) -> Result<(Self, Records), KeyError> {
        let file = fs.open(path).map_err(KeyError::io("open", path))?;
        let bytes = fs::read_all(&*file).map_err(KeyError::io("read", path))?;
        let parsed = parse(path, &bytes)?;
        if parsed.header.ledger_id != master.ledger_id() {
            let path = path.to_path_buf();
            return Err(KeyError::OtherLedger { path });
        }
        if !master.fits(&parsed.header.proof) {
            let path = master_path.to_path_buf();
            return Err(KeyError::WrongMasterKey { path });
        }
        let records = decode(path, &parsed)?;
        let opened = Self {
            fs,
            path: path.to_path_buf(),
            file,
            header: parsed.header,
            slot: parsed.slots[parsed.slots.len() - 1],
            is_poisoned: false,
        };
        opened
            .repair(&parsed, &bytes)
            .map_err(KeyError::io("repair", path))?;
        Ok((opened, records))
    }

    /// Appends records as one frame.
    ///
    /// When it returns, they are on the disk, and so is the slot that says so.
    pub(super) fn append(&mut self, records: &[Record]) -> Result<(), KeyError> {
        if self.is_poisoned {
            return Err(KeyError::Poisoned);
        }
        let (frame, next) = self.slot.next_frame(&body_of(records));
        let written = fs::write_all(&*self.file, &frame, self.slot.end)
            .and_then(|()| self.file.sync_data())
            .and_then(|()| self.write_slot(&next));
        self.is_poisoned = written.is_err();
        written.map_err(KeyError::io("append to", &self.path))?;
        self.slot = next;
        Ok(())
    }

    /// Replaces the file by one that holds these records only.
    ///
    /// When it returns, the new file is on the disk and the old blocks were overwritten.
    pub(super) fn rewrite(
        &mut self,
        master: &MasterKey,
        records: &[Record],
    ) -> Result<(), KeyError> {
        if self.is_poisoned {
            return Err(KeyError::Poisoned);
        }
        let header = Header {
            generation: self.header.generation + 1,
            proof: master.proof()?,
            ..self.header
        };
        let mut made = Self::write_aside(&self.fs, &self.path, header, records)?;
        // From here on it is uncertain which of the two a crash would leave.
        self.is_poisoned = true;
        made.put_in_place()?;
        let old = std::mem::replace(self, made);
        let overwritten = old.overwrite();
        if let Err(error) = overwritten {
            tracing::warn!(%error, "the old key file was removed but not overwritten");
        }
        Ok(())
    }

    /// Writes a whole file under a temporary name, synced.
    fn write_aside(
        fs: &Arc<dyn Fs>,
        path: &Path,
        header: Header,
        records: &[Record],
    ) -> Result<Self, KeyError> {
        let temporary = temporary(path);
        let write = || {
            let file = fs.create(&temporary)?;
            let mut slot = header.first_slot();
            fs::write_all(&*file, &header.encode(), 0)?;
            fs::write_all(&*file, &NO_SLOT, 2 * PAGE_BYTES as u64)?;
            fs::write_all(&*file, &slot.encode(), slot.offset())?;
            for records in records.chunks(KEYS_PER_FRAME) {
                let (frame, next) = slot.next_frame(&body_of(records));
                fs::write_all(&*file, &frame, slot.end)?;
                fs::write_all(&*file, &next.encode(), next.offset())?;
                slot = next;
            }
            file.sync_data()?;
            Ok((file, slot))
        };
        let (file, slot) = write().map_err(KeyError::io("write", &temporary))?;
        Ok(Self {
            fs: fs.clone(),
            path: path.to_path_buf(),
            file,
            header,
            slot,
            is_poisoned: false,
        })
    }

    /// Gives a file its name, durably.
    fn put_in_place(&mut self) -> Result<(), KeyError> {
        let dir = self.path.parent().unwrap_or(Path::new("."));
        let renamed = self.fs.rename(&temporary(&self.path), &self.path);
        renamed
            .and_then(|()| self.fs.sync_dir(dir))
            .map_err(KeyError::io("put in place", &self.path))
    }

    /// Cuts what is no frame, and writes the slots of frames that have none.
    fn repair(&self, parsed: &Parsed<'_>, bytes: &[u8]) -> std::io::Result<()> {
        if bytes.len() as u64 > self.slot.end {
            self.file.set_len(self.slot.end)?;
            self.file.sync_data()?;
        }
        let Some((recorded, missing)) = parsed.unrecorded() else {
            return Ok(());
        };
        // After a failed sync the cache may call frames clean that the disk never got.
        let from = recorded.end;
        let frames = &bytes[from as usize..self.slot.end as usize];
        fs::write_all(&*self.file, frames, from)?;
        self.file.sync_data()?;
        missing.iter().try_for_each(|slot| self.write_slot(slot))
    }

    fn write_slot(&self, slot: &Slot) -> std::io::Result<()> {
        fs::write_all(&*self.file, &slot.encode(), slot.offset())?;
        self.file.sync_data()
    }

    fn overwrite(&self) -> std::io::Result<()> {
        let zeros = vec![0; 64 << 10];
        let mut at = FRAMES_AT;
        while at < self.slot.end {
            let count = (self.slot.end - at).min(zeros.len() as u64);
            fs::write_all(&*self.file, &zeros[..count as usize], at)?;
            at += count;
        }
        self.file.sync_data()
    }
}

/// Reads a file without changing it and returns what of it does not fit.
pub(super) fn check(
    fs: &dyn Fs,
    path: &Path,
    master: Option<&MasterKey>,
    ledger_id: [u8; 16],
) -> Result<Vec<KeyDamage>, KeyError> {
    let file = fs.open_read(path).map_err(KeyError::io("open", path))?;
    let bytes = fs::read_all(&*file).map_err(KeyError::io("read", path))?;
    let damage = |offset, cause: String| KeyDamage {
        file: path.to_path_buf(),
        offset,
        cause,
    };
    let read = parse(path, &bytes).and_then(|parsed| {
        let records = decode(path, &parsed)?;
        Ok((parsed.header, records))
    });
    let (header, records) = match read {
        Ok(read) => read,
        Err(KeyError::Damaged(damage)) => return Ok(vec![damage]),
        Err(error) => return Err(error),
    };
    if header.ledger_id != ledger_id {
        return Ok(vec![damage(0, "it belongs to another ledger".to_owned())]);
    }
    let Some(master) = master else {
        return Ok(Vec::new());
    };
    if !master.fits(&header.proof) {
        let cause = "it was made with another master key";
        return Ok(vec![damage(0, cause.to_owned())]);
    }
    let unopened = |(offset, record): &(u64, Record)| match record {
        Record::Living(key) if master.unwrap(key).is_none() => {
            let cause = format!("key {} does not open with the master key", key.id);
            Some(damage(*offset, cause))
        }
        _ => None,
    };
    Ok(records.iter().filter_map(unopened).collect())
}

fn parse<'a>(path: &Path, bytes: &'a [u8]) -> Result<Parsed<'a>, KeyError> {
    format::parse(bytes).map_err(|(offset, cause)| damaged(path, offset, cause))
}

fn decode(path: &Path, parsed: &Parsed<'_>) -> Result<Records, KeyError> {
    let mut records = Vec::new();
    for (offset, mut body) in parsed.bodies.iter().copied() {
        while !body.is_empty() {
            let record = Record::decode(&mut body);
            let misfit = || damaged(path, offset, "a record that is none");
            records.push((offset, record.ok_or_else(misfit)?));
        }
    }
    Ok(records)
}

pub(super) fn damaged(path: &Path, offset: u64, cause: &str) -> KeyError {
    KeyError::Damaged(KeyDamage {
        file: path.to_path_buf(),
        offset,
        cause: cause.to_owned(),
    })
}

fn body_of(records: &[Record]) -> Vec<u8> {
    let mut body = Vec::new();
    for record in records {
        record.encode(&mut body);
    }
    body
}

fn temporary(path: &Path) -> PathBuf {
    path.with_extension("tmp")
}
