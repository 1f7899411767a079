//! Foldings that are kept and folded on: a look at a project costs what happened since the last
//! one, not its whole life.
//!
//! What is folded on is what folding from the start would give: events come in order of position,
//! and whatever changes what came before, a correction, a void or an event that is no secret any
//! more, has the project folded from its start.

use super::{
    history::Stretch,
    overlay::LoadError,
    query::{Queries, Source},
};
use crate::{
    domain::values::StreamName,
    events::v1::{self, ActorRole},
    views::{
        AsOf, Timeline, amended,
        project::{Folding, Others},
    },
};

/// A project's events of now, folded as far as they were read.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    folding: Folding,
    amended: Vec<v1::AmendedEvent>,
    withheld: Vec<u64>,
    is_known: bool,
    /// Everything below is folded.
    next: u64,
}

impl Kept {
    fn take(&mut self, stretch: Stretch) {
        let timeline = Timeline::new(&stretch.history, AsOf::default());
        self.folding.take(timeline.standing());
        if !timeline.amended().is_empty() {
            self.amended = amended::amended(&timeline);
        }
        self.is_known |= !timeline.is_unknown();
        self.withheld.extend(stretch.withheld);
        self.next = stretch.next;
    }

    /// The project's events, folded.
    pub fn folding(&self) -> &Folding {
        &self.folding
    }

    /// The view, or `None` where nothing may be known of the project.
    pub fn view(&self, stream: &StreamName, others: &Others) -> Option<v1::ProjectView> {
        let name = (stream.partition.as_str(), stream.id.as_str());
        let folding = self.is_known.then(|| self.folding.clone())?;
        Some(folding.view(self.amended.clone(), name, others))
    }
}

impl Queries {
    /// Folds on what is kept of a project, or folds it from its start.
    ///
    /// # Errors
    /// As [`Queries::history`].
    pub fn fold_on(
        &self,
        stream: &StreamName,
        kept: Option<Kept>,
        role: ActorRole,
        end: u64,
    ) -> Result<Kept, LoadError> {
        let name = stream.to_string();
        let source = Source::Stream(name.clone());
        let is_secret = |position: &u64| {
            let visibility = &self.shared.visibility;
            visibility
                .shown_revision(&name, *position, u64::MAX)
                .is_none()
        };
        let holds = |kept: &Kept| kept.next <= end && kept.withheld.iter().all(is_secret);
        let mut kept = kept.filter(holds).unwrap_or_default();
        while kept.next < end {
            let stretch = self.stretch(&source, role, kept.next, end)?;
            if stretch.amends {
                kept = Kept::default();
                kept.take(self.whole(&source, role, end)?);
                break;
            }
            kept.take(stretch);
        }
        Ok(kept)
    }
}
