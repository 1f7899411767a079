//! What the law says of everything at once, over gRPC: pictures of now and of earlier moments.

mod adoption;
mod indicators;
mod metrics;
mod pictures;
mod refusals;
mod replay;
mod site;
mod watching;

use bihuan::{
    events::v1,
    simulate::{Expected, Simulation, SimulationConfig},
};
use prost_types::Timestamp;

use crate::{harness::*, law::*, town::*};

/// A change to a request.
type Change<T> = fn(&mut T);

/// In the capacity of a regulator.
pub fn regulator() -> v1::Reader {
    v1::Reader {
        role: v1::ActorRole::Regulator.into(),
    }
}

/// Everything that is due, or was.
pub fn obligations() -> v1::ListObligationsRequest {
    v1::ListObligationsRequest {
        reader: Some(regulator()),
        page: Some(v1::PageRequest {
            page_size: 1_000,
            page_token: String::new(),
        }),
        ..v1::ListObligationsRequest::default()
    }
}

/// Every breach.
pub fn findings() -> v1::ListFindingsRequest {
    v1::ListFindingsRequest {
        reader: Some(regulator()),
        page: obligations().page,
        ..v1::ListFindingsRequest::default()
    }
}

/// Every row of a list, page by page, and the day of the last page.
macro_rules! every_dated_row {
    ($client:expr, $call:ident, $rows:ident, $request:expr) => {{
        let mut request = $request;
        let mut rows = Vec::new();
        loop {
            let answer = $client.$call(request.clone()).await.expect("a page");
            let answer = answer.into_inner();
            rows.extend(answer.$rows);
            if answer.next_page_token.is_empty() {
                break (rows, answer.on);
            }
            let page = request.page.get_or_insert_default();
            page.page_token = answer.next_page_token;
        }
    }};
}

/// Everything that a picture tells.
#[derive(Debug, Default, PartialEq)]
struct Told {
    on: String,
    obligations: Vec<v1::ObligationRow>,
    findings: Vec<v1::FindingRow>,
    metrics: Vec<v1::Metric>,
    flags: Vec<v1::IndicatorOutcome>,
}

/// Asks a picture for everything: as of a legal date and a record time, or now.
async fn told(
    client: &mut Law,
    as_of: Option<(&str, Timestamp)>,
    min_position: Option<u64>,
) -> Told {
    let (as_of_legal_date, as_of_record_time) = match as_of {
        Some((legal, recorded)) => (legal.to_owned(), Some(recorded)),
        None => (String::new(), None),
    };
    let asked = v1::ListObligationsRequest {
        as_of_legal_date: as_of_legal_date.clone(),
        as_of_record_time,
        min_position,
        ..obligations()
    };
    let page = asked.page.clone();
    let (obligations, on) = every_dated_row!(client, list_obligations, obligations, asked);
    let asked = v1::ListFindingsRequest {
        as_of_legal_date: as_of_legal_date.clone(),
        as_of_record_time,
        min_position,
        ..findings()
    };
    let (findings, _) = every_dated_row!(client, list_findings, findings, asked);
    let mut metrics = Vec::new();
    for dimension in [
        v1::MetricDimension::Unspecified,
        v1::MetricDimension::Region,
        v1::MetricDimension::Month,
    ] {
        let asked = v1::GetMetricsRequest {
            dimension: dimension.into(),
            as_of_legal_date: as_of_legal_date.clone(),
            as_of_record_time,
            min_position,
            reader: Some(regulator()),
            ..v1::GetMetricsRequest::default()
        };
        let answer = client.get_metrics(asked).await.expect("metrics");
        metrics.extend(answer.into_inner().metrics);
    }
    let asked = v1::ListIndicatorsRequest {
        as_of_legal_date,
        as_of_record_time,
        page,
        min_position,
        reader: Some(regulator()),
        ..v1::ListIndicatorsRequest::default()
    };
    let (flags, _) = every_dated_row!(client, list_indicators, outcomes, asked);
    Told {
        on,
        obligations,
        findings,
        metrics,
        flags,
    }
}
