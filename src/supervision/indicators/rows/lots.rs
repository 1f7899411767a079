//! Lots of a project, their bids and awards.

use prost_types::Timestamp;

use crate::{
    events::v1::{
        EvaluationMethod, OpenedBid, PlanLot, ProcurementMethod, QualificationResult, RankedBid,
        event_payload::Payload,
    },
    views::Standing,
};

/// An award of a lot.
pub(super) struct Award<'a> {
    /// Who won.
    pub supplier: &'a str,
    /// At which amount in fen.
    pub award_fen: i64,
    /// The act.
    pub act: &'a Standing,
    /// It was taken back.
    pub is_cancelled: bool,
}

/// A lot in the making.
#[derive(Default)]
pub(super) struct Lot<'a> {
    /// Its number.
    pub lot_no: &'a str,
    /// Its method.
    pub method: ProcurementMethod,
    /// Its amount in fen.
    pub amount_fen: i64,
    /// 最高限价 of the plan in fen.
    pub ceiling_fen: Option<i64>,
    /// 最高限价 of the documents in fen.
    pub document_ceiling_fen: Option<i64>,
    /// The act that issued documents.
    pub document: Option<&'a Standing>,
    /// When bids are due.
    pub deadline: Option<&'a Timestamp>,
    /// Bids received: number, and seconds since 1970.
    pub received: Vec<(&'a str, i64)>,
    /// The opening, and the bids read out.
    pub opening: Option<(&'a Standing, &'a [OpenedBid])>,
    /// The review of qualification.
    pub reviewed: &'a [QualificationResult],
    /// The evaluation, and its ranking.
    pub evaluation: Option<(&'a Standing, &'a [RankedBid])>,
    /// Whether the lowest price wins.
    pub price_rule: &'static str,
    /// Its awards, in force or not.
    pub awards: Vec<Award<'a>>,
    /// Where it stands.
    pub status: &'static str,
}

/// Folds the lots of a project.
#[derive(Default)]
pub(super) struct Lots<'a> {
    /// The lots.
    pub found: Vec<Lot<'a>>,
    method: ProcurementMethod,
}

impl<'a> Lots<'a> {
    /// The lot that a number names.
    pub fn get(&self, lot_no: &str) -> Option<&Lot<'a>> {
        self.found.iter().find(|lot| lot.lot_no == lot_no)
    }

    fn lot(&mut self, lot_no: &'a str) -> &mut Lot<'a> {
        let found = self.found.iter().position(|lot| lot.lot_no == lot_no);
        let at = found.unwrap_or_else(|| {
            self.found.push(Lot {
                lot_no,
                method: self.method,
                status: "active",
                ..Lot::default()
            });
            self.found.len() - 1
        });
        &mut self.found[at]
    }

    fn each(&mut self, lot_nos: &'a [String], act: impl Fn(&mut Lot<'a>)) {
        for lot_no in lot_nos {
            act(self.lot(lot_no));
        }
    }

    fn plan(&mut self, planned: &'a [PlanLot]) {
        for stated in planned {
            let lot = self.lot(&stated.lot_no);
            lot.amount_fen = stated.amount_fen;
            lot.ceiling_fen = stated.ceiling_fen;
        }
    }

    /// Takes in an act; one that is of no lot changes nothing.
    pub fn take(&mut self, act: &'a Standing, payload: &'a Payload) {
        match payload {
            Payload::PlanFiled(plan) => {
                self.method = plan.method();
                for lot in &mut self.found {
                    lot.method = plan.method();
                }
                self.plan(&plan.lots);
            }
            Payload::PlanRevised(plan) => self.plan(&plan.lots),
            Payload::MethodChangeApproved(e) => {
                self.each(&e.lot_nos, |lot| lot.method = e.to_method());
            }
            Payload::ReprocurementStarted(e) => {
                let lot = self.lot(&e.new_lot_no);
                lot.method = e.new_method();
                lot.amount_fen = e.amount_fen;
                lot.ceiling_fen = e.ceiling_fen;
            }
            Payload::ProcurementDocumentIssued(e) => self.each(&e.lot_nos, |lot| {
                lot.document = Some(act);
                lot.deadline = e.bid_deadline.as_ref();
                // A document for several lots states one ceiling of them all.
                let is_one = e.lot_nos.len() == 1;
                lot.document_ceiling_fen = e.ceiling_fen.filter(|_| is_one);
            }),
            Payload::ClarificationIssued(e) => self.each(&e.lot_nos, |lot| {
                lot.deadline = e.new_deadline.as_ref().or(lot.deadline);
            }),
            Payload::ProcurementTerminated(e) => {
                self.each(&e.lot_nos, |lot| lot.status = "cancelled");
            }
            Payload::PlanCancelled(_) => {
                for lot in self.found.iter_mut().filter(|lot| lot.awards.is_empty()) {
                    lot.status = "cancelled";
                }
            }
            _ => self.bid(act, payload),
        }
    }

    fn bid(&mut self, act: &'a Standing, payload: &'a Payload) {
        match payload {
            Payload::BidReceived(e) => {
                let seconds = e.received_at.as_ref().map_or(0, |at| at.seconds);
                self.lot(&e.lot_no).received.push((&e.bid_no, seconds));
            }
            Payload::BidsOpened(e) => {
                self.lot(&e.lot_no).opening = Some((act, &e.bidders));
            }
            Payload::QualificationReviewed(e) => self.lot(&e.lot_no).reviewed = &e.results,
            Payload::EvaluationConcluded(e) => {
                let lot = self.lot(&e.lot_no);
                lot.evaluation = Some((act, &e.ranking));
                lot.price_rule = match e.method() {
                    EvaluationMethod::LowestPrice => "price",
                    EvaluationMethod::Unspecified => "",
                    _ => "other",
                };
            }
            Payload::ReevaluationOrdered(e) => {
                let lot = self.lot(&e.lot_no);
                lot.evaluation = None;
                lot.status = "active";
                lot.revoke();
            }
            Payload::LotFailed(e) => {
                let lot = self.lot(&e.lot_no);
                lot.status = "unsuccessful";
                lot.revoke();
            }
            _ => self.award(act, payload),
        }
    }

    fn award(&mut self, act: &'a Standing, payload: &'a Payload) {
        match payload {
            Payload::WinnerDetermined(e) => {
                self.lot(&e.lot_no).win(act, &e.supplier, e.award_fen);
            }
            Payload::AwardNoticeIssued(e) => {
                let lot = self.lot(&e.lot_no);
                if lot.in_force().is_none() {
                    lot.win(act, &e.supplier, e.award_fen);
                }
            }
            Payload::AwardRecorded(e) => {
                self.lot(&e.lot_no).win(act, &e.supplier, e.award_fen);
            }
            Payload::AwardRevoked(e) => {
                let lot = self.lot(&e.lot_no);
                lot.revoke();
                if e.next_candidate.is_empty() {
                    lot.status = "unsuccessful";
                } else {
                    let price = lot.price_of(&e.next_candidate);
                    let award_fen = e.next_award_fen.or(price).unwrap_or_default();
                    lot.win(act, &e.next_candidate, award_fen);
                }
            }
            _ => {}
        }
    }
}

