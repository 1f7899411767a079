//! LT 包/标段: a lot of a plan, from planned to contracted or failed.
//!
//! The entity is keyed by its stream and number (owner = project id, id = lot number). Methods,
//! awards and failures act per lot. A failed lot is final; a retry is a new lot such as `02-R1`.
//! `AWARDED` cannot fail. The minimal path leads from `PLANNED` by `OPEN`,
//! `OPENED`, `EVALUATED`, `AWARD_PENDING` and `AWARDED` to `CONTRACTED`; `AwardRecorded` leads from
//! `PLANNED` to `AWARDED` at once.
//!
//! award ≤ min(ceiling, amount) (E012, 政府采购法第36条), Σ contracts ≤ award (E013, 第46条).
//!
//! Read next: [`state`], then the table in [`transition`](mod@transition).

mod evolve;
mod invariants;
pub mod state;
pub mod transition;

pub use evolve::evolve;
pub use invariants::{invariants, opening_mismatch};
pub use state::{Award, Bid, Lot, LotStatus, Ranked};
pub use transition::{TRANSITIONS, parts_of, transition};
