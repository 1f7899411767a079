//! The view of a project: nine stages from budget to credit, and everything around them.
//!
//! Two steps, since budget lines and names stand in other streams: [`Folding::of`] folds the
//! project's own events and says which lines and organisations it names; [`Folding::view`] is given
//! what their streams tell as of the same two moments.

mod gaps;
pub mod lines;
mod links;
pub mod lots;
mod people;
mod stages;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::stages::STAGES;
use self::{
    lines::{Approved, Lines},
    links::Links,
    lots::Lots,
    people::People,
    stages::Stages,
};
use super::{
    Standing, Timeline, amended,
    contract::{Contracts, Sums},
    figure::{Sum, total},
    matters::Matters,
};
use crate::{
    domain::entity::EntityRef,
    events::v1::{self, EntityKind, LoopStage, MatterKind, SpanKind, event_payload::Payload},
};

/// A project's own events, folded; later ones can be folded on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Folding {
    /// The stages.
    stages: Stages,
    /// The lots.
    pub lots: Lots,
    /// The contracts.
    pub contracts: Contracts,
    lines: Lines,
    people: People,
    links: Links,
    matters: Matters,
    name: String,
    unit: String,
    plan: Sum,
    plan_filed: Sum,
    event_count: u32,
    unknown_lines: Vec<String>,
    has_unknown_line: bool,
}

/// What other streams tell.
#[derive(Clone, Debug, Default)]
pub struct Others {
    /// What each budget line's own stream tells.
    pub lines: BTreeMap<String, Approved>,
    /// Names in the registry by code.
    pub names: BTreeMap<String, String>,
}

impl Folding {
    /// Folds what counts.
    pub fn of(timeline: &Timeline<'_>) -> Self {
        let mut folding = Self::default();
        folding.take(timeline.standing());
        folding
    }

    /// Takes in what counts after everything taken in so far, in order of position.
    pub fn take(&mut self, standing: &[Standing]) {
        for standing in standing {
            if let Some(payload) = standing.payload() {
                self.take_one(standing, payload);
            }
        }
    }

    fn take_one(&mut self, standing: &Standing, payload: &Payload) {
        self.event_count += 1;
        self.stages.take(standing, payload);
        self.lots.take(standing, payload);
        self.contracts.take(standing, payload);
        self.lines.take(standing, payload);
        self.people.take(standing, payload);
        self.links.take(standing, payload);
        self.matters.take(standing, payload);
        match payload {
            Payload::IntentionPublished(e) if self.name.is_empty() => {
                self.name.clone_from(&e.name);
                self.unit.clone_from(&e.unit);
            }
            Payload::PlanFiled(e) => {
                self.name.clone_from(&e.project_name);
                self.unit.clone_from(&e.unit);
                self.plan = Sum::of(e.amount_fen, standing);
                self.plan_filed = Sum::of(0, standing);
            }
            Payload::PlanRevised(e) => {
                self.plan = Sum::of(e.amount_fen, standing);
                self.plan.plus(&self.plan_filed);
            }
            _ => {}
        }
    }

    /// How many events count.
    pub fn event_count(&self) -> u32 {
        self.event_count
    }

    /// The budget lines that the project draws on.
    pub fn line_ids(&self) -> impl Iterator<Item = &str> {
        self.lines.held.keys().map(String::as_str)
    }

    /// The organisations that take part.
    pub fn organisations(&self) -> impl Iterator<Item = &str> {
        self.people.organisations()
    }

    /// The view, with what was corrected or voided.
    pub fn view(
        mut self,
        amended: Vec<v1::AmendedEvent>,
        name: (&str, &str),
        others: &Others,
    ) -> v1::ProjectView {
        let (partition, project_id) = name;
        self.contracts.finish();
        self.take_lines(others);
        let mut stages = self.stages.views(&self);
        gaps::fill(&self, project_id, &mut stages);
        let amounts = self.amounts(others);
        let spans = self.spans();
        let lines = self.lines.held.iter();
        let lines = lines.map(|(id, held)| lines::view(id, held, others.lines.get(id)));
        let mut view = v1::ProjectView {
            partition: partition.to_owned(),
            project_id: project_id.to_owned(),
            name: self.name,
            unit: self.unit,
            stages,
            amounts: Some(amounts),
            budget_lines: lines.collect(),
            lots: self.lots.found.values().map(lots::Lot::view).collect(),
            contracts: self
                .contracts
                .found
                .into_values()
                .map(super::contract::Folded::into_view)
                .collect(),
            participants: self
                .people
                .view(|uscc| others.names.get(uscc).cloned().unwrap_or_default()),
            links: self.links.into_links(),
            spans,
            amended,
            event_count: self.event_count,
            ..v1::ProjectView::default()
        };
        for matter in self.matters.into_matters() {
            list_of(&mut view, matter.kind()).push(matter);
        }
        view
    }

