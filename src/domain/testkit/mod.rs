//! Given, when, then: a ledger in memory that decides, and valid facts of every type.
//!
//! Every append of a [`World`] also checks that what `decide` answered is what `fold` makes of the
//! history, so that each test of the domain tests both.

pub mod facts;
mod world;

pub use facts::*;
pub use world::{World, assert_refusal, by, on_stream};
