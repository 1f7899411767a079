//! Sealed and personal parts at rest: encryption, and the commitments that bind them to events.
//!
//! The blob of a part, `BLOB_OVERHEAD_BYTES` longer than the part:
//!
//! | part | bytes |
//! |---|---|
//! | version, 1 | 1 |
//! | class: 1 sealed, 2 personal | 1 |
//! | key id | 16 |
//! | nonce | 24 |
//! | XChaCha20-Poly1305 ciphertext and tag | length of the part + 16 |
//!
//! Additional data: ledger id ‖ event id ‖ class ‖ key id, so that a blob opens for its own event
//! and nowhere else. The commitment is in the clear, in the event; the part itself carries a
//! random nonce, so that a commitment cannot be guessed from what the part might say.

use std::fmt;
use std::hint::black_box;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// How much longer a blob is than the part in it, in bytes.
pub const BLOB_OVERHEAD_BYTES: usize = HEAD_BYTES + TAG_BYTES;

const VERSION: u8 = 1;
pub(super) const NONCE_BYTES: usize = 24;
pub(super) const TAG_BYTES: usize = 16;
const ID_BYTES: usize = 16;
const HEAD_BYTES: usize = 2 + ID_BYTES + NONCE_BYTES;

/// The class of a part that is kept beside its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Closed until a moment that the law names.
    Sealed,
    /// About persons; erased by destroying its key.
    Personal,
}

/// Names a data key; random, so that no two ledgers or restores ever share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub [u8; ID_BYTES]);

/// A 32-byte key. Overwritten when dropped, never printed.
pub struct Key([u8; 32]);

/// Says why a part could not be sealed or opened.
#[derive(Debug, Error)]
pub enum SealingError {
    /// The blob is too short, or of a version or class that this program does not know.
    #[error("not a sealed part: {cause}")]
    Malformed {
        /// What does not fit.
        cause: &'static str,
    },
    /// The blob was changed, or belongs to another event, ledger, class or key.
    #[error("the part does not open with key {key_id}")]
    Rejected {
        /// The key that was tried.
        key_id: KeyId,
    },
    /// The part is longer than the cipher takes.
    #[error("a part of {bytes} bytes cannot be sealed")]
    TooLong {
        /// Length of the part.
        bytes: usize,
    },
    /// The operating system gave no random bytes.
    #[error("no random bytes")]
    Random(#[source] getrandom::Error),
}

/// Encrypts a part for its event with a fresh random nonce.
///
/// The key is the one of the event's stream and of the class, already synced. Fails with
/// [`SealingError::Random`] or [`SealingError::TooLong`] (256 GiB) only.
pub fn seal(
    key_id: &KeyId,
    key: &Key,
    ledger_id: &[u8; 16],
    event_id: &[u8; 16],
    class: Class,
    part: &[u8],
) -> Result<Vec<u8>, SealingError> {
    let nonce = random::<NONCE_BYTES>().map_err(SealingError::Random)?;
    let aad = additional_data(ledger_id, event_id, class, key_id);
    let ciphertext = key.encrypt(&nonce, &aad, part);
    let ciphertext = ciphertext.ok_or(SealingError::TooLong { bytes: part.len() })?;
    let mut blob = Vec::with_capacity(BLOB_OVERHEAD_BYTES + part.len());
    blob.extend([VERSION, class.code()]);
    blob.extend(key_id.0);
    blob.extend(nonce);
    blob.extend(ciphertext);
    Ok(blob)
}

/// Returns class and key of a blob, as it says itself: proven only by [`open`].
///
/// Fails with [`SealingError::Malformed`].
pub fn key_of(blob: &[u8]) -> Result<(Class, KeyId), SealingError> {
    let malformed = |cause| SealingError::Malformed { cause };
    if blob.len() < BLOB_OVERHEAD_BYTES {
        return Err(malformed("it is too short"));
    }
    if blob[0] != VERSION {
        return Err(malformed("its version is unknown"));
    }
    let class = Class::from_code(blob[1]).ok_or(malformed("its class is unknown"))?;
    let (_, rest) = blob.split_at(2);
    let key_id = rest.first_chunk().ok_or(malformed("it is too short"))?;
    Ok((class, KeyId(*key_id)))
}

/// Decrypts the part of an event; the key is the one that [`key_of`] names.
///
/// Fails with [`SealingError::Malformed`] or [`SealingError::Rejected`]: any other byte, event,
/// ledger, class or key.
pub fn open(
    key: &Key,
    ledger_id: &[u8; 16],
    event_id: &[u8; 16],
    class: Class,
    blob: &[u8],
) -> Result<Vec<u8>, SealingError> {
    let (blob_class, key_id) = key_of(blob)?;
    let rejected = SealingError::Rejected { key_id };
    if blob_class != class {
        return Err(rejected);
    }
    let aad = additional_data(ledger_id, event_id, class, &key_id);
    let rest = &blob[2 + ID_BYTES..];
    let Some((nonce, ciphertext)) = rest.split_first_chunk() else {
        return Err(rejected);
    };
    key.decrypt(nonce, &aad, ciphertext).ok_or(rejected)
}

/// Returns the commitment to a sealed part: SHA-256("bihuan/sealed/v1\0" ‖ part bytes).
pub fn sealed_commitment(part: &[u8]) -> [u8; 32] {
    commitment(Class::Sealed, part)
}

/// Returns the commitment to a personal part: SHA-256("bihuan/personal/v1\0" ‖ part bytes).
pub fn personal_commitment(part: &[u8]) -> [u8; 32] {
    commitment(Class::Personal, part)
}

/// Returns the commitment to a part, as the event carries it.
pub fn commitment(class: Class, part: &[u8]) -> [u8; 32] {
    let label: &[u8] = match class {
        Class::Sealed => b"bihuan/sealed/v1\0",
        Class::Personal => b"bihuan/personal/v1\0",
    };
    Sha256::new()
        .chain_update(label)
        .chain_update(part)
        .finalize()
        .into()
}

fn additional_data(
    ledger_id: &[u8; 16],
    event_id: &[u8; 16],
    class: Class,
    key_id: &KeyId,
) -> Vec<u8> {
    [ledger_id, event_id, &[class.code()][..], &key_id.0].concat()
}

/// Returns random bytes of the operating system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

impl Class {
    /// Returns the number that stands for the class on disk.
    pub fn code(self) -> u8 {
        match self {
            Self::Sealed => 1,
            Self::Personal => 2,
        }
    }

