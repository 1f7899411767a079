//! Lots of a project: where each stands, what it may cost and what it was awarded at.
//!
//! Every type of the schema that moves a lot is read here, in whatever order events come: a state
//! is what the newest act says, and an act that a subset of events lacks is taken as done.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    events::v1::{self, BudgetPart, LotState, ReargumentResult, event_payload::Payload},
    views::{
        Standing,
        figure::{Sum, total},
    },
};

/// A lot in the making.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Lot {
    /// Its number.
    pub lot_no: String,
    name: String,
    /// Where it stands.
    pub state: LotState,
    method: i32,
    amount: Sum,
    plan_ceiling: Option<Sum>,
    document_ceiling: Option<Sum>,
    award: Option<Sum>,
    /// Who won.
    pub winner: String,
    awarded_on: String,
    /// The events of the award.
    pub awarded_at: BTreeSet<u64>,
    bids: BTreeMap<String, v1::LotBid>,
    /// Its contracts.
    pub contract_ids: Vec<String>,
    retries: String,
    retried_by: String,
    /// It failed, and a retry is intended.
    pub is_retry_pending: bool,
    /// Its share by budget line.
    pub parts: Vec<BudgetPart>,
    suspended_by: BTreeSet<String>,
    /// The events of it.
    pub positions: BTreeSet<u64>,
}

/// The sums over lots.
pub struct LotSums {
    /// The most that may be awarded.
    pub ceiling: Sum,
    /// Awards in force.
    pub award: Sum,
    /// Amounts of awarded lots less their awards.
    pub saved: Sum,
}

/// Folds the lots of a project.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Lots {
    /// The lots by number.
    pub found: BTreeMap<String, Lot>,
    method: i32,
}

impl Lots {
    /// Takes in an event; one that is of no lot changes nothing.
    pub fn take(&mut self, standing: &Standing, payload: &Payload) {
        match payload {
            Payload::PlanFiled(e) => {
                self.method = e.method;
                self.plan(standing, &e.lots);
                for lot in self.found.values_mut() {
                    lot.method = e.method;
                }
            }
            Payload::PlanRevised(e) => {
                let stated: BTreeSet<&str> = e.lots.iter().map(|lot| lot.lot_no.as_str()).collect();
                self.found.retain(|lot_no, lot| {
                    let is_stated = stated.contains(lot_no.as_str());
                    is_stated || lot.state != LotState::Planned || !lot.retries.is_empty()
                });
                self.plan(standing, &e.lots);
            }
            Payload::PlanCancelled(_) | Payload::PlanCompleted(_) => {
                for lot in self.found.values_mut() {
                    lot.is_retry_pending = false;
                    if lot.state == LotState::Planned {
                        lot.state = LotState::Terminated;
                        lot.positions.extend(standing.positions());
                    }
                }
            }
            Payload::ReprocurementStarted(e) => self.retry(standing, e),
            Payload::SingleSourcePublicised(e) => self.each(standing, &e.lot_nos, |lot| {
                lot.state = LotState::Publicised;
            }),
            Payload::SingleSourceReargued(e) => self.each(standing, &e.lot_nos, |lot| {
                if e.result() == ReargumentResult::ObjectionUpheld {
                    lot.state = LotState::Planned;
                }
            }),
            Payload::MethodChangeApproved(e) => self.each(standing, &e.lot_nos, |lot| {
                lot.method = e.to_method;
            }),
            Payload::ProcurementStarted(e) => self.each(standing, &e.lot_nos, |_| {}),
            Payload::ClarificationIssued(e) => self.each(standing, &e.lot_nos, |_| {}),
            Payload::ProcurementDocumentIssued(e) => self.each(standing, &e.lot_nos, |lot| {
                lot.state = LotState::Open;
                lot.document_ceiling = e.ceiling_fen.map(|fen| Sum::of(fen, standing));
            }),
            Payload::ProcurementTerminated(e) => self.each(standing, &e.lot_nos, |lot| {
                lot.state = LotState::Terminated;
            }),
            Payload::ComplaintSuspensionOrdered(e) => self.each(standing, &e.lot_nos, |lot| {
                lot.suspended_by.insert(e.complaint_id.clone());
            }),
            Payload::ComplaintSuspensionLifted(e) => self.each(standing, &e.lot_nos, |lot| {
                lot.suspended_by.remove(&e.complaint_id);
            }),
            _ => self.bid(standing, payload),
        }
    }

