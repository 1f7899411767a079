//! Writing rows: what an object's rows differ in from those that stand there, and nothing else. A
//! row that stays as it was costs a comparison; a column that no index has costs no index.

use std::cmp::Ordering;

use foldhash::HashMap;
use rusqlite::{
    Connection, Row, Statement, params, params_from_iter,
    types::{Value, ValueRef},
};

use super::{
    rows::Rows,
    tables::{ORGANISATIONS, PROJECTS, TABLES, Table},
};

/// Columns that differ, a bit each.
type Mask = u64;

/// What is done to one table.
#[derive(Default)]
struct Changes {
    /// Keys of rows that are no more.
    deletes: Vec<Vec<Value>>,
    /// Rows of which some columns changed.
    updates: Vec<(usize, Mask)>,
    /// Rows that are new.
    inserts: Vec<usize>,
}

/// The statements of one table.
struct OfTable<'a> {
    select: Statement<'a>,
    insert: Statement<'a>,
    delete: Statement<'a>,
    /// Places of the columns that name the row.
    key: Vec<usize>,
}

/// The statements of an index of words.
struct Words<'a> {
    table: &'static Table,
    insert: Statement<'a>,
    delete: Statement<'a>,
}

/// Statements that write rows.
pub struct Writer<'a> {
    connection: &'a Connection,
    tables: Vec<OfTable<'a>>,
    /// Which of them a table is, by name: pictures have dozens.
    places: HashMap<&'static str, usize>,
    words: Vec<Words<'a>>,
}

impl<'a> OfTable<'a> {
    fn new(connection: &'a Connection, table: &'static Table) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            select: connection.prepare(&table.select_of_owner())?,
            insert: connection.prepare(&table.insert())?,
            delete: connection.prepare(&table.delete())?,
            key: table.places(table.key),
        })
    }

    /// Compares rows with those that stand there of the same object.
    fn compare(&mut self, owner: &[Value], new: &[&[Value]]) -> Result<Changes, rusqlite::Error> {
        let key = &self.key;
        let mut order: Vec<usize> = (0..new.len()).collect();
        // Of several rows with one key the last stands, as it does after inserting them in turn.
        order.sort_by(|a, b| by_key(key, new[*a], new[*b]).then(b.cmp(a)));
        order.dedup_by(|a, b| by_key(key, new[*a], new[*b]).is_eq());
        let mut is_there = vec![false; order.len()];
        let mut changes = Changes::default();
        let mut found = self.select.query(params_from_iter(owner))?;
        while let Some(old) = found.next()? {
            let at = order.binary_search_by(|index| by_old_key(key, new[*index], old));
            let Ok(at) = at else {
                let name = key.iter().map(|place| old.get(*place));
                changes.deletes.push(name.collect::<Result<_, _>>()?);
                continue;
            };
            is_there[at] = true;
            let mut mask = 0;
            for (place, value) in new[order[at]].iter().enumerate() {
                mask |= Mask::from(!is_same(value, old.get_ref(place)?)) << place;
            }
            if mask != 0 {
                changes.updates.push((order[at], mask));
            }
        }
        let missing = order.iter().zip(is_there).filter(|(_, is_there)| !is_there);
        changes.inserts = missing.map(|(index, _)| *index).collect();
        changes.inserts.sort_unstable();
        Ok(changes)
    }
}

impl<'a> Writer<'a> {
    /// Prepares the statements of tables that are not searched.
    pub fn of_tables(
        connection: &'a Connection,
        tables: &[&'static Table],
    ) -> Result<Self, rusqlite::Error> {
        let of_table = |table: &&'static Table| OfTable::new(connection, table);
        let names = tables.iter().map(|table| table.name);
        Ok(Self {
            connection,
            tables: tables.iter().map(of_table).collect::<Result<_, _>>()?,
            places: names.zip(0..).collect(),
            words: Vec::new(),
        })
    }

    /// Prepares the statements of the models of objects.
    pub fn new(connection: &'a Connection) -> Result<Self, rusqlite::Error> {
        let words = |table: &'static Table, index: &str| {
            let insert = format!("INSERT INTO {index} (rowid, words) VALUES (?, ?)");
            let delete = format!("DELETE FROM {index} WHERE rowid = ?");
            Ok::<_, rusqlite::Error>(Words {
                table,
                insert: connection.prepare(&insert)?,
                delete: connection.prepare(&delete)?,
            })
        };
        let searched = vec![
            words(&PROJECTS, "project_words")?,
            words(&ORGANISATIONS, "organisation_words")?,
        ];
        Ok(Self {
            words: searched,
            ..Self::of_tables(connection, &TABLES)?
        })
    }

