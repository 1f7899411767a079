//! A sidecar file, read a checked page at a time.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use thiserror::Error;

use super::filter::may_contain;
use super::memory::MemoryIndex;
use super::sidecar_layout::{
    KEY_BYTES, PAGE_BYTES, Sections, SegmentFacts, SidecarHeader, WORD_BYTES,
};
use super::{PostingQuery, Span};
use crate::journal::folder::{Folder, read_bytes};
use crate::journal::format::{BlockError, sidecar_name};

/// Why a sidecar cannot answer. It is rebuilt then.
#[derive(Debug, Error)]
pub(in crate::journal) enum SidecarError {
    /// There is none.
    #[error("there is no index file")]
    Missing,
    /// It does not hold what was written.
    #[error("{what}")]
    Damaged {
        /// Where in the file, in bytes.
        offset: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// It is sound, but not of this state of the segment.
    #[error("index file is of another state of the segment")]
    Stale {
        /// Entries it covers.
        entries: u32,
        /// Bytes of the segment it covers.
        end_offset: u64,
    },
    /// A newer version wrote it.
    #[error("index file has newer format {0}")]
    Newer(u32),
    /// The file system failed.
    #[error("index file cannot be read")]
    Io(#[source] io::Error),
}

impl From<io::Error> for SidecarError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound {
            Self::Missing
        } else {
            Self::Io(error)
        }
    }
}

/// The part of a sidecar that is in memory, and the way to the rest.
pub(in crate::journal) struct Sidecar {
    folder: Arc<Folder>,
    name: String,
    header: SidecarHeader,
    sections: Sections,
    first_keys: Vec<u64>,
    page_crcs: Vec<u32>,
    filter: Bytes,
}

fn damaged<T>(page: usize, what: &'static str) -> Result<T, SidecarError> {
    Err(SidecarError::Damaged {
        offset: (page * PAGE_BYTES) as u64,
        what,
    })
}

impl Sidecar {
    /// Opens the sidecar of a segment and checks that it is of exactly this state of it.
    pub(in crate::journal) fn open(
        folder: &Arc<Folder>,
        facts: &SegmentFacts,
    ) -> Result<Self, SidecarError> {
        let sidecar = Self::open_any(folder, facts.number)?;
        let found = sidecar.header.facts;
        if found == *facts {
            return Ok(sidecar);
        }
        let (entries, end_offset) = (found.entries, found.end_offset);
        if (found.ledger_id, found.nonce) != (facts.ledger_id, facts.nonce) {
            return damaged(0, "index file belongs to another segment");
        }
        Err(SidecarError::Stale {
            entries,
            end_offset,
        })
    }

    /// Opens the sidecar of the segment of this number, whatever its state.
    pub(in crate::journal) fn open_any(
        folder: &Arc<Folder>,
        number: u32,
    ) -> Result<Self, SidecarError> {
        let name = sidecar_name(number);
        folder.forget(&name);
        let file = folder.reading(&name)?;
        let block = read_bytes(&*file, 0, PAGE_BYTES)?;
        let Some(block) = block.first_chunk() else {
            return damaged(0, "index file ends within its header");
        };
        let header = SidecarHeader::decode(block).map_err(|error| match error {
            BlockError::Damaged(what) => SidecarError::Damaged { offset: 0, what },
            BlockError::Newer(format) => SidecarError::Newer(format),
        })?;
        let sections = header.sections();
        if file.len()? != sections.file_bytes {
            return damaged(0, "index file does not have its length");
        }
        let table_at = sections.table * PAGE_BYTES;
        let table_bytes = sections.file_bytes as usize - table_at;
        let table = read_bytes(&*file, table_at as u64, table_bytes)?;
        if crc32c::crc32c(&table) != header.table_crc {
            return damaged(sections.table, "table of pages does not match its checksum");
        }
        let (firsts, crcs) = table.split_at((sections.postings - sections.keys) * 8);
        let first_keys = firsts
            .as_chunks()
            .0
            .iter()
            .map(|key| u64::from_be_bytes(*key))
            .collect();
        let page_crcs = crcs
            .as_chunks()
            .0
            .iter()
            .map(|crc| u32::from_be_bytes(*crc))
            .collect();
        let mut sidecar = Self {
            folder: folder.clone(),
            name,
            header,
            sections,
            first_keys,
            page_crcs,
            filter: Bytes::new(),
        };
        let filter = sidecar.pages(sections.filter, sections.table - sections.filter)?;
        sidecar.filter = filter.slice(..sections.filter_bytes);
        Ok(sidecar)
    }

