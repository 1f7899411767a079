//! Obligations are told as they come near, fall due and are met.

use tokio::time::timeout;
use tonic::Streaming;

use super::*;
use crate::{facts::*, views::*};

/// The next changes that are told, as words, in the order of words.
async fn next(changes: &mut Streaming<v1::WatchObligationsResponse>, count: usize) -> Vec<String> {
    let mut told = Vec::new();
    while told.len() < count {
        let message = timeout(PATIENCE, changes.message()).await;
        let message = message.expect("in time").expect("an answer").expect("more");
        let change = message.change();
        let Some(row) = message.obligation else {
            continue;
        };
        let of = row.obligation.expect("an obligation");
        let (_, word) = change.as_str_name().rsplit_once('_').expect("a name");
        told.push(format!("{} {word} {}", of.rule_id, of.due_on));
    }
    told.sort();
    told
}

/// Tells facts, each at noon of a day.
async fn on(town: &mut Town, day: &str, events: &[v1::Event]) {
    town.now = noon(day);
    for event in events {
        town.accept(std::slice::from_ref(event)).await;
    }
}

#[test]
fn an_obligation_is_told_when_it_comes_near_falls_due_and_is_met() {
    run(async {
        let mut town = Town::start().await;
        on(&mut town, "2023-03-10", &money_line()[..4]).await;
        let mut client = law(&town.server).await;
        let filter = v1::ComplianceFilter {
            rule_ids: vec!["GPL-47-FILE-7WD".into()],
            stream: format!("project/{PARTITION}/{PROJECT}"),
            ..v1::ComplianceFilter::default()
        };
        // The first picture is made meanwhile.
        let asked = v1::ListFindingsRequest {
            min_position: town.end().checked_sub(1),
            ..findings()
        };
        client.list_findings(asked).await.expect("a list");
        let asked = v1::WatchObligationsRequest {
            filter: Some(filter.clone()),
            within_days: 3,
            heartbeat_ms: 100,
            reader: Some(regulator()),
        };
        let changes = client.watch_obligations(asked).await.expect("watches");
        let mut changes = changes.into_inner();
        // Signed on a Friday: the seventh working day is 21 March, three days before it 18 March.
        on(&mut town, "2023-03-17", &[line_approved("BL-1", 10)]).await;
        on(&mut town, "2023-03-18", &[line_approved("BL-2", 10)]).await;
        assert_eq!(
            next(&mut changes, 1).await,
            ["GPL-47-FILE-7WD NEAR 2023-03-21"]
        );
        on(&mut town, "2023-03-21", &[line_approved("BL-3", 10)]).await;
        assert_eq!(
            next(&mut changes, 1).await,
            ["GPL-47-FILE-7WD OVERDUE 2023-03-21"]
        );
        let asked = v1::ListObligationsRequest {
            filter: Some(filter),
            statuses: vec![v1::ObligationStatus::Overdue.into()],
            min_position: town.end().checked_sub(1),
            ..obligations()
        };
        let listed = client
            .list_obligations(asked)
            .await
            .expect("a list")
            .into_inner();
        assert_eq!(
            (listed.on.as_str(), listed.obligations.len()),
            ("2023-03-21", 1)
        );
        let filed = v1::ContractFiled {
            contract_id: CONTRACT.into(),
            filing_no: "F-1".into(),
            filed_on: "2023-03-24".into(),
        };
        on(
            &mut town,
            "2023-03-24",
            &[act(PROJECT, "filed", "2023-03-24", filed)],
        )
        .await;
        assert_eq!(
            next(&mut changes, 1).await,
            ["GPL-47-FILE-7WD SETTLED 2023-03-21"]
        );
    });
}

#[test]
fn a_finding_names_its_rule_its_counting_and_its_evidence() {
    run(async {
        let mut town = Town::start().await;
        on(&mut town, "2023-03-10", &money_line()[..4]).await;
        let filed = v1::ContractFiled {
            contract_id: CONTRACT.into(),
            filing_no: "F-1".into(),
            filed_on: "2023-03-24".into(),
        };
        on(
            &mut town,
            "2023-03-24",
            &[act(PROJECT, "filed", "2023-03-24", filed)],
        )
        .await;
        let mut client = law(&town.server).await;
        let asked = v1::ListFindingsRequest {
            filter: Some(v1::ComplianceFilter {
                rule_ids: vec!["GPL-47-FILE-7WD".into()],
                unit: UNIT.into(),
                ..v1::ComplianceFilter::default()
            }),
            min_position: town.end().checked_sub(1),
            ..findings()
        };
        let listed = client
            .list_findings(asked)
            .await
            .expect("a list")
            .into_inner();
        assert_eq!(listed.findings.len(), 1);
        let row = listed.findings[0].clone();
        let id = row.finding.clone().expect("a finding").finding_id;
        let asked = v1::GetFindingRequest {
            finding_id: id,
            reader: Some(regulator()),
            ..v1::GetFindingRequest::default()
        };
        let told = client
            .get_finding(asked.clone())
            .await
            .expect("a finding")
            .into_inner();
        assert_eq!(told.finding, Some(row));
        let rule = told.rule.expect("a rule");
        assert_eq!((rule.rule_id.as_str(), rule.length), ("GPL-47-FILE-7WD", 7));
        let obligation = told.obligation.expect("an obligation");
        assert_eq!(obligation.status(), v1::ObligationStatus::Late);
        assert_eq!(
            (obligation.late_calendar_days, obligation.late_working_days),
            (3, 3)
        );
        let evidence: Vec<_> = told
            .evidence
            .iter()
            .map(|event| event.event_type.as_str())
            .collect();
        assert_eq!(evidence, ["ContractSigned", "ContractFiled"]);
        // Ten days before, it was not known.
        let asked = v1::GetFindingRequest {
            as_of_legal_date: "2023-03-20".into(),
            ..asked
        };
        let status = client.get_finding(asked).await.expect_err("not yet");
        assert_eq!(status.code(), tonic::Code::NotFound);
    });
}

#[test]
fn a_picture_of_an_earlier_day_waits_for_the_position_that_it_must_reflect() {
    run(async {
        let mut town = Town::start().await;
        on(&mut town, "2023-03-10", &money_line()[..4]).await;
        let next = town.end();
        let mut client = law(&town.server).await;
        let asked = v1::ListObligationsRequest {
            as_of_legal_date: "2023-03-10".into(),
            min_position: Some(next),
            ..obligations()
        };
        let waiting = tokio::spawn(async move { client.list_obligations(asked).await });
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert!(!waiting.is_finished(), "nothing reflects what is not there");
        on(&mut town, "2023-03-11", &[line_approved("BL-1", 10)]).await;
        let answer = waiting
            .await
            .expect("is told")
            .expect("a list")
            .into_inner();
        assert_eq!(answer.reflects_position, Some(next));
    });
}
