//! Views: one object as its events tell it, as of a legal date and a record time.
//!
//! For: pure folds from histories to the messages that are served; a view is that message, so there
//! is one definition of it, in `project_view.proto`. Not for: reading, visibility, transport, and
//! lists over many objects.
//!
//! *Invariants*: pure and total: any subset of events of any type gives a view, in time that grows
//! with their number. Corrections and voids are applied by [`crate::domain::fold`] and nowhere
//! else, contract sums by [`crate::domain::contract`]. Every figure names its events. What a caller
//! leaves out of a history is in no view.
//!
//! Read next: [`timeline`], then [`project`].

pub mod acts;
pub mod amended;
pub mod figure;
pub mod timeline;

pub mod matters;
pub mod notices;

pub mod contract;
pub mod project;

pub mod budget_line;
pub mod framework;
pub mod order;
pub mod organisation;

pub mod process;

#[cfg(test)]
mod tests;

pub use timeline::{AsOf, History, Standing, Timeline};
