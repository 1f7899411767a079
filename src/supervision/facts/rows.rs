//! Rows in the making, and what they are made with.

use std::collections::HashMap;

use chrono::{Datelike as _, NaiveDate};
use prost_types::Timestamp;
use rusqlite::types::Value;

use crate::{
    domain::{calendar::Calendar, payload::day_of},
    events::v1::event_payload::Payload,
    models::tables::Table,
    rules::{
        case::{Case, Scene},
        verdict::{Obligation, ObligationStatus},
    },
    supervision::sight::{Row, Sight},
    views::{Standing, figure::bounded},
};

/// An act and what it says.
pub(super) type Act<'a> = (&'a Standing, &'a Payload);

/// Who takes part in what a row is about, and its day.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Head<'a> {
    /// Its region; that of the stream where empty.
    pub(super) region: &'a str,
    /// The unit.
    pub(super) unit: &'a str,
    /// The supplier.
    pub(super) supplier: &'a str,
    /// The agency.
    pub(super) agency: &'a str,
    /// Its day.
    pub(super) day: Option<NaiveDate>,
}

/// The rows of a stream.
pub(super) struct Rows<'s, 'a> {
    /// What they are derived from.
    pub(super) sight: &'s Sight<'a>,
    stream: String,
    rows: Vec<Row>,
    seen: HashMap<(&'static str, String), usize>,
}

impl<'s, 'a> Rows<'s, 'a> {
    /// None yet.
    pub(super) fn new(sight: &'s Sight<'a>) -> Self {
        Self {
            sight,
            stream: sight.stream.to_string(),
            rows: Vec::new(),
            seen: HashMap::new(),
        }
    }

    /// All of them.
    pub(super) fn done(self) -> Vec<Row> {
        self.rows
    }

    /// Adds a row. What is done again is another subject, as in findings.
    pub(super) fn add<const N: usize>(
        &mut self,
        table: &'static Table,
        head: &Head<'_>,
        subject: String,
        rest: [Value; N],
    ) {
        let times = self.seen.entry((table.name, subject.clone())).or_default();
        *times += 1;
        let subject = match *times {
            1 => subject,
            times => format!("{subject}/{times}"),
        };
        let region = match head.region {
            "" => self.sight.region_code,
            region => region,
        };
        let mut values = Vec::with_capacity(table.columns.len());
        values.push(Value::Integer(self.sight.position.cast_signed()));
        values.push(Value::Text(subject));
        values.push(Value::Text(self.stream.clone()));
        values.push(day(head.day));
        values.extend([region, head.unit, head.supplier, head.agency].map(text));
        values.extend(rest);
        debug_assert_eq!(values.len(), table.columns.len(), "{}", table.name);
        self.rows.push((table, values));
    }

    /// Adds a row of a table that does not begin as the others do, after its position.
    pub(super) fn add_plain<const N: usize>(&mut self, table: &'static Table, rest: [Value; N]) {
        let mut values = vec![Value::Integer(self.sight.position.cast_signed())];
        values.extend(rest);
        debug_assert_eq!(values.len(), table.columns.len(), "{}", table.name);
        self.rows.push((table, values));
    }

    /// A thing of the stream, as findings name it.
    pub(super) fn subject(&self, kind: &str, id: &str) -> String {
        self.scene().subject(kind, id)
    }

    /// What counts, in order of position, with what each says.
    pub(super) fn acts(&self) -> impl Iterator<Item = Act<'a>> + use<'a> {
        let standing = self.sight.timeline.standing().iter();
        standing.filter_map(|act| Some((act, act.payload()?)))
    }

    /// The cases that a fact of the rules finds in the stream.
    pub(super) fn cases(&self, fact: &str) -> Vec<Case> {
        let mut rules = self.sight.packs.rules();
        // Versions of a rule that look at the same are told the same.
        let rule = rules.find(|rule| rule.fact.name == fact);
        rule.map_or_else(Vec::new, |rule| {
            (rule.fact.find)(&self.scene(), &rule.parameters)
        })
    }

