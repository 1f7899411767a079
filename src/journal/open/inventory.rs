//! What a folder holds: head, segment headers, and whether they are of one journal.

use std::io;

use super::failed;
use crate::journal::damage::{Damage, DamageKind};
use crate::journal::folder::Folder;
use crate::journal::format::{
    BLOCK_BYTES, BlockError, FORMAT_VERSION, HEAD_NAME, SegmentHeader, segment_name,
    segment_number, sidecar_number,
};
use crate::journal::fs::read_up_to;
use crate::journal::head_file::{HeadFound, read_head};
use crate::journal::header::DIGEST_SUITE;
use crate::journal::options::{Identity, JournalOptions, OpenError};

/// A segment file and its header.
pub(in crate::journal) struct Found {
    pub name: String,
    /// Length of the file in bytes.
    pub length: u64,
    /// The header and its CRC.
    pub header: Result<(SegmentHeader, u32), BlockError>,
}

/// All there is, before anything is trusted.
pub(super) struct Inventory {
    pub head: HeadFound,
    /// Segments by number, from 0 on, with the missing ones.
    pub segments: Vec<Found>,
    /// As the head or the first sound header states it.
    pub identity: Identity,
    pub corruption: Vec<Damage>,
}

/// Numbers of the segments among the names of a folder, ascending.
pub(in crate::journal) fn segment_numbers(names: &[String]) -> Vec<u32> {
    let mut numbers: Vec<u32> = names
        .iter()
        .filter_map(|name| segment_number(name))
        .collect();
    numbers.sort_unstable();
    numbers
}

/// Whether the folder holds nothing of a journal; what an unfinished creation left does not count.
pub(super) fn is_empty(folder: &Folder) -> Result<bool, OpenError> {
    let names = folder
        .fs
        .list(&folder.dir)
        .map_err(failed("list", "the folder"))?;
    Ok(!names.iter().any(|name| {
        name == HEAD_NAME || segment_number(name).is_some() || sidecar_number(name).is_some()
    }))
}

/// Reads the header of a segment file.
pub(in crate::journal) fn read_header(folder: &Folder, name: &str) -> io::Result<Found> {
    let name = name.to_owned();
    let file = match folder.fs.open_read(&folder.path(&name)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let header = Err(BlockError::Damaged("segment is missing"));
            return Ok(Found {
                name,
                length: 0,
                header,
            });
        }
        Err(error) => return Err(error),
    };
    let length = file.len()?;
    let mut block = [0; BLOCK_BYTES];
    let read = read_up_to(&*file, &mut block, 0)?;
    let header = if read < BLOCK_BYTES {
        Err(BlockError::Damaged("segment is cut within its header"))
    } else {
        SegmentHeader::decode(&block)
    };
    Ok(Found {
        name,
        length,
        header,
    })
}

impl Inventory {
    /// Takes stock. Errors if the journal is not the one asked for, is of a newer version, or
    /// nothing says what it is.
    pub(super) fn take(folder: &Folder, options: &JournalOptions) -> Result<Self, OpenError> {
        let names = folder
            .fs
            .list(&folder.dir)
            .map_err(failed("list", "the folder"))?;
        let head = read_head(folder).map_err(failed("read", HEAD_NAME))?;
        let numbers = segment_numbers(&names).into_iter();
        let sidecars = names.iter().filter_map(|name| sidecar_number(name));
        let of_head = head.heads.first().map(|head| head.segment);
        // An index file outlives its segment only if that was taken away.
        let last = numbers.chain(sidecars).chain(of_head).max();
        let mut segments = Vec::new();
        for number in 0..=last.unwrap_or_default() {
            let name = segment_name(number);
            let found = read_header(folder, &name).map_err(failed("read", &name))?;
            refuse_newer(&found, options)?;
            segments.push(found);
        }
        if let Some(found) = head.newer {
            return Err(newer_format(HEAD_NAME, found));
        }
        let identity = identify(&head, &segments)?;
        let mut inventory = Self {
            head,
            segments,
            identity,
            corruption: Vec::new(),
        };
        inventory.compare_with(folder, options)?;
        inventory.find_strangers();
        Ok(inventory)
    }

