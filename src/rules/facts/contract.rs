//! Contracts: signing after the award, publication, filing.

use chrono::NaiveDate;

use super::{
    Fact,
    FactKind::{Clock as IsClock, Content as IsContent, Ratio as IsRatio},
    Parameters, nth, variables,
};
use crate::{
    domain::{calendar::Pause, values::StreamKind},
    events::v1::{self, ChallengeSubject, NoticeType, event_payload::Payload},
    rules::case::{Body, Case, Clock, Done, Scene, first},
    views::Standing,
};

const PROJECT: &[StreamKind] = &[StreamKind::Project];

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "award_contracted",
        kind: IsClock,
        streams: PROJECT,
        zh: "自中标、成交通知书发出之日起，至与中标、成交供应商签订合同；可能影响结果的质疑未答复\
             期间和暂停采购期间不计入",
        en: "From the award notice to a contract with its supplier; days of an open challenge that \
             may affect the result and of a suspension do not count",
        variables: variables::PROJECT,
        parameters: &[],
        find: award_contracted,
    },
    Fact {
        name: "contracted_share_of_award",
        kind: IsRatio,
        streams: PROJECT,
        zh: "合同金额合计占中标、成交金额的比例",
        en: "What the contracts of an award come to, of the award",
        variables: variables::PROJECT,
        parameters: &[],
        find: contracted_share,
    },
    Fact {
        name: "signed_without_open_challenge",
        kind: IsContent,
        streams: PROJECT,
        zh: "签订合同之日尚未答复、可能影响结果的结果质疑",
        en: "Challenges of the result that may affect it and are open on the day of signing",
        variables: variables::PROJECT,
        parameters: &[],
        find: signed_without_challenge,
    },
    Fact {
        name: "contract_published",
        kind: IsClock,
        streams: PROJECT,
        zh: "自合同签订之日起，至合同公告",
        en: "From the signing of a contract to its publication",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| {
            of_contracts(scene, |payload, id| {
                is_notice(payload, NoticeType::Contract, id)
            })
        },
    },
    Fact {
        name: "contract_filed",
        kind: IsClock,
        streams: PROJECT,
        zh: "自合同签订之日起，至合同备案",
        en: "From the signing of a contract to its filing",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| of_contracts(scene, is_filing),
    },
];

/// What is signed: contracts, in order of position.
pub(super) fn signed<'a>(
    scene: &Scene<'a>,
) -> impl Iterator<Item = (&'a Standing, &'a v1::ContractSigned)> + use<'a> {
    scene.acts().filter_map(|(act, payload)| match payload {
        Payload::ContractSigned(signed) => Some((act, signed)),
        _ => None,
    })
}

/// One clock for each contract, from its signing until what `does` it. Ending a contract does not
/// undo what its signing asks for.
fn of_contracts(scene: &Scene<'_>, does: impl Fn(&Payload, &str) -> bool) -> Vec<Case> {
    let of = |(act, signed): (&Standing, &v1::ContractSigned)| {
        let id = signed.contract_id.as_str();
        let clock = Clock {
            done: first(scene, act.on(), |payload| does(payload, id)),
            ..Clock::default()
        };
        Case::of(act, scene.subject("contract", id), Body::Clock(clock))
    };
    signed(scene).map(of).collect()
}

fn is_filing(payload: &Payload, contract_id: &str) -> bool {
    matches!(payload, Payload::ContractFiled(filed) if filed.contract_id == contract_id)
}

/// Whether something is a notice of a contract.
pub(super) fn is_notice(payload: &Payload, notice_type: NoticeType, contract_id: &str) -> bool {
    matches!(payload, Payload::NoticePublished(notice)
        if notice.notice_type() == notice_type && notice.contract_id == contract_id)
}

/// An award that is told to the winner, or recorded.
struct Award<'a> {
    act: &'a Standing,
    lot_no: &'a str,
    supplier: &'a str,
    fen: i64,
    /// The supplier was told.
    is_notice: bool,
}

