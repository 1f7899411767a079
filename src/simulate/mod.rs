//! A deterministic city-year of procurement: Hengyang and its 14 areas, from budget lines to last
//! payments. For the demonstration, the tests and the benches.
//!
//! Here: what upstream systems would push, day by day, with what the ledger should answer. Most of
//! it is accepted; some of it is refused by design, some of it is sent again. Not here: sending,
//! and gates. The simulator never asks the domain whether something holds; it keeps its own books.
//!
//! *Invariant*: equal configurations give equal bytes, on every platform; no floats, no clock.
//! *Invariant*: memory holds the projects that are under way, never the year.
//! *Invariant*: everything is fictional: codes of organisations are of the blocks kept for tests.
//!
//! Read in this order: `day` (what comes out), `simulation` (how days are made), `outline` (what a
//! project is), `script` (its life), `plant` (what is refused), `breach` (which rules are broken on
//! purpose, and what is written of it).

mod book;
mod breach;
mod budget;
mod calendar;
mod city;
mod day;
mod draft;
mod notice_load;
mod order;
mod outline;
mod plant;
mod planted;
mod random;
mod registry;
mod script;
mod simulation;
mod sync;
#[cfg(test)]
mod tests;
mod world;

pub use breach::{Breach, Place, RATES, Rate, Way};
pub use calendar::Calendar;
pub use day::{Day, Expected, Phase, Step};
pub use notice_load::NoticeLoad;
pub use plant::Plant;
pub use random::Random;
pub use simulation::{Simulation, SimulationConfig};
