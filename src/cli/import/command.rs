//! The command: arguments, reading on a thread of its own, sending.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand};
use serde_json::json;
use tokio::sync::mpsc;

use super::summary::{ReleaseSource, Summary};
use crate::{
    cli::{
        append::{
            counts::outcome_json,
            send::{self, Batcher, Outcome, SendOptions, Sourced},
        },
        args::Settings,
        client::{self, Patience},
        exit::{Exit, Failure},
        output::Output,
        progress::Progress,
        query,
    },
    domain::values::uscc,
    events::v1::ActorRole,
    exchange::ocds::{self, Importer, OcdsIssue},
};

/// Releases of a batch; batches are also cut by bytes and by publisher.
const BATCH: usize = 100;
/// Batches read ahead of the sender.
const BATCHES_AHEAD: usize = 4;

/// Arguments of `bihuan import`.
#[derive(Clone, Debug, Args)]
pub struct ImportArgs {
    /// From which format.
    #[command(subcommand)]
    pub format: Format,
}

/// The formats.
#[derive(Clone, Debug, Subcommand)]
pub enum Format {
    /// OCDS 1.0/1.1 发布、记录及其包 Releases, records and packages of OCDS publishers
    Ocds(OcdsArgs),
}

/// Arguments of `bihuan import ocds`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
每个发布按原字节成为一条事件；同一发布再次导入不会重复记录。
Each release becomes an event with its bytes as received; importing it again
records nothing.

例 Examples:
  bihuan import ocds releases.json
  bihuan import ocds ./mexico ./paraguay --json > outcome.ndjson")]
pub struct OcdsArgs {
    /// 文件或目录（.json .ndjson .jsonl）Files or folders
    #[arg(value_name = "FILE|DIR", required = true)]
    pub paths: Vec<PathBuf>,
    /// 导入单位的统一社会信用代码；默认虚构的衡阳市财政局 USCC of the organisation that imports; a
    /// fictional finance bureau if not given
    #[arg(long, value_name = "USCC", value_parser = operator)]
    pub operator: Option<String>,
    /// 导入单位的角色 Its role
    #[arg(
        long = "as",
        value_name = "ROLE",
        value_parser = query::role,
        default_value = "regulator"
    )]
    pub role: i32,
    /// 导入单位的区划 Its region
    #[arg(long, value_name = "CODE", default_value = "430400")]
    pub region: String,
    /// 只问是否接受 Only ask whether the ledger would accept
    #[arg(long)]
    pub validate_only: bool,
    /// 服务器忙或断开时最多重试几秒 Seconds to keep trying while the server is busy or away
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub retry_seconds: u64,
    /// 记录时间，仅限模拟时钟 The moment of recording; under the simulated clock only
    #[arg(long, value_name = "TIME", value_parser = query::moment)]
    pub request_time: Option<prost_types::Timestamp>,
}

impl OcdsArgs {
    fn importer(&self) -> Importer {
        let default = Importer::default();
        Importer {
            operator: self.operator.clone().unwrap_or(default.operator),
            role: ActorRole::try_from(self.role).unwrap_or(default.role),
            region_code: self.region.clone(),
        }
    }
}

/// Runs `bihuan import`.
pub async fn run(settings: &Settings, args: &ImportArgs) -> Result<Exit, Failure> {
    let Format::Ocds(args) = &args.format;
    let mut client = client::connect(&settings.endpoint).await?;
    let mut patience = Patience::new(Duration::from_secs(args.retry_seconds));
    let options = SendOptions {
        validate_only: args.validate_only,
        request_time: args.request_time,
        ..SendOptions::default()
    };
    let (sender, mut read) = mpsc::channel(BATCHES_AHEAD);
    let (paths, importer) = (args.paths.clone(), args.importer());
    std::thread::spawn(move || read_all(&paths, &importer, &sender));
    let mut telling = Telling {
        settings,
        out: Output::new(),
        summary: Summary::default(),
        progress: Progress::start("import", None),
    };
    let mut sent = Ok(());
    while let Some(found) = read.recv().await {
        match found {
            Found::Issue(issue) => telling.take_issue(&issue)?,
            Found::Batch(batch) => {
                let mut sink = |source, outcome| telling.take(&source, &outcome);
                sent = send::send(&mut client, &mut patience, &options, batch, &mut sink).await;
            }
        }
        if sent.is_err() {
            break;
        }
    }
    let exit = telling.finish()?;
    sent.map(|()| exit)
}

