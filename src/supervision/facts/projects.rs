//! Projects and their budget lines: who takes part, which stages are covered, days between them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::{
    contracts::{self, Book},
    disputes, results,
    rows::{Act, Head, Rows, day, earlier, evidence, fen, flag, number, text},
    securities, terms,
};
use crate::{
    events::v1::{
        BudgetLineApproved, ContractState, EnterpriseSize, LoopStage, LotState, LotView,
        event_payload::Payload,
    },
    supervision::tables::{BUDGET_LINES, PROJECT_LINES, PROJECTS},
    views::{
        Standing,
        acts::stage_of,
        contract::{Contracts, Folded},
        project::lots::{Lot, Lots},
    },
};

/// A budget line.
pub(super) fn budget_line(rows: &mut Rows<'_, '_>) {
    let mut approved: Option<(NaiveDate, &BudgetLineApproved)> = None;
    let (mut amount_fen, mut raised_on, mut acts) = (0_i128, None, Vec::new());
    for (act, payload) in rows.acts() {
        match payload {
            Payload::BudgetLineApproved(e) => {
                amount_fen += i128::from(e.amount_fen);
                approved = Some((act.on(), e));
                acts.push(act);
            }
            Payload::BudgetLineAdjusted(e) => {
                amount_fen += i128::from(e.delta_fen);
                if e.delta_fen > 0 {
                    earlier(&mut raised_on, act.on());
                    acts.push(act);
                }
            }
            _ => {}
        }
    }
    let (approved_on, of) = approved.unzip();
    let head = Head {
        unit: of.map_or("", |of| &of.unit),
        day: approved_on,
        ..Head::default()
    };
    let subject = rows.subject("budget-line", "");
    let rest = [
        number(of.map_or(0, |of| of.fiscal_year)),
        fen(amount_fen),
        flag(approved_on.is_some()),
        text(of.map_or("", |of| &of.project_code)),
        number(of.map_or(0, |of| of.sme_reserved_fen)),
        number(of.map_or(0, |of| of.small_micro_reserved_fen)),
        day(raised_on),
        evidence(acts),
    ];
    rows.add(&BUDGET_LINES, &head, subject, rest);
}

/// What a project's own events tell, folded once.
#[derive(Default)]
pub(super) struct Project<'a> {
    /// What counts, in order of position.
    pub(super) acts: Vec<Act<'a>>,
    /// The unit that buys.
    pub(super) unit: &'a str,
    /// The agency that acts for it.
    pub(super) agency: &'a str,
    /// The day of the plan.
    pub(super) filed_on: Option<NaiveDate>,
    /// The lots.
    pub(super) lots: Vec<LotView>,
    /// The contracts.
    pub(super) contracts: Contracts,
    method: i32,
    plan_fen: i64,
    lines: BTreeMap<&'a str, i128>,
    delegated: &'a str,
    first_on: Option<NaiveDate>,
    approvals: BTreeSet<&'a str>,
    published: HashMap<&'a str, NaiveDate>,
    stages: BTreeSet<LoopStage>,
    linked: BTreeSet<LoopStage>,
    sizes: HashMap<&'a str, EnterpriseSize>,
    financed_fen: HashMap<&'a str, i128>,
    is_evaluated_whole: bool,
}

/// A project.
pub(super) fn project(rows: &mut Rows<'_, '_>) {
    let project = Project::of(rows.acts());
    project.add_to(rows);
    results::results(rows, &project);
    disputes::disputes(rows, &project);
    securities::securities(rows, &project);
    let awarded = project.lots.iter().map(|lot| {
        let on = lot.awarded_on.parse::<NaiveDate>().ok();
        (lot.lot_no.as_str(), on)
    });
    let book = Book {
        contracts: &project.contracts,
        sizes: &project.sizes,
        agency: project.agency,
        is_order: false,
        financed_fen: &project.financed_fen,
        awarded: &awarded.collect(),
    };
    contracts::contracts(rows, &book);
    terms::terms(rows, &book);
}

impl<'a> Project<'a> {
    fn of(acts: impl Iterator<Item = Act<'a>>) -> Self {
        let mut project = Self::default();
        let mut lots = Lots::default();
        for (act, payload) in acts {
            project.acts.push((act, payload));
            lots.take(act, payload);
            project.contracts.take(act, payload);
            project.take(act, payload);
        }
        project.lots = lots.found.values().map(Lot::view).collect();
        project.contracts.finish();
        if project.agency.is_empty() {
            project.agency = project.delegated;
        }
        project
    }

