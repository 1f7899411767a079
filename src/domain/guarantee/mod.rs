//! 保证金、保函、电子增信: what is held as security (task 05).
//!
//! For: bonds ([`bond`], BD), guarantees ([`letter`], GT) and what else stands in for a bond
//! ([`enhancement`], CX), each keyed by its stream and number (owner = project id). Not for: how
//! much may be asked for, in which form, or how soon it goes back (findings).
//!
//! *Invariants*: returned + forfeited ≤ collected, claimed + released ≤ guaranteed (E023).
//!
//! Decided where the specification is silent:
//! - A bond is forfeited once, since a forfeiture has no number: in whole or in part. What is left
//!   after a part may still be returned.
//! - A guarantee that is claimed or released in whole, or that expired, is over. It does not expire
//!   before the day after its last (E003).
//! - A security keeps the contract that it named when it was given (E001). One that names none
//!   secures a lot or the project. It may be given before the contract that it names is signed, but
//!   is recorded after it, since the contract must be known.
//! - A contract is completed when nothing secures it any more ([`tally`], E002): neither a bond of
//!   which something is held, nor a guarantee of which something is open and whose last day has not
//!   passed. Credit enhancements have no end of their own and hold nothing up.
//!
//! Read next: [`bond`], [`letter`], [`tally`], [`gates`].

pub mod bond;
pub mod enhancement;
pub mod gates;
pub mod letter;
pub mod tally;

#[cfg(test)]
mod tests;

pub use bond::Bond;
pub use enhancement::CreditEnhancement;
pub use gates::check;
pub use letter::Guarantee;
