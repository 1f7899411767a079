//! Checking: reads everything on disk again, hashes it again, trusts nothing.
//!
//! Works on a folder at rest, after a crash, or while a writer appends; changes nothing, takes no
//! lock, and does not panic on any bytes.

mod chains;
mod entries;
mod segment;
mod visit;

use std::path::Path;
use std::sync::Arc;

use super::damage::{Damage, DamageKind};
use super::folder::Folder;
use super::format::{
    BlockError, HEAD_NAME, Head, SegmentHeader, segment_name, segment_number, sidecar_number,
};
use super::fs::Fs;
use super::head_file::{HeadFound, read_head};
use super::header::{DIGEST_SUITE, Peaks};
use super::open::{Found, read_header};
use super::options::{Identity, KeysOf, Progress, ProgressFn, Stage};
use super::walk::Point;
use chains::Chains;

/// Damages listed in a report; further ones are only counted.
const DAMAGES_MAX: usize = 1000;
/// A slot that is being written while it is read is read again so often.
const HEAD_READS_MAX: usize = 5;

/// What a check has read and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// What the journal says it is; absent if nothing readable says so.
    pub identity: Option<Identity>,
    /// Sound entries read.
    pub entries: u64,
    /// Sound records read, watermarks included.
    pub records: u64,
    /// Segments read.
    pub segments: u64,
    /// Bytes of segments read.
    pub bytes: u64,
    /// Size of the tree as recomputed; less than the entries if damage broke it.
    pub tree_size: u64,
    /// Root of the tree as recomputed.
    pub root: [u8; 32],
    /// What is wrong, in the order it was met.
    pub damages: Vec<Damage>,
    /// Damages beyond those listed.
    pub damages_omitted: u64,
}

impl CheckReport {
    /// Whether nothing at all is wrong.
    pub fn is_clean(&self) -> bool {
        self.damages.is_empty()
    }

    /// Whether every recorded entry is intact: what is wrong, if anything, opening or rebuilding
    /// heals without loss.
    pub fn is_whole(&self) -> bool {
        self.damages.iter().all(|damage| damage.kind.is_healable())
    }
}

/// Checks the journal of a folder. `live` allows for a writer that goes on meanwhile.
pub fn check(
    fs: Arc<dyn Fs>,
    dir: &Path,
    live: bool,
    keys_of: &KeysOf,
    progress: Option<&ProgressFn>,
) -> CheckReport {
    let mut check = Check {
        folder: Arc::new(Folder::new(fs, dir)),
        keys_of,
        is_live: live,
        progress,
        report: CheckReport::default(),
        head: HeadFound::default(),
        found: Vec::new(),
        known: Known::default(),
    };
    check.run();
    check.report
}

/// A check in progress.
struct Check<'a> {
    folder: Arc<Folder>,
    keys_of: &'a KeysOf,
    is_live: bool,
    progress: Option<&'a ProgressFn>,
    report: CheckReport,
    head: HeadFound,
    found: Vec<Found>,
    known: Known,
}

/// What the entries so far amount to.
#[derive(Default)]
struct Known {
    chains: Chains,
    /// The tree, unless damage broke it.
    peaks: Option<Peaks>,
    header_hash: [u8; 32],
    recorded_at_us: u64,
    /// Where the segment before ended, unless damage hid it.
    end: Option<Point>,
}

impl Known {
    /// Forgets what damage has broken.
    fn break_off(&mut self) {
        self.peaks = None;
        self.end = None;
        self.chains.break_off();
    }
}

