//! 审批: what must be approved on the way (AI), and how it was (AP) (task 12).
//!
//! For: a region's catalogue of items ([`item`], owner = region, id = item code) and the approvals
//! of one project ([`request`], owner = project id, id = approval id). Not for: which items the law
//! needs, how long a decision may take, whether an abolished item was used (findings).
//!
//! Decided where the specification is silent:
//! - An item is catalogued once; what was abolished or merged comes back under a new code. Its law
//!   may be told several times while it stands. An item merges into another that is catalogued
//!   (E001), whatever became of that one.
//! - A request may be of an earlier day than the listing of its item, which is a list of what was
//!   approved before. For an abolished item it is recorded.
//! - Papers that never came do not hold up a decision or a withdrawal.
//!
//! Read next: [`item`], [`request`].

pub mod item;
pub mod request;

#[cfg(test)]
mod tests;

pub use item::ApprovalItem;
pub use request::Approval;

use super::gate::Env;
use crate::events::v1::event_payload::Payload;

/// The step gates of approvals and their items.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    item::check(env, payload);
    request::check(env, payload);
}
