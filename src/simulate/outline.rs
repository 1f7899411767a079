//! What a project is before its life is written: who buys what, for how much, from which budget
//! lines, and when. Small enough to hold for every project of the year, since budget lines are
//! approved for the sum of their projects.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{
    breach::Rate,
    calendar::{Calendar, after},
    city::frameworks::{self, Framework},
    plant::Plant,
    planted,
    random::Random,
    world::World,
};
use crate::events::v1::FundNature;

/// What is bought.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Category {
    pub code: &'static str,
    pub name: &'static str,
    pub kind: Kind,
    /// The smallest purchase, in fen.
    pub base_fen: i64,
    pub econ_code: &'static str,
}

/// How a contract of a category is performed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Goods,
    Services,
    Works,
}

const fn category(
    code: &'static str,
    name: &'static str,
    kind: Kind,
    base_yuan: i64,
    econ_code: &'static str,
) -> Category {
    Category {
        code,
        name,
        kind,
        base_fen: base_yuan * 100,
        econ_code,
    }
}

pub(super) static CATEGORIES: [Category; 18] = [
    category("A02010104", "服务器", Kind::Goods, 60_000, "31002"),
    category("A02010105", "台式计算机", Kind::Goods, 40_000, "31002"),
    category("A02010108", "便携式计算机", Kind::Goods, 30_000, "31002"),
    category("A02020400", "多功能一体机", Kind::Goods, 12_000, "31002"),
    category("A02061804", "空调机", Kind::Goods, 20_000, "31002"),
    category("A02320000", "医疗设备", Kind::Goods, 150_000, "31003"),
    category("A05010201", "办公桌", Kind::Goods, 15_000, "31002"),
    category("A05040101", "复印纸", Kind::Goods, 5_000, "30201"),
    category("A08060301", "基础软件", Kind::Goods, 30_000, "31007"),
    category(
        "C16010300",
        "应用软件开发服务",
        Kind::Services,
        100_000,
        "30227",
    ),
    category("C16070200", "硬件运维服务", Kind::Services, 40_000, "30213"),
    category(
        "C21040000",
        "物业管理服务",
        Kind::Services,
        120_000,
        "30209",
    ),
    category(
        "C23120301",
        "车辆维修和保养服务",
        Kind::Services,
        20_000,
        "30231",
    ),
    category("C23090100", "印刷服务", Kind::Services, 10_000, "30202"),
    category("B01010000", "办公用房施工", Kind::Works, 600_000, "31001"),
    category("B07000000", "装修工程", Kind::Works, 200_000, "31006"),
    category("B08010000", "房屋修缮", Kind::Works, 120_000, "31006"),
    category(
        "B07000000",
        "无障碍设施改造装修",
        Kind::Works,
        80_000,
        "31006",
    ),
];

/// Projects filed per month, by weight: few in winter, most before summer and in autumn.
const SEASON: [u64; 12] = [0, 4, 8, 10, 11, 12, 9, 9, 11, 10, 7, 2];
/// Orders per month, by weight: none before the budgets are there, none that is not paid in time.
const ORDERS_SEASON: [u64; 11] = [0, 4, 9, 9, 9, 10, 8, 8, 10, 9, 11];
/// The first of the kinds of purchases: goods.
const GOODS: usize = 0;
/// Doublings of an amount at most: 512 times the smallest.
const DOUBLINGS_MAX: u32 = 9;

/// A budget line, with what its projects will need.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub id: String,
    pub unit: usize,
    pub category: &'static Category,
    pub fund: FundNature,
    pub serial: u32,
    /// What all projects may occupy of it, in fen.
    pub need_fen: i64,
    /// Needs of the project that is filed last, and that day.
    pub last_fen: i64,
    pub last_on: NaiveDate,
    pub projects: u32,
}

/// A lot: its amount and its share by line (an index into the lines).
#[derive(Debug, Clone)]
pub(super) struct LotOutline {
    pub amount_fen: i64,
    pub parts: Vec<(usize, i64)>,
}

