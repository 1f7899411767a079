//! A server with a client that appends to it: what most tests of behaviour begin with.

use std::collections::HashMap;

use bihuan::{
    events::{
        v1,
        wire::{EventSubmission, RecordedEvent},
    },
    grpc::ServerConfig,
};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::{facts::*, harness::*};

/// The day on which tests record, after everything that the facts tell.
pub const NOW: &str = "2023-06-30";

/// A server, and a client of it that records at a moment of the simulated clock.
pub struct Town {
    pub server: Server,
    pub client: Client,
    /// The moment of recording in seconds.
    pub now: i64,
}

/// A refusal as a caller sees it.
#[derive(Debug)]
pub struct Refused {
    pub code: Code,
    pub reason: String,
    pub figures: HashMap<String, String>,
    pub status: Status,
}

impl Refused {
    /// Reads a status.
    pub fn of(status: Status) -> Self {
        let (reason, figures) = reason(&status);
        Self {
            code: status.code(),
            reason,
            figures,
            status,
        }
    }

    /// Asserts code, reason and figures; figures that are not named may be anything.
    #[track_caller]
    pub fn is(&self, code: Code, reason: &str, figures: &[(&str, &str)]) -> &Self {
        let found = (self.code, self.reason.as_str());
        assert_eq!(found, (code, reason), "{:?}", self.status);
        for (name, value) in figures {
            let found = self.figures.get(*name).map(String::as_str);
            assert_eq!(found, Some(*value), "{name} of {:?}", self.status);
        }
        self
    }

    /// The violations of a malformed request: path and code, sorted by path.
    pub fn violations(&self) -> Vec<(String, String)> {
        let details = self.status.get_error_details();
        let bad = details.bad_request().expect("malformed input says where");
        let pair = |violation: &tonic_types::FieldViolation| {
            let code = violation.description.split(':').next();
            (
                violation.field.clone(),
                code.expect("a code before the colon").to_owned(),
            )
        };
        let mut pairs: Vec<_> = bad.field_violations.iter().map(pair).collect();
        pairs.sort();
        pairs
    }
}

impl Town {
    /// A new ledger.
    pub async fn start() -> Self {
        Self::of(Server::start().await).await
    }

    /// A new ledger with changed settings.
    pub async fn start_with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        Self::of(Server::start_with(change).await).await
    }

    /// A client to a running server.
    pub async fn of(server: Server) -> Self {
        let client = server.client().await;
        Self {
            server,
            client,
            now: noon(NOW),
        }
    }

    /// A new ledger that holds these events, each appended by itself.
    pub async fn with(events: &[v1::Event]) -> Self {
        let mut town = Self::start().await;
        for event in events {
            town.accept(std::slice::from_ref(event)).await;
        }
        town
    }

    /// Stops, and starts again on the same folder.
    pub async fn restarted(self) -> Self {
        let now = self.now;
        let folder = self.server.stop().await;
        let mut town = Self::of(Server::start_in(folder, |_| {}).await).await;
        town.now = now;
        town
    }

    /// Sends a batch.
    pub async fn send(&mut self, events: Vec<EventSubmission>) -> Result<Vec<v1::Receipt>, Status> {
        self.ask(request(events, self.now)).await
    }

    /// Sends a request.
    pub async fn ask(
        &mut self,
        request: v1::AppendEventsRequest,
    ) -> Result<Vec<v1::Receipt>, Status> {
        let answer = self.client.append_events(request).await?;
        Ok(answer.into_inner().receipts)
    }

    /// Appends a batch that must be accepted.
    #[track_caller]
    pub fn accept(&mut self, events: &[v1::Event]) -> impl Future<Output = Vec<v1::Receipt>> {
        let caller = std::panic::Location::caller();
        let sending = self.send(events.iter().map(sent).collect());
        async move {
            match sending.await {
                Ok(receipts) => receipts,
                Err(status) => panic!("{caller}: refused: {status:?}"),
            }
        }
    }

    /// Sends a batch that must be refused, and asserts that nothing of it is recorded.
    #[track_caller]
    pub fn refuse(&mut self, events: &[v1::Event]) -> impl Future<Output = Refused> {
        self.refuse_request(request(events.iter().map(sent).collect(), self.now))
    }

    /// As [`Town::refuse`], of any request.
    #[track_caller]
    pub fn refuse_request(
        &mut self,
        request: v1::AppendEventsRequest,
    ) -> impl Future<Output = Refused> {
        let caller = std::panic::Location::caller();
        let before = self.end();
        async move {
            match self.ask(request).await {
                Ok(receipts) => panic!("{caller}: accepted: {receipts:?}"),
                Err(status) => {
                    assert_eq!(self.end(), before, "{caller}: nothing is half done");
                    Refused::of(status)
                }
            }
        }
    }

    /// How many events are durable.
    pub fn end(&self) -> u64 {
        self.server.ledger.queries().reader.end()
    }

    /// Everything that a read answers.
    pub async fn read(&mut self, request: v1::ReadEventsRequest) -> Vec<RecordedEvent> {
        read_all(&mut self.client, request).await.expect("a read")
    }

    /// The whole ledger with headers, salts and leaves, as the trading platform sees it: nothing
    /// is withheld from it.
    pub async fn read_whole(&mut self) -> Vec<RecordedEvent> {
        self.read(v1::ReadEventsRequest {
            source: Some(v1::read_events_request::Source::All(v1::WholeLedger {})),
            view: v1::EventView::Full.into(),
            reader: Some(v1::Reader {
                role: v1::ActorRole::TradeSys.into(),
            }),
            ..v1::ReadEventsRequest::default()
        })
        .await
    }

    /// One event with its proof.
    pub async fn get(&mut self, key: v1::get_event_request::Key) -> v1::GetEventResponse {
        let request = v1::GetEventRequest {
            key: Some(key),
            view: v1::EventView::Full.into(),
            ..v1::GetEventRequest::default()
        };
        let answer = self.client.get_event(request).await;
        answer.expect("the event is there").into_inner()
    }

    /// What the ledger says of itself.
    pub async fn ledger(&mut self) -> v1::GetLedgerResponse {
        let answer = self.client.get_ledger(v1::GetLedgerRequest {}).await;
        answer.expect("a ledger").into_inner()
    }

    /// Every record of the access log.
    pub fn access(&self) -> Vec<v1::AccessRecord> {
        use prost::Message as _;
        let log = self.server.ledger.access();
        log.sync();
        let entries = log.reader().scan(0, 100_000, 64 << 20).expect("a log");
        entries
            .iter()
            .map(|entry| v1::AccessRecord::decode(entry.event.clone()).expect("a record"))
            .collect()
    }
}
