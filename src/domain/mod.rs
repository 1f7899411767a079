//! The domain: what may happen, and what is so after it happened.
//!
//! For: `touched`, `decide`, `evolve` and `fold` over the entities of procurement; their states,
//! gates and transition tables. Not for: transport, storage, time, randomness, threads.
//!
//! *Invariants*: pure, synchronous, total. `evolve` of an entity reads only that entity's state and
//! the event, cannot fail, and stands any subset of events. A fact that breaks a rule of law is
//! recorded; only what cannot be true is refused.
//!
//! Read next: [`entity`], [`decider`], then one noun, such as [`budget_line`].

pub mod profile;
pub mod shape;
pub mod values;

pub mod entity;
pub mod payload;
pub mod refusal;

pub mod calendar;
pub mod decider;
pub mod diagram;
pub mod fold;
pub mod gate;
pub mod machine;
pub mod machines;
pub mod state;
pub mod touched;

mod amendment;
pub mod authority;

pub mod budget_line;
pub mod delegation;
pub mod execution;
pub mod fee;
pub mod framework;
pub mod holding;
pub mod intention;
pub mod lot;
pub mod method_change;
pub mod plan;
pub mod project;
pub mod requirement;
pub mod single_source;
pub mod stage_link;

pub mod acceptance;
pub mod contract;
pub mod notice;
pub mod payment;

pub mod objection;
pub mod order;

pub mod farm;
pub mod library;
pub mod venue;

pub mod approval;
pub mod assessment;
pub mod campaign;
pub mod challenge;
pub mod complaint;
pub mod credit;
pub mod financing;
pub mod guarantee;
pub mod inquiry;
pub mod internal_control;
pub mod onboarding;
pub mod record;

pub mod ocds;
pub mod registry;
pub mod sync;

#[cfg(test)]
pub mod testkit;
