//! Regions: the e-mall (任务10), on-boarding (任务11), the catalogue of approvals (任务12).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Fact, FactKind, Parameters, variables};
use crate::{
    domain::{
        payload::day,
        profile::{self, RegionKind},
        values::StreamKind,
    },
    events::v1::{SystemModule, event_payload::Payload},
    rules::case::{Body, Case, Clock, Done, Level, Scene, first},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "mall_rule_published",
        kind: FactKind::Clock,
        streams: &[StreamKind::Region],
        zh: "市、县市区发布电子卖场管理制度或操作流程",
        en: "A city, county or area publishes rules or a procedure for the e-mall",
        variables: variables::COMMON,
        parameters: &[],
        find: mall_rule_published,
    },
    Fact {
        name: "mall_manager_appointed",
        kind: FactKind::Clock,
        streams: &[StreamKind::Region],
        zh: "市、县市区有在任的电子卖场专管人员",
        en: "A city, county or area has somebody in office who looks after the e-mall",
        variables: variables::COMMON,
        parameters: &[],
        find: mall_manager_appointed,
    },
    Fact {
        name: "region_live",
        kind: FactKind::Clock,
        streams: &[StreamKind::Region],
        zh: "县市区（含功能区）上线省政府采购管理系统",
        en: "A county or area goes live on the province's system",
        variables: variables::COMMON,
        parameters: &[],
        find: region_live,
    },
    Fact {
        name: "region_full",
        kind: FactKind::Clock,
        streams: &[StreamKind::Region],
        zh: "自县市区上线或此后模块停用之日起，至七个环节各模块均启用",
        en: "From the day on which a county or area is live, and from each later one on which it \
             lacks a module again, to the day on which all modules of the seven stages are in use",
        variables: variables::COMMON,
        parameters: &[],
        find: region_full,
    },
    Fact {
        name: "approval_item_grounded",
        kind: FactKind::Clock,
        streams: &[StreamKind::Region],
        zh: "自无依据的非法定审批事项编目之日起，至取消、合并或说明依据",
        en: "From the listing of an approval that neither is statutory nor has a basis, to its \
             abolition, merger or justification",
        variables: variables::COMMON,
        parameters: &[],
        find: approval_item_grounded,
    },
];

/// What a region is to the tasks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// A prefecture.
    City,
    /// A county, a district or an area of it.
    County,
    /// A province, a code for sums, or not known.
    Other,
}

/// A region by its own stream: its rank, and its first act.
struct Seat<'a> {
    rank: Rank,
    first: &'a Standing,
    /// The day of its registration, where the ledger did not know it before.
    since: Option<NaiveDate>,
}

fn seat<'a>(scene: &Scene<'a>) -> Option<Seat<'a>> {
    let (first, _) = scene.acts().next()?;
    if let Some(entry) = profile::region(&scene.stream.id) {
        let rank = match entry.kind {
            RegionKind::Prefecture => Rank::City,
            RegionKind::District
            | RegionKind::County
            | RegionKind::CountyCity
            | RegionKind::Area => Rank::County,
            RegionKind::Province | RegionKind::Aggregate => Rank::Other,
        };
        let since = None;
        return Some(Seat { rank, first, since });
    }
    let registered = scene.acts().find_map(|(act, payload)| match payload {
        Payload::RegionRegistered(e) => Some((act, e)),
        _ => None,
    });
    let Some((act, registered)) = registered else {
        let (rank, since) = (Rank::Other, None);
        return Some(Seat { rank, first, since });
    };
    let is_city = |code: &str| code == format!("{}00", scene.stream.partition);
    let rank = match (is_city(&registered.region), is_city(&registered.parent)) {
        (true, _) => Rank::City,
        (_, true) => Rank::County,
        _ => Rank::Other,
    };
    Some(Seat {
        rank,
        first: act,
        since: Some(act.on()),
    })
}

/// A duty that a region has once.
fn once(
    scene: &Scene<'_>,
    is_bound: impl Fn(Rank) -> bool,
    clock: impl FnOnce(&mut Clock, &mut Vec<u64>),
) -> Vec<Case> {
    let Some(seat) = seat(scene) else {
        return Vec::new();
    };
    let subject = scene.subject("region", "");
    if !is_bound(seat.rank) {
        let reason = "该区划不承担此任务 the task is not this region's".to_owned();
        return vec![Case::of(seat.first, subject, Body::NotApplicable(reason))];
    }
    let mut case = Case::of(seat.first, subject, Body::Exists(true));
    let mut of = Clock {
        bound_since: seat.since,
        ..Clock::default()
    };
    clock(&mut of, &mut case.evidence);
    case.body = Body::Clock(of);
    vec![case]
}

