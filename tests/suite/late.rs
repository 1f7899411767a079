//! Late arrival: the events of a project reach the ledger in any order that its gates allow, and
//! the view is the same in the end, and so is what the law says of it. Only positions, and with
//! them the order of lists, differ. Orders in which a project is closed before what is left of it
//! can come are no such orders.

use std::collections::{BTreeMap, HashMap};

use bihuan::{
    events::{
        json,
        v1::{self, ActorRole},
        wire::EventSubmission,
    },
    simulate::{Expected, Simulation, SimulationConfig},
};
use prost::Message as _;
use rand::{Rng as _, seq::SliceRandom as _};
use serde_json::Value;
use tonic::Code;

use crate::{
    harness::*,
    law::{law, of_stream},
    town::*,
    views::*,
    workload::dice,
};

/// When everything is recorded: after the last day of the year that is simulated.
const AFTER: i64 = 1_704_100_000;
/// Projects whose events are put in other orders, and orders of each.
const PROJECTS: u64 = 12;
const ORDERS: u64 = 16;
/// The rule that asks how soon events are recorded.
const LAG: &str = "HY-08-LAG-1WD";
/// How far an event moves in an order that is near to what happened, at most.
const DISPLACED: usize = 12;

/// A city's year: what comes before projects, and the events of each project, in their order.
struct Year {
    before: Vec<EventSubmission>,
    projects: BTreeMap<String, Vec<EventSubmission>>,
}

fn year() -> Year {
    let simulation = Simulation::new(SimulationConfig {
        seed: 11,
        projects: 40,
        ..SimulationConfig::default()
    });
    let mut year = Year {
        before: Vec::new(),
        projects: BTreeMap::new(),
    };
    for day in simulation.days() {
        for step in day
            .steps()
            .filter(|step| step.expected == Expected::Accepted)
        {
            for submission in &step.submissions {
                let event = v1::Event::decode(submission.event.clone()).expect("an event");
                let mut parts = event.stream.split('/');
                match (parts.next(), parts.nth(1)) {
                    (Some("project"), Some(project)) => {
                        let of = year.projects.entry(project.to_owned()).or_default();
                        of.push(submission.clone());
                    }
                    (Some("organisation"), _) => year.before.push(submission.clone()),
                    (Some("budget-line" | "region"), _) if is_opening(&event) => {
                        year.before.push(submission.clone());
                    }
                    _ => {}
                }
            }
        }
    }
    year
}

/// Whether projects rest on an event: a budget line gets its money (later cuts would take what is
/// left), or the catalogue of approvals an item.
fn is_opening(event: &v1::Event) -> bool {
    use v1::event_payload::Payload;
    let payload = event
        .payload
        .as_ref()
        .and_then(|payload| payload.payload.as_ref());
    matches!(
        payload,
        Some(Payload::BudgetLineApproved(_) | Payload::ApprovalItemCatalogued(_))
    )
}

async fn send(town: &mut Town, submission: &EventSubmission) -> Result<u64, tonic::Status> {
    let request = request(vec![submission.clone()], AFTER);
    Ok(town.ask(request).await?[0].position)
}

/// A ledger with everything that comes before projects.
async fn begun(year: &Year) -> Town {
    let mut town = Town::start().await;
    for events in year.before.chunks(200) {
        let request = request(events.to_vec(), AFTER);
        town.ask(request).await.expect("nothing stands in its way");
    }
    town
}

/// Sends events in an order of chance, each again until it is accepted; `None` where the rest can
/// never be. Answers the names of events by position.
async fn sent_in(
    town: &mut Town,
    mut events: Vec<EventSubmission>,
) -> Option<HashMap<u64, String>> {
    let mut names = HashMap::new();
    while !events.is_empty() {
        let mut left = Vec::new();
        let before = names.len();
        for submission in events {
            let event = v1::Event::decode(submission.event.clone()).expect("an event");
            match send(town, &submission).await {
                Ok(position) => {
                    names.insert(position, event.source_ref);
                }
                Err(status) => {
                    // A commission of an agency may still be missing, too.
                    let is_early = matches!(
                        status.code(),
                        Code::FailedPrecondition | Code::PermissionDenied
                    );
                    assert!(is_early, "{status:?}");
                    left.push(submission);
                }
            }
        }
        if names.len() == before {
            return None;
        }
        events = left;
    }
    Some(names)
}

/// The view of a project with names for positions and every list in an order of its own.
async fn viewed(town: &Town, project: &str, names: &HashMap<u64, String>) -> Value {
    let mut client = views(&town.server).await;
    let mut asked = of_project(project);
    asked.reader = Some(v1::Reader {
        role: ActorRole::Regulator.into(),
    });
    let answer = client.get_project(asked).await.expect("a view");
    let view = answer.into_inner().project.expect("a project");
    named("ProjectView", &view, names)
}

/// What the law says of a project, likewise.
async fn judged(town: &Town, project: &str, names: &HashMap<u64, String>) -> Value {
    let mut asked = of_stream(&format!("project/{PARTITION}/{project}"));
    asked.reader = Some(v1::Reader {
        role: ActorRole::Regulator.into(),
    });
    let mut client = law(&town.server).await;
    let answer = client.get_compliance(asked).await.expect("a judgement");
    let mut judged = answer.into_inner();
    judged.reflects_position = 0;
    // Between one event's recording and another's: that is about the order of arrival itself.
    judged.obligations.retain(|of| of.rule_id != LAG);
    judged.findings.retain(|of| of.rule_id != LAG);
    named("GetComplianceResponse", &judged, names)
}

