//! Requirements: surveys, what they ask of suppliers, reviews before documents are issued
//! (财库〔2021〕22号).

use chrono::NaiveDate;

use super::{
    Fact,
    FactKind::{Content as IsContent, Exists as IsExists},
    Parameters,
    lots::{Picture, Plan, add, evidence, object_of},
    variables,
};
use crate::{
    domain::values::{StreamKind, money::yuan},
    events::v1::{
        ProcurementObject, RequirementDefined, RequirementReviewKind, RequirementReviewed,
        event_payload::Payload,
    },
    rules::case::{Body, Case, Scene},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "survey_before_plan",
        kind: IsExists,
        streams: &[StreamKind::Project],
        zh: "货物、服务采购计划备案前是否开展需求调查；低于限额且不属于应当调查情形的不适用",
        en: "Whether a survey came before the plan of goods or services of at least the limit, \
             or of a kind that asks for one",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, parameters| surveyed(scene, parameters.limit, false),
    },
    Fact {
        name: "survey_before_works_plan",
        kind: IsExists,
        streams: &[StreamKind::Project],
        zh: "工程采购计划备案前是否开展需求调查；低于限额且不属于应当调查情形的不适用",
        en: "Whether a survey came before the plan of works of at least the limit, or of a kind \
             that asks for one",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, parameters| surveyed(scene, parameters.limit, true),
    },
    Fact {
        name: "survey_respondents",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "需求调查的市场主体不少于规定数量",
        en: "A survey asks at least so many of the market",
        variables: variables::PROJECT,
        parameters: &[],
        find: respondents,
    },
    Fact {
        name: "similar_contracts",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "最新版采购需求要求的同类业务合同不超过规定数量",
        en: "The newest requirement asks for no more similar contracts than so many",
        variables: variables::PROJECT,
        parameters: &[],
        find: similar_contracts,
    },
    Fact {
        name: "reviewers_apart",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "采购需求的编制人员不参与审查",
        en: "Nobody reviews a requirement that he wrote",
        variables: variables::PROJECT,
        parameters: &[],
        find: reviewers,
    },
    Fact {
        name: "documents_after_review",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "采购文件发出时，采购需求最近一次各类审查均已通过",
        en: "When documents are issued, the newest review of each kind was passed",
        variables: variables::PROJECT,
        parameters: &[],
        find: after_review,
    },
    Fact {
        name: "key_review_before_documents",
        kind: IsExists,
        streams: &[StreamKind::Project],
        zh: "货物、服务采购文件发出前是否开展重点审查；不属于应当重点审查范围的不适用",
        en: "Whether a key review came before the documents of goods or services that ask for one",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, parameters| key_reviewed(scene, parameters.limit, false),
    },
    Fact {
        name: "key_review_before_works_documents",
        kind: IsExists,
        streams: &[StreamKind::Project],
        zh: "工程采购文件发出前是否开展重点审查；不属于应当重点审查范围的不适用",
        en: "Whether a key review came before the documents of works that ask for one",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, parameters| key_reviewed(scene, parameters.limit, true),
    },
];

fn is_works(plan: Plan<'_>) -> bool {
    object_of(plan.1) == ProcurementObject::Works
}

/// The newest version of each requirement by a day.
fn newest<'a>(picture: &Picture<'a>, by: NaiveDate) -> Vec<(&'a Standing, &'a RequirementDefined)> {
    let mut newest: Vec<(&Standing, &RequirementDefined)> = Vec::new();
    for (act, payload) in picture.acts().filter(|(act, _)| act.on() <= by) {
        let Payload::RequirementDefined(defined) = payload else {
            continue;
        };
        newest.retain(|(_, other)| {
            other.requirement_id != defined.requirement_id || other.version > defined.version
        });
        let is_known = |(_, other): &(&Standing, &RequirementDefined)| {
            other.requirement_id == defined.requirement_id
        };
        if !newest.iter().any(is_known) {
            newest.push((act, defined));
        }
    }
    newest
}

/// Why a plan asks for neither survey nor key review by a day, where it does not (第11条).
fn is_plain(
    picture: &Picture<'_>,
    (_, plan): Plan<'_>,
    by: NaiveDate,
    limit: i64,
) -> Option<String> {
    let is_large = picture.amount_of(plan, by) >= limit;
    let of_versions = newest(picture, by);
    let is_of_kind = of_versions
        .iter()
        .any(|(_, defined)| !defined.traits.is_empty())
        || picture.acts().any(|(act, payload)| {
            act.on() <= by
                && matches!(payload, Payload::DemandSurveyed(of) if !of.traits.is_empty())
        });
    (!is_large && !is_of_kind && !plan.import_allowed).then(|| {
        let limit = yuan(limit.into());
        format!(
            "低于{limit}元且不属于第十一条其他情形 below {limit} yuan and of no other kind named"
        )
    })
}

/// Whether an act that is asked for came by a day.
fn exists_by(
    picture: &Picture<'_>,
    by: NaiveDate,
    is_it: impl Fn(&Payload) -> bool,
) -> (Body, Vec<u64>) {
    let first = picture.first(NaiveDate::MIN, None, is_it);
    let first = first.filter(|act| act.on() <= by);
    (Body::Exists(first.is_some()), evidence(first))
}

