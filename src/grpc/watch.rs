//! Watching obligations: what is near or overdue, told again whenever it changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use tokio::time::MissedTickBehavior;
use tonic::{Response, Status};

use super::{
    answers::{self, Responses, Sender},
    status, subscribe,
};
use crate::{
    events::v1::{self, ObligationChange, ObligationStatus},
    ledger::{Ledger, clock::Clock},
    models::Model,
    supervision::{
        Supervision,
        lists::{self, Dated},
    },
};

/// Messages that wait for a slow watcher.
const MESSAGES_AHEAD: usize = 64;

/// Which of them: rule and subject, in the stream.
type Key = (String, String, String);

/// What one caller watches, and what he was told.
pub struct Watch {
    filter: v1::ComplianceFilter,
    within_days: u32,
    rows_max: usize,
    told: BTreeMap<Key, v1::ObligationRow>,
}

fn key_of(row: &v1::ObligationRow) -> Key {
    let of = row.obligation.clone().unwrap_or_default();
    (row.stream.clone(), of.rule_id, of.subject)
}

/// Near or overdue.
fn standing(row: &v1::ObligationRow) -> ObligationChange {
    let status = row.obligation.as_ref().map(v1::Obligation::status);
    match status {
        Some(ObligationStatus::Overdue) => ObligationChange::Overdue,
        _ => ObligationChange::Near,
    }
}

/// What a watcher is told of: the last day, the amount and where it stands, not each further day
/// of lateness.
fn essence(row: &v1::ObligationRow) -> (i32, String, Option<i64>) {
    let of = row.obligation.clone().unwrap_or_default();
    (of.status, of.due_on, of.amount_fen)
}

impl Watch {
    /// Nothing told yet; at most so many obligations at a time.
    pub fn new(filter: v1::ComplianceFilter, within_days: u32, rows_max: usize) -> Self {
        Self {
            filter,
            within_days,
            rows_max,
            told: BTreeMap::new(),
        }
    }

    /// What changed since it was told last.
    fn news(&mut self, now: Vec<v1::ObligationRow>) -> Vec<(ObligationChange, v1::ObligationRow)> {
        let mut news = Vec::new();
        let mut gone: BTreeSet<Key> = self.told.keys().cloned().collect();
        for row in now {
            let key = key_of(&row);
            gone.remove(&key);
            let change = match self.told.get(&key) {
                None => standing(&row),
                Some(told) if standing(told) != standing(&row) => standing(&row),
                Some(told) if essence(told) != essence(&row) => ObligationChange::Moved,
                Some(_) => continue,
            };
            self.told.insert(key, row.clone());
            news.push((change, row));
        }
        let settled = gone.into_iter().filter_map(|key| self.told.remove(&key));
        news.extend(settled.map(|row| (ObligationChange::Settled, row)));
        news
    }
}

/// A watcher at work.
struct Watcher {
    ledger: Ledger,
    supervision: Supervision,
    watch: Watch,
}

/// Begins to tell a caller.
pub fn watch(
    ledger: &Ledger,
    supervision: &Supervision,
    watch: Watch,
    every: Duration,
) -> Result<Response<Responses<v1::WatchObligationsResponse>>, Status> {
    let mut watcher = Watcher {
        ledger: ledger.clone(),
        supervision: supervision.clone(),
        watch,
    };
    let first = tokio::task::block_in_place(|| watcher.look())?;
    let (sender, responses) = answers::channel(MESSAGES_AHEAD);
    let mut closing = ledger.closing();
    tokio::spawn(async move {
        let gauge = metrics::gauge!("bihuan_watchers");
        gauge.increment(1.0);
        tokio::select! {
            () = watcher.run(first, sender, every) => {}
            () = subscribe::ended(&mut closing) => {}
        }
        gauge.decrement(1.0);
    });
    Ok(Response::new(responses))
}

