//! Standard output that survives a reader who goes away.

use std::io::{self, BufWriter, StdoutLock, Write};

use super::exit::{Exit, Failure};

/// Buffered standard output. Flush before telling anybody that a line was printed.
#[derive(Debug)]
pub struct Output {
    out: BufWriter<StdoutLock<'static>>,
}

impl Default for Output {
    fn default() -> Self {
        Self::new()
    }
}

impl Output {
    /// Takes standard output.
    pub fn new() -> Self {
        Self {
            out: BufWriter::with_capacity(64 * 1024, io::stdout().lock()),
        }
    }

    /// Writes a line.
    pub fn line(&mut self, line: impl AsRef<str>) -> Result<(), Failure> {
        let written = self
            .out
            .write_all(line.as_ref().as_bytes())
            .and_then(|()| self.out.write_all(b"\n"));
        written.map_err(|error| lost(&error))
    }

    /// Hands on everything written so far.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(|error| lost(&error))
    }
}

fn lost(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Failure::silent(Exit::Fine);
    }
    let what = (
        format!("写标准输出失败：{error}"),
        format!("cannot write the output: {error}"),
    );
    Failure::new(Exit::Failed, what)
}
