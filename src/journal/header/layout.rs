//! The fixed layout of a header.

use thiserror::Error;

/// The digest suite this version writes: SHA-256 alone.
pub const DIGEST_SUITE: u8 = 1;

/// Longest stream id or principal a header can hold, in bytes.
pub const SHORT_TEXT_BYTES_MAX: usize = u16::MAX as usize;

/// Bytes of a header but for its two texts.
const FIXED_BYTES: usize =
    STREAM_AT + PAYLOAD_AFTER_STREAM + PRINCIPAL_AFTER_PAYLOAD + 2 + (8 + 4) + 4 * 32;

/// Where the stream begins: after the digest suite, the ledger id and the stream's length.
const STREAM_AT: usize = 1 + 16 + 2;
/// From the end of the stream to the payload number: revision and previous header hash.
const PAYLOAD_AFTER_STREAM: usize = 8 + 32;
/// From the payload number to the principal: itself, event id and moment of occurrence.
const PRINCIPAL_AFTER_PAYLOAD: usize = 4 + 16 + 8 + 4;

/// What an entry is, and the hashes of what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// How hashes are made; [`DIGEST_SUITE`].
    pub digest_suite: u8,
    /// The ledger, a UUID.
    pub ledger_id: [u8; 16],
    /// Id of the stream, at most [`SHORT_TEXT_BYTES_MAX`] bytes.
    pub stream: &'a str,
    /// Place of the entry in its stream, from 0.
    pub revision: u64,
    /// Hash of the stream's header before this one; zeros at revision 0.
    pub previous_header_hash: [u8; 32],
    /// Field number of the payload in the event's `oneof`.
    pub payload_number: u32,
    /// The event's id, a UUID.
    pub event_id: [u8; 16],
    /// When the event happened: seconds since 1970-01-01T00:00:00Z.
    pub occurred_at_seconds: i64,
    /// Nanoseconds of that second, 0 to 999,999,999.
    pub occurred_at_nanos: u32,
    /// Who appended it, at most [`SHORT_TEXT_BYTES_MAX`] bytes.
    pub principal: &'a str,
    /// Position of the first entry of the batch.
    pub batch_first_position: u64,
    /// Entries in the batch, at least 1.
    pub batch_count: u32,
    /// [`super::event_hash`] of the event's bytes.
    pub event_hash: [u8; 32],
    /// [`super::part_hash`] of the sealed ciphertext.
    pub sealed_hash: [u8; 32],
    /// [`super::part_hash`] of the personal ciphertext.
    pub personal_hash: [u8; 32],
    /// [`super::part_hash`] of the signature.
    pub signature_hash: [u8; 32],
}

/// Why bytes are no header, or a header cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// The bytes end before the layout does.
    #[error("header ends after {bytes} bytes, inside a field")]
    Short {
        /// Bytes there are.
        bytes: usize,
    },
    /// Bytes follow the last field.
    #[error("header has {bytes} bytes after its last field")]
    Long {
        /// Bytes too many.
        bytes: usize,
    },
    /// The digest suite is unknown to this version.
    #[error("header has unknown digest suite {suite}")]
    UnknownSuite {
        /// The suite found.
        suite: u8,
    },
    /// A stream id or principal is not UTF-8.
    #[error("header has a {field} that is not UTF-8")]
    NotUtf8 {
        /// The field.
        field: &'static str,
    },
    /// A stream id or principal is longer than [`SHORT_TEXT_BYTES_MAX`].
    #[error("{field} of {bytes} bytes does not fit a header")]
    TextTooLong {
        /// The field.
        field: &'static str,
        /// Its length.
        bytes: usize,
    },
}

impl<'a> Header<'a> {
    /// Bytes that a header with these texts takes.
    pub fn bytes(stream: &str, principal: &str) -> usize {
        FIXED_BYTES + stream.len() + principal.len()
    }

