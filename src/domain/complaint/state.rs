//! The state of a complaint, and the table that leads from one status to the next.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        machine::{Case, Row, advance},
        payload::{EventType, day, payload_of},
        refusal::{Code, Refusal, repeated, unknown_name},
    },
    events::v1::{ComplaintReviewOutcome, event_payload::Payload},
};

/// Where a complaint stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ComplaintStatus {
    /// Not received.
    #[default]
    Absent,
    /// 已收到.
    Received,
    /// 补正中.
    Correcting,
    /// 已受理.
    UnderReview,
    /// 不予受理; final.
    NotAccepted,
    /// 无管辖权, handed on; final.
    Transferred,
    /// 已作出处理决定; final.
    Decided,
    /// 已撤回; final.
    Withdrawn,
}

/// One order that suspends a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// The day of the order.
    pub ordered_on: NaiveDate,
    /// The last day as ordered.
    pub until: Option<NaiveDate>,
    /// The day of lifting.
    pub lifted_on: Option<NaiveDate>,
}

/// A span in which the time of the decision stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockPause {
    /// Number of the schema's `ClockPauseReason`.
    pub reason: i32,
    /// The day on which it was ordered.
    pub paused_on: NaiveDate,
    /// The day on which what was waited for came back.
    pub resumed_on: Option<NaiveDate>,
}

/// The state of a complaint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// Where it stands.
    pub status: ComplaintStatus,
    /// The challenge that it follows; empty for none.
    pub challenge_id: String,
    /// The lot; empty for the project.
    pub lot_no: String,
    /// What is complained of, as numbers of the schema's `ChallengeSubject`.
    pub subjects: Vec<i32>,
    /// Who complains.
    pub complainant: String,
    /// The finance department that received it.
    pub accepted_by: String,
    /// 交邮日: the day of posting.
    pub dispatch_on: Option<NaiveDate>,
    /// The day of receipt.
    pub received_on: Option<NaiveDate>,
    /// The newest day of a notice of correction.
    pub correction_sent_on: Option<NaiveDate>,
    /// The newest day on which it came back corrected.
    pub corrected_on: Option<NaiveDate>,
    /// The newest day of a review.
    pub reviewed_on: Option<NaiveDate>,
    /// Number of the schema's `ComplaintReviewOutcome`, of the newest review.
    pub outcome: i32,
    /// The first day on which copies were sent.
    pub copies_sent_on: Option<NaiveDate>,
    /// The first day on which each party answered.
    pub responses: BTreeMap<String, NaiveDate>,
    /// Suspensions by lot, oldest first.
    pub suspensions: BTreeMap<String, Vec<Suspension>>,
    /// Pauses by number.
    pub pauses: BTreeMap<String, ClockPause>,
    /// The day of the decision.
    pub decided_on: Option<NaiveDate>,
    /// Number of the schema's `ComplaintResult`.
    pub result: i32,
    /// The day of withdrawal.
    pub withdrawn_on: Option<NaiveDate>,
}

impl Complaint {
    /// The suspension of a lot that is not lifted.
    pub fn suspension(&self, lot_no: &str) -> Option<&Suspension> {
        let newest = self.suspensions.get(lot_no)?.last()?;
        newest.lifted_on.is_none().then_some(newest)
    }
}

/// Which event leads where. A review is `Taken`, `TurnedDown`, `ToMend` or decided `Elsewhere`.
pub const TRANSITIONS: &[Row<ComplaintStatus>] = {
    use Case::{Any, Elsewhere, Taken, ToMend, TurnedDown};
    use ComplaintStatus::{
        Absent, Correcting, Decided, NotAccepted, Received, Transferred, UnderReview, Withdrawn,
    };
    use EventType as E;
    &[
        (Absent, E::ComplaintReceived, Any, Received),
        (Received, E::ComplaintCorrectionRequested, Any, Received),
        (Received, E::ComplaintReviewed, ToMend, Correcting),
        (Received, E::ComplaintReviewed, Taken, UnderReview),
        (Received, E::ComplaintReviewed, TurnedDown, NotAccepted),
        (Received, E::ComplaintReviewed, Elsewhere, Transferred),
        (Received, E::ComplaintClockResumed, Any, Received),
        (Received, E::ComplaintWithdrawn, Any, Withdrawn),
        (Correcting, E::ComplaintCorrectionRequested, Any, Correcting),
        (Correcting, E::ComplaintCorrected, Any, Received),
        (Correcting, E::ComplaintReviewed, TurnedDown, NotAccepted),
        (Correcting, E::ComplaintClockPaused, Any, Correcting),
        (Correcting, E::ComplaintClockResumed, Any, Correcting),
        (Correcting, E::ComplaintWithdrawn, Any, Withdrawn),
        (UnderReview, E::ComplaintCopiesSent, Any, UnderReview),
        (UnderReview, E::ComplaintResponded, Any, UnderReview),
        (UnderReview, E::ComplaintSuspensionOrdered, Any, UnderReview),
        (UnderReview, E::ComplaintSuspensionLifted, Any, UnderReview),
        (UnderReview, E::ComplaintClockPaused, Any, UnderReview),
        (UnderReview, E::ComplaintClockResumed, Any, UnderReview),
        (UnderReview, E::ComplaintWithdrawn, Any, Withdrawn),
        (UnderReview, E::ComplaintDecided, Any, Decided),
        (Decided, E::ComplaintSuspensionLifted, Any, Decided),
        (Decided, E::ComplaintClockResumed, Any, Decided),
        (Withdrawn, E::ComplaintSuspensionLifted, Any, Withdrawn),
        (Withdrawn, E::ComplaintClockResumed, Any, Withdrawn),
    ]
};

