//! Questions about everything that are refused, and why.

use std::{fs, time::Duration};

use tokio::time::timeout;
use tonic::{Code, Status};

use super::{
    adoption::{UPLOAD, city},
    *,
};
use crate::{facts::*, view_refusals::damage, views::*};

/// A finding that nobody made.
const NO_FINDING: &str = "00000000000000000000000000000000";

/// Asks every call once, in the capacity of a regulator.
async fn every_call(
    client: &mut Law,
    min_position: Option<u64>,
) -> Vec<(&'static str, Option<Status>)> {
    let asked = v1::ListObligationsRequest {
        min_position,
        ..obligations()
    };
    let listed = client.list_obligations(asked).await.err();
    let asked = v1::ListFindingsRequest {
        min_position,
        ..findings()
    };
    let found = client.list_findings(asked).await.err();
    let asked = v1::GetFindingRequest {
        finding_id: NO_FINDING.into(),
        min_position,
        reader: Some(regulator()),
        ..v1::GetFindingRequest::default()
    };
    let one = client.get_finding(asked).await.err();
    let asked = v1::GetMetricsRequest {
        min_position,
        ..measured()
    };
    let metrics = client.get_metrics(asked).await.err();
    let asked = v1::ListIndicatorsRequest {
        min_position,
        ..flagged()
    };
    let flags = client.list_indicators(asked).await.err();
    // It waits for no position: it judges everything that there is.
    let replayed = client.replay_rules(replayed()).await.err();
    vec![
        ("list_obligations", listed),
        ("list_findings", found),
        ("get_finding", one),
        ("get_metrics", metrics),
        ("list_indicators", flags),
        ("replay_rules", replayed),
    ]
}

/// Every metric.
fn measured() -> v1::GetMetricsRequest {
    v1::GetMetricsRequest {
        reader: Some(regulator()),
        ..v1::GetMetricsRequest::default()
    }
}

/// Every flag.
fn flagged() -> v1::ListIndicatorsRequest {
    v1::ListIndicatorsRequest {
        reader: Some(regulator()),
        ..v1::ListIndicatorsRequest::default()
    }
}

/// A later version of the city's pack.
fn replayed() -> v1::ReplayRulesRequest {
    v1::ReplayRulesRequest {
        content: city("2", 5),
        reader: Some(regulator()),
        ..v1::ReplayRulesRequest::default()
    }
}

/// Asks one of the calls for a position that never comes.
async fn waiting(client: &mut Law, ask: u32) -> Option<Status> {
    let min_position = Some(1_000);
    match ask {
        0 => {
            let asked = v1::ListObligationsRequest {
                min_position,
                ..obligations()
            };
            client.list_obligations(asked).await.err()
        }
        1 => {
            let asked = v1::ListFindingsRequest {
                min_position,
                ..findings()
            };
            client.list_findings(asked).await.err()
        }
        2 => {
            let asked = v1::GetFindingRequest {
                finding_id: NO_FINDING.into(),
                min_position,
                reader: Some(regulator()),
                ..v1::GetFindingRequest::default()
            };
            client.get_finding(asked).await.err()
        }
        3 => {
            let asked = v1::GetMetricsRequest {
                min_position,
                ..measured()
            };
            client.get_metrics(asked).await.err()
        }
        _ => {
            let asked = v1::ListIndicatorsRequest {
                min_position,
                ..flagged()
            };
            client.list_indicators(asked).await.err()
        }
    }
}

/// Asks to watch.
async fn watched(client: &mut Law, asked: v1::WatchObligationsRequest) -> Option<Status> {
    client.watch_obligations(asked).await.err()
}

fn watch() -> v1::WatchObligationsRequest {
    v1::WatchObligationsRequest {
        reader: Some(regulator()),
        ..v1::WatchObligationsRequest::default()
    }
}

