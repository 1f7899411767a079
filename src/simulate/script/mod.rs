//! The life of one project, written when it begins: every event that its sources will push, with
//! the day and phase in which each is recorded.
//!
//! *Invariant*: an act is recorded on or after its legal date, in the order of the acts of its lot.
//! *Invariant*: two acts that depend on each other stand in different phases, or in one source.

mod accept;
mod amend;
mod award;
mod change;
mod contract;
mod dispute;
mod judge;
mod method;
mod need;
mod pay;
mod perform;
mod planted;
mod project;
mod room;
mod security;
mod tender;
mod winner;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use prost_types::Timestamp;

use super::{
    book::Effect,
    breach::Breach,
    calendar::Calendar,
    city::{frameworks::Framework, venues::Rooms},
    day::{Expected, Step},
    draft::{Draft, midnight, source},
    outline::{Line, Outline},
    plant::Plant,
    random::Random,
    simulation::Scene,
    world::{Organisation, World},
};
use crate::events::v1::{ActorRole, BudgetPart, ProcurementMethod, event_payload::Payload};

/// Phases of projects in a day; an act that needs a later one waits for the next working day.
pub(super) const PHASES_MAX: u8 = 8;

/// A step with its place in the year.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub day: NaiveDate,
    pub phase: u8,
    pub step: Step,
    pub effects: Vec<Effect>,
}

/// Where a project, or one of its lots, has come to.
#[derive(Debug, Clone, Copy)]
struct Track {
    /// The day up to which acts were done.
    today: NaiveDate,
    /// The day and phase of the last recording, and who sent it.
    recorded: NaiveDate,
    phase: u8,
    source: &'static str,
    /// The year is over.
    over: bool,
}

/// In whose name an event is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Unit,
    /// An index into [`World::agencies`].
    Agency(usize),
    /// An index into [`World::suppliers`].
    Supplier(usize),
    Treasury,
    Trade,
    Regulator,
    /// The finance bureau of the prefecture.
    City,
    /// An index into [`World::banks`].
    Bank(usize),
}

/// The writer of a project's life.
pub(super) struct Script<'a> {
    world: &'a World,
    calendar: &'a Calendar,
    lines: &'a [Line],
    frameworks: &'a [Framework],
    rooms: &'a mut Rooms,
    outline: &'a Outline,
    random: Random,
    track: Track,
    serial: u32,
    planned: Vec<Planned>,
    /// The source ref of the last accepted event.
    last_ref: String,
    project_id: String,
    /// The intention that the plan will name.
    intention: Option<String>,
    method: ProcurementMethod,
    /// What is needed is complex.
    is_complex: bool,
    /// An index into [`World::agencies`]; an agency that was commissioned.
    agency: Option<usize>,
    /// The planted refusal, until it was sent.
    plant: Option<Plant>,
    /// Breaches of rules so far.
    breaches: Vec<Breach>,
    /// Working days that the next step is recorded late, in a planted project.
    lag: i64,
    /// What the project occupies and what it paid, by line.
    money: BTreeMap<usize, (i64, i64)>,
    /// Contracts that are not completed, and lots without a contract yet.
    unfinished: u32,
}

impl<'a> Script<'a> {
    /// Writes a project's life up to the end of the year.
    pub(super) fn write(
        scene: Scene<'a>,
        rooms: &'a mut Rooms,
        outline: &'a Outline,
    ) -> (Vec<Planned>, Vec<Breach>) {
        let Scene {
            seed,
            world,
            calendar,
            drawn,
            ..
        } = scene;
        let track = Track {
            today: outline.begins_on,
            recorded: outline.begins_on,
            phase: 0,
            source: "",
            over: false,
        };
        let mut script = Self {
            world,
            calendar,
            lines: &drawn.lines,
            frameworks: &drawn.frameworks,
            rooms,
            outline,
            random: Random::new(seed, (1 << 40) + u64::from(outline.index)),
            track,
            serial: 0,
            planned: Vec::new(),
            last_ref: String::new(),
            project_id: format!("PJ-{}-{:06}", calendar.year(), outline.index + 1),
            intention: None,
            method: ProcurementMethod::Unspecified,
            is_complex: false,
            agency: None,
            plant: outline.plant,
            breaches: Vec::new(),
            lag: 0,
            money: BTreeMap::new(),
            unfinished: 0,
        };
        match outline.breach {
            None => script.live(),
            Some(breach) => script.live_planted(breach.rule_id),
        }
        (script.planned, script.breaches)
    }

