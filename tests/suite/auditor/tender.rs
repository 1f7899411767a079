//! The way of a lot from its documents to its award or failure, as the auditor keeps it.

use std::collections::{BTreeMap, BTreeSet};

use bihuan::events::v1::{self, Event};
use prost::Message as _;

use super::books::{Books, Code, E001, E002, E003, E024, Plan, Project, Shares, by_line};
use crate::facts::*;

/// Something that happens to a lot before its contract.
#[derive(Clone, Debug, PartialEq)]
pub enum Tender {
    Documents,
    Bid { no: String, is_late: bool },
    Withdraw { no: String },
    Committee,
    Open { bids: BTreeSet<String> },
    Evaluate { suppliers: Vec<&'static str> },
    Report,
    Winner { supplier: &'static str, fen: i64 },
    Notify { supplier: &'static str, fen: i64 },
    Fail { shares: Shares, is_retried: bool },
    Abandon { shares: Shares },
    PublishResult,
    Announce { no: String },
    Delegate { no: String },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub enum LotStage {
    #[default]
    Planned,
    Open,
    Opened,
    Evaluated,
    Pending,
    Awarded,
    Contracted,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bid {
    pub is_late: bool,
    pub is_withdrawn: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lot {
    pub stage: LotStage,
    pub bids: BTreeMap<String, Bid>,
    pub opened: Option<BTreeSet<String>>,
    pub ranked: BTreeSet<&'static str>,
    pub winner: Option<&'static str>,
    pub notified: Option<i64>,
    pub failed: Option<BTreeMap<String, i64>>,
    pub is_held: bool,
}

/// Whose bid it is.
pub fn bidder(no: &str) -> &'static str {
    match no {
        "B-0" | "B-2" => SUPPLIER,
        _ => OTHER_SUPPLIER,
    }
}

impl Lot {
    /// Bids that are opened: in time and not withdrawn.
    pub fn openable(&self) -> BTreeSet<String> {
        let open = self
            .bids
            .iter()
            .filter(|(_, bid)| !bid.is_late && !bid.is_withdrawn);
        open.map(|(no, _)| no.clone()).collect()
    }

    /// Suppliers whose bids were opened.
    pub fn bidders(&self) -> BTreeSet<&'static str> {
        let opened = self.opened.iter().flatten();
        opened.map(|no| bidder(no)).collect()
    }

    /// Codes of sums of the lot that do not hold; `shares` are those of its plan.
    pub fn sums(&self, award: Option<i64>, shares: &BTreeMap<String, i64>) -> Vec<Code> {
        let differs = [
            self.opened
                .as_ref()
                .is_some_and(|bids| *bids != self.openable()),
            self.notified.is_some() && self.notified != award,
            self.failed.as_ref().is_some_and(|given| given != shares),
        ];
        let differing = differs.iter().filter(|differs| **differs);
        differing.map(|_| E024).collect()
    }
}

impl Tender {
    /// The act as its source sends it.
    pub fn event(&self, project: &str) -> Event {
        let decode = |sent: bihuan::events::wire::EventSubmission| {
            let event = Event::decode(sent.event).expect("our own event");
            // Parts are another test's: here only what gates compare.
            Event {
                sealed_commitment: Vec::new().into(),
                personal_commitment: Vec::new().into(),
                ..event
            }
        };
        match self {
            Self::Documents => documents_issued(project, "01"),
            Self::Bid { no, is_late } => {
                let event = decode(bid_received(project, no, bidder(no)));
                match is_late {
                    true => late(event),
                    false => event,
                }
            }
            Self::Withdraw { no } => bid_withdrawn(project, no),
            Self::Committee => decode(committee_formed(project, "张三")),
            Self::Open { bids } => {
                let bids: Vec<_> = bids.iter().map(|no| (no.as_str(), bidder(no), 1)).collect();
                bids_opened(project, &bids)
            }
            Self::Evaluate { suppliers } => {
                let ranked: Vec<_> = suppliers.iter().map(|supplier| (*supplier, 1)).collect();
                evaluated(project, &ranked)
            }
            Self::Report => act(
                project,
                "report",
                "2023-02-28",
                v1::EvaluationReportDelivered {
                    lot_no: "01".into(),
                    delivered_on: "2023-02-28".into(),
                },
            ),
            Self::Winner { supplier, fen } => winner_determined(project, supplier, *fen),
            Self::Notify { supplier, fen } => award_noticed(project, supplier, *fen),
            Self::Fail { shares, is_retried } => {
                change!(lot_failed(project, LINE, 1, *is_retried), LotFailed, |f| {
                    f.budget_parts = parts_of(shares);
                })
            }
            Self::Abandon { shares } => act(
                project,
                "abandoned",
                "2023-03-05",
                v1::LotRetryAbandoned {
                    lot_no: "01".into(),
                    budget_parts: parts_of(shares),
                    on: "2023-03-05".into(),
                },
            ),
            Self::PublishResult => result_published(project, 1),
            Self::Announce { no } => notice(project, no, 60),
            Self::Delegate { no } => delegated(project, no, &[v1::DelegationScope::Document]),
        }
    }

    /// Codes of what can be said before it happens.
    pub fn steps(&self, known: Option<&Project>) -> Vec<Code> {
        let mut codes = Vec::new();
        let Some(project) = known else {
            if let Self::PublishResult = self {
                codes.push(E001);
            }
            return codes;
        };
        let lot = &project.lot;
        let is_ended = project.plan != Plan::Filed;
        match self {
            Self::Documents if is_ended => codes.push(E002),
            Self::Withdraw { no } => match lot.bids.get(no) {
                None => codes.push(E001),
                Some(bid) if bid.is_late => codes.push(E003),
                Some(_) => {}
            },
            Self::Evaluate { suppliers }
                if suppliers.iter().any(|s| !lot.bidders().contains(s)) =>
            {
                codes.push(E001);
            }
            Self::Winner { supplier, .. } => {
                if is_ended {
                    codes.push(E002);
                }
                if !lot.ranked.contains(supplier) {
                    codes.push(E001);
                }
            }
            Self::Notify { supplier, .. }
                if lot.winner.is_some_and(|winner| winner != *supplier) =>
            {
                codes.push(E001);
            }
            Self::PublishResult if project.award.is_none() => codes.push(E003),
            _ => {}
        }
        codes
    }

    /// Whether the lot allows it.
    pub fn transition(&self, books: &Books, name: &str) -> Vec<Code> {
        use LotStage::{Awarded, Evaluated, Failed, Open, Opened, Pending, Planned};
        let used = |no: &str| books.papers.contains(&(name.to_owned(), no.to_owned()));
        let paper = match self {
            Self::PublishResult => Some("N-RESULT"),
            Self::Announce { no } | Self::Delegate { no } => Some(no.as_str()),
            _ => None,
        };
        if let Some(no) = paper {
            return if used(no) { vec![E002] } else { Vec::new() };
        }
        let Some(project) = books.projects.get(name) else {
            return vec![E001];
        };
        let lot = &project.lot;
        let allows = match self {
            Self::Documents => lot.stage == Planned,
            Self::Bid { no, is_late } => {
                let last = if *is_late { Pending } else { Open };
                lot.stage >= Open && lot.stage <= last && !lot.bids.contains_key(no)
            }
            Self::Withdraw { no } => {
                lot.stage == Open && lot.bids.get(no).is_some_and(|bid| !bid.is_withdrawn)
            }
            Self::Committee => [Open, Opened].contains(&lot.stage),
            Self::Open { .. } => lot.stage == Open,
            Self::Evaluate { .. } => lot.stage == Opened,
            Self::Report => [Evaluated, Pending].contains(&lot.stage),
            Self::Winner { .. } => lot.stage == Evaluated,
            Self::Notify { .. } => lot.stage == Pending,
            Self::Fail { .. } => {
                lot.stage >= Open && lot.stage < Awarded && project.plan == Plan::Filed
            }
            Self::Abandon { .. } => {
                lot.stage == Failed && lot.is_held && project.plan == Plan::Filed
            }
            _ => true,
        };
        let mut codes = if allows { Vec::new() } else { vec![E002] };
        if let Self::Fail { shares, .. } | Self::Abandon { shares } = self
            && shares
                .iter()
                .any(|(line, _)| !books.lines.contains_key(line))
        {
            codes.push(E001);
        }
        codes
    }

    /// Enters it.
    pub fn enter(&self, books: &mut Books, name: &str) {
        let project = match self {
            Self::PublishResult => {
                books
                    .papers
                    .insert((name.to_owned(), "N-RESULT".to_owned()));
                return;
            }
            Self::Announce { no } | Self::Delegate { no } => {
                books.papers.insert((name.to_owned(), no.clone()));
                return;
            }
            _ => books.projects.get_mut(name).expect("a known project"),
        };
        let lot = &mut project.lot;
        match self {
            Self::Documents => lot.stage = LotStage::Open,
            Self::Bid { no, is_late } => {
                let bid = Bid {
                    is_late: *is_late,
                    is_withdrawn: false,
                };
                lot.bids.insert(no.clone(), bid);
            }
            Self::Withdraw { no } => {
                lot.bids.get_mut(no).expect("a bid").is_withdrawn = true;
            }
            Self::Open { bids } => {
                lot.stage = LotStage::Opened;
                lot.opened = Some(bids.clone());
            }
            Self::Evaluate { suppliers } => {
                lot.stage = LotStage::Evaluated;
                lot.ranked = suppliers.iter().copied().collect();
            }
            Self::Winner { supplier, fen } => {
                lot.stage = LotStage::Pending;
                lot.winner = Some(supplier);
                project.award = Some(*fen);
            }
            Self::Notify { fen, .. } => {
                lot.stage = LotStage::Awarded;
                lot.notified = Some(*fen);
            }
            Self::Fail { shares, is_retried } => {
                lot.stage = LotStage::Failed;
                lot.failed = Some(by_line(shares));
                lot.is_held = *is_retried;
                if !is_retried {
                    books.release(name, shares);
                }
            }
            Self::Abandon { shares } => {
                lot.is_held = false;
                lot.failed = Some(by_line(shares));
                books.release(name, shares);
            }
            _ => {}
        }
    }
}

fn parts_of(shares: &Shares) -> Vec<v1::BudgetPart> {
    shares.iter().map(|(line, fen)| part(line, *fen)).collect()
}

/// The same bid an hour after the deadline.
fn late(event: Event) -> Event {
    let at = Some(instant("2023-02-26", 10));
    let event = Event {
        occurred_at: at,
        ..event
    };
    change!(event, BidReceived, |bid| bid.received_at = at)
}
