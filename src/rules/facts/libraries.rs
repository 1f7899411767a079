//! Libraries of suppliers, clues and barriers to competition (任务7).

use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    Fact, FactKind, Parameters,
    beside::{acts_of, first_of},
    variables,
};
use crate::{
    domain::{payload::day, values::StreamKind},
    events::v1::{BarrierClueReceived, BarrierType, event_payload::Payload},
    rules::case::{Body, Case, Clock, Done, Scene, first},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "library_settled",
        kind: FactKind::Clock,
        streams: &[StreamKind::Library],
        zh: "自作为参加条件的供应商库上报之日起，至取消或保留；期限不早于建库之日",
        en: "From the report of a library that is a condition of taking part, to its abolition or \
             retention; the last day is no earlier than that on which it was made",
        variables: variables::COMMON,
        parameters: &[],
        find: library_settled,
    },
    Fact {
        name: "library_listed",
        kind: FactKind::Exists,
        streams: &[StreamKind::Library, StreamKind::Region],
        zh: "经核实的备选库线索所指的供应商库，在收到线索时是否已上报且未取消",
        en: "Whether a library to which a confirmed clue points had been reported and was not \
             abolished when the clue came",
        variables: variables::COMMON,
        parameters: &[],
        find: library_listed,
    },
    Fact {
        name: "clue_decided",
        kind: FactKind::Clock,
        streams: &[StreamKind::Library, StreamKind::Region],
        zh: "自收到壁垒线索之日起，至认定属实或不属实",
        en: "From the receipt of a clue of a barrier to the decision whether it is right",
        variables: variables::COMMON,
        parameters: &[],
        find: clue_decided,
    },
    Fact {
        name: "barrier_removed",
        kind: FactKind::Clock,
        streams: &[StreamKind::Library, StreamKind::Region],
        zh: "自壁垒认定属实之日起，至整改完成",
        en: "From the confirmation of a barrier to its removal",
        variables: variables::COMMON,
        parameters: &[],
        find: barrier_removed,
    },
];

fn library_settled(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::SupplierLibraryReported(library) = payload else {
            continue;
        };
        let subject = scene.subject("library", "");
        if !library.used_as_condition {
            let reason = "不作为参加条件 it is no condition of taking part".to_owned();
            cases.push(Case::of(act, subject, Body::NotApplicable(reason)));
            continue;
        }
        let clock = Clock {
            done: first(scene, NaiveDate::MIN, |payload| {
                matches!(
                    payload,
                    Payload::SupplierLibraryAbolished(_) | Payload::SupplierLibraryRetained(_)
                )
            }),
            no_earlier: day(&library.created_on),
            ..Clock::default()
        };
        cases.push(Case::of(act, subject, Body::Clock(clock)));
    }
    cases
}

/// A clue, and when it was decided.
struct Clue<'a> {
    act: &'a Standing,
    clue: &'a BarrierClueReceived,
    confirmed: Option<Done>,
    dismissed: Option<Done>,
}

fn clues<'a>(scene: &Scene<'a>) -> Vec<Clue<'a>> {
    let mut clues = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::BarrierClueReceived(clue) = payload else {
            continue;
        };
        let id = &clue.clue_id;
        let confirms = |p: &Payload| matches!(p, Payload::BarrierConfirmed(e) if e.clue_id == *id);
        let dismisses = |p: &Payload| matches!(p, Payload::BarrierDismissed(e) if e.clue_id == *id);
        clues.push(Clue {
            act,
            clue,
            confirmed: first(scene, NaiveDate::MIN, confirms),
            dismissed: first(scene, NaiveDate::MIN, dismisses),
        });
    }
    clues
}

fn clue_decided(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let case = |of: Clue<'_>| {
        let clock = Clock {
            done: of.confirmed.or(of.dismissed),
            ..Clock::default()
        };
        let subject = scene.subject("clue", &of.clue.clue_id);
        Case::of(of.act, subject, Body::Clock(clock))
    };
    clues(scene).into_iter().map(case).collect()
}

fn barrier_removed(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let case = |of: Clue<'_>| {
        let id = &of.clue.clue_id;
        let mut case = Case::of(of.act, scene.subject("clue", id), Body::Exists(true));
        let Some(confirmed) = of.confirmed else {
            of.dismissed?;
            let reason = "经核实不属实 the clue is wrong".to_owned();
            case.body = Body::NotApplicable(reason);
            return Some(case);
        };
        case.on = confirmed.on;
        case.evidence.extend(confirmed.evidence);
        case.body = Body::Clock(Clock {
            done: first(
                scene,
                confirmed.on,
                |p| matches!(p, Payload::BarrierRectified(e) if e.clue_id == *id),
            ),
            ..Clock::default()
        });
        Some(case)
    };
    clues(scene).into_iter().filter_map(case).collect()
}

fn library_listed(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for of in clues(scene) {
        let Some(confirmed) = of.confirmed else {
            continue;
        };
        if of.clue.barrier_type() != BarrierType::Library {
            continue;
        }
        let on = of.act.on();
        let subject = scene.subject("clue", &of.clue.clue_id);
        let mut case = Case::of(of.act, subject, Body::Exists(true));
        case.evidence.extend(confirmed.evidence);
        // A clue in a region's stream names the library, if one is listed at all.
        let library = match scene.stream.kind {
            StreamKind::Library => Arc::new(scene.timeline.standing().to_vec()),
            _ => acts_of(scene, StreamKind::Library, &of.clue.subject_ref),
        };
        let is_reported = |p: &Payload| matches!(p, Payload::SupplierLibraryReported(_));
        let is_abolished = |p: &Payload| matches!(p, Payload::SupplierLibraryAbolished(_));
        let reported = first_of(&library, NaiveDate::MIN, is_reported);
        let abolished = first_of(&library, NaiveDate::MIN, is_abolished);
        let is_listed = reported.as_ref().is_some_and(|done| done.on <= on)
            && abolished.as_ref().is_none_or(|done| done.on >= on);
        let around = reported.into_iter().chain(abolished);
        case.evidence.extend(around.flat_map(|done| done.evidence));
        case.body = Body::Exists(is_listed);
        cases.push(case);
    }
    cases
}
