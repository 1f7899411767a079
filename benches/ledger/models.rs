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
    simulate::{Simulation, SimulationConfig},
};
use chrono::NaiveDate;
use prost::Message as _;
use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};
use tonic::transport::Channel;

use crate::{
    ceilings::Ceiling,
    events::Project,
    feed::City,
    load::{self, Address, Client, Taken},
    memory,
    real::{Real, Spine},
    report::{Figure, Target},
    scale::Scale,
    view_echo::ViewEcho,
};

/// Lists.
pub type Lists = SearchServiceClient<Channel>;
/// Views.
pub type Views = ProjectServiceClient<Channel>;

/// The first of the days that come last, while memory is looked at.
const LAST_DAYS_FROM: NaiveDate = NaiveDate::from_ymd_opt(2023, 12, 11).expect("a day");
/// The number of the project whose requests the echo gets.
const PROBE: u64 = 9_100_000;
/// Events of the project whose view is timed, about.
const VIEW_EVENTS: u32 = 60;

/// Measures a simulated city.
pub async fn figures(scale: Scale, folder: &Path) -> Vec<Figure> {
    let simulation = Simulation::new(SimulationConfig {
        projects: scale.city,
        ..SimulationConfig::default()
    });
    let alone = without_views(City::of(&simulation, scale.city), &folder.join("spine")).await;
    let folder = &folder.join("views");
    let mut config = LedgerConfig::at(folder);
    config.simulated_clock = true;
    let server = Real::serve(config, 0).await;
    let address = format!("http://{}", server.address);
    let mut lists = Lists::connect(address.clone()).await.expect("connects");
    let mut views = Views::connect(address).await.expect("connects");
    let mut city = City::of(&simulation, scale.city);
    let mut figures = ingest(&mut city, alone, &server, &mut lists).await;
    let rows = caught_up(server.address, &mut lists).await;
    figures.extend(one_project(scale, &mut views, &rows).await);
    figures.extend(lists_and_searches(scale, scale.city.into(), &mut lists, &rows).await);
    server.stop().await;
    figures.extend(rebuild(folder));
    figures.extend(memory::figures(scale, folder, &mut city).await);
    figures
}

/// Events a second of the same year where nothing follows.
async fn without_views(mut city: City<'_>, folder: &Path) -> f64 {
    let mut config = LedgerConfig::at(folder);
    config.simulated_clock = true;
    let spine = Spine::serve(config).await;
    let clients = load::connect(spine.address, 1).await;
    let started = Instant::now();
    let events = city.feed(&clients[0], Some(LAST_DAYS_FROM)).await;
    let took = started.elapsed().as_secs_f64();
    drop(clients);
    spine.stop().await;
    events as f64 / took
}

/// Sends the year as its sources would, but for its last days; meanwhile the distance of the read
/// models is looked at again and again.
async fn ingest(city: &mut City<'_>, alone: f64, server: &Real, lists: &mut Lists) -> Vec<Figure> {
    let clients = load::connect(server.address, 1).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let watching = tokio::spawn(watch(lists.clone(), clients[0].clone(), is_over.clone()));
    let started = Instant::now();
    let events = city.feed(&clients[0], Some(LAST_DAYS_FROM)).await;
    let per_second = events as f64 / started.elapsed().as_secs_f64();
    is_over.store(true, Ordering::Release);
    let behind = watching.await.expect("the watcher does not panic");
    let projects = city.projects;
    let name =
        format!("a year of {projects} projects, {events} events, 14 sources, all views live");
    let told = format!("read models behind while {per_second:.0} events/s came, all that can");
    let mut ingest = Figure::alone(name, "events/s", per_second, Target::Share(0.6));
    ingest.ceiling = Some(alone);
    ingest.ratio = Some(per_second / alone);
    ingest
        .note
        .push_str("ceiling: the same where nothing follows");
    vec![ingest, lag(told, behind, Target::Told)]
}

/// How far read models were behind, in seconds.
pub fn lag(name: String, mut behind: Vec<f64>, target: Target) -> Figure {
    behind.sort_by(f64::total_cmp);
    let at = |percent: usize| behind[(behind.len() - 1) * percent / 100];
    let mut figure = Figure::alone(name, "s max", at(100), target);
    figure.note = format!("p50 {:.2}, p99 {:.2}", at(50), at(99));
    figure
}

/// Seconds after which the read models reflected what was durable at a moment.
pub async fn watch(mut lists: Lists, mut client: Client, is_over: Arc<AtomicBool>) -> Vec<f64> {
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
pub async fn caught_up(address: Address, lists: &mut Lists) -> Vec<v1::ProjectRow> {
    let mut clients = load::connect(address, 1).await;
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
        let answer = views.get_project(request.clone()).await.expect("a view");
        let answer = answer.into_inner();
        let bytes = answer.encoded_len();
        let address = format!("http://{}", ViewEcho::serve(answer));
        let mut ready_made = Views::connect(address).await.expect("connects");
        let (mut rounds, mut rounds_ready_made) = (Vec::new(), Vec::new());
        for _ in 0..scale.rounds {
            let requests = vec![requests.requests(scale.reads, 1)];
            let echoed = load::unary(&echo, requests).await;
            let told = ask(scale.reads, &mut ready_made, &request).await;
            let viewed = ask(scale.reads, views, &request).await;
            rounds.push([echoed, viewed]);
            rounds_ready_made.push([told, viewed]);
        }
        let name = format!("GetProject of {count} events, {bytes} bytes, {what}; no-op echo");
        figures.push(Figure::latencies(name, &rounds, Target::Told));
        let name = format!("the same; an echo that answers the same {bytes} bytes");
        let figure = Figure::latencies(name, &rounds_ready_made, Target::Times(2.0));
        figures.push(figure);
    }
    figures
}

/// Asks for one view again and again.
async fn ask(reads: usize, views: &mut Views, request: &v1::GetProjectRequest) -> Taken {
    let mut took = Vec::with_capacity(reads);
    let began = Instant::now();
    for _ in 0..reads {
        let started = Instant::now();
        views.get_project(request.clone()).await.expect("a view");
        took.push(started.elapsed());
    }
    load::of_latencies(reads, began.elapsed(), took)
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

/// Makes the read models of a folder at rest anew, with and without the words that are searched.
fn rebuild(folder: &Path) -> [Figure; 2] {
    tokio::task::block_in_place(|| {
        let ledger = Ledger::open(LedgerConfig::at(folder)).expect("the ledger opens");
        let (queries, id) = (ledger.queries(), ledger.id());
        let rebuilt = {
            let content = Box::new(models::Objects::new(true));
            models::rebuild(content, (queries, id), folder, &mut |_, _| true)
        };
        let rebuilt = rebuilt.expect("the models are made");
        assert_eq!(rebuilt.before, Some(rebuilt.digest), "followed as rebuilt");
        let figure = |(what, is_searched, target)| {
            let file = folder.join(format!("{what}.sqlite"));
            let started = Instant::now();
            let filled = models::fill(queries, id, &file, is_searched, &mut |_, _| true);
            let took = started.elapsed();
            assert_eq!(filled.expect("the models are made"), rebuilt.events);
            let name = format!("read models {what} search from {} events", rebuilt.events);
            let rate = rebuilt.events as f64 / took.as_secs_f64();
            Figure::alone(name, "events/s", rate, Target::AtLeast(target))
        };
        let figures = [("with", true, 80_000.0), ("without", false, 200_000.0)].map(figure);
        ledger.close();
        figures
    })
}
