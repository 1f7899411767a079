//! What is drawn of a page.

mod events;
mod told;

use std::{collections::BTreeSet, fmt::Write as _, sync::LazyLock};

use bihuan::{
    cli::lang::Lang,
    domain::profile,
    events::descriptor::schema,
    rules::{Pack, Packs, Rule, pack::Asks},
    supervision::{
        indicators::{Indicator, catalogue},
        metrics::{self, Metric},
    },
};

pub use self::events::has_event;
use self::{
    events::events,
    told::{flagged, measured, red_flags},
};
use super::table::{NATIONAL, OF_ALL, Refused, TASKS, Task};

/// What is drawn of a task's page.
pub fn of_task(task: &Task) -> String {
    let mut text = format!(
        "\n期限 due: {} · 责任单位 responsible: {}；{}.\n",
        task.due_on, task.responsible.0, task.responsible.1
    );
    let (rules, metrics, flags) = (rules_of(task), metrics_of(task), flags_of(task));
    text.push_str(&events(task.events));
    text.push_str(&refused(task));
    text.push_str(&flagged(&rules));
    text.push_str(&measured(&metrics));
    text.push_str(&red_flags(&flags));
    text.push_str(&systems(task));
    text.push_str(&questions(task.number, &rules, &metrics, &flags));
    text
}

/// What is drawn of the page of everything that no task names.
pub fn of_the_rest() -> String {
    let named: BTreeSet<&str> = TASKS.iter().flat_map(|task| task.events).copied().collect();
    let types = schema().event_types().iter();
    let names = types.map(|event_type| event_type.name.as_str());
    let rest: Vec<&str> = names.filter(|name| !named.contains(name)).collect();
    let mut text = events(&[NATIONAL.events, &rest].concat());
    text.push_str(&refused(&NATIONAL));
    let claimed: BTreeSet<&str> = TASKS
        .into_iter()
        .flat_map(rules_of)
        .map(|(_, rule)| rule.id.as_str())
        .collect();
    let packs = packs();
    let of_packs = packs.all().iter();
    let all = of_packs.flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule)));
    let rules: Vec<Told> = all
        .filter(|(_, rule)| !claimed.contains(rule.id.as_str()))
        .collect();
    text.push_str(&flagged(&rules));
    let claimed: BTreeSet<&str> = TASKS
        .into_iter()
        .flat_map(metrics_of)
        .map(|metric| metric.id)
        .collect();
    let metrics = metrics::CATALOGUE.iter().copied();
    let metrics: Vec<&Metric> = metrics
        .filter(|metric| !claimed.contains(metric.id))
        .collect();
    text.push_str(&measured(&metrics));
    let claimed: BTreeSet<&str> = TASKS.iter().flat_map(|task| task.flags).copied().collect();
    let flags = catalogue::ours().indicators.iter();
    let flags: Vec<&Indicator> = flags
        .filter(|flag| !claimed.contains(flag.id.as_str()))
        .collect();
    text.push_str(&red_flags(&flags));
    text.push_str(&systems(&NATIONAL));
    text
}

/// The table of all tasks.
pub fn index() -> String {
    let mut text = String::from(
        "\n| 任务 task | 期限 due | 责任单位 responsible | 规则 rules | 指标 metrics |\n\
         |---|---|---|---|---|\n",
    );
    for task in TASKS {
        let ids: BTreeSet<&str> = rules_of(task)
            .iter()
            .map(|(_, rule)| rule.id.as_str())
            .collect();
        let metrics: Vec<&str> = metrics_of(task).iter().map(|metric| metric.id).collect();
        let _ = writeln!(
            text,
            "| [{} {}<br>{}]({}) | {} | {}<br>{} | {} | {} |",
            task.number,
            task.zh,
            task.en,
            task.file(),
            task.due_on,
            task.responsible.0,
            task.responsible.1,
            ids.len(),
            metrics.join(", "),
        );
    }
    let _ = writeln!(
        text,
        "| [{}<br>{}](national.md) | | | | |",
        NATIONAL.zh, NATIONAL.en
    );
    text.push_str("\n## Refused of every event · 对每个事件都拒绝的\n\n");
    text.push_str(&table_of_refusals(OF_ALL));
    text
}

