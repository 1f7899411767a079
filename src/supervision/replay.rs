//! What a pack would change: every stream judged twice.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{
    domain::values::StreamName,
    ledger::{Ledger, law::Judges, views::Asked},
    models::{Model, ModelError, derive::each},
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

/// The streams of a picture, in the order of the ledger.
///
/// # Errors
/// Those of the file.
pub fn streams(model: &Model<'_>) -> Result<Vec<StreamName>, ModelError> {
    let sql = "SELECT stream FROM streams ORDER BY position";
    let mut statement = model.connection().prepare_cached(sql)?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    let names = names.collect::<Result<Vec<_>, _>>()?;
    let parsed = names.iter().filter_map(|name| StreamName::parse(name).ok());
    Ok(parsed.collect())
}

/// Judges streams by the packs in force and by others. Nothing is recorded.
///
/// # Errors
/// Damage among their events.
pub fn replay(
    ledger: &Ledger,
    streams: &[StreamName],
    packs: Packs,
    wanted: Wanted,
) -> Result<Replayed, ModelError> {
    let queries = ledger.queries();
    let asked = Asked {
        as_of: AsOf::default(),
        role: crate::events::v1::ActorRole::Regulator,
        end: queries.view_end(),
        now_us: ledger.clock().now_us(ledger.last_recorded_us()),
    };
    let judges = Judges::new(queries, asked)?;
    let after = judges.law_of(packs);
    let mut replayed = Replayed {
        on: judges.today(),
        end: asked.end,
        ..Replayed::default()
    };
    let closing = ledger.closing();
    let judge = |stream: &StreamName| {
        let history = judges.history(stream)?;
        Ok((stream.clone(), judges.changes(&after, stream, &history)?))
    };
    each(streams, 1, judge, |(stream, changes)| {
        if *closing.borrow() {
            return Err(ModelError::Closing);
        }
        replayed.streams += 1;
        let appear = changes.appear.into_iter().map(|now| (None, Some(now)));
        let vanish = changes.vanish.into_iter().map(|was| (Some(was), None));
        let changed = changes.changed.into_iter();
        let changed = changed.map(|(was, now)| (Some(was), Some(now)));
        for (before, after) in appear.chain(vanish).chain(changed) {
            let Some(of) = after.as_ref().or(before.as_ref()) else {
                continue;
            };
            if !wanted.takes(of) && !before.as_ref().is_some_and(|was| wanted.takes(was)) {
                continue;
            }
            let count = replayed.counts.entry(of.rule_id.clone()).or_default();
            count[match (&before, &after) {
                (None, _) => 0,
                (_, None) => 1,
                _ => 2,
            }] += 1;
            if replayed.changes.len() < wanted.changes_max {
                replayed.changes.push(Change {
                    stream: stream.clone(),
                    before,
                    after,
                });
            }
        }
        Ok(())
    })?;
    Ok(replayed)
}
