//! 红旗指标 red flags: what an analyst or regulator looks at first.
//!
//! For: indicators of one lot or process, and of what lies far out in a population, over documented
//! tables; native projects, orders and imported OCDS processes alike. Not for: duties and breaches,
//! which are rules; a flag is a reason to look, no proof.
//!
//! *Invariants*: money is compared exactly. What cannot be said has a reason. Every answer names
//! its figures, its threshold and the events behind it. Only what is public after opening is read.
//!
//! *Populations*: fences are of one partition (a prefecture, or one publisher) and of its main
//! currency, the one that most of its bids are in; of equally many the first by name.
//!
//! Read next: [`tables`], `rows`, [`catalogue`], [`known`], then `find`.

pub mod catalogue;
mod document;
mod evaluate;
mod exact;
mod find;
pub mod known;
pub mod outcome;
pub mod picture;
pub mod quartile;
mod read;
mod rows;
pub mod tables;
#[cfg(test)]
mod tests;

pub use catalogue::{Catalogue, Indicator};
pub use document::document;
pub use evaluate::{IndicatorError, Query, each, evaluate, evaluate_by};
pub use outcome::{Figure, Number, Outcome, Verdict};
pub use rows::rows;