#[test]
fn questions_with_a_field_out_of_range_name_it() {
    run(async {
        let town = Town::with(&money_line()).await;
        let mut client = law(&town.server).await;
        // Orders are read over a picture.
        let asked = v1::ListFindingsRequest {
            min_position: town.end().checked_sub(1),
            ..findings()
        };
        client.list_findings(asked).await.expect("a list");
        let assert_names = |status: Status, field: &str| {
            assert_eq!(status.code(), Code::InvalidArgument, "{field}: {status:?}");
            assert_eq!(Refused::of(status).violations()[0].0, field);
        };
        let filters: [(&str, Change<v1::ComplianceFilter>); 6] = [
            ("filter.region_codes[0]", |filter| {
                filter.region_codes = vec![String::new()];
            }),
            ("filter.severities[1]", |filter| {
                filter.severities = vec![1, 9];
            }),
            ("filter.rule_ids[0]", |filter| {
                filter.rule_ids = vec!["HY-99".into()];
            }),
            ("filter.rule_ids", |filter| {
                filter.rule_ids = vec!["HY-06-PAY-30D".into(); 65];
            }),
            ("filter.stream_kinds[0]", |filter| {
                filter.stream_kinds = vec!["projects".into()];
            }),
            ("filter.stream", |filter| {
                filter.stream = "project/4304".into();
            }),
        ];
        for (field, change) in filters {
            let mut filter = v1::ComplianceFilter::default();
            change(&mut filter);
            let filter = Some(filter);
            let asked = v1::ListObligationsRequest {
                filter: filter.clone(),
                ..obligations()
            };
            assert_names(
                client.list_obligations(asked).await.expect_err(field),
                field,
            );
            let asked = v1::ListFindingsRequest {
                filter: filter.clone(),
                ..findings()
            };
            assert_names(client.list_findings(asked).await.expect_err(field), field);
            let asked = v1::WatchObligationsRequest { filter, ..watch() };
            assert_names(watched(&mut client, asked).await.expect(field), field);
        }
        let asks: [(&str, Change<v1::ListObligationsRequest>); 7] = [
            ("statuses[0]", |asked| asked.statuses = vec![7]),
            ("due_from", |asked| asked.due_from = "2023-13-01".into()),
            ("due_to", |asked| {
                asked.due_from = "2023-02-02".into();
                asked.due_to = "2023-02-01".into();
            }),
            ("order_by", |asked| asked.order_by = "found_on".into()),
            ("page.page_size", |asked| {
                asked.page.get_or_insert_default().page_size = 1_001;
            }),
            ("as_of_legal_date", |asked| {
                asked.as_of_legal_date = "2023-2-1".into();
            }),
            ("reader.role", |asked| {
                asked.reader = Some(v1::Reader { role: 99 });
            }),
        ];
        for (field, ask) in asks {
            let mut asked = obligations();
            ask(&mut asked);
            assert_names(
                client.list_obligations(asked).await.expect_err(field),
                field,
            );
        }
        let asks: [(&str, Change<v1::ListFindingsRequest>); 4] = [
            ("statuses[0]", |asked| asked.statuses = vec![0]),
            ("on_to", |asked| {
                asked.on_from = "2023-02-02".into();
                asked.on_to = "2023-02-01".into();
            }),
            ("order_by", |asked| asked.order_by = "due_on down".into()),
            ("page.page_token", |asked| {
                asked.page.get_or_insert_default().page_token = "00ff".into();
            }),
        ];
        for (field, ask) in asks {
            let mut asked = findings();
            ask(&mut asked);
            assert_names(client.list_findings(asked).await.expect_err(field), field);
        }
        let asked = v1::GetFindingRequest {
            finding_id: "12".into(),
            reader: Some(regulator()),
            ..v1::GetFindingRequest::default()
        };
        let status = client.get_finding(asked).await.expect_err("no id");
        assert_names(status, "finding_id");
        let asked = v1::WatchObligationsRequest {
            within_days: 367,
            ..watch()
        };
        assert_names(
            watched(&mut client, asked).await.expect("too far"),
            "within_days",
        );
        let asked = v1::WatchObligationsRequest {
            heartbeat_ms: 1,
            ..watch()
        };
        assert_names(
            watched(&mut client, asked).await.expect("too often"),
            "heartbeat_ms",
        );
    });
}

/// The field that a refusal names.
fn field_of(status: Status) -> String {
    let violations = Refused::of(status).violations();
    violations.into_iter().next().expect("a field").0
}

