//! Approvals on the way: how long they take, and whether they may be asked for at all.

use chrono::NaiveDate;

use super::{
    Fact,
    FactKind::{Clock as IsClock, Content as IsContent},
    Parameters,
    beside::acts_of,
    pauses::Pauses,
    variables,
};
use crate::{
    domain::{calendar::Pause, payload::day, values::StreamKind},
    events::v1::{self, DayUnit, event_payload::Payload},
    rules::case::{Body, Case, Clock, Scene, first},
    views::Standing,
};

/// The one pause that an approval can be in.
const SUPPLEMENT: &str = "supplement";

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "approval_decided",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自提出审批申请之日起，至作出审批决定；期限以审批事项目录所载为准（日历日期限届满日遇休息日顺延），补充材料\
             期间不计入，撤回的不再计算",
        en: "From a request for an approval to its decision; the region's catalogue may set the \
             time (in calendar days it moves on to a working day); waiting for papers does not \
             count",
        variables: variables::PROJECT,
        parameters: &[],
        find: decided,
    },
    Fact {
        name: "approval_item_stands",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "所申请的审批事项在申请之日是否已取消或者合并",
        en: "Whether the item that is applied for was abolished or merged on the day of the \
             request",
        variables: variables::PROJECT,
        parameters: &[],
        find: item_stands,
    },
];

type Requested<'a> = (&'a Standing, &'a v1::ApprovalRequested);

fn requests<'a>(scene: &Scene<'a>) -> impl Iterator<Item = Requested<'a>> + use<'a> {
    scene.acts().filter_map(|(act, payload)| match payload {
        Payload::ApprovalRequested(requested) => Some((act, requested)),
        _ => None,
    })
}

/// What the region's catalogue says of an item on a day.
#[derive(Default)]
struct Item {
    is_known: bool,
    limit: Option<(u32, DayUnit)>,
    /// The first day without it, and why.
    ended: Option<(NaiveDate, String)>,
    evidence: Vec<u64>,
}

fn item(scene: &Scene<'_>, requested: &v1::ApprovalRequested, on: NaiveDate) -> Item {
    let catalogue = acts_of(scene, StreamKind::Region, &requested.item_region);
    let mut item = Item::default();
    for act in catalogue.iter() {
        match act.payload() {
            Some(Payload::ApprovalItemCatalogued(e))
                if e.item_code == requested.item_code && act.on() <= on =>
            {
                item.is_known = true;
                let limit = e.limit_days.and_then(|days| u32::try_from(days).ok());
                item.limit = limit.map(|days| (days, e.limit_unit()));
            }
            Some(Payload::ApprovalItemAbolished(e)) if e.item_code == requested.item_code => {
                let reason = format!("已由{}取消 abolished by {0}", e.doc_no);
                item.ended = day(&e.effective_on).map(|from| (from, reason));
            }
            Some(Payload::ApprovalItemMerged(e)) if e.item_code == requested.item_code => {
                let reason = format!("已由{}并入{} merged into {1} by {0}", e.doc_no, e.into);
                item.ended = day(&e.effective_on).map(|from| (from, reason));
            }
            _ => continue,
        }
        item.evidence.extend(act.positions());
    }
    item
}

/// What bears on the pauses of an approval: its number.
fn of_pauses(payload: &Payload) -> Option<&str> {
    Some(match payload {
        Payload::ApprovalSupplementRequested(e) => &e.approval_id,
        Payload::ApprovalSupplemented(e) => &e.approval_id,
        Payload::ApprovalDecided(e) => &e.approval_id,
        Payload::ApprovalWithdrawn(e) => &e.approval_id,
        _ => return None,
    })
}

/// Days on which papers are waited for.
fn pauses<'a>(scene: &Scene<'a>, id: &str) -> Pauses<'a> {
    let acts = scene
        .acts()
        .filter(|(_, payload)| of_pauses(payload) == Some(id));
    let mut acts: Vec<_> = acts.collect();
    acts.sort_by_key(|(act, _)| (act.on(), act.position));
    let mut pauses = Pauses::default();
    for (act, payload) in acts {
        match payload {
            Payload::ApprovalSupplementRequested(_) => pauses.begin(SUPPLEMENT, act),
            Payload::ApprovalSupplemented(_) => pauses.end(SUPPLEMENT, act),
            _ => pauses.end_all(act.on()),
        }
    }
    pauses
}

/// The working days of so many calendar days: up to the last of them that counts, moved on to a
/// working day that counts.
fn in_workdays(scene: &Scene<'_>, from: NaiveDate, days: u32, pauses: &[Pause]) -> u32 {
    let is_paused = |day: NaiveDate| pauses.iter().any(|p| p.after < day && day <= p.until);
    let (mut left, mut workdays) = (days, 0);
    if days == 0 {
        return 0;
    }
    for day in from.iter_days().skip(1).filter(|day| !is_paused(*day)) {
        let is_workday = scene.calendar.is_workday(day);
        workdays += u32::from(is_workday);
        left = left.saturating_sub(1);
        if left == 0 && is_workday {
            break;
        }
    }
    workdays
}

fn decided(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let clock = |(act, requested): Requested<'_>| {
        let id = requested.approval_id.as_str();
        let item = item(scene, requested, act.on());
        let pauses = pauses(scene, id);
        let evidence = [pauses.evidence.as_slice(), item.evidence.as_slice()].concat();
        let pauses = pauses.spans(scene);
        let length = item.limit.map(|(days, unit)| match unit {
            DayUnit::Cd => in_workdays(scene, act.on(), days, &pauses),
            DayUnit::Wd | DayUnit::Unspecified => days,
        });
        let ended = first(scene, act.on(), |payload| match payload {
            Payload::ApprovalWithdrawn(e) => e.approval_id == id,
            Payload::PlanCancelled(_) => true,
            _ => false,
        });
        let reason = "申请已撤回或者计划已取消 the request was withdrawn or the plan cancelled";
        let clock = Clock {
            length,
            pauses,
            done: first(
                scene,
                act.on(),
                |payload| matches!(payload, Payload::ApprovalDecided(e) if e.approval_id == id),
            ),
            void: ended.map(|by| (by.on, reason.to_owned())),
            ..Clock::default()
        };
        let mut case = Case::of(act, scene.subject("approval", id), Body::Clock(clock));
        case.evidence.extend(evidence);
        case
    };
    requests(scene).map(clock).collect()
}

fn item_stands(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let content = |(act, requested): Requested<'_>| {
        let item = item(scene, requested, act.on());
        let code = &requested.item_code;
        let ended = item.ended.filter(|(from, _)| *from <= act.on());
        let body = match ended {
            Some((from, reason)) => Body::Content(vec![format!(
                "事项{code}自{from}起{reason}, from {from} on"
            )]),
            None if item.is_known => Body::Content(Vec::new()),
            None => Body::NotApplicable(format!(
                "审批事项目录无事项{code} the catalogue has no item {code}"
            )),
        };
        let subject = scene.subject("approval", &requested.approval_id);
        let mut case = Case::of(act, subject, body);
        case.evidence.extend(item.evidence);
        case
    };
    requests(scene).map(content).collect()
}
