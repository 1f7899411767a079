//! Corrections that come after the last day of an obligation, and what stands beside a stream with
//! or without them (domain 0.2(4)).

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;

use super::{
    case::{Around, ModuleUse, Place},
    verdict::Obligation,
};
use crate::{
    domain::{
        payload::payload_of,
        values::{StreamKind, local_date},
    },
    events::v1::{self, CorrectionEffect, event_payload::Payload},
    views::{AsOf, History, Standing, Timeline},
};

/// Another stream of the same prefecture.
type Other = (StreamKind, String);

/// What counts in one, as of two moments.
type Counted = (AsOf, Arc<Vec<Standing>>);

/// What stands beside a stream, each other stream read once; without the corrections that were
/// recorded after a day, where one is named.
pub struct Beside<'a> {
    around: &'a dyn Around,
    without_after: Option<NaiveDate>,
    read: RefCell<BTreeMap<Other, Arc<History>>>,
    /// What counts in them, as of the moments that were asked for last.
    acts: RefCell<BTreeMap<Other, Counted>>,
}

impl<'a> Beside<'a> {
    /// Of all that stands there; nothing is read yet.
    pub fn new(around: &'a dyn Around) -> Self {
        Self {
            around,
            without_after: None,
            read: RefCell::default(),
            acts: RefCell::default(),
        }
    }

    /// The same without corrections that were recorded after a day.
    pub fn without_after(around: &'a dyn Around, day: NaiveDate) -> Self {
        Self {
            without_after: Some(day),
            ..Self::new(around)
        }
    }

    /// Those of the streams that were read.
    pub fn late_corrections(&self) -> Vec<(u64, NaiveDate)> {
        let read = self.read.borrow();
        let of = |history: &Arc<History>| LateCorrections::of(history).0;
        read.values().flat_map(of).collect()
    }
}

impl Around for Beside<'_> {
    fn organisation(&self, uscc: &str) -> Option<v1::RegistryView> {
        self.around.organisation(uscc)
    }

    fn thresholds(
        &self,
        place: &Place<'_>,
        on: NaiveDate,
    ) -> Option<v1::ThresholdProfilePublished> {
        self.around.thresholds(place, on)
    }

    fn acts(&self, kind: StreamKind, id: &str, as_of: AsOf) -> Arc<Vec<Standing>> {
        let history = self.stream(kind, id);
        let key = (kind, id.to_owned());
        if let Some((of, acts)) = self.acts.borrow().get(&key)
            && *of == as_of
        {
            return Arc::clone(acts);
        }
        let acts = match self.without_after {
            None => self.around.acts(kind, id, as_of),
            Some(_) => Arc::new(Timeline::new(&history, as_of).standing().to_vec()),
        };
        self.acts
            .borrow_mut()
            .insert(key, (as_of, Arc::clone(&acts)));
        acts
    }

    fn modules(&self, region: &str, as_of: AsOf) -> Vec<ModuleUse> {
        self.around.modules(region, as_of)
    }

    fn bans(&self, uscc: &str) -> Vec<(NaiveDate, NaiveDate)> {
        self.around.bans(uscc)
    }

    fn stream(&self, kind: StreamKind, id: &str) -> Arc<History> {
        let key = (kind, id.to_owned());
        if let Some(history) = self.read.borrow().get(&key) {
            return Arc::clone(history);
        }
        let mut history = self.around.stream(kind, id);
        if let Some(day) = self.without_after {
            let late = LateCorrections::of(&history);
            if late.any_after(day) {
                history = Arc::new(late.without(&history, day));
            }
        }
        self.read.borrow_mut().insert(key, Arc::clone(&history));
        history
    }
}

/// Corrections that are not retroactive: position and day of recording.
pub struct LateCorrections(pub Vec<(u64, NaiveDate)>);

impl LateCorrections {
    /// Those of a history.
    pub fn of(history: &History) -> Self {
        let items = history.items().iter().enumerate();
        let corrections = items.filter_map(|(index, item)| {
            let Some(Payload::EventCorrected(corrected)) = payload_of(&item.fact.event) else {
                return None;
            };
            let is_normal = corrected.effect() != CorrectionEffect::Retroactive;
            let seconds = (history.recorded_us(index) / 1_000_000).cast_signed();
            let on = local_date(seconds, 0)?;
            is_normal.then_some((item.position, on))
        });
        Self(corrections.collect())
    }

    /// Whether one of them changed what an obligation rests on after its last day.
    pub fn change(&self, obligation: &Obligation) -> bool {
        let is_late = |(position, on): &(u64, NaiveDate)| {
            *on > obligation.due_on && obligation.evidence.contains(position)
        };
        self.0.iter().any(is_late)
    }

    /// Whether one was recorded after a day.
    fn any_after(&self, day: NaiveDate) -> bool {
        self.0.iter().any(|(_, on)| *on > day)
    }

    /// The history as it was known at the end of a day, as far as these corrections go.
    pub fn without(&self, history: &History, day: NaiveDate) -> History {
        let mut kept = History::default();
        for (index, item) in history.items().iter().enumerate() {
            let is_late =
                |(position, on): &(u64, NaiveDate)| *position == item.position && *on > day;
            if !self.0.iter().any(is_late) {
                kept.push(history.recorded_us(index), item.clone());
            }
        }
        kept
    }
}
