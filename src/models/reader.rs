//! One answer's look at the read models: everything that it reads is of one moment.

use rusqlite::{Connection, Transaction};

use super::ModelError;

/// The read models at one moment.
pub struct Model<'a> {
    transaction: Transaction<'a>,
    end: u64,
}

/// An answer, and what it reflects.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; empty after the last.
    pub next_page_token: String,
    /// Everything below this position is reflected.
    pub end: u64,
}

impl<'a> Model<'a> {
    /// Looks at what a connection shows now.
    pub fn new(connection: &'a Connection) -> Result<Self, ModelError> {
        let transaction = connection.unchecked_transaction()?;
        let sql = "SELECT end_position FROM place";
        let end: i64 = transaction
            .prepare_cached(sql)?
            .query_row([], |row| row.get(0))?;
        let end = end.cast_unsigned();
        Ok(Self { transaction, end })
    }

    /// The connection, within the transaction.
    pub fn connection(&self) -> &Connection {
        &self.transaction
    }

    /// Everything below this position is reflected.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// The digest of the tables.
    pub fn digest(&self) -> Result<[u8; 32], ModelError> {
        Ok(super::tables::digest(&self.transaction)?)
    }
}
