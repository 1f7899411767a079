//! Lists, search and statistics that are refused, and why.

use super::*;

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
