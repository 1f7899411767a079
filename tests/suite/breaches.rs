//! What the simulator plants against what the rules find: each planted breach is found on its day,
//! and nothing else is, but for what city life breaks by itself.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use bihuan::{
    domain::{
        calendar::Calendar,
        decider::{Fact, HistoryItem},
        payload::{day, day_of, legal_day, payload_of},
        values::{StreamKind, StreamName},
    },
    events::v1::{self, event_payload::Payload},
    models::tables::Table,
    rules::{
        Law, Matter, Packs,
        case::{Around, ModuleUse, Place},
        verdict::Judgement,
    },
    simulate::{Breach, Day, Expected, Place as At, RATES, Rate, Simulation, SimulationConfig},
    supervision::{
        across, facts,
        sight::{Row, Sight},
        tables,
        verdicts::{FINDINGS, OBLIGATIONS},
    },
    views::{AsOf, History, Timeline},
};
use chrono::NaiveDate;
use prost::Message as _;
use rusqlite::{Connection, params_from_iter, types::Value};

/// A city's events, by stream.
#[derive(Default)]
struct City {
    streams: BTreeMap<StreamName, History>,
    organisations: HashMap<String, v1::RegistryView>,
    thresholds: Vec<v1::ThresholdProfilePublished>,
    bans: HashMap<String, Vec<(NaiveDate, NaiveDate)>>,
    modules: HashMap<String, Vec<ModuleUse>>,
    /// Source system and source ref of each position.
    names: Vec<String>,
    planted: BTreeSet<Breach>,
    /// Streams of planted projects and orders, with the rule that each is for.
    purposes: BTreeMap<String, &'static str>,
}

impl City {
    /// The years of a simulation, as its sources record them.
    fn of((seed, projects, year, years): Of) -> Self {
        let simulation = Simulation::new(SimulationConfig {
            seed,
            projects,
            year,
            years,
        });
        let mut city = Self {
            purposes: simulation.planted().into_iter().collect(),
            ..Self::default()
        };
        let mut positions = HashMap::new();
        for day in simulation.days() {
            city.planted.extend(day.breaches.iter().cloned());
            city.record(&day, &mut positions);
        }
        city.register();
        city
    }

    fn record(&mut self, day: &Day, positions: &mut HashMap<String, u64>) {
        for step in day
            .steps()
            .filter(|step| step.expected == Expected::Accepted)
        {
            for submission in &step.submissions {
                let event = v1::Event::decode(submission.event.clone()).unwrap();
                let stream = StreamName::parse(&event.stream).unwrap();
                let payload = payload_of(&event).unwrap();
                let name_of =
                    |name: &v1::EventName| format!("{}/{}", name.source_system, name.source_ref);
                let amends = match payload {
                    Payload::EventCorrected(e) => e.corrects.as_ref(),
                    Payload::EventVoided(e) => e.voids.as_ref(),
                    _ => None,
                };
                let amends = amends.map(|name| positions[&name_of(name)]);
                let occurred = event.occurred_at.as_ref().and_then(day_of);
                let legal_date = legal_day(payload).or(occurred).unwrap();
                let position = self.names.len() as u64;
                let name = format!("{}/{}", event.source_system, event.source_ref);
                positions.insert(name.clone(), position);
                self.names.push(name);
                let item = HistoryItem {
                    position,
                    fact: Arc::new(Fact {
                        event,
                        stream: stream.clone(),
                        legal_date,
                    }),
                    amends,
                };
                let history = self.streams.entry(stream).or_default();
                history.push(step.recorded_at_us, item);
            }
        }
    }

    /// What the registry, thresholds, bans and modules in use tell.
    fn register(&mut self) {
        let of_regions = self.streams.iter();
        let of_regions = of_regions.filter(|(stream, _)| stream.kind == StreamKind::Region);
        self.modules = of_regions
            .map(|(stream, history)| {
                let uses = ModuleUse::all_of(history, AsOf::default());
                (stream.id.clone(), uses)
            })
            .collect();
        let items = self.streams.values().flat_map(History::items);
        for item in items {
            match payload_of(&item.fact.event) {
                Some(Payload::OrganisationRegistered(e)) => {
                    let view = v1::RegistryView {
                        registered: true,
                        kinds: e.kinds.clone(),
                        region: e.region.clone(),
                        size: e.size,
                        ..v1::RegistryView::default()
                    };
                    self.organisations.insert(e.uscc.clone(), view);
                }
                Some(Payload::ThresholdProfilePublished(e)) => self.thresholds.push(e.clone()),
                Some(Payload::BadConductRecorded(e)) => {
                    let from = day(&e.ban_from);
                    let to = day(&e.ban_to).unwrap_or(NaiveDate::MAX);
                    let bans = self.bans.entry(e.subject.clone()).or_default();
                    bans.extend(from.map(|from| (from, to)));
                }
                _ => {}
            }
        }
    }

