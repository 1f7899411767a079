//! Subscriptions: catch up, then live; no gap, no repeat, in order of position.
//!
//! A subscriber holds a position and nothing else. Whether it catches up or follows, it reads the
//! same durable journal from that position on, so nothing can fall between the two, and a stalled
//! subscriber costs no memory.

use tokio::sync::watch;

use super::{
    overlay::LoadError,
    query::{Chunk, Queries, Query},
};

/// A subscriber's place in the ledger.
pub struct Subscription {
    queries: Queries,
    query: Query,
    next: u64,
    durable: watch::Receiver<u64>,
}

impl Subscription {
    /// Begins at a position; one beyond the end waits for it.
    pub fn new(queries: Queries, query: Query, from: u64) -> Self {
        let durable = queries.shared.durable.subscribe();
        Self {
            queries,
            query,
            next: from,
            durable,
        }
    }

    /// Everything below was served or did not match.
    pub fn next_position(&self) -> u64 {
        self.next
    }

    /// Everything below is durable.
    pub fn end_position(&self) -> u64 {
        *self.durable.borrow()
    }

    /// Whether everything durable was served.
    pub fn is_caught_up(&self) -> bool {
        self.next >= self.end_position()
    }

    /// Reads on; an empty chunk says only how far it looked. Does not wait.
    ///
    /// # Errors
    /// A journal that cannot be read at the position reached.
    pub fn read(&mut self, items_max: usize) -> Result<Chunk, LoadError> {
        let end = *self.durable.borrow_and_update();
        if self.next >= end {
            return Ok(Chunk::at(self.next));
        }
        let chunk = self
            .queries
            .forwards(&self.query, self.next, end, items_max)?;
        self.next = chunk.reached;
        Ok(chunk)
    }

    /// Waits until there is more; `false` when the ledger is gone.
    pub async fn wait(&mut self) -> bool {
        let next = self.next;
        self.durable.wait_for(|end| *end > next).await.is_ok()
    }
}
