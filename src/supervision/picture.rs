//! A picture of the whole ledger: rows of every stream as of two moments, in a file of its own.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{LazyLock, atomic::Ordering},
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension as _, Transaction, params, types::Value};

use super::{
    across, facts, indicators,
    sight::Sight,
    tables as facts_tables,
    verdicts::{self, FINDINGS, OBLIGATIONS, READS, STREAMS},
};
use crate::{
    domain::values::{StreamKind, StreamName},
    events::v1::{ActorRole, event_payload::Payload},
    ledger::{
        clock::Clock,
        fresh::Fresh,
        law::{self, Judges},
        overlay::LoadError,
        query::Queries,
        views::Asked,
    },
    models::{
        ModelError,
        derive::each,
        rows::Rows,
        store::{Content, Progress, Stretch, tell},
        survey::Survey,
        tables::{self, Table},
        writer::Writer,
    },
    views::{AsOf, History},
};

/// Raised whenever rows of equal histories come to differ.
pub const VERSION: u32 = 3;
/// How long the follower rests after a step, at least and at most, twice as long as the step took:
/// judging is dearer than deriving rows, and appends go first. Who waits for a position wakes it.
const REST: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(10));

/// Events of a step, at least and at most: judging them takes a core for a moment, not for seconds
/// on end. With steps of 16,384 read models were two seconds behind at 20,000 events/s. Who is far
/// behind takes more at a time: what no single stream shows is searched once for all of them.
const STEP_EVENTS: (u64, u64) = (1_024, 2_048);
/// Events behind from which a picture may be made anew instead.
const FAR_EVENTS: u64 = 4_096;

/// Tables that are in a picture, in the order of the digest.
pub static TABLES: LazyLock<Vec<&'static Table>> = LazyLock::new(|| {
    let of_law: [&'static Table; 4] = [&STREAMS, &READS, &OBLIGATIONS, &FINDINGS];
    let others = facts_tables::TABLES
        .iter()
        .chain(indicators::tables::TABLES.iter());
    of_law.into_iter().chain(others.copied()).collect()
});

/// The day at whose end the picture stands.
const DAY: &str = "\
CREATE TABLE day (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  today TEXT NOT NULL
) STRICT;
";

/// Of which moments a picture is.
#[derive(Clone, Copy, Debug)]
pub enum Moment {
    /// Of everything, on the day that it is by the ledger's clock.
    Live(Clock),
    /// Of two moments.
    Past(Asked),
}

/// Rows of what rules say, and of what metrics are computed from.
pub struct Picture {
    moment: Moment,
}

/// What a stream told.
type Told = Option<Rows>;

/// Whether the events of a region's stream that are new tell anything of its projects: its rooms
/// and the e-mall's goods do not.
fn tells_of_projects(payload: Option<&Payload>) -> bool {
    use Payload as P;
    !matches!(
        payload,
        Some(
            P::VenueRequested(_)
                | P::VenueRequestWithdrawn(_)
                | P::VenueRequestDenied(_)
                | P::EmallObjectionRaised(_)
                | P::EmallObjectionResolved(_)
        )
    )
}

fn is_of_region(stream: &StreamName) -> bool {
    stream.kind == StreamKind::Region
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "other models have streams without rows"
)]
fn itself(stream: &StreamName) -> Option<StreamName> {
    Some(stream.clone())
}

fn always(_: &StreamName) -> bool {
    true
}

impl Picture {
    /// A picture of a moment.
    pub fn new(moment: Moment) -> Self {
        Self { moment }
    }

    /// What is asked of the ledger, up to an end.
    fn asked(&self, queries: &Queries, end: u64) -> Asked {
        match self.moment {
            Moment::Past(asked) => Asked { end, ..asked },
            Moment::Live(clock) => {
                let last_us = queries.shared.last_recorded_us.load(Ordering::Acquire);
                Asked {
                    as_of: AsOf::default(),
                    role: ActorRole::Regulator,
                    end,
                    now_us: clock.now_us(last_us),
                }
            }
        }
    }

