//! The read models of objects: rows of projects, contracts, payments, organisations, kept from what
//! is derived and folded on.

use std::{collections::BTreeSet, path::Path, time::Duration};

use rusqlite::{Connection, Transaction};

use super::{
    ModelError,
    derive::{Deriver, dependents, is_folded_on, owner},
    foldings::Foldings,
    store::{Content, Progress, Stretch, tell},
    survey::Survey,
    tables::{self, BESIDE, TABLES, VERSION},
    writer::Writer,
};
use crate::{domain::values::StreamName, ledger::query::Queries};

/// How long a follower rests after a step, at least and at most: as long as the step took, so that
/// appends keep most of the machine and events of one stream are folded together; a quarter of that
/// where it is far behind. Nobody waits for it: who waits for a position wakes it.
const REST: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(400));
/// Events behind from which it is far behind.
const FAR_EVENTS: u64 = 2_048;

/// Rows of objects.
pub struct Objects {
    foldings: Foldings,
    /// Whether words are indexed. A file without them is never believed.
    is_searched: bool,
}

impl Objects {
    /// Nothing folded yet.
    pub fn new(is_searched: bool) -> Self {
        Self {
            foldings: Foldings::default(),
            is_searched,
        }
    }
}

impl Content for Objects {
    fn folder(&self) -> &'static str {
        "models"
    }

    fn gauge(&self) -> &'static str {
        "bihuan_models_end_position"
    }

    fn version(&self) -> u32 {
        if self.is_searched { VERSION } else { 0 }
    }

    fn create(&self) -> String {
        let tables: String = TABLES.iter().map(|table| table.create()).collect();
        tables + BESIDE
    }

    fn index(&self) -> String {
        TABLES.iter().map(|table| table.create_indexes()).collect()
    }

    fn rest(&self, took: Duration, behind: u64) -> Duration {
        rest_after(took, behind)
    }

    fn step(
        &mut self,
        queries: &Queries,
        transaction: &Transaction<'_>,
        stretch: Stretch<'_>,
    ) -> Result<u64, ModelError> {
        let fresh = queries.fresh(stretch.from, stretch.end, is_folded_on, stretch.tree)?;
        let mut dirty = BTreeSet::new();
        for stream in fresh.streams() {
            self.foldings.forget(stream);
            dependents(transaction, stream, &mut dirty)?;
            dirty.extend(owner(stream));
        }
        let dirty: Vec<StreamName> = dirty.into_iter().collect();
        let deriver = Deriver {
            queries,
            foldings: &self.foldings,
            fresh: Some(&fresh),
            end: fresh.end(),
            // This thread writes meanwhile, and appends go on.
            spared: 1,
            is_once: false,
        };
        let mut writer = Writer::new(transaction)?;
        deriver.all(&dirty, |rows| Ok(writer.replace(&rows)?))?;
        Ok(fresh.end())
    }

    fn fill(
        &mut self,
        queries: &Queries,
        transaction: &Transaction<'_>,
        (end, folder): (u64, &Path),
        progress: Progress<'_>,
    ) -> Result<u64, ModelError> {
        let kinds = (owner as fn(&StreamName) -> _, is_folded_on as fn(&_) -> _);
        let survey = Survey::of(queries, end, folder, kinds, progress)?;
        let of = survey.streams;
        let mut writer = Writer::new(transaction)?;
        let mut done = 0;
        for held in survey.parts(folder) {
            let held = held?;
            let deriver = Deriver {
                queries,
                foldings: &self.foldings,
                fresh: Some(&held.events),
                end,
                spared: 0,
                is_once: true,
            };
            deriver.all(&held.streams, |mut rows| {
                done += 1;
                tell(progress, done, of)?;
                if !self.is_searched {
                    rows.words = None;
                }
                Ok(writer.insert(&rows)?)
            })?;
        }
        Ok(of)
    }

    fn forget(&mut self) {
        self.foldings.clear();
    }

    fn digest(&self, connection: &Connection) -> Result<[u8; 32], rusqlite::Error> {
        tables::digest(connection)
    }
}

/// How long a follower rests after a step that took so long and left so many events behind.
fn rest_after(took: Duration, behind: u64) -> Duration {
    let (least, most) = REST;
    let rest = if behind < FAR_EVENTS { took } else { took / 4 };
    rest.clamp(least, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_follower_rests_least_where_it_can_still_catch_up() {
        let after = |took: u64, behind| {
            let rest = rest_after(Duration::from_millis(took), behind);
            u64::try_from(rest.as_millis()).expect("a short rest")
        };
        for (took, behind, rest) in [
            (0, 0, 50),
            (300, FAR_EVENTS - 1, 300),
            (9_000, FAR_EVENTS - 1, 400),
            (100, FAR_EVENTS, 50),
            (800, FAR_EVENTS, 200),
            (9_000, u64::MAX, 400),
        ] {
            assert_eq!(
                after(took, behind),
                rest,
                "{took} ms, {behind} events behind"
            );
        }
    }
}