/// Awards told and recorded, in order of position.
fn awards<'a>(scene: &Scene<'a>) -> Vec<Award<'a>> {
    let award = |(act, payload): (&'a Standing, &'a Payload)| match payload {
        Payload::AwardNoticeIssued(e) => Some(Award {
            act,
            lot_no: &e.lot_no,
            supplier: &e.supplier,
            fen: e.award_fen,
            is_notice: true,
        }),
        Payload::AwardRecorded(e) => Some(Award {
            act,
            lot_no: &e.lot_no,
            supplier: &e.supplier,
            fen: e.award_fen,
            is_notice: false,
        }),
        _ => None,
    };
    scene.acts().filter_map(award).collect()
}

/// One clock for each award notice; a lot that is awarded again has another.
fn award_contracted(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut lots: Vec<&str> = Vec::new();
    for award in awards(scene).into_iter().filter(|award| award.is_notice) {
        lots.push(award.lot_no);
        let n = lots.iter().filter(|lot| **lot == award.lot_no).count();
        let falls = revocations(scene, award.lot_no);
        let is_before = |act: &Standing| act.position < award.act.position;
        let from = falls.iter().rfind(|(act, _)| is_before(act));
        let until = falls.iter().find(|(act, _)| !is_before(act));
        let is_its = |(act, signed): &(&Standing, &v1::ContractSigned)| {
            signed.lot_no == award.lot_no
                && signed.supplier == award.supplier
                && from.is_none_or(|(fell, _)| act.position > fell.position)
                && until.is_none_or(|(falls, _)| act.position < falls.position)
        };
        let contract = signed(scene).filter(is_its).min_by_key(|(act, _)| act.on());
        let held_up = held_up(scene, award.lot_no);
        let mut case = Case::of(
            award.act,
            nth(scene.subject("lot", award.lot_no), n),
            Body::Clock(Clock {
                done: contract.map(|(act, _)| Done::by(act)),
                void: until.map(|(act, reason)| (act.on(), (*reason).to_owned())),
                pauses: held_up.iter().map(|(pause, _)| *pause).collect(),
                ..Clock::default()
            }),
        );
        let counts = held_up
            .iter()
            .filter(|(pause, _)| pause.until > award.act.on());
        case.evidence
            .extend(counts.flat_map(|(_, positions)| positions));
        cases.push(case);
    }
    cases
}

/// Acts by which awards of a lot fall away, in order of position, and why.
fn revocations<'a>(scene: &Scene<'a>, lot_no: &str) -> Vec<(&'a Standing, &'static str)> {
    let acts = scene.acts();
    acts.filter_map(|(act, payload)| Some((act, revokes(payload, lot_no)?)))
        .collect()
}

/// Why an award of a lot falls away by an act.
fn revokes(payload: &Payload, lot_no: &str) -> Option<&'static str> {
    match payload {
        Payload::AwardRevoked(e) if e.lot_no == lot_no => {
            Some("中标、成交结果已撤销 the award was revoked")
        }
        Payload::LotFailed(e) if e.lot_no == lot_no => Some("已废标 the lot failed"),
        Payload::ProcurementTerminated(e) if e.lot_nos.iter().any(|lot| lot == lot_no) => {
            Some("采购已终止 the procurement was terminated")
        }
        Payload::PlanCancelled(_) => Some("采购计划已取消 the plan was cancelled"),
        _ => None,
    }
}

/// A challenge that was received.
struct Challenge<'a> {
    act: &'a Standing,
    received: &'a v1::ChallengeReceived,
    /// Its reply or withdrawal.
    ended: Option<&'a Standing>,
}

/// Challenges that concern a lot.
fn challenges<'a>(scene: &Scene<'a>, lot_no: &str) -> Vec<Challenge<'a>> {
    let ended = |id: &str| {
        let ends = scene.acts().filter(|(_, payload)| match payload {
            Payload::ChallengeReplied(e) => e.challenge_id == id,
            Payload::ChallengeWithdrawn(e) => e.challenge_id == id,
            _ => false,
        });
        ends.map(|(act, _)| act).min_by_key(|act| act.on())
    };
    let received = scene.acts().filter_map(|(act, payload)| match payload {
        Payload::ChallengeReceived(received) => Some((act, received)),
        _ => None,
    });
    received
        .filter(|(_, e)| e.lot_no.is_empty() || e.lot_no == lot_no)
        .map(|(act, received)| Challenge {
            act,
            received,
            ended: ended(&received.challenge_id),
        })
        .collect()
}

