//! Planted projects and orders: some of those of the year become ones that are there for a breach
//! each. They keep their numbers and have budget lines of their own. Their units are the city's
//! own, for which thresholds are published; they begin early enough to end within the year.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{
    breach::{Place, RATES, Rate, Way},
    calendar::{Calendar, after},
    outline::{CATEGORIES, Drawn, Line, LotOutline, OrderOutline, Outline},
    random::Random,
    world::World,
};
use crate::events::v1::{EnterpriseSize, FundNature};

/// In a year of fewer projects none is planted.
const LEAST: u32 = 50;
/// Yuan of a project at the threshold of open tender, of one below it, and of large works.
const LARGE_YUAN: i64 = 3_000_000;
const SMALL_YUAN: i64 = 1_000_000;
const WORKS_YUAN: i64 = 5_000_000;
/// Half of a purchase that is split, and days from it to the other half.
const HALF_YUAN: i64 = 1_200_000;
const HALVES_APART: u64 = 14;
/// A purchase that is split is two projects.
const SPLIT: &str = "GPLR-28-SPLIT";
/// Breaches of units that buy nothing else as large, and what is none of that size, in fen.
const ALONE: [&str; 2] = ["MOF46-LARGE-30PCT", "MOF46-LARGE-WORKS"];
const NOT_LARGE_FEN: i64 = 100_000_000;
/// What a planted order pays for one piece, in yuan.
const PIECE_YUAN: i64 = 3_000;
/// Pieces of an order above the limit of procurement, and of another.
const MANY: i64 = 200;
const FEW: i64 = 4;

/// One of so many suppliers may be banned by the city.
pub(super) const BANNED_EACH: usize = 20;
/// Rules about enterprises that are neither small nor medium, so that no other rule speaks.
pub(super) const OF_LARGE: [&str; 4] = [
    "HY-05-PREPAY-30",
    "HY-06-PAY-30D",
    "HY-06-PAY-AGREED",
    "HY-09-CONFIRM-30D",
];

/// Which projects and which orders of a year are planted ones, by index.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub projects: BTreeMap<u32, &'static Rate>,
    pub orders: BTreeMap<u32, &'static Rate>,
}

/// Chooses among so many projects, and as many orders, those that are planted: at most half.
pub(super) fn choose(seed: u64, world: &World, things: u32, year: i32) -> Chosen {
    let mut chosen = Chosen::default();
    if things < LEAST {
        return chosen;
    }
    let mut suppliers = world.suppliers.iter().enumerate();
    let has_large = suppliers.any(|(index, supplier)| {
        !index.is_multiple_of(BANNED_EACH) && supplier.size == EnterpriseSize::Large
    });
    let may_be = |rate: &Rate| has_large || !OF_LARGE.contains(&rate.rule_id);
    let rates = (1 << 50..).zip(RATES).filter(|(_, rate)| may_be(rate));
    for (purpose, rate) in rates {
        let of_place = match rate.place {
            Place::Project(_) => &mut chosen.projects,
            Place::Order => &mut chosen.orders,
            Place::City => continue,
        };
        let mut random = Random::new(seed, purpose);
        let each = if rate.rule_id == SPLIT { 2 } else { 1 };
        for _ in 0..each * rate.count(things, year, &mut random) {
            if of_place.len() >= (things / 2) as usize {
                break;
            }
            let mut index = random.below(things.into()) as u32;
            while of_place.contains_key(&index) {
                index = (index + 1) % things;
            }
            of_place.insert(index, rate);
        }
    }
    chosen
}

/// The day on which a planted thing begins: late enough for budgets to be approved, early enough
/// for all that comes of it; after the city abolished what nobody may ask for any more.
fn begins_on(rate: &Rate, calendar: &Calendar, random: &mut Random) -> NaiveDate {
    let (month, days) = match rate.rule_id {
        "HY-12-ABOLISHED-USED" => (4, 30),
        _ => (2, 40),
    };
    let first = NaiveDate::from_ymd_opt(calendar.year(), month, 10).unwrap_or_default();
    calendar.on_or_after(after(first, random.below(days)))
}

/// Yuan of a planted project, more or less.
fn yuan_of(rule_id: &str, way: Way) -> i64 {
    match (way, rule_id) {
        (_, "MOF46-SMALL-ALL-WORKS") => SMALL_YUAN,
        (_, "MOF46-LARGE-WORKS") => WORKS_YUAN,
        (_, SPLIT) => HALF_YUAN,
        (_, "GPL-27-METHOD-APPROVAL" | "GPLR-38-SSP-5WD") | (Way::Tender | Way::Works, _) => {
            LARGE_YUAN
        }
        _ => SMALL_YUAN,
    }
}

/// Where things are planted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    pub seed: u64,
    pub world: &'a World,
    pub calendar: &'a Calendar,
    /// Budget lines of earlier years: numbers go on from them.
    pub lines_before: usize,
}

