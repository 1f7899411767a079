//! Examples of rules on the tasks of the reform plan.

use super::{Example, Shows, Told, unit::registered};
use crate::{
    domain::testkit::{
        AGENCY, CENTRAL, COUNTY, REGION, REGULATOR, SUPPLIER, UNIT, UNIT_2, organisation_closed,
        organisation_registered,
        oversight::{campaign_task_defined, campaign_task_reported},
    },
    domain::values::StreamKind,
    events::v1::{self, OrganisationKind},
};

/// The examples of this family: those given, and the same ones of each task.
macro_rules! examples {
    ([$($given:expr),* $(,)?], $($rule:literal: $task:literal),* $(,)?) => {
        &[$($given,)* $(
            Example {
                rule: $rule,
                shows: Shows::Kept,
                today: "2023-12-31",
                tells: kept::<$task>,
                says: "met, due 2023-10-31; pending, due 2024-10-31",
            },
            Example {
                rule: $rule,
                shows: Shows::AtTheBound,
                today: "2023-12-31",
                tells: of_kind::<$task>,
                says: "met, due 2023-10-31",
            },
            Example {
                rule: $rule,
                shows: Shows::Broken,
                today: "2023-11-01",
                tells: broken::<$task>,
                says: "overdue 1/1, due 2023-10-31",
            },
            Example {
                rule: $rule,
                shows: Shows::NotApplicable,
                today: "2023-12-31",
                tells: elsewhere::<$task>,
                says: "",
            },
            Example {
                rule: $rule,
                shows: Shows::NotApplicable,
                today: "2023-12-31",
                tells: closed::<$task>,
                says: "void, due 2023-10-31",
            },
        )*]
    };
}

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = examples!(
    [
    Example {
        rule: "HY-14-SOP",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            registered(told, AGENCY, OrganisationKind::Agency, "2023-01-03");
            procedure(told, StreamKind::Agency, AGENCY, "2023-06-01");
        },
        says: "met, due 2023-12-31",
    },
    Example {
        rule: "HY-14-SOP",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            registered(
                told,
                REGULATOR,
                OrganisationKind::FinanceRegulator,
                "2023-01-03",
            );
            procedure(told, StreamKind::Region, REGION, "2023-12-31");
        },
        says: "met, due 2023-12-31",
    },
    Example {
        rule: "HY-14-SOP",
        shows: Shows::Broken,
        today: "2024-01-02",
        tells: |told| {
            registered(told, CENTRAL, OrganisationKind::CentralAgency, "2023-01-03");
            procedure(told, StreamKind::Region, REGION, "2023-06-01");
        },
        says: "overdue 2/1, due 2023-12-31",
    },
    Example {
        rule: "HY-14-SOP",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| registered(told, SUPPLIER, OrganisationKind::Supplier, "2023-01-03"),
        says: "",
    },
    ],
    "HY-01-TASK": 1,
    "HY-02-TASK": 2,
    "HY-03-TASK": 3,
    "HY-04-TASK": 4,
    "HY-05-TASK": 5,
    "HY-06-TASK": 6,
    "HY-07-TASK": 7,
    "HY-08-TASK": 8,
    "HY-09-TASK": 9,
    "HY-10-TASK": 10,
    "HY-11-TASK": 11,
    "HY-12-TASK": 12,
    "HY-13-TASK": 13,
    "HY-14-TASK": 14,
);

fn procedure(told: &mut Told, kind: StreamKind, id: &str, on: &str) {
    let issued = v1::OperatingProcedureIssued {
        procedure_id: "OP-1".into(),
        title: "质疑答复和投诉处理操作规程".into(),
        doc_no: "衡财购〔2023〕14号".into(),
        issued_on: on.into(),
    };
    told.tell_beside(kind, id, issued);
}

fn task(
    task_no: &str,
    responsible: &[&str],
    kinds: &[OrganisationKind],
) -> v1::CampaignTaskDefined {
    v1::CampaignTaskDefined {
        task_no: task_no.into(),
        responsible: responsible.iter().map(|unit| (*unit).into()).collect(),
        responsible_kinds: kinds.iter().map(|kind| (*kind).into()).collect(),
        due_on: "2023-10-31".into(),
        defined_on: "2023-01-16".into(),
        ..campaign_task_defined()
    }
}

fn reported(task_no: &str, unit: &str, on: &str) -> v1::CampaignTaskReported {
    v1::CampaignTaskReported {
        task_no: task_no.into(),
        unit: unit.into(),
        completed_on: on.into(),
        ..campaign_task_reported()
    }
}

/// A unit that is named reports; the same task of the next year is not due yet.
fn kept<const N: u8>(told: &mut Told) {
    told.is_of(StreamKind::Region, REGION);
    told.tell(task(&format!("{N:02}"), &[UNIT], &[]));
    let mut next = task(&format!("2024-{N:02}"), &[UNIT], &[]);
    next.due_on = "2024-10-31".into();
    told.tell(next);
    told.tell(task(&format!("{:02}", N + 1), &[UNIT_2], &[]));
    told.tell(reported(&format!("{N:02}"), UNIT, "2023-06-01"));
}

/// Units of the city are responsible as a whole; one reports on the last day.
fn of_kind<const N: u8>(told: &mut Told) {
    let number = format!("{N:02}");
    let defined = task(&number, &[UNIT], &[OrganisationKind::BudgetUnit]);
    told.tell_beside(StreamKind::Region, REGION, defined);
    let done = reported(&number, UNIT_2, "2023-10-31");
    told.tell_beside(StreamKind::Region, REGION, done);
    registered(told, UNIT_2, OrganisationKind::BudgetUnit, "2023-01-03");
}

/// Another unit reports than the one that is named.
fn broken<const N: u8>(told: &mut Told) {
    told.is_of(StreamKind::Region, REGION);
    told.tell(task(&format!("{N:02}"), &[UNIT], &[]));
    told.tell(reported(&format!("{N:02}"), UNIT_2, "2023-06-01"));
}

/// A unit of a county does not answer for the city's task.
fn elsewhere<const N: u8>(told: &mut Told) {
    let defined = task(&format!("{N:02}"), &[], &[OrganisationKind::BudgetUnit]);
    told.tell_beside(StreamKind::Region, REGION, defined);
    told.is_of(StreamKind::Organisation, UNIT_2);
    told.tell(v1::OrganisationRegistered {
        on: "2023-01-03".into(),
        ..organisation_registered(UNIT_2, OrganisationKind::BudgetUnit, COUNTY)
    });
}

/// An agency is responsible with all of its kind, and closes before the last day.
fn closed<const N: u8>(told: &mut Told) {
    let defined = task(&format!("{N:02}"), &[], &[OrganisationKind::Agency]);
    told.tell_beside(StreamKind::Region, REGION, defined);
    registered(told, AGENCY, OrganisationKind::Agency, "2023-01-03");
    told.tell(v1::OrganisationClosed {
        on: "2023-09-01".into(),
        ..organisation_closed(AGENCY)
    });
}
