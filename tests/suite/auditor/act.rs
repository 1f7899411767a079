//! What sources say has happened, as they send it, and what it touches.

use std::collections::BTreeSet;

use bihuan::events::v1::{AcceptanceResult, Event};

use super::{books::Shares, performance::Performance, registry::Entry, tender::Tender};
use crate::facts::*;

/// Something that a source says has happened. Contracts are `CT-1` but where one is signed.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    Approve {
        line: String,
        fen: i64,
    },
    Adjust {
        line: String,
        fen: i64,
    },
    Freeze {
        line: String,
        fen: i64,
    },
    Unfreeze {
        line: String,
        fen: i64,
    },
    Close {
        line: String,
    },
    File {
        project: String,
        shares: Shares,
        fen: i64,
        lot_fen: i64,
    },
    Revise {
        project: String,
        line: String,
        fen: i64,
    },
    End {
        project: String,
        lines: Vec<String>,
        is_cancelled: bool,
    },
    Award {
        project: String,
        fen: i64,
    },
    Sign {
        project: String,
        contract: String,
        fen: i64,
        terms_fen: i64,
        to_winner: bool,
    },
    Supplement {
        project: String,
        no: String,
        line: String,
        fen: i64,
        share_fen: i64,
    },
    Change {
        project: String,
        no: String,
        fen: i64,
    },
    Deliver {
        project: String,
        no: String,
    },
    Conclude {
        project: String,
        id: String,
        result: AcceptanceResult,
        fen: i64,
    },
    Damages {
        project: String,
        no: String,
        fen: i64,
    },
    Request {
        project: String,
        id: String,
        term: String,
        shares: Shares,
        fen: i64,
        to_payee: bool,
    },
    Decide {
        project: String,
        id: String,
        is_accepted: bool,
    },
    Execute {
        project: String,
        id: String,
        shares: Shares,
    },
    Return {
        project: String,
        id: String,
        shares: Shares,
    },
    Terminate {
        project: String,
        fen: i64,
    },
    Complete {
        project: String,
    },
    Tender {
        project: String,
        act: Tender,
    },
    Perform {
        project: String,
        act: Performance,
    },
    Register(Entry),
}

fn borrowed(shares: &Shares) -> Vec<(&str, i64)> {
    shares
        .iter()
        .map(|(line, fen)| (line.as_str(), *fen))
        .collect()
}

impl Act {
    /// The act as its source sends it.
    pub fn event(&self) -> Event {
        match self {
            Self::Approve { line, fen } => line_approved(line, *fen),
            Self::Adjust { line, fen } => line_adjusted(line, "x", *fen),
            Self::Freeze { line, fen } => line_frozen(line, "x", *fen),
            Self::Unfreeze { line, fen } => line_unfrozen(line, "x", *fen),
            Self::Close { line } => line_closed(line),
            Self::File {
                project,
                shares,
                fen,
                lot_fen,
            } => {
                let is_shared = shares.len() > 1;
                change!(plan_on(project, &borrowed(shares)), PlanFiled, |plan| {
                    plan.amount_fen = *fen;
                    plan.lots[0].amount_fen = *lot_fen;
                    if !is_shared {
                        plan.lots[0].budget_parts.clear();
                    }
                })
            }
            Self::Revise { project, line, fen } => plan_revised(project, "x", line, *fen),
            Self::End {
                project,
                lines,
                is_cancelled,
            } => {
                let lines: Vec<_> = lines.iter().map(String::as_str).collect();
                match is_cancelled {
                    true => plan_cancelled(project, &lines),
                    false => plan_completed(project, &lines),
                }
            }
            Self::Award { project, fen } => award_recorded(project, *fen),
            Self::Sign {
                project,
                contract,
                fen,
                terms_fen,
                to_winner,
            } => {
                change!(contract_signed(project, *fen), ContractSigned, |c| {
                    c.contract_id.clone_from(contract);
                    c.terms[1].amount_fen += terms_fen - fen;
                    if !to_winner {
                        c.supplier = OTHER_SUPPLIER.into();
                    }
                })
            }
            Self::Supplement {
                project,
                no,
                line,
                fen,
                share_fen,
            } => {
                change!(supplement(project, no, line, *fen), SupplementSigned, |s| {
                    s.budget_parts[0].amount_fen = *share_fen;
                })
            }
            Self::Change { project, no, fen } => contract_changed(project, no, *fen),
            Self::Deliver { project, no } => delivered(project, no),
            Self::Conclude {
                project,
                id,
                result,
                fen,
            } => accepted(project, id, *result, *fen),
            Self::Damages { project, no, fen } => damages(project, no, *fen),
            Self::Request {
                project,
                id,
                term,
                shares,
                fen,
                to_payee,
            } => {
                change!(
                    requested(project, id, term, &borrowed(shares)),
                    PaymentRequested,
                    |r| {
                        r.amount_fen = *fen;
                        if !to_payee {
                            r.payee = OTHER_SUPPLIER.into();
                        }
                    }
                )
            }
            Self::Decide {
                project,
                id,
                is_accepted,
            } => match is_accepted {
                true => payment_accepted(project, id),
                false => payment_rejected(project, id),
            },
            Self::Execute {
                project,
                id,
                shares,
            } => executed(project, id, &borrowed(shares)),
            Self::Return {
                project,
                id,
                shares,
            } => returned(project, id, &borrowed(shares)),
            Self::Terminate { project, fen } => terminated(project, *fen),
            Self::Complete { project } => contract_completed(project),
            Self::Tender { project, act } => act.event(project),
            Self::Perform { project, act } => act.event(project),
            Self::Register(entry) => entry.event(),
        }
    }

    /// What a correction or void of the act must say that it touches: kind, owner, id.
    pub fn touches(&self) -> BTreeSet<(&'static str, String, String)> {
        let own = |kind, owner: &str, id: &str| (kind, owner.to_owned(), id.to_owned());
        let lines = |shares: &Shares| -> Vec<_> {
            shares.iter().map(|(line, _)| own("BL", line, "")).collect()
        };
        let touched = match self {
            Self::Approve { line, .. }
            | Self::Adjust { line, .. }
            | Self::Freeze { line, .. }
            | Self::Unfreeze { line, .. }
            | Self::Close { line } => vec![own("BL", line, "")],
            Self::File {
                project, shares, ..
            } => [
                lines(shares),
                vec![own("PJ", project, ""), own("LT", project, "01")],
            ]
            .concat(),
            Self::Award { project, .. } => vec![own("LT", project, "01")],
            Self::Supplement { project, line, .. } => vec![
                own("CT", project, CONTRACT),
                own("PJ", project, ""),
                own("BL", line, ""),
            ],
            Self::Conclude { project, id, .. } => {
                vec![own("AC", project, id), own("CT", project, CONTRACT)]
            }
            Self::Deliver { project, .. } | Self::Damages { project, .. } => {
                vec![own("CT", project, CONTRACT)]
            }
            Self::Request { project, id, .. } => vec![
                own("PY", project, id),
                own("CT", project, CONTRACT),
                own("PJ", project, ""),
            ],
            other => panic!("{other:?} is not amended in this workload"),
        };
        touched.into_iter().collect()
    }
}
