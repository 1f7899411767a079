//! The layout of the file `keys`, integers big-endian.
//!
//! | offset | part |
//! |---|---|
//! | 0 | magic `BHKEYS` 0 1, ledger id (16), generation (8), proof (40), CRC-32C (4), zeros |
//! | 512, 1024 | slots: sequence (8), end of frames (8), chain (4), CRC-32C (4), zeros, mark (1) |
//! | 1536 | frames: length of the body (4), body, chain (4) |
//!
//! The proof is a nonce and the tag of nothing, encrypted with the master key. A body is a row of
//! records, see `record.rs`.
//!
//! The chain of a frame is the CRC-32C over length and body, continued from the chain of the frame
//! before, the first from the CRC of the header: stale or moved bytes never fit. The slot of
//! sequence *n* speaks of the first *n* frames and lies in the slot *n* mod 2. It is written when
//! the frames are synced, and synced before a key of them is used; so both slots can be told
//! from the frames, every byte of the file is accounted for, and no frame can be cut unseen.
//!
//! A write that a crash tore leaves a slot that begins as the new one and ends as the old one.
//! The mark, its last byte, changes in several bits each time and is never zero: neither a flipped
//! bit nor zeros look like that. The second slot of a file without frames is full of ones.

use super::master::PROOF_BYTES;

/// Bytes of the header and of each slot: a sector, which a disk writes whole.
pub(super) const PAGE_BYTES: usize = 512;
/// Where the frames begin.
pub(super) const FRAMES_AT: u64 = 3 * PAGE_BYTES as u64;
/// How many keys are put into a frame at most.
pub(super) const KEYS_PER_FRAME: usize = 256;
/// The longest body of a frame: so many of the longest records.
const BODY_BYTES_MAX: usize = 256 << 10;

const MAGIC: &[u8; 8] = b"BHKEYS\0\x01";
const PROOF_AT: usize = 32;
const HEADER_CRC_AT: usize = PROOF_AT + PROOF_BYTES;

/// A page of the file.
pub(super) type Page = [u8; PAGE_BYTES];

/// The second slot of a file without frames.
pub(super) const NO_SLOT: Page = [0xff; PAGE_BYTES];

/// What the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) ledger_id: [u8; 16],
    /// How often the file was written anew.
    pub(super) generation: u64,
    pub(super) proof: [u8; PROOF_BYTES],
}

/// Up to where the frames are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) sequence: u64,
    pub(super) end: u64,
    pub(super) chain: u32,
}

/// What does not fit, and where.
pub(super) type Misfit = (u64, &'static str);

/// A file that was read and found to be in order.
#[derive(Debug)]
pub(super) struct Parsed<'a> {
    pub(super) header: Header,
    /// Bodies of the frames, with their offsets.
    pub(super) bodies: Vec<(u64, &'a [u8])>,
    /// The slots of sequences 0, 1, … as the frames tell them.
    pub(super) slots: Vec<Slot>,
    /// How many of the slots were already written.
    pub(super) recorded: u64,
}

impl Parsed<'_> {
    /// Returns the newest slot that was written and those that were not; `None` if all were.
    pub(super) fn unrecorded(&self) -> Option<(Slot, &[Slot])> {
        let (recorded, missing) = self.slots.get(self.recorded as usize..)?.split_first()?;
        (!missing.is_empty()).then_some((*recorded, missing))
    }
}

impl Header {
    pub(super) fn encode(&self) -> Page {
        let mut page = [0; PAGE_BYTES];
        page[..8].copy_from_slice(MAGIC);
        page[8..24].copy_from_slice(&self.ledger_id);
        page[24..PROOF_AT].copy_from_slice(&self.generation.to_be_bytes());
        page[PROOF_AT..HEADER_CRC_AT].copy_from_slice(&self.proof);
        let crc = crc32c::crc32c(&page[..HEADER_CRC_AT]);
        page[HEADER_CRC_AT..HEADER_CRC_AT + 4].copy_from_slice(&crc.to_be_bytes());
        page
    }

    fn decode(page: &Page) -> Result<Self, Misfit> {
        let header = Self {
            ledger_id: array(page, 8),
            generation: u64::from_be_bytes(array(page, 24)),
            proof: array(page, PROOF_AT),
        };
        if page[..8] != *MAGIC {
            return Err((0, "it is not a key file of this version"));
        }
        if header.encode() != *page {
            return Err((0, "the header"));
        }
        Ok(header)
    }

    /// Returns the slot of a file without frames.
    pub(super) fn first_slot(&self) -> Slot {
        Slot {
            sequence: 0,
            end: FRAMES_AT,
            chain: u32::from_be_bytes(array(&self.encode(), HEADER_CRC_AT)),
        }
    }
}

