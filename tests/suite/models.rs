//! Lists, search and statistics over gRPC: rows are what views tell, pages are whole, and the
//! files behind them may be lost, damaged or of another history.

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

#[test]
fn rows_of_a_city_are_what_its_views_tell_and_pages_are_whole() {
    run(async {
        let town = city(60).await;
        let (mut client, mut views) = (lists(&town.server).await, views(&town.server).await);
        let asked = v1::ListProjectsRequest {
            filter: Some(of_projects()),
            min_position: last(&town),
            ..v1::ListProjectsRequest::default()
        };
        let rows = every_row!(client, list_projects, projects, 7, asked.clone());
        assert!(
            rows.is_sorted_by(|a, b| a.position > b.position),
            "newest first"
        );
        let whole = every_row!(client, list_projects, projects, 1_000, asked.clone());
        assert_eq!(rows, whole);

        // Contracts and payments, gathered from the views.
        let (mut contracts, mut payments) = (BTreeMap::new(), BTreeMap::new());
        for row in &rows {
            let answer = views.get_project(of_project(&row.project_id)).await;
            let answer = answer.expect("a view").into_inner();
            let view = answer.project.expect("a project");
            assert_same(row, &view);
            for contract in view.contracts {
                let key = (row.project_id.clone(), contract.contract_id.clone());
                for payment in &contract.payments {
                    let key = (key.0.clone(), key.1.clone(), payment.payment_id.clone());
                    payments.insert(key, (fen(payment.amount.as_ref()), payment.state));
                }
                let sums = contract.amounts.unwrap_or_default();
                let told = [&sums.contract, &sums.payable, &sums.paid, &sums.outstanding];
                let told = told.map(|figure| fen(figure.as_ref()));
                contracts.insert(key, (contract.supplier, contract.state, told));
            }
        }
        assert_eq!(rows.len(), 60);
        assert!(!contracts.is_empty() && !payments.is_empty());

        let listed = every_row!(
            client,
            list_contracts,
            contracts,
            13,
            v1::ListContractsRequest::default()
        );
        let (orders, listed): (Vec<_>, Vec<_>) = listed
            .into_iter()
            .partition(|row| row.origin() == Origin::Order);
        assert!(orders.len() > 40, "most orders are placed");
        for row in orders {
            let asked = v1::GetOrderRequest {
                partition: PARTITION.into(),
                order_no: row.project_id.clone(),
                ..v1::GetOrderRequest::default()
            };
            let answer = views.get_order(asked).await.expect("a view").into_inner();
            let view = answer.order.expect("an order");
            assert_eq!((&row.unit, &row.supplier), (&view.unit, &view.supplier));
            let told = [row.contract_fen, row.paid_fen, row.outstanding_fen];
            let figures = [&view.amount, &view.paid, &view.outstanding];
            assert_eq!(told, figures.map(|figure| fen(figure.as_ref())));
            for payment in view.payments {
                let key = (row.project_id.clone(), row.contract_id.clone());
                let key = (key.0, key.1, payment.payment_id.clone());
                payments.insert(key, (fen(payment.amount.as_ref()), payment.state));
            }
        }
        let listed: BTreeMap<_, _> = listed
            .into_iter()
            .filter(|row| row.origin() == Origin::Project)
            .map(|row| {
                let sums = [
                    row.contract_fen,
                    row.payable_fen,
                    row.paid_fen,
                    row.outstanding_fen,
                ];
                assert_eq!(row.currency, "CNY");
                let yuan: f64 = row.amount.parse().expect("a decimal");
                assert!(
                    (yuan * 100.0 - row.contract_fen as f64).abs() < 0.5,
                    "{}",
                    row.amount
                );
                (
                    (row.project_id, row.contract_id),
                    (row.supplier, row.state, sums),
                )
            })
            .collect();
        assert_eq!(listed, contracts);

        let listed = every_row!(
            client,
            list_payments,
            payments,
            11,
            v1::ListPaymentsRequest::default()
        );
        let listed: BTreeMap<_, _> = listed
            .into_iter()
            .map(|row| {
                let key = (row.project_id, row.contract_id, row.payment_id);
                (key, (row.amount_fen, row.state))
            })
            .collect();
        assert_eq!(listed, payments);
    });
}

/// Projects of this ledger alone, without imported processes.
fn of_projects() -> v1::SearchFilter {
    v1::SearchFilter {
        origins: vec![Origin::Project.into()],
        ..v1::SearchFilter::default()
    }
}

/// Whether a reader of all rows would choose one.
type Chooses = Box<dyn Fn(&v1::ProjectRow) -> bool>;

