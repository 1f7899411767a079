//! Given, when, then: a ledger in memory that decides, and valid facts of every type.
//!
//! Every append of a [`World`] also checks that what `decide` answered is what `fold` makes of the
//! history, so that each test of the domain tests both.

pub mod facts;
pub mod market;
pub mod oversight;
mod tables;
mod world;

pub use facts::*;
pub use tables::assert_machine;
pub use world::{World, assert_refusal, by, in_county, on_stream};
