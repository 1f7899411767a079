//! Who may see and do what, and the record of who was refused.
//!
//! For: keys and sealing of the parts that are not public, the access log. Not for: deciding
//! events; the domain tests roles and jurisdictions.
//!
//! *Invariants*: sealed and personal bytes leave this folder only encrypted, or to a reader who
//! has the right. The access log never holds them.

pub mod keys;
pub mod log;
pub mod sealing;

pub use log::AccessLog;
