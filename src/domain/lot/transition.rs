//! Which event leads a lot where.

use std::collections::BTreeMap;

use super::state::{Lot, LotStatus};
use crate::domain::{
    decider::Fact,
    entity::EntityRef,
    holding,
    machine::{Case, Row, advance},
    payload::{EventType, micros_of, payload_of},
    refusal::Refusal,
};
use crate::events::v1::{BudgetPart, PlanLot, event_payload::Payload};

/// Which event leads where.
pub const TRANSITIONS: &[Row<LotStatus>] = {
    use Case::{Any, Held, Known, Late, New, Same};
    use EventType as E;
    use LotStatus::{
        Absent, AwardPending, Awarded, Contracted, Evaluated, Failed, Open, Opened, Planned,
    };
    &[
        (Absent, E::PlanFiled, Any, Planned),
        (Absent, E::PlanRevised, Any, Planned),
        (Planned, E::PlanRevised, Any, Planned),
        (Open, E::PlanRevised, Same, Open),
        (Opened, E::PlanRevised, Same, Opened),
        (Evaluated, E::PlanRevised, Same, Evaluated),
        (AwardPending, E::PlanRevised, Same, AwardPending),
        (Awarded, E::PlanRevised, Same, Awarded),
        (Contracted, E::PlanRevised, Same, Contracted),
        (Failed, E::PlanRevised, Same, Failed),
        (Planned, E::ProcurementDocumentIssued, Any, Open),
        (Planned, E::AwardRecorded, Any, Awarded),
        (Open, E::BidReceived, New, Open),
        (Open, E::BidReceived, Late, Open),
        (Opened, E::BidReceived, Late, Opened),
        (Evaluated, E::BidReceived, Late, Evaluated),
        (AwardPending, E::BidReceived, Late, AwardPending),
        (Open, E::BidWithdrawn, Known, Open),
        (Open, E::CommitteeFormed, Any, Open),
        (Open, E::BidsOpened, Any, Opened),
        (Opened, E::CommitteeFormed, Any, Opened),
        (Opened, E::EvaluationConcluded, Any, Evaluated),
        (Evaluated, E::EvaluationReportDelivered, Any, Evaluated),
        (Evaluated, E::WinnerDetermined, Any, AwardPending),
        (
            AwardPending,
            E::EvaluationReportDelivered,
            Any,
            AwardPending,
        ),
        (AwardPending, E::AwardNoticeIssued, Any, Awarded),
        (Open, E::LotFailed, Any, Failed),
        (Opened, E::LotFailed, Any, Failed),
        (Evaluated, E::LotFailed, Any, Failed),
        (AwardPending, E::LotFailed, Any, Failed),
        (Failed, E::LotRetryAbandoned, Held, Failed),
        (Awarded, E::ContractSigned, Any, Contracted),
        (Contracted, E::ContractSigned, Any, Contracted),
    ]
};

/// The lot of a plan that an entity names, with the plan's parts.
pub(super) fn planned<'a>(
    payload: &'a Payload,
    lot_no: &str,
) -> Option<(&'a PlanLot, &'a [BudgetPart])> {
    let (lots, parts) = match payload {
        Payload::PlanFiled(plan) => (&plan.lots, &plan.budget_parts),
        Payload::PlanRevised(plan) => (&plan.lots, &plan.budget_parts),
        _ => return None,
    };
    let lot = lots.iter().find(|lot| lot.lot_no == lot_no)?;
    Some((lot, parts))
}

/// A lot's share by budget line: as stated, else all of it on the plan's only line.
pub fn parts_of(lot: &PlanLot, plan_parts: &[BudgetPart]) -> BTreeMap<String, i64> {
    if !lot.budget_parts.is_empty() {
        return holding::by_line_id(&lot.budget_parts);
    }
    let mut lines = plan_parts.iter().filter(|part| part.amount_fen != 0);
    match (lines.next(), lines.next()) {
        (Some(only), None) => BTreeMap::from([(only.budget_line_id.clone(), lot.amount_fen)]),
        _ => BTreeMap::new(),
    }
}

fn case_of(lot: &Lot, entity: &EntityRef, payload: &Payload) -> Case {
    match payload {
        Payload::PlanRevised(_) => {
            let Some((stated, plan_parts)) = planned(payload, entity.id()) else {
                return Case::Other;
            };
            let is_same = stated.amount_fen == lot.amount_fen
                && stated.ceiling_fen == lot.ceiling_fen
                && parts_of(stated, plan_parts) == lot.parts;
            if is_same { Case::Same } else { Case::Other }
        }
        Payload::BidReceived(bid) => {
            let received_at_us = bid.received_at.as_ref().map_or(0, micros_of);
            if lot.bids.contains_key(&bid.bid_no) {
                Case::Known
            } else if lot.is_late(received_at_us) {
                Case::Late
            } else {
                Case::New
            }
        }
        Payload::BidWithdrawn(bid) => match lot.bids.get(&bid.bid_no) {
            Some(known) if !known.is_withdrawn => Case::Known,
            _ => Case::Other,
        },
        Payload::LotRetryAbandoned(_) if lot.is_held => Case::Held,
        _ => Case::Other,
    }
}

/// The status that the event leads to.
pub(super) fn next(lot: &Lot, entity: &EntityRef, payload: &Payload) -> Result<LotStatus, Refusal> {
    let event = (EventType::of(payload), case_of(lot, entity, payload));
    advance(TRANSITIONS, lot.status, event, entity)
}

/// Whether the event may happen to the lot as it stands.
pub fn transition(lot: &Lot, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    next(lot, entity, payload).map(drop)
}
