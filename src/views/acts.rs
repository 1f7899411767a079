//! Events on one line each: what, when, by whom, how much.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::Standing;
use crate::{
    domain::payload::EventType,
    events::{
        descriptor::{self, schema},
        v1::{self, LoopStage, event_payload::Payload},
    },
};

/// What the schema tells of each type, in the order of [`EventType`].
static TYPES: LazyLock<Vec<&'static descriptor::EventType>> = LazyLock::new(|| {
    let of = |event_type: &EventType| {
        let found = schema().by_name(event_type.name());
        found.expect("every type stands in the schema")
    };
    EventType::ALL.iter().map(of).collect()
});

/// The place of each type in [`TYPES`] by its name.
static PLACES: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    let names = TYPES.iter().map(|of| of.name.as_str());
    names.zip(0..).collect()
});

/// An act as it is kept: the titles of its type stand in the schema.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    position: u64,
    of: usize,
    on: Cow<'a, str>,
    actor_org: Cow<'a, str>,
    actor_role: i32,
    amount_fen: Option<i64>,
}

impl Serialize for v1::Act {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let of = PLACES.get(self.event_type.as_str());
        let of = of.ok_or_else(|| ser::Error::custom("an act of no type of the schema"))?;
        let kept = Kept {
            position: self.position,
            of: *of,
            on: Cow::Borrowed(&self.on),
            actor_org: Cow::Borrowed(&self.actor_org),
            actor_role: self.actor_role,
            amount_fen: self.amount_fen,
        };
        kept.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for v1::Act {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kept = Kept::deserialize(deserializer)?;
        let of = TYPES.get(kept.of);
        let of = of.ok_or_else(|| de::Error::custom("an act of no type of the schema"))?;
        Ok(Self {
            position: kept.position,
            event_type: of.name.clone(),
            title_zh: of.title_zh.clone(),
            title_en: of.title_en.clone(),
            on: kept.on.into_owned(),
            actor_org: kept.actor_org.into_owned(),
            actor_role: kept.actor_role,
            amount_fen: kept.amount_fen,
        })
    }
}

/// What the schema tells of an event's type.
pub fn told(payload: &Payload) -> &'static descriptor::EventType {
    TYPES[EventType::of(payload) as usize]
}

/// The stage of the loop that an event is an act of; `None` for what stands beside the loop.
pub fn stage_of(payload: &Payload) -> Option<LoopStage> {
    // The ranges of the payload begin with the registry; budget is their second.
    let number = i32::try_from(told(payload).stage()).ok()?.checked_sub(1)?;
    LoopStage::try_from(number)
        .ok()
        .filter(|stage| *stage != LoopStage::Unspecified)
}

/// The amount of an event that counts in control totals.
pub fn amount_of(payload: &Payload) -> Option<i64> {
    Some(match payload {
        Payload::BudgetLineApproved(e) => e.amount_fen,
        Payload::BudgetLineAdjusted(e) => e.delta_fen,
        Payload::BudgetLineFrozen(e) => e.amount_fen,
        Payload::BudgetLineUnfrozen(e) => e.amount_fen,
        Payload::PlanFiled(e) => e.amount_fen,
        Payload::PlanRevised(e) => e.amount_fen,
        Payload::WinnerDetermined(e) => e.award_fen,
        Payload::AwardRecorded(e) => e.award_fen,
        Payload::AgencyFeePaid(e) => e.amount_fen,
        Payload::ExpertFeePaid(e) => e.amount_fen,
        Payload::ContractSigned(e) => e.amount_fen,
        Payload::SupplementSigned(e) => e.amount_fen,
        Payload::ContractChanged(e) => e.delta_fen,
        Payload::InvoiceReceived(e) => e.amount_fen,
        Payload::SettlementConfirmed(e) => e.amount_fen,
        Payload::LiquidatedDamagesAssessed(e) => e.amount_fen,
        Payload::PaymentRequested(e) => e.amount_fen,
        Payload::PaymentExecuted(e) => e.amount_fen,
        Payload::PaymentReturned(e) => e.amount_fen,
        Payload::AcceptanceConcluded(e) => e.accepted_fen,
        Payload::EmallOrderPlaced(e) => e.amount_fen,
        Payload::SmallPurchaseRecorded(e) => e.amount_fen,
        Payload::FarmPurchaseReported(e) => e.amount_fen,
        Payload::FarmPurchaseReversed(e) => e.amount_fen,
        Payload::FinancingApproved(e) => e.amount_fen,
        Payload::FinancingDisbursed(e) => e.amount_fen,
        Payload::FinancingRepaid(e) => e.amount_fen,
        Payload::FrameworkOrderPlaced(e) => e.amount_fen,
        Payload::BondCollected(e) => e.amount_fen,
        Payload::BondReturned(e) => e.amount_fen,
        Payload::BondForfeited(e) => e.amount_fen,
        Payload::GuaranteeIssued(e) => e.amount_fen,
        Payload::GuaranteeReleased(e) => e.amount_fen,
        Payload::GuaranteeClaimed(e) => e.amount_fen,
        _ => return None,
    })
}

/// An event on one line.
pub fn act(standing: &Standing, payload: &Payload) -> v1::Act {
    let of = told(payload);
    let event = &standing.fact.event;
    v1::Act {
        position: standing.position,
        event_type: of.name.clone(),
        title_zh: of.title_zh.clone(),
        title_en: of.title_en.clone(),
        on: standing.on().to_string(),
        actor_org: event.actor_org.clone(),
        actor_role: event.actor_role,
        amount_fen: amount_of(payload),
    }
}
