//! An imported process: its releases merged, its bids, awards and contracts as published.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use rusqlite::types::Value;

use super::{acts, text};
use crate::{
    domain::values::date::midnight_seconds,
    events::v1::{OcdsReleaseImported, event_payload::Payload},
    supervision::{indicators::exact, sight::Sight},
    views::{Standing, process::json::Node},
};

/// Statuses of bids that were handed in.
const SUBMITTED: [&str; 3] = ["pending", "valid", "disqualified"];

/// A process: its releases merged, and which of them told of what.
pub(super) struct Process<'a> {
    /// The releases merged.
    pub merged: Node,
    /// The process.
    pub ocid: &'a str,
    /// Releases by section of the process.
    told: BTreeMap<&'static str, BTreeSet<u64>>,
}

/// Sections that evidence is told by.
const SECTIONS: [&str; 4] = ["tender", "bids", "awards", "contracts"];

/// When a release was published, in microseconds: the moment as written, else its day.
fn instant_of(standing: &Standing, e: &OcdsReleaseImported) -> i64 {
    let written = DateTime::parse_from_rfc3339(&e.date_as_written);
    written.map_or_else(
        |_| midnight_seconds(standing.on()).saturating_mul(1_000_000),
        |moment| moment.timestamp_micros(),
    )
}

impl<'a> Process<'a> {
    /// Merges the releases in the order of their dates, as [`crate::views::process`] does.
    pub fn of(sight: &Sight<'a>) -> Option<Self> {
        let mut releases: Vec<_> = acts(sight)
            .filter_map(|(act, payload)| match payload {
                Payload::OcdsReleaseImported(e) => Some((instant_of(act, e), act, e)),
                _ => None,
            })
            .collect();
        releases.sort_by_key(|(instant, act, _)| (*instant, act.position));
        let mut process = Self {
            merged: Node::Object(BTreeMap::new()),
            ocid: &releases.last()?.2.ocid,
            told: BTreeMap::new(),
        };
        for (_, act, e) in releases {
            let written = std::str::from_utf8(&e.release_json).unwrap_or_default();
            if let Some(release) = Node::parse(written) {
                process.take(act, release);
            }
        }
        Some(process)
    }

    fn take(&mut self, act: &Standing, mut release: Node) {
        for section in SECTIONS {
            if release.get(section).is_some() {
                self.told
                    .entry(section)
                    .or_default()
                    .extend(act.positions());
            }
        }
        if let Node::Object(members) = &mut release {
            for name in ["id", "date", "tag"] {
                members.remove(name);
            }
        }
        self.merged.merge(release);
    }

    /// The releases that told of sections.
    pub fn evidence(&self, sections: &[&str]) -> Value {
        let told = sections.iter().filter_map(|section| self.told.get(section));
        text(exact::positions(told.flatten().copied()))
    }

    /// A text by its path; empty where there is none.
    pub fn text_at(&self, path: &[&str]) -> &str {
        self.merged.text_at(path)
    }

    /// The buyer.
    pub fn unit(&self) -> &str {
        self.text_at(&["buyer", "id"])
    }

    /// The award in force, if it is the only one.
    pub fn winner(&self) -> Option<&Node> {
        let awards = self.merged.list(&["awards"]).iter();
        let mut active = awards.filter(|award| award.text_at(&["status"]) == "active");
        active.next().filter(|_| active.next().is_none())
    }

    /// How many bid: as told, else who handed bids in; -1 where it is not known.
    pub fn bidders_count(&self) -> i64 {
        let told = self.text_at(&["tender", "numberOfTenderers"]);
        if let Ok(count) = told.parse() {
            return count;
        }
        let bids = self.merged.list(&["bids", "details"]).iter();
        let submitted = bids.filter(|bid| SUBMITTED.contains(&bid.text_at(&["status"])));
        let tenderers: BTreeSet<&str> = submitted
            .flat_map(|bid| bid.list(&["tenderers"]).iter().map(Node::id))
            .filter(|id| !id.is_empty())
            .collect();
        match tenderers.len() {
            0 => -1,
            count => i64::try_from(count).unwrap_or(i64::MAX),
        }
    }
}
