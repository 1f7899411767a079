//! Framework agreements: how they are signed and filed, how long they run, how many are left out.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    Fact,
    FactKind::{Clock as IsClock, Content as IsContent},
    Parameters, variables,
};
use crate::{
    domain::{
        payload::day,
        values::{StreamKind, money},
    },
    events::v1::{
        self, FrameworkEvaluation, FrameworkKind, NoticeType, ProcurementObject,
        event_payload::Payload, notice_published::Content,
    },
    rules::{
        Convention,
        case::{Body, Case, Clock, Done, Scene, first},
    },
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "framework_signed",
        kind: IsClock,
        streams: &[StreamKind::Framework],
        zh: "自入围结果公告（未登记公告的，为确定入围）之日起，至与各入围供应商签订框架协议；清退或者终止的不再计算",
        en: "From the notice of the short list, or the short list itself where no notice is \
             recorded, to the agreement with each supplier on it; void where it is removed or all \
             is terminated",
        variables: variables::COMMON,
        parameters: &[],
        find: signed,
    },
    Fact {
        name: "framework_filed",
        kind: IsClock,
        streams: &[StreamKind::Framework],
        zh: "自框架协议签订之日起，至报财政部门备案；每份协议分别计算",
        en: "From the signing of a framework agreement to its filing with finance, for each of \
             them",
        variables: variables::COMMON,
        parameters: &[],
        find: filed,
    },
    Fact {
        name: "framework_term",
        kind: IsContent,
        streams: &[StreamKind::Framework],
        zh: "框架协议的期限是否过长；参数为货物的年数，服务为其两倍",
        en: "Whether a framework agreement runs too long; the limit is in years for goods, twice \
             that for services",
        variables: variables::COMMON,
        parameters: &[],
        find: terms,
    },
    Fact {
        name: "framework_left_out",
        kind: IsContent,
        streams: &[StreamKind::Framework],
        zh: "封闭式框架协议入围的淘汰比例是否足够且至少淘汰一家；参数为基点，质量优先法为其两倍",
        en: "Whether enough suppliers, and one at least, are left out of the short list of a \
             closed framework; the limit is in basis points, twice that where quality has \
             priority",
        variables: variables::COMMON,
        parameters: &[],
        find: left_out,
    },
];

fn subject(scene: &Scene<'_>, part: &str) -> String {
    format!("{}/{part}", scene.subject("framework", ""))
}

/// The draft, which says what kind of framework it is.
fn draft<'a>(scene: &Scene<'a>) -> Option<(&'a Standing, &'a v1::FrameworkDrafted)> {
    scene.acts().find_map(|(act, payload)| match payload {
        Payload::FrameworkDrafted(drafted) => Some((act, drafted)),
        _ => None,
    })
}

fn terminated(scene: &Scene<'_>) -> Option<(NaiveDate, String)> {
    let by = first(scene, NaiveDate::MIN, |payload| {
        matches!(payload, Payload::FrameworkTerminated(_))
    });
    by.map(|by| {
        (
            by.on,
            "框架协议已终止 the framework was terminated".to_owned(),
        )
    })
}

fn short_lists<'a>(
    scene: &Scene<'a>,
) -> impl Iterator<Item = (&'a Standing, &'a v1::FrameworkShortlisted)> + use<'a> {
    scene.acts().filter_map(|(act, payload)| match payload {
        Payload::FrameworkShortlisted(shortlisted) => Some((act, shortlisted)),
        _ => None,
    })
}

/// The notice of a short list that has a supplier on it.
fn notice(scene: &Scene<'_>, supplier: &str, from: NaiveDate) -> Option<Done> {
    first(scene, from, |payload| {
        let Payload::NoticePublished(notice) = payload else {
            return false;
        };
        let names = match &notice.content {
            Some(Content::Shortlist(list)) => {
                list.suppliers.is_empty() || list.suppliers.iter().any(|other| other == supplier)
            }
            _ => true,
        };
        notice.notice_type() == NoticeType::Shortlist && names
    })
}

fn signed(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    // How often each supplier came onto the list, and when it was taken off last.
    let mut listings: BTreeMap<&str, (usize, Option<NaiveDate>)> = BTreeMap::new();
    for (act, shortlisted) in short_lists(scene) {
        for listed in &shortlisted.shortlisted {
            let supplier = listed.supplier.as_str();
            let (count, removed_on) = listings.entry(supplier).or_default();
            let is_on_it = *count > 0 && removed_on.is_none_or(|removed_on| act.on() < removed_on);
            if is_on_it {
                continue;
            }
            *count += 1;
            let subject = match *count {
                1 => subject(scene, supplier),
                count => subject(scene, &format!("{supplier}/{count}")),
            };
            let removed = first(
                scene,
                act.on(),
                |act| matches!(act, Payload::FrameworkSupplierRemoved(e) if e.supplier == supplier),
            );
            *removed_on = removed.map(|removed| removed.on);
            cases.push(to_be_signed(scene, act, (supplier, *removed_on), subject));
        }
    }
    cases
}

