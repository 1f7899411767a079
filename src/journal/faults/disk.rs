//! What a disk holds, and what of it survives a power cut.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};

const SECTOR_BYTES: usize = 512;

#[derive(Default)]
pub(super) struct Disk {
    pub names: BTreeMap<PathBuf, u64>,
    pub names_synced: BTreeMap<PathBuf, u64>,
    /// Changes of names since their folder was last synced, in order.
    pub names_pending: Vec<NameChange>,
    pub dirs: BTreeSet<PathBuf>,
    pub files: HashMap<u64, FileState>,
    pub locks: BTreeSet<PathBuf>,
    pub next_file: u64,
}

#[derive(Clone)]
pub(super) struct NameChange {
    pub removed: Option<PathBuf>,
    pub added: Option<(PathBuf, u64)>,
}

#[derive(Clone, Default)]
pub(super) struct FileState {
    pub bytes: Vec<u8>,
    synced: Vec<u8>,
    /// Numbers of the sectors that differ, or may differ, from the synced image.
    pending: BTreeSet<usize>,
}

/// `SplitMix64`: enough randomness to pick what a power cut spares.
pub(super) struct Dice(pub u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn coin(&mut self) -> bool {
        self.roll() >> 63 == 1
    }
}

impl NameChange {
    pub(super) fn apply(&self, names: &mut BTreeMap<PathBuf, u64>) {
        if let Some(path) = &self.removed {
            names.remove(path);
        }
        if let Some((path, number)) = &self.added {
            names.insert(path.clone(), *number);
        }
    }

    pub(super) fn is_within(&self, dir: &Path) -> bool {
        let added = self.added.as_ref().map(|(path, _)| path);
        self.removed
            .as_ref()
            .or(added)
            .is_some_and(|path| path.parent() == Some(dir))
    }
}

impl Disk {
    /// The disk as it would be found after a power cut.
    pub(super) fn cut(&self, dice: &mut Dice) -> Self {
        let mut names = self.names_synced.clone();
        for change in &self.names_pending {
            if dice.coin() {
                change.apply(&mut names);
            }
        }
        let mut files = HashMap::new();
        for number in names.values() {
            if let Some(file) = self.files.get(number) {
                files.insert(*number, file.cut(dice));
            }
        }
        Self {
            names_synced: names.clone(),
            names,
            names_pending: Vec::new(),
            dirs: self.dirs.clone(),
            files,
            locks: BTreeSet::new(),
            next_file: self.next_file,
        }
    }

    pub(super) fn change(&mut self, change: NameChange) {
        change.apply(&mut self.names);
        self.names_pending.push(change);
    }

    pub(super) fn find(&self, path: &Path) -> io::Result<u64> {
        self.names
            .get(path)
            .copied()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl FileState {
    pub(super) fn touch(&mut self, from: usize, to: usize) {
        self.pending
            .extend(from / SECTOR_BYTES..to.div_ceil(SECTOR_BYTES));
    }

    pub(super) fn resize(&mut self, length: usize) {
        let old = self.bytes.len();
        self.bytes.resize(length, 0);
        self.touch(old.min(length), old.max(length));
    }

    pub(super) fn forget_writes(&mut self) {
        self.pending.clear();
    }

    pub(super) fn sync(&mut self) {
        self.synced.resize(self.bytes.len(), 0);
        for sector in std::mem::take(&mut self.pending) {
            copy_sector(&self.bytes, &mut self.synced, sector);
        }
    }

    fn cut(&self, dice: &mut Dice) -> Self {
        let mut bytes = self.synced.clone();
        if dice.coin() {
            bytes.resize(self.bytes.len(), 0);
        }
        for sector in &self.pending {
            if dice.coin() {
                copy_sector(&self.bytes, &mut bytes, *sector);
            }
        }
        Self {
            synced: bytes.clone(),
            bytes,
            pending: BTreeSet::new(),
        }
    }
}

fn copy_sector(from: &[u8], to: &mut [u8], sector: usize) {
    let start = sector * SECTOR_BYTES;
    let end = (start + SECTOR_BYTES).min(from.len()).min(to.len());
    if start < end {
        to[start..end].copy_from_slice(&from[start..end]);
    }
}
