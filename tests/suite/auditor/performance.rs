//! What happens under a contract besides money, as the auditor keeps it.

use bihuan::events::v1::{self, AcceptanceResult, Event};

use super::books::{Books, Code, Contract, E001, E002, E003, Project, Stage};
use crate::facts::*;

/// Papers, beginnings, interruptions and the way to an acceptance.
#[derive(Clone, Debug, PartialEq)]
pub enum Performance {
    File { no: String },
    Start,
    Invoice { no: String },
    Settle { no: String, term: String },
    Suspend,
    Resume,
    Rectify,
    Ask { id: String },
    Form { id: String },
    Upload { id: String },
}

/// Where an acceptance stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Accepting {
    Requested,
    InProgress,
    Concluded(AcceptanceResult, i64),
}

impl Accepting {
    /// Whether it may be concluded: it did not pass yet, whole or in part.
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::Concluded(result, _) if *result != AcceptanceResult::Failed)
    }
}

impl Performance {
    /// The act as its source sends it.
    pub fn event(&self, project: &str) -> Event {
        let id = || CONTRACT.to_owned();
        match self {
            Self::File { no } => act(
                project,
                no,
                "2023-03-12",
                v1::ContractFiled {
                    contract_id: id(),
                    filing_no: no.clone(),
                    filed_on: "2023-03-12".into(),
                },
            ),
            Self::Start => act(
                project,
                "started",
                "2023-03-15",
                v1::PerformanceStarted {
                    contract_id: id(),
                    started_on: "2023-03-15".into(),
                },
            ),
            Self::Invoice { no } => act(
                project,
                no,
                "2023-04-12",
                v1::InvoiceReceived {
                    contract_id: id(),
                    invoice_no: no.clone(),
                    amount_fen: 1,
                    received_on: "2023-04-12".into(),
                },
            ),
            Self::Settle { no, term } => settled(project, no, term, 1),
            Self::Suspend => act(
                project,
                "suspended",
                "2023-03-25",
                v1::ContractSuspended {
                    contract_id: id(),
                    reason: "质疑处理".into(),
                    on: "2023-03-25".into(),
                },
            ),
            Self::Resume => act(
                project,
                "resumed",
                "2023-03-26",
                v1::ContractResumed {
                    contract_id: id(),
                    on: "2023-03-26".into(),
                },
            ),
            Self::Rectify => act(
                project,
                "rectified",
                "2023-04-18",
                v1::RectificationCompleted {
                    contract_id: id(),
                    on: "2023-04-18".into(),
                },
            ),
            Self::Ask { id: no } => act(
                project,
                no,
                "2023-04-11",
                v1::AcceptanceRequested {
                    acceptance_id: no.clone(),
                    contract_id: id(),
                    requested_on: "2023-04-11".into(),
                },
            ),
            Self::Form { id: no } => act(
                project,
                no,
                "2023-04-12",
                v1::AcceptanceTeamFormed {
                    acceptance_id: no.clone(),
                    contract_id: id(),
                    members: vec![v1::AcceptanceMember {
                        member_no: "M-9".into(),
                        role: "组长".into(),
                    }],
                    formed_on: "2023-04-12".into(),
                    ..v1::AcceptanceTeamFormed::default()
                },
            ),
            Self::Upload { id: no } => uploaded(project, no),
        }
    }

    /// Codes of what can be said before it happens.
    pub fn steps(&self, known: Option<&Project>) -> Vec<Code> {
        let contract = known.and_then(|project| project.contracts.get(CONTRACT));
        let acceptance = |id: &String| known.and_then(|project| project.acceptances.get(id));
        let is_broken = match self {
            Self::Settle { term, .. } => {
                let is_unknown = ![TERM_ADVANCE, TERM_FINAL].contains(&term.as_str());
                (contract.is_some() && is_unknown).then_some(E001)
            }
            // A second attempt is not asked for before the first one failed.
            Self::Ask { id } | Self::Form { id } => {
                let is_concluded = matches!(acceptance(id), Some(Accepting::Concluded(..)));
                is_concluded.then_some(E003)
            }
            _ => None,
        };
        is_broken.into_iter().collect()
    }

