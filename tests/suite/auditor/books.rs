//! The money line as an auditor keeps it, with arithmetic of his own: nothing of the ledger's
//! domain is used, so that the two can disagree.

use std::collections::{BTreeMap, BTreeSet};

use bihuan::events::v1::{AcceptanceResult, Event};

use crate::facts::*;

pub const E001: &str = "E001_UNKNOWN_REF";
pub const E002: &str = "E002_ILLEGAL_TRANSITION";
pub const E003: &str = "E003_BAD_TIME";
pub const E010: &str = "E010_PLAN_OVER_BUDGET";
pub const E011: &str = "E011_LOT_SUM_MISMATCH";
pub const E012: &str = "E012_AWARD_OVER_CEILING";
pub const E013: &str = "E013_CONTRACT_OVER_AWARD";
pub const E014: &str = "E014_SUPPLEMENT_OVER_10PCT";
pub const E015: &str = "E015_PAYMENT_OVER_CONTRACT";
pub const E016: &str = "E016_PAYMENT_OVER_BUDGET";
pub const E017: &str = "E017_PAYEE_MISMATCH";
pub const E023: &str = "E023_RELEASE_OVER_HELD";
pub const E024: &str = "E024_SUM_MISMATCH";
pub const E025: &str = "E025_PAY_BEFORE_ACCEPTANCE";

type Code = &'static str;
pub type Shares = Vec<(String, i64)>;

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

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hold {
    pub planned: i64,
    pub added: i64,
    pub released: i64,
    pub paid: i64,
    pub requested: i64,
}

impl Hold {
    pub fn occupied(&self) -> i64 {
        self.planned + self.added - self.released
    }

