//! What a follower remembers between steps: foldings of the projects that move, and what other
//! streams tell of them.

use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, PoisonError},
};

use super::rows::Place;
use crate::{
    domain::values::{StreamKind, StreamName},
    events::v1::ProjectView,
    ledger::{cache::Cache, kept::Kept, overlay::LoadError, query::Queries, views::Asked},
    views::project::{Others, lines::Approved},
};

/// Events of the projects that are remembered, at most half of all: what is
/// remembered stays within some 50 MB.
const EVENTS: usize = 49_152;
/// What a project takes beside its events, in events.
const BASE_EVENTS: usize = 8;
/// Names and lines that are remembered, at least.
const BESIDE: usize = 16_384;

/// A project that is remembered.
struct Project {
    kept: Kept,
    place: Place,
}

/// Projects in two generations, as in [`Cache`], of as many events each.
#[derive(Default)]
struct Projects {
    young: HashMap<StreamName, Project>,
    old: HashMap<StreamName, Project>,
    events: usize,
}

impl Project {
    fn events(&self) -> usize {
        let events = usize::try_from(self.kept.folding().event_count());
        events.unwrap_or(usize::MAX).saturating_add(BASE_EVENTS)
    }
}

impl Projects {
    fn take(&mut self, stream: &StreamName) -> Option<Project> {
        match self.young.remove(stream) {
            Some(project) => {
                self.events -= project.events();
                Some(project)
            }
            None => self.old.remove(stream),
        }
    }

    fn put(&mut self, stream: StreamName, project: Project) {
        let events = project.events();
        if self.events + events > EVENTS {
            self.old = mem::take(&mut self.young);
            self.events = 0;
        }
        self.events += events;
        self.young.insert(stream, project);
    }
}

/// What is remembered.
pub struct Foldings {
    projects: Mutex<Projects>,
    names: Mutex<Cache<StreamName, Option<String>>>,
    lines: Mutex<Cache<StreamName, Approved>>,
}

impl Default for Foldings {
    fn default() -> Self {
        Self {
            projects: Mutex::default(),
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
        lock(&self.names).clear();
        lock(&self.lines).clear();
    }

    /// The view of a project and its place, folded on from what is remembered.
    pub fn project(
        &self,
        queries: &Queries,
        stream: &StreamName,
        asked: &Asked,
    ) -> Result<Option<(ProjectView, Place)>, LoadError> {
        let (kept, place) = match lock(&self.projects).take(stream) {
            Some(project) => (Some(project.kept), Some(project.place)),
            None => (None, None),
        };
        let place = match place {
            Some(place) => place,
            None => match Place::of(queries, stream, asked.end)? {
                Some(place) => place,
                None => return Ok(None),
            },
        };
        let kept = queries.fold_on(stream, kept, asked.role, asked.end)?;
        let others = self.others(queries, &kept, &stream.partition, asked)?;
        let view = kept.view(stream, &others);
        let project = Project {
            kept,
            place: place.clone(),
        };
        lock(&self.projects).put(stream.clone(), project);
        Ok(view.map(|view| (view, place)))
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