    /// The state of the segment it covers.
    pub(in crate::journal) fn facts(&self) -> &SegmentFacts {
        &self.header.facts
    }

    /// The filter over its keys, checked when it was loaded.
    pub(in crate::journal) fn filter(&self) -> &Bytes {
        &self.filter
    }

    /// Reads `count` pages from `first` on, and checks them.
    fn pages(&self, first: usize, count: usize) -> Result<Bytes, SidecarError> {
        let file = self.folder.reading(&self.name)?;
        let bytes = read_bytes(&*file, (first * PAGE_BYTES) as u64, count * PAGE_BYTES)?;
        if bytes.len() < count * PAGE_BYTES {
            return damaged(first, "index file is cut");
        }
        for (page, bytes) in (first..).zip(bytes.chunks(PAGE_BYTES)) {
            // Page 0 has no CRC in the table.
            if self.page_crcs.get(page - 1) != Some(&crc32c::crc32c(bytes)) {
                return damaged(page, "page does not match its checksum");
            }
        }
        Ok(bytes)
    }

    /// Reads the words `from..to` of a section of words.
    fn words(&self, section: usize, from: usize, to: usize) -> Result<Vec<u32>, SidecarError> {
        if from >= to {
            return Ok(Vec::new());
        }
        let per_page = PAGE_BYTES / WORD_BYTES;
        let first = from / per_page;
        let pages = self.pages(section + first, to.div_ceil(per_page) - first)?;
        let (words, _) = pages.as_chunks::<WORD_BYTES>();
        let start = from - first * per_page;
        let words = &words[start..start + (to - from)];
        Ok(words.iter().map(|word| u32::from_be_bytes(*word)).collect())
    }

    /// Reads the offsets `from..=to`; the one after the last entry is the end of the records.
    fn offsets(&self, from: u32, to: u32) -> Result<Vec<u64>, SidecarError> {
        let entries = self.header.facts.entries;
        if to > entries {
            return damaged(0, "index file covers fewer entries than the segment");
        }
        let stop = (to + 1).min(entries) as usize;
        let words = self.words(self.sections.offsets, from as usize, stop)?;
        let mut offsets: Vec<u64> = words.into_iter().map(u64::from).collect();
        if to == entries {
            offsets.push(self.header.facts.end_offset);
        }
        Ok(offsets)
    }

    pub(super) fn span(&self, from: u32, to: u32) -> Result<Span, SidecarError> {
        let near = self.offsets(from, from + 1)?;
        let stop = if to == from + 1 {
            near[1]
        } else {
            self.offsets(to, to)?[0]
        };
        Ok(Span {
            start: Some(near[0]),
            first_stop: near[1],
            stop,
            entries: to - from,
        })
    }

    pub(super) fn back(&self, from: u32, before: u32, bytes: u64) -> Result<u32, SidecarError> {
        let offsets = self.offsets(from, before)?;
        let (end, offsets) = offsets
            .split_last()
            .expect("there is an offset for `before`");
        let fits = |offset: &&u64| **offset + bytes >= *end;
        let taken = offsets.iter().rev().take_while(fits).count() as u32;
        Ok(before - taken.max(1))
    }

