//! The ledger itself, as it is served: every part on, a real clock, a folder of its own.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use bihuan::{
    events::v1::ledger_service_server::LedgerServiceServer,
    grpc::{self, LedgerServer, ServeError, ServerConfig},
    ledger::{Ledger, LedgerConfig},
    models::{Models, follow::Following},
    supervision::{Picture, picture::Moment},
};
use tokio::{sync::oneshot, task::JoinHandle};
use tonic::transport::{
    self,
    server::{Server, TcpIncoming},
};

use crate::{
    events::Project,
    load::{self, Address, Client},
};

/// Events of one batch.
const BATCH_EVENTS_MAX: usize = 1_000;

/// Bytes of a request, as the server's.
const MESSAGE_BYTES_MAX: usize = 64 << 20;

/// Whether metrics are recorded already: there is one recorder for the whole process.
static HAS_METRICS: AtomicBool = AtomicBool::new(false);

/// A server that runs in this process.
pub struct Real {
    /// Where it listens.
    pub address: Address,
    next_project: u64,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), ServeError>>,
}

impl Real {
    /// Serves a folder; projects made through this server are numbered from `first_project`.
    pub async fn start(data: &Path, first_project: u64) -> Self {
        Self::serve(LedgerConfig::at(data), first_project).await
    }

    /// Serves a ledger with settings of its own.
    pub async fn serve(ledger: LedgerConfig, first_project: u64) -> Self {
        let any_port = Address::from(([127, 0, 0, 1], 0));
        let mut config = ServerConfig::new(ledger, any_port);
        if !HAS_METRICS.swap(true, Ordering::Relaxed) {
            config.metrics = Some(any_port);
        }
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, listening) = oneshot::channel();
        let task = tokio::spawn(async move {
            let until = async {
                // A dropped handle stops the server too.
                let _ = stopped.await;
            };
            let tell = |address, _: &_| {
                let _ = ready.send(address);
            };
            grpc::serve(config, until, tell).await
        });
        let Ok(address) = listening.await else {
            panic!("the server does not start: {:?}", task.await);
        };
        Self {
            address,
            next_project: first_project,
            stop,
            task,
        }
    }

    /// Makes projects and appends their budget lines and plans.
    pub async fn projects(&mut self, client: &mut Client, count: usize) -> Vec<Project> {
        let numbers = self.next_project..self.next_project + count as u64;
        self.next_project = numbers.end;
        let projects: Vec<_> = numbers.map(Project::new).collect();
        append_setup(client, &projects).await;
        projects
    }

    /// Stops cleanly and waits for it.
    pub async fn stop(self) {
        drop(self.stop);
        let served = self.task.await.expect("the server does not panic");
        served.expect("the server stops cleanly");
    }
}

/// What follows a spine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// Nothing.
    Nothing,
    /// The picture of what the law says.
    Law,
}

/// The spine alone: the service that appends, without read models beside it.
pub struct Spine {
    /// Where it listens.
    pub address: Address,
    ledger: Ledger,
    picture: Option<(Models, Following)>,
    task: JoinHandle<Result<(), transport::Error>>,
}

impl Spine {
    /// Serves a ledger that nothing follows.
    pub async fn serve(config: LedgerConfig) -> Self {
        Self::serve_with(config, Follows::Nothing).await
    }

    /// Serves a ledger.
    pub async fn serve_with(config: LedgerConfig, follows: Follows) -> Self {
        let ledger = tokio::task::spawn_blocking(move || Ledger::open(config));
        let ledger = ledger.await.expect("opening does not panic");
        let ledger = ledger.expect("the ledger opens");
        let any_port = Address::from(([127, 0, 0, 1], 0));
        let incoming = TcpIncoming::bind(any_port).expect("a port is free");
        let address = incoming.local_addr().expect("a bound socket has one");
        let service = LedgerServiceServer::new(LedgerServer::new(ledger.clone()))
            .max_decoding_message_size(MESSAGE_BYTES_MAX);
        let server = Server::builder()
            .initial_stream_window_size(1 << 20)
            .initial_connection_window_size(4 << 20)
            .add_service(service)
            .serve_with_incoming(incoming.with_nodelay(Some(true)));
        let task = tokio::spawn(server);
        let picture = (follows == Follows::Law).then(|| {
            let moment = Moment::Live(ledger.clock());
            Models::start(ledger.clone(), Box::new(Picture::new(moment)))
        });
        Self {
            address,
            ledger,
            picture,
            task,
        }
    }

    /// Stops it.
    pub async fn stop(self) {
        self.task.abort();
        self.ledger.end_subscriptions();
        if let Some((picture, following)) = self.picture {
            picture.close(following).await;
        }
        let closed = tokio::task::spawn_blocking(move || self.ledger.close());
        closed.await.expect("closing does not panic");
    }
}

/// Appends the budget lines and plans of projects.
pub async fn append_setup(client: &mut Client, projects: &[Project]) {
    let events: Vec<_> = projects.iter().flat_map(Project::setup).collect();
    for events in events.chunks(BATCH_EVENTS_MAX) {
        load::append(client, events.to_vec()).await;
    }
}
