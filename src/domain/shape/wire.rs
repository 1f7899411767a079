//! Reads the protobuf wire format, strictly.

/// A varint.
pub(super) const VARINT: u8 = 0;
/// Eight bytes.
const FIXED64: u8 = 1;
/// A length and as many bytes.
pub(super) const LENGTH: u8 = 2;
/// The beginning and end of a group.
const GROUP_START: u8 = 3;
const GROUP_END: u8 = 4;
/// Four bytes.
const FIXED32: u8 = 5;
/// The largest field number of protobuf.
const NUMBER_MAX: u64 = (1 << 29) - 1;

/// Why bytes are no message: what follows cannot be read any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum WireFault {
    #[error("the bytes end inside a number")]
    TornVarint,
    #[error("a number is longer than 64 bits")]
    LongVarint,
    #[error("{needed} bytes are announced, {left} are left")]
    Torn { needed: u64, left: usize },
    #[error("field number {number} is not in 1 to 536870911")]
    Number { number: u64 },
    #[error("field {number} has wire type {wire_type}, which protobuf does not have")]
    WireType { number: u64, wire_type: u8 },
    #[error("field {number} is a group; groups are refused")]
    Group { number: u64 },
}

/// Reads a message's bytes from the front.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next field's number and wire type; `None` at the end.
    #[inline]
    pub(super) fn tag(&mut self) -> Result<Option<(u32, u8)>, WireFault> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let (number, wire_type) = (tag >> 3, (tag & 7) as u8);
        if number == 0 || number > NUMBER_MAX {
            return Err(WireFault::Number { number });
        }
        match wire_type {
            VARINT | FIXED64 | LENGTH | FIXED32 => Ok(Some((number as u32, wire_type))),
            GROUP_START | GROUP_END => Err(WireFault::Group { number }),
            _ => Err(WireFault::WireType { number, wire_type }),
        }
    }

    #[inline]
    pub(super) fn varint(&mut self) -> Result<u64, WireFault> {
        if let [byte, rest @ ..] = self.rest
            && *byte < 0x80
        {
            self.rest = rest;
            return Ok(u64::from(*byte));
        }
        self.long_varint()
    }

    fn long_varint(&mut self) -> Result<u64, WireFault> {
        let mut value = 0;
        for (index, byte) in self.rest.iter().take(10).enumerate() {
            if index == 9 && *byte > 1 {
                return Err(WireFault::LongVarint);
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if *byte < 0x80 {
                self.rest = &self.rest[index + 1..];
                return Ok(value);
            }
        }
        Err(if self.rest.len() < 10 {
            WireFault::TornVarint
        } else {
            WireFault::LongVarint
        })
    }

    /// The bytes of a length-delimited field.
    #[inline]
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], WireFault> {
        let needed = self.varint()?;
        self.take(needed)
    }

    /// Passes over a value.
    pub(super) fn skip(&mut self, wire_type: u8) -> Result<(), WireFault> {
        match wire_type {
            VARINT => self.varint().map(drop),
            FIXED64 => self.take(8).map(drop),
            FIXED32 => self.take(4).map(drop),
            _ => self.bytes().map(drop),
        }
    }

    #[inline]
    fn take(&mut self, needed: u64) -> Result<&'a [u8], WireFault> {
        let left = self.rest.len();
        let end = usize::try_from(needed).ok().filter(|end| *end <= left);
        let (taken, rest) = self
            .rest
            .split_at(end.ok_or(WireFault::Torn { needed, left })?);
        self.rest = rest;
        Ok(taken)
    }
}

/// A value of a message that was walked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    pub(super) fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Value::Bytes(bytes) => Some(bytes),
            Value::Number(_) => None,
        }
    }
}

/// The fields of a message, up to the first fault: for second looks after the walk.
pub(super) fn fields(bytes: &[u8]) -> impl Iterator<Item = (u32, Value<'_>)> {
    let mut reader = Reader::new(bytes);
    std::iter::from_fn(move || {
        loop {
            let (number, wire_type) = reader.tag().ok()??;
            match wire_type {
                VARINT => return Some((number, Value::Number(reader.varint().ok()?))),
                LENGTH => return Some((number, Value::Bytes(reader.bytes().ok()?))),
                _ => reader.skip(wire_type).ok()?,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_to_their_limit_and_no_further() {
        let read = |bytes: &[u8]| Reader::new(bytes).varint();
        assert_eq!(read(&[0x96, 0x01]), Ok(150));
        assert_eq!(
            read(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
            Ok(u64::MAX)
        );
        assert_eq!(read(&[0x80; 9]), Err(WireFault::TornVarint));
        assert_eq!(read(&[0x80; 10]), Err(WireFault::LongVarint));
        assert_eq!(read(&[0xff; 11]), Err(WireFault::LongVarint));
        assert_eq!(read(&[]), Err(WireFault::TornVarint));
        assert_eq!(read(&[0x85, 0x80, 0x00]), Ok(5));
    }

    #[test]
    fn refuses_tags_that_protobuf_does_not_have() {
        let read = |bytes: &[u8]| Reader::new(bytes).tag();
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[0x00]), Err(WireFault::Number { number: 0 }));
        assert_eq!(read(&[0x0b]), Err(WireFault::Group { number: 1 }));
        assert_eq!(read(&[0x0c]), Err(WireFault::Group { number: 1 }));
        assert_eq!(
            read(&[0x0e]),
            Err(WireFault::WireType {
                number: 1,
                wire_type: 6
            })
        );
        assert_eq!(
            Reader::new(&[0x05, 1]).bytes(),
            Err(WireFault::Torn { needed: 5, left: 1 })
        );
    }
}
