//! A year of a simulated city: figures of the tables against sums over its events and over what the
//! rules say, made another way.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock},
};

use prost::Message as _;

use super::kit::{City, Picture, Streams, judged};
use crate::{
    domain::{
        decider::{Fact, HistoryItem},
        payload::{day_of, legal_day, payload_of},
        values::{StreamKind, StreamName},
    },
    events::v1::{self, event_payload::Payload},
    rules::{
        testkit::{Told, day},
        verdict::{Obligation, ObligationStatus},
    },
    simulate::{Day, Expected, Simulation, SimulationConfig},
    supervision::metrics::{self, CATALOGUE, Dimension, Query, Shape},
    views::{AsOf, Timeline},
};

const AT: &str = "2023-12-31";

/// The year that is looked at.
static YEAR: LazyLock<City> = LazyLock::new(simulate);

/// The year of a city, as its sources recorded it.
fn simulate() -> City {
    let simulation = Simulation::new(SimulationConfig {
        seed: 11,
        projects: 160,
        ..SimulationConfig::default()
    });
    let mut streams = BTreeMap::<StreamName, Told>::new();
    let mut names = HashMap::<(String, String), u64>::new();
    let mut next = 0;
    let days: Vec<_> = simulation.days().collect();
    let steps = days.iter().flat_map(Day::steps);
    for step in steps.filter(|step| step.expected == Expected::Accepted) {
        for submission in &step.submissions {
            let event = v1::Event::decode(submission.event.clone()).expect("decodes");
            let stream = StreamName::parse(&event.stream).expect("a stream");
            let payload = payload_of(&event).expect("a payload");
            let occurred = event.occurred_at.as_ref().and_then(day_of);
            let amends = match payload {
                Payload::EventCorrected(e) => e.corrects.as_ref(),
                Payload::EventVoided(e) => e.voids.as_ref(),
                _ => None,
            };
            let name = |name: &v1::EventName| (name.source_system.clone(), name.source_ref.clone());
            let amends = amends.map(|of| names[&name(of)]);
            let legal_date = legal_day(payload).or(occurred).expect("a day");
            names.insert(
                (event.source_system.clone(), event.source_ref.clone()),
                next,
            );
            let told = streams.entry(stream.clone());
            let told = told.or_insert_with(|| {
                let mut told = Told::of(stream.kind, &stream.id);
                told.stream = stream.clone();
                told
            });
            let item = HistoryItem {
                position: next,
                fact: Arc::new(Fact {
                    event,
                    stream,
                    legal_date,
                }),
                amends,
            };
            told.history.push(step.recorded_at_us, item);
            next += 1;
        }
    }
    let mut city = City::default();
    for told in streams.into_values() {
        register(&mut city, &told);
        city.told.push(told);
    }
    city
}

/// What the registry and the thresholds tell.
fn register(city: &mut City, told: &Told) {
    let timeline = Timeline::new(&told.history, AsOf::default());
    for act in timeline.standing() {
        match act.payload() {
            Some(Payload::OrganisationRegistered(e)) => {
                let view = v1::RegistryView {
                    registered: true,
                    kinds: e.kinds.clone(),
                    region: e.region.clone(),
                    ..v1::RegistryView::default()
                };
                city.organisations.insert(e.uscc.clone(), view);
            }
            Some(Payload::ThresholdProfilePublished(e)) if e.region == "430400" => {
                city.thresholds.push(e.clone());
            }
            _ => {}
        }
    }
}

/// The obligations of rules in a city that were done or are due.
fn decided(city: &City, rules: &[&str]) -> Vec<Obligation> {
    let around = Streams::of(city);
    let judgements = city.told.iter().map(|told| judged(told, &around, day(AT)));
    let obligations = judgements.flat_map(|judgement| judgement.obligations);
    obligations
        .filter(|of| rules.contains(&of.rule_id.as_str()))
        .filter(|of| {
            use ObligationStatus::{Late, Met, Overdue};
            matches!(of.status, Late | Met | Overdue)
        })
        .collect()
}

/// Numerator and denominator of those that were met.
fn met(obligations: &[Obligation]) -> (i64, i64) {
    let met = obligations
        .iter()
        .filter(|of| of.status == ObligationStatus::Met);
    (met.count() as i64, obligations.len() as i64)
}

fn share(picture: &Picture, metric: &str) -> (i64, i64) {
    let (numerator, denominator, _) = picture.figure(metric);
    (numerator, denominator)
}

