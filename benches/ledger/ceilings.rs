//! The ceilings: the ledger's own service without a ledger, so that messages, codec and transport
//! are the same and only what lies behind them differs.

use std::{
    fs::File,
    io::Write as _,
    os::unix::fs::FileExt as _,
    path::Path,
    pin::Pin,
    sync::{Arc, mpsc as blocking},
    thread,
};

use bihuan::events::v1::{
    self,
    ledger_service_server::{LedgerService, LedgerServiceServer},
};
use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::{Stream, StreamExt as _, wrappers::ReceiverStream};
use tonic::{
    Request, Response, Status, Streaming,
    transport::server::{Server, TcpIncoming},
};

use crate::load::Address;

/// Batches of one stream that may wait for their answer: as many as the ledger lets wait.
const STREAM_WINDOW: usize = 256;
/// Bytes of the file that the durable echo writes round and round.
const FILE_BYTES: u64 = 256 << 20;
/// Bytes of a request, and of an answer: as the ledger's server.
const MESSAGE_BYTES_MAX: usize = 64 << 20;

/// A message stream of any kind.
type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// What a ceiling does besides decoding requests and encoding answers.
#[derive(Clone, Default)]
pub struct Ceiling {
    disk: Option<Disk>,
    replay: Arc<Vec<v1::ReadEventsResponse>>,
    replayed: usize,
}

impl Ceiling {
    /// The no-op echo: an append is answered at once.
    pub fn echo() -> Self {
        Self::default()
    }

    /// The durable echo: an append is answered when its bytes are written and synced, one
    /// fdatasync per group of requests that wait.
    pub fn durable(folder: &Path) -> Self {
        Self {
            disk: Some(Disk::start(folder)),
            ..Self::default()
        }
    }

    /// The replay: a read is answered with `count` messages, those given again and again.
    pub fn replay(messages: Vec<v1::ReadEventsResponse>, count: usize) -> Self {
        Self {
            replay: Arc::new(messages),
            replayed: count,
            ..Self::default()
        }
    }

    /// Serves until the runtime ends, on a port of its own.
    pub fn serve(self) -> Address {
        let loopback = Address::from(([127, 0, 0, 1], 0));
        let incoming = TcpIncoming::bind(loopback)
            .expect("a port is free")
            .with_nodelay(Some(true));
        let address = incoming
            .local_addr()
            .expect("a bound socket has an address");
        let service = LedgerServiceServer::new(self)
            .max_decoding_message_size(MESSAGE_BYTES_MAX)
            .max_encoding_message_size(MESSAGE_BYTES_MAX);
        let server = Server::builder()
            .initial_stream_window_size(1 << 20)
            .initial_connection_window_size(4 << 20)
            .add_service(service)
            .serve_with_incoming(incoming);
        tokio::spawn(async move { server.await.expect("the transport works") });
        address
    }

    /// Writes a request's events; the receiver hears when they are durable.
    fn store(&self, request: v1::AppendEventsRequest) -> (usize, Option<oneshot::Receiver<()>>) {
        let count = request.events.len();
        let disk = self.disk.as_ref();
        (
            count,
            disk.map(|disk| disk.put(request.events.into_iter().map(|e| e.event).collect())),
        )
    }
}

async fn durable(waiting: Option<oneshot::Receiver<()>>) {
    if let Some(waiting) = waiting {
        waiting.await.expect("the disk's thread answers everything");
    }
}

/// Receipts of the same size as the ledger's.
fn receipts(count: usize) -> v1::AppendEventsResponse {
    let receipt = |index: usize| v1::Receipt {
        event_id: "0c2f3a52-7d1e-8b7a-9f31-5a1fd0a4c2e6".to_owned(),
        status: v1::ReceiptStatus::Appended.into(),
        position: 500_000 + index as u64,
        revision: 500,
        recorded_at: Some(prost_types::Timestamp {
            seconds: 1_795_000_000,
            nanos: 123_456_000,
        }),
        leaf_hash: Bytes::from_static(&[7; 32]),
    };
    let receipts = (0..count).map(receipt).collect();
    v1::AppendEventsResponse {
        receipts,
        simulated_clock: false,
    }
}

/// What waits for the disk: bytes, and who hears that they are durable.
struct Job {
    parts: Vec<Bytes>,
    done: oneshot::Sender<()>,
}

/// The least that durability costs: one thread, one file that is already allocated and zeroed.
#[derive(Clone)]
struct Disk {
    jobs: blocking::Sender<Job>,
}

