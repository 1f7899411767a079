//! Figures as a table for people, or as lines of JSON.

use comfy_table::{Table, presets::ASCII_MARKDOWN};
use serde_json::json;

use crate::load::Taken;

/// What a figure must be.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// At least this share of the ceiling.
    Share(f64),
    /// At most this many times the ceiling.
    Times(f64),
    /// At least this much.
    AtLeast(f64),
    /// At most this much.
    AtMost(f64),
    /// Told without a target.
    Told,
}

/// One line of the report.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The question, with callers and connections.
    pub name: String,
    /// What is measured.
    pub unit: &'static str,
    /// The ledger.
    pub ours: f64,
    /// The ceiling, where there is one.
    pub ceiling: Option<f64>,
    /// Ours over the ceiling, the median of the rounds; not always the ratio of the medians.
    pub ratio: Option<f64>,
    /// What it must be.
    pub target: Target,
    /// What else was seen: latencies of ours and of the ceiling.
    pub note: String,
}

impl Figure {
    /// A figure that stands alone.
    pub fn alone(name: impl Into<String>, unit: &'static str, ours: f64, target: Target) -> Self {
        let name = name.into();
        Self {
            name,
            unit,
            ours,
            ceiling: None,
            ratio: None,
            target,
            note: String::new(),
        }
    }

    /// Compares rates of rounds that went in turn.
    pub fn rates(name: impl Into<String>, rounds: &[[Taken; 2]], target: Target) -> Self {
        Self::compared(name, "events/s", rounds, target, |taken| taken.per_second)
    }

    /// Compares medians of latency of rounds that went in turn.
    pub fn latencies(name: impl Into<String>, rounds: &[[Taken; 2]], target: Target) -> Self {
        Self::compared(name, "ms p50", rounds, target, |taken| taken.p50_ms)
    }

    /// Each round has the ceiling first, then ours.
    fn compared(
        name: impl Into<String>,
        unit: &'static str,
        rounds: &[[Taken; 2]],
        target: Target,
        value: impl Fn(&Taken) -> f64,
    ) -> Self {
        let of = |side: usize, value: &dyn Fn(&Taken) -> f64| {
            median(rounds.iter().map(|round| value(&round[side])).collect())
        };
        let ratio = median(rounds.iter().map(|[c, o]| value(o) / value(c)).collect());
        let latencies = |side| {
            (
                of(side, &|taken| taken.p50_ms),
                of(side, &|taken| taken.p99_ms),
            )
        };
        let ((c50, c99), (o50, o99)) = (latencies(0), latencies(1));
        let note = match o50 > 0.0 {
            true => format!("p50/p99 {o50:.2}/{o99:.2} ms, ceiling {c50:.2}/{c99:.2}"),
            false => String::new(),
        };
        Self {
            name: name.into(),
            unit,
            ours: of(1, &value),
            ceiling: Some(of(0, &value)),
            ratio: Some(ratio),
            target,
            note,
        }
    }

    fn is_met(&self) -> Option<bool> {
        let ratio = self.ratio.unwrap_or(f64::NAN);
        match self.target {
            Target::Share(least) => Some(ratio >= least),
            Target::Times(most) => Some(ratio <= most),
            Target::AtLeast(least) => Some(self.ours >= least),
            Target::AtMost(most) => Some(self.ours <= most),
            Target::Told => None,
        }
    }

    fn verdict(&self) -> &'static str {
        match self.is_met() {
            Some(true) => "met",
            Some(false) => "missed",
            None => "",
        }
    }

    fn target_text(&self) -> String {
        match self.target {
            Target::Share(least) => format!(">= {least:.2}x"),
            Target::Times(most) => format!("<= {most:.2}x"),
            Target::AtLeast(least) => format!(">= {}", number(least)),
            Target::AtMost(most) => format!("<= {}", number(most)),
            Target::Told => String::new(),
        }
    }

    fn row(&self) -> [String; 7] {
        [
            self.name.clone(),
            format!("{} {}", number(self.ours), self.unit),
            self.ceiling.map_or_else(String::new, number),
            self.ratio
                .map_or_else(String::new, |ratio| format!("{ratio:.2}")),
            self.target_text(),
            self.verdict().to_owned(),
            self.note.clone(),
        ]
    }
}

/// Prints figures: a table, or with `json` one object a line.
pub fn print(figures: &[Figure], json: bool) {
    if json {
        for figure in figures {
            let line = json!({
                "figure": figure.name,
                "unit": figure.unit,
                "ours": figure.ours,
                "ceiling": figure.ceiling,
                "ratio": figure.ratio,
                "target": figure.target_text(),
                "met": figure.is_met(),
                "note": figure.note,
            });
            println!("{line}");
        }
        return;
    }
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header([
        "figure", "ours", "ceiling", "ratio", "target", "verdict", "note",
    ]);
    table.add_rows(figures.iter().map(Figure::row));
    println!("{table}");
}

/// The middle value; of an even count the upper one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A number as people read it: thousands apart, small ones with digits that matter.
fn number(value: f64) -> String {
    if value < 100.0 {
        return format!("{value:.2}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
