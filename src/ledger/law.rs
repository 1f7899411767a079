//! What rules say of streams: histories read here, rules applied by [`crate::rules`].
//!
//! Everything that one judgement reads is read up to the same end.

use std::cell::RefCell;

use chrono::NaiveDate;

use super::{
    overlay::LoadError,
    query::{Queries, Source},
    views::Asked,
};
use crate::{
    domain::{
        calendar::Calendar,
        payload::day,
        registry::HolidayCalendar,
        values::{StreamKind, StreamName, local_date},
    },
    events::v1::{self, event_payload::Payload},
    rules::{
        Law, Matter, Rule,
        case::{Around, Place},
        pack,
        verdict::Judgement,
    },
    views::{History, Timeline},
};

/// The partition of the system's own streams, and the stream of holiday notices in it.
const SYSTEM: &str = "00";
const CALENDAR: &str = "calendar";

/// A judgement, and the day at whose end it stands.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What the rules say.
    pub judgement: Judgement,
    /// The day.
    pub on: NaiveDate,
}

/// What stands beside a stream, read when a rule asks for it. The first failure is kept: what is
/// answered after it is not believed.
struct Beside<'a> {
    queries: &'a Queries,
    partition: &'a str,
    asked: &'a Asked,
    failure: RefCell<Option<LoadError>>,
}

impl Beside<'_> {
    fn read<T: Default>(&self, read: impl FnOnce() -> Result<T, LoadError>) -> T {
        read().unwrap_or_else(|error| {
            self.failure.borrow_mut().get_or_insert(error);
            T::default()
        })
    }

    fn name(&self, kind: StreamKind, id: &str) -> StreamName {
        StreamName {
            kind,
            partition: self.partition.to_owned(),
            id: id.to_owned(),
        }
    }

    /// The profiles that a region published for an object, in force on a day.
    fn profile(
        &self,
        region: &str,
        object: v1::ProcurementObject,
        on: NaiveDate,
    ) -> Option<v1::ThresholdProfilePublished> {
        let history = self.stream(StreamKind::Region, region);
        let timeline = Timeline::new(&history, self.asked.as_of);
        let profiles = timeline
            .standing()
            .iter()
            .filter_map(|act| match act.payload() {
                Some(Payload::ThresholdProfilePublished(profile)) => Some(profile),
                _ => None,
            });
        let in_force = profiles.filter(|profile| {
            profile.object() == object
                && day(&profile.effective_from).is_some_and(|from| from <= on)
                && day(&profile.effective_to).is_none_or(|to| on <= to)
        });
        in_force
            .max_by(|a, b| a.effective_from.cmp(&b.effective_from))
            .cloned()
    }
}

impl Around for Beside<'_> {
    fn organisation(&self, uscc: &str) -> Option<v1::RegistryView> {
        let read = || self.queries.registry(self.partition, uscc, self.asked);
        let found = self.read(|| read().map(Some));
        found.filter(|registry| registry.registered)
    }

    fn thresholds(
        &self,
        place: &Place<'_>,
        on: NaiveDate,
    ) -> Option<v1::ThresholdProfilePublished> {
        // A region that published none has those of its city.
        let city = format!("{}00", self.partition);
        self.profile(place.region, place.object, on)
            .or_else(|| self.profile(&city, place.object, on))
    }

    fn bans(&self, uscc: &str) -> Vec<(NaiveDate, NaiveDate)> {
        let stream = self.name(StreamKind::Supplier, uscc);
        let bans = self.read(|| self.queries.bans(&stream, self.asked));
        let days = bans.iter().filter_map(|ban| {
            // A ban without a last day has no end.
            let to = day(&ban.to).unwrap_or(NaiveDate::MAX);
            Some((day(&ban.from)?, to))
        });
        days.collect()
    }

    fn stream(&self, kind: StreamKind, id: &str) -> History {
        let source = Source::Stream(self.name(kind, id).to_string());
        self.read(|| {
            self.queries
                .history(&source, self.asked.role, self.asked.end)
        })
    }
}

/// Every version of every rule.
pub fn rules() -> Vec<&'static Rule> {
    pack::ours().iter().flat_map(|pack| &pack.rules).collect()
}

impl Queries {
    /// What the rules say of a stream; `None` where nothing of it is known.
    ///
    /// # Errors
    /// As [`Queries::history`].
    pub fn compliance(
        &self,
        stream: &StreamName,
        asked: &Asked,
    ) -> Result<Option<Judged>, LoadError> {
        let source = Source::Stream(stream.to_string());
        let history = self.history(&source, asked.role, asked.end)?;
        if history.known_at(asked.as_of.recorded_us) == 0 {
            return Ok(None);
        }
        let now_us = asked.as_of.recorded_us.unwrap_or(asked.now_us);
        let seconds = (now_us / 1_000_000).cast_signed();
        let today = local_date(seconds, 0).unwrap_or_default();
        let on = asked.as_of.legal_date.unwrap_or(today);
        let law = Law {
            rules: rules(),
            calendar: self.calendar(asked)?,
        };
        let beside = Beside {
            queries: self,
            partition: &stream.partition,
            asked,
            failure: RefCell::default(),
        };
        let judgement = law.judge(&Matter {
            stream,
            history: &history,
            as_of: asked.as_of,
            today: on,
            around: &beside,
        });
        match beside.failure.into_inner() {
            Some(error) => Err(error),
            None => Ok(Some(Judged { judgement, on })),
        }
    }

    /// The working days that are known, holiday notices of the registry in the place of their
    /// years' tables.
    fn calendar(&self, asked: &Asked) -> Result<Calendar, LoadError> {
        let stream = format!("{}/{SYSTEM}/{CALENDAR}", StreamKind::System);
        let history = self.history(&Source::Stream(stream), asked.role, asked.end)?;
        let mut calendar = Calendar::known();
        for act in Timeline::new(&history, asked.as_of).standing() {
            if let Some(Payload::HolidayCalendarPublished(notice)) = act.payload() {
                calendar.publish(&HolidayCalendar::of_notice(notice));
            }
        }
        Ok(calendar)
    }
}
