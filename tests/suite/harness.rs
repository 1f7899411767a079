//! A real server on port 0 with a folder of its own, and a client to it.

use std::{future::Future, net::SocketAddr, path::Path};

use bihuan::{
    events::v1::{self, ledger_service_client::LedgerServiceClient},
    events::wire::EventSubmission,
    grpc::{ServerConfig, serve},
    ledger::{Ledger, LedgerConfig},
};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};
use tonic::{Status, transport::Channel};

/// A client of the ledger's service.
pub type Client = LedgerServiceClient<Channel>;

/// A server that runs in this process, over a real socket, in a folder of its own.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// The ledger that it serves.
    pub ledger: Ledger,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
    /// Kept so that the folder lives as long as the server.
    pub folder: TempDir,
}

/// Settings for tests: small segments, a simulated clock.
pub fn config(data: &Path) -> LedgerConfig {
    let mut config = LedgerConfig::at(data);
    config.simulated_clock = true;
    config.segment_bytes = 1 << 20;
    config.disk_reserve_bytes = 0;
    config
}

impl Server {
    /// Starts a server in a new folder.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts a server in a new folder, with changed settings.
    pub async fn start_with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        Self::start_in(folder, change).await
    }

    /// Starts a server in a folder that may hold a ledger already.
    pub async fn start_in(folder: TempDir, change: impl FnOnce(&mut ServerConfig)) -> Self {
        let listen = "127.0.0.1:0".parse().expect("an address");
        let mut server = ServerConfig::new(config(&folder.path().join("data")), listen);
        change(&mut server);
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, is_ready) = oneshot::channel();
        let task = tokio::spawn(async move {
            let until = async {
                let _ = stopped.await;
            };
            let tell = |address, ledger: &Ledger| {
                let _ = ready.send((address, ledger.clone()));
            };
            serve(server, until, tell).await.expect("the server runs");
        });
        let (address, ledger) = is_ready.await.expect("the server starts");
        Self {
            address,
            ledger,
            stop: Some(stop),
            task,
            folder,
        }
    }

    /// A client on a connection of its own.
    pub async fn client(&self) -> Client {
        LedgerServiceClient::connect(format!("http://{}", self.address))
            .await
            .expect("the server takes connections")
            .max_decoding_message_size(usize::MAX)
    }

    /// Stops gracefully and hands the folder back.
    pub async fn stop(mut self) -> TempDir {
        let _ = self.stop.take().expect("stopped once").send(());
        self.task.await.expect("the server ends");
        self.folder
    }
}

/// Runs a test on a runtime of its own.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(test)
}

/// A request of these events, recorded at a moment of the simulated clock.
pub fn request(events: Vec<EventSubmission>, recorded_at: i64) -> v1::AppendEventsRequest {
    v1::AppendEventsRequest {
        events,
        request_time: Some(prost_types::Timestamp {
            seconds: recorded_at,
            nanos: 0,
        }),
        ..v1::AppendEventsRequest::default()
    }
}

/// Everything that a read answers.
pub async fn read_all(
    client: &mut Client,
    request: v1::ReadEventsRequest,
) -> Result<Vec<bihuan::events::wire::RecordedEvent>, Status> {
    let mut stream = client.read_events(request).await?.into_inner();
    let mut events = Vec::new();
    while let Some(response) = stream.message().await? {
        events.extend(response.events);
    }
    Ok(events)
}

/// The reason and figures of a refusal.
pub fn reason(status: &Status) -> (String, std::collections::HashMap<String, String>) {
    use tonic_types::StatusExt as _;
    let details = status.get_error_details();
    let info = details
        .error_info()
        .cloned()
        .expect("a refusal has a reason");
    assert_eq!(info.domain, "bihuan");
    (info.reason, info.metadata)
}

/// A folder for the many small ledgers of one test: in memory where the machine offers that, since
/// these tests bring their own faults and ask nothing of the disk.
pub fn scratch() -> TempDir {
    let made = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    made.expect("a folder for the test")
}

/// Settings that make a ledger of a few hundred events one of many files: small segments, frequent
/// checkpoints and snapshots, a real clock.
pub fn small_config(data: &Path) -> LedgerConfig {
    let mut config = LedgerConfig::at(data);
    config.segment_bytes = 16 << 10;
    config.checkpoint_events = 20;
    config.snapshot_events = 30;
    config.idle_ms = 2;
    config.disk_reserve_bytes = 0;
    config
}
