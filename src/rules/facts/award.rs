//! From the evaluation to the award: report, winner, notices, bans, bonds of those who lost.
//!
//! An evaluation that is done again, and an award that is taken back, begin a new round of the lot;
//! the second round of lot 01 is `…/01/2`.

use chrono::NaiveDate;

use super::{
    Fact,
    FactKind::{Clock as IsClock, Content as IsContent},
    Parameters,
    lots::{Act, BidBond, Picture, add, evidence, round},
    variables,
};
use crate::{
    domain::values::StreamKind,
    events::v1::{NoticePublished, NoticeType, event_payload::Payload, notice_published::Content},
    rules::case::{Body, Case, Clock, Done, Scene},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "report_delivered",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自评审结束之日起，至评审报告送达采购人",
        en: "From the end of an evaluation to the delivery of its report",
        variables: variables::PROJECT,
        parameters: &[],
        find: reported,
    },
    Fact {
        name: "winner_determined",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自收到评审报告之日起，至确定中标(成交)供应商；暂停采购活动的日子不计",
        en: "From the receipt of the report to the determination of the winner, days of a \
             suspension left out",
        variables: variables::PROJECT,
        parameters: &[],
        find: determined,
    },
    Fact {
        name: "award_announced",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自确定中标(成交)供应商之日起，至发出通知书并公告结果，以后完成者为准；\
             暂停采购活动的日子不计",
        en: "From the determination of a winner to the award notice and the publication of the \
             result, whichever comes last, days of a suspension left out",
        variables: variables::PROJECT,
        parameters: &[],
        find: announced,
    },
    Fact {
        name: "winner_banned",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "中标(成交)供应商在确定之日不在禁止参加政府采购活动的期限内",
        en: "A winner is not banned on the day on which it is determined",
        variables: variables::PROJECT,
        parameters: &[],
        find: banned,
    },
    Fact {
        name: "loser_bond_returned",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自中标(成交)通知书发出之日起，至退还未中标供应商的投标保证金",
        en: "From the award notice to the return of the bid bond of a supplier that lost",
        variables: variables::PROJECT,
        parameters: &[],
        find: loser_bonds,
    },
];

/// An act that begins a round of a lot, and the next one that does.
struct Round<'a> {
    act: &'a Standing,
    payload: &'a Payload,
    lot: &'a str,
    number: usize,
    next: Option<&'a Standing>,
}

/// The rounds of all lots that some acts begin.
fn rounds<'a>(
    picture: &Picture<'a>,
    lot_of: impl Fn(&'a Payload) -> Option<&'a str>,
) -> Vec<Round<'a>> {
    let mut rounds: Vec<Round<'a>> = Vec::new();
    for (act, payload) in picture.acts() {
        let Some(lot) = lot_of(payload) else {
            continue;
        };
        let mut number = 0;
        if let Some(last) = rounds.iter_mut().rfind(|round| round.lot == lot) {
            last.next = Some(act);
            number = last.number + 1;
        }
        rounds.push(Round {
            act,
            payload,
            lot,
            number,
            next: None,
        });
    }
    rounds
}

/// The evaluation that a payload ends, by its lot.
fn evaluated(payload: &Payload) -> Option<&str> {
    match payload {
        Payload::EvaluationConcluded(of) => Some(&of.lot_no),
        _ => None,
    }
}

/// The award that a payload makes: its lot and supplier.
fn awarded(payload: &Payload) -> Option<(&str, &str)> {
    match payload {
        Payload::WinnerDetermined(of) => Some((&of.lot_no, &of.supplier)),
        Payload::AwardRevoked(of) if !of.next_candidate.is_empty() => {
            Some((&of.lot_no, &of.next_candidate))
        }
        _ => None,
    }
}