/// A version of a rule and its pack.
type Told = (&'static Pack, &'static Rule);

fn packs() -> &'static Packs {
    static PACKS: LazyLock<std::sync::Arc<Packs>> = LazyLock::new(Packs::ours);
    &PACKS
}

/// The versions of the rules of a task: its own first, then national ones in the table's order.
fn rules_of(task: &Task) -> Vec<Told> {
    let own = format!("HY-{}-", task.number);
    let all = packs()
        .all()
        .iter()
        .flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule)));
    let own = all.filter(|(_, rule)| rule.id.starts_with(&own));
    let national = task.rules.iter().flat_map(|id| packs().versions_of(id));
    own.chain(national).collect()
}

fn metrics_of(task: &Task) -> Vec<&'static Metric> {
    let own = format!("M-{}", task.number);
    let is_of = |metric: &&Metric| metric.id.starts_with(&own) || task.metrics.contains(&metric.id);
    metrics::CATALOGUE.iter().copied().filter(is_of).collect()
}

fn flags_of(task: &Task) -> Vec<&'static Indicator> {
    let of = |id: &&str| catalogue::ours().by_id(id);
    task.flags.iter().filter_map(of).collect()
}

/// A text in a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', "<br>")
}

/// Two languages in a cell.
fn both(zh: &str, en: &str) -> String {
    cell(&Lang::Both.stacked(zh, en))
}

fn refused(task: &Task) -> String {
    let head = "\n## What is refused · 拒绝什么\n\n";
    head.to_owned() + &table_of_refusals(task.refused)
}

fn table_of_refusals(refused: Refused) -> String {
    let mut text = String::from("| 代码 code | 何时 when |\n|---|---|\n");
    for (code, zh, en) in refused {
        let _ = writeln!(text, "| `{}` | {} |", code.name(), both(zh, en));
    }
    text
}

fn systems(task: &Task) -> String {
    let mut text = String::from(
        "\n## Who pushes it · 由谁推送\n\n\
         | 系统 system | 推送 pushes |\n\
         |---|---|\n",
    );
    for (code, zh, en) in task.systems {
        let Some(system) = profile::source_system(code) else {
            continue;
        };
        let _ = writeln!(
            text,
            "| `{code}`<br>{} | {} |",
            both(system.name_zh, system.name_en),
            both(zh, en)
        );
    }
    text
}

/// Questions to ask, as they are typed.
fn questions(number: &str, rules: &[Told], metrics: &[&Metric], flags: &[&Indicator]) -> String {
    let list = |is_asked: &dyn Fn(&Rule) -> bool| {
        let mut ids: Vec<&str> = Vec::new();
        for (_, rule) in rules.iter().filter(|(_, rule)| is_asked(rule)) {
            if !ids.contains(&rule.id.as_str()) {
                ids.push(&rule.id);
            }
        }
        ids.join(",")
    };
    let task = format!("HY-{number}-TASK");
    let findings = list(&|rule| rule.id.starts_with("HY-") && rule.id != task);
    let due = list(&|rule| matches!(rule.asks, Asks::Deadline { .. }) && rule.id != task);
    let ids: Vec<&str> = metrics.iter().map(|metric| metric.id).collect();
    let first = rules.first().map_or("", |(_, rule)| rule.id.as_str());
    let mut lines = vec![format!("bihuan findings --rule {findings} --status open")];
    if !due.is_empty() {
        lines.push(format!("bihuan obligations --rule {due} --within 5"));
    }
    lines.push(format!("bihuan obligations --rule {task} --status overdue"));
    lines.push(format!("bihuan metrics {} --by region", ids.join(" ")));
    if let [first, others @ ..] = flags {
        let others: Vec<&str> = others.iter().map(|flag| flag.id.as_str()).collect();
        let also = match others.is_empty() {
            true => String::new(),
            false => format!("   # also {}", others.join(", ")),
        };
        lines.push(format!("bihuan indicators {}{also}", first.id));
    }
    lines.push(format!("bihuan rules explain {first}"));
    format!(
        "\n## How to ask · 怎么问\n\n```sh\n{}\n```\n",
        lines.join("\n")
    )
}