    /// A contract alone, with the matters about it.
    pub fn contract(
        mut self,
        timeline: &Timeline<'_>,
        entity: &EntityRef,
    ) -> Option<v1::GetContractResponse> {
        self.contracts.finish();
        let contract = self.contracts.found.remove(entity.id())?;
        let matters = self.matters.into_matters().into_iter();
        let about = matters.filter(|matter| matter.contract_id == entity.id());
        Some(v1::GetContractResponse {
            contract: Some(contract.into_view()),
            matters: about.collect(),
            amended: amended::amended_of(timeline, entity),
            ..v1::GetContractResponse::default()
        })
    }

    /// Takes in what the streams of the lines tell.
    fn take_lines(&mut self, others: &Others) {
        for line in self.lines.held.keys() {
            let acts = others.lines.get(line).map(|line| &line.acts[..]);
            if acts.is_none_or(<[_]>::is_empty) {
                self.unknown_lines.push(line.clone());
            }
            for standing in acts.unwrap_or_default() {
                if let Some(payload) = standing.payload() {
                    self.stages.take(standing, payload);
                }
            }
        }
        self.has_unknown_line = !self.unknown_lines.is_empty();
    }

    fn amounts(&self, others: &Others) -> v1::ProjectAmounts {
        let lots = self.lots.sums();
        let budget = total(others.lines.values().map(|line| &line.budget));
        let sums: Vec<Sums> = self
            .contracts
            .found
            .values()
            .map(super::contract::Folded::sums)
            .collect();
        let of = |sum: fn(&Sums) -> &Sum| total(sums.iter().map(sum)).figure();
        v1::ProjectAmounts {
            budget: budget.figure(),
            plan: self.plan.figure(),
            ceiling: lots.ceiling.figure(),
            award: lots.award.figure(),
            contract: of(|sums| &sums.contract),
            supplements: of(|sums| &sums.supplements),
            changes: of(|sums| &sums.changes),
            damages: of(|sums| &sums.damages),
            payable: of(|sums| &sums.payable),
            accepted: of(|sums| &sums.accepted),
            requested: of(|sums| &sums.requested),
            paid: of(|sums| &sums.paid),
            outstanding: of(|sums| &sums.outstanding),
            saved: lots.saved.figure(),
        }
    }

    fn spans(&self) -> Vec<v1::Span> {
        let span =
            |kind: SpanKind, from: (LoopStage, NaiveDate), to: (LoopStage, NaiveDate)| v1::Span {
                kind: kind.into(),
                from_stage: from.0.into(),
                to_stage: to.0.into(),
                from_on: from.1.to_string(),
                to_on: to.1.to_string(),
                days: (to.1 - from.1).num_days() as i32,
            };
        let covered: Vec<(LoopStage, NaiveDate, NaiveDate)> = STAGES
            .into_iter()
            .filter_map(|stage| {
                let of = self.stages.stage(stage);
                Some((stage, of.first_on?, of.last_on?))
            })
            .collect();
        let mut spans: Vec<v1::Span> = covered
            .windows(2)
            .map(|pair| {
                let (from, to) = ((pair[0].0, pair[0].1), (pair[1].0, pair[1].1));
                span(SpanKind::Stages, from, to)
            })
            .collect();
        let contracts = || self.contracts.found.values();
        let signed = contracts().filter_map(|c| c.state.signed.as_ref());
        let signed_on = signed.map(|signed| signed.signed_on).min();
        if let (Some(filed), Some(signed)) = (self.stages.early.filed_on, signed_on) {
            let (from, to) = ((LoopStage::Plan, filed), (LoopStage::Contract, signed));
            spans.push(span(SpanKind::PlanToContract, from, to));
        }
        let concluded = contracts().filter_map(|c| c.marks.concluded_on).max();
        let paid = contracts().filter_map(|c| c.marks.paid_on).max();
        if let (Some(concluded), Some(paid)) = (concluded, paid) {
            let (from, to) = (
                (LoopStage::Acceptance, concluded),
                (LoopStage::Payment, paid),
            );
            spans.push(span(SpanKind::AcceptanceToPayment, from, to));
        }
        let first = covered.iter().min_by_key(|(_, first, _)| *first);
        let last = covered.iter().max_by_key(|(_, _, last)| *last);
        if let (Some(first), Some(last)) = (first, last) {
            let (from, to) = ((first.0, first.1), (last.0, last.2));
            spans.push(span(SpanKind::Whole, from, to));
        }
        spans
    }
}

/// The list of a view that a kind of matter stands in.
fn list_of(view: &mut v1::ProjectView, kind: MatterKind) -> &mut Vec<v1::Matter> {
    use MatterKind as K;
    match kind {
        K::Inquiry | K::Challenge | K::Complaint => &mut view.disputes,
        K::Financing | K::FinancingConsent | K::Confirmation => &mut view.financing,
        K::Bond | K::Guarantee | K::CreditEnhancement => &mut view.securities,
        K::Approval | K::MethodChange | K::SingleSource | K::FairReview => &mut view.approvals,
        K::CreditEvaluation => &mut view.evaluations,
        _ => &mut view.records,
    }
}

/// The entity of a contract of a project or order.
pub fn contract_entity(partition: &str, owner: &str, contract_id: &str) -> EntityRef {
    EntityRef::new(EntityKind::Contract, partition, owner, contract_id)
}
