//! Which event leads a framework agreement where, and what it leaves behind.

use super::{
    invariants,
    state::{Agreement, Framework, FrameworkStatus, Ordered, Shortlisted},
};
use crate::domain::{
    decider::Fact,
    entity::EntityRef,
    machine::{Case, Row, advance},
    payload::{EventType, day, day_of, payload_of},
    refusal::{Refusal, repeated},
};
use crate::events::v1::{self, event_payload::Payload};

/// Which event leads where. A short list is `Standing` when it stays open for more.
pub const TRANSITIONS: &[Row<FrameworkStatus>] = {
    use Case::{Any, Known, Standing};
    use EventType as E;
    use FrameworkStatus::{
        Absent, Active, Draft, Expired, PlanReviewed, Shortlisted, Signed, Soliciting,
        SupplementSoliciting, Terminated,
    };
    &[
        (Absent, E::FrameworkDrafted, Any, Draft),
        (Draft, E::FrameworkPlanReviewed, Any, PlanReviewed),
        (PlanReviewed, E::FrameworkSolicited, Any, Soliciting),
        (Soliciting, E::FrameworkShortlisted, Any, Shortlisted),
        (Shortlisted, E::FrameworkShortlisted, Standing, Shortlisted),
        (Signed, E::FrameworkShortlisted, Standing, Signed),
        (Active, E::FrameworkShortlisted, Standing, Active),
        (SupplementSoliciting, E::FrameworkShortlisted, Any, Active),
        (Shortlisted, E::FrameworkAgreementSigned, Any, Signed),
        (Signed, E::FrameworkAgreementSigned, Any, Signed),
        (Active, E::FrameworkAgreementSigned, Any, Active),
        (Signed, E::FrameworkActivated, Any, Active),
        (Signed, E::FrameworkFiled, Any, Signed),
        (Active, E::FrameworkFiled, Any, Active),
        (
            SupplementSoliciting,
            E::FrameworkFiled,
            Any,
            SupplementSoliciting,
        ),
        (
            Active,
            E::FrameworkSupplementSolicited,
            Any,
            SupplementSoliciting,
        ),
        (Shortlisted, E::FrameworkSupplierRemoved, Known, Shortlisted),
        (Signed, E::FrameworkSupplierRemoved, Known, Signed),
        (Active, E::FrameworkSupplierRemoved, Known, Active),
        (
            SupplementSoliciting,
            E::FrameworkSupplierRemoved,
            Known,
            SupplementSoliciting,
        ),
        (Active, E::FrameworkOrderPlaced, Any, Active),
        (
            SupplementSoliciting,
            E::FrameworkOrderPlaced,
            Any,
            SupplementSoliciting,
        ),
        (Active, E::FrameworkExpired, Any, Expired),
        (SupplementSoliciting, E::FrameworkExpired, Any, Expired),
        (Draft, E::FrameworkTerminated, Any, Terminated),
        (PlanReviewed, E::FrameworkTerminated, Any, Terminated),
        (Soliciting, E::FrameworkTerminated, Any, Terminated),
        (Shortlisted, E::FrameworkTerminated, Any, Terminated),
        (Signed, E::FrameworkTerminated, Any, Terminated),
        (Active, E::FrameworkTerminated, Any, Terminated),
        (
            SupplementSoliciting,
            E::FrameworkTerminated,
            Any,
            Terminated,
        ),
    ]
};

fn next(
    framework: &Framework,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<FrameworkStatus, Refusal> {
    let case = match payload {
        Payload::FrameworkAgreementSigned(event)
            if framework.agreements.contains_key(&event.agreement_no) =>
        {
            return Err(repeated(entity, "agreement_no", &event.agreement_no));
        }
        Payload::FrameworkOrderPlaced(event) if framework.orders.contains_key(&event.order_no) => {
            return Err(repeated(entity, "order_no", &event.order_no));
        }
        Payload::FrameworkFiled(event) if framework.filings.contains(&event.filing_no) => {
            return Err(repeated(entity, "filing_no", &event.filing_no));
        }
        Payload::FrameworkSupplierRemoved(event) if framework.is_shortlisted(&event.supplier) => {
            Case::Known
        }
        Payload::FrameworkShortlisted(_) if framework.is_open() => Case::Standing,
        _ => Case::Other,
    };
    let event = (EventType::of(payload), case);
    advance(TRANSITIONS, framework.status, event, entity)
}

/// Whether the event may happen to the framework agreement as it stands.
pub fn transition(framework: &Framework, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(framework, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The framework agreement after one more fact.
pub fn evolve(framework: &mut Framework, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(framework, entity, payload) {
        framework.status = to;
    }
    let on = Some(fact.legal_date);
    match payload {
        Payload::FrameworkDrafted(event) => {
            framework.soliciting_unit.clone_from(&event.soliciting_unit);
            framework.kind = event.kind;
            framework.category.clone_from(&event.category);
            framework.drafted_on = on;
        }
        Payload::FrameworkPlanReviewed(_) => framework.reviewed_on = on,
        Payload::FrameworkSolicited(event) => {
            framework.solicited_on = on;
            framework.deadline_on = event.deadline.as_ref().and_then(day_of);
        }
        Payload::FrameworkSupplementSolicited(event) => {
            framework.solicited_on = on;
            framework.deadline_on = event.deadline.as_ref().and_then(day_of);
        }
        Payload::FrameworkShortlisted(event) => shortlist(framework, fact, event),
        Payload::FrameworkAgreementSigned(event) => {
            let agreement = agreement(event, fact);
            framework
                .agreements
                .insert(event.agreement_no.clone(), agreement);
        }
        Payload::FrameworkActivated(_) => framework.activated_on = on,
        Payload::FrameworkFiled(event) => {
            framework.filings.insert(event.filing_no.clone());
        }
        Payload::FrameworkSupplierRemoved(event) => {
            if let Some(supplier) = framework.suppliers.get_mut(&event.supplier) {
                supplier.removed_on = on;
            }
        }
        Payload::FrameworkOrderPlaced(event) => {
            let ordered = Ordered {
                amount_fen: event.amount_fen,
                fault: invariants::fault_of(framework, event, fact.legal_date),
            };
            framework.orders.insert(event.order_no.clone(), ordered);
        }
        Payload::FrameworkExpired(_) | Payload::FrameworkTerminated(_) => framework.ended_on = on,
        _ => {}
    }
}

fn shortlist(framework: &mut Framework, fact: &Fact, event: &v1::FrameworkShortlisted) {
    framework.shortlisted_on = Some(fact.legal_date);
    for listed in &event.shortlisted {
        let supplier = Shortlisted {
            rank: listed.rank,
            shortlisted_on: Some(fact.legal_date),
            removed_on: None,
        };
        framework
            .suppliers
            .insert(listed.supplier.clone(), supplier);
    }
}

fn agreement(event: &v1::FrameworkAgreementSigned, fact: &Fact) -> Agreement {
    let price = |item: &v1::FrameworkItem| (item.sku.clone(), item.unit_price_fen);
    Agreement {
        supplier: event.supplier.clone(),
        unit_prices_fen: event.items.iter().map(price).collect(),
        valid_from: day(&event.valid_from),
        valid_to: day(&event.valid_to),
        signed_on: Some(fact.legal_date),
    }
}
