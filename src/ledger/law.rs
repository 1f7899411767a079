//! What rules say of streams: histories read here, rules applied by [`crate::rules`].
//!
//! Everything that one judgement reads is read up to the same end.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;

use super::{
    overlay::LoadError,
    query::{Queries, Source},
    views::Asked,
};
use crate::{
    domain::{
        calendar::Calendar,
        payload::{EventType, day},
        registry::HolidayCalendar,
        values::{StreamKind, StreamName, local_date},
    },
    events::{
        descriptor::schema,
        v1::{self, event_payload::Payload},
    },
    rules::{
        Law, Matter, Packs, adoption,
        case::{Around, ModuleUse, Place},
        replay::{Changes, replay},
        verdict::Judgement,
    },
    views::{AsOf, History, Standing, Timeline},
};

/// The partition of the system's own streams, and the stream of holiday notices in it.
pub const SYSTEM: &str = "00";
const CALENDAR: &str = "calendar";
/// The stream of packs that are adopted.
pub const RULES: &str = "rules";
/// What is remembered of organisations and regions, at most: enough for a prefecture.
const REMEMBERED_MAX: usize = 65_536;

/// A judgement, and the day at whose end it stands.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What the rules say.
    pub judgement: Judgement,
    /// The stages of the stream's events.
    pub stages: Stages,
    /// The packs that they are of.
    pub packs: Arc<Packs>,
    /// Working days.
    pub calendar: Calendar,
    /// The day.
    pub on: NaiveDate,
}

/// The legal dates and stages of the events of a stream, by position.
#[derive(Clone, Debug, Default)]
pub struct Stages(HashMap<u64, (NaiveDate, i32)>);

impl Stages {
    /// Those of a history as it reads.
    pub fn of_timeline(timeline: &Timeline<'_>) -> Self {
        let acts = timeline.standing().iter();
        let stages = acts.filter_map(|act| {
            let name = EventType::of(act.payload()?).name();
            let number = schema().by_name(name)?.number;
            Some((act.position, (act.on(), (number / 100).cast_signed())))
        });
        Self(stages.collect())
    }

    /// The stage of what happened first of evidence, whichever came first; 0 where nothing of it
    /// is the stream's.
    pub fn of(&self, evidence: &[u64]) -> i32 {
        let stages = evidence.iter().filter_map(|position| self.0.get(position));
        stages.min().map(|(_, stage)| *stage).unwrap_or_default()
    }
}

/// A stream that was judged.
pub struct Look<'a> {
    /// Its events.
    pub timeline: &'a Timeline<'a>,
    /// What the rules say.
    pub judgement: &'a Judgement,
    /// What stands beside it.
    pub around: &'a dyn Around,
    /// The packs of rules in force.
    pub packs: &'a Packs,
    /// Working days.
    pub calendar: &'a Calendar,
    /// The day at whose end it stands.
    pub today: NaiveDate,
}

/// Judges streams as of one pair of moments. What stands beside several of them is read once.
pub struct Judges<'q> {
    queries: &'q Queries,
    asked: Asked,
    today: NaiveDate,
    law: Law,
    remembered: Mutex<Remembered>,
}

/// What was read beside streams.
#[derive(Default)]
struct Remembered {
    organisations: HashMap<StreamName, Option<v1::RegistryView>>,
    profiles: HashMap<StreamName, Vec<v1::ThresholdProfilePublished>>,
    bans: HashMap<StreamName, Vec<(NaiveDate, NaiveDate)>>,
    modules: HashMap<StreamName, Vec<ModuleUse>>,
    /// Of regions: few, long, and read for many projects.
    regions: HashMap<StreamName, Arc<History>>,
    /// What counts in them.
    acts: HashMap<StreamName, Arc<Vec<Standing>>>,
}

/// What stands beside a stream, read when a rule asks for it. The first failure is kept: what is
/// answered after it is not believed.
struct Beside<'a> {
    judges: &'a Judges<'a>,
    partition: &'a str,
    failure: RefCell<Option<LoadError>>,
    reads: RefCell<BTreeSet<StreamName>>,
}