fn named(message: &str, told: &impl prost::Message, names: &HashMap<u64, String>) -> Value {
    let text = json::to_json(message, &told.encode_to_vec()).expect("JSON");
    let mut value: Value = serde_json::from_str(&text).expect("JSON");
    rename(&mut value, names);
    value
}

fn rename(value: &mut Value, names: &HashMap<u64, String>) {
    let name = |value: &mut Value| {
        let position = value.as_str().and_then(|text| text.parse::<u64>().ok());
        if let Some(name) = position.and_then(|position| names.get(&position)) {
            *value = name.clone().into();
        }
    };
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match (key.as_str(), &mut *member) {
                    ("position" | "supersededBy", member) => name(member),
                    ("positions", Value::Array(positions)) => positions.iter_mut().for_each(name),
                    _ => {}
                }
                rename(member, names);
            }
        }
        Value::Array(items) => {
            for item in &mut *items {
                rename(item, names);
            }
            items.sort_by_key(ToString::to_string);
        }
        _ => {}
    }
}

/// Where two views differ, and what each says there.
fn differences(path: &str, wanted: &Value, found: &Value, told: &mut Vec<String>) {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => {
            let keys = wanted.keys().chain(found.keys());
            for key in keys.collect::<std::collections::BTreeSet<_>>() {
                let of = |members: &serde_json::Map<String, Value>| {
                    members.get(key).cloned().unwrap_or_default()
                };
                differences(&format!("{path}.{key}"), &of(wanted), &of(found), told);
            }
        }
        (Value::Array(wanted), Value::Array(found)) => {
            let missing = wanted.iter().filter(|item| !found.contains(item));
            let added = found.iter().filter(|item| !wanted.contains(item));
            let (missing, added): (Vec<_>, Vec<_>) = (missing.collect(), added.collect());
            if let ([missing], [added]) = (&missing[..], &added[..]) {
                return differences(&format!("{path}[]"), missing, added, told);
            }
            if !missing.is_empty() || !added.is_empty() || wanted.len() != found.len() {
                told.push(format!("{path}: without {missing:?}, with {added:?}"));
            }
        }
        (wanted, found) if wanted != found => told.push(format!("{path}: {wanted}, not {found}")),
        _ => {}
    }
}

#[test]
fn orders_that_pass_the_gates_end_in_the_same_view_and_findings() {
    run(async {
        let year = year();
        let mut longest: Vec<_> = year.projects.iter().collect();
        longest.sort_by_key(|(project, events)| (std::cmp::Reverse(events.len()), *project));
        longest.truncate(PROJECTS as usize);
        let (mut passed, mut moved, mut findings, mut found) = (0, 0, 0, Vec::new());
        // One ledger for the order in which it happened, one for each other order of all projects.
        let mut wanted = HashMap::new();
        let mut town = begun(&year).await;
        for (project, events) in &longest {
            let names = sent_in(&mut town, (*events).clone()).await;
            let names = names.unwrap_or_else(|| panic!("{project}: it happened in this order"));
            let law = judged(&town, project, &names).await;
            findings += law["findings"].as_array().map_or(0, Vec::len);
            wanted.insert(*project, (viewed(&town, project, &names).await, law));
        }
        assert!(findings > 20, "{findings} findings to be met again");
        for order in 0..ORDERS {
            let mut town = begun(&year).await;
            for (number, (project, events)) in (0..).zip(&longest) {
                let mut events = (*events).clone();
                let mut dice = dice(3, "late", order * PROJECTS + number);
                if order % 2 == 0 {
                    events.shuffle(&mut dice);
                } else {
                    let mut moved: Vec<_> = events.into_iter().enumerate().collect();
                    moved.sort_by_cached_key(|(at, _)| at + dice.random_range(0..DISPLACED));
                    events = moved.into_iter().map(|(_, event)| event).collect();
                }
                let first = events.clone();
                let Some(names) = sent_in(&mut town, events).await else {
                    continue;
                };
                passed += 1;
                let mut positions: Vec<_> = names.into_iter().collect();
                positions.sort_unstable();
                let names: HashMap<_, _> = positions.iter().cloned().collect();
                let happened = year.projects[*project].iter().map(|submission| {
                    let event = v1::Event::decode(submission.event.clone());
                    event.expect("an event").source_ref
                });
                moved += usize::from(!happened.eq(positions.into_iter().map(|(_, name)| name)));
                assert_eq!(names.len(), first.len());
                let view = viewed(&town, project, &names).await;
                let law = judged(&town, project, &names).await;
                let wanted = &wanted[*project];
                let before = found.len();
                differences("view", &wanted.0, &view, &mut found);
                differences("law", &wanted.1, &law, &mut found);
                if found.len() > before {
                    found.insert(before, format!("{project}, order {order}:"));
                }
            }
        }
        assert!(found.is_empty(), "{found:#?}");
        assert!(passed >= 24, "{passed} orders passed");
        assert!(moved >= 24, "{moved} of them were other orders");
    });
}
