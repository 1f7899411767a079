//! LT 包/标段: a lot of a plan, from planned to contracted or failed.
//!
//! The entity is keyed by its stream and number (owner = project id, id = lot number). Methods,
//! awards and failures act per lot. A failed lot is final; a retry is a new lot such as `02-R1`.
//! `AWARDED` cannot fail; it is revoked. The minimal path leads from `PLANNED` by `OPEN`,
//! `OPENED`, `EVALUATED`, `AWARD_PENDING` and `AWARDED` to `CONTRACTED`; `AwardRecorded` leads from
//! `PLANNED` to `AWARDED` at once.
//!
//! Decided where the domain's specification is silent:
//! - Several complaints may suspend a lot; it goes on when the last of them is lifted. Meanwhile it
//!   takes late bids, which are kept and never opened, and revisions that leave it as it is.
//! - A bid is late against the deadline in force on its day: a clarification judges again the bids
//!   that came on its day of issue or later. What was late before stays late.
//! - A retry is none of the plan's own lots: no revision states it, and its amount and parts stay
//!   within those of the failed lot (E011, E024). What it leaves of them stays occupied until the
//!   plan ends, as does a terminated lot's share.
//! - An award that is taken back is gone: no notice announces it, and who had it is no candidate.
//!
//! award ≤ min(ceiling, amount) (E012, 政府采购法第36条), Σ contracts ≤ award (E013, 第46条).
//!
//! Read next: [`state`], then the table in [`transition`](mod@transition).

mod evolve;
mod invariants;
pub mod low_price;
pub mod state;
pub mod transition;

pub use evolve::evolve;
pub use invariants::{invariants, opening_mismatch};
pub use low_price::{LowPrice, LowPriceStatus};
pub use state::{Award, Bid, Lot, LotStatus, Ranked, Retry};
pub use transition::{TRANSITIONS, parts_of, transition};
