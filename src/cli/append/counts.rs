//! Outcomes counted, named and written as JSON.

use serde_json::{Map, Value, json};

use super::send::Outcome;
use crate::{
    cli::{lang::Lang, render},
    events::v1::ReceiptStatus,
};

/// Counts by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Appended now.
    pub appended: u64,
    /// Recorded before.
    pub already: u64,
    /// Recorded before, and annulled since.
    pub voided: u64,
    /// Would be appended.
    pub valid: u64,
    /// Refused by the ledger.
    pub refused: u64,
    /// Not sent, because it could not be read.
    pub unreadable: u64,
}

impl Counts {
    /// Everything that was looked at.
    pub fn total(&self) -> u64 {
        self.answered() + self.unreadable
    }

    /// Everything that the ledger answered.
    pub fn answered(&self) -> u64 {
        self.appended + self.already + self.voided + self.valid + self.refused
    }

    /// Counts an outcome.
    pub fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Refused(_) => self.refused += 1,
            Outcome::Receipt(receipt) => match receipt.status() {
                ReceiptStatus::Appended => self.appended += 1,
                ReceiptStatus::AlreadyAppended => self.already += 1,
                ReceiptStatus::Voided => self.voided += 1,
                ReceiptStatus::Valid | ReceiptStatus::Unspecified => self.valid += 1,
            },
        }
    }

    /// One line for a progress bar.
    pub fn line(&self, lang: Lang, seconds: f64) -> String {
        let accepted = self.appended + self.valid;
        let mut line = format!(
            "{} {} · {}/s · {} {}",
            lang.inline("共", "total"),
            render::count(self.total()),
            render::rate(self.total(), seconds),
            lang.inline("接受", "accepted"),
            render::count(accepted),
        );
        let more = [
            (self.already + self.voided, lang.inline("已有", "already")),
            (self.refused, lang.inline("拒绝", "refused")),
            (self.unreadable, lang.inline("不可读", "unreadable")),
        ];
        for (count, name) in more {
            if count > 0 {
                line = format!("{line} · {name} {}", render::count(count));
            }
        }
        line
    }
}

/// The outcome in words.
pub fn status_words(status: ReceiptStatus) -> (&'static str, &'static str) {
    match status {
        ReceiptStatus::Appended => ("已记录", "appended"),
        ReceiptStatus::AlreadyAppended => ("已有", "already"),
        ReceiptStatus::Voided => ("已撤销", "voided"),
        ReceiptStatus::Valid => ("可接受", "valid"),
        ReceiptStatus::Unspecified => ("未知", "unspecified"),
    }
}

/// What became of a submission, as JSON.
pub fn outcome_json(name: &str, source: Value, outcome: &Outcome) -> Value {
    let mut map = Map::new();
    map.insert(name.to_owned(), source);
    match outcome {
        Outcome::Receipt(receipt) => {
            let status = receipt.status();
            let name = match status {
                ReceiptStatus::AlreadyAppended => "already_appended",
                other => status_words(other).1,
            };
            map.insert("outcome".into(), json!(name));
            map.insert("eventId".into(), json!(receipt.event_id));
            if status != ReceiptStatus::Valid {
                map.insert("position".into(), json!(receipt.position.to_string()));
                map.insert("revision".into(), json!(receipt.revision.to_string()));
                let recorded = receipt.recorded_at.as_ref().map(ToString::to_string);
                map.insert("recordedAt".into(), json!(recorded));
                map.insert("leafHash".into(), json!(render::hex(&receipt.leaf_hash)));
            }
        }
        Outcome::Refused(answer) => {
            map.insert("outcome".into(), json!("refused"));
            map.extend(answer.to_json());
        }
    }
    map.into()
}
