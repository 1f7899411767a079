//! CN 食堂食材采购总额 and FR 预留份额: what a unit's canteen spends in a year, and what it reserves and
//! buys on a platform of farm products (task 03b).
//!
//! The spend is keyed by unit and year, the reserve by unit, year and platform. Declaring again
//! restates; accounts on platforms are recorded once ([`record`](super::record)). Whether a unit
//! fulfils its share is a finding at a cutoff day, and no status here.
//!
//! Decided where the domain's specification is silent:
//! - A purchase counts also where nothing was reserved or no account is known: findings tell that.
//! - A number of an order is reported once per reserve (E002); a reversal names one that is known
//!   (E001) and takes back no more than it, all reversals together (E023).
//! - The year of a purchase is that of its payment (E003). A reversal names the purchase's year and
//!   may come in a later one.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Code, Refusal, repeated, unknown_name},
    touched::farm_platform,
};
use crate::events::v1::{self, event_payload::Payload};

/// Whether a spend is declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CanteenStatus {
    /// Not declared.
    #[default]
    Absent,
    /// Declared; may be restated.
    Declared,
}

/// 上年度食堂食材采购总额 of a unit, as last declared for a year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanteenSpend {
    /// Whether it is declared.
    pub status: CanteenStatus,
    /// What the canteen bought in the year before, in fen.
    pub prev_year_total_fen: i64,
    /// The unit has a canteen.
    pub has_canteen: bool,
    /// The day of the newest declaration.
    pub declared_on: Option<NaiveDate>,
}

/// Which event leads where, for the spend.
pub const CANTEEN_TRANSITIONS: &[Row<CanteenStatus>] = {
    use CanteenStatus::{Absent, Declared};
    use EventType::CanteenSpendDeclared;
    &[
        (Absent, CanteenSpendDeclared, Case::Any, Declared),
        (Declared, CanteenSpendDeclared, Case::Any, Declared),
    ]
};

/// Whether the event may happen to the spend as it stands.
pub fn canteen_transition(
    state: &CanteenSpend,
    entity: &EntityRef,
    fact: &Fact,
) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    let event = (EventType::of(payload), Case::Other);
    advance(CANTEEN_TRANSITIONS, state.status, event, entity).map(drop)
}

/// The spend after one more fact.
pub fn canteen_evolve(state: &mut CanteenSpend, _: &EntityRef, _position: u64, fact: &Fact) {
    if let Some(Payload::CanteenSpendDeclared(event)) = payload_of(&fact.event) {
        state.status = CanteenStatus::Declared;
        state.prev_year_total_fen = event.prev_year_total_fen;
        state.has_canteen = event.has_canteen;
        state.declared_on = Some(fact.legal_date);
    }
}

/// Where a reserve stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReserveStatus {
    /// Not declared.
    #[default]
    Absent,
    /// 已填报.
    Declared,
    /// 已调整: declared again.
    Adjusted,
}

/// A purchase on a platform, and what of it was taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// The amount reported, in fen.
    pub amount_fen: i64,
    /// Σ reversals, in fen.
    pub reversed_fen: i128,
    /// The day of payment.
    pub paid_on: NaiveDate,
}

/// 预留份额 of a unit on a platform in a year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FarmReserve {
    /// Where it stands.
    pub status: ReserveStatus,
    /// What is reserved, as last declared, in fen.
    pub reserved_fen: i64,
    /// The day of the newest declaration.
    pub declared_on: Option<NaiveDate>,
    /// Purchases by number of the order on the platform.
    pub purchases: BTreeMap<String, Purchase>,
}

/// Which event leads where, for the reserve.
pub const RESERVE_TRANSITIONS: &[Row<ReserveStatus>] = {
    use Case::Any;
    use EventType as E;
    use ReserveStatus::{Absent, Adjusted, Declared};
    &[
        (Absent, E::FarmReserveDeclared, Any, Declared),
        (Declared, E::FarmReserveDeclared, Any, Adjusted),
        (Adjusted, E::FarmReserveDeclared, Any, Adjusted),
        (Absent, E::FarmPurchaseReported, Any, Absent),
        (Declared, E::FarmPurchaseReported, Any, Declared),
        (Adjusted, E::FarmPurchaseReported, Any, Adjusted),
        (Absent, E::FarmPurchaseReversed, Any, Absent),
        (Declared, E::FarmPurchaseReversed, Any, Declared),
        (Adjusted, E::FarmPurchaseReversed, Any, Adjusted),
    ]
};

