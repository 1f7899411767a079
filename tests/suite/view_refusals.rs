//! What the calls for views refuse: each call, each status.

use std::{fs, path::Path, time::Duration};

use bihuan::events::v1;
use prost::Message as _;
use tokio::time::timeout;
use tonic::{Code, Status};

use crate::{facts::*, harness::*, town::*, views::*};

/// Asks every call of the service for an object, each with the same change to its request.
macro_rules! every_call {
    ($client:expr, |$asked:ident| $change:expr) => {{
        let client: &mut Views = $client;
        let mut told: Vec<(&str, Result<(), Status>)> = Vec::new();
        let watch = v1::WatchProjectRequest {
            partition: PARTITION.into(),
            project_id: PROJECT.into(),
            ..v1::WatchProjectRequest::default()
        };
        let line = v1::GetBudgetLineRequest {
            partition: PARTITION.into(),
            budget_line_id: LINE.into(),
            ..v1::GetBudgetLineRequest::default()
        };
        let contract = v1::GetContractRequest {
            partition: PARTITION.into(),
            project_id: PROJECT.into(),
            contract_id: CONTRACT.into(),
            ..v1::GetContractRequest::default()
        };
        every_call!(@one client, told, get_project, of_project(PROJECT), |$asked| $change);
        every_call!(@one client, told, watch_project, watch, |$asked| $change);
        every_call!(@one client, told, get_budget_line, line, |$asked| $change);
        every_call!(@one client, told, get_contract, contract, |$asked| $change);
        every_call!(@one client, told, get_order, of_order(), |$asked| $change);
        every_call!(@one client, told, get_framework, of_framework(), |$asked| $change);
        every_call!(@one client, told, get_supplier, of_supplier(), |$asked| $change);
        every_call!(@one client, told, get_unit, of_unit(), |$asked| $change);
        every_call!(@one client, told, get_process, of_process(), |$asked| $change);
        told
    }};
    (@one $client:ident, $told:ident, $call:ident, $request:expr, |$asked:ident| $change:expr) => {{
        let mut $asked = $request;
        $change;
        let answer = $client.$call($asked).await;
        $told.push((stringify!($call), answer.map(drop)));
    }};
}

fn assert_all(told: Vec<(&str, Result<(), Status>)>, code: Code, field: &str) {
    assert_eq!(told.len(), 9);
    for (call, result) in told {
        let status = result.expect_err(call);
        assert_eq!(status.code(), code, "{call}: {status:?}");
        if !field.is_empty() {
            let violations = Refused::of(status).violations();
            assert_eq!(violations[0].0, field, "{call}");
        }
    }
}

#[test]
fn requests_with_a_field_out_of_range_name_it() {
    run(async {
        let town = Town::with(&money_line()).await;
        let mut client = views(&town.server).await;
        let code = Code::InvalidArgument;
        let told = every_call!(&mut client, |asked| asked.partition = "x/y".into());
        assert_all(told, code, "partition");
        let told = every_call!(&mut client, |asked| asked.as_of_legal_date =
            "2023-2-1".into());
        assert_all(told, code, "as_of_legal_date");
        let told = every_call!(&mut client, |asked| asked.reader =
            Some(v1::Reader { role: 99 }));
        assert_all(told, code, "reader.role");
        let asked = v1::WatchProjectRequest {
            heartbeat_ms: 99,
            ..v1::WatchProjectRequest::default()
        };
        let status = client.watch_project(asked).await.expect_err("too often");
        assert_eq!(Refused::of(status).violations()[0].0, "heartbeat_ms");
    });
}

#[test]
fn what_nothing_is_known_of_is_not_found() {
    run(async {
        let town = Town::with(&[line_approved(LINE_2, 10)]).await;
        let mut client = views(&town.server).await;
        let told = every_call!(&mut client, |asked| asked.min_position = Some(0));
        assert_all(told, Code::NotFound, "");
    });
}

