//! The way of a lot through the trading platform: documents, bids, opening, committee. What its
//! bids are worth is told in `judge`, how it ends in `winner`.

use bytes::Bytes;
use chrono::NaiveDate;
use prost_types::Timestamp;

use super::{Plant, Script, Who, award::Award, room::Outcome};
use crate::{
    events::v1::{
        BidReceived, BidReceivedSealed, BidWithdrawn, BidsOpened, BondForm, ClarificationIssued,
        CommitteeFormed, CommitteeFormedPersonal, CommitteeMember, CommitteeMemberKind, FeePayer,
        OpenedBid, PersonDetail, PersonalPayload, ProcurementDocumentIssued, ProcurementMethod,
        ProcurementStarted, ProcurementTerminated, SealedPayload, event_payload::Payload,
        personal_payload::Personal, sealed_payload::Sealed,
    },
    simulate::{
        calendar::after,
        draft::{instant, source},
    },
};

/// A bid that was received.
#[derive(Debug, Clone)]
pub(super) struct Bid {
    pub bid_no: String,
    pub supplier: usize,
    pub price_fen: i64,
    /// Why it is not valid; empty for a valid bid.
    pub fault: &'static str,
}

impl Bid {
    fn new(bid_no: String, supplier: usize) -> Self {
        Self {
            bid_no,
            supplier,
            price_fen: 0,
            fault: "",
        }
    }
}

/// The hour at which bids close.
const DEADLINE_HOUR: i64 = 9;

