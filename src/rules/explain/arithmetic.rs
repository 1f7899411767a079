//! The last day of a period, counted day by day.

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::holidays::{name_of, weekend};
use crate::{
    domain::calendar::{Calendar, Pause},
    rules::{
        Convention,
        case::Agreed,
        verdict::{Counting, Obligation},
    },
};

/// A day of a count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The day.
    pub on: NaiveDate,
    /// It counts.
    pub counts: bool,
    /// How many days have counted, it among them; years where years are counted.
    pub n: u32,
    /// Why, in Chinese.
    pub why_zh: String,
    /// The same in English.
    pub why_en: String,
}

impl Step {
    /// As a line of text.
    pub fn text(&self, in_chinese: bool) -> String {
        let why = match in_chinese {
            true => &self.why_zh,
            false => &self.why_en,
        };
        let n = match self.counts {
            true => self.n.to_string(),
            false => "-".to_owned(),
        };
        format!("{} {n:>4}  {why}", self.on)
    }
}

/// The last day of an obligation counted day by day, from the day that does not count any more to
/// the last one; every last step is the last day.
pub fn arithmetic(of: &Obligation, calendar: &Calendar) -> Vec<Step> {
    let Counting {
        from,
        pauses,
        more_days,
        no_earlier,
        no_later,
        ..
    } = &of.counting;
    let mut count = Count::new(calendar, pauses);
    count.agreed(of);
    if *more_days > 0 {
        let zh = format!("另加 {more_days} 日");
        count.note(*from, zh, format!("{more_days} days are added"));
    }
    count.run(of.convention, of.length, *from);
    if let Some(day) = no_earlier.filter(|day| *day > count.last()) {
        let zh = "最后一日不早于此日".to_owned();
        count.note(day, zh, "the last day is no earlier than this".to_owned());
    }
    if let Some(day) = no_later.filter(|day| *day < count.last()) {
        count.steps.retain(|step| step.on <= day);
        let zh = "最后一日不晚于此日".to_owned();
        count.note(day, zh, "the last day is no later than this".to_owned());
    }
    count.steps
}

/// A period counted day by day.
pub(super) fn count(
    calendar: &Calendar,
    (convention, length): (Convention, u32),
    from: NaiveDate,
    pauses: &[Pause],
) -> Vec<Step> {
    let mut count = Count::new(calendar, pauses);
    count.run(convention, length, from);
    count.steps
}

/// A count in the making.
struct Count<'a> {
    calendar: &'a Calendar,
    pauses: &'a [Pause],
    steps: Vec<Step>,
    n: u32,
}

impl<'a> Count<'a> {
    fn new(calendar: &'a Calendar, pauses: &'a [Pause]) -> Self {
        Self {
            calendar,
            pauses,
            steps: Vec::new(),
            n: 0,
        }
    }

    /// The last day so far.
    fn last(&self) -> NaiveDate {
        self.steps.last().map_or(NaiveDate::MIN, |step| step.on)
    }

    /// A day that counts.
    fn counts(&mut self, on: NaiveDate, zh: &str, en: &str) {
        self.n += 1;
        self.step(on, true, zh.to_owned(), en.to_owned());
    }

    /// A day that does not, or something to be said of one.
    fn note(&mut self, on: NaiveDate, zh: String, en: String) {
        self.step(on, false, zh, en);
    }

    fn step(&mut self, on: NaiveDate, counts: bool, why_zh: String, why_en: String) {
        let n = self.n;
        self.steps.push(Step {
            on,
            counts,
            n,
            why_zh,
            why_en,
        });
    }

    /// What the parties agreed on, and which of the two periods is counted.
    fn agreed(&mut self, of: &Obligation) {
        let Some(agreed) = of.counting.agreed else {
            return;
        };
        let (days, zh, en) = match agreed {
            Agreed::Calendar(days) => (days, "日", "days"),
            Agreed::Working(days) => (days, "个工作日", "working days"),
        };
        let (then_zh, then_en) = match (agreed, of.counting.allowed) {
            (Agreed::Calendar(days), Some((_, most))) if days > most => (
                format!("超过最长的 {most} 日，按 {most} 日计"),
                format!("more than the {most} that are allowed, which count"),
            ),
            (_, Some((_, most))) => (
                format!("不晚于最长的 {most} 日，按约定计"),
                format!("which end no later than the {most} that are allowed, and count"),
            ),
            (_, None) => {
                let most = of.length;
                (
                    format!("晚于最长的 {most} 日，按 {most} 日计"),
                    format!("which end later than the {most} that are allowed; these count"),
                )
            }
        };
        self.note(
            of.counting.from,
            format!("约定 {days} {zh}，{then_zh}"),
            format!("agreed: {days} {en}, {then_en}"),
        );
    }

