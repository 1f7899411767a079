//! HC 节假日安排: the holidays and make-up working days of a year (国务院办公厅通知). The entity is
//! keyed by stream and year (owner = stream id, id = year). An amended notice replaces the earlier.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::{
    decider::Fact,
    entity::EntityRef,
    payload::{day, payload_of},
    refusal::Refusal,
};
use crate::events::v1::{self, event_payload::Payload};

/// A year's calendar.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HolidayCalendar {
    /// The year.
    pub year: i32,
    /// Days off besides ordinary weekends, in order.
    pub holidays: Vec<NaiveDate>,
    /// 调休: weekend days that are working days, in order.
    pub makeup_workdays: Vec<NaiveDate>,
    /// 文号.
    pub doc_no: String,
}

/// A calendar may be published again: an amended notice.
#[allow(clippy::unnecessary_wraps, reason = "one signature for every kind")]
pub fn transition(_: &HolidayCalendar, _: &EntityRef, _: &Fact) -> Result<(), Refusal> {
    Ok(())
}

/// The calendar after one more fact.
pub fn evolve(state: &mut HolidayCalendar, _entity: &EntityRef, _position: u64, fact: &Fact) {
    if let Some(Payload::HolidayCalendarPublished(event)) = payload_of(&fact.event) {
        *state = HolidayCalendar::of_notice(event);
    }
}

impl HolidayCalendar {
    /// What a notice says.
    pub fn of_notice(notice: &v1::HolidayCalendarPublished) -> Self {
        Self {
            year: notice.year,
            holidays: days(&notice.holidays),
            makeup_workdays: days(&notice.makeup_workdays),
            doc_no: notice.doc_no.clone(),
        }
    }
}

fn days(texts: &[String]) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = texts.iter().filter_map(|text| day(text)).collect();
    days.sort_unstable();
    days.dedup();
    days
}
