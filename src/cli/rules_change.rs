//! `bihuan rules explain|adopt|replay`: why a rule says what it says, and changes of the law.

#![allow(
    clippy::doc_markdown,
    reason = "the comments on arguments are shown as help, as they stand"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use comfy_table::Cell;
use prost::Message as _;
use prost_types::Timestamp;
use tonic::Streaming;

use super::{
    answer::Answer,
    args::Settings,
    client,
    exit::{Exit, Failure},
    lang::Lang,
    list::{self, End},
    output::Output,
    progress::Progress,
    query, render,
    supervision::reader,
    view_tables::{headed, heading, title},
};
use crate::{
    domain::{
        calendar::Calendar,
        values::{StreamKind, date::midnight_seconds},
    },
    events::{
        v1::{self, ActorRole, event_payload::Payload, replay_rules_response::Told},
        wire::EventSubmission,
    },
    ledger::law,
    rules::{Pack, Packs, explain, packs},
};

/// Arguments of `bihuan rules explain`.
#[derive(Clone, Debug, Args)]
pub struct ExplainArgs {
    /// 规则编号 The rule
    #[arg(value_name = "RULE")]
    pub rule: String,
    /// 本地规则包：文件或目录 Packs of rules beside our own: a file or folder
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
}

/// Arguments of `bihuan rules adopt`.
#[derive(Clone, Debug, Args)]
pub struct AdoptArgs {
    /// 规则包文件（TOML）The pack's file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// 施行日 The first day on whose triggers it applies
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub effective_from: String,
    /// 启用日 The day of adoption
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub on: String,
    /// 监管部门 The regulator that adopts it
    #[arg(long, value_name = "USCC")]
    pub org: String,
    /// 其行政区划 The regulator's region
    #[arg(long, value_name = "CODE", default_value = "430400")]
    pub region: String,
    /// 来源系统 The system that pushes the event
    #[arg(long, value_name = "SYSTEM", default_value = "GP_MGMT")]
    pub source: String,
    /// 记录时间（仅模拟时钟）The time of recording, under a simulated clock alone
    #[arg(long, value_name = "TIME", value_parser = query::moment)]
    pub request_time: Option<Timestamp>,
}

/// Arguments of `bihuan rules replay`.
#[derive(Clone, Debug, Args)]
pub struct ReplayArgs {
    /// 规则包文件（TOML）The pack's file
    #[arg(long, value_name = "FILE")]
    pub pack: PathBuf,
    /// 施行日 The first day on whose triggers it would apply [default: as the file says, or all days]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub effective_from: Option<String>,
    /// 仅此日（含）之后的发现 Only findings of this day or later
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub from: Option<String>,
    /// 仅此日（含）之前的发现 Only findings of this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub to: Option<String>,
    /// 逐条列出的变化上限 Changes told one by one, at most
    #[arg(long, value_name = "N", default_value_t = 40,
          value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub max: u32,
    /// 以何种角色读 Read in this capacity [default: the regulator]
    #[arg(long = "as", value_name = "ROLE", value_parser = query::role)]
    pub reader: Option<i32>,
}

fn read(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| {
        let name = file.display();
        let what = (
            format!("读不了 {name}：{error}"),
            format!("cannot read {name}: {error}"),
        );
        Failure::new(Exit::Failed, what)
    })
}

fn pack_of(file: &Path, text: &str) -> Result<Pack, Failure> {
    Pack::read(text).map_err(|error| {
        let name = file.display();
        let what = (
            format!("{name} 第 {} 行：{}", error.line, error.message),
            format!("{name}, line {}: {}", error.line, error.message),
        );
        Failure::new(Exit::Input, what)
    })
}

/// Runs `bihuan rules explain`.
pub fn explain(lang: Lang, args: &ExplainArgs) -> Result<Exit, Failure> {
    let wrong = |error: packs::PackFileError| {
        let text = error.to_string();
        Failure::new(Exit::Input, (text.clone(), text))
    };
    let site = packs::load(&args.rules).map_err(wrong)?;
    let packs: Packs = packs::beside_ours(site).map_err(wrong)?;
    let versions = packs.versions_of(&args.rule);
    if versions.is_empty() {
        let what = (
            format!("没有规则 {}。", args.rule),
            format!("There is no rule {}.", args.rule),
        );
        return Err(Failure::new(Exit::Failed, what));
    }
    let calendar = Calendar::known();
    let mut out = Output::new();
    for (pack, rule) in versions {
        let explained = explain::explain(pack, rule, &calendar);
        if lang != Lang::En {
            out.line(explained.text(true))?;
        }
        if lang != Lang::Zh {
            out.line(explained.text(false))?;
        }
        out.line("")?;
    }
    out.flush()?;
    Ok(Exit::Fine)
}

