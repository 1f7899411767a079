//! How far read models are behind while events come at a steady rate: every notice changes another
//! project than the ones before it, so that nothing can be folded together.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bihuan::events::v1;
use tokio::{task::JoinSet, time::interval};

use crate::{
    events::Project,
    load::{self, Requests},
    models::{self, Lists},
    real::Real,
    report::{Figure, Target},
    scale::Scale,
};

/// Callers, each with a batch of as many events every so often: 20,000 events a second.
const CALLERS: usize = 4;
const BATCH_EVENTS: usize = 100;
const EVERY: Duration = Duration::from_millis(20);
/// Projects of one caller: each gets its next notice after all others of the caller.
const PROJECTS: usize = 5_000;

/// Sends events at the rate that is asked for, and looks at the read models meanwhile.
pub async fn figures(scale: Scale, folder: &Path) -> Vec<Figure> {
    let mut server = Real::start(folder, 0).await;
    let clients = load::connect(server.address, CALLERS).await;
    let address = format!("http://{}", server.address);
    let mut lists = Lists::connect(address).await.expect("connects");
    let mut loads: Requests = Vec::new();
    for client in &clients {
        let mut projects = server.projects(&mut client.clone(), PROJECTS).await;
        let mut requests = Vec::with_capacity(scale.steady);
        let mut next = 0;
        for _ in 0..scale.steady {
            let batch = projects[next..next + BATCH_EVENTS].iter_mut();
            requests.push(v1::AppendEventsRequest {
                events: batch.map(Project::notice).collect(),
                ..v1::AppendEventsRequest::default()
            });
            next = (next + BATCH_EVENTS) % PROJECTS;
        }
        loads.push(requests);
    }
    models::caught_up(server.address, &mut lists).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let watching = models::watch(lists, clients[0].clone(), is_over.clone());
    let watching = tokio::spawn(watching);
    let events: usize = loads.iter().flatten().map(|batch| batch.events.len()).sum();
    let started = Instant::now();
    let mut callers = JoinSet::new();
    for (client, requests) in clients.iter().zip(loads) {
        let mut client = client.clone();
        callers.spawn(async move {
            // Late batches are sent at once, so that the rate is kept.
            let mut due = interval(EVERY);
            for request in requests {
                due.tick().await;
                let answer = client.append_events(request).await;
                answer.expect("the load is sound");
            }
        });
    }
    callers.join_all().await;
    let per_second = events as f64 / started.elapsed().as_secs_f64();
    is_over.store(true, Ordering::Release);
    let behind = watching.await.expect("the watcher does not panic");
    server.stop().await;
    let name = format!("read models behind at a steady {per_second:.0} events/s");
    vec![models::lag(name, behind, Target::AtMost(1.0))]
}
