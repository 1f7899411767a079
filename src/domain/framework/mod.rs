//! FA 框架协议: agreements with several suppliers, and the orders under them (令110).
//!
//! The entity is keyed by its stream (owner = framework id, id empty). Drafted, reviewed by
//! finance, solicited, shortlisted, signed, active, ended. An order is a small award of its own: it
//! follows in the unit's project as `AwardRecorded`, which names no order; none is looked for.
//!
//! Decided where the domain's specification is silent:
//! - Orders go on while more suppliers are called; the supplementary short list leads back to
//!   `ACTIVE`, where agreements with the new suppliers are signed.
//! - The short list of an open agreement (开放式) stays open: suppliers join it without another
//!   call. Of a closed one it is not made before the day of the deadline (E003).
//! - A supplier that is removed signs and takes no orders (E001), unless a later short list names
//!   it again. A call may be terminated at any time before its end.
//! - An order is of a lot that the ledger knows, by the unit of its project (E001); of an agreement
//!   of the supplier that is in force on that day (E003); of items of it (E001) at its prices at
//!   most (E013), also when an agreement is corrected later; each line is rounded half up to the
//!   fen, and the lines make the amount (E024).
//! - No more are shortlisted than responded (E024); elimination and terms are law.
//!
//! Read next: [`state`], then the table in [`transition`](mod@transition).

mod gates;
mod invariants;
pub mod state;
pub mod transition;

pub use gates::check;
pub use invariants::invariants;
pub use state::{Agreement, Framework, FrameworkStatus, OrderFault, Ordered, Shortlisted};
pub use transition::{TRANSITIONS, evolve, transition};

#[cfg(test)]
mod tests;