fn to_be_signed(
    scene: &Scene<'_>,
    act: &Standing,
    (supplier, removed_on): (&str, Option<NaiveDate>),
    subject: String,
) -> Case {
    let done = first(
        scene,
        act.on(),
        |payload| matches!(payload, Payload::FrameworkAgreementSigned(e) if e.supplier == supplier),
    );
    let removed = removed_on.map(|on| (on, "供应商已清退 the supplier was removed".to_owned()));
    let clock = Clock {
        done: done.filter(|done| removed_on.is_none_or(|on| done.on <= on)),
        void: removed.or_else(|| terminated(scene)),
        ..Clock::default()
    };
    let mut case = Case::of(act, subject, Body::Clock(clock));
    if let Some(notice) = notice(scene, supplier, act.on()) {
        case.on = notice.on;
        case.evidence.extend(notice.evidence);
    }
    case
}

type Signed<'a> = (&'a Standing, &'a v1::FrameworkAgreementSigned);

fn agreements<'a>(scene: &Scene<'a>) -> impl Iterator<Item = Signed<'a>> + use<'a> {
    scene.acts().filter_map(|(act, payload)| match payload {
        Payload::FrameworkAgreementSigned(signed) => Some((act, signed)),
        _ => None,
    })
}

fn filed(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let clock = |(act, signed): Signed<'_>| {
        let clock = Clock {
            done: first(scene, act.on(), |payload| {
                matches!(payload, Payload::FrameworkFiled(_))
            }),
            void: terminated(scene),
            ..Clock::default()
        };
        Case::of(
            act,
            subject(scene, &signed.agreement_no),
            Body::Clock(clock),
        )
    };
    agreements(scene).map(clock).collect()
}

fn terms(scene: &Scene<'_>, parameters: &Parameters) -> Vec<Case> {
    let goods_years = u32::try_from(parameters.limit.unwrap_or_default()).unwrap_or_default();
    let draft = draft(scene);
    let object = draft.map(|(_, drafted)| drafted.object());
    let years = match object {
        Some(ProcurementObject::Goods) => Some(goods_years),
        Some(ProcurementObject::Service) => Some(goods_years * 2),
        _ => None,
    };
    let content = |(act, signed): Signed<'_>| {
        let mut case = Case::of(
            act,
            subject(scene, &signed.agreement_no),
            body_of_term(scene, signed, years),
        );
        case.evidence
            .extend(draft.iter().flat_map(|(act, _)| act.positions()));
        case
    };
    agreements(scene).map(content).collect()
}

fn body_of_term(
    scene: &Scene<'_>,
    signed: &v1::FrameworkAgreementSigned,
    years: Option<u32>,
) -> Body {
    let (Some(from), Some(to), Some(years)) =
        (day(&signed.valid_from), day(&signed.valid_to), years)
    else {
        let reason = "不是货物、服务框架协议 the framework is not of goods or services";
        return Body::NotApplicable(reason.to_owned());
    };
    let last = Convention::Years.due(scene.calendar, from, years, &[]).on;
    let wrong = (to > last).then(|| {
        format!("有效期至{to}，应不晚于{last} it runs until {to}, and should not beyond {last}")
    });
    Body::Content(wrong.into_iter().collect())
}

fn left_out(scene: &Scene<'_>, parameters: &Parameters) -> Vec<Case> {
    let draft = draft(scene);
    let mut cases: Vec<Case> = Vec::new();
    for (act, shortlisted) in short_lists(scene) {
        let subject = match cases.len() {
            0 => scene.subject("framework", ""),
            before => subject(scene, &(before + 1).to_string()),
        };
        let drafted = draft.map(|(_, drafted)| drafted);
        let body = body_of_list(shortlisted, drafted, parameters.limit.unwrap_or_default());
        let mut case = Case::of(act, subject, body);
        case.evidence
            .extend(draft.iter().flat_map(|(act, _)| act.positions()));
        cases.push(case);
    }
    cases
}

fn body_of_list(
    shortlisted: &v1::FrameworkShortlisted,
    drafted: Option<&v1::FrameworkDrafted>,
    limit_bp: i64,
) -> Body {
    let Some(drafted) = drafted.filter(|drafted| drafted.kind() == FrameworkKind::Closed) else {
        let reason = "不是封闭式框架协议 the framework is not a closed one";
        return Body::NotApplicable(reason.to_owned());
    };
    let limit_bp = match drafted.evaluation() {
        FrameworkEvaluation::QualityPriority => limit_bp * 2,
        _ => limit_bp,
    };
    let responded = i128::from(shortlisted.responded_count);
    let listed = i128::try_from(shortlisted.shortlisted.len()).unwrap_or(i128::MAX);
    let out = responded - listed;
    let is_wrong = out < 1 || money::falls_below_share(out, responded, limit_bp);
    let percent = limit_bp / 100;
    let wrong = is_wrong.then(|| {
        format!(
            "{responded}家响应，淘汰{out}家，不足{percent}%或者不足一家 {out} of {responded} were left \
             out, less than {percent} % or less than one"
        )
    });
    Body::Content(wrong.into_iter().collect())
}
