//! 开评标场地: the rooms of the trading centre and when they can be had (task 13).

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate};

use super::{Clerk, clerk::Sender};
use crate::{
    events::v1::{ActorRole, VenueKind, VenueRegistered, VenueSlotOpened, event_payload::Payload},
    simulate::draft::{instant, source},
};

/// A room is had for an opening from this hour.
pub(in crate::simulate) const FROM_HOUR: i64 = 9;
/// And until this one.
pub(in crate::simulate) const TO_HOUR: i64 = 12;

/// The id of a room.
pub(in crate::simulate) fn id(venue: usize) -> String {
    format!("VN-430400-{:02}", venue + 1)
}

/// Which rooms are given on which day.
#[derive(Debug, Clone)]
pub(in crate::simulate) struct Rooms {
    year: i32,
    count: usize,
    taken: BTreeMap<NaiveDate, usize>,
    /// The same of an hour in the afternoon.
    afternoons: BTreeMap<NaiveDate, usize>,
}

impl Rooms {
    pub(in crate::simulate) fn new(year: i32, projects: usize) -> Self {
        Self {
            year,
            count: count(projects),
            taken: BTreeMap::new(),
            afternoons: BTreeMap::new(),
        }
    }

    /// Gives a room on a day of the year, if one is left.
    pub(in crate::simulate) fn book(&mut self, day: NaiveDate) -> Option<usize> {
        let taken = self.taken.entry(day).or_default();
        if day.year() != self.year || *taken == self.count {
            return None;
        }
        *taken += 1;
        Some(*taken - 1)
    }

    /// Gives a room for an hour in the afternoon of a day of the year, if one is left.
    pub(in crate::simulate) fn book_afternoon(&mut self, day: NaiveDate) -> Option<usize> {
        let taken = self.afternoons.entry(day).or_default();
        if day.year() != self.year || *taken == self.count {
            return None;
        }
        *taken += 1;
        Some(*taken - 1)
    }
}

fn count(projects: usize) -> usize {
    (projects / 500).clamp(3, 40)
}

pub(super) fn write(clerk: &mut Clerk<'_>) {
    let centre = Sender {
        source: source::VENUES,
        actor: &clerk.world.trading_centre,
        role: ActorRole::Venue,
        region: "430400",
    };
    for venue in 0..count(clerk.scene.drawn.projects.len()) {
        clerk.begin(1, 4);
        let kind = match venue % 4 {
            3 => VenueKind::Remote,
            2 => VenueKind::Evaluation,
            _ => VenueKind::Opening,
        };
        let stream = format!("venue/4304/{}", id(venue));
        let registered = VenueRegistered {
            venue_id: id(venue),
            region: centre.region.into(),
            room_no: format!("{}开标室", venue + 101),
            kind: kind.into(),
            capacity: 20 + 10 * (venue % 3) as i32,
            on: clerk.date(),
        };
        let payload = Payload::VenueRegistered(registered);
        if clerk.is_first_year() {
            clerk.send(centre, stream.clone(), payload, "room registered");
        }
        clerk.pass(1, 1);
        // The year's weeks, from their Monday on.
        let year = clerk.year();
        let weekday = clerk.today.weekday().num_days_from_monday();
        let mut monday = clerk.today - Days::new(weekday.into());
        let mut week = 1;
        while monday.year() <= year {
            // A week that ends early leaves a working day's afternoon closed, and no other.
            let friday = monday + Days::new(4);
            let is_day = |day: u64| clerk.calendar.is_workday(monday + Days::new(day));
            let may_close = friday.year() == year
                && friday > clerk.today
                && is_day(4)
                && !is_day(5)
                && !is_day(6);
            let is_closed = may_close && clerk.is_planted("HY-13-ALLDAY");
            let last = match is_closed {
                true => instant(friday, TO_HOUR, 0),
                false => instant(monday + Days::new(6), 18, 0),
            };
            if is_closed {
                let subject = format!("venue/4304/{}/{friday}", id(venue));
                clerk.breaks(friday, "HY-13-ALLDAY", (subject, stream.clone()));
            }
            let opened = VenueSlotOpened {
                venue_id: id(venue),
                slot_id: format!("SD-{year}-{week:02}"),
                from: Some(instant(monday, 8, 0)),
                to: Some(last),
                opened_on: clerk.date(),
            };
            let payload = Payload::VenueSlotOpened(opened);
            clerk.send(centre, stream.clone(), payload, "room opened for a week");
            monday = monday + Days::new(7);
            week += 1;
        }
    }
}
