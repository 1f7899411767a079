//! What a fact finds in a history: cases, each about one thing, that rules are applied to.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;

use crate::{
    domain::{
        calendar::{Calendar, Pause},
        values::{StreamKind, StreamName, money::falls_below_share},
    },
    events::v1::{self, event_payload::Payload},
    views::{AsOf, History, Standing, Timeline},
};

/// What stands beside a stream and cannot be read from it.
pub trait Around {
    /// What the registry tells of an organisation, as of the same moments.
    fn organisation(&self, uscc: &str) -> Option<v1::RegistryView>;
    /// The thresholds in force for a unit of a region and level on a day.
    fn thresholds(&self, place: &Place<'_>, on: NaiveDate)
    -> Option<v1::ThresholdProfilePublished>;
    /// The bans of a supplier: first and last day.
    fn bans(&self, uscc: &str) -> Vec<(NaiveDate, NaiveDate)>;
    /// The events of another stream of the same prefecture.
    fn stream(&self, kind: StreamKind, id: &str) -> Arc<History>;
    /// What counts in another stream of the same prefecture, in order of position.
    fn acts(&self, kind: StreamKind, id: &str, as_of: AsOf) -> Arc<Vec<Standing>> {
        let history = self.stream(kind, id);
        Arc::new(Timeline::new(&history, as_of).standing().to_vec())
    }
    /// The modules of the province's system that were in use in a region, as of the moments.
    fn modules(&self, region: &str, as_of: AsOf) -> Vec<ModuleUse> {
        ModuleUse::all_of(&self.stream(StreamKind::Region, region), as_of)
    }
}

/// That a module of the province's system was in use in a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModuleUse {
    /// The module.
    pub module: v1::SystemModule,
    /// The first day.
    pub from: NaiveDate,
    /// The day since which it is not; none where it is.
    pub until: Option<NaiveDate>,
}

impl ModuleUse {
    /// Those that the stream of a region tells of.
    pub fn all_of(region: &History, as_of: AsOf) -> Vec<Self> {
        let timeline = Timeline::new(region, as_of);
        let acts = timeline.standing().iter();
        let days = acts.filter_map(|act| match act.payload()? {
            Payload::RegionModuleEnabled(e) => Some((act.on(), true, e.module())),
            Payload::RegionModuleSuspended(e) => Some((act.on(), false, e.module())),
            _ => None,
        });
        // Enabled and suspended on one day, it is out of use.
        let mut days: Vec<_> = days.collect();
        days.sort_by_key(|(on, is_enabled, _)| (*on, !is_enabled));
        let mut uses: Vec<Self> = Vec::new();
        for (on, is_enabled, module) in days {
            let open = |used: &&mut Self| used.module == module && used.until.is_none();
            match (uses.iter_mut().find(open), is_enabled) {
                (Some(used), false) => used.until = Some(on),
                (None, true) => uses.push(Self {
                    module,
                    from: on,
                    until: None,
                }),
                _ => {}
            }
        }
        uses
    }

    /// Whether it is of a module, and of a day.
    pub fn is_of(&self, module: v1::SystemModule, on: NaiveDate) -> bool {
        self.module == module && self.from <= on && self.until.is_none_or(|until| on < until)
    }
}

/// Whose thresholds are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The region of the unit.
    pub region: &'a str,
    /// Goods, services or works.
    pub object: v1::ProcurementObject,
}

/// A stream as of two moments, and what stands beside it.
pub struct Scene<'a> {
    /// The stream.
    pub stream: &'a StreamName,
    /// Its events.
    pub timeline: &'a Timeline<'a>,
    /// What stands beside it.
    pub around: &'a dyn Around,
    /// Working days: some triggers are the ends of periods themselves, and some duties begin anew
    /// on each of them.
    pub calendar: &'a Calendar,
    /// The day at whose end is looked: what is still open goes on beyond it, and duties of a year
    /// or a day begin without an event.
    pub today: NaiveDate,
}

impl<'a> Scene<'a> {
    /// What counts, in order of position, with what each says.
    pub fn acts(&self) -> impl Iterator<Item = (&'a Standing, &'a Payload)> + use<'a> {
        let standing = self.timeline.standing().iter();
        standing.filter_map(|act| Some((act, act.payload()?)))
    }

    /// The events of another stream of the same prefecture, to be cut at the same moments.
    pub fn beside(&self, kind: StreamKind, id: &str) -> Arc<History> {
        self.around.stream(kind, id)
    }

    /// A thing of the stream, by its kind and its id in the stream: `contract CT-1`.
    pub fn subject(&self, kind: &str, id: &str) -> String {
        match id {
            "" => format!("{kind}/{}/{}", self.stream.partition, self.stream.id),
            id => format!("{kind}/{}/{}/{id}", self.stream.partition, self.stream.id),
        }
    }
}

/// The earliest act of a kind, no earlier than a day.
pub fn first(scene: &Scene<'_>, from: NaiveDate, is_it: impl Fn(&Payload) -> bool) -> Option<Done> {
    let acts = scene
        .acts()
        .filter(|(act, payload)| act.on() >= from && is_it(payload));
    let (act, _) = acts.min_by_key(|(act, _)| (act.on(), act.position))?;
    Some(Done::by(act))
}

/// Something that a rule is applied to.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What it is about.
    pub subject: String,
    /// The day that decides which version of a rule applies: that of the trigger.
    pub on: NaiveDate,
    /// Positions of the events that make the case.
    pub evidence: Vec<u64>,
    /// What is known.
    pub body: Body,
}

