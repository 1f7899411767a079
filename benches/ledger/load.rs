//! The callers: the same client code for the ledger and its ceilings.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use bihuan::events::{
    v1::{
        self, append_event_stream_response::Outcome, ledger_service_client::LedgerServiceClient,
        read_events_request::Source,
    },
    wire::EventSubmission,
};
use tokio::task::JoinSet;
use tonic::transport::{Channel, Endpoint};

/// Where a server listens.
pub type Address = SocketAddr;
/// A client of the ledger's service.
pub type Client = LedgerServiceClient<Channel>;
/// What each caller sends, one request after the other.
pub type Requests = Vec<Vec<v1::AppendEventsRequest>>;

/// Bytes of the largest answer.
const MESSAGE_BYTES_MAX: usize = 64 << 20;

/// What a load took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Taken {
    /// Events a second; of reads of one stream, reads a second.
    pub per_second: f64,
    /// The median call, in milliseconds; 0 where calls are not timed.
    pub p50_ms: f64,
    /// The call that one in a hundred exceeds, in milliseconds.
    pub p99_ms: f64,
}

/// Opens connections.
pub async fn connect(address: Address, connections: usize) -> Vec<Client> {
    let endpoint = Endpoint::from_shared(format!("http://{address}"))
        .expect("an address makes an address")
        .tcp_nodelay(true)
        .initial_stream_window_size(4 << 20)
        .initial_connection_window_size(16 << 20);
    let mut clients = Vec::with_capacity(connections);
    for _ in 0..connections {
        let channel = endpoint.connect().await.expect("the server listens");
        clients.push(Client::new(channel).max_decoding_message_size(MESSAGE_BYTES_MAX));
    }
    clients
}

/// Unary appends: each caller sends its next request when the one before is answered.
pub async fn unary(clients: &[Client], requests: Requests) -> Taken {
    let events = count_events(&requests);
    let mut callers = JoinSet::new();
    let started = Instant::now();
    for (caller, requests) in requests.into_iter().enumerate() {
        let mut client = clients[caller % clients.len()].clone();
        callers.spawn(async move {
            let mut latencies = Vec::with_capacity(requests.len());
            for request in requests {
                let sent = Instant::now();
                let events = request.events.len();
                let answer = client.append_events(request).await;
                let receipts = answer.expect("the load is sound").into_inner().receipts;
                assert_eq!(receipts.len(), events, "one receipt per event");
                latencies.push(sent.elapsed());
            }
            latencies
        });
    }
    let latencies = callers.join_all().await;
    let took = started.elapsed();
    of_latencies(events, took, latencies.concat())
}

/// Streams of batches, one for each list of requests; nobody waits for an answer before sending on.
pub async fn streams(clients: &[Client], requests: Requests) -> Taken {
    let events = count_events(&requests);
    let mut callers = JoinSet::new();
    let started = Instant::now();
    for (caller, requests) in requests.into_iter().enumerate() {
        let mut client = clients[caller % clients.len()].clone();
        callers.spawn(async move {
            let sent = requests.len();
            let message = |batch| v1::AppendEventStreamRequest { batch: Some(batch) };
            let messages = tokio_stream::iter(requests.into_iter().map(message));
            let answer = client.append_event_stream(messages).await;
            let mut answers = answer.expect("the stream begins").into_inner();
            let mut heard = 0;
            while let Some(answer) = answers.message().await.expect("the stream goes on") {
                match answer.outcome {
                    Some(Outcome::Appended(_)) => heard += 1,
                    other => panic!("the load is sound, but: {other:?}"),
                }
            }
            assert_eq!(heard, sent, "one answer per batch");
        });
    }
    callers.join_all().await;
    let took = started.elapsed();
    Taken {
        per_second: events as f64 / took.as_secs_f64(),
        ..Taken::default()
    }
}

/// Reads everything once; asserts how many events there are.
pub async fn replay(client: &mut Client, expected: u64) -> Taken {
    let started = Instant::now();
    let mut events = 0;
    let mut answers = read(client, Source::All(v1::WholeLedger {})).await;
    while let Some(answer) = answers.message().await.expect("the read goes on") {
        events += answer.events.len() as u64;
    }
    assert_eq!(events, expected, "a replay misses nothing");
    Taken {
        per_second: events as f64 / started.elapsed().as_secs_f64(),
        ..Taken::default()
    }
}

/// Reads the first messages of a replay, to be sent again by the ceiling.
pub async fn first_messages(client: &mut Client, source: Source, count: usize) -> Messages {
    let mut answers = read(client, source).await;
    let mut messages = Vec::new();
    while messages.len() < count {
        let Some(message) = answers.message().await.expect("the read goes on") else {
            break;
        };
        messages.push(message);
    }
    messages
}

/// Messages of a read.
pub type Messages = Vec<v1::ReadEventsResponse>;

/// Reads one stream again and again, one read after the other; asserts its length.
pub async fn stream_reads(client: &mut Client, stream: &str, length: usize, reads: usize) -> Taken {
    let mut latencies = Vec::with_capacity(reads);
    let started = Instant::now();
    for _ in 0..reads {
        let sent = Instant::now();
        let mut events = 0;
        let mut answers = read(client, Source::Stream(stream.to_owned())).await;
        while let Some(answer) = answers.message().await.expect("the read goes on") {
            events += answer.events.len();
        }
        assert_eq!(events, length, "a stream is read whole");
        latencies.push(sent.elapsed());
    }
    of_latencies(reads, started.elapsed(), latencies)
}

async fn read(client: &mut Client, source: Source) -> tonic::Streaming<v1::ReadEventsResponse> {
    let request = v1::ReadEventsRequest {
        source: Some(source),
        ..v1::ReadEventsRequest::default()
    };
    client
        .read_events(request)
        .await
        .expect("the read begins")
        .into_inner()
}

fn count_events(requests: &Requests) -> usize {
    requests
        .iter()
        .flatten()
        .map(|request| request.events.len())
        .sum()
}

pub fn of_latencies(count: usize, took: Duration, mut latencies: Vec<Duration>) -> Taken {
    latencies.sort_unstable();
    let at = |share: usize| {
        let index = (latencies.len() * share / 100).min(latencies.len().saturating_sub(1));
        latencies
            .get(index)
            .map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
    };
    Taken {
        per_second: count as f64 / took.as_secs_f64(),
        p50_ms: at(50),
        p99_ms: at(99),
    }
}

/// Appends events of any streams as one batch.
pub async fn append(client: &mut Client, events: Vec<EventSubmission>) {
    let request = v1::AppendEventsRequest {
        events,
        ..v1::AppendEventsRequest::default()
    };
    client
        .append_events(request)
        .await
        .expect("the load is sound");
}
