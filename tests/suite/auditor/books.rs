//! The money line as an auditor keeps it, with arithmetic of his own: nothing of the ledger's
//! domain is used, so that the two can disagree.

use std::collections::{BTreeMap, BTreeSet};

use bihuan::events::v1::AcceptanceResult;

use super::{performance::Accepting, registry::Registry, tender::Lot};
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

pub type Code = &'static str;
pub type Shares = Vec<(String, i64)>;

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

    pub fn end(&mut self) {
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
    pub fen: i64,
    pub lot_fen: i64,
    pub lot_shares: BTreeMap<String, i64>,
    pub lot: Lot,
    pub award: Option<i64>,
    pub contracted: i64,
    /// The lines that the plan gave back when it ended.
    pub ended: Option<BTreeSet<String>>,
    pub contracts: BTreeMap<String, Contract>,
    pub payments: BTreeMap<String, Payment>,
    pub acceptances: BTreeMap<String, Accepting>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    Signed,
    Performing,
    Suspended { is_performing: bool },
    Rectifying,
    Accepted,
    Completed,
    Terminated,
}

/// Stages in which what is owed can be asked for and paid.
pub const OWING: [Stage; 7] = [
    Stage::Signed,
    Stage::Performing,
    SUSPENDED[0],
    SUSPENDED[1],
    Stage::Rectifying,
    Stage::Accepted,
    Stage::Terminated,
];

/// Stages in which nothing is performed.
pub const SUSPENDED: [Stage; 2] = [
    Stage::Suspended {
        is_performing: false,
    },
    Stage::Suspended {
        is_performing: true,
    },
];

#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    pub stage: Stage,
    pub supplier: &'static str,
    pub is_started: bool,
    /// Numbers of filings, invoices and settlements.
    pub papers: BTreeSet<String>,
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

impl Claim {
    pub fn is_on(&self, term: &str) -> bool {
        self.term == term && !self.is_settlement
    }
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

    /// Whether all that is payable is paid, and nothing else is asked for.
    pub fn is_paid_up(&self) -> bool {
        let is_paid = |claim: &Claim| claim.is_paid;
        self.claimed(is_paid) == self.payable() && self.claimed(|claim| !is_paid(claim)) == 0
    }

    /// What is claimed on a term; settlements after a termination are on none.
    pub fn claims_on(&self, term: &str) -> i64 {
        self.claimed(|claim| claim.is_on(term))
    }

    /// What bounds all claims together.
    pub fn bound(&self) -> i64 {
        let pays_settlement = self.claims.values().any(|c| c.is_live && c.is_settlement);
        match self.settled {
            Some(settled) if pays_settlement => self.payable().min(settled),
            _ => self.payable(),
        }
    }

    pub fn sums(&self) -> Vec<Code> {
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
        when(self.claims_on(TERM_FINAL) > self.accepted(), E025);
        when(self.claims_on(TERM_ADVANCE) > self.advance_fen, E025);
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

impl Project {
    /// The lines that plan and supplements draw on, given back or not.
    pub fn drawn(&self) -> impl Iterator<Item = &String> {
        let drawn = self.holds.iter().filter(|(_, h)| h.planned + h.added != 0);
        drawn.map(|(line, _)| line)
    }
}

/// What is so after everything that was accepted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Books {
    pub registry: Registry,
    /// Notices and commissions, by project and number.
    pub papers: BTreeSet<(String, String)>,
    pub lines: BTreeMap<String, Line>,
    pub projects: BTreeMap<String, Project>,
}

pub fn by_line(shares: &Shares) -> BTreeMap<String, i64> {
    shares.iter().cloned().collect()
}

impl Books {
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
            let is_over = |hold: &Hold| hold.requested + hold.paid > hold.occupied().max(0);
            when(project.holds.values().any(is_over), E016);
            for payment in project.payments.values() {
                when(payment.shares.values().sum::<i64>() != payment.fen, E024);
                let acts = [&payment.executed, &payment.returned];
                let differs = |act: &&Option<_>| act.as_ref().is_some_and(|s| *s != payment.shares);
                when(acts.iter().any(differs), E024);
            }
            for acceptance in project.acceptances.values() {
                let failed = |fen| Accepting::Concluded(AcceptanceResult::Failed, fen);
                let is_failed = |fen: &i64| *acceptance == failed(*fen);
                let fen = match acceptance {
                    Accepting::Concluded(_, fen) => *fen,
                    _ => 0,
                };
                when(fen != 0 && is_failed(&fen), E024);
            }
            let lines = || project.drawn().cloned().collect::<BTreeSet<_>>();
            when(
                project
                    .ended
                    .as_ref()
                    .is_some_and(|ended| *ended != lines()),
                E024,
            );
            let planned: i64 = project.holds.values().map(|hold| hold.planned).sum();
            when(project.lot_fen != project.fen, E011);
            when(planned != project.fen, E024);
            for code in project.lot.sums(project.award, &project.lot_shares) {
                when(true, code);
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
