//! Packs that a regulator adopts by an event (`RulePackAdopted`): what was in force on any record
//! day is a function of the events of the streams that hold adoptions.
//!
//! A version applies to triggers from its `effective_from` on, and from then on in the place of
//! every version of the same pack that was adopted before it or that came with the ledger or the
//! site; before it, those go on to apply.

use std::sync::Arc;

use crate::{
    domain::payload::day,
    events::v1::{self, event_payload::Payload},
    rules::{
        pack::{Pack, PackError},
        packs::{Conflict, Packs},
    },
    views::{AsOf, History, Standing, Timeline},
};

/// The packs in force as of two moments.
#[derive(Clone, Debug, Default)]
pub struct Adopted {
    /// The packs.
    pub packs: Arc<Packs>,
    /// Adoptions that changed nothing, each with its position and the reason: recorded before
    /// they were checked, or overtaken by a correction of another.
    pub ignored: Vec<(u64, PackError)>,
}

/// What is in force as of two moments: the packs of a site, and what was adopted. The histories are
/// those of all streams that hold adoptions.
///
/// Every text is read again: who asks often keeps what was found, by [`adoptions`].
pub fn adopted(site: &Packs, histories: &[History], as_of: AsOf) -> Adopted {
    let mut packs = site.clone();
    let mut ignored = Vec::new();
    let mut versions: Vec<(String, String)> = Vec::new();
    for act in standing(histories, as_of) {
        let Some(Payload::RulePackAdopted(event)) = act.payload() else {
            continue;
        };
        let version = (event.pack_id.clone(), event.version.clone());
        let done = match versions.contains(&version) {
            true => Err(PackError::from(Conflict::SameVersion {
                pack_id: event.pack_id.clone(),
                version: event.version.clone(),
            })),
            false => adopt(&mut packs, event),
        };
        match done {
            Ok(()) => versions.push(version),
            Err(error) => ignored.push((act.position, error)),
        }
    }
    Adopted {
        packs: Arc::new(packs),
        ignored,
    }
}

/// The positions of the events that say what is adopted as of two moments, corrections among them:
/// where they are the same, so are the packs.
pub fn adoptions(histories: &[History], as_of: AsOf) -> Vec<u64> {
    let acts = standing(histories, as_of);
    acts.iter().flat_map(Standing::positions).collect()
}

/// The adoptions that count, in order of position.
fn standing(histories: &[History], as_of: AsOf) -> Vec<Standing> {
    let mut acts: Vec<Standing> = Vec::new();
    for history in histories {
        let timeline = Timeline::new(history, as_of);
        let adopts = |act: &&Standing| matches!(act.payload(), Some(Payload::RulePackAdopted(_)));
        acts.extend(timeline.standing().iter().filter(adopts).cloned());
    }
    acts.sort_by_key(|act| act.position);
    acts
}

/// Puts an adopted version in its place among packs.
///
/// # Errors
/// As [`check_adoption`], and where a rule belongs to another pack; nothing is changed then.
pub fn adopt(packs: &mut Packs, event: &v1::RulePackAdopted) -> Result<(), PackError> {
    let pack = read(event)?;
    Ok(packs.adopt(pack)?)
}

/// Whether what is to be adopted is a pack, by the id, version, digest and day that the event says.
/// The domain knows no rules, so the ledger asks this before it records an adoption.
///
/// # Errors
/// With the line of the content.
pub fn check_adoption(event: &v1::RulePackAdopted) -> Result<(), PackError> {
    read(event).map(|_| ())
}

/// The pack of an event, effective from the event's day.
fn read(event: &v1::RulePackAdopted) -> Result<Pack, PackError> {
    let mut pack = Pack::read(&event.content)?;
    let wrong = |key: &str, message: String| PackError {
        line: line_of_key(&event.content, key),
        message,
    };
    if pack.digest != event.digest {
        let message = format!(
            "the content has digest {}, not {}",
            pack.digest, event.digest
        );
        return Err(PackError { line: 1, message });
    }
    for (key, written, said) in [
        ("pack", &pack.id, &event.pack_id),
        ("version", &pack.version, &event.version),
    ] {
        if written != said {
            let message = format!("the content says {key} {written}, the event {said}");
            return Err(wrong(key, message));
        }
    }
    let Some(from) = day(&event.effective_from) else {
        let message = format!("{:?} is no day, YYYY-MM-DD", event.effective_from);
        return Err(PackError { line: 1, message });
    };
    if let Some(written) = pack.effective_from.filter(|written| *written != from) {
        let message = format!("the content says effective_from {written}, the event {from}");
        return Err(wrong("effective_from", message));
    }
    pack.effective_from = Some(from);
    Ok(pack)
}

/// The line of a key before the rules, from 1.
fn line_of_key(content: &str, key: &str) -> usize {
    let is_of = |line: &str| {
        let rest = line.trim_start().strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    content.lines().position(is_of).map_or(1, |place| place + 1)
}