/// When and why a round is over without what was waited for.
fn over(picture: &Picture<'_>, of: &Round<'_>) -> Option<(NaiveDate, String)> {
    let again = picture.first(
        of.act.on(),
        None,
        |payload| matches!(payload, Payload::ReevaluationOrdered(order) if order.lot_no == of.lot),
    );
    let again = again.map(|act| (act.on(), "重新评审 to be evaluated again".to_owned()));
    let next = of
        .next
        .map(|act| (act.on(), "另有新的评审或者结果 another followed".to_owned()));
    let ended = picture.ended(of.lot, of.act.on());
    [again, next, ended]
        .into_iter()
        .flatten()
        .min_by_key(|(on, _)| *on)
}

/// A case of a round: a clock, unless another law holds.
fn case_of(
    scene: &Scene<'_>,
    picture: &Picture<'_>,
    (act, lot, number): (&Standing, &str, usize),
    clock: Clock,
) -> Case {
    let body = picture.tender_law(lot).unwrap_or(Body::Clock(clock));
    Case::of(act, round(scene.subject("lot", lot), number), body)
}

fn report_of<'a>(picture: &Picture<'a>, of: &Round<'a>) -> Option<&'a Standing> {
    picture.first(of.act.on(), of.next, |payload| {
        matches!(payload, Payload::EvaluationReportDelivered(report) if report.lot_no == of.lot)
    })
}

fn reported(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for of in rounds(&picture, evaluated) {
        let clock = Clock {
            done: report_of(&picture, &of).map(Done::by),
            void: over(&picture, &of),
            ..Clock::default()
        };
        cases.push(case_of(scene, &picture, (of.act, of.lot, of.number), clock));
    }
    cases
}

fn determined(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for of in rounds(&picture, evaluated) {
        let Some(report) = report_of(&picture, &of) else {
            continue;
        };
        // A winner may be determined before the report is delivered.
        let done = picture.first(of.act.on(), of.next, |payload| {
            matches!(payload, Payload::WinnerDetermined(winner) if winner.lot_no == of.lot)
        });
        let clock = Clock {
            done: done.map(Done::by),
            void: over(&picture, &of),
            pauses: picture.suspensions(of.lot),
            ..Clock::default()
        };
        cases.push(case_of(scene, &picture, (report, of.lot, of.number), clock));
    }
    cases
}

/// Whether a notice is one of a result; what it says, if it says anything.
pub(super) fn is_result(notice: &NoticePublished) -> bool {
    notice.notice_type() == NoticeType::AwardResult
}

/// Whether a notice announces the award of a lot to a supplier.
fn announces(notice: &NoticePublished, lot: &str, supplier: &str) -> bool {
    let is_of_lot = notice.lot_nos.is_empty() || notice.lot_nos.iter().any(|no| no == lot);
    let is_of_winner = match &notice.content {
        Some(Content::AwardResult(result)) => result.winner == supplier,
        _ => true,
    };
    is_result(notice) && is_of_lot && is_of_winner
}

fn announced(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for of in rounds(&picture, |payload| awarded(payload).map(|(lot, _)| lot)) {
        let Some((lot, supplier)) = awarded(of.payload) else {
            continue;
        };
        let told = picture.first(of.act.on(), of.next, |payload| {
            matches!(payload, Payload::AwardNoticeIssued(notice)
                if notice.lot_no == lot && notice.supplier == supplier)
        });
        let published = picture.first(of.act.on(), of.next, |payload| {
            matches!(payload, Payload::NoticePublished(notice)
                if announces(notice, lot, supplier))
        });
        let both = told.zip(published);
        let clock = Clock {
            done: both.map(|(told, published)| Done {
                on: told.on().max(published.on()),
                evidence: evidence([told, published]),
            }),
            void: over(&picture, &of),
            pauses: picture.suspensions(lot),
            ..Clock::default()
        };
        let mut case = case_of(scene, &picture, (of.act, lot, of.number), clock);
        if both.is_none() {
            // One of the two is there: it is part of the case.
            add(&mut case, evidence(told.into_iter().chain(published)));
        }
        cases.push(case);
    }
    cases
}

