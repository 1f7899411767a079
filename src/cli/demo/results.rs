//! What the ledger answered: counts, refusals by code, and answers that nobody foretold.

use std::{collections::BTreeMap, sync::Arc};

use comfy_table::Cell;

use super::year::Done;
use crate::{
    cli::{answer::Answer, append::report, lang::Lang, render},
    events::v1::ReceiptStatus,
    simulate::Expected,
};

/// Surprises told one by one.
const SURPRISES_TOLD: usize = 10;

/// Refusals of one code.
#[derive(Debug)]
struct Refusals {
    count: u64,
    label: &'static str,
    source: &'static str,
    example: Arc<Answer>,
}

/// Counts and examples.
#[derive(Debug, Default)]
pub struct Results {
    /// Events appended.
    pub events: u64,
    /// Batches sent.
    pub batches: u64,
    /// Batches refused.
    pub refused: u64,
    /// Batches that were sent again and recorded nothing.
    pub retried: u64,
    /// Bytes of the events appended.
    pub bytes: u64,
    /// How long the push took.
    pub seconds: f64,
    /// Answers that the simulator did not foretell.
    pub surprises: Vec<String>,
    refusals: BTreeMap<String, Refusals>,
}

impl Results {
    /// Notes what became of a step.
    pub fn note(&mut self, done: Done) {
        self.batches += 1;
        let step = &done.step;
        let got = match &done.answer {
            Ok(answer) => {
                let is_new = |receipt: &&_| status_of(receipt) == ReceiptStatus::Appended;
                let appended = answer.receipts.iter().filter(is_new).count() as u64;
                self.events += appended;
                if appended == 0 {
                    self.retried += 1;
                    "ALREADY_APPENDED".to_owned()
                } else {
                    let bytes = step.submissions.iter().map(|sent| sent.event.len() as u64);
                    self.bytes += bytes.sum::<u64>();
                    "APPENDED".to_owned()
                }
            }
            Err(answer) => {
                self.refused += 1;
                answer.key().to_owned()
            }
        };
        let wanted = match step.expected {
            Expected::Accepted => "APPENDED",
            Expected::Retry => "ALREADY_APPENDED",
            Expected::Refused(reason) => reason,
        };
        if got != wanted {
            let message = done
                .answer
                .as_ref()
                .err()
                .map_or("", |answer| &answer.message);
            let (source, label) = (step.source_system, step.label);
            self.surprises
                .push(format!("{source}: {label}: {got}, not {wanted}: {message}"));
        }
        if let Err(answer) = done.answer {
            let (label, source) = (step.label, step.source_system);
            let refusals = self.refusals.entry(got);
            let new = || Refusals {
                count: 0,
                label,
                source,
                example: answer,
            };
            refusals.or_insert_with(new).count += 1;
        }
    }

    /// The rates.
    pub fn rates(&self, lang: Lang) -> String {
        let events = render::count(self.events);
        render::facts(
            lang,
            [
                (lang.inline("记录的事件", "events recorded"), events),
                (
                    lang.inline("推送的批次", "batches pushed"),
                    render::count(self.batches),
                ),
                (lang.inline("大小", "size"), render::bytes(self.bytes)),
                (
                    lang.inline("用时", "time"),
                    format!("{:.1} s", self.seconds),
                ),
                (
                    lang.inline("每秒事件", "events a second"),
                    format!(
                        "{} ({})",
                        render::rate(self.events, self.seconds),
                        lang.inline(
                            "每条均已落盘再答复",
                            "each on disk before it was acknowledged"
                        ),
                    ),
                ),
                (lang.inline("拒绝", "refused"), render::count(self.refused)),
                (
                    lang.inline("重发", "sent again"),
                    format!(
                        "{} ({})",
                        render::count(self.retried),
                        lang.inline(
                            "均得到首次回执",
                            "each got its first receipt, nothing was doubled"
                        ),
                    ),
                ),
                (
                    lang.inline("意外答复", "unforeseen answers"),
                    render::count(self.surprises.len() as u64),
                ),
            ],
        )
    }

    /// Answers that nobody foretold, line by line; empty if none.
    pub fn surprises(&self) -> Vec<String> {
        self.surprises
            .iter()
            .take(SURPRISES_TOLD)
            .cloned()
            .collect()
    }

    /// Refusals by code: how many, and for one of them what was tried and why it cannot be.
    pub fn refusals(&self, lang: Lang) -> String {
        let mut table = render::table([
            lang.stacked("原因", "reason"),
            lang.stacked("次数", "count"),
            lang.stacked("一例，及为何", "one of them, and why"),
        ]);
        for (name, refusals) in &self.refusals {
            let tried = format!("{}: {}", refusals.source, refusals.label);
            let why = report::explain(lang, name, &refusals.example);
            table.add_row([
                Cell::new(name),
                render::number(refusals.count),
                Cell::new(format!("{tried}\n{why}")),
            ]);
        }
        render::never_wrap(&mut table, &[0, 1]);
        render::lines(&table)
    }
}

fn status_of(receipt: &crate::events::v1::Receipt) -> ReceiptStatus {
    receipt.status()
}
