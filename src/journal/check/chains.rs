//! Chains of header hashes, one per stream.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::journal::header::Header;

/// The tips of all streams. Hashes are kept to 16 bytes, which nobody can match on purpose
/// either, so that a stream takes some 50 bytes of memory.
#[derive(Default)]
pub(super) struct Chains {
    tips: HashMap<[u8; 16], Tip>,
    /// Whether damage hid entries, so that a chain may go on from an entry that was not seen.
    has_gap: bool,
}

struct Tip {
    next_revision: u64,
    hash: [u8; 16],
}

fn short(hash: &[u8; 32]) -> [u8; 16] {
    *hash.first_chunk().expect("a hash is longer than 16 bytes")
}

impl Chains {
    /// Forgets the tips: damage may hide what came after them.
    pub(super) fn break_off(&mut self) {
        self.tips.clear();
        self.has_gap = true;
    }

    /// Takes the next header; says what is wrong if it does not follow its stream's last one.
    pub(super) fn follow(&mut self, header: &Header, hash: &[u8; 32]) -> Option<&'static str> {
        let stream: [u8; 32] = Sha256::digest(header.stream.as_bytes()).into();
        let next_revision = header.revision.saturating_add(1);
        let tip = Tip {
            next_revision,
            hash: short(hash),
        };
        let previous = self.tips.insert(short(&stream), tip);
        let first = Tip {
            next_revision: 0,
            hash: [0; 16],
        };
        let expected = match previous {
            None if self.has_gap => return None,
            previous => previous.unwrap_or(first),
        };
        if header.revision != expected.next_revision {
            return Some("revision does not follow that of the stream's entry before");
        }
        if short(&header.previous_header_hash) != expected.hash {
            return Some("header does not name the hash of the stream's header before");
        }
        None
    }
}
