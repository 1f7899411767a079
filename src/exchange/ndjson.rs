//! NDJSON: one value per line, each line on its own.
//!
//! Here: lines with their numbers, and their conversion by whoever knows what they mean. A line
//! that is wrong is an error of that line; the ones after it are read.

use std::io::{self, BufRead};

use crate::events::{
    json::{JsonError, submission_from_json},
    wire::EventSubmission,
};

/// The longest line, in bytes: a batch of the largest events, spelt in JSON, fits.
pub const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A line that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LineError<E> {
    /// The input cannot be read any further.
    #[error("line {line}: cannot be read")]
    Unreadable {
        /// The line, from 1.
        line: u64,
        /// The cause.
        #[source]
        error: io::Error,
    },
    /// The line is longer than [`LINE_BYTES_MAX`].
    #[error("line {line}: longer than {LINE_BYTES_MAX} bytes")]
    TooLong {
        /// The line, from 1.
        line: u64,
    },
    /// The line is not UTF-8.
    #[error("line {line}: not UTF-8 at byte {column}")]
    NotUtf8 {
        /// The line, from 1.
        line: u64,
        /// The first wrong byte in the line, from 1.
        column: u64,
    },
    /// The line does not say what it should.
    #[error("line {line}: {error}")]
    Refused {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        error: E,
    },
}

impl<E> LineError<E> {
    /// The line, from 1.
    pub fn line(&self) -> u64 {
        match self {
            Self::Unreadable { line, .. }
            | Self::TooLong { line }
            | Self::NotUtf8 { line, .. }
            | Self::Refused { line, .. } => *line,
        }
    }
}

/// A value and the line that it stood in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered<T> {
    /// The line, from 1.
    pub line: u64,
    /// The value.
    pub value: T,
}

/// Reads a value per line; empty lines and a byte order mark are passed over, a carriage return
/// before the line feed too. The last line needs no line feed.
///
/// Memory is bounded by [`LINE_BYTES_MAX`]. After [`LineError::Unreadable`] nothing follows.
pub fn read<R, T, E, F>(
    input: R,
    convert: F,
) -> impl Iterator<Item = Result<Numbered<T>, LineError<E>>>
where
    R: BufRead,
    F: FnMut(&str) -> Result<T, E>,
{
    Lines {
        input,
        convert,
        buffer: Vec::new(),
        line: 0,
        failed: false,
    }
}

/// Reads an event submission per line, in the canonical JSON of the schema.
pub fn submissions<R: BufRead>(
    input: R,
) -> impl Iterator<Item = Result<Numbered<EventSubmission>, LineError<JsonError>>> {
    read(input, submission_from_json)
}

struct Lines<R, F> {
    input: R,
    convert: F,
    buffer: Vec<u8>,
    line: u64,
    failed: bool,
}

impl<R: BufRead, F> Lines<R, F> {
    /// Reads the next line into the buffer; tells its whole length, 0 at the end.
    fn fill(&mut self) -> io::Result<usize> {
        self.buffer.clear();
        let mut length = 0;
        loop {
            let available = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            let feed = available.iter().position(|byte| *byte == b'\n');
            let taken = feed.map_or(available.len(), |feed| feed + 1);
            let room = (LINE_BYTES_MAX + 1).saturating_sub(self.buffer.len());
            self.buffer.extend_from_slice(&available[..taken.min(room)]);
            length += taken;
            self.input.consume(taken);
            if feed.is_some() || taken == 0 {
                return Ok(length);
            }
        }
    }
}

impl<R, T, E, F> Iterator for Lines<R, F>
where
    R: BufRead,
    F: FnMut(&str) -> Result<T, E>,
{
    type Item = Result<Numbered<T>, LineError<E>>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.failed {
            let line = self.line + 1;
            let length = match self.fill() {
                Ok(0) => return None,
                Ok(length) => length,
                Err(error) => {
                    self.failed = true;
                    return Some(Err(LineError::Unreadable { line, error }));
                }
            };
            self.line = line;
            if length > LINE_BYTES_MAX {
                return Some(Err(LineError::TooLong { line }));
            }
            let mark: &[u8] = if line == 1 { b"\xEF\xBB\xBF" } else { b"" };
            let bytes = self.buffer.strip_prefix(mark).unwrap_or(&self.buffer);
            let text = match std::str::from_utf8(bytes) {
                Ok(text) => text.trim_matches([' ', '\t', '\r', '\n']),
                Err(error) => {
                    let column = error.valid_up_to() as u64 + 1;
                    return Some(Err(LineError::NotUtf8 { line, column }));
                }
            };
            if !text.is_empty() {
                let outcome = (self.convert)(text);
                return Some(match outcome {
                    Ok(value) => Ok(Numbered { line, value }),
                    Err(error) => Err(LineError::Refused { line, error }),
                });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufReader, Read},
        path::Path,
    };

    use super::{LINE_BYTES_MAX, LineError, Numbered, read, submissions};
    use crate::{
        events::json::submission_to_json,
        exchange::ocds::{self, Importer},
    };

    fn numbers(bytes: &[u8]) -> Vec<Result<(u64, i32), u64>> {
        read(BufReader::with_capacity(3, bytes), str::parse::<i32>)
            .map(|outcome| match outcome {
                Ok(Numbered { line, value }) => Ok((line, value)),
                Err(error) => Err(error.line()),
            })
            .collect()
    }

    #[test]
    fn reads_the_lines_around_a_wrong_one() {
        assert_eq!(numbers(b""), []);
        assert_eq!(numbers(b"\n\n"), []);
        assert_eq!(
            numbers(b"\xEF\xBB\xBF1\r\n\n x \n\xFF\n 4\t\n5"),
            [Ok((1, 1)), Err(3), Err(4), Ok((5, 4)), Ok((6, 5))]
        );
    }

    #[test]
    fn passes_over_a_line_that_is_too_long_without_holding_it() {
        let long = std::io::repeat(b'7').take(LINE_BYTES_MAX as u64 + 1);
        let input = BufReader::new(b"1\n".chain(long).chain(&b"\n3\n"[..]));
        let found: Vec<_> = read(input, str::parse::<i32>).collect();
        assert!(matches!(found[0], Ok(Numbered { line: 1, value: 1 })));
        assert!(matches!(found[1], Err(LineError::TooLong { line: 2 })));
        assert!(matches!(found[2], Ok(Numbered { line: 3, value: 3 })));
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn reads_the_submissions_that_the_ledger_would_print() {
        let item = ocds::read_stream(Path::new("f"), ocds::EXAMPLE, &Importer::default());
        let items: Vec<_> = item.map(|item| item.unwrap().submission).collect();
        let mut file = String::new();
        for submission in &items {
            file.push_str(&submission_to_json(submission).unwrap());
            file.push('\n');
        }
        file.push_str("{\"event\":{\"sourceSystem\":7}}\n");
        let mut lines: Vec<_> = submissions(file.as_bytes()).collect();
        let refused = lines.pop().unwrap().unwrap_err();
        assert_eq!(refused.line(), 6);
        let read: Vec<_> = lines.into_iter().map(|line| line.unwrap().value).collect();
        assert_eq!(read, items);
    }

    #[test]
    fn ends_where_the_input_fails() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("gone"))
            }
        }
        let input = BufReader::new(b"1\n2".chain(Failing));
        let found: Vec<_> = read(input, str::parse::<i32>).collect();
        assert!(matches!(
            found[1],
            Err(LineError::Unreadable { line: 2, .. })
        ));
        assert_eq!(found.len(), 2);
    }
}
