//! `bihuan rules list|show|check|explain|adopt|replay`: the law as the ledger reads it.

use std::{fs, path::PathBuf};

use clap::{Args, Subcommand};
use comfy_table::Cell;
use prost::Message as _;

use super::{
    args::Settings,
    client,
    exit::{Exit, Failure},
    lang::Lang,
    output::Output,
    query, render,
    rules_change::{self, AdoptArgs, ExplainArgs, ReplayArgs},
    view_tables::{headed, title},
};
use crate::{
    events::{json, v1},
    rules::{Pack, pack::OURS},
};

/// Arguments of `bihuan rules`.
#[derive(Clone, Debug, Args)]
pub struct RulesArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: RulesCommand,
}

/// What can be done with rules.
#[derive(Clone, Debug, Subcommand)]
pub enum RulesCommand {
    /// 列出规则 List the rules of a server
    List(ListArgs),
    /// 显示规则的各版本 Show a rule of a server with all its versions
    Show(ShowArgs),
    /// 校验规则包文件 Read a pack's file and tell what is wrong with it
    Check(CheckArgs),
    /// 解释规则：依据、起止、计算示例 Explain a rule, with a count as an example
    Explain(ExplainArgs),
    /// 启用规则包 Adopt a pack, from a day on
    Adopt(AdoptArgs),
    /// 试行规则包：哪些发现会出现、消失 Try a pack on history: what would appear and vanish
    Replay(ReplayArgs),
}

/// Arguments of `bihuan rules list`.
#[derive(Clone, Debug, Args)]
pub struct ListArgs {
    /// 仅此规则包 Only this pack
    #[arg(long, value_name = "PACK")]
    pub pack: Option<String>,
    /// 仅在此日有效者 Only rules in force on this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub on: Option<String>,
}

/// Arguments of `bihuan rules show`.
#[derive(Clone, Debug, Args)]
pub struct ShowArgs {
    /// 规则编号 The rule
    #[arg(value_name = "RULE")]
    pub rule: String,
}

/// Arguments of `bihuan rules check`.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// 规则包文件（TOML）；不指定则为自带的规则包 The pack's file; our own if none is given
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// Runs `bihuan rules`.
pub async fn run(settings: &Settings, args: &RulesArgs) -> Result<Exit, Failure> {
    match &args.command {
        RulesCommand::List(args) => list(settings, args).await,
        RulesCommand::Show(args) => show(settings, args).await,
        RulesCommand::Check(args) => check(settings.lang, args),
        RulesCommand::Explain(args) => rules_change::explain(settings.lang, args),
        RulesCommand::Adopt(args) => rules_change::adopt(settings, args).await,
        RulesCommand::Replay(args) => rules_change::replay(settings, args).await,
    }
}

async fn list(settings: &Settings, args: &ListArgs) -> Result<Exit, Failure> {
    let request = v1::ListRulesRequest {
        pack_id: args.pack.clone().unwrap_or_default(),
        in_force_on: args.on.clone().unwrap_or_default(),
        ..v1::ListRulesRequest::default()
    };
    let mut client = client::connect_compliance(&settings.endpoint).await?;
    let answer = client.list_rules(request).await?.into_inner();
    print(settings, &answer, |lang| table(lang, &answer.rules))
}

async fn show(settings: &Settings, args: &ShowArgs) -> Result<Exit, Failure> {
    let request = v1::ListRulesRequest {
        rule_id: args.rule.clone(),
        ..v1::ListRulesRequest::default()
    };
    let mut client = client::connect_compliance(&settings.endpoint).await?;
    let answer = client.list_rules(request).await?.into_inner();
    if answer.rules.is_empty() {
        let what = (
            format!("没有规则 {}。", args.rule),
            format!("There is no rule {}.", args.rule),
        );
        return Err(Failure::new(Exit::Failed, what));
    }
    print(settings, &answer, |lang| {
        let pages = answer.rules.iter().map(|rule| page(lang, rule));
        pages.collect::<Vec<_>>().join("\n\n")
    })
}

fn print(
    settings: &Settings,
    answer: &v1::ListRulesResponse,
    page: impl FnOnce(Lang) -> String,
) -> Result<Exit, Failure> {
    let mut out = Output::new();
    if settings.json {
        let text = json::to_json("ListRulesResponse", &answer.encode_to_vec());
        let text = text.map_err(|error| Failure::new(Exit::Failed, ("", error.to_string())))?;
        out.line(text)?;
    } else {
        out.line(page(settings.lang))?;
    }
    out.flush()?;
    Ok(Exit::Fine)
}

