//! Budget lines: approved in January for what their projects will need, adjusted, frozen, cut and
//! closed in the course of the year.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use super::{
    book::{Book, Effect},
    breach::{Breach, Rate},
    calendar::Calendar,
    day::{Expected, Step},
    draft::{Draft, midnight, source},
    outline::Line,
    random::Random,
    script::Planned,
    world::World,
};
use crate::events::v1::{
    ActorRole, BudgetLineAdjusted, BudgetLineApproved, BudgetLineClosed, BudgetLineFrozen,
    BudgetLineUnfrozen, event_payload::Payload,
};

/// The rule that units break which reserve too little for small and micro enterprises.
const SHORT: &str = "MOF46-LARGE-MICRO";

/// The budget project of a line.
pub(super) fn project_code(world: &World, year: i32, line: &Line) -> String {
    let region = match world.region_code(world.units[line.unit].region) {
        area if area.starts_with("HY-") => "430400",
        code => code,
    };
    format!("{region}{:02}T{:012}", year % 100, line.serial)
}

/// Writes events of budget lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer<'a> {
    pub seed: u64,
    pub world: &'a World,
    pub calendar: &'a Calendar,
    pub lines: &'a [Line],
}

impl Writer<'_> {
    /// Everything about the lines that is known before the year begins.
    pub(super) fn write(&self) -> Vec<Planned> {
        let mut planned = Vec::new();
        for index in 0..self.lines.len() {
            self.write_line(index, &mut planned);
        }
        planned
    }

    fn write_line(&self, index: usize, planned: &mut Vec<Planned>) {
        let line = &self.lines[index];
        let mut random = Random::new(self.seed, (1 << 41) + index as u64);
        let date = |month, day| self.date(month, day);
        let slack_fen = line.need_fen / 20 / 100 * 100 + 1_000_000;
        let approved_on = self
            .calendar
            .workdays_after(date(1, 3), random.between(1, 12));
        let raise_on = line
            .last_on
            .checked_sub_days(Days::new(14))
            .unwrap_or_default();
        let raise_on = self.calendar.on_or_after(raise_on.max(date(1, 29)));
        let is_raised = line.projects > 1 && raise_on < line.last_on && random.chance(300);
        let raise_fen = if is_raised { line.last_fen } else { 0 };
        let approved_fen = line.need_fen - raise_fen + slack_fen;
        let approved = self.approval(line, approved_fen, approved_on);
        let label = "budget line approved";
        planned.push(self.step(
            index,
            1,
            approved_on,
            approved,
            label,
            Effect::Approve(index, approved_fen),
        ));
        if is_raised {
            let raised = self.adjustment(line, raise_fen, "年中追加", raise_on);
            let label = "budget line raised";
            planned.push(self.step(
                index,
                2,
                raise_on,
                raised,
                label,
                Effect::Adjust(index, raise_fen),
            ));
        }
        self.write_freeze(index, slack_fen / 2, &mut random, planned);
        if random.chance(200) {
            let fen = -(slack_fen / 4);
            let on = self
                .calendar
                .on_or_after(date(10, 9) + Days::new(random.below(30)));
            let cut = self.adjustment(line, fen, "压减一般性支出", on);
            planned.push(self.step(
                index,
                5,
                on,
                cut,
                "budget line cut",
                Effect::Adjust(index, fen),
            ));
        }
    }

    /// Freezes some lines in spring, and frees most of them in autumn.
    fn write_freeze(
        &self,
        index: usize,
        fen: i64,
        random: &mut Random,
        planned: &mut Vec<Planned>,
    ) {
        if !random.chance(150) {
            return;
        }
        let line = &self.lines[index];
        let date = |month, day| self.date(month, day);
        let on = self
            .calendar
            .on_or_after(date(4, 3) + Days::new(random.below(40)));
        let frozen = Payload::BudgetLineFrozen(BudgetLineFrozen {
            budget_line_id: line.id.clone(),
            amount_fen: fen,
            on: on.to_string(),
        });
        let effect = Effect::Freeze(index, fen);
        planned.push(self.step(index, 3, on, frozen, "budget frozen", effect));
        if random.chance(700) {
            let on = self
                .calendar
                .on_or_after(date(9, 4) + Days::new(random.below(20)));
            let unfrozen = Payload::BudgetLineUnfrozen(BudgetLineUnfrozen {
                budget_line_id: line.id.clone(),
                amount_fen: fen,
                on: on.to_string(),
            });
            let effect = Effect::Freeze(index, -fen);
            planned.push(self.step(index, 4, on, unfrozen, "budget unfrozen", effect));
        }
    }

    fn date(&self, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.calendar.year(), month, day).unwrap_or_default()
    }

    /// Cuts that would take what is paid already: refused.
    pub(super) fn write_cuts(&self, on: NaiveDate, book: &Book) -> Vec<Planned> {
        let mut planned = Vec::new();
        for (index, account) in book.accounts.iter().enumerate() {
            let is_chosen = index % 31 == 0;
            if is_chosen && account.paid > 0 {
                let fen = -(account.approved + account.adjusted);
                let cut = self.adjustment(&self.lines[index], fen, "收回存量资金", on);
                let label = "cut below what is occupied";
                let mut step = self.step(index, 6, on, cut, label, Effect::Adjust(index, 0));
                step.step.expected = Expected::Refused("E010_PLAN_OVER_BUDGET");
                step.effects.clear();
                planned.push(step);
            }
        }
        planned
    }

    /// Closes every line whose projects have ended.
    pub(super) fn write_closings(&self, on: NaiveDate, book: &Book) -> Vec<Planned> {
        let mut planned = Vec::new();
        let quiet_since = on.checked_sub_days(Days::new(20)).unwrap_or_default();
        for (index, account) in book.accounts.iter().enumerate() {
            let line = &self.lines[index];
            if account.open > 0 || line.last_on > quiet_since {
                continue;
            }
            let closed = Payload::BudgetLineClosed(BudgetLineClosed {
                budget_line_id: line.id.clone(),
                carryover_fen: account.available(),
                on: on.to_string(),
            });
            let effect = Effect::Shut(index);
            planned.push(self.step(index, 7, on, closed, "budget line closed", effect));
        }
        planned
    }

    fn approval(&self, line: &Line, amount_fen: i64, approved_on: NaiveDate) -> Payload {
        let unit = &self.world.units[line.unit];
        let year = self.calendar.year();
        let sme_reserved_fen = amount_fen * 4 / 10;
        let tenths = if self.is_short(line.unit) { 5 } else { 7 };
        Payload::BudgetLineApproved(BudgetLineApproved {
            budget_line_id: line.id.clone(),
            fiscal_year: year,
            unit: unit.uscc.clone(),
            project_code: project_code(self.world, year, line),
            func_code: "2010301".into(),
            dept_econ_code: line.category.econ_code.into(),
            gov_econ_code: String::new(),
            fund_nature: line.fund.into(),
            category: line.category.code.into(),
            amount_fen,
            sme_reserved_fen,
            small_micro_reserved_fen: sme_reserved_fen * tenths / 10,
            approved_on: approved_on.to_string(),
            doc_no: format!("衡财预〔{year}〕{}号", line.serial),
            category_version: 2022,
        })
    }

    /// Whether a unit reserves less for small and micro enterprises than it has to.
    fn is_short(&self, unit: usize) -> bool {
        let rate = Rate::of(SHORT).map_or(0, |rate| rate.per_mille);
        Random::new(self.seed, (1 << 53) + unit as u64).chance(rate.into())
    }

    /// What is broken by what the budgets say, which is told at the end of the year.
    pub(super) fn breaches(&self) -> Vec<Breach> {
        let units: BTreeSet<usize> = self.lines.iter().map(|line| line.unit).collect();
        let short = units.into_iter().filter(|unit| self.is_short(*unit));
        let breach = |unit: usize| {
            let stream = format!("unit/4304/{}", self.world.units[unit].uscc);
            Breach {
                rule_id: SHORT.into(),
                subject: format!("{stream}/{}/small-micro", self.calendar.year()),
                stream,
                on: self.date(12, 31),
            }
        };
        short.map(breach).collect()
    }

    fn adjustment(&self, line: &Line, delta_fen: i64, reason: &str, on: NaiveDate) -> Payload {
        Payload::BudgetLineAdjusted(BudgetLineAdjusted {
            budget_line_id: line.id.clone(),
            delta_fen,
            reason: reason.into(),
            doc_no: format!("衡财预调〔{}〕{}号", self.calendar.year(), line.serial),
            adjusted_on: on.to_string(),
        })
    }

    fn step(
        &self,
        index: usize,
        number: u32,
        on: NaiveDate,
        payload: Payload,
        label: &'static str,
        effect: Effect,
    ) -> Planned {
        let line = &self.lines[index];
        let region = &self.world.regions[self.world.units[line.unit].region];
        let draft = Draft {
            source: source::BUDGET,
            stream: format!("budget-line/4304/{}", line.id),
            occurred_at: midnight(on),
            actor: region.regulator.clone(),
            role: ActorRole::BudgetSys,
            region: region.code.into(),
            payload,
            sealed: None,
            personal: None,
        };
        let step = Step {
            source_system: source::BUDGET,
            recorded_at_us: 0,
            submissions: vec![draft.submit(&format!("{}-{number}", line.id))],
            expected: Expected::Accepted,
            label,
        };
        Planned {
            day: on,
            phase: 0,
            step,
            effects: vec![effect],
        }
    }
}
