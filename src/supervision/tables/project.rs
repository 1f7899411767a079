//! Projects from budget to result.

use super::table;

table! {
    /// Budget lines.
    BUDGET_LINES = "budget_lines", "a budget line", day: "day of approval",
    indexes: &[&["subject"]],
    ("fiscal_year", "INTEGER", "fiscal year"),
    ("amount_fen", "INTEGER", "as approved and adjusted"),
    ("is_approved", "INTEGER", "1 where its approval is recorded"),
    ("project_code", "TEXT", "budget project"),
    ("sme_reserved_fen", "INTEGER", "what of it is reserved for small and medium enterprises"),
    ("small_micro_reserved_fen", "INTEGER", "what of that for small and micro ones"),
    ("raised_on", "TEXT", "day of the first increase"),
    ("evidence", "TEXT", "positions of the approval, increases and corrections, between commas"),
}

table! {
    /// Projects.
    PROJECTS = "projects", "a project",
    day: "day of its plan, else of its first act",
    indexes: &[],
    ("method", "INTEGER", "ProcurementMethod of the plan; 0 where none"),
    ("plan_fen", "INTEGER", "plan"),
    ("intention_on", "TEXT", "day of the first intention that was not withdrawn"),
    ("filed_on", "TEXT", "day of the plan"),
    ("awarded_on", "TEXT", "day of the first award in force"),
    ("signed_on", "TEXT", "day of the first contract"),
    ("completed_on", "TEXT", "day on which its last contract was completed or terminated; empty \
     while a contract or a lot is open"),
    ("approvals_count", "INTEGER", "approvals that were requested"),
    ("contracts_count", "INTEGER", "contracts"),
    ("covers_budget", "INTEGER", "1 where a link covers the budget; else its lines do, if one \
     is approved"),
    ("covers_intention", "INTEGER", "1 where an intention was published or exempted"),
    ("covers_plan", "INTEGER", "1 where a plan was filed"),
    ("covers_execution", "INTEGER", "1 where an act of execution is recorded"),
    ("covers_contract", "INTEGER", "1 where every contract has a payment; terminated ones are left \
     out while there are others"),
    ("covers_acceptance", "INTEGER", "1 where every such contract has an acceptance"),
    ("covers_credit", "INTEGER", "1 where every such contract has an evaluation of credit"),
}

table! {
    /// Budget lines of projects.
    PROJECT_LINES = "project_lines", "a budget line that a project's plan rests on",
    day: "day of the plan",
    indexes: &[],
    ("amount_fen", "INTEGER", "what the plan takes of it"),
}

table! {
    /// Lots.
    LOT_TERMS = "lot_terms", "a lot, with what it asks for and what came of it",
    day: "day of its documents, else of its award",
    indexes: &[],
    ("lot_no", "TEXT", "lot"),
    ("method", "INTEGER", "ProcurementMethod"),
    ("amount_fen", "INTEGER", "its amount in the plan"),
    ("ceiling_fen", "INTEGER", "the least of its amount and its ceilings"),
    ("issued_on", "TEXT", "day of its newest documents"),
    ("bid_bond_fen", "INTEGER", "bid bond that they ask for"),
    ("award_fen", "INTEGER", "its award in force"),
    ("awarded_on", "TEXT", "day of that award"),
    ("determined_on", "TEXT", "day on which its winner was determined; empty for an award that was \
     only recorded"),
    ("published_on", "TEXT", "day of the first notice of the result since then"),
    ("publish_wd", "INTEGER", "working days from the one to the other"),
}

table! {
    /// Notices of results.
    AWARD_NOTICES = "award_notices", "a notice of a result", day: "day of publication",
    indexes: &[],
    ("notice_id", "TEXT", "notice"),
    ("channel", "TEXT", "where it was published"),
    ("is_compliant", "INTEGER", "1 where no finding on reasons or on the first three is open"),
}

table! {
    /// Stages that the public is to be told of.
    DISCLOSURES = "disclosures", "a stage of a project that should be public",
    day: "day on which the next stage came",
    indexes: &[],
    ("stage", "TEXT", "INTENTION, REQUIREMENT, RESULT, CONTRACT or ACCEPTANCE"),
    ("is_public", "INTEGER", "1 where it was made public"),
}

table! {
    /// Acceptances.
    ACCEPTANCES = "acceptances", "an acceptance that was concluded", day: "day of conclusion",
    indexes: &[],
    ("acceptance_id", "TEXT", "acceptance"),
    ("contract_id", "TEXT", "contract"),
    ("accepted_fen", "INTEGER", "what was accepted"),
    ("is_passed", "INTEGER", "1 where it passed"),
    ("due_on", "TEXT", "last day to upload its material"),
    ("uploaded_on", "TEXT", "day on which that was done"),
    super::STATUS,
    ("publish_status", "TEXT", "the same of the publication of its result"),
}
