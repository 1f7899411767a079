//! Filling a fresh store from a snapshot.

use super::error::StateError;
use super::snapshot::{Snapshot, SnapshotReader};
use super::store::StateStore;

/// How many values lie between two calls of the progress function.
const PROGRESS_VALUES: u64 = 1_000;

impl StateStore {
    /// Fills the store with the values of a snapshot and takes over its checkpoint.
    ///
    /// The store is a fresh one: values it holds beyond those of the snapshot stay. `progress`
    /// is told the values done and their total, first zero, last the total.
    ///
    /// # Guarantees
    /// When it returns, everything is on the disk. The checkpoint is set only then: a restore
    /// that was cut short leaves a store without one.
    ///
    /// Fails with [`StateError::SnapshotDamaged`] if the file is no longer what
    /// [`super::newest_valid_snapshot`] found. After any failure the store serves nothing; the
    /// caller opens it again, which makes a fresh one, and tries another snapshot.
    pub fn restore(
        &self,
        snapshot: &Snapshot,
        progress: impl FnMut(u64, u64),
    ) -> Result<(), StateError> {
        let restored = self.fill(snapshot, progress);
        if let Err(error) = &restored {
            // Values of a snapshot are proven at its end only; without one none is believed.
            self.give_up(&error.to_string());
        }
        restored
    }

    fn fill(
        &self,
        snapshot: &Snapshot,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<(), StateError> {
        let damaged = |cause| StateError::SnapshotDamaged {
            path: snapshot.path.clone(),
            cause,
        };
        let mut reader = SnapshotReader::open(&snapshot.path, self.options()).map_err(damaged)?;
        if reader.checkpoint != snapshot.checkpoint {
            return Err(damaged("it is another snapshot now".to_owned()));
        }
        progress(0, snapshot.count);
        let mut done = 0;
        self.put(std::iter::from_fn(|| {
            let entry = reader.next_entry().map_err(damaged).transpose()?;
            done += 1;
            if done % PROGRESS_VALUES == 0 {
                progress(done, snapshot.count);
            }
            Some(entry)
        }))?;
        self.set_checkpoint(snapshot.checkpoint)?;
        progress(snapshot.count, snapshot.count);
        Ok(())
    }
}