#[test]
fn filters_and_orders_choose_as_a_reader_of_all_rows_would() {
    run(async {
        let town = city(60).await;
        let mut client = lists(&town.server).await;
        let all = v1::ListProjectsRequest {
            min_position: last(&town),
            ..v1::ListProjectsRequest::default()
        };
        let rows = every_row!(client, list_projects, projects, 1_000, all.clone());
        let some = rows
            .iter()
            .find(|row| row.paid_fen > 0)
            .expect("one is paid");
        let filter = |filter: v1::SearchFilter| v1::ListProjectsRequest {
            filter: Some(filter),
            ..v1::ListProjectsRequest::default()
        };
        let contracts = every_row!(
            client,
            list_contracts,
            contracts,
            1_000,
            v1::ListContractsRequest::default()
        );
        let contracts: Vec<_> = contracts
            .into_iter()
            .filter(|row| row.origin() == Origin::Project)
            .collect();
        let supplier = contracts[0].supplier.clone();
        let of_supplier: BTreeSet<_> = contracts
            .iter()
            .filter(|row| row.supplier == supplier)
            .map(|row| row.project_id.clone())
            .collect();
        let (unit, region) = (some.unit.clone(), some.region_code.clone());
        let (day, method) = (some.started_on.clone(), some.method);
        let cases: Vec<(v1::ListProjectsRequest, Chooses)> = vec![
            (
                filter(v1::SearchFilter {
                    unit: unit.clone(),
                    ..v1::SearchFilter::default()
                }),
                Box::new(move |row| row.unit == unit),
            ),
            (
                filter(v1::SearchFilter {
                    region_codes: vec![region[..4].to_owned()],
                    ..v1::SearchFilter::default()
                }),
                Box::new(|row| row.region_code.starts_with("4304")),
            ),
            (
                filter(v1::SearchFilter {
                    region_codes: vec![region.clone(), "99".into()],
                    ..v1::SearchFilter::default()
                }),
                Box::new(move |row| row.region_code == region),
            ),
            (
                filter(v1::SearchFilter {
                    methods: vec![method],
                    on_from: day.clone(),
                    ..v1::SearchFilter::default()
                }),
                Box::new(move |row| row.method == method && row.started_on >= day),
            ),
            (
                filter(v1::SearchFilter {
                    partition: PARTITION.into(),
                    origins: vec![Origin::Project.into()],
                    on_to: some.started_on.clone(),
                    ..v1::SearchFilter::default()
                }),
                {
                    let day = some.started_on.clone();
                    Box::new(move |row| row.origin() == Origin::Project && row.started_on <= day)
                },
            ),
            (
                filter(v1::SearchFilter {
                    origins: vec![Origin::Process.into()],
                    ..v1::SearchFilter::default()
                }),
                Box::new(|row| row.origin() == Origin::Process),
            ),
            (
                v1::ListProjectsRequest {
                    stages: vec![LoopStage::Payment.into(), LoopStage::Acceptance.into()],
                    ..v1::ListProjectsRequest::default()
                },
                Box::new(|row| matches!(row.stage(), LoopStage::Payment | LoopStage::Acceptance)),
            ),
            (
                v1::ListProjectsRequest {
                    statuses: vec![StageStatus::Failed.into()],
                    ..v1::ListProjectsRequest::default()
                },
                Box::new(|row| {
                    let mut marks = row.stages.iter();
                    marks.any(|mark| mark.status() == StageStatus::Failed)
                }),
            ),
            (
                v1::ListProjectsRequest {
                    with_gaps: true,
                    with_amendments: true,
                    ..v1::ListProjectsRequest::default()
                },
                Box::new(|row| row.gaps_count > 0 && row.amended_count > 0),
            ),
            (
                v1::ListProjectsRequest {
                    with_failed_lots: true,
                    ..v1::ListProjectsRequest::default()
                },
                Box::new(|row| row.failed_lots_count > 0),
            ),
        ];
        let mut told = 0;
        for (index, (asked, chooses)) in cases.into_iter().enumerate() {
            let found = every_row!(client, list_projects, projects, 3, asked);
            let wanted: Vec<_> = rows.iter().filter(|row| chooses(row)).cloned().collect();
            told += usize::from(!wanted.is_empty());
            let ids = |rows: &[v1::ProjectRow]| {
                let ids = rows.iter().map(|row| row.project_id.clone());
                ids.collect::<Vec<_>>()
            };
            assert_eq!(ids(&found), ids(&wanted), "case {index}");
        }
        assert!(told >= 7, "most cases choose something");

        let found = every_row!(
            client,
            list_projects,
            projects,
            5,
            filter(v1::SearchFilter {
                supplier,
                ..v1::SearchFilter::default()
            })
        );
        let found: BTreeSet<_> = found.into_iter().map(|row| row.project_id).collect();
        assert!(found.is_superset(&of_supplier), "bidders are named too");

        for (order, key) in [
            (
                "paid_fen desc",
                (|row| (-row.paid_fen, String::new())) as fn(&v1::ProjectRow) -> _,
            ),
            ("plan_fen", |row| (row.plan_fen, String::new())),
            ("started_on asc", |row| (0, row.started_on.clone())),
            ("last_on", |row| (0, row.last_on.clone())),
        ] {
            let asked = v1::ListProjectsRequest {
                order_by: order.into(),
                ..v1::ListProjectsRequest::default()
            };
            let found = every_row!(client, list_projects, projects, 4, asked);
            assert_eq!(found.len(), rows.len(), "{order}");
            assert!(found.is_sorted_by_key(key), "{order}");
            let ids: BTreeSet<_> = found.iter().map(|row| row.position).collect();
            assert_eq!(ids.len(), rows.len(), "{order}: each row once");
        }
    });
}

