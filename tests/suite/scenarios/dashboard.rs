//! S11: what a region does besides procurement: internal control, on-boarding, assessment, venues,
//! approvals, libraries.

use serde_json::json;

use super::story::*;
use crate::{facts::*, harness::run};

#[test]
fn a_filing_comes_back_and_is_filed_again() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        let unit = format!("unit/4304/{UNIT}");
        let issued = json!({"controlId": "IC-1", "unit": UNIT, "docNo": "衡示〔2023〕1号"});
        s.tell_in(&unit, BUYER, "2023-09-01", "InternalControlIssued", issued)
            .await;
        let to = |finance: &str| json!({"controlId": "IC-1", "filedTo": finance});
        let mut abroad = s.act(BUYER, "2023-09-05", "InternalControlFiled", to(COUNTY));
        abroad.move_to(&unit, "430400");
        let refused = s.refused_act(abroad).await;
        gate(&refused, "E026_WRONG_JURISDICTION", &[]);
        let rules = json!({"controlId": "IC-1"});
        s.tell_in(&unit, BUYER, "2023-09-05", "InternalControlFiled", to(CITY))
            .await;
        s.tell_in(
            &unit,
            FINANCE,
            "2023-10-30",
            "InternalControlFilingReturned",
            rules.clone(),
        )
        .await;
        s.tell_in(&unit, BUYER, "2023-11-01", "InternalControlFiled", to(CITY))
            .await;
        s.tell_in(
            &unit,
            FINANCE,
            "2023-11-02",
            "InternalControlFilingAccepted",
            rules,
        )
        .await;
    });
}

#[test]
fn rooms_are_given_once_at_a_time() {
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
        let (venue, region) = ("venue/4304/VN-1", "region/4304/430400");
        let room = json!({"venueId": "VN-1", "kind": "VENUE_KIND_EVALUATION"});
        s.tell_in(venue, CENTRE, "2023-10-01", "VenueRegistered", room)
            .await;
        let slot = json!({
            "venueId": "VN-1", "slotId": "SL-1", "from": "2023-10-09T08:30:00+08:00",
            "to": "2023-10-09T12:00:00+08:00",
        });
        s.tell_in(venue, CENTRE, "2023-10-01", "VenueSlotOpened", slot)
            .await;
        for id in ["RQ-1", "RQ-2"] {
            let request = json!({
                "requestId": id, "region": "430400", "projectId": PROJECT, "lotNos": ["01"],
                "kind": "VENUE_KIND_EVALUATION", "desiredStart": "2023-10-09T09:00:00+08:00",
                "durationMin": 60,
            });
            s.tell_in(region, BUYER, "2023-10-02", "VenueRequested", request)
                .await;
        }
        let given = |id: &str, from: &str, to: &str| {
            json!({
                "venueId": "VN-1", "requestId": id, "region": "430400", "projectId": PROJECT,
                "start": format!("2023-10-09T{from}:00+08:00"),
                "end": format!("2023-10-09T{to}:00+08:00"),
            })
        };
        let first = given("RQ-1", "09:00", "11:00");
        s.tell_in(venue, CENTRE, "2023-10-03", "VenueAllocated", first)
            .await;
        for (from, to) in [("10:59", "12:00"), ("11:00", "12:01")] {
            let second = given("RQ-2", from, to);
            let mut act = s.act(CENTRE, "2023-10-03", "VenueAllocated", second);
            act.move_to(venue, "430400");
            let refused = s.refused_act(act).await;
            gate(&refused, "E019_VENUE_OVERLAP", &[]);
        }
        let second = given("RQ-2", "11:00", "12:00");
        s.tell_in(venue, CENTRE, "2023-10-03", "VenueAllocated", second)
            .await;
    });
}

