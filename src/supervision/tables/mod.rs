//! The tables of a picture that metrics read: what every stream leaves behind in them as of a legal
//! date and a record time.
//!
//! All tables begin with the same columns: whose rows they are, what a row is about, its day and
//! those who take part. Text is empty and a number 0 where nothing is known, unless a column says
//! otherwise. Days are `YYYY-MM-DD`.

use std::fmt::Write as _;

use crate::models::tables::{Column, Table};

mod disputes;
mod money;
mod oversight;
mod places;
mod plans;
mod project;
mod sync;
mod units;

pub use self::{
    disputes::{APPROVALS, CHALLENGES, COMPLAINTS, INQUIRIES},
    money::{BONDS, CONTRACTS, LOANS, PAYMENT_TERMS, PAYMENTS},
    oversight::{APPROVAL_ITEMS, ASSESSMENTS, CLUES, LIBRARIES, REGIONS, SOURCES},
    places::{VENUE_ALLOCATIONS, VENUE_DAYS, VENUE_REQUESTS},
    plans::{PLAN_LINES, WAIVERS},
    project::{
        ACCEPTANCES, AWARD_NOTICES, BUDGET_LINES, DISCLOSURES, LOT_TERMS, PROJECT_LINES, PROJECTS,
    },
    sync::{DAY_TOTALS, EVENT_TOTALS, SYNC_BATCHES},
    units::{CONTROL_FILINGS, FARM_YEARS, ORDERS, ORGANISATIONS, SMALL_PURCHASES, UNIT_ACCOUNTS},
};

/// Changes with every change of a table or of what its rows say.
pub const VERSION: u32 = 1;

/// Whose rows they are.
const POSITION: Column = (
    "position",
    "INTEGER",
    "position of the first event of the stream",
);
/// What a row is about.
const SUBJECT: Column = (
    "subject",
    "TEXT",
    "what the row is about, as findings name it",
);
/// Where it is told.
const STREAM: Column = ("stream", "TEXT", "the stream that tells of it");
/// Where it belongs.
const REGION: Column = ("region_code", "TEXT", "its region");
/// Who buys.
const UNIT: Column = ("unit", "TEXT", "the unit that buys, or whose duty it is");
/// Who sells.
const SUPPLIER: Column = ("supplier", "TEXT", "the supplier");
/// Who acts for the unit.
const AGENCY: Column = ("agency", "TEXT", "the agency");
/// Where an obligation stands.
const STATUS: Column = (
    "status",
    "TEXT",
    "PENDING, PAUSED, MET, LATE, OVERDUE or VOID; empty where nothing is asked for",
);

/// States a table: the columns that all have come first, and the row's key is its subject.
macro_rules! table {
    (
        $(#[$doc:meta])* $name:ident = $text:literal, $row:literal, day: $day:literal,
        indexes: $indexes:expr, $($column:expr),* $(,)?
    ) => {
        $(#[$doc])*
        pub const $name: crate::models::tables::Table = crate::models::tables::Table {
            name: $text,
            row: $row,
            columns: &[
                super::POSITION,
                super::SUBJECT,
                super::STREAM,
                ("day", "TEXT", $day),
                super::REGION,
                super::UNIT,
                super::SUPPLIER,
                super::AGENCY,
                $($column),*
            ],
            key: &["position", "subject"],
            owner: &["position"],
            indexes: $indexes,
        };
    };
}
use table;

/// All of them, in the order of the digest.
pub const TABLES: [&Table; 36] = [
    &BUDGET_LINES,
    &PLAN_LINES,
    &PROJECTS,
    &PROJECT_LINES,
    &LOT_TERMS,
    &AWARD_NOTICES,
    &DISCLOSURES,
    &ACCEPTANCES,
    &CONTRACTS,
    &PAYMENT_TERMS,
    &PAYMENTS,
    &LOANS,
    &BONDS,
    &CHALLENGES,
    &INQUIRIES,
    &COMPLAINTS,
    &APPROVALS,
    &ORDERS,
    &ORGANISATIONS,
    &UNIT_ACCOUNTS,
    &CONTROL_FILINGS,
    &FARM_YEARS,
    &SMALL_PURCHASES,
    &ASSESSMENTS,
    &LIBRARIES,
    &CLUES,
    &REGIONS,
    &APPROVAL_ITEMS,
    &VENUE_REQUESTS,
    &VENUE_ALLOCATIONS,
    &VENUE_DAYS,
    &SOURCES,
    &EVENT_TOTALS,
    &SYNC_BATCHES,
    &DAY_TOTALS,
    &WAIVERS,
];

/// The statements that make all of them, with their indexes.
pub fn create_all() -> String {
    let mut sql = String::new();
    for table in TABLES {
        sql.push_str(&table.create());
        sql.push_str(&table.create_indexes());
    }
    sql
}

/// The tables as the documentation shows them.
pub fn document() -> String {
    let mut text = String::new();
    for table in TABLES {
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