fn next(
    state: &FarmReserve,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<ReserveStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(RESERVE_TRANSITIONS, state.status, event, entity)
}

/// Whether the event may happen to the reserve as it stands: an order is reported once (E002), a
/// reversal is of one that is known (E001).
pub fn reserve_transition(
    state: &FarmReserve,
    entity: &EntityRef,
    fact: &Fact,
) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    next(state, entity, payload)?;
    let is_known = |order_no: &String| state.purchases.contains_key(order_no);
    match payload {
        Payload::FarmPurchaseReported(event) if is_known(&event.order_no) => {
            Err(repeated(entity, "order_no", &event.order_no))
        }
        Payload::FarmPurchaseReversed(event) if !is_known(&event.order_no) => {
            Err(unknown_name("order_no", &event.order_no))
        }
        _ => Ok(()),
    }
}

/// The reserve after one more fact.
pub fn reserve_evolve(state: &mut FarmReserve, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(state, entity, payload) {
        state.status = to;
    }
    match payload {
        Payload::FarmReserveDeclared(event) => {
            state.reserved_fen = event.reserved_fen;
            state.declared_on = Some(fact.legal_date);
        }
        Payload::FarmPurchaseReported(event) => {
            let purchase = Purchase {
                amount_fen: event.amount_fen,
                reversed_fen: 0,
                paid_on: fact.legal_date,
            };
            state
                .purchases
                .entry(event.order_no.clone())
                .or_insert(purchase);
        }
        Payload::FarmPurchaseReversed(event) => {
            if let Some(purchase) = state.purchases.get_mut(&event.order_no) {
                purchase.reversed_fen += i128::from(event.amount_fen);
            }
        }
        _ => {}
    }
}

/// E023 when more of a purchase is taken back than was bought.
pub fn reserve_invariants(
    before: Option<&FarmReserve>,
    state: &FarmReserve,
    entity: &EntityRef,
) -> Result<(), Refusal> {
    for (order_no, purchase) in &state.purchases {
        let (bought_fen, reversed_fen) = (i128::from(purchase.amount_fen), purchase.reversed_fen);
        if reversed_fen > bought_fen {
            let before = before.and_then(|before| before.purchases.get(order_no));
            let standing_fen = before.map_or(0, |before| before.reversed_fen);
            let message = format!(
                "{reversed_fen} fen of order {order_no} are taken back, {bought_fen} fen were \
                 bought in it"
            );
            return Err(Refusal::new(Code::E023_RELEASE_OVER_HELD, message)
                .with("farm_reserve", entity.id())
                .with("order_no", order_no)
                .with("held_fen", bought_fen - standing_fen)
                .with("released_fen", reversed_fen - standing_fen));
        }
    }
    Ok(())
}

/// The step gates of farm products: the stream is the unit's own (E001); a purchase is of the year
/// of its payment, a reversal not before its purchase (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::CanteenSpendDeclared(event) => env.own_stream("unit", &event.unit),
        Payload::FarmReserveDeclared(event) => env.own_stream("unit", &event.unit),
        Payload::FarmPurchaseReported(event) => {
            env.own_stream("unit", &event.unit);
            check_year(env, event);
        }
        Payload::FarmPurchaseReversed(event) => {
            env.own_stream("unit", &event.unit);
            let id = format!("{}-{}", event.fiscal_year, farm_platform(event.platform()));
            let reserve = env.load::<FarmReserve>(&id);
            let purchase = reserve.get().and_then(|r| r.purchases.get(&event.order_no));
            env.not_before("the purchase", purchase.map(|purchase| purchase.paid_on));
        }
        _ => {}
    }
}

fn check_year(env: &mut Env<'_>, event: &v1::FarmPurchaseReported) {
    let (year, paid_on) = (event.fiscal_year, env.fact.legal_date);
    if paid_on.year() != year {
        let message = format!("a purchase paid on {paid_on} counts in that year, not in {year}");
        let refusal = Refusal::new(Code::E003_BAD_TIME, message);
        env.refuse(refusal.with("fiscal_year", year).with("legal_on", paid_on));
    }
}

#[cfg(test)]
mod tests;
