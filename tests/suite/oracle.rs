//! What a test knows to have been sent and acknowledged, and the question whether a ledger, after
//! whatever befell it, still says the same.
//!
//! Rules: an acknowledged batch stands, at the position, with the leaf hash and the bytes that its
//! receipts named. A batch without an answer stands whole, in one run of positions, or not at all.
//! A refused batch does not stand. Nothing else stands. What was seen to stand, stays.

use std::{
    collections::{BTreeMap, HashMap},
    pin::pin,
};

use bihuan::{
    events::{
        v1::{self, ledger_service_server::LedgerService as _},
        wire::{EventSubmission, RecordedEvent},
    },
    grpc::LedgerServer,
    ledger::Ledger,
};
use tokio_stream::StreamExt as _;
use tonic::{Code, Request, Status};

use crate::{
    harness::{Client, reason},
    workload::{Caller, Step, dice, event_id},
};
use rand::Rng as _;

/// A way into a ledger: over the wire, or the same service called in this process.
#[derive(Clone)]
pub enum Door {
    /// A connection.
    Wire(Client),
    /// The service without a socket.
    Local(LedgerServer),
}

impl Door {
    /// The service of a ledger of this process.
    pub fn to(ledger: &Ledger) -> Self {
        Self::Local(LedgerServer::new(ledger.clone()))
    }

    /// Appends a batch.
    pub async fn append(
        &mut self,
        request: v1::AppendEventsRequest,
    ) -> Result<v1::AppendEventsResponse, Status> {
        let response = match self {
            Self::Wire(client) => client.append_events(request).await,
            Self::Local(server) => server.append_events(Request::new(request)).await,
        };
        response.map(tonic::Response::into_inner)
    }

    /// Reads everything that a request asks for.
    pub async fn read(
        &mut self,
        request: v1::ReadEventsRequest,
    ) -> Result<Vec<RecordedEvent>, Status> {
        let mut events = Vec::new();
        match self {
            Self::Wire(client) => {
                let mut stream = client.read_events(request).await?.into_inner();
                while let Some(response) = stream.message().await? {
                    events.extend(response.events);
                }
            }
            Self::Local(server) => {
                let stream = server.read_events(Request::new(request)).await?;
                let mut stream = pin!(stream.into_inner());
                while let Some(response) = stream.next().await {
                    events.extend(response?.events);
                }
            }
        }
        Ok(events)
    }

    /// Reads the whole ledger, parts included, as one who may see everything.
    pub async fn read_all(&mut self) -> Result<Vec<RecordedEvent>, Status> {
        self.read(whole()).await
    }
}

/// Asks for the whole ledger, as one who may see everything.
pub fn whole() -> v1::ReadEventsRequest {
    v1::ReadEventsRequest {
        source: Some(v1::read_events_request::Source::All(v1::WholeLedger {})),
        view: v1::EventView::Full.into(),
        reader: Some(v1::Reader {
            role: v1::ActorRole::TradeSys.into(),
        }),
        ..v1::ReadEventsRequest::default()
    }
}

/// What became of a step, as far as its caller knows.
#[derive(Clone, Debug)]
pub enum Fate {
    /// Sent, no answer.
    Unknown,
    /// Acknowledged, or seen to stand.
    Stands(Vec<v1::Receipt>),
    /// Refused for what it says.
    Refused,
}

/// Everything sent by a set of callers.
#[derive(Clone, Debug, Default)]
pub struct Oracle {
    /// What became of each step of each caller.
    pub fates: BTreeMap<(Caller, u64), Fate>,
}

/// The answer to a step, as a caller notes it. Panics on an answer that no sound ledger gives.
pub fn fate_of(step: &Step, answer: &Result<v1::AppendEventsResponse, Status>) -> Fate {
    match (answer, step.refused_with) {
        (Ok(appended), None) => Fate::Stands(appended.receipts.clone()),
        (Ok(appended), Some(reason)) => panic!("{reason} expected, not {appended:?}"),
        (Err(status), wanted) => match status.code() {
            Code::Unavailable | Code::Unknown | Code::Cancelled | Code::Internal => Fate::Unknown,
            _ => {
                assert_eq!(Some(reason(status).0.as_str()), wanted, "{status:?}");
                Fate::Refused
            }
        },
    }
}

impl Oracle {
    /// Notes an answer. A repeat must name what the first receipts named.
    pub fn note(&mut self, caller: Caller, step: u64, fate: Fate) {
        match (self.fates.get(&(caller, step)), &fate) {
            (Some(Fate::Stands(first)), Fate::Stands(again)) => {
                for (first, again) in first.iter().zip(again) {
                    assert_eq!(
                        place(first),
                        place(again),
                        "{caller:?} step {step}: a repeat"
                    );
                }
                assert_eq!(first.len(), again.len());
            }
            (Some(Fate::Stands(_)), Fate::Refused) => panic!("{caller:?} {step}: stood before"),
            (Some(_), Fate::Unknown) => {}
            _ => {
                self.fates.insert((caller, step), fate);
            }
        }
    }

    /// How many events are known to stand.
    pub fn standing(&self) -> usize {
        let count = |fate: &Fate| match fate {
            Fate::Stands(receipts) => receipts.len(),
            _ => 0,
        };
        self.fates.values().map(count).sum()
    }

    /// The first step of a caller that is not known to be done: all before it are.
    pub fn next_step(&self, caller: Caller) -> u64 {
        let of_caller = self.fates.range((caller, 0)..=(caller, u64::MAX));
        let mut next = 0;
        for ((_, step), fate) in of_caller {
            if *step > next || matches!(fate, Fate::Unknown) {
                break;
            }
            next += 1;
        }
        next
    }

