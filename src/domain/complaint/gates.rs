//! Step gates of complaints: who handles one (E026), what may be taken up (E002), dates (E003).

use chrono::{Datelike as _, NaiveDate};

use super::state::{Complaint, ComplaintStatus};
use crate::{
    domain::{
        calendar::Calendar,
        challenge::{Challenge, ChallengeRoll},
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

/// E002 for a complaint that may not be taken up: the same supplier challenged nothing in this
/// project that stands, it complains of more than was challenged (政府采购法实施条例第55条), or it
/// came before both the answer and the end of its time (政府采购法第55条). Of several challenges of
/// one subject the first whose time has come counts, whichever the complaint names.
fn check_admissible(env: &mut Env<'_>, id: &str, complaint: &Complaint) {
    let loaded = env.load::<ChallengeRoll>("");
    let standing = loaded
        .get()
        .into_iter()
        .flat_map(|roll| roll.standing_of(&complaint.complainant));
    let challenges: Vec<&Challenge> = standing.collect();
    if challenges.is_empty() {
        env.refuse(unchallenged(id, complaint));
        return;
    }
    for subject in &complaint.subjects {
        let of_it = challenges.iter().filter(|c| c.subjects.contains(subject));
        let times: Vec<ReplyTime> = of_it.filter_map(|c| ReplyTime::of(env, c)).collect();
        let Some(first) = times.iter().min_by_key(|time| time.earliest_on()) else {
            env.refuse(goes_beyond(id, complaint, *subject));
            continue;
        };
        if let Some(received_on) = complaint.received_on
            && received_on < first.earliest_on()
        {
            env.refuse(too_early(id, received_on, first));
        }
    }
}

/// When a challenge was answered, and until when it had to be.
struct ReplyTime {
    answered_on: Option<NaiveDate>,
    ends_on: NaiveDate,
}

impl ReplyTime {
    /// `None` of a challenge that nobody handed in.
    fn of(env: &Env<'_>, challenge: &Challenge) -> Option<Self> {
        let from = challenge.reply_runs_from()?;
        // Seven working days lie within two months, whatever holidays there are.
        let calendar = Calendar::of(env, from.year(), from.year() + 1);
        Some(Self {
            answered_on: challenge.answered_on(),
            ends_on: calendar.wd_x(from, REPLY_DAYS, &[]).on,
        })
    }

    /// The first day of a complaint.
    fn earliest_on(&self) -> NaiveDate {
        self.answered_on
            .map_or(self.ends_on, |on| on.min(self.ends_on))
    }
}

fn not_admissible(id: &str, why: &str) -> Refusal {
    let message = format!("complaint {id} may not be accepted: {why}");
    Refusal::new(Code::E002_ILLEGAL_TRANSITION, message).with("complaint_id", id)
}

fn unchallenged(id: &str, complaint: &Complaint) -> Refusal {
    let complainant = &complaint.complainant;
    let why = format!("no challenge by {complainant} stands in this project (政府采购法第55条)");
    not_admissible(id, &why)
        .with("challenge_id", &complaint.challenge_id)
        .with("complainant", complainant)
}

fn goes_beyond(id: &str, complaint: &Complaint, subject: i32) -> Refusal {
    let subject = ChallengeSubject::try_from(subject).unwrap_or_default();
    let subject = subject.as_str_name();
    let why = format!(
        "it complains of {subject}, which {} did not challenge (政府采购法实施条例第55条)",
        complaint.complainant
    );
    not_admissible(id, &why)
        .with("challenge_id", &complaint.challenge_id)
        .with("subject", subject)
}

fn too_early(id: &str, received_on: NaiveDate, time: &ReplyTime) -> Refusal {
    let answered = match time.answered_on {
        Some(on) => format!("the answer of {on}"),
        None => "any answer".to_owned(),
    };
    let ends_on = time.ends_on;
    let why = format!(
        "it was received on {received_on}, before {answered} and before {ends_on}, when the \
         {REPLY_DAYS} working days of the answer end (政府采购法第55条)"
    );
    let refusal = not_admissible(id, &why)
        .with("received_on", received_on)
        .with("reply_due_on", ends_on);
    match time.answered_on {
        Some(on) => refusal.with("answered_on", on),
        None => refusal,
    }
}
