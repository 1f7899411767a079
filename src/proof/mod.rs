//! Proof: what an auditor who distrusts us can check.
//!
//! For: verifying a whole folder by reading and hashing everything again. Not for: the hashes and
//! the tree themselves, which the journal defines.
//!
//! *Invariants*: verifying changes nothing in the folder. Everything is verified by default; there
//! is no quicker mode that looks at less.

mod states;
mod verify;

pub use verify::{Finding, VerifyError, VerifyReport, verify, verify_with_master_key};
