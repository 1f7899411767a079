//! CH 质疑: how a supplier challenges, and what became of it (政府采购法第52条、第53条).
//!
//! The entity is keyed by its stream and number (owner = project id, id = challenge id). The
//! supplier may file its challenge itself, and who receives it says so under the same number: the
//! filing stands beside receipt or refusal, whichever is recorded first, so that a refusal of what
//! was filed in time can be proved.
//!
//! Decided where the specification is silent:
//! - A challenge is of one supplier for ever (E001). Both its filing and its receipt say what it is
//!   about; it is about either, since a receiver does not narrow what a supplier challenged.
//! - A filing is taken once in any state, since it arrives when it arrives. Only what was received
//!   is forwarded and replied to. A refused challenge stays refused; another try has another
//!   number.
//! - Nothing is posted after it arrived, or refused before it was handed in (E003). `knew_on` is
//!   not compared: of results it is the end of the notice's time, and a supplier may challenge
//!   before that. Whether a challenge came in time is a finding.
//!
//! Read next: [`roll`], the challenges of a project together.

pub mod roll;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use roll::ChallengeRoll;

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    inquiry::check_lot,
    machine::{Case, Row, advance},
    payload::{EventType, day, payload_of},
    refusal::{Code, Refusal, bad_time},
};
use crate::events::v1::event_payload::Payload;

/// Where a challenge stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ChallengeStatus {
    /// Nothing happened.
    #[default]
    Absent,
    /// 已提起 by the supplier; nobody said that he received it.
    Filed,
    /// 已收到.
    Received,
    /// 已转送 to who must answer it.
    Forwarded,
    /// 已答复; final.
    Replied,
    /// 已拒收; final.
    Refused,
    /// 已撤回; final.
    Withdrawn,
}

/// The state of a challenge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// Where it stands.
    pub status: ChallengeStatus,
    /// Who challenges.
    pub supplier: String,
    /// The lot; empty for the project.
    pub lot_no: String,
    /// What is challenged, as numbers of the schema's `ChallengeSubject`.
    pub subjects: BTreeSet<i32>,
    /// The day on which the supplier knew, or should have.
    pub knew_on: Option<NaiveDate>,
    /// 交邮日: the day of posting.
    pub dispatch_on: Option<NaiveDate>,
    /// The day of filing, by the supplier's own word.
    pub filed_on: Option<NaiveDate>,
    /// Who received it.
    pub received_by: String,
    /// The day of receipt.
    pub received_on: Option<NaiveDate>,
    /// It may affect the result.
    pub may_affect_result: bool,
    /// The newest day of forwarding.
    pub forwarded_on: Option<NaiveDate>,
    /// The day of the reply.
    pub replied_on: Option<NaiveDate>,
    /// Number of the schema's `ChallengeResult`.
    pub result: i32,
    /// The day on which it was handed in, by the word of who refused it.
    pub lodged_on: Option<NaiveDate>,
    /// The day of refusal.
    pub refused_on: Option<NaiveDate>,
    /// The day of withdrawal.
    pub withdrawn_on: Option<NaiveDate>,
}

impl Challenge {
    /// The day from which the time of the reply runs: of receipt, else of the filing or of the
    /// handing in of what was never received.
    pub fn reply_runs_from(&self) -> Option<NaiveDate> {
        self.received_on.or(self.filed_on).or(self.lodged_on)
    }

    /// The day on which the supplier was answered: of the reply or of the refusal.
    pub fn answered_on(&self) -> Option<NaiveDate> {
        self.replied_on.or(self.refused_on)
    }
}

/// Which event leads where. `New`: the supplier has not filed it yet.
pub const TRANSITIONS: &[Row<ChallengeStatus>] = {
    use Case::{Any, New};
    use ChallengeStatus::{Absent, Filed, Forwarded, Received, Refused, Replied, Withdrawn};
    use EventType as E;
    &[
        (Absent, E::ChallengeFiled, New, Filed),
        (Received, E::ChallengeFiled, New, Received),
        (Forwarded, E::ChallengeFiled, New, Forwarded),
        (Replied, E::ChallengeFiled, New, Replied),
        (Refused, E::ChallengeFiled, New, Refused),
        (Withdrawn, E::ChallengeFiled, New, Withdrawn),
        (Absent, E::ChallengeReceived, Any, Received),
        (Filed, E::ChallengeReceived, Any, Received),
        (Absent, E::ChallengeRefused, Any, Refused),
        (Filed, E::ChallengeRefused, Any, Refused),
        (Received, E::ChallengeRefused, Any, Refused),
        (Forwarded, E::ChallengeRefused, Any, Refused),
        (Received, E::ChallengeForwarded, Any, Forwarded),
        (Forwarded, E::ChallengeForwarded, Any, Forwarded),
        (Received, E::ChallengeReplied, Any, Replied),
        (Forwarded, E::ChallengeReplied, Any, Replied),
        (Filed, E::ChallengeWithdrawn, Any, Withdrawn),
        (Received, E::ChallengeWithdrawn, Any, Withdrawn),
        (Forwarded, E::ChallengeWithdrawn, Any, Withdrawn),
    ]
};

