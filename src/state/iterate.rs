//! All values in key order, for `verify` and for snapshots.

use std::fmt;

use super::error::StateError;
use super::rows::{self, Entry, RowFault};
use super::store::StateStore;

/// Yields key, through-position and blob of every value, in key order.
///
/// A value that fails its check is an error in its place and the walk goes on; once sled itself
/// fails, one error ends it. Values written meanwhile may or may not appear.
pub struct Entries<'a> {
    store: &'a StateStore,
    /// `None` after the end.
    rows: Option<Result<sled::Iter, StateError>>,
}

impl StateStore {
    /// Returns all values in key order, in bounded memory.
    pub fn iter(&self) -> Entries<'_> {
        let rows = self.guard(|db| Ok(rows::scan_values(db)));
        Entries {
            store: self,
            rows: Some(rows),
        }
    }
}

impl<'a> IntoIterator for &'a StateStore {
    type Item = Result<Entry, StateError>;
    type IntoIter = Entries<'a>;

    fn into_iter(self) -> Entries<'a> {
        self.iter()
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, StateError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut rows = match self.rows.take()? {
                Ok(rows) => rows,
                Err(error) => return Some(Err(error)),
            };
            let step = self.store.guard(|_| match rows.next() {
                Some(row) => Ok(Some(row.map_err(RowFault::Sled)?)),
                None => Ok(None),
            });
            let row_key = match step {
                Ok(row) => row?.0,
                Err(error) => return Some(Err(error)),
            };
            self.rows = Some(Ok(rows));
            let key = rows::key_of_row(&row_key).to_vec();
            // Read anew: the further rows of the value must be of one write with the first.
            match self.store.read(&key) {
                Ok(Some(stored)) => return Some(Ok((key, stored.through, stored.blob))),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl fmt::Debug for Entries<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Entries").finish_non_exhaustive()
    }
}
