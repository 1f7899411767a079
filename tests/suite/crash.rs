//! SIGKILL of a real server at random moments, under load of several clients: while it appends,
//! while it opens, while it stops. Afterwards every acknowledged event stands as acknowledged, and
//! every batch without an answer stands whole or not at all.
//!
//! `BIHUAN_CRASH_ROUNDS` sets the number of rounds (50), `BIHUAN_SEED` the seed.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use bihuan::{
    events::{
        v1::{self, append_event_stream_response::Outcome},
        wire::RecordedEvent,
    },
    proof,
};
use prost::Message as _;
use rand::Rng as _;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};

use crate::{
    harness::{Client, run},
    oracle::{Door, Fate, Oracle, call, fate_of, untimed},
    process::Process,
    workload::{Caller, dice, rounds, seed},
};

/// Callers that append one batch after the other.
const UNARY_CALLERS: u64 = 4;
/// Callers that append streams of batches.
const STREAM_CALLERS: u64 = 2;
/// Batches of a stream that wait for their answers.
const STREAM_WINDOW: usize = 8;

/// One folder through many rounds.
struct Campaign<'a> {
    data: &'a Path,
    seed: u64,
    oracle: Oracle,
}

/// What a load saw until its server was gone.
struct Seen {
    oracle: Mutex<Oracle>,
    acknowledged: watch::Sender<u64>,
    served: Mutex<Vec<RecordedEvent>>,
}

impl Seen {
    fn note(&self, caller: Caller, step: u64, fate: Fate) {
        if let Fate::Stands(receipts) = &fate {
            let count = receipts.len() as u64;
            self.acknowledged.send_modify(|sum| *sum += count);
        }
        self.oracle.lock().unwrap().note(caller, step, fate);
    }
}

impl Campaign<'_> {
    fn callers(&self) -> impl Iterator<Item = Caller> + use<> {
        let seed = self.seed;
        (0..UNARY_CALLERS + STREAM_CALLERS).map(move |number| Caller { seed, number })
    }

    /// Opens the folder after what befell it, and compares everything with what is known.
    async fn check(&mut self, what: &str) -> Process {
        let found = proof::verify(self.data, false, None);
        let report = found.expect("the folder can be verified");
        assert!(report.is_whole(), "{what}: {:#?}", report.findings);
        let process = Process::start(self.data, &[]);
        let mut door = Door::Wire(process.client().await);
        let served = door.read_all().await.expect("the ledger can be read");
        self.oracle.check(&served, what);
        process
    }

    /// Loads a server until it is killed.
    async fn load(&mut self, process: Process, number: u64) {
        let mut dice = dice(self.seed, "kill", number);
        let seen = Arc::new(Seen {
            oracle: Mutex::new(std::mem::take(&mut self.oracle)),
            acknowledged: watch::Sender::new(0),
            served: Mutex::default(),
        });
        let mut tasks = JoinSet::new();
        for caller in self.callers() {
            let (client, seen) = (process.client().await, seen.clone());
            if caller.number < UNARY_CALLERS {
                tasks.spawn(append_alone(client, caller, seen));
            } else {
                tasks.spawn(append_streaming(client, caller, seen));
            }
        }
        tasks.spawn(subscribe(process.client().await, seen.clone()));
        let (after, micros) = (dice.random_range(0..300), dice.random_range(0..3_000));
        let mut acknowledged = seen.acknowledged.subscribe();
        let reached = acknowledged.wait_for(|count| *count >= after).await;
        reached.expect("the sender lives");
        if number % 10 == 1 {
            process.ask_to_stop();
        }
        // The moment itself is what is drawn; nothing waits for anything here.
        tokio::time::sleep(Duration::from_micros(micros)).await;
        process.kill();
        while let Some(ended) = tasks.join_next().await {
            ended.expect("a caller saw an answer that no sound ledger gives");
        }
        let seen = Arc::into_inner(seen).expect("every task ended");
        self.oracle = seen.oracle.into_inner().unwrap();
        let served = seen.served.into_inner().unwrap();
        self.remember(&served);
    }

    /// What a subscriber was served is durable: its batches stand from now on.
    fn remember(&mut self, served: &[RecordedEvent]) {
        let ids: std::collections::HashMap<_, _> = served
            .iter()
            .map(|event| (event.event_id.to_vec(), event))
            .collect();
        for ((caller, number), fate) in &mut self.oracle.fates {
            let Fate::Unknown = fate else { continue };
            let step = caller.step(*number);
            let found = step.events.iter().map(|sent| {
                let id = crate::workload::event_id(sent);
                ids.get(id.as_slice())
                    .map(|event| crate::oracle::receipt(event))
            });
            if let Some(receipts) = found.collect::<Option<Vec<_>>>() {
                *fate = Fate::Stands(receipts);
            }
        }
    }
}

