//! Rooms for openings and evaluations.

use super::table;

table! {
    /// Requests for rooms.
    VENUE_REQUESTS = "venue_requests", "a request for a room", day: "day for which it is wanted",
    indexes: &[],
    ("request_id", "TEXT", "request"),
    ("project_id", "TEXT", "project"),
    ("half", "INTEGER", "half of the day for which it is wanted: 0 before noon, 1 after"),
    ("denied_on", "TEXT", "day on which it was denied"),
    ("withdrawn_on", "TEXT", "day on which it was withdrawn"),
}

table! {
    /// Rooms given to requests.
    VENUE_ALLOCATIONS = "venue_allocations", "a room that was last given to a request",
    day: "day for which it is given",
    indexes: &[&["request_id"]],
    ("venue_id", "TEXT", "room"),
    ("request_id", "TEXT", "request"),
    ("request_region", "TEXT", "region that the request belongs to"),
    ("half", "INTEGER", "half of the day: 0 before noon, 1 after"),
    ("given_at", "INTEGER", "position of the event that gives it; the largest is the newest"),
    ("is_released", "INTEGER", "1 where it was given back"),
    ("is_awaited", "INTEGER", "1 where the wait for it is known and ended"),
    ("wait_wd", "INTEGER", "working days from the day for which it was wanted to that for which \
     it is given"),
}

table! {
    /// Days of rooms.
    VENUE_DAYS = "venue_days",
    "a day of a room: each working day since it was registered, and each other on which it is open \
     or used",
    day: "the day",
    indexes: &[],
    ("venue_id", "TEXT", "room"),
    ("is_workday", "INTEGER", "1 for a working day"),
    ("is_full", "INTEGER", "1 where it is open the whole morning and the whole afternoon"),
    ("open_min", "INTEGER", "minutes for which it is open; spans that overlap count once"),
    ("used_min", "INTEGER", "minutes for which it was used"),
}
