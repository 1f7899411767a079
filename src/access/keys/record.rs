//! One key, or the note that it was destroyed, as bytes.
//!
//! | record | bytes |
//! |---|---|
//! | 1, class, key id, nonce, wrapped key, length of the stream, stream | 92 + … |
//! | 2, class, key id: destroyed | 18 |
//!
//! Kind and class are a byte each, an id 16, a nonce 24, a wrapped key 48 (32 and the tag), a
//! length 2. A key is wrapped with XChaCha20-Poly1305; additional data: "bihuan/key/v1\0" ‖
//! ledger id ‖ key id ‖ class ‖ stream.

use crate::access::sealing::{Class, KeyId, NONCE_BYTES, TAG_BYTES};

/// The longest stream name, in bytes.
pub const STREAM_BYTES_MAX: usize = 512;

const LIVING: u8 = 1;
const DESTROYED: u8 = 2;
pub(super) const WRAPPED_BYTES: usize = 32 + TAG_BYTES;

/// What the file says about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Record {
    Living(WrappedKey),
    Destroyed { key_id: KeyId, class: Class },
}

/// A data key, encrypted with the master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrappedKey {
    pub(super) id: KeyId,
    pub(super) stream: String,
    pub(super) class: Class,
    pub(super) nonce: [u8; NONCE_BYTES],
    pub(super) wrapped: [u8; WRAPPED_BYTES],
}

impl Record {
    pub(super) fn key_id(&self) -> KeyId {
        match self {
            Self::Living(key) => key.id,
            Self::Destroyed { key_id, .. } => *key_id,
        }
    }

    /// Appends the record to a frame. The stream name fits [`STREAM_BYTES_MAX`].
    pub(super) fn encode(&self, body: &mut Vec<u8>) {
        match self {
            Self::Living(key) => {
                body.extend([LIVING, key.class.code()]);
                body.extend(key.id.0);
                body.extend(key.nonce);
                body.extend(key.wrapped);
                body.extend((key.stream.len() as u16).to_be_bytes());
                body.extend(key.stream.as_bytes());
            }
            Self::Destroyed { key_id, class } => {
                body.extend([DESTROYED, class.code()]);
                body.extend(key_id.0);
            }
        }
    }

    /// Takes a record from the front of a frame; `None` if there is none.
    pub(super) fn decode(body: &mut &[u8]) -> Option<Self> {
        let [kind, class] = take(body)?;
        let class = Class::from_code(class)?;
        let key_id = KeyId(take(body)?);
        match kind {
            DESTROYED => Some(Self::Destroyed { key_id, class }),
            LIVING => {
                let nonce = take(body)?;
                let wrapped = take(body)?;
                let length = usize::from(u16::from_be_bytes(take(body)?));
                let (stream, rest) = body.split_at_checked(length)?;
                *body = rest;
                Some(Self::Living(WrappedKey {
                    id: key_id,
                    stream: std::str::from_utf8(stream).ok()?.to_owned(),
                    class,
                    nonce,
                    wrapped,
                }))
            }
            _ => None,
        }
    }
}

fn take<const N: usize>(body: &mut &[u8]) -> Option<[u8; N]> {
    let (array, rest) = body.split_first_chunk::<N>()?;
    *body = rest;
    Some(*array)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_and_cut_ones_do_not() {
        let living = Record::Living(WrappedKey {
            id: KeyId([1; 16]),
            stream: "project/4304/PJ-1".to_owned(),
            class: Class::Personal,
            nonce: [2; NONCE_BYTES],
            wrapped: [3; WRAPPED_BYTES],
        });
        let destroyed = Record::Destroyed {
            key_id: KeyId([4; 16]),
            class: Class::Sealed,
        };
        for record in [living, destroyed] {
            let mut body = Vec::new();
            record.encode(&mut body);
            assert_eq!(Record::decode(&mut &body[..]), Some(record));
            for length in 0..body.len() {
                assert_eq!(Record::decode(&mut &body[..length]), None);
            }
        }
    }
}
