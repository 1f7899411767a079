//! Findings that were stated as the events once read and are not since one of them was corrected or
//! voided: superseded, never gone (domain 0.2(4), 0.5).
//!
//! A history with amendments is judged again as it was known just before each of them was recorded,
//! and just after, both at the end of the day of its recording. A history without any costs
//! nothing. What stands beside the stream is cut at the moment of recording, as far as it is read
//! by its events; registry, thresholds and bans are as of the moments of the matter.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{
    judge::{Law, Matter},
    late::Beside,
    verdict::{Finding, FindingStatus},
};
use crate::{
    domain::values::local_date,
    views::{AsOf, History},
};

/// An amendment of a history.
struct Amendment {
    /// Its index.
    index: usize,
    /// Its position.
    position: u64,
    /// When it was recorded, in microseconds.
    recorded_us: u64,
    /// The day of recording.
    on: NaiveDate,
}

/// The findings that amendments took away, each as it was stated last before the newest of them.
pub(super) fn superseded(law: &Law, matter: &Matter<'_>, stated: &[Finding]) -> Vec<Finding> {
    let amendments = amendments(matter);
    if amendments.is_empty() {
        return Vec::new();
    }
    // What stands beside the stream is read once for all of them.
    let beside = Beside::new(matter.around);
    let matter = &Matter {
        around: &beside,
        ..*matter
    };
    let stands: BTreeSet<&str> = stated.iter().map(|finding| finding.id.as_str()).collect();
    let mut gone = BTreeMap::<String, Finding>::new();
    let mut last: Option<(usize, NaiveDate, Vec<Finding>)> = None;
    for amendment in &amendments {
        let until = |end: usize| known(law, matter, amendment, end);
        // What was known after the amendment before it, where nothing came between.
        let before = match last.take() {
            Some((end, on, findings)) if end == amendment.index && on == amendment.on => findings,
            _ => until(amendment.index),
        };
        let after = until(amendment.index + 1);
        let kept: BTreeSet<&str> = after.iter().map(|finding| finding.id.as_str()).collect();
        for finding in before {
            if !stands.contains(finding.id.as_str()) && !kept.contains(finding.id.as_str()) {
                gone.insert(finding.id.clone(), taken_away(finding, amendment.position));
            }
        }
        last = Some((amendment.index + 1, amendment.on, after));
    }
    gone.into_values().collect()
}

/// The corrections and voids that are known at the moments of a matter.
fn amendments(matter: &Matter<'_>) -> Vec<Amendment> {
    let history = matter.history;
    let known = history.known_at(matter.as_of.recorded_us);
    let items = history.items().iter().enumerate().take(known);
    let of = |(index, item): (usize, &crate::domain::decider::HistoryItem)| {
        item.amends?;
        let recorded_us = history.recorded_us(index);
        let seconds = (recorded_us / 1_000_000).cast_signed();
        Some(Amendment {
            index,
            position: item.position,
            recorded_us,
            on: local_date(seconds, 0)?,
        })
    };
    items.filter_map(of).collect()
}

/// What was found of the first events of a history at the end of the day of an amendment.
fn known(law: &Law, matter: &Matter<'_>, amendment: &Amendment, end: usize) -> Vec<Finding> {
    let mut history = History::default();
    for (index, item) in matter.history.items().iter().enumerate().take(end) {
        history.push(matter.history.recorded_us(index), item.clone());
    }
    let as_of = AsOf {
        recorded_us: Some(amendment.recorded_us),
        ..matter.as_of
    };
    let then = Matter {
        history: &history,
        as_of,
        today: matter.today.min(amendment.on),
        ..*matter
    };
    law.judge_as_it_reads(&then).findings
}

fn taken_away(mut finding: Finding, by: u64) -> Finding {
    finding.status = FindingStatus::Superseded;
    finding.superseded_by = Some(by);
    finding.evidence.push(by);
    finding.evidence.sort_unstable();
    finding.evidence.dedup();
    finding
}
