//! Systems that push events, and organisations that the registry does not know.

use std::collections::BTreeMap;

use super::{Fact, FactKind, Parameters, variables};
use crate::{
    domain::{payload::day, values::StreamKind},
    events::v1::event_payload::Payload,
    rules::case::{Body, Case, Clock, Done, Scene},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "batch_received",
        kind: FactKind::Clock,
        streams: &[StreamKind::System],
        zh: "自来源系统首个同步批次的业务日起，每个工作日至收到该日批次",
        en: "From each working day since the first batch of a source system to the receipt of the \
             batch of that day",
        variables: variables::COMMON,
        parameters: &[],
        find: batch_received,
    },
    Fact {
        name: "organisation_registered",
        kind: FactKind::Exists,
        streams: &[
            StreamKind::BudgetLine,
            StreamKind::Project,
            StreamKind::Order,
            StreamKind::Framework,
            StreamKind::Unit,
            StreamKind::Supplier,
            StreamKind::Agency,
            StreamKind::Venue,
            StreamKind::Library,
            StreamKind::Region,
        ],
        zh: "事件的操作主体，以及作为采购人、代理机构、供应商、收款人、银行的单位，是否已登记",
        en: "Whether an organisation is registered that acted, or that an event names as \
             purchaser, agency, supplier, payee or bank",
        variables: variables::COMMON,
        parameters: &[],
        find: organisation_registered,
    },
];

fn batch_received(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut batches = BTreeMap::new();
    for (act, payload) in scene.acts() {
        if let Payload::SyncBatchReceived(batch) = payload
            && let Some(of) = day(&batch.business_day)
        {
            batches.entry(of).or_insert(act);
        }
    }
    let Some((first, began)) = batches.first_key_value().map(|(on, act)| (*on, *act)) else {
        return Vec::new();
    };
    let case = |on| {
        let subject = scene.subject("system", &format!("{on}"));
        let clock = Clock {
            done: batches.get(&on).map(|act| Done::by(act)),
            ..Clock::default()
        };
        let mut case = Case::of(began, subject, Body::Clock(clock));
        case.on = on;
        case
    };
    let days = first.iter_days().take_while(|day| *day <= scene.today);
    days.filter(|day| scene.calendar.is_workday(*day))
        .map(case)
        .collect()
}

/// The organisations that an event names in roles that the registry should know.
fn named(payload: &Payload) -> Vec<&str> {
    match payload {
        Payload::BudgetLineApproved(e) => vec![&e.unit],
        Payload::IntentionPublished(e) => vec![&e.unit],
        Payload::PlanFiled(e) => vec![&e.unit, &e.agency],
        Payload::AgencyDelegated(e) => vec![&e.agency],
        Payload::WinnerDetermined(e) => vec![&e.supplier],
        Payload::AwardRecorded(e) => vec![&e.supplier],
        Payload::ContractSigned(e) => vec![&e.buyer, &e.supplier],
        Payload::PaymentRequested(e) => vec![&e.payee],
        Payload::EmallOrderPlaced(e) => vec![&e.unit, &e.supplier],
        Payload::FinancingApplied(e) => vec![&e.bank],
        Payload::SupplierLibraryReported(e) => vec![&e.owner],
        Payload::FrameworkAgreementSigned(e) => vec![&e.supplier],
        _ => Vec::new(),
    }
}

fn organisation_registered(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut seen = BTreeMap::<&str, &Standing>::new();
    for (act, payload) in scene.acts() {
        let actor = act.fact.event.actor_org.as_str();
        for uscc in named(payload).into_iter().chain([actor]) {
            if !uscc.is_empty() {
                seen.entry(uscc).or_insert(act);
            }
        }
    }
    let case = |(uscc, act): (&str, &Standing)| {
        let registry = scene.around.organisation(uscc);
        let is_known = registry.is_some_and(|registry| registry.registered);
        let subject = scene.subject("organisation", uscc);
        Case::of(act, subject, Body::Exists(is_known))
    };
    seen.into_iter().map(case).collect()
}
