//! `docs/tasks`: what each of the fourteen tasks asks for and what the ledger makes of it, as the
//! code has it; and the pages of metrics and red flags.
//!
//! Above its mark a page is written by hand, below it is drawn: event types from the schema, who
//! may append them from the domain, rules from our packs, metrics and red flags from their
//! catalogues. Which of them serve which task, and what is refused, is told in [`table`]. Rules
//! `HY-nn-…` and metrics `M-nn…` tell their task themselves; what no task names stands on
//! `national.md`. `BIHUAN_WRITE_DOCS=1` writes what is drawn anew.

mod commands;
mod page;
mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use bihuan::{
    domain::profile,
    events::{
        descriptor::schema,
        v1::{Event, event_payload::Payload},
    },
    rules::Packs,
    simulate::{Day, Simulation, SimulationConfig},
    supervision::{indicators, metrics, tables},
};
use prost::Message as _;

use self::table::{NATIONAL, TASKS};
use crate::tools::root;

/// Below this line a page is drawn.
const MARK: &str = "<!-- Drawn from the code's own tables; do not edit below. -->\n";
/// The page of what no task names.
const REST: &str = "national.md";
/// The page that leads to the others.
const INDEX: &str = "README.md";

fn folder() -> PathBuf {
    root().join("docs/tasks")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every page of the tasks by its file's name, with what is drawn of it.
fn pages() -> Vec<(String, String)> {
    let of_tasks = TASKS.iter().map(|task| (task.file(), page::of_task(task)));
    let rest = (REST.to_owned(), page::of_the_rest());
    let index = (INDEX.to_owned(), page::index());
    of_tasks.chain([rest, index]).collect()
}

/// Compares what is drawn with what a page shows, or writes it.
fn hold(path: &Path, drawn: &str) {
    let page = read(path);
    let (prose, shown) = page.split_once(MARK).expect("the mark");
    if env::var_os("BIHUAN_WRITE_DOCS").is_some() {
        fs::write(path, format!("{prose}{MARK}{drawn}")).expect("writes");
        return;
    }
    let path = path.display();
    assert!(
        shown == drawn,
        "{path} is not what the code says: run with BIHUAN_WRITE_DOCS=1"
    );
}

#[test]
fn the_pages_of_the_tasks_are_drawn_from_the_code() {
    for (file, drawn) in pages() {
        hold(&folder().join(file), &drawn);
    }
}

#[test]
fn the_pages_of_metrics_and_red_flags_are_drawn_from_the_code() {
    let metrics = format!(
        "\n## The metrics · 指标\n\n{}\n## The tables · 数据表\n\n{}",
        metrics::document(),
        tables::document()
    );
    hold(&root().join("docs/metrics.md"), &metrics);
    let flags = format!("\n{}", indicators::document());
    hold(&root().join("docs/red-flags.md"), &flags);
}

/// On which pages a name is drawn: between backticks, the first thing of a row.
fn places(name: &str) -> Vec<&'static str> {
    static PAGES: LazyLock<Vec<(String, String)>> = LazyLock::new(pages);
    let row = format!("\n| `{name}`");
    let shows = |(file, drawn): &'static (String, String)| {
        let is_there = file != INDEX && drawn.contains(&row);
        is_there.then_some(file.as_str())
    };
    PAGES.iter().filter_map(shows).collect()
}

/// The task that an id names itself: `01` of `HY-01-TOP3`, `03` of `M-03A`.
fn number_in<'a>(id: &'a str, prefix: &str) -> Option<&'a str> {
    let number = id.strip_prefix(prefix)?.get(..2)?;
    number
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(number)
}

fn file_of(number: &str) -> String {
    let task = TASKS.iter().find(|task| task.number == number);
    task.unwrap_or_else(|| panic!("there is no task {number}"))
        .file()
}

#[test]
fn every_rule_stands_on_one_page_a_local_one_on_its_tasks() {
    let packs = Packs::ours();
    let ids: BTreeSet<&str> = packs.rules().map(|rule| rule.id.as_str()).collect();
    for id in ids {
        let places = places(id);
        assert_eq!(places.len(), 1, "{id} stands on {places:?}");
        if id.starts_with("HY-") {
            let number = number_in(id, "HY-").unwrap_or_else(|| panic!("{id} names no task"));
            assert_eq!(places, [file_of(number)], "{id}");
        }
    }
}

