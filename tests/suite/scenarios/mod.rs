//! The acceptance scenarios of the domain's specification, as far as gates and views go, over gRPC
//! under the simulated clock.

mod complaint;
mod dashboard;
mod financing;
mod late_payment;
mod mall;
mod open_tender;
mod secrecy;
mod story;