    /// Writes the layout.
    ///
    /// Errors: [`HeaderError::TextTooLong`] only.
    pub fn encode(&self) -> Result<Vec<u8>, HeaderError> {
        let mut bytes = Vec::with_capacity(Self::bytes(self.stream, self.principal));
        self.encode_to(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes the layout behind what is there; where it fails, a part of it may be there.
    ///
    /// Errors: [`HeaderError::TextTooLong`] only.
    pub fn encode_to(&self, bytes: &mut Vec<u8>) -> Result<(), HeaderError> {
        bytes.push(self.digest_suite);
        bytes.extend_from_slice(&self.ledger_id);
        put_text(bytes, "stream", self.stream)?;
        bytes.extend_from_slice(&self.revision.to_be_bytes());
        bytes.extend_from_slice(&self.previous_header_hash);
        bytes.extend_from_slice(&self.payload_number.to_be_bytes());
        bytes.extend_from_slice(&self.event_id);
        bytes.extend_from_slice(&self.occurred_at_seconds.to_be_bytes());
        bytes.extend_from_slice(&self.occurred_at_nanos.to_be_bytes());
        put_text(bytes, "principal", self.principal)?;
        bytes.extend_from_slice(&self.batch_first_position.to_be_bytes());
        bytes.extend_from_slice(&self.batch_count.to_be_bytes());
        bytes.extend_from_slice(&self.event_hash);
        bytes.extend_from_slice(&self.sealed_hash);
        bytes.extend_from_slice(&self.personal_hash);
        bytes.extend_from_slice(&self.signature_hash);
        Ok(())
    }

    /// Reads the layout; the bytes must hold one header and nothing else.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, HeaderError> {
        let mut rest = Rest {
            bytes,
            length: bytes.len(),
        };
        let [digest_suite] = rest.array()?;
        if digest_suite != DIGEST_SUITE {
            return Err(HeaderError::UnknownSuite {
                suite: digest_suite,
            });
        }
        let header = Self {
            digest_suite,
            ledger_id: rest.array()?,
            stream: rest.text("stream")?,
            revision: u64::from_be_bytes(rest.array()?),
            previous_header_hash: rest.array()?,
            payload_number: u32::from_be_bytes(rest.array()?),
            event_id: rest.array()?,
            occurred_at_seconds: i64::from_be_bytes(rest.array()?),
            occurred_at_nanos: u32::from_be_bytes(rest.array()?),
            principal: rest.text("principal")?,
            batch_first_position: u64::from_be_bytes(rest.array()?),
            batch_count: u32::from_be_bytes(rest.array()?),
            event_hash: rest.array()?,
            sealed_hash: rest.array()?,
            personal_hash: rest.array()?,
            signature_hash: rest.array()?,
        };
        if rest.bytes.is_empty() {
            return Ok(header);
        }
        Err(HeaderError::Long {
            bytes: rest.bytes.len(),
        })
    }
}

fn put_text(bytes: &mut Vec<u8>, field: &'static str, text: &str) -> Result<(), HeaderError> {
    let length = u16::try_from(text.len()).map_err(|_| HeaderError::TextTooLong {
        field,
        bytes: text.len(),
    })?;
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
    Ok(())
}

struct Rest<'a> {
    bytes: &'a [u8],
    length: usize,
}

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], HeaderError> {
        let short = HeaderError::Short { bytes: self.length };
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(short)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], HeaderError> {
        let short = HeaderError::Short { bytes: self.length };
        let (taken, rest) = self.bytes.split_first_chunk().ok_or(short)?;
        self.bytes = rest;
        Ok(*taken)
    }

    fn text(&mut self, field: &'static str) -> Result<&'a str, HeaderError> {
        let length = u16::from_be_bytes(self.array()?);
        let bytes = self.take(usize::from(length))?;
        std::str::from_utf8(bytes).map_err(|_| HeaderError::NotUtf8 { field })
    }
}

/// Single fields of an encoded header, read in place; `None` where the bytes are too short.
///
/// Filters of a replay look at every header: nothing is allocated or checked beyond bounds.
#[derive(Clone, Copy, Debug)]
pub struct HeaderView<'a> {
    bytes: &'a [u8],
}

impl<'a> HeaderView<'a> {
    /// Looks at an encoded header.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Id of the stream; `None` also where it is not UTF-8.
    pub fn stream(&self) -> Option<&'a str> {
        std::str::from_utf8(self.stream_bytes()?).ok()
    }

    /// Bytes of the id of the stream.
    pub fn stream_bytes(&self) -> Option<&'a [u8]> {
        self.bytes.get(STREAM_AT..self.stream_end()?)
    }

    /// Place of the entry in its stream.
    pub fn revision(&self) -> Option<u64> {
        Some(u64::from_be_bytes(self.array_at(self.stream_end()?)?))
    }

    /// Field number of the payload.
    pub fn payload_number(&self) -> Option<u32> {
        let at = self.stream_end()? + PAYLOAD_AFTER_STREAM;
        Some(u32::from_be_bytes(self.array_at(at)?))
    }

    /// The event's id.
    pub fn event_id(&self) -> Option<[u8; 16]> {
        self.array_at(self.stream_end()? + PAYLOAD_AFTER_STREAM + 4)
    }

    /// The event's id as a slice of the header.
    pub fn event_id_bytes(&self) -> Option<&'a [u8]> {
        let at = self.stream_end()? + PAYLOAD_AFTER_STREAM + 4;
        self.bytes.get(at..at + 16)
    }

    /// Who appended it; `None` also where it is not UTF-8.
    pub fn principal(&self) -> Option<&'a str> {
        let at = self.stream_end()? + PAYLOAD_AFTER_STREAM + PRINCIPAL_AFTER_PAYLOAD;
        let length = usize::from(u16::from_be_bytes(self.array_at(at)?));
        std::str::from_utf8(self.bytes.get(at + 2..at + 2 + length)?).ok()
    }

    fn stream_end(&self) -> Option<usize> {
        let length = u16::from_be_bytes(self.array_at(STREAM_AT - 2)?);
        Some(STREAM_AT + usize::from(length))
    }

    fn array_at<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.bytes.get(at..)?.first_chunk().copied()
    }
}
