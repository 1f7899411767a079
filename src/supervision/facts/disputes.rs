//! Questions, challenges, complaints and approvals of a project.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    projects::Project,
    rows::{Head, Rows, day, flag, number, status, text},
};
use crate::{
    domain::values::StreamKind,
    events::v1::{ComplaintReceived, ComplaintResult, event_payload::Payload},
    rules::verdict::Obligation,
    supervision::tables::{APPROVALS, CHALLENGES, COMPLAINTS, INQUIRIES},
};

/// The rules whose obligations tell of replies, answers, decisions.
const REPLY: &str = "HY-14-REPLY-7WD";
const ANSWER: &str = "GPLR-52-INQ-3WD";
const DECIDE: &str = "HY-14-DECIDE-30WD";
const APPROVE: &str = "HY-12-LIMIT";

/// The rows of all of them.
pub(super) fn disputes(rows: &mut Rows<'_, '_>, project: &Project<'_>) {
    debug_assert_eq!(rows.sight.stream.kind, StreamKind::Project);
    challenges(rows, project);
    inquiries(rows, project);
    complaints(rows, project);
    approvals(rows, project);
}

/// Who handles a dispute as an agency: nobody where the unit does so itself.
fn agency<'a>(project: &Project<'a>, handler: &'a str) -> &'a str {
    match handler == project.unit {
        true => "",
        false => handler,
    }
}

/// The first day on which an act of a kind happened.
fn first_on(project: &Project<'_>, is_it: impl Fn(&Payload) -> bool) -> Option<NaiveDate> {
    let acts = project.acts.iter().filter(|(_, payload)| is_it(payload));
    acts.map(|(act, _)| act.on()).min()
}

/// A challenge in the making.
#[derive(Default)]
struct Challenge<'a> {
    lot_no: &'a str,
    supplier: &'a str,
    handler: &'a str,
    received_on: Option<NaiveDate>,
    filed_on: Option<NaiveDate>,
    replied_on: Option<NaiveDate>,
    result: i32,
}

fn challenges_of<'a>(project: &Project<'a>) -> BTreeMap<&'a str, Challenge<'a>> {
    let mut found = BTreeMap::<&str, Challenge<'a>>::new();
    for (act, payload) in &project.acts {
        let on = Some(act.on());
        match payload {
            Payload::ChallengeReceived(e) => {
                let of = found.entry(&e.challenge_id).or_default();
                (of.lot_no, of.supplier, of.handler) = (&e.lot_no, &e.supplier, &e.received_by);
                of.received_on = on;
            }
            Payload::ChallengeFiled(e) => {
                let of = found.entry(&e.challenge_id).or_default();
                (of.lot_no, of.supplier) = (&e.lot_no, &e.supplier);
                of.filed_on = on;
            }
            Payload::ChallengeRefused(e) => {
                let of = found.entry(&e.challenge_id).or_default();
                (of.lot_no, of.supplier, of.handler) = (&e.lot_no, &e.supplier, &e.refused_by);
                of.filed_on = of.filed_on.or(on);
            }
            Payload::ChallengeForwarded(e) => {
                found.entry(&e.challenge_id).or_default().handler = &e.to;
            }
            Payload::ChallengeReplied(e) => {
                let of = found.entry(&e.challenge_id).or_default();
                of.replied_on = of.replied_on.or(on);
                of.result = e.result;
            }
            _ => {}
        }
    }
    found
}

/// The one obligation about something; the first where there are more.
fn one<'o>(
    of_rule: &std::collections::HashMap<&str, Vec<&'o Obligation>>,
    subject: &str,
) -> Option<&'o Obligation> {
    of_rule.get(subject)?.first().copied()
}