impl Ground<'_> {
    /// Makes those that were chosen of what was drawn planted ones, with a budget line each.
    pub(super) fn plant(self, chosen: &Chosen, drawn: &mut Drawn) {
        let is_alone = |rate: &Rate| ALONE.contains(&rate.rule_id);
        let (last, first): (Vec<_>, Vec<_>) =
            chosen.projects.iter().partition(|(_, rate)| is_alone(rate));
        let mut half = None;
        for (index, rate) in first {
            let other = (rate.rule_id == SPLIT).then(|| half.take()).flatten();
            let project = self.project(*index, rate, other, drawn);
            if rate.rule_id == SPLIT && other.is_none() {
                half = Some(*index as usize);
            }
            drawn.projects[*index as usize] = project;
        }
        for (index, rate) in last {
            drawn.projects[*index as usize] = self.project(*index, rate, None, drawn);
        }
        for (index, rate) in &chosen.orders {
            let order = self.order(*index, rate, &mut drawn.lines);
            drawn.orders[*index as usize] = order;
        }
    }

    fn unit(self, random: &mut Random) -> usize {
        let units = &self.world.regions[0].units;
        units.start + random.below(units.len() as u64) as usize
    }

    /// A unit of any region that buys nothing large; where each does, none.
    fn unit_alone(self, drawn: &Drawn, random: &mut Random) -> Option<usize> {
        let count = self.world.units.len();
        let from = random.below(count as u64) as usize;
        let is_large = |of: &&Outline| of.amount_fen() > NOT_LARGE_FEN;
        let large = drawn.projects.iter().filter(is_large).map(|of| of.unit);
        let large: BTreeSet<usize> = large.collect();
        let mut candidates = (from..count).chain(0..from);
        candidates.find(|unit| !large.contains(unit))
    }

    /// A project, the other half of one that is there already where it is one of two.
    fn project(
        self,
        index: u32,
        rate: &'static Rate,
        half: Option<usize>,
        drawn: &mut Drawn,
    ) -> Outline {
        let mut random = Random::new(self.seed, (1 << 51) + u64::from(index));
        let way = match rate.place {
            Place::Project(way) => way,
            _ => Way::Tender,
        };
        let alone = ALONE.contains(&rate.rule_id);
        let unit = match alone {
            true => self.unit_alone(drawn, &mut random),
            false => Some(self.unit(&mut random)),
        };
        // Where no unit is fit the project is one of the city's.
        let breach = unit.map(|_| rate);
        let unit = unit.unwrap_or(self.world.regions[0].units.start);
        let code = match way {
            Way::Works => "B08010000",
            _ => "A05010201",
        };
        let yuan = yuan_of(rate.rule_id, way) + random.between(0, 400) * 1000;
        let amount_fen = yuan * 100;
        let begins_on = begins_on(rate, self.calendar, &mut random);
        let need_fen = amount_fen + amount_fen / 10;
        let (unit, line, begins_on) = match half.map(|half| &drawn.projects[half]) {
            Some(half) => {
                let line = half.lots[0].parts[0].0;
                let begins_on = after(half.begins_on, HALVES_APART);
                let begins_on = self.calendar.on_or_after(begins_on);
                drawn.lines[line].need_fen += need_fen;
                drawn.lines[line].last_on = begins_on;
                (half.unit, line, begins_on)
            }
            None => {
                let line = self.line(&mut drawn.lines, (unit, code), (need_fen, begins_on));
                (unit, line, begins_on)
            }
        };
        Outline {
            index,
            unit,
            category: drawn.lines[line].category,
            lots: vec![LotOutline {
                amount_fen,
                parts: vec![(line, amount_fen)],
            }],
            reserve_fen: amount_fen / 10,
            has_intention: true,
            begins_on,
            filed_on: begins_on,
            is_tendered: true,
            plant: None,
            breach,
        }
    }

    fn order(self, index: u32, rate: &'static Rate, lines: &mut Vec<Line>) -> OrderOutline {
        let mut random = Random::new(self.seed, (1 << 52) + u64::from(index));
        let unit = self.unit(&mut random);
        let qty = match rate.rule_id {
            "HY-10-ABOVE-LIMIT" => MANY,
            _ => FEW,
        };
        let begins_on = begins_on(rate, self.calendar, &mut random);
        let unit_price_fen = PIECE_YUAN * 100;
        let need = (qty * unit_price_fen, begins_on);
        OrderOutline {
            index,
            line: self.line(lines, (unit, "A05010201"), need),
            qty,
            unit_price_fen,
            begins_on,
            breach: Some(rate),
        }
    }

    /// Adds a budget line for one planted thing.
    fn line(
        self,
        lines: &mut Vec<Line>,
        (unit, code): (usize, &str),
        (need_fen, last_on): (i64, NaiveDate),
    ) -> usize {
        let category = CATEGORIES.iter().find(|category| category.code == code);
        let serial = (self.lines_before + lines.len()) as u32 + 1;
        lines.push(Line {
            id: format!("BL-{serial:06}"),
            unit,
            category: category.unwrap_or(&CATEGORIES[0]),
            fund: FundNature::General,
            serial,
            need_fen,
            last_fen: need_fen,
            last_on,
            projects: 1,
        });
        lines.len() - 1
    }
}
