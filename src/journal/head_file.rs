//! The head file: two slots, written in turn, so that one is whole whatever happens.

use std::io;
use std::sync::Arc;

use super::damage::{Damage, DamageKind};
use super::folder::Folder;
use super::format::{BLOCK_BYTES, BlockError, HEAD_BYTES, HEAD_NAME, HEAD_NEW_NAME, Head};
use super::fs::{FsFile, write_all};

/// The head file, open for writing.
pub(super) struct HeadFile {
    file: Arc<dyn FsFile>,
}

/// What the head file says.
#[derive(Default)]
pub(super) struct HeadFound {
    /// Whether there is a head file.
    pub is_there: bool,
    /// The sound slots, the newest first.
    pub heads: Vec<Head>,
    /// What is wrong with the others.
    pub damages: Vec<Damage>,
    /// The format of a slot that a newer version wrote.
    pub newer: Option<u32>,
}

impl HeadFile {
    /// Makes a head file whose slots both hold this point.
    pub(super) fn create(folder: &Folder, head: &Head) -> io::Result<()> {
        let first = Head {
            sequence: 0,
            ..head.clone()
        }
        .encode();
        let second = Head {
            sequence: 1,
            ..head.clone()
        }
        .encode();
        folder.replace(HEAD_NAME, HEAD_NEW_NAME, &[&first, &second])
    }

    pub(super) fn open(folder: &Folder) -> io::Result<Self> {
        let file = folder.fs.open(&folder.path(HEAD_NAME))?;
        Ok(Self { file })
    }

    /// Writes a head over the older slot, and syncs it.
    pub(super) fn write(&self, head: &Head) -> io::Result<()> {
        write_all(&*self.file, &head.encode(), head.slot_offset())?;
        self.file.sync_data()
    }
}

/// Reads the head file, whatever state it is in.
pub(super) fn read_head(folder: &Folder) -> io::Result<HeadFound> {
    let mut found = HeadFound::default();
    let Some(bytes) = folder.read(HEAD_NAME)? else {
        return Ok(found);
    };
    found.is_there = true;
    let damage = |offset: u64, what: &str| Damage {
        kind: DamageKind::HeadSlot,
        file: HEAD_NAME.to_owned(),
        offset,
        position: None,
        what: what.to_owned(),
    };
    for at in (0..HEAD_BYTES).step_by(BLOCK_BYTES) {
        let slot = bytes.get(at..).and_then(<[u8]>::first_chunk);
        match slot.map(|slot| Head::decode(slot, at as u64)) {
            Some(Ok(head)) => found.heads.push(head),
            Some(Err(BlockError::Newer(format))) => found.newer = Some(format),
            Some(Err(BlockError::Damaged(what))) => found.damages.push(damage(at as u64, what)),
            None => found.damages.push(damage(at as u64, "head is cut")),
        }
    }
    if bytes.len() > HEAD_BYTES {
        found.damages.push(damage(
            HEAD_BYTES as u64,
            "head is longer than its two slots",
        ));
    }
    found
        .heads
        .sort_by_key(|head| std::cmp::Reverse(head.sequence));
    Ok(found)
}
