//! `bihuan serve`: runs a ledger.

use std::{error::Error, io::IsTerminal as _, net::SocketAddr, path::PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{
    args::Settings,
    exit::{Exit, Failure},
    output::Output,
    render,
};
use crate::{
    grpc::{self, ServeError, ServerConfig},
    ledger::{Ledger, LedgerConfig, OpenError},
};

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Arguments of `bihuan serve`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
只监听本机地址：其他地址须有 TLS 与身份认证，目前均未配置。
Listens on loopback only: other addresses demand TLS and authentication, and
neither is configured.

例 Examples:
  bihuan serve --data ./ledger
  bihuan serve --data ./history --simulated-clock   导入历年数据 to load history")]
pub struct ServeArgs {
    /// 数据目录，没有则新建；一个目录只能有一个服务器 Data folder, made if absent; one server each
    #[arg(long, value_name = "DIR", env = "BIHUAN_DATA")]
    pub data: PathBuf,
    /// 监听地址，端口 0 任选 Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR:PORT", env = "BIHUAN_LISTEN",
          default_value = "127.0.0.1:50551", value_parser = loopback)]
    pub listen: SocketAddr,
    /// Prometheus 指标地址，off 关闭 Where Prometheus reads metrics, or off
    #[arg(long, value_name = "ADDR:PORT|off", env = "BIHUAN_METRICS",
          default_value = "127.0.0.1:9464", value_parser = metrics)]
    pub metrics: Metrics,
    /// 记录时间由请求给出；仅限新目录 Record times come from requests; for a new folder only
    #[arg(long)]
    pub simulated_clock: bool,
    /// 日志格式 How logs are written, to standard error
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        env = "BIHUAN_LOG_FORMAT"
    )]
    pub log_format: LogFormat,
    /// 日志级别 What is logged: warn, info, bihuan=debug, …
    #[arg(
        long,
        value_name = "FILTER",
        default_value = "info",
        env = "BIHUAN_LOG"
    )]
    pub log: String,
    /// 等待裁定的批数上限 Batches that may wait; one more is answered `RESOURCE_EXHAUSTED`
    #[arg(long, value_name = "N", default_value_t = 4_096,
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub queue_batches: u32,
    /// 磁盘剩余低于此数（MB）即停止写入 Appends stop when fewer megabytes are free on the disk
    #[arg(long, value_name = "MB", default_value_t = 256)]
    pub disk_reserve_mb: u64,
    /// 主密钥文件，默认 DIR/master.key The master key's file; DIR/master.key if not given
    #[arg(long, value_name = "FILE", env = "BIHUAN_MASTER_KEY")]
    pub master_key: Option<PathBuf>,
    /// 本地规则包：文件或目录，可多次 Packs of rules of the site: a file or folder, repeatable
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// 日志段大小 KB，供试验 Size of a journal segment, for trials
    #[arg(long, hide = true, value_name = "KB", default_value_t = 65_536,
          value_parser = clap::value_parser!(u64).range(8..=1_048_576))]
    pub segment_kb: u64,
    /// 状态检查点间隔事件数，供试验 Events between two checkpoints of states, for trials
    #[arg(long, hide = true, value_name = "N", default_value_t = 50_000)]
    pub checkpoint_events: u64,
    /// 状态快照间隔事件数，供试验 Events between two snapshot files of states, for trials
    #[arg(long, hide = true, value_name = "N", default_value_t = 500_000)]
    pub snapshot_events: u64,
}

/// Where metrics are served, if anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metrics(pub Option<SocketAddr>);

impl ServeArgs {
    fn config(&self) -> ServerConfig {
        let ledger = LedgerConfig {
            simulated_clock: self.simulated_clock,
            queue_batches: self.queue_batches as usize,
            disk_reserve_bytes: self.disk_reserve_mb.saturating_mul(1_000_000),
            master_key: self.master_key.clone(),
            segment_bytes: self.segment_kb << 10,
            checkpoint_events: self.checkpoint_events,
            snapshot_events: self.snapshot_events,
            rules: self.rules.clone(),
            ..LedgerConfig::at(&self.data)
        };
        let config = ServerConfig::new(ledger, self.listen);
        ServerConfig {
            metrics: self.metrics.0,
            ..config
        }
    }
}

/// Runs `bihuan serve`.
pub async fn run(settings: &Settings, args: &ServeArgs) -> Result<Exit, Failure> {
    start_logging(&args.log, args.log_format)?;
    // Whoever reads the announcement may ask to stop at once, and is to be heard; whoever asks
    // while the ledger still opens ends the program as usual.
    let (listening, listens) = tokio::sync::oneshot::channel();
    let shutdown = async {
        match listens.await {
            Ok(asked) => stop_signal(asked).await,
            Err(_) => std::future::pending().await,
        }
        tracing::info!("stopping: finishing what was accepted");
    };
    let ready = |address: SocketAddr, ledger: &Ledger| {
        let _ = listening.send(stop_signals());
        // The line is for whoever started the server; the server does not depend on its reader.
        let _ = announce(settings, args, address, ledger);
    };
    grpc::serve(args.config(), shutdown, ready)
        .await
        .map_err(|error| failure(&error))?;
    Ok(Exit::Fine)
}

