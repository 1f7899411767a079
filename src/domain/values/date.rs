//! Legal dates: days at +08:00, on which acts of law are done.

use std::fmt;

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

/// Seconds that +08:00 is ahead of UTC. China has one time and no summer time since 1992.
const OFFSET_SECONDS: i64 = 8 * 3600;
const DAY_SECONDS: i64 = 86_400;
/// Days from 0001-01-01 (day 1) to 1970-01-01.
const EPOCH_DAY: i64 = 719_163;

/// A day at +08:00, written `YYYY-MM-DD`, of the years 1900 to 2200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LegalDate(NaiveDate);

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a day of the calendar as YYYY-MM-DD, 1900 to 2200")]
pub struct DateFault;

impl LegalDate {
    /// Parses `YYYY-MM-DD`. Errors: syntax, a day that the calendar lacks, a year out of range.
    pub fn parse(text: &str) -> Result<Self, DateFault> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
            return Err(DateFault);
        };
        let year = i32::try_from(number(&[y1, y2, y3, y4])?).map_err(|_| DateFault)?;
        if !(1900..=2200).contains(&year) {
            return Err(DateFault);
        }
        let (month, day) = (number(&[m1, m2])?, number(&[d1, d2])?);
        NaiveDate::from_ymd_opt(year, month, day)
            .map(Self)
            .ok_or(DateFault)
    }

    /// The day of an instant.
    pub fn of_instant(seconds: i64, nanos: i32) -> Option<Self> {
        local_date(seconds, nanos).map(Self)
    }

    /// The day.
    pub fn day(self) -> NaiveDate {
        self.0
    }
}

impl From<LegalDate> for NaiveDate {
    fn from(date: LegalDate) -> Self {
        date.0
    }
}

impl fmt::Display for LegalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            self.0.month(),
            self.0.day()
        )
    }
}

impl std::str::FromStr for LegalDate {
    type Err = DateFault;

    fn from_str(text: &str) -> Result<Self, DateFault> {
        Self::parse(text)
    }
}

/// The date at +08:00 of an instant, given as seconds and nanoseconds since 1970-01-01T00:00:00Z.
/// `None` beyond the calendar's range. Nanoseconds (0 to 999,999,999) never change the day.
pub fn local_date(seconds: i64, nanos: i32) -> Option<NaiveDate> {
    debug_assert!((0..1_000_000_000).contains(&nanos));
    let day = seconds.checked_add(OFFSET_SECONDS)?.div_euclid(DAY_SECONDS) + EPOCH_DAY;
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(day).ok()?)
}

/// The first second of a day at +08:00, since 1970-01-01T00:00:00Z.
pub fn midnight_seconds(day: NaiveDate) -> i64 {
    (i64::from(day.num_days_from_ce()) - EPOCH_DAY) * DAY_SECONDS - OFFSET_SECONDS
}

/// Whether a text is a month, `YYYY-MM`.
pub fn is_month(text: &str) -> bool {
    text.len() == 7 && text.is_ascii() && LegalDate::parse(&format!("{text}-01")).is_ok()
}

fn number(digits: &[u8]) -> Result<u32, DateFault> {
    let mut number = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(DateFault);
        }
        number = number * 10 + u32::from(digit - b'0');
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_only_days_of_the_calendar() {
        for good in ["2023-01-01", "2024-02-29", "1900-01-01", "2200-12-31"] {
            assert_eq!(LegalDate::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "",
            "2023-1-1",
            "2023-02-29",
            "2023-13-01",
            "2023-00-01",
            "2023-01-00",
            "2023/01/01",
            "20230101",
            "2023-01-01 ",
            "+023-01-01",
            "1899-12-31",
            "2201-01-01",
            "２０２３-01-01",
        ] {
            assert_eq!(LegalDate::parse(bad), Err(DateFault), "{bad}");
        }
        assert!(is_month("2023-12"));
        assert!(!is_month("2023-13") && !is_month("2023-1") && !is_month("2023-1é"));
    }

    #[test]
    fn a_day_begins_at_sixteen_hours_utc_of_the_day_before() {
        let day = NaiveDate::from_ymd_opt(2023, 6, 1).unwrap();
        let midnight = midnight_seconds(day);
        assert_eq!(midnight, 1_685_548_800);
        assert_eq!(local_date(midnight, 0), Some(day));
        assert_eq!(local_date(midnight - 1, 999_999_999), day.pred_opt());
        assert_eq!(
            local_date(-OFFSET_SECONDS, 0),
            NaiveDate::from_ymd_opt(1970, 1, 1)
        );
        assert_eq!(local_date(i64::MAX, 0), None);
        assert_eq!(local_date(i64::MIN, 0), None);
    }
}