impl Beside<'_> {
    fn read<T: Default>(&self, read: impl FnOnce() -> Result<T, LoadError>) -> T {
        read().unwrap_or_else(|error| {
            self.failure.borrow_mut().get_or_insert(error);
            T::default()
        })
    }

    /// A stream beside, noted as read.
    fn name(&self, kind: StreamKind, id: &str) -> StreamName {
        let name = StreamName {
            kind,
            partition: self.partition.to_owned(),
            id: id.to_owned(),
        };
        self.reads.borrow_mut().insert(name.clone());
        name
    }

    /// Looks something up that is remembered, or reads it.
    fn remembered<T: Clone + Default>(
        &self,
        of: StreamName,
        map: fn(&mut Remembered) -> &mut HashMap<StreamName, T>,
        read: impl FnOnce(&StreamName) -> Result<T, LoadError>,
    ) -> T {
        if let Some(found) = map(&mut self.judges.remembered()).get(&of) {
            return found.clone();
        }
        let found = self.read(|| read(&of));
        let mut remembered = self.judges.remembered();
        let map = map(&mut remembered);
        if map.len() >= REMEMBERED_MAX {
            map.clear();
        }
        map.insert(of, found.clone());
        found
    }

    /// The profiles that a region published for an object, in force on a day.
    fn profile(
        &self,
        region: &str,
        object: v1::ProcurementObject,
        on: NaiveDate,
    ) -> Option<v1::ThresholdProfilePublished> {
        let of = self.name(StreamKind::Region, region);
        let profiles = self.remembered(
            of,
            |remembered| &mut remembered.profiles,
            |stream| self.judges.profiles(stream),
        );
        let in_force = profiles.into_iter().filter(|profile| {
            profile.object() == object
                && day(&profile.effective_from).is_some_and(|from| from <= on)
                && day(&profile.effective_to).is_none_or(|to| on <= to)
        });
        in_force.max_by(|a, b| a.effective_from.cmp(&b.effective_from))
    }
}

impl Around for Beside<'_> {
    fn organisation(&self, uscc: &str) -> Option<v1::RegistryView> {
        let of = self.name(StreamKind::Organisation, uscc);
        let (queries, asked) = (self.judges.queries, &self.judges.asked);
        self.remembered(
            of,
            |remembered| &mut remembered.organisations,
            |of| {
                let found = queries.registry(&of.partition, &of.id, asked)?;
                Ok(Some(found).filter(|registry| registry.registered))
            },
        )
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
        let of = self.name(StreamKind::Supplier, uscc);
        let (queries, asked) = (self.judges.queries, &self.judges.asked);
        self.remembered(
            of,
            |remembered| &mut remembered.bans,
            |of| {
                let bans = queries.bans(of, asked)?;
                let days = bans.iter().filter_map(|ban| {
                    // A ban without a last day has no end.
                    let to = day(&ban.to).unwrap_or(NaiveDate::MAX);
                    Some((day(&ban.from)?, to))
                });
                Ok(days.collect())
            },
        )
    }

    fn acts(&self, kind: StreamKind, id: &str, as_of: AsOf) -> Arc<Vec<Standing>> {
        let history = self.stream(kind, id);
        let read = || Arc::new(Timeline::new(&history, as_of).standing().to_vec());
        // What findings were before an amendment is asked as of its own moment.
        if kind != StreamKind::Region || as_of != self.judges.asked.as_of {
            return read();
        }
        let of = self.name(kind, id);
        self.remembered(of, |remembered| &mut remembered.acts, |_| Ok(read()))
    }

    fn modules(&self, region: &str, _: AsOf) -> Vec<ModuleUse> {
        // As of the moments of all that is judged, as registry, thresholds and bans are.
        let as_of = self.judges.asked.as_of;
        let of = self.name(StreamKind::Region, region);
        self.remembered(
            of,
            |remembered| &mut remembered.modules,
            |stream| {
                let history = self.judges.history(stream)?;
                Ok(ModuleUse::all_of(&history, as_of))
            },
        )
    }

    fn stream(&self, kind: StreamKind, id: &str) -> Arc<History> {
        let of = self.name(kind, id);
        match kind {
            StreamKind::Region => self.remembered(
                of,
                |remembered| &mut remembered.regions,
                |of| self.judges.history(of).map(Arc::new),
            ),
            _ => self.read(|| self.judges.history(&of).map(Arc::new)),
        }
    }
}

/// The day at whose end obligations stand where they are said to stand.
pub fn today_of(asked: &Asked) -> NaiveDate {
    let now_us = asked.as_of.recorded_us.unwrap_or(asked.now_us);
    let seconds = (now_us / 1_000_000).cast_signed();
    let today = local_date(seconds, 0).unwrap_or_default();
    asked.as_of.legal_date.unwrap_or(today)
}

impl<'q> Judges<'q> {
    /// Judges as of the moments that are asked for.
    ///
    /// # Errors
    /// As [`Queries::history`], of the holiday notices.
    pub fn new(queries: &'q Queries, asked: Asked) -> Result<Self, LoadError> {
        Ok(Self {
            queries,
            asked,
            today: today_of(&asked),
            law: Law::of(queries.packs(&asked)?, queries.calendar(&asked)?),
            remembered: Mutex::default(),
        })
    }