    /// Returns the class of a number on disk.
    pub fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Sealed),
            2 => Some(Self::Personal),
            _ => None,
        }
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl Key {
    /// Takes over the bytes of a key.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Draws a key at random.
    pub(super) fn draw() -> Result<Self, getrandom::Error> {
        random().map(Self)
    }

    /// Returns the bytes of the key.
    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Encrypts; `None` if the text is too long for the cipher.
    pub(super) fn encrypt(&self, nonce: &[u8; 24], aad: &[u8], msg: &[u8]) -> Option<Vec<u8>> {
        let cipher = XChaCha20Poly1305::new(&self.0.into());
        cipher
            .encrypt(&XNonce::from(*nonce), Payload { msg, aad })
            .ok()
    }

    /// Decrypts; `None` if text, nonce, additional data or key are not those of the encryption.
    pub(super) fn decrypt(&self, nonce: &[u8; 24], aad: &[u8], msg: &[u8]) -> Option<Vec<u8>> {
        let cipher = XChaCha20Poly1305::new(&self.0.into());
        cipher
            .decrypt(&XNonce::from(*nonce), Payload { msg, aad })
            .ok()
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.fill(0);
        // Keeps the compiler from leaving out a write that nobody reads.
        black_box(&mut self.0);
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Key(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY_ID: KeyId = KeyId([3; 16]);
    const LEDGER: [u8; 16] = [1; 16];
    const EVENT: [u8; 16] = [2; 16];

    fn key() -> Key {
        Key::from_bytes([9; 32])
    }

    fn hex(bytes: &[u8]) -> String {
        let digits = |text: String, byte: &u8| text + &format!("{byte:02x}");
        bytes.iter().fold(String::new(), digits)
    }

    fn sealed(part: &[u8]) -> Vec<u8> {
        seal(&KEY_ID, &key(), &LEDGER, &EVENT, Class::Sealed, part).unwrap()
    }

    #[test]
    fn a_part_opens_in_its_place() {
        for part in [&b""[..], b"a", "投标报价 1,280,000 元".as_bytes()] {
            let blob = sealed(part);
            assert_eq!(blob.len(), part.len() + BLOB_OVERHEAD_BYTES);
            assert_eq!(key_of(&blob).unwrap(), (Class::Sealed, KEY_ID));
            let opened = open(&key(), &LEDGER, &EVENT, Class::Sealed, &blob);
            assert_eq!(opened.unwrap(), part);
        }
    }

    #[test]
    fn a_part_opens_nowhere_else() {
        let blob = sealed(b"part");
        let (other, class) = ([7; 16], Class::Sealed);
        assert!(
            open(&key(), &other, &EVENT, class, &blob).is_err(),
            "ledger"
        );
        assert!(
            open(&key(), &LEDGER, &other, class, &blob).is_err(),
            "event"
        );
        assert!(
            open(&key(), &EVENT, &LEDGER, class, &blob).is_err(),
            "both swapped"
        );
        assert!(
            open(&key(), &LEDGER, &EVENT, Class::Personal, &blob).is_err(),
            "class"
        );
        let other = Key::from_bytes([8; 32]);
        assert!(open(&other, &LEDGER, &EVENT, class, &blob).is_err(), "key");
    }

    #[test]
    fn every_changed_bit_and_every_cut_is_refused() {
        let blob = sealed(b"a part of some length");
        let opened = |blob: &[u8]| open(&key(), &LEDGER, &EVENT, Class::Sealed, blob);
        for index in 0..blob.len() {
            for bit in 0..8 {
                let mut changed = blob.clone();
                changed[index] ^= 1 << bit;
                assert!(opened(&changed).is_err(), "bit {bit} of byte {index}");
            }
            assert!(opened(&blob[..index]).is_err(), "cut at {index}");
        }
        assert!(
            opened(&[&blob[..], &[0]].concat()).is_err(),
            "a byte too many"
        );
    }

    #[test]
    fn the_same_part_is_never_sealed_to_the_same_bytes() {
        assert_ne!(sealed(b"part"), sealed(b"part"));
    }

    #[test]
    fn the_layout_is_the_one_that_is_written_down() {
        // Made with libsodium's crypto_aead_xchacha20poly1305_ietf_encrypt: key 32 × 09, nonce
        // 24 × 05, additional data ledger ‖ event ‖ 01 ‖ key id.
        let aad = additional_data(&LEDGER, &EVENT, Class::Sealed, &KEY_ID);
        assert_eq!(aad.len(), 49);
        let mut blob = vec![1, 1];
        blob.extend(KEY_ID.0);
        blob.extend([5; 24]);
        blob.extend(key().encrypt(&[5; 24], &aad, b"part").unwrap());
        assert_eq!(hex(&blob[42..]), "b4a706e4ce92faf8017d21a77f94776f578d2f07");
        let opened = open(&key(), &LEDGER, &EVENT, Class::Sealed, &blob);
        assert_eq!(opened.unwrap(), b"part");
    }

    #[test]
    fn commitments_differ_by_class_and_part() {
        // printf 'bihuan/sealed/v1\0part' | sha256sum, and the same with personal.
        let sealed = "888259c949414c8c71b25bce6bc812582b75959d5ad387d49e29e6b511292f31";
        assert_eq!(hex(&sealed_commitment(b"part")), sealed);
        let personal = "779020463bacb435f7f9223d206ec5c01e0a55e101a66a04631721c25f2860a4";
        assert_eq!(hex(&personal_commitment(b"part")), personal);
    }

    #[test]
    fn a_key_is_not_printed() {
        assert_eq!(format!("{:?}", key()), "Key(..)");
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_opens(
            part: Vec<u8>,
            ledger: [u8; 16],
            event: [u8; 16],
            bytes: [u8; 32],
        ) {
            let key = Key::from_bytes(bytes);
            let blob = seal(&KEY_ID, &key, &ledger, &event, Class::Personal, &part).unwrap();
            prop_assert_eq!(open(&key, &ledger, &event, Class::Personal, &blob).unwrap(), part);
        }

        #[test]
        fn no_bytes_make_it_panic(blob: Vec<u8>) {
            prop_assert!(open(&key(), &LEDGER, &EVENT, Class::Sealed, &blob).is_err());
        }
    }
}
