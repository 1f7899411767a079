//! Views and read models of a simulated city: ingest with everything following, how far the read
//! models are behind, one project beside an echo, lists and searches, rebuilding.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bihuan::{
    events::v1::{
        self, project_service_client::ProjectServiceClient,
        search_service_client::SearchServiceClient,
    },
    ledger::{Ledger, LedgerConfig},
    models,
    simulate::{Expected, Simulation, SimulationConfig, Step},
};
use prost::Message as _;
use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};
use tokio::task::JoinSet;
use tonic::transport::Channel;

use crate::{
    ceilings::Ceiling,
    events::Project,
    load::{self, Client},
    real::Real,
    report::{Figure, Target},
    scale::Scale,
};

type Lists = SearchServiceClient<Channel>;
type Views = ProjectServiceClient<Channel>;

/// Events of a batch in which sources send what they have.
const BATCH_EVENTS: usize = 100;
/// The number of the project whose requests the echo gets.
const PROBE: u64 = 9_100_000;
/// Events of the project whose view is timed, about.
const VIEW_EVENTS: u32 = 60;

/// Measures a simulated city.
pub async fn figures(scale: Scale, folder: &Path) -> Vec<Figure> {
    let mut config = LedgerConfig::at(folder);
    config.simulated_clock = true;
    let server = Real::serve(config, 0).await;
    let address = format!("http://{}", server.address);
    let mut lists = Lists::connect(address.clone()).await.expect("connects");
    let mut views = Views::connect(address).await.expect("connects");
    let mut figures = ingest(scale, &server, &mut lists).await;
    let rows = caught_up(&server, &mut lists).await;
    figures.extend(one_project(scale, &mut views, &rows).await);
    figures.extend(lists_and_searches(scale, scale.city.into(), &mut lists, &rows).await);
    server.stop().await;
    figures.push(rebuild(folder));
    figures
}

/// Sends the year as its sources would, side by side within each phase of a day; meanwhile the
/// distance of the read models is looked at again and again.
async fn ingest(scale: Scale, server: &Real, lists: &mut Lists) -> Vec<Figure> {
    let simulation = Simulation::new(SimulationConfig {
        projects: scale.city,
        ..SimulationConfig::default()
    });
    let clients = load::connect(server.address, 1).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let watching = tokio::spawn(watch(lists.clone(), clients[0].clone(), is_over.clone()));
    let (mut events, started) = (0, Instant::now());
    for day in simulation.days() {
        for phase in &day.phases {
            let mut sources = JoinSet::new();
            for steps in phase.by_source().into_values() {
                let steps = steps.into_iter();
                let sound = steps.filter(|step| step.expected == Expected::Accepted);
                let requests = requests(sound);
                let mut client = clients[0].clone();
                sources.spawn(async move { send(&mut client, requests).await });
            }
            events += sources.join_all().await.into_iter().sum::<usize>();
        }
    }
    let per_second = events as f64 / started.elapsed().as_secs_f64();
    is_over.store(true, Ordering::Release);
    let mut behind = watching.await.expect("the watcher does not panic");
    behind.sort_by(f64::total_cmp);
    let name = format!(
        "a year of {} projects, {events} events, 14 sources, all views live",
        scale.city
    );
    let lag = |percent: usize| behind[(behind.len() - 1) * percent / 100];
    let told = format!("read models behind, seconds, while {per_second:.0} events/s came");
    let mut furthest = Figure::alone(told, "s max", lag(100), Target::AtMost(1.0));
    furthest.note = format!("p50 {:.2}, p99 {:.2}", lag(50), lag(99));
    vec![
        Figure::alone(name, "events/s", per_second, Target::Told),
        furthest,
    ]
}

/// Steps of one source as few requests, in their order.
fn requests<'a>(steps: impl Iterator<Item = &'a Step>) -> Vec<v1::AppendEventsRequest> {
    let mut requests: Vec<v1::AppendEventsRequest> = Vec::new();
    let mut of = String::new();
    for step in steps {
        let events = step.submissions.clone();
        let partition = partition_of(step);
        let fits = partition == of;
        of = partition;
        match requests.last_mut() {
            Some(last) if fits && last.events.len() + events.len() <= BATCH_EVENTS => {
                last.events.extend(events);
                last.request_time = Some(step.request_time());
            }
            _ => requests.push(v1::AppendEventsRequest {
                events,
                request_time: Some(step.request_time()),
                ..v1::AppendEventsRequest::default()
            }),
        }
    }
    requests
}

