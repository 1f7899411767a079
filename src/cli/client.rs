//! The gRPC client of every command: connects, and tries again what the ledger says may be tried
//! again.

use std::{
    error::Error as _,
    time::{Duration, Instant},
};

use tonic::{
    Code, Status,
    transport::{Channel, Endpoint},
};

use super::{
    answer::Answer,
    exit::{Exit, Failure},
};
use crate::events::v1::{
    compliance_service_client::ComplianceServiceClient, ledger_service_client::LedgerServiceClient,
    project_service_client::ProjectServiceClient, search_service_client::SearchServiceClient,
};

/// The client of the ledger.
pub type Ledger = LedgerServiceClient<Channel>;

/// The largest answer taken, in bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The largest batch sent, in bytes: the ledger's limit and room for the frame.
const REQUEST_BYTES_MAX: usize = 8 * 1024 * 1024;
/// How long a connection may take to come up.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// The first and the longest pause between tries that name no pause themselves.
const PAUSE_FIRST: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// Connects to a server. Refused: an address that is no http address, and no server there.
pub async fn connect(endpoint: &str) -> Result<Ledger, Failure> {
    let channel = parse(endpoint)?
        .connect()
        .await
        .map_err(|_| unreachable(endpoint))?;
    Ok(wrap(channel))
}

/// Connects to a server's views; refused as [`connect`] refuses.
pub async fn connect_views(endpoint: &str) -> Result<ProjectServiceClient<Channel>, Failure> {
    let channel = parse(endpoint)?.connect().await;
    let channel = channel.map_err(|_| unreachable(endpoint))?;
    Ok(ProjectServiceClient::new(channel).max_decoding_message_size(ANSWER_BYTES_MAX))
}

/// Connects to a server's lists; refused as [`connect`] refuses.
pub async fn connect_lists(endpoint: &str) -> Result<SearchServiceClient<Channel>, Failure> {
    let channel = parse(endpoint)?.connect().await;
    let channel = channel.map_err(|_| unreachable(endpoint))?;
    Ok(SearchServiceClient::new(channel).max_decoding_message_size(ANSWER_BYTES_MAX))
}

/// Connects to a server's law; refused as [`connect`] refuses.
pub async fn connect_compliance(
    endpoint: &str,
) -> Result<ComplianceServiceClient<Channel>, Failure> {
    let channel = parse(endpoint)?.connect().await;
    let channel = channel.map_err(|_| unreachable(endpoint))?;
    Ok(ComplianceServiceClient::new(channel).max_decoding_message_size(ANSWER_BYTES_MAX))
}

fn wrap(channel: Channel) -> Ledger {
    LedgerServiceClient::new(channel)
        .max_decoding_message_size(ANSWER_BYTES_MAX)
        .max_encoding_message_size(REQUEST_BYTES_MAX)
}

fn parse(endpoint: &str) -> Result<Endpoint, Failure> {
    let wrong = |zh: &str, en: &str| {
        Failure::new(Exit::Input, (zh, en))
            .at(format!("--endpoint {endpoint}"))
            .next((
                "写成 http://127.0.0.1:50551 的样子",
                "write it like http://127.0.0.1:50551",
            ))
    };
    if endpoint.starts_with("https://") {
        return Err(wrong(
            "本版本的客户端不支持 TLS",
            "this client does not speak TLS",
        ));
    }
    if !endpoint.starts_with("http://") {
        return Err(wrong("不是 http 地址", "not an http address"));
    }
    let parsed = Endpoint::from_shared(endpoint.to_owned())
        .map_err(|_| wrong("不是有效的地址", "not an address"))?;
    Ok(parsed
        .connect_timeout(CONNECT_WITHIN)
        .tcp_nodelay(true)
        .http2_adaptive_window(true)
        .http2_keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10)))
}

/// No server answers at an address.
pub fn unreachable(endpoint: &str) -> Failure {
    let what = (
        format!("连不上账本服务器 {endpoint}"),
        format!("no ledger server answers at {endpoint}"),
    );
    Failure::new(Exit::Unreachable, what).next((
        "先启动：bihuan serve --data DIR；或用 --endpoint 指明地址",
        "start one with `bihuan serve --data DIR`, or name another with --endpoint",
    ))
}

