//! A project: its plan, lots and contracts.

use chrono::NaiveDate;

use super::{
    acts,
    contracts::{self, Contracts},
    lot_rows,
    lots::Lots,
    purchases,
};
use crate::{
    domain::payload::day,
    events::v1::{CommitteeMemberKind, PlanFiled, event_payload::Payload},
    supervision::sight::{Row, Sight},
    views::Standing,
};

/// What all lots and contracts of a project have in common.
#[derive(Default)]
pub(super) struct Project<'a> {
    /// The plan, and the act that filed it.
    pub plan: Option<(&'a Standing, &'a PlanFiled)>,
    /// Its amount as last stated.
    pub plan_fen: i64,
    /// It was given up.
    pub is_cancelled: bool,
    /// Another method than open tender was approved.
    pub is_approved: bool,
    /// The agency that was commissioned last.
    pub agency: &'a str,
    /// Persons who wrote the requirement or chose for the unit.
    pub buyers: Vec<&'a str>,
    /// The acts that name them.
    pub buyers_at: Vec<u64>,
}

impl<'a> Project<'a> {
    fn take(&mut self, act: &'a Standing, payload: &'a Payload) {
        match payload {
            Payload::PlanFiled(plan) => {
                self.plan = Some((act, plan));
                self.plan_fen = plan.amount_fen;
                if self.agency.is_empty() {
                    self.agency = &plan.agency;
                }
            }
            Payload::PlanRevised(plan) => self.plan_fen = plan.amount_fen,
            Payload::PlanCancelled(_) => self.is_cancelled = true,
            Payload::MethodChangeApproved(_) => self.is_approved = true,
            Payload::AgencyDelegated(delegation) => self.agency = &delegation.agency,
            Payload::RequirementDefined(defined) => {
                let authors = defined.author_nos.iter().map(String::as_str);
                self.buys(act, authors);
            }
            Payload::CommitteeFormed(committee) => {
                let members = committee.members.iter();
                let members =
                    members.filter(|member| member.kind() == CommitteeMemberKind::Purchaser);
                self.buys(act, members.map(|member| member.member_no.as_str()));
            }
            _ => {}
        }
    }

    fn buys(&mut self, act: &Standing, persons: impl Iterator<Item = &'a str>) {
        let before = self.buyers.len();
        self.buyers.extend(persons);
        if self.buyers.len() > before {
            self.buyers_at.extend(act.positions());
        }
    }

    /// The unit that plans.
    pub fn unit(&self) -> &'a str {
        self.plan.map_or("", |(_, plan)| plan.unit.as_str())
    }

    /// What is bought.
    pub fn category(&self) -> &'a str {
        self.plan.map_or("", |(_, plan)| plan.category.as_str())
    }

    /// The day of filing.
    pub fn filed_on(&self) -> Option<NaiveDate> {
        self.plan.and_then(|(_, plan)| day(&plan.filed_on))
    }
}

/// The rows of a project.
pub(super) fn rows(sight: &Sight<'_>) -> Vec<Row> {
    let (mut project, mut lots, mut contracts) =
        (Project::default(), Lots::default(), Contracts::default());
    for (act, payload) in acts(sight) {
        project.take(act, payload);
        lots.take(act, payload);
        contracts.take(act, payload);
    }
    let mut rows = Vec::new();
    purchases::planned(sight, &project, &mut rows);
    contracts::write(sight, &project, &lots, &contracts, &mut rows);
    lot_rows::write(sight, &project, &lots, &mut rows);
    rows
}
