//! The view of a budget line: the domain's state at its end, every movement on the way.

use std::collections::BTreeMap;

use super::{
    Timeline, acts, amended,
    figure::{Sum, bounded, total},
    project::{Folding as Project, lines::Held},
};
use crate::{
    domain::{
        budget_line::{self, BudgetLine, BudgetLineStatus},
        entity::EntityRef,
        holding,
        touched::touched_by,
        values::{StreamKind, StreamName},
    },
    events::v1::{self, EntityKind, event_payload::Payload},
};

/// A budget line's events, folded.
#[derive(Debug)]
pub struct Folding {
    entity: EntityRef,
    state: BudgetLine,
    approved: Sum,
    adjusted: Sum,
    frozen: Sum,
    carryover: Sum,
    held: BTreeMap<String, Held>,
    streams: BTreeMap<String, StreamName>,
    movements: Vec<v1::LineMovement>,
}

/// The money of a line at one moment: approved with adjustments, frozen, occupied, paid.
fn money_of(line: &BudgetLine) -> [i128; 4] {
    [
        i128::from(line.approved_fen) + line.adjusted_fen,
        line.frozen_fen,
        line.occupied_fen,
        line.paid_fen,
    ]
}

/// The entity of a budget line.
pub fn entity(partition: &str, budget_line_id: &str) -> EntityRef {
    EntityRef::new(EntityKind::BudgetLine, partition, budget_line_id, "")
}

impl Folding {
    /// Folds what touched the line.
    pub fn of(timeline: &Timeline<'_>, entity: EntityRef) -> Self {
        let mut folding = Self {
            entity,
            state: BudgetLine::default(),
            approved: Sum::default(),
            adjusted: Sum::default(),
            frozen: Sum::default(),
            carryover: Sum::default(),
            held: BTreeMap::new(),
            streams: BTreeMap::new(),
            movements: Vec::new(),
        };
        for standing in timeline.standing() {
            let Some(payload) = standing.payload() else {
                continue;
            };
            // A correction may have moved the money to another line.
            let touches = || touched_by(&standing.fact.stream, payload);
            if standing.corrected_by.is_some() && !touches().contains(&folding.entity) {
                continue;
            }
            folding.take(standing, payload);
        }
        folding
    }

    fn take(&mut self, standing: &super::Standing, payload: &Payload) {
        match payload {
            Payload::BudgetLineApproved(e) => self.approved = Sum::of(e.amount_fen, standing),
            Payload::BudgetLineAdjusted(e) => self.adjusted.add(e.delta_fen, standing),
            Payload::BudgetLineFrozen(e) => self.frozen.add(e.amount_fen, standing),
            Payload::BudgetLineUnfrozen(e) => {
                self.frozen.add(e.amount_fen.saturating_neg(), standing);
            }
            Payload::BudgetLineClosed(e) => self.carryover = Sum::of(e.carryover_fen, standing),
            _ => {}
        }
        let stream = &standing.fact.stream;
        let is_own = stream.kind == StreamKind::BudgetLine;
        for (line, change) in holding::changes(payload) {
            if line == self.entity.owner() {
                let held = self.held.entry(stream.id.clone()).or_default();
                held.apply(change, standing);
                self.streams.insert(stream.id.clone(), stream.clone());
            }
        }
        let before = money_of(&self.state);
        let (position, fact) = (standing.position, &standing.fact);
        budget_line::evolve(&mut self.state, &self.entity, position, fact);
        let after = money_of(&self.state);
        let moved = |at: usize| bounded(after[at] - before[at]);
        self.movements.push(v1::LineMovement {
            act: Some(acts::act(standing, payload)),
            project_id: if is_own {
                String::new()
            } else {
                stream.id.clone()
            },
            approved_fen: moved(0),
            frozen_fen: moved(1),
            occupied_fen: moved(2),
            paid_fen: moved(3),
            available_fen: bounded(self.state.available_fen()),
        });
    }

    /// The projects that hold money of the line.
    pub fn projects(&self) -> impl Iterator<Item = &StreamName> {
        let streams = self.streams.values();
        streams.filter(|stream| stream.kind == StreamKind::Project)
    }

    /// The view, with what the streams of the projects tell.
    pub fn view(
        self,
        timeline: &Timeline<'_>,
        projects: &BTreeMap<String, Project>,
    ) -> v1::BudgetLineView {
        let line = self.entity.owner();
        let (mut occupied, mut paid, mut contracted) =
            (Sum::default(), Sum::default(), Sum::default());
        let mut holdings = Vec::with_capacity(self.held.len());
        for (id, held) in &self.held {
            let (own, shared) = projects
                .get(id)
                .map(|project| contracted_of(project, line))
                .unwrap_or_default();
            occupied.plus(&held.occupied());
            paid.plus(&held.paid());
            contracted.plus(&own);
            holdings.push(v1::LineHolding {
                project_id: id.clone(),
                planned: held.planned().figure(),
                occupied: held.occupied().figure(),
                contracted: own.figure(),
                contracted_shared: shared.figure(),
                paid: held.paid().figure(),
            });
        }
        let mut available = total([&self.approved, &self.adjusted]);
        available.minus(&self.frozen);
        available.minus(&occupied);
        v1::BudgetLineView {
            partition: self.entity.partition().to_owned(),
            budget_line_id: line.to_owned(),
            unit: self.state.unit.clone(),
            fiscal_year: self.state.fiscal_year,
            category: self.state.category.clone(),
            closed: self.state.status == BudgetLineStatus::Closed,
            approved: self.approved.figure(),
            adjusted: self.adjusted.figure(),
            frozen: self.frozen.figure(),
            occupied: occupied.figure(),
            contracted: contracted.figure(),
            paid: paid.figure(),
            available: available.figure(),
            carryover: self.carryover.figure(),
            holdings,
            movements: self.movements,
            amended: amended::amended_of(timeline, &self.entity),
        }
    }
}

/// Contracts of a project as signed: of lots on this line alone, and of lots that it shares.
fn contracted_of(project: &Project, line: &str) -> (Sum, Sum) {
    let (mut own, mut shared) = (Sum::default(), Sum::default());
    for contract in project.contracts.found.values() {
        let Some(signed) = &contract.state.signed else {
            continue;
        };
        let lot = project.lots.found.get(&signed.lot_no);
        let parts = lot.map_or(&[][..], |lot| &lot.parts);
        let drawn: Vec<&str> = match parts {
            [] => project.line_ids().collect(),
            parts => parts.iter().map(|p| p.budget_line_id.as_str()).collect(),
        };
        let sum = contract.sums().contract;
        match drawn.as_slice() {
            [only] if *only == line => own.plus(&sum),
            several if several.len() > 1 && several.contains(&line) => shared.plus(&sum),
            _ => {}
        }
    }
    (own, shared)
}
