//! The room in which a lot's bids are opened: asked for, given, used or not.

use chrono::NaiveDate;

use super::{Script, Who};
use crate::{
    events::v1::{
        ActorRole, VenueAllocated, VenueDenialReason, VenueKind, VenueNotUsed, VenueReleased,
        VenueRequestDenied, VenueRequestWithdrawn, VenueRequested, VenueUsed,
        event_payload::Payload,
    },
    simulate::{
        city::venues,
        draft::{instant, source},
    },
};

/// A room that was given.
#[derive(Debug, Clone)]
pub(super) struct Room {
    venue_id: String,
    request_id: String,
    on: NaiveDate,
}

/// What becomes of a room that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Used,
    NobodyCame,
    GivenBack,
}

impl Script<'_> {
    /// Asks for a room for the opening; `None` when none is asked for, or none given.
    pub(super) fn ask_room(&mut self, lot_no: &str, deadline: NaiveDate) -> Option<Room> {
        if self.track.over || !self.random.chance(600) {
            return None;
        }
        let region = self.region().to_owned();
        let request_id = format!("CD-{}-{lot_no}", self.project_id);
        let asked_at = instant(self.track.today, 9, 30);
        let requested = VenueRequested {
            request_id: request_id.clone(),
            region: region.clone(),
            project_id: self.project_id.clone(),
            lot_nos: vec![lot_no.into()],
            kind: VenueKind::Opening.into(),
            desired_start: Some(instant(deadline, venues::FROM_HOUR, 0)),
            duration_min: 60 * (venues::TO_HOUR - venues::FROM_HOUR) as i32,
            requested_at: Some(asked_at),
        };
        let payload = Payload::VenueRequested(requested);
        let mut draft = self.draft_at(source::VENUES, self.organiser(), asked_at, payload);
        draft.stream = format!("region/4304/{region}");
        self.accept(draft, "room asked for");
        if self.random.chance(30) {
            let withdrawn = VenueRequestWithdrawn {
                request_id,
                region: region.clone(),
                withdrawn_on: self.track.today.to_string(),
            };
            let payload = Payload::VenueRequestWithdrawn(withdrawn);
            let mut draft = self.draft(source::VENUES, self.organiser(), payload);
            draft.stream = format!("region/4304/{region}");
            self.accept(draft, "request of a room withdrawn");
            return None;
        }
        self.pass_workdays(1, 2);
        let Some(venue) = self.rooms.book(deadline) else {
            let denied = VenueRequestDenied {
                request_id,
                region: region.clone(),
                reason: VenueDenialReason::NoRoom.into(),
                denied_on: self.track.today.to_string(),
            };
            let stream = format!("region/4304/{region}");
            let about = (
                format!("request/4304/{region}/CD-{}-{lot_no}", self.project_id),
                stream.clone(),
            );
            self.by_venue(stream, Payload::VenueRequestDenied(denied), "no room given");
            self.breaks_in(about, self.track.today, "HY-13-ONDEMAND");
            return None;
        };
        let room = Room {
            venue_id: venues::id(venue),
            request_id: request_id.clone(),
            on: deadline,
        };
        let allocated = VenueAllocated {
            venue_id: room.venue_id.clone(),
            request_id,
            region,
            project_id: self.project_id.clone(),
            start: Some(instant(deadline, venues::FROM_HOUR, 0)),
            end: Some(instant(deadline, venues::TO_HOUR, 0)),
            allocated_on: self.track.today.to_string(),
        };
        let payload = Payload::VenueAllocated(allocated);
        self.by_venue(room.stream(), payload, "room given");
        Some(room)
    }

    /// Tells what became of a room.
    pub(super) fn leave_room(&mut self, room: Option<Room>, outcome: Outcome) {
        let Some(room) = room else { return };
        let region = self.region().to_owned();
        let (venue_id, request_id) = (room.venue_id.clone(), room.request_id.clone());
        let project_id = self.project_id.clone();
        let (payload, label) = match outcome {
            Outcome::Used => {
                let minutes = self.random.between(0, 40);
                let used = VenueUsed {
                    venue_id,
                    request_id,
                    region,
                    project_id,
                    actual_start: Some(instant(room.on, venues::FROM_HOUR, 5)),
                    actual_end: Some(instant(room.on, venues::TO_HOUR - 1, 15 + minutes)),
                };
                (Payload::VenueUsed(used), "room used")
            }
            Outcome::NobodyCame => {
                let not_used = VenueNotUsed {
                    venue_id,
                    request_id,
                    region,
                    project_id,
                    on: room.on.to_string(),
                };
                (Payload::VenueNotUsed(not_used), "room not used")
            }
            Outcome::GivenBack => {
                let released = VenueReleased {
                    venue_id,
                    request_id,
                    region,
                    project_id,
                    released_on: self.track.today.to_string(),
                };
                (Payload::VenueReleased(released), "room given back")
            }
        };
        self.by_venue(room.stream(), payload, label);
    }

    /// The trading centre, as the keeper of its rooms.
    pub(super) fn by_venue(&mut self, stream: String, payload: Payload, label: &'static str) {
        let at = match &payload {
            Payload::VenueUsed(event) => event.actual_start,
            _ => None,
        };
        let mut draft = self.draft(source::VENUES, Who::Trade, payload);
        draft.occurred_at = at.unwrap_or(draft.occurred_at);
        draft.role = ActorRole::Venue;
        draft.stream = stream;
        self.accept(draft, label);
    }
}

impl Room {
    fn stream(&self) -> String {
        format!("venue/4304/{}", self.venue_id)
    }
}
