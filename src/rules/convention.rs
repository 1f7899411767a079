//! How a rule counts (domain 3.0): from a trigger to the last day, or between two days that both
//! happened.

use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;

use crate::domain::calendar::{Calendar, Due, Pause, cd_n};

/// A counting convention by the name that the domain gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Convention {
    /// The n-th working day after the trigger.
    #[serde(rename = "WD-X")]
    WdX,
    /// n calendar days after the trigger, moved on to a working day (民法典第203条).
    #[serde(rename = "CD-R")]
    CdR,
    /// n calendar days after the trigger, never moved.
    #[serde(rename = "CD-N")]
    CdN,
    /// A day that the rule itself names, never moved.
    #[serde(rename = "FIXED")]
    Fixed,
    /// The same day n years later; the end of the month where there is none (民法典第202条).
    #[serde(rename = "YEARS")]
    Years,
    /// At least n calendar days from one day to another.
    #[serde(rename = "MIN-CD")]
    MinCd,
    /// At least n working days after one day up to another.
    #[serde(rename = "MIN-WD")]
    MinWd,
    /// At least n working days in a window, both ends included.
    #[serde(rename = "WIN-WD")]
    WinWd,
    /// At least n calendar days from an action to the day that it comes before.
    #[serde(rename = "BEFORE-CD")]
    BeforeCd,
}

impl Convention {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::WdX => "WD-X",
            Self::CdR => "CD-R",
            Self::CdN => "CD-N",
            Self::Fixed => "FIXED",
            Self::Years => "YEARS",
            Self::MinCd => "MIN-CD",
            Self::MinWd => "MIN-WD",
            Self::WinWd => "WIN-WD",
            Self::BeforeCd => "BEFORE-CD",
        }
    }

    /// Whether it looks at two days that both happened, not at a clock that runs.
    pub fn is_of_spans(self) -> bool {
        matches!(
            self,
            Self::MinCd | Self::MinWd | Self::WinWd | Self::BeforeCd
        )
    }

    /// The last day of a period that begins with a trigger. Days of pauses are left out of working
    /// days and of periods that roll. A fixed day is the rule's own, so `from` is it.
    pub fn due(self, calendar: &Calendar, from: NaiveDate, length: u32, pauses: &[Pause]) -> Due {
        match self {
            Self::WdX | Self::MinWd | Self::WinWd => calendar.wd_x(from, length, pauses),
            Self::CdR => calendar.cd_r(from, length + paused(from, length, pauses)),
            Self::CdN | Self::MinCd | Self::BeforeCd => sure(cd_n(from, length)),
            Self::Fixed => sure(from),
            Self::Years => sure(years_after(from, length)),
        }
    }

    /// How many days a span has, as this convention counts them.
    pub fn days(self, calendar: &Calendar, from: NaiveDate, to: NaiveDate) -> i64 {
        match self {
            Self::MinWd => calendar.workdays_after(from, to).into(),
            Self::WinWd => {
                let first = u32::from(from <= to && calendar.is_workday(from));
                (calendar.workdays_after(from, to) + first).into()
            }
            _ => (to - from).num_days(),
        }
    }
}

/// How many days of pauses lie within a period of so many days that do count.
fn paused(from: NaiveDate, length: u32, pauses: &[Pause]) -> u32 {
    let is_paused = |day: NaiveDate| pauses.iter().any(|p| p.after < day && day <= p.until);
    let (mut left, mut paused) = (length, 0);
    let mut days = from.iter_days().skip(1);
    while left > 0 && !pauses.is_empty() {
        match days.next() {
            Some(day) if is_paused(day) => paused += 1,
            Some(_) => left -= 1,
            None => break,
        }
    }
    paused
}

fn sure(on: NaiveDate) -> Due {
    Due {
        on,
        is_provisional: false,
    }
}

/// The same day so many years later, or the end of its month.
fn years_after(from: NaiveDate, years: u32) -> NaiveDate {
    let year = from.year().saturating_add_unsigned(years);
    from.with_year(year)
        .or_else(|| NaiveDate::from_ymd_opt(year, from.month(), 28))
        .unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn periods_end_where_the_domain_says() {
        let calendar = Calendar::known();
        let due = |convention: Convention, from: &str, length| {
            convention
                .due(&calendar, day(from), length, &[])
                .on
                .to_string()
        };
        for (convention, from, length, on) in [
            (Convention::WdX, "2023-09-26", 7, "2023-10-11"),
            (Convention::CdR, "2023-11-15", 60, "2024-01-15"),
            (Convention::CdN, "2023-11-15", 60, "2024-01-14"),
            (Convention::Fixed, "2023-12-31", 9, "2023-12-31"),
            (Convention::Years, "2024-02-29", 1, "2025-02-28"),
            (Convention::Years, "2023-11-20", 15, "2038-11-20"),
        ] {
            assert_eq!(due(convention, from, length), on, "{convention:?}");
        }
    }

    #[test]
    fn calendar_days_of_pauses_are_left_out_once() {
        let pause = |after: &str, until: &str| Pause {
            after: day(after),
            until: day(until),
        };
        let pauses = [
            pause("2023-09-20", "2023-09-27"),
            pause("2023-09-25", "2023-09-28"),
            pause("2023-11-20", "2023-12-20"),
        ];
        let due = Convention::CdR.due(&Calendar::known(), day("2023-09-12"), 30, &pauses);
        assert_eq!(due.on, day("2023-10-20"));
    }

    #[test]
    fn spans_have_the_days_that_the_domain_counts() {
        let calendar = Calendar::known();
        let days = |convention: Convention, from: &str, to: &str| {
            convention.days(&calendar, day(from), day(to))
        };
        assert_eq!(days(Convention::WinWd, "2023-08-14", "2023-08-21"), 6);
        assert_eq!(days(Convention::MinWd, "2023-08-14", "2023-08-21"), 5);
        assert_eq!(days(Convention::MinCd, "2023-08-14", "2023-09-05"), 22);
        assert_eq!(days(Convention::BeforeCd, "2023-07-10", "2023-08-14"), 35);
    }
}
