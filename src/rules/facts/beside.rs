//! What facts read beside their stream: other streams as of the same moments, and what the registry
//! tells of an organisation in its own stream. Many duties bind units, agencies and bureaus that
//! recorded nothing; the registry is where they certainly are.

use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate};

use crate::{
    domain::values::StreamKind,
    events::v1::{OrganisationKind, event_payload::Payload},
    rules::case::{Clock, Done, Scene},
    views::Standing,
};

/// What counts in another stream of the same prefecture, in order of position.
pub(super) fn acts_of(scene: &Scene<'_>, kind: StreamKind, id: &str) -> Arc<Vec<Standing>> {
    scene.around.acts(kind, id, scene.timeline.as_of())
}

/// The earliest act of a kind, no earlier than a day.
pub(super) fn first_of(
    acts: &[Standing],
    from: NaiveDate,
    is_it: impl Fn(&Payload) -> bool,
) -> Option<Done> {
    let is_it = |act: &&Standing| act.on() >= from && act.payload().is_some_and(&is_it);
    let act = acts
        .iter()
        .filter(is_it)
        .min_by_key(|act| (act.on(), act.position))?;
    Some(Done::by(act))
}

/// The first day of a year.
pub(super) fn first_day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default()
}

/// An organisation as a member of a kind.
pub(super) struct Member {
    /// Its region, as last registered.
    pub(super) region: String,
    /// The day since which it is one.
    pub(super) since: NaiveDate,
    /// Since when it is one no more, and why.
    pub(super) ended: Option<(NaiveDate, String)>,
    /// The events that say so.
    pub(super) evidence: Vec<u64>,
}

impl Member {
    /// Of an organisation's stream; `None` when it never was one.
    pub(super) fn of(
        scene: &Scene<'_>,
        is_kind: impl Fn(OrganisationKind) -> bool,
    ) -> Option<Self> {
        let mut member: Option<Self> = None;
        for (act, payload) in scene.acts() {
            let stated = match payload {
                Payload::OrganisationRegistered(e) => Some((e.kinds().any(&is_kind), &e.region)),
                Payload::OrganisationChanged(e) => Some((e.kinds().any(&is_kind), &e.region)),
                Payload::OrganisationMerged(_) | Payload::OrganisationClosed(_) => None,
                _ => continue,
            };
            let Some(of) = &mut member else {
                if let Some((true, region)) = stated {
                    member = Some(Self {
                        region: region.clone(),
                        since: act.on(),
                        ended: None,
                        evidence: act.positions().collect(),
                    });
                }
                continue;
            };
            let ended = |reason: &str| Some((act.on(), reason.to_owned()));
            match stated {
                Some((true, region)) => {
                    of.region.clone_from(region);
                    of.ended = None;
                }
                Some((false, _)) => {
                    of.ended = of
                        .ended
                        .take()
                        .or(ended("单位类别变更 it is of another kind now"));
                }
                None => of.ended = ended("单位注销或合并 it was closed or merged"),
            }
            of.evidence.extend(act.positions());
        }
        member
    }

    /// The years in which it was one, up to that of a day, each with its first day.
    pub(super) fn years(&self, today: NaiveDate) -> impl Iterator<Item = (i32, NaiveDate)> + use<> {
        let last = self.ended.as_ref().map_or(today, |(on, _)| today.min(*on));
        (self.since.year()..=last.year()).map(|year| (year, first_day(year)))
    }

    /// A clock of a duty that it has once.
    pub(super) fn clock(&self) -> Clock {
        Clock {
            bound_since: Some(self.since),
            void: self.ended.clone(),
            ..Clock::default()
        }
    }

    /// A clock of its duty of one year: what ends it in a later year does not end that.
    pub(super) fn clock_of_year(&self, year: i32) -> Clock {
        let ended = self.ended.clone();
        Clock {
            bound_since: Some(self.since),
            void: ended.filter(|(on, _)| on.year() == year),
            ..Clock::default()
        }
    }
}
