//! Acceptance: its time, its material, its publication, what its certificate says and who signs it.

use super::{
    Fact,
    FactKind::{Clock as IsClock, Content as IsContent},
    Parameters,
    contract::signed,
    contract_money::is_works,
    nth, variables,
};
use crate::{
    domain::values::{StreamKind, money},
    events::v1::{
        self, AcceptanceConcluded, CommitteeMemberKind, NoticeType, RequirementTrait,
        event_payload::Payload,
    },
    rules::case::{Body, Case, Clock, Scene, first},
    views::Standing,
};

/// The platform that acceptance material is uploaded to (任务3).
const SUPERVISION: &str = "HY_SUPERVISION";
/// The site on which acceptances are published (任务3).
const SITE: &str = "CCGP_HY";

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "acceptance_uploaded",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自验收书签字之日起，至验收资料上传监管平台；验收是否合格不论",
        en: "From the signing of an acceptance certificate, passed or failed, to the upload of its \
             material to the supervision platform",
        variables: variables::PROJECT,
        parameters: &[],
        find: uploaded,
    },
    Fact {
        name: "acceptance_published",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自验收书签字之日起，至验收结果在政府采购网衡阳分网公告",
        en: "From the signing of an acceptance certificate, passed or failed, to the publication \
             of its result on the city's site",
        variables: variables::PROJECT,
        parameters: &[],
        find: published,
    },
    Fact {
        name: "acceptance_in_time",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自供应商申请验收之日起，至验收结束；验收是否合格不论",
        en: "From a request for acceptance to its certificate, passed or failed",
        variables: variables::PROJECT,
        parameters: &[],
        find: in_time,
    },
    Fact {
        name: "acceptance_whole",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "验收书逐项列明标准；公共服务项目有服务对象参与并已公告（合同履行完毕时仍未公告的，\
             列为缺少）",
        en: "Whether a certificate names the standard of each item and, of a public service, users \
             took part and the result is published; that it is not is told once the contract is \
             completed",
        variables: variables::PROJECT,
        parameters: &[],
        find: whole,
    },
    Fact {
        name: "acceptance_inspected",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "大型（达到规则限额的货物、服务）或者复杂项目的最终验收是否有第三方检测机构参加",
        en: "Whether an inspection body takes part in the final acceptance of what is large (goods \
             and services of the rule's limit) or complex",
        variables: variables::PROJECT,
        parameters: &[],
        find: inspected,
    },
    Fact {
        name: "acceptors_apart",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "参加评审的采购人代表是否又参加验收或者在验收书上签字",
        en: "Whether a purchaser's representative of the evaluation also accepts or signs",
        variables: variables::PROJECT,
        parameters: &[],
        find: apart,
    },
];

/// One clock for each acceptance, stopped by what `does` it.
fn of_acceptances(scene: &Scene<'_>, does: impl Fn(&Payload, &str) -> bool) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::AcceptanceConcluded(concluded) = payload else {
            continue;
        };
        let id = concluded.acceptance_id.as_str();
        let clock = Clock {
            done: first(scene, act.on(), |payload| does(payload, id)),
            ..Clock::default()
        };
        cases.push(Case::of(
            act,
            scene.subject("acceptance", id),
            Body::Clock(clock),
        ));
    }
    cases
}

fn uploaded(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    of_acceptances(scene, |payload, id| {
        matches!(payload, Payload::AcceptanceMaterialUploaded(uploaded)
            if uploaded.acceptance_id == id && uploaded.platform == SUPERVISION)
    })
}

fn published(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    of_acceptances(scene, |payload, id| {
        matches!(payload, Payload::NoticePublished(notice)
            if notice.notice_type() == NoticeType::AcceptanceResult
                && notice.acceptance_id == id && notice.channel == SITE)
    })
}

/// One clock for each request; a request after rectification is another.
fn in_time(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut asked: Vec<&str> = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::AcceptanceRequested(requested) = payload else {
            continue;
        };
        let id = requested.acceptance_id.as_str();
        asked.push(id);
        let n = asked.iter().filter(|other| **other == id).count();
        let mut ends = scene.acts().filter_map(|(by, payload)| match payload {
            Payload::ContractTerminated(e) if e.contract_id == requested.contract_id => {
                Some((by.on(), "合同已终止 the contract was terminated".to_owned()))
            }
            _ => None,
        });
        let is_end = |payload: &Payload| match payload {
            Payload::AcceptanceConcluded(e) => e.acceptance_id == id,
            _ => false,
        };
        let clock = Clock {
            done: first(scene, act.on(), is_end),
            void: ends.next(),
            ..Clock::default()
        };
        let subject = nth(scene.subject("acceptance", id), n);
        cases.push(Case::of(act, subject, Body::Clock(clock)));
    }
    cases
}

/// Acceptances as they were concluded last, in order of position.
fn concluded<'a>(scene: &Scene<'a>) -> Vec<(&'a Standing, &'a AcceptanceConcluded)> {
    let mut found: Vec<(&Standing, &AcceptanceConcluded)> = Vec::new();
    for (act, payload) in scene.acts() {
        if let Payload::AcceptanceConcluded(e) = payload {
            found.retain(|(_, other)| other.acceptance_id != e.acceptance_id);
            found.push((act, e));
        }
    }
    found
}

