//! A year of the simulator, held against its own promises.

mod oracle;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::Datelike as _;
use prost::Message as _;

use super::{Day, Expected, Plant, Simulation, SimulationConfig, Step};
use crate::{
    domain::{shape::checker, values::local_date},
    events::{
        commitment::{Part, commitment},
        descriptor::schema,
        v1::Event,
    },
};

fn simulation(seed: u64, projects: u32) -> Simulation {
    Simulation::new(SimulationConfig {
        seed,
        projects,
        ..SimulationConfig::default()
    })
}

#[test]
fn repeats_a_year_from_its_seed() {
    let days = |seed| simulation(seed, 60).days().collect::<Vec<Day>>();
    assert_eq!(days(1), days(1));
    assert_ne!(days(1), days(2));
    let simulation = simulation(3, 60);
    assert!(simulation.days().eq(simulation.days()));
}

#[test]
fn sends_each_source_its_steps_in_order_of_time() {
    let mut last_day = 0;
    for day in simulation(1, 200).days() {
        for phase in &day.phases {
            let first = phase
                .steps
                .iter()
                .map(|step| step.recorded_at_us)
                .min()
                .unwrap();
            assert!(first > last_day, "{}", day.date);
            for steps in phase.by_source().values() {
                assert!(steps.is_sorted_by_key(|step| step.recorded_at_us));
            }
            last_day = phase
                .steps
                .iter()
                .map(|step| step.recorded_at_us)
                .max()
                .unwrap();
        }
        let seconds = (last_day / 1_000_000).cast_signed();
        assert_eq!(local_date(seconds, 0), Some(day.date));
    }
}

#[test]
fn plants_every_kind_of_refusal_in_a_year() {
    let mut labels = BTreeMap::<_, u32>::new();
    for day in simulation(1, 2000).days() {
        for step in day.steps() {
            *labels.entry(step.label).or_default() += 1;
        }
    }
    println!("{labels:#?}");
    let missing: Vec<_> = Plant::ALL
        .into_iter()
        .filter(|p| !labels.contains_key(p.label()))
        .collect();
    assert_eq!(missing, []);
    assert!(labels["sent again"] > 100);
}

#[test]
fn gives_every_event_its_own_name_and_right_commitments() {
    let mut names = HashMap::new();
    for day in simulation(1, 300).days() {
        for step in day.steps() {
            for submission in &step.submissions {
                let event = Event::decode(submission.event.clone()).unwrap();
                assert_eq!(event.source_system, step.source_system);
                let name = (event.source_system, event.source_ref);
                match step.expected {
                    Expected::Accepted => {
                        assert!(names.insert(name, submission.event.clone()).is_none());
                    }
                    Expected::Retry => assert_eq!(names[&name], submission.event),
                    Expected::Refused("E004_SOURCE_REF_CONFLICT") => {
                        assert_ne!(names[&name], submission.event);
                    }
                    Expected::Refused(_) => assert!(!names.contains_key(&name)),
                }
                for (bytes, class, committed) in [
                    (&submission.sealed, Part::Sealed, event.sealed_commitment),
                    (
                        &submission.personal,
                        Part::Personal,
                        event.personal_commitment,
                    ),
                ] {
                    if bytes.is_empty() {
                        assert!(committed.is_empty());
                    } else {
                        assert_eq!(committed, commitment(class, bytes)[..]);
                    }
                }
            }
        }
    }
}

#[test]
fn keeps_its_books_in_balance() {
    let simulation = simulation(1, 600);
    let mut days = simulation.days();
    while let Some(day) = days.next() {
        for account in &days.book(0).accounts {
            let available = account.available();
            assert!(
                available >= 0 || account.approved == 0,
                "{}: {account:?}",
                day.date
            );
            assert!(
                0 <= account.paid && account.paid <= account.occupied,
                "{account:?}"
            );
        }
    }
    let accounts = &days.book(0).accounts;
    assert!(
        accounts
            .iter()
            .any(|account| account.paid > 0 && account.open == 0)
    );
    assert!(accounts.iter().any(|account| account.is_closed));
}

#[test]
fn planted_projects_change_nothing_in_what_the_others_do() {
    let events = |simulation: &Simulation| {
        let mut events = BTreeSet::new();
        for day in simulation.days() {
            for step in day.steps() {
                for submission in &step.submissions {
                    let event = Event::decode(submission.event.clone()).unwrap();
                    // What sources report of a day tells how much there was of it.
                    if !event.stream.starts_with("system/") {
                        events.insert(submission.event.clone());
                    }
                }
            }
        }
        events
    };
    let with = events(&simulation(1, 300));
    let without = events(&simulation(1, 300).without_planted());
    assert!(without.is_subset(&with));
    let planted: Vec<_> = with.difference(&without).collect();
    // About a hundred kinds of breaches, each in one of a thousand projects, of some forty events.
    assert!((600..2_500).contains(&planted.len()), "{}", planted.len());
}

