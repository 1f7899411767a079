//! How days are made: projects begin, their acts wait in an agenda, each day takes its own.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use super::{
    book::Book,
    breach::Breach,
    budget,
    calendar::{Calendar, after},
    city::{self, venues::Rooms},
    day::{Day, Expected, Phase, Step},
    draft::instant,
    order::OrderScript,
    outline::{self, Drawn},
    random::Random,
    registry,
    script::{PHASES_MAX, Planned, Script},
    sync::{self, Silences, Tallies},
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
    /// How many projects begin in each year, and how many orders.
    pub projects: u32,
    /// The first year; years from 2023 to 2026 have their holidays.
    pub year: i32,
    /// How many years, at least one.
    pub years: u32,
}

impl Default for SimulationConfig {
    fn default() -> Self {
        Self {
            seed: 20_230_101,
            projects: 2000,
            year: 2023,
            years: 1,
        }
    }
}

/// What every writer of a year looks at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    pub seed: u64,
    pub world: &'a World,
    /// Of the year, up to the end of the simulation.
    pub calendar: &'a Calendar,
    pub drawn: &'a Drawn,
    /// It is the simulation's first year.
    pub is_first: bool,
}

/// What is drawn for a year.
#[derive(Debug, Clone)]
struct Year {
    seed: u64,
    calendar: Calendar,
    drawn: Drawn,
    /// Projects by the day on which they begin, and orders.
    begins: BTreeMap<NaiveDate, Vec<u32>>,
    orders: BTreeMap<NaiveDate, Vec<u32>>,
}

impl Year {
    fn draw(config: SimulationConfig, index: u32, world: &World, lines_before: usize) -> Self {
        let (year, last_year) = (
            config.year + index.cast_signed(),
            config.year + config.years.max(1).cast_signed() - 1,
        );
        let seed = config.seed ^ (u64::from(index) << 48);
        let calendar = Calendar::through(year, last_year);
        let drawn = outline::draw(seed, config.projects, world, &calendar, lines_before);
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
            seed,
            calendar,
            drawn,
            begins,
            orders,
        }
    }

    fn date(&self, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.calendar.year(), month, day).unwrap_or_default()
    }
}

/// Years of procurement in Hengyang.
#[derive(Debug, Clone)]
pub struct Simulation {
    config: SimulationConfig,
    world: World,
    years: Vec<Year>,
}

impl Simulation {
    /// Draws the years: who takes part, which projects, which budget lines.
    pub fn new(config: SimulationConfig) -> Self {
        let world = World::new(config.seed, config.projects as usize);
        let mut years = Vec::new();
        let mut lines = 0;
        for index in 0..config.years.max(1) {
            let year = Year::draw(config, index, &world, lines);
            lines += year.drawn.lines.len();
            years.push(year);
        }
        Self {
            config,
            world,
            years,
        }
    }

    /// The days in order, those without any event left out. Every call gives the same.
    pub fn days(&self) -> Days<'_> {
        let first = self.years[0].date(1, 1);
        let room = |year: &Year| Rooms::new(year.calendar.year(), year.drawn.projects.len());
        Days {
            simulation: self,
            next: first,
            agenda: BTreeMap::new(),
            books: self
                .years
                .iter()
                .map(|year| Book::new(&year.drawn.lines))
                .collect(),
            rooms: self.years.iter().map(room).collect(),
            breaches: Vec::new(),
            silences: Silences::default(),
            random: Random::new(self.config.seed, 2),
        }
    }

    fn scene(&self, year: usize) -> Scene<'_> {
        let Year {
            seed,
            calendar,
            drawn,
            ..
        } = &self.years[year];
        Scene {
            seed: *seed,
            world: &self.world,
            calendar,
            drawn,
            is_first: year == 0,
        }
    }

    /// The projects and orders that are there for one breach each: stream and rule.
    pub fn planted(&self) -> Vec<(String, &'static str)> {
        let mut planted = Vec::new();
        for Year {
            calendar, drawn, ..
        } in &self.years
        {
            let year = calendar.year();
            for of in &drawn.projects {
                let stream = || format!("project/4304/PJ-{year}-{:06}", of.index + 1);
                planted.extend(of.breach.map(|rate| (stream(), rate.rule_id)));
            }
            for of in &drawn.orders {
                let stream = || format!("order/4304/EO-{year}-{:06}", of.index + 1);
                planted.extend(of.breach.map(|rate| (stream(), rate.rule_id)));
            }
        }
        planted
    }

    /// The same years in which planted projects and orders never begin.
    #[cfg(test)]
    pub(super) fn without_planted(mut self) -> Self {
        for year in &mut self.years {
            let Drawn {
                projects,
                orders,
                lines,
                ..
            } = &mut year.drawn;
            let is_planted = |index: &u32| projects[*index as usize].breach.is_some();
            let is_order = |index: &u32| orders[*index as usize].breach.is_some();
            for of_day in year.begins.values_mut() {
                of_day.retain(|index| !is_planted(index));
            }
            for of_day in year.orders.values_mut() {
                of_day.retain(|index| !is_order(index));
            }
            let planted = projects.iter().filter(|of| of.breach.is_some());
            let planted = planted.map(|of| of.lots[0].parts[0].0);
            let ordered = orders.iter().filter(|of| of.breach.is_some());
            let first = planted.chain(ordered.map(|of| of.line)).min();
            lines.truncate(first.unwrap_or(usize::MAX));
        }
        self
    }

    /// The budget lines of a year.
    #[cfg(test)]
    pub(super) fn lines(&self, year: usize) -> &[outline::Line] {
        &self.years[year].drawn.lines
    }

    fn budgets(&self, year: usize) -> budget::Writer<'_> {
        let Scene {
            seed,
            world,
            calendar,
            drawn,
            ..
        } = self.scene(year);
        budget::Writer {
            seed,
            world,
            calendar,
            lines: &drawn.lines,
        }
    }
}