enum Found {
    Batch(Vec<Sourced<ReleaseSource>>),
    Issue(Box<OcdsIssue>),
}

fn read_all(paths: &[PathBuf], importer: &Importer, sender: &mpsc::Sender<Found>) {
    let mut batcher = Batcher::new(BATCH);
    for path in paths {
        for read in ocds::read_path(path, importer) {
            let found = match read {
                Ok(item) => {
                    let source = ReleaseSource::of(&item);
                    let submission = item.submission;
                    batcher
                        .push(Sourced { source, submission })
                        .map(Found::Batch)
                }
                Err(issue) => Some(Found::Issue(Box::new(issue))),
            };
            if found.is_some_and(|found| sender.blocking_send(found).is_err()) {
                return;
            }
        }
    }
    if let Some(batch) = batcher.take() {
        let _ = sender.blocking_send(Found::Batch(batch));
    }
}

struct Telling<'a> {
    settings: &'a Settings,
    out: Output,
    summary: Summary,
    progress: Progress,
}

impl Telling<'_> {
    fn take(&mut self, source: &ReleaseSource, outcome: &Outcome) -> Result<(), Failure> {
        self.summary.note(source, outcome);
        if self.settings.json {
            let mut line = outcome_json("release", json!(source.release_id), outcome);
            line["ocid"] = json!(source.ocid);
            line["file"] = json!(source.path.display().to_string());
            line["line"] = json!(source.place.line);
            self.out.line(line.to_string())?;
        }
        let counts = self.summary.report.counts;
        let (lang, seconds) = (self.settings.lang, self.progress.elapsed().as_secs_f64());
        self.progress
            .advance_to(counts.total(), || counts.line(lang, seconds));
        Ok(())
    }

    fn take_issue(&mut self, issue: &OcdsIssue) -> Result<(), Failure> {
        let is_note = issue.reason.is_note();
        if is_note {
            self.summary.notes += 1;
        } else {
            self.summary.issues += 1;
        }
        let kind = if is_note { "note" } else { "unreadable" };
        if self.settings.json {
            return self.out.line(
                json!({
                    "outcome": kind,
                    "file": issue.path.display().to_string(),
                    "line": issue.place.map(|place| place.line),
                    "column": issue.place.map(|place| place.column),
                    "reason": issue.reason.code(),
                    "message": issue.reason.to_string(),
                })
                .to_string(),
            );
        }
        let place = issue
            .place
            .map(|place| format!(":{place}"))
            .unwrap_or_default();
        let why = self
            .settings
            .lang
            .inline(&issue.reason.text_zh(), &issue.reason.to_string());
        let code = issue.reason.code();
        let line = format!("{}{place}: {code}: {why}", issue.path.display());
        self.progress.clear_for(|| self.out.line(line))?;
        Ok(())
    }

    fn finish(mut self) -> Result<Exit, Failure> {
        let seconds = self.progress.elapsed().as_secs_f64();
        self.progress.finish();
        if !self.settings.json {
            self.out
                .line(self.summary.render(self.settings.lang, seconds))?;
        }
        self.out.flush()?;
        Ok(if self.summary.issues > 0 {
            Exit::Input
        } else if self.summary.report.counts.refused > 0 {
            Exit::Refused
        } else {
            Exit::Fine
        })
    }
}

fn operator(text: &str) -> Result<String, String> {
    uscc::Uscc::parse(text)
        .map(|_| text.to_owned())
        .map_err(|fault| fault.to_string())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::args::{Cli, Command};

    #[test]
    fn parses_who_imports() {
        let line = ["bihuan", "import", "ocds", "a.json", "b", "--as", "agency"];
        let cli = Cli::try_parse_from(line).unwrap();
        let Command::Import(ImportArgs {
            format: Format::Ocds(args),
        }) = cli.command
        else {
            panic!("not import")
        };
        assert_eq!(args.importer().role, ActorRole::Agency);
        assert_eq!(args.paths.len(), 2);
        let wrong = [
            "bihuan",
            "import",
            "ocds",
            "a.json",
            "--operator",
            "114304000000990554",
        ];
        assert!(Cli::try_parse_from(wrong).is_err());
    }
}