impl Watcher {
    /// What changed since it was told last.
    fn look(&mut self) -> Result<Vec<v1::WatchObligationsResponse>, Status> {
        let Watch {
            filter,
            within_days,
            rows_max,
            ..
        } = &self.watch;
        let near =
            |model: &Model<'_>| lists::near_or_overdue(model, filter, *within_days, *rows_max);
        let asked = self.supervision.live().ask(near);
        let Dated { answer, on } = asked.map_err(|error| status::of_model(&error))?;
        if answer.rows.len() > *rows_max {
            return Err(status::too_many("obligations", *rows_max));
        }
        let told =
            |(change, row): (ObligationChange, v1::ObligationRow)| v1::WatchObligationsResponse {
                change: change.into(),
                obligation: Some(row),
                on: on.clone(),
                reflects_position: answer.end.checked_sub(1),
                simulated_clock: self.ledger.clock() == Clock::Simulated,
            };
        Ok(self.watch.news(answer.rows).into_iter().map(told).collect())
    }

    fn heartbeat(&self) -> v1::WatchObligationsResponse {
        v1::WatchObligationsResponse {
            reflects_position: self.supervision.live().end().checked_sub(1),
            simulated_clock: self.ledger.clock() == Clock::Simulated,
            ..v1::WatchObligationsResponse::default()
        }
    }

    /// Tells until the caller goes away, the ledger is gone, or the picture fails.
    async fn run(
        mut self,
        first: Vec<v1::WatchObligationsResponse>,
        mut sender: Sender<v1::WatchObligationsResponse>,
        every: Duration,
    ) {
        let mut beat = tokio::time::interval(every);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.reset();
        let mut changed = self.supervision.live().changes();
        let mut news = first;
        loop {
            for message in news {
                let Some(place) = sender.place().await else {
                    return;
                };
                sender = place.send(message);
            }
            tokio::select! {
                is_alive = changed.next() => if !is_alive { return },
                _ = beat.tick() => {
                    let Some(place) = sender.place().await else { return };
                    sender = place.send(self.heartbeat());
                    news = Vec::new();
                    continue;
                }
                () = sender.closed() => return,
            }
            news = match tokio::task::block_in_place(|| self.look()) {
                Ok(news) => news,
                // It is made anew, and looked at again when it is there.
                Err(error) if error.code() == tonic::Code::Unavailable => Vec::new(),
                Err(error) => {
                    if let Some(place) = sender.place().await {
                        place.fail(error);
                    }
                    return;
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(subject: &str, status: ObligationStatus, due_on: &str, late: u32) -> v1::ObligationRow {
        v1::ObligationRow {
            obligation: Some(v1::Obligation {
                rule_id: "R".into(),
                subject: subject.into(),
                status: status.into(),
                due_on: due_on.into(),
                late_calendar_days: late,
                ..v1::Obligation::default()
            }),
            stream: "project/4304/P".into(),
            ..v1::ObligationRow::default()
        }
    }

    #[test]
    fn each_change_is_told_once() {
        use ObligationStatus::{Overdue, Pending};
        let mut watch = Watch::new(v1::ComplianceFilter::default(), 7, 100);
        let mut told = |now: Vec<v1::ObligationRow>| {
            let news = watch.news(now).into_iter();
            let words = news.map(|(change, row)| {
                let subject = row.obligation.expect("an obligation").subject;
                format!(
                    "{subject} {}",
                    change
                        .as_str_name()
                        .rsplit_once("CHANGE_")
                        .expect("a name")
                        .1
                )
            });
            words.collect::<Vec<_>>().join(", ")
        };
        let a = row("a", Pending, "2023-10-10", 0);
        let b = row("b", Overdue, "2023-10-01", 4);
        assert_eq!(told(vec![b.clone(), a.clone()]), "b OVERDUE, a NEAR");
        assert_eq!(told(vec![b.clone(), a.clone()]), "");
        let later = row("b", Overdue, "2023-10-01", 5);
        assert_eq!(told(vec![later.clone(), a]), "", "a day more is no news");
        let moved = row("a", Pending, "2023-10-11", 0);
        assert_eq!(told(vec![later.clone(), moved]), "a MOVED");
        let passed = row("a", Overdue, "2023-10-11", 0);
        assert_eq!(told(vec![passed, later]), "a OVERDUE");
        assert_eq!(told(vec![]), "a SETTLED, b SETTLED");
    }
}