impl Disk {
    fn start(folder: &Path) -> Self {
        let mut file = File::create(folder.join("durable-echo")).expect("the folder is writable");
        let zeros = vec![0; 1 << 20];
        for _ in 0..FILE_BYTES >> 20 {
            file.write_all(&zeros).expect("the disk has room");
        }
        file.sync_all().expect("the disk syncs");
        let (jobs, waiting) = blocking::channel();
        thread::spawn(move || write_groups(&file, &waiting));
        Self { jobs }
    }

    fn put(&self, parts: Vec<Bytes>) -> oneshot::Receiver<()> {
        let (done, heard) = oneshot::channel();
        self.jobs
            .send(Job { parts, done })
            .expect("the disk's thread runs as long as its queue");
        heard
    }
}

/// Writes and syncs everything that waits as one group, until nobody is left to ask.
fn write_groups(file: &File, waiting: &blocking::Receiver<Job>) {
    let mut offset = 0;
    let (mut group, mut answers) = (Vec::new(), Vec::new());
    while let Ok(first) = waiting.recv() {
        for job in std::iter::once(first).chain(waiting.try_iter()) {
            job.parts
                .iter()
                .for_each(|part| group.extend_from_slice(part));
            answers.push(job.done);
        }
        if offset + group.len() as u64 > FILE_BYTES {
            offset = 0;
        }
        file.write_all_at(&group, offset).expect("the disk writes");
        file.sync_data().expect("the disk syncs");
        offset += group.len() as u64;
        group.clear();
        for done in answers.drain(..) {
            // Whoever went away needs no answer.
            let _ = done.send(());
        }
    }
}

#[tonic::async_trait]
impl LedgerService for Ceiling {
    async fn append_events(
        &self,
        request: Request<v1::AppendEventsRequest>,
    ) -> Result<Response<v1::AppendEventsResponse>, Status> {
        let (count, waiting) = self.store(request.into_inner());
        durable(waiting).await;
        Ok(Response::new(receipts(count)))
    }

    type AppendEventStreamStream = Answers<v1::AppendEventStreamResponse>;

    async fn append_event_stream(
        &self,
        request: Request<Streaming<v1::AppendEventStreamRequest>>,
    ) -> Result<Response<Self::AppendEventStreamStream>, Status> {
        let mut batches = request.into_inner();
        let ceiling = self.clone();
        let (queue, pending) = mpsc::channel(STREAM_WINDOW);
        tokio::spawn(async move {
            while let Ok(place) = queue.reserve().await {
                let Ok(Some(request)) = batches.message().await else {
                    break;
                };
                place.send(ceiling.store(request.batch.unwrap_or_default()));
            }
        });
        let mut batch_index = 0;
        let answers = ReceiverStream::new(pending).then(move |(count, waiting)| {
            let index = batch_index;
            batch_index += 1;
            async move {
                use v1::append_event_stream_response::Outcome;
                durable(waiting).await;
                let outcome = Some(Outcome::Appended(receipts(count)));
                Ok(v1::AppendEventStreamResponse {
                    batch_index: index,
                    outcome,
                })
            }
        });
        Ok(Response::new(Box::pin(answers)))
    }

    type ReadEventsStream = Answers<v1::ReadEventsResponse>;

    async fn read_events(
        &self,
        _request: Request<v1::ReadEventsRequest>,
    ) -> Result<Response<Self::ReadEventsStream>, Status> {
        let messages = self.replay.clone();
        let answer = move |index: usize| Ok(messages[index % messages.len()].clone());
        let answers = tokio_stream::iter((0..self.replayed).map(answer));
        Ok(Response::new(Box::pin(answers)))
    }

    type SubscribeEventsStream = Answers<v1::SubscribeEventsResponse>;

    async fn subscribe_events(
        &self,
        _request: Request<v1::SubscribeEventsRequest>,
    ) -> Result<Response<Self::SubscribeEventsStream>, Status> {
        Err(Status::unimplemented("a ceiling has no subscriptions"))
    }

    async fn get_event(
        &self,
        _request: Request<v1::GetEventRequest>,
    ) -> Result<Response<v1::GetEventResponse>, Status> {
        Err(Status::unimplemented("a ceiling keeps nothing"))
    }

    async fn get_ledger(
        &self,
        _request: Request<v1::GetLedgerRequest>,
    ) -> Result<Response<v1::GetLedgerResponse>, Status> {
        Err(Status::unimplemented("a ceiling is no ledger"))
    }
}