    /// The obligations of a rule by what they are about, in order of their last days.
    pub(super) fn obligations(&self, rule: &str) -> HashMap<&'s str, Vec<&'s Obligation>> {
        let mut by_subject = HashMap::<&str, Vec<&Obligation>>::new();
        let obligations = self.sight.judgement.obligations.iter();
        for of in obligations.filter(|of| of.rule_id == rule) {
            by_subject.entry(&of.subject).or_default().push(of);
        }
        by_subject
    }

    /// Working days after one day up to another; 0 where one is not known.
    pub(super) fn workdays(&self, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Value {
        Value::Integer(workdays(self.sight.calendar, from, to))
    }

    fn scene(&self) -> Scene<'a> {
        Scene {
            stream: self.sight.stream,
            timeline: self.sight.timeline,
            around: self.sight.around,
            calendar: self.sight.calendar,
            today: self.sight.today,
        }
    }
}

fn workdays(calendar: &Calendar, from: Option<NaiveDate>, to: Option<NaiveDate>) -> i64 {
    let days = from.zip(to);
    days.map_or(0, |(from, to)| calendar.workdays_after(from, to).into())
}

/// A text.
pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A day; empty for none.
pub(super) fn day(day: Option<NaiveDate>) -> Value {
    Value::Text(day.map_or_else(String::new, written))
}

/// A day as it is written. Rows are full of days: this is many times faster than its `Display`.
pub(super) fn written(day: NaiveDate) -> String {
    let Ok(year @ 0..=9_999) = u32::try_from(day.year()) else {
        return day.to_string();
    };
    let mut text = String::with_capacity(10);
    for (number, digits, after) in [(year, 4, "-"), (day.month(), 2, "-"), (day.day(), 2, "")] {
        for place in (0..digits).rev() {
            let digit = number / 10_u32.pow(place) % 10;
            text.push(char::from_digit(digit, 10).unwrap_or('0'));
        }
        text.push_str(after);
    }
    text
}

/// Positions of events, in order, between commas.
pub(super) fn evidence<'a>(acts: impl IntoIterator<Item = &'a Standing>) -> Value {
    let mut positions: Vec<u64> = acts.into_iter().flat_map(Standing::positions).collect();
    positions.sort_unstable();
    positions.dedup();
    let each = positions.iter().map(u64::to_string);
    Value::Text(each.collect::<Vec<_>>().join(","))
}

/// A number.
pub(super) fn number(number: impl Into<i64>) -> Value {
    Value::Integer(number.into())
}

/// 1 or 0.
pub(super) fn flag(flag: bool) -> Value {
    Value::Integer(flag.into())
}

/// An amount in fen; one beyond 64 bits, which no ledger reaches, ends there.
pub(super) fn fen(fen: i128) -> Value {
    Value::Integer(bounded(fen))
}

/// The word of a status.
pub(super) fn status(of: Option<&Obligation>) -> Value {
    text(of.map_or("", |of| match of.status {
        ObligationStatus::Pending => "PENDING",
        ObligationStatus::Paused => "PAUSED",
        ObligationStatus::Met => "MET",
        ObligationStatus::Late => "LATE",
        ObligationStatus::Overdue => "OVERDUE",
        ObligationStatus::Void => "VOID",
    }))
}

/// The local day of an instant.
pub(super) fn local_day(instant: Option<&Timestamp>) -> Option<NaiveDate> {
    day_of(instant?)
}

/// Takes an earlier day.
pub(super) fn earlier(known: &mut Option<NaiveDate>, on: NaiveDate) {
    *known = Some(known.map_or(on, |known| known.min(on)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_everywhere() {
        for text in [
            "0000-01-01",
            "0099-12-31",
            "2004-02-29",
            "2023-10-09",
            "9999-12-31",
        ] {
            let day: NaiveDate = text.parse().expect("a day");
            assert_eq!(
                (written(day), day.to_string()),
                (text.to_owned(), text.to_owned())
            );
        }
        let beyond = NaiveDate::from_ymd_opt(10_000, 1, 2).expect("a day");
        assert_eq!(written(beyond), "+10000-01-02");
        assert_eq!(written(NaiveDate::MIN), NaiveDate::MIN.to_string());
    }
}
