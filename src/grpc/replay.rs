//! Replaying rules: everything judged by other packs, with how far it is told meanwhile.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::runtime::Handle;

use super::{
    answers::{NoPlace, Sender},
    compliance::finding,
    status, subscribe,
};
use crate::{
    events::v1::{self, replay_rules_response::Told},
    ledger::{Ledger, clock::Clock, law::Stages},
    rules::Packs,
    supervision::replay::{Prepared, Replayed, Wanted, replay},
};

/// Messages that wait for a slow caller.
pub const MESSAGES_AHEAD: usize = 4;
/// How often it is told how far it is.
const TOLD_EVERY: Duration = Duration::from_millis(200);

/// A replay that is asked for.
pub struct Replay {
    /// The ledger.
    pub ledger: Ledger,
    /// What there is to judge.
    pub prepared: Prepared,
    /// The packs that it is judged by.
    pub packs: Packs,
    /// What is told of it.
    pub wanted: Wanted,
}

type Answers = Sender<v1::ReplayRulesResponse>;

/// Where progress goes; nowhere any more once the caller went away.
struct Listener {
    sender: Option<Answers>,
    told: Option<Instant>,
}

impl Listener {
    /// Tells how far it is, if it is time to and there is room; answers whether anybody listens.
    fn hears(&mut self, done: u64, of: u64) -> bool {
        if self.told.is_some_and(|told| told.elapsed() < TOLD_EVERY) {
            return self.sender.is_some();
        }
        self.told = Some(Instant::now());
        let progress = Told::Progress(v1::ReplayProgress {
            streams_done: done.cast_signed(),
            streams_count: of.cast_signed(),
        });
        self.sender = self
            .sender
            .take()
            .and_then(|sender| match sender.place_now() {
                Ok(place) => Some(place.send(message(progress))),
                Err(NoPlace::Yet(sender)) => Some(sender),
                Err(NoPlace::Ever) => None,
            });
        self.sender.is_some()
    }
}

fn message(told: Told) -> v1::ReplayRulesResponse {
    v1::ReplayRulesResponse { told: Some(told) }
}

impl Replay {
    /// Waits for its turn, judges, and tells the caller; ends where he goes away.
    pub async fn told_to(self, sender: Answers, turn: Arc<tokio::sync::Mutex<()>>) {
        let mut closing = self.ledger.closing();
        let place = tokio::select! {
            place = turn.lock_owned() => place,
            () = sender.closed() => return,
            () = subscribe::ended(&mut closing) => return,
        };
        let handle = Handle::current();
        let judge = tokio::task::spawn_blocking(move || {
            let _place = place;
            self.run(sender, &handle);
        });
        // A panic ends the stream with an error, as everywhere.
        let _ = judge.await;
    }

    fn run(self, sender: Answers, handle: &Handle) {
        let Self {
            ledger,
            prepared,
            packs,
            wanted,
        } = self;
        let closing = ledger.closing();
        let mut listener = Listener {
            sender: Some(sender),
            told: None,
        };
        let mut progress = |done, of| !*closing.borrow() && listener.hears(done, of);
        let replayed = replay(&ledger, prepared, (packs, wanted), &mut progress);
        let Some(sender) = listener.sender else {
            return;
        };
        let Some(place) = handle.block_on(sender.place()) else {
            return;
        };
        match replayed {
            Ok(replayed) => {
                let told = told(replayed, ledger.clock() == Clock::Simulated);
                place.send(message(Told::Replayed(told))).end();
            }
            Err(error) => place.fail(status::of_model(&error)),
        }
    }
}

/// What a pack would change.
fn told(of: Replayed, simulated_clock: bool) -> v1::ReplayedRules {
    let none = Stages::default();
    let counts = of.counts.into_iter();
    let counts = counts.map(|(rule_id, [appear, vanish, changed])| v1::ReplayCount {
        rule_id,
        appear_count: appear,
        vanish_count: vanish,
        changed_count: changed,
    });
    let changes = of.changes.into_iter().map(|change| v1::ReplayedFinding {
        before: change.before.map(|of| finding(of, &none)),
        after: change.after.map(|of| finding(of, &none)),
        stream: change.stream.to_string(),
    });
    v1::ReplayedRules {
        counts: counts.collect(),
        changes: changes.collect(),
        streams_count: of.streams,
        on: of.on.to_string(),
        reflects_position: of.end.checked_sub(1),
        simulated_clock,
    }
}
