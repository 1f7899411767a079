//! The server: one port for the ledger, health and reflection; one for metrics.

use std::{
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_stream::{Stream, StreamExt as _, wrappers::TcpListenerStream};
use tonic::{
    codec::CompressionEncoding,
    transport::{
        Server,
        server::{Connected, TcpConnectInfo},
    },
};

use super::{ComplianceServer, LedgerServer, ProjectServer, SearchServer};
use crate::{
    events::{
        DESCRIPTOR_SET,
        v1::{
            compliance_service_server::ComplianceServiceServer,
            ledger_service_server::LedgerServiceServer,
            project_service_server::ProjectServiceServer,
            search_service_server::SearchServiceServer,
        },
    },
    ledger::{Ledger, LedgerConfig, OpenError},
    models::{Models, Objects},
    supervision::{Picture, Supervision, picture::Moment},
};

/// Bytes of a request: 4 MiB of events and what stands around them.
const REQUEST_BYTES_MAX: usize = 5 << 20;
/// Bytes of an answer.
const RESPONSE_BYTES_MAX: usize = 64 << 20;

/// What an operator may choose about a server.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The ledger that it serves.
    pub ledger: LedgerConfig,
    /// Where it listens; loopback only as long as there is no TLS.
    pub listen: SocketAddr,
    /// Where Prometheus finds metrics.
    pub metrics: Option<SocketAddr>,
    /// Connections at a time; one more waits.
    pub connections_max: usize,
    /// Calls at a time on one connection; one more waits.
    pub calls_per_connection_max: usize,
    /// Obligations that one caller watches at a time; for more it needs a narrower filter.
    pub watched_max: usize,
    /// The longest that a unary call may take.
    pub call_timeout: Duration,
    /// The longest that a stop waits for calls to end.
    pub shutdown_grace: Duration,
}

impl ServerConfig {
    /// Serves a ledger on a loopback address, everything else at its default.
    pub fn new(ledger: LedgerConfig, listen: SocketAddr) -> Self {
        Self {
            ledger,
            listen,
            metrics: None,
            connections_max: 1_024,
            calls_per_connection_max: 8_192,
            watched_max: 10_000,
            call_timeout: Duration::from_secs(30),
            shutdown_grace: Duration::from_secs(10),
        }
    }
}

/// Why a server cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address that is not the loopback.
    #[error(
        "refusing to listen on {0}: other addresses than the loopback demand TLS and \
         authentication, and neither is configured"
    )]
    NotLoopback(SocketAddr),
    /// The ledger cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The address cannot be had.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// Metrics cannot be served.
    #[error("cannot serve metrics")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
    /// Reflection cannot be built.
    #[error("cannot serve reflection")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The transport failed.
    #[error("the transport failed")]
    Transport(#[from] tonic::transport::Error),
}

/// Runs a server until `shutdown`; `ready` hears the address and the open ledger.
///
/// # Guarantees
/// What was accepted before the stop is finished and answered, up to `shutdown_grace`; everything
/// acknowledged is durable in any case.
pub async fn serve(
    config: ServerConfig,
    shutdown: impl Future<Output = ()> + Send,
    ready: impl FnOnce(SocketAddr, &Ledger),
) -> Result<(), ServeError> {
    for address in [Some(config.listen), config.metrics].into_iter().flatten() {
        if !address.ip().is_loopback() {
            return Err(ServeError::NotLoopback(address));
        }
    }
    if let Some(address) = config.metrics {
        PrometheusBuilder::new()
            .with_http_listener(address)
            .install()?;
    }
    let ledger_config = config.ledger.clone();
    let ledger = tokio::task::spawn_blocking(move || Ledger::open(ledger_config))
        .await
        .expect("opening a ledger does not panic")?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| ServeError::Listen(config.listen, error))?;
    let address = listener
        .local_addr()
        .map_err(|error| ServeError::Listen(config.listen, error))?;
    ready(address, &ledger);
    let (models, following) = Models::start(ledger.clone(), Box::new(Objects::new(true)));
    let picture = Box::new(Picture::new(Moment::Live(ledger.clock())));
    let (live, watching) = Models::start(ledger.clone(), picture);
    let supervision = Supervision::new(ledger.clone(), live.clone());
    let models_of = (models.clone(), supervision);
    let served = run(&config, &ledger, models_of, listener, shutdown).await;
    ledger.end_subscriptions();
    models.close(following).await;
    live.close(watching).await;
    let closing = ledger.clone();
    let closed = tokio::task::spawn_blocking(move || closing.close()).await;
    // A runtime that is shut down meanwhile closes the ledger when it drops it.
    if let Err(error) = closed
        && let Ok(panic) = error.try_into_panic()
    {
        std::panic::resume_unwind(panic);
    }
    served
}