fn case_of(payload: &Payload) -> Case {
    use ComplaintReviewOutcome as O;
    let Payload::ComplaintReviewed(review) = payload else {
        return Case::Other;
    };
    match review.outcome() {
        O::Accept => Case::Taken,
        O::Correct => Case::ToMend,
        O::NotAccepted => Case::TurnedDown,
        O::NoJurisdiction => Case::Elsewhere,
        O::Unspecified => Case::Other,
    }
}

fn next(
    complaint: &Complaint,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<ComplaintStatus, Refusal> {
    let event = (EventType::of(payload), case_of(payload));
    advance(TRANSITIONS, complaint.status, event, entity)
}

/// Whether the event may happen to the complaint as it stands: by the table, and by its lots and
/// pauses, each of which is opened once and closed once.
pub fn transition(complaint: &Complaint, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    next(complaint, entity, payload)?;
    match payload {
        Payload::ComplaintSuspensionOrdered(e) => {
            let again = |lot_no: &&String| complaint.suspension(lot_no).is_some();
            match e.lot_nos.iter().find(again) {
                Some(lot_no) => Err(stands(entity, "lot_no", lot_no, "is suspended already")),
                None => Ok(()),
            }
        }
        Payload::ComplaintSuspensionLifted(e) => {
            let open = |lot_no: &&String| complaint.suspension(lot_no).is_none();
            match e.lot_nos.iter().find(open) {
                Some(lot_no) => Err(stands(entity, "lot_no", lot_no, "is not suspended")),
                None => Ok(()),
            }
        }
        Payload::ComplaintClockPaused(e) if complaint.pauses.contains_key(&e.pause_no) => {
            Err(repeated(entity, "pause_no", &e.pause_no))
        }
        Payload::ComplaintClockResumed(e) => match complaint.pauses.get(&e.pause_no) {
            None => Err(unknown_name("pause_no", &e.pause_no)),
            Some(pause) if pause.resumed_on.is_some() => {
                Err(stands(entity, "pause_no", &e.pause_no, "ended already"))
            }
            Some(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

/// E002: what is named stands otherwise in the complaint.
fn stands(entity: &EntityRef, what: &'static str, id: &str, how: &str) -> Refusal {
    let message = format!("{what} {id} {how} in {entity}");
    Refusal::new(Code::E002_ILLEGAL_TRANSITION, message)
        .with("entity", entity)
        .with(what, id)
}

/// The complaint after one more fact.
pub fn evolve(complaint: &mut Complaint, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(complaint, entity, payload) {
        complaint.status = to;
    }
    let on = fact.legal_date;
    match payload {
        Payload::ComplaintReceived(e) => {
            complaint.challenge_id.clone_from(&e.challenge_id);
            complaint.lot_no.clone_from(&e.lot_no);
            complaint.subjects.clone_from(&e.subjects);
            complaint.complainant.clone_from(&e.complainant);
            complaint.accepted_by.clone_from(&e.accepted_by);
            complaint.dispatch_on = day(&e.dispatch_on);
            complaint.received_on = Some(on);
        }
        Payload::ComplaintCorrectionRequested(_) => complaint.correction_sent_on = Some(on),
        Payload::ComplaintCorrected(_) => complaint.corrected_on = Some(on),
        Payload::ComplaintReviewed(e) => {
            complaint.outcome = e.outcome;
            complaint.reviewed_on = Some(on);
        }
        Payload::ComplaintCopiesSent(_) => {
            complaint.copies_sent_on = complaint.copies_sent_on.or(Some(on));
        }
        Payload::ComplaintResponded(e) => {
            complaint
                .responses
                .entry(e.respondent.clone())
                .or_insert(on);
        }
        Payload::ComplaintWithdrawn(_) => complaint.withdrawn_on = Some(on),
        Payload::ComplaintDecided(e) => {
            complaint.result = e.result;
            complaint.decided_on = Some(on);
        }
        _ => hold_and_release(complaint, payload, on),
    }
}

/// Suspensions and pauses. One that ends without its beginning among the events is not made up.
fn hold_and_release(complaint: &mut Complaint, payload: &Payload, on: NaiveDate) {
    match payload {
        Payload::ComplaintSuspensionOrdered(e) => {
            for lot_no in &e.lot_nos {
                if complaint.suspension(lot_no).is_some() {
                    continue;
                }
                let of_lot = complaint.suspensions.entry(lot_no.clone()).or_default();
                of_lot.push(Suspension {
                    ordered_on: on,
                    until: day(&e.until),
                    lifted_on: None,
                });
            }
        }
        Payload::ComplaintSuspensionLifted(e) => {
            for lot_no in &e.lot_nos {
                let of_lot = complaint.suspensions.get_mut(lot_no);
                if let Some(newest) = of_lot.and_then(|of_lot| of_lot.last_mut()) {
                    newest.lifted_on = newest.lifted_on.or(Some(on));
                }
            }
        }
        Payload::ComplaintClockPaused(e) => {
            let pause = ClockPause {
                reason: e.reason,
                paused_on: on,
                resumed_on: None,
            };
            complaint.pauses.insert(e.pause_no.clone(), pause);
        }
        Payload::ComplaintClockResumed(e) => {
            if let Some(pause) = complaint.pauses.get_mut(&e.pause_no) {
                pause.resumed_on = Some(on);
            }
        }
        _ => {}
    }
}