/// The partition of a step: a batch is of one.
fn partition_of(step: &Step) -> String {
    let first = step.submissions.first().expect("a step sends something");
    let event = v1::Event::decode(first.event.clone()).expect("an event");
    event
        .stream
        .split('/')
        .nth(1)
        .unwrap_or_default()
        .to_owned()
}

async fn send(client: &mut Client, requests: Vec<v1::AppendEventsRequest>) -> usize {
    let mut events = 0;
    for request in requests {
        events += request.events.len();
        client
            .append_events(request)
            .await
            .expect("the city is sound");
    }
    events
}

/// Seconds after which the read models reflected what was durable at a moment.
async fn watch(mut lists: Lists, mut client: Client, is_over: Arc<AtomicBool>) -> Vec<f64> {
    let (mut due, mut behind) = (Vec::new(), vec![0.0]);
    while !is_over.load(Ordering::Acquire) || !due.is_empty() {
        let answer = client.get_ledger(v1::GetLedgerRequest {}).await;
        let end = answer.expect("an end").into_inner().end_position;
        due.push((Instant::now(), end));
        let asked = v1::ListOrganisationsRequest {
            page: Some(v1::PageRequest {
                page_size: 1,
                page_token: String::new(),
            }),
            ..v1::ListOrganisationsRequest::default()
        };
        let reached = match lists.list_organisations(asked).await {
            Ok(answer) => answer.into_inner().reflects_position.map_or(0, |at| at + 1),
            // They are being made.
            Err(_) => 0,
        };
        due.retain(|(at, end)| {
            let is_there = *end <= reached;
            if is_there {
                behind.push(at.elapsed().as_secs_f64());
            }
            !is_there
        });
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    behind
}

/// Waits for everything, and answers some projects.
pub async fn caught_up(server: &Real, lists: &mut Lists) -> Vec<v1::ProjectRow> {
    let mut clients = load::connect(server.address, 1).await;
    let answer = clients[0].get_ledger(v1::GetLedgerRequest {}).await;
    let end = answer.expect("an end").into_inner().end_position;
    let asked = v1::ListProjectsRequest {
        page: Some(v1::PageRequest {
            page_size: 1_000,
            page_token: String::new(),
        }),
        filter: Some(v1::SearchFilter {
            origins: vec![v1::Origin::Project.into()],
            ..v1::SearchFilter::default()
        }),
        order_by: "paid_fen desc".to_owned(),
        min_position: end.checked_sub(1),
        ..v1::ListProjectsRequest::default()
    };
    let answer = lists.list_projects(asked).await.expect("a list");
    answer.into_inner().projects
}

/// The view of one project of about 60 events, now and as of both clocks, beside a no-op echo.
async fn one_project(scale: Scale, views: &mut Views, rows: &[v1::ProjectRow]) -> Vec<Figure> {
    let asked = |row: &v1::ProjectRow| v1::GetProjectRequest {
        partition: row.partition.clone(),
        project_id: row.project_id.clone(),
        ..v1::GetProjectRequest::default()
    };
    let mut nearest: Option<(u32, v1::GetProjectRequest, String)> = None;
    for row in rows {
        let answer = views.get_project(asked(row)).await.expect("a view");
        let count = answer.into_inner().project.expect("a project").event_count;
        let distance = |count: u32| count.abs_diff(VIEW_EVENTS);
        if nearest
            .as_ref()
            .is_none_or(|(of, ..)| distance(count) < distance(*of))
        {
            nearest = Some((count, asked(row), row.last_on.clone()));
        }
    }
    let (count, now, last_on) = nearest.expect("the city has projects");
    let mut then = now.clone();
    then.as_of_legal_date = last_on;
    then.as_of_record_time = Some(prost_types::Timestamp {
        seconds: 1_900_000_000,
        nanos: 0,
    });
    let echo = load::connect(Ceiling::echo().serve(), 1).await;
    let mut requests = Project::new(PROBE);
    let mut figures = Vec::new();
    for (what, request) in [("now", now), ("as of both clocks", then)] {
        let mut rounds = Vec::new();
        for _ in 0..scale.rounds {
            let requests = vec![requests.requests(scale.reads, 1)];
            let echoed = load::unary(&echo, requests).await;
            let mut took = Vec::with_capacity(scale.reads);
            let began = Instant::now();
            for _ in 0..scale.reads {
                let started = Instant::now();
                views.get_project(request.clone()).await.expect("a view");
                took.push(started.elapsed());
            }
            let viewed = load::of_latencies(scale.reads, began.elapsed(), took);
            rounds.push([echoed, viewed]);
        }
        let name = format!("GetProject of {count} events, {what}; no-op echo");
        figures.push(Figure::latencies(name, &rounds, Target::Times(2.0)));
    }
    figures
}

/// Lists and searches with random filters, orders and words.
pub async fn lists_and_searches(
    scale: Scale,
    projects: u64,
    lists: &mut Lists,
    rows: &[v1::ProjectRow],
) -> Vec<Figure> {
    let mut dice = SmallRng::seed_from_u64(7);
    let orders = [
        "",
        "paid_fen desc",
        "plan_fen",
        "started_on",
        "outstanding_fen desc",
    ];
    let words = [
        "医院",
        "印刷",
        "采购",
        "设备",
        "学校",
        "公安局 服务器",
        "中学",
        "物业 管理",
    ];
    let (mut listed, mut found) = (Vec::new(), Vec::new());
    for _ in 0..scale.questions {
        let of = &rows[dice.random_range(0..rows.len())];
        let mut filter = v1::SearchFilter::default();
        match dice.random_range(0..5) {
            0 => filter.unit.clone_from(&of.unit),
            1 => filter.region_codes.push(of.region_code.clone()),
            2 => filter.methods.push(of.method),
            3 => filter.on_from.clone_from(&of.started_on),
            _ => {}
        }
        let asked = v1::ListProjectsRequest {
            filter: Some(filter),
            with_gaps: dice.random_bool(0.3),
            order_by: orders[dice.random_range(0..orders.len())].to_owned(),
            ..v1::ListProjectsRequest::default()
        };
        let started = Instant::now();
        lists.list_projects(asked).await.expect("a list");
        listed.push(started.elapsed().as_secs_f64());
        let asked = v1::SearchProjectsRequest {
            query: words[dice.random_range(0..words.len())].to_owned(),
            ..v1::SearchProjectsRequest::default()
        };
        let started = Instant::now();
        lists.search_projects(asked).await.expect("a list");
        found.push(started.elapsed().as_secs_f64());
    }
    let figure = |what: &str, mut took: Vec<f64>| {
        took.sort_by(f64::total_cmp);
        let at = |percent: usize| took[(took.len() - 1) * percent / 100] * 1_000.0;
        let name = format!("{what} of {projects} projects, 50 rows");
        let mut figure = Figure::alone(name, "ms p99", at(99), Target::AtMost(50.0));
        figure.note = format!("p50 {:.2}", at(50));
        figure
    };
    vec![figure("lists", listed), figure("searches", found)]
}

/// Makes the read models of a folder at rest anew.
fn rebuild(folder: &Path) -> Figure {
    tokio::task::block_in_place(|| {
        let ledger = Ledger::open(LedgerConfig::at(folder)).expect("the ledger opens");
        let started = Instant::now();
        let rebuilt = models::rebuild(ledger.queries(), ledger.id(), folder, &mut |_, _| true);
        let took = started.elapsed().as_secs_f64();
        ledger.close();
        let rebuilt = rebuilt.expect("the models are made");
        assert_eq!(rebuilt.before, Some(rebuilt.digest), "followed as rebuilt");
        let name = format!("read models with search from {} events", rebuilt.events);
        let rate = rebuilt.events as f64 / took;
        Figure::alone(name, "events/s", rate, Target::AtLeast(80_000.0))
    })
}
