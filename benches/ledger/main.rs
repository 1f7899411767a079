//! How fast is the ledger, measured against what the machine and the transport allow?
//!
//! The real server, everything on, beside a no-op echo and a durable echo (one `fdatasync` for each
//! group of waiting requests) of the same service, so that messages, codec and transport are equal.
//! Events are notices of 400 bytes, validated and decided, with exact expected revisions. Clients
//! and servers share the machine. Ratios within one run are what counts; rounds go in turn, medians
//! are told. `cargo bench` runs all, `cargo bench -- unary streams` some, `--quick` a few seconds'
//! worth, whose figures mean nothing.
//!
//! November 2026, two cores of an AMD EPYC with SHA extensions; thousands of events a second unless
//! said otherwise; with one and with four connections; the ceiling is the durable echo:
//!
//! | | ours | ceiling | ratio | wanted |
//! |---|---:|---:|---:|---:|
//! | unary, 1 caller, p50 | 0.24 ms | 0.23 ms | 1.07 | <= 1.3 |
//! | unary, 64 callers | 43.1, 36.7 | 57.9, 50.3 | 0.74, 0.73 | 0.80 |
//! | unary, 256 callers | 44.6, 41.4 | 66.2, 59.0 | 0.64, 0.68 | 0.80 |
//! | 4 streams, one event a message | 157 | 1,023 | 0.15 | 0.50 |
//! | batches of 100, 8 callers | 221, 184 | 1,092, 1,077 | 0.21, 0.17 | 0.55 |
//! | batches of 1,000, 8 callers | 220, 165 | 2,021, 2,248 | 0.11, 0.08 | 0.30 |
//! | replay; ceiling: a stream without a store | 1,892 | 3,573 | 0.53 | 0.50 |
//! | one 30-event stream in 10^6, p50; no-op echo | 0.19 ms | 0.06 ms | 2.98 | <= 1.5 |
//! | appends of 1 with 10^6 events; without | 34.9 | 38.3 | 0.94 | 0.90 |
//! | appends of 100 with 10^6 events; without | 157.5 | 182.0 | 0.88 | 0.90 |
//! | open after a clean stop, 10^6 events | 0.03 s | | | <= 0.5 s |
//! | memory, 1.9 x 10^6 events, replay, appends | 116 MB | | | <= 120 MB |
//! | rebuild of sled and sidecars | 440 | | | 300 |
//!
//! Read models came after these figures and follow in the same process. With them, another day, the
//! echo itself at 0.6 to 0.9 of the speed above: 64 callers 0.59, 0.56 of the durable echo, 256
//! callers 0.73, 0.65, batches of 100 0.18, 0.22, of 1,000 0.15, 0.12.
//!
//! Section `models`: a year of 26,000 projects, 939,557 events, that lives the whole domain, sent
//! by 14 systems side by side as fast as they can; section `steady`, notices at a steady rate, each
//! of another project than the 5,000 before it:
//!
//! | | | wanted |
//! |---|---:|---:|
//! | ingest, everything following; nothing following; ratio | 12.8; 13.5; 0.94 | >= 0.6 |
//! | read models behind meanwhile, p50, most | 11, 44 s | |
//! | read models behind at a steady 20.0, p50, p99, most | 0.23, 0.58, 0.65 s | <= 1 s |
//! | `GetProject` of 60 events, p50, times an echo of the same view | 1.6 to 1.95 | <= 2 |
//! | the same as of both clocks | 1.6 to 1.9 | <= 2 |
//! | lists, searches, p99 | 21, 2.7 ms | <= 50 ms |
//! | read models rebuilt with search; without | 210; 227 | 80; 200 |
//! | memory that serves it: after the start; 1,000 views | 103; 132 MB | <= 250 MB |
//! | the same while 65,336 events more came as fast as they can | 451 MB | <= 250 MB |
//!
//! Section `many`, 1,000,000 projects of one plan each on 200 budget lines: lists 27 ms, searches
//! 2.1 ms at the 99th percentile, before lists chose between index and order 396 and 2.2 ms. The
//! plans came in at 3,200 a second, each of the 5,000 on a line copying all before it; what a line
//! holds is shared since.
//!
//! Figures of `models` and `many`, and those of `steady` above, are of the time before the picture
//! of the law followed beside the read models.
//!
//! Section `law`, a year of 26,000 projects, 1,034,822 events, in four runs of one day:
//!
//! | | | wanted |
//! |---|---:|---:|
//! | ingest, every rule live; nothing following | 17 to 19; 18 to 23 | |
//! | the ratio of each run | 0.84 to 0.99 | >= 0.7 |
//! | a picture of everything made anew | 28 to 36 | 50 |
//!
//! Two thirds of making a picture are `SQLite`: four rows and some ten index entries an event. The
//! rest is judging, on the other core. With the picture following in steps of 16,384 events, read
//! models were 0.72, 1.91, 2.04 s (p50, p99, most) behind at a steady 20.0; its steps are 2,048
//! events at most since, of which there is no figure of a release build.
//!
//! Single runs. A view of 60 events is 8 to 11 kB; why its ceiling is an echo of the same answer is
//! told in `docs/adr/0007-views-beside-their-echo.md`.
//!
//! The simulated year has few events a request and meets at the end of each part of a day, which
//! bounds its ingest; both cores are busy meanwhile, and the read models take what is left. Of all
//! samples (8,000 projects) 24 % are `SQLite`, 23 % folding and deriving rows, 19 % the decider.
//! How far the rows are behind grows with what a step costs, so it grows with the tables. Memory
//! that an ingest touches first: the decider's states 28 %, read models 27 %, saving states 17 %,
//! the index of the active segment and its sidecar 20 %.
//!
//! What is missed is missed by processor time, not by the disk: in batches both cores are busy, 9
//! us of the two for each event, where two million echoed events a second leave 1 us. Of all
//! samples in batches (profiler on, echoes and clients included) the decider has 31 %, a fifth of
//! that for asking the filters of all segments, the committer 11 %, the background 2 %, and the
//! tasks that receive, check and decode, with the clients beside them, 55 %. What a part costs
//! alone was not measured. The scattered stream takes 30 reads; the same answer without a store
//! takes 0.08 ms.
//!
//! In batches of 1,000 on one connection: 73 before all of this; 191 with filters of one cache
//! line, shared events, one key schedule a batch, faster maps, look-ups together, hashes on the
//! caller's task; 202 with mimalloc; 244 with zeros written past the page cache and blocks
//! fetched ahead; 215 to 220 after huge pages were turned off and messages bounded for the sake
//! of memory. These are single runs of successive builds, other work on the machine in some of
//! them. Yielding before the decider sleeps and drawing seeds many at a time, tried together,
//! changed nothing beyond the noise.
#![allow(
    clippy::cast_precision_loss,
    reason = "figures are told with three digits"
)]

