//! Working days and how days are counted (domain 3.0 and 4.6).
//!
//! For: whether a day is a working day, and the counting rules that deadlines use. Not for: which
//! deadline an act has (rules), nor publishing a year's holidays (the registry's
//! [`HolidayCalendar`]).
//!
//! A working day is a weekday that the State Council did not make a day off, or a weekend day that
//! it made a working day. The years 2004 to 2026 are known here; a notice of the registry stands in
//! the place of its year's table. Of any other year nothing is known but 1 January: what is counted
//! through it is *provisional*.
//!
//! *Invariants*: pure, total on every day of the calendar; a count is over days, never hours.

mod counting;
mod years;

#[cfg(test)]
mod tests;

pub use counting::{Due, Pause, cd_n, min_cd};

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::{entity::EntityRef, gate::Env, registry::HolidayCalendar};
use crate::events::v1::EntityKind;

/// The partition of the system's own streams.
const SYSTEM: &str = "00";
/// The id of the stream in which holiday notices are published.
const STREAM: &str = "calendar";

/// What differs from weekdays in one year, in order of days.
#[derive(Clone, Debug, Default)]
struct Exceptions {
    off: Vec<NaiveDate>,
    makeups: Vec<NaiveDate>,
}

/// The known years, by year.
static KNOWN: LazyLock<BTreeMap<i32, Exceptions>> = LazyLock::new(|| {
    let year = |known: &years::Year| (known.year, exceptions(known));
    years::YEARS.iter().map(year).collect()
});

fn exceptions(known: &years::Year) -> Exceptions {
    let day = |code: u32| NaiveDate::from_ymd_opt(known.year, code / 100, code % 100);
    let mut off = Vec::new();
    for (from, to) in known.off {
        if let (Some(from), Some(to)) = (day(*from), day(*to)) {
            off.extend(from.iter_days().take_while(|day| *day <= to));
        }
    }
    let makeups = known.makeups.iter().copied().filter_map(day).collect();
    Exceptions { off, makeups }
}

/// The working days: the known years, and those that the registry publishes.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    published: BTreeMap<i32, Exceptions>,
}

impl Calendar {
    /// The known years alone.
    pub fn known() -> Self {
        Self::default()
    }

    /// The known years and what the registry says of the years from one to another, both included.
    pub fn of(env: &Env<'_>, from: i32, to: i32) -> Self {
        let mut calendar = Self::known();
        for year in from..=to {
            let id = year.to_string();
            let entity = EntityRef::new(EntityKind::HolidayCalendar, SYSTEM, STREAM, &id);
            if let Some(notice) = env.load_at::<HolidayCalendar>(&entity).get() {
                calendar.publish(notice);
            }
        }
        calendar
    }

    /// Puts a published notice in the place of its year's table.
    pub fn publish(&mut self, notice: &HolidayCalendar) {
        let exceptions = Exceptions {
            off: notice.holidays.clone(),
            makeups: notice.makeup_workdays.clone(),
        };
        self.published.insert(notice.year, exceptions);
    }

    fn year(&self, year: i32) -> Option<&Exceptions> {
        self.published.get(&year).or_else(|| KNOWN.get(&year))
    }

    /// Whether offices are open on a day. Of a year that nobody published: on weekdays but
    /// 1 January.
    pub fn is_workday(&self, day: NaiveDate) -> bool {
        let is_weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let Some(year) = self.year(day.year()) else {
            return !is_weekend && day.ordinal() != 1;
        };
        if is_weekend {
            return year.makeups.binary_search(&day).is_ok();
        }
        year.off.binary_search(&day).is_err()
    }

    /// Whether nobody published the holidays of a day's year.
    pub fn is_provisional(&self, day: NaiveDate) -> bool {
        self.year(day.year()).is_none()
    }
}
