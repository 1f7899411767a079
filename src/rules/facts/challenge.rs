//! Inquiries and challenges: their answers, who is told, what may be refused.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{
    Fact,
    FactKind::{Clock as IsClock, Content as IsContent},
    Parameters, variables,
};
use crate::{
    domain::{payload::day, values::StreamKind},
    events::v1::{
        self, ChallengeSubject, NoticeType, event_payload::Payload, notice_published::Content,
    },
    rules::case::{Body, Case, Clock, Done, Scene, first},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "inquiry_answered",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自收到供应商询问之日起，至作出答复",
        en: "From the receipt of a supplier's inquiry to its answer",
        variables: variables::PROJECT,
        parameters: &[],
        find: inquiries,
    },
    Fact {
        name: "challenge_lodged",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自供应商知道或者应当知道其权益受到损害之日（质疑结果的，为结果公告期限届满之日）起，至提出质疑；\
             邮寄的以交邮日为准",
        en: "From the day on which a supplier knew or should have known of the damage (for \
             results, the end of the notice period) to its challenge; the day of posting where it \
             is mailed",
        variables: variables::PROJECT,
        parameters: &[],
        find: lodged,
    },
    Fact {
        name: "challenge_replied",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自收到质疑函之日（未登记收到的，为供应商提起之日）起，至作出答复；撤回或者拒收的不再计算",
        en: "From the receipt of a challenge, or its filing by the supplier where no receipt is \
             recorded, to the reply; void where it is withdrawn or refused",
        variables: variables::PROJECT,
        parameters: &[],
        find: replied,
    },
    Fact {
        name: "challenge_others_told",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "质疑答复是否书面通知了其他有关供应商：已知有其他供应商而一家未通知，或者质疑结果而未通知中标、成交\
             供应商",
        en: "Whether other interested suppliers were told of a reply: none was though others are \
             known, or the winner was not of a challenge to the result",
        variables: variables::PROJECT,
        parameters: &[],
        find: others_told,
    },
    Fact {
        name: "challenge_refused",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "拒收的质疑是否在法定质疑期内提出；参数为质疑期的工作日数",
        en: "Whether a challenge that was refused had been lodged in time; the limit is the \
             number of working days for challenges",
        variables: variables::PROJECT,
        parameters: &[],
        find: refused,
    },
];

/// What is told of one challenge.
#[derive(Default)]
pub(super) struct Challenge<'a> {
    /// Who challenges.
    pub(super) supplier: &'a str,
    /// Positions of the events that bring it.
    pub(super) evidence: Vec<u64>,
    lot_no: &'a str,
    subject: ChallengeSubject,
    knew_on: Option<NaiveDate>,
    dispatch_on: Option<NaiveDate>,
    handed_in_on: Option<NaiveDate>,
    filed: Option<&'a Standing>,
    received: Option<&'a Standing>,
    refused: Option<&'a Standing>,
}

impl Challenge<'_> {
    /// The day from which the reply is due: of receipt, else of the filing or of the handing in of
    /// what was never received.
    pub(super) fn reply_runs_from(&self) -> Option<NaiveDate> {
        let received = self.received.or(self.filed).map(Standing::on);
        received.or(self.handed_in_on)
    }

    /// The day that the supplier's own time is measured by.
    fn lodged_on(&self) -> Option<NaiveDate> {
        let told = [self.filed, self.received].into_iter().flatten();
        let told = told.map(Standing::on).chain(self.handed_in_on);
        self.dispatch_on.or_else(|| told.min())
    }

    /// The day on which the supplier knew, or should have, and the events that show it: for results
    /// the end of the last notice period that began before the challenge.
    fn knew_on(&self, scene: &Scene<'_>) -> Option<(NaiveDate, Vec<u64>)> {
        let said = self.knew_on.map(|on| (on, Vec::new()));
        if self.subject != ChallengeSubject::Result {
            return said;
        }
        let lodged_on = self.lodged_on()?;
        let ends = scene.acts().filter_map(|(act, payload)| {
            let Payload::NoticePublished(notice) = payload else {
                return None;
            };
            let is_of = notice.notice_type() == NoticeType::AwardResult
                && act.on() <= lodged_on
                && self.is_of_lots(&notice.lot_nos);
            is_of.then(|| (period_end(scene, act, notice), act.positions().collect()))
        });
        ends.max_by_key(|(on, _)| *on).or(said)
    }

    fn is_of_lots(&self, lot_nos: &[String]) -> bool {
        let is_all = self.lot_no.is_empty() || lot_nos.is_empty();
        is_all || lot_nos.iter().any(|lot_no| lot_no == self.lot_no)
    }

    fn is_of_lot(&self, lot_no: &str) -> bool {
        self.lot_no.is_empty() || self.lot_no == lot_no
    }
}

