//! A year of a simulated city: findings against what its simulation says that it did.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chrono::NaiveDate;
use prost::Message as _;
use rusqlite::{Connection, types::Value};

use super::{
    super::rows,
    kit::{City, insert, judged_in, replace},
};
use crate::{
    domain::{
        calendar::Calendar,
        decider::{Fact, HistoryItem},
        payload::{day_of, legal_day, payload_of},
        values::StreamName,
    },
    events::v1::{self, LawTrack, ProcurementMethod, event_payload::Payload},
    models::tables::Table,
    rules::{
        Law, Packs,
        testkit::{Told, day},
        verdict::Judgement,
    },
    simulate::{Day, Expected, Simulation, SimulationConfig},
    supervision::{sight::Row, tables::DAY_TOTALS},
    views::{AsOf, Standing, Timeline},
};

const AT: &str = "2024-06-30";

/// A year, and the batch reports that the simulation made wrong.
struct Year {
    city: City,
    wrong: BTreeSet<String>,
    reports: usize,
}

fn name(of: &v1::EventName) -> (String, String) {
    (of.source_system.clone(), of.source_ref.clone())
}

impl Year {
    fn simulate() -> Self {
        let simulation = Simulation::new(SimulationConfig {
            seed: 11,
            projects: 120,
            ..SimulationConfig::default()
        });
        let mut streams = BTreeMap::<StreamName, Told>::new();
        let mut positions = HashMap::<(String, String), u64>::new();
        let (mut wrong, mut reports, mut next) = (BTreeSet::new(), 0, 0);
        let days: Vec<_> = simulation.days().collect();
        let steps = days.iter().flat_map(Day::steps);
        for step in steps.filter(|step| step.expected == Expected::Accepted) {
            for submission in &step.submissions {
                let event = v1::Event::decode(submission.event.clone()).expect("decodes");
                let stream = StreamName::parse(&event.stream).expect("a stream");
                let payload = payload_of(&event).expect("a payload");
                let amends = match payload {
                    Payload::EventCorrected(e) => e.corrects.as_ref(),
                    Payload::EventVoided(e) => e.voids.as_ref(),
                    Payload::SyncBatchReceived(e) => {
                        reports += 1;
                        if step.label.contains("wrong") && !e.sums.is_empty() {
                            wrong.insert(format!("{stream}/{}", e.business_day));
                        }
                        None
                    }
                    _ => None,
                };
                let amends = amends.map(|of| positions[&name(of)]);
                let occurred = event.occurred_at.as_ref().and_then(day_of);
                let legal_date = legal_day(payload).or(occurred).expect("a day");
                let key = (event.source_system.clone(), event.source_ref.clone());
                positions.insert(key, next);
                let told = streams.entry(stream.clone()).or_insert_with(|| {
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
        let city = City::of(streams.into_values());
        Self {
            city,
            wrong,
            reports,
        }
    }
}

/// The open-tender threshold of the tests, far below the city's, so that plans exceed it together.
const LIMIT_FEN: i64 = 20_000_000;

/// A budget line as its events read: unit, year, budget project, day of an increase.
type Line = (i32, String, Option<NaiveDate>);

fn lines(city: &City) -> HashMap<String, Line> {
    let mut lines = HashMap::<String, Line>::new();
    for act in acts(city) {
        match act.payload() {
            Some(Payload::BudgetLineApproved(e)) => {
                let line = (e.fiscal_year, e.project_code.clone(), None);
                lines.insert(e.budget_line_id.clone(), line);
            }
            Some(Payload::BudgetLineAdjusted(e)) if e.delta_fen > 0 => {
                let line = lines.get_mut(&e.budget_line_id).expect("it was approved");
                line.2 = line.2.or(Some(act.on()));
            }
            _ => {}
        }
    }
    lines
}

/// What counts in all streams, stream by stream.
fn acts(city: &City) -> Vec<Standing> {
    let as_of = AsOf {
        legal_date: Some(day(AT)),
        recorded_us: None,
    };
    let told = city.told.iter();
    told.flat_map(|(told, _)| Timeline::new(&told.history, as_of).standing().to_vec())
        .collect()
}

/// Subjects of splits, made of the events another way: sums over all plans at once.
fn splits(city: &City) -> BTreeSet<String> {
    use ProcurementMethod::{CoopInnovation, Emergency, Framework, OpenTender};
    let (lines, acts) = (lines(city), acts(city));
    let of_plan = |id: &str, is_it: &dyn Fn(&Payload, &str) -> bool| {
        acts.iter()
            .any(|act| act.payload().is_some_and(|payload| is_it(payload, id)))
    };
    let mut sums = BTreeMap::<String, (usize, i128)>::new();
    for act in &acts {
        let Some(Payload::PlanFiled(plan)) = act.payload() else {
            continue;
        };
        let is_cancelled = of_plan(
            &plan.plan_id,
            &|payload, id| matches!(payload, Payload::PlanCancelled(e) if e.plan_id == id),
        );
        let stream = act.fact.stream.to_string();
        let in_project = acts
            .iter()
            .filter(|of| of.fact.stream.to_string() == stream);
        let is_approved = in_project
            .clone()
            .any(|of| matches!(of.payload(), Some(Payload::MethodChangeApproved(_))));
        let revised = in_project.rev().find_map(|of| match of.payload() {
            Some(Payload::PlanRevised(e)) => Some(&e.budget_parts),
            _ => None,
        });
        let is_free = matches!(
            plan.method(),
            OpenTender | CoopInnovation | Emergency | Framework
        );
        let is_works = plan.category.starts_with('B') || plan.law_track() == LawTrack::TenderLaw;
        if is_cancelled || is_approved || is_free || is_works {
            continue;
        }
        let mut groups = BTreeMap::<String, i128>::new();
        for part in revised.unwrap_or(&plan.budget_parts) {
            let (year, project, raised_on) = &lines[&part.budget_line_id];
            if raised_on.is_some_and(|on| on <= act.on()) {
                continue;
            }
            let (unit, catalogue) = (&plan.unit, plan.category_version);
            let class = &plan.category[..5];
            let subject = format!("unit/4304/{unit}/{year}/{project}/{catalogue}/{class}");
            *groups.entry(subject).or_default() += i128::from(part.amount_fen);
        }
        for (subject, fen) in groups {
            let sum = sums.entry(subject).or_default();
            *sum = (sum.0 + 1, sum.1 + fen);
        }
    }
    let are_over = |sum: &(usize, i128)| sum.0 > 1 && sum.1 > i128::from(LIMIT_FEN);
    let over = sums.into_iter().filter(|(_, sum)| are_over(sum));
    over.map(|(subject, _)| subject).collect()
}

/// What findings of a rule are about.
fn found(judgement: &Judgement, rule: &str) -> BTreeSet<String> {
    let findings = judgement.findings.iter();
    let of_rule = findings.filter(|of| of.rule_id == rule);
    of_rule.map(|of| of.subject.clone()).collect()
}

#[test]
fn splits_of_a_year_are_those_that_its_plans_add_up_to() {
    let mut year = Year::simulate();
    for profile in &mut year.city.thresholds {
        profile.open_tender_fen = LIMIT_FEN;
    }
    let judgement = year.city.judged(AT);
    let expected = splits(&year.city);
    assert!(!expected.is_empty());
    assert_eq!(found(&judgement, "GPLR-28-SPLIT"), expected);
}

#[test]
fn the_reports_that_a_year_got_wrong_are_found_and_no_other() {
    let year = Year::simulate();
    let picture = year.city.picture(AT);
    let judgement = judged_in(&picture, &Packs::ours(), AT);
    assert!(!year.wrong.is_empty() && year.reports > 10 * year.wrong.len());
    assert_eq!(found(&judgement, "SYS-SYNC-SUM"), year.wrong);
    // Every share in the mall that is short has something that was bought outside behind it.
    let short = judgement.findings.iter();
    let short: Vec<_> = short.filter(|of| of.rule_id == "HY-10-PEN-100").collect();
    assert!(!short.is_empty());
    for of in short {
        assert!(!of.evidence.is_empty() && of.on <= day(AT), "{of:?}");
    }
    // Written and asked again, nothing changes.
    replace(&picture, AT);
    assert_eq!(judged_in(&picture, &Packs::ours(), AT), judgement);
    let rows: i64 = picture
        .query_row("SELECT count(*) FROM findings", [], |row| row.get(0))
        .expect("reads");
    assert_eq!(rows, judgement.findings.len() as i64);
}

#[test]
fn a_picture_that_went_on_from_day_to_day_says_what_one_that_is_made_anew_says() {
    let city = Year::simulate().city;
    let said = |picture: &Connection, today: &str| {
        let rows = rows(
            picture,
            &Law::of(Packs::ours(), Calendar::known()),
            day(today),
        )
        .expect("reads");
        rows.into_iter()
            .map(|(table, row)| format!("{} {row:?}", table.name))
            .collect::<Vec<_>>()
    };
    let mut before: Option<Connection> = None;
    let mut kept_max = 0;
    for today in ["2023-03-01", "2023-06-15", "2023-06-16", "2023-12-31"] {
        let anew = city.picture_at_noon(today);
        let expected = said(&anew, today);
        let picture = city.picture_at_noon(today);
        if let Some(before) = &before {
            let kept = totals_of(before);
            kept_max = kept_max.max(kept.len());
            insert(&picture, kept);
        }
        assert_eq!(said(&picture, today), expected, "{today}");
        replace(&picture, today);
        before = Some(picture);
    }
    assert!(kept_max > 100, "{kept_max}");
}

/// The totals that a picture keeps.
fn totals_of(picture: &Connection) -> Vec<Row> {
    let mut statement = picture
        .prepare("SELECT * FROM day_totals")
        .expect("is sound");
    let rows = statement.query_map([], |row| {
        let values = (0..DAY_TOTALS.columns.len()).map(|place| row.get(place));
        Ok((&DAY_TOTALS, values.collect::<Result<Vec<Value>, _>>()?))
    });
    let rows = rows.expect("reads").map(|row| row.expect("is sound"));
    rows.map(|(table, values)| (table as &'static Table, values))
        .collect()
}
