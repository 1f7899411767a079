//! Who writes down what the city does: one story after another, each on its own days.

use chrono::NaiveDate;
use prost_types::Timestamp;

use crate::{
    events::v1::{ActorRole, PersonalPayload, event_payload::Payload},
    simulate::{
        breach::{Breach, Rate},
        calendar::Calendar,
        day::{Expected, Step},
        draft::{Draft, midnight, source},
        random::Random,
        script::{PHASES_MAX, Planned},
        simulation::Scene,
        world::{Organisation, World},
    },
};

/// Who sends an event, through which system and in which capacity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sender<'a> {
    pub source: &'static str,
    pub actor: &'a str,
    pub role: ActorRole,
    pub region: &'a str,
}

/// The writer.
pub(super) struct Clerk<'a> {
    pub scene: Scene<'a>,
    pub world: &'a World,
    pub calendar: &'a Calendar,
    pub random: Random,
    pub today: NaiveDate,
    pub planned: Vec<Planned>,
    /// Breaches of rules so far.
    pub breaches: Vec<Breach>,
    /// What breaches are drawn from that nothing else comes of.
    pub dice: Random,
    /// What is told is not sent: a breach is that it never happened.
    pub is_muted: bool,
    opening: NaiveDate,
    phase: u8,
    source: &'static str,
    recorded: NaiveDate,
    is_over: bool,
}

impl<'a> Clerk<'a> {
    pub(super) fn new(scene: Scene<'a>, random: Random, opening: NaiveDate) -> Self {
        let dice = random.apart();
        Self {
            scene,
            world: scene.world,
            calendar: scene.calendar,
            random,
            today: opening,
            planned: Vec::new(),
            breaches: Vec::new(),
            dice,
            is_muted: false,
            opening,
            phase: 0,
            source: "",
            recorded: opening,
            is_over: false,
        }
    }

    /// Begins another story on a day of the year, or on the working day after it; never on the
    /// first working day, on which the registry is filled.
    pub(super) fn begin(&mut self, month: u32, day: u32) {
        let set = NaiveDate::from_ymd_opt(self.calendar.year(), month, day).unwrap_or_default();
        let earliest = self.calendar.workdays_after(self.opening, 1);
        self.today = self.calendar.on_or_after(set).max(earliest);
        (self.recorded, self.phase) = (self.today, 0);
        (self.source, self.is_over) = ("", false);
    }

    /// Goes on by working days.
    pub(super) fn pass(&mut self, least: i64, most: i64) {
        let count = self.random.between(least, most);
        self.today = self.calendar.workdays_after(self.today, count);
    }

    /// Goes on by calendar days, to a working day.
    pub(super) fn pass_days(&mut self, least: i64, most: i64) {
        let count = self.random.between(least, most);
        self.today = self.calendar.days_after(self.today, count);
    }

    pub(super) fn date(&self) -> String {
        self.today.to_string()
    }

    /// Whether it is the first year: what is registered once is registered then.
    pub(super) fn is_first_year(&self) -> bool {
        self.scene.is_first
    }

    pub(super) fn year(&self) -> i32 {
        self.calendar.year()
    }

    /// The day, as part of the name of something that is done once a day.
    pub(super) fn stamp(&self) -> String {
        self.today.format("%Y%m%d").to_string()
    }

    /// The finance bureau of a region.
    pub(super) fn regulator(&self, region: usize) -> Sender<'a> {
        let world = self.world;
        Sender {
            source: source::MANAGEMENT,
            actor: &world.regulators[region].uscc,
            role: ActorRole::Regulator,
            region: world.region_code(region),
        }
    }

    /// The finance bureau of the prefecture.
    pub(super) fn city(&self) -> Sender<'a> {
        self.regulator(0)
    }

    /// A unit, through its own system.
    pub(super) fn unit(&self, unit: &'a Organisation) -> Sender<'a> {
        Sender {
            source: source::INTRANET,
            actor: &unit.uscc,
            role: crate::events::v1::ActorRole::Purchaser,
            region: self.world.region_code(unit.region),
        }
    }

    /// A system that the city runs, on a region's behalf.
    pub(super) fn system(
        &self,
        source: &'static str,
        role: ActorRole,
        region: usize,
    ) -> Sender<'a> {
        Sender {
            source,
            actor: &self.world.city_regulator().uscc,
            role,
            region: self.world.region_code(region),
        }
    }

    /// Whether the year ended before the last event of the story.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Notes a breach: what it is about, in which stream it is judged.
    pub(super) fn breaks(
        &mut self,
        on: NaiveDate,
        rule_id: &str,
        (subject, stream): (String, String),
    ) {
        self.breaches.push(Breach {
            rule_id: rule_id.into(),
            subject,
            stream,
            on,
        });
    }

    /// A day of the year.
    pub(super) fn day_of_year(&self, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.calendar.year(), month, day).unwrap_or_default()
    }

    /// Whether a rule is broken on purpose here, at its rate.
    pub(super) fn is_planted(&mut self, rule_id: &str) -> bool {
        let rate = Rate::of(rule_id).map_or(0, |rate| rate.per_mille);
        self.dice.chance(rate.into())
    }

    /// Records an event dated today, unless the year is over.
    pub(super) fn send(
        &mut self,
        sender: Sender<'_>,
        stream: String,
        payload: Payload,
        label: &'static str,
    ) {
        self.send_with(sender, stream, (midnight(self.today), payload), None, label);
    }

    /// Records an event of an instant.
    pub(super) fn send_with(
        &mut self,
        sender: Sender<'_>,
        stream: String,
        (occurred_at, payload): (Timestamp, Payload),
        personal: Option<PersonalPayload>,
        label: &'static str,
    ) {
        if self.today > self.recorded {
            (self.recorded, self.phase) = (self.today, 0);
        } else if self.source != sender.source && !self.source.is_empty() {
            self.phase += 1;
            if self.phase >= PHASES_MAX {
                self.recorded = self.calendar.workdays_after(self.recorded, 1);
                self.phase = 0;
            }
        }
        self.source = sender.source;
        self.is_over |= self.calendar.is_over(self.recorded);
        if self.is_over {
            return;
        }
        let draft = Draft {
            source: sender.source,
            stream,
            occurred_at,
            actor: sender.actor.to_owned(),
            role: sender.role,
            region: sender.region.to_owned(),
            payload,
            sealed: None,
            personal,
        };
        let bits = self.random.bits();
        if self.is_muted {
            return;
        }
        let step = Step {
            source_system: sender.source,
            recorded_at_us: 0,
            submissions: vec![draft.submit(&format!("CT-{bits:016x}"))],
            expected: Expected::Accepted,
            label,
        };
        self.planned.push(Planned {
            day: self.recorded,
            phase: self.phase,
            step,
            effects: Vec::new(),
        });
    }

    /// A digest of a file that does not exist.
    pub(super) fn hash(&mut self) -> String {
        let [a, b, c, d] = [(); 4].map(|()| self.random.bits());
        format!("{a:016x}{b:016x}{c:016x}{d:016x}")
    }
}
