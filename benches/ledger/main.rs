//! How fast is the ledger, measured against what the machine and the transport allow?
#![allow(
    clippy::cast_precision_loss,
    reason = "figures are told with three digits"
)]

mod appends;
mod ceilings;
mod child;
mod events;
mod large;
mod load;
mod real;
mod report;
mod scale;

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

fn main() {
    let asked = Asked::from_args();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("the runtime starts");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the disk has room");
    let path = folder.path().to_path_buf();
    let (scale, mut figures) = (asked.scale, Vec::new());
    for section in ["unary", "streams", "batches"] {
        if asked.wants(section) {
            let path = path.join(section);
            let measured = runtime.block_on(async {
                tokio::spawn(async move { appends::figures(section, scale, &path).await }).await
            });
            figures.extend(measured.expect("the bench does not panic"));
        }
    }
    if asked.wants("large") {
        let measured = runtime.block_on(async {
            tokio::spawn(async move { large::figures(scale, &path).await }).await
        });
        figures.extend(measured.expect("the bench does not panic"));
    }
    report::print(&figures, asked.json);
}
