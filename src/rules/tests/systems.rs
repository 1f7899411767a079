//! Examples of rules on systems and the registry.

use super::{Example, Shows, Told, day};
use crate::{
    domain::testkit::{
        LINE, REGULATOR, UNIT, World, budget_line_adjusted, budget_line_approved,
        source_system_registered, sync_batch_received,
    },
    domain::values::StreamKind,
    events::v1,
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "SYS-SYNC-1WD",
        shows: Shows::Kept,
        today: "2023-09-28",
        tells: |told| batches(told, &[("2023-09-28", "2023-09-28")]),
        says: "met, due 2023-10-07",
    },
    Example {
        rule: "SYS-SYNC-1WD",
        shows: Shows::AtTheBound,
        today: "2023-10-07",
        tells: |told| batches(told, &[("2023-09-28", "2023-10-07")]),
        says: "met, due 2023-10-07; pending, due 2023-10-08",
    },
    Example {
        rule: "SYS-SYNC-1WD",
        shows: Shows::Broken,
        today: "2023-10-08",
        tells: |told| batches(told, &[("2023-09-28", "2023-10-08")]),
        says: "late 1/1, due 2023-10-07; overdue 0/0, due 2023-10-08; pending, due 2023-10-09",
    },
    Example {
        rule: "SYS-SYNC-1WD",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            told.is_of(StreamKind::System, "NEW_SYSTEM");
            told.tell(source_system_registered("NEW_SYSTEM"));
        },
        says: "",
    },
    Example {
        rule: "SYS-UNREG",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            known(told, &[REGULATOR, UNIT]);
            told.tell(budget_line_approved(LINE));
        },
        says: "kept; kept",
    },
    Example {
        rule: "SYS-UNREG",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            known(told, &[REGULATOR, UNIT]);
            told.tell(budget_line_approved(LINE));
            told.tell(budget_line_adjusted(1));
        },
        says: "kept; kept",
    },
    Example {
        rule: "SYS-UNREG",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            known(told, &[REGULATOR]);
            told.tell(budget_line_approved(LINE));
        },
        says: "broken; kept",
    },
    Example {
        rule: "SYS-UNREG",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| told.is_of(StreamKind::BudgetLine, LINE),
        says: "",
    },
];

/// Batches by business day and day of receipt; the system's stream is told of.
fn batches(told: &mut Told, batches: &[(&str, &str)]) {
    told.is_of(StreamKind::System, "BUDGET_INT");
    for (business_day, on) in batches {
        let batch = v1::SyncBatchReceived {
            batch_id: (*business_day).into(),
            business_day: (*business_day).into(),
            ..sync_batch_received()
        };
        let mut fact = World::new().fact(batch);
        fact.legal_date = day(on);
        told.push(fact, day(on), None);
    }
}

/// The registry knows organisations; the stream of a budget line is told of.
fn known(told: &mut Told, organisations: &[&str]) {
    told.is_of(StreamKind::BudgetLine, LINE);
    for uscc in organisations {
        let registry = v1::RegistryView {
            registered: true,
            ..v1::RegistryView::default()
        };
        told.organisations.insert((*uscc).into(), registry);
    }
}
