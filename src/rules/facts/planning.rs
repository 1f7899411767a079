//! Before procurement starts: intentions, plans, approvals of methods, shares for small and medium
//! enterprises.

use chrono::NaiveDate;

use super::{
    Fact,
    FactKind::{Content as IsContent, Exists as IsExists, Span as IsSpan},
    Parameters,
    lots::{Picture, Plan, evidence, object_of, thresholds},
    variables,
};
use crate::{
    domain::values::{StreamKind, money::exceeds_share},
    events::v1::{
        IntentionPublished, Organisation, OrganisationKind, ProcurementMethod, ProcurementObject,
        SmePolicy, SmePolicyKind, event_payload::Payload,
    },
    rules::case::{Body, Case, Scene},
    views::Standing,
};

/// The version of categories that catalogues are written in.
const CATALOGUE_OF: i32 = 2022;
/// A revision that changes the budget by more starts the days of an intention again (domain 2.2).
const SAME_INTENTION_BP: i64 = 1_000;

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "intention_lead",
        kind: IsSpan,
        streams: &[StreamKind::Project],
        zh: "自采购意向公开之日至采购活动开始之日；预算变动超过10%或者名称变更的，自变更之日起算",
        en: "From the publication of an intention, or a revision of its budget by more than 10 % \
             or of its name, to the start of procurement",
        variables: variables::PROJECT,
        parameters: &[],
        find: intention_lead,
    },
    Fact {
        name: "plan_before_start",
        kind: IsExists,
        streams: &[StreamKind::Project],
        zh: "采购活动开始前，采购包是否已列入备案的采购计划",
        en: "Whether a lot stands in a filed plan when its procurement starts",
        variables: variables::PROJECT,
        parameters: &[],
        find: planned,
    },
    Fact {
        name: "method_approved_before_start",
        kind: IsExists,
        streams: &[StreamKind::Project],
        zh: "达到公开招标数额标准的货物、服务采用其他方式的，采购活动开始前是否经批准；\
             单一来源以采购文件发出为开始",
        en: "Whether another method than open tender was approved before procurement of goods or \
             services at or above the threshold started; with a single source, before documents",
        variables: variables::PROJECT,
        parameters: &[],
        find: approved,
    },
    Fact {
        name: "central_item_bought_centrally",
        kind: IsExists,
        streams: &[StreamKind::Project],
        zh: "计划的品目列入集中采购目录的，是否由集中采购机构代理或者实行部门集中采购",
        en: "Whether a plan of what stands in the central catalogue goes through a central \
             procurement agency, or is bought centrally by a department",
        variables: variables::PROJECT,
        parameters: &[],
        find: bought_centrally,
    },
    Fact {
        name: "small_plan_reserved",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "限额以内的货物、服务采购项目整体预留给中小企业；说明不适宜预留的不适用",
        en: "A plan of goods or services up to the limit is reserved whole for small and medium \
             enterprises, unless the purchaser says why not",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, parameters| reserved(scene, parameters.limit, false),
    },
    Fact {
        name: "small_works_plan_reserved",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "限额以内的工程采购项目整体预留给中小企业；说明不适宜预留的不适用",
        en: "A plan of works up to the limit is reserved whole for small and medium enterprises, \
             unless the purchaser says why not",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, parameters| reserved(scene, parameters.limit, true),
    },
];

/// The acts that the days of an intention are counted from: the last starts them.
fn counted_from<'a>(
    picture: &Picture<'a>,
    act: &'a Standing,
    published: &IntentionPublished,
    by: NaiveDate,
) -> Vec<&'a Standing> {
    let (mut name, mut budget_fen) = (published.name.as_str(), published.budget_fen);
    let mut from = vec![act];
    for (act, payload) in picture.acts().filter(|(act, _)| act.on() <= by) {
        let Payload::IntentionRevised(revised) = payload else {
            continue;
        };
        let change = i128::from(revised.budget_fen) - i128::from(budget_fen);
        let is_other = revised.name != name
            || exceeds_share(change.abs(), budget_fen.into(), SAME_INTENTION_BP);
        if revised.intention_id == published.intention_id && is_other {
            (name, budget_fen) = (&revised.name, revised.budget_fen);
            from.push(act);
        }
    }
    from
}

