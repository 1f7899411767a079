//! Working days and the vectors of the domain's Appendix A.

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

#[test]
fn knows_the_years_from_2004_to_2026_in_order() {
    let years: Vec<i32> = years::YEARS.iter().map(|known| known.year).collect();
    assert_eq!(years, (2004..=2026).collect::<Vec<_>>());
    for (year, exceptions) in KNOWN.iter() {
        let days = [&exceptions.off, &exceptions.makeups];
        assert!(
            days.iter().all(|days| days.is_sorted_by(|a, b| a < b)),
            "{year}"
        );
        let is_weekend = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        assert!(exceptions.makeups.iter().all(is_weekend), "{year}");
    }
}

#[test]
fn counts_the_working_days_of_every_month() {
    let expected = [
        (2023, [18, 20, 23, 20, 21, 21, 21, 23, 20, 19, 22, 21]),
        (2024, [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]),
        (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
        (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
    ];
    let calendar = Calendar::known();
    for (year, months) in expected {
        let mut counts = [0; 12];
        let first = day(&format!("{year}-01-01"));
        for day in first.iter_days().take_while(|day| day.year() == year) {
            counts[day.month0() as usize] += u32::from(calendar.is_workday(day));
        }
        assert_eq!(counts, months, "{year}");
    }
}

#[test]
fn counts_working_days_after_a_day() {
    let calendar = Calendar::known();
    let rows = [
        ("2023-09-26", 7, "2023-10-11", false),
        ("2023-09-27", 3, "2023-10-08", false),
        ("2024-02-06", 5, "2024-02-19", false),
        ("2023-04-20", 7, "2023-04-28", false),
        ("2023-04-28", 15, "2023-05-23", false),
        ("2023-05-22", 30, "2023-07-04", false),
        ("2025-01-26", 2, "2025-02-05", false),
        ("2024-04-01", 3, "2024-04-07", false),
        ("2026-11-23", 30, "2027-01-05", true),
        ("2023-09-26", 0, "2023-09-26", false),
        ("2003-12-31", 1, "2004-01-02", true),
    ];
    for (from, count, on, is_provisional) in rows {
        let due = calendar.wd_x(day(from), count, &[]);
        let expected = Due {
            on: day(on),
            is_provisional,
        };
        assert_eq!(due, expected, "{from} + {count}");
    }
}

#[test]
fn leaves_out_the_days_of_pauses_once() {
    let calendar = Calendar::known();
    let pause = Pause {
        after: day("2023-05-26"),
        until: day("2023-06-02"),
    };
    for pauses in [&[pause][..], &[pause, pause]] {
        let due = calendar.wd_x(day("2023-05-22"), 30, pauses);
        assert_eq!(due.on, day("2023-07-11"));
    }
}

#[test]
fn rolls_calendar_days_to_a_working_day_or_not() {
    let calendar = Calendar::known();
    let rows = [
        ("2023-11-15", 60, "2024-01-14", "2024-01-15"),
        ("2023-11-03", 30, "2023-12-03", "2023-12-04"),
        ("2024-09-02", 30, "2024-10-02", "2024-10-08"),
        ("2023-09-12", 30, "2023-10-12", "2023-10-12"),
    ];
    for (from, count, raw, rolled) in rows {
        assert_eq!(cd_n(day(from), count), day(raw), "{from}");
        assert_eq!(calendar.cd_r(day(from), count).on, day(rolled), "{from}");
    }
}

#[test]
fn tests_minimums_at_their_limit() {
    let calendar = Calendar::known();
    assert!(min_cd(day("2023-08-14"), day("2023-09-05"), 22));
    assert!(!min_cd(day("2023-08-14"), day("2023-09-05"), 23));
    // Make-up days count, holidays do not: 2023-10-07, -08, -09, -10.
    assert!(calendar.min_wd(day("2023-09-28"), day("2023-10-10"), 4));
    assert!(!calendar.min_wd(day("2023-09-28"), day("2023-10-10"), 5));
    // Six working days with the first, five without.
    let (from, to) = (day("2023-08-14"), day("2023-08-21"));
    assert!(calendar.win_wd(from, to, 6) && !calendar.win_wd(from, to, 7));
    assert!(calendar.min_wd(from, to, 5) && !calendar.min_wd(from, to, 6));
    assert!(calendar.win_wd(to, from, 0) && !calendar.win_wd(to, from, 1));
    // Late by working days: scenario S2.
    let late = calendar.workdays_after(day("2024-01-15"), day("2024-02-20"));
    assert_eq!(late, 23);
}

#[test]
fn a_published_notice_stands_in_the_place_of_its_year() {
    let mut calendar = Calendar::known();
    let new_year = day("2027-01-04");
    assert!(calendar.is_workday(new_year) && calendar.is_provisional(new_year));
    assert!(!calendar.is_workday(day("2027-01-01")));
    calendar.publish(&HolidayCalendar {
        year: 2027,
        holidays: vec![day("2027-01-01"), day("2027-01-04")],
        makeup_workdays: vec![day("2027-01-09")],
        doc_no: String::new(),
    });
    assert!(!calendar.is_workday(new_year) && !calendar.is_provisional(new_year));
    assert!(calendar.is_workday(day("2027-01-09")));
    let due = calendar.wd_x(day("2026-12-31"), 1, &[]);
    assert_eq!((due.on, due.is_provisional), (day("2027-01-05"), false));
}

#[test]
fn ends_with_the_calendar() {
    let calendar = Calendar::known();
    let last = NaiveDate::MAX;
    assert_eq!(calendar.wd_x(last, 1, &[]).on, last);
    assert_eq!(calendar.cd_r(last, 1).on, last);
    assert_eq!(cd_n(last, u32::MAX), last);
}
