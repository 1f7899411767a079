//! Rules: what the law asks of procurement, as data, and what it says of a history.
//!
//! For: packs of rules, the facts that they look at, obligations and findings with their evidence.
//! Not for: refusing anything, which gates do; reading; finding cases over many streams, which
//! pictures do (in supervision): their rules and facts are declared here.
//!
//! *Invariants*: pure: a judgement is a function of history, rules, calendar and day. The version
//! of a rule applies that was in force on the trigger's legal date. Nothing is found that no event
//! shows; what a rule does not apply to has a reason. No rule reads sealed or personal parts.
//!
//! Read next: [`pack`], [`packs`], [`case`], [`judge`], [`explain`], then [`facts`].

pub mod adoption;
pub mod case;
mod condition;
mod convention;
pub mod explain;
pub mod facts;
pub mod judge;
mod late;
pub mod pack;
mod pack_file;
pub mod packs;
pub mod parameters;
pub mod replay;
mod superseded;
pub mod verdict;
mod words;

#[cfg(test)]
pub mod testkit;
#[cfg(test)]
mod tests;

pub use condition::Condition;
pub use convention::Convention;
pub use judge::{Law, Matter, Waiver};
pub use pack::{Pack, PackError, Rule, Severity};
pub use packs::Packs;
pub use parameters::Parameters;