impl<'a> Lot<'a> {
    fn win(&mut self, act: &'a Standing, supplier: &'a str, award_fen: i64) {
        self.revoke();
        self.status = "complete";
        self.awards.push(Award {
            supplier,
            award_fen,
            act,
            is_cancelled: false,
        });
    }

    fn revoke(&mut self) {
        for award in &mut self.awards {
            award.is_cancelled = true;
        }
    }

    /// The award in force.
    pub fn in_force(&self) -> Option<&Award<'a>> {
        self.awards.iter().find(|award| !award.is_cancelled)
    }

    /// The method of the lot.
    pub fn method(&self) -> ProcurementMethod {
        self.method
    }

    fn price_of(&self, supplier: &str) -> Option<i64> {
        let (_, opened) = self.opening?;
        let bid = opened.iter().find(|bid| bid.supplier == supplier)?;
        Some(bid.price_fen)
    }

    /// The least of its amount and its ceilings.
    pub fn ceiling(&self) -> i64 {
        let ceilings = [self.ceiling_fen, self.document_ceiling_fen];
        let stated = ceilings.into_iter().flatten();
        let least = stated.chain([self.amount_fen]).filter(|fen| *fen > 0).min();
        least.unwrap_or_default()
    }

    /// Whether and why a bid counts: by the evaluation, else by the review of qualification.
    pub fn standing_of(&self, supplier: &str) -> (&'static str, &'a str) {
        let ranking = self.evaluation.map_or(&[][..], |(_, ranking)| ranking);
        if let Some(ranked) = ranking.iter().find(|bid| bid.supplier == supplier) {
            return match ranked.valid {
                true => ("valid", ""),
                false => ("disqualified", &ranked.invalid_reason),
            };
        }
        let failed = self.reviewed.iter().find(|of| of.supplier == supplier);
        match failed.filter(|result| !result.passed) {
            Some(result) => ("disqualified", &result.failed_item),
            None => ("pending", ""),
        }
    }

    /// How many bid; -1 where it is not known.
    pub fn bidders_count(&self) -> i64 {
        let opened = self.opening.map(|(_, bidders)| bidders.len());
        let ranked = self.evaluation.map(|(_, ranking)| ranking.len());
        let known = opened.or(ranked).map(i64::try_from);
        known.and_then(Result::ok).unwrap_or(-1)
    }

    /// The acts behind what is told of it.
    pub fn acts(&self) -> impl Iterator<Item = &'a Standing> {
        let opening = self.opening.map(|(act, _)| act);
        let evaluation = self.evaluation.map(|(act, _)| act);
        let award = self.in_force().map(|award| award.act);
        [self.document, opening, evaluation, award]
            .into_iter()
            .flatten()
    }
}

/// How open a method is, in the words of OCDS.
pub(super) fn competition(method: ProcurementMethod) -> &'static str {
    use ProcurementMethod as M;
    match method {
        M::OpenTender => "open",
        M::InvitedTender
        | M::Negotiation
        | M::Consultation
        | M::Inquiry
        | M::CoopInnovation
        | M::EmallBid => "selective",
        M::Framework | M::EmallGroup | M::Emergency => "limited",
        M::SingleSource | M::EmallDirect => "direct",
        M::Unspecified => "",
    }
}

/// The method by its name in the schema, without what all names begin with.
pub(super) fn method_name(method: ProcurementMethod) -> &'static str {
    let name = method.as_str_name();
    match method {
        ProcurementMethod::Unspecified => "",
        _ => name.strip_prefix("PROCUREMENT_METHOD_").unwrap_or(name),
    }
}