/// The award that a payload makes or records: its lot and supplier.
fn winner_of(payload: &Payload) -> Option<(&str, &str)> {
    match payload {
        Payload::AwardRecorded(of) => Some((&of.lot_no, &of.supplier)),
        payload => awarded(payload),
    }
}

fn banned(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for of in rounds(&picture, |payload| winner_of(payload).map(|(lot, _)| lot)) {
        let Some((lot, supplier)) = winner_of(of.payload) else {
            continue;
        };
        let on = of.act.on();
        let bans = scene.around.bans(supplier).into_iter();
        let wrong = bans
            .filter(|(from, to)| (*from..=*to).contains(&on))
            .map(|(from, to)| {
                format!("{supplier}自{from}至{to}被禁止参加政府采购活动 banned from {from} to {to}")
            });
        let body = Body::Content(wrong.collect());
        cases.push(Case::of(
            of.act,
            round(scene.subject("lot", lot), of.number),
            body,
        ));
    }
    cases
}

/// The first award notice of a lot.
fn noticed<'a>(picture: &Picture<'a>, lot: &str) -> Option<&'a Standing> {
    picture.first(
        NaiveDate::MIN,
        None,
        |payload| matches!(payload, Payload::AwardNoticeIssued(notice) if notice.lot_no == lot),
    )
}

/// The award notice after which a bond goes back to one who lost: that of its lot; of a bond for no
/// lot in particular, the last one when every lot has its notice or has ended.
fn notice_for<'a>(picture: &Picture<'a>, bond: &BidBond<'_>) -> Option<&'a Standing> {
    let lot = bond.bond.lot_no.as_str();
    if !lot.is_empty() {
        return noticed(picture, lot);
    }
    let mut last: Option<&'a Standing> = None;
    for lot in picture.lots() {
        match noticed(picture, lot) {
            Some(notice) => {
                let later = |last: &Standing| last.on() < notice.on();
                last = if last.is_none_or(later) {
                    Some(notice)
                } else {
                    last
                };
            }
            None if picture.ended(lot, NaiveDate::MIN).is_some() => {}
            None => return None,
        }
    }
    last
}

/// Whether a supplier won a lot, or any where none is named.
fn has_won((_, payload): Act<'_>, lot: &str, supplier: &str) -> bool {
    matches!(payload, Payload::AwardNoticeIssued(notice)
        if notice.supplier == supplier && (lot.is_empty() || notice.lot_no == lot))
}

fn loser_bonds(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for bond in picture.bid_bonds() {
        let (lot, payer) = (bond.bond.lot_no.as_str(), bond.bond.payer.as_str());
        let Some(notice) = notice_for(&picture, &bond) else {
            continue;
        };
        let held = bond.held_on(notice.on());
        let is_back = held == 0 && bond.settled().is_some_and(|done| done.on < notice.on());
        let was_later = bond.act.on() > notice.on();
        if is_back || was_later || picture.acts().any(|act| has_won(act, lot, payer)) {
            continue;
        }
        let forfeited = bond.forfeited();
        let clock = Clock {
            done: bond.settled().filter(|_| forfeited.is_none()),
            void: forfeited.map(|on| (on, "依法不予退还 kept for good by law".to_owned())),
            amount_fen: Some(held),
            paid: bond.returned_after(notice.on()),
            ..Clock::default()
        };
        let subject = scene.subject("bond", &bond.bond.bond_id);
        let of_lot = if lot.is_empty() {
            picture.lots().first().copied()
        } else {
            Some(lot)
        };
        let law = of_lot.and_then(|lot| picture.tender_law(lot));
        let body = law.unwrap_or(Body::Clock(clock));
        let mut case = Case::of(notice, subject, body);
        case.evidence = evidence([notice, bond.act]);
        cases.push(case);
    }
    cases
}
