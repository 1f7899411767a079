//! The handling of complaints: correction, rejection, copies, answers, suspension.

use chrono::NaiveDate;

use super::{
    Fact,
    FactKind::Clock as IsClock,
    Parameters,
    complaint::{Received, Void, complaints, is_rejected, of_complaints, subject, withdrawn},
    variables,
};
use crate::{
    domain::values::StreamKind,
    events::v1::{ComplaintReviewOutcome, event_payload::Payload},
    rules::case::{Body, Case, Clock, Done, Scene, first},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "complaint_correction_requested",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "投诉书需要补正的，自收到投诉书之日起，至书面通知补正",
        en: "Where a complaint needs correction, from its receipt to the notice of correction",
        variables: variables::PROJECT,
        parameters: &[],
        find: correction_requested,
    },
    Fact {
        name: "complaint_rejection_told",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自决定不予受理或者认定无管辖权之日起，至告知投诉人；以载明该投诉的告知公告为证，账本无告知记录的不作判断",
        en: "From a review that does not accept a complaint to the telling of its complainant, as \
             a notice about the complaint shows it; passed over where no telling is recorded",
        variables: variables::PROJECT,
        parameters: &[],
        find: rejection_told,
    },
    Fact {
        name: "complaint_copies_sent",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自收到投诉书之日起，至发出投诉答复通知书及投诉书副本；补正、检验、检测、鉴定、专家评审期间不计入",
        en: "From the receipt of a complaint to the sending of copies; correction, tests, \
             appraisals and expert reviews do not count",
        variables: variables::PROJECT,
        parameters: &[],
        find: copies_sent,
    },
    Fact {
        name: "complaint_responded",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自向被投诉人或者有关当事人发出投诉书副本之日起，至其作出书面说明；每一当事人分别计算",
        en: "From the sending of a copy to a party to that party's answer, for each of them",
        variables: variables::PROJECT,
        parameters: &[],
        find: responded,
    },
    Fact {
        name: "complaint_suspension_lifted",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自书面通知暂停采购活动之日起，至恢复采购活动；每一包、每一次通知分别计算",
        en: "From an order that suspends a lot to its lifting, for each lot and each order",
        variables: variables::PROJECT,
        parameters: &[],
        find: suspension_lifted,
    },
];

fn correction_requested(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let clock = |(act, received): Received<'_>| {
        let id = &received.complaint_id;
        let done = first(
            scene,
            act.on(),
            |act| matches!(act, Payload::ComplaintCorrectionRequested(e) if e.complaint_id == *id),
        );
        let needs = first(scene, act.on(), |payload| {
            matches!(payload, Payload::ComplaintReviewed(e)
                if e.complaint_id == *id && e.outcome() == ComplaintReviewOutcome::Correct)
        });
        let needs_evidence = needs.as_ref().map(|by| by.evidence.clone());
        needs.or_else(|| done.clone())?;
        let clock = Clock {
            done,
            void: withdrawn(scene, id, act.on()),
            ..Clock::default()
        };
        let mut case = Case::of(act, subject(scene, id), Body::Clock(clock));
        case.evidence.extend(needs_evidence.unwrap_or_default());
        Some(case)
    };
    complaints(scene).filter_map(clock).collect()
}

fn rejection_told(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::ComplaintReviewed(review) = payload else {
            continue;
        };
        let id = review.complaint_id.as_str();
        if !is_rejected(payload, id) {
            continue;
        }
        let told = first(
            scene,
            act.on(),
            |payload| matches!(payload, Payload::NoticePublished(e) if e.complaint_id == id),
        );
        let body = match told {
            Some(done) => Body::Clock(Clock {
                done: Some(done),
                ..Clock::default()
            }),
            None => {
                let reason = "账本没有告知投诉人的记录 no telling of the complainant is recorded";
                Body::NotApplicable(reason.to_owned())
            }
        };
        cases.push(Case::of(act, subject(scene, id), body));
    }
    cases
}

fn copies_sent(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    of_complaints(
        scene,
        |payload, id| matches!(payload, Payload::ComplaintCopiesSent(e) if e.complaint_id == id),
    )
}

fn responded(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::ComplaintCopiesSent(sent) = payload else {
            continue;
        };
        let id = sent.complaint_id.as_str();
        for party in &sent.recipients {
            let subject = format!("{}/{party}", subject(scene, id));
            let clock = Clock {
                done: first(scene, act.on(), |payload| {
                    matches!(payload, Payload::ComplaintResponded(e)
                        if e.complaint_id == id && e.respondent == *party)
                }),
                void: withdrawn(scene, id, act.on()),
                ..Clock::default()
            };
            let case = Case::of(act, subject, Body::Clock(clock));
            // A copy that is sent again does not give more time.
            match cases.iter_mut().find(|other| other.subject == case.subject) {
                Some(other) if case.on < other.on => *other = case,
                Some(_) => {}
                None => cases.push(case),
            }
        }
    }
    cases
}

fn suspension_lifted(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::ComplaintSuspensionOrdered(order) = payload else {
            continue;
        };
        let id = order.complaint_id.as_str();
        for lot_no in &order.lot_nos {
            let of_lot = format!("{}/{lot_no}", subject(scene, id));
            let again = format!("{of_lot}/");
            let is_of_lot =
                |case: &&Case| case.subject == of_lot || case.subject.starts_with(&again);
            let subject = match cases.iter().filter(is_of_lot).count() {
                0 => of_lot,
                before => format!("{of_lot}/{}", before + 1),
            };
            let clock = Clock {
                done: lifted(scene, act, id, lot_no),
                void: lot_ended(scene, lot_no, act.on()),
                ..Clock::default()
            };
            cases.push(Case::of(act, subject, Body::Clock(clock)));
        }
    }
    cases
}

/// The lifting that follows an order: a lot may be suspended again on the day of its lifting.
fn lifted(scene: &Scene<'_>, order: &Standing, id: &str, lot_no: &String) -> Option<Done> {
    let follows = |act: &Standing| (act.on(), act.position) > (order.on(), order.position);
    let lifts = scene.acts().filter(|(act, payload)| {
        follows(act)
            && matches!(payload, Payload::ComplaintSuspensionLifted(e)
                if e.complaint_id == id && e.lot_nos.contains(lot_no))
    });
    let (act, _) = lifts.min_by_key(|(act, _)| (act.on(), act.position))?;
    Some(Done::by(act))
}

/// The end of a lot, after which nothing of it is suspended.
fn lot_ended(scene: &Scene<'_>, lot_no: &String, from: NaiveDate) -> Void {
    let by = first(scene, from, |payload| match payload {
        Payload::ProcurementTerminated(e) => e.lot_nos.contains(lot_no),
        Payload::LotFailed(e) => e.lot_no == *lot_no,
        Payload::PlanCancelled(_) => true,
        _ => false,
    });
    by.map(|by| (by.on, "该包采购活动已终止 the lot has ended".to_owned()))
}
