//! CT 政府采购合同: what is owed under a contract, what may be claimed of it and what was paid.
//!
//! For: the life of a contract from signing to completion or termination, its money (original,
//! supplements, changes, damages, accepted, settled, claimed) and the gates over it. Not for: the
//! award that contracts share (the lot's), what a budget line bears (the project's), the rounds of
//! one payment ([`payment`](super::payment)), deadlines (findings, never gates).
//!
//! *Invariants*: paid ≤ payable ≤ original + supplements + changes. Figures are summed from
//! numbered entries in 128 bits, so that no subset of events overflows or counts twice.
//!
//! Decided where the domain's specification is silent:
//! - Supplier, buyer and law track are those of award and plan (E001 naming what is expected).
//! - Papers (filing, invoices, uploads) are taken in every state; deliveries also while defects are
//!   mended; performance starts once, also after a first delivery.
//! - A settlement on termination is all that is owed, what was paid before included. It bounds what
//!   is requested afterwards, on whatever term; what was claimed before stands, since a termination
//!   is a fact. Damages after it are part of the settlement and not assessed any more.
//! - Damages and cuts that would leave less payable than payments claim are E015. Damages assessed
//!   after an acceptance deduct from payment, never from what was accepted.
//! - A failure after the final acceptance holds new retention money back until the next one passes.
//!
//! Read next: [`status`] (the table), [`state`], [`limits`] (the sums), [`gates`].

mod evolve;
pub mod gates;
pub mod limits;
pub mod order;
pub mod state;
pub mod status;
mod transition;

#[cfg(test)]
pub(in crate::domain) mod tests;

pub use evolve::evolve;
pub use gates::check;
pub use limits::invariants;
pub use state::Contract;
pub use status::{ContractStatus, TRANSITIONS};
pub use transition::transition;
