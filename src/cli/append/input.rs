//! Reads submissions from a file or from standard input, on a thread of its own.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::sync::mpsc;

use super::send::{Batcher, Sourced};
use crate::{
    cli::{codec, exit::Failure},
    events::json::JsonError,
    exchange::ndjson::{self, LineError, Numbered},
};

/// Batches read ahead of the sender.
const BATCHES_AHEAD: usize = 8;
const BUFFER_BYTES: usize = 256 * 1024;

/// A line that holds no submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
}

/// The input while it is read.
#[derive(Debug)]
pub struct Input {
    /// Batches of lines that hold submissions.
    pub batches: mpsc::Receiver<Vec<Sourced<u64>>>,
    /// Lines that hold none.
    pub bad: mpsc::UnboundedReceiver<BadLine>,
    /// Bytes of the input, if known.
    pub bytes: Option<u64>,
    /// Bytes read so far.
    pub bytes_read: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Input {
    /// Opens a file, or standard input for `-`, and starts reading batches of so many lines.
    pub fn open(path: &Path, events_max: usize, stop_on_bad: bool) -> Result<Self, Failure> {
        let from: Box<dyn Read + Send>;
        let mut bytes = None;
        if path == Path::new("-") {
            from = Box::new(io::stdin());
        } else {
            let file = File::open(path).map_err(|error| Failure::file(path, &error))?;
            let metadata = file
                .metadata()
                .map_err(|error| Failure::file(path, &error))?;
            bytes = metadata.is_file().then_some(metadata.len());
            from = Box::new(file);
        }
        Ok(Self::start(from, bytes, events_max, stop_on_bad))
    }

    fn start(
        from: Box<dyn Read + Send>,
        bytes: Option<u64>,
        events_max: usize,
        stop_on_bad: bool,
    ) -> Self {
        let (batch_sender, batches) = mpsc::channel(BATCHES_AHEAD);
        let (bad_sender, bad) = mpsc::unbounded_channel();
        let bytes_read = Arc::new(AtomicU64::new(0));
        let stop = Arc::new(AtomicBool::new(false));
        let counting = Counting {
            from,
            bytes_read: bytes_read.clone(),
        };
        let reading = Reading {
            batches: batch_sender,
            bad: bad_sender,
            stop: stop.clone(),
        };
        std::thread::spawn(move || reading.run(counting, events_max, stop_on_bad));
        Self {
            batches,
            bad,
            bytes,
            bytes_read,
            stop,
        }
    }

    /// Stops reading; batches already read may still come.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

struct Reading {
    batches: mpsc::Sender<Vec<Sourced<u64>>>,
    bad: mpsc::UnboundedSender<BadLine>,
    stop: Arc<AtomicBool>,
}

impl Reading {
    fn run(self, from: Counting, events_max: usize, stop_on_bad: bool) {
        let mut batcher = Batcher::new(events_max);
        let from = BufReader::with_capacity(BUFFER_BYTES, from);
        for read in ndjson::read(from, codec::submission_from_json) {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            match read {
                Ok(Numbered { line, value }) => {
                    let full = batcher.push(Sourced {
                        source: line,
                        submission: value,
                    });
                    if full.is_some_and(|batch| self.batches.blocking_send(batch).is_err()) {
                        return;
                    }
                }
                Err(error) => {
                    let bad = BadLine {
                        line: error.line(),
                        why: why(&error),
                    };
                    if self.bad.send(bad).is_err() || stop_on_bad {
                        break;
                    }
                }
            }
        }
        if let Some(batch) = batcher.take() {
            let _ = self.batches.blocking_send(batch);
        }
    }
}

fn why(error: &LineError<JsonError>) -> String {
    match error {
        // A line of NDJSON is one line: the column alone says where.
        LineError::Refused {
            error: JsonError::Text {
                column, path, why, ..
            },
            ..
        } => {
            format!("column {column}, at {path}: {why}")
        }
        LineError::Refused { error, .. } => error.to_string(),
        LineError::Unreadable { error, .. } => error.to_string(),
        LineError::TooLong { .. } => format!("longer than {} bytes", ndjson::LINE_BYTES_MAX),
        LineError::NotUtf8 { column, .. } => format!("not UTF-8 at byte {column}"),
    }
}

struct Counting {
    from: Box<dyn Read + Send>,
    bytes_read: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.bytes_read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &[u8] = b"{\"stream\":\"p/4304/a\"}\nnonsense\n\n{\"stream\":\"p/4304/b\"}\n";

    fn drain(stop_on_bad: bool) -> (Vec<u64>, Vec<u64>) {
        let mut input = Input::start(Box::new(LINES), None, 10, stop_on_bad);
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        while let Some(batch) = input.batches.blocking_recv() {
            good.extend(batch.iter().map(|sourced| sourced.source));
        }
        while let Some(line) = input.bad.blocking_recv() {
            bad.push(line.line);
        }
        (good, bad)
    }

    #[test]
    fn lines_keep_their_numbers_around_a_bad_one() {
        assert_eq!(drain(false), (vec![1, 4], vec![2]));
    }

    #[test]
    fn stops_at_the_first_bad_line_when_asked() {
        assert_eq!(drain(true), (vec![1], vec![2]));
    }
}
