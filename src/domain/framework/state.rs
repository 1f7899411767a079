//! What is known of a framework agreement.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::events::v1::FrameworkKind;

/// Where a framework agreement stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FrameworkStatus {
    /// Nothing happened.
    #[default]
    Absent,
    /// 方案: drafted.
    Draft,
    /// 已审核: finance reviewed the draft.
    PlanReviewed,
    /// 征集中: suppliers are called.
    Soliciting,
    /// 入围: suppliers are on the short list.
    Shortlisted,
    /// 已签订: an agreement is signed.
    Signed,
    /// 已生效: orders may be placed.
    Active,
    /// 补充征集: active, and more suppliers are called.
    SupplementSoliciting,
    /// 到期; final.
    Expired,
    /// 终止; final.
    Terminated,
}

/// A supplier on the short list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortlisted {
    /// Its rank; 1 is best.
    pub rank: i32,
    /// The day of the short list.
    pub shortlisted_on: Option<NaiveDate>,
    /// The day on which it was taken off.
    pub removed_on: Option<NaiveDate>,
}

/// A signed agreement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// The supplier.
    pub supplier: String,
    /// The price of one of each item, in fen.
    pub unit_prices_fen: BTreeMap<String, i64>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
    /// The day of signing.
    pub signed_on: Option<NaiveDate>,
}

impl Agreement {
    /// Whether it is in force on a day.
    pub fn is_in_force(&self, on: NaiveDate) -> bool {
        self.valid_from.is_some_and(|from| from <= on) && self.valid_to.is_some_and(|to| on <= to)
    }
}

/// What an order says that the agreements of its supplier do not allow, as they stood when it was
/// placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderFault {
    /// The supplier is not on the short list, or signed no agreement.
    NoAgreement {
        /// The supplier.
        supplier: String,
    },
    /// An item of no agreement in force.
    UnknownItem {
        /// The item.
        sku: String,
    },
    /// None of its agreements is in force on the day of the order.
    OutOfForce {
        /// The supplier.
        supplier: String,
        /// The first day of any agreement.
        valid_from: Option<NaiveDate>,
        /// The last day of any agreement.
        valid_to: Option<NaiveDate>,
        /// The day of the order.
        placed_on: NaiveDate,
    },
    /// An item over the highest price agreed.
    OverPrice {
        /// The item.
        sku: String,
        /// The highest price agreed, in fen.
        agreed_fen: i64,
        /// The price of the order, in fen.
        unit_price_fen: i64,
    },
}

/// An order under the agreements.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    /// Its amount in fen.
    pub amount_fen: i64,
    /// What is wrong with it: nothing, unless a correction or void took away what it rested on.
    pub fault: Option<OrderFault>,
}

/// The state of a framework agreement. Enumerations are kept as the schema's numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Framework {
    /// Where it stands.
    pub status: FrameworkStatus,
    /// 征集人.
    pub soliciting_unit: String,
    /// 封闭式 or 开放式.
    pub kind: i32,
    /// 品目.
    pub category: String,
    /// The day of the draft.
    pub drafted_on: Option<NaiveDate>,
    /// The day of the review.
    pub reviewed_on: Option<NaiveDate>,
    /// The day of the newest call.
    pub solicited_on: Option<NaiveDate>,
    /// The day of its deadline.
    pub deadline_on: Option<NaiveDate>,
    /// The day of the newest short list.
    pub shortlisted_on: Option<NaiveDate>,
    /// The short list, removed suppliers included.
    pub suppliers: BTreeMap<String, Shortlisted>,
    /// Agreements by number.
    pub agreements: BTreeMap<String, Agreement>,
    /// The day on which orders became possible.
    pub activated_on: Option<NaiveDate>,
    /// Filings with finance.
    pub filings: BTreeSet<String>,
    /// Orders by number.
    pub orders: BTreeMap<String, Ordered>,
    /// The day of expiry or termination.
    pub ended_on: Option<NaiveDate>,
}

impl Framework {
    /// Whether suppliers may join at any time (开放式).
    pub fn is_open(&self) -> bool {
        self.kind == FrameworkKind::Open as i32
    }

    /// Whether a supplier is on the short list and was not taken off it.
    pub fn is_shortlisted(&self, supplier: &str) -> bool {
        let shortlisted = self.suppliers.get(supplier);
        shortlisted.is_some_and(|shortlisted| shortlisted.removed_on.is_none())
    }

    /// The agreements of a supplier.
    pub fn agreements_of(&self, supplier: &str) -> impl Iterator<Item = &Agreement> {
        let is_of = move |agreement: &&Agreement| agreement.supplier == supplier;
        self.agreements.values().filter(is_of)
    }

    /// The last day on which any agreement is in force.
    pub fn last_day(&self) -> Option<NaiveDate> {
        let days = self.agreements.values().filter_map(|a| a.valid_to);
        days.max()
    }
}
