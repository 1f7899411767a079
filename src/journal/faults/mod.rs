//! File systems that fail on demand. For tests only, of this layer and of those above; compiled
//! always because integration tests and long crash runs use them too.
//!
//! [`FaultFs`] fails, shortens or tears the n-th change of any file system. [`PowerCutFs`] lives
//! in memory and can lose, at any moment, what was not synced. They stack.

mod disk;
mod failing;
mod power_cut;

pub use failing::{Fault, FaultFs};
pub use power_cut::PowerCutFs;