#[test]
fn statistics_sum_what_the_lists_hold() {
    run(async {
        let town = city(60).await;
        let mut client = lists(&town.server).await;
        let all = v1::ListProjectsRequest {
            min_position: last(&town),
            ..v1::ListProjectsRequest::default()
        };
        let projects = every_row!(client, list_projects, projects, 1_000, all.clone());
        let contracts = every_row!(
            client,
            list_contracts,
            contracts,
            1_000,
            v1::ListContractsRequest::default()
        );
        let payments = every_row!(
            client,
            list_payments,
            payments,
            1_000,
            v1::ListPaymentsRequest::default()
        );
        let executed = || {
            let mut paid = payments.iter();
            std::iter::from_fn(move || paid.next())
                .filter(|row| row.state() == v1::PaymentState::Executed)
        };
        for dimension in [
            Dimension::Region,
            Dimension::Method,
            Dimension::Month,
            Dimension::Unit,
            Dimension::Supplier,
        ] {
            let asked = v1::GetStatisticsRequest {
                dimension: dimension.into(),
                ..v1::GetStatisticsRequest::default()
            };
            let answer = client.get_statistics(asked).await.expect("statistics");
            let rows = answer.into_inner().rows;
            let keys: BTreeSet<_> = rows.iter().map(|row| row.key.clone()).collect();
            assert_eq!(keys.len(), rows.len(), "{dimension:?}: each key once");
            for row in &rows {
                let method = |number: i32| {
                    let method = ProcurementMethod::try_from(number).expect("known");
                    method.as_str_name().to_owned()
                };
                let key = row.key.as_str();
                let is_project = |of: &&v1::ProjectRow| match dimension {
                    Dimension::Region => of.region_code == key,
                    Dimension::Method => method(of.method) == key,
                    Dimension::Month => of.started_on.starts_with(key),
                    Dimension::Unit => of.unit == key,
                    _ => false,
                };
                let is_contract = |of: &&v1::ContractRow| match dimension {
                    Dimension::Region => of.region_code == key,
                    Dimension::Method => method(of.method) == key,
                    Dimension::Month => of.signed_on.starts_with(key),
                    Dimension::Unit => of.unit == key,
                    _ => of.supplier == key,
                };
                let is_payment = |of: &&v1::PaymentRow| match dimension {
                    Dimension::Region => of.region_code == key,
                    Dimension::Method => method(of.method) == key,
                    Dimension::Month => of.paid_on.starts_with(key),
                    Dimension::Unit => of.unit == key,
                    _ => of.supplier == key,
                };
                let of_projects = projects.iter().filter(is_project);
                let of_contracts = contracts.iter().filter(is_contract);
                let of_payments = executed().filter(is_payment);
                assert_eq!(row.projects_count as usize, of_projects.clone().count());
                assert_eq!(
                    row.plan_fen,
                    of_projects.map(|row| row.plan_fen).sum::<i64>()
                );
                let of_orders = of_contracts
                    .clone()
                    .filter(|row| row.origin() == Origin::Order);
                let signed = of_contracts
                    .clone()
                    .filter(|row| row.origin() != Origin::Order);
                assert_eq!(row.orders_count as usize, of_orders.clone().count());
                let ordered: i64 = of_orders.map(|row| row.contract_fen).sum();
                assert_eq!(row.order_fen, ordered, "{dimension:?} {key}");
                assert_eq!(row.contracts_count as usize, signed.clone().count());
                let signed: i64 = signed.map(|row| row.contract_fen).sum();
                assert_eq!(row.contract_fen, signed, "{dimension:?} {key}");
                let owed: i64 = of_contracts.map(|row| row.outstanding_fen).sum();
                assert_eq!(row.outstanding_fen, owed, "{dimension:?} {key}");
                let paid: i64 = of_payments.map(|row| row.amount_fen).sum();
                assert_eq!(row.paid_fen, paid, "{dimension:?} {key}");
            }
            let counted = rows
                .iter()
                .map(|row| row.contracts_count + row.orders_count);
            let counted: i64 = counted.sum();
            assert_eq!(counted as usize, contracts.len(), "{dimension:?}");
            if dimension == Dimension::Unit {
                assert!(
                    rows.iter()
                        .all(|row| row.key.is_empty() || !row.name.is_empty()),
                    "units are registered"
                );
            }
        }
        let mut views = views(&town.server).await;
        let mut lines = BTreeMap::new();
        for row in projects
            .iter()
            .filter(|row| row.origin() == Origin::Project)
        {
            let view = views.get_project(of_project(&row.project_id)).await;
            let view = view.expect("a view").into_inner().project;
            for line in view.expect("a project").budget_lines {
                lines.insert(line.budget_line_id, fen(line.budget.as_ref()));
            }
        }
        let shared: i64 = projects.iter().map(|row| row.budget_fen).sum();
        let lines: i64 = lines.values().sum();
        assert!(lines < shared, "projects share lines");
        let asked = v1::GetStatisticsRequest {
            dimension: Dimension::Stage.into(),
            ..v1::GetStatisticsRequest::default()
        };
        let answer = client.get_statistics(asked).await.expect("statistics");
        let rows = answer.into_inner().rows;
        assert_eq!(rows.len(), 9);
        for (index, row) in rows.iter().enumerate() {
            let status = |of: &v1::ProjectRow| of.stages[index].status();
            let begun = |of: &&v1::ProjectRow| status(of) != StageStatus::NotStarted;
            let of = projects.iter().filter(begun);
            assert_eq!(
                row.projects_count as usize,
                of.clone().count(),
                "{}",
                row.key
            );
            let done = |of: &&v1::ProjectRow| {
                matches!(status(of), StageStatus::Done | StageStatus::Exempt)
            };
            assert_eq!(
                row.done_count as usize,
                projects.iter().filter(done).count()
            );
            let money = |of: &v1::ProjectRow| match index {
                1..=3 => of.plan_fen,
                4 => of.award_fen,
                5 => of.payable_fen,
                6 => of.paid_fen,
                7 => of.accepted_fen,
                _ => 0,
            };
            let money: i64 = of.map(money).sum();
            // Projects share budget lines, and each line counts once.
            let wanted = if index == 0 { lines } else { money };
            assert_eq!(row.stage_fen, wanted, "{}", row.key);
        }
    });
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

/// A plan with a name of its own.
fn named_plan(project: &str, line: &str, name: &str) -> v1::Event {
    let mut event = plan_filed(project, line, 100);
    if let Some(v1::event_payload::Payload::PlanFiled(plan)) = event
        .payload
        .as_mut()
        .and_then(|payload| payload.payload.as_mut())
    {
        plan.project_name = name.into();
    }
    event
}

#[test]
fn a_search_finds_chinese_words_of_two_characters_and_follows_names() {
    run(async {
        let mut town = Town::with(&[
            registered(CITY, OrganisationKind::FinanceRegulator, "430400"),
            registered(UNIT, OrganisationKind::BudgetUnit, "430400"),
            line_approved(LINE, 10_000),
            named_plan("P-1", LINE, "衡阳市第一人民医院检查报告印刷服务"),
            named_plan("P-2", LINE, "县医院 CT 设备采购"),
            named_plan("P-3", LINE, "小学课桌椅采购"),
        ])
        .await;
        let mut client = lists(&town.server).await;
        let at = last(&town);
        assert_eq!(found(&mut client, "医院", at).await, ["P-2", "P-1"]);
        for (query, wanted) in [
            ("印刷", &["P-1"][..]),
            ("医院 印刷", &["P-1"]),
            ("人民医院", &["P-1"]),
            ("ct", &["P-2"]),
            ("p-3", &["P-3"]),
            ("采购", &["P-3", "P-2"]),
            ("桌", &["P-3"]),
            ("椅采", &["P-3"]),
            ("院印", &[]),
            ("医院 学校", &[]),
        ] {
            assert_eq!(found(&mut client, query, at).await, wanted, "{query}");
        }
        // Who takes part is found by his name in the registry, also by a new one.
        let renamed = |no: &str, name: &str| {
            let mut event = registered(UNIT, OrganisationKind::BudgetUnit, "430400");
            event.source_ref = format!("rename-{no}");
            let payload = event.payload.take().and_then(|payload| payload.payload);
            let Some(v1::event_payload::Payload::OrganisationRegistered(of)) = payload else {
                panic!("a registration");
            };
            let changed = v1::OrganisationChanged {
                uscc: UNIT.into(),
                on: "2023-01-01".into(),
                name: name.into(),
                kinds: of.kinds,
                region: of.region,
                budget_level: of.budget_level,
                size: of.size,
            };
            event.payload = Some(v1::EventPayload {
                payload: Some(changed.into()),
            });
            event
        };
        town.accept(&[renamed("1", "雁峰区图书馆")]).await;
        let at = last(&town);
        assert_eq!(
            found(&mut client, "图书馆", at).await,
            ["P-3", "P-2", "P-1"]
        );
        town.accept(&[renamed("2", "雁峰区档案局")]).await;
        let at = last(&town);
        assert_eq!(found(&mut client, "图书馆", at).await, Vec::<String>::new());
        assert_eq!(found(&mut client, "档案 课桌", at).await, ["P-3"]);
        let row = row_of(&mut client, "P-3", None).await;
        assert_eq!(row.unit_name, "雁峰区档案局");
    });
}

#[test]
fn a_correction_and_a_void_change_the_rows() {
    run(async {
        let mut town = Town::with(&money_line()).await;
        let mut client = lists(&town.server).await;
        let row = row_of(&mut client, PROJECT, last(&town)).await;
        assert_eq!(
            (row.plan_fen, row.contract_fen, row.paid_fen),
            (900, 800, 400)
        );
        assert_eq!((row.amended_count, row.accepted_fen), (0, 800));
        let original = accepted(PROJECT, "AC-1", AcceptanceResult::Passed, 800);
        let change = accepted(PROJECT, "AC-1", AcceptanceResult::Passed, 700);
        let touches = vec![
            touched(v1::EntityKind::Acceptance, PROJECT, "AC-1"),
            touched(v1::EntityKind::Contract, PROJECT, CONTRACT),
        ];
        town.accept(&[corrected(&original, "1", &change, touches)])
            .await;
        let row = row_of(&mut client, PROJECT, last(&town)).await;
        assert_eq!((row.amended_count, row.accepted_fen), (1, 700));
        let mut views = views(&town.server).await;
        let view = views
            .get_project(of_project(PROJECT))
            .await
            .expect("a view");
        assert_same(&row, &view.into_inner().project.expect("a project"));
    });
}

#[test]
fn bids_are_in_no_row_before_they_are_opened() {
    run(async {
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            plan_filed(PROJECT, LINE, 900),
            by_trade(documents_issued(PROJECT, "01")),
        ])
        .await;
        let mut client = lists(&town.server).await;
        let of_supplier = |min_position| v1::ListProjectsRequest {
            filter: Some(v1::SearchFilter {
                supplier: SUPPLIER.into(),
                ..v1::SearchFilter::default()
            }),
            min_position,
            ..v1::ListProjectsRequest::default()
        };
        let before = row_of(&mut client, PROJECT, last(&town)).await;
        let bid = bid_received(PROJECT, "B-1", SUPPLIER);
        town.send(vec![bid]).await.expect("a bid");
        let after = row_of(&mut client, PROJECT, last(&town)).await;
        assert_eq!(before, after, "nothing shows that a bid came");
        let asked = of_supplier(last(&town));
        let answer = client
            .list_projects(asked)
            .await
            .expect("a list")
            .into_inner();
        assert!(answer.projects.is_empty());
        town.accept(&[by_trade(bids_opened(PROJECT, &[("B-1", SUPPLIER, 800)]))])
            .await;
        let asked = of_supplier(last(&town));
        let answer = client
            .list_projects(asked)
            .await
            .expect("a list")
            .into_inner();
        assert_eq!(answer.projects.len(), 1);
    });
}

