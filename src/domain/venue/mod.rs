//! 开评标场地: rooms with their slots and allocations (VN), and who asks for them (VR) (task 13).
//!
//! A room is keyed by its stream (owner = venue id, id empty), a request by the region's stream and
//! its number. An allocation touches both: the room decides whether it is free, the request whether
//! it still waits.
//!
//! *Invariants*: live allocations of a room do not overlap, half-open `[start, end)`, and each lies
//! within opened slots, which join where they touch (E019). Both hold in the folded room, so
//! corrections and voids of slots, allocations and releases meet them too.
//!
//! Decided where the domain's specification is silent:
//! - Released allocations and those to which nobody came leave the room free; used ones do not.
//! - A request whose room was released may be allocated again: a re-allocation is a release and an
//!   allocation, in this order.
//! - No room is given before the bid deadline of a lot that the request names, whatever it is for
//!   (E003): nothing is opened or evaluated before it.
//! - How long a room was really used is no gate, nor is the kind of room.

mod gates;
mod request;
mod room;

pub use gates::check;
pub use request::{
    REQUEST_TRANSITIONS, RequestStatus, VenueRequest, request_evolve, request_transition,
};
pub use room::{
    Allocation, AllocationStatus, ROOM_TRANSITIONS, RoomStatus, Span, Venue, room_evolve,
    room_invariants, room_transition,
};

#[cfg(test)]
mod tests;
