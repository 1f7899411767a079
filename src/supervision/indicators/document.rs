//! The indicators as `docs` shows them.

use std::fmt::Write as _;

use super::{
    catalogue::{self, Indicator},
    tables::TABLES,
};

/// A table of all indicators, then the tables that they are computed from, in Markdown.
pub fn document() -> String {
    let pack = catalogue::ours();
    let mut text = format!(
        "## {} {} ({} {})\n\n| id | 指标 indicator | 触发 fails where | threshold | fields | source |\n\
         |---|---|---|---|---|---|\n",
        pack.zh, pack.en, pack.id, pack.version
    );
    for indicator in &pack.indicators {
        let _ = writeln!(
            text,
            "| `{}` | {}<br>{} | {}<br>{} | {} | {} | {} [{}] |",
            indicator.id,
            indicator.zh,
            indicator.en,
            indicator.fails_zh,
            indicator.fails_en,
            thresholds(indicator),
            indicator.fields,
            indicator.source,
            indicator.confidence,
        );
    }
    text.push('\n');
    for table in TABLES {
        let _ = writeln!(text, "### `{}`\n", table.name);
        let _ = writeln!(
            text,
            "A row is {}. Key: `{}`.\n",
            table.row,
            table.key.join("`, `")
        );
        text.push_str("| column | type | meaning |\n|---|---|---|\n");
        for (name, kind, meaning) in table.columns {
            let _ = writeln!(text, "| `{name}` | {kind} | {meaning} |");
        }
        text.push('\n');
    }
    text
}

fn thresholds(indicator: &Indicator) -> String {
    let of = indicator.thresholds.iter();
    let mut parts: Vec<String> = of
        .map(|threshold| {
            let (name, value) = (&threshold.name, threshold.value);
            format!("{name} = {value} {}", threshold.unit.as_str())
        })
        .collect();
    let days = indicator.days_by_method.iter();
    parts.extend(days.map(|(method, days)| format!("{method} = {days} days")));
    if !indicator.methods.is_empty() {
        parts.push(format!("methods: {}", indicator.methods.join(", ")));
    }
    parts.join("; ")
}