    /// Notes a breach by the project on a day, unless the year is over: what it is about is a thing
    /// of a kind with an id in the stream.
    fn breaks_on(&mut self, on: NaiveDate, rule_id: &str, (kind, id): (&str, &str)) {
        let project_id = &self.project_id;
        let subject = match id {
            "" => format!("{kind}/4304/{project_id}"),
            id => format!("{kind}/4304/{project_id}/{id}"),
        };
        self.breaks_in((subject, format!("project/4304/{project_id}")), on, rule_id);
    }

    /// Notes a breach of a deadline of so many working days that runs from an act, which was
    /// recorded, unless what is asked for was done by then: on the day that the story has come to,
    /// if it is recorded at all.
    fn breaks_unless_done(
        &mut self,
        (from, days): (NaiveDate, i64),
        is_done: bool,
        rule_id: &str,
        about: (&str, &str),
    ) {
        let due_on = self.calendar.workdays_after(from, days);
        if is_done && !self.track.over && self.track.today <= due_on {
            return;
        }
        // What is due within the year is found, even where the rest of the story lies beyond it.
        let is_over = std::mem::take(&mut self.track.over);
        self.breaks_on(due_on, rule_id, about);
        self.track.over = is_over;
    }

    /// Notes a breach about a subject in a stream, unless the year is over.
    fn breaks_in(&mut self, (subject, stream): (String, String), on: NaiveDate, rule_id: &str) {
        if !self.track.over {
            self.breaches.push(Breach {
                rule_id: rule_id.into(),
                subject,
                stream,
                on,
            });
        }
    }

