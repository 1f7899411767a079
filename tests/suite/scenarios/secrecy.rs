//! S12: authority and secrecy, and a method that a county may not change.

use serde_json::json;
use tonic::Code;

use super::story::*;
use crate::{facts::*, harness::run};

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
fn a_ban_is_recorded_and_an_award_within_it_is_a_fact() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2024-01-16", 100_000_000).await;
        s.plan(
            LINE,
            "2024-02-08",
            "PROCUREMENT_METHOD_OPEN_TENDER",
            100_000_000,
        )
        .await;
        let stream = format!("supplier/4304/{DING_CODE}");
        let ban = json!({
            "subject": DING_CODE, "recordId": "BN-1", "banFrom": "2023-06-01",
            "banTo": "2024-05-31",
        });
        s.tell_in(&stream, FINANCE, "2023-05-31", "BadConductRecorded", ban)
            .await;
        s.award("2024-05-31", DING_CODE, 90_000_000).await;
    });
}
