//! What the rows of a stream are derived from.

use chrono::NaiveDate;
use rusqlite::types::Value;

use crate::{
    domain::{calendar::Calendar, values::StreamName},
    models::tables::Table,
    rules::{Packs, case::Around, verdict::Judgement},
    views::{History, Timeline},
};

/// A row of a table, its values in the order of the columns.
pub type Row = (&'static Table, Vec<Value>);

/// A stream as of two moments, what the rules say of it, and what stands beside it.
pub struct Sight<'a> {
    /// The stream.
    pub stream: &'a StreamName,
    /// The position of its first event, which the rows of the stream are owned by.
    pub position: u64,
    /// The region that its first event names.
    pub region_code: &'a str,
    /// Its events, as a regulator sees them.
    pub timeline: &'a Timeline<'a>,
    /// All its events as they were sent and recorded, from the beginning also those that a
    /// regulator may not see yet: only counts and digests are made of it.
    pub sent: &'a History,
    /// What the rules say.
    pub judgement: &'a Judgement,
    /// What stands beside it.
    pub around: &'a dyn Around,
    /// The packs of rules in force.
    pub packs: &'a Packs,
    /// Working days.
    pub calendar: &'a Calendar,
    /// The day at whose end it is looked.
    pub today: NaiveDate,
}
