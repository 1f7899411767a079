//! Complaints: when they may come, when they are reviewed and decided. Their handling in between
//! stands apart (`handling`).

use chrono::NaiveDate;

use super::{
    Fact,
    FactKind::Clock as IsClock,
    Parameters,
    challenge::{Challenge, challenges},
    pauses::Pauses,
    variables,
};
use crate::{
    domain::{payload::day, values::StreamKind},
    events::v1::{self, ComplaintReviewOutcome, NoticeType, event_payload::Payload},
    rules::case::{Body, Case, Clock, Done, Scene, first},
    views::Standing,
};

/// Working days for the reply to a challenge (政府采购法第53条): at their end the time for complaints
/// begins. The gates count the same.
const REPLY_DAYS: u32 = 7;
/// The name of a pause for correction, which no number of a pause is.
const CORRECTION: &str = "";

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "complaint_lodged",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自质疑答复期（收到质疑函后七个工作日）届满之日起，至提起投诉；邮寄的以交邮日为准，不论答复早晚",
        en: "From the end of the reply period (seven working days from the receipt of the \
             challenge, whenever the reply came) to the complaint; the day of posting where it is \
             mailed",
        variables: variables::PROJECT,
        parameters: &[],
        find: lodged,
    },
    Fact {
        name: "complaint_reviewed",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自收到投诉书之日起，至首次审查；补正等中止不影响审查期限",
        en: "From the receipt of a complaint to its first review; no pause stops this clock",
        variables: variables::PROJECT,
        parameters: &[],
        find: reviewed,
    },
    Fact {
        name: "complaint_decided",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自收到投诉书之日起，至作出处理决定；补正、检验、检测、鉴定、专家评审期间不计入",
        en: "From the receipt of a complaint to its decision; correction, tests, appraisals and \
             expert reviews do not count",
        variables: variables::PROJECT,
        parameters: &[],
        find: decided,
    },
    Fact {
        name: "complaint_decision_published",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自作出投诉处理决定之日起，至公告",
        en: "From the decision of a complaint to its publication",
        variables: variables::PROJECT,
        parameters: &[],
        find: decision_published,
    },
];

/// The receipt of a complaint.
pub(super) type Received<'a> = (&'a Standing, &'a v1::ComplaintReceived);
/// Why and since when something is no longer asked for.
pub(super) type Void = Option<(NaiveDate, String)>;

/// The complaints of a project.
pub(super) fn complaints<'a>(scene: &Scene<'a>) -> impl Iterator<Item = Received<'a>> + use<'a> {
    scene.acts().filter_map(|(act, payload)| match payload {
        Payload::ComplaintReceived(received) => Some((act, received)),
        _ => None,
    })
}

pub(super) fn subject(scene: &Scene<'_>, id: &str) -> String {
    scene.subject("complaint", id)
}

pub(super) fn withdrawn(scene: &Scene<'_>, id: &str, from: NaiveDate) -> Void {
    let by = first(
        scene,
        from,
        |payload| matches!(payload, Payload::ComplaintWithdrawn(e) if e.complaint_id == id),
    );
    by.map(|by| (by.on, "投诉已撤回 the complaint was withdrawn".to_owned()))
}

/// What ends the handling of a complaint without a decision.
fn ended(scene: &Scene<'_>, id: &str, from: NaiveDate) -> Void {
    let rejected = first(scene, from, |payload| is_rejected(payload, id));
    let reason = "投诉不予受理或者不属于本部门管辖 the complaint was not taken up";
    withdrawn(scene, id, from).or_else(|| rejected.map(|by| (by.on, reason.to_owned())))
}

pub(super) fn is_rejected(payload: &Payload, id: &str) -> bool {
    use ComplaintReviewOutcome::{NoJurisdiction, NotAccepted};
    matches!(payload, Payload::ComplaintReviewed(e)
        if e.complaint_id == id && matches!(e.outcome(), NotAccepted | NoJurisdiction))
}

/// What bears on the pauses of a complaint: the complaint's number.
fn of_pauses(payload: &Payload) -> Option<&str> {
    Some(match payload {
        Payload::ComplaintCorrectionRequested(e) => &e.complaint_id,
        Payload::ComplaintCorrected(e) => &e.complaint_id,
        Payload::ComplaintReviewed(e) => &e.complaint_id,
        Payload::ComplaintClockPaused(e) => &e.complaint_id,
        Payload::ComplaintClockResumed(e) => &e.complaint_id,
        Payload::ComplaintWithdrawn(e) => &e.complaint_id,
        Payload::ComplaintDecided(e) => &e.complaint_id,
        _ => return None,
    })
}