    fn end(&mut self) {
        self.released = self.planned + self.added - self.paid;
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub approved: i64,
    pub adjusted: i64,
    pub frozen: i64,
    pub is_closed: bool,
    pub holds: BTreeMap<String, Hold>,
}

impl Line {
    pub fn available(&self) -> i64 {
        let occupied: i64 = self.holds.values().map(Hold::occupied).sum();
        self.approved + self.adjusted - self.frozen - occupied
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Plan {
    Filed,
    Ended,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    pub plan: Plan,
    pub holds: BTreeMap<String, Hold>,
    pub lot_fen: i64,
    pub lot_shares: BTreeMap<String, i64>,
    pub award: Option<i64>,
    pub contracted: i64,
    pub is_contracted: bool,
    pub contracts: BTreeMap<String, Contract>,
    pub payments: BTreeMap<String, Payment>,
    pub acceptances: BTreeMap<String, (AcceptanceResult, i64)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    Signed,
    Performing,
    Rectifying,
    Accepted,
    Completed,
    Terminated,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    pub stage: Stage,
    pub fen: i64,
    pub terms_fen: i64,
    pub advance_fen: i64,
    pub supplements: BTreeMap<String, i64>,
    pub changes: BTreeMap<String, i64>,
    pub damages: BTreeMap<String, i64>,
    pub deliveries: BTreeSet<String>,
    pub damages_when_accepted: i64,
    pub settled: Option<i64>,
    /// Acceptances as last concluded under this contract.
    pub accepted: BTreeMap<String, (AcceptanceResult, i64)>,
    /// What payments claim: term, amount, is live, is paid, pays a settlement.
    pub claims: BTreeMap<String, Claim>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    pub term: String,
    pub fen: i64,
    pub is_live: bool,
    pub is_paid: bool,
    pub is_settlement: bool,
}

impl Contract {
    pub fn additions(&self) -> i64 {
        let added: i64 = self.changes.values().map(|fen| (*fen).max(0)).sum();
        self.supplements.values().sum::<i64>() + added
    }

    pub fn value(&self) -> i64 {
        self.fen + self.supplements.values().sum::<i64>() + self.changes.values().sum::<i64>()
    }

    pub fn damaged(&self) -> i64 {
        self.damages.values().sum()
    }

    pub fn payable(&self) -> i64 {
        self.value() - self.damaged()
    }

    pub fn accepted(&self) -> i64 {
        let passed = self
            .accepted
            .values()
            .filter(|one| one.0 != AcceptanceResult::Failed);
        passed.map(|one| one.1).sum()
    }

    pub fn claimed(&self, of: impl Fn(&Claim) -> bool) -> i64 {
        let live = self
            .claims
            .values()
            .filter(|claim| claim.is_live && of(claim));
        live.map(|claim| claim.fen).sum()
    }

    /// What bounds all claims together.
    pub fn bound(&self) -> i64 {
        let pays_settlement = self.claims.values().any(|c| c.is_live && c.is_settlement);
        match self.settled {
            Some(settled) if pays_settlement => self.payable().min(settled),
            _ => self.payable(),
        }
    }

    fn sums(&self) -> Vec<Code> {
        let mut broken = Vec::new();
        let mut when = |is_broken: bool, code| {
            if is_broken {
                broken.push(code);
            }
        };
        when(self.additions() * 10 > self.fen, E014);
        when(self.claimed(|_| true) > self.bound(), E015);
        when(self.terms_fen != self.fen, E024);
        when(self.value() < 0 || self.damaged() > self.value(), E024);
        when(
            self.settled.is_some_and(|settled| settled > self.payable()),
            E024,
        );
        when(
            self.accepted() > self.value() - self.damages_when_accepted,
            E024,
        );
        let on = |term: &'static str| move |c: &Claim| c.term == term && !c.is_settlement;
        when(self.claimed(on(TERM_FINAL)) > self.accepted(), E025);
        when(self.claimed(on(TERM_ADVANCE)) > self.advance_fen, E025);
        broken
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Paying {
    Requested,
    Accepted,
    Rejected,
    Executed,
    Returned,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Payment {
    pub stage: Paying,
    pub fen: i64,
    pub shares: BTreeMap<String, i64>,
    pub executed: Option<BTreeMap<String, i64>>,
    pub returned: Option<BTreeMap<String, i64>>,
}

/// What is so after everything that was accepted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Books {
    pub lines: BTreeMap<String, Line>,
    pub projects: BTreeMap<String, Project>,
}

fn by_line(shares: &Shares) -> BTreeMap<String, i64> {
    shares.iter().cloned().collect()
}

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
            Act::End { project, lines, .. } => {
                if let Some(project) = self.projects.get(project) {
                    let drawn = project
                        .holds
                        .iter()
                        .filter(|(_, h)| h.planned + h.added != 0);
                    let drawn: BTreeSet<_> = drawn.map(|(line, _)| line).collect();
                    when(drawn != lines.iter().collect(), E024);
                }
            }
            Act::Award { project, .. } => {
                let project = self.projects.get(project);
                when(project.is_some_and(|p| p.plan != Plan::Filed), E002);
            }
            Act::Sign {
                project, to_winner, ..
            } => {
                let award = self.projects.get(project).and_then(|p| p.award);
                when(award.is_none() || !to_winner, E001);
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
                when(is_signed && !to_payee, E017);
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
            _ => {}
        }
        broken
    }

    /// Whether the objects of an act allow it.
    pub fn transition(&self, act: &Act) -> Result<(), Code> {
        let mut codes = Vec::new();
        self.of_lines(act, &mut codes);
        self.of_projects(act, &mut codes);
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
        use Stage::{Accepted, Completed, Performing, Rectifying, Signed, Terminated};
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
                    when(codes, project.award.is_some() && !same, E002);
                }
            }
            Act::End { project, .. } => filed(codes, project),
            Act::Award { project, .. } => match self.projects.get(project) {
                None => codes.push(E001),
                Some(project) => when(codes, project.award.is_some(), E002),
            },
            Act::Sign {
                project, contract, ..
            } => match self.projects.get(project) {
                None => codes.push(E001),
                Some(project) => {
                    when(codes, project.award.is_none(), E002);
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
                in_stage(codes, project, &[Signed, Performing, Rectifying, Accepted]);
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
                let is_over = before.is_some_and(|one| one.0 != AcceptanceResult::Failed);
                when(codes, is_over, E002);
            }
            Act::Request { project, id, .. } => {
                when(codes, !self.projects.contains_key(project), E001);
                let open = [Signed, Performing, Rectifying, Accepted, Terminated];
                in_stage(codes, project, &open);
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
                let mut open = vec![Signed, Performing, Rectifying, Accepted, Terminated];
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
            Act::Terminate { project, .. } => in_stage(codes, project, &[Signed, Performing]),
            Act::Complete { project } => {
                in_stage(codes, project, &[Accepted]);
                let is_open = used(project, &|c| {
                    c.claimed(|claim| !claim.is_paid) != 0
                        || c.claimed(|claim| claim.is_paid) != c.payable()
                });
                when(codes, is_open, E002);
            }
            _ => {}
        }
    }

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
                lot_fen,
                ..
            } => self.file(project, shares, *lot_fen),
            Act::Revise { project, line, fen } => {
                self.hold(project, line, |hold| hold.planned = *fen);
                let project = self.project(project);
                project.lot_fen = *fen;
                project.lot_shares = BTreeMap::from([(line.clone(), *fen)]);
            }
            Act::End { project, lines, .. } => {
                for line in lines {
                    self.hold(project, line, Hold::end);
                }
                self.project(project).plan = Plan::Ended;
            }
            Act::Award { project, fen } => self.project(project).award = Some(*fen),
            Act::Sign {
                project,
                contract,
                fen,
                terms_fen,
                ..
            } => {
                let project = self.project(project);
                project.contracted += fen;
                project.is_contracted = true;
                let contract = contract.clone();
                project.contracts.insert(contract, signed(*fen, *terms_fen));
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
                    .insert(id.clone(), (*result, *fen));
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

    fn file(&mut self, name: &str, shares: &Shares, lot_fen: i64) {
        let lot_shares = match shares.as_slice() {
            [(line, _)] => BTreeMap::from([(line.clone(), lot_fen)]),
            _ => by_line(shares),
        };
        let project = Project {
            plan: Plan::Filed,
            holds: BTreeMap::new(),
            lot_fen,
            lot_shares,
            award: None,
            contracted: 0,
            is_contracted: false,
            contracts: BTreeMap::new(),
            payments: BTreeMap::new(),
            acceptances: BTreeMap::new(),
        };
        self.projects.insert(name.to_owned(), project);
        for (line, fen) in shares {
            self.hold(name, line, |hold| hold.planned = *fen);
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

    /// Codes of all sums that do not hold.
    pub fn sums(&self) -> Vec<Code> {
        let mut broken = Vec::new();
        let mut when = |is_broken: bool, code| {
            if is_broken {
                broken.push(code);
            }
        };
        for line in self.lines.values() {
            when(line.available() < 0, E010);
            when(line.frozen < 0, E023);
        }
        for project in self.projects.values() {
            when(
                project.award.is_some_and(|award| award > project.lot_fen),
                E012,
            );
            when(
                project
                    .award
                    .is_some_and(|award| project.contracted > award),
                E013,
            );
            let is_over = |hold: &Hold| hold.requested + hold.paid > hold.occupied();
            when(project.holds.values().any(is_over), E016);
            for payment in project.payments.values() {
                when(payment.shares.values().sum::<i64>() != payment.fen, E024);
                let acts = [&payment.executed, &payment.returned];
                let differs = |act: &&Option<_>| act.as_ref().is_some_and(|s| *s != payment.shares);
                when(acts.iter().any(differs), E024);
            }
            for (result, fen) in project.acceptances.values() {
                when(*result == AcceptanceResult::Failed && *fen != 0, E024);
            }
        }
        let contracts = self
            .projects
            .values()
            .flat_map(|project| project.contracts.values());
        broken.extend(contracts.flat_map(Contract::sums));
        broken
    }
}

fn signed(fen: i64, terms_fen: i64) -> Contract {
    Contract {
        stage: Stage::Signed,
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
