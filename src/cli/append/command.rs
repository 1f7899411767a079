//! The command: arguments, the run, the report.

use std::{path::PathBuf, sync::atomic::Ordering, time::Duration};

use clap::Args;
use prost_types::Timestamp;
use serde_json::json;

use super::{
    counts::outcome_json,
    input::{BadLine, Input},
    report::Report,
    send::{self, Outcome, SendOptions},
    stream,
};
use crate::cli::{
    args::Settings,
    client::{self, Patience},
    exit::{Exit, Failure},
    output::Output,
    progress::Progress,
    query,
};

/// Events in a batch unless told otherwise: in a call, and in a message of a stream.
const BATCH: usize = 100;
const STREAM_BATCH: usize = 1;

/// Arguments of `bihuan append`.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
每行一个 EventSubmission 或 Event，规范 proto JSON。拒绝的行报告原因，
其余照常追加；重发不会重复记录。
One EventSubmission or Event a line, in canonical proto JSON. Refused lines are
reported with the reason while the rest goes on; sending a file again records
nothing twice.

例 Examples:
  bihuan proto ContractSigned --example | bihuan append - --validate-only
  bihuan append events.ndjson --stop-on-refusal
  cat events.ndjson | bihuan append - --json > receipts.ndjson")]
pub struct AppendArgs {
    /// NDJSON 文件，- 为标准输入 NDJSON file, - for standard input
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
    /// 每批事件数，1 至 1000；默认 100，流式 1 Events in a batch; 100 if not given, 1 with --stream
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pub batch: Option<u16>,
    /// 用一条双向流发送 Send over one stream, batches waiting for their answers in a window
    #[arg(long)]
    pub stream: bool,
    /// 流式时最多几批未答 Batches that may wait for their answer, with --stream
    #[arg(long, value_name = "N", default_value_t = 128, requires = "stream",
          value_parser = clap::value_parser!(u16).range(1..=256))]
    pub window: u16,
    /// 一批中有一条被拒即整批不记 Refuse a batch whole when one of its events is refused
    #[arg(long)]
    pub whole_batches: bool,
    /// 只问是否接受，不记录 Only ask whether the ledger would accept
    #[arg(long)]
    pub validate_only: bool,
    /// 遇到第一个拒绝或不可读的行即停 Stop at the first line that is refused or cannot be read
    #[arg(long, conflicts_with_all = ["stream", "whole_batches"])]
    pub stop_on_refusal: bool,
    /// 服务器忙或断开时最多重试几秒 Seconds to keep trying while the server is busy or away
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub retry_seconds: u64,
    /// 记录时间，仅限模拟时钟 The moment of recording; under the simulated clock only
    #[arg(long, value_name = "TIME", value_parser = query::moment)]
    pub request_time: Option<Timestamp>,
}

/// Runs `bihuan append`.
pub async fn run(settings: &Settings, args: &AppendArgs) -> Result<Exit, Failure> {
    let default = if args.stream { STREAM_BATCH } else { BATCH };
    let batch = args.batch.map_or(default, usize::from);
    let mut client = client::connect(&settings.endpoint).await?;
    let mut input = Input::open(&args.file, batch, args.stop_on_refusal)?;
    let options = SendOptions {
        validate_only: args.validate_only,
        whole_batches: args.whole_batches,
        stop_on_refusal: args.stop_on_refusal,
        request_time: args.request_time,
    };
    let mut patience = Patience::new(Duration::from_secs(args.retry_seconds));
    let mut telling = Telling::new(settings, args, &input);
    let sent = if args.stream {
        let window = usize::from(args.window);
        let (batches, bad) = (&mut input.batches, &mut input.bad);
        let mut sink = |line, outcome| telling.take(line, &outcome, bad);
        let (client, patience) = (&mut client, &mut patience);
        stream::send_stream(client, patience, &options, window, batches, &mut sink).await
    } else {
        send_all(
            &mut client,
            &mut patience,
            &options,
            &mut input,
            &mut telling,
        )
        .await
    };
    input.stop();
    telling.finish(&mut input, sent, patience.pauses)
}

async fn send_all(
    client: &mut client::Ledger,
    patience: &mut Patience,
    options: &SendOptions,
    input: &mut Input,
    telling: &mut Telling<'_>,
) -> Result<(), Failure> {
    while let Some(batch) = input.batches.recv().await {
        let bad = &mut input.bad;
        let mut sink = |line, outcome| telling.take(line, &outcome, bad);
        send::send(client, patience, options, batch, &mut sink).await?;
    }
    Ok(())
}