    /// Postings and place of a key.
    fn find(&self, key: u64) -> Result<Option<(u32, u32)>, SidecarError> {
        if !may_contain(&self.filter, key) {
            return Ok(None);
        }
        let after = self.first_keys.partition_point(|first| *first <= key);
        let Some(page) = after.checked_sub(1) else {
            return Ok(None);
        };
        let bytes = self.pages(self.sections.keys + page, 1)?;
        let per_page = PAGE_BYTES / KEY_BYTES;
        let count = (self.header.keys as usize - page * per_page).min(per_page);
        let keys = &bytes.as_chunks::<KEY_BYTES>().0[..count];
        let read = |entry: &[u8; KEY_BYTES]| u128::from_be_bytes(*entry);
        let found = keys.binary_search_by_key(&key, |entry| (read(entry) >> 64) as u64);
        Ok(found.ok().map(|index| {
            let entry = read(&keys[index]);
            ((entry >> 32) as u32, entry as u32)
        }))
    }

    pub(super) fn postings(
        &self,
        query: &PostingQuery,
        places: &mut Vec<u32>,
    ) -> Result<(), SidecarError> {
        let Some((count, place)) = self.find(query.key)? else {
            return Ok(());
        };
        let within = |place: &u32| (query.from..query.to).contains(place);
        if count == 1 {
            places.extend(Some(place).filter(within).into_iter().take(query.limit));
            return Ok(());
        }
        let (first, last) = (place as usize, place as usize + count as usize);
        if last > self.header.postings as usize {
            return damaged(self.sections.keys, "key points past the postings");
        }
        // A page of postings at a time, so that a long list costs what is taken from it.
        let step = PAGE_BYTES / WORD_BYTES;
        let wanted = places.len().saturating_add(query.limit);
        let (mut low, mut high) = (first, last);
        while low < high && places.len() < wanted {
            let (from, to) = if query.newest_first {
                (low.max((high - 1) / step * step), high)
            } else {
                (low, high.min((low / step + 1) * step))
            };
            let words = self.words(self.sections.postings, from, to)?;
            let room = wanted - places.len();
            if query.newest_first {
                places.extend(words.iter().rev().copied().filter(within).take(room));
                high = if words.first().is_some_and(|w| *w < query.from) {
                    low
                } else {
                    from
                };
            } else {
                places.extend(words.iter().copied().filter(within).take(room));
                low = if words.last().is_some_and(|w| *w >= query.to) {
                    high
                } else {
                    to
                };
            }
        }
        Ok(())
    }

    /// Reads everything into memory, to go on from there.
    pub(in crate::journal) fn load(&self) -> Result<MemoryIndex, SidecarError> {
        let entries = self.header.facts.entries as usize;
        let offsets = self.words(self.sections.offsets, 0, entries)?;
        let count = self.header.postings as usize;
        let shared = self.words(self.sections.postings, 0, count)?;
        let pages = self.sections.postings - self.sections.keys;
        let keys = if pages == 0 {
            Bytes::new()
        } else {
            self.pages(self.sections.keys, pages)?
        };
        let mut pairs = Vec::with_capacity(count + self.header.keys as usize);
        for entry in &keys.as_chunks::<KEY_BYTES>().0[..self.header.keys as usize] {
            let entry = u128::from_be_bytes(*entry);
            let (key, count, place) = ((entry >> 64) as u64, (entry >> 32) as u32, entry as u32);
            if count == 1 {
                pairs.push((place, key));
                continue;
            }
            let first = place as usize;
            let Some(places) = shared.get(first..first.saturating_add(count as usize)) else {
                return damaged(self.sections.keys, "key points past the postings");
            };
            pairs.extend(places.iter().map(|place| (*place, key)));
        }
        pairs.sort_unstable();
        if pairs
            .last()
            .is_some_and(|(place, _)| *place as usize >= entries)
        {
            return damaged(self.sections.postings, "posting points past the entries");
        }
        let mut index = MemoryIndex::with_keys(self.header.facts.end_offset, self.header.keys);
        let mut pairs = pairs.into_iter().peekable();
        let mut keys = Vec::new();
        for (place, offset) in (0_u32..).zip(offsets) {
            keys.clear();
            while let Some((_, key)) = pairs.next_if(|(of, _)| *of == place) {
                keys.push(key);
            }
            index.insert(place, offset, &keys);
        }
        Ok(index)
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        (self.filter.len() + self.first_keys.len() * 8 + self.page_crcs.len() * 4) as u64
    }
}
