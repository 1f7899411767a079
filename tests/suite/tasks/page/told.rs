//! The tables of a page's rules, metrics and red flags.

use std::fmt::Write as _;

use bihuan::{
    domain::calendar::Calendar,
    rules::explain::{Explanation, explain},
    supervision::{indicators::Indicator, metrics::Metric},
};

use super::{Told, both, cell};

/// What an explanation tells under a name, in both languages.
fn told(of: &Explanation, names: &[&str]) -> String {
    let lines = of.lines.iter().filter(|line| names.contains(&line.name_en));
    let lines = lines.map(|line| both(&line.zh, &line.en));
    lines.collect::<Vec<_>>().join("<br>")
}

/// The table of rules.
pub fn flagged(rules: &[Told]) -> String {
    let mut text = String::from(
        "\n## What is flagged · 发现什么\n\n\
         | 规则 rule | 要求 asks | 看什么 looks at | 标准 standard | 依据 citation |\n\
         |---|---|---|---|---|\n",
    );
    let calendar = Calendar::known();
    for (pack, rule) in rules {
        let of = explain(pack, rule, &calendar);
        let mut standard = told(&of, &["standard", "parameter", "condition"]);
        if let Some(other) = &rule.alias_of {
            let _ = write!(standard, "<br>并入 told as `{other}`");
        }
        let _ = writeln!(
            text,
            "| `{}`<br>{} | {} | {} | {standard} | {}<br>{}<br>{} |",
            rule.id,
            told(&of, &["severity"]),
            told(&of, &["asks"]),
            told(&of, &["runs", "between", "looks at"]),
            cell(&rule.citation),
            told(&of, &["confidence"]),
            told(&of, &["in force"]),
        );
    }
    text
}

/// The table of metrics.
pub fn measured(metrics: &[&Metric]) -> String {
    let mut text = String::from(
        "\n## What is measured · 衡量什么\n\n\
         | 指标 metric | 公式 formula | 单位 unit | 分组 by | 依据 source |\n\
         |---|---|---|---|---|\n",
    );
    for metric in metrics {
        let dimensions = metric.dimensions.iter().map(|dimension| dimension.as_str());
        let _ = writeln!(
            text,
            "| `{}`<br>{} | {} | {} | {} | {} [{}] |",
            metric.id,
            both(metric.zh, metric.en),
            both(metric.formula_zh, metric.formula_en),
            metric.unit.as_str(),
            dimensions.collect::<Vec<_>>().join(", "),
            cell(metric.source),
            metric.confidence,
        );
    }
    text
}

/// The table of red flags.
pub fn red_flags(flags: &[&Indicator]) -> String {
    let mut text = String::from("\n## Red flags that touch it · 相关红旗\n\n");
    if flags.is_empty() {
        text.push_str("无 none.\n");
        return text;
    }
    text.push_str(
        "| 红旗 red flag | 触发 fails where | 依据 source |\n\
         |---|---|---|\n",
    );
    for flag in flags {
        let _ = writeln!(
            text,
            "| `{}`<br>{} | {} | {} [{}] |",
            flag.id,
            both(&flag.zh, &flag.en),
            both(&flag.fails_zh, &flag.fails_en),
            cell(&flag.source),
            flag.confidence,
        );
    }
    text
}
