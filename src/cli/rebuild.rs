//! `bihuan rebuild`: makes everything derived anew from the journal.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{
    args::Settings,
    exit::{Exit, Failure},
    output::Output,
    progress::Progress,
    render, serve,
};
use crate::{
    ledger::{self, Ledger, LedgerConfig},
    models::{self, Objects, Rebuilt, store::Content},
    supervision::{Picture, picture::Moment},
};

/// Arguments of `bihuan rebuild`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
先停服务器。日志只读；派生文件可随时重建。
Stop the server first. The journal is only read; what is derived may be made
again at any time.")]
pub struct RebuildArgs {
    /// 数据目录 Data folder
    #[arg(long, value_name = "DIR", env = "BIHUAN_DATA")]
    pub data: PathBuf,
    /// 主密钥文件，默认 DIR/master.key The master key's file; DIR/master.key if not given
    #[arg(long, value_name = "FILE", env = "BIHUAN_MASTER_KEY")]
    pub master_key: Option<PathBuf>,
}

/// Runs `bihuan rebuild`.
pub fn run(settings: &Settings, args: &RebuildArgs) -> Result<Exit, Failure> {
    if !args.data.join("journal").is_dir() {
        let what = ("目录里没有账本", "no ledger in the folder");
        return Err(Failure::new(Exit::Input, what).at(args.data.display().to_string()));
    }
    let mut progress = Progress::start("rebuild", Some(0));
    let config = LedgerConfig {
        master_key: args.master_key.clone(),
        ..LedgerConfig::at(&args.data)
    };
    let rebuilt = ledger::rebuild_with(config, &mut |what, done, of| {
        progress.set_total(of);
        let (done_text, of_text) = (render::count(done), render::count(of));
        progress.advance_to(done, || format!("{what} {done_text} / {of_text}"));
    });
    let events = rebuilt.map_err(|error| serve::open_failure(&error))?;
    let (models, picture) = models(args, &mut progress)?;
    let seconds = progress.elapsed().as_secs_f64();
    progress.finish();
    let mut out = Output::new();
    if settings.json {
        let line = json!({
            "events": events.to_string(),
            "models_streams": models.streams.to_string(),
            "models_digest": render::hex(&models.digest),
            "models_digest_before": models.before.map(|digest| render::hex(&digest)),
            "supervision_streams": picture.streams.to_string(),
            "supervision_digest": render::hex(&picture.digest),
            "supervision_digest_before": picture.before.map(|digest| render::hex(&digest)),
            "seconds": seconds,
        });
        out.line(line.to_string())?;
    } else {
        let (count, rate) = (render::count(events), render::rate(events, seconds));
        out.line(settings.lang.stacked(
            &format!("已由 {count} 条事件重建索引与状态，{seconds:.1} 秒，每秒 {rate} 条。"),
            &format!(
                "Indexes and states made anew from {count} events in {seconds:.1} s, {rate}/s."
            ),
        ))?;
        for (zh, en, made) in [
            ("列表与检索", "Lists and search", &models),
            ("义务与发现", "Obligations and findings", &picture),
        ] {
            let (streams, digest) = (render::count(made.streams), render::hex(&made.digest));
            let same = match made.before {
                Some(before) if before == made.digest => ("，与原有相同", ", as before"),
                Some(_) => ("，与原有不同", ", not as before"),
                None => ("", ""),
            };
            out.line(settings.lang.stacked(
                &format!("{zh}：{streams} 个流，摘要 {digest}{}。", same.0),
                &format!("{en}: {streams} streams, digest {digest}{}.", same.1),
            ))?;
        }
    }
    out.flush()?;
    Ok(Exit::Fine)
}

/// Makes the read models and the picture of what the law says anew, and compares them with those
/// that were there.
fn models(args: &RebuildArgs, progress: &mut Progress) -> Result<(Rebuilt, Rebuilt), Failure> {
    let config = LedgerConfig {
        master_key: args.master_key.clone(),
        create: false,
        ..LedgerConfig::at(&args.data)
    };
    let ledger = Ledger::open(config).map_err(|error| serve::open_failure(&error))?;
    let of = (ledger.queries(), ledger.id());
    let mut make = |content: Box<dyn Content>, name: &str| {
        models::rebuild(content, of, &args.data, &mut |done, of| {
            progress.set_total(of);
            let (done_text, of_text) = (render::count(done), render::count(of));
            progress.advance_to(done, || format!("{name} {done_text} / {of_text}"));
            true
        })
    };
    let picture = Picture::new(Moment::Live(ledger.clock()));
    let made = make(Box::new(Objects::new(true)), "models")
        .and_then(|models| Ok((models, make(Box::new(picture), "supervision")?)));
    ledger.close();
    made.map_err(|error| {
        let what = ("列表与检索无法重建", "lists and search cannot be made anew");
        Failure::new(Exit::Failed, what).at(error.to_string())
    })
}
