//! `bihuan simulate`: a simulated city's year as files, for who wants to append, load or study it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use chrono::{Datelike as _, NaiveDate};
use clap::Args;
use comfy_table::Cell;
use prost::Message as _;
use serde_json::{Value, json};

use super::{
    args::Settings,
    exit::{Exit, Failure},
    output::Output,
    progress::Progress,
    render, view_tables,
};
use crate::{
    events::{json, v1::Event, wire::EventSubmission},
    simulate::{Breach, Expected, Simulation, SimulationConfig, Step},
};

/// What is sound, one submission a line, in the order in which it happens.
const EVENTS: &str = "events.ndjson";
/// What was planted, one batch a line.
const PLANTED: &str = "planted.ndjson";
/// What the rules will find, one breach a line: rule, subject, stream, day.
const FINDINGS: &str = "findings.ndjson";

/// The last year whose holidays are known (国办发明电〔2025〕7号).
const LAST_YEAR: i32 = 2026;

/// Arguments of `bihuan simulate`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
写出 events.ndjson（可直接 bihuan append）、planted.ndjson（埋设的违规：项目、种类、日期、
账本应答）与 findings.ndjson（埋设的合规发现：规则、对象、事件流、日期）。同一种子、同一规模得到
逐字节相同的文件。
Writes events.ndjson, ready for bihuan append; planted.ndjson: what was planted to be refused,
with project, kind, date and the answer that the ledger owes; and findings.ndjson: what was
planted for the rules to find, with rule, subject, stream and day. Equal seeds and sizes give
equal bytes.")]
pub struct SimulateArgs {
    /// 每年的项目数 Projects a year
    #[arg(long, value_name = "N", default_value_t = 200,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub projects: u32,
    /// 年份 The year, with its working days: 2023 to 2026
    #[arg(long, value_name = "YEAR", default_value_t = 2023,
          value_parser = clap::value_parser!(i32).range(2023..=2026))]
    pub year: i32,
    /// 年数；不晚于 2026 年 How many years, none after 2026
    #[arg(long, value_name = "Y", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..=4))]
    pub years: u32,
    /// 随机种子 What every choice comes from
    #[arg(long, value_name = "N", default_value_t = 20_230_101)]
    pub seed: u64,
    /// 输出目录，须不存在或为空 A folder that is empty or not there yet
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// What was written.
#[derive(Default)]
struct Written {
    events: u64,
    bytes: u64,
    projects: BTreeSet<String>,
    /// Batches by the reason that the ledger owes.
    planted: BTreeMap<&'static str, u64>,
    /// Breaches that the rules will find.
    findings: u64,
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    let what = (
        format!("无法写入：{error}"),
        format!("cannot write: {error}"),
    );
    Failure::new(Exit::Failed, what).at(path.display().to_string())
}

fn create(path: &Path) -> Result<BufWriter<File>, Failure> {
    let file = File::create_new(path).map_err(|error| failed(path, &error))?;
    Ok(BufWriter::new(file))
}

/// Refuses years whose holidays are not known.
pub fn check_years(config: SimulationConfig) -> Result<(), Failure> {
    let last = config.year + config.years.cast_signed() - 1;
    if last <= LAST_YEAR {
        return Ok(());
    }
    let (year, years) = (config.year, config.years);
    let what = (
        format!("--years {years} 自 {year} 年起止于 {last} 年；节假日安排已知至 {LAST_YEAR} 年"),
        format!("--years {years} from {year} end in {last}; holidays are known up to {LAST_YEAR}"),
    );
    Err(Failure::new(Exit::Input, what))
}

/// How many days are simulated.
pub fn days_of(config: SimulationConfig) -> u64 {
    u64::from(config.years) * 365
}

/// The place of a day among those that are simulated.
pub fn day_number(config: SimulationConfig, day: NaiveDate) -> u64 {
    let years = u64::from((day.year() - config.year).unsigned_abs());
    years * 365 + u64::from(day.ordinal().min(365))
}

