//! Step gates of complaints: who handles one (E026), what may be taken up (E002), dates (E003).

use chrono::{Datelike as _, NaiveDate};

use super::state::{Complaint, ComplaintStatus};
use crate::{
    domain::{
        calendar::Calendar,
        challenge::{Challenge, ChallengeStatus},
        gate::Env,
        payload::day,
        refusal::{Code, Refusal, bad_time},
    },
    events::v1::{ChallengeSubject, ComplaintReviewOutcome, event_payload::Payload},
};

/// Working days for the reply to a challenge (政府采购法第53条).
const REPLY_DAYS: u32 = 7;

/// The step gates of complaint events.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let (complaint_id, is_handling) = match payload {
        Payload::ComplaintCorrectionRequested(e) => (&e.complaint_id, true),
        Payload::ComplaintCorrected(e) => (&e.complaint_id, false),
        Payload::ComplaintReviewed(e) => (&e.complaint_id, true),
        Payload::ComplaintCopiesSent(e) => (&e.complaint_id, true),
        Payload::ComplaintResponded(e) => (&e.complaint_id, false),
        Payload::ComplaintSuspensionOrdered(e) => (&e.complaint_id, true),
        Payload::ComplaintSuspensionLifted(e) => (&e.complaint_id, true),
        Payload::ComplaintClockPaused(e) => (&e.complaint_id, true),
        Payload::ComplaintClockResumed(e) => (&e.complaint_id, true),
        Payload::ComplaintWithdrawn(e) => (&e.complaint_id, false),
        Payload::ComplaintDecided(e) => (&e.complaint_id, true),
        _ => return,
    };
    let loaded = env.load::<Complaint>(complaint_id);
    let known = loaded.get();
    let Some(complaint) = known.filter(|known| known.status != ComplaintStatus::Absent) else {
        return;
    };
    if is_handling {
        check_handler(env, complaint_id, complaint);
    }
    check_order(env, payload, complaint);
    if let Payload::ComplaintReviewed(review) = payload
        && review.outcome() == ComplaintReviewOutcome::Accept
    {
        check_admissible(env, complaint_id, complaint);
    }
}

/// E026: the finance department that received a complaint handles it.
fn check_handler(env: &mut Env<'_>, id: &str, complaint: &Complaint) {
    let actor = &env.fact.event.actor_org;
    if *actor != complaint.accepted_by {
        let message = format!(
            "complaint {id} was received by {}, not by {actor}: who received it handles it",
            complaint.accepted_by
        );
        let refusal = Refusal::new(Code::E026_WRONG_JURISDICTION, message)
            .with("complaint_id", id)
            .with("actor_org", actor)
            .with("accepted_by", &complaint.accepted_by);
        env.refuse(refusal);
    }
}

/// E003: no act on a complaint is before its receipt or before the act that it follows.
fn check_order(env: &mut Env<'_>, payload: &Payload, complaint: &Complaint) {
    env.not_before("receipt", complaint.received_on);
    match payload {
        Payload::ComplaintCorrectionRequested(e) => {
            env.not_before("review", complaint.reviewed_on);
            env.not_before("correction", complaint.corrected_on);
            check_end(env, "notice of correction", &e.until);
        }
        Payload::ComplaintCorrected(_) => {
            env.not_before("notice of correction", complaint.correction_sent_on);
            env.not_before("review", complaint.reviewed_on);
        }
        Payload::ComplaintReviewed(_) => env.not_before("correction", complaint.corrected_on),
        Payload::ComplaintCopiesSent(_) | Payload::ComplaintResponded(_) => {
            env.not_before("review", complaint.reviewed_on);
        }
        Payload::ComplaintSuspensionOrdered(e) => {
            env.not_before("review", complaint.reviewed_on);
            check_end(env, "order", &e.until);
        }
        Payload::ComplaintSuspensionLifted(e) => {
            for lot_no in &e.lot_nos {
                let suspension = complaint.suspension(lot_no);
                env.not_before("order", suspension.map(|suspension| suspension.ordered_on));
            }
        }
        Payload::ComplaintClockResumed(e) => {
            let pause = complaint.pauses.get(&e.pause_no);
            env.not_before("pause", pause.map(|pause| pause.paused_on));
        }
        Payload::ComplaintDecided(_) => {
            env.not_before("review", complaint.reviewed_on);
            env.not_before("sending of copies", complaint.copies_sent_on);
        }
        _ => {}
    }
}

