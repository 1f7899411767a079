//! Organisations, and what units do for themselves: e-mall, farm products, internal control.

use super::table;

table! {
    /// Orders of the e-mall.
    ORDERS = "orders", "an order of the e-mall", day: "day of placing",
    indexes: &[&["unit", "order_no"]],
    ("order_no", "TEXT", "order"),
    ("method", "INTEGER", "EmallMethod"),
    ("amount_fen", "INTEGER", "amount"),
    ("accepted_on", "TEXT", "day of acceptance"),
    ("is_in_force", "INTEGER", "1 unless it was cancelled or sent back"),
    ("is_below_limit", "INTEGER", "1 where it lies below the threshold of its day, or none is \
     known"),
}

table! {
    /// Organisations of the registry.
    ORGANISATIONS = "organisations", "an organisation of the registry", day: "day of registration",
    indexes: &[&["uscc"]],
    ("uscc", "TEXT", "unified social credit code"),
    ("name", "TEXT", "name"),
    ("is_unit", "INTEGER", "1 for an active budget unit"),
    ("is_central_agency", "INTEGER", "1 for an active central agency"),
    ("is_agency", "INTEGER", "1 for another active agency"),
    ("ended_on", "TEXT", "day on which it closed or merged"),
}

table! {
    /// Accounts of units.
    UNIT_ACCOUNTS = "unit_accounts", "a budget unit that opened an account on a platform",
    day: "day of the first account",
    indexes: &[&["unit"]],
    ("p832_on", "TEXT", "day of its account on platform 832"),
    ("rural_on", "TEXT", "day of its account with the province's rural store"),
    ("mall_on", "TEXT", "day of its account with the e-mall"),
}

table! {
    /// Rules of internal control.
    CONTROL_FILINGS = "control_filings", "a set of rules of internal control", day: "day of issue",
    indexes: &[&["unit"]],
    ("control_id", "TEXT", "the rules"),
    ("doc_no", "TEXT", "document number"),
    ("filed_on", "TEXT", "day of the newest filing"),
    ("accepted_on", "TEXT", "day on which a filing was accepted; empty once repealed"),
}

table! {
    /// Farm products of canteens.
    FARM_YEARS = "farm_years", "a year for which a unit declared what its canteen spent",
    day: "the 30th of November of the year, up to which purchases count",
    indexes: &[],
    ("fiscal_year", "INTEGER", "year"),
    ("has_canteen", "INTEGER", "1 where it has a canteen"),
    ("spent_fen", "INTEGER", "what its canteen spent in the year before"),
    ("required_fen", "INTEGER", "a fifth of that, rounded up"),
    ("reserved_fen", "INTEGER", "reserved on both platforms together"),
    ("bought_fen", "INTEGER", "bought and paid on both, less what was taken back, up to the day"),
}

table! {
    /// Purchases below the threshold.
    SMALL_PURCHASES = "small_purchases", "a small purchase that a unit recorded",
    day: "day of the purchase",
    indexes: &[],
    ("purchase_id", "TEXT", "purchase; the order's number where it was one of the e-mall"),
    ("category", "TEXT", "category"),
    ("amount_fen", "INTEGER", "amount"),
    ("is_in_mall", "INTEGER", "1 where it was made in the e-mall"),
    ("is_exempt", "INTEGER", "1 where it need not be"),
    ("is_below_limit", "INTEGER", "1 where it lies below the threshold of its day, or none is \
     known"),
    ("evidence", "TEXT", "positions of the record and its corrections, between commas"),
}
