//! The tables, their columns and what they mean: statements, digest and documentation are made from
//! this one description.

use std::fmt::Write as _;

use rusqlite::{Connection, types::ValueRef};
use sha2::{Digest as _, Sha256};

/// Changes with every change of a table or of what its rows say; another version is made anew.
pub const VERSION: u32 = 2;

/// A column: name, type in `SQLite`, meaning.
pub type Column = (&'static str, &'static str, &'static str);

/// A table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What a row is.
    pub row: &'static str,
    /// The columns in order.
    pub columns: &'static [Column],
    /// The columns that name a row; one alone of type INTEGER is the row's number too.
    pub key: &'static [&'static str],
    /// The columns that name the object whose row it is.
    pub owner: &'static [&'static str],
    /// Secondary indexes: columns of each. The key follows by itself.
    pub indexes: &'static [&'static [&'static str]],
}

const POSITION: Column = (
    "position",
    "INTEGER",
    "position of the first event of the object's stream",
);
const PARTITION: Column = ("partition", "TEXT", "prefecture or publisher");
const ORIGIN: Column = ("origin", "INTEGER", "Origin: project, order or process");
const REGION: Column = (
    "region_code",
    "TEXT",
    "region that the object's first event names",
);
const METHOD: Column = ("method", "INTEGER", "ProcurementMethod; 0 where none");
const CONTRACT: Column = ("contract_id", "TEXT", "contract or order");
const UNIT: Column = ("unit", "TEXT", "the unit that buys");
const SUPPLIER: Column = ("supplier", "TEXT", "the supplier");
const USCC: Column = ("uscc", "TEXT", "unified social credit code");

/// Projects and imported processes.
pub const PROJECTS: Table = Table {
    name: "projects",
    row: "a project or an imported process",
    columns: &[
        POSITION,
        ORIGIN,
        PARTITION,
        (
            "id",
            "TEXT",
            "project, or process as its publisher names it",
        ),
        ("name", "TEXT", "name"),
        UNIT,
        REGION,
        METHOD,
        ("method_text", "TEXT", "method of a process as written"),
        (
            "stage",
            "INTEGER",
            "furthest LoopStage that began; 0 for none",
        ),
        (
            "stages",
            "TEXT",
            "StageStatus of the nine stages, a digit each",
        ),
        ("gaps_count", "INTEGER", "things that are missing"),
        ("lots_count", "INTEGER", "lots"),
        (
            "failed_lots_count",
            "INTEGER",
            "lots that failed or were terminated",
        ),
        ("suspended", "INTEGER", "1 while a complaint suspends a lot"),
        ("contracts_count", "INTEGER", "contracts"),
        ("disputes_count", "INTEGER", "challenges and complaints"),
        (
            "amended_count",
            "INTEGER",
            "events that were corrected or voided",
        ),
        ("started_on", "TEXT", "legal date of the first act"),
        ("last_on", "TEXT", "legal date of the last act"),
        (
            "budget_fen",
            "INTEGER",
            "budget lines as approved and adjusted",
        ),
        ("plan_fen", "INTEGER", "plan"),
        (
            "ceiling_fen",
            "INTEGER",
            "ceilings of lots that did not fail",
        ),
        ("award_fen", "INTEGER", "awards in force"),
        ("contract_fen", "INTEGER", "contracts as signed"),
        ("payable_fen", "INTEGER", "payable"),
        ("accepted_fen", "INTEGER", "accepted"),
        ("paid_fen", "INTEGER", "paid, less what came back"),
        ("outstanding_fen", "INTEGER", "payable less paid"),
        ("saved_fen", "INTEGER", "saved"),
        ("words", "INTEGER", "fingerprint of what is searched"),
    ],
    key: &["position"],
    owner: &["position"],
    indexes: &[
        &["partition", "id"],
        &["unit"],
        &["region_code"],
        &["started_on"],
        &["last_on"],
        &["plan_fen"],
        &["award_fen"],
        &["contract_fen"],
        &["paid_fen"],
        &["outstanding_fen"],
    ],
};

