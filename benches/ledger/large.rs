//! A ledger of a million events: reads, appends beside an empty one, opening, memory, rebuild.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use bihuan::{
    events::v1::{self, read_events_request::Source},
    ledger::{Ledger, LedgerConfig},
};
use tokio::{sync::Mutex, task::JoinSet};

use crate::{
    ceilings::Ceiling,
    child,
    events::{Project, SETUP_EVENTS},
    load::{self, Client, Requests, Taken},
    real::{self, Real},
    report::{Figure, Target, median},
    scale::Scale,
};

/// Events of the stream that is read, its plan among them.
const STREAM_EVENTS: u64 = 30;
/// Projects of one batch of the load: 992 events.
const PROJECTS_PER_BATCH: u64 = 32;
/// Notices of each project of the load.
const NOTICES: u64 = 29;
/// Callers that load.
const LOADERS: usize = 8;
/// Callers of the append rates that are compared with an empty ledger, and their connections.
const CALLERS: (usize, usize) = (64, 4);
/// Events of a batch of those.
const BATCH_EVENTS: usize = 100;
/// Messages of a replay that the ceiling sends again and again.
const REPLAY_MESSAGES: usize = 64;

/// The number of the project whose stream is read.
const PROBE: u64 = 9_000_000;
/// The first numbers of projects made after the load, in this process and in another.
const LATER: u64 = 8_000_000;
const LATEST: u64 = 8_500_000;

/// Measures a large ledger.
pub async fn figures(scale: Scale, folder: &Path) -> Vec<Figure> {
    let data = folder.join("large");
    let mut figures = Vec::new();
    let mut large = Real::start(&data, LATER).await;
    let (probe, loaded) = fill(scale, &large).await;
    figures.push(loaded);
    figures.extend(stream_reads(scale, &large, &probe).await);
    figures.push(replay(scale, &large).await);
    let mut empty = Real::start(&folder.join("empty"), 0).await;
    figures.extend(growth(scale, &mut large, &mut empty).await);
    empty.stop().await;
    large.stop().await;
    figures.push(open(scale, &data));
    figures.extend(child::figures(scale, &data, LATEST).await);
    figures.push(rebuild(&data));
    figures
}

/// Loads the projects in batches, and between them, far apart, the events of the probe's stream.
async fn fill(scale: Scale, large: &Real) -> (Project, Figure) {
    let batches = scale.projects / PROJECTS_PER_BATCH;
    let mut clients = load::connect(large.address, LOADERS).await;
    let mut probe = Project::new(PROBE);
    real::append_setup(&mut clients[0], std::slice::from_ref(&probe)).await;
    let first = probe.request(1);
    clients[0]
        .append_events(first)
        .await
        .expect("the load is sound");
    let probe = Arc::new(Mutex::new(probe));
    let next = Arc::new(AtomicU64::new(0));
    let probes = STREAM_EVENTS - 2;
    let started = Instant::now();
    let mut loaders = JoinSet::new();
    for mut client in clients {
        let (probe, next) = (probe.clone(), next.clone());
        loaders.spawn(async move {
            loop {
                let batch = next.fetch_add(1, Ordering::Relaxed);
                if batch >= batches {
                    break;
                }
                load_batch(&mut client, batch).await;
                // So many probes are due after this batch, spread evenly over all batches.
                let due = |batch: u64| batch * probes / batches;
                for _ in due(batch)..due(batch + 1) {
                    let mut probe = probe.lock().await;
                    let request = probe.request(1);
                    client
                        .append_events(request)
                        .await
                        .expect("the load is sound");
                }
            }
        });
    }
    loaders.join_all().await;
    let events = batches * PROJECTS_PER_BATCH * (SETUP_EVENTS + NOTICES);
    let per_second = events as f64 / started.elapsed().as_secs_f64();
    let name = format!("loading {events} events of {} projects", scale.projects);
    let probe = Arc::into_inner(probe)
        .expect("the loaders are gone")
        .into_inner();
    (
        probe,
        Figure::alone(name, "events/s", per_second, Target::Told),
    )
}

/// The whole life of some projects, notices in turn.
async fn load_batch(client: &mut Client, batch: u64) {
    let first = batch * PROJECTS_PER_BATCH;
    let mut projects: Vec<_> = (first..first + PROJECTS_PER_BATCH)
        .map(Project::new)
        .collect();
    let mut events: Vec<_> = projects.iter().flat_map(Project::setup).collect();
    for _ in 0..NOTICES {
        events.extend(projects.iter_mut().map(Project::notice));
    }
    load::append(client, events).await;
}

