//! What an act leaves in the books.

use std::collections::{BTreeMap, BTreeSet};

use bihuan::events::v1::AcceptanceResult;

use super::{
    act::Act,
    books::{
        Books, Claim, Contract, Hold, Line, Paying, Payment, Plan, Project, Shares, Stage, by_line,
    },
    performance::Accepting,
    tender::{Lot, LotStage},
};
use crate::facts::*;

impl Books {
    /// Enters an act. Acts whose objects do not allow them are never entered.
    pub fn enter(&mut self, act: &Act) {
        match act {
            Act::Approve { line, fen } => {
                self.lines.entry(line.clone()).or_default().approved = *fen;
            }
            Act::Adjust { line, fen } => self.line(line).adjusted += fen,
            Act::Freeze { line, fen } => self.line(line).frozen += fen,
            Act::Unfreeze { line, fen } => self.line(line).frozen -= fen,
            Act::Close { line } => self.line(line).is_closed = true,
            Act::File {
                project,
                shares,
                fen,
                lot_fen,
            } => self.file(project, shares, *fen, *lot_fen),
            Act::Revise { project, line, fen } => {
                self.hold(project, line, |hold| hold.planned = *fen);
                let project = self.project(project);
                project.fen = *fen;
                project.lot_fen = *fen;
                project.lot_shares = BTreeMap::from([(line.clone(), *fen)]);
            }
            Act::End { project, lines, .. } => {
                for line in lines {
                    self.hold(project, line, Hold::end);
                }
                let project = self.project(project);
                project.plan = Plan::Ended;
                project.ended = Some(lines.iter().cloned().collect());
            }
            Act::Award { project, fen } => {
                let project = self.project(project);
                project.award = Some(*fen);
                project.lot.winner = Some(SUPPLIER);
                project.lot.stage = LotStage::Awarded;
            }
            Act::Tender { project, act } => act.enter(self, project),
            Act::Perform { project, act } => act.enter(self, project),
            Act::Register(entry) => self.registry.enter(entry),
            Act::Sign {
                project,
                contract,
                fen,
                terms_fen,
                to_winner,
            } => {
                let project = self.project(project);
                project.contracted += fen;
                project.lot.stage = LotStage::Contracted;
                let supplier = if *to_winner { SUPPLIER } else { OTHER_SUPPLIER };
                let signed = signed(*fen, *terms_fen, supplier);
                project.contracts.insert(contract.clone(), signed);
            }
            Act::Supplement {
                project,
                no,
                line,
                fen,
                share_fen,
            } => {
                self.hold(project, line, |hold| hold.added += share_fen);
                self.contract(project).supplements.insert(no.clone(), *fen);
            }
            Act::Change { project, no, fen } => {
                self.contract(project).changes.insert(no.clone(), *fen);
            }
            Act::Damages { project, no, fen } => {
                self.contract(project).damages.insert(no.clone(), *fen);
            }
            Act::Deliver { project, no } => {
                let contract = self.contract(project);
                contract.deliveries.insert(no.clone());
                if contract.stage == Stage::Signed {
                    contract.stage = Stage::Performing;
                }
            }
            Act::Conclude {
                project,
                id,
                result,
                fen,
            } => {
                self.project(project)
                    .acceptances
                    .insert(id.clone(), Accepting::Concluded(*result, *fen));
                let contract = self.contract(project);
                contract.accepted.insert(id.clone(), (*result, *fen));
                match result {
                    AcceptanceResult::Failed => contract.stage = Stage::Rectifying,
                    AcceptanceResult::Passed => contract.stage = Stage::Accepted,
                    _ => {}
                }
                if *result != AcceptanceResult::Failed {
                    contract.damages_when_accepted = contract.damaged();
                }
            }
            Act::Terminate { project, fen } => {
                let contract = self.contract(project);
                contract.stage = Stage::Terminated;
                contract.settled = Some(*fen);
            }
            Act::Complete { project } => self.contract(project).stage = Stage::Completed,
            _ => self.pay(act),
        }
    }