    /// The rows of a stream whose events were read, as a regulator sees them and as they were sent.
    fn rows(
        judges: &Judges<'_>,
        stream: &StreamName,
        (history, sent): (&History, &History),
        first: Option<(u64, String)>,
    ) -> Result<Told, LoadError> {
        let Some((position, region_code)) = first else {
            return Ok(None);
        };
        let looked = judges.look(stream, history, |look| {
            let sight = Sight {
                stream,
                position,
                region_code: &region_code,
                timeline: look.timeline,
                sent,
                judgement: look.judgement,
                around: look.around,
                packs: look.packs,
                calendar: look.calendar,
                today: look.today,
            };
            let mut rows = verdicts::rows(&sight);
            rows.extend(facts::rows(&sight));
            rows.extend(indicators::rows(&sight));
            rows
        })?;
        let rows = looked.map(|(mut rows, reads)| {
            rows.extend(verdicts::reads(position, &reads));
            rows
        });
        // A stream of which nothing may be known any more has no rows.
        Ok(Some(Rows {
            position,
            tables: &TABLES,
            owner: vec![Value::Integer(position.cast_signed())],
            rows: rows.unwrap_or_default(),
            words: None,
            same: 0,
        }))
    }

    /// What no single stream shows, from the rows of all.
    fn across(
        transaction: &Transaction<'_>,
        writer: &mut Writer<'_>,
        judges: &Judges<'_>,
    ) -> Result<(), ModelError> {
        let rows = across::rows(transaction, judges.law(), judges.today())?;
        let rows = Rows {
            position: across::OWNER.cast_unsigned(),
            tables: &across::TABLES,
            owner: vec![Value::Integer(across::OWNER)],
            rows,
            words: None,
            same: 0,
        };
        Ok(writer.replace(&rows)?)
    }

    /// The streams that a step judges again: those with new events, those for which one of them was
    /// read, those of which a new day tells something else.
    fn dirty(
        transaction: &Transaction<'_>,
        fresh: &Fresh,
        today: &str,
    ) -> Result<Vec<StreamName>, ModelError> {
        let mut dirty = BTreeSet::new();
        let all = "SELECT stream FROM streams WHERE ?1 <> ''";
        let readers = "SELECT stream FROM reads JOIN streams USING (position) WHERE read = ?1";
        // What is asked for in a region's stream is given in those of its rooms.
        let rooms = "SELECT stream FROM reads JOIN streams USING (position)
                     WHERE read = ?1 AND stream >= 'venue/' AND stream < 'venue0'";
        let due = "SELECT stream FROM streams WHERE next_on <= ?1";
        take(transaction, due, today, &mut dirty)?;
        for stream in fresh.streams() {
            let name = stream.to_string();
            dirty.insert(stream.clone());
            // Holidays are everybody's.
            if stream.kind == StreamKind::System && stream.partition == law::SYSTEM {
                take(transaction, all, &name, &mut dirty)?;
            } else if !is_of_region(stream) || fresh.any_of(&name, tells_of_projects)? {
                take(transaction, readers, &name, &mut dirty)?;
            } else {
                take(transaction, rooms, &name, &mut dirty)?;
            }
        }
        Ok(dirty.into_iter().collect())
    }
}

/// Adds the streams that a statement finds.
fn take(
    transaction: &Transaction<'_>,
    sql: &str,
    param: &str,
    dirty: &mut BTreeSet<StreamName>,
) -> Result<(), ModelError> {
    let mut statement = transaction.prepare_cached(sql)?;
    let mut found = statement.query([param])?;
    while let Some(row) = found.next()? {
        let name: String = row.get(0)?;
        dirty.extend(StreamName::parse(&name).ok());
    }
    Ok(())
}

fn set_day(transaction: &Transaction<'_>, today: &str) -> Result<(), rusqlite::Error> {
    let sql =
        "INSERT INTO day VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET today = excluded.today";
    transaction.execute(sql, params![today]).map(drop)
}

/// The day at whose end a picture stands.
pub fn day_of(connection: &Connection) -> Result<String, rusqlite::Error> {
    let mut statement = connection.prepare_cached("SELECT today FROM day")?;
    let today = statement.query_row([], |row| row.get(0)).optional()?;
    Ok(today.unwrap_or_default())
}

