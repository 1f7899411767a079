//! The counting rules by the names that the domain gives them. The day of the trigger never counts
//! (民法典第201条).

use chrono::{Datelike as _, Days, NaiveDate};

use super::Calendar;

/// A span in which a clock stands still: the days after `after` up to and including `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The day on which the pause was ordered; it still counts.
    pub after: NaiveDate,
    /// The last day that does not count.
    pub until: NaiveDate,
}

impl Pause {
    fn covers(self, day: NaiveDate) -> bool {
        self.after < day && day <= self.until
    }
}

/// The last day of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The day; the period ends with it.
    pub on: NaiveDate,
    /// The holidays of a year that was counted through are not published.
    pub is_provisional: bool,
}

/// CD-N: `count` calendar days after a day, whatever day that is.
pub fn cd_n(from: NaiveDate, count: u32) -> NaiveDate {
    from.checked_add_days(Days::new(count.into()))
        .unwrap_or(NaiveDate::MAX)
}

/// MIN-CD and BEFORE-CD: whether at least `count` calendar days lie between two days.
pub fn min_cd(from: NaiveDate, target: NaiveDate, count: u32) -> bool {
    (target - from).num_days() >= i64::from(count)
}

impl Calendar {
    /// WD-X: the `count`-th working day after a day, days of pauses left out. Pauses may overlap.
    pub fn wd_x(&self, from: NaiveDate, count: u32, pauses: &[Pause]) -> Due {
        let (mut day, mut left) = (from, count);
        while left > 0 {
            let Some(next) = day.succ_opt() else {
                break;
            };
            day = next;
            if self.is_workday(day) && !pauses.iter().any(|pause| pause.covers(day)) {
                left -= 1;
            }
        }
        self.due(from, day)
    }

    /// CD-R: `count` calendar days after a day, moved to the next working day if it is none
    /// (民法典第203条).
    pub fn cd_r(&self, from: NaiveDate, count: u32) -> Due {
        let mut day = cd_n(from, count);
        while !self.is_workday(day) {
            let Some(next) = day.succ_opt() else {
                break;
            };
            day = next;
        }
        self.due(from, day)
    }

    /// MIN-WD: whether at least `count` working days lie after one day up to another.
    pub fn min_wd(&self, from: NaiveDate, target: NaiveDate, count: u32) -> bool {
        self.workdays_after(from, target) >= count
    }

    /// WIN-WD: whether a window holds at least `count` working days, both ends included.
    pub fn win_wd(&self, from: NaiveDate, to: NaiveDate, count: u32) -> bool {
        let first = u32::from(from <= to && self.is_workday(from));
        self.workdays_after(from, to) + first >= count
    }

    /// The working days after one day up to and including another; none if that is not later.
    pub fn workdays_after(&self, from: NaiveDate, to: NaiveDate) -> u32 {
        let after = from.iter_days().skip(1).take_while(|day| *day <= to);
        after.map(|day| u32::from(self.is_workday(day))).sum()
    }

    fn due(&self, from: NaiveDate, on: NaiveDate) -> Due {
        let mut years = from.year()..=on.year();
        Due {
            on,
            is_provisional: years.any(|year| self.year(year).is_none()),
        }
    }
}
