//! What may happen when: the codes of what speaks against an act before it is entered.

use std::collections::BTreeMap;

use bihuan::events::v1::AcceptanceResult;

use super::{
    act::Act,
    books::{
        Books, Code, Contract, E001, E002, E003, E011, E017, E024, OWING, Paying, Plan, SUSPENDED,
        Stage,
    },
    tender::LotStage,
};
use crate::facts::*;

impl Books {
    /// Codes of what can be said of an act before it happens, but for whether its objects allow it.
    pub fn steps(&self, act: &Act) -> Vec<Code> {
        let mut broken = Vec::new();
        let mut when = |is_broken: bool, code| {
            if is_broken {
                broken.push(code);
            }
        };
        let known = |line: &String| self.lines.contains_key(line);
        match act {
            Act::File {
                shares,
                fen,
                lot_fen,
                ..
            } => {
                let sum: i64 = shares.iter().map(|share| share.1).sum();
                when(!shares.iter().all(|(line, _)| known(line)), E001);
                when(lot_fen != fen, E011);
                when(sum != *fen || (shares.len() > 1 && sum != *lot_fen), E024);
            }
            Act::Revise { project, line, .. } => {
                when(!known(line), E001);
                if let Some(project) = self.projects.get(project) {
                    let left_out = project
                        .holds
                        .iter()
                        .any(|(l, h)| h.planned != 0 && l != line);
                    when(left_out, E024);
                }
            }
            Act::Award { project, .. } => {
                let project = self.projects.get(project);
                when(project.is_some_and(|p| p.plan != Plan::Filed), E002);
            }
            Act::Sign {
                project, to_winner, ..
            } => {
                let project = self.projects.get(project);
                let given = if *to_winner { SUPPLIER } else { OTHER_SUPPLIER };
                let winner = project.and_then(|p| p.lot.winner);
                when(winner != Some(given), E001);
                when(project.is_some_and(|p| p.plan != Plan::Filed), E002);
            }
            Act::Supplement {
                line,
                fen,
                share_fen,
                ..
            } => {
                when(!known(line), E001);
                when(fen != share_fen, E024);
            }
            Act::Request {
                project,
                id,
                term,
                to_payee,
                ..
            } => {
                let project = self.projects.get(project);
                let is_signed = project.is_some_and(|p| p.contracts.contains_key(CONTRACT));
                when(
                    is_signed && ![TERM_ADVANCE, TERM_FINAL].contains(&term.as_str()),
                    E001,
                );
                let given = if *to_payee { SUPPLIER } else { OTHER_SUPPLIER };
                let contract = project.and_then(|p| p.contracts.get(CONTRACT));
                when(contract.is_some_and(|c| c.supplier != given), E017);
                // Asked for again on the first day of asking, before the day of the return.
                let before = project.and_then(|p| p.payments.get(id));
                when(before.is_some_and(|p| p.stage == Paying::Returned), E003);
            }
            Act::Decide { project, id, .. }
            | Act::Execute { project, id, .. }
            | Act::Return { project, id, .. } => {
                let project = self.projects.get(project);
                when(!project.is_some_and(|p| p.payments.contains_key(id)), E001);
            }
            Act::Tender { project, act } => return act.steps(self.projects.get(project)),
            Act::Perform { project, act } => return act.steps(self.projects.get(project)),
            _ => {}
        }
        broken
    }

    /// Whether the objects of an act allow it.
    pub fn transition(&self, act: &Act) -> Result<(), Code> {
        let mut codes = Vec::new();
        match act {
            Act::Tender { project, act } => codes = act.transition(self, project),
            Act::Perform { project, act } => codes = act.transition(self.projects.get(project)),
            Act::Register(entry) => codes = self.registry.judge(entry),
            _ => {
                self.of_lines(act, &mut codes);
                self.of_projects(act, &mut codes);
            }
        }
        codes.into_iter().min().map_or(Ok(()), Err)
    }

    fn of_lines(&self, act: &Act, codes: &mut Vec<Code>) {
        let open = |line: &String| match self.lines.get(line) {
            None => Some(E001),
            Some(line) if line.is_closed => Some(E002),
            Some(_) => None,
        };
        let known = |line: &String| (!self.lines.contains_key(line)).then_some(E001);
        match act {
            Act::Approve { line, .. } if self.lines.contains_key(line) => codes.push(E002),
            Act::Adjust { line, .. }
            | Act::Freeze { line, .. }
            | Act::Unfreeze { line, .. }
            | Act::Close { line }
            | Act::Supplement { line, .. } => codes.extend(open(line)),
            Act::File { shares, .. } => codes.extend(shares.iter().filter_map(|s| open(&s.0))),
            Act::Revise { project, line, fen } => match self.lines.get(line) {
                None => codes.push(E001),
                Some(line) if line.is_closed => {
                    let held = line.holds.get(project).map_or(0, |hold| hold.planned);
                    if *fen > held {
                        codes.push(E002);
                    }
                }
                Some(_) => {}
            },
            Act::End { lines, .. } => codes.extend(lines.iter().filter_map(known)),
            Act::Execute { shares, .. } | Act::Return { shares, .. } => {
                codes.extend(shares.iter().filter_map(|share| known(&share.0)));
            }
            _ => {}
        }
    }