impl Content for Picture {
    fn folder(&self) -> &'static str {
        "supervision"
    }

    fn gauge(&self) -> &'static str {
        "bihuan_supervision_end_position"
    }

    fn version(&self) -> u32 {
        VERSION
    }

    fn create(&self) -> String {
        let tables: String = TABLES.iter().map(|table| table.create()).collect();
        tables + DAY
    }

    fn index(&self) -> String {
        // They are made before the whole is searched.
        String::new()
    }

    fn changes_with_days(&self) -> bool {
        matches!(self.moment, Moment::Live(_))
    }

    fn step_events(&self, behind: u64) -> u64 {
        (behind / 16).clamp(STEP_EVENTS.0, STEP_EVENTS.1)
    }

    fn rest(&self, took: Duration, _behind: u64) -> Duration {
        (took * 2).clamp(REST.0, REST.1)
    }

    fn is_made_sooner(&self, end: u64, durable: u64) -> bool {
        // A stream that is judged at each step is judged once then, and is not looked for.
        let behind = durable.saturating_sub(end);
        behind > FAR_EVENTS && behind > durable / 8
    }

    fn is_of_another_day(
        &self,
        queries: &Queries,
        connection: &Connection,
    ) -> Result<bool, ModelError> {
        let today = law::today_of(&self.asked(queries, 0)).to_string();
        Ok(self.changes_with_days() && day_of(connection)? < today)
    }

    fn step(
        &mut self,
        queries: &Queries,
        transaction: &Transaction<'_>,
        stretch: Stretch<'_>,
    ) -> Result<u64, ModelError> {
        let fresh = queries.fresh(stretch.from, stretch.end, is_of_region, stretch.tree)?;
        let end = fresh.end();
        let judges = Judges::new(queries, self.asked(queries, end))?;
        let today = judges.today().to_string();
        let dirty = Self::dirty(transaction, &fresh, &today)?;
        let mut writer = Writer::of_tables(transaction, &TABLES)?;
        let derive = |stream: &StreamName| {
            let history = judges.history(stream)?;
            let sent = judges.sent(stream)?;
            let histories = (&history, sent.as_ref().unwrap_or(&history));
            Self::rows(&judges, stream, histories, queries.first_of(stream)?)
        };
        each(&dirty, 1, derive, |rows| match rows {
            Some(rows) => Ok(writer.replace(&rows)?),
            None => Ok(()),
        })?;
        Self::across(transaction, &mut writer, &judges)?;
        set_day(transaction, &today)?;
        Ok(end)
    }

    fn fill(
        &mut self,
        queries: &Queries,
        transaction: &Transaction<'_>,
        (end, folder): (u64, &Path),
        progress: Progress<'_>,
    ) -> Result<u64, ModelError> {
        let asked = self.asked(queries, end);
        let judges = Judges::new(queries, asked)?;
        let survey = Survey::of(queries, end, folder, (itself, always), progress)?;
        let of = survey.streams;
        let mut writer = Writer::of_tables(transaction, &TABLES)?;
        let mut done = 0;
        for held in survey.parts(folder) {
            let held = held?;
            let derive = |stream: &StreamName| {
                let history = queries.history_in(stream, asked.role, end, &held.events)?;
                let first = held.events.first_of(&stream.to_string())?;
                let sent = judges.sent(stream)?;
                let histories = (&history, sent.as_ref().unwrap_or(&history));
                Self::rows(&judges, stream, histories, first)
            };
            each(&held.streams, 0, derive, |rows| {
                done += 1;
                tell(progress, done, of)?;
                match rows {
                    Some(rows) => Ok(writer.insert(&rows)?),
                    None => Ok(()),
                }
            })?;
        }
        for table in TABLES.iter() {
            transaction.execute_batch(&table.create_indexes())?;
        }
        Self::across(transaction, &mut writer, &judges)?;
        set_day(transaction, &judges.today().to_string())?;
        Ok(of)
    }

    fn forget(&mut self) {}

    fn digest(&self, connection: &Connection) -> Result<[u8; 32], rusqlite::Error> {
        tables::digest_of(&TABLES, connection)
    }
}