    fn run(&mut self, convention: Convention, length: u32, from: NaiveDate) {
        match convention {
            Convention::Fixed => {
                let zh = "规则指定之日，不顺延".to_owned();
                self.note(
                    from,
                    zh,
                    "the day that the rule names; never moved".to_owned(),
                );
                return;
            }
            Convention::WinWd => {}
            _ => {
                let zh = "起算日，不计入".to_owned();
                self.note(from, zh, "the day of the trigger does not count".to_owned());
            }
        }
        match convention {
            Convention::WdX | Convention::MinWd => self.working_days(from, length),
            Convention::WinWd => {
                self.day(from);
                self.working_days(from, length);
            }
            Convention::CdR => {
                self.calendar_days(from, length, true);
                self.roll();
            }
            Convention::Years => self.years(from, length),
            _ => self.calendar_days(from, length, false),
        }
    }

    /// Working days after a day, until there are so many.
    fn working_days(&mut self, from: NaiveDate, length: u32) {
        let mut days = from.iter_days().skip(1);
        while self.n < length {
            let Some(day) = days.next() else {
                return;
            };
            self.day(day);
        }
    }

    /// A day that counts if it is a working day outside pauses.
    fn day(&mut self, on: NaiveDate) {
        let (mark_zh, mark_en) = self.provisional(on);
        if !self.calendar.is_workday(on) {
            let (zh, en) = self.off(on);
            self.note(on, format!("{zh}{mark_zh}"), format!("{en}{mark_en}"));
            return;
        }
        let (makeup_zh, makeup_en) = match is_weekend(on) {
            true => ("（调休上班）", " (a make-up day)"),
            false => ("", ""),
        };
        if self.is_paused(on) {
            let zh = format!("暂停期间，不计{makeup_zh}");
            self.note(on, zh, format!("paused, does not count{makeup_en}"));
            return;
        }
        let k = self.n + 1;
        let zh = format!("第 {k} 个工作日{makeup_zh}{mark_zh}");
        let en = format!("working day {k}{makeup_en}{mark_en}");
        self.counts(on, &zh, &en);
    }

    /// Calendar days after a day, until there are so many; those of pauses are left out if asked.
    fn calendar_days(&mut self, from: NaiveDate, length: u32, with_pauses: bool) {
        let mut days = from.iter_days().skip(1);
        while self.n < length {
            let Some(day) = days.next() else {
                return;
            };
            if with_pauses && self.is_paused(day) {
                let zh = "暂停期间，不计".to_owned();
                self.note(day, zh, "paused, does not count".to_owned());
            } else {
                let k = self.n + 1;
                self.counts(day, &format!("第 {k} 日"), &format!("day {k}"));
            }
        }
    }

    /// Moves a last day that is off on to the next working day.
    fn roll(&mut self) {
        let last = self.last();
        if self.calendar.is_workday(last) {
            return;
        }
        let (zh, en) = self.off(last);
        let (mark_zh, mark_en) = self.provisional(last);
        let zh = format!("最后一日为休息日（{zh}），顺延{mark_zh}");
        self.note(
            last,
            zh,
            format!("the last day is off ({en}): moved on{mark_en}"),
        );
        for day in last.iter_days().skip(1) {
            let (mark_zh, mark_en) = self.provisional(day);
            if self.calendar.is_workday(day) {
                let (makeup_zh, makeup_en) = match is_weekend(day) {
                    true => ("（调休上班）", " (a make-up day)"),
                    false => ("", ""),
                };
                let zh = format!("顺延至此工作日{makeup_zh}{mark_zh}");
                let en = format!("moved to this working day{makeup_en}{mark_en}");
                self.note(day, zh, en);
                return;
            }
            let (zh, en) = self.off(day);
            let zh = format!("{zh}，继续顺延{mark_zh}");
            self.note(day, zh, format!("{en}, moved on{mark_en}"));
        }
    }

    fn years(&mut self, from: NaiveDate, length: u32) {
        for k in 1..=length {
            let due = Convention::Years.due(self.calendar, from, k, &[]);
            let zh = format!("第 {k} 年届满");
            self.counts(due.on, &zh, &format!("the end of year {k}"));
        }
    }

    fn is_paused(&self, day: NaiveDate) -> bool {
        let covers = |pause: &Pause| pause.after < day && day <= pause.until;
        self.pauses.iter().any(covers)
    }

    /// What a day is that is no working day.
    fn off(&self, day: NaiveDate) -> (String, String) {
        if is_weekend(day) {
            let (zh, en) = weekend(day);
            return (zh.to_owned(), en.to_owned());
        }
        let ((zh, en), year) = (name_of(day), day.year());
        match self.calendar.is_provisional(day) {
            true => (format!("{zh}放假"), format!("{en} holiday")),
            false => (
                format!("{zh}放假（国务院办公厅{year}年节假日安排）"),
                format!("{en} holiday (notice of the State Council for {year})"),
            ),
        }
    }

    /// What is said of a day of a year whose holidays nobody has published.
    fn provisional(&self, day: NaiveDate) -> (&'static str, &'static str) {
        match self.calendar.is_provisional(day) {
            true => (
                "（该年放假安排尚未公布）",
                " (holidays of the year are not published)",
            ),
            false => ("", ""),
        }
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}
