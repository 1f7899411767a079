//! The door of the queue in front of the decider: how many batches, and how many bytes of them, may
//! wait. Who finds no place is turned away at once, or, on a stream, waits for one.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

use super::append::AppendError;

/// Bytes are counted in units of this many.
const UNIT_BYTES: usize = 1 << 10;

/// Places of the queue.
#[derive(Clone)]
pub struct Queue {
    places: Arc<Semaphore>,
    room: Arc<Semaphore>,
    capacity: usize,
    units: usize,
}

/// A batch's place: free again when it is dropped.
pub struct Place {
    _batch: OwnedSemaphorePermit,
    _bytes: OwnedSemaphorePermit,
}

impl Queue {
    /// A queue of so many batches and bytes, at least one of each.
    pub fn new(batches: usize, bytes: usize) -> Self {
        let capacity = batches.clamp(1, Semaphore::MAX_PERMITS);
        let units = bytes.div_ceil(UNIT_BYTES).clamp(1, u32::MAX as usize >> 3);
        Self {
            places: Arc::new(Semaphore::new(capacity)),
            room: Arc::new(Semaphore::new(units)),
            capacity,
            units,
        }
    }

    /// Takes a place for a batch of so many bytes, if there is one.
    pub fn try_place(&self, bytes: usize) -> Result<Place, AppendError> {
        let waiting = self.waiting();
        let refused = |why| match why {
            TryAcquireError::Closed => AppendError::Closing,
            TryAcquireError::NoPermits => AppendError::Busy { waiting },
        };
        let units = self.units_of(bytes);
        let bytes = self.room.clone().try_acquire_many_owned(units);
        let bytes = bytes.map_err(refused)?;
        let batch = self.places.clone().try_acquire_owned();
        Ok(Place {
            _batch: batch.map_err(refused)?,
            _bytes: bytes,
        })
    }

    /// Takes a place for a batch of so many bytes; waits for it, first come, first served.
    pub async fn place(&self, bytes: usize) -> Result<Place, AppendError> {
        let closed = |_| AppendError::Closing;
        let units = self.units_of(bytes);
        let batch = self.places.clone().acquire_owned().await.map_err(closed)?;
        let bytes = self.room.clone().acquire_many_owned(units).await;
        Ok(Place {
            _batch: batch,
            _bytes: bytes.map_err(closed)?,
        })
    }

    /// Batches that have a place.
    pub fn waiting(&self) -> usize {
        self.capacity - self.places.available_permits()
    }

    /// Turns away whoever waits or comes from now on.
    pub fn close(&self) {
        self.places.close();
        self.room.close();
    }

    /// A batch larger than the whole queue waits until it is alone.
    fn units_of(&self, bytes: usize) -> u32 {
        bytes.div_ceil(UNIT_BYTES).clamp(1, self.units) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turns_away_what_has_no_place_and_lets_streams_wait_for_one() {
        let queue = Queue::new(2, 4 << 10);
        let first = queue.try_place(1 << 10).unwrap();
        let second = queue.try_place(2 << 10).unwrap();
        let refused = queue.try_place(1);
        assert!(matches!(refused, Err(AppendError::Busy { waiting: 2 })));
        drop(first);
        let refused = queue.try_place(3 << 10);
        assert!(matches!(refused, Err(AppendError::Busy { waiting: 1 })));
        let waits = tokio::spawn({
            let queue = queue.clone();
            // More bytes than the queue ever has: waits until it is alone.
            async move { queue.place(1 << 20).await.map(drop) }
        });
        tokio::task::yield_now().await;
        assert!(!waits.is_finished());
        drop(second);
        assert!(waits.await.unwrap().is_ok());
        assert_eq!(queue.waiting(), 0);
        queue.close();
        assert!(matches!(queue.try_place(1), Err(AppendError::Closing)));
        assert!(matches!(queue.place(1).await, Err(AppendError::Closing)));
    }
}
