//! Names of days off: 《全国年节及纪念日放假办法》. A calendar knows which days are off and not why;
//! the holidays of China lie so far apart that the day tells its name.

use chrono::{Datelike as _, NaiveDate, Weekday};

/// The name of the holiday that a weekday is off for, in Chinese and in English.
pub(super) fn name_of(day: NaiveDate) -> (&'static str, &'static str) {
    match (day.month(), day.day()) {
        (12, _) | (1, 1..=10) => ("元旦", "New Year"),
        (1 | 2, _) => ("春节", "Spring Festival"),
        (3 | 4, 1..=20) => ("清明节", "Tomb Sweeping"),
        (4, _) | (5, 1..=15) => ("劳动节", "Labour Day"),
        (5 | 6, _) => ("端午节", "Dragon Boat"),
        // 2015 alone: seventy years after the end of the war.
        (9, 1..=7) => ("抗战胜利纪念日", "Victory Day"),
        (9, 8..=27) => ("中秋节", "Mid-Autumn"),
        (9 | 10, _) => ("国庆节", "National Day"),
        _ => ("放假", "a day off"),
    }
}

/// The name of a day of a weekend.
pub(super) fn weekend(day: NaiveDate) -> (&'static str, &'static str) {
    match day.weekday() {
        Weekday::Sun => ("星期日", "Sunday"),
        _ => ("星期六", "Saturday"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Calendar;

    #[test]
    fn every_weekday_off_since_2008_has_a_name() {
        let calendar = Calendar::known();
        let first = NaiveDate::from_ymd_opt(2008, 1, 1).expect("a day");
        let days = first.iter_days().take_while(|day| day.year() <= 2026);
        let is_weekend = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let off = days.filter(|day| !is_weekend(day) && !calendar.is_workday(*day));
        let mut names = std::collections::BTreeMap::<&str, u32>::new();
        for day in off {
            assert_ne!(name_of(day).0, "放假", "{day}");
            *names.entry(name_of(day).0).or_default() += 1;
        }
        assert_eq!(
            names.get("抗战胜利纪念日"),
            Some(&2),
            "3 and 4 September 2015"
        );
        assert_eq!(names.len(), 8, "{names:?}");
    }

    #[test]
    fn days_off_bear_the_names_of_their_notices() {
        for (day, name) in [
            ("2023-01-23", "春节"),
            ("2023-04-05", "清明节"),
            ("2023-05-01", "劳动节"),
            ("2023-06-22", "端午节"),
            ("2025-06-02", "端午节"),
            ("2024-09-16", "中秋节"),
            ("2023-10-06", "国庆节"),
            ("2024-01-01", "元旦"),
        ] {
            let day = day.parse().expect("a day");
            assert_eq!(name_of(day).0, name, "{day}");
        }
    }
}
