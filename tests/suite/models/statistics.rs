//! Statistics are the sums of rows.

use super::*;

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
