//! Dates as publishers write them.

use chrono::{DateTime, NaiveDate, NaiveTime};

/// Seconds from UTC to +08:00.
const OFFSET_S: i64 = 8 * 3600;

/// When a release was made, as far as its publisher tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Released {
    /// The day as written, in the publisher's own zone.
    pub on: NaiveDate,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Nanoseconds of that second.
    pub nanos: i32,
    /// The publisher gave no day that can be read; the values above are those of 1970-01-01.
    pub undated: bool,
}

impl Released {
    /// Reads a date: RFC 3339, or a day alone or with anything after it.
    ///
    /// Without a zone the instant is midnight of the day at +08:00, as for every source that knows
    /// only the day. Without a readable day (not a day of the calendar, a year outside 1900 to
    /// 2199, day or month first) the release is undated. Its day is then a fixed one and never
    /// today, so that a repeated import gives the same submission.
    pub(super) fn read(text: Option<&str>) -> Self {
        let text = text.unwrap_or_default().trim();
        let Some(on) = day(text) else {
            return Self {
                undated: true,
                ..Self::midnight(NaiveDate::default())
            };
        };
        match DateTime::parse_from_rfc3339(text) {
            Ok(instant) => Self {
                on,
                seconds: instant.timestamp(),
                nanos: (instant.timestamp_subsec_nanos() % 1_000_000_000).cast_signed(),
                undated: false,
            },
            Err(_) => Self::midnight(on),
        }
    }

    fn midnight(on: NaiveDate) -> Self {
        let seconds = on.and_time(NaiveTime::MIN).and_utc().timestamp() - OFFSET_S;
        Self {
            on,
            seconds,
            nanos: 0,
            undated: false,
        }
    }
}

/// Reads the day that a text starts with: `2015-12-28`, `2015/12/28` or `20151228`.
fn day(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    let separated = matches!(bytes.get(4), Some(b'-' | b'/')) && bytes.get(4) == bytes.get(7);
    let (year, month, day, length) = if separated {
        (text.get(..4)?, text.get(5..7)?, text.get(8..10)?, 10)
    } else {
        (text.get(..4)?, text.get(4..6)?, text.get(6..8)?, 8)
    };
    if bytes.get(length).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let number = |digits: &str| {
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse::<u32>().ok())?
    };
    let year = number(year).filter(|year| (1900..2200).contains(year))?;
    NaiveDate::from_ymd_opt(year.cast_signed(), number(month)?, number(day)?)
}

#[cfg(test)]
mod tests {
    use super::Released;

    fn read(text: &str) -> (String, i64, bool) {
        let released = Released::read(Some(text));
        (released.on.to_string(), released.seconds, released.undated)
    }

    #[test]
    fn reads_days_as_publishers_write_them() {
        let cases = [
            ("2016-03-05T23:30:00-06:00", "2016-03-05", 1_457_242_200),
            ("2016-03-05T23:30:00.867Z", "2016-03-05", 1_457_220_600),
            ("2016-03-05t23:30:00z", "2016-03-05", 1_457_220_600),
            ("2016-03-05T23:30:00", "2016-03-05", 1_457_107_200),
            ("2016-03-05 23:30:00", "2016-03-05", 1_457_107_200),
            ("2016-03-05T23:30:00+0200", "2016-03-05", 1_457_107_200),
            ("2016-03-05", "2016-03-05", 1_457_107_200),
            (" 2016-03-05 ", "2016-03-05", 1_457_107_200),
            ("2016/03/05", "2016-03-05", 1_457_107_200),
            ("20160305", "2016-03-05", 1_457_107_200),
            ("2016-02-29T99:00:00Z", "2016-02-29", 1_456_675_200),
        ];
        for (text, on, seconds) in cases {
            assert_eq!(read(text), (on.into(), seconds, false), "{text}");
        }
    }

    #[test]
    fn calls_a_release_undated_when_no_day_can_be_read() {
        let cases = [
            "",
            "unknown",
            "2015-02-29",
            "0000-00-00",
            "05/03/2016",
            "5 March 2016",
            "2016-3-5",
            "2016",
            "2016-03",
            "0216-03-05",
            "2016-03-051",
            "201603051",
            "２０１６-03-05",
            "+016-01-01",
        ];
        for text in cases {
            assert_eq!(read(text), ("1970-01-01".into(), -28_800, true), "{text}");
        }
        assert!(Released::read(None).undated);
    }
}