#[test]
fn questions_about_metrics_with_a_field_out_of_range_name_it() {
    run(async {
        let town = Town::with(&money_line()).await;
        let mut client = law(&town.server).await;
        let asks: [(&str, Change<v1::GetMetricsRequest>); 15] = [
            ("metric_ids[1]", |asked| {
                asked.metric_ids = vec!["M-06".into(), "M-99".into()];
            }),
            ("dimension", |asked| asked.dimension = 99),
            // Filings know no supplier, terms no stage.
            ("dimension", |asked| {
                asked.metric_ids = vec!["M-02".into()];
                asked.dimension = v1::MetricDimension::Supplier.into();
            }),
            ("dimension", |asked| {
                asked.metric_ids = vec!["M-06".into()];
                asked.dimension = v1::MetricDimension::Stage.into();
            }),
            ("supplier", |asked| {
                asked.metric_ids = vec!["M-02".into()];
                asked.supplier = SUPPLIER.into();
            }),
            ("agency", |asked| {
                asked.metric_ids = vec!["M-11".into()];
                asked.agency = AGENCY.into();
            }),
            ("unit", |asked| {
                asked.metric_ids = vec!["M-11".into()];
                asked.unit = UNIT.into();
            }),
            ("from", |asked| asked.from = "2023-02-30".into()),
            ("to", |asked| asked.to = "2023-2-1".into()),
            ("to", |asked| {
                asked.from = "2023-02-02".into();
                asked.to = "2023-02-01".into();
            }),
            ("rows_behind", |asked| asked.rows_behind = 1),
            ("rows_behind", |asked| {
                asked.metric_ids = vec!["M-06".into(), "M-06D".into()];
                asked.rows_behind = 1;
            }),
            ("rows_behind", |asked| {
                asked.metric_ids = vec!["M-06".into()];
                asked.rows_behind = 1_001;
            }),
            ("as_of_legal_date", |asked| {
                asked.as_of_legal_date = "2023-2-1".into();
            }),
            ("reader.role", |asked| {
                asked.reader = Some(v1::Reader { role: 99 });
            }),
        ];
        for (field, ask) in asks {
            let mut asked = measured();
            ask(&mut asked);
            let status = client.get_metrics(asked).await.expect_err(field);
            assert_eq!(status.code(), Code::InvalidArgument, "{field}: {status:?}");
            assert_eq!(field_of(status), field);
        }
    });
}

#[test]
fn questions_about_red_flags_name_the_field() {
    run(async {
        let town = Town::with(&money_line()).await;
        let mut client = law(&town.server).await;
        let asks: [(&str, Change<v1::ListIndicatorsRequest>); 8] = [
            ("indicator_id", |asked| asked.indicator_id = "R999".into()),
            ("verdict", |asked| asked.verdict = 9),
            ("origin", |asked| asked.origin = 99),
            ("page.page_size", |asked| {
                asked.page.get_or_insert_default().page_size = 1_001;
            }),
            ("page.page_size", |asked| {
                asked.page.get_or_insert_default().page_size = -1;
            }),
            ("page.page_token", |asked| {
                asked.page.get_or_insert_default().page_token = "00ff".into();
            }),
            ("as_of_legal_date", |asked| {
                asked.as_of_legal_date = "2023-02-30".into();
            }),
            ("reader.role", |asked| {
                asked.reader = Some(v1::Reader { role: 99 });
            }),
        ];
        for (field, ask) in asks {
            let mut asked = flagged();
            ask(&mut asked);
            let status = client.list_indicators(asked).await.expect_err(field);
            assert_eq!(status.code(), Code::InvalidArgument, "{field}: {status:?}");
            assert_eq!(field_of(status), field);
        }
        // A token goes on with its own question alone.
        let first = v1::ListIndicatorsRequest {
            verdict: v1::IndicatorVerdict::NotApplicable.into(),
            page: Some(v1::PageRequest {
                page_size: 1,
                page_token: String::new(),
            }),
            min_position: town.end().checked_sub(1),
            ..flagged()
        };
        let told = client.list_indicators(first.clone()).await.expect("a page");
        let token = told.into_inner().next_page_token;
        assert_ne!(token, "", "what does not apply is on several pages");
        let mut other = v1::ListIndicatorsRequest {
            verdict: v1::IndicatorVerdict::Pass.into(),
            ..first
        };
        other.page.get_or_insert_default().page_token = token;
        let status = client.list_indicators(other).await.expect_err("another");
        assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
        assert_eq!(field_of(status), "page.page_token");
    });
}

