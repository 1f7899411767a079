//! What became of every submission, for people: receipts, refusals by reason.

use std::{collections::BTreeMap, sync::Arc};

use comfy_table::Cell;

use super::{
    counts::{Counts, status_words},
    send::Outcome,
};
use crate::{
    cli::{answer::Answer, lang::Lang, reasons, render},
    events::v1::{Receipt, ReceiptStatus},
};

/// Sources named for each reason.
const SOURCES_NAMED: usize = 8;
/// Sources named for each reason when they are not lines.
const PLACES_NAMED: usize = 2;
/// Violations shown of an example.
const VIOLATIONS_SHOWN: usize = 4;
/// Receipts shown one by one; more are only counted.
const RECEIPTS_SHOWN: usize = 12;

/// Refusals of one reason.
#[derive(Clone, Debug)]
pub struct Refusals {
    /// How many.
    pub count: u64,
    /// The first sources.
    pub sources: Vec<String>,
    /// The first refusal.
    pub example: Arc<Answer>,
}

/// Everything worth telling at the end.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Counts.
    pub counts: Counts,
    /// Refusals by reason.
    pub refusals: BTreeMap<String, Refusals>,
    /// Sources that could not be read, the first of them, and why.
    pub unreadable: Vec<(String, String)>,
    /// The first receipts.
    pub receipts: Vec<(String, Receipt)>,
    /// The lowest and the highest position appended.
    pub positions: Option<(u64, u64)>,
}

impl Report {
    /// Notes what became of a submission.
    pub fn note(&mut self, source: &str, outcome: &Outcome) {
        self.counts.add(outcome);
        match outcome {
            Outcome::Receipt(receipt) => self.note_receipt(source, receipt),
            Outcome::Refused(answer) => self.note_refusal(source, answer),
        }
    }

    /// Notes a source that could not be read.
    pub fn note_unreadable(&mut self, source: &str, why: &str) {
        self.counts.unreadable += 1;
        if self.unreadable.len() < SOURCES_NAMED {
            self.unreadable.push((source.to_owned(), why.to_owned()));
        }
    }

    fn note_receipt(&mut self, source: &str, receipt: &Receipt) {
        if receipt.status() == ReceiptStatus::Appended {
            let position = receipt.position;
            let (low, high) = self.positions.unwrap_or((position, position));
            self.positions = Some((low.min(position), high.max(position)));
        }
        if self.receipts.len() <= RECEIPTS_SHOWN {
            self.receipts.push((source.to_owned(), receipt.clone()));
        }
    }

    fn note_refusal(&mut self, source: &str, answer: &Arc<Answer>) {
        let refusals = self.refusals.entry(answer.key().to_owned());
        let refusals = refusals.or_insert_with(|| Refusals {
            count: 0,
            sources: Vec::new(),
            example: answer.clone(),
        });
        refusals.count += 1;
        if refusals.sources.len() <= SOURCES_NAMED {
            refusals.sources.push(source.to_owned());
        }
    }

    /// The report for people; `source` is what a source is called, such as `行 line`.
    pub fn render(&self, lang: Lang, source: &str, seconds: f64) -> String {
        let mut parts = Vec::new();
        if !self.receipts.is_empty() && self.receipts.len() <= RECEIPTS_SHOWN {
            parts.push(render::lines(&self.receipt_table(lang, source)));
        }
        if !self.refusals.is_empty() {
            parts.push(render::lines(&self.refusal_table(lang, source)));
        }
        if !self.unreadable.is_empty() {
            parts.push(render::lines(&self.unreadable_table(lang, source)));
            if self.unreadable.iter().any(|(_, why)| why.contains("EOF")) {
                parts.push(lang.inline(
                    "每行一条；缩进的 JSON 先用 jq -c . 压成一行。",
                    "One event a line: make indented JSON so with jq -c .",
                ));
            }
        }
        parts.push(self.summary(lang, seconds));
        parts.join("\n")
    }

    fn receipt_table(&self, lang: Lang, source: &str) -> comfy_table::Table {
        let mut table = render::table([
            source.to_owned(),
            lang.stacked("结果", "outcome"),
            lang.stacked("位置", "position"),
            lang.stacked("版次", "revision"),
            lang.stacked("记录时间", "recorded"),
            lang.stacked("事件编号", "event id"),
        ]);
        for (source, receipt) in &self.receipts {
            let is_recorded = receipt.status() != ReceiptStatus::Valid;
            let number = |number: u64| {
                render::number(if is_recorded {
                    number.to_string()
                } else {
                    "-".to_owned()
                })
            };
            let outcome = status_words(receipt.status());
            table.add_row([
                render::number(source),
                Cell::new(lang.inline(outcome.0, outcome.1)),
                number(receipt.position),
                number(receipt.revision),
                Cell::new(render::moment(receipt.recorded_at.as_ref())),
                Cell::new(&receipt.event_id),
            ]);
        }
        render::never_wrap(&mut table, &[0, 2, 3, 5]);
        table
    }

    /// Refusals by reason, the most frequent first, with an example each.
    pub fn refusal_table(&self, lang: Lang, source: &str) -> comfy_table::Table {
        let mut table = render::table([
            lang.inline("原因", "reason"),
            lang.inline("次数", "count"),
            source.to_owned(),
            lang.inline("例", "example"),
        ]);
        let mut rows: Vec<_> = self.refusals.iter().collect();
        rows.sort_by_key(|(_, refusals)| std::cmp::Reverse(refusals.count));
        for (name, refusals) in rows {
            let mut why = explain(lang, name, &refusals.example);
            if let Some(next) = reasons::next(name) {
                why = format!("{why}\n→ {}", lang.inline(&next.zh, &next.en));
            }
            table.add_row([
                Cell::new(name),
                render::number(render::count(refusals.count)),
                Cell::new(name_sources(&refusals.sources, refusals.count)),
                Cell::new(why),
            ]);
        }
        render::never_wrap(&mut table, &[0, 1]);
        table
    }

