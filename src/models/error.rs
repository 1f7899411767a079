//! Why the read models do not answer.

use std::io;

use crate::ledger::overlay::LoadError;

/// Why a question has no answer, or the models cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A field of the question cannot be used.
    #[error("{field}: {message}")]
    Question {
        /// The field.
        field: String,
        /// What is wrong with it.
        message: String,
    },
    /// They are being made from the journal.
    #[error("the read models are being made: {done} of {of} streams")]
    Building {
        /// Streams done.
        done: u64,
        /// Streams in all.
        of: u64,
    },
    /// The journal cannot be read where they would go on.
    #[error("the read models cannot go on: {0}")]
    Damaged(String),
    /// The server stops.
    #[error("the server is shutting down")]
    Closing,
    /// An event of an object cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// `SQLite` failed.
    #[error("the read models' database failed")]
    Sqlite(#[from] rusqlite::Error),
    /// A file of theirs cannot be made or moved.
    #[error("cannot keep {0}")]
    Io(String, #[source] io::Error),
}

impl ModelError {
    /// A field of a question that cannot be used.
    pub fn question(field: &str, message: impl Into<String>) -> Self {
        Self::Question {
            field: field.to_owned(),
            message: message.into(),
        }
    }

    /// Whether the database file itself is at fault and must be made anew.
    pub fn is_of_the_file(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase, SchemaChanged};
        let Self::Sqlite(error) = self else {
            return false;
        };
        match error {
            rusqlite::Error::SqliteFailure(failure, message) => {
                // A table that is gone is told as a plain error of the statement.
                let is_gone = |text: &String| text.starts_with("no such ");
                matches!(failure.code, DatabaseCorrupt | NotADatabase | SchemaChanged)
                    || message.as_ref().is_some_and(is_gone)
            }
            rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::QueryReturnedNoRows
            | rusqlite::Error::FromSqlConversionFailure(..) => true,
            rusqlite::Error::SqlInputError { msg, .. } => msg.starts_with("no such "),
            _ => false,
        }
    }
}
