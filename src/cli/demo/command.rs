//! The command: arguments, the course of the demonstration.

use std::path::PathBuf;

use clap::Args;
use prost_types::Timestamp;
use serde_json::json;

use super::{
    host::Host,
    loops::{self, Loops},
    notes::Notes,
    regulator,
    results::Results,
    story, year,
};
use crate::{
    cli::{
        append::send::{self, Batcher, SendOptions, Sourced},
        args::Settings,
        client::{self, Ledger, Patience},
        exit::{Exit, Failure},
        import::{ReleaseSource, Summary},
        lang::Lang,
        output::Output,
        serve, simulate,
    },
    exchange::ocds::{self, Importer},
    simulate::{Calendar, Simulation, SimulationConfig},
};

/// Arguments of `bihuan demo`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
在本机启动真实的服务器，用模拟时钟推送衡阳一年的采购；全部单位均为虚构。
Starts the real server on loopback and pushes a year of procurement of Hengyang
under a simulated clock; every organisation is fictional.")]
pub struct DemoArgs {
    /// 每年的项目数 Projects a year
    #[arg(long, value_name = "N", default_value_t = 2_000,
          value_parser = clap::value_parser!(u32).range(1..=200_000))]
    pub projects: u32,
    /// 随机种子：同样的种子得到同样的一年 Seed: the same one gives the same year
    #[arg(long, value_name = "N", default_value_t = 20_230_101)]
    pub seed: u64,
    /// 年度 Year
    #[arg(long, value_name = "YEAR", default_value_t = 2023,
          value_parser = clap::value_parser!(i32).range(2023..=2026))]
    pub year: i32,
    /// 年数；不晚于 2026 年 How many years, none after 2026
    #[arg(long, value_name = "Y", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..=4))]
    pub years: u32,
    /// 数据目录，须为空；默认临时目录，结束即删 Fresh data folder; a temporary one, removed at the
    /// end, if not given
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// 端口；默认 50551，被占用则任选 Port; 50551 if not given, or a free one when that is taken
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// 演示完即退出，不再提供服务 End after the tour instead of serving on
    #[arg(long)]
    pub exit: bool,
}

impl DemoArgs {
    fn config(&self) -> SimulationConfig {
        SimulationConfig {
            seed: self.seed,
            projects: self.projects,
            year: self.year,
            years: self.years,
        }
    }
}

/// Runs `bihuan demo`.
pub async fn run(settings: &Settings, args: &DemoArgs) -> Result<Exit, Failure> {
    simulate::check_years(args.config())?;
    serve::start_logging("warn", serve::LogFormat::Text)?;
    let host = Host::start(args.data.as_deref(), args.port).await?;
    let shown = tokio::select! {
        shown = show(settings, args, &host) => shown,
        () = serve::stop_asked() => Err(Failure::silent(Exit::Fine)),
    };
    let exit = match shown {
        Ok(exit) => exit,
        Err(failure) => {
            host.stop().await?;
            return Err(failure);
        }
    };
    if !args.exit {
        serve::stop_asked().await;
    }
    host.stop().await?;
    Ok(exit)
}

async fn show(settings: &Settings, args: &DemoArgs, host: &Host) -> Result<Exit, Failure> {
    let lang = settings.lang;
    let mut tour = Tour {
        lang,
        is_quiet: settings.json,
        out: Output::new(),
    };
    let endpoint = host.endpoint();
    let (year, projects) = (args.year, args.projects);
    tour.say(&lang.stacked(
        &format!(
            "服务器已启动：{endpoint}（模拟时钟）。推送衡阳市 {year} 年 {projects} 个采购项目…"
        ),
        &format!(
            "The server runs at {endpoint}, its clock simulated. Pushing {projects} projects of \
             {year}…"
        ),
    ))?;
    let mut client = client::connect(&endpoint).await?;
    let config = args.config();
    let last_year = year + args.years.cast_signed() - 1;
    let simulation = Simulation::new(config);
    let mut results = Results::default();
    let mut notes = Notes::new(Calendar::through(year, last_year));
    year::push(
        &client,
        (config, &simulation),
        lang,
        (&mut results, &mut notes),
    )
    .await?;
    tour.chapter("一年的推送", "A year, pushed", &results.rates(lang))?;
    let surprises = results.surprises();
    if !surprises.is_empty() {
        tour.chapter("意外答复", "Unforeseen answers", &surprises.join("\n"))?;
    }
    if let Some(line) = notes.budget_line() {
        let told = story::budget_line(&mut client, lang, &line).await?;
        tour.chapter(
            "一条指标及其占用",
            "A budget line and what occupies it",
            &told,
        )?;
    }
    if let Some(contract) = notes.contract() {
        let told = story::contract(&mut client, lang, &contract).await?;
        tour.chapter("一份合同及其支付", "A contract and its payments", &told)?;
    }
    let loops = loops::tell(&mut client, &endpoint, lang).await?;
    for (zh, en, text) in &loops.chapters {
        tour.chapter(zh, en, text)?;
    }
    for (zh, en, text) in regulator::tell(&mut client, &endpoint, lang).await? {
        tour.chapter(zh, en, &text)?;
    }
    let title = ("被拒绝的，及为何", "What was refused, and why");
    tour.chapter(title.0, title.1, &results.refusals(lang))?;
    let title = ("迟办的：照录，不拒", "What was late: recorded, not refused");
    tour.chapter(title.0, title.1, &notes.late.render(lang))?;
    let started = std::time::Instant::now();
    let summary = import_example(&mut client, last_year).await?;
    let seconds = started.elapsed().as_secs_f64();
    let title = ("导入 OCDS 示例", "An OCDS example, imported");
    tour.chapter(title.0, title.1, &summary.render(lang, seconds))?;
    tour.next(args, host, &endpoint, (&notes, &loops))?;
    if settings.json {
        let line = json!({
            "endpoint": endpoint,
            "events": results.events,
            "batches": results.batches,
            "refused": results.refused,
            "retried": results.retried,
            "unforeseen": results.surprises,
            "seconds": results.seconds,
            "ocdsReleases": summary.report.counts.appended,
        });
        tour.out.line(line.to_string())?;
    }
    tour.out.flush()?;
    Ok(if results.surprises.is_empty() {
        Exit::Fine
    } else {
        Exit::Failed
    })
}

