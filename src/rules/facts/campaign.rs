//! 重点任务: who reported the tasks of the reform plan as done, and procedures for challenges and
//! complaints (任务14).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    Fact, FactKind, Parameters,
    beside::{Member, acts_of, first_of},
    variables,
};
use crate::{
    domain::{payload::day, values::StreamKind},
    events::v1::{CampaignTaskDefined, OrganisationKind, event_payload::Payload},
    rules::case::{Body, Case, Clock, Scene},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "procedure_issued",
        kind: FactKind::Clock,
        streams: &[StreamKind::Organisation],
        zh: "财政部门、集采机构和社会代理机构印发质疑答复、投诉处理操作规程",
        en: "A finance department, the central agency or an agency issues its procedure for \
             challenges and complaints",
        variables: variables::UNIT,
        parameters: &[],
        find: procedure_issued,
    },
    task("task_01_reported", tasks::<1>),
    task("task_02_reported", tasks::<2>),
    task("task_03_reported", tasks::<3>),
    task("task_04_reported", tasks::<4>),
    task("task_05_reported", tasks::<5>),
    task("task_06_reported", tasks::<6>),
    task("task_07_reported", tasks::<7>),
    task("task_08_reported", tasks::<8>),
    task("task_09_reported", tasks::<9>),
    task("task_10_reported", tasks::<10>),
    task("task_11_reported", tasks::<11>),
    task("task_12_reported", tasks::<12>),
    task("task_13_reported", tasks::<13>),
    task("task_14_reported", tasks::<14>),
];

const fn task(name: &'static str, find: super::Find) -> Fact {
    Fact {
        name,
        kind: FactKind::Clock,
        streams: &[StreamKind::Region, StreamKind::Organisation],
        zh: "自该项任务下达之日起，至责任单位报告完成；天数为至任务规定的完成日",
        en: "From the day on which the task is set to a responsible unit's report that it is done; \
             the length is that to the last day that the task names",
        variables: variables::COMMON,
        parameters: &[],
        find,
    }
}

fn procedure_issued(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    use OrganisationKind::{Agency, CentralAgency, FinanceRegulator};
    let is_bound = |kind| matches!(kind, Agency | CentralAgency | FinanceRegulator);
    let Some(member) = Member::of(scene, is_bound) else {
        return Vec::new();
    };
    // An agency's own stream has its procedure, that of its region a finance department's.
    let mut places = vec![(StreamKind::Agency, scene.stream.id.as_str())];
    if Member::of(scene, |kind| kind == FinanceRegulator).is_some() {
        places.push((StreamKind::Region, &member.region));
        places.push((StreamKind::Unit, &scene.stream.id));
    }
    let issued = places.into_iter().flat_map(|(kind, id)| {
        let acts = acts_of(scene, kind, id);
        let is_procedure =
            |act: &&Standing| matches!(act.payload(), Some(Payload::OperatingProcedureIssued(_)));
        acts.iter()
            .filter(is_procedure)
            .cloned()
            .collect::<Vec<_>>()
    });
    let issued: Vec<Standing> = issued.collect();
    let mut clock = member.clock();
    clock.done = first_of(&issued, NaiveDate::MIN, |_| true);
    vec![Case {
        subject: scene.subject("organisation", ""),
        on: member.since,
        evidence: member.evidence,
        body: Body::Clock(clock),
    }]
}

/// The number of a task: `06`, or `2024-06` of a later year.
fn number_of(task_no: &str) -> Option<u8> {
    task_no.rsplit('-').next()?.parse().ok()
}

fn tasks<const N: u8>(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    match scene.stream.kind {
        StreamKind::Organisation => of_kinds(scene, N),
        _ => of_named(scene, N),
    }
}

/// Tasks with a number that a region set, by their own numbers.
fn set<'a>(
    acts: impl Iterator<Item = &'a Standing>,
    number: u8,
) -> BTreeMap<&'a str, (&'a Standing, &'a CampaignTaskDefined)> {
    let task = |act: &'a Standing| match act.payload()? {
        Payload::CampaignTaskDefined(e) if number_of(&e.task_no) == Some(number) => {
            Some((e.task_no.as_str(), (act, e)))
        }
        _ => None,
    };
    acts.filter_map(task).collect()
}

/// The clock of one unit and one task.
fn clock_of(
    acts: &[Standing],
    (act, task): (&Standing, &CampaignTaskDefined),
    unit: &str,
) -> Option<Clock> {
    let due_on = day(&task.due_on)?;
    let days = (due_on - act.on()).num_days().max(0);
    Some(Clock {
        length: Some(u32::try_from(days).ok()?),
        done: first_of(acts, NaiveDate::MIN, |payload| {
            matches!(payload, Payload::CampaignTaskReported(e)
                if e.task_no == task.task_no && e.unit == unit)
        }),
        ..Clock::default()
    })
}

/// Units that a task names, in the region's stream.
fn of_named(scene: &Scene<'_>, number: u8) -> Vec<Case> {
    let acts = scene.timeline.standing();
    let mut cases = Vec::new();
    for (task_no, of) in set(acts.iter(), number) {
        for unit in &of.1.responsible {
            let subject = scene.subject("task", &format!("{task_no}/{unit}"));
            if let Some(clock) = clock_of(acts, of, unit) {
                cases.push(Case::of(of.0, subject, Body::Clock(clock)));
            }
        }
    }
    cases
}

/// An organisation that is responsible since all of its kind are, in its own stream.
fn of_kinds(scene: &Scene<'_>, number: u8) -> Vec<Case> {
    let is_any = |kind| kind != OrganisationKind::Supplier;
    let Some(member) = Member::of(scene, is_any) else {
        return Vec::new();
    };
    let unit = scene.stream.id.as_str();
    let partition = &scene.stream.partition;
    let city = format!("{partition}00");
    let mut regions = vec![city.clone()];
    if member.region != city {
        regions.push(member.region.clone());
    }
    let mut cases = Vec::new();
    for region in regions {
        let acts = acts_of(scene, StreamKind::Region, &region);
        for (task_no, (act, task)) in set(acts.iter(), number) {
            if task.responsible.iter().any(|named| named == unit) {
                continue;
            }
            // A city's task binds the units of its own level, and all else of its counties too.
            let is_own = member.region == region;
            let is_bound = |kind: OrganisationKind| {
                (is_own || kind != OrganisationKind::BudgetUnit)
                    && task.responsible_kinds().any(|of| of == kind)
            };
            let Some(bound) = Member::of(scene, is_bound) else {
                continue;
            };
            let due_on = day(&task.due_on);
            if due_on.is_none_or(|due_on| due_on < bound.since) {
                continue;
            }
            let Some(mut clock) = clock_of(&acts, (act, task), unit) else {
                continue;
            };
            clock.void = bound.ended;
            let subject = format!("task/{partition}/{region}/{task_no}/{unit}");
            let mut case = Case::of(act, subject, Body::Clock(clock));
            case.evidence.extend(bound.evidence);
            cases.push(case);
        }
    }
    cases
}
