//! Bytes of a file, checked against the grammar of JSON as they pass, with their place, and with
//! one value at a time held as it stands.
//!
//! A general parser would need the whole file in memory, or give values that can no longer be told
//! from their bytes. This one holds nothing but what it is asked to.

use std::io::{self, BufRead};

use super::issue::{IssueReason, Place};

/// The deepest nesting of a value.
pub(super) const DEPTH_MAX: usize = 128;

/// A fault at a place; what came before it is sound.
pub(super) type Fault = (Place, IssueReason);

/// A value as it stands in the file.
#[derive(Debug)]
pub(super) struct Slice {
    /// Where it starts.
    pub place: Place,
    /// Its bytes; cut off when `length` is over the limit.
    pub bytes: Vec<u8>,
    /// How many bytes it has.
    pub length: u64,
}

/// The bytes of one file.
pub(super) struct Scanner<R> {
    input: R,
    place: Place,
    held: Option<Slice>,
    held_bytes_max: usize,
}

impl<R: BufRead> Scanner<R> {
    pub(super) fn new(input: R, held_bytes_max: usize) -> Self {
        Self {
            input,
            place: Place::START,
            held: None,
            held_bytes_max,
        }
    }

    /// Where the next byte stands.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Starts to hold bytes; what was held is dropped.
    pub(super) fn hold(&mut self) {
        self.held = Some(Slice {
            place: self.place,
            bytes: Vec::new(),
            length: 0,
        });
    }

    /// Stops holding and gives what was held.
    pub(super) fn release(&mut self) -> Option<Slice> {
        self.held.take()
    }