/// The first start of the lots that follow an intention: those of plans that name it, or all where
/// no plan names any.
fn start_after<'a>(picture: &Picture<'a>, intention_id: &str) -> Option<&'a Standing> {
    let is_named = picture
        .plans()
        .iter()
        .any(|(_, plan)| !plan.intention_ids.is_empty());
    let lots = picture.lots().into_iter().filter(|lot| {
        let plan = picture.plan_of(lot);
        !is_named
            || plan.is_some_and(|(_, plan)| plan.intention_ids.iter().any(|id| id == intention_id))
    });
    let starts = lots.filter_map(|lot| picture.start_of(lot, true));
    starts.min_by_key(|act| (act.on(), act.position))
}

fn intention_lead(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for (act, payload) in picture.acts() {
        let (id, published) = match payload {
            Payload::IntentionPublished(published) => (&published.intention_id, Some(published)),
            Payload::IntentionExempted(exempted) => (&exempted.intention_id, None),
            _ => continue,
        };
        let Some(start) = start_after(&picture, id) else {
            continue;
        };
        let withdrawn = picture.first(
            act.on(),
            None,
            |payload| matches!(payload, Payload::IntentionWithdrawn(of) if of.intention_id == *id),
        );
        let is_withdrawn = withdrawn.is_some_and(|act| act.on() <= start.on());
        let mut case = Case::of(act, scene.subject("intention", id), Body::Exists(false));
        case.body = match published {
            None => Body::NotApplicable("依规不公开采购意向 exempt from publication".to_owned()),
            Some(_) if is_withdrawn => {
                Body::NotApplicable("采购意向已撤回 the intention was withdrawn".to_owned())
            }
            Some(published) => {
                let from = counted_from(&picture, act, published, start.on());
                case.on = from.last().map_or(act.on(), |act| act.on());
                case.evidence = evidence(from.into_iter().chain([start]));
                Body::Span {
                    from: case.on,
                    to: start.on(),
                }
            }
        };
        cases.push(case);
    }
    cases
}

fn planned(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for lot in picture.lots() {
        let Some(start) = picture.start_of(lot, true) else {
            continue;
        };
        let planned = picture.planned(lot).map(|(act, _)| act);
        let planned = planned.filter(|act| act.on() <= start.on());
        let body = Body::Exists(planned.is_some());
        let mut case = Case::of(start, scene.subject("lot", lot), body);
        case.evidence = evidence(planned.into_iter().chain([start]));
        cases.push(case);
    }
    cases
}

/// Why a lot needs no approval of its method, where it needs none.
fn needs_none(
    scene: &Scene<'_>,
    picture: &Picture<'_>,
    plan: Plan<'_>,
    method: ProcurementMethod,
    on: NaiveDate,
) -> Option<&'static str> {
    use ProcurementMethod::{CoopInnovation, Emergency, Framework, OpenTender, Unspecified};
    let of_method = match method {
        OpenTender => "采用公开招标 procured by open tender",
        Framework | CoopInnovation => "该方式另有规定 this method has rules of its own",
        Emergency => "紧急采购 emergency procurement",
        Unspecified => "采购方式不明 the method is not known",
        _ => "",
    };
    if !of_method.is_empty() {
        return Some(of_method);
    }
    if object_of(plan.1) == ProcurementObject::Works {
        return Some("工程采购不适用 works are not meant");
    }
    match thresholds(scene, plan, on) {
        None => Some("公开招标数额标准未公布 no threshold is published"),
        Some(profile) if picture.amount_of(plan.1, on) < profile.open_tender_fen => {
            Some("未达到公开招标数额标准 below the threshold of open tender")
        }
        Some(_) => None,
    }
}

fn approved(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for lot in picture.lots() {
        let Some(start) = start_for_approval(&picture, lot) else {
            continue;
        };
        let Some(plan) = picture.plan_of(lot) else {
            continue;
        };
        let on = start.on();
        let method = picture.method_of(lot, on);
        let found = approval_of(&picture, lot, method, on);
        let reason = needs_none(scene, &picture, plan, method, on);
        let body = match (picture.tender_law(lot), reason) {
            (Some(other), _) => other,
            (None, Some(reason)) => Body::NotApplicable(reason.to_owned()),
            (None, None) => Body::Exists(found.is_some()),
        };
        let mut case = Case::of(start, scene.subject("lot", lot), body);
        case.evidence = evidence([start, plan.0].into_iter().chain(found));
        cases.push(case);
    }
    cases
}

