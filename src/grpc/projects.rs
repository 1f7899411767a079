//! Views of single objects: each method converts, asks the ledger, converts back.

use std::time::Duration;

use prost_types::Timestamp;
use tokio::time::MissedTickBehavior;
use tonic::{Request, Response, Status};

use super::{
    answers::{self, Sender},
    append::{instant_of, micros_of},
    query, read, status, subscribe,
};
use crate::{
    domain::values::{StreamKind, StreamName, stream::StreamFault},
    events::v1::{self, Reader, project_service_server::ProjectService},
    exchange::ocds,
    ledger::{
        Ledger,
        clock::Clock,
        overlay::LoadError,
        query::{Filter, Item, Query, Source},
        subscribe::Subscription,
        views::Asked,
    },
    views::AsOf,
};

/// Events that a watcher reads at a time to learn whether there is news.
const EVENTS_AT_ONCE: usize = 512;
/// Views that wait for a slow watcher; beyond them nothing is read for it.
const MESSAGES_AHEAD: usize = 1;

/// Serves the views of a ledger.
#[derive(Clone)]
pub struct ProjectServer {
    ledger: Ledger,
}

/// What was found, and as of which position.
pub(super) struct Found<T> {
    pub view: T,
    pub reflects_position: u64,
    pub simulated_clock: bool,
}

/// What every request of a view says besides the object's name.
pub(super) struct Wanted<'a> {
    pub legal_date: &'a str,
    pub record_time: Option<&'a Timestamp>,
    pub min_position: Option<u64>,
    pub reader: Option<&'a Reader>,
}

/// Reads the members that every request of a view has.
macro_rules! wanted {
    ($request:expr) => {
        Wanted {
            legal_date: &$request.as_of_legal_date,
            record_time: $request.as_of_record_time.as_ref(),
            min_position: $request.min_position,
            reader: $request.reader.as_ref(),
        }
    };
}
pub(super) use wanted;

/// Reads the two moments and the reader's capacity.
fn asked(ledger: &Ledger, wanted: &Wanted<'_>) -> Result<Asked, Status> {
    let as_of = AsOf {
        legal_date: query::date_of("as_of_legal_date", wanted.legal_date)?,
        recorded_us: wanted.record_time.map(micros_of),
    };
    let role = query::role_of(wanted.reader)?;
    Ok(Asked {
        as_of,
        role,
        end: ledger.queries().view_end(),
        now_us: ledger.clock().now_us(ledger.last_recorded_us()),
    })
}

/// The stream of an object by its kind and the fields that name it.
fn stream(
    kind: StreamKind,
    partition: &str,
    (field, id): (&str, &str),
) -> Result<StreamName, Status> {
    if partition.is_empty() || partition.contains('/') {
        let message = format!("{partition:?} is no partition");
        return Err(status::invalid("partition", message));
    }
    StreamName::parse(&format!("{kind}/{partition}/{id}")).map_err(|fault| {
        let field = match fault {
            StreamFault::Partition => "partition",
            _ => field,
        };
        status::invalid(field, fault.to_string())
    })
}

impl ProjectServer {
    /// Serves this ledger.
    pub fn new(ledger: Ledger) -> Self {
        Self { ledger }
    }

    async fn view<T>(
        &self,
        stream: &StreamName,
        wanted: Wanted<'_>,
        fold: impl FnOnce(&Asked) -> Result<Option<T>, LoadError>,
    ) -> Result<Found<T>, Status> {
        view(&self.ledger, stream, wanted, fold).await
    }
}

/// Waits until the position asked for is durable, then answers a view.
pub(super) async fn view<T>(
    ledger: &Ledger,
    stream: &StreamName,
    wanted: Wanted<'_>,
    fold: impl FnOnce(&Asked) -> Result<Option<T>, LoadError>,
) -> Result<Found<T>, Status> {
    asked(ledger, &wanted)?;
    if let Some(position) = wanted.min_position {
        read::wait_for(ledger, position).await?;
    }
    let asked = asked(ledger, &wanted)?;
    found(ledger, stream, &asked, fold)
}

/// A view with the position that it reflects.
fn found<T>(
    ledger: &Ledger,
    stream: &StreamName,
    asked: &Asked,
    fold: impl FnOnce(&Asked) -> Result<Option<T>, LoadError>,
) -> Result<Found<T>, Status> {
    let failed = |error: LoadError| status::of_load(&error);
    let view = fold(asked).map_err(failed)?;
    let view = view.ok_or_else(|| status::not_found(&stream.to_string()))?;
    Ok(Found {
        view,
        reflects_position: ledger.queries().reflected(asked).map_err(failed)?,
        simulated_clock: ledger.clock() == Clock::Simulated,
    })
}

/// Answers a view that is one field of its response.
macro_rules! answer {
    ($response:ident { $field:ident } $found:expr) => {{
        let found = $found;
        Ok(Response::new(v1::$response {
            $field: Some(found.view),
            reflects_position: found.reflects_position,
            simulated_clock: found.simulated_clock,
        }))
    }};
}