/// A case that no single stream shows, and whose it is: found in a picture of many streams.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// The case.
    pub case: Case,
    /// The stream of the unit, region or system that it is about.
    pub stream: StreamName,
    /// Its region.
    pub region_code: String,
    /// The unit that it falls to; empty where none.
    pub unit: String,
}

/// What is known of a case.
#[allow(
    clippy::large_enum_variant,
    reason = "most cases are clocks, and none is kept"
)]
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A clock that runs from a trigger.
    Clock(Clock),
    /// Two days.
    Span {
        /// The first.
        from: NaiveDate,
        /// The second.
        to: NaiveDate,
    },
    /// What is wrong with something said: nothing, where all is whole and right.
    Content(Vec<String>),
    /// Whether something happened before.
    Exists(bool),
    /// A part of a whole.
    Ratio {
        /// The part.
        part: i128,
        /// The whole.
        whole: i128,
    },
    /// The rule does not apply, because of this.
    NotApplicable(String),
}

/// A clock that runs from a trigger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clock {
    /// How many days it has, where the case has its own number.
    pub length: Option<u32>,
    /// Days that the parties agreed on: they count where they end before those of the rule.
    pub agreed: Option<Agreed>,
    /// What is asked for has to last until the last day: `done` says when it came to an end.
    pub has_to_last: bool,
    /// Days that are added to it.
    pub more_days: u32,
    /// Days that do not count. A pause until the end of days is still open.
    pub pauses: Vec<Pause>,
    /// When what is asked for was done.
    pub done: Option<Done>,
    /// Why it is no longer asked for, and since when.
    pub void: Option<(NaiveDate, String)>,
    /// The amount in fen that is asked for.
    pub amount_fen: Option<i64>,
    /// What was paid of it and when, in order of days.
    pub paid: Vec<(NaiveDate, i64)>,
    /// The interest that runs on what is overdue.
    pub interest: Option<Interest>,
    /// What there has to be of something by the last day, in the place of `done`.
    pub level: Option<Level>,
    /// Since when there is somebody to whom a fixed day applies; an earlier one does not.
    pub bound_since: Option<NaiveDate>,
    /// The last day is no earlier than this.
    pub no_earlier: Option<NaiveDate>,
    /// The last day is no later than this.
    pub no_later: Option<NaiveDate>,
}

/// How much there is of something from day to day, and of what whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// The whole, of which the rule asks for a share, or for all.
    pub whole: i128,
    /// Changes by the day on which they count, in any order.
    pub changes: Vec<(NaiveDate, i128)>,
}

impl Level {
    /// Since when there is enough: without a break up to the end of the last day, else from the
    /// first day after it on which there is. What comes after `today` has not happened.
    pub fn enough_since(
        &self,
        at_least_bp: i64,
        (from, due_on): (NaiveDate, NaiveDate),
        today: NaiveDate,
    ) -> Option<NaiveDate> {
        let is_enough = |sum: i128| !falls_below_share(sum, self.whole, at_least_bp);
        let mut by_day = BTreeMap::<NaiveDate, i128>::new();
        for (on, change) in self.changes.iter().filter(|(on, _)| *on <= today) {
            *by_day.entry(*on).or_default() += change;
        }
        let mut sum = 0;
        let mut since = is_enough(sum).then_some(from);
        for (on, change) in by_day {
            if on > due_on && since.is_some() {
                break;
            }
            sum += change;
            since = is_enough(sum).then(|| since.unwrap_or(on));
        }
        since
    }
}

/// Days that parties agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreed {
    /// Calendar days.
    Calendar(u32),
    /// Working days.
    Working(u32),
}

/// Interest on an overdue amount, in basis points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// So much a day.
    Daily(i64),
    /// So much a year of 365 days.
    Yearly(i64),
}

/// That something was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// The day.
    pub on: NaiveDate,
    /// The events that show it.
    pub evidence: Vec<u64>,
}

impl Done {
    /// By an act.
    pub fn by(act: &Standing) -> Self {
        Self {
            on: act.on(),
            evidence: act.positions().collect(),
        }
    }
}

impl Case {
    /// A case that an act makes.
    pub fn of(act: &Standing, subject: String, body: Body) -> Self {
        Self {
            subject,
            on: act.on(),
            evidence: act.positions().collect(),
            body,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_reached_when_it_stands_at_the_last_day_or_later() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let since = |changes: &[(&str, i128)], today: &str| {
            let level = Level {
                whole: 10,
                changes: changes
                    .iter()
                    .map(|(on, change)| (day(on), *change))
                    .collect(),
            };
            let span = (day("2023-01-01"), day("2023-11-30"));
            level
                .enough_since(5_000, span, day(today))
                .map(|on| on.to_string())
        };
        let at = |on: &str| Some(on.to_owned());
        let end = "2023-12-31";
        assert_eq!(since(&[], end), None);
        assert_eq!(since(&[("2023-03-01", 5)], end), at("2023-03-01"));
        assert_eq!(since(&[("2023-03-01", 5)], "2023-02-01"), None);
        assert_eq!(
            since(&[("2023-05-01", 1), ("2023-03-01", 4)], end),
            at("2023-05-01")
        );
        let taken_back = [("2023-03-01", 5), ("2023-11-30", -1), ("2023-12-05", 1)];
        assert_eq!(since(&taken_back, "2023-11-30"), None);
        assert_eq!(since(&taken_back, end), at("2023-12-05"));
        let afterwards = [("2023-03-01", 5), ("2023-12-01", -5)];
        assert_eq!(since(&afterwards, end), at("2023-03-01"));
        let on_one_day = [("2023-03-01", 5), ("2023-06-01", -5), ("2023-06-01", 5)];
        assert_eq!(since(&on_one_day, end), at("2023-03-01"));
    }
}
