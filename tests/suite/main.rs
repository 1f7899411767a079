//! The suite: one binary, every test against real parts (a real server over a real socket, a real
//! file system, a client that we did not write).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(
    clippy::too_many_lines,
    clippy::type_complexity,
    reason = "tables of cases stand in one place"
)]
#![allow(
    clippy::needless_pass_by_value,
    clippy::cast_sign_loss,
    clippy::unused_async,
    clippy::cloned_ref_to_slice_refs,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "values and names are the tests' own"
)]

mod append;
mod auditor;
mod breaches;
mod cli;
mod codes;
mod copy;
mod corrections;
mod corruption;
mod crash;
mod disk;
mod facts;
mod faults;
mod foldings;
mod harness;
mod large_events;
mod late;
mod law;
mod layers;
mod life;
mod master_key;
mod models;
mod operations;
mod oracle;
mod overload;
mod parts;
mod power_cut;
mod process;
mod properties;
mod python;
mod readme;
mod reads;
mod refusals;
mod scenarios;
mod secrets;
mod sources;
mod stalled;
mod states;
mod subscriptions;
mod supervision;
mod surface;
mod tasks;
mod tools;
mod town;
mod verifier;
mod view_refusals;
mod views;
mod wire;
mod workload;