    /// What the rules find by the end of a day.
    fn found(&self, today: NaiveDate) -> BTreeSet<Breach> {
        let law = Law::of(Packs::ours(), Calendar::known());
        let mut found = self.found_across(&law, today);
        for (stream, history) in &self.streams {
            let judgement = law.judge(&Matter {
                stream,
                history,
                as_of: AsOf::default(),
                today,
                around: self,
            });
            for finding in judgement.findings {
                let subject = match finding.rule_id.as_str() {
                    "HY-08-LAG-1WD" => self.named(&finding.subject),
                    _ => finding.subject,
                };
                found.insert(Breach {
                    rule_id: finding.rule_id,
                    subject,
                    stream: stream.to_string(),
                    on: finding.on,
                });
            }
        }
        found
    }

    /// What the rules find that compare many streams.
    fn found_across(&self, law: &Law, today: NaiveDate) -> BTreeSet<Breach> {
        let picture = Connection::open_in_memory().unwrap();
        let of_rules = [&OBLIGATIONS, &FINDINGS].map(Table::create);
        picture
            .execute_batch(&(tables::create_all() + &of_rules.concat()))
            .unwrap();
        let as_of = AsOf {
            legal_date: Some(today),
            recorded_us: None,
        };
        for (stream, history) in &self.streams {
            let first = &history.items()[0];
            let rows = facts::rows(&Sight {
                stream,
                position: first.position,
                region_code: &first.fact.event.region_code,
                timeline: &Timeline::new(history, as_of),
                sent: history,
                judgement: &Judgement::default(),
                around: self,
                packs: &Packs::ours(),
                calendar: &Calendar::known(),
                today,
            });
            for (table, values) in rows {
                let mut insert = picture.prepare_cached(&table.insert()).unwrap();
                insert.execute(params_from_iter(values)).unwrap();
            }
        }
        let rows = across::rows(&picture, law, today).unwrap();
        let findings = rows.iter().filter(|(table, _)| table.name == FINDINGS.name);
        findings.map(breach_of).collect()
    }

    /// A subject that ends with a position, with the event's name in its place.
    fn named(&self, subject: &str) -> String {
        let (of, position) = subject.rsplit_once('/').unwrap();
        format!("{of}/{}", self.names[position.parse::<usize>().unwrap()])
    }
}

/// The breach that a row of a finding tells.
fn breach_of((table, values): &Row) -> Breach {
    let text = |name: &str| {
        let is_it = |(column, _, _): &(&str, &str, &str)| *column == name;
        match &values[table.columns.iter().position(is_it).unwrap()] {
            Value::Text(text) => text.clone(),
            other => panic!("{name}: {other:?}"),
        }
    };
    Breach {
        rule_id: text("rule_id"),
        subject: text("subject"),
        stream: text("stream"),
        on: text("found_on").parse().unwrap(),
    }
}

impl Around for City {
    fn organisation(&self, uscc: &str) -> Option<v1::RegistryView> {
        self.organisations.get(uscc).cloned()
    }

    fn thresholds(
        &self,
        place: &Place<'_>,
        on: NaiveDate,
    ) -> Option<v1::ThresholdProfilePublished> {
        let profiles = self.thresholds.iter().filter(|profile| {
            profile.object() == place.object
                && day(&profile.effective_from).is_some_and(|from| from <= on)
        });
        profiles
            .max_by_key(|profile| &profile.effective_from)
            .cloned()
    }

    fn bans(&self, uscc: &str) -> Vec<(NaiveDate, NaiveDate)> {
        self.bans.get(uscc).cloned().unwrap_or_default()
    }

    fn modules(&self, region: &str, _: AsOf) -> Vec<ModuleUse> {
        self.modules.get(region).cloned().unwrap_or_default()
    }

    fn stream(&self, kind: StreamKind, id: &str) -> Arc<History> {
        let name = StreamName {
            kind,
            partition: "4304".to_owned(),
            id: id.to_owned(),
        };
        Arc::new(self.streams.get(&name).cloned().unwrap_or_default())
    }
}

/// Rules that no event of a simulated year can break, and why.
const NEVER: [(&str, &str); 3] = [
    (
        "GPL-18-CENTRAL",
        "the simulated province publishes no central catalogue",
    ),
    (
        "GPLR-29-PLAN",
        "procurement is refused before its plan is filed (E002, E003)",
    ),
    (
        "GPL-42-ARCHIVE-15Y",
        "papers are kept for fifteen years, and an irregular fact that names the loss is refused: \
         it has to name a code of a gate (E001)",
    ),
];