fn mall_rule_published(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    once(
        scene,
        |rank| rank != Rank::Other,
        |clock, _| {
            let is_rule = |payload: &Payload| matches!(payload, Payload::EmallRulePublished(_));
            clock.done = first(scene, NaiveDate::MIN, is_rule);
        },
    )
}

fn mall_manager_appointed(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    once(
        scene,
        |rank| rank != Rank::Other,
        |clock, evidence| {
            let mut changes = Vec::new();
            for (act, payload) in scene.acts() {
                let Payload::EmallManagerAppointed(e) = payload else {
                    continue;
                };
                evidence.extend(act.positions());
                let from = day(&e.from).unwrap_or(act.on()).max(act.on());
                changes.push((from, 1));
                let after = day(&e.to).and_then(|to| to.succ_opt());
                // Who was appointed for days that had passed was never in office.
                changes.extend(after.map(|after| (after.max(from), -1)));
            }
            clock.level = Some(Level { whole: 1, changes });
        },
    )
}

fn region_live(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    once(
        scene,
        |rank| rank == Rank::County,
        |clock, _| {
            let is_live = |payload: &Payload| matches!(payload, Payload::RegionOnboarded(_));
            clock.done = first(scene, NaiveDate::MIN, is_live);
        },
    )
}

/// The modules of the seven stages; contract and payment are one stage.
const STAGES: [SystemModule; 8] = [
    SystemModule::Budget,
    SystemModule::Intention,
    SystemModule::Plan,
    SystemModule::Execution,
    SystemModule::Contract,
    SystemModule::Payment,
    SystemModule::Acceptance,
    SystemModule::Credit,
];

fn region_full(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let is_live = |payload: &Payload| matches!(payload, Payload::RegionOnboarded(_));
    let Some(live) = first(scene, NaiveDate::MIN, is_live) else {
        return Vec::new();
    };
    if seat(scene).is_none_or(|seat| seat.rank != Rank::County) {
        return Vec::new();
    }
    // Which modules are in use after each day.
    let mut days = BTreeMap::<NaiveDate, Vec<(&Standing, SystemModule, bool)>>::new();
    days.insert(live.on, Vec::new());
    for (act, payload) in scene.acts() {
        let (module, is_in_use) = match payload {
            Payload::RegionModuleEnabled(e) => (e.module(), true),
            Payload::RegionModuleSuspended(e) => (e.module(), false),
            _ => continue,
        };
        if STAGES.contains(&module) {
            days.entry(act.on())
                .or_default()
                .push((act, module, is_in_use));
        }
    }
    let mut in_use = BTreeSet::new();
    let mut cases: Vec<Case> = Vec::new();
    let mut was_full = true;
    for (on, changes) in days {
        for (_, module, is_in_use) in &changes {
            match is_in_use {
                true => in_use.insert(*module as i32),
                false => in_use.remove(&(*module as i32)),
            };
        }
        let is_full = in_use.len() == STAGES.len();
        let positions = || changes.iter().flat_map(|(act, ..)| act.positions());
        if on < live.on {
            continue;
        }
        let done = is_full.then(|| Done {
            on,
            evidence: positions().collect(),
        });
        let is_new = on == live.on || (was_full && !is_full);
        if is_new {
            let mut subject = scene.subject("region", "");
            if on != live.on {
                subject = scene.subject("region", &on.to_string());
            }
            let mut evidence = live.evidence.clone();
            evidence.extend(positions());
            let clock = Clock {
                done,
                ..Clock::default()
            };
            cases.push(Case {
                subject,
                on,
                evidence,
                body: Body::Clock(clock),
            });
        } else if !was_full && let Some(Body::Clock(clock)) = cases.last_mut().map(|c| &mut c.body)
        {
            clock.done = done;
        }
        was_full = is_full;
    }
    cases
}

fn approval_item_grounded(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::ApprovalItemCatalogued(item) = payload else {
            continue;
        };
        let code = &item.item_code;
        let subject = scene.subject("item", code);
        if item.statutory || !item.legal_basis.is_empty() {
            let reason = "法定事项或已有依据 it is statutory or has a basis".to_owned();
            cases.push(Case::of(act, subject, Body::NotApplicable(reason)));
            continue;
        }
        let clock = Clock {
            done: first(scene, act.on(), |payload| match payload {
                Payload::ApprovalItemAbolished(e) => e.item_code == *code,
                Payload::ApprovalItemMerged(e) => e.item_code == *code,
                Payload::ApprovalItemJustified(e) => e.item_code == *code,
                _ => false,
            }),
            no_earlier: Some(act.on()),
            ..Clock::default()
        };
        cases.push(Case::of(act, subject, Body::Clock(clock)));
    }
    cases
}
