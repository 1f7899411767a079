//! Lists by filter, order and page: rows are what the views tell.

use super::*;

/// Whether a reader of all rows would choose one.
type Chooses = Box<dyn Fn(&v1::ProjectRow) -> bool>;

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
