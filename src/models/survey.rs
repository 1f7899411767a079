//! What a journal holds, as far as rows are concerned: found by reading it once, and the events
//! that rows are folded from laid out by part, so that each part can be held as a whole.
//!
//! The parts are files without a name: they go with the process that made them.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{BufWriter, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use bytes::{Buf as _, Bytes};

use super::{
    ModelError,
    store::{Progress, io, load, tell},
};
use crate::{
    domain::values::StreamName,
    ledger::{
        fresh::{Fresh, Raw},
        overlay::LoadError,
        query::Queries,
    },
};

/// Events read at a time.
const SCAN_EVENTS: usize = 4_096;
/// Bytes read at a time.
const SCAN_BYTES: usize = 1 << 20;
/// Bytes of events of one part, about.
const PART_BYTES: u64 = 32 << 20;
/// Parts, at most: each has an open file.
const PARTS_MAX: u64 = 256;
/// Bytes of an event's place before its stream's name and itself: position, time, id, revision, two
/// lengths.
const PLACE_BYTES: usize = 8 + 8 + 16 + 8 + 2 + 4;

/// The stream whose rows a stream's events change, and whether rows are folded from its events.
pub type Kinds = (
    fn(&StreamName) -> Option<StreamName>,
    fn(&StreamName) -> bool,
);

/// Everything below a position, in parts.
pub struct Survey {
    parts: Vec<Part>,
    /// How many streams have rows.
    pub streams: u64,
    end: u64,
}

/// Streams, and the events that their rows are folded from.
struct Part {
    /// By where the first event about each stands.
    owners: HashMap<StreamName, u64>,
    events: BufWriter<File>,
}

/// A part as it is derived.
pub struct Held {
    /// The streams, in the order of the journal: rows that come in the order of their keys are
    /// written next to one another.
    pub streams: Vec<StreamName>,
    /// Their events.
    pub events: Fresh,
}

impl Part {
    /// A part whose events stand in a file of a folder, which has no name any more.
    fn new(folder: &Path, number: u64) -> Result<Self, ModelError> {
        let path = folder.join(format!("part-{number}.building"));
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(io(&path))?;
        fs::remove_file(&path).map_err(io(&path))?;
        Ok(Self {
            owners: HashMap::new(),
            events: BufWriter::new(file),
        })
    }

    fn write(&mut self, name: &str, raw: &Raw) -> std::io::Result<()> {
        let lengths = (u16::try_from(name.len()), u32::try_from(raw.event.len()));
        let (Ok(of_name), Ok(of_event)) = lengths else {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        };
        let events = &mut self.events;
        events.write_all(&raw.position.to_be_bytes())?;
        events.write_all(&raw.recorded_at_us.to_be_bytes())?;
        events.write_all(&raw.event_id)?;
        events.write_all(&raw.revision.to_be_bytes())?;
        events.write_all(&of_name.to_be_bytes())?;
        events.write_all(&of_event.to_be_bytes())?;
        events.write_all(name.as_bytes())?;
        events.write_all(&raw.event)
    }

    fn read(&mut self, end: u64) -> std::io::Result<Fresh> {
        self.events.flush()?;
        let file = self.events.get_mut();
        file.seek(SeekFrom::Start(0))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let mut bytes = Bytes::from(bytes);
        let mut fresh = Fresh::of_nothing(end);
        while bytes.remaining() >= PLACE_BYTES {
            let (position, recorded_at_us) = (bytes.get_u64(), bytes.get_u64());
            let mut event_id = [0; 16];
            bytes.copy_to_slice(&mut event_id);
            let revision = bytes.get_u64();
            let (of_name, of_event) = (bytes.get_u16().into(), bytes.get_u32() as usize);
            if bytes.remaining() < of_name + of_event {
                break;
            }
            let name = bytes.split_to(of_name);
            let raw = Raw {
                position,
                recorded_at_us,
                event_id,
                revision,
                event: bytes.split_to(of_event),
            };
            let is_held = std::str::from_utf8(&name).is_ok_and(|name| fresh.hold(name, raw));
            if !is_held {
                return Err(std::io::ErrorKind::InvalidData.into());
            }
        }
        match bytes.is_empty() {
            true => Ok(fresh),
            false => Err(std::io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

impl Survey {
    /// Reads everything below `end`; what parts hold is kept in a folder.
    pub fn of(
        queries: &Queries,
        end: u64,
        folder: &Path,
        (owner, is_folded_on): Kinds,
        progress: Progress<'_>,
    ) -> Result<Self, ModelError> {
        let stored = queries.reader.stats().bytes;
        let count = stored.div_ceil(PART_BYTES).clamp(1, PARTS_MAX);
        let parts = (0..count).map(|number| Part::new(folder, number));
        let mut parts = parts.collect::<Result<Vec<_>, _>>()?;
        // The part of each stream whose events are folded; none for the others.
        let mut seen: HashMap<String, Option<usize>> = HashMap::new();
        let mut next = 0;
        while next < end {
            let room = usize::try_from(end - next).unwrap_or(usize::MAX);
            let scan = (room.min(SCAN_EVENTS), SCAN_BYTES);
            let entries = queries.reader.scan(next, scan.0, scan.1).map_err(load)?;
            let Some(last) = entries.last() else { break };
            next = last.position + 1;
            for entry in &entries {
                let undecodable = || LoadError::Undecodable(entry.position);
                let header = entry.view();
                let name = header.stream().ok_or_else(undecodable)?;
                let part = match seen.get(name) {
                    Some(part) => *part,
                    None => {
                        let stream = StreamName::parse(name).map_err(|_| undecodable())?;
                        let part = part_of(&stream, parts.len());
                        if let Some(owner) = owner(&stream) {
                            parts[part].owners.entry(owner).or_insert(entry.position);
                        }
                        let part = is_folded_on(&stream).then_some(part);
                        seen.insert(name.to_owned(), part);
                        part
                    }
                };
                if let Some(part) = part {
                    let written = parts[part].write(name, &Raw::of(entry)?);
                    written.map_err(io(folder))?;
                }
            }
            tell(progress, 0, next)?;
        }
        Ok(Self {
            streams: parts.iter().map(|part| part.owners.len() as u64).sum(),
            parts,
            end,
        })
    }

    /// The parts, one after the other.
    pub fn parts(self, folder: &Path) -> impl Iterator<Item = Result<Held, ModelError>> {
        let end = self.end;
        self.parts.into_iter().map(move |mut part| {
            let events = part.read(end).map_err(io(folder))?;
            let mut owners: Vec<(StreamName, u64)> = part.owners.into_iter().collect();
            owners.sort_unstable_by_key(|(_, position)| *position);
            let streams = owners.into_iter().map(|(stream, _)| stream).collect();
            Ok(Held { streams, events })
        })
    }
}

/// The part that a stream is of.
fn part_of(stream: &StreamName, parts: usize) -> usize {
    crc32c::crc32c(stream.id.as_bytes()) as usize % parts
}