#[test]
fn imported_processes_are_listed_searched_and_never_summed_across_currencies() {
    use v1::ProcessAmountKind as Kind;
    run(async {
        let json = r#"{"tender":{"title":"Road repair","procurementMethod":"open",
            "value":{"amount":1000.5,"currency":"HNL"}},
            "buyer":{"id":"B-9","name":"Alcaldía"},
            "parties":[{"id":"B-9","name":"Alcaldía","roles":["buyer"]},
                       {"id":"S-1","name":"Constructora","roles":["supplier"]}],
            "awards":[{"id":"a1","status":"active","suppliers":[{"id":"S-1"}],
                       "value":{"amount":990,"currency":"HNL"}}],
            "contracts":[{"id":"c1","awardID":"a1","status":"active",
                "dateSigned":"2023-05-02T10:00:00Z",
                "value":{"amount":990,"currency":"HNL"},
                "implementation":{"transactions":[{"id":"t1","date":"2023-05-09",
                    "value":{"amount":500.25,"currency":"HNL"}}]}}]}"#;
        let town = Town::with(&[release("1", "2023-05-01T09:00:00Z", json)]).await;
        let mut client = lists(&town.server).await;
        let asked = v1::ListProjectsRequest {
            min_position: last(&town),
            ..v1::ListProjectsRequest::default()
        };
        let answer = client
            .list_projects(asked)
            .await
            .expect("a list")
            .into_inner();
        let [row] = &answer.projects[..] else {
            panic!("{answer:?}");
        };
        assert_eq!(
            (row.origin(), row.name.as_str()),
            (Origin::Process, "Road repair")
        );
        assert_eq!((row.method_text.as_str(), row.contracts_count), ("open", 1));
        assert_eq!((row.unit.as_str(), row.contract_fen), ("B-9", 0));
        let sums: Vec<_> = row
            .process_sums
            .iter()
            .map(|sum| (sum.kind(), sum.currency.as_str(), sum.amount.as_str()))
            .collect();
        assert_eq!(
            sums,
            [
                (Kind::Tender, "HNL", "1000.5"),
                (Kind::Award, "HNL", "990"),
                (Kind::Contract, "HNL", "990"),
                (Kind::Paid, "HNL", "500.25"),
            ]
        );
        for query in ["road", "alcaldía", "constructora REPAIR"] {
            assert_eq!(found(&mut client, query, None).await.len(), 1, "{query}");
        }
        let contracts = client.list_contracts(v1::ListContractsRequest {
            filter: Some(v1::SearchFilter {
                supplier: "S-1".into(),
                origins: vec![Origin::Process.into()],
                on_from: "2023-05-02".into(),
                on_to: "2023-05-02".into(),
                ..v1::SearchFilter::default()
            }),
            ..v1::ListContractsRequest::default()
        });
        let contracts = contracts.await.expect("a list").into_inner().contracts;
        assert_eq!(contracts.len(), 1);
        assert_eq!(
            (contracts[0].amount.as_str(), contracts[0].currency.as_str()),
            ("990", "HNL")
        );
        let payments = client.list_payments(v1::ListPaymentsRequest::default());
        let payments = payments.await.expect("a list").into_inner().payments;
        assert_eq!(
            (payments[0].amount.as_str(), payments[0].paid_on.as_str()),
            ("500.25", "2023-05-09")
        );
        assert_eq!(payments[0].supplier, "S-1");
    });
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