#[test]
fn replays_with_a_field_out_of_range_name_it() {
    run(async {
        let town = Town::with(&money_line()).await;
        let mut client = law(&town.server).await;
        let asks: [(&str, Change<v1::ReplayRulesRequest>); 9] = [
            ("content", |asked| asked.content = String::new()),
            ("content", |asked| {
                asked.content = asked.content.replacen("WD-X", "WD-Y", 1);
            }),
            // A rule of another pack.
            ("content", |asked| {
                asked.content = asked.content.replacen(UPLOAD, "GPL-47-FILE-7WD", 1);
            }),
            ("effective_from", |asked| {
                asked.effective_from = "2023-2-1".into();
            }),
            ("from", |asked| asked.from = "2023-02-30".into()),
            ("to", |asked| asked.to = "x".into()),
            ("to", |asked| {
                asked.from = "2023-02-02".into();
                asked.to = "2023-02-01".into();
            }),
            ("changes_max", |asked| asked.changes_max = 10_001),
            ("reader.role", |asked| {
                asked.reader = Some(v1::Reader { role: 99 });
            }),
        ];
        for (field, ask) in asks {
            let mut asked = replayed();
            ask(&mut asked);
            let status = client.replay_rules(asked).await.expect_err(field);
            assert_eq!(status.code(), Code::InvalidArgument, "{field}: {status:?}");
            assert_eq!(field_of(status), field);
        }
        // The line that is wrong is told.
        let mut asked = replayed();
        let line = asked.content.lines().position(|line| line.contains("WD-X"));
        let line = line.expect("some rule counts working days") + 1;
        asked.content = asked.content.replacen("WD-X", "WD-Y", 1);
        let status = client.replay_rules(asked).await.expect_err("no convention");
        let told = status.message();
        assert!(told.contains(&format!("line {line}: ")), "{line}: {told}");
    });
}

#[test]
fn only_who_may_see_what_falls_to_others_sees_it() {
    use v1::ActorRole::{Audit, Purchaser, Regulator};
    run(async {
        let town = Town::with(&money_line()).await;
        let mut client = law(&town.server).await;
        let at = town.end().checked_sub(1);
        let filter = |unit: &str| {
            Some(v1::ComplianceFilter {
                unit: unit.into(),
                ..v1::ComplianceFilter::default()
            })
        };
        for role in 0..=16 {
            let role = v1::ActorRole::try_from(role).expect("a role");
            let reader = Some(v1::Reader { role: role.into() });
            for unit in ["", UNIT] {
                let asked = v1::ListObligationsRequest {
                    filter: filter(unit),
                    min_position: at,
                    reader,
                    ..obligations()
                };
                let listed = client.list_obligations(asked).await.err();
                let asked = v1::ListFindingsRequest {
                    filter: filter(unit),
                    min_position: at,
                    reader,
                    ..findings()
                };
                let found = client.list_findings(asked).await.err();
                let asked = v1::GetFindingRequest {
                    finding_id: NO_FINDING.into(),
                    unit: unit.into(),
                    reader,
                    ..v1::GetFindingRequest::default()
                };
                let one = client
                    .get_finding(asked)
                    .await
                    .expect_err("no such finding");
                let asked = v1::WatchObligationsRequest {
                    filter: filter(unit),
                    reader,
                    ..v1::WatchObligationsRequest::default()
                };
                let watched = watched(&mut client, asked).await;
                let asked = v1::GetMetricsRequest {
                    unit: unit.into(),
                    min_position: at,
                    reader,
                    ..v1::GetMetricsRequest::default()
                };
                let metrics = client.get_metrics(asked).await.err();
                let asked = v1::ListIndicatorsRequest {
                    unit: unit.into(),
                    min_position: at,
                    reader,
                    ..v1::ListIndicatorsRequest::default()
                };
                let flags = client.list_indicators(asked).await.err();
                let asked = v1::ReplayRulesRequest {
                    reader,
                    ..replayed()
                };
                let replayed = client.replay_rules(asked).await.err();
                let may = matches!(role, Regulator | Audit) || (role == Purchaser && unit == UNIT);
                let what = format!("{role:?} of {unit:?}");
                // A replay tells of everybody.
                match role {
                    Regulator | Audit => assert!(replayed.is_none(), "{what}"),
                    _ => {
                        let refused = Refused::of(replayed.expect(&what));
                        refused.is(Code::PermissionDenied, "E021_SEALED", &[]);
                    }
                }
                if may {
                    let refused = [listed, found, watched, metrics, flags];
                    assert!(refused.iter().all(Option::is_none), "{what}: {refused:?}");
                    assert_eq!(one.code(), Code::NotFound, "{what}");
                    continue;
                }
                for status in [listed, found, Some(one), watched, metrics, flags] {
                    let refused = Refused::of(status.expect(&what));
                    refused.is(Code::PermissionDenied, "E021_SEALED", &[]);
                }
            }
        }
    });
}

