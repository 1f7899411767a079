//! How much is measured: enough to trust, or just enough to see that the bench still works.

/// Sizes of everything.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Rounds of ceiling and ledger in turn; medians are told.
    pub rounds: usize,
    /// Events of a round with one caller.
    pub alone_events: usize,
    /// Events of a round with many unary callers.
    pub unary_events: usize,
    /// Events of a round of streams and of batches.
    pub bulk_events: usize,
    /// Projects of the large ledger, each with a budget line, a plan and 29 notices.
    pub projects: u64,
    /// Reads of one stream in a round.
    pub reads: usize,
    /// Openings that are timed.
    pub opens: usize,
    /// Projects of the simulated city whose year is followed by views.
    pub city: u32,
    /// Projects of one plan each that lists are asked about.
    pub many: u64,
    /// Batches that each caller sends at a steady rate.
    pub steady: usize,
    /// Questions about them, or about the city, in a round.
    pub questions: usize,
}

impl Scale {
    /// What the figures in the header of this bench were measured with.
    pub const FULL: Self = Self {
        rounds: 5,
        alone_events: 2_000,
        unary_events: 24_000,
        bulk_events: 160_000,
        projects: 32_256,
        reads: 2_000,
        opens: 3,
        city: 26_000,
        many: 1_000_000,
        steady: 1_000,
        questions: 400,
    };
    /// A few seconds, for CI; its figures mean nothing.
    pub const QUICK: Self = Self {
        rounds: 1,
        alone_events: 20,
        unary_events: 512,
        bulk_events: 8_000,
        projects: 96,
        reads: 10,
        opens: 1,
        city: 12,
        many: 2_500,
        steady: 20,
        questions: 5,
    };

    /// Requests of each caller that make about so many events.
    pub fn requests(events: usize, callers: usize, events_per_request: usize) -> usize {
        (events / callers / events_per_request).max(1)
    }
}