/// Sums of imported processes.
pub const PROCESS_SUMS: Table = Table {
    name: "process_sums",
    row: "a sum of an imported process in one currency",
    columns: &[
        POSITION,
        ("kind", "INTEGER", "ProcessAmountKind"),
        ("currency", "TEXT", "currency as written"),
        ("amount", "TEXT", "exact decimal"),
    ],
    key: &["position", "kind", "currency"],
    owner: &["position"],
    indexes: &[],
};

/// Who takes part in projects.
pub const PARTIES: Table = Table {
    name: "parties",
    row: "an organisation that takes part in a project",
    columns: &[
        USCC,
        PARTITION,
        POSITION,
        (
            "is_supplier",
            "INTEGER",
            "1 where it bid, won or has a contract",
        ),
    ],
    key: &["uscc", "partition", "position"],
    owner: &["position"],
    indexes: &[&["position"]],
};

/// Budget lines that projects draw on.
pub const PROJECT_LINES: Table = Table {
    name: "project_lines",
    row: "a budget line that a project draws on",
    columns: &[
        PARTITION,
        ("budget_line_id", "TEXT", "budget line"),
        POSITION,
        ("budget_fen", "INTEGER", "the line as approved and adjusted"),
    ],
    key: &["partition", "budget_line_id", "position"],
    owner: &["position"],
    indexes: &[&["position"]],
};

/// Contracts, orders, contracts of processes.
pub const CONTRACTS: Table = Table {
    name: "contracts",
    row: "a contract of a project or process, or an order of the e-mall",
    columns: &[
        POSITION,
        CONTRACT,
        ORIGIN,
        PARTITION,
        ("project_id", "TEXT", "project, order or process"),
        ("contract_no", "TEXT", "contract number"),
        ("lot_no", "TEXT", "lot"),
        UNIT,
        SUPPLIER,
        (
            "supplier_size",
            "INTEGER",
            "EnterpriseSize as the contract states it",
        ),
        ("state", "INTEGER", "ContractState"),
        (
            "state_text",
            "TEXT",
            "state of a process's contract as written",
        ),
        REGION,
        METHOD,
        ("signed_on", "TEXT", "day of signing or placing"),
        ("end_on", "TEXT", "last day of performance"),
        ("currency", "TEXT", "currency"),
        ("amount", "TEXT", "as signed, exact decimal"),
        (
            "contract_fen",
            "INTEGER",
            "as signed; 0 in other currencies than CNY",
        ),
        ("payable_fen", "INTEGER", "payable"),
        ("accepted_fen", "INTEGER", "accepted"),
        ("paid_fen", "INTEGER", "paid"),
        ("outstanding_fen", "INTEGER", "payable less paid"),
    ],
    key: &["position", "contract_id"],
    owner: &["position"],
    indexes: &[
        &["unit"],
        &["supplier"],
        &["region_code"],
        &["signed_on"],
        &["contract_fen"],
        &["paid_fen"],
        &["outstanding_fen"],
    ],
};

/// Payments and transactions.
pub const PAYMENTS: Table = Table {
    name: "payments",
    row: "a payment of a contract or order, or a transaction of a process",
    columns: &[
        POSITION,
        CONTRACT,
        ("payment_id", "TEXT", "payment or transaction"),
        ORIGIN,
        PARTITION,
        ("project_id", "TEXT", "project, order or process"),
        UNIT,
        SUPPLIER,
        (
            "supplier_size",
            "INTEGER",
            "EnterpriseSize as the contract states it",
        ),
        ("state", "INTEGER", "PaymentState"),
        REGION,
        METHOD,
        ("requested_on", "TEXT", "day of the newest request"),
        ("paid_on", "TEXT", "day of execution"),
        (
            "happened_on",
            "TEXT",
            "day of execution, else of the request",
        ),
        ("currency", "TEXT", "currency"),
        ("amount", "TEXT", "exact decimal"),
        (
            "amount_fen",
            "INTEGER",
            "amount; 0 in other currencies than CNY",
        ),
    ],
    key: &["position", "contract_id", "payment_id"],
    owner: &["position"],
    indexes: &[
        &["unit"],
        &["supplier"],
        &["region_code"],
        &["happened_on"],
        &["amount_fen"],
    ],
};