/// Imports the example that ships with the program, on the first day after the year.
async fn import_example(client: &mut Ledger, year: i32) -> Result<Summary, Failure> {
    let mut summary = Summary::default();
    let mut batcher = Batcher::new(send::BATCH_EVENTS_MAX);
    let mut full = Vec::new();
    let path = std::path::Path::new("desks.json");
    for item in ocds::read_stream(path, ocds::EXAMPLE, &Importer::default()) {
        let item = item.map_err(|issue| {
            Failure::new(Exit::Failed, (issue.reason.text_zh(), issue.to_string()))
        })?;
        let source = ReleaseSource::of(&item);
        full.extend(batcher.push(Sourced {
            source,
            submission: item.submission,
        }));
    }
    full.extend(batcher.take());
    let options = SendOptions {
        request_time: new_year(year + 1),
        ..SendOptions::default()
    };
    let mut patience = Patience::new(std::time::Duration::from_secs(30));
    for batch in full {
        let mut sink = |source: ReleaseSource, outcome| {
            summary.note(&source, &outcome);
            Ok(())
        };
        send::send(client, &mut patience, &options, batch, &mut sink).await?;
    }
    Ok(summary)
}

fn new_year(year: i32) -> Option<Timestamp> {
    let day = chrono::NaiveDate::from_ymd_opt(year, 1, 1)?;
    let seconds = crate::domain::values::date::midnight_seconds(day);
    Some(Timestamp { seconds, nanos: 0 })
}

/// What is told on the way; nothing when a program reads.
struct Tour {
    lang: Lang,
    is_quiet: bool,
    out: Output,
}

impl Tour {
    fn say(&mut self, text: &str) -> Result<(), Failure> {
        if self.is_quiet {
            return Ok(());
        }
        self.out.line(text)?;
        self.out.flush()
    }

    fn chapter(&mut self, zh: &str, en: &str, text: &str) -> Result<(), Failure> {
        let title = self.lang.inline(zh, en);
        self.say(&format!("\n■ {title}\n{text}"))
    }

    fn next(
        &mut self,
        args: &DemoArgs,
        host: &Host,
        endpoint: &str,
        (notes, loops): (&Notes, &Loops),
    ) -> Result<(), Failure> {
        if args.exit {
            return match &args.data {
                Some(data) => {
                    let data = data.display();
                    let try_this =
                        format!("bihuan verify --data {data}\nbihuan serve --data {data}");
                    self.chapter("接着试", "Try next", &try_this)
                }
                None => Ok(()),
            };
        }
        let usual = endpoint == crate::cli::args::ENDPOINT;
        let at = if usual {
            String::new()
        } else {
            format!(" --endpoint {endpoint}")
        };
        let mut lines = vec![format!("bihuan info{at}")];
        if let Some(project) = &loops.project {
            lines.push(format!("bihuan project show {project}{at}"));
        }
        lines.push(format!("bihuan search 医院 印刷{at}"));
        lines.push(format!(
            "bihuan list contracts --outstanding --order \"outstanding_fen desc\"{at}"
        ));
        lines.push(format!("bihuan statistics --by supplier --max 10{at}"));
        lines.push(format!("bihuan obligations --status overdue{at}"));
        lines.push(format!("bihuan findings --severity critical{at}"));
        lines.push(format!("bihuan metrics M-06 --by region{at}"));
        lines.push(format!("bihuan indicators R018{at}"));
        lines.push("bihuan rules explain HY-06-PAY-30D".to_owned());
        let entities = [notes.budget_line(), notes.contract()];
        for entity in entities.into_iter().flatten() {
            let name = entity.to_string();
            lines.push(format!(
                "bihuan read --entity {}{at}",
                name.trim_end_matches('/')
            ));
        }
        lines.push(format!(
            "bihuan read --stage payment --backwards --max 20{at}"
        ));
        lines.push(format!("bihuan read --type PlanFiled --json{at} | head -1"));
        lines.push(format!("bihuan subscribe --from-now --heartbeats{at}"));
        lines.push("bihuan proto ContractSigned".to_owned());
        lines.push(format!(
            "bihuan proto BudgetLineApproved --example | bihuan append - --validate-only{at}"
        ));
        lines.push(format!(
            "bihuan verify --live --data {}",
            host.data.display()
        ));
        self.chapter(
            "接着试（另开一个终端）",
            "Try next, in another terminal",
            &lines.join("\n"),
        )?;
        self.say(
            &self
                .lang
                .stacked("\n服务继续，Ctrl-C 停止。", "Serving on; Ctrl-C stops."),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_comes_after_the_year() {
        assert_eq!(new_year(2024).unwrap().seconds, 1_704_038_400);
    }
}
