//! Evaluations: how committees are made up. What is read is the evaluation's own figures; the list
//! of members stays secret.

use chrono::NaiveDate;

use super::{
    Fact,
    FactKind::{Content as IsContent, Ratio as IsRatio},
    Parameters,
    lots::{Picture, is_tender, round},
    variables,
};
use crate::{
    domain::values::StreamKind,
    events::v1::{
        EvaluationConcluded, ProcurementMethod, RequirementTrait, event_payload::Payload,
    },
    rules::case::{Body, Case, Scene},
    views::Standing,
};

/// Members of the committee of a large or complex project (令87第47条).
const LARGE_COMMITTEE: i32 = 7;

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "tender_committee_size",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "公开招标、邀请招标：评标委员会人数不少于规定人数且为单数",
        en: "Open and invited tender: the committee has at least so many members, an odd number",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, parameters| sizes(scene, parameters.limit, is_tender),
    },
    Fact {
        name: "large_tender_committee_size",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "公开招标、邀请招标：预算达到限额或者技术复杂的项目，评标委员会不少于七人",
        en: "Open and invited tender: the committee of a project of at least the limit, or of a \
             complex one, has seven members or more",
        variables: variables::PROJECT,
        parameters: &[],
        find: large,
    },
    Fact {
        name: "tender_committee_experts",
        kind: IsRatio,
        streams: &[StreamKind::Project],
        zh: "公开招标、邀请招标：评审专家占评标委员会成员的比例",
        en: "Open and invited tender: experts among the members of the committee",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| experts(scene, is_tender),
    },
    Fact {
        name: "group_size",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "竞争性谈判、询价、竞争性磋商：小组人数不少于规定人数且为单数",
        en: "Negotiation, inquiry, consultation: the group has at least so many members, an odd \
             number",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, parameters| sizes(scene, parameters.limit, is_of_group),
    },
    Fact {
        name: "group_experts",
        kind: IsRatio,
        streams: &[StreamKind::Project],
        zh: "竞争性谈判、询价、竞争性磋商：评审专家占小组成员的比例",
        en: "Negotiation, inquiry, consultation: experts among the members of the group",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| experts(scene, is_of_group),
    },
];

fn is_of_group(method: ProcurementMethod) -> bool {
    use ProcurementMethod::{Consultation, Inquiry, Negotiation};
    matches!(method, Negotiation | Inquiry | Consultation)
}

/// An evaluation, and which one of its lot it is.
struct Evaluation<'a> {
    act: &'a Standing,
    concluded: &'a EvaluationConcluded,
    number: usize,
}

/// Evaluations of lots procured by some methods.
fn evaluations<'a>(
    picture: &Picture<'a>,
    is_it: impl Fn(ProcurementMethod) -> bool,
) -> Vec<Evaluation<'a>> {
    let mut evaluations: Vec<Evaluation<'a>> = Vec::new();
    for (act, payload) in picture.acts() {
        let Payload::EvaluationConcluded(concluded) = payload else {
            continue;
        };
        let lot = &concluded.lot_no;
        if is_it(picture.method_of(lot, act.on())) {
            let before = evaluations
                .iter()
                .filter(|other| other.concluded.lot_no == *lot);
            let number = before.count();
            evaluations.push(Evaluation {
                act,
                concluded,
                number,
            });
        }
    }
    evaluations
}

/// One case for each evaluation of some methods.
fn of_evaluations(
    scene: &Scene<'_>,
    is_it: impl Fn(ProcurementMethod) -> bool,
    says: impl Fn(&Picture<'_>, &Evaluation<'_>) -> Body,
) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for evaluation in evaluations(&picture, is_it) {
        let lot = evaluation.concluded.lot_no.as_str();
        let law = picture.tender_law(lot);
        let body = law.unwrap_or_else(|| says(&picture, &evaluation));
        let subject = round(scene.subject("lot", lot), evaluation.number);
        cases.push(Case::of(evaluation.act, subject, body));
    }
    cases
}

fn sizes(
    scene: &Scene<'_>,
    limit: Option<i64>,
    is_it: impl Fn(ProcurementMethod) -> bool,
) -> Vec<Case> {
    let limit = limit.unwrap_or_default();
    of_evaluations(scene, is_it, |_, evaluation| {
        let size = evaluation.concluded.committee_size;
        let mut wrong = Vec::new();
        if i64::from(size) < limit {
            wrong.push(format!(
                "成员{size}人，少于{limit}人 {size} members, fewer than {limit}"
            ));
        }
        if size % 2 == 0 {
            wrong.push(format!(
                "成员{size}人，不是单数 {size} members, no odd number"
            ));
        }
        Body::Content(wrong)
    })
}

/// Whether what is needed was said to be complex by a day.
fn is_complex(picture: &Picture<'_>, by: NaiveDate) -> bool {
    let complex = i32::from(RequirementTrait::Complex);
    picture.acts().any(|(act, payload)| {
        let traits = match payload {
            Payload::RequirementDefined(defined) => &defined.traits,
            Payload::DemandSurveyed(survey) => &survey.traits,
            _ => return false,
        };
        act.on() <= by && traits.contains(&complex)
    })
}

fn large(scene: &Scene<'_>, parameters: &Parameters) -> Vec<Case> {
    of_evaluations(scene, is_tender, |picture, evaluation| {
        let (on, size) = (evaluation.act.on(), evaluation.concluded.committee_size);
        let plan = picture.plan_of(&evaluation.concluded.lot_no);
        let amount = plan
            .map(|(_, plan)| picture.amount_of(plan, on))
            .unwrap_or_default();
        if amount < parameters.limit.unwrap_or_default() && !is_complex(picture, on) {
            return Body::NotApplicable(
                "预算低于限额且技术不复杂 below the limit and not complex".to_owned(),
            );
        }
        let is_small = size < LARGE_COMMITTEE;
        let wrong = is_small.then(|| {
            format!("成员{size}人，少于七人 {size} members, fewer than {LARGE_COMMITTEE}")
        });
        Body::Content(wrong.into_iter().collect())
    })
}

fn experts(scene: &Scene<'_>, is_it: impl Fn(ProcurementMethod) -> bool) -> Vec<Case> {
    of_evaluations(scene, is_it, |_, evaluation| Body::Ratio {
        part: evaluation.concluded.expert_count.into(),
        whole: evaluation.concluded.committee_size.into(),
    })
}
