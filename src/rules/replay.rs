//! What a change of the law changes: the same history judged twice.

use std::collections::{BTreeMap, VecDeque};

use super::{
    judge::{Law, Matter},
    verdict::Finding,
};

/// What is found otherwise after a change of the law, by rule and subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// What is found now and was not.
    pub appear: Vec<Finding>,
    /// What was found and is not any more.
    pub vanish: Vec<Finding>,
    /// What is found otherwise: as it was, and as it is now.
    pub changed: Vec<(Finding, Finding)>,
}

impl Changes {
    /// Whether nothing is found otherwise.
    pub fn is_empty(&self) -> bool {
        self.appear.is_empty() && self.vanish.is_empty() && self.changed.is_empty()
    }

    /// Each as it was and as it is now: what appears, what vanishes, what is found otherwise.
    pub fn pairs(self) -> impl Iterator<Item = (Option<Finding>, Option<Finding>)> {
        let appear = self.appear.into_iter().map(|now| (None, Some(now)));
        let vanish = self.vanish.into_iter().map(|was| (Some(was), None));
        let changed = self.changed.into_iter();
        let changed = changed.map(|(was, now)| (Some(was), Some(now)));
        appear.chain(vanish).chain(changed)
    }
}

/// Judges a stream by two laws and tells the differences, in the order of the judgements.
pub fn replay(before: &Law, after: &Law, matter: &Matter<'_>) -> Changes {
    changes(before.judge(matter).findings, after.judge(matter).findings)
}

/// The differences of what was found and what is found now, in the order of both.
pub fn changes(was: Vec<Finding>, now: Vec<Finding>) -> Changes {
    let mut was: Vec<Option<Finding>> = was.into_iter().map(Some).collect();
    let mut places = BTreeMap::<String, VecDeque<usize>>::new();
    for (place, finding) in was.iter().flatten().enumerate() {
        places
            .entry(finding.id.clone())
            .or_default()
            .push_back(place);
    }
    let mut changes = Changes::default();
    for now in now {
        let place = places.get_mut(&now.id).and_then(VecDeque::pop_front);
        match place.and_then(|place| was[place].take()) {
            None => changes.appear.push(now),
            Some(was) if was != now => changes.changed.push((was, now)),
            Some(_) => {}
        }
    }
    changes.vanish = was.into_iter().flatten().collect();
    changes
}