    /// Compares with everything that a ledger serves; answers what is wrong. Afterwards no fate is
    /// unknown: what stands is noted, what does not is forgotten.
    pub fn compare(&mut self, served: &[RecordedEvent]) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut by_id = HashMap::new();
        for (index, event) in served.iter().enumerate() {
            if event.position != index as u64 {
                wrong.push(format!("position {} in place {index}", event.position));
            }
            if by_id.insert(event.event_id.to_vec(), event).is_some() {
                wrong.push(format!("position {} repeats an event", event.position));
            }
        }
        let mut stands = 0;
        self.fates.retain(|(caller, number), fate| {
            let step = caller.step(*number);
            let name = format!("caller {} step {number}", caller.number);
            let found: Vec<_> = step
                .events
                .iter()
                .map(|sent| by_id.get(event_id(sent).as_slice()).copied())
                .collect();
            let count = found.iter().flatten().count();
            stands += count;
            if let (Some(reason), true) = (step.refused_with, count > 0) {
                wrong.push(format!("{name}: stands, which {reason} forbids"));
            }
            match fate {
                Fate::Refused if count > 0 => wrong.push(format!("{name}: refused, yet stands")),
                Fate::Unknown if count == 0 => return false,
                Fate::Refused => {}
                Fate::Unknown | Fate::Stands(_) => {
                    if count < found.len() {
                        let whole = found.len();
                        wrong.push(format!("{name}: {count} of {whole} events stand: {fate:?}"));
                        return true;
                    }
                    let events: Vec<_> = found.into_iter().flatten().collect();
                    compare_batch(&name, &step.events, &events, fate, &mut wrong);
                    let receipts = events.iter().map(|event| receipt(event)).collect();
                    if let Fate::Unknown = fate {
                        *fate = Fate::Stands(receipts);
                    }
                }
            }
            true
        });
        if stands != served.len() {
            let surplus = served.len() - stands;
            wrong.push(format!("{surplus} events stand that nobody sent"));
        }
        wrong
    }

    /// Compares, and panics with the seed if anything is wrong.
    pub fn check(&mut self, served: &[RecordedEvent], what: &str) {
        let wrong = self.compare(served);
        assert!(wrong.is_empty(), "{what}: {wrong:#?}");
    }
}

fn place(receipt: &v1::Receipt) -> (u64, u64, &[u8], &str) {
    let receipt_leaf = receipt.leaf_hash.as_ref();
    (
        receipt.position,
        receipt.revision,
        receipt_leaf,
        &receipt.event_id,
    )
}

/// The receipt that an event as served amounts to.
pub fn receipt(event: &RecordedEvent) -> v1::Receipt {
    let leaf = event.leaf_proof.as_ref().map(|proof| &proof.leaf_hash);
    let micros = event.recorded_at_us;
    v1::Receipt {
        event_id: uuid::Uuid::from_slice(&event.event_id)
            .expect("an event id")
            .to_string(),
        position: event.position,
        revision: event.revision,
        leaf_hash: leaf.cloned().unwrap_or_default(),
        recorded_at: Some(prost_types::Timestamp {
            seconds: (micros / 1_000_000).cast_signed(),
            nanos: (micros % 1_000_000) as i32 * 1_000,
        }),
        ..v1::Receipt::default()
    }
}

fn compare_batch(
    name: &str,
    sent: &[EventSubmission],
    served: &[&RecordedEvent],
    fate: &Fate,
    wrong: &mut Vec<String>,
) {
    let first = served[0].position;
    for (index, (sent, served)) in sent.iter().zip(served).enumerate() {
        if served.position != first + index as u64 {
            wrong.push(format!("{name}: event {index} is apart from its batch"));
        }
        if sent.event != served.event {
            wrong.push(format!("{name}: event {index} has other bytes"));
        }
        if sent.sealed != served.sealed || sent.personal != served.personal {
            wrong.push(format!("{name}: event {index} has another part"));
        }
        if let Fate::Stands(receipts) = fate {
            let (told, found) = (&receipts[index], receipt(served));
            if place(told) != place(&found) || told.recorded_at != found.recorded_at {
                wrong.push(format!("{name}: receipt {told:?}, served {found:?}"));
            }
        }
    }
}

/// A request of a step, without a time: for ledgers on a real clock.
pub fn untimed(events: Vec<EventSubmission>) -> v1::AppendEventsRequest {
    v1::AppendEventsRequest {
        events,
        ..v1::AppendEventsRequest::default()
    }
}

/// Sends steps of a caller one after the other, some of them again, until `is_over` or no answer
/// comes; tells of every answer.
pub async fn call(
    door: &mut Door,
    caller: Caller,
    from: u64,
    mut is_over: impl FnMut(u64) -> bool,
    mut told: impl FnMut(u64, Fate),
) {
    let mut dice = dice(caller.seed, "repeats", (caller.number << 48) | from);
    let mut number = from;
    while !is_over(number) {
        // One in six repeats something earlier: an answer that got lost, as its sender sees it.
        let is_repeat = number > 0 && dice.random_ratio(1, 6);
        let now = if is_repeat {
            dice.random_range(0..number)
        } else {
            number
        };
        let step = caller.step(now);
        told(now, Fate::Unknown);
        let answer = door.append(untimed(step.events.clone())).await;
        let fate = fate_of(&step, &answer);
        let is_lost = matches!(fate, Fate::Unknown);
        told(now, fate);
        if is_lost {
            break;
        }
        number += u64::from(!is_repeat);
    }
}