    /// The day at whose end they judge.
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// Judges a stream whose events were read already, and lets somebody look at it; answers what
    /// he saw, and the streams beside it that were read. `None` where nothing of it is known.
    ///
    /// # Errors
    /// As [`Queries::history`].
    pub fn look<T>(
        &self,
        stream: &StreamName,
        history: &History,
        at: impl FnOnce(&Look<'_>) -> T,
    ) -> Result<Option<(T, BTreeSet<StreamName>)>, LoadError> {
        let as_of = self.asked.as_of;
        if history.known_at(as_of.recorded_us) == 0 {
            return Ok(None);
        }
        let beside = Beside {
            judges: self,
            partition: &stream.partition,
            failure: RefCell::default(),
            reads: RefCell::default(),
        };
        let judgement = self.law.judge(&Matter {
            stream,
            history,
            as_of,
            today: self.today,
            around: &beside,
        });
        let seen = at(&Look {
            timeline: &Timeline::new(history, as_of),
            judgement: &judgement,
            around: &beside,
            packs: &self.law.packs,
            calendar: &self.law.calendar,
            today: self.today,
        });
        match beside.failure.into_inner() {
            Some(error) => Err(error),
            None => Ok(Some((seen, beside.reads.into_inner()))),
        }
    }

    /// The packs in force, and working days.
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// The events of a stream as they were sent, where somebody may not see them all yet; `None`
    /// where nothing is hidden. Only counts and digests are made of them.
    ///
    /// # Errors
    /// As [`Queries::history`].
    pub fn sent(&self, stream: &StreamName) -> Result<Option<History>, LoadError> {
        let name = stream.to_string();
        if self
            .queries
            .shared
            .visibility
            .secrets_below(&name, u64::MAX)
            == 0
        {
            return Ok(None);
        }
        let source = Source::Stream(name);
        // The platform that took the bids sees them.
        let role = v1::ActorRole::TradeSys;
        Ok(Some(self.queries.history(&source, role, self.asked.end)?))
    }

    /// The same working days with other packs.
    pub fn law_of(&self, packs: Packs) -> Law {
        Law::of(packs, self.law.calendar.clone())
    }

    /// What another law finds otherwise in a stream.
    ///
    /// # Errors
    /// As [`Queries::history`].
    pub fn changes(
        &self,
        after: &Law,
        stream: &StreamName,
        history: &History,
    ) -> Result<Changes, LoadError> {
        let beside = Beside {
            judges: self,
            partition: &stream.partition,
            failure: RefCell::default(),
            reads: RefCell::default(),
        };
        let changes = replay(
            &self.law,
            after,
            &Matter {
                stream,
                history,
                as_of: self.asked.as_of,
                today: self.today,
                around: &beside,
            },
        );
        match beside.failure.into_inner() {
            Some(error) => Err(error),
            None => Ok(changes),
        }
    }

    /// The events of a stream.
    ///
    /// # Errors
    /// As [`Queries::history`].
    pub fn history(&self, stream: &StreamName) -> Result<History, LoadError> {
        let source = Source::Stream(stream.to_string());
        self.queries
            .history(&source, self.asked.role, self.asked.end)
    }

    /// The thresholds that a region published.
    fn profiles(
        &self,
        region: &StreamName,
    ) -> Result<Vec<v1::ThresholdProfilePublished>, LoadError> {
        let history = self.history(region)?;
        let timeline = Timeline::new(&history, self.asked.as_of);
        let profiles = timeline.standing().iter();
        let profiles = profiles.filter_map(|act| match act.payload() {
            Some(Payload::ThresholdProfilePublished(profile)) => Some(profile.clone()),
            _ => None,
        });
        Ok(profiles.collect())
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, Remembered> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
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
        let judges = Judges::new(self, *asked)?;
        let history = judges.history(stream)?;
        let looked = judges.look(stream, &history, |look| {
            let stages = Stages::of_timeline(look.timeline);
            (look.judgement.clone(), stages)
        })?;
        Ok(looked.map(|((judgement, stages), _)| Judged {
            judgement,
            stages,
            packs: judges.law.packs,
            calendar: judges.law.calendar,
            on: judges.today,
        }))
    }

    /// The packs in force: ours, the site's, and those that were adopted.
    ///
    /// # Errors
    /// As [`Queries::history`].
    pub fn packs(&self, asked: &Asked) -> Result<Arc<Packs>, LoadError> {
        let stream = format!("{}/{SYSTEM}/{RULES}", StreamKind::System);
        let history = self.history(&Source::Stream(stream), asked.role, asked.end)?;
        let histories = [history];
        let adoptions = adoption::adoptions(&histories, asked.as_of);
        if adoptions.is_empty() {
            return Ok(Arc::clone(&self.shared.site));
        }
        let last = self.shared.adopted.lock();
        let mut last = last.unwrap_or_else(PoisonError::into_inner);
        if let Some((of, packs)) = &*last
            && *of == adoptions
        {
            return Ok(Arc::clone(packs));
        }
        let found = adoption::adopted(&self.shared.site, &histories, asked.as_of);
        for (position, error) in &found.ignored {
            tracing::warn!(position, %error, "an adopted pack changes nothing");
        }
        *last = Some((adoptions, Arc::clone(&found.packs)));
        Ok(found.packs)
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