/// One stream whose events lie scattered, against the no-op echo and against the same answer
/// without a store.
async fn stream_reads(scale: Scale, large: &Real, probe: &Project) -> [Figure; 2] {
    let mut ours = load::connect(large.address, 1).await;
    let source = Source::Stream(probe.stream().to_owned());
    let answer = load::first_messages(&mut ours[0], source, 1).await;
    let echo = load::connect(Ceiling::echo().serve(), 1).await;
    let mut storeless = load::connect(Ceiling::replay(answer, 1).serve(), 1).await;
    let mut requests = Project::new(PROBE + 1);
    let length = STREAM_EVENTS as usize;
    let (mut echoed, mut sent) = (Vec::new(), Vec::new());
    for _ in 0..scale.rounds {
        let requests = vec![requests.requests(scale.reads, 1)];
        let echo = load::unary(&echo, requests).await;
        let stream = probe.stream();
        let other = load::stream_reads(&mut storeless[0], stream, length, scale.reads).await;
        let read = load::stream_reads(&mut ours[0], stream, length, scale.reads).await;
        echoed.push([echo, read]);
        sent.push([other, read]);
    }
    let mut against_echo = Figure::latencies(
        "one scattered 30-event stream, no-op echo",
        &echoed,
        Target::Times(1.5),
    );
    let reads = median(echoed.iter().map(|[_, read]| read.per_second).collect());
    against_echo.note = format!("{reads:.0} reads/s, {}", against_echo.note);
    let name = "one scattered 30-event stream, same answer without a store";
    [against_echo, Figure::latencies(name, &sent, Target::Told)]
}

async fn end_of(client: &mut Client) -> u64 {
    let answer = client.get_ledger(v1::GetLedgerRequest {}).await;
    answer
        .expect("the ledger tells its end")
        .into_inner()
        .end_position
}

/// Everything, against the same bytes without a store.
async fn replay(scale: Scale, large: &Real) -> Figure {
    let mut ours = load::connect(large.address, 1).await;
    let end = end_of(&mut ours[0]).await;
    let all = Source::All(v1::WholeLedger {});
    let mut messages = load::first_messages(&mut ours[0], all, REPLAY_MESSAGES + 1).await;
    if messages.len() > 1 {
        // The first message is a short one.
        messages.remove(0);
    }
    let events: usize = messages.iter().map(|message| message.events.len()).sum();
    let rounds_of_messages = (end as usize).div_ceil(events);
    let (count, total) = (
        rounds_of_messages * messages.len(),
        rounds_of_messages * events,
    );
    let mut storeless = load::connect(Ceiling::replay(messages, count).serve(), 1).await;
    let mut rounds = Vec::new();
    for _ in 0..scale.rounds {
        let ceiling = load::replay(&mut storeless[0], total as u64).await;
        let read = load::replay(&mut ours[0], end).await;
        rounds.push([ceiling, read]);
    }
    Figure::rates(
        format!("replay of {end} events, 1 reader"),
        &rounds,
        Target::Share(0.5),
    )
}

/// Append rates with many events present, against an empty ledger.
async fn growth(scale: Scale, large: &mut Real, empty: &mut Real) -> [Figure; 2] {
    let (callers, connections) = CALLERS;
    let clients = load::connect(large.address, connections).await;
    let fresh = load::connect(empty.address, connections).await;
    let mut projects = large.projects(&mut clients[0].clone(), callers).await;
    let mut others = empty.projects(&mut fresh[0].clone(), callers).await;
    let mut compared = Vec::new();
    let sizes = [(scale.unary_events, 1), (scale.bulk_events, BATCH_EVENTS)];
    for (total, events) in sizes {
        let each = Scale::requests(total, callers, events);
        let mut rounds: Vec<[Taken; 2]> = Vec::new();
        for _ in 0..scale.rounds {
            let of = |projects: &mut Vec<Project>| -> Requests {
                projects
                    .iter_mut()
                    .map(|project| project.requests(each, events))
                    .collect()
            };
            let (requests, other) = (of(&mut projects), of(&mut others));
            let without = load::unary(&fresh, other).await;
            let with = load::unary(&clients, requests).await;
            rounds.push([without, with]);
        }
        let name = format!(
            "appends of {events}, {callers} callers, {connections} connections, large against empty"
        );
        compared.push(Figure::rates(name, &rounds, Target::Share(0.9)));
    }
    compared.try_into().expect("there are two sizes")
}

/// Opens and closes a ledger; the seconds that opening took.
fn open_seconds(data: &Path) -> (f64, u64) {
    let started = Instant::now();
    let ledger = Ledger::open(LedgerConfig::at(data)).expect("the ledger opens");
    let took = started.elapsed().as_secs_f64();
    let end = ledger.queries().reader.end();
    ledger.close();
    (took, end)
}

fn open(scale: Scale, data: &Path) -> Figure {
    let took =
        tokio::task::block_in_place(|| (0..scale.opens).map(|_| open_seconds(data).0).collect());
    Figure::alone(
        "open after a clean stop",
        "s",
        median(took),
        Target::AtMost(0.5),
    )
}

/// Opens without sidecars, state store and snapshots, which are then made again.
fn rebuild(data: &Path) -> Figure {
    let (took, end) = tokio::task::block_in_place(|| {
        for folder in ["state", "snapshots"] {
            // A ledger that was never large enough has no snapshot.
            let _ = fs::remove_dir_all(data.join(folder));
        }
        for sidecar in sidecars(data) {
            fs::remove_file(sidecar).expect("a sidecar can be removed");
        }
        open_seconds(data)
    });
    let name = format!("rebuild of sled and sidecars of {end} events");
    Figure::alone(
        name,
        "events/s",
        end as f64 / took,
        Target::AtLeast(300_000.0),
    )
}

fn sidecars(data: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(data.join("journal")).expect("the ledger has a journal");
    let paths = files.map(|file| file.expect("the folder can be read").path());
    paths
        .filter(|path| path.extension().is_some_and(|end| end == "index"))
        .collect()
}
