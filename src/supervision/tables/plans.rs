//! Plans as they are compared with one another, and waivers.

use super::table;
use crate::models::tables::Table;

table! {
    /// What plans take of budget lines.
    PLAN_LINES = "plan_lines",
    "what a plan that was not cancelled takes of a budget line", day: "day of filing",
    indexes: &[&["unit"]],
    ("plan_id", "TEXT", "plan"),
    ("line", "TEXT", "budget line, as its own table names it"),
    ("category", "TEXT", "品目 of the plan"),
    ("category_version", "INTEGER", "year of the catalogue that it is of"),
    ("plan_fen", "INTEGER", "the whole plan as last revised"),
    ("amount_fen", "INTEGER", "what it takes of the line"),
    ("unapproved_fen", "INTEGER", "what of that is procured under the law on procurement by \
     another method than open tender that nobody approved; framework agreements, cooperation and \
     emergencies have rules of their own and count nothing"),
    ("reserved_fen", "INTEGER", "what of that is reserved for small and medium enterprises"),
    ("is_unfit", "INTEGER", "1 where the purchaser says why nothing is reserved"),
    ("open_tender_fen", "INTEGER", "the open-tender threshold of the unit's region on the day; 0 \
     where none is known"),
    ("evidence", "TEXT", "positions of the plan, its revisions and corrections, between commas"),
}

/// Waivers of findings.
pub const WAIVERS: Table = Table {
    name: "waivers",
    row: "a waiver of a finding",
    columns: &[
        super::POSITION,
        ("rule_id", "TEXT", "rule"),
        ("subject", "TEXT", "what the finding is about"),
        (
            "evidence",
            "TEXT",
            "positions of the waiver and its corrections, between commas",
        ),
    ],
    key: &["position", "rule_id", "subject"],
    owner: &["position"],
    indexes: &[],
};
