//! Bihuan (闭环): an event-sourced procurement lifecycle ledger.
//!
//! Modules in reading order; data flows down this list, never up.

pub mod events;

pub mod domain;

pub mod journal;

pub mod state;

pub mod proof;

pub mod access;

pub mod exchange;

pub mod views;

pub mod rules;

pub mod ledger;

pub mod models;

pub mod supervision;

pub mod grpc;

pub mod simulate;

pub mod cli;

/// Counts up whenever the schema's messages change; a journal written with a newer schema is not
/// opened.
pub const SCHEMA_REVISION: u32 = 1;