async fn append_alone(client: Client, caller: Caller, seen: Arc<Seen>) {
    let from = seen.oracle.lock().unwrap().next_step(caller);
    let told = |step, fate| seen.note(caller, step, fate);
    call(&mut Door::Wire(client), caller, from, |_| false, told).await;
}

async fn append_streaming(mut client: Client, caller: Caller, seen: Arc<Seen>) {
    let mut next = seen.oracle.lock().unwrap().next_step(caller);
    let (requests, wire) = mpsc::channel(STREAM_WINDOW);
    let Ok(answers) = client.append_event_stream(ReceiverStream::new(wire)).await else {
        return;
    };
    let mut answers = answers.into_inner();
    let mut waiting = VecDeque::new();
    let mut index = 0;
    loop {
        while waiting.len() < STREAM_WINDOW {
            let step = caller.step(next);
            seen.note(caller, next, Fate::Unknown);
            let batch = Some(untimed(step.events.clone()));
            if requests
                .send(v1::AppendEventStreamRequest { batch })
                .await
                .is_err()
            {
                return;
            }
            waiting.push_back((next, step));
            next += 1;
        }
        let Ok(Some(answer)) = answers.message().await else {
            return;
        };
        assert_eq!(answer.batch_index, index, "answers come in order");
        index += 1;
        let (number, step) = waiting.pop_front().expect("one answer per batch");
        let answer = match answer.outcome.expect("an outcome") {
            Outcome::Appended(appended) => Ok(appended),
            Outcome::Failure(failure) => Err(status_of(failure)),
        };
        seen.note(caller, number, fate_of(&step, &answer));
    }
}

fn status_of(failure: v1::AppendFailure) -> Status {
    let details = tonic_types::pb::Status {
        code: failure.code,
        message: failure.message.clone(),
        details: failure.details,
    };
    let code = Code::from_i32(failure.code);
    Status::with_details(code, failure.message, details.encode_to_vec().into())
}

async fn subscribe(mut client: Client, seen: Arc<Seen>) {
    let request = v1::SubscribeEventsRequest {
        view: v1::EventView::Full.into(),
        reader: crate::oracle::whole().reader,
        ..v1::SubscribeEventsRequest::default()
    };
    let Ok(stream) = client.subscribe_events(request).await else {
        return;
    };
    let mut stream = stream.into_inner();
    let mut next = 0;
    while let Ok(Some(message)) = stream.message().await {
        for event in &message.events {
            assert_eq!(event.position, next, "no gap, no repeat");
            next += 1;
        }
        seen.served.lock().unwrap().extend(message.events);
    }
}

/// Kills a server while it opens.
async fn kill_while_opening(data: &Path, seed: u64, number: u64) {
    let mut child = Process::launch(data, &[]);
    let micros = dice(seed, "opening", number).random_range(0..120_000);
    tokio::time::sleep(Duration::from_micros(micros)).await;
    child.kill().expect("SIGKILL");
    child.wait().expect("it ends");
}

async fn campaign(data: &Path, seed: u64, rounds: u64) {
    let oracle = Oracle::default();
    let mut campaign = Campaign { data, seed, oracle };
    for number in 0..rounds {
        let what = format!("BIHUAN_SEED={seed}, after kill {number}");
        if number % 5 == 3 {
            kill_while_opening(data, seed, number).await;
        }
        let process = if number == 0 {
            Process::start(data, &[])
        } else {
            campaign.check(&what).await
        };
        campaign.load(process, number).await;
    }
    let process = campaign
        .check(&format!("BIHUAN_SEED={seed}, at the end"))
        .await;
    assert!(process.stop().success(), "a graceful stop");
    let report = proof::verify(data, false, None).expect("the folder can be verified");
    assert!(report.is_clean(), "{:#?}", report.findings);
    assert_eq!(report.events, campaign.oracle.standing() as u64);
    println!(
        "BIHUAN_SEED={seed}: {rounds} kills, {} events stand",
        report.events
    );
}

#[test]
fn keeps_what_it_acknowledged_through_kills_of_a_ledger_that_ages() {
    let folder = tempfile::tempdir().expect("a folder");
    let count = rounds("BIHUAN_CRASH_ROUNDS", 50) * 7 / 10;
    run(campaign(&folder.path().join("data"), seed(), count));
}

#[test]
fn keeps_what_it_acknowledged_through_kills_of_new_ledgers() {
    let count = rounds("BIHUAN_CRASH_ROUNDS", 50) * 3 / 10;
    for number in 0..count.div_ceil(3) {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let seed = seed().wrapping_add(1 + number);
        run(async {
            // A folder may be half made when the first server dies.
            kill_while_opening(&data, seed, 0).await;
            campaign(&data, seed, 3).await;
        });
    }
}
