//! The master key: read, made, and used to wrap data keys.

use std::fmt;
use std::io;
use std::path::Path;

use super::error::KeyError;
use super::record::{STREAM_BYTES_MAX, WrappedKey};
use crate::access::sealing::{self, Class, Key, KeyId, NONCE_BYTES, TAG_BYTES};
use crate::journal::fs::{self, Fs};

const WRAP_LABEL: &[u8] = b"bihuan/key/v1\0";
const PROOF_LABEL: &[u8] = b"bihuan/master-key/v1\0";
/// Length of what proves that a file was made with a master key.
pub(super) const PROOF_BYTES: usize = NONCE_BYTES + TAG_BYTES;

/// The key that wraps the data keys of one ledger.
pub(super) struct MasterKey {
    key: Key,
    ledger_id: [u8; 16],
}

impl MasterKey {
    /// Reads the master key; `None` if there is no such file.
    pub(super) fn read(
        fs: &dyn Fs,
        path: &Path,
        ledger_id: [u8; 16],
    ) -> Result<Option<Self>, KeyError> {
        let failed = || KeyError::io("read", path);
        let file = match fs.open_read(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed()(error)),
        };
        let text = fs::read_all(&*file).map_err(failed())?;
        let key = decode_hex(&text).ok_or_else(|| KeyError::MasterKeyMalformed {
            path: path.to_path_buf(),
        })?;
        Ok(Some(Self { key, ledger_id }))
    }

    /// Draws a master key and writes it, durably and readable by its owner only.
    pub(super) fn create(fs: &dyn Fs, path: &Path, ledger_id: [u8; 16]) -> Result<Self, KeyError> {
        let key = Key::draw().map_err(KeyError::Random)?;
        let digits = |text: String, byte: &u8| text + &format!("{byte:02x}");
        let text = key.as_bytes().iter().fold(String::new(), digits) + "\n";
        let temporary = path.with_extension("tmp");
        let dir = path.parent().unwrap_or(Path::new("."));
        // A half-written key would be an error for ever: it gets its name when it is whole.
        let write = || {
            let file = fs.create(&temporary)?;
            fs::write_all(&*file, text.as_bytes(), 0)?;
            file.sync_data()?;
            fs.rename(&temporary, path)?;
            fs.sync_dir(dir)
        };
        write().map_err(KeyError::io("create", path))?;
        Ok(Self { key, ledger_id })
    }

    pub(super) fn ledger_id(&self) -> [u8; 16] {
        self.ledger_id
    }

    /// Encrypts a data key for its stream and class under a new id.
    pub(super) fn wrap(
        &self,
        stream: &str,
        class: Class,
        key: &Key,
    ) -> Result<WrappedKey, KeyError> {
        if stream.len() > STREAM_BYTES_MAX {
            let bytes = stream.len();
            return Err(KeyError::StreamTooLong { bytes });
        }
        let id = KeyId(sealing::random().map_err(KeyError::Random)?);
        let nonce = sealing::random().map_err(KeyError::Random)?;
        let aad = self.wrap_aad(id, class, stream);
        let wrapped = self.key.encrypt(&nonce, &aad, key.as_bytes());
        let wrapped = wrapped.expect("32 bytes are not too long");
        Ok(WrappedKey {
            id,
            stream: stream.to_owned(),
            class,
            nonce,
            wrapped: wrapped.try_into().expect("a key and its tag"),
        })
    }

    /// Decrypts a data key; `None` if it was changed or wrapped by another master key.
    pub(super) fn unwrap(&self, wrapped: &WrappedKey) -> Option<Key> {
        let aad = self.wrap_aad(wrapped.id, wrapped.class, &wrapped.stream);
        let mut bytes = self.key.decrypt(&wrapped.nonce, &aad, &wrapped.wrapped)?;
        let key = bytes[..].try_into().ok().map(Key::from_bytes);
        bytes.fill(0);
        key
    }

    /// Returns what a file carries to tell its master key from others.
    pub(super) fn proof(&self) -> Result<[u8; PROOF_BYTES], KeyError> {
        let nonce = sealing::random().map_err(KeyError::Random)?;
        let tag = self.key.encrypt(&nonce, &self.proof_aad(), &[]);
        let tag = tag.expect("nothing is not too long");
        let proof = [&nonce[..], &tag].concat();
        Ok(proof.try_into().expect("a nonce and a tag"))
    }

    /// Says whether a proof was made with this master key for this ledger.
    pub(super) fn fits(&self, proof: &[u8; PROOF_BYTES]) -> bool {
        let (nonce, tag) = proof
            .split_first_chunk()
            .expect("a proof begins with a nonce");
        self.key.decrypt(nonce, &self.proof_aad(), tag).is_some()
    }

    fn wrap_aad(&self, id: KeyId, class: Class, stream: &str) -> Vec<u8> {
        let head = [WRAP_LABEL, &self.ledger_id, &id.0, &[class.code()]].concat();
        [&head[..], stream.as_bytes()].concat()
    }

    fn proof_aad(&self) -> Vec<u8> {
        [PROOF_LABEL, &self.ledger_id].concat()
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("MasterKey(..)")
    }
}

/// Decodes 64 lower-case hexadecimal digits and a line end: exactly what was written. A key has
/// one spelling, so that no changed byte of the file goes unseen.
fn decode_hex(text: &[u8]) -> Option<Key> {
    let digits = text.strip_suffix(b"\n")?;
    if digits.len() != 64 || digits.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|value| value as u8);
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(Key::from_bytes(bytes))
}