fn next(
    challenge: &Challenge,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<ChallengeStatus, Refusal> {
    let case = match payload {
        Payload::ChallengeFiled(_) if challenge.filed_on.is_none() => Case::New,
        _ => Case::Other,
    };
    let event = (EventType::of(payload), case);
    advance(TRANSITIONS, challenge.status, event, entity)
}

/// Whether the event may happen to the challenge as it stands.
pub fn transition(challenge: &Challenge, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(challenge, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// What the three events that bring a challenge say of it.
struct Said<'a> {
    supplier: &'a str,
    lot_no: &'a str,
    subject: i32,
    knew_on: &'a str,
    dispatch_on: &'a str,
}

fn said(payload: &Payload) -> Option<Said<'_>> {
    Some(match payload {
        Payload::ChallengeFiled(e) => Said {
            supplier: &e.supplier,
            lot_no: &e.lot_no,
            subject: e.subject,
            knew_on: &e.knew_on,
            dispatch_on: &e.dispatch_on,
        },
        Payload::ChallengeReceived(e) => Said {
            supplier: &e.supplier,
            lot_no: &e.lot_no,
            subject: e.subject,
            knew_on: &e.knew_on,
            dispatch_on: &e.dispatch_on,
        },
        Payload::ChallengeRefused(e) => Said {
            supplier: &e.supplier,
            lot_no: &e.lot_no,
            subject: e.subject,
            knew_on: &e.knew_on,
            dispatch_on: "",
        },
        _ => return None,
    })
}

/// The challenge after one more fact.
pub fn evolve(challenge: &mut Challenge, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(challenge, entity, payload) {
        challenge.status = to;
    }
    if let Some(said) = said(payload) {
        if challenge.supplier.is_empty() {
            said.supplier.clone_into(&mut challenge.supplier);
            said.lot_no.clone_into(&mut challenge.lot_no);
        }
        challenge.subjects.insert(said.subject);
        challenge.knew_on = challenge.knew_on.or(day(said.knew_on));
        challenge.dispatch_on = challenge.dispatch_on.or(day(said.dispatch_on));
    }
    let on = Some(fact.legal_date);
    match payload {
        Payload::ChallengeFiled(_) => challenge.filed_on = on,
        Payload::ChallengeReceived(e) => {
            challenge.received_by.clone_from(&e.received_by);
            challenge.may_affect_result = e.may_affect_result;
            challenge.received_on = on;
        }
        Payload::ChallengeRefused(e) => {
            challenge.lodged_on = day(&e.lodged_on);
            challenge.refused_on = on;
        }
        Payload::ChallengeForwarded(_) => challenge.forwarded_on = on,
        Payload::ChallengeReplied(e) => {
            challenge.result = e.result;
            challenge.replied_on = on;
        }
        Payload::ChallengeWithdrawn(_) => challenge.withdrawn_on = on,
        _ => {}
    }
}

/// The step gates of challenges: the lot is known, the supplier stays the same (E001), each act
/// follows the one that it rests on (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let Some(challenge_id) = roll::challenge_of(payload) else {
        return;
    };
    let loaded = env.load::<Challenge>(challenge_id);
    let before = loaded.get().cloned().unwrap_or_default();
    if let Some(said) = said(payload) {
        check_lot(env, said.lot_no);
        check_supplier(env, challenge_id, &before, said.supplier);
        env.not_before("posting", day(said.dispatch_on));
    }
    if let Payload::ChallengeRefused(e) = payload {
        env.not_before("handing in", day(&e.lodged_on));
    }
    match payload {
        // A filing that is recorded late is still of a day before the receipt.
        Payload::ChallengeFiled(_) => {
            let filed_on = env.fact.legal_date;
            let later = before.received_on.or(before.refused_on);
            if let Some(later) = later.filter(|later| *later < filed_on) {
                env.refuse(bad_time("filing", filed_on, later));
            }
        }
        Payload::ChallengeReceived(_) => env.not_before("filing", before.filed_on),
        _ => {
            env.not_before("filing", before.filed_on);
            env.not_before("receipt", before.received_on);
            env.not_before("forwarding", before.forwarded_on);
        }
    }
}

/// E001: a challenge is of one supplier for ever.
fn check_supplier(env: &mut Env<'_>, id: &str, before: &Challenge, supplier: &str) {
    if !before.supplier.is_empty() && before.supplier != supplier {
        let message = format!(
            "challenge {id} is of supplier {}, not of {supplier}",
            before.supplier
        );
        env.refuse(
            Refusal::new(Code::E001_UNKNOWN_REF, message)
                .with("challenge_id", id)
                .with("supplier", supplier)
                .with("challenge_supplier", &before.supplier),
        );
    }
}

#[cfg(test)]
mod tests;
