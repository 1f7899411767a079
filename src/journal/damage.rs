//! Damage: what is wrong, in which file, where, at which position.

use std::fmt;
use std::io;

use thiserror::Error;

/// What kind of file is damaged, and so what can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DamageKind {
    /// Recorded entries, or what binds them: only a backup heals this.
    Segment,
    /// The head file as a whole, or a head that contradicts the segments.
    Head,
    /// One of the two slots of the head file; opening writes it again.
    HeadSlot,
    /// An index file; it is rebuilt from its segment.
    Sidecar,
    /// Bytes after the last record, above every watermark: a torn write, cut when opening.
    Tail,
}

/// One damage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What kind of file, and so what can be done.
    pub kind: DamageKind,
    /// Name of the file in the journal's folder.
    pub file: String,
    /// Where in the file, in bytes from its beginning.
    pub offset: u64,
    /// The first entry that is in doubt, if entries are.
    pub position: Option<u64>,
    /// What is wrong there.
    pub what: String,
}

impl DamageKind {
    /// Whether opening or rebuilding heals it without loss.
    pub fn is_healable(self) -> bool {
        matches!(self, Self::HeadSlot | Self::Sidecar | Self::Tail)
    }
}

/// Words for a damage.
struct Place<'a> {
    file: &'a str,
    offset: u64,
    position: Option<u64>,
    what: &'a str,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} at byte {}", self.file, self.offset)?;
        if let Some(position) = self.position {
            write!(out, ", position {position}")?;
        }
        write!(out, ": {}", self.what)
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            offset,
            position,
            what,
            ..
        } = self;
        Place {
            file,
            offset: *offset,
            position: *position,
            what,
        }
        .fmt(out)
    }
}

/// Why a read gave nothing.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The bytes are not what was written. Other positions may still be readable.
    #[error("{}", Place { file, offset: *offset, position: *position, what })]
    Corrupt {
        /// Name of the file in the journal's folder.
        file: String,
        /// Where in the file, in bytes.
        offset: u64,
        /// The entry that cannot be read, if known.
        position: Option<u64>,
        /// What is wrong there.
        what: String,
    },
    /// The file system failed.
    #[error("cannot read {file}")]
    Io {
        /// Name of the file in the journal's folder.
        file: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

impl ReadError {
    /// Says which entry was asked for, where the error does not.
    pub(super) fn of(mut self, asked: u64) -> Self {
        if let Self::Corrupt { position, .. } = &mut self {
            position.get_or_insert(asked);
        }
        self
    }

    /// The first entry that is in doubt, if the error says.
    pub fn position(&self) -> Option<u64> {
        match self {
            Self::Corrupt { position, .. } => *position,
            Self::Io { .. } => None,
        }
    }
}

impl From<Damage> for ReadError {
    fn from(damage: Damage) -> Self {
        let Damage {
            file,
            offset,
            position,
            what,
            ..
        } = damage;
        Self::Corrupt {
            file,
            offset,
            position,
            what,
        }
    }
}
