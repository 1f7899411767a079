//! What a follower remembers between steps: foldings of the projects that move, and what other
//! streams tell of them.

use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, PoisonError},
};

use super::rows::{self, Place, Rows, Written};
use crate::{
    domain::values::{StreamKind, StreamName},
    ledger::{
        cache::Cache,
        fresh::Fresh,
        kept::{Kept, KeptEvents, Packed},
        overlay::LoadError,
        query::Queries,
        views::Asked,
    },
    views::{
        Timeline, order,
        project::{Others, lines::Approved},
    },
};

/// Bytes of the projects of one generation: two are remembered. A project of 40 events takes some
/// two and a half thousand; those of a city that are under way together should fit.
const PACKED_BYTES: usize = 24 << 20;
/// What a project takes beside what it is packed into.
const BASE_BYTES: usize = 250;
/// Orders that are remembered, at least: few events each.
const ORDERS: usize = 1_024;
/// Names and lines that are remembered, at least.
const BESIDE: usize = 16_384;

/// A project that is remembered.
struct Project {
    kept: Packed,
    place: Place,
    written: Option<Written>,
}

/// An order that is remembered.
struct Order {
    events: KeptEvents,
    place: Place,
    written: Option<Written>,
}

/// Projects in two generations, as in [`Cache`], of as many bytes each.
#[derive(Default)]
struct Projects {
    young: HashMap<StreamName, Project>,
    old: HashMap<StreamName, Project>,
    bytes: usize,
}

impl Project {
    fn bytes(&self) -> usize {
        self.kept.bytes() + BASE_BYTES
    }
}

impl Projects {
    fn take(&mut self, stream: &StreamName) -> Option<Project> {
        match self.young.remove(stream) {
            Some(project) => {
                self.bytes -= project.bytes();
                Some(project)
            }
            None => self.old.remove(stream),
        }
    }

    fn put(&mut self, stream: StreamName, project: Project) {
        let bytes = project.bytes();
        if self.bytes + bytes > PACKED_BYTES {
            self.old = mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.young.insert(stream, project);
    }
}

/// What is remembered.
pub struct Foldings {
    projects: Mutex<Projects>,
    orders: Mutex<Cache<StreamName, Order>>,
    names: Mutex<Cache<StreamName, Option<String>>>,
    lines: Mutex<Cache<StreamName, Approved>>,
}

impl Default for Foldings {
    fn default() -> Self {
        Self {
            projects: Mutex::default(),
            orders: Mutex::new(Cache::new(ORDERS)),
            names: Mutex::new(Cache::new(BESIDE)),
            lines: Mutex::new(Cache::new(BESIDE)),
        }
    }
}

/// Looks something up, or reads it and remembers it.
fn remembered<T: Clone>(
    cache: &Mutex<Cache<StreamName, T>>,
    stream: StreamName,
    read: impl FnOnce() -> Result<T, LoadError>,
) -> Result<T, LoadError> {
    if let Some(found) = lock(cache).get(&stream) {
        return Ok(found.clone());
    }
    let found = read()?;
    lock(cache).insert(stream, found.clone(), |_| false);
    Ok(found)
}

/// Where a stream begins, unless that is known: in the step's own events, or before them.
fn place_of(
    known: Option<Place>,
    queries: &Queries,
    stream: &StreamName,
    asked: &Asked,
    fresh: Option<&Fresh>,
) -> Result<Option<Place>, LoadError> {
    if known.is_some() {
        return Ok(known);
    }
    let first = match fresh {
        Some(fresh) => fresh.first_of(&stream.to_string())?,
        None => None,
    };
    match first {
        Some((position, region_code)) => Ok(Some(Place {
            position,
            region_code,
        })),
        None => Place::of(queries, stream, asked.end),
    }
}

/// The rows of an order, its events so far and its place.
pub fn order_of(
    queries: &Queries,
    stream: &StreamName,
    (events, place): (Option<KeptEvents>, Option<Place>),
    asked: &Asked,
    fresh: Option<&Fresh>,
) -> Result<Option<(Option<Rows>, KeptEvents, Place)>, LoadError> {
    let Some(place) = place_of(place, queries, stream, asked, fresh)? else {
        return Ok(None);
    };
    let events = queries.read_on(stream, events, asked.end, fresh)?;
    let history = queries.history_of(stream, &events, asked.role)?;
    let timeline = Timeline::new(&history, asked.as_of);
    let view = order::view(&timeline, &stream.partition, &stream.id);
    let rows = (!timeline.is_unknown()).then(|| rows::order(&view, &place));
    Ok(Some((rows, events, place)))
}

impl Foldings {
    /// Forgets what a stream that has new events told of others.
    pub fn forget(&self, stream: &StreamName) {
        match stream.kind {
            StreamKind::Organisation => drop(lock(&self.names).take(stream)),
            StreamKind::BudgetLine => drop(lock(&self.lines).take(stream)),
            _ => {}
        }
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *lock(&self.projects) = Projects::default();
        lock(&self.orders).clear();
        lock(&self.names).clear();
        lock(&self.lines).clear();
    }