/// Runs `bihuan rules adopt`.
pub async fn adopt(settings: &Settings, args: &AdoptArgs) -> Result<Exit, Failure> {
    let content = read(&args.file)?;
    let pack = pack_of(&args.file, &content)?;
    let adopted = v1::RulePackAdopted {
        pack_id: pack.id.clone(),
        version: pack.version.clone(),
        digest: pack.digest.clone(),
        content,
        effective_from: args.effective_from.clone(),
        adopted_on: args.on.clone(),
    };
    let on: chrono::NaiveDate = args.on.parse().unwrap_or_default();
    let event = v1::Event {
        source_system: args.source.clone(),
        source_ref: format!("rule-pack/{}/{}", pack.id, pack.version),
        stream: format!("{}/{}/{}", StreamKind::System, law::SYSTEM, law::RULES),
        occurred_at: Some(Timestamp {
            seconds: midnight_seconds(on),
            nanos: 0,
        }),
        actor_org: args.org.clone(),
        actor_role: ActorRole::Regulator.into(),
        region_code: args.region.clone(),
        payload: Some(v1::EventPayload {
            payload: Some(Payload::RulePackAdopted(adopted)),
        }),
        ..v1::Event::default()
    };
    let submission = EventSubmission {
        event: event.encode_to_vec().into(),
        ..EventSubmission::default()
    };
    let request = v1::AppendEventsRequest {
        events: vec![submission],
        request_time: args.request_time,
        ..v1::AppendEventsRequest::default()
    };
    let mut client = client::connect(&settings.endpoint).await?;
    let answer = client.append_events(request).await;
    let answer = answer.map_err(|status| Answer::from_status(&status).to_failure())?;
    let receipts = answer.into_inner().receipts;
    let position = receipts.first().map_or(0, |receipt| receipt.position);
    let lang = settings.lang;
    let mut out = Output::new();
    out.line(lang.inline(
        &format!(
            "已启用规则包 {} 第 {} 版，自 {} 施行（位置 {position}）。",
            pack.id, pack.version, args.effective_from
        ),
        &format!(
            "Adopted pack {}, version {}, from {} on (position {position}).",
            pack.id, pack.version, args.effective_from
        ),
    ))?;
    out.flush()?;
    Ok(Exit::Fine)
}

/// Runs `bihuan rules replay`.
pub async fn replay(settings: &Settings, args: &ReplayArgs) -> Result<Exit, Failure> {
    let content = read(&args.pack)?;
    pack_of(&args.pack, &content)?;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let request = v1::ReplayRulesRequest {
        content,
        effective_from: text(&args.effective_from),
        from: text(&args.from),
        to: text(&args.to),
        changes_max: args.max,
        reader: Some(reader(args.reader)),
    };
    let mut client = client::connect_compliance(&settings.endpoint).await?;
    let answer = replayed(client.replay_rules(request).await?.into_inner()).await?;
    let end = End {
        next_page_token: "",
        reflects_position: answer.reflects_position,
        simulated_clock: answer.simulated_clock,
    };
    let page = |lang| changes(lang, &answer);
    list::print(settings, "ReplayedRules", &answer, page, &end)
}

/// What a replay tells at its end, with a bar until then.
async fn replayed(
    mut told: Streaming<v1::ReplayRulesResponse>,
) -> Result<v1::ReplayedRules, Failure> {
    let mut progress = Progress::start("replay", Some(0));
    while let Some(message) = told.message().await? {
        match message.told {
            Some(Told::Replayed(replayed)) => {
                progress.finish();
                return Ok(replayed);
            }
            Some(Told::Progress(of)) => {
                let (done, count) = (of.streams_done, of.streams_count);
                let (done, count) = (done.unsigned_abs(), count.unsigned_abs());
                progress.set_total(count);
                let line = || format!("{} / {}", render::count(done), render::count(count));
                progress.advance_to(done, line);
            }
            None => {}
        }
    }
    let what = (
        "试行中断，没有结果",
        "the replay broke off without a result",
    );
    Err(Failure::new(Exit::Failed, what))
}

fn changes(lang: Lang, answer: &v1::ReplayedRules) -> Option<String> {
    let head = [
        ("规则", "rule"),
        ("将出现", "would appear"),
        ("将消失", "would vanish"),
        ("将改变", "would change"),
    ];
    let rows = answer.counts.iter().map(|of| {
        vec![
            Cell::new(&of.rule_id),
            render::number(of.appear_count.to_string()),
            render::number(of.vanish_count.to_string()),
            render::number(of.changed_count.to_string()),
        ]
    });
    let mut text = headed(lang, &head, rows)?;
    let head = [
        ("规则", "rule"),
        ("变化", "change"),
        ("对象", "about"),
        ("原", "before"),
        ("后", "after"),
    ];
    let rows = answer.changes.iter().map(|change| {
        let of = change.after.as_ref().or(change.before.as_ref());
        let of = of.cloned().unwrap_or_default();
        let word = match (&change.before, &change.after) {
            (None, _) => ("出现", "appears"),
            (_, None) => ("消失", "vanishes"),
            _ => ("改变", "changes"),
        };
        vec![
            Cell::new(&of.rule_id),
            Cell::new(lang.inline(word.0, word.1)),
            Cell::new(&of.subject),
            Cell::new(said(lang, change.before.as_ref())),
            Cell::new(said(lang, change.after.as_ref())),
        ]
    });
    if let Some(table) = headed(lang, &head, rows) {
        text.push_str(&heading(lang, "逐条", "One by one"));
        text.push('\n');
        text.push_str(&table);
    }
    Some(text)
}

/// A finding in a few words.
fn said(lang: Lang, finding: Option<&v1::Finding>) -> String {
    finding.map_or_else(String::new, |of| {
        format!("{} {}", of.on, title(lang, "FindingStatus", of.status))
    })
}