#[test]
fn shares_of_a_year_are_those_of_its_obligations() {
    let city = &*YEAR;
    let picture = city.at(AT);
    for (metric, rules) in [
        ("M-06", &["HY-06-PAY-30D", "HY-06-PAY-AGREED"][..]),
        ("M-03A", &["HY-03-ACC-UPLOAD-5WD"]),
        ("M-14R", &["HY-14-REPLY-7WD"]),
        ("M-14D", &["HY-14-DECIDE-30WD"]),
    ] {
        let obligations = decided(city, rules);
        assert!(!obligations.is_empty(), "{metric}");
        assert_eq!(share(&picture, metric), met(&obligations), "{metric}");
    }
}

/// What counts in the streams of a kind by the end of the day.
fn sum(city: &City, kind: StreamKind, of: impl Fn(&Payload) -> i64) -> i64 {
    let as_of = AsOf {
        legal_date: Some(day(AT)),
        recorded_us: None,
    };
    let told = city.told.iter().filter(|told| told.stream.kind == kind);
    told.map(|told| {
        let timeline = Timeline::new(&told.history, as_of);
        let payloads = timeline.standing().iter().filter_map(|act| act.payload());
        payloads.map(&of).sum::<i64>()
    })
    .sum()
}

#[test]
fn sums_of_a_year_are_those_of_its_events() {
    let city = &*YEAR;
    let picture = city.at(AT);
    let signed = sum(city, StreamKind::Project, |payload| match payload {
        Payload::ContractSigned(e) => e.amount_fen,
        _ => 0,
    });
    assert!(signed > 0);
    assert_eq!(share(&picture, "M-05P").1, signed);
    let paid = |kind| {
        sum(city, kind, |payload| match payload {
            Payload::PaymentExecuted(e) => e.amount_fen,
            Payload::PaymentReturned(e) => -e.amount_fen,
            _ => 0,
        })
    };
    let paid = paid(StreamKind::Project) + paid(StreamKind::Order);
    assert_eq!(picture.number("SELECT sum(paid_fen) FROM contracts"), paid);
    let disbursed = sum(city, StreamKind::Project, |payload| match payload {
        Payload::FinancingDisbursed(e) => e.amount_fen,
        _ => 0,
    });
    assert_eq!(share(&picture, "M-09A").0, disbursed);
    let small = sum(city, StreamKind::Unit, |payload| {
        i64::from(matches!(payload, Payload::SmallPurchaseRecorded(_)))
    });
    assert_eq!(
        picture.number("SELECT count(*) FROM small_purchases"),
        small
    );
    let approvals = sum(city, StreamKind::Project, |payload| {
        i64::from(matches!(payload, Payload::ApprovalRequested(_)))
    });
    assert_eq!(share(&picture, "M-12N").0, approvals);
}

#[test]
fn groups_of_a_year_add_up_to_the_whole_and_to_the_rows_behind() {
    let city = &*YEAR;
    let picture = city.at(AT);
    let mut answered = 0;
    for metric in CATALOGUE.iter() {
        let Some(whole) = picture.whole(metric.id) else {
            continue;
        };
        answered += 1;
        for dimension in metric.dimensions {
            let query = Query {
                dimension: *dimension,
                ..picture.query(metric.id)
            };
            let groups = picture.values(&query);
            let rows: i64 = groups.iter().map(|value| value.rows_count).sum();
            assert_eq!(rows, whole.rows_count, "{} {dimension:?}", metric.id);
            if matches!(metric.shape, Shape::Share | Shape::Mean | Shape::Sum) {
                let sum: i64 = groups.iter().map(|value| value.numerator).sum();
                assert_eq!(sum, whole.numerator, "{} {dimension:?}", metric.id);
            }
            let Some(group) = groups.last() else {
                continue;
            };
            let behind = metrics::behind(&picture.connection, &query, &group.key, 100_000, None);
            let behind = behind.expect("reads");
            assert_eq!(
                behind.len() as i64,
                group.rows_count,
                "{} {dimension:?}",
                metric.id
            );
        }
    }
    assert!(answered > 50, "{answered} of {}", CATALOGUE.len());
    let of = |metric: &str| picture.figure(metric);
    assert_eq!(of("M-08S").1, 7 * of("M-08").1);
    assert_eq!(of("M-10U").1, of("M-02").1);
    let typed = picture.groups("M-08A", Dimension::Whole);
    assert!(typed[0].1 * 10 > typed[0].2 * 9, "{typed:?}");
}
