//! The file of the read models: making it, changing it, telling whether it is the right one.
//!
//! Files are numbered. One that is being made has another name until it is whole; the newest whole
//! one is in use, and older ones are taken away.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, Transaction, params};

use super::{ModelError, objects::Objects};
use crate::{
    domain::values::hex,
    journal::header::Peaks,
    ledger::{overlay::LoadError, query::Queries},
};

/// Events that one step of following takes, at most, where a content says nothing else.
const STEP_EVENTS: u64 = 16_384;
/// Kibibytes of pages that the writer keeps, and that who makes a file keeps: indexes are sorted in
/// as much.
const CACHE_KIB: i64 = 16 << 10;
const MAKING_CACHE_KIB: i64 = 64 << 10;

/// Pages of the write-ahead log after which they go into the file: 16 MiB, since pages that many
/// steps change are then written once.
const CHECKPOINT_PAGES: i64 = 4_096;

/// Statements that stay prepared from step to step: one for each set of columns that changes.
const STATEMENTS: usize = 256;

/// What is known of a file: how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The file.
    pub file: PathBuf,
    /// Everything below is reflected.
    pub end: u64,
}

/// What a rebuild made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// Events that the models reflect.
    pub events: u64,
    /// Streams that have rows.
    pub streams: u64,
    /// The digest of the tables.
    pub digest: [u8; 32],
    /// The digest of the file that was there, brought up to the same events.
    pub before: Option<[u8; 32]>,
}

/// Who is told of long work: done, of; `false` ends it.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64) -> bool;

/// Events that a step takes in.
pub struct Stretch<'a> {
    /// The first.
    pub from: u64,
    /// They end before this, at the latest.
    pub end: u64,
    /// The tree over everything before them, which grows with them.
    pub tree: Option<&'a mut Peaks>,
}

/// What a file holds, and how it is brought up to date.
pub trait Content: Send {
    /// The folder of its files in the folder of the ledger.
    fn folder(&self) -> &'static str;

    /// The gauge that tells how far the file is.
    fn gauge(&self) -> &'static str;

    /// A file of another version is made anew.
    fn version(&self) -> u32;

    /// The statements that make the tables.
    fn create(&self) -> String;

    /// The statements that make their indexes.
    fn index(&self) -> String;

    /// Whether rows differ from day to day though nothing happens.
    fn changes_with_days(&self) -> bool {
        false
    }

    /// Events that one step takes, at most, of so many that are not reflected: what a reader waits
    /// for, and what is held.
    fn step_events(&self, _behind: u64) -> u64 {
        STEP_EVENTS
    }

    /// How long a follower rests after a step that took so long and left so many events behind.
    fn rest(&self, took: Duration, behind: u64) -> Duration;

    /// Whether a file that reflects so much of so much is sooner made anew than brought up to it.
    fn is_made_sooner(&self, _end: u64, _durable: u64) -> bool {
        false
    }

    /// Whether rows differ from day to day, and another day has come than that of the file.
    fn is_of_another_day(
        &self,
        _queries: &Queries,
        _connection: &Connection,
    ) -> Result<bool, ModelError> {
        Ok(false)
    }

    /// Takes in events, at most as many as are told; answers up to where.
    fn step(
        &mut self,
        queries: &Queries,
        transaction: &Transaction<'_>,
        stretch: Stretch<'_>,
    ) -> Result<u64, ModelError>;

    /// Fills an empty file with everything below an end, with a folder for what is laid out
    /// meanwhile; answers of how many streams it has rows.
    fn fill(
        &mut self,
        queries: &Queries,
        transaction: &Transaction<'_>,
        to: (u64, &Path),
        progress: Progress<'_>,
    ) -> Result<u64, ModelError>;

    /// Forgets what it took for written.
    fn forget(&mut self);

    /// The digest of the tables.
    fn digest(&self, connection: &Connection) -> Result<[u8; 32], rusqlite::Error>;
}

/// Keeps the file of a ledger's read models of one content.
pub struct Store {
    queries: Queries,
    ledger_id: String,
    folder: PathBuf,
    open: Option<(Connection, Reached)>,
    /// The tree over what the open file reflects, if it can be known.
    tree: Option<Peaks>,
    content: Box<dyn Content>,
}

/// The table of the place in the journal.
pub(super) const PLACE: &str = "\
CREATE TABLE place (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,
  ledger_id TEXT NOT NULL,
  end_position INTEGER NOT NULL,
  root TEXT NOT NULL
) STRICT;
";

/// The root of a tree as the file states it; empty where it cannot be known.
fn root_of(tree: Option<&Peaks>) -> String {
    tree.map(|tree| hex(&tree.root())).unwrap_or_default()
}

/// What went wrong with a file.
pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> ModelError + '_ {
    move |error| ModelError::Io(path.display().to_string(), error)
}

