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
}

/// Judges a stream by two laws and tells the differences, in the order of the judgements.
pub fn replay(before: &Law, after: &Law, matter: &Matter<'_>) -> Changes {
    let mut was: Vec<Option<Finding>> = before
        .judge(matter)
        .findings
        .into_iter()
        .map(Some)
        .collect();
    let mut places = BTreeMap::<String, VecDeque<usize>>::new();
    for (place, finding) in was.iter().flatten().enumerate() {
        places
            .entry(finding.id.clone())
            .or_default()
            .push_back(place);
    }
    let mut changes = Changes::default();
    for now in after.judge(matter).findings {
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