/// Days on which a contract of a lot could not be signed, with the events that show it.
fn held_up(scene: &Scene<'_>, lot_no: &str) -> Vec<(Pause, Vec<u64>)> {
    let mut found = Vec::new();
    for challenge in challenges(scene, lot_no) {
        if challenge.received.may_affect_result {
            let pause = Pause {
                after: challenge.act.on(),
                until: challenge.ended.map_or(NaiveDate::MAX, Standing::on),
            };
            let ended = challenge.ended.into_iter().flat_map(Standing::positions);
            found.push((pause, challenge.act.positions().chain(ended).collect()));
        }
    }
    for (act, payload) in scene.acts() {
        let Payload::ComplaintSuspensionOrdered(ordered) = payload else {
            continue;
        };
        if !ordered.lot_nos.iter().any(|lot| lot == lot_no) {
            continue;
        }
        let lifts = |(by, payload): &(&Standing, &Payload)| {
            matches!(payload, Payload::ComplaintSuspensionLifted(lifted)
                if lifted.complaint_id == ordered.complaint_id
                    && lifted.lot_nos.iter().any(|lot| lot == lot_no)
                    && by.on() >= act.on())
        };
        let lifted = scene.acts().filter(lifts).map(|(by, _)| by);
        let lifted = lifted.min_by_key(|by| by.on());
        let as_ordered = ordered.until.parse().unwrap_or(NaiveDate::MAX);
        let pause = Pause {
            after: act.on(),
            until: lifted.map_or(NaiveDate::MAX, Standing::on).min(as_ordered),
        };
        let lifted = lifted.into_iter().flat_map(Standing::positions);
        found.push((pause, act.positions().chain(lifted).collect()));
    }
    found
}

/// One case for each awarded lot that has a contract: that of its newest award.
fn contracted_share(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let awards = awards(scene);
    let mut cases = Vec::new();
    for (place, award) in awards.iter().enumerate() {
        let is_newer = |other: &Award<'_>| other.lot_no == award.lot_no;
        if awards.iter().skip(place + 1).any(is_newer) {
            continue;
        }
        let is_its = |(_, signed): &(&Standing, &v1::ContractSigned)| {
            signed.lot_no == award.lot_no && signed.supplier == award.supplier
        };
        let contracts: Vec<_> = signed(scene).filter(is_its).collect();
        let Some(on) = contracts.iter().map(|(act, _)| act.on()).min() else {
            continue;
        };
        let amounts = contracts.iter().map(|(_, e)| i128::from(e.amount_fen));
        let positions = contracts.iter().flat_map(|(act, _)| act.positions());
        cases.push(Case {
            subject: scene.subject("lot", award.lot_no),
            on,
            evidence: award.act.positions().chain(positions).collect(),
            body: Body::Ratio {
                part: amounts.sum(),
                whole: award.fen.into(),
            },
        });
    }
    cases
}

/// One case for each contract whose result was challenged. A challenge that came in on the day of
/// signing, or was answered on it, is not shown to have been open.
fn signed_without_challenge(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, signed) in signed(scene) {
        let challenges = challenges(scene, &signed.lot_no);
        let is_of_result = |c: &&Challenge<'_>| c.received.subject() == ChallengeSubject::Result;
        let of_result: Vec<_> = challenges.iter().filter(is_of_result).collect();
        if of_result.is_empty() {
            continue;
        }
        let subject = scene.subject("contract", &signed.contract_id);
        if of_result.iter().all(|c| !c.received.may_affect_result) {
            let reason = "质疑不影响中标、成交结果 the challenge cannot affect the result";
            cases.push(Case::of(
                act,
                subject,
                Body::NotApplicable(reason.to_owned()),
            ));
            continue;
        }
        let is_open = |c: &&&Challenge<'_>| {
            c.received.may_affect_result
                && c.act.on() < act.on()
                && c.ended.is_none_or(|ended| act.on() < ended.on())
        };
        let open: Vec<_> = of_result.iter().filter(is_open).collect();
        let wrong = open.iter().map(|c| {
            let id = &c.received.challenge_id;
            format!("质疑 {id} 尚未答复 challenge {id} was not answered")
        });
        let mut case = Case::of(act, subject, Body::Content(wrong.collect()));
        for challenge in &open {
            case.evidence.extend(challenge.act.positions());
            let ended = challenge.ended.into_iter().flat_map(Standing::positions);
            case.evidence.extend(ended);
        }
        cases.push(case);
    }
    cases
}