    fn bid(&mut self, standing: &Standing, payload: &Payload) {
        match payload {
            Payload::BidReceived(e) => {
                self.lot(standing, &e.lot_no);
            }
            Payload::BidWithdrawn(e) => {
                self.lot(standing, &e.lot_no);
            }
            Payload::CommitteeFormed(e) => {
                self.lot(standing, &e.lot_no);
            }
            Payload::EvaluationReportDelivered(e) => {
                self.lot(standing, &e.lot_no);
            }
            Payload::AbnormalLowPriceTriggered(e) => {
                self.lot(standing, &e.lot_no);
            }
            Payload::AbnormalLowPriceExplained(e) => {
                self.lot(standing, &e.lot_no);
            }
            Payload::AbnormalLowPriceDecided(e) => {
                self.lot(standing, &e.lot_no);
            }
            Payload::BidsOpened(e) => {
                let lot = self.lot(standing, &e.lot_no);
                lot.state = LotState::Opened;
                let opened = e.bidders.iter().map(|bid| {
                    let bid = v1::LotBid {
                        bid_no: bid.bid_no.clone(),
                        supplier: bid.supplier.clone(),
                        price: Sum::of(bid.price_fen, standing).figure(),
                        ..v1::LotBid::default()
                    };
                    (bid.bid_no.clone(), bid)
                });
                lot.bids = opened.collect();
            }
            Payload::QualificationReviewed(e) => {
                let lot = self.lot(standing, &e.lot_no);
                let failed = e.results.iter().filter(|result| !result.passed);
                let failed: BTreeSet<&str> =
                    failed.map(|result| result.supplier.as_str()).collect();
                for bid in lot.bids.values_mut() {
                    bid.disqualified |= failed.contains(bid.supplier.as_str());
                }
            }
            Payload::EvaluationConcluded(e) => {
                let lot = self.lot(standing, &e.lot_no);
                lot.state = LotState::Evaluated;
                rank(lot, standing, &e.ranking);
            }
            Payload::ReevaluationOrdered(e) => {
                let lot = self.lot(standing, &e.lot_no);
                lot.state = LotState::Opened;
                lot.award = None;
                lot.winner.clear();
            }
            _ => self.award(standing, payload),
        }
    }

    fn award(&mut self, standing: &Standing, payload: &Payload) {
        match payload {
            Payload::WinnerDetermined(e) => {
                let lot = self.lot(standing, &e.lot_no);
                lot.state = LotState::AwardPending;
                lot.wins(standing, &e.supplier, e.award_fen);
            }
            Payload::AwardNoticeIssued(e) => {
                let lot = self.lot(standing, &e.lot_no);
                if lot.award.is_none() {
                    lot.wins(standing, &e.supplier, e.award_fen);
                }
                lot.state = LotState::Awarded;
            }
            Payload::AwardRecorded(e) => {
                let lot = self.lot(standing, &e.lot_no);
                lot.state = LotState::Awarded;
                lot.wins(standing, &e.supplier, e.award_fen);
            }
            Payload::AwardRevoked(e) => {
                let lot = self.lot(standing, &e.lot_no);
                lot.award = None;
                lot.winner.clear();
                lot.awarded_on.clear();
                if e.next_candidate.is_empty() {
                    lot.state = LotState::Failed;
                    lot.is_retry_pending = e.retry_intended;
                } else {
                    let bids = lot.bids.values();
                    let mut bids = bids.filter(|bid| bid.supplier == e.next_candidate);
                    let bid = bids.find_map(|bid| Some(bid.price.as_ref()?.amount_fen));
                    lot.state = LotState::AwardPending;
                    let award_fen = e.next_award_fen.or(bid).unwrap_or_default();
                    lot.wins(standing, &e.next_candidate, award_fen);
                }
            }
            Payload::ContractSigned(e) => {
                let lot = self.lot(standing, &e.lot_no);
                lot.state = LotState::Contracted;
                lot.contract_ids.push(e.contract_id.clone());
            }
            Payload::LotFailed(e) => {
                let lot = self.lot(standing, &e.lot_no);
                lot.state = LotState::Failed;
                lot.award = None;
                lot.winner.clear();
                lot.is_retry_pending = e.retry_intended && lot.retried_by.is_empty();
            }
            Payload::LotRetryAbandoned(e) => {
                self.lot(standing, &e.lot_no).is_retry_pending = false;
            }
            _ => {}
        }
    }

    fn plan(&mut self, standing: &Standing, stated: &[v1::PlanLot]) {
        for planned in stated {
            let method = self.method;
            let lot = self.lot(standing, &planned.lot_no);
            lot.name.clone_from(&planned.name);
            lot.amount = Sum::of(planned.amount_fen, standing);
            lot.plan_ceiling = planned.ceiling_fen.map(|fen| Sum::of(fen, standing));
            lot.parts.clone_from(&planned.budget_parts);
            if lot.method == 0 {
                lot.method = method;
            }
        }
    }

