//! The file of the read models: making it, changing it, telling whether it is the right one.
//!
//! Files are numbered. One that is being made has another name until it is whole; the newest whole
//! one is in use, and older ones are taken away.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs::{self, File},
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags, Statement, params, params_from_iter};

use super::{
    ModelError,
    derive::{Deriver, dependents, owner},
    foldings::Foldings,
    rows::Rows,
    tables::{self, BESIDE, ORGANISATIONS, PROJECTS, TABLES, Table, VERSION},
};
use crate::{
    domain::values::StreamName,
    ledger::{overlay::LoadError, query::Queries},
};

/// The folder of the files in the folder of the ledger.
pub const FOLDER: &str = "models";
/// Events read at a time to find out whose rows change.
const SCAN_EVENTS: usize = 4_096;
/// Bytes read at a time.
const SCAN_BYTES: usize = 1 << 20;
/// Events that one step of following takes, at most: what a reader waits for, and what is held.
const STEP_EVENTS: u64 = 16_384;
/// Kibibytes of pages that the writer keeps.
const CACHE_KIB: i64 = 16 << 10;

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
    /// The digest of the file that was there, if it reflected the same events.
    pub before: Option<[u8; 32]>,
}

/// Who is told of long work: done, of; `false` ends it.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64) -> bool;

/// Keeps the file of a ledger's read models.
pub struct Store {
    queries: Queries,
    ledger_id: String,
    folder: PathBuf,
    open: Option<(Connection, Reached)>,
    foldings: Foldings,
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a string takes any text");
    }
    text
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> ModelError + '_ {
    move |error| ModelError::Io(path.display().to_string(), error)
}

fn load(error: crate::journal::ReadError) -> ModelError {
    ModelError::Load(LoadError::Journal(std::sync::Arc::new(error)))
}