/// What went wrong with the journal.
pub fn load(error: crate::journal::ReadError) -> ModelError {
    ModelError::Load(LoadError::Journal(std::sync::Arc::new(error)))
}

impl Store {
    /// The store of a ledger's models in the ledger's folder.
    pub fn new(
        queries: Queries,
        ledger_id: [u8; 16],
        data: &Path,
        content: Box<dyn Content>,
    ) -> Self {
        Self {
            queries,
            ledger_id: hex(&ledger_id),
            folder: data.join(content.folder()),
            open: None,
            tree: None,
            content,
        }
    }

    /// What the files hold.
    pub fn content(&self) -> &dyn Content {
        &*self.content
    }

    /// How far the open file is.
    pub fn reached(&self) -> Option<&Reached> {
        self.open.as_ref().map(|(_, reached)| reached)
    }

    /// Whole files by number, newest first.
    fn files(&self) -> Result<Vec<(u64, PathBuf)>, ModelError> {
        let mut found = Vec::new();
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
            entries => entries.map_err(io(&self.folder))?,
        };
        for entry in entries {
            let path = entry.map_err(io(&self.folder))?.path();
            let is_whole = path.extension().is_some_and(|end| end == "sqlite");
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            let number = stem.and_then(|stem| stem.parse().ok());
            if let (true, Some(number)) = (is_whole, number) {
                found.push((number, path));
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        Ok(found)
    }

    /// Opens the newest file; `false` if there is none that can be gone on with.
    pub fn open(&mut self) -> Result<bool, ModelError> {
        self.open = None;
        let Some((_, file)) = self.files()?.into_iter().next() else {
            return Ok(false);
        };
        match self.try_open(&file) {
            Ok(is_open) => Ok(is_open),
            Err(error @ ModelError::Sqlite(_)) => {
                let file = file.display();
                tracing::warn!(%file, %error, "read models cannot be used and are made anew");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Opens a file if it is of this ledger's history.
    fn try_open(&mut self, file: &Path) -> Result<bool, ModelError> {
        self.open = None;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        settle(&connection)?;
        let sql = "SELECT version, ledger_id, end_position, root FROM place";
        let (version, ledger_id, end, root): (u32, String, i64, String) =
            connection.query_row(sql, [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
        let end = end.cast_unsigned();
        // Models of another version, ledger or history are not believed.
        if version != self.content.version()
            || ledger_id != self.ledger_id
            || end > self.queries.reader.end()
        {
            return Ok(false);
        }
        self.tree = self.queries.reader.peaks_at(end).map_err(load)?;
        if root_of(self.tree.as_ref()) != root {
            return Ok(false);
        }
        let file = file.to_owned();
        self.open = Some((connection, Reached { file, end }));
        Ok(true)
    }

    /// Takes in what became durable; answers whether there is more.
    pub fn step(&mut self) -> Result<bool, ModelError> {
        let stepped = self.try_step();
        if stepped.is_err() {
            // What is remembered takes rows for written that are not.
            self.content.forget();
        }
        stepped
    }

    fn try_step(&mut self) -> Result<bool, ModelError> {
        let durable = self.queries.view_end();
        let Some((connection, reached)) = &mut self.open else {
            return Ok(false);
        };
        let behind = durable.saturating_sub(reached.end);
        let step = self.content.step_events(behind);
        let end = durable.min(reached.end + step).max(reached.end);
        if end == reached.end && !self.content.is_of_another_day(&self.queries, connection)? {
            return Ok(false);
        }
        // A step that fails leaves the tree where the file is.
        let mut tree = self.tree.clone();
        let transaction = connection.transaction()?;
        let stretch = Stretch {
            from: reached.end,
            end,
            tree: tree.as_mut(),
        };
        let end = self.content.step(&self.queries, &transaction, stretch)?;
        let root = root_of(tree.as_ref());
        let sql = "UPDATE place SET end_position = ?, root = ?";
        transaction.execute(sql, params![end.cast_signed(), root])?;
        transaction.commit()?;
        reached.end = end;
        self.tree = tree;
        Ok(end < durable)
    }

    /// Makes a new file of everything durable, and puts it in the place of the one before.
    pub fn rebuild(&mut self, progress: Progress<'_>) -> Result<u64, ModelError> {
        fs::create_dir_all(&self.folder).map_err(io(&self.folder))?;
        let number = self.files()?.first().map_or(1, |(number, _)| number + 1);
        let building = self.folder.join(format!("{number}.building"));
        let file = self.folder.join(format!("{number}.sqlite"));
        remove(&building)?;
        let filled = self.fill(&building, progress);
        let count = filled.inspect_err(|_| self.content.forget())?;
        File::open(&building)
            .and_then(|file| file.sync_all())
            .map_err(io(&building))?;
        fs::rename(&building, &file).map_err(io(&file))?;
        File::open(&self.folder)
            .and_then(|folder| folder.sync_all())
            .map_err(io(&self.folder))?;
        self.try_open(&file)?;
        self.remove_all_but(&file)?;
        Ok(count)
    }

    /// Takes away what is left of files before, and of ones that were never whole.
    fn remove_all_but(&self, file: &Path) -> Result<(), ModelError> {
        let kept = file.file_name().and_then(|name| name.to_str());
        let kept = kept.unwrap_or_default();
        for entry in fs::read_dir(&self.folder).map_err(io(&self.folder))? {
            let path = entry.map_err(io(&self.folder))?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if !name.is_some_and(|name| name.starts_with(kept)) {
                remove(&path)?;
            }
        }
        Ok(())
    }

    /// Fills a file that is not there yet with everything durable, and answers of how many streams
    /// it has rows.
    pub fn fill(&mut self, building: &Path, progress: Progress<'_>) -> Result<u64, ModelError> {
        let of = (&self.queries, self.ledger_id.as_str());
        make(
            &mut *self.content,
            of,
            self.queries.view_end(),
            building,
            progress,
        )
    }

    /// The digest of the open file.
    pub fn digest(&self) -> Result<Option<[u8; 32]>, ModelError> {
        let open = self.open.as_ref();
        let digest = open.map(|(connection, _)| self.content.digest(connection));
        Ok(digest.transpose()?)
    }
}

/// Makes a file of everything below an end, of a ledger by its queries and id, and answers of how
/// many streams it has rows.
pub fn make(
    content: &mut dyn Content,
    (queries, ledger_id): (&Queries, &str),
    end: u64,
    building: &Path,
    progress: Progress<'_>,
) -> Result<u64, ModelError> {
    content.forget();
    let folder = building.parent().unwrap_or(Path::new("."));
    let mut connection = Connection::open(building)?;
    // Nothing of it counts before it is whole and synced.
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    connection.pragma_update(None, "cache_size", -MAKING_CACHE_KIB)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(&content.create())?;
    transaction.execute_batch(PLACE)?;
    let of = content.fill(queries, &transaction, (end, folder), progress)?;
    transaction.execute_batch(&content.index())?;
    let tree = queries.reader.peaks_at(end).map_err(load)?;
    let place = params![
        content.version(),
        ledger_id,
        end.cast_signed(),
        root_of(tree.as_ref())
    ];
    transaction.execute("INSERT INTO place VALUES (1, ?, ?, ?, ?)", place)?;
    transaction.commit()?;
    connection.execute_batch("PRAGMA journal_mode = WAL;")?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(of)
}

/// Tells of long work; an error where it is to end.
pub fn tell(progress: Progress<'_>, done: u64, of: u64) -> Result<(), ModelError> {
    match progress(done, of) {
        true => Ok(()),
        false => Err(ModelError::Closing),
    }
}

/// Settings of a connection to a whole file.
fn settle(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A loss of power may take the newest steps, never part of one; they are taken again.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -CACHE_KIB)
}

fn remove(path: &Path) -> Result<(), ModelError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io(path)(error)),
        _ => Ok(()),
    }
}

/// Makes the models of a folder's ledger anew, also where sound ones are there, and compares: those
/// that were there are brought up to now first.
pub fn rebuild(
    content: Box<dyn Content>,
    (queries, ledger_id): (&Queries, [u8; 16]),
    data: &Path,
    progress: Progress<'_>,
) -> Result<Rebuilt, ModelError> {
    let mut store = Store::new(queries.clone(), ledger_id, data, content);
    let before = match store.open()? {
        // A file that cannot be gone on with is nothing to compare with.
        true => caught_up(&mut store).ok().flatten(),
        false => None,
    };
    let streams = store.rebuild(progress)?;
    Ok(Rebuilt {
        events: queries.view_end(),
        streams,
        digest: store.digest()?.unwrap_or_default(),
        before,
    })
}

/// The digest of the open file once it reflects everything.
fn caught_up(store: &mut Store) -> Result<Option<[u8; 32]>, ModelError> {
    while store.step()? {}
    store.digest()
}

/// Makes a file of its own, with or without the words that are searched, and answers how many
/// events it reflects. No server believes one without words. It is for the bench, which tells what
/// the search costs.
pub fn fill(
    queries: &Queries,
    ledger_id: [u8; 16],
    file: &Path,
    is_searched: bool,
    progress: Progress<'_>,
) -> Result<u64, ModelError> {
    let content = Box::new(Objects::new(is_searched));
    let mut store = Store::new(queries.clone(), ledger_id, Path::new(""), content);
    store.fill(file, progress)?;
    Ok(queries.view_end())
}