    fn retry(&mut self, standing: &Standing, e: &v1::ReprocurementStarted) {
        let failed = self.lot(standing, &e.lot_no);
        failed.retried_by.clone_from(&e.new_lot_no);
        failed.is_retry_pending = false;
        let lot = self.lot(standing, &e.new_lot_no);
        lot.retries.clone_from(&e.lot_no);
        lot.name.clone_from(&e.name);
        lot.method = e.new_method;
        lot.amount = Sum::of(e.amount_fen, standing);
        lot.plan_ceiling = e.ceiling_fen.map(|fen| Sum::of(fen, standing));
        lot.parts.clone_from(&e.budget_parts);
    }

    fn lot(&mut self, standing: &Standing, lot_no: &str) -> &mut Lot {
        let lot = self.found.entry(lot_no.to_owned()).or_insert_with(|| Lot {
            lot_no: lot_no.to_owned(),
            state: LotState::Planned,
            ..Lot::default()
        });
        lot.positions.extend(standing.positions());
        lot
    }

    fn each(&mut self, standing: &Standing, lot_nos: &[String], act: impl Fn(&mut Lot)) {
        for lot_no in lot_nos {
            act(self.lot(standing, lot_no));
        }
    }

    /// The sums.
    pub fn sums(&self) -> LotSums {
        let lots = || self.found.values();
        let open = lots().filter(|lot| !lot.has_ended());
        let ceilings: Vec<Sum> = open.map(Lot::ceiling).collect();
        let mut saved = Sum::default();
        for lot in lots() {
            if let Some(award) = &lot.award {
                saved.plus(&lot.amount);
                saved.minus(award);
            }
        }
        LotSums {
            ceiling: total(&ceilings),
            award: total(lots().filter_map(|lot| lot.award.as_ref())),
            saved,
        }
    }
}

fn rank(lot: &mut Lot, standing: &Standing, ranking: &[v1::RankedBid]) {
    let bids = lot.bids.iter();
    let bid_nos: BTreeMap<String, String> = bids
        .map(|(bid_no, bid)| (bid.supplier.clone(), bid_no.clone()))
        .collect();
    for ranked in ranking {
        // An evaluation whose opening is not among the events tells of bids all the same.
        let bid_no = bid_nos.get(&ranked.supplier).unwrap_or(&ranked.supplier);
        let bid = lot
            .bids
            .entry(bid_no.clone())
            .or_insert_with(|| v1::LotBid {
                supplier: ranked.supplier.clone(),
                price: Sum::of(ranked.bid_price_fen, standing).figure(),
                ..v1::LotBid::default()
            });
        bid.rank = ranked.rank;
        bid.valid = ranked.valid;
    }
}

impl Lot {
    fn wins(&mut self, standing: &Standing, supplier: &str, award_fen: i64) {
        supplier.clone_into(&mut self.winner);
        self.award = Some(Sum::of(award_fen, standing));
        self.awarded_on = standing.on().to_string();
        self.awarded_at = standing.positions().collect();
    }

    /// Whether it ended without an award.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, LotState::Failed | LotState::Terminated)
    }

    /// Whether somebody won it.
    pub fn is_awarded(&self) -> bool {
        matches!(self.state, LotState::Awarded | LotState::Contracted)
    }

    /// The least of its amount and its ceilings, with the event that states it.
    fn ceiling(&self) -> Sum {
        let ceilings = [&self.plan_ceiling, &self.document_ceiling];
        let ceilings = ceilings.into_iter().flatten();
        let least = ceilings.fold(&self.amount, |least, ceiling| {
            if ceiling.fen() <= least.fen() {
                ceiling
            } else {
                least
            }
        });
        least.clone()
    }

    /// The view.
    pub fn view(&self) -> v1::LotView {
        v1::LotView {
            lot_no: self.lot_no.clone(),
            name: self.name.clone(),
            state: self.state.into(),
            suspended: !self.suspended_by.is_empty(),
            method: self.method,
            amount: self.amount.figure(),
            ceiling: self.ceiling().figure(),
            award: self.award.as_ref().and_then(Sum::figure),
            winner: self.winner.clone(),
            awarded_on: self.awarded_on.clone(),
            bids: self.bids.values().cloned().collect(),
            contract_ids: self.contract_ids.clone(),
            retries_lot_no: self.retries.clone(),
            retried_by_lot_no: self.retried_by.clone(),
            retry_pending: self.is_retry_pending,
            budget_parts: self.parts.clone(),
            positions: self.positions.iter().copied().collect(),
        }
    }
}
