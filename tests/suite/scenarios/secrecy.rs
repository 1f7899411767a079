//! S12: authority and secrecy, and a method that a county may not change.

use bihuan::events::{
    v1::{self, get_event_request::Key, get_event_response::Result as Found},
    wire::EventSubmission,
};
use serde_json::json;
use tonic::Code;

use super::story::*;
use crate::{facts::*, harness::run, town::Refused};

/// Asks for an event with its parts, in a role.
async fn with_parts(
    s: &mut Story,
    position: u64,
    role: v1::ActorRole,
) -> Result<Option<Found>, Refused> {
    let asked = v1::GetEventRequest {
        key: Some(Key::Position(position)),
        reader: Some(v1::Reader { role: role.into() }),
        parts: true,
        ..v1::GetEventRequest::default()
    };
    let answer = s.town.client.get_event(asked).await;
    answer.map(|of| of.into_inner().result).map_err(Refused::of)
}

#[test]
fn what_a_bid_says_is_closed_to_the_public_before_it_is_opened() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2023-01-16", 100_000_000).await;
        s.plan(
            LINE,
            "2023-02-08",
            "PROCUREMENT_METHOD_OPEN_TENDER",
            100_000_000,
        )
        .await;
        let document = json!({
            "docId": "DOC-1", "lotNos": ["01"], "docFrom": "2023-03-01", "docTo": "2023-03-08",
            "bidDeadline": "2023-03-28T09:00:00+08:00", "budgetFen": "100000000",
            "ceilingFen": "100000000", "bidBondFen": "0",
        });
        s.tell(BUYER, "2023-03-01", "ProcurementDocumentIssued", document)
            .await;
        let bid = json!({"lotNo": "01", "bidNo": "B-1"});
        s.tell(PLATFORM, "2023-03-27T10:00", "BidReceived", bid)
            .await;
        let position = s.last().expect("the bid");
        for role in [v1::ActorRole::Public, v1::ActorRole::Regulator] {
            let told = with_parts(&mut s, position, role).await;
            let refused = told.expect_err("it is sealed");
            refused.is(Code::PermissionDenied, "E021_SEALED", &[]);
        }
        let opening = json!({"lotNo": "01", "bidders": [
            {"bidNo": "B-1", "supplier": SUPPLIER, "priceFen": "90000000"},
        ]});
        s.tell(PLATFORM, "2023-03-28T09:00", "BidsOpened", opening)
            .await;
        // Prices are read out to everybody then; what was sealed is not for the public.
        let opened = s.last().expect("the opening");
        let told = s.town.get(Key::Position(opened)).await;
        assert!(matches!(told.result, Some(Found::Event(_))), "{told:?}");
        let told = with_parts(&mut s, position, v1::ActorRole::Regulator).await;
        let Ok(Some(Found::Event(bid))) = told else {
            panic!("a regulator reads what was opened: {told:?}");
        };
        assert!(!bid.sealed.is_empty());
        let told = with_parts(&mut s, position, v1::ActorRole::Public).await;
        let refused = told.expect_err("never public");
        refused.is(Code::PermissionDenied, "E021_SEALED", &[]);
    });
}

#[test]
fn what_is_sent_again_is_the_same_event_and_another_amount_is_a_conflict() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        let line = line_approved(LINE, 100_000_000);
        s.town.now = noon("2023-01-16");
        let sends: Vec<EventSubmission> = vec![sent(&line)];
        let first = s.town.send(sends.clone()).await.expect("taken");
        let end = s.town.end();
        let again = s.town.send(sends).await.expect("taken once");
        let told = |receipts: &[v1::Receipt]| {
            let told = receipts.iter().map(|of| (of.event_id.clone(), of.position));
            told.collect::<Vec<_>>()
        };
        assert_eq!(told(&again), told(&first));
        assert_eq!(s.town.end(), end, "no new event");
        let other = change!(line, BudgetLineApproved, |line| line.amount_fen += 1);
        let refused = s.town.refuse(&[other]).await;
        let conflict = [("event_id", &*first[0].event_id)];
        refused.is(Code::AlreadyExists, "E004_SOURCE_REF_CONFLICT", &conflict);
    });
}

#[test]
fn an_agency_without_commission_issues_no_award_notice() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2023-01-16", 100_000_000).await;
        s.plan(
            LINE,
            "2023-02-08",
            "PROCUREMENT_METHOD_OPEN_TENDER",
            100_000_000,
        )
        .await;
        let notice = json!({"lotNo": "01", "supplier": SUPPLIER, "awardFen": "90000000"});
        let refused = s
            .refused(AGENT, "2023-04-07", "AwardNoticeIssued", notice)
            .await;
        refused.is(Code::PermissionDenied, "E020_FORBIDDEN_ROLE", &[]);
    });
}

#[test]
fn a_change_of_method_is_the_city_s_to_approve() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2023-01-16", 300_000_000).await;
        s.plan(
            LINE,
            "2023-02-08",
            "PROCUREMENT_METHOD_OPEN_TENDER",
            300_000_000,
        )
        .await;
        let asked = json!({
            "requestId": "MC-1", "lotNos": ["01"],
            "toMethod": "PROCUREMENT_METHOD_CONSULTATION", "methodGround": null,
        });
        s.tell(BUYER, "2023-02-15", "MethodChangeRequested", asked)
            .await;
        let approved = json!({
            "requestId": "MC-1", "lotNos": ["01"],
            "toMethod": "PROCUREMENT_METHOD_CONSULTATION",
        });
        let mut by_county = s.act(
            COUNTY_FINANCE,
            "2023-02-20",
            "MethodChangeApproved",
            approved.clone(),
        );
        by_county.change(|event| event["regionCode"] = "430421".into());
        let refused = s.refused_act(by_county).await;
        gate(&refused, "E026_WRONG_JURISDICTION", &[]);
        s.tell(FINANCE, "2023-02-20", "MethodChangeApproved", approved)
            .await;
    });
}

#[test]
fn an_award_on_the_last_day_of_a_ban_is_found_and_one_on_the_day_after_is_not() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2024-01-16", 180_000_000).await;
        let stream = format!("supplier/4304/{DING_CODE}");
        let ban = json!({
            "subject": DING_CODE, "recordId": "BN-1", "banFrom": "2023-06-01",
            "banTo": "2024-05-31",
        });
        s.tell_in(&stream, FINANCE, "2023-05-31", "BadConductRecorded", ban)
            .await;
        for (project, awarded_on, says) in [
            ("PJ-A", "2024-05-31", "broken"),
            ("PJ-B", "2024-06-01", "kept"),
        ] {
            s.project = project.into();
            s.plan(
                LINE,
                "2024-02-08",
                "PROCUREMENT_METHOD_OPEN_TENDER",
                90_000_000,
            )
            .await;
            s.award(awarded_on, DING_CODE, 90_000_000).await;
            s.says("2024-06-30", &[("GPL-77-BANNED", says)]).await;
        }
        s.finds(
            "2024-06-30",
            &["GPL-77-BANNED"],
            &["GPL-77-BANNED critical open 2024-05-31"],
        )
        .await;
    });
}