mod appends;
mod ceilings;
mod child;
mod events;
mod feed;
mod large;
mod law;
mod load;
mod many;
mod memory;
mod models;
mod real;
mod report;
mod scale;
mod steady;
mod view_echo;

use std::{future::Future, path::PathBuf, pin::Pin};

use report::Figure;
use scale::Scale;

/// That of the program; the ceilings have it, too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the caller asks for.
struct Asked {
    scale: Scale,
    json: bool,
    sections: Vec<String>,
}

impl Asked {
    /// Reads arguments. `cargo bench` passes `--bench`; without it, as under `cargo test`, inputs
    /// are tiny. Words without dashes name the sections wanted; none means all.
    fn from_args() -> Self {
        let args: Vec<String> = std::env::args().skip(1).collect();
        let has = |name: &str| args.iter().any(|arg| arg == name);
        let scale = if has("--bench") && !has("--quick") {
            Scale::FULL
        } else {
            Scale::QUICK
        };
        let sections = args
            .iter()
            .filter(|arg| !arg.starts_with('-'))
            .cloned()
            .collect();
        Self {
            scale,
            json: has("--json"),
            sections,
        }
    }

    fn wants(&self, section: &str) -> bool {
        self.sections.is_empty() || self.sections.iter().any(|wanted| wanted == section)
    }
}

/// What is measured, in this order.
const SECTIONS: [&str; 8] = [
    "unary", "streams", "batches", "large", "models", "law", "steady", "many",
];

/// Measures a section in a folder of its own.
fn work(
    section: &'static str,
    scale: Scale,
    folder: PathBuf,
) -> Pin<Box<dyn Future<Output = Vec<Figure>> + Send>> {
    Box::pin(async move {
        match section {
            "large" => large::figures(scale, &folder).await,
            "models" => models::figures(scale, &folder).await,
            "law" => law::figures(scale, &folder).await,
            "steady" => steady::figures(scale, &folder).await,
            "many" => many::figures(scale, &folder).await,
            _ => appends::figures(section, scale, &folder).await,
        }
    })
}

fn main() {
    let asked = Asked::from_args();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("the runtime starts");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the disk has room");
    let path = folder.path().to_path_buf();
    let (scale, mut figures) = (asked.scale, Vec::new());
    let measured = |work| {
        let measured = runtime.block_on(async { tokio::spawn(work).await });
        measured.expect("the bench does not panic")
    };
    for section in SECTIONS {
        if asked.wants(section) {
            figures.extend(measured(work(section, scale, path.join(section))));
        }
    }
    report::print(&figures, asked.json);
}
