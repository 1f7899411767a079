//! Rules: what the law asks of procurement, as data, and what it says of a history.
//!
//! For: packs of rules, the facts that they look at, obligations and findings with their evidence.
//! Not for: refusing anything, which gates do; reading; lists over many streams.
//!
//! *Invariants*: pure: a judgement is a function of history, rules, calendar and day. The version
//! of a rule applies that was in force on the trigger's legal date. Nothing is found that no event
//! shows; what a rule does not apply to has a reason. No rule reads sealed or personal parts.
//!
//! Read next: [`pack`], [`case`], [`judge`], then [`facts`].

pub mod case;
mod convention;
pub mod facts;
pub mod judge;
pub mod pack;
pub mod verdict;

#[cfg(test)]
mod tests;

pub use convention::Convention;
pub use judge::{Law, Matter};
pub use pack::{Pack, PackError, Rule, Severity};
