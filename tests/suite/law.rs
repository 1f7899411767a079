//! What the law says of histories, over gRPC: the scenarios of the domain's specification with
//! their dates, and what the calls refuse. Each rule by itself is shown in `src/rules/tests`.

use std::time::Duration;

use bihuan::{
    events::v1::{self, compliance_service_client::ComplianceServiceClient},
    rules::pack,
};
use tokio::time::timeout;
use tonic::{Code, Status, transport::Channel};

use crate::{facts::*, harness::*, town::*, view_refusals::damage, views::*};

/// A client of the law.
pub type Law = ComplianceServiceClient<Channel>;

/// A client of a server's law.
pub async fn law(server: &Server) -> Law {
    let client = ComplianceServiceClient::connect(format!("http://{}", server.address)).await;
    client.expect("the server takes connections")
}

/// Asks about the project.
pub fn of_stream(stream: &str) -> v1::GetComplianceRequest {
    v1::GetComplianceRequest {
        stream: stream.to_owned(),
        ..v1::GetComplianceRequest::default()
    }
}

fn of_project() -> v1::GetComplianceRequest {
    of_stream(&format!("project/{PARTITION}/{PROJECT}"))
}

async fn refused(client: &mut Law, asked: v1::GetComplianceRequest) -> Status {
    let answer = client.get_compliance(asked).await;
    answer.expect_err("is refused")
}

#[test]
fn rules_are_told_as_their_packs_have_them() {
    run(async {
        let server = Server::start().await;
        let mut client = law(&server).await;
        let all = client.list_rules(v1::ListRulesRequest::default()).await;
        let all = all.expect("rules").into_inner().rules;
        let of_packs = pack::ours().iter().flat_map(|pack| &pack.rules);
        let (told, known): (Vec<_>, Vec<_>) = (
            all.iter().map(|rule| rule.rule_id.clone()).collect(),
            of_packs.map(|rule| rule.id.clone()).collect(),
        );
        assert_eq!(told, known);
        for rule in &all {
            let texts = [
                &rule.title_zh,
                &rule.title_en,
                &rule.citation,
                &rule.fact_zh,
            ];
            assert!(texts.iter().all(|text| !text.is_empty()), "{rule:?}");
            assert_ne!(rule.severity(), v1::Severity::Unspecified, "{rule:?}");
        }
        // The regulation on payments was made anew: two versions, one in force on each day.
        let mut versions = Vec::new();
        for in_force_on in ["2025-05-31", "2025-06-01"] {
            let asked = v1::ListRulesRequest {
                rule_id: "CN-SME-PAY-30D".into(),
                in_force_on: in_force_on.into(),
                ..v1::ListRulesRequest::default()
            };
            let found = client.list_rules(asked).await.expect("rules").into_inner();
            assert_eq!(found.rules.len(), 1, "{in_force_on}");
            versions.push(found.rules[0].effective_from.clone());
        }
        assert_eq!(versions, ["2020-09-01", "2025-06-01"]);
        let asked = v1::ListRulesRequest {
            pack_id: "cn-sme-payment".into(),
            ..v1::ListRulesRequest::default()
        };
        let found = client.list_rules(asked).await.expect("rules").into_inner();
        let is_of_pack = |rule: &v1::RuleVersion| rule.pack_id == "cn-sme-payment";
        assert!(!found.rules.is_empty() && found.rules.iter().all(is_of_pack));
    });
}

#[test]
fn requests_with_a_field_out_of_range_name_it() {
    run(async {
        let town = Town::with(&money_line()).await;
        let mut client = law(&town.server).await;
        for (field, change) in [
            (
                "stream",
                (|asked| asked.stream = "project/x".into()) as fn(&mut v1::GetComplianceRequest),
            ),
            ("as_of_legal_date", |asked| {
                asked.as_of_legal_date = "2023-2-1".into();
            }),
            ("reader.role", |asked| {
                asked.reader = Some(v1::Reader { role: 99 });
            }),
        ] {
            let mut asked = of_project();
            change(&mut asked);
            let status = refused(&mut client, asked).await;
            assert_eq!(status.code(), Code::InvalidArgument, "{field}: {status:?}");
            assert_eq!(Refused::of(status).violations()[0].0, field);
        }
        for (field, asked) in [
            (
                "pack_id",
                v1::ListRulesRequest {
                    pack_id: "no-such-pack".into(),
                    ..v1::ListRulesRequest::default()
                },
            ),
            (
                "in_force_on",
                v1::ListRulesRequest {
                    in_force_on: "2023-02-30".into(),
                    ..v1::ListRulesRequest::default()
                },
            ),
        ] {
            let status = client.list_rules(asked).await.expect_err("is refused");
            assert_eq!(status.code(), Code::InvalidArgument, "{field}: {status:?}");
            assert_eq!(Refused::of(status).violations()[0].0, field);
        }
    });
}

#[test]
fn what_nothing_is_known_of_is_not_found() {
    run(async {
        let town = Town::with(&[line_approved(LINE_2, 10)]).await;
        let mut client = law(&town.server).await;
        let status = refused(&mut client, of_project()).await;
        assert_eq!(status.code(), Code::NotFound, "{status:?}");
    });
}

#[test]
fn a_stop_ends_judgements_that_wait_for_a_position() {
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
        let mut client = law(&server).await;
        let waiting = tokio::spawn(async move {
            let mut asked = of_project();
            asked.min_position = Some(1_000);
            let status = refused(&mut client, asked).await;
            assert_eq!(status.code(), Code::Unavailable, "{status:?}");
        });
        while durable.durable.receiver_count() == before {
            tokio::task::yield_now().await;
        }
        timeout(PATIENCE, server.stop()).await.expect("stops");
        waiting.await.expect("is told");
    });
}

#[test]
fn damage_in_a_stream_or_beside_it_is_told_instead_of_a_judgement() {
    run(async {
        let plan = plan_filed(PROJECT, LINE, 900);
        let calendar = "system/00/calendar";
        let regulator = registered(CITY, v1::OrganisationKind::FinanceRegulator, "430400");
        let mut town = Town::with(&[regulator.clone()]).await;
        town.accept(&[line_approved(LINE, 1_000)]).await;
        town.accept(std::slice::from_ref(&plan)).await;
        let mut client = law(&town.server).await;
        client.get_compliance(of_project()).await.expect("sound");
        assert!(client.get_compliance(of_stream(calendar)).await.is_err());
        let folder = town.server.stop().await;
        damage(&folder.path().join("data"), &plan);
        let server = Server::start_in(folder, |_| {}).await;
        let status = refused(&mut law(&server).await, of_project()).await;
        assert_eq!(status.code(), Code::DataLoss, "{status:?}");
    });
}
