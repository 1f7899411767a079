//! The way of a lot through the trading platform: documents, bids, opening, committee. How it
//! ends is told in `winner`.

use bytes::Bytes;
use chrono::NaiveDate;
use prost_types::Timestamp;

use super::{Plant, Script, Who, award::Award};
use crate::{
    events::v1::{
        BidReceived, BidReceivedSealed, BidWithdrawn, BidsOpened, BondForm, CommitteeFormed,
        CommitteeFormedPersonal, CommitteeMember, CommitteeMemberKind, FeePayer, OpenedBid,
        PersonDetail, PersonalPayload, ProcurementDocumentIssued, SealedPayload,
        event_payload::Payload, personal_payload::Personal, sealed_payload::Sealed,
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
}

/// The hour at which bids close.
const DEADLINE_HOUR: i64 = 9;

impl Script<'_> {
    /// Writes a tender; `None` when the lot fails or the year ends.
    pub(super) fn tender(&mut self, lot: usize) -> Option<Award> {
        let lot_no = format!("{:02}", lot + 1);
        self.pass_workdays(2, 8);
        self.publish_tender(&lot_no);
        let deadline = self.issue_documents(lot, &lot_no);
        let bids = self.receive_bids(&lot_no, deadline);
        self.track.today = deadline;
        if bids.len() < 3 {
            self.fail(lot, &lot_no);
            return None;
        }
        let award_fen = self.award_fen(lot);
        self.open(&lot_no, deadline, &bids, award_fen);
        self.form_committee(&lot_no);
        self.evaluate(&lot_no, &bids, award_fen);
        self.determine(lot, lot_no, bids[0].supplier, award_fen)
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
            bids.push(Bid { bid_no, supplier });
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

    fn receive(&mut self, lot_no: &str, bid_no: &str, supplier: usize, at: Timestamp) {
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

    fn open(&mut self, lot_no: &str, deadline: NaiveDate, bids: &[Bid], award_fen: i64) {
        let mut bidders = Vec::new();
        for (rank, bid) in (1..).zip(bids) {
            bidders.push(OpenedBid {
                bid_no: bid.bid_no.clone(),
                supplier: self.world.suppliers[bid.supplier].uscc.clone(),
                price_fen: price_fen(award_fen, rank),
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

/// The price of the bid at a place in the ranking; the best is the award.
pub(super) fn price_fen(award_fen: i64, rank: i32) -> i64 {
    award_fen + award_fen / 200 * i64::from(rank - 1)
}