#[tonic::async_trait]
impl ProjectService for ProjectServer {
    async fn get_project(
        &self,
        request: Request<v1::GetProjectRequest>,
    ) -> Result<Response<v1::GetProjectResponse>, Status> {
        let request = request.into_inner();
        let name = ("project_id", request.project_id.as_str());
        let stream = stream(StreamKind::Project, &request.partition, name)?;
        let queries = self.ledger.queries();
        let fold = |asked: &Asked| queries.project_view(&stream, asked);
        answer!(GetProjectResponse { project } self.view(&stream, wanted!(request), fold).await?)
    }

    type WatchProjectStream = answers::Responses<v1::WatchProjectResponse>;

    async fn watch_project(
        &self,
        request: Request<v1::WatchProjectRequest>,
    ) -> Result<Response<Self::WatchProjectStream>, Status> {
        let request = request.into_inner();
        let every = subscribe::heartbeat(request.heartbeat_ms)?;
        let name = ("project_id", request.project_id.as_str());
        let stream = stream(StreamKind::Project, &request.partition, name)?;
        let wanted = wanted!(request);
        let first = asked(&self.ledger, &wanted)?;
        if let Some(position) = wanted.min_position {
            read::wait_for(&self.ledger, position).await?;
        }
        let mut watcher = Watcher {
            ledger: self.ledger.clone(),
            stream,
            as_of: first.as_of,
            role: first.role,
            subscription: None,
        };
        let view = watcher.look()?;
        let (sender, responses) = answers::channel(MESSAGES_AHEAD);
        let place = sender.place().await.expect("the channel is new and open");
        let sender = place.send(view);
        let mut closing = self.ledger.closing();
        tokio::spawn(async move {
            let gauge = metrics::gauge!("bihuan_watchers");
            gauge.increment(1.0);
            tokio::select! {
                () = watcher.run(sender, every) => {}
                () = subscribe::ended(&mut closing) => {}
            }
            gauge.decrement(1.0);
        });
        Ok(Response::new(responses))
    }

    async fn get_budget_line(
        &self,
        request: Request<v1::GetBudgetLineRequest>,
    ) -> Result<Response<v1::GetBudgetLineResponse>, Status> {
        let request = request.into_inner();
        let name = ("budget_line_id", request.budget_line_id.as_str());
        let stream = stream(StreamKind::BudgetLine, &request.partition, name)?;
        let queries = self.ledger.queries();
        let fold = |asked: &Asked| {
            // It may read the streams of many projects.
            tokio::task::block_in_place(|| queries.budget_line_view(&stream, asked))
        };
        answer!(GetBudgetLineResponse { budget_line }
            self.view(&stream, wanted!(request), fold).await?)
    }

    async fn get_contract(
        &self,
        request: Request<v1::GetContractRequest>,
    ) -> Result<Response<v1::GetContractResponse>, Status> {
        let request = request.into_inner();
        let name = ("project_id", request.project_id.as_str());
        let stream = stream(StreamKind::Project, &request.partition, name)?;
        if request.contract_id.is_empty() {
            return Err(status::invalid("contract_id", "a contract is required"));
        }
        let queries = self.ledger.queries();
        let fold = |asked: &Asked| queries.contract_view(&stream, &request.contract_id, asked);
        let found = self.view(&stream, wanted!(request), fold).await?;
        Ok(Response::new(v1::GetContractResponse {
            reflects_position: found.reflects_position,
            simulated_clock: found.simulated_clock,
            ..found.view
        }))
    }

    async fn get_order(
        &self,
        request: Request<v1::GetOrderRequest>,
    ) -> Result<Response<v1::GetOrderResponse>, Status> {
        let request = request.into_inner();
        let name = ("order_no", request.order_no.as_str());
        let stream = stream(StreamKind::Order, &request.partition, name)?;
        let queries = self.ledger.queries();
        let fold = |asked: &Asked| queries.order_view(&stream, asked);
        answer!(GetOrderResponse { order } self.view(&stream, wanted!(request), fold).await?)
    }

    async fn get_framework(
        &self,
        request: Request<v1::GetFrameworkRequest>,
    ) -> Result<Response<v1::GetFrameworkResponse>, Status> {
        let request = request.into_inner();
        let name = ("framework_id", request.framework_id.as_str());
        let stream = stream(StreamKind::Framework, &request.partition, name)?;
        let queries = self.ledger.queries();
        let fold = |asked: &Asked| queries.framework_view(&stream, asked);
        answer!(GetFrameworkResponse { framework }
            self.view(&stream, wanted!(request), fold).await?)
    }

    async fn get_supplier(
        &self,
        request: Request<v1::GetSupplierRequest>,
    ) -> Result<Response<v1::GetSupplierResponse>, Status> {
        let request = request.into_inner();
        let name = ("uscc", request.uscc.as_str());
        let stream = stream(StreamKind::Supplier, &request.partition, name)?;
        let queries = self.ledger.queries();
        let fold = |asked: &Asked| queries.supplier_view(&stream, asked);
        answer!(GetSupplierResponse { supplier } self.view(&stream, wanted!(request), fold).await?)
    }