fn announce(
    settings: &Settings,
    args: &ServeArgs,
    address: SocketAddr,
    ledger: &Ledger,
) -> Result<(), Failure> {
    let mut out = Output::new();
    let end_position = ledger.queries().reader.end();
    let ledger_id = uuid::Uuid::from_bytes(ledger.id());
    if settings.json {
        let metrics = args.metrics.0.map(|metrics| metrics.to_string());
        out.line(
            json!({
                "listening": address.to_string(),
                "metrics": metrics,
                "ledgerId": ledger_id.to_string(),
                "endPosition": end_position.to_string(),
                "readOnlyReason": ledger.read_only_reason(),
            })
            .to_string(),
        )?;
        return out.flush();
    }
    let lang = settings.lang;
    let events = render::count(end_position);
    out.line(lang.stacked(
        &format!("账本 {ledger_id} 已有 {events} 条事件，监听 http://{address}（Ctrl-C 停止）"),
        &format!(
            "ledger {ledger_id} holds {events} events, listens on http://{address}; Ctrl-C stops"
        ),
    ))?;
    if let Some(metrics) = args.metrics.0 {
        out.line(format!(
            "{} http://{metrics}/metrics",
            lang.inline("指标", "metrics")
        ))?;
    }
    if let Some(reason) = ledger.read_only_reason() {
        out.line(format!("{}: {reason}", lang.inline("只读", "read only")))?;
    }
    out.flush()
}

/// Sends logs to standard error. Logs of a program that is already logging stay as they are.
pub fn start_logging(filter: &str, format: LogFormat) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        let what = (
            format!("日志级别无效：{error}"),
            format!("no log filter: {error}"),
        );
        Failure::new(Exit::Input, what).at(format!("--log {filter}"))
    })?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let _ = match format {
        LogFormat::Text => logs.try_init(),
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
    };
    Ok(())
}

/// Waits until somebody asks the program to stop, by Ctrl-C or SIGTERM.
pub async fn stop_asked() {
    stop_signal(stop_signals()).await;
}

type Signals = [std::io::Result<Signal>; 2];

/// Listens for SIGTERM and Ctrl-C from now on.
fn stop_signals() -> Signals {
    [SignalKind::terminate(), SignalKind::interrupt()].map(signal)
}

async fn stop_signal(signals: Signals) {
    let [Ok(mut terminate), Ok(mut interrupt)] = signals else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// A server's error as a failure of the command.
pub fn failure(error: &ServeError) -> Failure {
    let en = chain(error);
    match error {
        ServeError::NotLoopback(address) => Failure::new(Exit::Input, not_loopback(*address)),
        ServeError::Open(open) => open_failure(open),
        ServeError::Listen(address, _) => {
            Failure::new(Exit::Failed, (format!("无法监听 {address}"), en)).next((
                "换一个端口：--listen 127.0.0.1:0 任选空闲端口",
                "take another port: --listen 127.0.0.1:0 finds a free one",
            ))
        }
        ServeError::Metrics(_) => Failure::new(Exit::Failed, ("无法提供指标", en)).next((
            "换一个端口，或 --metrics off",
            "take another port, or --metrics off",
        )),
        ServeError::Reflection(_) | ServeError::Transport(_) => {
            Failure::new(Exit::Failed, ("服务器出错", en))
        }
    }
}

/// An error of opening a ledger's folder as a failure of the command.
pub fn open_failure(error: &OpenError) -> Failure {
    let en = chain(error);
    match error {
        OpenError::InUse(_) => Failure::new(Exit::Failed, ("数据目录正被另一个服务器使用", en))
            .rule(("一个数据目录只能有一个服务器", "one server per folder"))
            .next((
                "先停止那个服务器，或用 --data 另指目录",
                "stop that server first, or name another folder with --data",
            )),
        OpenError::Damaged(_) | OpenError::Load(_) => Failure::new(Exit::Damage, ("发现损坏", en))
            .next((
                "运行 bihuan verify --data DIR 查看全部损坏",
                "bihuan verify --data DIR lists every damage",
            )),
        OpenError::Rules(_) => Failure::new(Exit::Input, ("规则包有误", en)).next((
            "用 bihuan rules check FILE 查看",
            "bihuan rules check FILE tells what is wrong with a file",
        )),
        OpenError::Io(..) | OpenError::Journal(_) | OpenError::Keys(_) | OpenError::State(_) => {
            Failure::new(Exit::Failed, ("无法打开数据目录", en))
        }
    }
}

/// An error and its causes on one line, none of them twice.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let text = text.replacen("localhost", "127.0.0.1", 1);
    let address: SocketAddr = text
        .parse()
        .map_err(|_| "must be ADDR:PORT, such as 127.0.0.1:50551".to_owned())?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    let (zh, en) = not_loopback(address);
    Err(format!("{en}\n{zh}"))
}

fn not_loopback(address: SocketAddr) -> (String, String) {
    (
        format!("拒绝监听 {address}：本机以外的地址须有 TLS 与身份认证，目前均未配置"),
        format!(
            "refusing to listen on {address}: other addresses than the loopback demand TLS and \
             authentication, and neither is configured"
        ),
    )
}

fn metrics(text: &str) -> Result<Metrics, String> {
    if text == "off" {
        Ok(Metrics(None))
    } else {
        loopback(text).map(|a| Metrics(Some(a)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listens_on_loopback_only_and_says_why() {
        for good in [
            "127.0.0.1:0",
            "127.8.8.8:1",
            "[::1]:50551",
            "localhost:50551",
        ] {
            assert!(loopback(good).is_ok(), "{good}");
        }
        for open in ["0.0.0.0:50551", "[::]:1", "192.168.1.2:50551"] {
            let why = loopback(open).unwrap_err();
            assert!(
                why.contains("TLS and authentication") && why.contains("身份认证"),
                "{why}"
            );
        }
        assert!(loopback("50551").is_err());
        assert_eq!(metrics("off"), Ok(Metrics(None)));
    }

    #[test]
    fn a_cause_is_said_once() {
        let cause = std::io::Error::other("disk gone");
        let error = OpenError::Io("ledger".to_owned(), cause);
        assert_eq!(chain(&error), "ledger: disk gone");
    }
}