async fn run(
    config: &ServerConfig,
    ledger: &Ledger,
    (models, supervision): (Models, Supervision),
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    let (health_reporter, health) = tonic_health::server::health_reporter();
    health_reporter
        .set_serving::<LedgerServiceServer<LedgerServer>>()
        .await;
    health_reporter
        .set_serving::<ProjectServiceServer<ProjectServer>>()
        .await;
    health_reporter
        .set_serving::<SearchServiceServer<SearchServer>>()
        .await;
    health_reporter
        .set_serving::<ComplianceServiceServer<ComplianceServer>>()
        .await;
    // Both versions tell of both, as other servers do.
    let descriptors = || {
        tonic_reflection::server::Builder::configure()
            .include_reflection_service(false)
            .register_encoded_file_descriptor_set(tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(
                tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
            )
            .register_encoded_file_descriptor_set(DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
    };
    let service = LedgerServiceServer::new(LedgerServer::new(ledger.clone()))
        .max_decoding_message_size(REQUEST_BYTES_MAX)
        .max_encoding_message_size(RESPONSE_BYTES_MAX)
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd)
        .send_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Zstd);
    let projects = ProjectServiceServer::new(ProjectServer::new(ledger.clone()))
        .max_decoding_message_size(REQUEST_BYTES_MAX)
        .max_encoding_message_size(RESPONSE_BYTES_MAX)
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd)
        .send_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Zstd);
    let search = SearchServiceServer::new(SearchServer::new(ledger.clone(), models))
        .max_decoding_message_size(REQUEST_BYTES_MAX)
        .max_encoding_message_size(RESPONSE_BYTES_MAX)
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd)
        .send_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Zstd);
    let judges = ComplianceServer::new(ledger.clone(), supervision, config.watched_max);
    let compliance = ComplianceServiceServer::new(judges)
        .max_decoding_message_size(REQUEST_BYTES_MAX)
        .max_encoding_message_size(RESPONSE_BYTES_MAX)
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd)
        .send_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Zstd);
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    let stop = async move {
        shutdown.await;
        health_reporter
            .set_not_serving::<LedgerServiceServer<LedgerServer>>()
            .await;
        health_reporter
            .set_not_serving::<ProjectServiceServer<ProjectServer>>()
            .await;
        health_reporter
            .set_not_serving::<SearchServiceServer<SearchServer>>()
            .await;
        health_reporter
            .set_not_serving::<ComplianceServiceServer<ComplianceServer>>()
            .await;
        // Subscriptions never end by themselves.
        ledger.end_subscriptions();
        let _ = stopping.send(true);
    };
    let server = Server::builder()
        .timeout(config.call_timeout)
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(4 << 20)
        .max_concurrent_streams(Some(config.calls_per_connection_max as u32))
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .http2_keepalive_timeout(Some(Duration::from_secs(20)))
        .add_service(health)
        .add_service(descriptors().build_v1()?)
        .add_service(descriptors().build_v1alpha()?)
        .add_service(service)
        .add_service(projects)
        .add_service(search)
        .add_service(compliance)
        .serve_with_incoming_shutdown(limited(listener, config.connections_max), stop);
    tokio::pin!(server);
    tokio::select! {
        served = &mut server => Ok(served?),
        () = async {
            let _ = stopped.wait_for(|is_stopping| *is_stopping).await;
            tokio::time::sleep(config.shutdown_grace).await;
        } => {
            tracing::warn!("calls were still open when the grace of the stop ended");
            Ok(())
        }
    }
}

/// A connection that counts until it ends.
struct Counted {
    stream: TcpStream,
    _place: OwnedSemaphorePermit,
}

/// Accepts connections as long as there are places; the next one waits in the listen queue.
fn limited(
    listener: TcpListener,
    connections_max: usize,
) -> impl Stream<Item = std::io::Result<Counted>> {
    let places = Arc::new(Semaphore::new(connections_max));
    TcpListenerStream::new(listener).then(move |accepted| {
        let places = places.clone();
        async move {
            let place = places
                .acquire_owned()
                .await
                .expect("the semaphore is never closed");
            let stream = accepted?;
            // Answers are small: held back until the one before is acknowledged, each would take
            // as long as the peer delays its acknowledgements, some 40 ms.
            stream.set_nodelay(true)?;
            Ok(Counted {
                stream,
                _place: place,
            })
        }
    })
}

impl Connected for Counted {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> Self::ConnectInfo {
        self.stream.connect_info()
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
