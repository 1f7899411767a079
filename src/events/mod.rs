//! The language of the ledger: messages generated from `proto/bihuan/v1`, and their descriptor.
//!
//! Here: generated types, wire mirrors that keep an event's bytes as received, the descriptor pool.
//! Not here: meaning. What an event may do is the domain's business.
//!
//! *Invariant*: nothing in this folder decides anything.

pub mod commitment;
pub mod descriptor;
pub mod diff;
pub mod example;
mod example_values;
pub mod json;
mod json_text;
pub mod wire;

/// Messages and services of `bihuan.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod v1 {
    tonic::include_proto!("bihuan.v1");
}

/// The encoded descriptor set of the schema, imports included.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bihuan.binpb"));