    /// Looks at the next byte; `None` at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Fault> {
        Ok(self.buffer()?.first().copied())
    }

    /// Skips white space and looks at the next byte.
    pub(super) fn peek_token(&mut self) -> Result<Option<u8>, Fault> {
        self.run(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))?;
        self.peek()
    }

    /// Passes the next byte, which was looked at.
    pub(super) fn pass(&mut self) {
        let byte = self
            .input
            .fill_buf()
            .ok()
            .and_then(|buffer| buffer.first().copied());
        if let Some(byte) = byte {
            self.keep(1);
            self.input.consume(1);
            self.advance(&[byte]);
        }
    }

    /// Passes bytes up to, not with, the next line feed or the end.
    pub(super) fn pass_line(&mut self) -> Result<(), Fault> {
        self.run(|byte| byte != b'\n')
    }

    /// Passes the byte order mark of UTF-8, if the file starts with one.
    pub(super) fn pass_mark(&mut self) -> Result<(), Fault> {
        let buffer = self.buffer()?;
        if buffer.starts_with(&[0xEF, 0xBB, 0xBF]) {
            self.input.consume(3);
        } else if matches!(
            buffer,
            [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, _, ..] | [_, 0, ..]
        ) {
            return Err((Place::START, IssueReason::WideCharacters));
        }
        Ok(())
    }

    /// Passes one value whole.
    pub(super) fn value(&mut self) -> Result<(), Fault> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            match self.peek_token()? {
                Some(bracket @ (b'{' | b'[')) => {
                    if open.len() == DEPTH_MAX {
                        return Err((
                            self.place,
                            IssueReason::TooDeep {
                                depth_max: DEPTH_MAX,
                            },
                        ));
                    }
                    self.pass();
                    if self.peek_token()? == Some(bracket + 2) {
                        self.pass();
                    } else {
                        open.push(bracket);
                        self.member_name(bracket)?;
                        continue;
                    }
                }
                Some(b'"') => self.string()?,
                Some(_) => self.scalar()?,
                None => return Err(self.truncated()),
            }
            loop {
                let Some(&bracket) = open.last() else {
                    return Ok(());
                };
                match self.peek_token()? {
                    Some(b',') => {
                        self.pass();
                        self.member_name(bracket)?;
                        break;
                    }
                    Some(byte) if byte == bracket + 2 => {
                        self.pass();
                        open.pop();
                    }
                    _ => return Err(self.expected("a comma or a closing bracket")),
                }
            }
        }
    }

    /// Passes a member's name and colon, in an object.
    fn member_name(&mut self, bracket: u8) -> Result<(), Fault> {
        if bracket == b'{' {
            self.peek_token()?;
            self.string()?;
            self.colon()?;
        }
        Ok(())
    }

    /// Passes a colon.
    pub(super) fn colon(&mut self) -> Result<(), Fault> {
        match self.peek_token()? {
            Some(b':') => {
                self.pass();
                Ok(())
            }
            _ => Err(self.expected("a colon")),
        }
    }

    /// Reads a member's name as it is spelt, at most `name_max` bytes of it.
    pub(super) fn name(&mut self, name_max: usize) -> Result<Vec<u8>, Fault> {
        let before = self.held.take();
        self.hold();
        let outcome = self.string();
        let mut name = self
            .held
            .take()
            .map(|slice| slice.bytes)
            .unwrap_or_default();
        self.held = before;
        if let Some(held) = &mut self.held {
            append(held, &name, self.held_bytes_max);
        }
        outcome?;
        name.pop();
        name.truncate(name_max + 1);
        Ok(name.split_off(1.min(name.len())))
    }

    /// Passes a string.
    fn string(&mut self) -> Result<(), Fault> {
        if self.peek()? != Some(b'"') {
            return Err(self.expected("a string"));
        }
        self.pass();
        loop {
            self.run(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\')?;
            match self.peek()? {
                Some(b'"') => {
                    self.pass();
                    return Ok(());
                }
                Some(b'\\') => {
                    self.pass();
                    match self.peek()? {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' | b'u') => {
                            self.pass();
                        }
                        _ => return Err(self.expected("an escape sequence")),
                    }
                }
                _ => return Err(self.expected("no control character in a string")),
            }
        }
    }

    /// Passes a number, `true`, `false` or `null`. Digits are checked when the value is read.
    fn scalar(&mut self) -> Result<(), Fault> {
        let place = self.place;
        let first = self.peek()?.unwrap_or_default();
        let word: &[u8] = match first {
            b't' => b"true",
            b'f' => b"false",
            b'n' => b"null",
            b'-' | b'0'..=b'9' => {
                return self.run(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
            }
            _ => {
                return Err((
                    place,
                    IssueReason::Syntax {
                        expected: "a value",
                    },
                ));
            }
        };
        for byte in word {
            match self.peek()? {
                Some(found) if found == *byte => self.pass(),
                None => return Err(self.truncated()),
                Some(_) => {
                    return Err((
                        place,
                        IssueReason::Syntax {
                            expected: "a value",
                        },
                    ));
                }
            }
        }
        Ok(())
    }

    /// The fault of a wrong byte here, or of an end that comes too early.
    pub(super) fn expected(&mut self, expected: &'static str) -> Fault {
        match self.peek() {
            Ok(None) => self.truncated(),
            Ok(Some(_)) => (self.place, IssueReason::Syntax { expected }),
            Err(fault) => fault,
        }
    }

    fn truncated(&self) -> Fault {
        (self.place, IssueReason::Truncated)
    }

    /// Passes bytes as long as they are wanted.
    fn run(&mut self, wanted: impl Fn(u8) -> bool) -> Result<(), Fault> {
        loop {
            let buffer = self.buffer()?;
            let length = buffer
                .iter()
                .position(|byte| !wanted(*byte))
                .unwrap_or(buffer.len());
            let ends = length < buffer.len() || buffer.is_empty();
            let mut place = self.place;
            // The buffer borrows the input; what it shows is counted before it is consumed.
            if let Ok(buffer) = self.input.fill_buf() {
                place = place.after(&buffer[..length]);
            }
            self.keep(length);
            self.input.consume(length);
            self.place = place;
            if ends {
                return Ok(());
            }
        }
    }

    fn advance(&mut self, bytes: &[u8]) {
        self.place = self.place.after(bytes);
    }

    /// Adds the next `length` bytes to what is held.
    fn keep(&mut self, length: usize) {
        if let (Some(held), Ok(buffer)) = (&mut self.held, self.input.fill_buf()) {
            append(held, &buffer[..length], self.held_bytes_max);
        }
    }

    fn buffer(&mut self) -> Result<&[u8], Fault> {
        let place = self.place;
        loop {
            match self.input.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err((place, IssueReason::Unreadable(error))),
            }
        }
        self.input
            .fill_buf()
            .map_err(|error| (place, IssueReason::Unreadable(error)))
    }
}

fn append(held: &mut Slice, bytes: &[u8], bytes_max: usize) {
    held.length += bytes.len() as u64;
    let room = bytes_max.saturating_sub(held.bytes.len());
    held.bytes
        .extend_from_slice(&bytes[..bytes.len().min(room)]);
}