/// A project.
#[derive(Debug, Clone)]
pub(super) struct Outline {
    pub index: u32,
    pub unit: usize,
    pub category: &'static Category,
    pub lots: Vec<LotOutline>,
    /// Kept free on the first line for supplements, in fen.
    pub reserve_fen: i64,
    pub has_intention: bool,
    pub begins_on: NaiveDate,
    pub filed_on: NaiveDate,
    /// The lots go through the trading platform.
    pub is_tendered: bool,
    pub plant: Option<Plant>,
    /// The breach that the project is for, where it is a planted one.
    pub breach: Option<&'static Rate>,
}

impl Outline {
    /// The plan's amount in fen.
    pub(super) fn amount_fen(&self) -> i64 {
        self.lots.iter().map(|lot| lot.amount_fen).sum()
    }

    /// The plan's share by line.
    pub(super) fn parts(&self) -> Vec<(usize, i64)> {
        let mut parts = self.lots[0].parts.clone();
        for lot in &self.lots[1..] {
            for (sum, part) in parts.iter_mut().zip(&lot.parts) {
                sum.1 += part.1;
            }
        }
        parts
    }
}

/// An order of the e-mall.
#[derive(Debug, Clone)]
pub(super) struct OrderOutline {
    pub index: u32,
    /// An index into the lines.
    pub line: usize,
    /// Pieces, and the price of one in fen.
    pub qty: i64,
    pub unit_price_fen: i64,
    pub begins_on: NaiveDate,
    /// The breach that the order is for, where it is a planted one.
    pub breach: Option<&'static Rate>,
}

/// Everything that is bought in a year.
#[derive(Debug, Clone)]
pub(super) struct Drawn {
    pub projects: Vec<Outline>,
    pub orders: Vec<OrderOutline>,
    /// Those of planted projects and orders come last.
    pub lines: Vec<Line>,
    pub frameworks: Vec<Framework>,
}

/// Draws every project of a year, as many orders, and the budget lines that they need. Some of them
/// become planted ones.
///
/// `lines_before` budget lines were drawn for earlier years: numbers go on from them.
pub(super) fn draw(
    seed: u64,
    projects: u32,
    world: &World,
    calendar: &Calendar,
    lines_before: usize,
) -> Drawn {
    let chosen = planted::choose(seed, world, projects, calendar.year());
    let mut outlines = Vec::with_capacity(projects as usize);
    let mut lines = Vec::new();
    let mut buckets = HashMap::new();
    for index in 0..projects {
        let mut random = Random::new(seed, 1_000_000 + u64::from(index));
        let unit = unit(world, &mut random);
        let kind = random.weighted(&[55, 30, 15]);
        let first = *buckets.entry((unit, kind)).or_insert_with(|| {
            add_lines(&mut lines, lines_before, (unit, kind), &mut random);
            lines.len() - 2
        });
        let outline = outline(index, (unit, first), &lines, calendar, &mut random);
        if !chosen.projects.contains_key(&index) {
            need(&mut lines, &outline);
        }
        outlines.push(outline);
    }
    let mut orders = Vec::with_capacity(projects as usize);
    for index in 0..projects {
        let mut random = Random::new(seed, (1 << 43) + u64::from(index));
        let unit = unit(world, &mut random);
        let first = *buckets.entry((unit, GOODS)).or_insert_with(|| {
            add_lines(&mut lines, lines_before, (unit, GOODS), &mut random);
            lines.len() - 2
        });
        let order = order(index, first, &lines, calendar, &mut random);
        if !chosen.orders.contains_key(&index) {
            lines[order.line].need_fen += order.qty * order.unit_price_fen;
        }
        orders.push(order);
    }
    let mut drawn = Drawn {
        projects: outlines,
        orders,
        lines,
        frameworks: frameworks::draw(seed, world, calendar),
    };
    let ground = planted::Ground {
        seed,
        world,
        calendar,
        lines_before,
    };
    ground.plant(&chosen, &mut drawn);
    drawn
}

/// Adds what a project needs to its budget lines.
fn need(lines: &mut [Line], outline: &Outline) {
    for (place, (line, fen)) in outline.parts().into_iter().enumerate() {
        let need = fen + if place == 0 { outline.reserve_fen } else { 0 };
        let line = &mut lines[line];
        line.need_fen += need;
        line.projects += 1;
        if outline.filed_on >= line.last_on {
            (line.last_fen, line.last_on) = (need, outline.filed_on);
        }
    }
}

