//! Oversight: assessment of the central agency (任务4).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    Fact, FactKind, Parameters,
    beside::{Member, acts_of, first_of},
    variables,
};
use crate::{
    domain::values::StreamKind,
    events::v1::{NoticePublished, NoticeType, OrganisationKind, event_payload::Payload},
    rules::case::{Body, Case, Clock, Scene, first},
};

/// The site of the province.
const SITE: &str = "CCGP_HN";
/// The media that finance departments name for procurement, and their branch sites.
const MEDIA: &str = "CCGP";

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "agency_assessed",
        kind: FactKind::Clock,
        streams: &[StreamKind::Organisation],
        zh: "每年对集中采购机构当年度或上年度的考核结束",
        en: "In each year the assessment of a central agency, of that year or the one before, is \
             concluded",
        variables: variables::UNIT,
        parameters: &[],
        find: agency_assessed,
    },
    Fact {
        name: "assessment_published",
        kind: FactKind::Clock,
        streams: &[StreamKind::Organisation],
        zh: "每年集中采购机构当年度或上年度的考核结果在中国湖南政府采购网公布",
        en: "In each year the result of the assessment of a central agency, of that year or the \
             one before, is published on the province's site",
        variables: variables::UNIT,
        parameters: &[],
        find: assessment_published,
    },
    Fact {
        name: "assessment_announced",
        kind: FactKind::Clock,
        streams: &[StreamKind::Agency],
        zh: "自考核结束之日起，至考核结果在指定媒体公布",
        en: "From the conclusion of an assessment to the publication of its result in a named \
             medium",
        variables: variables::COMMON,
        parameters: &[],
        find: assessment_announced,
    },
];

/// One clock for each year of a central agency, stopped by what `does` it: told whether an
/// assessment, by its id, is one that the year asks for.
fn of_agency_years(
    scene: &Scene<'_>,
    does: impl Fn(&Payload, &dyn Fn(&str) -> bool) -> bool,
) -> Vec<Case> {
    let is_central = |kind| kind == OrganisationKind::CentralAgency;
    let Some(member) = Member::of(scene, is_central) else {
        return Vec::new();
    };
    let acts = acts_of(scene, StreamKind::Agency, &scene.stream.id);
    let years: BTreeMap<&str, i32> = acts
        .iter()
        .filter_map(|act| match act.payload()? {
            Payload::AssessmentPlanIssued(e) => Some((e.assessment_id.as_str(), e.fiscal_year)),
            _ => None,
        })
        .collect();
    let case = |(year, on): (i32, NaiveDate)| {
        let is_of_year = |id: &str| {
            years
                .get(id)
                .is_some_and(|of| *of == year || *of == year - 1)
        };
        let mut clock = member.clock_of_year(year);
        clock.done = first_of(&acts, on, |payload| does(payload, &is_of_year));
        Case {
            subject: scene.subject("agency", &year.to_string()),
            on,
            evidence: member.evidence.clone(),
            body: Body::Clock(clock),
        }
    };
    member.years(scene.today).map(case).collect()
}

fn agency_assessed(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    of_agency_years(scene, |payload, is_of_year| match payload {
        Payload::AssessmentConcluded(e) => is_of_year(&e.assessment_id),
        _ => false,
    })
}

fn is_result(notice: &NoticePublished) -> bool {
    notice.notice_type() == NoticeType::AssessmentResult
}

fn assessment_published(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    of_agency_years(scene, |payload, is_of_year| {
        matches!(payload, Payload::NoticePublished(notice)
            if is_result(notice) && notice.channel == SITE && is_of_year(&notice.assessment_id))
    })
}

fn assessment_announced(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::AssessmentConcluded(concluded) = payload else {
            continue;
        };
        let id = &concluded.assessment_id;
        let clock = Clock {
            done: first(scene, act.on(), |payload| {
                matches!(payload, Payload::NoticePublished(notice) if is_result(notice)
                    && notice.channel.starts_with(MEDIA) && notice.assessment_id == *id)
            }),
            ..Clock::default()
        };
        cases.push(Case::of(
            act,
            scene.subject("assessment", id),
            Body::Clock(clock),
        ));
    }
    cases
}
