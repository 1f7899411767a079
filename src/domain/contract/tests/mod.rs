//! What contracts accept and refuse, in tables.

pub(in crate::domain) mod facts;

mod gates;
mod properties;
mod status;
mod sums;
pub(in crate::domain) mod world;
