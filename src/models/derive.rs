//! Rows of streams: which streams have rows, whose rows an event changes, and the rows themselves.

use std::{
    collections::BTreeSet,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use rusqlite::Connection;

use super::{
    ModelError,
    foldings::{Foldings, order_of},
    rows::{self, Place, Rows},
};
use crate::{
    domain::values::{StreamKind, StreamName},
    events::v1::ActorRole,
    ledger::{fresh::Fresh, overlay::LoadError, query::Queries, views::Asked},
    views::AsOf,
};

/// Streams below which more threads only cost.
const TOGETHER_MIN: usize = 32;
/// Threads that derive, at most: the others serve.
const THREADS_MAX: usize = 4;
/// Streams whose rows wait to be written: a long one has a megabyte of them.
const AHEAD: usize = 4;

/// The stream whose rows a stream's events change, if they have any: suppliers and units are told
/// with their organisation.
pub fn owner(stream: &StreamName) -> Option<StreamName> {
    let kind = match stream.kind {
        StreamKind::Project | StreamKind::Order | StreamKind::Ocds => stream.kind,
        StreamKind::Organisation | StreamKind::Supplier | StreamKind::Unit => {
            StreamKind::Organisation
        }
        _ => return None,
    };
    Some(StreamName {
        kind,
        ..stream.clone()
    })
}

/// Whether rows are folded on from the events of a step.
pub fn is_folded_on(stream: &StreamName) -> bool {
    matches!(stream.kind, StreamKind::Project | StreamKind::Order)
}

/// The projects whose rows tell something of another stream: the name of an organisation, the
/// amount of a budget line.
pub fn dependents(
    connection: &Connection,
    stream: &StreamName,
    dirty: &mut BTreeSet<StreamName>,
) -> Result<(), rusqlite::Error> {
    let sql = match stream.kind {
        StreamKind::Organisation => {
            "SELECT id FROM parties JOIN projects USING (position, partition)
             WHERE partition = ? AND uscc = ? AND origin = 1"
        }
        StreamKind::BudgetLine => {
            "SELECT id FROM project_lines JOIN projects USING (position, partition)
             WHERE partition = ? AND budget_line_id = ? AND origin = 1"
        }
        _ => return Ok(()),
    };
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query([&stream.partition, &stream.id])?;
    while let Some(row) = found.next()? {
        dirty.insert(StreamName {
            kind: StreamKind::Project,
            partition: stream.partition.clone(),
            id: row.get(0)?,
        });
    }
    Ok(())
}

/// Derives rows as of one position.
#[derive(Clone, Copy)]
pub struct Deriver<'a> {
    /// Reads histories.
    pub queries: &'a Queries,
    /// What was folded before.
    pub foldings: &'a Foldings,
    /// The events of the step, read already.
    pub fresh: Option<&'a Fresh>,
    /// Everything below is reflected, and nothing else.
    pub end: u64,
    /// Cores that are left to others.
    pub spared: usize,
    /// No stream is derived again soon: nothing of it is remembered.
    pub is_once: bool,
}

impl Deriver<'_> {
    /// The rows of a stream; `None` where the public may know nothing of it.
    pub fn rows(&self, stream: &StreamName) -> Result<Option<Rows>, LoadError> {
        let asked = Asked {
            as_of: AsOf::default(),
            role: ActorRole::Public,
            end: self.end,
            now_us: 0,
        };
        let (queries, foldings) = (self.queries, self.foldings);
        Ok(match stream.kind {
            StreamKind::Organisation => self.organisation(stream, &asked)?,
            StreamKind::Project if self.is_once => {
                foldings.project_once(queries, stream, &asked, self.fresh)?
            }
            StreamKind::Order if self.is_once => {
                let found = order_of(queries, stream, (None, None), &asked, self.fresh)?;
                found.and_then(|(rows, ..)| rows)
            }
            StreamKind::Project => foldings.project(queries, stream, &asked, self.fresh)?,
            StreamKind::Order => foldings.order(queries, stream, &asked, self.fresh)?,
            StreamKind::Ocds => {
                let view = queries.process_view(stream, &asked)?;
                let at = Place::of(queries, stream, self.end)?;
                let partition = stream.partition.as_str();
                view.zip(at)
                    .map(|(view, at)| rows::process(&view, partition, &at))
            }
            _ => None,
        })
    }

    fn organisation(&self, stream: &StreamName, asked: &Asked) -> Result<Option<Rows>, LoadError> {
        let mut first = None;
        for kind in [
            StreamKind::Organisation,
            StreamKind::Supplier,
            StreamKind::Unit,
        ] {
            let of = StreamName {
                kind,
                ..stream.clone()
            };
            let found = Place::of(self.queries, &of, self.end)?.map(|place| place.position);
            first = first.into_iter().chain(found).min();
        }
        let Some(position) = first else {
            return Ok(None);
        };
        let name = (stream.partition.as_str(), stream.id.as_str());
        let registry = self.queries.registry(name.0, name.1, asked)?;
        let supplier = StreamName {
            kind: StreamKind::Supplier,
            ..stream.clone()
        };
        let bans = self.queries.bans(&supplier, asked)?;
        Ok(Some(rows::organisation(&registry, &bans, name, position)))
    }

    /// Derives the rows of many streams on all cores but those spared, and hands them over as they
    /// come.
    pub fn all(
        &self,
        streams: &[StreamName],
        mut take: impl FnMut(Rows) -> Result<(), ModelError>,
    ) -> Result<(), ModelError> {
        each(
            streams,
            self.spared,
            |stream| self.rows(stream),
            |rows| rows.map_or(Ok(()), &mut take),
        )
    }
}

/// Derives something of many streams on all cores but those spared, and hands it over as it comes.
pub fn each<T: Send>(
    streams: &[StreamName],
    spared: usize,
    derive: impl Fn(&StreamName) -> Result<T, LoadError> + Sync,
    mut take: impl FnMut(T) -> Result<(), ModelError>,
) -> Result<(), ModelError> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.saturating_sub(spared).clamp(1, THREADS_MAX);
    if streams.len() < TOGETHER_MIN {
        for stream in streams {
            take(derive(stream)?)?;
        }
        return Ok(());
    }
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        // Dropped with the loop below, so that a writer that fails stops those who derive.
        let (sender, derived) = mpsc::sync_channel(AHEAD);
        for _ in 0..threads {
            let (sender, next, derive) = (sender.clone(), &next, &derive);
            scope.spawn(move || {
                while let Some(stream) = streams.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let rows = derive(stream);
                    let is_failed = rows.is_err();
                    if sender.send(rows).is_err() || is_failed {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for rows in derived {
            take(rows?)?;
        }
        Ok(())
    })
}