#[test]
fn tells_every_breach_once_and_none_beyond_its_years() {
    let mut told = BTreeSet::new();
    for day in simulation(1, 300).days() {
        for breach in day.breaches {
            assert_eq!(breach.on.year(), 2023, "{breach:?}");
            assert!(told.insert(breach.clone()), "{breach:?}");
        }
    }
    assert!(told.len() > 1_000, "{}", told.len());
}

#[test]
fn covers_the_prefecture_and_its_areas() {
    let mut regions = BTreeSet::new();
    let mut batches = HashSet::new();
    for day in simulation(1, 300).days() {
        for step in day.steps() {
            batches.insert(step.submissions.len());
            for submission in &step.submissions {
                regions.insert(Event::decode(submission.event.clone()).unwrap().region_code);
            }
        }
    }
    regions.remove("430401");
    assert_eq!(regions.len(), 15);
    assert!(batches.iter().all(|count| (1..=1000).contains(count)));
}

/// Plays a year to the oracle and tells what it answered otherwise than expected.
fn play<'a>(oracle: &mut oracle::Oracle, steps: impl Iterator<Item = &'a Step>, wrong: &mut Wrong) {
    for step in steps {
        let answer = oracle.append(step);
        if answer != Ok(step.expected) {
            let event = Event::decode(step.submissions[0].event.clone()).unwrap();
            let detail = format!("{answer:?} {} {}", event.stream, event.source_ref);
            let entry = wrong.entry((step.label, format!("{:?}", step.expected)));
            entry.or_insert((0, detail)).0 += 1;
        }
    }
}

type Wrong = BTreeMap<(&'static str, String), (u32, String)>;

#[test]
fn predicts_every_answer_of_the_domain_and_every_balance() {
    let simulation = simulation(1, 2000);
    let mut oracle = oracle::Oracle::default();
    let mut wrong = Wrong::new();
    let mut days = simulation.days();
    for day in days.by_ref() {
        play(&mut oracle, day.steps(), &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (line, account) in simulation.lines(0).iter().zip(&days.book(0).accounts) {
        let state = oracle.budget_line(&line.id).unwrap();
        assert_eq!(
            state.available_fen(),
            account.available().into(),
            "{}",
            line.id
        );
        assert_eq!(state.occupied_fen, account.occupied.into(), "{}", line.id);
        assert_eq!(state.paid_fen, account.paid.into(), "{}", line.id);
    }
}

#[test]
fn predicts_the_answers_of_other_years_whatever_source_comes_first() {
    for (seed, year) in [(2, 2023), (3, 2024), (4, 2025), (5, 2026)] {
        let simulation = Simulation::new(SimulationConfig {
            seed,
            projects: 300,
            year,
            years: 1,
        });
        let (mut forward, mut backward) = <(oracle::Oracle, oracle::Oracle)>::default();
        let mut wrong = Wrong::new();
        for day in simulation.days() {
            play(&mut forward, day.steps(), &mut wrong);
            for phase in &day.phases {
                let sources = phase.by_source();
                play(
                    &mut backward,
                    sources.into_values().rev().flatten(),
                    &mut wrong,
                );
            }
        }
        assert!(wrong.is_empty(), "{seed}: {wrong:#?}");
    }
}

#[test]
fn goes_on_for_years_and_pays_in_the_next_what_was_bought_in_the_last() {
    let simulation = Simulation::new(SimulationConfig {
        seed: 6,
        projects: 200,
        year: 2023,
        years: 3,
    });
    let mut oracle = oracle::Oracle::default();
    let mut wrong = Wrong::new();
    let mut days = simulation.days();
    let mut paid_later = 0;
    let mut years = BTreeSet::new();
    for day in days.by_ref() {
        play(&mut oracle, day.steps(), &mut wrong);
        let year = day.date.year();
        years.insert(year);
        for step in day.steps() {
            let event = Event::decode(step.submissions[0].event.clone()).unwrap();
            let is_older = event
                .stream
                .starts_with(&format!("project/4304/PJ-{}-", year - 1));
            paid_later += u32::from(is_older && step.label == "payment executed");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(years, BTreeSet::from([2023, 2024, 2025]));
    assert!(paid_later > 20, "{paid_later}");
    for year in 0..3 {
        for (line, account) in simulation.lines(year).iter().zip(&days.book(year).accounts) {
            let state = oracle.budget_line(&line.id).unwrap();
            assert_eq!(state.occupied_fen, account.occupied.into(), "{}", line.id);
            assert_eq!(state.paid_fen, account.paid.into(), "{}", line.id);
        }
    }
}

#[test]
fn writes_every_event_type_of_the_schema() {
    let mut counts = BTreeMap::<u32, u32>::new();
    for day in simulation(1, 2000).days() {
        let accepted = day
            .steps()
            .filter(|step| step.expected == Expected::Accepted);
        for submission in accepted.flat_map(|step| &step.submissions) {
            let event = checker()
                .check_submission(&"event", submission)
                .expect("in shape");
            *counts.entry(event.number).or_default() += 1;
        }
    }
    let missing: Vec<_> = schema()
        .event_types()
        .iter()
        .filter(|event_type| !counts.contains_key(&event_type.number))
        .map(|event_type| &event_type.name)
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