#[test]
fn organisations_are_listed_by_kind_region_name_and_ban() {
    run(async {
        let town = city(20).await;
        let mut client = lists(&town.server).await;
        let all = v1::ListOrganisationsRequest {
            min_position: last(&town),
            ..v1::ListOrganisationsRequest::default()
        };
        let rows = every_row!(client, list_organisations, organisations, 40, all.clone());
        assert!(rows.len() > 100, "{}", rows.len());
        let of = |kind: OrganisationKind| v1::ListOrganisationsRequest {
            kinds: vec![kind.into()],
            order_by: "name".into(),
            ..v1::ListOrganisationsRequest::default()
        };
        for kind in [OrganisationKind::BudgetUnit, OrganisationKind::Supplier] {
            let found = every_row!(client, list_organisations, organisations, 9, of(kind));
            let wanted = rows.iter().filter(|row| row.kinds.contains(&kind.into()));
            assert_eq!(found.len(), wanted.count(), "{kind:?}");
            assert!(found.is_sorted_by(|a, b| a.name <= b.name), "{kind:?}");
        }
        let some = &rows[rows.len() / 2];
        let asked = v1::ListOrganisationsRequest {
            query: some.name.clone(),
            region_codes: vec![some.region_code.clone()],
            ..v1::ListOrganisationsRequest::default()
        };
        let found = every_row!(client, list_organisations, organisations, 9, asked);
        assert!(found.contains(some));
        let asked = v1::ListOrganisationsRequest {
            query: some.uscc[..10].to_owned(),
            ..v1::ListOrganisationsRequest::default()
        };
        let found = every_row!(client, list_organisations, organisations, 9, asked);
        assert!(found.iter().any(|row| row.uscc == some.uscc));
        let banned: Vec<_> = rows.iter().filter(|row| row.banned).cloned().collect();
        let asked = v1::ListOrganisationsRequest {
            banned: true,
            ..v1::ListOrganisationsRequest::default()
        };
        let found = every_row!(client, list_organisations, organisations, 9, asked);
        assert_eq!(found, banned);
    });
}