    fn of_projects(&self, act: &Act, codes: &mut Vec<Code>) {
        use Stage::{Accepted, Completed, Performing, Rectifying, Signed};
        let when = |codes: &mut Vec<Code>, is_broken: bool, code| {
            if is_broken {
                codes.push(code);
            }
        };
        let filed = |codes: &mut Vec<Code>, project: &String| match self.projects.get(project) {
            None => codes.push(E001),
            Some(project) => when(codes, project.plan != Plan::Filed, E002),
        };
        let contract = |project: &String| {
            let project = self.projects.get(project)?;
            project.contracts.get(CONTRACT)
        };
        let in_stage =
            |codes: &mut Vec<Code>, project: &String, allowed: &[Stage]| match contract(project) {
                None => codes.push(E001),
                Some(contract) => when(codes, !allowed.contains(&contract.stage), E002),
            };
        let used = |project: &String, is_used: &dyn Fn(&Contract) -> bool| {
            contract(project).is_some_and(is_used)
        };
        match act {
            Act::File { project, .. } => when(codes, self.projects.contains_key(project), E002),
            Act::Revise { project, line, fen } => {
                filed(codes, project);
                if let Some(project) = self.projects.get(project) {
                    let same = project.lot_fen == *fen
                        && project.lot_shares == BTreeMap::from([(line.clone(), *fen)]);
                    when(codes, project.lot.stage != LotStage::Planned && !same, E002);
                }
            }
            Act::End { project, .. } => filed(codes, project),
            Act::Award { project, .. } => match self.projects.get(project) {
                None => codes.push(E001),
                Some(project) => when(codes, project.lot.stage != LotStage::Planned, E002),
            },
            Act::Sign {
                project, contract, ..
            } => match self.projects.get(project) {
                None => codes.push(E001),
                Some(project) => {
                    let stages = [LotStage::Awarded, LotStage::Contracted];
                    when(codes, !stages.contains(&project.lot.stage), E002);
                    when(codes, project.contracts.contains_key(contract), E002);
                }
            },
            Act::Supplement { project, no, .. } => {
                filed(codes, project);
                in_stage(codes, project, &[Signed, Performing]);
                when(
                    codes,
                    used(project, &|c| c.supplements.contains_key(no)),
                    E002,
                );
            }
            Act::Change { project, no, .. } => {
                in_stage(codes, project, &[Signed, Performing]);
                when(codes, used(project, &|c| c.changes.contains_key(no)), E002);
            }
            Act::Deliver { project, no } => {
                in_stage(codes, project, &[Signed, Performing, Rectifying]);
                when(codes, used(project, &|c| c.deliveries.contains(no)), E002);
            }
            Act::Damages { project, no, .. } => {
                let owed = &OWING[..OWING.len() - 1];
                in_stage(codes, project, owed);
                when(codes, used(project, &|c| c.damages.contains_key(no)), E002);
            }
            Act::Conclude {
                project,
                id,
                result,
                ..
            } => {
                let allowed: &[Stage] = match result {
                    AcceptanceResult::Passed => &[Performing],
                    AcceptanceResult::Partial => &[Signed, Performing],
                    _ => &[Performing, Accepted],
                };
                in_stage(codes, project, allowed);
                let before = self
                    .projects
                    .get(project)
                    .and_then(|p| p.acceptances.get(id));
                let is_over = before.is_some_and(|acceptance| !acceptance.is_open());
                when(codes, is_over, E002);
            }
            Act::Request { project, id, .. } => {
                when(codes, !self.projects.contains_key(project), E001);
                in_stage(codes, project, &OWING);
                let before = self.projects.get(project).and_then(|p| p.payments.get(id));
                when(
                    codes,
                    before.is_some_and(|p| p.stage != Paying::Returned),
                    E002,
                );
            }
            Act::Decide { project, id, .. }
            | Act::Execute { project, id, .. }
            | Act::Return { project, id, .. } => {
                let wanted = match act {
                    Act::Decide { .. } => Paying::Requested,
                    Act::Execute { .. } => Paying::Accepted,
                    _ => Paying::Executed,
                };
                let mut open = OWING.to_vec();
                if wanted == Paying::Executed {
                    open.push(Completed);
                }
                in_stage(codes, project, &open);
                let payment = self.projects.get(project).and_then(|p| p.payments.get(id));
                match payment {
                    None => codes.push(E001),
                    Some(payment) => when(codes, payment.stage != wanted, E002),
                }
            }
            Act::Terminate { project, .. } => {
                let [held, held_later] = SUSPENDED;
                in_stage(codes, project, &[Signed, Performing, held, held_later]);
            }
            Act::Complete { project } => {
                in_stage(codes, project, &[Accepted]);
                let is_open = used(project, &|c| !c.is_paid_up());
                when(codes, is_open, E002);
            }
            _ => {}
        }
    }
}