/// E003: a time that is set ends before the act that sets it.
fn check_end(env: &mut Env<'_>, what: &'static str, until: &str) {
    let set_on = env.fact.legal_date;
    if let Some(until) = day(until).filter(|until| *until < set_on) {
        env.refuse(bad_time(what, set_on, until));
    }
}

/// E002 for a complaint that may not be taken up: it follows no challenge by the same supplier that
/// is known here, complains of more than was challenged (政府采购法实施条例第55条), or came before
/// both the answer and the end of its time (政府采购法第55条).
fn check_admissible(env: &mut Env<'_>, id: &str, complaint: &Complaint) {
    let loaded = env.load::<Challenge>(&complaint.challenge_id);
    let challenge = loaded.get().filter(|challenge| {
        challenge.supplier == complaint.complainant
            && challenge.status != ChallengeStatus::Withdrawn
    });
    let Some(challenge) = challenge else {
        env.refuse(unchallenged(id, complaint));
        return;
    };
    let beyond = |subject: &&i32| !challenge.subjects.contains(*subject);
    if let Some(subject) = complaint.subjects.iter().find(beyond) {
        env.refuse(goes_beyond(id, complaint, *subject));
    }
    let (Some(received_on), Some(from)) = (complaint.received_on, challenge.reply_runs_from())
    else {
        return;
    };
    // Seven working days lie within two months, whatever holidays there are.
    let calendar = Calendar::of(env, from.year(), from.year() + 1);
    let period_ends_on = calendar.wd_x(from, REPLY_DAYS, &[]).on;
    let answered_on = challenge.answered_on();
    let earliest_on = answered_on.map_or(period_ends_on, |on| on.min(period_ends_on));
    if received_on < earliest_on {
        env.refuse(too_early(id, received_on, period_ends_on, answered_on));
    }
}

fn not_admissible(id: &str, why: &str) -> Refusal {
    let message = format!("complaint {id} may not be accepted: {why}");
    Refusal::new(Code::E002_ILLEGAL_TRANSITION, message).with("complaint_id", id)
}

fn unchallenged(id: &str, complaint: &Complaint) -> Refusal {
    let named = match complaint.challenge_id.as_str() {
        "" => "no challenge",
        named => named,
    };
    let why = format!(
        "it names {named}, and no challenge by {} of this number stands in this project \
         (政府采购法第55条)",
        complaint.complainant
    );
    not_admissible(id, &why)
        .with("challenge_id", &complaint.challenge_id)
        .with("complainant", &complaint.complainant)
}

fn goes_beyond(id: &str, complaint: &Complaint, subject: i32) -> Refusal {
    let subject = ChallengeSubject::try_from(subject).unwrap_or_default();
    let subject = subject.as_str_name();
    let why = format!(
        "it complains of {subject}, which challenge {} did not challenge \
         (政府采购法实施条例第55条)",
        complaint.challenge_id
    );
    not_admissible(id, &why)
        .with("challenge_id", &complaint.challenge_id)
        .with("subject", subject)
}

fn too_early(
    id: &str,
    received_on: NaiveDate,
    period_ends_on: NaiveDate,
    answered_on: Option<NaiveDate>,
) -> Refusal {
    let answered = match answered_on {
        Some(on) => format!("the answer of {on}"),
        None => "any answer".to_owned(),
    };
    let why = format!(
        "it was received on {received_on}, before {answered} and before {period_ends_on}, when the \
         {REPLY_DAYS} working days of the answer end (政府采购法第55条)"
    );
    let refusal = not_admissible(id, &why)
        .with("received_on", received_on)
        .with("reply_due_on", period_ends_on);
    match answered_on {
        Some(on) => refusal.with("answered_on", on),
        None => refusal,
    }
}