/// Below this line the page of the tables is written from the code.
const MARK: &str = "<!-- Written from the tables; do not edit below. -->\n\n";

#[test]
fn the_page_of_the_tables_is_written_from_the_code() {
    let path = crate::tools::root().join("docs/read-models.md");
    let page = fs::read_to_string(&path).expect("the page");
    let (prose, shown) = page.split_once(MARK).expect("the mark");
    let written = models::tables::document();
    if std::env::var_os("BIHUAN_WRITE_DOCS").is_some() {
        fs::write(&path, format!("{prose}{MARK}{written}")).expect("writes");
        return;
    }
    assert!(shown == written, "run with BIHUAN_WRITE_DOCS=1");
}

// The files behind the lists.

fn models_in(folder: &TempDir) -> PathBuf {
    folder.path().join("data").join("models")
}

/// The file in use.
fn file_in(folder: &TempDir) -> PathBuf {
    let files = fs::read_dir(models_in(folder)).expect("a folder").flatten();
    let mut files = files.map(|file| file.path());
    let is_file = |path: &PathBuf| path.extension().is_some_and(|end| end == "sqlite");
    files.find(is_file).expect("a file")
}

/// Makes the models of a folder at rest anew, and tells what came of it.
fn rebuilt(data: &Path) -> models::Rebuilt {
    let config = LedgerConfig {
        create: false,
        ..LedgerConfig::at(data)
    };
    let ledger = Ledger::open(config).expect("opens");
    let rebuilt = models::rebuild(ledger.queries(), ledger.id(), data, &mut |_, _| true);
    ledger.close();
    rebuilt.expect("rebuilds")
}

#[test]
fn what_was_followed_equals_what_is_rebuilt() {
    let folder = run(async {
        // Followed event by event, and over a restart in the middle.
        let mut town = Town::with(&money_line()[..4]).await.restarted().await;
        for event in &money_line()[4..] {
            town.accept(std::slice::from_ref(event)).await;
            let mut client = lists(&town.server).await;
            row_of(&mut client, PROJECT, last(&town)).await;
        }
        town.server.stop().await
    });
    let told = rebuilt(&folder.path().join("data"));
    assert_eq!(told.before, Some(told.digest));
    assert_eq!(told.events as usize, money_line().len());
    let folder = run(async {
        let town = city(40).await;
        let mut client = lists(&town.server).await;
        let asked = v1::ListProjectsRequest {
            min_position: last(&town),
            ..v1::ListProjectsRequest::default()
        };
        client.list_projects(asked).await.expect("a list");
        town.server.stop().await
    });
    let told = rebuilt(&folder.path().join("data"));
    assert_eq!(told.before, Some(told.digest));
    let again = rebuilt(&folder.path().join("data"));
    assert_eq!(again.digest, told.digest);
}

/// What is done to the file.
type Harm = fn(&Path);