/// The end of a notice period: as published, else by its number of working days.
fn period_end(scene: &Scene<'_>, act: &Standing, notice: &v1::NoticePublished) -> NaiveDate {
    let by_number = || {
        let Some(Content::AwardResult(result)) = &notice.content else {
            return act.on();
        };
        let days = u32::try_from(result.notice_period_wd).unwrap_or_default();
        scene.calendar.wd_x(act.on(), days, &[]).on
    };
    day(&notice.to).unwrap_or_else(by_number)
}

/// The challenges of a project by number. Who received one tells it before its supplier does, and
/// that one before who refused it.
pub(super) fn challenges<'a>(scene: &Scene<'a>) -> BTreeMap<&'a str, Challenge<'a>> {
    let mut challenges: BTreeMap<&str, Challenge<'_>> = BTreeMap::new();
    for (act, payload) in scene.acts() {
        let (id, supplier, lot_no) = match payload {
            Payload::ChallengeFiled(e) => (&e.challenge_id, &e.supplier, &e.lot_no),
            Payload::ChallengeReceived(e) => (&e.challenge_id, &e.supplier, &e.lot_no),
            Payload::ChallengeRefused(e) => (&e.challenge_id, &e.supplier, &e.lot_no),
            _ => continue,
        };
        let of = challenges.entry(id).or_default();
        (of.supplier, of.lot_no) = (supplier, lot_no);
        of.evidence.extend(act.positions());
        match payload {
            Payload::ChallengeFiled(e) => {
                if of.received.is_none() {
                    (of.subject, of.knew_on) = (e.subject(), day(&e.knew_on));
                }
                of.dispatch_on = of.dispatch_on.or(day(&e.dispatch_on));
                of.filed = Some(act);
            }
            Payload::ChallengeReceived(e) => {
                (of.subject, of.knew_on) = (e.subject(), day(&e.knew_on));
                of.dispatch_on = day(&e.dispatch_on).or(of.dispatch_on);
                of.received = Some(act);
            }
            Payload::ChallengeRefused(e) => {
                if of.received.is_none() && of.filed.is_none() {
                    (of.subject, of.knew_on) = (e.subject(), day(&e.knew_on));
                }
                of.handed_in_on = day(&e.lodged_on);
                of.refused = Some(act);
            }
            _ => {}
        }
    }
    challenges
}

fn inquiries(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::InquiryReceived(received) = payload else {
            continue;
        };
        let id = &received.inquiry_id;
        let clock = Clock {
            done: first(
                scene,
                act.on(),
                |payload| matches!(payload, Payload::InquiryAnswered(e) if e.inquiry_id == *id),
            ),
            ..Clock::default()
        };
        cases.push(Case::of(
            act,
            scene.subject("inquiry", id),
            Body::Clock(clock),
        ));
    }
    cases
}

fn lodged(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (id, challenge) in challenges(scene) {
        let (Some(on), Some((knew_on, notices))) =
            (challenge.lodged_on(), challenge.knew_on(scene))
        else {
            continue;
        };
        let done = Done {
            on,
            evidence: challenge.evidence.clone(),
        };
        cases.push(Case {
            subject: scene.subject("challenge", id),
            on: knew_on,
            evidence: [notices, challenge.evidence].concat(),
            body: Body::Clock(Clock {
                done: Some(done),
                ..Clock::default()
            }),
        });
    }
    cases
}

fn replied(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (id, challenge) in challenges(scene) {
        let Some(act) = challenge.received.or(challenge.filed) else {
            continue;
        };
        let done = first(
            scene,
            act.on(),
            |payload| matches!(payload, Payload::ChallengeReplied(e) if e.challenge_id == id),
        );
        let withdrawn = first(
            scene,
            act.on(),
            |payload| matches!(payload, Payload::ChallengeWithdrawn(e) if e.challenge_id == id),
        );
        let withdrawn = withdrawn.map(|done| (done.on, "质疑已撤回 the challenge was withdrawn"));
        let refused = challenge.refused.map(Standing::on);
        let refused = refused.map(|on| (on, "质疑已拒收 the challenge was refused"));
        let clock = Clock {
            done,
            void: withdrawn.or(refused).map(|(on, why)| (on, why.to_owned())),
            ..Clock::default()
        };
        cases.push(Case {
            subject: scene.subject("challenge", id),
            on: act.on(),
            evidence: challenge.evidence,
            body: Body::Clock(clock),
        });
    }
    cases
}