/// A unit that buys: most of them are the prefecture's own.
fn unit(world: &World, random: &mut Random) -> usize {
    let region = random.weighted(&[30, 5, 5, 5, 5, 4, 6, 6, 5, 5, 6, 7, 6, 3, 3]);
    let units = world.regions[region].units.clone();
    units.start + random.below(units.len() as u64) as usize
}

/// Draws an order: a few pieces of what the line is for.
fn order(
    index: u32,
    line: usize,
    lines: &[Line],
    calendar: &Calendar,
    random: &mut Random,
) -> OrderOutline {
    let month = random.weighted(&ORDERS_SEASON) as u32 + 1;
    let first = NaiveDate::from_ymd_opt(calendar.year(), month, 1).unwrap_or_default();
    let yuan = lines[line].category.base_fen / 100;
    let unit_price_fen = (random.heavy(yuan * 2, 4) / 100).max(1) * 100;
    OrderOutline {
        index,
        line,
        qty: random.between(1, 20),
        unit_price_fen,
        begins_on: calendar.on_or_after(after(first, random.below(28))),
        breach: None,
    }
}

/// Adds two lines of a unit for one kind of purchases: general funds and the unit's own.
fn add_lines(
    lines: &mut Vec<Line>,
    lines_before: usize,
    (unit, kind): (usize, usize),
    random: &mut Random,
) {
    let kind = [Kind::Goods, Kind::Services, Kind::Works][kind];
    let of_kind: Vec<_> = CATEGORIES
        .iter()
        .filter(|category| category.kind == kind)
        .collect();
    let category = *random.pick(&of_kind);
    for fund in [FundNature::General, FundNature::Unit] {
        let serial = (lines_before + lines.len()) as u32 + 1;
        lines.push(Line {
            id: format!("BL-{serial:06}"),
            unit,
            category,
            fund,
            serial,
            need_fen: 0,
            last_fen: 0,
            last_on: NaiveDate::MIN,
            projects: 0,
        });
    }
}

fn outline(
    index: u32,
    (unit, first_line): (usize, usize),
    lines: &[Line],
    calendar: &Calendar,
    random: &mut Random,
) -> Outline {
    let category = lines[first_line].category;
    let month = random.weighted(&SEASON) as u32 + 1;
    let first = NaiveDate::from_ymd_opt(calendar.year(), month, 1).unwrap_or_default();
    let filed_on = calendar.on_or_after(after(first, random.below(26)));
    let has_intention = random.chance(700);
    let earliest = NaiveDate::from_ymd_opt(calendar.year(), 1, 28).unwrap_or_default();
    let lead = random.below(20) + 32;
    // Without an intention there are still requirements to lay down.
    let lead = if has_intention { lead } else { lead / 3 };
    let start = filed_on
        .checked_sub_days(chrono::Days::new(lead))
        .unwrap_or(filed_on);
    let begins_on = calendar.on_or_after(start.max(earliest)).min(filed_on);
    let plant = random.chance(320).then(|| *random.pick(&Plant::ALL));
    // A refusal that needs a certain kind of project gets it.
    let needs_two_lines = plant == Some(Plant::PayOverLine);
    let lots = 1 + if needs_two_lines {
        0
    } else {
        random.weighted(&[80, 15, 5])
    };
    let is_split = random.chance(150) || needs_two_lines;
    let is_tendered = random.chance(250);
    let mut outlines = Vec::with_capacity(lots);
    for _ in 0..lots {
        let amount_fen = random.heavy(category.base_fen, DOUBLINGS_MAX);
        let share = amount_fen * 6 / 10 / 100 * 100;
        let parts = if is_split {
            vec![(first_line, share), (first_line + 1, amount_fen - share)]
        } else {
            vec![(first_line, amount_fen)]
        };
        outlines.push(LotOutline { amount_fen, parts });
    }
    let amount_fen: i64 = outlines.iter().map(|lot| lot.amount_fen).sum();
    Outline {
        index,
        unit,
        category,
        lots: outlines,
        // Supplements of up to a tenth of each contract, and some fen for those that ask too much.
        reserve_fen: amount_fen / 10 + 10,
        has_intention,
        begins_on,
        filed_on,
        is_tendered: plant.and_then(Plant::needs_tender).unwrap_or(is_tendered),
        plant,
        breach: None,
    }
}