/// Organisations.
pub const ORGANISATIONS: Table = Table {
    name: "organisations",
    row: "an organisation of the registry, or one with a stream as supplier or unit",
    columns: &[
        (
            "position",
            "INTEGER",
            "position of the first event about the organisation",
        ),
        PARTITION,
        USCC,
        ("name", "TEXT", "name"),
        ("kinds", "TEXT", "OrganisationKind numbers between commas"),
        ("region_code", "TEXT", "region"),
        ("budget_level", "INTEGER", "BudgetLevel"),
        ("size", "INTEGER", "EnterpriseSize"),
        ("registered", "INTEGER", "1 in the registry"),
        ("ended_on", "TEXT", "day on which it closed or merged"),
        ("words", "INTEGER", "fingerprint of what is searched"),
    ],
    key: &["position"],
    owner: &["position"],
    indexes: &[
        &["partition", "uscc"],
        &["uscc"],
        &["name"],
        &["region_code"],
    ],
};

/// Bans.
pub const BANS: Table = Table {
    name: "bans",
    row: "a record of bad conduct that bans and was not repaired",
    columns: &[
        PARTITION,
        USCC,
        ("record_id", "TEXT", "record"),
        ("ban_from", "TEXT", "first day"),
        ("ban_to", "TEXT", "last day; empty for no end"),
    ],
    key: &["partition", "uscc", "record_id"],
    owner: &["partition", "uscc"],
    indexes: &[],
};

/// All of them, in the order of the digest.
pub const TABLES: [&Table; 8] = [
    &PROJECTS,
    &PROCESS_SUMS,
    &PARTIES,
    &PROJECT_LINES,
    &CONTRACTS,
    &PAYMENTS,
    &ORGANISATIONS,
    &BANS,
];

/// Tables beside them: the words that are searched.
pub const BESIDE: &str = "\
CREATE VIRTUAL TABLE project_words USING fts5(
  words, content='', contentless_delete=1, tokenize='ascii'
);
CREATE VIRTUAL TABLE organisation_words USING fts5(
  words, content='', contentless_delete=1, tokenize='ascii'
);
";

impl Table {
    /// The statement that makes the table.
    pub fn create(&self) -> String {
        let mut sql = format!("CREATE TABLE {} (\n", self.name);
        for (name, kind, _) in self.columns {
            let _ = writeln!(sql, "  {name} {kind} NOT NULL,");
        }
        let is_numbered = self.key == ["position"];
        let rowid = if is_numbered { "" } else { ", WITHOUT ROWID" };
        let _ = write!(
            sql,
            "  PRIMARY KEY ({})\n) STRICT{rowid};\n",
            self.key.join(", ")
        );
        sql
    }

    /// The statements that make its indexes.
    pub fn create_indexes(&self) -> String {
        let mut sql = String::new();
        for columns in self.indexes {
            let _ = writeln!(
                sql,
                "CREATE INDEX {table}_by_{} ON {table} ({});",
                columns.join("_"),
                columns.join(", "),
                table = self.name,
            );
        }
        sql
    }

    /// The statement that inserts a row.
    pub fn insert(&self) -> String {
        let places = vec!["?"; self.columns.len()].join(", ");
        format!("INSERT OR REPLACE INTO {} VALUES ({places})", self.name)
    }

