//! Entity states as bytes: a layout hash, then bincode.
//!
//! bincode names neither fields nor types: bytes of another layout may decode into nonsense.
//! Hence the hash in front, which the caller derives from whatever its layout depends on.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::error::StateError;
use super::rows::BLOB_BYTES_MAX;

const HASH_BYTES: usize = 8;

/// Returns the layout hash of a description: the first eight bytes of the SHA-256 of its parts.
///
/// The parts are what a change of layout changes: type names with a version, or field lists.
pub fn layout_hash(parts: &[&str]) -> u64 {
    let mut hasher = Sha256::new();
    hasher.update(b"bihuan/state-layout/v1\0");
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let digest: [u8; 32] = hasher.finalize().into();
    u64::from_be_bytes(
        digest[..HASH_BYTES]
            .try_into()
            .expect("a digest has 32 bytes"),
    )
}

/// Encodes a state behind its layout hash.
///
/// Fails with [`StateError::Encode`] if the type refuses, [`StateError::BlobTooLarge`] if the
/// store would.
pub fn encode<T: Serialize>(layout_hash: u64, state: &T) -> Result<Vec<u8>, StateError> {
    let mut blob = layout_hash.to_be_bytes().to_vec();
    bincode::serde::encode_into_std_write(state, &mut blob, bincode::config::standard())
        .map_err(StateError::Encode)?;
    if blob.len() > BLOB_BYTES_MAX {
        return Err(StateError::BlobTooLarge { bytes: blob.len() });
    }
    Ok(blob)
}

/// Decodes what [`encode`] made; `None` if the layout is another or the bytes do not fit it.
pub fn decode<T: DeserializeOwned>(layout_hash: u64, blob: &[u8]) -> Option<T> {
    let (hash, rest) = blob.split_first_chunk::<HASH_BYTES>()?;
    if u64::from_be_bytes(*hash) != layout_hash {
        return None;
    }
    // The limit keeps a length that lies from becoming an allocation.
    let config = bincode::config::standard().with_limit::<{ 16 * BLOB_BYTES_MAX }>();
    let (state, read) = bincode::serde::decode_from_slice(rest, config).ok()?;
    (read == rest.len()).then_some(state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Line {
        name: String,
        amounts_fen: Vec<i64>,
    }

    fn line() -> Line {
        Line {
            name: "预算".to_owned(),
            amounts_fen: vec![1, -2, i64::MAX],
        }
    }

    #[test]
    fn a_state_comes_back_as_it_was() {
        let blob = encode(7, &line()).unwrap();
        assert_eq!(decode::<Line>(7, &blob), Some(line()));
    }

    #[test]
    fn another_layout_cut_bytes_and_extra_bytes_are_not_decoded() {
        let blob = encode(7, &line()).unwrap();
        assert_eq!(decode::<Line>(8, &blob), None);
        for length in 0..blob.len() {
            assert_eq!(decode::<Line>(7, &blob[..length]), None, "cut at {length}");
        }
        let longer = [&blob[..], &[0]].concat();
        assert_eq!(decode::<Line>(7, &longer), None);
    }

    #[test]
    fn a_length_that_lies_allocates_nothing() {
        let mut blob = 7_u64.to_be_bytes().to_vec();
        blob.extend([253, 255, 255, 255, 255, 255, 255, 255, 127]);
        assert_eq!(decode::<Vec<u8>>(7, &blob), None);
    }

    #[test]
    fn layouts_differ_by_any_part() {
        assert_eq!(layout_hash(&["lot 1"]), layout_hash(&["lot 1"]));
        assert_ne!(layout_hash(&["lot 1"]), layout_hash(&["lot 2"]));
        assert_ne!(layout_hash(&["ab", "c"]), layout_hash(&["a", "bc"]));
    }
}