    fn pay(&mut self, act: &Act) {
        match act {
            Act::Request {
                project,
                id,
                term,
                shares,
                fen,
                ..
            } => {
                for (line, share) in shares {
                    self.project_hold(project, line, |hold| hold.requested += share);
                }
                let contract = self.contract(project);
                let claim = Claim {
                    term: term.clone(),
                    fen: *fen,
                    is_live: true,
                    is_paid: false,
                    is_settlement: contract.stage == Stage::Terminated,
                };
                contract.claims.insert(id.clone(), claim);
                let payment = Payment {
                    stage: Paying::Requested,
                    fen: *fen,
                    shares: by_line(shares),
                    executed: None,
                    returned: None,
                };
                self.project(project).payments.insert(id.clone(), payment);
            }
            Act::Decide {
                project,
                id,
                is_accepted,
            } => {
                if *is_accepted {
                    self.payment(project, id).stage = Paying::Accepted;
                } else {
                    self.payment(project, id).stage = Paying::Rejected;
                    self.unrequest(project, id);
                    self.claim(project, id, |claim| claim.is_live = false);
                }
            }
            Act::Execute {
                project,
                id,
                shares,
            } => {
                self.unrequest(project, id);
                for (line, share) in shares {
                    self.hold(project, line, |hold| hold.paid += share);
                }
                self.claim(project, id, |claim| claim.is_paid = true);
                let payment = self.payment(project, id);
                payment.stage = Paying::Executed;
                payment.executed = Some(by_line(shares));
            }
            Act::Return {
                project,
                id,
                shares,
            } => {
                for (line, share) in shares {
                    self.hold(project, line, |hold| hold.paid -= share);
                }
                self.claim(project, id, |claim| claim.is_live = false);
                let payment = self.payment(project, id);
                payment.stage = Paying::Returned;
                payment.returned = Some(by_line(shares));
                let contract = self.contract(project);
                if contract.stage == Stage::Completed {
                    contract.stage = Stage::Accepted;
                }
            }
            other => panic!("{other:?} is no payment"),
        }
    }

    fn file(&mut self, name: &str, shares: &Shares, fen: i64, lot_fen: i64) {
        let lot_shares = match shares.as_slice() {
            [(line, _)] => BTreeMap::from([(line.clone(), lot_fen)]),
            _ => by_line(shares),
        };
        let project = Project {
            plan: Plan::Filed,
            holds: BTreeMap::new(),
            fen,
            lot_fen,
            lot_shares,
            lot: Lot::default(),
            award: None,
            contracted: 0,
            ended: None,
            contracts: BTreeMap::new(),
            payments: BTreeMap::new(),
            acceptances: BTreeMap::new(),
        };
        self.projects.insert(name.to_owned(), project);
        for (line, fen) in shares {
            self.hold(name, line, |hold| hold.planned = *fen);
        }
    }

    /// Gives shares of lines back.
    pub fn release(&mut self, project: &str, shares: &Shares) {
        for (line, fen) in shares {
            self.hold(project, line, |hold| hold.released += fen);
        }
    }

    fn unrequest(&mut self, project: &str, id: &str) {
        for (line, fen) in self.payment(project, id).shares.clone() {
            self.project_hold(project, &line, |hold| hold.requested -= fen);
        }
    }

    fn line(&mut self, line: &str) -> &mut Line {
        self.lines.get_mut(line).expect("a known line")
    }

    fn project(&mut self, project: &str) -> &mut Project {
        self.projects.get_mut(project).expect("a known project")
    }

    fn contract(&mut self, project: &str) -> &mut Contract {
        let contracts = &mut self.project(project).contracts;
        contracts.get_mut(CONTRACT).expect("a signed contract")
    }

    fn payment(&mut self, project: &str, id: &str) -> &mut Payment {
        self.project(project)
            .payments
            .get_mut(id)
            .expect("a requested payment")
    }

    fn claim(&mut self, project: &str, id: &str, change: impl Fn(&mut Claim)) {
        change(self.contract(project).claims.get_mut(id).expect("a claim"));
    }

    /// Changes what a project holds of a line, in the books of both.
    fn hold(&mut self, project: &str, line: &str, change: impl Fn(&mut Hold)) {
        change(self.line(line).holds.entry(project.to_owned()).or_default());
        self.project_hold(project, line, change);
    }

    fn project_hold(&mut self, project: &str, line: &str, change: impl Fn(&mut Hold)) {
        change(
            self.project(project)
                .holds
                .entry(line.to_owned())
                .or_default(),
        );
    }
}

fn signed(fen: i64, terms_fen: i64, supplier: &'static str) -> Contract {
    Contract {
        stage: Stage::Signed,
        supplier,
        is_started: false,
        papers: BTreeSet::new(),
        fen,
        terms_fen,
        advance_fen: fen / 2,
        supplements: BTreeMap::new(),
        changes: BTreeMap::new(),
        damages: BTreeMap::new(),
        deliveries: BTreeSet::new(),
        damages_when_accepted: 0,
        settled: None,
        accepted: BTreeMap::new(),
        claims: BTreeMap::new(),
    }
}
