//! Lists, search and statistics over gRPC: rows are what views tell, pages are whole, and the
//! files behind them may be lost, damaged or of another history.

/// Every row of a list, page by page.
macro_rules! every_row {
    ($client:expr, $call:ident, $rows:ident, $size:expr, $request:expr) => {{
        let mut request = $request;
        let mut rows = Vec::new();
        loop {
            let token = request
                .page
                .take()
                .map(|page: v1::PageRequest| page.page_token);
            request.page = Some(page($size, &token.unwrap_or_default()));
            let answer = $client.$call(request.clone()).await.expect("a page");
            let answer = answer.into_inner();
            assert!(answer.simulated_clock);
            assert!(answer.$rows.len() <= $size);
            rows.extend(answer.$rows);
            if answer.next_page_token.is_empty() {
                break rows;
            }
            request.page = Some(page($size, &answer.next_page_token));
        }
    }};
}

mod files;
mod following;
mod lists;
mod refusals;
mod statistics;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use bihuan::{
    events::v1::{
        self, AcceptanceResult, Dimension, LoopStage, OrganisationKind, Origin, ProcurementMethod,
        StageStatus, search_service_client::SearchServiceClient,
    },
    ledger::{Ledger, LedgerConfig},
    models,
    simulate::{Expected, Simulation, SimulationConfig},
};
use tempfile::TempDir;
use tokio::time::timeout;
use tonic::{Code, Status, transport::Channel};

use crate::{facts::*, harness::*, town::*, views::*};

type Lists = SearchServiceClient<Channel>;

async fn lists(server: &Server) -> Lists {
    SearchServiceClient::connect(format!("http://{}", server.address))
        .await
        .expect("the server takes connections")
        .max_decoding_message_size(usize::MAX)
}

/// The last position of a ledger.
fn last(town: &Town) -> Option<u64> {
    town.end().checked_sub(1)
}

/// A small city's year in a ledger.
pub async fn city(projects: u32) -> Town {
    let mut town = Town::start().await;
    let simulation = Simulation::new(SimulationConfig {
        seed: 7,
        projects,
        ..SimulationConfig::default()
    });
    for day in simulation.days() {
        for step in day
            .steps()
            .filter(|step| step.expected == Expected::Accepted)
        {
            let request = v1::AppendEventsRequest {
                events: step.submissions.clone(),
                request_time: Some(step.request_time()),
                ..v1::AppendEventsRequest::default()
            };
            town.ask(request).await.expect("the simulator knows");
        }
    }
    town
}

fn page(size: i32, token: &str) -> v1::PageRequest {
    v1::PageRequest {
        page_size: size,
        page_token: token.to_owned(),
    }
}

fn fen(figure: Option<&v1::Figure>) -> i64 {
    figure.map_or(0, |figure| figure.amount_fen)
}

/// The row of a project by its name.
async fn row_of(client: &mut Lists, project: &str, min_position: Option<u64>) -> v1::ProjectRow {
    let asked = v1::ListProjectsRequest {
        min_position,
        ..v1::ListProjectsRequest::default()
    };
    let rows = every_row!(client, list_projects, projects, 100, asked);
    let mut rows = rows.into_iter();
    rows.find(|row| row.project_id == project).expect("a row")
}

/// Projects of this ledger alone, without imported processes.
fn of_projects() -> v1::SearchFilter {
    v1::SearchFilter {
        origins: vec![Origin::Project.into()],
        ..v1::SearchFilter::default()
    }
}

async fn found(client: &mut Lists, query: &str, min_position: Option<u64>) -> Vec<String> {
    let asked = v1::SearchProjectsRequest {
        query: query.into(),
        min_position,
        ..v1::SearchProjectsRequest::default()
    };
    let rows = every_row!(client, search_projects, projects, 2, asked);
    rows.into_iter().map(|row| row.project_id).collect()
}

/// Asserts that a row of a project tells what its view tells.
fn assert_same(row: &v1::ProjectRow, view: &v1::ProjectView) {
    let id = &view.project_id;
    assert_eq!((&row.name, &row.unit), (&view.name, &view.unit), "{id}");
    let marks: Vec<_> = row
        .stages
        .iter()
        .map(|mark| (mark.stage, mark.status))
        .collect();
    let stages: Vec<_> = view.stages.iter().map(|of| (of.stage, of.status)).collect();
    assert_eq!(marks, stages, "{id}");
    let gaps: usize = view.stages.iter().map(|stage| stage.gaps.len()).sum();
    assert_eq!(row.gaps_count as usize, gaps, "{id}");
    assert_eq!(row.lots_count as usize, view.lots.len(), "{id}");
    assert_eq!(row.contracts_count as usize, view.contracts.len(), "{id}");
    assert_eq!(row.amended_count as usize, view.amended.len(), "{id}");
    let amounts = view.amounts.as_ref().expect("amounts");
    for (told, figure) in [
        (row.budget_fen, &amounts.budget),
        (row.plan_fen, &amounts.plan),
        (row.ceiling_fen, &amounts.ceiling),
        (row.award_fen, &amounts.award),
        (row.contract_fen, &amounts.contract),
        (row.payable_fen, &amounts.payable),
        (row.accepted_fen, &amounts.accepted),
        (row.paid_fen, &amounts.paid),
        (row.outstanding_fen, &amounts.outstanding),
        (row.saved_fen, &amounts.saved),
    ] {
        assert_eq!(told, fen(figure.as_ref()), "{id}");
    }
}

/// Asserts that orders of the e-mall stand among contracts, as their views tell them, and in sums
/// of their own.
pub async fn assert_orders(town: &Town) {
    let mut client = lists(&town.server).await;
    let asked = v1::ListContractsRequest {
        filter: Some(v1::SearchFilter {
            origins: vec![Origin::Order.into()],
            ..v1::SearchFilter::default()
        }),
        min_position: last(town),
        ..v1::ListContractsRequest::default()
    };
    let orders = every_row!(client, list_contracts, contracts, 10, asked);
    assert!(!orders.is_empty());
    let mut views = views(&town.server).await;
    let (mut sum, mut paid) = (0, 0);
    for row in &orders {
        let asked = v1::GetOrderRequest {
            partition: PARTITION.into(),
            order_no: row.project_id.clone(),
            ..v1::GetOrderRequest::default()
        };
        let answer = views.get_order(asked).await.expect("a view").into_inner();
        let view = answer.order.expect("an order");
        assert_eq!(row.contract_fen, fen(view.amount.as_ref()));
        assert_eq!(row.paid_fen, fen(view.paid.as_ref()));
        assert_eq!(row.outstanding_fen, fen(view.outstanding.as_ref()));
        assert_eq!((&row.unit, &row.supplier), (&view.unit, &view.supplier));
        assert_eq!(row.supplier_size, view.supplier_size);
        sum += row.contract_fen;
        paid += row.paid_fen;
    }
    let asked = v1::GetStatisticsRequest {
        dimension: Dimension::Supplier.into(),
        ..v1::GetStatisticsRequest::default()
    };
    let rows = client.get_statistics(asked).await.expect("statistics");
    let rows = rows.into_inner().rows;
    assert_eq!(rows.iter().map(|row| row.order_fen).sum::<i64>(), sum);
    assert_eq!(rows.iter().map(|row| row.paid_fen).sum::<i64>(), paid);
    assert_eq!(rows.iter().map(|row| row.contracts_count).sum::<i64>(), 0);
}
