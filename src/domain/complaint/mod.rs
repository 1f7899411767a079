//! CP 投诉: how a finance department takes up a complaint, and what it decides
//! (政府采购法第55条至第57条, 财政部令第94号).
//!
//! For: the life of a complaint from its receipt to its decision, the suspensions of lots that it
//! orders, the pauses of its clock. Not for: whether an act came in time (findings), the lots'
//! side of a suspension.
//!
//! The entity is keyed by its stream and number (owner = project id, id = complaint id).
//!
//! Decided where the specification is silent:
//! - A receipt is never refused for its content. What may not be taken up is said when it is to be
//!   taken up ([`gates`]): `ComplaintReviewed` with `ACCEPT` is E002. Any challenge of the same
//!   supplier in the project counts, named or not.
//! - A challenge that was refused counts as answered on that day, and the time of its reply runs
//!   from the day on which it was handed in; one that was filed and never received, from its
//!   filing. A withdrawn challenge is no challenge any more.
//! - The complaint's own day is that of its receipt, also after a correction.
//! - The department that received a complaint handles it to its end (E026); one without
//!   jurisdiction says so in its review, and the other receives it under a new number.
//! - The notice of correction may be recorded just before the review that orders it. A complaint
//!   that is not corrected is not accepted by a second review.
//! - A lot that is suspended is not suspended again before it is lifted, and what ends a complaint
//!   does not lift: lifting may follow a decision or a withdrawal, and so may the end of a pause.
//!
//! Read next: [`state`] (with the table), [`gates`].

pub mod gates;
pub mod state;

#[cfg(test)]
mod tests;

pub use gates::check;
pub use state::{Complaint, ComplaintStatus, TRANSITIONS, evolve, transition};
