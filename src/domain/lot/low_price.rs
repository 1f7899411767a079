//! 异常低价: a price that fails a test, its explanation, the committee's decision.
//!
//! Triggered, explained, decided, each once and in this order; a supplier that does not answer is
//! explained with no digest. A trigger makes no bid invalid (财库〔2026〕2号).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::{
    machine::{Case, Row, step},
    payload::EventType,
};

/// Where a case stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LowPriceStatus {
    /// No case.
    #[default]
    Absent,
    /// 启动: the price must be explained.
    Triggered,
    /// 已说明.
    Explained,
    /// 已认定; final.
    Decided,
}

/// A case of one supplier's price.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowPrice {
    /// Where it stands.
    pub status: LowPriceStatus,
    /// The supplier.
    pub supplier: String,
    /// The price as quoted, in fen.
    pub price_fen: i64,
    /// The day of the trigger.
    pub triggered_on: Option<NaiveDate>,
    /// The day of the explanation.
    pub explained_on: Option<NaiveDate>,
    /// The day of the decision.
    pub decided_on: Option<NaiveDate>,
    /// The price stands.
    pub is_accepted: bool,
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<LowPriceStatus>] = {
    use Case::Any;
    use EventType as E;
    use LowPriceStatus::{Absent, Decided, Explained, Triggered};
    &[
        (Absent, E::AbnormalLowPriceTriggered, Any, Triggered),
        (Triggered, E::AbnormalLowPriceExplained, Any, Explained),
        (Explained, E::AbnormalLowPriceDecided, Any, Decided),
    ]
};

impl LowPrice {
    /// Whether an event may happen to the case: `Known` if so, as the lot's table has it.
    pub(super) fn case_of(case: Option<&Self>, event: EventType) -> Case {
        let status = case.map_or(LowPriceStatus::Absent, |case| case.status);
        match step(TRANSITIONS, status, event, Case::Other) {
            Some(_) => Case::Known,
            None => Case::Other,
        }
    }

    /// Leads the case where the event leads it; a case that may not go there stays.
    pub(super) fn advance(&mut self, event: EventType) -> bool {
        let to = step(TRANSITIONS, self.status, event, Case::Other);
        if let Some(to) = to {
            self.status = to;
        }
        to.is_some()
    }
}
