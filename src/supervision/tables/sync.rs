//! What the ledger has of each source system, and what the systems say of it.

use super::table;
use crate::models::tables::{Column, Table};

const SYSTEM: Column = ("system", "TEXT", "source system");
const COUNT: Column = ("events_count", "INTEGER", "events");
const FINGERPRINT: Column = (
    "fingerprint",
    "INTEGER",
    "sum of the first five bytes of each event id",
);
const SUMS: Column = (
    "sums",
    "TEXT",
    "sum of control amounts in fen by type, as Type:fen between commas, in order of types",
);

/// Events as they were sent.
pub const EVENT_TOTALS: Table = Table {
    name: "event_totals",
    row: "the events of a stream from one system that happened on one day and were recorded on \
          one, as sent, corrections and voids among them as types of their own; batch reports are \
          left out",
    columns: &[
        super::POSITION,
        SYSTEM,
        ("occurred_on", "TEXT", "day on which they happened"),
        ("recorded_on", "TEXT", "day on which they were recorded"),
        COUNT,
        FINGERPRINT,
        SUMS,
        ("ids", "TEXT", "event ids, 32 digits each"),
    ],
    key: &["position", "system", "occurred_on", "recorded_on"],
    owner: &["position"],
    // Nothing is recorded before it happens: of what happened on a day, all that was recorded by
    // another lies between the two.
    indexes: &[&[
        "system",
        "recorded_on",
        "occurred_on",
        "events_count",
        "fingerprint",
    ]],
};

table! {
    /// Batch reports.
    SYNC_BATCHES = "sync_batches", "a batch report of a source system", day: "business day",
    indexes: &[],
    ("system", "TEXT", "source system"),
    ("batch_id", "TEXT", "batch"),
    ("on_day", "TEXT", "legal date of the report"),
    ("recorded_on", "TEXT", "day on which it was recorded"),
    ("event_at", "INTEGER", "position of the report; the largest of a day is the newest"),
    COUNT,
    SUMS,
    ("digest", "TEXT", "SHA-256 of the sorted event ids, as reported"),
    ("evidence", "TEXT", "positions of the report and its corrections, between commas"),
}

/// The ledger's totals of the days that batch reports are about.
pub const DAY_TOTALS: Table = Table {
    name: "day_totals",
    row: "the ledger's totals of a system and a day of which there is a batch report",
    columns: &[
        ("position", "INTEGER", "-1: they are of no single stream"),
        SYSTEM,
        ("business_day", "TEXT", "the day"),
        (
            "is_recorded",
            "INTEGER",
            "0: of the events that happened on the day and were recorded by that of the report; \
             1: of those that were recorded on it",
        ),
        (
            "recorded_until",
            "TEXT",
            "last day of recording whose events are counted",
        ),
        (
            "is_final",
            "INTEGER",
            "1 where an event of a later day of recording is there: they change no more",
        ),
        COUNT,
        FINGERPRINT,
        SUMS,
        ("digest", "TEXT", "SHA-256 of the sorted event ids"),
    ],
    key: &["position", "system", "business_day", "is_recorded"],
    owner: &["position"],
    indexes: &[],
};
