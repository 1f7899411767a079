//! The frontier of an RFC 6962 tree: enough to append and to know the root.

use thiserror::Error;

use super::hashes::{node_hash, sha256};

/// Why bytes are no peaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{bytes} bytes hold no peaks of a tree of {size} leaves")]
pub struct PeaksError {
    size: u64,
    bytes: usize,
}

/// Roots of the perfect subtrees that a tree of `size` leaves consists of, largest first;
/// one for each set bit of the size, so at most 64.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peaks {
    size: u64,
    nodes: Vec<[u8; 32]>,
}

/// Root of the tree without leaves: SHA-256 of no bytes (RFC 6962, 2.1).
pub fn empty_root() -> [u8; 32] {
    sha256(&[])
}

impl Peaks {
    /// The tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a leaf by its [`super::leaf_hash`].
    pub fn push(&mut self, leaf_hash: [u8; 32]) {
        let mut node = leaf_hash;
        // Each trailing one bit of the size is a subtree that the new leaf completes.
        for _ in 0..self.size.trailing_ones() {
            let left = self
                .nodes
                .pop()
                .expect("a set bit of the size has its peak");
            node = node_hash(&left, &node);
        }
        self.nodes.push(node);
        self.size += 1;
    }

    /// Leaves in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree: MTH of RFC 6962, 2.1.
    pub fn root(&self) -> [u8; 32] {
        let mut nodes = self.nodes.iter().rev();
        let Some(last) = nodes.next() else {
            return empty_root();
        };
        nodes.fold(*last, |right, left| node_hash(left, &right))
    }

    /// The peaks, largest subtree first.
    pub fn nodes(&self) -> &[[u8; 32]] {
        &self.nodes
    }

    /// Writes the size as u64 big-endian, then the peaks.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + 32 * self.nodes.len());
        bytes.extend_from_slice(&self.size.to_be_bytes());
        bytes.extend_from_slice(self.nodes.as_flattened());
        bytes
    }

    /// Reads what [`Peaks::encode`] wrote; bytes may follow. Returns the bytes read.
    pub fn decode_prefix(bytes: &[u8]) -> Result<(Self, usize), PeaksError> {
        let length = bytes.len();
        let (size, rest) = bytes.split_first_chunk().ok_or(PeaksError {
            size: 0,
            bytes: length,
        })?;
        let size = u64::from_be_bytes(*size);
        let (nodes, _) = rest.as_chunks::<32>();
        let count = size.count_ones() as usize;
        let nodes = nodes
            .get(..count)
            .ok_or(PeaksError {
                size,
                bytes: length,
            })?
            .to_vec();
        Ok((Self { size, nodes }, 8 + 32 * count))
    }

    /// Reads what [`Peaks::encode`] wrote and nothing else.
    pub fn decode(bytes: &[u8]) -> Result<Self, PeaksError> {
        let (peaks, read) = Self::decode_prefix(bytes)?;
        if read == bytes.len() {
            return Ok(peaks);
        }
        Err(PeaksError {
            size: peaks.size,
            bytes: bytes.len(),
        })
    }
}
