//! The second half of an append: what was decided is written and synced, then answered.
//!
//! Groups form by themselves: whatever is decided while one group is being synced makes the next.

use std::{
    mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc},
    time::{Duration, Instant},
};

use super::{
    append::{Answer, AppendError, Appended},
    overlay::Decided,
    shared::Shared,
    states::Checkpoint,
};
use crate::journal::{Group, Journal, NewBatch, NewEntry, Outcome};

/// Events that may be decided ahead of the disk.
const AHEAD_EVENTS_MAX: usize = 16_384;
/// Bytes that may be decided ahead of the disk: with what is handed over at a time, the bound of a
/// record, and of the memory that a slow disk costs.
const AHEAD_BYTES_MAX: usize = 16 << 20;

/// What waits for the disk.
#[derive(Default)]
struct Waiting {
    first_position: Option<u64>,
    batches: Vec<NewBatch>,
    events: Vec<Decided>,
    /// Bytes of the batches.
    bytes: usize,
    answers: Vec<(Answer, Result<Appended, AppendError>)>,
    /// What became durable earlier and is remembered no more: dropped here, where there is time,
    /// not by the decider.
    settled: Vec<Decided>,
    checkpoint: Option<Checkpoint>,
    is_closing: bool,
    committer_sleeps: bool,
    decider_sleeps: bool,
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.batches.is_empty() && self.answers.is_empty() && self.checkpoint.is_none()
    }
}

/// What the committer gets.
enum Taken {
    /// What was decided.
    Some(Box<Waiting>),
    /// Nothing for a while.
    Idle,
    /// Nothing any more.
    Closed,
}

/// Where the decider hands over and the committer takes.
#[derive(Default)]
pub struct Handover {
    waiting: Mutex<Waiting>,
    filled: Condvar,
    drained: Condvar,
}

/// What one decided batch hands over.
pub struct Handed {
    /// Where the answer goes.
    pub answer: Answer,
    /// The answer, once everything it was decided on is durable.
    pub result: Result<Appended, AppendError>,
    /// What must be durable for it, with its first position.
    pub write: Option<(u64, NewBatch, Vec<Decided>)>,
}

impl Handover {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands decided batches over, in order, and `settled` to be dropped; waits while too many are
    /// ahead of the disk.
    pub fn put(&self, handed: impl Iterator<Item = Handed>, settled: &mut Vec<Decided>) {
        let mut waiting = self.lock();
        while waiting.events.len() > AHEAD_EVENTS_MAX || waiting.bytes > AHEAD_BYTES_MAX {
            waiting.decider_sleeps = true;
            waiting = self
                .drained
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
        waiting.settled.append(settled);
        for one in handed {
            if let Some((first, batch, events)) = one.write {
                waiting.first_position.get_or_insert(first);
                waiting.bytes += batch.entries.iter().map(stored_bytes).sum::<usize>();
                waiting.batches.push(batch);
                waiting.events.extend(events);
            }
            waiting.answers.push((one.answer, one.result));
        }
        if waiting.committer_sleeps {
            waiting.committer_sleeps = false;
            self.filled.notify_one();
        }
    }

    /// Hands over states to save once what is in front of them is durable.
    pub fn put_checkpoint(&self, checkpoint: Checkpoint) {
        let mut waiting = self.lock();
        match &mut waiting.checkpoint {
            Some(earlier) => {
                earlier.end = checkpoint.end;
                earlier.root = checkpoint.root;
                // Later states come later and win.
                earlier.states.extend(checkpoint.states);
            }
            none => *none = Some(checkpoint),
        }
        waiting.committer_sleeps = false;
        self.filled.notify_one();
    }

    /// Tells the committer that nothing more comes.
    pub fn close(&self) {
        self.lock().is_closing = true;
        self.filled.notify_one();
    }

    /// Takes what waits.
    fn take(&self, idle: Duration) -> Taken {
        let until = Instant::now() + idle;
        let mut waiting = self.lock();
        while waiting.is_empty() {
            if waiting.is_closing {
                return Taken::Closed;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Taken::Idle;
            }
            waiting.committer_sleeps = true;
            let (again, _) = self
                .filled
                .wait_timeout(waiting, left)
                .unwrap_or_else(PoisonError::into_inner);
            waiting = again;
            waiting.committer_sleeps = false;
        }
        let is_closing = waiting.is_closing;
        let taken = mem::take(&mut *waiting);
        waiting.is_closing = is_closing;
        if taken.decider_sleeps {
            self.drained.notify_one();
        }
        Taken::Some(Box::new(taken))
    }
}

fn stored_bytes(entry: &NewEntry) -> usize {
    let parts = [&entry.header, &entry.event, &entry.sealed, &entry.personal];
    parts.iter().map(|part| part.len()).sum::<usize>() + entry.signature.len()
}

/// Writes, syncs, publishes and answers until the hand-over is closed; then closes the journal.
pub fn run(
    mut journal: Box<dyn Journal>,
    handover: &Handover,
    shared: &Shared,
    idle: Duration,
    keeper: &mpsc::Sender<Checkpoint>,
) {
    let mut is_idle = true;
    // An idle ledger sleeps long: only the first idle moment has work to do.
    let long = Duration::from_hours(1);
    loop {
        match handover.take(if is_idle { long } else { idle }) {
            Taken::Idle if is_idle => {}
            Taken::Idle => {
                is_idle = true;
                if let Err(error) = journal.idle() {
                    shared.fail(&error.to_string());
                }
            }
            Taken::Some(waiting) => {
                is_idle = false;
                commit(journal.as_mut(), *waiting, shared, keeper);
            }
            Taken::Closed => break,
        }
    }
    if let Err(error) = journal.close() {
        tracing::error!(%error, "the journal did not close cleanly");
    }
}

fn commit(
    journal: &mut dyn Journal,
    waiting: Waiting,
    shared: &Shared,
    keeper: &mpsc::Sender<Checkpoint>,
) {
    let Waiting {
        first_position,
        batches,
        events,
        answers,
        checkpoint,
        ..
    } = waiting;
    let mut failure = shared.failure();
    if let (None, Some(first_position)) = (&failure, first_position) {
        let started = Instant::now();
        let group = Group {
            first_position,
            batches,
        };
        failure = match journal.append(&group) {
            Ok(Outcome::Committed) => None,
            // A local journal has no rival; one that is shared decides anew after a restart of
            // the decider, so nothing may be answered as if it stood.
            Ok(Outcome::Conflict) => Some("another writer came first".to_owned()),
            Ok(Outcome::Unknown) => Some("the outcome of the last group is unknown".to_owned()),
            Err(error) => Some(error.to_string()),
        };
        match &failure {
            Some(reason) => shared.fail(reason),
            None => shared.publish(&events, started.elapsed()),
        }
    }
    for (answer, result) in answers {
        let result = match &failure {
            Some(reason) => Err(AppendError::Failed(reason.clone())),
            None => result,
        };
        // A caller who went away has no use for his answer; the events stand all the same.
        let _ = answer.send(result);
    }
    if let (None, Some(checkpoint)) = (failure, checkpoint) {
        // A keeper that is gone costs time after a restart, nothing else.
        let _ = keeper.send(checkpoint);
    }
}
