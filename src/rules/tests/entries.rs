//! Examples of rules on who entered the facts.

use super::{Example, Shows, Told};
use crate::{
    domain::testkit::{LAST_DAY, REGION, World, payment_executed, plan_filed},
    domain::{payload::legal_day, values::StreamKind},
    events::v1::{self, SystemModule, event_payload::Payload},
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "HY-08-MANUAL",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            enabled(told, SystemModule::Payment, "2024-01-01");
            told.tell(payment_executed());
        },
        says: "kept",
    },
    Example {
        rule: "HY-08-MANUAL",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            enabled(told, SystemModule::Payment, "2024-01-01");
            typed(told, payment_executed());
            told.tell(payment_executed());
        },
        says: "broken",
    },
    // Paid on 8 April.
    Example {
        rule: "HY-08-MANUAL",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            enabled(told, SystemModule::Payment, "2024-04-08");
            typed(told, payment_executed());
        },
        says: "broken",
    },
    Example {
        rule: "HY-08-MANUAL",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            enabled(told, SystemModule::Payment, "2024-04-09");
            typed(told, payment_executed());
        },
        says: "not applicable",
    },
    Example {
        rule: "HY-08-MANUAL",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            enabled(told, SystemModule::Payment, "2024-01-01");
            suspended(told, SystemModule::Payment, "2024-04-08");
            typed(told, payment_executed());
        },
        says: "not applicable",
    },
    // Of several stages each has its own module.
    Example {
        rule: "HY-08-MANUAL",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            enabled(told, SystemModule::Plan, "2024-01-01");
            typed(told, payment_executed());
        },
        says: "not applicable",
    },
];

fn enabled(told: &mut Told, module: SystemModule, on: &str) {
    let enabled = v1::RegionModuleEnabled {
        region: REGION.into(),
        module: module.into(),
        enabled_on: on.into(),
    };
    told.tell_beside(StreamKind::Region, REGION, enabled);
}

fn suspended(told: &mut Told, module: SystemModule, on: &str) {
    let suspended = v1::RegionModuleSuspended {
        region: REGION.into(),
        module: module.into(),
        reason: "系统升级".into(),
        suspended_on: on.into(),
    };
    told.tell_beside(StreamKind::Region, REGION, suspended);
}

/// A fact that a purchaser's own system sent.
fn typed(told: &mut Told, payload: impl Into<Payload>) {
    let payload = payload.into();
    let on = legal_day(&payload).unwrap_or(LAST_DAY);
    let mut fact = World::new().fact(payload);
    fact.event.source_system = "INTRANET".into();
    told.push(fact, on, None);
}

#[test]
fn what_was_typed_in_is_named_with_the_system_that_it_came_from() {
    let mut told = Told::new();
    enabled(&mut told, SystemModule::Payment, "2024-01-01");
    enabled(&mut told, SystemModule::Plan, "2024-01-01");
    told.tell(plan_filed());
    typed(&mut told, payment_executed());
    let paid = told.next - 1;
    let judgement = told.judged("2024-12-31");
    let found = judgement.findings.iter();
    let found: Vec<_> = found.filter(|of| of.rule_id == "HY-08-MANUAL").collect();
    let [finding] = found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(finding.subject, "stage/4304/PJ-1/PAYMENT");
    assert_eq!(finding.details, ["PaymentExecuted（INTRANET）"]);
    assert_eq!(finding.evidence, [paid]);
    assert_eq!(finding.on.to_string(), "2024-04-08");
    let kept = judgement.kept.iter();
    let kept: Vec<_> = kept.filter(|(rule, _)| rule == "HY-08-MANUAL").collect();
    assert_eq!(kept.len(), 1, "the plan came from its own system");
}
