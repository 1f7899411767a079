//! What regulators do, regions, and the systems that events come from.

use super::table;

table! {
    /// Assessments of agencies.
    ASSESSMENTS = "assessments", "an assessment of an agency", day: "day of its conclusion, else \
     of its plan",
    indexes: &[&["agency"]],
    ("assessment_id", "TEXT", "assessment"),
    ("fiscal_year", "INTEGER", "year"),
    ("concluded_on", "TEXT", "day of its conclusion"),
    ("published_on", "TEXT", "day on which its result was published on the province's site"),
    ("total_x100", "INTEGER", "score in hundredths"),
}

table! {
    /// Libraries of suppliers.
    LIBRARIES = "libraries", "a library of suppliers", day: "day of its report",
    indexes: &[],
    ("library_id", "TEXT", "library"),
    ("kind", "INTEGER", "LibraryKind"),
    ("is_condition", "INTEGER", "1 where it is a condition of taking part"),
    ("abolished_on", "TEXT", "day of its abolition"),
    ("retained_on", "TEXT", "day on which it was retained"),
}

table! {
    /// Clues of barriers.
    CLUES = "clues", "a clue of a barrier to competition", day: "day of receipt",
    indexes: &[],
    ("clue_id", "TEXT", "clue"),
    ("barrier_type", "INTEGER", "BarrierType"),
    ("confirmed_on", "TEXT", "day on which it was confirmed"),
    ("dismissed_on", "TEXT", "day on which it was dismissed"),
    ("rectified_on", "TEXT", "day on which the barrier was taken away"),
}

table! {
    /// Regions.
    REGIONS = "regions", "a region", day: "day since which it is live",
    indexes: &[],
    ("parent", "TEXT", "the region above it"),
    ("is_county", "INTEGER", "1 for a county, a district or an area of a prefecture"),
    ("modules_count", "INTEGER", "modules of the seven stages in use, of eight"),
    ("is_full", "INTEGER", "1 while it is live and has all of them in use"),
    ("evidence", "TEXT", "positions of the event since which it is live, between commas"),
}

table! {
    /// Approval items.
    APPROVAL_ITEMS = "approval_items", "an item of a region's catalogue of approvals",
    day: "day on which it was catalogued",
    indexes: &[],
    ("item_code", "TEXT", "item"),
    ("is_statutory", "INTEGER", "1 where the law asks for it"),
    ("abolished_on", "TEXT", "day from which it is abolished or merged into another"),
    ("justified_on", "TEXT", "day on which its basis was stated"),
}

table! {
    /// Sources of events.
    SOURCES = "sources",
    "the events of a stream from one system on one day with one lag",
    day: "legal date of the events",
    indexes: &[&["region_code", "day"]],
    ("system", "TEXT", "source system"),
    ("is_pushed", "INTEGER", "1 where that is the system of record of such events"),
    ("lag_hours", "INTEGER", "whole hours from what happened to its recording"),
    ("events_count", "INTEGER", "events"),
    ("event_at", "INTEGER", "position of the first of them"),
}
