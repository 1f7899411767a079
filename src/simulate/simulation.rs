//! How days are made: projects begin, their acts wait in an agenda, each day takes its own.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use super::{
    book::Book,
    budget,
    calendar::{Calendar, after},
    day::{Day, Expected, Phase, Step},
    draft::instant,
    order::OrderScript,
    outline::{self, Drawn},
    random::Random,
    registry,
    script::{PHASES_MAX, Planned, Script},
    sync::Tallies,
    world::World,
};

/// The hour at which the first phase of a day begins; acts of the day lie before it.
const FIRST_HOUR: i64 = 12;
/// Microseconds within which the steps of one phase are recorded.
const PHASE_US: u64 = 55 * 60 * 1_000_000;

/// What to simulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimulationConfig {
    /// What every random choice comes from.
    pub seed: u64,
    /// How many projects.
    pub projects: u32,
    /// The year; from 2023 to 2026 with its holidays.
    pub year: i32,
}

impl Default for SimulationConfig {
    fn default() -> Self {
        Self {
            seed: 20_230_101,
            projects: 2000,
            year: 2023,
        }
    }
}

/// A year of procurement in Hengyang.
#[derive(Debug, Clone)]
pub struct Simulation {
    config: SimulationConfig,
    world: World,
    calendar: Calendar,
    drawn: Drawn,
    /// Projects by the day on which they begin, and orders.
    begins: BTreeMap<NaiveDate, Vec<u32>>,
    orders: BTreeMap<NaiveDate, Vec<u32>>,
}

impl Simulation {
    /// Draws the year: who takes part, which projects, which budget lines.
    pub fn new(config: SimulationConfig) -> Self {
        let calendar = Calendar::of(config.year);
        let suppliers = (config.projects as usize / 4).clamp(40, 5000);
        let world = World::new(config.seed, suppliers);
        let drawn = outline::draw(config.seed, config.projects, &world, &calendar);
        let mut begins = BTreeMap::<_, Vec<u32>>::new();
        let mut orders = begins.clone();
        for project in &drawn.projects {
            let of_day = begins.entry(project.begins_on).or_default();
            of_day.push(project.index);
        }
        for order in &drawn.orders {
            let of_day = orders.entry(order.begins_on).or_default();
            of_day.push(order.index);
        }
        Self {
            config,
            world,
            calendar,
            drawn,
            begins,
            orders,
        }
    }

    /// The year's days in order, those without any event left out. Every call gives the same.
    pub fn days(&self) -> Days<'_> {
        let first = NaiveDate::from_ymd_opt(self.config.year, 1, 1).unwrap_or_default();
        let opening = self.calendar.on_or_after(after(first, 2));
        let mut days = Days {
            simulation: self,
            next: first,
            agenda: BTreeMap::new(),
            book: Book::new(&self.drawn.lines),
            random: Random::new(self.config.seed, 2),
        };
        days.plan(registry::write(&self.world, &self.calendar, opening));
        days.plan(self.budgets().write());
        days
    }

    /// The budget lines.
    #[cfg(test)]
    pub(super) fn lines(&self) -> &[outline::Line] {
        &self.drawn.lines
    }

    fn budgets(&self) -> budget::Writer<'_> {
        let (seed, world) = (self.config.seed, &self.world);
        budget::Writer {
            seed,
            world,
            calendar: &self.calendar,
            lines: &self.drawn.lines,
        }
    }
}

/// The days of a simulation.
#[derive(Debug)]
pub struct Days<'a> {
    simulation: &'a Simulation,
    next: NaiveDate,
    agenda: BTreeMap<NaiveDate, Vec<Planned>>,
    book: Book,
    random: Random,
}

impl Days<'_> {
    /// The simulator's own books, as of the last day given.
    #[cfg(test)]
    pub(super) fn book(&self) -> &Book {
        &self.book
    }

    fn plan(&mut self, planned: Vec<Planned>) {
        for planned in planned {
            self.agenda.entry(planned.day).or_default().push(planned);
        }
    }

    /// Begins the projects of a day, and what is decided by the books as they stand.
    fn begin(&mut self, date: NaiveDate) {
        let simulation = self.simulation;
        let Simulation {
            config,
            world,
            calendar,
            drawn,
            begins,
            orders,
        } = simulation;
        let (seed, lines) = (config.seed, &drawn.lines);
        for index in begins.get(&date).into_iter().flatten() {
            let outline = &drawn.projects[*index as usize];
            self.plan(Script::write(seed, world, calendar, lines, outline));
        }
        for index in orders.get(&date).into_iter().flatten() {
            let outline = &drawn.orders[*index as usize];
            self.plan(OrderScript::write(seed, world, calendar, lines, outline));
        }
        let is = |month, day| {
            let set = NaiveDate::from_ymd_opt(config.year, month, day).unwrap_or_default();
            date == calendar.on_or_after(set)
        };
        if is(11, 15) {
            self.plan(simulation.budgets().write_cuts(date, &self.book));
        }
        if is(12, 27) {
            self.plan(simulation.budgets().write_closings(date, &self.book));
        }
    }

    fn day(&mut self, date: NaiveDate, mut planned: Vec<Planned>) -> Day {
        planned.sort_by_key(|planned| planned.phase);
        let mut tallies = Tallies::default();
        let mut phases: Vec<Phase> = Vec::new();
        let mut last = u8::MAX;
        for planned in planned {
            if planned.step.expected == Expected::Accepted {
                self.book.apply(&planned.effects);
                tallies.count(&planned.step);
            }
            if planned.phase != last {
                last = planned.phase;
                phases.push(Phase::default());
            }
            if let Some(phase) = phases.last_mut() {
                phase.steps.push(planned.step);
            }
        }
        let random = &mut self.random;
        let steps = tallies.report(&self.simulation.world, date, || random.chance(10));
        if !steps.is_empty() {
            phases.push(Phase { steps });
        }
        debug_assert!(phases.len() <= usize::from(PHASES_MAX) + 1);
        for (hour, phase) in (FIRST_HOUR..).zip(&mut phases) {
            time(&mut phase.steps, date, hour);
        }
        // Reports are dated 22:00 and must not be recorded before that.
        if let Some(reports) = phases.last_mut() {
            time(&mut reports.steps, date, 22);
        }
        Day { date, phases }
    }
}

/// Spreads the steps of a phase over most of an hour.
fn time(steps: &mut [Step], date: NaiveDate, hour: i64) {
    let start = instant(date, hour, 0).seconds.unsigned_abs() * 1_000_000;
    let count = steps.len() as u64 + 1;
    for (index, step) in (1..).zip(steps) {
        step.recorded_at_us = start + PHASE_US / count * index;
    }
}

impl Iterator for Days<'_> {
    type Item = Day;

    fn next(&mut self) -> Option<Day> {
        while self.next.year() == self.simulation.config.year {
            let date = self.next;
            self.next = after(date, 1);
            self.begin(date);
            if let Some(planned) = self.agenda.remove(&date) {
                return Some(self.day(date, planned));
            }
        }
        None
    }
}