/// Runs `bihuan simulate`.
pub fn run(settings: &Settings, args: &SimulateArgs) -> Result<Exit, Failure> {
    let out = &args.out;
    let config = SimulationConfig {
        seed: args.seed,
        projects: args.projects,
        year: args.year,
        years: args.years,
    };
    check_years(config)?;
    fs::create_dir_all(out).map_err(|error| failed(out, &error))?;
    let mut entries = fs::read_dir(out).map_err(|error| failed(out, &error))?;
    if entries.next().is_some() {
        let what = ("目录不为空", "the folder is not empty");
        return Err(Failure::new(Exit::Input, what).at(out.display().to_string()));
    }
    let (events_path, planted_path) = (out.join(EVENTS), out.join(PLANTED));
    let findings_path = out.join(FINDINGS);
    let mut events = create(&events_path)?;
    let mut planted = create(&planted_path)?;
    let mut findings = create(&findings_path)?;
    let simulation = Simulation::new(config);
    let mut written = Written::default();
    let mut progress = Progress::start("simulate", Some(days_of(config)));
    for day in simulation.days() {
        for breach in &day.breaches {
            written
                .write_finding(&mut findings, breach)
                .map_err(|error| failed(&findings_path, &error))?;
        }
        for step in day.steps() {
            match step.expected {
                Expected::Accepted => written
                    .write_events(&mut events, step)
                    .map_err(|error| failed(&events_path, &error))?,
                Expected::Refused(reason) => written
                    .write_planted(&mut planted, step, (&day.date.to_string(), reason))
                    .map_err(|error| failed(&planted_path, &error))?,
                // Sent again as it is: nothing new to know.
                Expected::Retry => {}
            }
        }
        let count = render::count(written.events);
        progress.advance_to(day_number(config, day.date), || {
            format!("{} · {count}", day.date)
        });
    }
    progress.finish();
    events
        .flush()
        .map_err(|error| failed(&events_path, &error))?;
    planted
        .flush()
        .map_err(|error| failed(&planted_path, &error))?;
    findings
        .flush()
        .map_err(|error| failed(&findings_path, &error))?;
    written.print(settings, (&events_path, &planted_path, &findings_path))
}

/// A submission as a line.
fn line_of(submission: &EventSubmission) -> std::io::Result<String> {
    json::submission_to_json(submission).map_err(std::io::Error::other)
}

impl Written {
    fn write_events(&mut self, file: &mut impl Write, step: &Step) -> std::io::Result<()> {
        for submission in &step.submissions {
            let line = line_of(submission)?;
            writeln!(file, "{line}")?;
            self.events += 1;
            self.bytes += line.len() as u64 + 1;
            if let Some(project) = project_of(submission) {
                self.projects.insert(project);
            }
        }
        Ok(())
    }

    fn write_planted(
        &mut self,
        file: &mut impl Write,
        step: &Step,
        (on, reason): (&str, &'static str),
    ) -> std::io::Result<()> {
        *self.planted.entry(reason).or_default() += 1;
        let mut events = Vec::new();
        for submission in &step.submissions {
            let event: Value = serde_json::from_str(&line_of(submission)?)?;
            events.push(event);
        }
        let line = json!({
            "project": step.submissions.iter().find_map(project_of),
            "kind": step.label,
            "on": on,
            "expected": reason,
            "sourceSystem": step.source_system,
            "events": events,
        });
        writeln!(file, "{line}")
    }

    fn write_finding(&mut self, file: &mut impl Write, breach: &Breach) -> std::io::Result<()> {
        self.findings += 1;
        let line = json!({
            "ruleId": breach.rule_id,
            "subject": breach.subject,
            "stream": breach.stream,
            "on": breach.on.to_string(),
        });
        writeln!(file, "{line}")
    }

    fn print(&self, settings: &Settings, paths: (&Path, &Path, &Path)) -> Result<Exit, Failure> {
        let mut out = Output::new();
        let (events_path, planted_path) = (paths.0.display(), paths.1.display());
        let findings_path = paths.2.display();
        let planted: u64 = self.planted.values().sum();
        if settings.json {
            let line = json!({
                "events": self.events.to_string(),
                "projects": self.projects.len(),
                "bytes": self.bytes.to_string(),
                "planted": self.planted,
                "findings": self.findings.to_string(),
                "eventsFile": events_path.to_string(),
                "plantedFile": planted_path.to_string(),
                "findingsFile": findings_path.to_string(),
            });
            out.line(line.to_string())?;
            out.flush()?;
            return Ok(Exit::Fine);
        }
        let (count, bytes) = (render::count(self.events), render::bytes(self.bytes));
        let projects = render::count(self.projects.len() as u64);
        out.line(settings.lang.stacked(
            &format!("{events_path}：{projects} 个项目，{count} 条事件，{bytes}。"),
            &format!("{events_path}: {count} events of {projects} projects, {bytes}."),
        ))?;
        out.line(settings.lang.stacked(
            &format!("{planted_path}：埋设 {planted} 批。"),
            &format!("{planted_path}: {planted} batches planted."),
        ))?;
        let findings = render::count(self.findings);
        out.line(settings.lang.stacked(
            &format!("{findings_path}：{findings} 条合规发现。"),
            &format!("{findings_path}: {findings} findings that the rules owe."),
        ))?;
        let head = [("账本应答", "answer owed"), ("批数", "batches")];
        let rows = self.planted.iter();
        let rows = rows
            .map(|(reason, count)| vec![Cell::new(reason), render::number(render::count(*count))]);
        if let Some(table) = view_tables::headed(settings.lang, &head, rows) {
            out.line(table)?;
        }
        out.flush()?;
        Ok(Exit::Fine)
    }
}

/// The project in whose stream an event stands.
fn project_of(submission: &EventSubmission) -> Option<String> {
    let event = Event::decode(submission.event.clone()).ok()?;
    let mut parts = event.stream.split('/');
    let is_project = parts.next() == Some("project");
    let project = parts.nth(1)?;
    is_project.then(|| project.to_owned())
}