    /// The rows of a project, folded on from what is remembered. From here on they are taken for
    /// written, as far as they are not the same: where writing them fails, everything must be
    /// forgotten.
    pub fn project(
        &self,
        queries: &Queries,
        stream: &StreamName,
        asked: &Asked,
        fresh: Option<&Fresh>,
    ) -> Result<Option<Rows>, LoadError> {
        let (kept, place, written) = match lock(&self.projects).take(stream) {
            Some(project) => (
                Kept::unpack(&project.kept),
                Some(project.place),
                project.written,
            ),
            None => (None, None, None),
        };
        let found = self.fold(queries, stream, (kept, place), asked, fresh)?;
        let Some((kept, others, place)) = found else {
            return Ok(None);
        };
        let packed = kept.pack();
        let view = kept.into_view(stream, &others);
        let mut rows = view.map(|view| rows::project(&view, &place));
        if let Some(kept) = packed {
            let project = Project {
                kept,
                place,
                written: rows.as_mut().map(|rows| rows.compare(written.as_ref())),
            };
            lock(&self.projects).put(stream.clone(), project);
        }
        Ok(rows)
    }

    /// The rows of a project, of which nothing is remembered.
    pub fn project_once(
        &self,
        queries: &Queries,
        stream: &StreamName,
        asked: &Asked,
        fresh: Option<&Fresh>,
    ) -> Result<Option<Rows>, LoadError> {
        let found = self.fold(queries, stream, (None, None), asked, fresh)?;
        let viewed = found.and_then(|(kept, others, place)| {
            let view = kept.into_view(stream, &others)?;
            Some(rows::project(&view, &place))
        });
        Ok(viewed)
    }

    /// A project folded on from what is kept of it, what others tell of it, and its place.
    fn fold(
        &self,
        queries: &Queries,
        stream: &StreamName,
        (kept, place): (Option<Kept>, Option<Place>),
        asked: &Asked,
        fresh: Option<&Fresh>,
    ) -> Result<Option<(Kept, Others, Place)>, LoadError> {
        let Some(place) = place_of(place, queries, stream, asked, fresh)? else {
            return Ok(None);
        };
        let kept = queries.fold_on(stream, kept, asked.role, asked.end, fresh)?;
        let others = self.others(queries, &kept, &stream.partition, asked)?;
        Ok(Some((kept, others, place)))
    }

    /// The rows of an order, folded from what is remembered and what came since; as for projects.
    pub fn order(
        &self,
        queries: &Queries,
        stream: &StreamName,
        asked: &Asked,
        fresh: Option<&Fresh>,
    ) -> Result<Option<Rows>, LoadError> {
        let (events, place, written) = match lock(&self.orders).take(stream) {
            Some(order) => (Some(order.events), Some(order.place), order.written),
            None => (None, None, None),
        };
        let found = order_of(queries, stream, (events, place), asked, fresh)?;
        let Some((mut rows, events, place)) = found else {
            return Ok(None);
        };
        let order = Order {
            events,
            place,
            written: rows.as_mut().map(|rows| rows.compare(written.as_ref())),
        };
        lock(&self.orders).insert(stream.clone(), order, |_| false);
        Ok(rows)
    }

    fn others(
        &self,
        queries: &Queries,
        kept: &Kept,
        partition: &str,
        asked: &Asked,
    ) -> Result<Others, LoadError> {
        let stream = |kind, id: &str| StreamName {
            kind,
            partition: partition.to_owned(),
            id: id.to_owned(),
        };
        let mut others = Others::default();
        for line in kept.folding().line_ids() {
            let of = stream(StreamKind::BudgetLine, line);
            let read = || queries.approved(partition, line, asked);
            let approved = remembered(&self.lines, of, read)?;
            others.lines.insert(line.to_owned(), approved);
        }
        for uscc in kept.folding().organisations() {
            let of = stream(StreamKind::Organisation, uscc);
            let read = || queries.name_of(partition, uscc, asked);
            if let Some(name) = remembered(&self.names, of, read)? {
                others.names.insert(uscc.to_owned(), name);
            }
        }
        Ok(others)
    }
}

fn lock<T>(cache: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    cache.lock().unwrap_or_else(PoisonError::into_inner)
}
