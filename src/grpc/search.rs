//! Lists, search and statistics: each method checks, waits, asks the read models, answers.

use prost::Message;
use tonic::{Request, Response, Status};

use super::{query, status};
use crate::{
    domain::values::date::local_date,
    events::v1::{
        self, ContractState, Dimension, OrganisationKind, Origin, PaymentState, ProcurementMethod,
        search_service_server::SearchService,
    },
    ledger::{Ledger, clock::Clock},
    models::{
        Answer, Model, ModelError, Models,
        lists::{self, check_enums, is_stage, is_stage_status},
        page::Page,
        statistics,
    },
};

/// Characters of a query, at most.
const QUERY_CHARS_MAX: usize = 200;
/// Values of a list in a filter, at most.
const VALUES_MAX: usize = 64;

/// Serves the read models of a ledger.
#[derive(Clone)]
pub struct SearchServer {
    ledger: Ledger,
    models: Models,
}

/// A value of an enumeration other than its first, which says that none was sent.
pub(super) fn is_named<T: TryFrom<i32>>(number: i32) -> bool {
    number > 0 && T::try_from(number).is_ok()
}

/// Checks a list of values of an enumeration.
pub(super) fn check(field: &str, numbers: &[i32], is_known: fn(i32) -> bool) -> Result<(), Status> {
    few(field, numbers.len())?;
    check_enums(field, numbers, is_known).map_err(|error| status::of_model(&error))
}

pub(super) fn few(field: &str, count: usize) -> Result<(), Status> {
    match count <= VALUES_MAX {
        true => Ok(()),
        false => {
            let message = format!("{count} values; at most {VALUES_MAX}");
            Err(status::invalid(field, message))
        }
    }
}

pub(super) fn check_regions(field: &str, regions: &[String]) -> Result<(), Status> {
    few(field, regions.len())?;
    for (index, region) in regions.iter().enumerate() {
        if region.is_empty() || region.len() > 64 {
            let message = format!("{region:?} is no region");
            return Err(status::invalid(&format!("{field}[{index}]"), message));
        }
    }
    Ok(())
}

fn check_query(text: &str) -> Result<(), Status> {
    let count = text.chars().count();
    match count <= QUERY_CHARS_MAX {
        true => Ok(()),
        false => {
            let message = format!("{count} characters; at most {QUERY_CHARS_MAX}");
            Err(status::invalid("query", message))
        }
    }
}

fn check_filter(filter: Option<&v1::SearchFilter>) -> Result<(), Status> {
    let Some(filter) = filter else { return Ok(()) };
    check("filter.origins", &filter.origins, is_named::<Origin>)?;
    check_regions("filter.region_codes", &filter.region_codes)?;
    check(
        "filter.methods",
        &filter.methods,
        is_named::<ProcurementMethod>,
    )?;
    let from = query::date_of("filter.on_from", &filter.on_from)?;
    let to = query::date_of("filter.on_to", &filter.on_to)?;
    match (from, to) {
        (Some(from), Some(to)) if from > to => {
            let message = format!("{to} is before filter.on_from, {from}");
            Err(status::invalid("filter.on_to", message))
        }
        _ => Ok(()),
    }
}

/// The page of a request: its token continues a request that is the same but for the page and the
/// position waited for.
macro_rules! page {
    ($request:ident) => {{
        let page = $request.page.take().unwrap_or_default();
        let min_position = $request.min_position.take();
        let question = $request.encode_to_vec();
        $request.min_position = min_position;
        Page::parse(page.page_size, &page.page_token, &question)
            .map_err(|error| status::of_model(&error))?
    }};
}
pub(super) use page;

/// Answers a page of rows.
macro_rules! rows {
    ($self:ident, $response:ident { $field:ident } $answer:expr) => {{
        let answer = $answer;
        Ok(Response::new(v1::$response {
            $field: answer.rows,
            next_page_token: answer.next_page_token,
            reflects_position: answer.end.checked_sub(1),
            simulated_clock: $self.ledger.clock() == Clock::Simulated,
        }))
    }};
}

impl SearchServer {
    /// Serves these models of this ledger.
    pub fn new(ledger: Ledger, models: Models) -> Self {
        Self { ledger, models }
    }

