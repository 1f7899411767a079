//! What a pack would change: every stream judged twice, and what no single stream shows.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::across::{self, Changed};
use crate::{
    domain::values::StreamName,
    events::v1::ActorRole,
    ledger::{Ledger, law::Judges, views::Asked},
    models::{
        Model, ModelError,
        derive::each,
        store::{Progress, tell},
    },
    rules::{Packs, verdict::Finding},
    views::AsOf,
};

/// A finding that would be another.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The stream that it was found in.
    pub stream: StreamName,
    /// As it is now, unless it would appear.
    pub before: Option<Finding>,
    /// As it would be, unless it would vanish.
    pub after: Option<Finding>,
}

/// What a pack would change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replayed {
    /// How many findings would appear, vanish, be others, by rule.
    pub counts: BTreeMap<String, [i64; 3]>,
    /// The changes, as many as were asked for.
    pub changes: Vec<Change>,
    /// Streams that were judged.
    pub streams: i64,
    /// The day at whose end they were judged.
    pub on: NaiveDate,
    /// Everything below is reflected.
    pub end: u64,
}

/// Which findings are told.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Of this day or later.
    pub from: Option<NaiveDate>,
    /// Of this day or earlier.
    pub to: Option<NaiveDate>,
    /// Changes told one by one, at most.
    pub changes_max: usize,
}

impl Wanted {
    fn takes(&self, finding: &Finding) -> bool {
        self.from.is_none_or(|from| from <= finding.on) && self.to.is_none_or(|to| finding.on <= to)
    }
}

/// What a picture tells before streams are judged.
pub struct Prepared {
    /// Its streams, in the order of the ledger.
    streams: Vec<StreamName>,
    /// What would be found otherwise in no single stream.
    across: Vec<Changed>,
}

/// The streams of a picture, in the order of the ledger.
fn streams(model: &Model<'_>) -> Result<Vec<StreamName>, ModelError> {
    let sql = "SELECT stream FROM streams ORDER BY position";
    let mut statement = model.connection().prepare_cached(sql)?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    let names = names.collect::<Result<Vec<_>, _>>()?;
    let parsed = names.iter().filter_map(|name| StreamName::parse(name).ok());
    Ok(parsed.collect())
}

fn asked(ledger: &Ledger, end: u64) -> Asked {
    Asked {
        as_of: AsOf::default(),
        role: ActorRole::Regulator,
        end,
        now_us: ledger.clock().now_us(ledger.last_recorded_us()),
    }
}

/// Reads what there is to judge by other packs, and what they find otherwise in a picture.
///
/// # Errors
/// Those of the file, and damage among the events that the law rests on.
pub fn prepare(ledger: &Ledger, model: &Model<'_>, packs: &Packs) -> Result<Prepared, ModelError> {
    let judges = Judges::new(ledger.queries(), asked(ledger, model.end()))?;
    let laws = (judges.law(), &judges.law_of(packs.clone()));
    Ok(Prepared {
        streams: streams(model)?,
        across: across::changes(model.connection(), laws, judges.today())?,
    })
}

impl Replayed {
    /// Counts a change, and keeps it where it is to be told.
    fn take(&mut self, wanted: Wanted, (stream, before, after): Changed) {
        let Some(of) = after.as_ref().or(before.as_ref()) else {
            return;
        };
        if !wanted.takes(of) && !before.as_ref().is_some_and(|was| wanted.takes(was)) {
            return;
        }
        let count = self.counts.entry(of.rule_id.clone()).or_default();
        count[match (&before, &after) {
            (None, _) => 0,
            (_, None) => 1,
            _ => 2,
        }] += 1;
        if self.changes.len() < wanted.changes_max {
            self.changes.push(Change {
                stream,
                before,
                after,
            });
        }
    }
}

/// Judges streams by the packs in force and by others. Nothing is recorded.
///
/// # Errors
/// Damage among their events; [`ModelError::Closing`] where it is not to go on.
pub fn replay(
    ledger: &Ledger,
    prepared: Prepared,
    (packs, wanted): (Packs, Wanted),
    progress: Progress<'_>,
) -> Result<Replayed, ModelError> {
    let queries = ledger.queries();
    let asked = asked(ledger, queries.view_end());
    let judges = Judges::new(queries, asked)?;
    let after = judges.law_of(packs);
    let mut replayed = Replayed {
        on: judges.today(),
        end: asked.end,
        ..Replayed::default()
    };
    for change in prepared.across {
        replayed.take(wanted, change);
    }
    let streams = prepared.streams;
    let judge = |stream: &StreamName| {
        let history = judges.history(stream)?;
        Ok((stream.clone(), judges.changes(&after, stream, &history)?))
    };
    let mut done = 0;
    each(&streams, 1, judge, |(stream, changes)| {
        done += 1;
        tell(progress, done, streams.len() as u64)?;
        for (before, after) in changes.pairs() {
            replayed.take(wanted, (stream.clone(), before, after));
        }
        Ok(())
    })?;
    replayed.streams = done.cast_signed();
    Ok(replayed)
}