    fn unreadable_table(&self, lang: Lang, source: &str) -> comfy_table::Table {
        let mut table = render::table([source.to_owned(), lang.inline("不可读", "unreadable")]);
        for (source, why) in &self.unreadable {
            table.add_row([render::number(source), Cell::new(why)]);
        }
        let more = self.counts.unreadable - self.unreadable.len() as u64;
        if more > 0 {
            let zh = format!("另有 {more} 处");
            let text = lang.inline(&zh, &format!("and {more} more"));
            table.add_row([Cell::new("…"), Cell::new(text)]);
        }
        table
    }

    fn summary(&self, lang: Lang, seconds: f64) -> String {
        let mut summary = self.counts.line(lang, seconds);
        if let Some((low, high)) = self.positions {
            let name = lang.inline("位置", "positions");
            summary = format!("{summary} · {name} {low}–{high}");
        }
        format!("{summary} · {seconds:.1} s")
    }
}

/// What was wrong, the figures, the rule.
pub fn explain(lang: Lang, name: &str, answer: &Answer) -> String {
    let mut lines: Vec<String> = answer.said().into_iter().take(VIOLATIONS_SHOWN).collect();
    let amounts = answer.figures.iter().filter_map(|(figure, value)| {
        let fen = value.parse::<i128>().ok()?;
        let figure = figure.strip_suffix("_fen")?;
        Some(format!("{figure} {}", render::yuan(fen)))
    });
    let amounts = amounts.collect::<Vec<_>>().join(" · ");
    if !amounts.is_empty() {
        lines.push(format!("{}: {amounts}", lang.inline("元", "yuan")));
    }
    if let Some(rule) = reasons::rule(name) {
        lines.push(format!("→ {}", lang.inline(&rule.zh, &rule.en)));
    }
    lines.join("\n")
}

/// Sources as people write them: lines in one row, as `3, 7–9, 12 …`; places one below the other.
fn name_sources(sources: &[String], count: u64) -> String {
    let is_line = |source: &String| source.parse::<u64>().is_ok();
    let (named, between) = if sources.iter().all(is_line) {
        (SOURCES_NAMED, ", ")
    } else {
        (PLACES_NAMED, "\n")
    };
    let shown = &sources[..sources.len().min(named)];
    let mut runs: Vec<(String, String)> = Vec::new();
    for source in shown {
        let number = source.parse::<u64>().ok();
        match runs.last_mut() {
            Some((_, last)) if number.is_some() && last.parse().ok() == number.map(|n| n - 1) => {
                last.clone_from(source);
            }
            _ => runs.push((source.clone(), source.clone())),
        }
    }
    let runs = runs.into_iter().map(|(first, last)| {
        if first == last {
            first
        } else {
            format!("{first}–{last}")
        }
    });
    let text = runs.collect::<Vec<_>>().join(between);
    if count > shown.len() as u64 {
        format!("{text} …")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cli::append::counts::outcome_json;

    fn receipt(status: ReceiptStatus, position: u64) -> Outcome {
        let receipt = Receipt {
            status: status.into(),
            position,
            ..Receipt::default()
        };
        Outcome::Receipt(receipt)
    }

    fn refusal(reason: &str) -> Outcome {
        let figures = BTreeMap::from([("available_fen".to_owned(), "100".to_owned())]);
        let answer = Answer {
            code: 9,
            reason: reason.to_owned(),
            message: "plan over budget".to_owned(),
            figures,
            ..Answer::default()
        };
        Outcome::Refused(Arc::new(answer))
    }

    #[test]
    fn counts_outcomes_and_groups_refusals() {
        let mut report = Report::default();
        report.note("1", &receipt(ReceiptStatus::Appended, 7));
        report.note("2", &receipt(ReceiptStatus::AlreadyAppended, 3));
        for line in ["3", "4", "5", "9"] {
            report.note(line, &refusal("E010_PLAN_OVER_BUDGET"));
        }
        report.note_unreadable("10", "no JSON");
        let counts = report.counts;
        assert_eq!(
            (
                counts.appended,
                counts.already,
                counts.refused,
                counts.total()
            ),
            (1, 1, 4, 7)
        );
        assert_eq!(report.positions, Some((7, 7)));
        for lang in [Lang::Zh, Lang::En, Lang::Both] {
            let text = report.render(lang, "line", 1.0);
            for part in [
                "E010_PLAN_OVER_BUDGET",
                "3–5, 9",
                "available 1.00",
                "no JSON",
            ] {
                assert!(text.contains(part), "{part} in {text}");
            }
        }
    }

    #[test]
    fn names_a_few_sources_only() {
        let sources: Vec<String> = (1..=9).map(|n| (n * 2).to_string()).collect();
        assert_eq!(name_sources(&sources, 500), "2, 4, 6, 8, 10, 12, 14, 16 …");
        assert_eq!(name_sources(&["a.json:1:2".to_owned()], 1), "a.json:1:2");
    }

    #[test]
    fn programs_get_reason_and_figures() {
        let json = outcome_json("line", json!(3), &refusal("E010_PLAN_OVER_BUDGET"));
        assert_eq!(json["line"], 3);
        assert_eq!(json["outcome"], "refused");
        assert_eq!(json["code"], "FAILED_PRECONDITION");
        assert_eq!(json["metadata"]["available_fen"], "100");
        let json = outcome_json("line", json!(1), &receipt(ReceiptStatus::Appended, 7));
        assert_eq!(
            (&json["outcome"], &json["position"]),
            (&json!("appended"), &json!("7"))
        );
    }
}
