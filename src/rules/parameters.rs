//! What a rule tells its fact: bounds and numbers that the law names or that were decided here, so
//! that none of them stands in code.

use std::fmt;

/// What a rule tells its fact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Parameters {
    /// A bound, in the unit that the fact documents.
    pub limit: Option<i64>,
    /// How many days a buyer may inspect what was delivered where nothing was agreed.
    pub inspection_days: Option<u32>,
    /// Interest on what is overdue where no rate was agreed, in basis points a day.
    pub interest_bp_a_day: Option<i64>,
    /// The first half of a working day.
    pub morning: Option<Hours>,
    /// The second half.
    pub afternoon: Option<Hours>,
}

/// A parameter that a fact cannot do without; packs write its name as a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// `inspection_days`.
    InspectionDays,
    /// `interest_bp_a_day`.
    InterestBpADay,
    /// `morning`.
    Morning,
    /// `afternoon`.
    Afternoon,
}

impl Parameter {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::InspectionDays,
        Self::InterestBpADay,
        Self::Morning,
        Self::Afternoon,
    ];

    /// The key in packs.
    pub fn name(self) -> &'static str {
        match self {
            Self::InspectionDays => "inspection_days",
            Self::InterestBpADay => "interest_bp_a_day",
            Self::Morning => "morning",
            Self::Afternoon => "afternoon",
        }
    }

    /// What it is, in Chinese and in English.
    pub fn titles(self) -> (&'static str, &'static str) {
        match self {
            Self::InspectionDays => (
                "未约定检验期限时的检验期（日）",
                "days to inspect where none were agreed",
            ),
            Self::InterestBpADay => (
                "未约定利率时的日利率（万分之几）",
                "interest a day in basis points where no rate was agreed",
            ),
            Self::Morning => ("上午时段", "the morning"),
            Self::Afternoon => ("下午时段", "the afternoon"),
        }
    }
}

impl Parameters {
    /// What is said of a parameter, as packs write it.
    pub fn text_of(&self, parameter: Parameter) -> Option<String> {
        match parameter {
            Parameter::InspectionDays => self.inspection_days.map(|days| days.to_string()),
            Parameter::InterestBpADay => self.interest_bp_a_day.map(|bp| bp.to_string()),
            Parameter::Morning => self.morning.map(|hours| hours.to_string()),
            Parameter::Afternoon => self.afternoon.map(|hours| hours.to_string()),
        }
    }
}

/// Hours of a day at +08:00, in minutes from midnight, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hours {
    /// The first minute.
    pub from: u16,
    /// The minute after the last one.
    pub to: u16,
}

impl Hours {
    /// As packs write them: `08:30-12:00`. `None` for anything else, and where they end no later
    /// than they begin.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (minutes(from)?, minutes(to)?);
        (from < to).then_some(Self { from, to })
    }
}

/// Minutes from midnight of `HH:MM`; `24:00` is the end of the day.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let is_number = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(hours) || !is_number(minutes) {
        return None;
    }
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    let at = hours * 60 + minutes;
    (minutes < 60 && at <= 24 * 60).then_some(at)
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(
            f,
            "{:02}:{:02}-{:02}:{:02}",
            from / 60,
            from % 60,
            to / 60,
            to % 60
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_they_are_written() {
        let hours = Hours::parse("08:30-12:00").expect("hours");
        assert_eq!((hours.from, hours.to), (510, 720));
        assert_eq!(hours.to_string(), "08:30-12:00");
        assert_eq!(
            Hours::parse("13:30-24:00").map(|hours| hours.to),
            Some(1440)
        );
        for wrong in [
            "8:30-12:00",
            "08:30",
            "12:00-08:30",
            "08:30-08:30",
            "08:60-12:00",
            "08:30-24:01",
            "08:30-12:00-13:00",
            "+8:30-12:00",
        ] {
            assert_eq!(Hours::parse(wrong), None, "{wrong}");
        }
    }
}