fn table(lang: Lang, rules: &[v1::RuleVersion]) -> String {
    let head = [
        ("规则", "rule"),
        ("程度", "severity"),
        ("要求", "asks"),
        ("期限", "counts"),
        ("依据", "citation"),
        ("施行", "in force"),
    ];
    let rows = rules.iter().map(|rule| {
        vec![
            Cell::new(&rule.rule_id),
            Cell::new(title(lang, "Severity", rule.severity)),
            Cell::new(lang.inline(&rule.title_zh, &rule.title_en)),
            Cell::new(counts(rule)),
            Cell::new(&rule.citation),
            Cell::new(in_force(rule)),
        ]
    });
    headed(lang, &head, rows).unwrap_or_default()
}

/// How a rule counts, as the law's tables write it: `WD-X 5`, `FIXED 11-30`, `>= 30 %`.
fn counts(rule: &v1::RuleVersion) -> String {
    let convention = rule.convention().as_str_name();
    let convention = convention
        .trim_start_matches("CONVENTION_")
        .replace('_', "-");
    let percent = |bp: i64| format!("{}.{:02} %", bp / 100, bp % 100);
    let bounds = [("≥", rule.at_least_bp), ("≤", rule.at_most_bp)];
    let bounds = bounds
        .iter()
        .filter_map(|(sign, bp)| Some(format!("{sign} {}", percent((*bp)?))));
    let bounds: Vec<String> = bounds.collect();
    match (rule.convention(), rule.fixed_on.as_str(), rule.length) {
        (v1::Convention::Unspecified, ..) => bounds.join(" "),
        (_, "", 0) => convention,
        (_, "", length) => format!("{convention} {length}"),
        (_, on, _) => format!("{convention} {on}"),
    }
}

fn in_force(rule: &v1::RuleVersion) -> String {
    format!("{} … {}", rule.effective_from, rule.effective_to)
}

/// One version, a line for each thing that is known of it.
fn page(lang: Lang, rule: &v1::RuleVersion) -> String {
    let lines = [
        ("规则", "rule", rule.rule_id.clone()),
        ("要求", "asks", lang.inline(&rule.title_zh, &rule.title_en)),
        ("依据", "citation", rule.citation.clone()),
        ("把握", "confidence", rule.confidence.clone()),
        ("程度", "severity", title(lang, "Severity", rule.severity)),
        ("期限", "counts", counts(rule)),
        (
            "看什么",
            "looks at",
            lang.inline(&rule.fact_zh, &rule.fact_en),
        ),
        ("施行", "in force", in_force(rule)),
        (
            "规则包",
            "pack",
            format!("{} {}", rule.pack_id, rule.pack_version),
        ),
        ("条件", "condition", rule.when.clone()),
        ("并入", "alias of", rule.alias_of.clone()),
    ];
    let known = lines.iter().filter(|(.., text)| !text.is_empty());
    let lines = known.map(|(zh, en, text)| {
        let name = lang.inline(zh, en);
        let gap = 24_usize.saturating_sub(render::width(&name)).max(1);
        format!("{name}{}{text}", " ".repeat(gap))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn check(lang: Lang, args: &CheckArgs) -> Result<Exit, Failure> {
    let mut out = Output::new();
    let texts = match &args.file {
        Some(file) => {
            let name = file.display().to_string();
            let text = fs::read_to_string(file).map_err(|error| {
                let what = (
                    format!("读不了 {name}：{error}"),
                    format!("cannot read {name}: {error}"),
                );
                Failure::new(Exit::Failed, what)
            })?;
            vec![(name, text)]
        }
        None => OURS
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
    };
    for (name, text) in texts {
        let pack = Pack::read(&text).map_err(|error| {
            let what = (
                format!("{name} 第 {} 行：{}", error.line, error.message),
                format!("{name}, line {}: {}", error.line, error.message),
            );
            Failure::new(Exit::Failed, what)
        })?;
        let count = pack.rules.len();
        out.line(lang.inline(
            &format!(
                "{name}：规则包 {} 第 {} 版，规则 {count} 条，摘要 {}。",
                pack.id, pack.version, pack.digest
            ),
            &format!(
                "{name}: pack {}, version {}, {count} rules, digest {}.",
                pack.id, pack.version, pack.digest
            ),
        ))?;
    }
    out.flush()?;
    Ok(Exit::Fine)
}