    fn compare_with(&self, folder: &Folder, options: &JournalOptions) -> Result<(), OpenError> {
        let dir = folder.dir.display().to_string();
        let Identity {
            ledger_id,
            log_id,
            digest_suite,
            ..
        } = self.identity;
        if digest_suite != DIGEST_SUITE {
            let what = format!("digest suite {digest_suite} is unknown to this version");
            return Err(OpenError::Other { dir, what });
        }
        if log_id != options.log_id {
            let what = format!("log {log_id}, not {}", options.log_id);
            return Err(OpenError::Other { dir, what });
        }
        if options.ledger_id.is_some_and(|wanted| wanted != ledger_id) {
            let what = format!("ledger {}", uuid::Uuid::from_bytes(ledger_id));
            return Err(OpenError::Other { dir, what });
        }
        Ok(())
    }

    /// Notes segments that are damaged, of another journal, or in another's place.
    fn find_strangers(&mut self) {
        let identity = self.identity;
        let mut first_position = 0;
        for (number, found) in (0_u32..).zip(&mut self.segments) {
            let what = match &found.header {
                Ok((header, _)) => {
                    let is_ours = (header.ledger_id, header.log_id, header.digest_suite)
                        == (identity.ledger_id, identity.log_id, identity.digest_suite);
                    let is_in_place =
                        header.number == number && header.first_position >= first_position;
                    first_position = header.first_position;
                    match (is_ours, is_in_place) {
                        (true, true) => continue,
                        (false, _) => "segment belongs to another journal",
                        (true, false) => "segment is in the place of another",
                    }
                }
                Err(BlockError::Damaged(what)) => what,
                Err(BlockError::Newer(_)) => "segment has a newer format",
            };
            found.header = Err(BlockError::Damaged(what));
            self.corruption.push(Damage {
                kind: DamageKind::Segment,
                file: found.name.clone(),
                offset: 0,
                position: None,
                what: what.to_owned(),
            });
        }
    }
}

fn refuse_newer(found: &Found, options: &JournalOptions) -> Result<(), OpenError> {
    match &found.header {
        Err(BlockError::Newer(format)) => Err(newer_format(&found.name, *format)),
        Ok((header, _)) if header.schema_revision > options.schema_revision => {
            Err(OpenError::NewerSchema {
                file: found.name.clone(),
                found: header.schema_revision,
                supported: options.schema_revision,
            })
        }
        _ => Ok(()),
    }
}

fn newer_format(file: &str, found: u32) -> OpenError {
    OpenError::NewerFormat {
        file: file.to_owned(),
        found,
        supported: FORMAT_VERSION,
    }
}

fn identify(head: &HeadFound, segments: &[Found]) -> Result<Identity, OpenError> {
    if let Some(head) = head.heads.first() {
        return Ok(Identity {
            ledger_id: head.ledger_id,
            log_id: head.log_id,
            digest_suite: head.digest_suite,
            simulated_clock: head.simulated_clock,
            epoch: head.epoch,
        });
    }
    let mut headers = segments
        .iter()
        .filter_map(|found| found.header.as_ref().ok());
    let Some((header, _)) = headers.next() else {
        let damage = Damage {
            kind: DamageKind::Head,
            file: HEAD_NAME.to_owned(),
            offset: 0,
            position: None,
            what: String::from("neither the head nor any segment header is readable"),
        };
        return Err(OpenError::Unrecognisable { damage });
    };
    Ok(Identity {
        ledger_id: header.ledger_id,
        log_id: header.log_id,
        digest_suite: header.digest_suite,
        simulated_clock: header.simulated_clock,
        epoch: header.epoch,
    })
}