/// The team of an acceptance as it was formed last.
fn team<'a>(scene: &Scene<'a>, id: &str) -> Option<(&'a Standing, &'a v1::AcceptanceTeamFormed)> {
    let teams = scene.acts().filter_map(|(act, payload)| match payload {
        Payload::AcceptanceTeamFormed(team) if team.acceptance_id == id => Some((act, team)),
        _ => None,
    });
    teams.last()
}

/// What a requirement or its survey says of the project.
fn has_trait(scene: &Scene<'_>, wanted: RequirementTrait) -> bool {
    scene.acts().any(|(_, payload)| {
        let traits = match payload {
            Payload::RequirementDefined(e) => &e.traits,
            Payload::DemandSurveyed(e) => &e.traits,
            _ => return false,
        };
        traits.contains(&i32::from(wanted))
    })
}

fn whole(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let is_public = has_trait(scene, RequirementTrait::PublicService);
    let case = |(act, e): (&Standing, &AcceptanceConcluded)| {
        let mut wrong = Vec::new();
        if e.items.is_empty() {
            wrong.push("验收书没有验收项目 no item is listed".to_owned());
        }
        for item in e
            .items
            .iter()
            .filter(|item| item.standard.trim().is_empty())
        {
            let name = &item.name;
            wrong.push(format!("“{name}”缺少标准 no standard of {name}"));
        }
        let team = team(scene, &e.acceptance_id);
        if is_public && !team.is_some_and(|(_, team)| team.service_users) {
            wrong.push("公共服务项目没有服务对象参与 no users of the public service".to_owned());
        }
        if is_public && is_unpublished(scene, e) {
            wrong.push("公共服务项目验收结果未公告 the result is not published".to_owned());
        }
        let subject = scene.subject("acceptance", &e.acceptance_id);
        let mut case = Case::of(act, subject, Body::Content(wrong));
        let team = team.filter(|_| is_public);
        case.evidence
            .extend(team.into_iter().flat_map(|(act, _)| act.positions()));
        case
    };
    concluded(scene).into_iter().map(case).collect()
}

/// Whether a result is still not published when its contract is completed.
fn is_unpublished(scene: &Scene<'_>, concluded: &AcceptanceConcluded) -> bool {
    let is_completed = scene.acts().any(|(_, payload)| {
        matches!(payload, Payload::ContractCompleted(e) if e.contract_id == concluded.contract_id)
    });
    let is_published = scene.acts().any(|(_, payload)| {
        matches!(payload, Payload::NoticePublished(notice)
            if notice.notice_type() == NoticeType::AcceptanceResult
                && notice.acceptance_id == concluded.acceptance_id)
    });
    is_completed && !is_published
}

/// One case for each final acceptance of what is large or complex.
fn inspected(scene: &Scene<'_>, parameters: &Parameters) -> Vec<Case> {
    let limit = parameters.limit.unwrap_or(i64::MAX);
    let is_complex = has_trait(scene, RequirementTrait::Complex);
    let is_large = |id: &str| {
        let mut contracts = signed(scene);
        is_works(scene) == Some(false)
            && contracts.any(|(_, e)| e.contract_id == id && e.amount_fen >= limit)
    };
    let case = |(act, e): (&Standing, &AcceptanceConcluded)| {
        if !e.is_final {
            return None;
        }
        let team = team(scene, &e.acceptance_id);
        let body = if !is_complex && !is_large(&e.contract_id) {
            let yuan = money::yuan(limit.into());
            Body::NotApplicable(format!(
                "不是复杂项目，也未达到 {yuan} 元 neither complex nor of {yuan} yuan"
            ))
        } else if team.is_some_and(|(_, team)| team.third_party) {
            Body::Content(Vec::new())
        } else {
            let wrong = "没有质量检测机构等第三方参加 no inspection body takes part";
            Body::Content(vec![wrong.to_owned()])
        };
        let mut case = Case::of(act, scene.subject("acceptance", &e.acceptance_id), body);
        case.evidence
            .extend(team.into_iter().flat_map(|(act, _)| act.positions()));
        Some(case)
    };
    concluded(scene).into_iter().filter_map(case).collect()
}

/// One case for each acceptance under a contract whose committee is known.
fn apart(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let case = |(act, e): (&Standing, &AcceptanceConcluded)| {
        let (_, contract) = signed(scene).find(|(_, of)| of.contract_id == e.contract_id)?;
        let committees = scene.acts().filter_map(|(act, payload)| match payload {
            Payload::CommitteeFormed(of) if of.lot_no == contract.lot_no => Some((act, of)),
            _ => None,
        });
        let (formed, committee) = committees.last()?;
        let members = committee.members.iter();
        let buyers = members.filter(|m| m.kind() == CommitteeMemberKind::Purchaser);
        let team = team(scene, &e.acceptance_id);
        let accepts = |no: &str| {
            let mut members = team.iter().flat_map(|(_, team)| &team.members);
            e.signers.iter().any(|signer| signer == no)
                || members.any(|member| member.member_no == no)
        };
        let both = buyers
            .map(|m| m.member_no.as_str())
            .filter(|no| accepts(no));
        let wrong =
            both.map(|no| format!("采购人代表 {no} 又参加验收 representative {no} also accepts"));
        let subject = scene.subject("acceptance", &e.acceptance_id);
        let mut case = Case::of(act, subject, Body::Content(wrong.collect()));
        case.evidence.extend(formed.positions());
        Some(case)
    };
    concluded(scene).into_iter().filter_map(case).collect()
}