    /// The statement that finds the rows of an object.
    pub fn select_of_owner(&self) -> String {
        let columns = self.columns.iter().map(|(name, ..)| *name);
        let columns: Vec<_> = columns.collect();
        let owner = equal(self.owner);
        format!(
            "SELECT {} FROM {} WHERE {owner}",
            columns.join(", "),
            self.name
        )
    }

    /// The statement that deletes a row.
    pub fn delete(&self) -> String {
        format!("DELETE FROM {} WHERE {}", self.name, equal(self.key))
    }

    /// The statement that changes the columns whose bits are set, and their places: the values that
    /// it takes before those of the key.
    pub fn update(&self, mask: u64) -> (String, Vec<usize>) {
        let places = (0..self.columns.len()).filter(|place| mask >> place & 1 == 1);
        let places: Vec<usize> = places.collect();
        let mut sql = format!("UPDATE {} SET ", self.name);
        for (index, place) in places.iter().enumerate() {
            let between = if index == 0 { "" } else { ", " };
            let _ = write!(sql, "{between}{} = ?", self.columns[*place].0);
        }
        let _ = write!(sql, " WHERE {}", equal(self.key));
        (sql, places)
    }

    /// Places of columns by their names.
    pub fn places(&self, names: &[&str]) -> Vec<usize> {
        let place = |name: &&str| self.columns.iter().position(|(column, ..)| column == name);
        names.iter().filter_map(place).collect()
    }

    /// The place of what is searched.
    pub fn words_place(&self) -> Option<usize> {
        self.columns.iter().position(|(name, ..)| *name == "words")
    }
}

/// The condition that columns have given values.
fn equal(columns: &[&str]) -> String {
    let each = columns.iter().map(|name| format!("{name} = ?"));
    each.collect::<Vec<_>>().join(" AND ")
}

/// SHA-256 over every table in the order of [`TABLES`], every row in the order of its key, every
/// column in its order: the name of the table and a zero; of an integer `i` and eight bytes, most
/// significant first; of a text `t`, its length in eight bytes, its bytes. Texts that are searched
/// are left out; they are made from the other columns and from other rows.
pub fn digest(connection: &Connection) -> Result<[u8; 32], rusqlite::Error> {
    digest_of(&TABLES, connection)
}

/// The same over other tables.
pub fn digest_of(tables: &[&Table], connection: &Connection) -> Result<[u8; 32], rusqlite::Error> {
    let mut hash = Sha256::new();
    for table in tables {
        hash.update(table.name.as_bytes());
        hash.update([0]);
        let columns = table.columns.iter().map(|(name, ..)| *name);
        let columns: Vec<_> = columns.filter(|name| *name != "words").collect();
        let sql = format!(
            "SELECT {} FROM {} ORDER BY {}",
            columns.join(", "),
            table.name,
            table.key.join(", ")
        );
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for index in 0..columns.len() {
                match row.get_ref(index)? {
                    ValueRef::Integer(number) => {
                        hash.update(b"i");
                        hash.update(number.to_be_bytes());
                    }
                    ValueRef::Text(text) => {
                        hash.update(b"t");
                        hash.update((text.len() as u64).to_be_bytes());
                        hash.update(text);
                    }
                    // Columns are strict: there is nothing else.
                    ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => hash.update(b"?"),
                }
            }
        }
    }
    Ok(hash.finalize().into())
}

/// The tables as `docs/read-models.md` shows them.
pub fn document() -> String {
    document_of(&TABLES)
}

/// Tables as a document shows them.
pub fn document_of(tables: &[&Table]) -> String {
    let mut text = String::new();
    for table in tables {
        let _ = writeln!(text, "### `{}`\n", table.name);
        let _ = writeln!(
            text,
            "A row is {}. Key: `{}`.\n",
            table.row,
            table.key.join("`, `")
        );
        text.push_str("| column | type | meaning |\n|---|---|---|\n");
        for (name, kind, meaning) in table.columns {
            let _ = writeln!(text, "| `{name}` | {kind} | {meaning} |");
        }
        text.push('\n');
    }
    text
}