impl Script<'_> {
    /// Writes a tender; `None` when the lot ends without an award, or the year ends.
    pub(super) fn tender(&mut self, lot: usize, lot_no: String) -> Option<Award> {
        let only = self.only_supplier();
        match only {
            Some(supplier) if !self.publicise(&lot_no, supplier) => {
                return self.record(lot, lot_no);
            }
            Some(_) => {}
            None => {
                self.change_method(&lot_no);
                self.begin(&lot_no);
                self.pass_workdays(2, 8);
                self.publish_tender(&lot_no);
            }
        }
        let deadline = self.issue_documents(lot, &lot_no);
        let deadline = self.clarify(&lot_no, deadline);
        let room = self.ask_room(&lot_no, deadline);
        if self.random.chance(15) {
            self.leave_room(room, Outcome::GivenBack);
            self.give_up(lot_no);
            return None;
        }
        let mut bids = match only {
            Some(supplier) => self.receive_only(&lot_no, supplier),
            None => self.receive_bids(&lot_no, deadline),
        };
        self.track.today = deadline;
        if bids.is_empty() || (bids.len() < 3 && only.is_none()) {
            self.leave_room(room, Outcome::NobodyCame);
            return self.fail(lot, lot_no);
        }
        let award_fen = self.award_fen(lot);
        self.price(&mut bids, award_fen);
        self.open(&lot_no, deadline, &bids);
        self.leave_room(room, Outcome::Used);
        self.form_committee(&lot_no);
        self.qualify(&lot_no, &mut bids);
        self.question(lot, &lot_no, &mut bids);
        self.evaluate(&lot_no, &bids);
        self.pay_experts(&lot_no);
        if self.random.chance(20) {
            self.order_again(&lot_no);
            self.evaluate(&lot_no, &bids);
        }
        self.determine(lot, lot_no, &bids)
    }

    /// The only supplier that can deliver, when the project goes to one.
    fn only_supplier(&mut self) -> Option<usize> {
        (self.method == ProcurementMethod::SingleSource).then(|| self.supplier())
    }

    /// Tells that procurement begins, mostly.
    fn begin(&mut self, lot_no: &str) {
        if !self.random.chance(700) {
            return;
        }
        let started = ProcurementStarted {
            start_id: format!("KS-{lot_no}"),
            lot_nos: vec![lot_no.into()],
            on: self.track.today.to_string(),
        };
        let who = self.organiser();
        let payload = Payload::ProcurementStarted(started);
        self.by(who, payload, "procurement started");
    }

    fn issue_documents(&mut self, lot: usize, lot_no: &str) -> NaiveDate {
        let issued_on = self.track.today;
        let days = self.random.between(21, 28);
        let deadline = self.calendar.days_after(issued_on, days);
        let issued = ProcurementDocumentIssued {
            doc_id: format!("WJ-{lot_no}"),
            lot_nos: vec![lot_no.into()],
            issued_on: issued_on.to_string(),
            doc_from: issued_on.to_string(),
            doc_to: self.calendar.workdays_after(issued_on, 5).to_string(),
            bid_deadline: Some(instant(deadline, DEADLINE_HOUR, 0)),
            budget_fen: self.outline.lots[lot].amount_fen,
            ceiling_fen: None,
            bid_bond_fen: 0,
            doc_fee_fen: 0,
            agency_fee_payer: FeePayer::Purchaser.into(),
            expert_fee_payer: FeePayer::Purchaser.into(),
            performance_bond_bp: Some(500),
            performance_bond_forms: vec![BondForm::EGuarantee.into()],
            prepayment_bp: 3000,
            prepayment_bp_sme: Some(5000),
        };
        let payload = Payload::ProcurementDocumentIssued(issued);
        let draft = self.draft(source::TRADE, self.organiser(), payload);
        self.accept(draft, "documents issued");
        deadline
    }

    /// Clarifies the documents, sometimes with a later deadline; tells the deadline in force.
    fn clarify(&mut self, lot_no: &str, deadline: NaiveDate) -> NaiveDate {
        if !self.random.chance(150) {
            return deadline;
        }
        self.pass_workdays(1, 4);
        let affects_bid = self.random.chance(500);
        let later = self.calendar.days_after(deadline, 7);
        let issued = ClarificationIssued {
            doc_id: format!("WJ-{lot_no}"),
            clarification_no: "1".into(),
            lot_nos: vec![lot_no.into()],
            affects_bid,
            content: "对技术参数第三项作如下澄清".into(),
            new_deadline: affects_bid.then(|| instant(later, DEADLINE_HOUR, 0)),
            issued_on: self.track.today.to_string(),
        };
        let payload = Payload::ClarificationIssued(issued);
        let draft = self.draft(source::TRADE, self.organiser(), payload);
        self.accept(draft, "clarification issued");
        if affects_bid { later } else { deadline }
    }

    /// Ends a procurement before its bids are opened; the lot's share is given back with the plan.
    pub(super) fn give_up(&mut self, lot_no: String) {
        self.pass_workdays(1, 3);
        let terminated = ProcurementTerminated {
            termination_id: format!("ZZ-{lot_no}"),
            lot_nos: vec![lot_no],
            reason: "因重大变故,采购任务取消".into(),
            on: self.track.today.to_string(),
        };
        let who = self.organiser();
        let payload = Payload::ProcurementTerminated(terminated);
        self.by(who, payload, "procurement terminated");
        if !self.track.over {
            self.unfinished -= 1;
        }
    }

    /// Receives the offer of the only supplier.
    fn receive_only(&mut self, lot_no: &str, supplier: usize) -> Vec<Bid> {
        let bid_no = format!("B-{}-{lot_no}-0", self.outline.index + 1);
        self.pass_workdays(1, 5);
        let received_at = instant(self.track.today, 9, 30);
        self.receive(lot_no, &bid_no, supplier, received_at);
        vec![Bid::new(bid_no, supplier)]
    }

    /// Receives bids in order of time; answers those that may be opened.
    fn receive_bids(&mut self, lot_no: &str, deadline: NaiveDate) -> Vec<Bid> {
        let count = self.random.weighted(&[0, 2, 5, 40, 30, 15, 8]);
        let mut bids: Vec<Bid> = Vec::new();
        let mut left = (deadline - self.track.today).num_days() - 1;
        for index in 0..count {
            let supplier = self.supplier();
            if bids.iter().any(|bid| bid.supplier == supplier) {
                continue;
            }
            let days = self.random.between(0, (left / 2).max(0));
            left -= days;
            self.track.today = after(self.track.today, days.unsigned_abs());
            let minute = self.random.between(0, 119);
            let bid_no = format!("B-{}-{lot_no}-{index}", self.outline.index + 1);
            let received_at = instant(self.track.today, 9, minute);
            self.receive(lot_no, &bid_no, supplier, received_at);
            bids.push(Bid::new(bid_no, supplier));
        }
        if bids.len() > 3 && self.random.chance(80) {
            let bid = bids.remove(0);
            let at = instant(self.track.today, 11, 5);
            let withdrawn = BidWithdrawn {
                lot_no: lot_no.into(),
                bid_no: bid.bid_no,
                withdrawn_at: Some(at),
            };
            let payload = Payload::BidWithdrawn(withdrawn);
            self.accept(
                self.draft_at(source::TRADE, Who::Trade, at, payload),
                "bid withdrawn",
            );
        }
        if self.random.chance(50) {
            self.track.today = deadline;
            let supplier = self.supplier();
            let bid_no = format!("B-{}-{lot_no}-late", self.outline.index + 1);
            let received_at = instant(deadline, DEADLINE_HOUR, 5);
            self.receive(lot_no, &bid_no, supplier, received_at);
        }
        bids
    }

    pub(super) fn receive(&mut self, lot_no: &str, bid_no: &str, supplier: usize, at: Timestamp) {
        let received = BidReceived {
            lot_no: lot_no.into(),
            bid_no: bid_no.into(),
            received_at: Some(at),
        };
        let sealed = BidReceivedSealed {
            nonce: Bytes::copy_from_slice(&self.random.bytes::<32>()),
            supplier: self.world.suppliers[supplier].uscc.clone(),
            document_hash: self.hash(),
        };
        let mut draft = self.draft_at(
            source::TRADE,
            Who::Trade,
            at,
            Payload::BidReceived(received),
        );
        draft.sealed = Some(SealedPayload {
            sealed: Some(Sealed::BidReceived(sealed)),
        });
        self.accept(draft, "bid received");
    }

    /// A digest of a file that does not exist.
    pub(super) fn hash(&mut self) -> String {
        let [a, b, c, d] = [(); 4].map(|()| self.random.bits());
        format!("{a:016x}{b:016x}{c:016x}{d:016x}")
    }

    /// Prices the bids: the first is the best, and sometimes the last is far too low.
    fn price(&mut self, bids: &mut [Bid], award_fen: i64) {
        for (rank, bid) in (0..).zip(bids.iter_mut()) {
            bid.price_fen = award_fen + award_fen / 200 * rank;
        }
        if bids.len() > 3 && self.random.chance(120) {
            let last = bids.len() - 1;
            bids[last].price_fen = (award_fen * 2 / 5).max(1);
        }
    }

    fn open(&mut self, lot_no: &str, deadline: NaiveDate, bids: &[Bid]) {
        let mut bidders = Vec::new();
        for bid in bids {
            bidders.push(OpenedBid {
                bid_no: bid.bid_no.clone(),
                supplier: self.world.suppliers[bid.supplier].uscc.clone(),
                price_fen: bid.price_fen,
            });
        }
        let at = instant(deadline, DEADLINE_HOUR, 10);
        let opened = BidsOpened {
            lot_no: lot_no.into(),
            opened_at: Some(at),
            bidders,
        };
        if self.plants(Plant::EarlyOpening) {
            let early = instant(deadline, DEADLINE_HOUR - 1, 0);
            let wrong = BidsOpened {
                opened_at: Some(early),
                ..opened.clone()
            };
            let payload = Payload::BidsOpened(wrong);
            let draft = self.draft_at(source::TRADE, Who::Trade, early, payload);
            self.refuse(draft, Plant::EarlyOpening);
        }
        let payload = Payload::BidsOpened(opened);
        self.accept(
            self.draft_at(source::TRADE, Who::Trade, at, payload),
            "bids opened",
        );
    }

    fn form_committee(&mut self, lot_no: &str) {
        let mut members = Vec::new();
        let mut persons = Vec::new();
        for index in 0..5 {
            let member_no = format!("M-{:05}", self.random.below(800) * 5 + index);
            let kind = match index {
                0 => CommitteeMemberKind::Purchaser,
                _ => CommitteeMemberKind::Expert,
            };
            persons.push(PersonDetail {
                member_no: member_no.clone(),
                name: format!("虚构人员{}", &member_no[2..]),
                employer: "虚构·评审专家库".into(),
                personal_id: String::new(),
                contact: String::new(),
            });
            members.push(CommitteeMember {
                member_no,
                kind: kind.into(),
                drawn_randomly: index > 0,
            });
        }
        let formed = CommitteeFormed {
            lot_no: lot_no.into(),
            members,
            formed_on: self.track.today.to_string(),
        };
        let nonce = Bytes::copy_from_slice(&self.random.bytes::<32>());
        let mut draft = self.draft(source::TRADE, Who::Trade, Payload::CommitteeFormed(formed));
        let personal = Personal::CommitteeFormed(CommitteeFormedPersonal { nonce, persons });
        draft.personal = Some(PersonalPayload {
            personal: Some(personal),
        });
        self.accept(draft, "committee formed");
    }
}
