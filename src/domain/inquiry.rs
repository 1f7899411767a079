//! IQ 询问: what a supplier asks, and that it was answered (政府采购法第51条).
//!
//! The entity is keyed by its stream and number (owner = project id, id = inquiry id). An inquiry
//! is answered once; a second answer is a second inquiry.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    lot::Lot,
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    refusal::{Refusal, unknown},
};
use crate::events::v1::{EntityKind, event_payload::Payload};

/// Where an inquiry stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InquiryStatus {
    /// Not received.
    #[default]
    Absent,
    /// 已收到.
    Received,
    /// 已答复; final.
    Answered,
}

/// The state of an inquiry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inquiry {
    /// Where it stands.
    pub status: InquiryStatus,
    /// Who asks.
    pub supplier: String,
    /// The lot; empty for the project.
    pub lot_no: String,
    /// The day of receipt.
    pub received_on: Option<NaiveDate>,
    /// The day of the answer.
    pub answered_on: Option<NaiveDate>,
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<InquiryStatus>] = {
    use EventType as E;
    use InquiryStatus::{Absent, Answered, Received};
    &[
        (Absent, E::InquiryReceived, Case::Any, Received),
        (Received, E::InquiryAnswered, Case::Any, Answered),
    ]
};

fn next(
    inquiry: &Inquiry,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<InquiryStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, inquiry.status, event, entity)
}

/// Whether the event may happen to the inquiry as it stands.
pub fn transition(inquiry: &Inquiry, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(inquiry, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The inquiry after one more fact.
pub fn evolve(inquiry: &mut Inquiry, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(inquiry, entity, payload) {
        inquiry.status = to;
    }
    match payload {
        Payload::InquiryReceived(e) => {
            inquiry.supplier.clone_from(&e.supplier);
            inquiry.lot_no.clone_from(&e.lot_no);
            inquiry.received_on = Some(fact.legal_date);
        }
        Payload::InquiryAnswered(_) => inquiry.answered_on = Some(fact.legal_date),
        _ => {}
    }
}

/// The step gates of inquiries: the lot is known (E001), an answer follows the question (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::InquiryReceived(e) => check_lot(env, &e.lot_no),
        Payload::InquiryAnswered(e) => {
            let inquiry = env.load::<Inquiry>(&e.inquiry_id);
            env.not_before("receipt", inquiry.get().and_then(|i| i.received_on));
        }
        _ => {}
    }
}

/// E001 for a lot that is named and not known in the project.
pub(super) fn check_lot(env: &mut Env<'_>, lot_no: &str) {
    if !lot_no.is_empty() && env.load::<Lot>(lot_no).get().is_none() {
        env.refuse(unknown(&env.own(EntityKind::Lot, lot_no)));
    }
}

#[cfg(test)]
mod tests;
