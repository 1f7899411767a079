//! What comes before the opening: single source, notices, documents, bonds, bids.

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::{DOCUMENT, LOT, Way};
use crate::{
    events::v1::{
        BondCollected, BondForm, BondKind, BondReturned, ClarificationIssued, FeePayer,
        MethodChangeApproved, MethodChangeRequested, MethodGround, NoticePublished, NoticeType,
        PrequalificationNotice, ProcurementDocumentIssued, ProcurementMethod, ReargumentResult,
        SingleSourceArgued, SingleSourceObjected, SingleSourcePublicised, SingleSourceReargued,
        TenderNotice, VenueAllocated, VenueKind, VenueRequested, event_payload::Payload,
        notice_published::Content,
    },
    simulate::{
        city::venues,
        draft::{instant, source},
        script::{Script, Who, award::Award, tender::Bid},
    },
};

/// The hour at which bids close and are opened.
pub(super) const DEADLINE_HOUR: i64 = 9;
const PUBLICITY: &str = "GS-01";
const BOND: &str = "TB-01";

impl Script<'_> {
    /// Buys: from the first notice to the announced award; `None` where procurement is given up.
    pub(super) fn buy_planted(&mut self, rule_id: &str) -> Option<Award> {
        self.go(1);
        let winner = match rule_id {
            "GPL-77-BANNED" => 0,
            _ => self.supplier_of(Self::winner_sizes(rule_id), &[]),
        };
        if self.way() == Way::SingleSource {
            self.publicise_planted(rule_id, winner);
        } else {
            self.call_planted(rule_id);
        }
        self.go(1);
        let deadline = self.document_planted(rule_id);
        if rule_id == "HY-13-WAIT-3WD" {
            self.wait_for_room(rule_id, deadline);
        }
        let bids = self.bid_planted(rule_id, winner, deadline);
        if rule_id == "MOF87-29-TERM-5WD" {
            self.terminate_planted(rule_id);
            return None;
        }
        self.track.today = deadline;
        self.judge_planted(rule_id, bids)
    }

    /// Argues a single source and makes it public.
    fn publicise_planted(&mut self, rule_id: &str, winner: usize) {
        let is_large = rule_id == "GPLR-38-SSP-5WD";
        let uscc = self.world.suppliers[winner].uscc.clone();
        let lot_nos = vec![LOT.to_owned()];
        let to_method = ProcurementMethod::SingleSource.into();
        if is_large {
            let requested = MethodChangeRequested {
                request_id: "BG-01".into(),
                lot_nos: lot_nos.clone(),
                to_method,
                method_ground: MethodGround::SingleUniqueSupplier.into(),
                reason: "只能从唯一供应商处采购".into(),
                requested_on: self.track.today.to_string(),
            };
            let payload = Payload::MethodChangeRequested(requested);
            self.by(Who::Unit, payload, "method change asked for");
            self.go(1);
        }
        let argued = SingleSourceArgued {
            argument_id: "LZ-01".into(),
            lot_nos: lot_nos.clone(),
            supplier: uscc.clone(),
            expert_nos: (0..3).map(|index| format!("M-{index:05}")).collect(),
            unique_reason: "须采用不可替代的专利".into(),
            argued_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::SingleSourceArgued(argued),
            "single source argued",
        );
        self.go(1);
        let days = if is_large { 2 } else { 6 };
        let last = self.calendar.workdays_after(self.track.today, days);
        let publicised = SingleSourcePublicised {
            publicity_id: PUBLICITY.into(),
            lot_nos: lot_nos.clone(),
            supplier: uscc,
            argument_id: "LZ-01".into(),
            from: self.track.today.to_string(),
            to: last.to_string(),
            channel: source::NOTICES.into(),
            publicised_on: self.track.today.to_string(),
        };
        let payload = Payload::SingleSourcePublicised(publicised);
        self.by(Who::Unit, payload, "single source made public");
        if is_large {
            self.breaks(rule_id, ("publicity", PUBLICITY));
        }
        if rule_id == "MOF74-40-REARGUE-5WD" {
            self.reargue_planted(rule_id, winner, last);
        }
        self.track.today = self.track.today.max(last);
        if is_large {
            self.go(1);
            let approved = MethodChangeApproved {
                request_id: "BG-01".into(),
                lot_nos,
                to_method,
                doc_no: format!("衡财购批-{}", self.project_id),
                decided_on: self.track.today.to_string(),
            };
            let payload = Payload::MethodChangeApproved(approved);
            self.by(Who::City, payload, "method change approved");
        }
    }

    /// An objection that is answered after its five working days.
    fn reargue_planted(&mut self, rule_id: &str, winner: usize, last: NaiveDate) {
        self.go(2);
        let rival = (winner + 1) % self.world.suppliers.len();
        let objected = SingleSourceObjected {
            publicity_id: PUBLICITY.into(),
            objection_no: "1".into(),
            objector: self.world.suppliers[rival].uscc.clone(),
            content: "我公司亦能提供同类产品".into(),
            objected_on: self.track.today.to_string(),
        };
        let payload = Payload::SingleSourceObjected(objected);
        self.by(Who::Unit, payload, "single source objected to");
        self.track.today = self.calendar.workdays_after(last, 8);
        let reargued = SingleSourceReargued {
            publicity_id: PUBLICITY.into(),
            lot_nos: vec![LOT.into()],
            result: ReargumentResult::ObjectionRejected.into(),
            reargued_on: self.track.today.to_string(),
        };
        let payload = Payload::SingleSourceReargued(reargued);
        self.by(Who::Unit, payload, "single source argued again");
        self.breaks_within((last, 5), rule_id, ("publicity", PUBLICITY));
    }

    /// Publishes that bids are called for.
    fn call_planted(&mut self, rule_id: &str) {
        let date = |day: NaiveDate| day.to_string();
        if rule_id == "GPLR-21-PREQ-5WD" {
            let content = PrequalificationNotice {
                text: format!("{}资格预审公告", self.name()),
            };
            let about = NoticePublished {
                lot_nos: vec![LOT.into()],
                from: date(self.track.today),
                to: date(self.calendar.workdays_after(self.track.today, 3)),
                ..NoticePublished::default()
            };
            let kind = NoticeType::Prequalification;
            self.tell(kind, "YS-01", Content::Prequalification(content), about);
            self.breaks(rule_id, ("notice", "YS-01"));
            self.go(4);
        }
        let is_short = rule_id == "MOF87-16-NOTICE-5WD";
        let days = if is_short { 2 } else { 6 };
        let content = TenderNotice {
            text: format!("{}采购公告", self.name()),
            requirement: "详见采购文件".into(),
            budget_fen: Some(self.outline.amount_fen()),
        };
        let about = NoticePublished {
            lot_nos: vec![LOT.into()],
            from: date(self.track.today),
            to: date(self.calendar.workdays_after(self.track.today, days)),
            ..NoticePublished::default()
        };
        self.tell(NoticeType::Tender, "GG-01", Content::Tender(content), about);
        if is_short {
            self.breaks(rule_id, ("notice", "GG-01"));
        }
    }

    /// The last day of bids after the documents are issued today.
    fn deadline_planted(&self, rule_id: &str) -> NaiveDate {
        let issued_on = self.track.today;
        match (rule_id, self.way()) {
            ("MOF74-29-NEG-3WD" | "MOF74-45-INQ-3WD", _) => {
                self.calendar.workdays_after(issued_on, 2)
            }
            ("MOF214-10-CON-10D", _) => self.calendar.workdays_after(issued_on, 2),
            ("GPL-35-BID-20D", _) => self.calendar.workdays_after(issued_on, 8),
            (_, Way::Tender | Way::Works) => self.calendar.days_after(issued_on, 22),
            (_, Way::Consultation) => self.calendar.days_after(issued_on, 12),
            _ => self.calendar.workdays_after(issued_on, 5),
        }
    }

    fn document_planted(&mut self, rule_id: &str) -> NaiveDate {
        let (issued_on, budget_fen) = (self.track.today, self.outline.amount_fen());
        let deadline = self.deadline_planted(rule_id);
        let days = match rule_id {
            "GPLR-31-DOC-5WD" | "MOF214-10-DOC-5WD" => 2,
            _ => 6,
        };
        let bond_bp = match rule_id {
            "GPLR-33-BOND-2PCT" => 300,
            "HY-05-BIDBOND-0"
            | "MOF87-29-TERM-5WD"
            | "GPLR-33-BOND-LOSER-5WD"
            | "GPLR-33-BOND-WINNER-5WD" => 100,
            _ => 0,
        };
        let fee_payer = match rule_id {
            "HY-05-FEE-PAYER" => FeePayer::Supplier,
            _ => FeePayer::Purchaser,
        };
        let issued = ProcurementDocumentIssued {
            doc_id: DOCUMENT.into(),
            lot_nos: vec![LOT.into()],
            issued_on: issued_on.to_string(),
            doc_from: issued_on.to_string(),
            doc_to: self.calendar.workdays_after(issued_on, days).to_string(),
            bid_deadline: Some(instant(deadline, DEADLINE_HOUR, 0)),
            budget_fen,
            ceiling_fen: None,
            bid_bond_fen: budget_fen / 10_000 * bond_bp,
            doc_fee_fen: if rule_id == "HY-05-DOCFEE-0" {
                50_000
            } else {
                0
            },
            agency_fee_payer: fee_payer.into(),
            expert_fee_payer: FeePayer::Purchaser.into(),
            performance_bond_bp: Some(if rule_id == "GPLR-48-PB-10PCT" {
                1500
            } else {
                500
            }),
            performance_bond_forms: vec![BondForm::EGuarantee.into()],
            prepayment_bp: 5000,
            prepayment_bp_sme: Some(5000),
        };
        let payload = Payload::ProcurementDocumentIssued(issued);
        let draft = self.draft(source::TRADE, Who::Unit, payload);
        self.accept(draft, "documents issued");
        let plan = format!("PL-{}", self.project_id);
        if bond_bp > 0 {
            self.breaks("HY-05-BIDBOND-0", ("document", DOCUMENT));
        }
        match rule_id {
            "R22-29-FAILED-REVIEW"
            | "GPL-35-BID-20D"
            | "GPLR-31-DOC-5WD"
            | "MOF74-29-NEG-3WD"
            | "MOF74-45-INQ-3WD"
            | "MOF214-10-CON-10D"
            | "MOF214-10-DOC-5WD"
            | "GPLR-33-BOND-2PCT"
            | "HY-05-DOCFEE-0"
            | "HY-05-FEE-PAYER"
            | "GPLR-48-PB-10PCT" => {
                self.breaks(rule_id, ("document", DOCUMENT));
            }
            "R22-33-KEYREVIEW" | "R22-33-KEYREVIEW-WORKS" => {
                self.breaks(rule_id, ("plan", &plan));
            }
            "GPL-27-METHOD-APPROVAL" => self.breaks(rule_id, ("lot", LOT)),
            "GPLR-31-CLARIFY-15D" | "MOF214-10-CLARIFY-5D" => {
                self.clarify_planted(rule_id, deadline);
            }
            _ => {}
        }
        deadline
    }

    /// A room for the opening that is given for a day after its three working days.
    fn wait_for_room(&mut self, rule_id: &str, deadline: NaiveDate) {
        let region = self.region().to_owned();
        let request_id = format!("CD-{}-{LOT}", self.project_id);
        let asked_at = instant(self.track.today, 11, 30);
        let requested = VenueRequested {
            request_id: request_id.clone(),
            region: region.clone(),
            project_id: self.project_id.clone(),
            lot_nos: vec![LOT.into()],
            kind: VenueKind::Opening.into(),
            desired_start: Some(instant(deadline, DEADLINE_HOUR, 0)),
            duration_min: 60,
            requested_at: Some(asked_at),
        };
        let payload = Payload::VenueRequested(requested);
        let mut draft = self.draft_at(source::VENUES, Who::Unit, asked_at, payload);
        draft.stream = format!("region/4304/{region}");
        self.accept(draft, "room asked for");
        // A Friday's afternoon may be closed.
        let mut day = self.calendar.workdays_after(deadline, 6);
        let venue = loop {
            if day.weekday() != Weekday::Fri
                && let Some(venue) = self.rooms.book_afternoon(day)
            {
                break venues::id(venue);
            }
            // No room is left in the year: the request goes on.
            if self.calendar.is_over(day) {
                return;
            }
            day = self.calendar.workdays_after(day, 1);
        };
        let allocated = VenueAllocated {
            venue_id: venue.clone(),
            request_id: request_id.clone(),
            region,
            project_id: self.project_id.clone(),
            start: Some(instant(day, 14, 0)),
            end: Some(instant(day, 15, 0)),
            allocated_on: self.track.today.to_string(),
        };
        let stream = format!("venue/4304/{venue}");
        let payload = Payload::VenueAllocated(allocated);
        self.by_venue(stream.clone(), payload, "room given");
        let due_on = self.calendar.workdays_after(deadline, 3);
        let subject = format!("request/4304/{venue}/{request_id}");
        self.breaks_in((subject, stream), due_on, rule_id);
    }

    /// A clarification that comes too late for bids to be written anew.
    fn clarify_planted(&mut self, rule_id: &str, deadline: NaiveDate) {
        // The day before the deadline, or that day where offices are closed before it.
        let eve = deadline.pred_opt().unwrap_or(deadline);
        self.track.today = self.calendar.on_or_after(eve);
        let issued = ClarificationIssued {
            doc_id: DOCUMENT.into(),
            clarification_no: "1".into(),
            lot_nos: vec![LOT.into()],
            affects_bid: true,
            content: "对技术参数第三项作如下澄清".into(),
            new_deadline: None,
            issued_on: self.track.today.to_string(),
        };
        let payload = Payload::ClarificationIssued(issued);
        let draft = self.draft(source::TRADE, Who::Unit, payload);
        self.accept(draft, "clarification issued");
        self.breaks(rule_id, ("clarification", "WJ-01/1/01"));
    }

    /// Receives bids, and the bond of one bidder where one is asked for.
    fn bid_planted(&mut self, rule_id: &str, winner: usize, deadline: NaiveDate) -> Vec<Bid> {
        let day = self.calendar.workdays_after(self.track.today, 1);
        self.track.today = day.min(deadline);
        let count = if self.way() == Way::SingleSource {
            1
        } else {
            4
        };
        let mut suppliers = vec![winner];
        while suppliers.len() < count {
            let sizes = Self::winner_sizes("");
            let rival = self.supplier_of(sizes, &suppliers);
            suppliers.push(rival);
        }
        let mut bids = Vec::new();
        for (index, supplier) in suppliers.into_iter().enumerate() {
            let bid_no = format!("B-{}-{LOT}-{index}", self.outline.index + 1);
            let received_at = instant(self.track.today, 8, index as i64);
            self.receive(LOT, &bid_no, supplier, received_at);
            bids.push(Bid {
                bid_no,
                supplier,
                price_fen: 0,
                fault: "",
            });
        }
        match rule_id {
            "GPLR-33-BOND-LOSER-5WD" | "MOF87-29-TERM-5WD" => self.bond_planted(bids[1].supplier),
            "GPLR-33-BOND-WINNER-5WD" => self.bond_planted(winner),
            _ => {}
        }
        bids
    }

    fn bond_fen(&self) -> i64 {
        self.outline.amount_fen() / 100
    }

    fn bond_planted(&mut self, payer: usize) {
        let collected = BondCollected {
            bond_id: BOND.into(),
            kind: BondKind::Bid.into(),
            form: BondForm::Transfer.into(),
            strict_cash: false,
            amount_fen: self.bond_fen(),
            payer: self.world.suppliers[payer].uscc.clone(),
            lot_no: LOT.into(),
            contract_id: String::new(),
            received_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::BondCollected(collected),
            "bond collected",
        );
    }

    /// Gives a bid bond back, eight working days after a day.
    pub(super) fn return_bond_after(&mut self, from: NaiveDate) {
        let late = self.calendar.workdays_after(from, 8);
        self.track.today = self.track.today.max(late);
        let returned = BondReturned {
            bond_id: BOND.into(),
            return_no: "1".into(),
            amount_fen: self.bond_fen(),
            interest_fen: 0,
            contract_id: String::new(),
            returned_on: self.track.today.to_string(),
        };
        self.by(Who::Unit, Payload::BondReturned(returned), "bond returned");
    }

    /// Where a late bond is noted.
    pub(super) fn breaks_bond(&mut self, rule_id: &str, from: NaiveDate) {
        self.breaks_within((from, 5), rule_id, ("bond", BOND));
    }

    fn terminate_planted(&mut self, rule_id: &str) {
        self.unfinished = 1;
        self.give_up(LOT.into());
        let terminated_on = self.track.today;
        self.return_bond_after(terminated_on);
        self.breaks_within((terminated_on, 5), rule_id, ("termination", "ZZ-01"));
    }
}
