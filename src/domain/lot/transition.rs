//! Which event leads a lot where.

use std::collections::BTreeMap;

use super::{
    low_price::LowPrice,
    state::{Lot, LotStatus},
};
use crate::domain::{
    decider::Fact,
    entity::EntityRef,
    holding,
    machine::{Case, Row, advance},
    payload::{EventType, micros_of, payload_of},
    refusal::Refusal,
};
use crate::events::v1::{BudgetPart, PlanLot, ReargumentResult, event_payload::Payload};

/// Which event leads where. The lift of the last suspension leads from `SUSPENDED` back to where
/// the lot stood, which no row can name.
pub const TRANSITIONS: &[Row<LotStatus>] = {
    use Case::{Alone, Any, Changed, Followed, Held, Known, Late, New, Same, Upheld};
    use EventType as E;
    use LotStatus::{
        Absent, AwardPending, Awarded, Contracted, Evaluated, Failed, Open, Opened, Planned,
        Publicised, Suspended, Terminated,
    };
    &[
        (Absent, E::PlanFiled, Any, Planned),
        (Absent, E::PlanRevised, Any, Planned),
        (Absent, E::ReprocurementStarted, New, Planned),
        (Planned, E::PlanRevised, Changed, Planned),
        (Planned, E::PlanRevised, Same, Planned),
        (Publicised, E::PlanRevised, Same, Publicised),
        (Open, E::PlanRevised, Same, Open),
        (Opened, E::PlanRevised, Same, Opened),
        (Evaluated, E::PlanRevised, Same, Evaluated),
        (AwardPending, E::PlanRevised, Same, AwardPending),
        (Awarded, E::PlanRevised, Same, Awarded),
        (Contracted, E::PlanRevised, Same, Contracted),
        (Suspended, E::PlanRevised, Same, Suspended),
        (Failed, E::PlanRevised, Same, Failed),
        (Terminated, E::PlanRevised, Same, Terminated),
        (Planned, E::ProcurementStarted, New, Planned),
        (Publicised, E::ProcurementStarted, New, Publicised),
        (Open, E::ProcurementStarted, New, Open),
        (Planned, E::MethodChangeApproved, Any, Planned),
        (Publicised, E::MethodChangeApproved, Any, Publicised),
        (Open, E::MethodChangeApproved, Any, Open),
        (Opened, E::MethodChangeApproved, Any, Opened),
        (Failed, E::MethodChangeApproved, Any, Failed),
        (Planned, E::SingleSourcePublicised, Any, Publicised),
        (Publicised, E::SingleSourceReargued, Upheld, Planned),
        (Publicised, E::SingleSourceReargued, Any, Publicised),
        (Planned, E::ProcurementDocumentIssued, Any, Open),
        (Publicised, E::ProcurementDocumentIssued, Any, Open),
        (Planned, E::AwardRecorded, Any, Awarded),
        (Open, E::ClarificationIssued, New, Open),
        (Open, E::ProcurementTerminated, Any, Terminated),
        (Open, E::BidReceived, New, Open),
        (Open, E::BidReceived, Late, Open),
        (Opened, E::BidReceived, Late, Opened),
        (Evaluated, E::BidReceived, Late, Evaluated),
        (AwardPending, E::BidReceived, Late, AwardPending),
        (Suspended, E::BidReceived, Late, Suspended),
        (Open, E::BidWithdrawn, Known, Open),
        (Open, E::CommitteeFormed, Any, Open),
        (Open, E::BidsOpened, Any, Opened),
        (Opened, E::CommitteeFormed, Any, Opened),
        (Opened, E::QualificationReviewed, Any, Opened),
        (Opened, E::AbnormalLowPriceTriggered, Known, Opened),
        (Opened, E::AbnormalLowPriceExplained, Known, Opened),
        (Opened, E::AbnormalLowPriceDecided, Known, Opened),
        (Opened, E::EvaluationConcluded, Any, Evaluated),
        (Evaluated, E::EvaluationReportDelivered, Any, Evaluated),
        (Evaluated, E::WinnerDetermined, Any, AwardPending),
        (Evaluated, E::ReevaluationOrdered, New, Opened),
        (
            AwardPending,
            E::EvaluationReportDelivered,
            Any,
            AwardPending,
        ),
        (AwardPending, E::ReevaluationOrdered, New, Opened),
        (AwardPending, E::AwardNoticeIssued, Any, Awarded),
        (AwardPending, E::AwardRevoked, Alone, Failed),
        (Awarded, E::AwardRevoked, Followed, AwardPending),
        (Awarded, E::AwardRevoked, Alone, Failed),
        (Open, E::LotFailed, Any, Failed),
        (Opened, E::LotFailed, Any, Failed),
        (Evaluated, E::LotFailed, Any, Failed),
        (AwardPending, E::LotFailed, Any, Failed),
        (Failed, E::LotRetryAbandoned, Held, Failed),
        (Failed, E::ReprocurementStarted, Held, Failed),
        (Awarded, E::ContractSigned, Any, Contracted),
        (Contracted, E::ContractSigned, Any, Contracted),
        (Planned, E::ComplaintSuspensionOrdered, New, Suspended),
        (Publicised, E::ComplaintSuspensionOrdered, New, Suspended),
        (Open, E::ComplaintSuspensionOrdered, New, Suspended),
        (Opened, E::ComplaintSuspensionOrdered, New, Suspended),
        (Evaluated, E::ComplaintSuspensionOrdered, New, Suspended),
        (AwardPending, E::ComplaintSuspensionOrdered, New, Suspended),
        (Awarded, E::ComplaintSuspensionOrdered, New, Suspended),
        (Contracted, E::ComplaintSuspensionOrdered, New, Suspended),
        (Suspended, E::ComplaintSuspensionOrdered, New, Suspended),
        (Suspended, E::ComplaintSuspensionLifted, Known, Suspended),
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
    let new_if = |is_new: bool| if is_new { Case::New } else { Case::Known };
    match payload {
        Payload::PlanRevised(_) => revision_of(lot, entity, payload),
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
        Payload::ReprocurementStarted(e) => match entity.id() == e.new_lot_no {
            true if e.new_lot_no != e.lot_no => Case::New,
            false if lot.is_held => Case::Held,
            _ => Case::Other,
        },
        Payload::ProcurementStarted(_) => new_if(lot.started_on.is_none()),
        Payload::ClarificationIssued(e) => {
            new_if(!lot.clarifications.contains(&e.clarification_no))
        }
        Payload::SingleSourceReargued(e) if e.result() == ReargumentResult::ObjectionUpheld => {
            Case::Upheld
        }
        Payload::AbnormalLowPriceTriggered(e) => low_price(lot, &e.case_no, payload),
        Payload::AbnormalLowPriceExplained(e) => low_price(lot, &e.case_no, payload),
        Payload::AbnormalLowPriceDecided(e) => low_price(lot, &e.case_no, payload),
        Payload::ReevaluationOrdered(e) => new_if(!lot.reevaluations.contains(&e.order_no)),
        Payload::AwardRevoked(e) if e.next_candidate.is_empty() => Case::Alone,
        Payload::AwardRevoked(_) => Case::Followed,
        Payload::ComplaintSuspensionOrdered(e) => {
            new_if(!lot.suspensions.contains(&e.complaint_id))
        }
        Payload::ComplaintSuspensionLifted(e) if lot.suspensions.contains(&e.complaint_id) => {
            Case::Known
        }
        _ => Case::Other,
    }
}

/// What a revision makes of a lot; a retry is none of the plan's own lots, so no revision states
/// it.
fn revision_of(lot: &Lot, entity: &EntityRef, payload: &Payload) -> Case {
    let Some((stated, plan_parts)) = planned(payload, entity.id()) else {
        return Case::Other;
    };
    let is_same = stated.amount_fen == lot.amount_fen
        && stated.ceiling_fen == lot.ceiling_fen
        && parts_of(stated, plan_parts) == lot.parts;
    match is_same {
        _ if lot.reprocures.is_some() => Case::Other,
        true => Case::Same,
        false => Case::Changed,
    }
}

fn low_price(lot: &Lot, case_no: &str, payload: &Payload) -> Case {
    LowPrice::case_of(lot.low_prices.get(case_no), EventType::of(payload))
}

/// The status that the event leads to.
pub(super) fn next(lot: &Lot, entity: &EntityRef, payload: &Payload) -> Result<LotStatus, Refusal> {
    let event = (EventType::of(payload), case_of(lot, entity, payload));
    let to = advance(TRANSITIONS, lot.status, event, entity)?;
    match payload {
        Payload::ComplaintSuspensionLifted(e) if lot.is_held_only_by(&e.complaint_id) => {
            Ok(lot.suspended_from)
        }
        _ => Ok(to),
    }
}

/// Whether the event may happen to the lot as it stands.
pub fn transition(lot: &Lot, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    next(lot, entity, payload).map(drop)
}