impl Slot {
    /// Returns where the slot lies.
    pub(super) fn offset(&self) -> u64 {
        PAGE_BYTES as u64 * (1 + self.sequence % 2)
    }

    pub(super) fn encode(&self) -> Page {
        let mut page = [0; PAGE_BYTES];
        page[..8].copy_from_slice(&self.sequence.to_be_bytes());
        page[8..16].copy_from_slice(&self.end.to_be_bytes());
        page[16..20].copy_from_slice(&self.chain.to_be_bytes());
        let crc = crc32c::crc32c(&page[..20]);
        page[20..24].copy_from_slice(&crc.to_be_bytes());
        page[PAGE_BYTES - 1] = if (self.sequence / 2).is_multiple_of(2) {
            0x5a
        } else {
            0xa5
        };
        page
    }

    fn decode(page: &Page) -> Option<Self> {
        let slot = Self {
            sequence: u64::from_be_bytes(array(page, 0)),
            end: u64::from_be_bytes(array(page, 8)),
            chain: u32::from_be_bytes(array(page, 16)),
        };
        (slot.encode() == *page).then_some(slot)
    }

    /// Returns the frame that follows, and the slot after it.
    pub(super) fn next_frame(&self, body: &[u8]) -> (Vec<u8>, Slot) {
        let mut frame = (body.len() as u32).to_be_bytes().to_vec();
        frame.extend(body);
        let chain = crc32c::crc32c_append(self.chain, &frame);
        frame.extend(chain.to_be_bytes());
        let next = Slot {
            sequence: self.sequence + 1,
            end: self.end + frame.len() as u64,
            chain,
        };
        (frame, next)
    }

    /// Reads the frame that follows; `None` if there is no whole one.
    fn read_frame<'a>(&self, bytes: &'a [u8]) -> Option<(&'a [u8], Slot)> {
        let rest = bytes.get(usize::try_from(self.end).ok()?..)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        if length == 0 || length > BODY_BYTES_MAX {
            return None;
        }
        let body = rest.get(..length)?;
        let (frame, next) = self.next_frame(body);
        let stored = rest.get(length..length + 4)?;
        (stored == &frame[frame.len() - 4..]).then_some((body, next))
    }
}

/// Reads a whole file and compares every byte of it with what it must be.
///
/// Bytes behind the frames that the slots speak of are what a crash left: whole frames count,
/// the rest does not.
pub(super) fn parse(bytes: &[u8]) -> Result<Parsed<'_>, Misfit> {
    let page = |index: usize| -> Result<&Page, Misfit> {
        let at = index * PAGE_BYTES;
        let page = bytes.get(at..).and_then(<[u8]>::first_chunk);
        page.ok_or((bytes.len() as u64, "the file ends too soon"))
    };
    let header = Header::decode(page(0)?)?;
    let pages = [page(1)?, page(2)?];
    let newest = pages.iter().filter_map(|page| Slot::decode(page));
    let newest = newest.max_by_key(|slot| slot.sequence);
    let newest = newest.ok_or((PAGE_BYTES as u64, "both slots"))?;

    let mut slots = vec![header.first_slot()];
    let mut bodies = Vec::new();
    while let Some((body, next)) = slots[slots.len() - 1].read_frame(bytes) {
        bodies.push((slots[slots.len() - 1].end, body));
        slots.push(next);
    }
    let last = slots[slots.len() - 1];
    if last.sequence < newest.sequence {
        return Err((last.end, "a frame of keys"));
    }
    let recorded = newest.sequence;
    let told = |sequence: u64| slots.get(usize::try_from(sequence).ok()?);
    if told(recorded) != Some(&newest) {
        return Err((newest.offset(), "the newest slot is not that of the frames"));
    }
    // The other slot is the one before, or half overwritten by the one after.
    let before = recorded.checked_sub(1).and_then(told);
    let before = before.map_or(NO_SLOT, Slot::encode);
    let after = told(recorded + 1).map(Slot::encode);
    let other = pages[usize::from(recorded.is_multiple_of(2))];
    let is_torn = after.is_some_and(|after| is_torn(other, &before, &after));
    if *other != before && !is_torn {
        let offset = PAGE_BYTES as u64 * (1 + (recorded + 1) % 2);
        return Err((offset, "the older slot"));
    }
    Ok(Parsed {
        header,
        bodies,
        slots,
        recorded,
    })
}

/// Says whether a page begins as the new one and ends as the old one.
fn is_torn(page: &Page, old: &Page, new: &Page) -> bool {
    let same = page.iter().zip(new).take_while(|(a, b)| a == b).count();
    page[same..] == old[same..]
}

fn array<const N: usize>(page: &Page, at: usize) -> [u8; N] {
    page[at..at + N].try_into().expect("the layout fits a page")
}