fn surveyed(scene: &Scene<'_>, limit: Option<i64>, of_works: bool) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for plan in picture.plans() {
        if is_works(plan) != of_works {
            continue;
        }
        let act = plan.0;
        let (body, found) = match is_plain(&picture, plan, act.on(), limit.unwrap_or_default()) {
            Some(reason) => (Body::NotApplicable(reason), Vec::new()),
            None => exists_by(&picture, act.on(), |payload| {
                matches!(payload, Payload::DemandSurveyed(_))
            }),
        };
        let mut case = Case::of(act, scene.subject("plan", &plan.1.plan_id), body);
        add(&mut case, found);
        cases.push(case);
    }
    cases
}

fn key_reviewed(scene: &Scene<'_>, limit: Option<i64>, of_works: bool) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for plan in picture.plans() {
        let is_of_plan = |lot: &String| {
            picture
                .plan_of(lot)
                .is_some_and(|(_, of)| of.plan_id == plan.1.plan_id)
        };
        let first = picture.first(NaiveDate::MIN, None, |payload| {
            matches!(payload, Payload::ProcurementDocumentIssued(document)
                if document.lot_nos.iter().any(is_of_plan))
        });
        let Some(issued) = first.filter(|_| is_works(plan) == of_works) else {
            continue;
        };
        let by = issued.on();
        let (body, found) = match is_plain(&picture, plan, by, limit.unwrap_or_default()) {
            Some(reason) => (Body::NotApplicable(reason), Vec::new()),
            None => exists_by(&picture, by, |payload| {
                matches!(payload, Payload::RequirementReviewed(review)
                    if review.kind() == RequirementReviewKind::Key)
            }),
        };
        let mut case = Case::of(issued, scene.subject("plan", &plan.1.plan_id), body);
        add(&mut case, plan.0.positions().chain(found));
        cases.push(case);
    }
    cases
}

fn respondents(scene: &Scene<'_>, parameters: &Parameters) -> Vec<Case> {
    let limit = parameters.limit.unwrap_or_default();
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::DemandSurveyed(survey) = payload else {
            continue;
        };
        let count = survey.respondents;
        let is_short = i64::from(count) < limit;
        let wrong = is_short.then(|| {
            format!("调查对象{count}个，少于{limit}个 {count} respondents, fewer than {limit}")
        });
        let subject = scene.subject("survey", &survey.survey_id);
        cases.push(Case::of(
            act,
            subject,
            Body::Content(wrong.into_iter().collect()),
        ));
    }
    cases
}

fn similar_contracts(scene: &Scene<'_>, parameters: &Parameters) -> Vec<Case> {
    let limit = parameters.limit.unwrap_or_default();
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for (act, defined) in newest(&picture, NaiveDate::MAX) {
        let body = match defined.similar_contracts_required {
            None => Body::NotApplicable(
                "未要求提供同类业务合同 no similar contracts are asked for".to_owned(),
            ),
            Some(count) if i64::from(count) > limit => Body::Content(vec![format!(
                "要求同类业务合同{count}个，超过{limit}个 \
                 {count} similar contracts are asked for, more than {limit}"
            )]),
            Some(_) => Body::Content(Vec::new()),
        };
        let subject = scene.subject("requirement", &defined.requirement_id);
        cases.push(Case::of(act, subject, body));
    }
    cases
}

fn reviewers(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::RequirementReviewed(review) = payload else {
            continue;
        };
        let mut authors: Vec<&str> = Vec::new();
        let mut behind: Vec<&Standing> = vec![act];
        for (act, payload) in scene.acts() {
            if let Payload::RequirementDefined(defined) = payload
                && defined.requirement_id == review.requirement_id
                && defined.version <= review.version
            {
                authors.extend(defined.author_nos.iter().map(String::as_str));
                behind.push(act);
            }
        }
        let both = review
            .reviewer_nos
            .iter()
            .filter(|no| authors.contains(&no.as_str()));
        let wrong = both.map(|no| format!("{no}既编制又审查采购需求 {no} wrote and reviewed it"));
        let body = match authors.is_empty() {
            true => Body::NotApplicable("没有编制记录 nothing tells who wrote it".to_owned()),
            false => Body::Content(wrong.collect()),
        };
        let mut case = Case::of(act, scene.subject("review", &review.review_id), body);
        case.evidence = evidence(behind);
        cases.push(case);
    }
    cases
}

/// The newest review of each kind of each requirement by a day.
fn newest_reviews<'a>(
    picture: &Picture<'a>,
    by: NaiveDate,
) -> Vec<(&'a Standing, &'a RequirementReviewed)> {
    let mut newest: Vec<(&Standing, &RequirementReviewed)> = Vec::new();
    for (act, payload) in picture.acts().filter(|(act, _)| act.on() <= by) {
        if let Payload::RequirementReviewed(review) = payload {
            newest.retain(|(_, other)| {
                other.requirement_id != review.requirement_id || other.kind != review.kind
            });
            newest.push((act, review));
        }
    }
    newest
}

fn after_review(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for (act, payload) in picture.acts() {
        let Payload::ProcurementDocumentIssued(document) = payload else {
            continue;
        };
        let reviews = newest_reviews(&picture, act.on());
        let failed = reviews.iter().filter(|(_, review)| !review.passed);
        let wrong = failed.map(|(_, review)| {
            let (id, version) = (&review.requirement_id, review.version);
            format!("采购需求{id}第{version}版审查未通过 version {version} of {id} did not pass")
        });
        let body = match reviews.is_empty() {
            true => Body::NotApplicable("没有采购需求审查记录 no review is recorded".to_owned()),
            false => Body::Content(wrong.collect()),
        };
        let mut case = Case::of(act, scene.subject("document", &document.doc_id), body);
        add(&mut case, evidence(reviews.iter().map(|(act, _)| *act)));
        cases.push(case);
    }
    cases
}
