//! Appends against the echoes: unary, batches, streams of batches.

use std::{fs, path::Path};

use crate::{
    ceilings::Ceiling,
    load::{self, Address, Client, Requests, Taken},
    real::Real,
    report::{Figure, Target},
    scale::Scale,
};

/// Callers, and the connections that they share.
const UNARY: [(usize, usize); 5] = [(1, 1), (64, 1), (64, 4), (256, 1), (256, 4)];
/// Callers of batches.
const BATCH_CALLERS: usize = 8;
/// Events of a batch, and the share of the durable echo that is wanted.
const BATCHES: [(usize, f64); 2] = [(100, 0.55), (1_000, 0.30)];
/// Streams, each on a connection of its own.
const STREAMS: usize = 4;

/// The servers that are compared.
struct Servers {
    scale: Scale,
    echo: Address,
    durable: Address,
    ours: Real,
}

/// Clients of one server each.
struct Clients {
    echo: Vec<Client>,
    durable: Vec<Client>,
    ours: Vec<Client>,
}

/// Measures appends of one section into a ledger that begins empty.
pub async fn figures(section: &str, scale: Scale, folder: &Path) -> Vec<Figure> {
    fs::create_dir_all(folder).expect("the folder is writable");
    let mut servers = Servers {
        scale,
        echo: Ceiling::echo().serve(),
        durable: Ceiling::durable(folder).serve(),
        ours: Real::start(&folder.join("ledger"), 0).await,
    };
    let mut figures = Vec::new();
    match section {
        "unary" => {
            for (callers, connections) in UNARY {
                figures.extend(servers.unary(callers, connections).await);
            }
        }
        "streams" => figures.push(servers.streams().await),
        "batches" => {
            for connections in [1, 4] {
                for (events, share) in BATCHES {
                    let target = Target::Share(share);
                    figures.push(servers.batches(events, connections, target).await);
                }
            }
        }
        _ => unreachable!("the sections are these"),
    }
    servers.ours.stop().await;
    figures
}

impl Servers {
    async fn connect(&self, connections: usize) -> Clients {
        Clients {
            echo: load::connect(self.echo, connections).await,
            durable: load::connect(self.durable, connections).await,
            ours: load::connect(self.ours.address, connections).await,
        }
    }

    async fn unary(&mut self, callers: usize, connections: usize) -> Vec<Figure> {
        let mut clients = self.connect(connections).await;
        let mut projects = self.ours.projects(&mut clients.ours[0], callers).await;
        let events = if callers == 1 {
            self.scale.alone_events
        } else {
            self.scale.unary_events
        };
        let each = Scale::requests(events, callers, 1);
        let (mut echoed, mut synced) = (Vec::new(), Vec::new());
        for _ in 0..self.scale.rounds {
            let requests: Requests = projects.iter_mut().map(|p| p.requests(each, 1)).collect();
            let echo = load::unary(&clients.echo, requests.clone()).await;
            let durable = load::unary(&clients.durable, requests.clone()).await;
            let ours = load::unary(&clients.ours, requests).await;
            echoed.push([echo, ours]);
            synced.push([durable, ours]);
        }
        let name = format!("unary, {callers} callers, {connections} connections");
        let told = format!("{name}, no-op echo");
        if callers == 1 {
            vec![
                Figure::latencies(name, &synced, Target::Times(1.3)),
                Figure::latencies(told, &echoed, Target::Told),
            ]
        } else {
            vec![
                Figure::rates(name, &synced, Target::Share(0.80)),
                Figure::rates(told, &echoed, Target::Told),
            ]
        }
    }

    async fn streams(&mut self) -> Figure {
        let mut clients = self.connect(STREAMS).await;
        let mut projects = self.ours.projects(&mut clients.ours[0], STREAMS).await;
        let each = Scale::requests(self.scale.bulk_events, STREAMS, 1);
        let mut rounds: Vec<[Taken; 2]> = Vec::new();
        for _ in 0..self.scale.rounds {
            let requests: Requests = projects.iter_mut().map(|p| p.requests(each, 1)).collect();
            let durable = load::streams(&clients.durable, requests.clone()).await;
            let ours = load::streams(&clients.ours, requests).await;
            rounds.push([durable, ours]);
        }
        let name = format!("AppendEventStream, {STREAMS} streams, 1 event a message");
        Figure::rates(name, &rounds, Target::Share(0.5))
    }

    async fn batches(&mut self, events: usize, connections: usize, target: Target) -> Figure {
        let mut clients = self.connect(connections).await;
        let mut projects = self
            .ours
            .projects(&mut clients.ours[0], BATCH_CALLERS)
            .await;
        let each = Scale::requests(self.scale.bulk_events, BATCH_CALLERS, events);
        let mut rounds: Vec<[Taken; 2]> = Vec::new();
        for _ in 0..self.scale.rounds {
            let requests: Requests = projects
                .iter_mut()
                .map(|p| p.requests(each, events))
                .collect();
            let durable = load::unary(&clients.durable, requests.clone()).await;
            let ours = load::unary(&clients.ours, requests).await;
            rounds.push([durable, ours]);
        }
        let name =
            format!("batches of {events}, {BATCH_CALLERS} callers, {connections} connections");
        Figure::rates(name, &rounds, target)
    }
}
