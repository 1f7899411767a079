//! What all parts of an open ledger share.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;

use super::{facts::Facts, overlay::Decided, places::Places, visibility::Visibility};
use crate::rules::Packs;

/// Counters and signals between the decider, the committer, readers and subscribers.
pub struct Shared {
    /// How many events are durable; changes wake subscribers.
    pub durable: watch::Sender<u64>,
    /// When the last durable event was recorded.
    pub last_recorded_us: AtomicU64,
    /// The disk is nearly full: bytes free, or `u64::MAX` when there is room.
    pub disk_free_if_low: AtomicU64,
    /// No more appends are taken.
    pub is_closing: AtomicBool,
    /// Subscriptions are to end.
    pub ending: watch::Sender<bool>,
    /// What may not be shown yet.
    pub visibility: Visibility,
    /// Facts that were decoded lately.
    pub facts: Facts,
    /// Where histories stand that were read lately.
    pub places: Places,
    /// Packs of rules that come with the ledger, and those of its site.
    pub site: Arc<Packs>,
    /// What was adopted lately: the positions of the adoptions, and the packs in force.
    pub adopted: Mutex<Option<(Vec<u64>, Arc<Packs>)>>,
    failure: Mutex<Option<String>>,
}

impl Shared {
    /// Starts at the end of a journal.
    pub fn new(end: u64, last_recorded_us: u64, visibility: Visibility, site: Arc<Packs>) -> Self {
        Self {
            durable: watch::Sender::new(end),
            last_recorded_us: AtomicU64::new(last_recorded_us),
            disk_free_if_low: AtomicU64::new(u64::MAX),
            is_closing: AtomicBool::new(false),
            ending: watch::Sender::new(false),
            visibility,
            facts: Facts::new(),
            places: Places::new(),
            site,
            adopted: Mutex::default(),
            failure: Mutex::new(None),
        }
    }

    /// Shows events that have become durable.
    pub fn publish(&self, events: &[Decided], took: Duration) {
        let Some(last) = events.last() else { return };
        for event in events {
            self.visibility
                .note(event.position, &event.submitted.fact, event.amends);
        }
        self.last_recorded_us
            .store(last.recorded_at_us, Ordering::Release);
        self.durable.send_replace(last.position + 1);
        metrics::counter!("bihuan_events_appended_total").increment(events.len() as u64);
        metrics::histogram!("bihuan_group_events").record(events.len() as f64);
        metrics::histogram!("bihuan_sync_seconds").record(took.as_secs_f64());
        metrics::gauge!("bihuan_end_position").set((last.position + 1) as f64);
    }

    /// Notes that the journal failed: nothing is appended any more.
    pub fn fail(&self, reason: &str) {
        tracing::error!(
            reason,
            "the journal failed; appends are stopped, reads go on"
        );
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert_with(|| reason.to_owned());
    }

    /// Why the journal failed, if it did.
    pub fn failure(&self) -> Option<String> {
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
