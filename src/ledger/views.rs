//! Views of single objects: their histories read, folded by [`crate::views`].
//!
//! All histories of one view are read up to the same end, so that a view is of one moment.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use super::{
    overlay::{LoadError, fact_of},
    query::{Queries, Source, key_of},
};
use crate::{
    domain::values::{StreamKind, StreamName, local_date},
    events::v1::{self, ActorRole},
    views::{
        AsOf, History, Timeline, amended, budget_line, framework, order,
        organisation::{self, Ban},
        process,
        project::{self, Folding, Others, lines::Approved},
    },
};

/// What a reader asks of a view.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The two moments.
    pub as_of: AsOf,
    /// In which capacity he reads.
    pub role: ActorRole,
    /// Everything below is durable and read.
    pub end: u64,
    /// The ledger's time in microseconds.
    pub now_us: u64,
}

/// A view, or `None` where nothing of the object is known.
type Viewed<T> = Result<Option<T>, LoadError>;

impl Queries {
    /// The end of what views may reflect: everything below is durable, and it is known what of it
    /// is secret.
    pub fn view_end(&self) -> u64 {
        *self.shared.durable.borrow()
    }

    /// The last position that a view reflects.
    pub fn reflected(&self, asked: &Asked) -> Result<u64, LoadError> {
        let last_us = &self.shared.last_recorded_us;
        let end = match asked.as_of.recorded_us {
            None => asked.end,
            // Nothing below the end was recorded later.
            Some(limit) if limit >= last_us.load(Ordering::Acquire) => asked.end,
            Some(limit) => {
                let next = self.reader.position_at(limit.saturating_add(1));
                next.map_err(std::sync::Arc::new)?.min(asked.end)
            }
        };
        Ok(end.saturating_sub(1))
    }

    fn of_stream(&self, stream: &StreamName, asked: &Asked) -> Result<History, LoadError> {
        let source = Source::Stream(stream.to_string());
        self.history(&source, asked.role, asked.end)
    }

    fn beside(
        &self,
        kind: StreamKind,
        partition: &str,
        id: &str,
        asked: &Asked,
    ) -> Result<History, LoadError> {
        let (partition, id) = (partition.to_owned(), id.to_owned());
        let stream = StreamName {
            kind,
            partition,
            id,
        };
        self.of_stream(&stream, asked)
    }

    /// The view of a project.
    pub fn project_view(&self, stream: &StreamName, asked: &Asked) -> Viewed<v1::ProjectView> {
        let history = self.of_stream(stream, asked)?;
        let timeline = Timeline::new(&history, asked.as_of);
        if timeline.is_unknown() {
            return Ok(None);
        }
        let folding = Folding::of(&timeline);
        let partition = stream.partition.as_str();
        let mut others = Others::default();
        for line in folding.line_ids() {
            let approved = self.approved(partition, line, asked)?;
            others.lines.insert(line.to_owned(), approved);
        }
        for uscc in folding.organisations() {
            if let Some(name) = self.name_of(partition, uscc, asked)? {
                others.names.insert(uscc.to_owned(), name);
            }
        }
        let name = (partition, stream.id.as_str());
        let amended = amended::amended(&timeline);
        Ok(Some(folding.view(amended, name, &others)))
    }

    /// What a budget line's own stream tells.
    pub fn approved(
        &self,
        partition: &str,
        line: &str,
        asked: &Asked,
    ) -> Result<Approved, LoadError> {
        let of = self.beside(StreamKind::BudgetLine, partition, line, asked)?;
        Ok(Approved::of(&Timeline::new(&of, asked.as_of)))
    }

    /// The name of an organisation in the registry.
    pub fn name_of(
        &self,
        partition: &str,
        uscc: &str,
        asked: &Asked,
    ) -> Result<Option<String>, LoadError> {
        let registry = self.registry(partition, uscc, asked)?;
        Ok(registry.registered.then_some(registry.name))
    }

    /// The view of a contract in the stream of its project.
    pub fn contract_view(
        &self,
        stream: &StreamName,
        contract_id: &str,
        asked: &Asked,
    ) -> Viewed<v1::GetContractResponse> {
        let history = self.of_stream(stream, asked)?;
        let timeline = Timeline::new(&history, asked.as_of);
        let entity = project::contract_entity(&stream.partition, &stream.id, contract_id);
        Ok(Folding::of(&timeline).contract(&timeline, &entity))
    }