    /// Whether the contract and the acceptance allow it.
    pub fn transition(&self, known: Option<&Project>) -> Vec<Code> {
        use Stage::{Accepted, Completed, Performing, Rectifying, Signed, Terminated};
        let mut codes = Vec::new();
        let Some((project, contract)) = contract_of(known) else {
            return vec![E001];
        };
        let is_held = matches!(contract.stage, Stage::Suspended { .. });
        let is_in = |stages: &[Stage]| stages.contains(&contract.stage);
        let allows = match self {
            Self::File { no } | Self::Invoice { no } => !contract.papers.contains(no),
            Self::Upload { .. } => true,
            Self::Start => is_in(&[Signed, Performing]) && !contract.is_started,
            Self::Settle { no, .. } => {
                let is_due = is_held || is_in(&[Signed, Performing, Rectifying, Accepted]);
                is_due && !contract.papers.contains(no)
            }
            Self::Suspend => is_in(&[Signed, Performing]),
            Self::Resume => is_held,
            Self::Rectify => is_in(&[Rectifying]),
            Self::Ask { .. } | Self::Form { .. } => {
                !is_held && !is_in(&[Rectifying, Completed, Terminated])
            }
        };
        if !allows {
            codes.push(E002);
        }
        let is_out_of_order = match self {
            Self::Ask { id } => match project.acceptances.get(id) {
                None => false,
                Some(Accepting::Concluded(result, _)) => *result != AcceptanceResult::Failed,
                Some(_) => true,
            },
            Self::Form { id } => match project.acceptances.get(id) {
                None | Some(Accepting::Requested) => false,
                Some(Accepting::Concluded(result, _)) => *result != AcceptanceResult::Failed,
                Some(Accepting::InProgress) => true,
            },
            Self::Upload { id } => match project.acceptances.get(id) {
                None => {
                    codes.push(E001);
                    false
                }
                Some(acceptance) => !matches!(acceptance, Accepting::Concluded(..)),
            },
            _ => false,
        };
        if is_out_of_order {
            codes.push(E002);
        }
        codes
    }

    /// Enters it.
    pub fn enter(&self, books: &mut Books, name: &str) {
        let project = books.projects.get_mut(name).expect("a known project");
        let contract = project.contracts.get_mut(CONTRACT).expect("a contract");
        match self {
            Self::File { no } | Self::Invoice { no } | Self::Settle { no, .. } => {
                contract.papers.insert(no.clone());
            }
            Self::Start => {
                contract.is_started = true;
                contract.stage = Stage::Performing;
            }
            Self::Suspend => {
                let is_performing = contract.stage == Stage::Performing;
                contract.stage = Stage::Suspended { is_performing };
            }
            Self::Resume => {
                contract.stage = match contract.stage {
                    Stage::Suspended {
                        is_performing: true,
                    } => Stage::Performing,
                    _ => Stage::Signed,
                };
            }
            Self::Rectify => contract.stage = Stage::Performing,
            Self::Ask { id } => {
                project.acceptances.insert(id.clone(), Accepting::Requested);
            }
            Self::Form { id } => {
                project
                    .acceptances
                    .insert(id.clone(), Accepting::InProgress);
            }
            Self::Upload { .. } => {}
        }
    }
}

fn contract_of(known: Option<&Project>) -> Option<(&Project, &Contract)> {
    let project = known?;
    Some((project, project.contracts.get(CONTRACT)?))
}

fn uploaded(project: &str, id: &str) -> Event {
    let at = Some(instant("2023-04-16", 9));
    let payload = v1::AcceptanceMaterialUploaded {
        acceptance_id: id.to_owned(),
        contract_id: CONTRACT.to_owned(),
        platform: "HY_SUPERVISION".into(),
        uploaded_at: at,
        receipt_no: "RC-1".into(),
        files: vec![v1::UploadedFile {
            name: "验收书.pdf".into(),
            hash: "0".repeat(64),
        }],
    };
    Event {
        occurred_at: at,
        ..act(project, id, "2023-04-16", payload)
    }
}
