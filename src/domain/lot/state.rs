//! What is known of a lot.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::low_price::LowPrice;

/// Where a lot stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LotStatus {
    /// Not planned.
    #[default]
    Absent,
    /// Planned, nothing issued.
    Planned,
    /// 单一来源公示: a single source is made public.
    Publicised,
    /// Documents are out, bids may come.
    Open,
    /// Bids are opened.
    Opened,
    /// The committee has concluded.
    Evaluated,
    /// The winner is determined, the notice not issued.
    AwardPending,
    /// Awarded; contracts may be signed.
    Awarded,
    /// A contract is signed.
    Contracted,
    /// 暂停: held by complaints; it goes on from where it stood.
    Suspended,
    /// 废标: ended without an award.
    Failed,
    /// 终止: ended before the bid deadline.
    Terminated,
}

/// A bid as received; who sent it stays sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bid {
    /// When it was received, microseconds since 1970-01-01T00:00:00Z.
    pub received_at_us: i64,
    /// It was withdrawn.
    pub is_withdrawn: bool,
    /// It came after the deadline and may not be opened.
    pub is_late: bool,
}

/// A bid in the ranking of the evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    /// Its rank; 1 is best.
    pub rank: i32,
    /// It is valid.
    pub is_valid: bool,
}

/// The award of a lot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Award {
    /// The winner.
    pub supplier: String,
    /// The award in fen.
    pub amount_fen: i64,
    /// The day of determination.
    pub determined_on: NaiveDate,
    /// The day of the award notice.
    pub notified_on: Option<NaiveDate>,
    /// What the award notice tells, in fen.
    pub notified_fen: Option<i64>,
    /// Recorded without its execution (`AwardRecorded`).
    pub is_recorded: bool,
}

/// 重新采购: the new lot by which a failed lot is procured again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// The new lot.
    pub lot_no: String,
    /// Its amount in fen.
    pub amount_fen: i64,
    /// Its share by budget line, in fen.
    pub parts: BTreeMap<String, i64>,
}

/// The state of a lot. Amounts in fen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lot {
    /// Where it stands.
    pub status: LotStatus,
    /// The day on which it came to be: of the plan or revision that has it, or of the retry.
    pub planned_on: Option<NaiveDate>,
    /// Its share of the plan.
    pub amount_fen: i64,
    /// 最高限价 of the plan.
    pub ceiling_fen: Option<i64>,
    /// Its share by budget line.
    pub parts: BTreeMap<String, i64>,
    /// 最高限价 of the documents.
    pub document_ceiling_fen: Option<i64>,
    /// The day on which documents were issued.
    pub issued_on: Option<NaiveDate>,
    /// 投标截止时间, microseconds since 1970-01-01T00:00:00Z.
    pub bid_deadline_us: Option<i64>,
    /// Bids by number.
    pub bids: BTreeMap<String, Bid>,
    /// Suppliers of opened bids, by bid number.
    pub bidders: BTreeMap<String, String>,
    /// The day of opening.
    pub opened_on: Option<NaiveDate>,
    /// The ranking, by supplier.
    pub ranking: BTreeMap<String, Ranked>,
    /// The day on which evaluation concluded.
    pub concluded_on: Option<NaiveDate>,
    /// The day on which the report reached the purchaser.
    pub reported_on: Option<NaiveDate>,
    /// The award.
    pub award: Option<Award>,
    /// Sum of signed contracts.
    pub contracted_fen: i128,
    /// The day of failure.
    pub failed_on: Option<NaiveDate>,
    /// What failure, or giving up the retry, says of its share by budget line.
    pub failed_parts: Option<BTreeMap<String, i64>>,
    /// Failed with a retry intended: its occupation is held.
    pub is_held: bool,
    /// 采购方式 of its own, as the schema's number; 0 while it is the plan's.
    pub method: i32,
    /// The day on which its procurement began.
    pub started_on: Option<NaiveDate>,
    /// The documents in force.
    pub doc_id: String,
    /// Clarifications of them.
    pub clarifications: BTreeSet<String>,
    /// When bids were opened, microseconds since 1970-01-01T00:00:00Z.
    pub opened_at_us: Option<i64>,
    /// Who qualified, by supplier.
    pub qualified: BTreeMap<String, bool>,
    /// 异常低价 cases by number.
    pub low_prices: BTreeMap<String, LowPrice>,
    /// Orders to evaluate again.
    pub reevaluations: BTreeSet<String>,
    /// The day of the newest of them.
    pub reevaluate_from: Option<NaiveDate>,
    /// Suppliers whose award was taken back.
    pub revoked: BTreeSet<String>,
    /// The day of termination.
    pub terminated_on: Option<NaiveDate>,
    /// Complaints that hold it.
    pub suspensions: BTreeSet<String>,
    /// Where it stood before it was suspended.
    pub suspended_from: LotStatus,
    /// The failed lot that it procures again.
    pub reprocures: Option<String>,
    /// The lot that procures it again.
    pub retry: Option<Retry>,
}

impl Lot {
    /// The most that may be awarded: the least of amount and ceilings, in fen.
    pub fn award_limit_fen(&self) -> i64 {
        let ceilings = [self.ceiling_fen, self.document_ceiling_fen];
        ceilings
            .into_iter()
            .flatten()
            .fold(self.amount_fen, i64::min)
    }

    /// Bids that may be opened: in time and not withdrawn.
    pub fn openable_bids(&self) -> impl Iterator<Item = &str> {
        self.bids
            .iter()
            .filter(|(_, bid)| !bid.is_late && !bid.is_withdrawn)
            .map(|(bid_no, _)| bid_no.as_str())
    }

    /// 采购方式 in force: its own, else the plan's. As the schema's number.
    pub fn method_in_force(&self, plan_method: i32) -> i32 {
        match self.method {
            0 => plan_method,
            own => own,
        }
    }

    /// Whether one complaint alone holds it.
    pub fn is_held_only_by(&self, complaint_id: &str) -> bool {
        self.suspensions.len() == 1 && self.suspensions.contains(complaint_id)
    }

    /// Whether a supplier's bid is opened.
    pub fn has_bidder(&self, supplier: &str) -> bool {
        self.bidders.values().any(|known| known == supplier)
    }

    /// Whether an instant is after the deadline.
    pub fn is_late(&self, instant_us: i64) -> bool {
        self.bid_deadline_us
            .is_some_and(|deadline_us| instant_us > deadline_us)
    }
}