/// Tells what becomes of the lines while they are sent.
struct Telling<'a> {
    settings: &'a Settings,
    args: &'a AppendArgs,
    out: Output,
    report: Report,
    progress: Progress,
    bytes_read: std::sync::Arc<std::sync::atomic::AtomicU64>,
    is_stopped: bool,
}

impl<'a> Telling<'a> {
    fn new(settings: &'a Settings, args: &'a AppendArgs, input: &Input) -> Self {
        Self {
            settings,
            args,
            out: Output::new(),
            report: Report::default(),
            progress: Progress::start("append", input.bytes),
            bytes_read: input.bytes_read.clone(),
            is_stopped: false,
        }
    }

    fn take(
        &mut self,
        line: u64,
        outcome: &Outcome,
        bad: &mut tokio::sync::mpsc::UnboundedReceiver<BadLine>,
    ) -> Result<(), Failure> {
        while let Ok(bad) = bad.try_recv() {
            self.take_bad(&bad)?;
        }
        self.report.note(&line.to_string(), outcome);
        if self.settings.json {
            self.out
                .line(outcome_json("line", json!(line), outcome).to_string())?;
        }
        let counts = self.report.counts;
        let (lang, seconds) = (self.settings.lang, self.progress.elapsed().as_secs_f64());
        let bytes_read = self.bytes_read.load(Ordering::Relaxed);
        self.progress
            .advance_to(bytes_read, || counts.line(lang, seconds));
        if self.args.stop_on_refusal && matches!(outcome, Outcome::Refused(_)) {
            self.is_stopped = true;
            return Err(Failure::silent(Exit::Refused));
        }
        Ok(())
    }

    fn take_bad(&mut self, bad: &BadLine) -> Result<(), Failure> {
        self.report.note_unreadable(&bad.line.to_string(), &bad.why);
        if self.settings.json {
            let value = json!({ "line": bad.line, "outcome": "unreadable", "message": bad.why });
            self.out.line(value.to_string())?;
        }
        Ok(())
    }

    /// Reports, and answers how it ended.
    fn finish(
        mut self,
        input: &mut Input,
        sent: Result<(), Failure>,
        pauses: u64,
    ) -> Result<Exit, Failure> {
        while let Ok(bad) = input.bad.try_recv() {
            self.take_bad(&bad)?;
        }
        let lang = self.settings.lang;
        let seconds = self.progress.elapsed().as_secs_f64();
        self.progress.finish();
        if !self.settings.json {
            let source = lang.inline("行", "line");
            self.out.line(self.report.render(lang, &source, seconds))?;
            if pauses > 0 {
                let zh = format!("因服务器忙或断开重试 {pauses} 次");
                let en = format!("tried again {pauses} times while the server was busy or away");
                self.out.line(lang.inline(&zh, &en))?;
            }
            if self.is_stopped {
                let text = (
                    "遇到拒绝即停：其后的行未发送",
                    "stopped: later lines were not sent",
                );
                self.out.line(lang.inline(text.0, text.1))?;
            }
        }
        self.out.flush()?;
        match sent {
            Err(failure) if !self.is_stopped => Err(failure),
            _ if self.report.counts.unreadable > 0 => Ok(Exit::Input),
            _ if self.report.counts.refused > 0 => Ok(Exit::Refused),
            _ => Ok(Exit::Fine),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use crate::cli::args::{Cli, Command};

    #[test]
    fn parses_and_refuses_arguments() {
        let cli = Cli::try_parse_from(["bihuan", "append", "-", "--stream", "--window", "256"]);
        let Command::Append(args) = cli.unwrap().command else {
            panic!("not append")
        };
        assert_eq!((args.window, args.batch), (256, None));
        for wrong in [
            &["bihuan", "append"][..],
            &["bihuan", "append", "-", "--batch", "0"],
            &["bihuan", "append", "-", "--batch", "1001"],
            &["bihuan", "append", "-", "--window", "4"],
            &["bihuan", "append", "-", "--stream", "--window", "257"],
        ] {
            assert!(Cli::try_parse_from(wrong).is_err(), "{wrong:?}");
        }
    }
}
