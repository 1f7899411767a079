//! A server of its own process: what it needs of memory.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use bihuan::events::v1;

use crate::{
    events::Project,
    load::{self, Address},
    real,
    report::{Figure, Target},
    scale::Scale,
};

/// Callers that append before memory is measured.
const CALLERS: usize = 64;
/// Their connections.
const CONNECTIONS: usize = 4;
/// Milliseconds between two attempts to reach the server.
const RETRY_MS: u64 = 10;
/// Attempts before the bench gives up.
const ATTEMPTS: u32 = 3_000;

/// A server process that ends with its handle.
pub struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Served {
    /// Serves a folder, with arguments of its own.
    pub fn start(data: &Path, address: Address, args: &[&str]) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_bihuan"))
            .arg("serve")
            .arg("--data")
            .arg(data)
            .args(["--listen", &address.to_string()])
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.expect("the program starts"))
    }

    /// Waits until it listens.
    pub async fn listens(&self, address: Address) {
        for _ in 0..ATTEMPTS {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(RETRY_MS)).await;
        }
    }

    /// Resident and most resident megabytes (10^6 bytes); `None` where there is no `/proc`.
    pub fn memory_mb(&self) -> Option<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kib: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
            Some(kib * 1_024.0 / 1e6)
        };
        Some((of("VmRSS:")?, of("VmHWM:")?))
    }
}

/// An address that nobody listens at.
pub fn free_address() -> Address {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    free.expect("a port is free")
}

/// Serves a folder from another process, replays, appends, and tells its memory.
pub async fn figures(scale: Scale, data: &Path, first_project: u64) -> Vec<Figure> {
    let address = free_address();
    let served = Served::start(data, address, &[]);
    served.listens(address).await;
    let clients = load::connect(address, CONNECTIONS).await;
    let mut client = clients[0].clone();
    let after_start = served.memory_mb();
    let answer = client.get_ledger(v1::GetLedgerRequest {}).await;
    let end = answer
        .expect("the ledger tells its end")
        .into_inner()
        .end_position;
    load::replay(&mut client, end).await;
    let after_replay = served.memory_mb();
    let numbers = first_project..first_project + CALLERS as u64;
    let mut projects: Vec<_> = numbers.map(Project::new).collect();
    real::append_setup(&mut client, &projects).await;
    let each = Scale::requests(scale.unary_events, CALLERS, 1);
    let requests = projects
        .iter_mut()
        .map(|project| project.requests(each, 1))
        .collect();
    load::unary(&clients, requests).await;
    let after_appends = served.memory_mb();
    let of = |name: &str, memory: Option<(f64, f64)>, target| {
        let (resident, most) = memory?;
        let name = format!("server memory with {end} events, {name}");
        let mut figure = Figure::alone(name, "MB resident", resident, target);
        figure.note = format!("{most:.0} MB at most");
        Some(figure)
    };
    [
        of("after the start", after_start, Target::Told),
        of("after a replay", after_replay, Target::AtMost(120.0)),
        of(
            "after a replay and appends",
            after_appends,
            Target::AtMost(120.0),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}
