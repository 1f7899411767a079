//! Single sources: how long they are made public, and what follows an objection.

use chrono::NaiveDate;

use super::{
    Fact,
    FactKind::{Clock as IsClock, Span as IsSpan},
    Parameters,
    lots::{Picture, evidence, thresholds},
    variables,
};
use crate::{
    domain::{payload::day, values::StreamKind},
    events::v1::{MethodGround, ProcurementMethod, SingleSourcePublicised, event_payload::Payload},
    rules::case::{Body, Case, Clock, Done, Scene},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "single_source_publicity",
        kind: IsSpan,
        streams: &[StreamKind::Project],
        zh: "达到公开招标数额标准且只能从唯一供应商处采购的：单一来源公示期的首日至末日",
        en: "The first and last day of the publicity of a single source, where the only supplier \
             is the ground and the threshold of open tender is reached",
        variables: variables::PROJECT,
        parameters: &[],
        find: publicity,
    },
    Fact {
        name: "single_source_reargued",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "公示期内有异议的：自单一来源公示期满之日，至组织补充论证",
        en: "From the end of the publicity of a single source that somebody objected to, to the \
             new argument",
        variables: variables::PROJECT,
        parameters: &[],
        find: reargued,
    },
];

/// The ground on which a lot is bought from a single source.
fn ground_of(picture: &Picture<'_>, lot: &str, by: NaiveDate) -> MethodGround {
    let stated = picture
        .acts()
        .rev()
        .find_map(|(act, payload)| match payload {
            Payload::MethodChangeRequested(request)
                if act.on() <= by
                    && request.to_method() == ProcurementMethod::SingleSource
                    && request.lot_nos.iter().any(|no| no == lot) =>
            {
                Some(request.method_ground())
            }
            Payload::ReprocurementStarted(retry) if retry.new_lot_no == lot => {
                Some(retry.method_ground())
            }
            _ => None,
        });
    let planned = || picture.plan_of(lot).map(|(_, plan)| plan.method_ground());
    stated.or_else(planned).unwrap_or(MethodGround::Unspecified)
}

/// Why the days of publicity are not asked for, where they are not (实施条例第38条). A ground that is
/// not told is taken for that of the only supplier: no other is made public.
fn publicity_is_free(
    scene: &Scene<'_>,
    picture: &Picture<'_>,
    (act, of): (&Standing, &SingleSourcePublicised),
) -> Option<&'static str> {
    use MethodGround::{SingleAddition, SingleEmergency};
    let lots: Vec<&str> = of.lot_nos.iter().map(String::as_str).collect();
    let is_other = |lot: &&str| {
        matches!(
            ground_of(picture, lot, act.on()),
            SingleAddition | SingleEmergency
        )
    };
    if !lots.is_empty() && lots.iter().all(is_other) {
        return Some("不属于只能从唯一供应商处采购的情形 the only supplier is not the ground");
    }
    let plan = lots.iter().find_map(|lot| picture.plan_of(lot))?;
    match thresholds(scene, plan, act.on()) {
        None => Some("公开招标数额标准未公布 no threshold is published"),
        Some(profile) if picture.amount_of(plan.1, act.on()) < profile.open_tender_fen => {
            Some("未达到公开招标数额标准 below the threshold of open tender")
        }
        Some(_) => None,
    }
}

fn publicity(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for (act, payload) in picture.acts() {
        let Payload::SingleSourcePublicised(of) = payload else {
            continue;
        };
        let (Some(from), Some(to)) = (day(&of.from), day(&of.to)) else {
            continue;
        };
        let body = match publicity_is_free(scene, &picture, (act, of)) {
            Some(reason) => Body::NotApplicable(reason.to_owned()),
            None => Body::Span { from, to },
        };
        cases.push(Case::of(
            act,
            scene.subject("publicity", &of.publicity_id),
            body,
        ));
    }
    cases
}

fn reargued(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for (act, payload) in picture.acts() {
        let Payload::SingleSourcePublicised(of) = payload else {
            continue;
        };
        let Some(to) = day(&of.to) else {
            continue;
        };
        let mut behind = vec![act];
        behind.extend(picture.acts().filter_map(|(act, payload)| {
            let is_it = matches!(payload, Payload::SingleSourceObjected(objected)
                if objected.publicity_id == of.publicity_id && act.on() <= to);
            is_it.then_some(act)
        }));
        let done = picture.first(act.on(), None, |payload| {
            matches!(payload, Payload::SingleSourceReargued(reargued)
                if reargued.publicity_id == of.publicity_id)
        });
        let ends = of.lot_nos.iter().map(|lot| picture.ended(lot, act.on()));
        let ends: Option<Vec<_>> = ends.collect();
        let clock = Clock {
            done: done.map(Done::by),
            void: ends.and_then(|ends| ends.into_iter().max()),
            ..Clock::default()
        };
        let body = match behind.len() {
            1 => Body::NotApplicable("公示期内无异议 nobody objected in time".to_owned()),
            _ => Body::Clock(clock),
        };
        let mut case = Case::of(act, scene.subject("publicity", &of.publicity_id), body);
        case.on = to;
        case.evidence = evidence(behind);
        cases.push(case);
    }
    cases
}