/// The days of a simulation.
#[derive(Debug)]
pub struct Days<'a> {
    simulation: &'a Simulation,
    next: NaiveDate,
    /// What waits for its day, with the year whose books it changes.
    agenda: BTreeMap<NaiveDate, Vec<(usize, Planned)>>,
    books: Vec<Book>,
    rooms: Vec<Rooms>,
    /// What the stories that have begun since the last day will break.
    breaches: Vec<Breach>,
    silences: Silences,
    random: Random,
}

impl Days<'_> {
    /// The simulator's own books of a year, as of the last day given.
    #[cfg(test)]
    pub(super) fn book(&self, year: usize) -> &Book {
        &self.books[year]
    }

    fn plan(&mut self, year: usize, planned: Vec<Planned>) {
        for planned in planned {
            let of_day = self.agenda.entry(planned.day).or_default();
            of_day.push((year, planned));
        }
    }

    /// Plans a story, with what it will break.
    fn tell(&mut self, year: usize, (planned, breaches): (Vec<Planned>, Vec<Breach>)) {
        self.plan(year, planned);
        self.breaches.extend(breaches);
    }

    /// Opens a year: what is registered and published, budgets, and what the city does.
    fn open(&mut self, year: usize) {
        let simulation = self.simulation;
        let (world, of) = (&simulation.world, &simulation.years[year]);
        let opening = of.calendar.on_or_after(of.date(1, 3));
        let registered = if year == 0 {
            registry::write(world, &of.calendar, opening)
        } else {
            registry::renew(world, &of.calendar, opening)
        };
        self.plan(year, registered);
        let budgets = simulation.budgets(year);
        self.tell(year, (budgets.write(), budgets.breaches()));
        self.tell(year, city::write(simulation.scene(year), opening));
    }

    /// Begins the projects of a day, and what is decided by the books as they stand.
    fn begin(&mut self, date: NaiveDate) {
        let simulation = self.simulation;
        let year = (date.year() - simulation.config.year).unsigned_abs() as usize;
        let (scene, of) = (simulation.scene(year), &simulation.years[year]);
        let Scene {
            seed,
            world,
            calendar,
            drawn,
            ..
        } = scene;
        if date.ordinal0() == 0 {
            self.open(year);
        }
        for index in of.begins.get(&date).into_iter().flatten() {
            let outline = &drawn.projects[*index as usize];
            let told = Script::write(scene, &mut self.rooms[year], outline);
            self.tell(year, told);
        }
        for index in of.orders.get(&date).into_iter().flatten() {
            let outline = &drawn.orders[*index as usize];
            let told = OrderScript::write(seed, world, calendar, &drawn.lines, outline);
            self.tell(year, told);
        }
        let is = |month, day| date == calendar.on_or_after(of.date(month, day));
        let budgets = simulation.budgets(year);
        if is(11, 15) {
            self.plan(year, budgets.write_cuts(date, &self.books[year]));
        }
        if is(12, 27) {
            self.plan(year, budgets.write_closings(date, &self.books[year]));
        }
    }

    fn day(&mut self, date: NaiveDate, mut planned: Vec<(usize, Planned)>) -> Day {
        planned.sort_by_key(|(_, planned)| planned.phase);
        let mut tallies = Tallies::default();
        let mut phases: Vec<Phase> = Vec::new();
        let mut last = u8::MAX;
        for (year, planned) in planned {
            if planned.step.expected == Expected::Accepted {
                self.books[year].apply(&planned.effects);
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
        let calendar = &self.simulation.years[0].calendar;
        let silent = self.silences.note(date, &phases, calendar);
        self.breaches.extend(silent);
        self.breaches.extend(sync::wrong_sums(date, &phases));
        let mut breaches = std::mem::take(&mut self.breaches);
        breaches.retain(|breach| !calendar.is_over(breach.on));
        Day {
            date,
            phases,
            breaches,
        }
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
        let last_year = self.simulation.years[0].calendar.last_year();
        while self.next.year() <= last_year {
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
