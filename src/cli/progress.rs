//! Progress on standard error: a bar on a terminal, a plain line every few seconds elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Between two plain lines.
const PLAIN_EVERY: Duration = Duration::from_secs(5);

/// Where progress goes.
#[derive(Debug)]
pub struct Progress {
    label: String,
    bar: Option<ProgressBar>,
    last_plain: Instant,
    started: Instant,
}

impl Progress {
    /// Starts; `total` is what the bar counts to, in the unit of `advance_to`, if known.
    pub fn start(label: &str, total: Option<u64>) -> Self {
        let now = Instant::now();
        let bar = console_is_terminal().then(|| bar(label, total));
        Self {
            label: label.to_owned(),
            bar,
            last_plain: now,
            started: now,
        }
    }

    /// Tells how far it is, and a line about it.
    pub fn advance_to(&mut self, done: u64, line: impl FnOnce() -> String) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
            bar.set_message(line());
        } else if self.last_plain.elapsed() >= PLAIN_EVERY {
            self.last_plain = Instant::now();
            eprintln!("{}: {}", self.label, line());
        }
    }

    /// Learns the total after the start.
    pub fn set_total(&self, total: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(total);
        }
    }

    /// Lets somebody else write to the terminal, the bar out of the way.
    pub fn clear_for<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Clears the bar.
    pub fn finish(mut self) {
        self.clear();
    }

    /// Clears the bar; nothing is shown any more.
    pub fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn console_is_terminal() -> bool {
    use std::io::IsTerminal as _;
    std::io::stderr().is_terminal()
}

fn bar(label: &str, total: Option<u64>) -> ProgressBar {
    let target = ProgressDrawTarget::stderr_with_hz(8);
    let bar = ProgressBar::with_draw_target(total, target);
    let template = if total.is_some() {
        "{prefix} {bar:20} {percent:>3}% {wide_msg} {elapsed}"
    } else {
        "{prefix} {spinner} {wide_msg} {elapsed}"
    };
    let style = ProgressStyle::with_template(template).expect("the template is well formed");
    bar.set_style(style.progress_chars("█▉ "));
    bar.set_prefix(label.to_owned());
    bar
}