impl Store {
    /// The store of a ledger's models in the ledger's folder.
    pub fn new(queries: Queries, ledger_id: [u8; 16], data: &Path) -> Self {
        Self {
            queries,
            ledger_id: hex(&ledger_id),
            folder: data.join(FOLDER),
            open: None,
            foldings: Foldings::default(),
        }
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
            Ok(found) => {
                self.open = found;
                Ok(self.open.is_some())
            }
            Err(error @ ModelError::Sqlite(_)) => {
                let file = file.display();
                tracing::warn!(%file, %error, "read models cannot be used and are made anew");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    fn try_open(&self, file: &Path) -> Result<Option<(Connection, Reached)>, ModelError> {
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
        let is_ours = version == VERSION
            && ledger_id == self.ledger_id
            && end <= self.queries.reader.end()
            && self.root_at(end)? == root;
        Ok(is_ours.then(|| {
            let file = file.to_owned();
            (connection, Reached { file, end })
        }))
    }

    fn root_at(&self, end: u64) -> Result<String, ModelError> {
        let root = self.queries.reader.root_at(end).map_err(load)?;
        Ok(root.map(|root| hex(&root)).unwrap_or_default())
    }

    /// Takes in what became durable; answers whether there is more.
    pub fn step(&mut self) -> Result<bool, ModelError> {
        let durable = self.queries.view_end();
        let Some((connection, reached)) = &mut self.open else {
            return Ok(false);
        };
        let end = durable.min(reached.end + STEP_EVENTS);
        if end <= reached.end {
            return Ok(false);
        }
        let mut dirty = BTreeSet::new();
        for stream in streams(&self.queries, reached.end, end, &mut |_, _| true)? {
            self.foldings.forget(&stream);
            dependents(connection, &stream, &mut dirty)?;
            dirty.extend(owner(stream));
        }
        let dirty: Vec<StreamName> = dirty.into_iter().collect();
        let deriver = Deriver {
            queries: &self.queries,
            foldings: &self.foldings,
            end,
        };
        let root = self.queries.reader.root_at(end).map_err(load)?;
        let root = root.map(|root| hex(&root)).unwrap_or_default();
        let transaction = connection.transaction()?;
        {
            let mut writer = Writer::new(&transaction)?;
            deriver.all(&dirty, |rows| Ok(writer.replace(&rows)?))?;
            let sql = "UPDATE place SET end_position = ?, root = ?";
            transaction.execute(sql, params![end.cast_signed(), root])?;
        }
        transaction.commit()?;
        reached.end = end;
        Ok(end < durable)
    }

    /// Makes a new file of everything durable, and puts it in the place of the one before.
    pub fn rebuild(&mut self, progress: Progress<'_>) -> Result<u64, ModelError> {
        fs::create_dir_all(&self.folder).map_err(io(&self.folder))?;
        let number = self.files()?.first().map_or(1, |(number, _)| number + 1);
        let building = self.folder.join(format!("{number}.building"));
        let file = self.folder.join(format!("{number}.sqlite"));
        remove(&building)?;
        let count = self.fill(&building, progress)?;
        File::open(&building)
            .and_then(|file| file.sync_all())
            .map_err(io(&building))?;
        fs::rename(&building, &file).map_err(io(&file))?;
        File::open(&self.folder)
            .and_then(|folder| folder.sync_all())
            .map_err(io(&self.folder))?;
        self.open = self.try_open(&file)?;
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

    fn fill(&self, building: &Path, progress: Progress<'_>) -> Result<u64, ModelError> {
        self.foldings.clear();
        let end = self.queries.view_end();
        let mut found = BTreeSet::new();
        for stream in streams(&self.queries, 0, end, progress)? {
            found.extend(owner(stream));
        }
        let found: Vec<StreamName> = found.into_iter().collect();
        let of = found.len() as u64;
        let mut connection = Connection::open(building)?;
        // Nothing of it counts before it is whole and synced.
        connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        let transaction = connection.transaction()?;
        for table in TABLES {
            transaction.execute_batch(&table.create())?;
        }
        transaction.execute_batch(BESIDE)?;
        {
            let mut writer = Writer::new(&transaction)?;
            let deriver = Deriver {
                queries: &self.queries,
                foldings: &self.foldings,
                end,
            };
            let mut done = 0;
            deriver.all(&found, |rows| {
                done += 1;
                tell(progress, done, of)?;
                Ok(writer.insert(&rows)?)
            })?;
        }
        for table in TABLES {
            transaction.execute_batch(&table.create_indexes())?;
        }
        let place = params![
            VERSION,
            self.ledger_id,
            end.cast_signed(),
            self.root_at(end)?
        ];
        transaction.execute("INSERT INTO place VALUES (1, ?, ?, ?, ?)", place)?;
        transaction.commit()?;
        connection.execute_batch("PRAGMA journal_mode = WAL;")?;
        connection.close().map_err(|(_, error)| error)?;
        Ok(of)
    }

    /// The digest of the open file.
    pub fn digest(&self) -> Result<Option<[u8; 32]>, ModelError> {
        let open = self.open.as_ref();
        let digest = open.map(|(connection, _)| tables::digest(connection));
        Ok(digest.transpose()?)
    }
}

fn tell(progress: Progress<'_>, done: u64, of: u64) -> Result<(), ModelError> {
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
    connection.pragma_update(None, "cache_size", -CACHE_KIB)
}

fn remove(path: &Path) -> Result<(), ModelError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io(path)(error)),
        _ => Ok(()),
    }
}

/// The streams of the events of a stretch, each once.
fn streams(
    queries: &Queries,
    from: u64,
    end: u64,
    progress: Progress<'_>,
) -> Result<BTreeSet<StreamName>, ModelError> {
    let mut found = BTreeSet::new();
    let mut next = from;
    while next < end {
        let room = usize::try_from(end - next).unwrap_or(usize::MAX);
        let entries = queries
            .reader
            .scan(next, room.min(SCAN_EVENTS), SCAN_BYTES)
            .map_err(load)?;
        let Some(last) = entries.last() else { break };
        next = last.position + 1;
        for entry in &entries {
            let undecodable = || LoadError::Undecodable(entry.position);
            let header = entry.view();
            let stream = header.stream().ok_or_else(undecodable)?;
            let stream = StreamName::parse(stream).map_err(|_| undecodable())?;
            if !found.contains(&stream) {
                found.insert(stream);
            }
        }
        tell(progress, 0, next)?;
    }
    Ok(found)
}

/// Statements that write rows.
struct Writer<'a> {
    inserts: Vec<(&'static str, Statement<'a>)>,
    deletes: Vec<Statement<'a>>,
    delete_bans: Statement<'a>,
    words: [(&'static Table, [Statement<'a>; 3]); 2],
}