    fn take(&mut self, act: &Standing, payload: &'a Payload) {
        earlier(&mut self.first_on, act.on());
        self.stages.extend(stage_of(payload));
        match payload {
            Payload::IntentionPublished(e) => {
                self.published.insert(&e.intention_id, act.on());
                if self.unit.is_empty() {
                    self.unit = &e.unit;
                }
            }
            Payload::IntentionWithdrawn(e) => {
                self.published.remove(e.intention_id.as_str());
            }
            Payload::IntentionExempted(e) if self.unit.is_empty() => self.unit = &e.unit,
            Payload::PlanFiled(e) => {
                self.unit = &e.unit;
                self.agency = &e.agency;
                self.filed_on = Some(act.on());
                self.method = e.method;
                self.plan_fen = e.amount_fen;
                self.lines.clear();
                for part in &e.budget_parts {
                    let line = self.lines.entry(&part.budget_line_id).or_default();
                    *line += i128::from(part.amount_fen);
                }
            }
            Payload::PlanRevised(e) => {
                self.plan_fen = e.amount_fen;
                self.lines.clear();
                for part in &e.budget_parts {
                    let line = self.lines.entry(&part.budget_line_id).or_default();
                    *line += i128::from(part.amount_fen);
                }
            }
            Payload::AgencyDelegated(e) => self.delegated = &e.agency,
            Payload::ContractSigned(e) => {
                self.sizes.insert(&e.contract_id, e.supplier_size());
                if self.unit.is_empty() {
                    self.unit = &e.buyer;
                }
            }
            Payload::ApprovalRequested(e) => {
                self.approvals.insert(&e.approval_id);
            }
            Payload::FinancingDisbursed(e) => {
                let sum = self.financed_fen.entry(&e.contract_id).or_default();
                *sum += i128::from(e.amount_fen);
            }
            Payload::CreditEvaluated(e) => self.is_evaluated_whole |= e.contract_id.is_empty(),
            Payload::StageLinked(e) => self.linked.extend([e.from_stage(), e.to_stage()]),
            _ => {}
        }
    }

    /// The head of a row about the project as a whole.
    pub(super) fn head(&self, day: Option<NaiveDate>) -> Head<'a> {
        Head {
            unit: self.unit,
            agency: self.agency,
            day,
            ..Head::default()
        }
    }

    fn signed(&self) -> impl Iterator<Item = &Folded> {
        let contracts = self.contracts.found.values();
        contracts.filter(|contract| contract.is_signed())
    }

    /// The contracts that stages are asked of: terminated ones only where there are no others.
    fn asked(&self) -> Vec<&Folded> {
        let is_alive = |of: &&Folded| of.contract_state() != ContractState::Terminated;
        let alive: Vec<&Folded> = self.signed().filter(is_alive).collect();
        match alive.is_empty() {
            true => self.signed().collect(),
            false => alive,
        }
    }

    /// Whether a stage of contracts is covered: by all of them, or by a link.
    fn covers(&self, stage: LoopStage, is_covered: impl Fn(&Folded) -> bool) -> bool {
        let asked = self.asked();
        let by_all = !asked.is_empty() && asked.into_iter().all(is_covered);
        by_all || self.linked.contains(&stage)
    }

    /// The day on which the last contract ended, once all have and no lot is open.
    fn completed_on(&self) -> Option<NaiveDate> {
        let is_over = |lot: &LotView| {
            use LotState::{Contracted, Failed, Terminated};
            matches!(lot.state(), Contracted | Failed | Terminated) && !lot.retry_pending
        };
        if !self.lots.iter().all(is_over) {
            return None;
        }
        let ends: Option<Vec<NaiveDate>> = self.signed().map(contracts::ended_on).collect();
        ends?.into_iter().max()
    }

    fn add_to(&self, rows: &mut Rows<'_, '_>) {
        let stage = |stage| self.stages.contains(&stage) || self.linked.contains(&stage);
        let awarded = self.lots.iter().filter(|lot| lot.award.is_some());
        let awarded_on = awarded.filter_map(|lot| lot.awarded_on.parse().ok()).min();
        let signed = self.signed().filter_map(|of| of.state.signed.as_ref());
        let signed_on = signed.map(|signed| signed.signed_on).min();
        let has_intention = !self.published.is_empty()
            || self.linked.contains(&LoopStage::Intention)
            || self
                .acts
                .iter()
                .any(|(_, payload)| matches!(payload, Payload::IntentionExempted(_)));
        let is_paid = self.covers(LoopStage::Payment, |of| of.marks.paid_on.is_some());
        let is_signed = signed_on.is_some() || self.linked.contains(&LoopStage::Contract);
        let is_accepted = self.covers(LoopStage::Acceptance, |of| of.marks.concluded_on.is_some());
        let is_evaluated =
            self.is_evaluated_whole || self.covers(LoopStage::Credit, |of| of.marks.is_evaluated);
        let has_plan = self.filed_on.is_some() || self.linked.contains(&LoopStage::Plan);
        let head = self.head(self.filed_on.or(self.first_on));
        let subject = rows.subject("project", "");
        let rest = [
            number(self.method),
            number(self.plan_fen),
            day(self.published.values().min().copied()),
            day(self.filed_on),
            day(awarded_on),
            day(signed_on),
            day(self.completed_on()),
            number(self.approvals.len() as i64),
            number(self.signed().count() as i64),
            flag(self.linked.contains(&LoopStage::Budget)),
            flag(has_intention),
            flag(has_plan),
            flag(stage(LoopStage::Execution)),
            flag(is_signed && is_paid),
            flag(is_accepted),
            flag(is_evaluated),
        ];
        rows.add(&PROJECTS, &head, subject, rest);
        for (line, amount_fen) in &self.lines {
            let partition = &rows.sight.stream.partition;
            let subject = format!("budget-line/{partition}/{line}");
            rows.add(&PROJECT_LINES, &head, subject, [fen(*amount_fen)]);
        }
    }
}
