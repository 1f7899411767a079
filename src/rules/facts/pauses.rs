//! Spans in which a clock stands still, from the acts that begin and end them.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::{domain::calendar::Pause, rules::case::Scene, views::Standing};

/// Pauses in the making: acts are told in order of their days.
#[derive(Debug, Default)]
pub(super) struct Pauses<'a> {
    open: BTreeMap<&'a str, NaiveDate>,
    spans: Vec<Pause>,
    /// Positions of the acts that begin and end them.
    pub(super) evidence: Vec<u64>,
}

impl<'a> Pauses<'a> {
    /// A pause begins, unless it stands already.
    pub(super) fn begin(&mut self, name: &'a str, act: &Standing) {
        self.open.entry(name).or_insert_with(|| act.on());
        self.evidence.extend(act.positions());
    }

    /// A pause ends; one that never began is not made up.
    pub(super) fn end(&mut self, name: &str, act: &Standing) {
        if let Some(after) = self.open.remove(name) {
            self.close(after, act.on());
            self.evidence.extend(act.positions());
        }
    }

    /// Nothing is waited for any more.
    pub(super) fn end_all(&mut self, on: NaiveDate) {
        for after in std::mem::take(&mut self.open).into_values() {
            self.close(after, on);
        }
    }

    fn close(&mut self, after: NaiveDate, until: NaiveDate) {
        self.spans.push(Pause { after, until });
    }

    /// All of them. What is still waited for comes tomorrow at the earliest.
    pub(super) fn spans(mut self, scene: &Scene<'_>) -> Vec<Pause> {
        let tomorrow = scene.today.checked_add_days(Days::new(1));
        self.end_all(tomorrow.unwrap_or(scene.today));
        self.spans
    }
}