    /// The view of a budget line.
    pub fn budget_line_view(
        &self,
        stream: &StreamName,
        asked: &Asked,
    ) -> Viewed<v1::BudgetLineView> {
        let entity = budget_line::entity(&stream.partition, &stream.id);
        let history = self.history(&Source::Entity(entity.clone()), asked.role, asked.end)?;
        let timeline = Timeline::new(&history, asked.as_of);
        if timeline.is_unknown() {
            return Ok(None);
        }
        let folding = budget_line::Folding::of(&timeline, entity);
        let mut projects = BTreeMap::new();
        for project in folding.projects() {
            let history = self.of_stream(project, asked)?;
            let of = Folding::of(&Timeline::new(&history, asked.as_of));
            projects.insert(project.id.clone(), of);
        }
        Ok(Some(folding.view(&timeline, &projects)))
    }

    /// The view of an order of the e-mall.
    pub fn order_view(&self, stream: &StreamName, asked: &Asked) -> Viewed<v1::OrderView> {
        self.folded(stream, asked, |timeline| {
            order::view(timeline, &stream.partition, &stream.id)
        })
    }

    /// The view of a framework agreement.
    pub fn framework_view(&self, stream: &StreamName, asked: &Asked) -> Viewed<v1::FrameworkView> {
        self.folded(stream, asked, |timeline| {
            framework::view(timeline, &stream.partition, &stream.id)
        })
    }

    /// The view of an imported process.
    pub fn process_view(&self, stream: &StreamName, asked: &Asked) -> Viewed<v1::ProcessView> {
        self.folded(stream, asked, process::view)
    }

    /// The view of a supplier: known by its own stream or by the registry.
    pub fn supplier_view(&self, stream: &StreamName, asked: &Asked) -> Viewed<v1::SupplierView> {
        let name = (stream.partition.as_str(), stream.id.as_str());
        let registry = self.registry(name.0, name.1, asked)?;
        let today_us = asked.as_of.recorded_us.unwrap_or(asked.now_us);
        let seconds = (today_us / 1_000_000).cast_signed();
        let today = local_date(seconds, 0).unwrap_or_default();
        let history = self.of_stream(stream, asked)?;
        let timeline = Timeline::new(&history, asked.as_of);
        if timeline.is_unknown() && registry.positions.is_empty() {
            return Ok(None);
        }
        Ok(Some(organisation::supplier(
            &timeline, registry, name, today,
        )))
    }

    /// The view of a unit: known by its own stream or by the registry.
    pub fn unit_view(&self, stream: &StreamName, asked: &Asked) -> Viewed<v1::UnitView> {
        let name = (stream.partition.as_str(), stream.id.as_str());
        let registry = self.registry(name.0, name.1, asked)?;
        let history = self.of_stream(stream, asked)?;
        let timeline = Timeline::new(&history, asked.as_of);
        if timeline.is_unknown() && registry.positions.is_empty() {
            return Ok(None);
        }
        Ok(Some(organisation::unit(&timeline, registry, name)))
    }

    /// The first event of a stream: its position, and the region that it names.
    pub fn first_of(&self, stream: &StreamName) -> Result<Option<(u64, String)>, LoadError> {
        let stream = stream.to_string();
        let source = Source::Stream(stream.clone());
        let end = self.view_end();
        // Few, since streams share a fingerprint hardly ever.
        let mut from = 0;
        loop {
            let found = self
                .reader
                .postings(key_of(&source), from, end, 4, false)
                .map_err(std::sync::Arc::new)?;
            for &position in &found {
                let entry = self.entry(position)?;
                if entry.view().stream() == Some(&stream) {
                    return Ok(Some((position, fact_of(&entry)?.event.region_code)));
                }
            }
            match found.last() {
                Some(last) => from = last + 1,
                None => return Ok(None),
            }
        }
    }

    /// The bans of a supplier, past and to come.
    pub fn bans(&self, stream: &StreamName, asked: &Asked) -> Result<Vec<Ban>, LoadError> {
        let history = self.of_stream(stream, asked)?;
        Ok(organisation::bans(&Timeline::new(&history, asked.as_of)))
    }

    /// What the registry tells of an organisation.
    pub fn registry(
        &self,
        partition: &str,
        uscc: &str,
        asked: &Asked,
    ) -> Result<v1::RegistryView, LoadError> {
        let history = self.beside(StreamKind::Organisation, partition, uscc, asked)?;
        Ok(organisation::registry(&Timeline::new(
            &history,
            asked.as_of,
        )))
    }

    /// Folds one stream; `None` where nothing of it is known.
    fn folded<T>(
        &self,
        stream: &StreamName,
        asked: &Asked,
        fold: impl FnOnce(&Timeline<'_>) -> T,
    ) -> Viewed<T> {
        let history = self.of_stream(stream, asked)?;
        let timeline = Timeline::new(&history, asked.as_of);
        Ok((!timeline.is_unknown()).then(|| fold(&timeline)))
    }
}