impl<'a> Writer<'a> {
    fn new(connection: &'a Connection) -> Result<Self, rusqlite::Error> {
        let mut inserts = Vec::new();
        let mut deletes = Vec::new();
        for table in TABLES {
            inserts.push((table.name, connection.prepare(&table.insert())?));
            let is_child = table.key != ["position"]
                && table.columns.iter().any(|(name, ..)| *name == "position");
            if is_child {
                let sql = format!("DELETE FROM {} WHERE position = ?", table.name);
                deletes.push(connection.prepare(&sql)?);
            }
        }
        let words = |table: &'static Table, index: &str| {
            let known = format!("SELECT words FROM {} WHERE position = ?", table.name);
            let delete = format!("DELETE FROM {index} WHERE rowid = ?");
            let insert = format!("INSERT INTO {index} (rowid, words) VALUES (?, ?)");
            let [known, delete, insert] =
                [known, delete, insert].map(|sql| connection.prepare(&sql));
            Ok::<_, rusqlite::Error>((table, [known?, delete?, insert?]))
        };
        Ok(Self {
            inserts,
            deletes,
            delete_bans: connection.prepare("DELETE FROM bans WHERE partition = ? AND uscc = ?")?,
            words: [
                words(&PROJECTS, "project_words")?,
                words(&ORGANISATIONS, "organisation_words")?,
            ],
        })
    }

    /// Writes the rows of an object of which there are none yet.
    fn insert(&mut self, rows: &Rows) -> Result<(), rusqlite::Error> {
        self.insert_rows(rows)?;
        if let (Some(text), Some([_, _, insert])) = (&rows.words, self.words_of(rows)) {
            insert.execute(params![rows.position.cast_signed(), text])?;
        }
        Ok(())
    }

    /// Writes the rows of an object in place of those that were there.
    fn replace(&mut self, rows: &Rows) -> Result<(), rusqlite::Error> {
        let position = rows.position.cast_signed();
        for delete in &mut self.deletes {
            delete.execute([position])?;
        }
        let organisation = rows
            .rows
            .first()
            .filter(|(table, _)| table.name == ORGANISATIONS.name);
        if let Some((_, row)) = organisation {
            self.delete_bans.execute(params_from_iter(&row[1..3]))?;
        }
        let known = match self.words_of(rows) {
            Some([known, ..]) => {
                let mut found = known.query([position])?;
                let row = found.next()?;
                row.map(|row| row.get::<_, String>(0)).transpose()?
            }
            None => None,
        };
        if known.is_some() && known == rows.words {
            // Changing the index costs more than everything else.
            return self.insert_rows(rows);
        }
        if let (Some(_), Some([_, delete, _])) = (&known, self.words_of(rows)) {
            delete.execute([position])?;
        }
        self.insert(rows)
    }

    fn insert_rows(&mut self, rows: &Rows) -> Result<(), rusqlite::Error> {
        for (table, row) in &rows.rows {
            let mut inserts = self.inserts.iter_mut();
            let found = inserts.find(|(name, _)| *name == table.name);
            if let Some((_, insert)) = found {
                insert.execute(params_from_iter(row))?;
            }
        }
        Ok(())
    }

    /// The statements of the words of an object: those known, deleting, inserting.
    fn words_of(&mut self, rows: &Rows) -> Option<&mut [Statement<'a>; 3]> {
        let (first, _) = rows.rows.first()?;
        let found = self.words.iter_mut();
        found
            .filter(|(table, _)| table.name == first.name)
            .map(|(_, statements)| statements)
            .next()
    }
}

/// Makes the read models of a folder's ledger anew, also where sound ones are there, and compares.
pub fn rebuild(
    queries: &Queries,
    ledger_id: [u8; 16],
    data: &Path,
    progress: Progress<'_>,
) -> Result<Rebuilt, ModelError> {
    let mut store = Store::new(queries.clone(), ledger_id, data);
    let mut before = None;
    if store.open()?
        && store
            .reached()
            .is_some_and(|at| at.end == queries.view_end())
    {
        before = store.digest()?;
    }
    let streams = store.rebuild(progress)?;
    Ok(Rebuilt {
        events: queries.view_end(),
        streams,
        digest: store.digest()?.unwrap_or_default(),
        before,
    })
}
