//! 信用: how parties judge each other (CE), and who is banned (BN).
//!
//! For: evaluations of a project and its contracts ([`evaluation`], owner = project id, id empty,
//! so that an evaluation's number is unique in the stream) and records of bad conduct ([`ban`],
//! owner = the supplier's Uscc, id = record id). Not for: whether an award went to a banned
//! supplier, how long a ban may be, whether an evaluation came in time (findings).
//!
//! Decided where the specification is silent:
//! - A party judges another once per contract, in whatever capacity that one acted.
//! - A record without a ban can be repaired too; it is repaired once.
//!
//! Read next: [`evaluation`], [`ban`].

pub mod ban;
pub mod evaluation;

#[cfg(test)]
mod tests;

pub use ban::Ban;
pub use evaluation::Credit;

use super::gate::Env;
use crate::events::v1::event_payload::Payload;

/// The step gates of evaluations and bans.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    evaluation::check(env, payload);
    ban::check(env, payload);
}