#[test]
fn lost_damaged_and_foreign_files_are_made_anew() {
    run(async {
        let town = Town::with(&money_line()).await;
        let mut client = lists(&town.server).await;
        let wanted = row_of(&mut client, PROJECT, last(&town)).await;
        let mut folder = town.server.stop().await;
        let harms: [(&str, Harm); 6] = [
            ("lost", |file| fs::remove_file(file).expect("removed")),
            ("emptied", |file| fs::write(file, b"").expect("written")),
            ("no database", |file| {
                fs::write(file, vec![7; 9_000]).expect("written");
            }),
            ("cut short", |file| {
                let bytes = fs::read(file).expect("readable");
                fs::write(file, &bytes[..bytes.len() / 2]).expect("written");
            }),
            ("of another version", |file| {
                let database = rusqlite::Connection::open(file).expect("opens");
                let changed = database.execute("UPDATE place SET version = 0", []);
                changed.expect("changed");
            }),
            ("of another history", |file| {
                let database = rusqlite::Connection::open(file).expect("opens");
                let changed = database.execute("UPDATE place SET root = 'ff'", []);
                changed.expect("changed");
            }),
        ];
        for (what, harm) in harms {
            harm(&file_in(&folder));
            let server = Server::start_in(folder, |_| {}).await;
            let mut client = lists(&server).await;
            let end = server.ledger.queries().reader.end();
            // A file cut short may look whole until someone reads on; then it is made anew.
            let row = loop {
                let asked = v1::ListProjectsRequest {
                    min_position: end.checked_sub(1),
                    ..v1::ListProjectsRequest::default()
                };
                match client.list_projects(asked).await {
                    Ok(answer) => break answer.into_inner().projects[0].clone(),
                    Err(status) => {
                        let refused = Refused::of(status);
                        refused.is(Code::Unavailable, "MODELS_NOT_READY", &[]);
                    }
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            };
            assert_eq!(row, wanted, "{what}");
            folder = server.stop().await;
            let left = fs::read_dir(models_in(&folder))
                .expect("a folder")
                .flatten();
            let left: Vec<_> = left.map(|file| file.file_name()).collect();
            assert_eq!(left.len(), 1, "{what}: {left:?}");
        }
    });
}

#[test]
fn models_that_cannot_be_made_say_so_and_are_made_when_they_can() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        fs::create_dir_all(&data).expect("a folder");
        fs::write(data.join("models"), b"in the way").expect("a file");
        let mut town = Town::of(Server::start_in(folder, |_| {}).await).await;
        for event in &money_line() {
            town.accept(std::slice::from_ref(event)).await;
        }
        let mut client = lists(&town.server).await;
        for told in every_call(&mut client, None).await {
            let refused = Refused::of(told.1.expect_err(told.0));
            refused.is(Code::Unavailable, "MODELS_NOT_READY", &[]);
            let code = Code::Unavailable;
            assert_eq!(refused.code, code, "{}", told.0);
        }
        fs::remove_file(data.join("models")).expect("out of the way");
        let row = row_of(&mut client, PROJECT, last(&town)).await;
        assert_eq!(row.paid_fen, 400);
    });
}

/// Asks every call of the service, one after the other.
async fn every_call(
    client: &mut Lists,
    min_position: Option<u64>,
) -> Vec<(&'static str, Result<(), Status>)> {
    let mut told = Vec::new();
    macro_rules! ask {
        ($call:ident, $request:ident { $($field:ident: $value:expr),* }) => {{
            let request = v1::$request {
                $($field: $value,)*
                min_position,
                ..v1::$request::default()
            };
            let answer = client.$call(request).await;
            told.push((stringify!($call), answer.map(drop)));
        }};
    }
    ask!(list_projects, ListProjectsRequest {});
    ask!(
        search_projects,
        SearchProjectsRequest {
            query: "医院".into()
        }
    );
    ask!(list_contracts, ListContractsRequest {});
    ask!(list_payments, ListPaymentsRequest {});
    ask!(list_organisations, ListOrganisationsRequest {});
    ask!(
        get_statistics,
        GetStatisticsRequest {
            dimension: Dimension::Stage.into()
        }
    );
    told
}

#[test]
fn a_stop_ends_lists_that_wait_for_a_position() {
    run(async {
        let server = Server::start_with(|config| {
            config.call_timeout = Duration::from_hours(1);
            config.shutdown_grace = Duration::from_hours(1);
        })
        .await;
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let mut client = lists(&server).await;
            // A connection that carried a call is one that a stop lets finish.
            every_call(&mut client, None).await;
            calls.spawn(async move { every_call(&mut client, Some(1_000)).await });
        }
        // Whether they wait already or are told at once that it stops, they are told the same.
        tokio::time::sleep(Duration::from_millis(500)).await;
        timeout(PATIENCE, server.stop()).await.expect("stops");
        for told in calls.join_all().await {
            let (call, result) = &told[0];
            let status = result.as_ref().expect_err(call);
            assert_eq!(status.code(), Code::Unavailable, "{call}");
        }
    });
}

#[test]
fn damage_is_told_where_no_models_can_be_made_and_sound_ones_are_served() {
    run(async {
        let plan = plan_filed(PROJECT, LINE, 900);
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        town.accept(std::slice::from_ref(&plan)).await;
        let mut client = lists(&town.server).await;
        row_of(&mut client, PROJECT, last(&town)).await;
        let folder = town.server.stop().await;
        let data = folder.path().join("data");
        crate::view_refusals::damage(&data, &plan);
        let server = Server::start_in(folder, |_| {}).await;
        let mut client = lists(&server).await;
        for (call, told) in every_call(&mut client, Some(1)).await {
            assert!(told.is_ok(), "{call}: sound models are served: {told:?}");
        }
        let folder = server.stop().await;
        fs::remove_dir_all(data.join("models")).expect("removed");
        let server = Server::start_in(folder, |_| {}).await;
        let mut client = lists(&server).await;
        for (call, told) in every_call(&mut client, Some(0)).await {
            let refused = Refused::of(told.expect_err(call));
            refused.is(Code::DataLoss, "DAMAGE_FOUND", &[]);
        }
    });
}