    async fn get_unit(
        &self,
        request: Request<v1::GetUnitRequest>,
    ) -> Result<Response<v1::GetUnitResponse>, Status> {
        let request = request.into_inner();
        let name = ("uscc", request.uscc.as_str());
        let stream = stream(StreamKind::Unit, &request.partition, name)?;
        let queries = self.ledger.queries();
        let fold = |asked: &Asked| queries.unit_view(&stream, asked);
        answer!(GetUnitResponse { unit } self.view(&stream, wanted!(request), fold).await?)
    }

    async fn get_process(
        &self,
        request: Request<v1::GetProcessRequest>,
    ) -> Result<Response<v1::GetProcessResponse>, Status> {
        let request = request.into_inner();
        if request.ocid.is_empty() {
            return Err(status::invalid("ocid", "a process is required"));
        }
        let id = ocds::process_id(&request.ocid);
        let stream = stream(StreamKind::Ocds, &request.partition, ("ocid", &id))?;
        let queries = self.ledger.queries();
        let fold = |asked: &Asked| queries.process_view(&stream, asked);
        answer!(GetProcessResponse { process } self.view(&stream, wanted!(request), fold).await?)
    }
}

/// Follows one project.
struct Watcher {
    ledger: Ledger,
    stream: StreamName,
    as_of: AsOf,
    role: v1::ActorRole,
    /// From the end of the newest view on; none before the first.
    subscription: Option<Subscription>,
}

/// Where the answers of a watcher go.
type Answers = Sender<v1::WatchProjectResponse>;

impl Watcher {
    /// Answers the view of now, and follows from there.
    fn look(&mut self) -> Result<v1::WatchProjectResponse, Status> {
        let queries = self.ledger.queries();
        let asked = Asked {
            as_of: self.as_of,
            role: self.role,
            end: queries.view_end(),
            now_us: self.ledger.clock().now_us(self.ledger.last_recorded_us()),
        };
        let fold = |asked: &Asked| queries.project_view(&self.stream, asked);
        let found = found(&self.ledger, &self.stream, &asked, fold)?;
        let query = Query {
            source: Source::Stream(self.stream.to_string()),
            filter: Filter::default(),
            role: self.role,
        };
        let subscription = Subscription::new(queries.clone(), query, asked.end);
        self.subscription = Some(subscription);
        Ok(v1::WatchProjectResponse {
            project: Some(found.view),
            reflects_position: found.reflects_position,
            simulated_clock: found.simulated_clock,
            heartbeat: None,
        })
    }

    /// Follows until the caller goes away, the ledger is gone, or reading fails.
    async fn run(mut self, mut sender: Answers, every: Duration) {
        let mut beat = tokio::time::interval(every);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.reset();
        loop {
            let Some(subscription) = &mut self.subscription else {
                return;
            };
            let is_alive = tokio::select! {
                is_alive = subscription.wait() => is_alive,
                _ = beat.tick() => {
                    let heartbeat = self.heartbeat();
                    let Some(place) = sender.place().await else { return };
                    sender = place.send(heartbeat);
                    continue;
                }
                () = sender.closed() => return,
            };
            if !is_alive {
                return;
            }
            // A place is taken before anything is read, so a stalled watcher holds no view.
            let Some(place) = sender.place().await else {
                return;
            };
            match tokio::task::block_in_place(|| self.news()) {
                Ok(Some(view)) => sender = place.send(view),
                Ok(None) => sender = place.leave(),
                Err(error) => {
                    place.fail(error);
                    return;
                }
            }
        }
    }

    /// The view again, if an event of the project came that the reader may know of.
    fn news(&mut self) -> Result<Option<v1::WatchProjectResponse>, Status> {
        let Some(subscription) = &mut self.subscription else {
            return Ok(None);
        };
        let chunk = subscription
            .read(EVENTS_AT_ONCE)
            .map_err(|error| status::of_load(&error))?;
        // What is recorded after the moment asked for is not known.
        let limit_us = self.as_of.recorded_us.unwrap_or(u64::MAX);
        let is_known = |item: &Item| match item {
            Item::Event(entry, _) => entry.recorded_at_us <= limit_us,
            Item::Withheld(_) => false,
        };
        if !chunk.items.iter().any(is_known) {
            return Ok(None);
        }
        self.look().map(Some)
    }

    fn heartbeat(&self) -> v1::WatchProjectResponse {
        let last_us = self.ledger.last_recorded_us();
        let heartbeat = self.subscription.as_ref().map(|following| v1::Heartbeat {
            next_position: following.next_position(),
            end_position: following.end_position(),
            caught_up: following.is_caught_up(),
            ledger_time: Some(instant_of(self.ledger.clock().now_us(last_us))),
        });
        v1::WatchProjectResponse {
            project: None,
            reflects_position: 0,
            simulated_clock: self.ledger.clock() == Clock::Simulated,
            heartbeat,
        }
    }
}