#[test]
fn a_stop_ends_views_that_wait_for_a_position() {
    run(async {
        let server = Server::start_with(|config| {
            config.call_timeout = Duration::from_hours(1);
            config.shutdown_grace = Duration::from_hours(1);
        })
        .await;
        let durable = server.ledger.shared().clone();
        // The lists and the picture follow from soon after the start on; callers come on top.
        while durable.durable.receiver_count() < 2 {
            tokio::task::yield_now().await;
        }
        let before = durable.durable.receiver_count();
        let mut client = views(&server).await;
        let waiting = tokio::spawn(async move {
            let told = every_call_at_once(&mut client).await;
            assert_all(told, Code::Unavailable, "");
        });
        while durable.durable.receiver_count() < before + 9 {
            tokio::task::yield_now().await;
        }
        timeout(PATIENCE, server.stop()).await.expect("stops");
        waiting.await.expect("each is told");
    });
}

/// Asks every call to wait for a position that never comes, all of them at once.
async fn every_call_at_once(client: &mut Views) -> Vec<(&'static str, Result<(), Status>)> {
    let mut calls = tokio::task::JoinSet::new();
    macro_rules! ask {
        ($call:ident, $request:expr) => {{
            let mut client = client.clone();
            let mut asked = $request;
            asked.min_position = Some(1_000);
            calls.spawn(async move { (stringify!($call), client.$call(asked).await.map(drop)) });
        }};
    }
    ask!(get_project, of_project(PROJECT));
    ask!(
        watch_project,
        v1::WatchProjectRequest {
            partition: PARTITION.into(),
            project_id: PROJECT.into(),
            ..v1::WatchProjectRequest::default()
        }
    );
    ask!(
        get_budget_line,
        v1::GetBudgetLineRequest {
            partition: PARTITION.into(),
            budget_line_id: LINE.into(),
            ..v1::GetBudgetLineRequest::default()
        }
    );
    ask!(
        get_contract,
        v1::GetContractRequest {
            partition: PARTITION.into(),
            project_id: PROJECT.into(),
            contract_id: CONTRACT.into(),
            ..v1::GetContractRequest::default()
        }
    );
    ask!(get_order, of_order());
    ask!(get_framework, of_framework());
    ask!(get_supplier, of_supplier());
    ask!(get_unit, of_unit());
    ask!(get_process, of_process());
    calls.join_all().await
}

/// Changes a byte of an event in whatever segment it stands.
pub fn damage(data: &Path, event: &v1::Event) {
    let wanted = event.encode_to_vec();
    for file in fs::read_dir(data.join("journal")).expect("a folder") {
        let path = file.expect("a file").path();
        let mut bytes = fs::read(&path).expect("readable");
        let at = bytes.windows(wanted.len()).position(|part| part == wanted);
        if let Some(at) = at {
            bytes[at + 5] ^= 1;
            fs::write(&path, bytes).expect("written");
            return;
        }
    }
    panic!("the event stands in no file as it was sent");
}

#[test]
fn a_damaged_event_of_an_object_is_told_instead_of_a_view_with_a_hole() {
    run(async {
        let objects = [
            line_approved(LINE, 1_000),
            plan_filed(PROJECT, LINE, 900),
            notice_in(&format!("supplier/4304/{SUPPLIER}"), "N-1"),
            notice_in(&format!("unit/4304/{UNIT}"), "N-2"),
            notice_in(&format!("framework/4304/{FRAMEWORK}"), "N-3"),
            release("1", "2023-05-01T09:00:00Z", "{}"),
        ];
        let regulator = registered(CITY, v1::OrganisationKind::FinanceRegulator, "430400");
        let mut town = Town::with(&[regulator]).await;
        for event in &objects {
            town.accept(std::slice::from_ref(event)).await;
        }
        let folder = town.server.stop().await;
        for event in &objects {
            damage(&folder.path().join("data"), event);
        }
        let server = Server::start_in(folder, |_| {}).await;
        let mut client = views(&server).await;
        let told = every_call!(&mut client, |asked| asked.min_position = None);
        for (call, result) in told {
            // An order needs a type that is not decided yet; it is read through the same door.
            let code = match call {
                "get_order" => Code::NotFound,
                _ => Code::DataLoss,
            };
            assert_eq!(result.expect_err(call).code(), code, "{call}");
        }
    });
}