/// Rules that city life breaks by itself beside what is planted or told, and why.
const LIFE: &[(&str, &str)] = &[
    (
        "GPLR-28-SPLIT",
        "units buy several times from one budget line by other methods than open tender",
    ),
    ("CN-SME-PAY-30D", LATE_PAYMENT),
    ("CN-SME-PAY-60D", LATE_PAYMENT),
    ("HY-06-PAY-30D", LATE_PAYMENT),
    ("HY-06-PAY-AGREED", LATE_PAYMENT),
    ("MOF38-PAY-30D", LATE_PAYMENT),
    ("MOF243-04-PAY-10WD", LATE_PAYMENT),
    (
        "GPLR-43-AWARD-5WD",
        "winners are determined in one to six working days",
    ),
    (
        "GPLR-43-NOTICE-2WD",
        "one result in twelve is not published, one in seventeen is late",
    ),
    ("HY-01-TOP3", "notices of results name the winner alone"),
    (
        "HY-01-UNQ-REASON",
        "notices of results name nobody who failed",
    ),
    (
        "MOF243-02-SCORE",
        "a winner that is not the first is shown with the first rank",
    ),
    ("GPL-77-BANNED", "suppliers that the city bans go on to win"),
    (
        "GPL-46-SIGN-30D",
        "contracts wait for inquiries and complaints; the year ends before some",
    ),
    (
        "MOF10-INTENT-30D",
        "what is meant in winter, or meant anew, is filed soon after",
    ),
    (
        "GPL-27-METHOD-APPROVAL",
        "large single sources are approved by nobody",
    ),
    (
        "GPLR-38-SSP-5WD",
        "publicity of single sources has five working days with its first",
    ),
    (
        "R22-33-KEYREVIEW",
        "what is large but not complex has no key review",
    ),
    (
        "R22-33-KEYREVIEW-WORKS",
        "what is large but not complex has no key review",
    ),
    (
        "MOF87-47-SIZE-7",
        "committees have five members, whatever is bought",
    ),
    (
        "GPL-41-INSPECTION",
        "teams of acceptance are drawn, whatever is bought",
    ),
    ("MOF214-10-DOC-5WD", WORKDAYS_BEYOND),
    ("GPLR-31-DOC-5WD", WORKDAYS_BEYOND),
    (
        "GPLR-43-REPORT-2WD",
        "the year ends before some reports are delivered",
    ),
    (
        "MOF99-ACC-SEPARATION",
        "numbers of people are drawn: few are on the committee and accept",
    ),
    (
        "HY-11-IDLE",
        "in a small city an area may be silent for ninety days",
    ),
    (
        "HY-03-DISC",
        "what has no notice, acceptances above all, is not disclosed",
    ),
    ("HY-05-GT-GAP", "one guarantee in four is short"),
    (
        "HY-08-LAG-1WD",
        "one step in twenty is pushed two to five working days late",
    ),
    (
        "HY-08-LOOP-GAP",
        "some projects have no intention, some suppliers are not judged",
    ),
    ("HY-12-LIMIT", "approvals come when the plan is due"),
    (
        "HY-13-OPEN-TIME",
        "bids are opened ten minutes after the deadline",
    ),
    (
        "MOHURD138-RETENTION-3PCT",
        "of works, too, five per cent are retained, or of settlements",
    ),
    (
        "HY-14-NOTIFY",
        "who followed a winner that gave up is not told",
    ),
    ("HY-14-REFUSE", "one challenge in twelve is refused"),
    ("HY-14-DECIDE-30WD", SLOW_COMPLAINT),
    ("GPL-52-CHAL-7WD", SLOW_COMPLAINT),
    ("GPL-57-SUSP-30D", SLOW_COMPLAINT),
    ("MOF94-COPY-8WD", SLOW_COMPLAINT),
];
const LATE_PAYMENT: &str = "one payment in ten is late, and advances wait for bonds and loans";
const SLOW_COMPLAINT: &str = "one complaint in eight is decided late; the others take their time";
const WORKDAYS_BEYOND: &str = "holidays of the year after are not known: periods may fall short";

/// Rules of planted projects whose breach is judged elsewhere: in the stream of the room that comes
/// too late, in that of the unit.
const ELSEWHERE: [&str; 4] = [
    "HY-13-WAIT-3WD",
    "GPLR-28-SPLIT",
    "MOF46-LARGE-30PCT",
    "MOF46-LARGE-WORKS",
];

/// A city: seed, projects a year, first year, years.
type Of = (u64, u32, i32, u32);