impl Check<'_> {
    fn run(&mut self) {
        if !self.take_stock() {
            return;
        }
        self.known.peaks = Some(Peaks::new());
        for number in 0..self.found.len() {
            match self.found[number].header.clone() {
                Ok((header, crc)) => {
                    self.report.segments += 1;
                    self.compare_header(number, &header);
                    self.check_segment(number, &header, crc);
                }
                Err(error) => {
                    let name = self.found[number].name.clone();
                    self.add(DamageKind::Segment, &name, 0, None, &error.to_string());
                    self.known.break_off();
                }
            }
            self.tell(number);
        }
        let peaks = self.known.peaks.take().unwrap_or_default();
        self.report.tree_size = peaks.size();
        self.report.root = peaks.root();
    }

    /// Reads names, head and headers; whether there is anything to check.
    fn take_stock(&mut self) -> bool {
        let shown = self.folder.dir.display().to_string();
        let names = match self.folder.fs.list(&self.folder.dir) {
            Ok(names) => names,
            Err(error) => {
                self.add(DamageKind::Head, &shown, 0, None, &error.to_string());
                return false;
            }
        };
        self.read_head();
        let segments = names.iter().filter_map(|name| segment_number(name));
        let sidecars = names.iter().filter_map(|name| sidecar_number(name));
        let of_head = self.head.heads.first().map(|head| head.segment);
        let last = segments.chain(sidecars).chain(of_head).max();
        for number in 0..=last.unwrap_or_default() {
            let name = segment_name(number);
            match read_header(&self.folder, &name) {
                Ok(found) => self.found.push(found),
                Err(error) => {
                    self.add(DamageKind::Segment, &name, 0, None, &error.to_string());
                    let header = Err(BlockError::Damaged("segment cannot be read"));
                    self.found.push(Found {
                        name,
                        length: 0,
                        header,
                    });
                }
            }
        }
        self.report.identity = self.identify();
        true
    }

    fn read_head(&mut self) {
        let mut reads_left = if self.is_live { HEAD_READS_MAX } else { 1 };
        while reads_left > 0 {
            reads_left -= 1;
            match read_head(&self.folder) {
                Ok(found) => self.head = found,
                Err(error) => {
                    self.add(DamageKind::Head, HEAD_NAME, 0, None, &error.to_string());
                    return;
                }
            }
            if self.head.damages.is_empty() {
                break;
            }
        }
        for damage in std::mem::take(&mut self.head.damages) {
            self.push(damage);
        }
        if self.head.newer.is_some() {
            self.add(
                DamageKind::Head,
                HEAD_NAME,
                0,
                None,
                "head has a newer format",
            );
        } else if self.head.heads.is_empty() {
            let is_there = self.head.is_there;
            let what = if is_there {
                "neither slot is sound"
            } else {
                "head is missing"
            };
            self.add(DamageKind::Head, HEAD_NAME, 0, None, what);
        }
    }

    fn identify(&self) -> Option<Identity> {
        let of_head = self.head.heads.first().map(|head: &Head| Identity {
            ledger_id: head.ledger_id,
            log_id: head.log_id,
            digest_suite: head.digest_suite,
            simulated_clock: head.simulated_clock,
            epoch: head.epoch,
        });
        let mut headers = self
            .found
            .iter()
            .filter_map(|found| found.header.as_ref().ok());
        of_head.or_else(|| {
            headers.next().map(|(header, _)| Identity {
                ledger_id: header.ledger_id,
                log_id: header.log_id,
                digest_suite: header.digest_suite,
                simulated_clock: header.simulated_clock,
                epoch: header.epoch,
            })
        })
    }

    /// Compares a segment header with all that came before it.
    fn compare_header(&mut self, number: usize, header: &SegmentHeader) {
        let mut faults = Vec::new();
        let identity = self.report.identity;
        let is_ours = identity.is_some_and(|identity| {
            (header.ledger_id, header.log_id, header.simulated_clock)
                == (
                    identity.ledger_id,
                    identity.log_id,
                    identity.simulated_clock,
                )
        });
        if !is_ours {
            faults.push("segment belongs to another journal");
        }
        if header.digest_suite != DIGEST_SUITE {
            faults.push("segment has an unknown digest suite");
        }
        if header.number as usize != number {
            faults.push("segment is in the place of another");
        }
        let stated = Point {
            offset: header.previous_length,
            crc: header.previous_crc,
            position: header.first_position,
        };
        let before = if number == 0 {
            Some(Point::default())
        } else {
            self.known.end
        };
        if before.is_some_and(|end| end != stated) {
            faults.push("segment does not follow the one before");
        }
        if let Some(peaks) = &self.known.peaks {
            if *peaks != header.peaks {
                faults.push("tree over the entries before is not the one the header states");
            }
            if self.known.header_hash != header.previous_header_hash {
                faults.push("header hash of the entry before is not the one the header states");
            }
        }
        let name = self.found[number].name.clone();
        for what in faults {
            self.add(
                DamageKind::Segment,
                &name,
                0,
                Some(header.first_position),
                what,
            );
        }
        self.known.peaks = Some(header.peaks.clone());
        self.known.header_hash = header.previous_header_hash;
    }

    fn tell(&mut self, number: usize) {
        self.report.bytes += self.found[number].length;
        if let Some(progress) = self.progress {
            let total_bytes = self.found.iter().map(|found| found.length).sum();
            let done_bytes = self.report.bytes;
            progress(Progress {
                stage: Stage::Check,
                done_bytes,
                total_bytes,
            });
        }
    }

    fn add(
        &mut self,
        kind: DamageKind,
        file: &str,
        offset: u64,
        position: Option<u64>,
        what: &str,
    ) {
        let (file, what) = (file.to_owned(), what.to_owned());
        self.push(Damage {
            kind,
            file,
            offset,
            position,
            what,
        });
    }

    fn push(&mut self, damage: Damage) {
        if self.report.damages.len() < DAMAGES_MAX {
            self.report.damages.push(damage);
        } else {
            self.report.damages_omitted += 1;
        }
    }
}
