//! What a process needs of memory that serves a city with all its views: asked for lists, searches
//! and views, and while the last days of the year come in.

use std::path::Path;

use bihuan::events::v1;

use crate::{
    child::{Served, free_address},
    feed::City,
    load,
    models::{Lists, Views, caught_up, lists_and_searches},
    report::{Figure, Target},
    scale::Scale,
};

/// Megabytes that it may take.
const MOST_MB: f64 = 250.0;

/// Serves a folder from another process and tells its memory.
pub async fn figures(scale: Scale, data: &Path, city: &mut City<'_>) -> Vec<Figure> {
    let address = free_address();
    let served = Served::start(data, address, &["--simulated-clock"]);
    served.listens(address).await;
    let mut figures = Vec::new();
    let clients = load::connect(address, 1).await;
    let mut client = clients[0].clone();
    let mut tell = |name: &str, events: u64, target| {
        if let Some((resident, most)) = served.memory_mb() {
            let name = format!("memory with {events} events and all views, {name}");
            let mut figure = Figure::alone(name, "MB resident", resident, target);
            figure.note = format!("{most:.0} MB at most");
            figures.push(figure);
        }
    };
    let answer = client.get_ledger(v1::GetLedgerRequest {}).await;
    let end = answer.expect("an end").into_inner().end_position;
    tell("after the start", end, Target::Told);
    let url = format!("http://{address}");
    let mut lists = Lists::connect(url.clone()).await.expect("connects");
    let mut views = Views::connect(url).await.expect("connects");
    let rows = caught_up(address, &mut lists).await;
    lists_and_searches(scale, city.projects.into(), &mut lists, &rows).await;
    for row in &rows {
        let asked = v1::GetProjectRequest {
            partition: row.partition.clone(),
            project_id: row.project_id.clone(),
            ..v1::GetProjectRequest::default()
        };
        views.get_project(asked).await.expect("a view");
    }
    let name = format!("after lists, searches and {} views", rows.len());
    tell(&name, end, Target::AtMost(MOST_MB));
    let events = city.feed(&clients[0], None).await;
    caught_up(address, &mut lists).await;
    let name = format!("after {events} more came");
    tell(&name, end + events as u64, Target::AtMost(MOST_MB));
    figures
}