const CITIES: [Of; 13] = [
    (1, 1000, 2023, 1),
    (2, 300, 2023, 1),
    (3, 300, 2024, 1),
    (4, 1000, 2026, 1),
    (5, 300, 2023, 3),
    (6, 60, 2025, 1),
    (8, 60, 2023, 4),
    (9, 60, 2023, 4),
    (10, 60, 2023, 4),
    (12, 300, 2023, 1),
    (14, 150, 2025, 1),
    (33, 300, 2024, 3),
    (36, 100, 2023, 4),
];

impl City {
    /// What the rules find by the end of the last year.
    fn found_at_last(&self, (_, _, year, years): Of) -> BTreeSet<Breach> {
        let last_year = year + years.cast_signed() - 1;
        self.found(NaiveDate::from_ymd_opt(last_year, 12, 31).unwrap())
    }
}

#[test]
fn every_rule_is_planted_or_has_a_reason() {
    let packs = Packs::ours();
    let rules: BTreeSet<&str> = packs.rules().map(|rule| rule.id.as_str()).collect();
    let rates: BTreeSet<&str> = RATES.iter().map(|rate| rate.rule_id).collect();
    let never: BTreeSet<&str> = NEVER.iter().map(|(rule_id, _)| *rule_id).collect();
    let life = LIFE.iter().map(|(rule_id, _)| *rule_id);
    let named: BTreeSet<&str> = rates.union(&never).copied().chain(life).collect();
    assert_eq!(named, rules);
    assert!(rates.is_disjoint(&never));
    for rate in RATES {
        assert!(
            rate.with.iter().all(|rule_id| rules.contains(rule_id)),
            "{}",
            rate.rule_id
        );
    }
    for (rule_id, reason) in LIFE {
        assert!(!never.contains(rule_id) && !reason.is_empty(), "{rule_id}");
    }
}

#[test]
fn every_planted_breach_is_found_on_its_day_and_what_else_is_found_is_city_life() {
    let life: BTreeSet<&str> = LIFE.iter().map(|(rule_id, _)| *rule_id).collect();
    let (mut all, mut alive) = (BTreeSet::new(), BTreeSet::new());
    let mut wrong = Vec::new();
    for of in CITIES {
        let city = City::of(of);
        let (planted, found) = (&city.planted, city.found_at_last(of));
        for breach in planted.difference(&found) {
            wrong.push(format!("{of:?}: planted, not found: {breach:?}"));
        }
        for breach in found.difference(planted) {
            let purpose = city.purposes.get(&breach.stream);
            if purpose.is_some() || !life.contains(breach.rule_id.as_str()) {
                wrong.push(format!(
                    "{of:?}: found, not planted: {breach:?} {purpose:?}"
                ));
            }
            alive.insert(breach.rule_id.clone());
        }
        all.extend(planted.iter().map(|breach| breach.rule_id.clone()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let whole: Vec<_> = RATES
        .iter()
        .filter(|rate| !all.contains(rate.rule_id))
        .collect();
    assert!(whole.is_empty(), "nobody breaks these: {whole:?}");
    let idle: Vec<_> = life
        .iter()
        .filter(|rule_id| !alive.contains(**rule_id))
        .collect();
    assert!(idle.is_empty(), "city life keeps these: {idle:?}");
}

#[test]
fn a_planted_project_breaks_what_it_is_for_and_what_cannot_be_kept_then() {
    let city = City::of((7, 2000, 2024, 1));
    let mut by_stream = BTreeMap::<&str, BTreeSet<&str>>::new();
    for breach in &city.planted {
        let rules = by_stream.entry(&breach.stream).or_default();
        rules.insert(&breach.rule_id);
    }
    let mut counts = BTreeMap::<&str, usize>::new();
    for (stream, purpose) in &city.purposes {
        *counts.entry(purpose).or_default() += 1;
        let mut rules = by_stream.remove(stream.as_str()).unwrap_or_default();
        let is_there = rules.remove(purpose);
        assert_ne!(is_there, ELSEWHERE.contains(purpose), "{stream}: {purpose}");
        let with = Rate::of(purpose).unwrap().with;
        let is_with = rules.iter().all(|rule| with.contains(rule));
        assert!(is_with, "{stream}: {purpose}: {rules:?}");
    }
    // One in a thousand of 2,000 projects.
    let is_of_things = |rate: &&Rate| rate.place != At::City && rate.since <= 2024;
    for rate in RATES.iter().filter(is_of_things) {
        // A purchase that is split is two projects.
        let each = if rate.rule_id == "GPLR-28-SPLIT" {
            2
        } else {
            1
        };
        assert_eq!(
            counts.remove(rate.rule_id),
            Some(2 * each),
            "{}",
            rate.rule_id
        );
    }
    assert!(counts.is_empty(), "{counts:?}");
}