/// Days that do not count for a complaint: from the day on which a correction or a test was
/// ordered, exclusive, to the day on which it came back.
fn pauses<'a>(scene: &Scene<'a>, id: &str) -> Pauses<'a> {
    let acts = scene
        .acts()
        .filter(|(_, payload)| of_pauses(payload) == Some(id));
    let mut acts: Vec<_> = acts.collect();
    acts.sort_by_key(|(act, _)| (act.on(), act.position));
    let mut pauses = Pauses::default();
    for (act, payload) in acts {
        match payload {
            Payload::ComplaintCorrectionRequested(_) => pauses.begin(CORRECTION, act),
            Payload::ComplaintReviewed(e) if e.outcome() == ComplaintReviewOutcome::Correct => {
                pauses.begin(CORRECTION, act);
            }
            Payload::ComplaintReviewed(_) | Payload::ComplaintCorrected(_) => {
                pauses.end(CORRECTION, act);
            }
            Payload::ComplaintClockPaused(e) => pauses.begin(&e.pause_no, act),
            Payload::ComplaintClockResumed(e) => pauses.end(&e.pause_no, act),
            _ => pauses.end_all(act.on()),
        }
    }
    pauses
}

fn lodged(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let challenges = challenges(scene);
    complaints(scene)
        .map(|(act, received)| {
            let challenge = challenges.get(received.challenge_id.as_str());
            lodged_after(scene, act, received, challenge)
        })
        .collect()
}

fn lodged_after(
    scene: &Scene<'_>,
    act: &Standing,
    received: &v1::ComplaintReceived,
    challenge: Option<&Challenge<'_>>,
) -> Case {
    let is_own = |challenge: &&Challenge<'_>| challenge.supplier == received.complainant;
    let challenge = challenge.filter(is_own);
    let from = challenge.and_then(Challenge::reply_runs_from);
    let subject = subject(scene, &received.complaint_id);
    let (Some(challenge), Some(from)) = (challenge, from) else {
        let reason = "投诉人未先提出质疑 no challenge by the complainant precedes it";
        return Case::of(act, subject, Body::NotApplicable(reason.to_owned()));
    };
    let done = Done {
        on: day(&received.dispatch_on).unwrap_or(act.on()),
        evidence: act.positions().collect(),
    };
    Case {
        subject,
        on: scene.calendar.wd_x(from, REPLY_DAYS, &[]).on,
        evidence: challenge.evidence.clone(),
        body: Body::Clock(Clock {
            done: Some(done),
            ..Clock::default()
        }),
    }
}

fn reviewed(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let clock = |(act, received): Received<'_>| {
        let id = &received.complaint_id;
        let clock = Clock {
            done: first(
                scene,
                act.on(),
                |payload| matches!(payload, Payload::ComplaintReviewed(e) if e.complaint_id == *id),
            ),
            void: withdrawn(scene, id, act.on()),
            ..Clock::default()
        };
        Case::of(act, subject(scene, id), Body::Clock(clock))
    };
    complaints(scene).map(clock).collect()
}

/// One clock for each complaint that stands still in its pauses, stopped by what `does` it.
pub(super) fn of_complaints(scene: &Scene<'_>, does: impl Fn(&Payload, &str) -> bool) -> Vec<Case> {
    let clock = |(act, received): Received<'_>| {
        let id = received.complaint_id.as_str();
        let pauses = pauses(scene, id);
        let evidence = pauses.evidence.clone();
        let clock = Clock {
            pauses: pauses.spans(scene),
            done: first(scene, act.on(), |payload| does(payload, id)),
            void: ended(scene, id, act.on()),
            ..Clock::default()
        };
        let mut case = Case::of(act, subject(scene, id), Body::Clock(clock));
        case.evidence.extend(evidence);
        case
    };
    complaints(scene).map(clock).collect()
}

fn decided(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    of_complaints(
        scene,
        |payload, id| matches!(payload, Payload::ComplaintDecided(e) if e.complaint_id == id),
    )
}

fn decision_published(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::ComplaintDecided(decided) = payload else {
            continue;
        };
        let id = decided.complaint_id.as_str();
        let clock = Clock {
            done: first(scene, act.on(), |payload| {
                matches!(payload, Payload::NoticePublished(notice)
                    if notice.notice_type() == NoticeType::ComplaintDecision
                        && notice.complaint_id == id)
            }),
            ..Clock::default()
        };
        cases.push(Case::of(act, subject(scene, id), Body::Clock(clock)));
    }
    cases
}
