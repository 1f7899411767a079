//! Who takes part in a project, and in which roles.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    events::v1::{self, CommitteeMemberKind, ParticipantRole, event_payload::Payload},
    views::Standing,
};

/// An organisation by its code, or an expert by his number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Who {
    Organisation(String),
    Expert(String),
}

/// Roles and the events that say so.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Part {
    roles: BTreeSet<i32>,
    positions: BTreeSet<u64>,
}

/// Collects participants.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct People {
    parts: BTreeMap<Who, Part>,
}

impl People {
    /// Takes in an event.
    pub fn take(&mut self, standing: &Standing, payload: &Payload) {
        use ParticipantRole as R;
        let mut add = |role: R, uscc: &str| {
            if !uscc.is_empty() {
                let part = self.parts.entry(Who::Organisation(uscc.to_owned()));
                let part = part.or_default();
                part.roles.insert(role.into());
                part.positions.extend(standing.positions());
            }
        };
        match payload {
            Payload::IntentionPublished(e) => add(R::Purchaser, &e.unit),
            Payload::IntentionExempted(e) => add(R::Purchaser, &e.unit),
            Payload::PlanFiled(e) => {
                add(R::Purchaser, &e.unit);
                add(R::Agency, &e.agency);
            }
            Payload::AgencyDelegated(e) => add(R::Agency, &e.agency),
            Payload::MethodChangeApproved(_) | Payload::MethodChangeRejected(_) => {
                add(R::Regulator, &standing.fact.event.actor_org);
            }
            Payload::BidsOpened(e) => {
                for bid in &e.bidders {
                    add(R::Bidder, &bid.supplier);
                }
            }
            Payload::EvaluationConcluded(e) => {
                for ranked in &e.ranking {
                    add(R::Bidder, &ranked.supplier);
                }
            }
            Payload::WinnerDetermined(e) => add(R::Winner, &e.supplier),
            Payload::AwardRecorded(e) => add(R::Winner, &e.supplier),
            Payload::AwardRevoked(e) => add(R::Winner, &e.next_candidate),
            Payload::ContractSigned(e) => {
                add(R::Purchaser, &e.buyer);
                add(R::Contractor, &e.supplier);
                for subcontract in &e.subcontracts {
                    add(R::Subcontractor, &subcontract.supplier);
                }
            }
            Payload::FinancingConsentGiven(e) => {
                for bank in &e.banks {
                    add(R::Bank, bank);
                }
            }
            Payload::FinancingApplied(e) => add(R::Bank, &e.bank),
            Payload::PayeeAccountLocked(e) => add(R::Bank, &e.bank),
            Payload::GuaranteeIssued(e) => add(R::Guarantor, &e.guarantor),
            Payload::CreditEnhancementAccepted(e) => add(R::Guarantor, &e.provider),
            Payload::ChallengeFiled(e) => add(R::Challenger, &e.supplier),
            Payload::ChallengeReceived(e) => add(R::Challenger, &e.supplier),
            Payload::ChallengeRefused(e) => add(R::Challenger, &e.supplier),
            Payload::ComplaintReceived(e) => {
                add(R::Challenger, &e.complainant);
                add(R::Regulator, &e.accepted_by);
            }
            Payload::CommitteeFormed(e) => {
                let members = e.members.iter();
                let experts = members.filter(|m| m.kind() == CommitteeMemberKind::Expert);
                self.experts(standing, experts.map(|member| member.member_no.as_str()));
            }
            Payload::SingleSourceArgued(e) => {
                self.experts(standing, e.expert_nos.iter().map(String::as_str));
            }
            _ => {}
        }
    }

    fn experts<'a>(&mut self, standing: &Standing, numbers: impl Iterator<Item = &'a str>) {
        for number in numbers {
            let part = self.parts.entry(Who::Expert(number.to_owned()));
            let part = part.or_default();
            part.roles.insert(ParticipantRole::Expert.into());
            part.positions.extend(standing.positions());
        }
    }

    /// The organisations that take part.
    pub fn organisations(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().filter_map(|who| match who {
            Who::Organisation(uscc) => Some(uscc.as_str()),
            Who::Expert(_) => None,
        })
    }

    /// As they are served, with the names of the registry.
    pub fn view(self, name_of: impl Fn(&str) -> String) -> Vec<v1::Participant> {
        let view = |(who, part): (Who, Part)| {
            let (uscc, member_no) = match who {
                Who::Organisation(uscc) => (uscc, String::new()),
                Who::Expert(number) => (String::new(), number),
            };
            v1::Participant {
                name: name_of(&uscc),
                uscc,
                member_no,
                roles: part.roles.into_iter().collect(),
                positions: part.positions.into_iter().collect(),
            }
        };
        self.parts.into_iter().map(view).collect()
    }
}