fn challenges(rows: &mut Rows<'_, '_>, project: &Project<'_>) {
    let replies = rows.obligations(REPLY);
    for (id, of) in challenges_of(project) {
        let Some(on) = of.received_on.or(of.filed_on) else {
            continue;
        };
        let subject = rows.subject("challenge", id);
        let reply = one(&replies, &subject);
        let head = Head {
            supplier: of.supplier,
            agency: agency(project, of.handler),
            ..project.head(Some(on))
        };
        let rest = [
            text(id),
            text(of.lot_no),
            text(of.handler),
            day(reply.map(|reply| reply.due_on)),
            day(of.replied_on),
            status(reply),
            number(of.result),
            rows.workdays(Some(on), of.replied_on),
        ];
        rows.add(&CHALLENGES, &head, subject, rest);
    }
}

fn inquiries(rows: &mut Rows<'_, '_>, project: &Project<'_>) {
    let answers = rows.obligations(ANSWER);
    for (act, payload) in &project.acts {
        let Payload::InquiryReceived(received) = payload else {
            continue;
        };
        let id = &received.inquiry_id;
        let subject = rows.subject("inquiry", id);
        let answer = one(&answers, &subject);
        let answered_on = first_on(
            project,
            |payload| matches!(payload, Payload::InquiryAnswered(e) if e.inquiry_id == *id),
        );
        let head = Head {
            supplier: &received.supplier,
            agency: agency(project, &received.received_by),
            ..project.head(Some(act.on()))
        };
        let rest = [
            text(id),
            text(&received.received_by),
            day(answer.map(|answer| answer.due_on)),
            day(answered_on),
            status(answer),
        ];
        rows.add(&INQUIRIES, &head, subject, rest);
    }
}

/// Whether a complaint was upheld.
fn is_upheld(result: ComplaintResult) -> bool {
    use ComplaintResult::{UpheldOther, UpheldRedo, UpheldVoid};
    matches!(result, UpheldVoid | UpheldRedo | UpheldOther)
}

/// The newest decision on a complaint.
fn decision(project: &Project<'_>, of: &ComplaintReceived) -> Option<(NaiveDate, ComplaintResult)> {
    let mut acts = project.acts.iter().rev();
    acts.find_map(|(act, payload)| match payload {
        Payload::ComplaintDecided(e) if e.complaint_id == of.complaint_id => {
            Some((act.on(), e.result()))
        }
        _ => None,
    })
}

fn complaints(rows: &mut Rows<'_, '_>, project: &Project<'_>) {
    let decisions = rows.obligations(DECIDE);
    for (act, payload) in &project.acts {
        let Payload::ComplaintReceived(received) = payload else {
            continue;
        };
        let subject = rows.subject("complaint", &received.complaint_id);
        let of = one(&decisions, &subject);
        let decided = decision(project, received);
        let decided_on = decided.map(|(on, _)| on);
        let result = decided.map_or(ComplaintResult::Unspecified, |(_, result)| result);
        let head = Head {
            supplier: &received.complainant,
            ..project.head(Some(act.on()))
        };
        let rest = [
            text(&received.complaint_id),
            text(&received.challenge_id),
            text(&received.accepted_by),
            day(of.map(|of| of.due_on)),
            day(decided_on),
            status(of),
            number(result as i32),
            flag(is_upheld(result)),
            rows.workdays(Some(act.on()), decided_on),
        ];
        rows.add(&COMPLAINTS, &head, subject, rest);
    }
}

fn approvals(rows: &mut Rows<'_, '_>, project: &Project<'_>) {
    let limits = rows.obligations(APPROVE);
    for (act, payload) in &project.acts {
        let Payload::ApprovalRequested(requested) = payload else {
            continue;
        };
        let id = &requested.approval_id;
        let subject = rows.subject("approval", id);
        let decided_on = first_on(
            project,
            |payload| matches!(payload, Payload::ApprovalDecided(e) if e.approval_id == *id),
        );
        let rest = [
            text(id),
            text(&requested.item_code),
            day(decided_on),
            status(one(&limits, &subject)),
            rows.workdays(Some(act.on()), decided_on),
        ];
        let head = project.head(Some(act.on()));
        rows.add(&APPROVALS, &head, subject, rest);
    }
}
