//! Why a rule says what it says: a rule in words with a worked example, and the last day of an
//! obligation counted day by day.
//!
//! For people who have to be convinced: nothing here decides anything, and the last day of every
//! count is the one that [`super::judge`] found.

mod arithmetic;
mod holidays;
mod words;

pub use arithmetic::{Step, arithmetic};

use chrono::NaiveDate;

use super::{
    facts::FactKind,
    pack::{Asks, FixedDay, Pack, Rule, Severity},
    parameters::Parameter,
};
use crate::domain::calendar::Calendar;

/// A rule in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// What is to be said, line by line.
    pub lines: Vec<Line>,
    /// A count by the rule.
    pub example: Option<Example>,
}

/// Something that is said of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is told, in Chinese.
    pub name_zh: &'static str,
    /// The same in English.
    pub name_en: &'static str,
    /// What it is, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// A count by a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The day from which days are counted.
    pub from: NaiveDate,
    /// The last day.
    pub due_on: NaiveDate,
    /// The days between, and what each is.
    pub steps: Vec<Step>,
}

/// A Tuesday before National Day: most counts from it meet weekends, days off and make-up days.
const EXAMPLE: (i32, u32, u32) = (2023, 9, 26);

/// Explains a version of a rule; the example is counted by a calendar, from 2023-09-26 or the
/// nearest day on which the version is in force.
pub fn explain(pack: &Pack, rule: &Rule, calendar: &Calendar) -> Explanation {
    let mut lines = vec![
        same("规则", "rule", &rule.id),
        both("要求", "asks", &rule.zh, &rule.en),
        same("依据", "citation", &rule.citation),
        line("程度", "severity", severity(rule.severity)),
        line("把握", "confidence", confidence(&rule.confidence)),
    ];
    let (name_zh, name_en) = match rule.fact.kind {
        FactKind::Clock => ("起止", "runs"),
        FactKind::Span => ("间隔", "between"),
        _ => ("看什么", "looks at"),
    };
    lines.push(both(name_zh, name_en, rule.fact.zh, rule.fact.en));
    lines.push(line("标准", "standard", words::standard(rule)));
    for parameter in Parameter::ALL {
        if let Some(value) = rule.parameters.text_of(parameter) {
            let (zh, en) = parameter.titles();
            let told = (format!("{zh}：{value}"), format!("{en}: {value}"));
            lines.push(line("参数", "parameter", told));
        }
    }
    if let Some(when) = &rule.when {
        lines.push(same("条件", "condition", when.source()));
        for variable in when.variables() {
            let (name, kind) = (variable.name, variable.kind.name());
            let meaning = (
                format!("{name}（{kind}）：{}", variable.zh),
                format!("{name} ({kind}): {}", variable.en),
            );
            lines.push(line("变量", "variable", meaning));
        }
    }
    if let Some(alias_of) = &rule.alias_of {
        lines.push(same("并入", "alias of", alias_of));
    }
    lines.push(line("施行", "in force", in_force(rule)));
    let version = (
        format!("{} 第 {} 版（{}）", pack.id, pack.version, pack.zh),
        format!("{} {} ({})", pack.id, pack.version, pack.en),
    );
    lines.push(line("规则包", "pack", version));
    Explanation {
        lines,
        example: example(rule, calendar),
    }
}

impl Explanation {
    /// As text in one of the languages, a line for each thing that is told and for each day.
    pub fn text(&self, in_chinese: bool) -> String {
        let mut lines: Vec<String> = Vec::new();
        for line in &self.lines {
            lines.push(match in_chinese {
                true => format!("{}：{}", line.name_zh, line.zh),
                false => format!("{}: {}", line.name_en, line.en),
            });
        }
        if let Some(example) = &self.example {
            let Example { from, due_on, .. } = example;
            lines.push(match in_chinese {
                true => format!("示例：自 {from} 起算，最后一日为 {due_on}"),
                false => format!("example: counted from {from}, the last day is {due_on}"),
            });
            let steps = example.steps.iter();
            lines.extend(steps.map(|step| format!("  {}", step.text(in_chinese))));
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

/// The count of a rule of days.
fn example(rule: &Rule, calendar: &Calendar) -> Option<Example> {
    let (convention, length, fixed) = match &rule.asks {
        Asks::Deadline {
            convention,
            length,
            on,
            ..
        } => (*convention, length.unwrap_or_default(), *on),
        Asks::Span { convention, length } => (*convention, *length, None),
        _ => return None,
    };
    if length == 0 && fixed.is_none() {
        return None;
    }
    let (year, month, day) = EXAMPLE;
    let usual = NaiveDate::from_ymd_opt(year, month, day)?;
    let usual = usual.max(rule.from).min(rule.to.unwrap_or(NaiveDate::MAX));
    let from = match fixed {
        Some(FixedDay::Once(day)) => day,
        Some(yearly) => yearly.of_year(chrono::Datelike::year(&usual))?,
        None => usual,
    };
    let steps = arithmetic::count(calendar, (convention, length), from, &[]);
    Some(Example {
        from,
        due_on: steps.last()?.on,
        steps,
    })
}

fn line(name_zh: &'static str, name_en: &'static str, (zh, en): (String, String)) -> Line {
    Line {
        name_zh,
        name_en,
        zh,
        en,
    }
}

fn both(name_zh: &'static str, name_en: &'static str, zh: &str, en: &str) -> Line {
    line(name_zh, name_en, (zh.to_owned(), en.to_owned()))
}

fn same(name_zh: &'static str, name_en: &'static str, text: &str) -> Line {
    both(name_zh, name_en, text, text)
}

fn severity(severity: Severity) -> (String, String) {
    let (zh, en) = match severity {
        Severity::Info => ("提示", "info"),
        Severity::Minor => ("轻微", "minor"),
        Severity::Major => ("严重", "major"),
        Severity::Critical => ("重大", "critical"),
    };
    (zh.to_owned(), en.to_owned())
}

/// A mark of confidence in words, with its source.
fn confidence(mark: &str) -> (String, String) {
    let (mark, source) = mark.split_once(':').unwrap_or((mark, ""));
    let (zh, en) = match mark {
        "C" => ("已核对原文", "confirmed in the text"),
        "C2" => ("据转引", "confirmed at second hand"),
        "K" => ("据了解，未核对原文", "known, the text was not at hand"),
        _ => ("本账本确定", "decided here"),
    };
    match source {
        "" => (zh.to_owned(), en.to_owned()),
        source => (format!("{zh}（{source}）"), format!("{en} ({source})")),
    }
}

fn in_force(rule: &Rule) -> (String, String) {
    let from = rule.from;
    match rule.to {
        Some(to) => (format!("{from} 至 {to}"), format!("from {from} to {to}")),
        None => (format!("{from} 起"), format!("from {from} on")),
    }
}
