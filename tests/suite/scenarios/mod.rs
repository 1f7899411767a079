//! The acceptance scenarios of the domain's specification over gRPC under the simulated clock: what
//! gates refuse, what the law says of each project on its days, every finding of the rules that a
//! scenario names in the whole ledger, and metrics.

mod complaint;
mod dashboard;
mod financing;
pub mod late_payment;
mod mall;
pub mod open_tender;
mod secrecy;
pub mod story;