    /// Writes the rows of an object of which there are none yet.
    pub fn insert(&mut self, rows: &Rows) -> Result<(), rusqlite::Error> {
        for (table, row) in &rows.rows {
            if let Some(place) = self.places.get(table.name) {
                let of = &mut self.tables[*place];
                of.insert.execute(params_from_iter(row))?;
            }
        }
        if let (Some(text), Some(words)) = (&rows.words, words_of(&mut self.words, rows)) {
            let row = params![rows.position.cast_signed(), text];
            words.insert.execute(row)?;
        }
        Ok(())
    }

    /// Makes the rows of an object what they are now.
    pub fn replace(&mut self, rows: &Rows) -> Result<(), rusqlite::Error> {
        let mut are_words_known = false;
        let mut are_words_same = true;
        for (place, table) in rows.tables.iter().enumerate() {
            if rows.same >> place & 1 == 1 {
                continue;
            }
            let Some(of) = self.places.get(table.name) else {
                continue;
            };
            let of = &mut self.tables[*of];
            let new = rows.rows.iter().filter(|(of, _)| of.name == table.name);
            let new: Vec<&[Value]> = new.map(|(_, row)| &row[..]).collect();
            let position = [Value::Integer(rows.position.cast_signed())];
            let owner = match table.owner {
                ["position"] => &position[..],
                _ => &rows.owner,
            };
            let changes = of.compare(owner, &new)?;
            for key in &changes.deletes {
                of.delete.execute(params_from_iter(key))?;
            }
            for (index, mask) in &changes.updates {
                let (sql, places) = table.update(*mask);
                let values = places.iter().chain(&of.key);
                let values = values.map(|place| &new[*index][*place]);
                let mut update = self.connection.prepare_cached(&sql)?;
                update.execute(params_from_iter(values))?;
            }
            for index in &changes.inserts {
                of.insert.execute(params_from_iter(new[*index]))?;
            }
            if let Some(place) = table.words_place() {
                are_words_known = changes.inserts.is_empty();
                let is_changed = |(_, mask): &(usize, Mask)| mask >> place & 1 == 1;
                are_words_same = are_words_known && !changes.updates.iter().any(is_changed);
            }
        }
        // Changing the index of words costs more than everything else.
        if are_words_same {
            return Ok(());
        }
        let position = rows.position.cast_signed();
        if let (Some(text), Some(words)) = (&rows.words, words_of(&mut self.words, rows)) {
            if are_words_known {
                words.delete.execute([position])?;
            }
            words.insert.execute(params![position, text])?;
        }
        Ok(())
    }
}

/// The statements of the words of an object.
fn words_of<'w, 'a>(words: &'w mut [Words<'a>], rows: &Rows) -> Option<&'w mut Words<'a>> {
    let has = |of: &&mut Words<'a>| rows.tables.iter().any(|table| table.name == of.table.name);
    words.iter_mut().find(has)
}

fn by_key(key: &[usize], a: &[Value], b: &[Value]) -> Ordering {
    let each = key.iter().map(|place| match (&a[*place], &b[*place]) {
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        // Columns are strict: values of one column are of one kind.
        _ => Ordering::Equal,
    });
    each.fold(Ordering::Equal, Ordering::then)
}

/// Compares the key of a row with that of one in the table.
fn by_old_key(key: &[usize], new: &[Value], old: &Row<'_>) -> Ordering {
    let each = key
        .iter()
        .map(|place| match (&new[*place], old.get_ref(*place)) {
            (Value::Integer(new), Ok(ValueRef::Integer(old))) => new.cmp(&old),
            (Value::Text(new), Ok(ValueRef::Text(old))) => new.as_bytes().cmp(old),
            _ => Ordering::Less,
        });
    each.fold(Ordering::Equal, Ordering::then)
}