#[test]
fn a_picture_that_cannot_be_made_says_so() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        fs::create_dir_all(&data).expect("a folder");
        fs::write(data.join("supervision"), b"in the way").expect("a file");
        let mut town = Town::of(Server::start_in(folder, |_| {}).await).await;
        for event in &money_line() {
            town.accept(std::slice::from_ref(event)).await;
        }
        let mut client = law(&town.server).await;
        for (call, status) in every_call(&mut client, None).await {
            let refused = Refused::of(status.expect(call));
            refused.is(Code::Unavailable, "MODELS_NOT_READY", &[]);
        }
        let status = watched(&mut client, watch()).await.expect("no picture");
        assert_eq!(status.code(), Code::Unavailable);
        fs::remove_file(data.join("supervision")).expect("out of the way");
        let asked = v1::ListObligationsRequest {
            min_position: town.end().checked_sub(1),
            ..obligations()
        };
        let answer = client.list_obligations(asked).await.expect("a list");
        assert!(!answer.into_inner().obligations.is_empty());
    });
}

#[test]
fn a_stop_ends_questions_that_wait_for_a_position() {
    run(async {
        let server = Server::start_with(|config| {
            config.call_timeout = Duration::from_hours(1);
            config.shutdown_grace = Duration::from_hours(1);
        })
        .await;
        let mut calls = tokio::task::JoinSet::new();
        for ask in 0..5 {
            let mut client = law(&server).await;
            every_call(&mut client, None).await;
            calls.spawn(async move { waiting(&mut client, ask).await });
        }
        let mut client = law(&server).await;
        let watching = loop {
            // The first picture may be in the making.
            match client.watch_obligations(watch()).await {
                Ok(watching) => break watching,
                Err(status) => assert_eq!(status.code(), Code::Unavailable),
            }
        };
        tokio::time::sleep(Duration::from_millis(500)).await;
        timeout(PATIENCE, server.stop()).await.expect("stops");
        for status in calls.join_all().await {
            assert_eq!(status.expect("is told").code(), Code::Unavailable);
        }
        let mut watching = watching.into_inner();
        let ended = loop {
            match watching.message().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("an answer that breaks off must not look whole"),
                Err(status) => break status,
            }
        };
        assert_eq!(ended.code(), Code::Unavailable, "{ended:?}");
    });
}

#[test]
fn damage_is_told_where_no_picture_can_be_made() {
    run(async {
        let plan = plan_filed(PROJECT, LINE, 900);
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        town.accept(std::slice::from_ref(&plan)).await;
        let folder = town.server.stop().await;
        let data = folder.path().join("data");
        damage(&data, &plan);
        if data.join("supervision").exists() {
            fs::remove_dir_all(data.join("supervision")).expect("removed");
        }
        let server = Server::start_in(folder, |_| {}).await;
        let mut client = law(&server).await;
        for (call, status) in every_call(&mut client, Some(0)).await {
            let refused = Refused::of(status.expect(call));
            refused.is(Code::DataLoss, "DAMAGE_FOUND", &[]);
        }
        let status = watched(&mut client, watch()).await.expect("no picture");
        assert_eq!(status.code(), Code::DataLoss);
    });
}

#[test]
fn more_than_is_watched_at_once_needs_a_narrower_filter() {
    run(async {
        let mut town = Town::start_with(|config| config.watched_max = 1).await;
        town.accept(&money_line()[..1]).await;
        for event in &money_line()[1..4] {
            town.accept(std::slice::from_ref(event)).await;
        }
        let mut client = law(&town.server).await;
        let asked = v1::ListObligationsRequest {
            statuses: vec![v1::ObligationStatus::Overdue.into()],
            min_position: town.end().checked_sub(1),
            ..obligations()
        };
        let listed = client.list_obligations(asked).await.expect("a list");
        let overdue = listed.into_inner().obligations;
        assert!(overdue.len() > 1, "{overdue:?}");
        let refused = Refused::of(watched(&mut client, watch()).await.expect("too many"));
        refused.is(Code::ResourceExhausted, "TOO_MANY_ROWS", &[]);
        let of = overdue[0].obligation.clone().expect("an obligation");
        let asked = v1::WatchObligationsRequest {
            filter: Some(v1::ComplianceFilter {
                rule_ids: vec![of.rule_id],
                ..v1::ComplianceFilter::default()
            }),
            ..watch()
        };
        assert_eq!(
            watched(&mut client, asked)
                .await
                .map(|status| status.code()),
            None
        );
    });
}