    fn unit(&self) -> &'a Organisation {
        &self.world.units[self.outline.unit]
    }

    /// The finance bureau of the unit's region.
    fn regulator(&self) -> &'a str {
        &self.world.regions[self.unit().region].regulator
    }

    /// The code of the unit's region.
    fn region(&self) -> &'static str {
        self.world.region_code(self.unit().region)
    }

    /// Takes the planted refusal if it is of this kind and its place is reached.
    fn plants(&mut self, plant: Plant) -> bool {
        if self.plant == Some(plant) && !self.track.over {
            self.plant = None;
            return true;
        }
        false
    }

    /// Goes on by working days.
    fn pass_workdays(&mut self, least: i64, most: i64) {
        let count = self.random.between(least, most);
        self.track.today = self.calendar.workdays_after(self.track.today, count);
    }

    /// Goes on by calendar days, to a working day.
    fn pass_days(&mut self, least: i64, most: i64) {
        let count = self.random.between(least, most);
        self.track.today = self.calendar.days_after(self.track.today, count);
    }

    /// An event of the project, dated today.
    fn draft(&self, source: &'static str, who: Who, payload: Payload) -> Draft {
        self.draft_at(source, who, midnight(self.track.today), payload)
    }

    /// An event of the project at an instant.
    fn draft_at(&self, source: &'static str, who: Who, at: Timestamp, payload: Payload) -> Draft {
        let unit = self.unit();
        let region = &self.world.regions[unit.region];
        let (actor, role) = match who {
            Who::Unit => (&unit.uscc, ActorRole::Purchaser),
            Who::Agency(agency) => (&self.world.agencies[agency].uscc, ActorRole::Agency),
            Who::Supplier(supplier) => (&self.world.suppliers[supplier].uscc, ActorRole::Supplier),
            Who::Treasury => (&region.regulator, ActorRole::TreasurySys),
            Who::Trade => (&self.world.trading_centre, ActorRole::TradeSys),
            Who::Regulator => (&region.regulator, ActorRole::Regulator),
            Who::City => (&self.world.city_regulator().uscc, ActorRole::Regulator),
            Who::Bank(bank) => (&self.world.banks[bank].uscc, ActorRole::Bank),
        };
        Draft {
            source,
            stream: format!("project/4304/{}", self.project_id),
            occurred_at: at,
            actor: actor.clone(),
            role,
            region: region.code.into(),
            payload,
            sealed: None,
            personal: None,
        }
    }

    /// Who does what an agency does when there is one.
    fn organiser(&self) -> Who {
        self.agency.map_or(Who::Unit, Who::Agency)
    }

    /// Records an event that the ledger accepts.
    fn accept(&mut self, draft: Draft, label: &'static str) {
        self.accept_all(vec![draft], label, Vec::new());
    }

    /// Records a batch that the ledger accepts, and what it does to the books; sometimes sends it
    /// again, as sources do that missed an answer.
    fn accept_all(&mut self, drafts: Vec<Draft>, label: &'static str, effects: Vec<Effect>) {
        let source = drafts[0].source;
        if !self.reach(source, true) {
            return;
        }
        for effect in &effects {
            match *effect {
                Effect::Occupy(line, fen) => self.money.entry(line).or_default().0 += fen,
                Effect::Pay(line, fen) => self.money.entry(line).or_default().1 += fen,
                _ => {}
            }
        }
        self.push(source, drafts, (Expected::Accepted, label), effects);
        // Planted projects are what they are for, and nothing beside.
        if self.outline.breach.is_none() && self.random.chance(20) {
            let mut again = self.planned[self.planned.len() - 1].clone();
            again.effects.clear();
            again.step.expected = Expected::Retry;
            again.step.label = "sent again";
            if self.random.chance(300) {
                again.day = self.calendar.workdays_after(again.day, 1);
                again.phase = 0;
            }
            if !self.calendar.is_over(again.day) {
                self.planned.push(again);
            }
        }
    }

    /// Records an event that the ledger refuses.
    fn refuse(&mut self, draft: Draft, plant: Plant) {
        self.refuse_all(vec![draft], plant);
    }

    /// Records a batch that the ledger refuses whole.
    fn refuse_all(&mut self, drafts: Vec<Draft>, plant: Plant) {
        let source = drafts[0].source;
        if self.reach(source, false) {
            let expected = Expected::Refused(plant.code());
            self.push(source, drafts, (expected, plant.label()), Vec::new());
        }
    }

    /// Sends the last accepted event's source ref again with another content.
    fn conflict(&mut self, draft: &Draft) {
        let plant = Plant::RefConflict;
        if self.reach(draft.source, false) {
            let step = Step {
                source_system: draft.source,
                recorded_at_us: 0,
                submissions: vec![draft.submit(&self.last_ref)],
                expected: Expected::Refused(plant.code()),
                label: plant.label(),
            };
            let Track {
                recorded: day,
                phase,
                ..
            } = self.track;
            self.planned.push(Planned {
                day,
                phase,
                step,
                effects: Vec::new(),
            });
        }
    }

    /// Moves the recording to where the next step of a source may stand; false after the year.
    fn reach(&mut self, source: &'static str, may_delay: bool) -> bool {
        let delay = if self.outline.breach.is_some() {
            std::mem::take(&mut self.lag)
        } else {
            match self.random.weighted(&[85, 10, 5]) {
                0 => 0,
                1 => 1,
                _ => self.random.between(2, 5),
            }
        };
        let delay = if may_delay { delay } else { 0 };
        let ready = self.calendar.workdays_after(self.track.today, delay);
        let day = self.calendar.on_or_after(ready.max(self.track.today));
        let track = &mut self.track;
        if day > track.recorded {
            (track.recorded, track.phase) = (day, 0);
        } else if track.source != source && !track.source.is_empty() {
            track.phase += 1;
            if track.phase >= PHASES_MAX {
                track.recorded = self.calendar.workdays_after(track.recorded, 1);
                track.phase = 0;
            }
        }
        track.source = source;
        track.over |= self.calendar.is_over(track.recorded);
        !track.over
    }

    fn push(
        &mut self,
        source_system: &'static str,
        drafts: Vec<Draft>,
        (expected, label): (Expected, &'static str),
        effects: Vec<Effect>,
    ) {
        let mut submissions = Vec::with_capacity(drafts.len());
        for draft in drafts {
            self.serial += 1;
            let source_ref = format!("{}-{:03}", self.project_id, self.serial);
            submissions.push(draft.submit(&source_ref));
            if expected == Expected::Accepted {
                self.last_ref = source_ref;
            }
        }
        let step = Step {
            source_system,
            recorded_at_us: 0,
            submissions,
            expected,
            label,
        };
        let Track {
            recorded: day,
            phase,
            ..
        } = self.track;
        self.planned.push(Planned {
            day,
            phase,
            step,
            effects,
        });
    }

    /// Budget parts as the schema has them.
    fn budget_parts(&self, parts: &[(usize, i64)]) -> Vec<BudgetPart> {
        let part = |(line, amount_fen): &(usize, i64)| BudgetPart {
            budget_line_id: self.lines[*line].id.clone(),
            amount_fen: *amount_fen,
        };
        parts.iter().map(part).collect()
    }
}

/// The system that most of a project is recorded in.
const MANAGEMENT: &str = source::MANAGEMENT;