#[test]
fn the_central_agency_is_assessed_and_nobody_else() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        let plan = |agency: &str, weights: [i32; 2]| {
            json!({
                "assessmentId": "AS-1", "agency": agency, "fiscalYear": 2023, "indicators": [
                    {"code": "ASSESSMENT_INDICATOR_PRICE", "name": "价格", "weightBp": weights[0]},
                    {"code": "ASSESSMENT_INDICATOR_SERVICE", "name": "服务",
                     "weightBp": weights[1]},
                ],
            })
        };
        let stream = |agency: &str| format!("agency/4304/{agency}");
        let mut other = s.act(
            FINANCE,
            "2023-09-01",
            "AssessmentPlanIssued",
            plan(AGENCY, [5000; 2]),
        );
        other.move_to(&stream(AGENCY), "430400");
        gate(&s.refused_act(other).await, "E001_UNKNOWN_REF", &[]);
        let central = stream(CENTRAL_CODE);
        let light = plan(CENTRAL_CODE, [5000, 4999]);
        let mut light = s.act(FINANCE, "2023-09-01", "AssessmentPlanIssued", light);
        light.move_to(&central, "430400");
        gate(&s.refused_act(light).await, "E024_SUM_MISMATCH", &[]);
        let whole = plan(CENTRAL_CODE, [5000; 2]);
        s.tell_in(
            &central,
            FINANCE,
            "2023-09-01",
            "AssessmentPlanIssued",
            whole,
        )
        .await;
        for code in ["PRICE", "SERVICE"] {
            let score = json!({
                "assessmentId": "AS-1", "indicator": format!("ASSESSMENT_INDICATOR_{code}"),
                "scoreX100": 9000,
            });
            s.tell_in(&central, FINANCE, "2023-11-10", "AssessmentScored", score)
                .await;
        }
        let end = json!({
            "assessmentId": "AS-1", "totalX100": 9000, "grade": "ASSESSMENT_GRADE_EXCELLENT",
        });
        s.tell_in(&central, FINANCE, "2023-11-20", "AssessmentConcluded", end)
            .await;
        let notice = json!({
            "noticeId": "NO-1", "noticeType": "NOTICE_TYPE_ASSESSMENT_RESULT", "projectId": null,
            "lotNos": [], "contractId": null, "contract": null, "assessmentId": "AS-1",
            "assessmentResult": {"text": "考核结果"},
        });
        let site = Who("CCGP_HN", CITY, FINANCE.2);
        s.tell_in(&central, site, "2023-11-28", "NoticePublished", notice)
            .await;
    });
}

#[test]
fn libraries_and_approval_items_end_and_are_used_all_the_same() {
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
        let library = "library/4304/LB-1";
        let mut unknown = s.act(
            BUYER,
            "2023-09-01",
            "SupplierLibraryAbolished",
            json!({
                "libraryId": "LB-1",
            }),
        );
        unknown.move_to(library, "430400");
        gate(&s.refused_act(unknown).await, "E001_UNKNOWN_REF", &[]);
        let reported = json!({"libraryId": "LB-1", "owner": UNIT, "revives": null});
        s.tell_in(
            library,
            BUYER,
            "2023-09-01",
            "SupplierLibraryReported",
            reported,
        )
        .await;
        let ended = json!({"libraryId": "LB-1"});
        s.tell_in(
            library,
            BUYER,
            "2023-10-09",
            "SupplierLibraryAbolished",
            ended,
        )
        .await;
        let region = "region/4304/430400";
        let item = json!({"itemCode": "AI-1", "region": "430400", "owner": CITY});
        s.tell_in(
            region,
            FINANCE,
            "2023-01-09",
            "ApprovalItemCatalogued",
            item,
        )
        .await;
        let ended = json!({"itemCode": "AI-1", "region": "430400", "effectiveOn": "2023-08-01"});
        s.tell_in(
            region,
            FINANCE,
            "2023-07-20",
            "ApprovalItemAbolished",
            ended,
        )
        .await;
        let asked = json!({"approvalId": "AP-1", "itemCode": "AI-1", "itemRegion": "430400"});
        s.tell(BUYER, "2023-09-11", "ApprovalRequested", asked)
            .await;
        let unknown = json!({"approvalId": "AP-9", "result": "APPROVAL_RESULT_APPROVED"});
        let refused = s
            .refused(FINANCE, "2023-09-12", "ApprovalDecided", unknown)
            .await;
        gate(&refused, "E001_UNKNOWN_REF", &[]);
    });
}
