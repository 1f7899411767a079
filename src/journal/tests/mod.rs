//! Tests of the journal, from its layouts up to its behaviour under faults.

mod append;
mod damage;
mod faults;
mod golden;
mod header;
mod scribe;
