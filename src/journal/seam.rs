//! The seam between the ledger and whatever makes groups durable.

use std::io;

use thiserror::Error;

use super::entry::Group;

/// What became of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is durable, at the positions it asked for, and readers see it.
    Committed,
    /// Something else was ordered before it; nothing was recorded, decide again. The local
    /// journal, with its one writer, never answers this.
    Conflict,
    /// It may or may not have been recorded; only reading can tell. The local journal never
    /// answers this: it fails and is poisoned.
    Unknown,
}

/// Why a group was not acknowledged, by what the caller does next.
#[derive(Debug, Error)]
pub enum AppendError {
    /// The group cannot be recorded as it is; nothing was written, other groups may follow.
    #[error("group refused: {what}")]
    Refused {
        /// What is wrong with it.
        what: String,
    },
    /// Writing failed. Whether the group is recorded is known only after opening again; this
    /// journal accepts nothing more.
    #[error("cannot {act} {file}")]
    Failed {
        /// What failed.
        act: &'static str,
        /// Name of the file in the journal's folder.
        file: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// An earlier append failed; nothing was written. Open the journal again.
    #[error("journal stopped after a failed write")]
    Poisoned,
}

/// Makes groups durable, one after another.
///
/// # Guarantees
/// A group is recorded whole or not at all. After [`Outcome::Committed`] it survives a power cut
/// and every reader sees it. Order is that of the calls.
pub trait Journal: Send {
    /// Records a group; returns when it is durable.
    fn append(&mut self, group: &Group) -> Result<Outcome, AppendError>;

    /// Marks everything appended as durable, so that damage to it cannot be mistaken for a torn
    /// write. To be called when nothing was appended for some milliseconds; cheap if nothing is
    /// new.
    fn idle(&mut self) -> Result<(), AppendError>;

    /// Does what [`Journal::idle`] does, writes the index of the newest segment, and frees the
    /// folder. Dropping a journal without closing it is safe, the next opening takes longer.
    fn close(self: Box<Self>) -> Result<(), AppendError>;
}
