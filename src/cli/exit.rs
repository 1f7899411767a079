//! Exit codes, and failures as people and programs read them: what, where, figures, rule, and what
//! to do next.

use std::{fmt::Display, process::ExitCode};

use serde_json::{Value, json};

use super::lang::{Lang, Words};

/// How a command ended; the table is on the folder's first page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Fine = 0,
    /// The ledger refused something.
    Refused = 1,
    /// Wrong usage, or input that cannot be read.
    Input = 2,
    /// Damage found in the ledger.
    Damage = 3,
    /// No server could be reached.
    Unreachable = 4,
    /// Any other failure.
    Failed = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command could not do its work.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The exit code that it leads to.
    pub exit: Exit,
    said: Box<Said>,
}

#[derive(Clone, Debug, Default)]
struct Said {
    what: Words,
    places: Vec<String>,
    figures: Vec<(String, String)>,
    rule: Option<Words>,
    next: Option<Words>,
}

impl Failure {
    /// A failure: what happened, in a sentence.
    pub fn new(exit: Exit, what: impl Into<Words>) -> Self {
        let what = what.into();
        let said = Box::new(Said {
            what,
            ..Said::default()
        });
        Self { exit, said }
    }

    /// An end that needs no words: the report, or the reader who went away, has said it.
    pub fn silent(exit: Exit) -> Self {
        Self::new(exit, ("", ""))
    }

    /// A file could not be read or written.
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let what = (
            format!("文件读写失败：{error}"),
            format!("cannot use the file: {error}"),
        );
        Self::new(Exit::Input, what).at(path.display().to_string())
    }

    /// Adds where it happened: `file:line`, a path, a field.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.said.places.push(place.into());
        self
    }

    /// Adds a figure.
    #[must_use]
    pub fn figure(mut self, name: impl Into<String>, value: impl Display) -> Self {
        self.said.figures.push((name.into(), format!("{value}")));
        self
    }

    /// Adds the rule that was broken.
    #[must_use]
    pub fn rule(mut self, rule: impl Into<Words>) -> Self {
        self.said.rule = Some(rule.into());
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn next(mut self, next: impl Into<Words>) -> Self {
        self.said.next = Some(next.into());
        self
    }

    /// Writes the failure to standard error; one JSON line for programs.
    pub fn report(&self, lang: Lang, json: bool) {
        if self.said.what.is_empty() {
            return;
        }
        if json {
            eprintln!("{}", self.to_json());
        } else {
            eprintln!("{}", self.render(lang));
        }
    }

    /// The failure as lines for people.
    pub fn render(&self, lang: Lang) -> String {
        let mut lines = Vec::new();
        push_block(
            &mut lines,
            &lang.inline("错误", "error"),
            &self.said.what.lines(lang),
        );
        for place in &self.said.places {
            push_block(
                &mut lines,
                &lang.inline("位置", "where"),
                std::slice::from_ref(place),
            );
        }
        if !self.said.figures.is_empty() {
            let figures: Vec<String> = self
                .said
                .figures
                .iter()
                .map(|(name, value)| figure_line(name, value))
                .collect();
            push_block(&mut lines, &lang.inline("数字", "figures"), &figures);
        }
        if let Some(rule) = &self.said.rule {
            push_block(&mut lines, &lang.inline("规则", "rule"), &rule.lines(lang));
        }
        if let Some(next) = &self.said.next {
            push_block(
                &mut lines,
                &lang.inline("怎么办", "what to do"),
                &next.lines(lang),
            );
        }
        lines.join("\n")
    }

    fn to_json(&self) -> Value {
        let figures: serde_json::Map<String, Value> = self
            .said
            .figures
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        let text = |words: &Option<Words>| words.as_ref().map(|words| words.en.clone());
        json!({ "error": {
            "exit_code": self.exit as u8,
            "message": self.said.what.en,
            "where": self.said.places,
            "figures": figures,
            "rule": text(&self.said.rule),
            "next": text(&self.said.next),
        }})
    }
}

/// A figure as people read it; amounts also in yuan.
pub fn figure_line(name: &str, value: &str) -> String {
    match value.parse::<i128>() {
        Ok(fen) if name.ends_with("_fen") => {
            format!("{name} = {value} ({} 元 yuan)", super::render::yuan(fen))
        }
        _ => format!("{name} = {value}"),
    }
}

fn push_block(lines: &mut Vec<String>, label: &str, block: &[String]) {
    for (index, line) in block.iter().enumerate() {
        let lead = if index == 0 { label } else { "" };
        let pad = 20usize.saturating_sub(super::render::width(lead));
        let colon = if index == 0 { ":" } else { " " };
        lines.push(format!("{lead}{colon}{}{line}", " ".repeat(pad.max(1))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure() -> Failure {
        Failure::new(Exit::Refused, ("超出可用预算", "plan over budget"))
            .at("events.ndjson:3")
            .figure("available_fen", 123_456)
            .figure("lot_no", "01")
            .rule((
                "计划不得超出指标可用额",
                "a plan draws at most what its line has available",
            ))
    }

    #[test]
    fn says_what_where_figures_and_rule_in_the_language_asked() {
        let english = failure().render(Lang::En);
        let chinese = failure().render(Lang::Zh);
        for part in [
            "error:",
            "plan over budget",
            "events.ndjson:3",
            "(1,234.56 元 yuan)",
        ] {
            assert!(english.contains(part), "{part} in {english}");
        }
        assert!(chinese.contains("超出可用预算") && !chinese.contains("plan over budget"));
        let both = failure().render(Lang::Both);
        assert!(both.contains("超出可用预算") && both.contains("plan over budget"));
    }

    #[test]
    fn says_the_same_to_programs_as_one_line() {
        let line = failure().to_json().to_string();
        assert!(!line.contains('\n'));
        let value: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["error"]["exit_code"], 1);
        assert_eq!(value["error"]["figures"]["available_fen"], "123456");
    }

    #[test]
    fn codes_are_those_of_the_table() {
        let all = [
            Exit::Fine,
            Exit::Refused,
            Exit::Input,
            Exit::Damage,
            Exit::Unreachable,
            Exit::Failed,
        ];
        let codes: Vec<u8> = all.iter().map(|exit| *exit as u8).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5]);
    }
}