/// Pauses between tries: what the ledger asks for, else twice as long each time, with some
/// difference between callers so that they do not all come back at once.
#[derive(Debug)]
pub struct Patience {
    limit: Duration,
    started: Option<Instant>,
    next: Duration,
    /// How often it paused.
    pub pauses: u64,
}

impl Patience {
    /// Gives up after a time without any success.
    pub fn new(limit: Duration) -> Self {
        Self {
            limit,
            started: None,
            next: PAUSE_FIRST,
            pauses: 0,
        }
    }

    /// Something worked: the next failure starts anew.
    pub fn reset(&mut self) {
        self.started = None;
        self.next = PAUSE_FIRST;
    }

    /// How long to pause before the next try; `None` when patience is at its end.
    pub fn pause(&mut self, asked: Option<Duration>) -> Option<Duration> {
        let started = *self.started.get_or_insert_with(Instant::now);
        let pause = asked.unwrap_or(self.next).min(PAUSE_MAX);
        let pause = pause + pause.mul_f64(0.5 * spread());
        if started.elapsed() + pause > self.limit {
            return None;
        }
        self.next = (self.next * 2).min(PAUSE_MAX);
        self.pauses += 1;
        Some(pause)
    }
}

/// Between 0 and 1, different in every caller. Nothing depends on its quality.
fn spread() -> f64 {
    let mut byte = [0u8];
    match getrandom::fill(&mut byte) {
        Ok(()) => f64::from(byte[0]) / 255.0,
        Err(_) => 0.5,
    }
}

/// Whether trying again may help: a full queue, a lost connection or a restart.
pub fn is_retryable(status: &Status) -> bool {
    is_retryable_code(status.code()) || lost_connection(status).is_some()
}

/// The same of a status code as the server wrote it.
pub fn is_retryable_code(code: Code) -> bool {
    matches!(code, Code::ResourceExhausted | Code::Unavailable)
}

/// How the connection was lost under a call; `None` for what the server answered.
///
/// gRPC says UNAVAILABLE to a caller whose connection breaks. tonic says so only while it connects:
/// a connection that breaks under a call comes out as UNKNOWN, INTERNAL or CANCELLED, whichever the
/// layer below happened to see first. What a server answered has no source in this program; what
/// the transport made up has.
pub fn lost_connection(status: &Status) -> Option<String> {
    let is_made_up = matches!(
        status.code(),
        Code::Unknown | Code::Internal | Code::Cancelled | Code::Unavailable
    );
    let mut cause = status.source().filter(|_| is_made_up)?;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    Some(cause.to_string())
}

/// Calls until it works, until the answer is one that trying again cannot change, or until patience
/// ends. Only for calls that may be repeated; appends may, since events are idempotent.
pub async fn with_retries<T, F, C>(patience: &mut Patience, mut call: C) -> Result<T, Status>
where
    C: FnMut() -> F,
    F: Future<Output = Result<tonic::Response<T>, Status>>,
{
    loop {
        let status = match call().await {
            Ok(answer) => {
                patience.reset();
                return Ok(answer.into_inner());
            }
            Err(status) if !is_retryable(&status) => return Err(status),
            Err(status) => status,
        };
        let asked = Answer::from_status(&status).retry_after;
        match patience.pause(asked) {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return Err(status),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_addresses_that_it_cannot_use() {
        for endpoint in ["https://127.0.0.1:1", "127.0.0.1:50551", "http://[", ""] {
            let failure = parse(endpoint).unwrap_err();
            assert_eq!(failure.exit, Exit::Input, "{endpoint}");
        }
        assert!(parse("http://127.0.0.1:50551").is_ok());
    }

    #[test]
    fn patience_follows_what_the_ledger_asks_and_ends() {
        let mut patience = Patience::new(Duration::from_hours(1));
        let asked = Duration::from_millis(40);
        let pause = patience.pause(Some(asked)).unwrap();
        assert!(pause >= asked && pause <= asked * 2, "{pause:?}");
        let growing: Vec<_> = (0..12).map(|_| patience.pause(None).unwrap()).collect();
        assert!(growing[0] < growing[3]);
        assert!(growing[11] <= PAUSE_MAX.mul_f64(1.5));
        assert_eq!(Patience::new(Duration::ZERO).pause(None), None);
    }
}