/// Suppliers that are known at a day: all of them, and the newest winner of each lot.
#[derive(Default)]
struct Known<'a> {
    all: BTreeSet<&'a str>,
    winners: BTreeMap<&'a str, (NaiveDate, &'a str)>,
    evidence: Vec<u64>,
}

fn known_suppliers<'a>(scene: &Scene<'a>, of: &Challenge<'a>, on: NaiveDate) -> Known<'a> {
    let mut known = Known::default();
    for (act, payload) in scene.acts().filter(|(act, _)| act.on() <= on) {
        let (lot_no, winner) = match payload {
            Payload::BidsOpened(e) if of.is_of_lot(&e.lot_no) => {
                known
                    .all
                    .extend(e.bidders.iter().map(|bid| bid.supplier.as_str()));
                known.evidence.extend(act.positions());
                continue;
            }
            Payload::WinnerDetermined(e) => (&e.lot_no, &e.supplier),
            Payload::AwardRecorded(e) => (&e.lot_no, &e.supplier),
            _ => continue,
        };
        if !of.is_of_lot(lot_no) {
            continue;
        }
        known.all.insert(winner);
        known.evidence.extend(act.positions());
        let newest = known.winners.entry(lot_no).or_insert((act.on(), winner));
        if newest.0 <= act.on() {
            *newest = (act.on(), winner);
        }
    }
    known.all.remove(of.supplier);
    known
}

fn others_told(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let challenges = challenges(scene);
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::ChallengeReplied(reply) = payload else {
            continue;
        };
        let Some(challenge) = challenges.get(reply.challenge_id.as_str()) else {
            continue;
        };
        let known = known_suppliers(scene, challenge, act.on());
        let subject = scene.subject("challenge", &reply.challenge_id);
        let mut case = Case::of(act, subject, body_of_told(challenge, reply, &known));
        case.evidence.extend(&challenge.evidence);
        case.evidence.extend(&known.evidence);
        cases.push(case);
    }
    cases
}

fn body_of_told(of: &Challenge<'_>, reply: &v1::ChallengeReplied, known: &Known<'_>) -> Body {
    if known.all.is_empty() {
        let reason = "没有已知的其他有关供应商 no other interested supplier is known";
        return Body::NotApplicable(reason.to_owned());
    }
    let told: BTreeSet<&str> = reply.notified_parties.iter().map(String::as_str).collect();
    if told.iter().all(|supplier| *supplier == of.supplier) {
        let wrong = "未书面通知其他有关供应商 no other interested supplier was told in writing";
        return Body::Content(vec![wrong.to_owned()]);
    }
    let winners = known.winners.values().map(|(_, winner)| *winner);
    let untold = winners.filter(|winner| {
        of.subject == ChallengeSubject::Result && *winner != of.supplier && !told.contains(winner)
    });
    let wrong = untold.map(|winner| {
        format!("未书面通知中标、成交供应商{winner} the winner {winner} was not told in writing")
    });
    Body::Content(wrong.collect())
}

fn refused(scene: &Scene<'_>, parameters: &Parameters) -> Vec<Case> {
    let days = u32::try_from(parameters.limit.unwrap_or_default()).unwrap_or_default();
    let mut cases = Vec::new();
    for (id, challenge) in challenges(scene) {
        let (Some(act), Some(lodged_on)) = (challenge.refused, challenge.lodged_on()) else {
            continue;
        };
        let Some((knew_on, notices)) = challenge.knew_on(scene) else {
            continue;
        };
        let last = scene.calendar.wd_x(knew_on, days, &[]).on;
        let wrong = (lodged_on <= last).then(|| {
            format!(
                "质疑于{lodged_on}提出，质疑期至{last}届满，不得拒收 the challenge was lodged on \
                 {lodged_on}, in time until {last}, and may not be refused"
            )
        });
        let body = Body::Content(wrong.into_iter().collect());
        let mut case = Case::of(act, scene.subject("challenge", id), body);
        case.evidence.extend([notices, challenge.evidence].concat());
        cases.push(case);
    }
    cases
}
