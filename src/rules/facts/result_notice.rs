//! What a notice of a result says: reasons for those who failed, the first three, the winner's
//! score, items and experts (任务1, 实施条例第43条, 财办库〔2023〕243号).

use super::{
    Fact,
    FactKind::Content as IsContent,
    Parameters,
    award::is_result,
    lots::{Picture, add, evidence},
    variables,
};
use crate::{
    domain::values::StreamKind,
    events::v1::{
        AwardResultNotice, EvaluationConcluded, EvaluationMethod, NoticePublished,
        QualificationReviewed, TopCandidate, event_payload::Payload, notice_published::Content,
    },
    rules::case::{Body, Case, Scene},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "result_notice_reasons",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "结果公告载明资格审查不合格的每一供应商及其依据和原因；没有资格审查记录的不适用",
        en: "A notice of a result names each supplier that failed qualification, with basis and \
             reason; not where no qualification is recorded",
        variables: variables::PROJECT,
        parameters: &[],
        find: reasons,
    },
    Fact {
        name: "result_notice_top",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "结果公告载明前若干名有效供应商的评审结果，有效供应商不足的全部载明；\
             综合评分法的包括评审总得分",
        en: "A notice of a result shows the first so many valid suppliers, or all where there are \
             fewer; with their total scores where these rank them",
        variables: variables::PROJECT,
        parameters: &[],
        find: top,
    },
    Fact {
        name: "result_notice_score",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "结果公告载明中标(成交)供应商的评审报价(最低评标价法)或者评审总得分(综合评分法)",
        en: "A notice of a result shows the winner's evaluated price (lowest price) or its total \
             score (comprehensive)",
        variables: variables::PROJECT,
        parameters: &[],
        find: score,
    },
    Fact {
        name: "result_notice_whole",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "结果公告载明主要标的和评审专家名单",
        en: "A notice of a result lists the main items and the experts",
        variables: variables::PROJECT,
        parameters: &[],
        find: whole,
    },
];

/// A notice of a result, and the lots that it is about.
struct ResultNotice<'a> {
    act: &'a Standing,
    notice: &'a NoticePublished,
    result: Option<&'a AwardResultNotice>,
    lots: Vec<&'a str>,
}

/// Lots that a supplier was awarded.
fn lots_of<'a>(picture: &Picture<'a>, winner: &str) -> Vec<&'a str> {
    let lots = picture.acts().filter_map(|(_, payload)| match payload {
        Payload::WinnerDetermined(of) if of.supplier == winner => Some(of.lot_no.as_str()),
        Payload::AwardRecorded(of) if of.supplier == winner => Some(of.lot_no.as_str()),
        Payload::AwardRevoked(of) if of.next_candidate == winner => Some(of.lot_no.as_str()),
        _ => None,
    });
    lots.collect()
}

/// All notices of results.
fn notices<'a>(picture: &Picture<'a>) -> Vec<ResultNotice<'a>> {
    let mut notices = Vec::new();
    for (act, payload) in picture.acts() {
        let Payload::NoticePublished(notice) = payload else {
            continue;
        };
        if !is_result(notice) {
            continue;
        }
        let result = match &notice.content {
            Some(Content::AwardResult(result)) => Some(result),
            _ => None,
        };
        let lots = match (notice.lot_nos.is_empty(), result) {
            (false, _) => notice.lot_nos.iter().map(String::as_str).collect(),
            (true, Some(result)) => lots_of(picture, &result.winner),
            (true, None) => picture.lots(),
        };
        notices.push(ResultNotice {
            act,
            notice,
            result,
            lots,
        });
    }
    notices
}

impl<'a> ResultNotice<'a> {
    /// The newest evaluation of each of its lots.
    fn evaluations(&self, picture: &Picture<'a>) -> Vec<(&'a Standing, &'a EvaluationConcluded)> {
        let newest = |lot: &&'a str| {
            picture
                .acts()
                .rev()
                .find_map(|(act, payload)| match payload {
                    Payload::EvaluationConcluded(of)
                        if of.lot_no == **lot && act.on() <= self.act.on() =>
                    {
                        Some((act, of))
                    }
                    _ => None,
                })
        };
        self.lots.iter().filter_map(newest).collect()
    }

    /// The newest qualification of each of its lots.
    fn reviews(&self, picture: &Picture<'a>) -> Vec<(&'a Standing, &'a QualificationReviewed)> {
        let newest = |lot: &&'a str| {
            picture
                .acts()
                .rev()
                .find_map(|(act, payload)| match payload {
                    Payload::QualificationReviewed(of)
                        if of.lot_no == **lot && act.on() <= self.act.on() =>
                    {
                        Some((act, of))
                    }
                    _ => None,
                })
        };
        self.lots.iter().filter_map(newest).collect()
    }

    fn candidates(&self) -> &'a [TopCandidate] {
        self.result.map_or(&[], |result| &result.top_candidates)
    }

    /// A case of it, with the acts that it was compared with.
    fn case<'b>(
        &self,
        scene: &Scene<'_>,
        body: Body,
        with: impl IntoIterator<Item = &'b Standing>,
    ) -> Case {
        let mut case = Case::of(
            self.act,
            scene.subject("notice", &self.notice.notice_id),
            body,
        );
        add(&mut case, evidence(with));
        case
    }
}

