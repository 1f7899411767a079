//! Rows change with the events that change their objects, and tell no secret.

use super::*;

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