fn is_same(new: &Value, old: ValueRef<'_>) -> bool {
    match (new, old) {
        (Value::Integer(new), ValueRef::Integer(old)) => *new == old,
        (Value::Text(new), ValueRef::Text(old)) => new.as_bytes() == old,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};

    use super::{
        super::tables::{BANS, BESIDE, CONTRACTS, PARTIES, PAYMENTS, digest},
        *,
    };

    fn database() -> Connection {
        let connection = Connection::open_in_memory().expect("a database");
        for table in TABLES {
            let sql = table.create() + &table.create_indexes();
            connection.execute_batch(&sql).expect("tables");
        }
        connection.execute_batch(BESIDE).expect("tables");
        connection
    }

    /// A row with its object's place, a key among few, so that some come twice, and few values.
    fn row(table: &'static Table, position: i64, dice: &mut SmallRng) -> Vec<Value> {
        let column = |(name, kind, _): &(&str, &str, &str)| match (*name, *kind) {
            ("position", _) => Value::Integer(position),
            ("partition", _) => Value::Text("4304".to_owned()),
            ("uscc", _) if table.name == "bans" => Value::Text("U".to_owned()),
            (_, "INTEGER") => Value::Integer(dice.random_range(0..3)),
            _ => Value::Text(format!("w{}", dice.random_range(0..4))),
        };
        table.columns.iter().map(column).collect()
    }

    fn rows(of: i64, dice: &mut SmallRng) -> Rows {
        let (main, children): (&'static Table, &'static [&'static Table]) = match of {
            7 => (&ORGANISATIONS, &[&ORGANISATIONS, &BANS]),
            _ => (&PROJECTS, &[&PROJECTS, &PARTIES, &CONTRACTS, &PAYMENTS]),
        };
        let first = row(main, of, dice);
        // Equal fingerprints are of equal words.
        let words = first.last().and_then(|words| match words {
            Value::Integer(words) => Some(format!("w{words}")),
            _ => None,
        });
        let mut rows = vec![(main, first)];
        for table in &children[1..] {
            for _ in 0..dice.random_range(0..4) {
                rows.push((table, row(table, of, dice)));
            }
        }
        Rows {
            position: of.cast_unsigned(),
            tables: children,
            owner: vec![Value::Text("4304".to_owned()), Value::Text("U".to_owned())],
            rows,
            words,
            same: 0,
        }
    }

    fn found(connection: &Connection, index: &str) -> Vec<(i64, i64)> {
        let sql = format!("SELECT rowid, ?2 FROM {index} WHERE {index} MATCH ?1 ORDER BY rowid");
        let mut statement = connection.prepare(&sql).expect("a statement");
        let each = (0..4).flat_map(|word| {
            let asked = (format!("w{word}"), word);
            let rows = statement.query_map(asked, |row| Ok((row.get(0)?, row.get(1)?)));
            rows.expect("an answer").collect::<Vec<_>>()
        });
        each.collect::<Result<_, _>>().expect("rows")
    }

    #[test]
    fn replacing_leaves_what_inserting_would() {
        let mut dice = SmallRng::seed_from_u64(11);
        let followed = database();
        let mut writer = Writer::new(&followed).expect("statements");
        let mut written = HashMap::new();
        for round in 0..400 {
            let fresh = database();
            let mut fresh_writer = Writer::new(&fresh).expect("statements");
            for of in [3, 5, 7] {
                let mut rows = rows(of, &mut dice);
                let now = rows.compare(written.get(&of));
                // It may be forgotten at any time, but never be of other rows than those there.
                match dice.random_bool(0.8) {
                    true => written.insert(of, now),
                    false => written.remove(&of),
                };
                writer.replace(&rows).expect("rows");
                fresh_writer.insert(&rows).expect("rows");
            }
            let digests = [&followed, &fresh].map(|of| digest(of).expect("a digest"));
            assert_eq!(digests[0], digests[1], "round {round}");
            for index in ["project_words", "organisation_words"] {
                assert_eq!(found(&followed, index), found(&fresh, index), "{round}");
            }
        }
    }

    #[test]
    fn what_stays_is_not_written() {
        let mut dice = SmallRng::seed_from_u64(12);
        let connection = database();
        let mut writer = Writer::new(&connection).expect("statements");
        let mut rows = rows(3, &mut dice);
        writer.replace(&rows).expect("rows");
        let changes = connection.total_changes();
        writer.replace(&rows).expect("rows");
        assert_eq!(connection.total_changes(), changes, "nothing differs");
        let written = rows.compare(None);
        assert_eq!(rows.same, 0, "nothing is known to stand");
        rows.compare(Some(&written));
        assert_eq!(rows.same, 0b1111, "every table is as it was");
        rows.same = 0;
        rows.rows.pop();
        rows.compare(Some(&written));
        assert_ne!(rows.same, 0b1111, "a row is missing");
    }
}