fn reasons(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for of in notices(&picture) {
        let reviews = of.reviews(&picture);
        let named = of
            .result
            .map_or(&[][..], |result| &result.unqualified_suppliers);
        let mut wrong = Vec::new();
        let results = reviews.iter().flat_map(|(_, review)| &review.results);
        for failed in results.filter(|result| !result.passed) {
            let id = &failed.supplier;
            let Some(told) = named.iter().find(|told| told.supplier == *id) else {
                wrong.push(format!(
                    "未公告不合格供应商{id} {id}, which failed, is not named"
                ));
                continue;
            };
            if told.legal_basis.trim().is_empty() {
                wrong.push(format!("缺少{id}不合格的依据 no legal basis for {id}"));
            }
            if told.reason.trim().is_empty() {
                wrong.push(format!("缺少{id}不合格的原因 no reason for {id}"));
            }
        }
        let body = match reviews.is_empty() {
            true => Body::NotApplicable("没有资格审查记录 no qualification is recorded".to_owned()),
            false => Body::Content(wrong),
        };
        cases.push(of.case(scene, body, reviews.iter().map(|(act, _)| *act)));
    }
    cases
}

/// The ranks that a notice shows of an evaluation: the best valid ones.
fn best(of: &EvaluationConcluded, limit: i64) -> Vec<i32> {
    let valid = of.ranking.iter().filter(|bid| bid.valid);
    let mut ranks: Vec<i32> = valid.map(|bid| bid.rank).collect();
    ranks.sort_unstable();
    ranks.truncate(usize::try_from(limit).unwrap_or_default());
    ranks
}

fn top(scene: &Scene<'_>, parameters: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for of in notices(&picture) {
        let evaluations = of.evaluations(&picture);
        let mut left: Vec<&TopCandidate> = of.candidates().iter().collect();
        let mut wrong = Vec::new();
        for (_, evaluation) in &evaluations {
            let is_scored = evaluation.method() == EvaluationMethod::Comprehensive;
            for rank in best(evaluation, parameters.limit.unwrap_or_default()) {
                // Each shown candidate stands for one of one lot.
                let Some(index) = left.iter().position(|shown| shown.rank == rank) else {
                    wrong.push(format!(
                        "未公告第{rank}名评审结果 number {rank} is not shown"
                    ));
                    continue;
                };
                let shown = left.swap_remove(index);
                if is_scored && shown.score_x100.is_none() {
                    wrong.push(format!(
                        "第{rank}名缺少评审总得分 number {rank} has no total score"
                    ));
                }
            }
        }
        let body = match evaluations.is_empty() {
            true => Body::NotApplicable("没有评审记录 no evaluation is recorded".to_owned()),
            false => Body::Content(wrong),
        };
        cases.push(of.case(scene, body, evaluations.iter().map(|(act, _)| *act)));
    }
    cases
}

/// What a notice lacks of the winner of an evaluation; nothing is asked of other methods.
fn lacks(of: &ResultNotice<'_>, evaluation: &EvaluationConcluded) -> Option<Vec<String>> {
    let winner = of.result.map_or("", |result| &result.winner);
    let rank = evaluation
        .ranking
        .iter()
        .find(|bid| bid.supplier == winner)
        .map(|bid| bid.rank);
    let shown = |has: fn(&TopCandidate) -> bool| {
        of.candidates()
            .iter()
            .any(|shown| Some(shown.rank) == rank && has(shown))
    };
    let (is_shown, what) = match evaluation.method() {
        EvaluationMethod::LowestPrice => (
            shown(|of| of.evaluated_price_fen.is_some()),
            "缺少中标(成交)供应商的评审报价 the winner's evaluated price is missing",
        ),
        EvaluationMethod::Comprehensive => (
            shown(|of| of.score_x100.is_some()),
            "缺少中标(成交)供应商的评审总得分 the winner's total score is missing",
        ),
        _ => return None,
    };
    Some(if is_shown {
        Vec::new()
    } else {
        vec![what.to_owned()]
    })
}

fn score(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for of in notices(&picture) {
        let evaluations = of.evaluations(&picture);
        let asked: Vec<Vec<String>> = evaluations
            .iter()
            .filter_map(|(_, evaluation)| lacks(&of, evaluation))
            .collect();
        let body = match asked.is_empty() {
            true => Body::NotApplicable(
                "没有按最低评标价法或者综合评分法的评审记录 \
                 no evaluation by lowest price or score is recorded"
                    .to_owned(),
            ),
            false => Body::Content(asked.into_iter().flatten().collect()),
        };
        cases.push(of.case(scene, body, evaluations.iter().map(|(act, _)| *act)));
    }
    cases
}

fn whole(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for of in notices(&picture) {
        let mut wrong = Vec::new();
        if of.result.is_none_or(|result| result.items.is_empty()) {
            wrong.push("缺少主要标的 the main items are missing".to_owned());
        }
        if of
            .result
            .is_none_or(|result| result.expert_names.is_empty())
        {
            wrong.push("缺少评审专家名单 the experts are missing".to_owned());
        }
        cases.push(of.case(scene, Body::Content(wrong), []));
    }
    cases
}
