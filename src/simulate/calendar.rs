//! Working days (国务院办公厅关于部分节假日安排的通知), so that acts fall on days on which offices
//! are open.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};

/// A year's notice: holidays and make-up working days, as month and day; ranges include both ends.
struct Notice {
    of: i32,
    holidays: &'static [(u32, u32)],
    makeups: &'static [u32],
    doc_no: &'static str,
}

const NOTICES: [Notice; 4] = [
    Notice {
        of: 2023,
        holidays: &[
            (101, 102),
            (121, 127),
            (405, 405),
            (429, 503),
            (622, 624),
            (929, 1006),
            (1230, 1231),
        ],
        makeups: &[128, 129, 423, 506, 625, 1007, 1008],
        doc_no: "国办发明电〔2022〕16号",
    },
    Notice {
        of: 2024,
        holidays: &[
            (101, 101),
            (210, 217),
            (404, 406),
            (501, 505),
            (610, 610),
            (915, 917),
            (1001, 1007),
        ],
        makeups: &[204, 218, 407, 428, 511, 914, 929, 1012],
        doc_no: "国办发明电〔2023〕7号",
    },
    Notice {
        of: 2025,
        holidays: &[
            (101, 101),
            (128, 204),
            (404, 406),
            (501, 505),
            (531, 602),
            (1001, 1008),
        ],
        makeups: &[126, 208, 427, 928, 1011],
        doc_no: "国办发明电〔2024〕12号",
    },
    Notice {
        of: 2026,
        holidays: &[
            (101, 103),
            (215, 223),
            (404, 406),
            (501, 505),
            (619, 621),
            (925, 927),
            (1001, 1007),
        ],
        makeups: &[104, 214, 228, 509, 920, 1010],
        doc_no: "国办发明电〔2025〕7号",
    },
];

/// The working days from one year to another. Of a year without a notice, weekdays but 1 January.
#[derive(Debug, Clone)]
pub struct Calendar {
    year: i32,
    last_year: i32,
    holidays: Vec<NaiveDate>,
    makeups: Vec<NaiveDate>,
}

impl Calendar {
    /// The calendar of a year.
    pub fn of(year: i32) -> Self {
        Self::through(year, year)
    }

    /// The calendar of a year and those that follow, up to the last.
    pub fn through(year: i32, last_year: i32) -> Self {
        let mut calendar = Self {
            year,
            last_year,
            holidays: Vec::new(),
            makeups: Vec::new(),
        };
        for year in year..=last_year {
            calendar.add(year);
        }
        calendar
    }

    fn add(&mut self, year: i32) {
        let day = |code: u32| NaiveDate::from_ymd_opt(year, code / 100, code % 100);
        let Some(known) = notice(year) else {
            self.holidays.extend(day(101));
            return;
        };
        for (from, to) in known.holidays {
            if let (Some(from), Some(to)) = (day(*from), day(*to)) {
                let days = from.iter_days().take_while(|day| *day <= to);
                self.holidays.extend(days);
            }
        }
        let makeups = known.makeups.iter().copied().filter_map(day);
        self.makeups.extend(makeups);
    }

    /// The year that it begins with.
    pub fn year(&self) -> i32 {
        self.year
    }

    /// The last year.
    pub fn last_year(&self) -> i32 {
        self.last_year
    }

    /// Whether a day lies after the last year.
    pub fn is_over(&self, day: NaiveDate) -> bool {
        day.year() > self.last_year
    }

    /// The holidays of the first year, in order.
    pub fn holidays(&self) -> Vec<NaiveDate> {
        self.of_first_year(&self.holidays)
    }

    /// The days of weekends of the first year that are worked, in order.
    pub fn makeups(&self) -> Vec<NaiveDate> {
        self.of_first_year(&self.makeups)
    }

    fn of_first_year(&self, days: &[NaiveDate]) -> Vec<NaiveDate> {
        let days = days.iter().filter(|day| day.year() == self.year);
        days.copied().collect()
    }

    /// The notice that fixes the first year; empty when it has none.
    pub fn doc_no(&self) -> &'static str {
        notice(self.year).map_or("", |known| known.doc_no)
    }

    /// Tells whether offices are open.
    pub fn is_workday(&self, day: NaiveDate) -> bool {
        if self.makeups.binary_search(&day).is_ok() {
            return true;
        }
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        !weekend && self.holidays.binary_search(&day).is_err()
    }

    /// The day itself or the first working day after it.
    pub fn on_or_after(&self, mut day: NaiveDate) -> NaiveDate {
        while !self.is_workday(day) {
            day = after(day, 1);
        }
        day
    }

    /// The working day that is `count` working days after a day.
    pub fn workdays_after(&self, mut day: NaiveDate, count: i64) -> NaiveDate {
        for _ in 0..count {
            day = self.on_or_after(after(day, 1));
        }
        day
    }

    /// The first working day at least `count` calendar days after a day.
    pub fn days_after(&self, day: NaiveDate, count: i64) -> NaiveDate {
        self.on_or_after(after(day, count.unsigned_abs()))
    }
}

/// The day that is `count` days later. Dates of a simulation are far from the end of time.
fn notice(year: i32) -> Option<&'static Notice> {
    NOTICES.iter().find(|known| known.of == year)
}

pub(super) fn after(day: NaiveDate, count: u64) -> NaiveDate {
    day.checked_add_days(Days::new(count))
        .unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike as _, NaiveDate};

    use super::Calendar;

    #[test]
    fn counts_the_working_days_of_every_month() {
        let expected = [
            (2023, [18, 20, 23, 20, 21, 21, 21, 23, 20, 19, 22, 21]),
            (2024, [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]),
            (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
            (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
        ];
        for (year, months) in expected {
            let calendar = Calendar::of(year);
            let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            let mut counts = [0; 12];
            for day in first.iter_days().take_while(|day| day.year() == year) {
                counts[day.month0() as usize] += u32::from(calendar.is_workday(day));
            }
            assert_eq!(counts, months, "{year}");
        }
    }

    #[test]
    fn steps_over_holidays() {
        let calendar = Calendar::of(2023);
        let day = |month, day| NaiveDate::from_ymd_opt(2023, month, day).unwrap();
        assert_eq!(calendar.workdays_after(day(9, 26), 7), day(10, 11));
        assert_eq!(calendar.workdays_after(day(9, 27), 3), day(10, 8));
        assert_eq!(calendar.workdays_after(day(4, 20), 7), day(4, 28));
        assert_eq!(calendar.days_after(day(9, 12), 30), day(10, 12));
        assert_eq!(calendar.on_or_after(day(9, 29)), day(10, 7));
    }
}