/// The start before which a method is approved. The publicity of a single source comes before its
/// approval, so there documents are the start.
fn start_for_approval<'a>(picture: &Picture<'a>, lot: &str) -> Option<&'a Standing> {
    let start = picture.start_of(lot, false)?;
    if picture.method_of(lot, start.on()) != ProcurementMethod::SingleSource {
        return Some(start);
    }
    picture.first(start.on(), None, |payload| {
        matches!(payload, Payload::ProcurementDocumentIssued(document)
            if document.lot_nos.iter().any(|no| no == lot))
    })
}

/// The approval of a lot's method by a day: of itself, of a lot that it retries, or of the request
/// that it names.
fn approval_of<'a>(
    picture: &Picture<'a>,
    lot: &str,
    method: ProcurementMethod,
    by: NaiveDate,
) -> Option<&'a Standing> {
    let line = picture.line_of(lot);
    let request = picture.acts().find_map(|(_, payload)| match payload {
        Payload::ReprocurementStarted(retry) if retry.new_lot_no == lot => {
            Some(retry.approval_request_id.as_str()).filter(|id| !id.is_empty())
        }
        _ => None,
    });
    let first = picture.first(NaiveDate::MIN, None, |payload| {
        matches!(payload, Payload::MethodChangeApproved(approved)
            if approved.to_method() == method
                && (request == Some(approved.request_id.as_str())
                    || approved.lot_nos.iter().any(|no| no == lot || line.contains(&&**no))))
    });
    first.filter(|act| act.on() <= by)
}

/// Whether a category is one of a catalogue, or stands below one: what ends in zeros is a class.
fn is_listed(catalogue: &[String], category: &str) -> bool {
    let mut classes = catalogue.iter();
    classes.any(|of| {
        // A letter and four levels of two digits each.
        let mut class = of.as_str();
        while let Some(above) = class.strip_suffix("00") {
            class = above;
        }
        category.starts_with(class)
    })
}

/// Whether an organisation is registered as a central procurement agency; one that the registry
/// does not know is not.
fn is_central_agency(scene: &Scene<'_>, uscc: &str) -> bool {
    let registered = scene.around.organisation(uscc);
    registered.is_some_and(|of| {
        of.kinds()
            .any(|kind| kind == OrganisationKind::CentralAgency)
    })
}

fn bought_centrally(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for plan in picture.plans() {
        let (act, filed) = plan;
        let profile = thresholds(scene, plan, act.on());
        let catalogue = profile.map_or_else(Vec::new, |profile| profile.central_catalogue);
        let body = if catalogue.is_empty() {
            Body::NotApplicable("集中采购目录未公布 no central catalogue is published".to_owned())
        } else if filed.category_version != CATALOGUE_OF || !is_listed(&catalogue, &filed.category)
        {
            Body::NotApplicable("未列入集中采购目录 it is not in the central catalogue".to_owned())
        } else {
            Body::Exists(match filed.organisation() {
                Organisation::Central => {
                    filed.agency.is_empty() || is_central_agency(scene, &filed.agency)
                }
                Organisation::DeptCentral => true,
                Organisation::Dispersed | Organisation::Unspecified => false,
            })
        };
        cases.push(Case::of(act, scene.subject("plan", &filed.plan_id), body));
    }
    cases
}

fn reserved(scene: &Scene<'_>, limit: Option<i64>, of_works: bool) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for plan in picture.plans() {
        let (act, filed) = plan;
        if (object_of(filed) == ProcurementObject::Works) != of_works {
            continue;
        }
        let policy = filed.sme_policy.as_ref();
        let kind = policy.map_or(SmePolicyKind::Unspecified, SmePolicy::kind);
        let has_reason = policy.is_some_and(|policy| !policy.reason.trim().is_empty());
        let profile = thresholds(scene, plan, act.on());
        let none = |reason: &str| Body::NotApplicable(reason.to_owned());
        let body = match (kind, profile) {
            _ if filed.amount_fen > limit.unwrap_or_default() => {
                none("超过整体预留的限额 above the limit")
            }
            (_, None) => none("采购限额标准未公布 no threshold is published"),
            (_, Some(profile)) if filed.amount_fen < profile.dispersed_limit_fen => {
                none("未达到采购限额标准 below the limit of procurement")
            }
            (SmePolicyKind::AllReserved, _) => Body::Content(Vec::new()),
            (SmePolicyKind::NonReserved, _) if has_reason => {
                none("采购人已说明不适宜预留 the purchaser says why nothing is reserved")
            }
            _ => Body::Content(vec![
                "未整体预留给中小企业 not reserved whole for small and medium enterprises"
                    .to_owned(),
            ]),
        };
        cases.push(Case::of(act, scene.subject("plan", &filed.plan_id), body));
    }
    cases
}