#[test]
fn every_metric_stands_on_one_page_one_of_a_task_on_its_own() {
    for metric in metrics::CATALOGUE.iter() {
        let places = places(metric.id);
        assert_eq!(places.len(), 1, "{} stands on {places:?}", metric.id);
        if metric.id.starts_with("M-") {
            let number = number_in(metric.id, "M-");
            let number = number.unwrap_or_else(|| panic!("{} names no task", metric.id));
            assert_eq!(places, [file_of(number)], "{}", metric.id);
        }
    }
}

#[test]
fn every_event_type_and_red_flag_stands_on_a_page() {
    let types = schema().event_types().iter();
    let names = types.map(|event_type| event_type.name.as_str());
    let pack = indicators::catalogue::ours();
    let flags = pack.indicators.iter().map(|flag| flag.id.as_str());
    for name in names.chain(flags) {
        assert!(!places(name).is_empty(), "{name} stands on no page");
    }
}

#[test]
fn what_the_table_names_there_is_and_no_task_names_it_twice() {
    let packs = Packs::ours();
    let pack = indicators::catalogue::ours();
    for task in TASKS.into_iter().chain([&NATIONAL]) {
        let number = task.number;
        for event in task.events {
            assert!(page::has_event(event), "{number}: {event}");
        }
        for rule in task.rules {
            assert!(!packs.versions_of(rule).is_empty(), "{number}: {rule}");
            assert!(!rule.starts_with("HY-"), "{number}: {rule} tells its task");
        }
        for metric in task.metrics {
            let known = metrics::Metric::by_id(metric).is_some();
            assert!(known && !metric.starts_with("M-"), "{number}: {metric}");
        }
        for flag in task.flags {
            assert!(pack.by_id(flag).is_some(), "{number}: {flag}");
        }
        for (system, ..) in task.systems {
            let known = profile::source_system(system).is_some();
            assert!(known, "{number}: {system}");
        }
        let systems: Vec<&str> = task.systems.iter().map(|(system, ..)| *system).collect();
        for names in [
            task.events,
            task.rules,
            task.metrics,
            task.flags,
            systems.as_slice(),
        ] {
            let once: BTreeSet<&&str> = names.iter().collect();
            assert_eq!(once.len(), names.len(), "{number}: {names:?}");
        }
    }
}

#[test]
fn tasks_are_due_on_the_days_that_the_simulated_city_sets() {
    let simulation = Simulation::new(SimulationConfig {
        projects: 4,
        ..SimulationConfig::default()
    });
    let days: Vec<Day> = simulation.days().collect();
    let steps = days.iter().flat_map(Day::steps);
    let mut set = BTreeMap::new();
    for submission in steps.flat_map(|step| &step.submissions) {
        let event = Event::decode(submission.event.clone()).expect("decodes");
        let payload = event.payload.and_then(|payload| payload.payload);
        if let Some(Payload::CampaignTaskDefined(task)) = payload {
            set.insert(task.task_no, task.due_on);
        }
    }
    let told = TASKS
        .iter()
        .map(|task| (task.number.to_owned(), task.due_on.to_owned()));
    assert_eq!(set, told.collect());
}

/// Files that a page leads to, from its links.
fn links(page: &str) -> Vec<&str> {
    let parts = page.split("](").skip(1);
    let targets = parts.filter_map(|part| part.split_once(')'));
    let files = targets.map(|(target, _)| target.split('#').next().unwrap_or_default());
    files
        .filter(|file| !file.is_empty() && !file.contains("://"))
        .collect()
}

#[test]
fn what_the_pages_lead_to_is_there() {
    let of_tasks = pages().into_iter().map(|(file, _)| folder().join(file));
    let others = ["law.md", "metrics.md", "red-flags.md"];
    let others = others.map(|file| root().join("docs").join(file));
    for path in of_tasks.chain(others) {
        let page = read(&path);
        for link in links(&page) {
            let target = path.parent().expect("a folder").join(link);
            assert!(target.exists(), "{} leads to {link}", path.display());
        }
    }
}
