//! A regulator's page of the city-year: what is overdue now, the worst of it, what was broken and
//! how often, metrics by region, red flags.

use std::collections::BTreeMap;

use comfy_table::Cell;
use tonic::{Code, Status};

use crate::{
    cli::{
        client::{self, Ledger},
        exit::Failure,
        lang::Lang,
        measures, render, supervision,
        view_tables::{headed, title},
    },
    events::v1::{
        ActorRole, Finding, FindingRow, FindingStatus, GetLedgerRequest, GetMetricsRequest,
        ListFindingsRequest, ListIndicatorsRequest, ListObligationsRequest, MetricDimension,
        ObligationStatus, PageRequest, Reader,
    },
};

/// Findings shown among the worst.
const WORST: usize = 10;
/// Calls that may run out of time before the first answer.
const WAITS: u32 = 8;
/// Rows of a page while everything is counted.
const ROWS: i32 = 1_000;
/// Metrics that are shown by region: payment in time, notices, closed loops, replies in time.
const BY_REGION: [&str; 4] = ["M-06", "M-01", "M-08", "M-14R"];

/// Whether a call ran out of time, or came too early.
fn is_late(status: &Status) -> bool {
    use Code::{Cancelled, DeadlineExceeded, Unavailable};
    matches!(status.code(), Cancelled | DeadlineExceeded | Unavailable)
}

fn regulator() -> Reader {
    let role = ActorRole::Regulator.into();
    Reader { role }
}

fn page(size: i32, token: String) -> PageRequest {
    PageRequest {
        page_size: size,
        page_token: token,
    }
}

/// The page, chapter by chapter: titles in both languages, and the text.
pub async fn tell(
    ledger: &mut Ledger,
    endpoint: &str,
    lang: Lang,
) -> Result<Vec<(&'static str, &'static str, String)>, Failure> {
    let end = ledger.get_ledger(GetLedgerRequest {}).await?.into_inner();
    let min_position = end.end_position.checked_sub(1);
    let mut client = client::connect_compliance(endpoint).await?;
    let mut chapters = Vec::new();
    let mut patience = WAITS;
    let mut findings: Vec<FindingRow> = Vec::new();
    let mut token = String::new();
    loop {
        let asked = ListFindingsRequest {
            page: Some(page(ROWS, token)),
            min_position,
            reader: Some(regulator()),
            ..ListFindingsRequest::default()
        };
        let answer = loop {
            match client.list_findings(asked.clone()).await {
                // The picture may be far behind a year that was pushed in a minute.
                Err(status) if patience > 0 && is_late(&status) => patience -= 1,
                answer => break answer?.into_inner(),
            }
        };
        findings.extend(answer.findings);
        token = answer.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    chapters.extend(counted(lang, &findings));
    let asked = ListObligationsRequest {
        statuses: vec![ObligationStatus::Overdue.into()],
        order_by: "late_calendar_days desc".into(),
        page: Some(page(WORST as i32, String::new())),
        min_position,
        reader: Some(regulator()),
        ..ListObligationsRequest::default()
    };
    let overdue = client.list_obligations(asked).await?.into_inner();
    if let Some(table) = supervision::table_of_obligations(lang, overdue.obligations.iter()) {
        let title = ("现已逾期，最久的在前", "Overdue now, the longest first");
        chapters.push((title.0, title.1, table));
    }
    let mut worst: Vec<&FindingRow> = findings.iter().filter(|row| stands(row)).collect();
    worst.sort_by_key(|row| {
        let of = row.finding.clone().unwrap_or_default();
        std::cmp::Reverse((of.severity, of.late_calendar_days, of.amount_fen))
    });
    let worst = worst.into_iter().take(WORST);
    if let Some(table) = supervision::table_of_findings(lang, worst) {
        chapters.push(("最重的十项发现", "The worst ten", table));
    }
    let asked = GetMetricsRequest {
        metric_ids: BY_REGION.map(str::to_owned).to_vec(),
        dimension: MetricDimension::Region.into(),
        min_position,
        reader: Some(regulator()),
        ..GetMetricsRequest::default()
    };
    let metrics = client.get_metrics(asked).await?.into_inner();
    if let Some(table) = measures::table_of_metrics(lang, &metrics.metrics, ROWS as usize) {
        chapters.push(("各区划的指标", "Metrics by region", table));
    }
    let asked = ListIndicatorsRequest {
        page: Some(page(1, String::new())),
        min_position,
        reader: Some(regulator()),
        ..ListIndicatorsRequest::default()
    };
    let flags = client.list_indicators(asked).await?.into_inner();
    if let Some(table) = measures::table_of_indicators(lang, &flags.indicators) {
        chapters.push(("红旗", "Red flags", table));
    }
    Ok(chapters)
}

/// Whether a finding is of a breach that is or was, and nobody waived.
fn stands(row: &FindingRow) -> bool {
    use FindingStatus::{Open, Rectified};
    let status = row.finding.as_ref().map(Finding::status);
    matches!(status, Some(Open | Rectified))
}

/// How often each rule was broken, the weightiest first.
fn counted(lang: Lang, findings: &[FindingRow]) -> Option<(&'static str, &'static str, String)> {
    let mut counts: BTreeMap<(i32, String), [u64; 2]> = BTreeMap::new();
    for of in findings.iter().filter_map(|row| row.finding.as_ref()) {
        let is_open = of.status() == FindingStatus::Open;
        let count = counts
            .entry((-of.severity, of.rule_id.clone()))
            .or_default();
        count[usize::from(!is_open)] += 1;
    }
    let head = [
        ("程度", "severity"),
        ("规则", "rule"),
        ("未整改", "open"),
        ("已整改等", "rectified and others"),
    ];
    let rows = counts.iter().map(|((severity, rule), [open, others])| {
        vec![
            Cell::new(title(lang, "Severity", -severity)),
            Cell::new(rule),
            render::number(render::count(*open)),
            render::number(render::count(*others)),
        ]
    });
    let table = headed(lang, &head, rows)?;
    Some((
        "监管：违反了哪些规则",
        "For the regulator: which rules were broken",
        table,
    ))
}