#[test]
fn questions_with_a_field_out_of_range_name_it() {
    run(async {
        let mut town = Town::with(&money_line()).await;
        for (uscc, kind) in [
            (CITY, OrganisationKind::FinanceRegulator),
            (UNIT, OrganisationKind::BudgetUnit),
            (SUPPLIER, OrganisationKind::Supplier),
        ] {
            town.accept(&[registered(uscc, kind, "430400")]).await;
        }
        let mut client = lists(&town.server).await;
        row_of(&mut client, PROJECT, last(&town)).await;
        let assert_names = |status: Status, field: &str| {
            assert_eq!(status.code(), Code::InvalidArgument, "{field}: {status:?}");
            let violations = Refused::of(status).violations();
            assert_eq!(violations[0].0, field);
        };
        // The filter and the page, of every call that has them.
        let filters: [(v1::SearchFilter, &str); 6] = [
            (
                v1::SearchFilter {
                    origins: vec![1, 9],
                    ..v1::SearchFilter::default()
                },
                "filter.origins[1]",
            ),
            (
                v1::SearchFilter {
                    methods: vec![0],
                    ..v1::SearchFilter::default()
                },
                "filter.methods[0]",
            ),
            (
                v1::SearchFilter {
                    region_codes: vec![String::new()],
                    ..v1::SearchFilter::default()
                },
                "filter.region_codes[0]",
            ),
            (
                v1::SearchFilter {
                    region_codes: vec!["4304".into(); 65],
                    ..v1::SearchFilter::default()
                },
                "filter.region_codes",
            ),
            (
                v1::SearchFilter {
                    on_from: "2023-2-1".into(),
                    ..v1::SearchFilter::default()
                },
                "filter.on_from",
            ),
            (
                v1::SearchFilter {
                    on_from: "2023-02-02".into(),
                    on_to: "2023-02-01".into(),
                    ..v1::SearchFilter::default()
                },
                "filter.on_to",
            ),
        ];
        macro_rules! refused {
            ($call:ident, $field:expr, $request:ident { $($name:ident: $value:expr),* }) => {{
                let request = v1::$request { $($name: $value,)* ..v1::$request::default() };
                let status = client.$call(request).await.expect_err($field);
                assert_names(status, $field);
            }};
        }
        for (filter, field) in filters {
            let filter = Some(filter);
            refused!(
                list_projects,
                field,
                ListProjectsRequest {
                    filter: filter.clone()
                }
            );
            refused!(
                search_projects,
                field,
                SearchProjectsRequest {
                    query: "医院".into(),
                    filter: filter.clone()
                }
            );
            refused!(
                list_contracts,
                field,
                ListContractsRequest {
                    filter: filter.clone()
                }
            );
            refused!(
                list_payments,
                field,
                ListPaymentsRequest {
                    filter: filter.clone()
                }
            );
            refused!(
                get_statistics,
                field,
                GetStatisticsRequest {
                    dimension: Dimension::Unit.into(),
                    filter: filter.clone()
                }
            );
        }
        for (bad, field) in [
            (page(1_001, ""), "page.page_size"),
            (page(-1, ""), "page.page_size"),
            (page(0, "00ff"), "page.page_token"),
        ] {
            refused!(
                list_projects,
                field,
                ListProjectsRequest {
                    page: Some(bad.clone())
                }
            );
            refused!(
                search_projects,
                field,
                SearchProjectsRequest {
                    query: "医院".into(),
                    page: Some(bad.clone())
                }
            );
            refused!(
                list_contracts,
                field,
                ListContractsRequest {
                    page: Some(bad.clone())
                }
            );
            refused!(
                list_payments,
                field,
                ListPaymentsRequest {
                    page: Some(bad.clone())
                }
            );
            refused!(
                list_organisations,
                field,
                ListOrganisationsRequest {
                    page: Some(bad.clone())
                }
            );
        }
        refused!(
            list_projects,
            "order_by",
            ListProjectsRequest {
                order_by: "name".into()
            }
        );
        refused!(
            list_contracts,
            "order_by",
            ListContractsRequest {
                order_by: "x".into()
            }
        );
        refused!(
            list_payments,
            "order_by",
            ListPaymentsRequest {
                order_by: "x desc".into()
            }
        );
        refused!(
            list_organisations,
            "order_by",
            ListOrganisationsRequest {
                order_by: "name down".into()
            }
        );
        refused!(
            list_projects,
            "stages[0]",
            ListProjectsRequest { stages: vec![10] }
        );
        refused!(
            list_projects,
            "statuses[0]",
            ListProjectsRequest { statuses: vec![0] }
        );
        refused!(
            list_contracts,
            "states[1]",
            ListContractsRequest {
                states: vec![1, 99]
            }
        );
        refused!(
            list_payments,
            "states[0]",
            ListPaymentsRequest { states: vec![-1] }
        );
        refused!(
            list_organisations,
            "kinds[0]",
            ListOrganisationsRequest { kinds: vec![99] }
        );
        refused!(
            list_organisations,
            "query",
            ListOrganisationsRequest {
                query: "——".into()
            }
        );
        refused!(
            search_projects,
            "query",
            SearchProjectsRequest {
                query: " ，".into()
            }
        );
        refused!(
            search_projects,
            "query",
            SearchProjectsRequest {
                query: "医".repeat(201)
            }
        );
        refused!(
            get_statistics,
            "dimension",
            GetStatisticsRequest { dimension: 0 }
        );
        refused!(
            get_statistics,
            "dimension",
            GetStatisticsRequest { dimension: 7 }
        );
        // A token continues its own request alone.
        let whole = v1::ListOrganisationsRequest {
            page: Some(page(1, "")),
            ..v1::ListOrganisationsRequest::default()
        };
        let answer = client.list_organisations(whole).await.expect("a page");
        let token = answer.into_inner().next_page_token;
        assert!(!token.is_empty(), "there are more organisations than one");
        refused!(
            list_organisations,
            "page.page_token",
            ListOrganisationsRequest {
                page: Some(page(1, &token)),
                order_by: "name".into()
            }
        );
    });
}
