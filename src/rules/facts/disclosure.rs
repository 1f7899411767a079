//! 全过程公开 (任务3): which stages of a project the public was told of.
//!
//! A stage is looked at once the next has come: the intention when procurement starts, the
//! requirement when bids are opened or a winner is determined, the result when its contract is
//! signed, the contract when its final acceptance is concluded, acceptance when the contract is
//! completed. Before that, the deadlines of each stage speak. A stage that is made public late is
//! public.

use super::{
    Fact,
    FactKind::Exists as IsExists,
    Parameters,
    lots::{Picture, add, evidence},
    variables,
};
use crate::{
    domain::values::StreamKind,
    events::v1::{NoticePublished, NoticeType, event_payload::Payload, notice_published::Content},
    rules::case::{Body, Case, Scene},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[Fact {
    name: "stages_disclosed",
    kind: IsExists,
    streams: &[StreamKind::Project],
    zh: "下一阶段开始后，采购意向、采购需求、采购结果、合同、履约验收各阶段是否已公开，每阶段一项",
    en: "Whether intention, requirement, result, contract and acceptance were made public, each \
         once the next stage has come",
    variables: variables::PROJECT,
    parameters: &[],
    find: stages,
}];

/// Something that should be public: since which act, and whether it is.
struct Told<'a> {
    since: &'a Standing,
    by: Option<&'a Standing>,
}

/// The first notice of a kind that is about something.
fn notice<'a>(
    picture: &Picture<'a>,
    kind: NoticeType,
    is_about: impl Fn(&NoticePublished) -> bool,
) -> Option<&'a Standing> {
    picture.acts().find_map(|(act, payload)| match payload {
        Payload::NoticePublished(notice) if notice.notice_type() == kind && is_about(notice) => {
            Some(act)
        }
        _ => None,
    })
}

fn stages(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    cases.extend(intention(scene, &picture));
    cases.extend(case_of(scene, "REQUIREMENT", &requirement(&picture)));
    cases.extend(case_of(scene, "RESULT", &results(&picture)));
    cases.extend(case_of(scene, "CONTRACT", &contracts(&picture)));
    cases.extend(case_of(scene, "ACCEPTANCE", &acceptances(&picture)));
    cases
}

/// The case of a stage: all that should be public of it is.
fn case_of(scene: &Scene<'_>, stage: &str, told: &[Told<'_>]) -> Option<Case> {
    let missing = told.iter().find(|told| told.by.is_none());
    let since = missing.or(told.first())?.since;
    let subject = format!("{}/{stage}", scene.subject("project", ""));
    let mut case = Case::of(since, subject, Body::Exists(missing.is_none()));
    case.evidence = match missing {
        Some(_) => evidence(
            told.iter()
                .filter(|told| told.by.is_none())
                .map(|told| told.since),
        ),
        None => evidence(
            told.iter()
                .flat_map(|told| told.by.into_iter().chain([told.since])),
        ),
    };
    Some(case)
}

fn intention(scene: &Scene<'_>, picture: &Picture<'_>) -> Option<Case> {
    let lots = picture.lots().into_iter();
    let starts = lots.filter_map(|lot| picture.start_of(lot, true));
    let since = starts.min_by_key(|act| (act.on(), act.position))?;
    let is_withdrawn = |id: &str| {
        picture.acts().any(|(act, payload)| {
            act.on() <= since.on()
                && matches!(payload, Payload::IntentionWithdrawn(of) if of.intention_id == id)
        })
    };
    let published = picture.acts().find_map(|(act, payload)| match payload {
        Payload::IntentionPublished(of) if !is_withdrawn(&of.intention_id) => Some(act),
        _ => None,
    });
    let by = published.or_else(|| notice(picture, NoticeType::Intention, |_| true));
    let exempted = picture.first(chrono::NaiveDate::MIN, None, |payload| {
        matches!(payload, Payload::IntentionExempted(_))
    });
    let mut case = case_of(scene, "INTENTION", &[Told { since, by }])?;
    if let (None, Some(exempted)) = (by, exempted) {
        case.body = Body::NotApplicable("依规不公开采购意向 exempt from publication".to_owned());
        add(&mut case, exempted.positions());
    }
    Some(case)
}

fn requirement<'a>(picture: &Picture<'a>) -> Vec<Told<'a>> {
    let since = picture.acts().find(|(_, payload)| {
        matches!(
            payload,
            Payload::BidsOpened(_) | Payload::WinnerDetermined(_)
        )
    });
    let issued = picture
        .acts()
        .find(|(_, payload)| matches!(payload, Payload::ProcurementDocumentIssued(_)));
    let in_notice = || {
        notice(picture, NoticeType::Tender, |notice| {
            matches!(&notice.content, Some(Content::Tender(of))
                    if !of.requirement.is_empty())
        })
    };
    let by = issued.map(|(act, _)| act).or_else(in_notice);
    since
        .map(|(since, _)| Told { since, by })
        .into_iter()
        .collect()
}

/// Results of contracts; an award made outside the ledger was announced there.
fn results<'a>(picture: &Picture<'a>) -> Vec<Told<'a>> {
    let mut told = Vec::new();
    for (since, payload) in picture.acts() {
        let Payload::ContractSigned(contract) = payload else {
            continue;
        };
        let lot = &contract.lot_no;
        let is_ours = picture.acts().any(
            |(_, payload)| matches!(payload, Payload::WinnerDetermined(of) if of.lot_no == *lot),
        );
        if is_ours {
            let by = notice(picture, NoticeType::AwardResult, |notice| {
                notice.lot_nos.is_empty() || notice.lot_nos.contains(lot)
            });
            told.push(Told { since, by });
        }
    }
    told
}

fn contracts<'a>(picture: &Picture<'a>) -> Vec<Told<'a>> {
    let mut told = Vec::new();
    for (_, payload) in picture.acts() {
        let Payload::ContractSigned(contract) = payload else {
            continue;
        };
        let id = &contract.contract_id;
        let since = picture.acts().find(|(_, payload)| match payload {
            Payload::AcceptanceConcluded(of) => of.contract_id == *id && of.is_final,
            Payload::ContractCompleted(of) => of.contract_id == *id,
            _ => false,
        });
        if let Some((since, _)) = since {
            let by = notice(picture, NoticeType::Contract, |notice| {
                notice.contract_id == *id
            });
            told.push(Told { since, by });
        }
    }
    told
}

fn acceptances<'a>(picture: &Picture<'a>) -> Vec<Told<'a>> {
    let mut told = Vec::new();
    for (since, payload) in picture.acts() {
        let Payload::ContractCompleted(completed) = payload else {
            continue;
        };
        for (_, payload) in picture.acts() {
            if let Payload::AcceptanceConcluded(of) = payload
                && of.contract_id == completed.contract_id
            {
                let by = notice(picture, NoticeType::AcceptanceResult, |notice| {
                    notice.acceptance_id == of.acceptance_id
                });
                told.push(Told { since, by });
            }
        }
    }
    told
}