    /// Waits for the position asked for, then asks.
    async fn ask<T>(
        &self,
        min_position: Option<u64>,
        question: impl FnOnce(&Model<'_>) -> Result<Answer<T>, ModelError>,
    ) -> Result<Answer<T>, Status> {
        if let Some(position) = min_position {
            let waited = self.models.wait_for(position).await;
            waited.map_err(|error| status::of_model(&error))?;
        }
        let answered = tokio::task::block_in_place(|| self.models.ask(question));
        answered.map_err(|error| status::of_model(&error))
    }

    /// The ledger's present day.
    fn today(&self) -> String {
        let now_us = self.ledger.clock().now_us(self.ledger.last_recorded_us());
        let seconds = (now_us / 1_000_000).cast_signed();
        local_date(seconds, 0).unwrap_or_default().to_string()
    }
}

#[tonic::async_trait]
impl SearchService for SearchServer {
    async fn list_projects(
        &self,
        request: Request<v1::ListProjectsRequest>,
    ) -> Result<Response<v1::ListProjectsResponse>, Status> {
        let mut request = request.into_inner();
        check_filter(request.filter.as_ref())?;
        check("stages", &request.stages, is_stage)?;
        check("statuses", &request.statuses, is_stage_status)?;
        let page = page!(request);
        let asked = |model: &Model<'_>| lists::projects(model, &request, &page);
        rows!(self, ListProjectsResponse { projects } self.ask(request.min_position, asked).await?)
    }

    async fn search_projects(
        &self,
        request: Request<v1::SearchProjectsRequest>,
    ) -> Result<Response<v1::SearchProjectsResponse>, Status> {
        let mut request = request.into_inner();
        check_query(&request.query)?;
        check_filter(request.filter.as_ref())?;
        let page = page!(request);
        let asked = |model: &Model<'_>| lists::search(model, &request, &page);
        rows!(self, SearchProjectsResponse { projects }
            self.ask(request.min_position, asked).await?)
    }

    async fn list_contracts(
        &self,
        request: Request<v1::ListContractsRequest>,
    ) -> Result<Response<v1::ListContractsResponse>, Status> {
        let mut request = request.into_inner();
        check_filter(request.filter.as_ref())?;
        check("states", &request.states, is_named::<ContractState>)?;
        let page = page!(request);
        let asked = |model: &Model<'_>| lists::contracts(model, &request, &page);
        rows!(self, ListContractsResponse { contracts }
            self.ask(request.min_position, asked).await?)
    }

    async fn list_payments(
        &self,
        request: Request<v1::ListPaymentsRequest>,
    ) -> Result<Response<v1::ListPaymentsResponse>, Status> {
        let mut request = request.into_inner();
        check_filter(request.filter.as_ref())?;
        check("states", &request.states, is_named::<PaymentState>)?;
        let page = page!(request);
        let asked = |model: &Model<'_>| lists::payments(model, &request, &page);
        rows!(self, ListPaymentsResponse { payments } self.ask(request.min_position, asked).await?)
    }

    async fn list_organisations(
        &self,
        request: Request<v1::ListOrganisationsRequest>,
    ) -> Result<Response<v1::ListOrganisationsResponse>, Status> {
        let mut request = request.into_inner();
        check_query(&request.query)?;
        check("kinds", &request.kinds, is_named::<OrganisationKind>)?;
        check_regions("region_codes", &request.region_codes)?;
        let page = page!(request);
        let today = self.today();
        let asked = |model: &Model<'_>| lists::organisations(model, &request, &page, &today);
        rows!(self, ListOrganisationsResponse { organisations }
            self.ask(request.min_position, asked).await?)
    }

    async fn get_statistics(
        &self,
        request: Request<v1::GetStatisticsRequest>,
    ) -> Result<Response<v1::GetStatisticsResponse>, Status> {
        let request = request.into_inner();
        let dimension = match Dimension::try_from(request.dimension) {
            Ok(Dimension::Unspecified) | Err(_) => {
                return Err(status::invalid("dimension", "a dimension is required"));
            }
            Ok(dimension) => dimension,
        };
        check_filter(request.filter.as_ref())?;
        let filter = request.filter.unwrap_or_default();
        let asked = |model: &Model<'_>| statistics::statistics(model, dimension, &filter);
        let answer = self.ask(request.min_position, asked).await?;
        Ok(Response::new(v1::GetStatisticsResponse {
            rows: answer.rows,
            reflects_position: answer.end.checked_sub(1),
            simulated_clock: self.ledger.clock() == Clock::Simulated,
        }))
    }
}
